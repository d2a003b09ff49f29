import PostMortem
import TestSupport
import Testing

/// The values of `Samples/values-zig/values.zig`.
/// One session serves all tests: on one actor, since a session is no thread's but its user's.
@MainActor @Suite struct ZigValueTests {
  static let sample = try? ValueSample("values-zig")

  @Test(arguments: [
    ("title", #""balloon \"7\"""#), ("no_text", #""""#), ("terminated", #""ends""#),
    ("fixed", "[102, 105, 120, 101, 100]"),
    ("numbers", "[5, -6, 7]"), ("slice", "size=2 [-6, 7]"), ("words", #"size=2 ["up", "down"]"#),
    ("grid", "[[1, 2, 3], [4, 5, 6]]"), ("list", "size=3 [10, 20, 30]"), ("vector", "[1.0, 2.0, 3.0, 4.0]"),
  ])
  func texts(_ name: String, _ text: String) throws {
    #expect(try #require(Self.sample).text(name, in: "texts") == text)
  }

  @Test(arguments: [("c_text", #""c text""#), ("literal", #""literal""#)])
  func pointersToTexts(_ name: String, _ text: String) throws {
    let node = try #require(Self.sample).node(name, in: "texts")
    #expect(node.value?.hasPrefix("0x") ?? false)
    #expect(node.summary == text)
  }

  @Test(arguments: [
    ("some", "42"), ("none", "null"), ("some_text", #""here""#), ("no_text", "null"), ("target", "-9"),
    ("no_pointer", "0x0"), ("double_optional", "@as(?u8, null)"),
    ("good", "1013"), ("bad", "error.SensorLost"), ("fine", "void"), ("failed", "error.TooCold"),
    ("fault", "error.TooCold"), ("any", "error.SensorLost"),
    ("nothing", "none"), ("height", "height {height: 31000}"), ("name", #"name {name: "summit"}"#),
    ("pair", "pair {pair: {low: -40, high: 12}}"), ("readings", "size=2 [none, height {height: 5}]"),
    ("unit", "pascal"), ("word", "{number: 1094861636, bytes: [68, 67, 66, 65]}"), ("tuple", "{0: 3, 1: true}"),
    // The compiler describes packed structures as a number.
    ("bits", "{bits: 43979}"),
    ("odd", "100"), ("wide", "-5"), ("half", "0.5"), ("function", "0x1 <check>"),
  ])
  func kinds(_ name: String, _ text: String) throws {
    #expect(try #require(Self.sample).text(name, in: "kinds") == text)
  }

  @Test func typesHaveTheLanguagesNames() throws {
    let sample = try #require(Self.sample)
    #expect(try sample.node("some", in: "kinds").type == "?u32")
    #expect(try sample.node("words", in: "texts").type == "[]const []const u8")
    #expect(try sample.node("good", in: "kinds").type == "error{SensorLost,TooCold}!u16")
  }

  // MARK: Expressions

  @Test(arguments: [
    ("some + 1", "kinds", "43"), ("good * 2", "kinds", "2026"), ("pair.pair.low", "kinds", "-40"),
    ("slice[1]", "texts", "7"), ("list[2]", "texts", "30"), ("words[1]", "texts", #""down""#),
  ])
  func expressions(_ expression: String, _ function: String, _ text: String) throws {
    #expect(try #require(Self.sample).evaluated(expression, in: function) == text)
  }

  // MARK: Damage

  @Test func aSliceThatIsTooLong() throws {
    let sample = try #require(Self.sample)
    let address = try sample.address("slice", in: "texts")
    let slice = try sample.patched(at: address + 4, word(1 << 31)).node("slice", in: "texts")
    #expect(slice.summary == nil && slice.reason?.hasSuffix("do not fit into the memory") ?? false)
    let text = try sample.patched(at: try sample.address("title", in: "texts") + 4, word(.max)).node(
      "title", in: "texts")
    #expect(text.summary == nil && text.reason?.hasSuffix("do not fit into the memory") ?? false)
  }

  @Test func tagsThatMeanNothing() throws {
    let sample = try #require(Self.sample)
    let height = try sample.node("height", in: "kinds")
    let field = try #require(height.children.first?.address?.offset)
    // The tag is behind the payload of eight bytes.
    let damaged = try sample.patched(at: field + 8, [0x77]).node("height", in: "kinds")
    #expect(damaged.value == nil && damaged.reason == "damaged: its tag 119 names none of its fields")
    let some = try sample.patched(at: try sample.address("some", in: "kinds") + 4, [9]).node("some", in: "kinds")
    #expect(some.value == nil && some.reason == "damaged: whether it is there is 9, neither 0 nor 1")
  }

  @Test func anErrorWithoutAName() throws {
    let sample = try #require(Self.sample)
    let address = try sample.address("bad", in: "kinds")
    let low = try sample.patched(at: address, [0xff, 0x7f]).node("bad", in: "kinds")
    let high = try sample.patched(at: address + 2, [0xff, 0x7f]).node("bad", in: "kinds")
    #expect([low.value, high.value].contains("error 32767"))
  }
}
