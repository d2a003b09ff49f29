// Rows of the opcode table; `OpcodeGroup` says how to read them.

extension OpcodeGroup {
  /// Exception handling as in Wasm 3.0.
  static let exceptions = OpcodeGroup(
    proposal: .exceptions,
    rows: """
      08 throw     tag       * ! uncaught-exception
      0a throw_ref -         * ! null-reference uncaught-exception
      1f try_table try-table *
      """)

  /// Exception handling as it was first shipped, which compilers still write.
  static let legacyExceptions = OpcodeGroup(
    proposal: .legacyExceptions,
    rows: """
      06 try       block-type *
      07 catch     tag        *
      09 rethrow   label      * ! uncaught-exception
      18 delegate  label      *
      19 catch_all -          *
      """)

  /// Typed function references.
  static let functionReferences = OpcodeGroup(
    proposal: .functionReferences,
    rows: """
      14 call_ref        type  * ! call null-reference
      15 return_call_ref type  * ! call null-reference
      d4 ref.as_non_null -     * ! null-reference
      d5 br_on_null      label *
      d6 br_on_non_null  label *
      """)

  /// Garbage collection: the one single-byte instruction.
  static let referenceEquality = OpcodeGroup(
    proposal: .gc,
    rows: """
      d3 ref.eq - eqref eqref -> i32
      """)

  /// Garbage collection: structures, arrays, casts and 31-bit integers.
  static let gc = OpcodeGroup(
    proposal: .gc, prefix: 0xFB,
    rows: """
      00 struct.new         type         *
      01 struct.new_default type         *
      02 struct.get         type-field   *               ! null-reference
      03 struct.get_s       type-field   *               ! null-reference
      04 struct.get_u       type-field   *               ! null-reference
      05 struct.set         type-field   *               ! null-reference
      06 array.new          type         *
      07 array.new_default  type         *
      08 array.new_fixed    type-count   *
      09 array.new_data     type-data    *               ! memory-out-of-bounds
      0a array.new_elem     type-element *               ! table-out-of-bounds
      0b array.get          type         *               ! null-reference array-out-of-bounds
      0c array.get_s        type         *               ! null-reference array-out-of-bounds
      0d array.get_u        type         *               ! null-reference array-out-of-bounds
      0e array.set          type         *               ! null-reference array-out-of-bounds
      0f array.len          -            arrayref -> i32 ! null-reference
      10 array.fill         type         *               ! null-reference array-out-of-bounds
      11 array.copy         type-type    *               ! null-reference array-out-of-bounds
      12 array.init_data    type-data    *               ! null-reference array-out-of-bounds memory-out-of-bounds
      13 array.init_elem    type-element *               ! null-reference array-out-of-bounds table-out-of-bounds
      14 ref.test           ref          *
      15 ref.test           ref-null     *
      16 ref.cast           ref          *               ! cast-failure
      17 ref.cast           ref-null     *               ! cast-failure
      18 br_on_cast         cast         *
      19 br_on_cast_fail    cast         *
      1a any.convert_extern -            *
      1b extern.convert_any -            *
      1c ref.i31            -            *
      1d i31.get_s          -            i31ref -> i32   ! null-reference
      1e i31.get_u          -            i31ref -> i32   ! null-reference
      """)
}
