import PostMortem
import TestSupport
import Testing

/// The values of `Samples/values-swift/values.swift`.
/// One session serves all tests: on one actor, since a session is no thread's but its user's.
@MainActor @Suite struct SwiftValueTests {
  static let sample = try? ValueSample("values-swift")

  @Test(arguments: [
    ("small", "-5"), ("unsigned", "65000"), ("word", "123456"), ("large", "18446744073709551615"), ("yes", "true"),
    ("no", "false"), ("float", "0.25"), ("double", "-1.5"), ("letter", #""f""#), ("scalar", "233 'é'"),
    ("fixed", #""static""#), ("tuple", "{0: 1, 1: true}"), ("named", "{low: 3, high: 9}"), ("deck", "passenger"),
    ("unit", "()"),
  ])
  func scalars(_ name: String, _ text: String) throws {
    #expect(try #require(Self.sample).text(name, in: "values.scalars") == text)
  }

  @Test(arguments: [
    ("argument", #""argument""#), ("count", "3"), ("short", #""ferry""#), ("accented", #""Öresund""#),
    ("empty", #""""#),
    ("literal", #""a literal of more than fifteen bytes""#), ("grown", #""built from two long enough parts""#),
    ("numbers", "size=3 [4, -5, 6]"), ("none", "size=0"), ("words", #"size=2 ["one", "two"]"#),
    ("items", #"size=1 [{name: "crate", weight: {kilograms: 12.5, isHazardous: false}, deck: car}]"#),
    ("nested", "size=2 [size=1 [1], size=2 [2, 3]]"), ("slice", "size=2 [-5, 6]"),
  ])
  func texts(_ name: String, _ text: String) throws {
    #expect(try #require(Self.sample).text(name, in: "values.texts") == text)
  }

  @Test(arguments: [
    ("some", "7"), ("nothing", "nil"), ("someText", #""here""#), ("noText", "nil"), ("someFlag", "false"),
    ("noFlag", "nil"), ("noCrew", "nil"), ("range", "2..<5"), ("closed", "1...3"), ("decks", "size=1 [5]"),
    ("item", #"{name: "piano", weight: {kilograms: 310.0, isHazardous: true}, deck: sun}"#),
  ])
  func kinds(_ name: String, _ text: String) throws {
    #expect(try #require(Self.sample).text(name, in: "values.kinds") == text)
  }

  @Test func objectsAndPointers() throws {
    let sample = try #require(Self.sample)
    for name in ["crew", "someCrew"] {
      let crew = try sample.node(name, in: "values.kinds")
      #expect(crew.value?.hasPrefix("0x") ?? false)
      #expect(crew.children.map(ValueSample.text) == [#""Ada""#, "36"])
    }
    let ages = try sample.node("ages", in: "values.kinds")
    #expect(ages.summary == "size=3")
    #expect(Set(ages.children.map { "\($0.name ?? "") \($0.value ?? "")" }) == ["[1] 10", "[2] 20", "[3] 30"])
    #expect(try sample.text("buffer", in: "values.stop") == "size=3 [4, -5, 6]")
    let pointer = try sample.node("pointer", in: "values.stop")
    #expect(pointer.value == (try sample.node("raw", in: "values.stop").value))
    #expect(pointer.children.map(\.value) == ["4"])
  }

  /// Which case such an enum has is in bits that the compiler found unused, the debug information does not say in which.
  @Test(arguments: ["none", "seat", "cabin"]) func enumsWithPayloads(_ name: String) throws {
    let node = try #require(Self.sample).node(name, in: "values.kinds")
    #expect(node.value == nil && node.children.isEmpty)
    #expect(node.reason?.hasPrefix("which of its cases (none, seat, cabin) it has is not known") ?? false)
  }

  @Test func typesHaveTheLanguagesNames() throws {
    let sample = try #require(Self.sample)
    #expect(try sample.node("numbers", in: "values.texts").type == "Swift.Array<Swift.Int32>")
    #expect(try sample.node("some", in: "values.kinds").type == "Swift.Optional<Swift.Int>")
    #expect(try sample.node("item", in: "values.kinds").type == "values.Item")
    #expect(try sample.node("tuple", in: "values.scalars").type == "(Swift.Int, Swift.Bool)")
  }

  // MARK: Expressions

  @Test(arguments: [
    ("word + 1", "scalars", "123457"), ("small * 2", "scalars", "-10"), ("numbers[2]", "texts", "6"),
    ("items[0].weight.kilograms", "texts", "12.5"), ("crew.age + 1", "kinds", "37"), ("ages[2]", "kinds", "20"),
    ("some - 8", "kinds", "-1"),
  ])
  func expressions(_ expression: String, _ function: String, _ text: String) throws {
    #expect(try #require(Self.sample).evaluated(expression, in: "values." + function) == text)
  }

  // MARK: Damage

  @Test func aStringThatIsTooLong() throws {
    let sample = try #require(Self.sample)
    let address = try sample.address("literal", in: "values.texts")
    let text = try sample.patched(at: address, word(1 << 31)).node("literal", in: "values.texts")
    #expect(text.summary == nil && text.reason?.hasSuffix("do not fit into the memory") ?? false)
    let small = try sample.patched(at: try sample.address("short", in: "values.texts") + 9, [0xef])
    #expect(try small.node("short", in: "values.texts").reason == "damaged: a small string of 15 bytes")
  }

  @Test func collectionsThatCannotBe() throws {
    let sample = try #require(Self.sample)
    let array = try sample.word(at: try sample.address("numbers", in: "values.texts"))
    let numbers = try sample.patched(at: array + 8, word(1 << 31)).node("numbers", in: "values.texts")
    #expect(numbers.summary == nil && numbers.reason?.hasPrefix("damaged: its count 2147483648 is more than") ?? false)
    let table = try sample.word(at: try sample.address("ages", in: "values.kinds"))
    let scaled = try sample.patched(at: table + 16, [60]).node("ages", in: "values.kinds")
    #expect(scaled.summary == nil && scaled.reason == "damaged: 2 to the power of 60 buckets")
    let keys = try sample.patched(at: table + 28, word(0xffff_fff0)).node("ages", in: "values.kinds")
    #expect(keys.summary == nil && keys.reason?.hasSuffix("do not fit into the memory") ?? false)
    let none = try sample.patched(at: table + 36, word(0)).node("ages", in: "values.kinds")
    #expect(none.summary == "size=3" && none.children.isEmpty)
    #expect(none.reason == "damaged: it says that it has 3 elements, and 0 buckets are in use")
  }
}
