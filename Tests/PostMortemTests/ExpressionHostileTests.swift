import PostMortem
import TestSupport
import Testing

/// Expressions that nobody means: none crashes, hangs or takes more than its share.
@Suite struct ExpressionHostileTests {
  /// A generator of the same numbers every time (SplitMix64).
  struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
  }

  private static let names = [
    "counter", "head", "first", "second", "matrix", "buffer", "greeting", "flags", "number", "packet", "anything",
    "null_pointer",
    "unknown", "corners", "raw", "row", "node", "day", "rights", "real", "extended", "imaginary", "int128",
    "unsigned_int128", "huge",
    "level", "nowhere", "add", "operations", "friday", "corner", "nothing", "wide_text", "text16", "local", "yes", "$x",
    "$", "$$2", "$1", "$pc",
    "$sp", "$fp", "$local0", "$local7", "$global0", "$stack0", "memory(0)", "memory(1)", "true", "NULL",
  ]
  private static let types = [
    "int", "unsigned char", "long long", "__int128", "float", "double", "_Bool", "struct node", "union number",
    "struct flags", "enum weekday",
    "void", "corner", "operation", "struct opaque", "char", "short", "long double",
  ]
  private static let members = [
    "x", "y", "next", "name", "at", "pair", "low", "whole", "bits", "bytes", "real", "mode", "wide", "data", "count",
    "none",
  ]
  private static let operators = [
    "+", "-", "*", "/", "%", "<<", ">>", "<", ">", "<=", ">=", "==", "!=", "&", "|", "^", "&&", "||", "@", ",",
  ]
  private static let numbers = [
    "0", "1", "2", "-1", "7", "31", "32", "63", "64", "127", "128", "255", "0xffffffff", "0x7fffffff", "2147483648",
    "9223372036854775807",
    "18446744073709551615", "340282366920938463463374607431768211455", "1.5", "1e308", "1e-320", "0.0", "3f", "'a'",
    "\"text\"", "L\"w\"",
  ]

  private func expression(_ depth: Int, _ random: inout Generator) -> String {
    func pick(_ list: [String]) -> String { list.randomElement(using: &random)! }
    guard depth > 0 else { return Bool.random(using: &random) ? pick(Self.names) : pick(Self.numbers) }
    func inner() -> String { expression(depth - 1, &random) }
    switch Int.random(in: 0..<16, using: &random) {
    case 0..<5: return "\(inner()) \(pick(Self.operators)) \(inner())"
    case 5: return "(\(inner()))"
    case 6: return pick(["-", "!", "~", "*", "&", "+", "sizeof "]) + "(\(inner()))"
    case 7: return "(\(pick(Self.types)) \(pick(["", "*", "**", "[3]", "(*)[2]", "&"]))) (\(inner()))"
    case 8, 9: return "(\(inner())).\(pick(Self.members))"
    case 10: return "(\(inner()))->\(pick(Self.members))"
    case 11: return "(\(inner()))[\(inner())]"
    case 12: return "(\(inner()))[\(pick(Self.numbers)):\(pick(Self.numbers))]"
    case 13: return "{\(pick(Self.types))} (\(inner()))"
    case 14: return "\(inner()) ? \(inner()) : \(inner())"
    default: return "$x = \(inner())"
    }
  }

  @Test(arguments: 0..<8) func randomExpressions(_ seed: Int) throws {
    let program = try ValuesSession()
    var random = Generator(state: UInt64(seed))
    var values = 0
    for index in 0..<1500 {
      let text = expression(Int.random(in: 0..<5, using: &random), &random)
      do {
        let value = try program.value(text, frame: index % 7 == 6 ? nil : index % 5)
        var describer = try #require(program.expressions.describer(of: value))
        describer.limits.elements = 5
        describer.limits.nodes = 50
        _ = describer.describe(value)
        if index % 3 == 0 { program.expressions.record(value) }
        values += 1
      } catch let error as ExpressionError {
        #expect(error.range.lowerBound >= 0 && error.range.upperBound <= text.count, "\(text): \(error.message)")
        #expect(!error.message.isEmpty)
      }
    }
    // Most are wrong somewhere; that none had a value would mean that nothing was tried.
    #expect(values > 100)
  }

  @Test(arguments: 0..<4) func randomTexts(_ seed: Int) throws {
    let program = try ValuesSession()
    var random = Generator(state: UInt64(100 + seed))
    let pieces =
      Self.names + Self.types + Self.operators + Self.numbers
      + [
        "(", ")", "[", "]", "{", "}", "::", ".", "->", "?", ":", "'", "\"", "\\", "$", "#", "<", ">", "sizeof",
        "struct", "const", "\u{0}", "é", "😀", "..", "=",
      ]
    for _ in 0..<2000 {
      let text = (0..<Int.random(in: 0..<12, using: &random)).map { _ in pieces.randomElement(using: &random)! }
        .joined(separator: Bool.random(using: &random) ? " " : "")
      do {
        _ = try program.value(text)
      } catch let error as ExpressionError {
        #expect(error.range.lowerBound >= 0 && error.range.upperBound <= text.count, "\(text): \(error.message)")
        _ = error.marked(in: text)
      }
    }
  }

  @Test func longChainsEndAtTheLimit() throws {
    let program = try ValuesSession()
    let sum = String(repeating: "1+", count: 2000) + "1"
    #expect(program.error(sum)?.message == "The expression is nested too deeply.")
    #expect(try program.shown(String(repeating: "1+", count: 200) + "1") == "201")
    let members = "head" + String(repeating: "->next", count: 1000)
    #expect(program.error(members)?.message == "The expression is nested too deeply.")
  }

  @Test func largeArraysAreNotRead() throws {
    let program = try ValuesSession()
    #expect(try program.shown("sizeof(counter@2147483647)") == "8589934588")
    let value = try program.value("matrix[0]@1000000")
    let node = try #require(program.expressions.describer(of: value)).describe(value)
    #expect(node.children.count <= 200)
    #expect(node.omitted != nil)
    #expect(program.error("counter@2147483648")?.kind == .type)
    #expect(program.error("matrix[0:99999999]")?.kind == .type)
    #expect(try program.shown("sizeof memory(0)") == "\(program.session.dump.memories[0].size)")
  }
}
