import PostMortem
import TestSupport
import Testing

/// The values of `Samples/values-cxx/values.cpp`, built with two versions of libc++ and with libstdc++.
@Suite struct CxxFormatterTests {
  /// A library, and the folder of the sample that was built with it.
  enum Library: String, CaseIterable, Sendable {
    case libcxx = "values-cxx"
    /// That of LLVM 14, with the second ABI.
    case libcxx14 = "values-cxx-14"
    case libstdcxx = "values-cxx-gnu"

    var sample: ValueSample {
      get throws { try ValueSample(rawValue) }
    }
  }

  private func expect(
    _ texts: [(String, String)], in function: String, _ library: Library, at location: SourceLocation = #_sourceLocation
  ) throws {
    let sample = try library.sample
    for (name, text) in texts {
      #expect(try sample.text(name, in: function) == text, "\(name)", sourceLocation: location)
    }
  }

  @Test(arguments: Library.allCases) func strings(_ library: Library) throws {
    try expect(
      [
        ("shortText", #""short""#), ("longText", #""a string that is too long for its own storage""#),
        ("emptyText", #""""#), ("quoted", #""a \"b\"\n""#), ("zeros", #""a\000b""#), ("utf8", #""Grüße""#),
        ("huge", "\"" + String(repeating: "h", count: 200) + "\"..."), ("wide", #""wide""#),
        ("longWide", #""a wide string that is long enough""#), ("utf16", #""ü😀""#), ("utf32", #""ü😀""#),
        ("bytes", #""ü""#), ("view", #""string""#), ("emptyView", #""""#), ("wideView", #""view""#),
        ("reference", #""a string that is too long for its own storage""#),
      ], in: "strings", library)
  }

  @Test(arguments: Library.allCases) func sequences(_ library: Library) throws {
    let first = (0..<200).map(String.init).joined(separator: ", ")
    let behind = (100..<300).map(String.init).joined(separator: ", ")
    let bits = (0..<70).map { [1, 64, 69].contains($0) ? "true" : "false" }.joined(separator: ", ")
    try expect(
      [
        ("copied", "size=3 [4, 5, 6]"), ("vector", "size=3 [1, 2, 3]"),
        ("points", "size=2 [{x: 1, y: 2}, {x: 3, y: 4}]"),
        ("strings", #"size=2 ["alpha", "a string that is too long for its own storage"]"#),
        ("bits", "size=70 [\(bits)]"), ("empty", "size=0"), ("large", "size=10000 [\(first)] +9800"),
        ("array", "size=4 [1, -2, 3, -4]"), ("emptyArray", "size=0"), ("span", "size=3 [1, 2, 3]"),
        ("fixed", "size=2 [1, 2]"), ("deque", "size=4 [1, 2, 3, 4]"), ("largeDeque", "size=9900 [\(behind)] +9700"),
        ("emptyDeque", "size=0"), ("list", "size=3 [7, 8, 9]"), ("emptyList", "size=0"),
        ("largeList", "size=1000 [\(Array(repeating: "5", count: 200).joined(separator: ", "))] +800"),
        ("forward", "size=2 [97 'a', 98 'b']"), ("matrix", "size=2 [size=1 [1], size=2 [2, 3]]"),
      ], in: "sequences", library)
  }

  @Test(arguments: Library.allCases) func trees(_ library: Library) throws {
    try expect(
      [
        ("map", #"size=3 [["one"]: 1, ["three"]: 3, ["two"]: 2]"#),
        ("points", "size=2 [[-1]: {x: 4, y: 5}, {x: 2, y: 3}]"), ("wide", "size=1 [['a']: 1099511627776]"),
        ("set", "size=3 [1, 2, 3]"), ("multimap", "size=3 [99 'c', 97 'a', [1]: 98 'b']"),
        ("multiset", "size=3 [120 'x', 120 'x', 121 'y']"), ("empty", "size=0"),
        ("nested", "size=2 [[1]: size=2 [10, 11], [2]: size=0]"),
      ], in: "trees", library)
  }

  @Test(arguments: Library.allCases) func hashTables(_ library: Library) throws {
    try expect(
      [
        ("map", #"size=1 [["one"]: 1]"#), ("points", "size=2 [[4]: {x: 5, y: 6}, {x: 2, y: 3}]"),
        ("set", "size=1 [5]"), ("multiset", #"size=2 ["twice", "twice"]"#), ("empty", "size=0"),
      ], in: "tables", library)
    let multimap = try library.sample.node("multimap", in: "tables")
    #expect(multimap.children.map(\.name) == ["[1]", "[1]"])
    #expect(Set(multimap.children.map(\.value)) == ["97 'a'", "98 'b'"])
    let large = try library.sample.node("large", in: "tables")
    #expect(large.summary == "size=1000")
    #expect(large.children.count == 200)
    #expect(large.omitted == 800)
    #expect(Set(large.children.map(\.value)).count == 200)
  }

  @Test(arguments: Library.allCases) func utilities(_ library: Library) throws {
    try expect(
      [
        ("pair", #"{first: 1, second: "one"}"#), ("tuple", #"{1, 2.5, "three"}"#), ("emptyTuple", ""), ("some", "5"),
        ("none", "nullopt"), ("place", "{x: 3, y: 4}"), ("variant", #""text" {[1]: "text"}"#),
        ("number", "2.5 {[1]: 2.5}"), ("nothing", "0x0"), ("sharedNothing", "0x0"), ("noFunction", "empty"),
        ("atomic", "12"), ("flag", "true"), ("reference", "3"), ("milliseconds", "1500ms"), ("hours", "2h"),
        ("seconds", "0.25s"), ("frames", "60[1/30]s"), ("when", "2023-11-14 22:13:20 UTC"),
        ("ticks", "5000ns since the epoch of steady_clock"),
      ], in: "utilities", library)
    let sample = try library.sample
    let tuple = try sample.node("tupleOfEmpty", in: "utilities")
    #expect(tuple.children.map(\.name) == ["[0]", "[1]"])
    #expect(tuple.children.last?.value == "120 'x'")
    #expect(try sample.node("atomicPointer", in: "utilities").value?.hasPrefix("0x") == true)
  }

  @Test(arguments: Library.allCases) func smartPointers(_ library: Library) throws {
    let sample = try library.sample
    func below(_ name: String) throws -> String {
      let node = try sample.node(name, in: "utilities")
      #expect(node.value.map { $0.hasPrefix("0x") && $0 != "0x0" } == true, "\(name)")
      return node.children.map { "\($0.name ?? ""): \(ValueSample.text($0))" }.joined(separator: ", ")
    }
    #expect(try below("unique") == "*: {x: 5, y: 6}")
    #expect(try below("many") == "*: 0")
    for name in ["shared", "second", "weak"] {
      #expect(try below(name) == "*: {x: 7, y: 8}, use_count: 2, weak_count: 1", "\(name)")
    }
    #expect(try below("expired") == "use_count: 0, weak_count: 1")
    #expect(try sample.node("expired", in: "utilities").summary == "expired")
  }

  @Test func functions() throws {
    try expect(
      [("function", "<twice> {target: 0x1 <twice>}"), ("lambda", "<utilities()::$_0>")], in: "utilities", .libcxx)
    let twice = try Library.libcxx14.sample.node("function", in: "utilities")
    #expect(twice.summary == "<twice>")
    #expect(twice.children.map(\.name) == ["target"])
    let stored = try Library.libcxx14.sample.node("lambda", in: "utilities")
    #expect(stored.summary?.contains("utilities()::$_0") == true, "\(stored.summary ?? "")")
    // What libstdc++ stores only the name of the function that calls it tells.
    let lambda = try Library.libstdcxx.sample.node("lambda", in: "utilities")
    #expect(lambda.summary?.hasPrefix("<(lambda at ") == true && lambda.summary?.hasSuffix(")>") == true)
  }

  // MARK: Real classes

  @Test(arguments: Library.allCases) func classesOfObjects(_ library: Library) throws {
    let sample = try library.sample
    func summary(_ name: String) throws -> String? { try sample.node(name, in: "dynamic").summary }
    #expect(try summary("circle") == nil)
    #expect(try summary("toCircle") == "(shapes::Circle)")
    #expect(try summary("toBox") == "(shapes::Box<int>)")
    #expect(try summary("namedBox") == "(shapes::Box<int>)")
    #expect(try summary("toHidden") == "(shapes::(anonymous namespace)::Hidden)")
    #expect(try summary("toNothing") == nil)
    #expect(try summary("owned") == "(shapes::Circle)")
    // What an object inherits is of its class, which need not be said of each part.
    let parts = try sample.node("box", in: "dynamic").children.prefix(2)
    #expect(parts.map(\.name) == ["shapes::Named", "shapes::Shape"])
    #expect(parts.map(\.summary) == [nil, nil])
  }

  @Test(arguments: Library.allCases) func wholeObjects(_ library: Library) throws {
    let sample = try library.sample
    let frame = try #require(sample.session.backtrace(thread: 0).first)
    let variables = sample.session.locals(of: frame, thread: 0)
    for (pointer, object, type) in [
      ("toCircle", "circle", "shapes::Circle"), ("toBox", "box", "shapes::Box<int>"),
      ("namedBox", "box", "shapes::Box<int>"), ("toHidden", "hidden", "shapes::(anonymous namespace)::Hidden"),
      ("box", "box", "shapes::Box<int>"),
    ] {
      let found = try #require(variables.first { $0.name == pointer }?.value.dynamicType(), "\(pointer)")
      #expect(found.name == type)
      #expect(found.object.type?.name == type)
      #expect(found.object.storage.address?.offset == (try sample.address(object, in: "dynamic")))
    }
  }

  @Test(arguments: Library.allCases) func noClassIsMadeUp(_ library: Library) throws {
    let sample = try library.sample
    let circle = try sample.address("circle", in: "dynamic")
    // A table that is none, and one of a class that has no such part.
    let box = try sample.word(at: try sample.address("box", in: "dynamic"))
    for table in [0, 3, 0xffff_fff0, circle, box] {
      let damaged = try sample.patched(at: circle, word(UInt32(truncatingIfNeeded: table)))
      #expect(try damaged.node("toCircle", in: "dynamic").summary == nil, "\(table)")
    }
  }

  // MARK: Large ones

  @Test(arguments: Library.allCases) func tenThousandElements(_ library: Library) throws {
    let sample = try library.sample
    var limits = DescriptionLimits()
    (limits.elements, limits.nodes) = (20_000, 40_000)
    for (function, name, count) in [
      ("trees", "large", 10_000), ("sequences", "large", 10_000), ("sequences", "largeDeque", 9_900),
    ] {
      let frame = try #require(sample.session.backtrace(thread: 0).first { $0.function.display == function })
      let variable = try #require(sample.session.locals(of: frame, thread: 0).first { $0.name == name })
      let node = try #require(sample.session.description(of: variable, in: frame, limits: limits))
      #expect(node.reason == nil)
      #expect(node.children.count == count)
      #expect(node.omitted == nil)
      #expect(node.children.last?.value == (function == "trees" ? "99980001" : "9999"))
    }
  }
}
