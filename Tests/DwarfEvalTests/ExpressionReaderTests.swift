import ByteCursor
import DwarfEval
import TestSupport
import Testing

@Suite struct ExpressionReaderTests {
  private func text(_ bytes: [UInt8], _ encoding: UnitEncoding = Scope().encoding) -> String {
    ExpressionReader.text(Bytes(copying: bytes), encoding: encoding)
  }

  /// As llvm-dwarfdump prints them.
  @Test(
    arguments: [
      ([], ""), (lit(31), "DW_OP_lit31"), (op(.fbreg, s(12)), "DW_OP_fbreg +12"), (op(.fbreg, s(-8)), "DW_OP_fbreg -8"),
      (op(.addr, fixed(0x468, 4)), "DW_OP_addr 0x468"), (op(.consts, s(0)), "DW_OP_consts +0"),
      (op(.const1s, [0x80]), "DW_OP_const1s -128"), (op(.const2u, [1, 2]), "DW_OP_const2u 0x201"),
      (op(.const2s, fixed(-300, 2)), "DW_OP_const2s -300"), (op(.const4s, fixed(-3, 4)), "DW_OP_const4s -3"),
      (op(.const4u, fixed(-1, 4)), "DW_OP_const4u 0xffffffff"),
      (op(.const8u, fixed(-1, 8)), "DW_OP_const8u 0xffffffffffffffff"),
      (op(.const8s, fixed(.min, 8)), "DW_OP_const8s -9223372036854775808"),
      (op(.skip, fixed(-3, 2)), "DW_OP_skip -3"), (op(.bra, fixed(3, 2)), "DW_OP_bra +3"),
      (wasm(0, 2) ++ op(.stackValue), "DW_OP_WASM_location 0x0 0x2, DW_OP_stack_value"),
      (op(.wasmLocation, [3], fixed(1, 4)), "DW_OP_WASM_location 0x3 0x1"),
      (op(.implicitValue, block([0, 0x1f])), "DW_OP_implicit_value 0x2 0x00 0x1f"),
      (
        op(.entryValue, block(wasm(0, 1) ++ lit(1))) ++ op(.stackValue),
        "DW_OP_entry_value(DW_OP_WASM_location 0x0 0x1, DW_OP_lit1), DW_OP_stack_value"
      ),
      (op(.bregx, u(40), s(-1)), "DW_OP_bregx 0x28 -1"), (op(.breg0, number: 3, s(5)), "DW_OP_breg3 +5"),
      (op(.bitPiece, u(3), u(200)), "DW_OP_bit_piece 0x3 0xc8"),
      (op(.implicitPointer, fixed(0x40, 4), s(2)), "DW_OP_implicit_pointer 0x40 +2"),
      (op(.convert, u(0x2a)), "DW_OP_convert 0x2a"), (op(.derefType, [4], u(0x2a)), "DW_OP_deref_type 0x4 0x2a"),
      (op(.constType, u(0x2a), [2, 1, 2]), "DW_OP_const_type 0x2a 0x2 0x01 0x02"),
      (op(.pick, [3]) ++ [0xe9, 0x0f], "DW_OP_pick 0x3, <decoding error> e9 0f"),
      (op(.addr, [1]), "<decoding error> 03 01"),
    ] as [([UInt8], String)]) func prints(_ bytes: [UInt8], _ expected: String)
  { #expect(text(bytes) == expected) }

  @Test func sizesFollowTheUnit() {
    let wide = UnitEncoding(version: 5, offsetSize: 8, addressSize: 8)
    #expect(text(op(.addr, fixed(0x1_0000_0000, 8)), wide) == "DW_OP_addr 0x100000000")
    #expect(text(op(.callRef, fixed(0x1_0000_0000, 8)), wide) == "DW_OP_call_ref 0x100000000")
    // In version 2 references have the size of addresses, since version 3 that of offsets.
    let old = UnitEncoding(version: 2, offsetSize: 8, addressSize: 4)
    #expect(text(op(.gnuImplicitPointer, fixed(7, 4), s(1)), old) == "DW_OP_GNU_implicit_pointer 0x7 +1")
    let newer = UnitEncoding(version: 3, offsetSize: 8, addressSize: 4)
    #expect(text(op(.gnuImplicitPointer, fixed(7, 8), s(1)), newer) == "DW_OP_GNU_implicit_pointer 0x7 +1")
  }

  @Test func saysWhereOperationsStand() throws {
    var reader = ExpressionReader(
      Bytes(copying: lit(1) ++ op(.constu, u(300)) ++ op(.plus)), encoding: Scope().encoding)
    var places: [[Int]] = []
    while let operation = try reader.next() { places.append([operation.offset, operation.end]) }
    #expect(places == [[0, 1], [1, 4], [4, 5]])
  }

  /// Every operation that has a name, and none that has none, can be read and is executed or refused for a reason.
  @Test func knowsWhatItNames() {
    for code in 0...255 as ClosedRange<UInt8> {
      var reader = ExpressionReader(
        Bytes(copying: [code] + [UInt8](repeating: 0, count: 24)), encoding: Scope().encoding)
      let isKnown = DwOperation.names[code] != nil && DwOperation(rawValue: code) != .gnuEncodedAddr
      #expect(((try? reader.next()) != nil) == isKnown, "\(DwOperation(rawValue: code))")
      let rule = Process().rule([0x31, 0x32, 0x33, code] + [UInt8](repeating: 0, count: 24))
      // Zeros are no operations: what comes first decides.
      if !isKnown { #expect(rule == .unknownOperation) }
    }
    #expect(DwOperation(rawValue: 0x4f).description == "DW_OP_lit31")
    #expect(DwOperation(rawValue: 0x50).description == "DW_OP_reg0")
    #expect(DwOperation(rawValue: 0x8f).description == "DW_OP_breg31")
    #expect(DwOperation.wasmLocation.description == "DW_OP_WASM_location")
    #expect(DwEncoding.utf.description == "DW_ATE_UTF")
  }
}
