import ByteCursor
import DwarfEval
import TestSupport
import Testing

/// What expressions ask for, and the locations they describe.
@Suite struct ExpressionLocationTests {
  private func text(_ bytes: [UInt8], _ process: Process = Process(), scope: Scope? = nil) throws -> [String] {
    try process.run(bytes, scope: scope).map(\.text)
  }

  @Test(
    arguments: [
      ("nothing", [], "empty"), ("addr", op(.addr, fixed(0x1234, 4)), "memory 0x1234"),
      ("addrx", op(.addrx, u(1)), "memory 0x2000"), ("GNU_addr_index", op(.gnuAddrIndex, u(0)), "memory 0x1000"),
      ("fbreg", op(.fbreg, s(12)), "memory 0x500c"), ("fbreg negative", op(.fbreg, s(-16)), "memory 0x4ff0"),
      ("call_frame_cfa", op(.callFrameCFA), "memory 0x6000"),
      ("push_object_address", op(.pushObjectAddress) ++ op(.plusUconst, u(8)), "memory 0xa008"),
      ("form_tls_address", op(.const4u, fixed(0x10, 4)) ++ op(.formTLSAddress), "memory 0x9010"),
      ("GNU_push_tls_address", op(.const4u, fixed(0x20, 4)) ++ op(.gnuPushTLSAddress), "memory 0x9020"),
      ("plus_uconst alone counts from the frame base", op(.plusUconst, u(0x18)), "memory 0x5018"),
      ("deref", lit(1) ++ op(.deref), "memory 0x44332211"),
      ("deref twice", op(.fbreg, s(1)) ++ op(.deref) ++ op(.deref), "memory 0x54433221"),
      ("deref_size", lit(2) ++ op(.derefSize, [2]), "memory 0x3322"),
      (
        "deref_size 8", lit(1) ++ op(.derefSize, [8]) ++ op(.stackValue), "value 0x8877665544332211 unsigned of 8 bytes"
      ),
      ("deref_type", lit(9) ++ op(.derefType, [1], u(Scope.i8)) ++ op(.stackValue), "value 0x99 signed of 1 bytes"),
      (
        "GNU_deref_type", lit(9) ++ op(.gnuDerefType, [2], u(Scope.u16)) ++ op(.stackValue),
        "value 0xaa99 unsigned of 2 bytes"
      ),
      ("entry_value", op(.entryValue, block(wasm(0, 0))) ++ op(.stackValue), "value 0xe003 generic of 4 bytes"),
      ("GNU_entry_value", op(.gnuEntryValue, block([0x50])) ++ op(.stackValue), "value 0xe001 generic of 4 bytes"),
      ("GNU_parameter_ref", op(.gnuParameterRef, fixed(0x21, 4)) ++ op(.stackValue), "value 0xf021 generic of 4 bytes"),
      (
        "GNU_variable_value", op(.gnuVariableValue, fixed(0x21, 4)) ++ op(.stackValue),
        "value 0xb000 generic of 4 bytes"
      ),
      ("implicit_value", op(.implicitValue, block([1, 2, 3])), "bytes [1, 2, 3]"),
      ("implicit_pointer", op(.implicitPointer, fixed(0x40, 4), s(-2)), "pointer 0x40+-2"),
      ("GNU_implicit_pointer", op(.gnuImplicitPointer, fixed(0x41, 4), s(3)), "pointer 0x41+3"),
      ("reg", op(.reg0, number: 31), "it is in register 31, and Wasm has no registers"),
      ("regx", op(.regx, u(40)), "it is in register 40, and Wasm has no registers"),
      ("breg", op(.breg0, number: 7, s(-4)), "it is in register 7, and Wasm has no registers"),
      ("bregx", op(.bregx, u(33), s(1)) ++ op(.deref), "it is in register 33, and Wasm has no registers"),
      (
        "regval_type", op(.regvalType, u(5), u(Scope.i32)) ++ op(.stackValue),
        "it is in register 5, and Wasm has no registers"
      ),
      ("GNU_regval_type", op(.gnuRegvalType, u(6), u(Scope.i32)), "it is in register 6, and Wasm has no registers"),
    ] as [(String, [UInt8], String)]) func locations(_ name: String, _ bytes: [UInt8], _ expected: String) throws
  {
    #expect(try text(bytes) == [expected])
  }

  /// With DW_OP_stack_value a place holds the variable, without it the variable's address.
  @Test(arguments: [
    (wasm(0, 0) ++ op(.stackValue), "value 0x64 generic of 4 bytes [local 0]"), (wasm(0, 0), "memory 0x64 [local 0]"),
    (wasm(0, 1) ++ op(.stackValue), "value 0xffffffffffffffff signed of 8 bytes [local 1]"),
    (wasm(0, 2) ++ op(.stackValue), "value 0x3fc00000 float of 4 bytes [local 2]"),
    (wasm(1, 2) ++ op(.stackValue), "value 0x702 generic of 4 bytes [global 2]"),
    (wasm(2, 3) ++ op(.stackValue), "value 0x803 generic of 4 bytes [operand 3]"),
    (op(.wasmLocation, [3], fixed(5, 4)) ++ op(.stackValue), "value 0x705 generic of 4 bytes [global 5]"),
    // Kind 3 as LEB128: four bytes are not there, or are no index that a module could have.
    (op(.wasmLocation, [3], u(5)) ++ op(.stackValue), "value 0x705 generic of 4 bytes [global 5]"),
    (op(.wasmLocation, [3], u(0)) ++ lit(8) ++ op(.plus) ++ op(.stackValue), "value 0x708 generic of 4 bytes"),
    (
      op(.wasmLocation, [3, 0x80, 0x80, 0x80, 0x80, 0]) ++ op(.stackValue), "value 0x700 generic of 4 bytes [global 0]"
    ),
    // No longer what the place holds, and still it.
    (wasm(0, 0) ++ op(.plusUconst, u(4)), "memory 0x68"), (wasm(0, 0) ++ op(.deref), "memory 0xd7c6b5a4"),
    (wasm(0, 0) ++ op(.convert, u(Scope.i8)) ++ op(.stackValue), "value 0x64 signed of 1 bytes"),
    (wasm(0, 0) ++ lit(1) ++ op(.swap), "memory 0x64 [local 0]"),
    (wasm(0, 9) ++ op(.stackValue), "there is no local 9"),
  ]) func wasmPlaces(_ bytes: [UInt8], _ expected: String) throws {
    #expect(try text(bytes) == [expected])
  }

  @Test func pieces() throws {
    #expect(
      try text(
        wasm(0, 0) ++ op(.stackValue) ++ op(.piece, u(4)) ++ op(.piece, u(2)) ++ op(.fbreg, s(8)) ++ op(.piece, u(8))
          ++ op(.implicitValue, block([7])) ++ op(.bitPiece, u(5), u(2))
      ) == [
        "32: value 0x64 generic of 4 bytes [local 0]", "16: empty", "64: memory 0x5008", "5@2: bytes [7]",
      ])
    // What one piece needs and nobody knows costs that piece alone; a piece may count from the frame base.
    #expect(
      try text(
        wasm(0, 9) ++ op(.deref) ++ op(.convert, u(0x99)) ++ op(.piece, u(4)) ++ op(.reg0) ++ op(.piece, u(4))
          ++ op(.plusUconst, u(4)) ++ op(.piece, u(4))
      ) == [
        "32: there is no local 9", "32: it is in register 0, and Wasm has no registers", "32: memory 0x5004",
      ])
    #expect(Process().rule(lit(1) ++ op(.plusUconst, u(1)) ++ op(.drop) ++ op(.plusUconst, u(1))) == .stackUnderflow)
    // Where operations of a piece that is given up branch, its end is not known.
    #expect(Process().rule(wasm(0, 9) ++ op(.bra, fixed(0, 2))) == .unavailableBranch)
    #expect(Process().rule(op(.reg0) ++ op(.skip, fixed(2, 2)) ++ op(.piece, u(4))) == .unavailableBranch)
  }

  @Test func uninitialized() throws {
    #expect(try Process().run(wasm(0, 0) ++ op(.stackValue))[0].isUninitialized == false)
    let pieces = try Process().run(wasm(0, 0) ++ op(.stackValue) ++ op(.gnuUninit))
    #expect(pieces.map(\.isUninitialized) == [true])
    #expect(pieces.map(\.text) == ["value 0x64 generic of 4 bytes [local 0]"])
  }

  @Test(arguments: [4, 8] as [UInt8]) func addressesWrap(_ size: UInt8) throws {
    var process = Process(addressSize: size)
    let largest = UnitEncoding(version: 5, offsetSize: 4, addressSize: size).largestAddress
    process.answers["frame base"] = process.number(largest - 1)
    #expect(try process.run(op(.fbreg, s(4))).map(\.text) == ["memory 0x2"])
    #expect(try process.run(op(.addr, fixed(-2, Int(size)))).map(\.text) == ["memory \(CodeAddress(largest - 1))"])
    #expect(try process.run(lit(1) ++ op(.deref)).count == 1)
  }

  /// LLVM's way for position-independent and thread-local data: a global, and an offset that is no address of the file.
  @Test func addressesBehindAGlobal() throws {
    var process = Process()
    process.answers["address in the process for 0x428"] = process.number(0x1_0428)
    let base = op(.wasmLocation, [3], fixed(1, 4))
    #expect(try text(op(.addr, fixed(0x428, 4)), process) == ["memory 0x10428"])
    #expect(try text(base ++ op(.addr, fixed(0x428, 4)) ++ op(.plus), process) == ["memory 0xb29"])
    #expect(try text(base ++ op(.addrx, u(1)) ++ op(.plus), process) == ["memory 0x2701"])
  }

  @Test func startsWithAStack() throws {
    let object = ExpressionEvaluator.Operand(
      TypedValue(.generic(4), bits: 0x100), Provenance(trust: 3, notes: 4), origin: .local(1))
    let pieces = try Process().run(op(.plusUconst, u(8)), stack: [object])
    #expect(pieces.map(\.text) == ["memory 0x108"])
    #expect(pieces.map(\.provenance) == [Provenance(trust: 3, notes: 4)])
    #expect(try Process().run([], stack: [object]).map(\.text) == ["memory 0x100 [local 1]"])
  }

  @Test func callsOtherExpressions() throws {
    var process = Process()
    process.answers["location of what entry 0x30 of the unit describes"] = .expression(
      Bytes(copying: op(.dup) ++ op(.plus)), Scope())
    process.answers["location of what entry 0x31 describes"] = .expression(Bytes(copying: lit(9)), Scope())
    #expect(try text(lit(4) ++ op(.call2, fixed(0x30, 2)) ++ op(.plusUconst, u(1)), process) == ["memory 0x9"])
    #expect(try text(lit(4) ++ op(.call4, fixed(0x30, 4)), process) == ["memory 0x8"])
    #expect(try text(op(.callRef, fixed(0x31, 4)), process) == ["memory 0x9"])
    #expect(try text(lit(2) ++ op(.callRef, fixed(0x77, 4)), process) == ["memory 0x2"])
    // In version 2 a reference has the size of an address.
    process.answers["location of what entry 0x31 describes"] = .expression(Bytes(copying: lit(9)), Scope.size(8))
    #expect(try text(op(.callRef, fixed(0x31, 8)), process, scope: .size(8, version: 2)) == ["memory 0x9"])
  }

  @Test func callsNoDeeperThanTheLimit() throws {
    var process = Process()
    let endless = Bytes(copying: op(.call2, fixed(0x30, 2)))
    process.answers["location of what entry 0x30 of the unit describes"] = .expression(endless, Scope())
    #expect(process.rule(endless.array) == .expressionTooLong)
    let entry = op(.entryValue, block([0x50])) ++ op(.stackValue)
    #expect(Process().rule(entry, depth: Limits.standard.expressionDepth - 2) == nil)
    #expect(Process().rule(entry, depth: Limits.standard.expressionDepth - 1) == .expressionTooLong)
    // Of another unit with other addresses.
    process.answers["location of what entry 0x31 of the unit describes"] = .expression(
      Bytes(copying: lit(9)), Scope.size(8))
    #expect(process.rule(op(.call2, fixed(0x31, 2))) == .typeMismatch)
  }

  @Test func neverRunsPastTheLimits() {
    #expect(Process().rule(op(.skip, fixed(-3, 2))) == .expressionTooLong)
    #expect(Process().rule(lit(1) ++ op(.dup) ++ op(.skip, fixed(-4, 2))) == .expressionTooLong)
    #expect(Process().rule([UInt8](repeating: 0x31, count: 1001)) == .expressionTooLong)
    #expect(Process().rule([UInt8](repeating: 0x31, count: 1000)) == nil)
  }

  @Test func keepsTrackOfTrust() throws {
    var process = Process()
    func known(_ value: UInt64, _ trust: UInt8, _ note: UInt64) -> ExpressionAnswer {
      .value(TypedValue(.generic(4), bits: UInt128(value)), Provenance(trust: trust, notes: 1 << note))
    }
    process.answers["local 3"] = known(7, 5, 0)
    process.answers["local 4"] = known(8, 2, 1)
    process.answers["memory at 0x7, 4 bytes"] = known(0x20, 4, 2)
    process.answers["local 5"] = .unavailable(Provenance(trust: 0, notes: 8))
    func provenance(_ bytes: [UInt8]) throws -> [Provenance] { try process.run(bytes).map(\.provenance) }
    #expect(try provenance(lit(1)) == [.certain])
    #expect(try provenance(wasm(0, 3)) == [Provenance(trust: 5, notes: 1)])
    #expect(try provenance(wasm(0, 3) ++ wasm(0, 4) ++ op(.plus)) == [Provenance(trust: 2, notes: 3)])
    #expect(try provenance(wasm(0, 3) ++ op(.deref)) == [Provenance(trust: 4, notes: 5)])
    #expect(
      try provenance(wasm(0, 3) ++ op(.plusUconst, u(1)) ++ op(.neg) ++ op(.stackValue)) == [
        Provenance(trust: 5, notes: 1)
      ])
    #expect(try provenance(wasm(0, 4) ++ op(.drop) ++ lit(1)) == [.certain])
    #expect(try provenance(wasm(0, 5)) == [Provenance(trust: 0, notes: 8)])
    // Each piece has its own; but what a branch depended on holds for all that follow.
    #expect(
      try provenance(
        wasm(0, 3) ++ op(.piece, u(4)) ++ wasm(0, 4) ++ op(.bra, fixed(0, 2)) ++ lit(1) ++ op(.piece, u(4)) ++ lit(2)
          ++ op(.piece, u(4))
      ) == [Provenance(trust: 5, notes: 1), Provenance(trust: 2, notes: 2), Provenance(trust: 2, notes: 2)])
  }

  @Test func asksAgainUntilAnswered() throws {
    var evaluator = ExpressionEvaluator(Bytes(copying: wasm(0, 3)), scope: Scope())
    for _ in 0..<2 {
      guard case .needs(.wasm(.local(3))) = try evaluator.run() else {
        Issue.record("does not ask for the local")
        return
      }
    }
    let error = #expect(throws: ReadError.self) { try evaluator.resume(.noExpression) }
    #expect(error?.rule == .wrongAnswer)
    guard case .finished(let pieces) = try evaluator.resume(Process().number(6)) else {
      Issue.record("does not end")
      return
    }
    #expect(pieces.map(\.text) == ["memory 0x6 [local 3]"])
  }

  @Test func frameBases() throws {
    func base(_ bytes: [UInt8]) throws -> UInt64? { try Process().run(bytes).frameBase(addressSize: 4)?.address }
    #expect(try base(wasm(0, 0) ++ op(.stackValue)) == 0x64)
    #expect(try base(wasm(0, 0)) == 0x64)
    #expect(try base(op(.callFrameCFA)) == 0x6000)
    #expect(try base(wasm(0, 1) ++ op(.stackValue)) == nil)
    #expect(try base(wasm(0, 0) ++ op(.piece, u(4))) == nil)
    #expect(try base(wasm(0, 9) ++ op(.stackValue)) == nil)
  }

  @Test func findsTypesAndAddressesInAUnit() throws {
    var builder = DwarfBuilder(version: 5)
    builder.unit(
      DIE(
        DwTag.compileUnit, [name("u"), low(0x40, .addrx), number(.addrBase, builder.addrBase, .secOffset)],
        children: [
          DIE(
            DwTag.baseType, [number(.encoding, 5, .data1), number(.byteSize, 2, .data1)], label: "short"),
          DIE(DwTag.baseType, [number(.encoding, 4, .data1), number(.byteSize, 8, .data1)]),
          DIE(DwTag.baseType, [number(.encoding, 5, .data1), number(.byteSize, 17, .data1)]),
          DIE(DwTag.variable, [number(.encoding, 5, .data1), number(.byteSize, 2, .data1)]),
        ]))
    let unit = builder.dwarf.units[0]
    var entries = try unit.entries()
    var types: [StackType?] = []
    while let entry = try entries.next() { types.append(unit.stackType(at: entry.offset)) }
    #expect(types == [nil, .signed(2), .float64, nil, nil])
    #expect(unit.stackType(at: UnitOffset(0x1000)) == nil)
    #expect(unit.indexedAddress(0) == 0x40)
    #expect(unit.indexedAddress(1) == nil)
  }
}
