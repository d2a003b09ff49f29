import DwarfEval
import PostMortem
import TestSupport
import Testing

/// Floating-point numbers as text.
@Suite struct FloatTextTests {
  /// binary128 by its bits, the upper and the lower half.
  private static func text(_ high: UInt64, _ low: UInt64) throws -> String {
    let bytes = [low, high].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (8 * $0)) } }
    let stage = try Stage([variable("x", "long double", [0x91, 0])]) {
      $0.memory = [(0x200, bytes)]
      $0.unitEntries = [base("long double", .float, 16)]
    }
    return stage.text("x")
  }

  /// The shortest text that reads back as the same number of the format; that it does was checked with exact fractions.
  @Test func binary128IsExact() throws {
    #expect(try Self.text(0x4000_921f_b544_42d1, 0x8469_898c_c517_01b8) == "3.1415926535897932384626433832795028")
    #expect(try Self.text(0x3ffb_9999_9999_9999, 0x9999_9999_9999_999a) == "0.1")
    // 0.1 of binary64.
    #expect(try Self.text(0x3ffb_9999_9999_9999, 0xa000_0000_0000_0000) == "0.1000000000000000055511151231257827")
    #expect(try Self.text(0xbffd_5555_5555_5555, 0x5555_5555_5555_5555) == "-0.3333333333333333333333333333333333")
    #expect(try Self.text(0x3fff_8000_0000_0000, 0) == "1.5")
    #expect(try Self.text(0x4000_0000_0000_0000, 0) == "2.0")
    #expect(try Self.text(0x0000_0000_0000_0000, 1) == "6e-4966")
    #expect(try Self.text(0x7ffe_ffff_ffff_ffff, .max) == "1.189731495357231765085759326628007e+4932")
    #expect(try Self.text(0x8000_0000_0000_0000, 0) == "-0.0")
    #expect(try Self.text(0xffff_0000_0000_0000, 0) == "-inf")
    #expect(try Self.text(0x7fff_8000_0000_0000, 0) == "nan")
  }

  @Test func complexNumbersHaveTwoParts() throws {
    var bytes: [UInt8] = []
    for part in [1.5, -2.25] { bytes += (0..<8).map { UInt8(truncatingIfNeeded: part.bitPattern >> (8 * $0)) } }
    let stage = try Stage([variable("z", "complex double", [0x91, 0])]) {
      $0.memory = [(0x200, bytes)]
      $0.unitEntries = [base("complex double", .complexFloat, 16)]
    }
    #expect(stage.text("z") == "1.5 + -2.25i")
    let frame = stage.session.backtrace(thread: 0)[0]
    do {
      _ = try ExpressionSession(session: stage.session).evaluate("z + 1", frame: frame, thread: 0)
      Issue.record("complex numbers are not computed with")
    } catch {
      #expect(error.message == "Numbers of type complex double are not computed with.")
    }
  }
}
