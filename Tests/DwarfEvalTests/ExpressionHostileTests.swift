import ByteCursor
import DwarfEval
import TestSupport
import Testing

@Suite struct ExpressionHostileTests {
  /// Operations that make sense one by one, in any order.
  private static let parts: [[UInt8]] = [
    lit(0), lit(1), lit(31), op(.consts, s(.min)), op(.constu, u(.max)), op(.const8u, fixed(-1, 8)), op(.dup),
    op(.drop),
    op(.over), op(.pick, [2]), op(.swap), op(.rot), op(.abs), op(.and), op(.div), op(.minus), op(.mod), op(.mul),
    op(.neg), op(.not), op(.or), op(.plus), op(.plusUconst, u(.max)), op(.shl), op(.shr), op(.shra), op(.xor),
    op(.eq), op(.lt), op(.bra, fixed(-8, 2)), op(.bra, fixed(3, 2)), op(.skip, fixed(2, 2)), op(.skip, fixed(-12, 2)),
    op(.deref), op(.derefSize, [8]), op(.derefType, [8], u(Scope.f64)), op(.fbreg, s(.min)), op(.piece, u(4)),
    op(.bitPiece, u(.max), u(.max)), op(.stackValue), op(.implicitValue, block([1])), op(.call2, fixed(0x30, 2)),
    op(.entryValue, block([0x50])), op(.convert, u(Scope.i128)), op(.convert, u(Scope.f32)), op(.convert, u(Scope.i8)),
    op(.convert, u(0)), op(.reinterpret, u(Scope.f64)), op(.reinterpret, u(Scope.u32)), typed(Double.nan),
    typed(Double.infinity), typed(Scope.i64, .min, size: 8), typed(Scope.i8, -128, size: 1),
    typed(Scope.i64, -1, size: 8),
    op(.constType, u(Scope.i128), [16]) ++ [UInt8](repeating: 0xff, count: 16),
    op(.constType, u(Scope.i128), [16]) ++ [UInt8](repeating: 0, count: 15) ++ [0x80], wasm(0, 0), wasm(0, 1),
    wasm(0, 2),
    wasm(0, 9), wasm(2, 1), op(.wasmLocation, [3], fixed(0, 4)), op(.gnuUninit), op(.nop), op(.addr, fixed(-1, 4)),
    op(.formTLSAddress), op(.callFrameCFA),
  ]

  private var process: Process {
    var process = Process()
    process.answers["location of what entry 0x30 of the unit describes"] = .expression(
      Bytes(copying: op(.dup) ++ op(.call2, fixed(0x30, 2))), Scope())
    return process
  }

  @Test func survivesRandomExpressions() {
    var random = SeededGenerator(seed: 0xe4b)
    var finished = 0
    var rules: Set<Rule> = []
    let process = process
    for _ in 0..<6000 {
      // Something to work on, then anything.
      var bytes = lit(3) ++ lit(5) ++ lit(7)
      for _ in 0..<Int.random(in: 1...12, using: &random) { bytes += Self.parts.randomElement(using: &random)! }
      if let rule = process.rule(bytes) { rules.insert(rule) } else { finished += 1 }
    }
    // That both happens says that the expressions are neither all nonsense nor all harmless.
    #expect(finished > 300)
    for rule: Rule in [.stackUnderflow, .typeMismatch, .divisionByZero, .badBranch, .badAddress, .expressionTooLong] {
      #expect(rules.contains(rule), "\(rule)")
    }
  }

  @Test func survivesRandomBytes() {
    var random = SeededGenerator(seed: 0xb17e5)
    let process = process
    var limits = Limits()
    limits.expressionOperations = 500
    for round in 0..<6000 {
      let count = Int.random(in: 0...40, using: &random)
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      let scope = Scope.size([1, 2, 4, 8][round % 4], version: UInt16(2 + round % 3))
      _ = process.rule(bytes, scope: scope, limits: limits)
      #expect(bytes.isEmpty == ExpressionReader.text(Bytes(copying: bytes), encoding: scope.encoding).isEmpty)
    }
  }

  @Test func survivesTruncation() {
    for part in Self.parts {
      for count in 0..<part.count {
        // What is left of an operation is an error, but for the index of a Wasm global, which has two encodings.
        let rule = process.rule(lit(1) ++ lit(1) ++ Array(part[..<count]))
        if count > 0, part.prefix(2) != [DwOperation.wasmLocation.rawValue, 3] {
          #expect(rule != nil, "\(part) \(count)")
        }
      }
    }
  }
}
