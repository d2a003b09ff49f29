import ByteCursor
import DwarfEval
import TestSupport
import Testing

/// Each operation that calculates, with results that were worked out by hand.
@Suite struct ExpressionOperationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let bits: UInt128
    let type: StackType
    var addressSize: UInt8 = 4

    init(_ name: String, _ bytes: [UInt8], _ bits: UInt128, _ type: StackType = .generic(4)) {
      self.name = name
      self.bytes = bytes
      self.bits = bits
      self.type = type
      if type == .generic(8) { addressSize = 8 }
    }
    var testDescription: String { name }
  }

  private static let minus1 = op(.consts, s(-1))
  private static let least = op(.const4u, fixed(0x8000_0000, 4))

  @Test(arguments: [
    Case("lit0", lit(0), 0), Case("lit31", lit(31), 31),
    Case("const1u", op(.const1u, [0xff]), 0xff), Case("const1s", op(.const1s, [0xff]), 0xffff_ffff),
    Case("const2u", op(.const2u, fixed(-2, 2)), 0xfffe), Case("const2s", op(.const2s, fixed(-2, 2)), 0xffff_fffe),
    Case("const4u", op(.const4u, fixed(-3, 4)), 0xffff_fffd), Case("const4s", op(.const4s, fixed(7, 4)), 7),
    Case("const8u", op(.const8u, fixed(0x1_2345_6789, 8)), 0x2345_6789),
    Case("const8s", op(.const8s, fixed(-4, 8)), 0xffff_fffc),
    Case("const8u in 64 bits", op(.const8u, fixed(-1, 8)), UInt128(UInt64.max), .generic(8)),
    Case("const4s in 64 bits", op(.const4s, fixed(-1, 4)), UInt128(UInt64.max), .generic(8)),
    Case("constu", op(.constu, u(0x1234)), 0x1234), Case("consts", op(.consts, s(-128)), 0xffff_ff80),
    Case("constx", op(.constx, u(1)), 0x2000), Case("GNU_const_index", op(.gnuConstIndex, u(0)), 0x1000),
    Case("nop", lit(3) ++ op(.nop), 3),
  ]) func constants(_ test: Case) throws { try check(test) }

  @Test(arguments: [
    Case("dup", lit(2) ++ op(.dup) ++ op(.plus), 4), Case("drop", lit(1) ++ lit(2) ++ op(.drop), 1),
    Case("over", lit(1) ++ lit(2) ++ op(.over), 1),
    Case("pick 0", lit(1) ++ lit(2) ++ op(.pick, [0]), 2),
    Case("pick 2", lit(7) ++ lit(1) ++ lit(2) ++ op(.pick, [2]), 7),
    Case("swap", lit(9) ++ lit(4) ++ op(.swap) ++ op(.minus), 0xffff_fffb),
    // 1 2 3 becomes 3 1 2: the first, 3, is the third now.
    Case("rot, the first", lit(1) ++ lit(2) ++ lit(3) ++ op(.rot), 2),
    Case("rot, the second", lit(1) ++ lit(2) ++ lit(3) ++ op(.rot) ++ op(.drop), 1),
    Case("rot, the third", lit(1) ++ lit(2) ++ lit(3) ++ op(.rot) ++ op(.drop) ++ op(.drop), 3),
  ]) func stack(_ test: Case) throws { try check(test) }

  @Test(arguments: [
    Case("abs", op(.consts, s(-5)) ++ op(.abs), 5), Case("abs of a positive", lit(5) ++ op(.abs), 5),
    Case("abs of the least", least ++ op(.abs), 0x8000_0000),
    Case("abs unsigned", typed(Scope.u8, 0xf0, size: 1) ++ op(.abs), 0xf0, .unsigned(1)),
    Case("abs signed", typed(Scope.i8, -16, size: 1) ++ op(.abs), 16, .signed(1)),
    Case("abs float", typed(-2.5) ++ op(.abs), UInt128((2.5).bitPattern), .float64),
    Case("neg", lit(1) ++ op(.neg), 0xffff_ffff), Case("neg of the least", least ++ op(.neg), 0x8000_0000),
    Case("neg i64", typed(Scope.i64, 1, size: 8) ++ op(.neg), UInt128(UInt64.max), .signed(8)),
    Case("neg float", typed(Float(2.5)) ++ op(.neg), UInt128(Float(-2.5).bitPattern), .float32),
    Case("not", lit(0) ++ op(.not), 0xffff_ffff),
    Case("not u8", typed(Scope.u8, 0x0f, size: 1) ++ op(.not), 0xf0, .unsigned(1)),
    Case("and", op(.constu, u(0xff0)) ++ op(.constu, u(0x0ff)) ++ op(.and), 0x0f0),
    Case("or", op(.constu, u(0xff0)) ++ op(.constu, u(0x00f)) ++ op(.or), 0xfff),
    Case("xor", op(.constu, u(0xff0)) ++ op(.constu, u(0x0ff)) ++ op(.xor), 0xf0f),
    Case("plus", lit(3) ++ lit(4) ++ op(.plus), 7), Case("plus wraps", minus1 ++ lit(2) ++ op(.plus), 1),
    Case("plus i8 wraps", typed(Scope.i8, 127, size: 1) ++ typed(Scope.i8, 1, size: 1) ++ op(.plus), 0x80, .signed(1)),
    Case("plus float", typed(1.5) ++ typed(2.25) ++ op(.plus), UInt128((3.75).bitPattern), .float64),
    Case(
      "plus i128", typed128(.max) ++ typed128(1) ++ op(.plus), UInt128(1) << 127, .signed(16)),
    Case("plus_uconst", lit(3) ++ op(.plusUconst, u(300)), 303),
    Case("plus_uconst wraps", minus1 ++ op(.plusUconst, u(3)), 2),
    Case("plus_uconst i64", typed(Scope.i64, -1, size: 8) ++ op(.plusUconst, u(2)), 1, .signed(8)),
    Case("minus", lit(3) ++ lit(4) ++ op(.minus), 0xffff_ffff),
    Case("minus float", typed(1.5) ++ typed(2.0) ++ op(.minus), UInt128((-0.5).bitPattern), .float64),
    Case("mul", op(.consts, s(-3)) ++ lit(5) ++ op(.mul), 0xffff_fff1),
    Case("mul wraps", op(.constu, u(0x10000)) ++ op(.constu, u(0x10001)) ++ op(.mul), 0x10000),
    Case("mul float", typed(Float(1.5)) ++ typed(Float(4)) ++ op(.mul), UInt128(Float(6).bitPattern), .float32),
    Case("div is signed", op(.consts, s(-7)) ++ lit(2) ++ op(.div), 0xffff_fffd),
    Case("div of the least by -1", least ++ minus1 ++ op(.div), 0x8000_0000),
    Case(
      "div u32", typed(Scope.u32, -7, size: 4) ++ typed(Scope.u32, 2, size: 4) ++ op(.div), 0x7fff_fffc, .unsigned(4)),
    Case("div i32", typed(Scope.i32, -7, size: 4) ++ typed(Scope.i32, 2, size: 4) ++ op(.div), 0xffff_fffd, .signed(4)),
    Case("div float", typed(1.0) ++ typed(0.0) ++ op(.div), UInt128(Double.infinity.bitPattern), .float64),
    Case("div i128 of the least by -1", typed128(.min) ++ typed128(-1) ++ op(.div), UInt128(1) << 127, .signed(16)),
    Case("mod is unsigned", op(.consts, s(-1)) ++ op(.constu, u(10)) ++ op(.mod), 5),
    Case("mod i32", typed(Scope.i32, -7, size: 4) ++ typed(Scope.i32, 4, size: 4) ++ op(.mod), 0xffff_fffd, .signed(4)),
    Case("mod i128 of the least by -1", typed128(.min) ++ typed128(-1) ++ op(.mod), 0, .signed(16)),
    Case("shl", lit(1) ++ lit(31) ++ op(.shl), 0x8000_0000),
    Case("shl by the width", lit(1) ++ op(.constu, u(32)) ++ op(.shl), 0),
    Case("shl by a negative distance", lit(1) ++ minus1 ++ op(.shl), 0),
    Case("shr", minus1 ++ lit(28) ++ op(.shr), 0xf),
    Case("shr by the width", minus1 ++ op(.constu, u(32)) ++ op(.shr), 0),
    Case("shr i8", typed(Scope.i8, -1, size: 1) ++ lit(4) ++ op(.shr), 0x0f, .signed(1)),
    Case("shra", op(.consts, s(-16)) ++ lit(2) ++ op(.shra), 0xffff_fffc),
    Case("shra by the width", minus1 ++ op(.constu, u(40)) ++ op(.shra), 0xffff_ffff),
    Case("shra of a positive by the width", lit(9) ++ op(.constu, u(32)) ++ op(.shra), 0),
    Case("shra u8", typed(Scope.u8, 0x80, size: 1) ++ lit(3) ++ op(.shra), 0xf0, .unsigned(1)),
    Case("shra in 64 bits", minus1 ++ op(.constu, u(63)) ++ op(.shra), UInt128(UInt64.max), .generic(8)),
  ]) func arithmetic(_ test: Case) throws { try check(test) }

  private static func typed128(_ value: Int128) -> [UInt8] {
    let bits = UInt128(bitPattern: value)
    return op(.constType, u(Scope.i128), [16]) ++ (0..<16).map { UInt8(truncatingIfNeeded: bits >> UInt128(8 * $0)) }
  }

  /// Whether `first op second` for less, equal and greater.
  @Test(
    arguments: [
      (.lt, [true, false, false]), (.le, [true, true, false]), (.eq, [false, true, false]), (.ne, [true, false, true]),
      (.ge, [false, true, true]), (.gt, [false, false, true]),
    ] as [(DwOperation, [Bool])]) func comparisons(_ operation: DwOperation, _ expected: [Bool]) throws
  {
    let pairs: [([UInt8], [UInt8])] = [
      // Generic values are signed.
      (Self.minus1, lit(1)),
      (typed(Scope.i16, -1, size: 2), typed(Scope.i16, 1, size: 2)),
      (typed(Scope.u16, 1, size: 2), typed(Scope.u16, -1, size: 2)),
      (typed(-0.5), typed(0.25)), (typed(Float(1)), typed(Float(2))),
    ]
    for (small, large) in pairs {
      for ((left, right), holds) in zip([(small, large), (small, small), (large, small)], expected) {
        #expect(try Process().value(left ++ right ++ op(operation)) == TypedValue(.generic(4), bits: holds ? 1 : 0))
      }
    }
  }

  @Test(arguments: [
    Case("const_type", typed(Scope.i16, -2, size: 2), 0xfffe, .signed(2)),
    Case("GNU_const_type", op(.gnuConstType, u(Scope.u8), [1, 7]), 7, .unsigned(1)),
    Case("convert generic to i8", op(.constu, u(0x1ff)) ++ op(.convert, u(Scope.i8)), 0xff, .signed(1)),
    Case("convert i8 to i32", typed(Scope.i8, -2, size: 1) ++ op(.convert, u(Scope.i32)), 0xffff_fffe, .signed(4)),
    Case("convert u8 to i32", typed(Scope.u8, -2, size: 1) ++ op(.convert, u(Scope.i32)), 0xfe, .signed(4)),
    Case(
      "convert i8 to u64", typed(Scope.i8, -2, size: 1) ++ op(.convert, u(Scope.u64)), 0xffff_ffff_ffff_fffe,
      .unsigned(8)),
    Case("convert i64 to i128", typed(Scope.i64, -2, size: 8) ++ op(.convert, u(Scope.i128)), .max - 1, .signed(16)),
    Case("convert to generic", typed(Scope.i8, -2, size: 1) ++ op(.convert, u(0)), 0xffff_fffe),
    Case("GNU_convert", typed(Scope.i8, -2, size: 1) ++ op(.gnuConvert, u(Scope.i16)), 0xfffe, .signed(2)),
    Case(
      "convert i32 to f32", typed(Scope.i32, -3, size: 4) ++ op(.convert, u(Scope.f32)), UInt128(Float(-3).bitPattern),
      .float32),
    Case(
      "convert u32 to f64", typed(Scope.u32, -1, size: 4) ++ op(.convert, u(Scope.f64)),
      UInt128((4_294_967_295.0).bitPattern), .float64),
    Case("convert f64 to i32", typed(-3.9) ++ op(.convert, u(Scope.i32)), 0xffff_fffd, .signed(4)),
    Case("convert f64 to u8", typed(255.9) ++ op(.convert, u(Scope.u8)), 255, .unsigned(1)),
    Case("convert f64 to generic", typed(-1.0) ++ op(.convert, u(0)), 0xffff_ffff),
    Case("convert f64 to f32", typed(0.1) ++ op(.convert, u(Scope.f32)), UInt128(Float(0.1).bitPattern), .float32),
    Case("convert f32 to f64", typed(Float(0.5)) ++ op(.convert, u(Scope.f64)), UInt128((0.5).bitPattern), .float64),
    Case("reinterpret", typed(Float(1)) ++ op(.reinterpret, u(Scope.u32)), 0x3f80_0000, .unsigned(4)),
    Case("reinterpret generic", lit(5) ++ op(.gnuReinterpret, u(Scope.i32)), 5, .signed(4)),
    Case("reinterpret as generic", typed(Scope.i32, -1, size: 4) ++ op(.reinterpret, u(0)), 0xffff_ffff),
    Case(
      "a type that is only moved about", op(.constType, u(Scope.f128), [16]) ++ oneToSixteen,
      0x100f_0e0d_0c0b_0a09_0807_0605_0403_0201, Scope.types[Scope.f128]!),
  ]) func types(_ test: Case) throws { try check(test) }

  @Test func branches() throws {
    // skip over a constant.
    #expect(try Process().value(lit(1) ++ op(.skip, fixed(1, 2)) ++ lit(2))?.bits == 1)
    for (condition, result): ([UInt8], UInt128) in [(lit(0), 8), (lit(5), 9), (Self.minus1, 9)] {
      // condition ? 9 : 8
      let bytes = condition ++ op(.bra, fixed(4, 2)) ++ lit(8) ++ op(.skip, fixed(1, 2)) ++ lit(9)
      #expect(try Process().value(bytes)?.bits == result)
    }
    // The sum of 1 to 10: counter and sum; the loop goes back over what it consists of.
    let body = op(.over) ++ op(.plus) ++ op(.swap) ++ lit(1) ++ op(.minus) ++ op(.swap) ++ op(.over)
    let loop = lit(10) ++ lit(0) ++ body ++ op(.bra, fixed(-Int64(body.count + 3), 2))
    #expect(try Process().value(loop)?.bits == 55)
    // To the very end.
    #expect(try Process().run(lit(4) ++ op(.skip, fixed(0, 2))).map(\.text) == ["memory 0x4"])
  }

  /// Constants and masks of 64 bits for variables of 64 bits, where addresses have 32.
  @Test func widerThanAddresses() throws {
    let process = Process()
    func wide(_ bytes: [UInt8]) throws -> UInt128? { try #require(try process.value(bytes)).bits(byteSize: 8) }
    #expect(try wide(op(.constu, u(0x1234_5678_9abc_def0))) == 0x1234_5678_9abc_def0)
    #expect(try wide(op(.consts, s(-2))) == 0xffff_ffff_ffff_fffe)
    #expect(try wide(op(.constu, u(0xffff_ffff))) == 0xffff_ffff)
    #expect(try wide(op(.consts, s(-2)) ++ op(.plusUconst, u(3))) == 1)
    #expect(try wide(lit(1) ++ op(.constu, u(40)) ++ op(.shl)) == 1 << 40)
    #expect(try wide(lit(1) ++ op(.neg)) == UInt128(UInt64.max))
    // An i32 local has no upper bits, unless a mask says what they are.
    #expect(try wide(wasm(0, 0)) == nil)
    #expect(try wide(wasm(0, 0) ++ op(.constu, u(0xffff_ffff)) ++ op(.and)) == 0x64)
    #expect(try wide(wasm(0, 0) ++ op(.constu, u(0xffff_ffff_ffff_fff0)) ++ op(.and)) == nil)
    // An i64 local and a generic constant, as LLVM writes it.
    #expect(try wide(wasm(0, 1) ++ op(.constu, u(0xffff_ffff)) ++ op(.and)) == 0xffff_ffff)
    #expect(try wide(wasm(0, 1) ++ op(.consts, s(-1)) ++ op(.plus)) == 0xffff_ffff_ffff_fffe)
    #expect(try wide(wasm(0, 1) ++ lit(4) ++ op(.shra)) == UInt128(UInt64.max))
    #expect(try wide(wasm(0, 1) ++ lit(1) ++ op(.lt)) == 1)
    // A generic value whose upper bits would have to be guessed, and one whose sign is clear.
    let register = op(.const4u, fixed(-1, 4)) ++ lit(1) ++ op(.div)
    #expect(process.rule(wasm(0, 1) ++ register ++ op(.plus)) == .typeMismatch)
    #expect(try wide(wasm(0, 1) ++ wasm(0, 0) ++ op(.plus)) == 0x63)
    // With 64-bit addresses there is nothing to guess.
    #expect(try Process(addressSize: 8).value(op(.constu, u(.max)))?.bits == UInt128(UInt64.max))
  }

  @Test(
    arguments: [
      ("and of floats", typed(1.0) ++ typed(1.0) ++ op(.and), .typeMismatch),
      ("mod of floats", typed(1.0) ++ typed(1.0) ++ op(.mod), .typeMismatch),
      ("not of a float", typed(1.0) ++ op(.not), .typeMismatch),
      ("shift of a float", typed(1.0) ++ lit(1) ++ op(.shl), .typeMismatch),
      ("plus_uconst on a float", typed(1.0) ++ op(.plusUconst, u(1)), .typeMismatch),
      ("different types", typed(Scope.i8, 1, size: 1) ++ typed(Scope.i16, 1, size: 2) ++ op(.plus), .typeMismatch),
      ("signed and unsigned", typed(Scope.i8, 1, size: 1) ++ typed(Scope.u8, 1, size: 1) ++ op(.eq), .typeMismatch),
      ("generic and float", lit(1) ++ typed(1.0) ++ op(.mul), .typeMismatch),
      ("float as a condition", typed(1.0) ++ op(.bra, fixed(0, 2)), .typeMismatch),
      ("128-bit float", op(.constType, u(Scope.f128), [16]) ++ oneToSixteen ++ op(.neg), .unsupportedValueType),
      (
        "128-bit float converted", op(.constType, u(Scope.f128), [16]) ++ oneToSixteen ++ op(.convert, u(0)),
        .unsupportedValueType
      ),
      ("reinterpret of another size", lit(1) ++ op(.reinterpret, u(Scope.i64)), .typeMismatch),
      ("constant of another size", op(.constType, u(Scope.i64), [1, 1]), .typeMismatch),
      ("no base type", lit(1) ++ op(.convert, u(0x77)), .badBaseType),
      ("float beyond the integer", typed(256.0) ++ op(.convert, u(Scope.u8)), .notRepresentable),
      ("negative float", typed(-1.0) ++ op(.convert, u(Scope.u8)), .notRepresentable),
      ("not a number", typed(Double.nan) ++ op(.convert, u(Scope.i64)), .notRepresentable),
      ("division by zero", lit(1) ++ lit(0) ++ op(.div), .divisionByZero),
      ("remainder by zero", lit(1) ++ lit(0) ++ op(.mod), .divisionByZero),
      ("xderef", lit(1) ++ lit(1) ++ op(.xderef), .addressSpaces),
      ("xderef_size", lit(1) ++ lit(1) ++ op(.xderefSize, [4]), .addressSpaces),
      ("xderef_type", lit(1) ++ lit(1) ++ op(.xderefType, [4], u(Scope.i32)), .addressSpaces),
      ("underflow", op(.plus), .stackUnderflow), ("underflow of drop", op(.drop), .stackUnderflow),
      ("underflow of pick", lit(1) ++ op(.pick, [1]), .stackUnderflow),
      ("underflow of rot", lit(1) ++ lit(2) ++ op(.rot), .stackUnderflow),
      ("underflow of stack_value", op(.stackValue), .stackUnderflow),
      ("branch in front", lit(1) ++ op(.skip, fixed(-5, 2)), .badBranch),
      ("branch behind", lit(1) ++ op(.skip, fixed(1, 2)), .badBranch),
      ("behind a location", lit(1) ++ op(.stackValue) ++ lit(1), .operationBehindLocation),
      ("unknown", [0xe9], .unknownOperation), ("GNU_encoded_addr", [0xf1, 0], .unknownOperation),
      ("LLVM's for other machines", [0xe1], .unknownOperation), ("unused", [0x01], .unknownOperation),
      ("unknown Wasm place", op(.wasmLocation, [4, 0]), .unknownWasmLocation),
      ("cut off", op(.const4u, [1, 2]), .unexpectedEnd), ("missing address", op(.addrx, u(2)), .indexOutOfBounds),
      ("float as an address", typed(1.0), .badAddress), ("wide address", typed(Scope.i64, -1, size: 8), .badAddress),
      ("deref of a wide address", typed(Scope.i64, 1 << 32, size: 8) ++ op(.deref), .badAddress),
      ("deref_size 9", lit(1) ++ op(.derefSize, [9]), .typeMismatch),
      ("deref_size 0", lit(1) ++ op(.derefSize, [0]), .typeMismatch),
      ("deref_type of another size", lit(1) ++ op(.derefType, [4], u(Scope.i64)), .typeMismatch),
      ("rest behind pieces", lit(1) ++ op(.piece, u(4)) ++ lit(2), .incompletePieces),
      ("too large a piece", lit(1) ++ op(.piece, u(.max)), .overLimit),
    ] as [(String, [UInt8], Rule)]) func saysWhatIsWrong(_ name: String, _ bytes: [UInt8], _ rule: Rule)
  {
    #expect(Process().rule(bytes) == rule)
  }

  @Test func namesThePlace() throws {
    var evaluator = ExpressionEvaluator(Bytes(copying: lit(1) ++ lit(0) ++ op(.div)), scope: Scope())
    let error = #expect(throws: ReadError.self) { try evaluator.run() }
    #expect(error?.offset == FileOffset(2))
    #expect(error?.value == 0x1b)
  }

  private func check(_ test: Case) throws {
    let value = try Process(addressSize: test.addressSize).value(test.bytes)
    #expect(value?.bits == test.bits)
    #expect(value?.type == test.type)
  }
}
