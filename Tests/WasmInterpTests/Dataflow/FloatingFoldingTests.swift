import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// What expressions of floating-point numbers come to, beside what the interpreter makes of them.
@Suite struct FloatingFoldingTests {
  private static let singles: [Float] = [
    0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 0.1, 3.9, -3.9, 127.99, Float(bitPattern: 0x1_1234),
    -.leastNonzeroMagnitude, 16_777_216, 2_147_483_520,
    2_147_483_648, -2_147_483_648, -2_147_483_904, 4_294_967_040, 4_294_967_296, 9.223371e18, 9.223372e18, -9.223372e18,
    1.8446743e19, 1.8446744e19, 3.4e38, -3.4e38, .infinity, -.infinity, .nan,
  ]
  private static let doubles: [Double] =
    singles.map { Double($0) } + [
      0.1, 2_147_483_647.5, -2_147_483_648.9, 4_294_967_295.9, -0.99, 9_223_372_036_854_774_784, .leastNonzeroMagnitude,
      1.7e308,
      3.5e38,
      Double(Float.leastNonzeroMagnitude), 9_007_199_254_740_992,
    ]
  private static let integers: [UInt64] = [
    0, 1, 2, 127, 128, 255, 0x7fff, 0x8000, 0xffff, 16_777_217, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x1_0000_0000,
    0x0020_0000_0000_0001, 0x7fff_ffff_ffff_fdff, 0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000, 0xffff_ffff_ffff_ffff,
    0x7fc0_0000, 0x7f80_0001, 0xffc0_0000, 0x7ff8_0000_0000_0000, 0x3ff0_0000_0000_0000, 0x7ff0_0000_0000_0001,
  ]

  private static func operands(_ type: ValueType) -> [UInt64] {
    switch type {
    case .f32: singles.map { UInt64($0.bitPattern) } + [0x7f80_0001, 0xffc1_2345]
    case .f64: doubles.map(\.bitPattern) + [0x7ff0_0000_0000_0001, 0xfff8_1234_5678_9abc]
    case .i32: integers.filter { $0 <= 0xffff_ffff }
    default: integers
    }
  }

  private static func value(_ type: ValueType, _ bits: UInt64) -> Value {
    switch type {
    case .f32: .f32(UInt32(truncatingIfNeeded: bits))
    case .f64: .f64(bits)
    case .i32: .i32(Int32(truncatingIfNeeded: bits))
    default: .i64(Int64(bitPattern: bits))
    }
  }

  private static func isNaN(_ value: Value) -> Bool {
    switch value {
    case .f32(let bits): Float(bitPattern: bits).isNaN
    case .f64(let bits): Double(bitPattern: bits).isNaN
    default: false
    }
  }

  /// All numeric instructions, integer ones too.
  private static let opcodes: [Opcode] =
    (0x45...0xc4).compactMap { Opcode(number: $0) } + (0...7).compactMap { Opcode(prefix: 0xfc, number: $0) }

  @Test func expressionsAreWhatTheInterpreterComputes() throws {
    var builder = ModuleBuilder()
    var types: [(parameters: [ValueType], result: ValueType)] = []
    for opcode in Self.opcodes {
      let signature = try #require(opcode.signature)
      let parameters = signature.parameters.compactMap { if case .value(let type) = $0 { type } else { nil } }
      guard case .value(let result)? = signature.results.first else { continue }
      types.append((parameters, result))
      var code = ByteBuilder()
      for index in parameters.indices { code.raw([0x20, UInt8(index)]) }
      if opcode.prefix != 0 { code.u8(opcode.prefix) }
      code.u8(UInt8(opcode.number))
      code.u8(0x0b)
      builder.function(parameters, [result], body: code.bytes)
    }
    #expect(types.count == Self.opcodes.count && types.count == 136)
    let module = try WasmModule(builder.bytes)
    try Validator.validate(module)
    let store = try Store()
    let instance = try store.instantiate(module)
    var computed = 0
    var withheld = 0
    for (index, body) in module.bodies.enumerated() {
      let analysis = try FunctionAnalysis(body, in: ModuleContext(module, stackPointer: nil))
      let result = try #require(analysis.exit?.operandStack.first)
      let parameters = types[index].parameters
      for a in Self.operands(parameters[0]) {
        for b in parameters.count == 1 ? [0] : Self.operands(parameters[1]) {
          let arguments = zip(parameters, [a, b]).map { Self.value($0, $1) }
          let bits = analysis.values.evaluate(result) { value in
            if case .parameter(let number) = value { number == 0 ? a : b } else { nil }
          }
          let expected = (try? store.invoke(instance.functions[index], arguments))?.first
          let name = "\(Self.opcodes[index].name) \(arguments)"
          if let bits {
            computed += 1
            if expected?.numberBits != bits {
              Issue.record("\(name): \(bits), not \(expected.map { "\($0)" } ?? "a trap")")
            }
          } else {
            withheld += 1
            if let expected, !Self.isNaN(expected) { Issue.record("\(name): nothing, not \(expected)") }
          }
        }
      }
    }
    #expect(computed > 30_000)
    #expect(withheld > 1_000)
  }

  /// The same when a state is computed.
  @Test func constantsAreFolded() throws {
    // f32.const 1.5; f32.const 2; f32.mul; i32.trunc_f32_s
    let function = try AnalysedFunction(
      [], [.i32], [0x43, 0, 0, 0xc0, 0x3f, 0x43, 0, 0, 0, 0x40, 0x94, 0xa8, 0x0b])
    #expect(function.results == ["3"])
    // f32.const 0; f32.const 0; f32.div
    let notANumber = try AnalysedFunction([], [.f32], [0x43, 0, 0, 0, 0, 0x43, 0, 0, 0, 0, 0x95, 0x0b])
    #expect(notANumber.results == ["(f32.div f32:0 f32:0)"])
  }
}
