import PostMortem
import TestSupport
import Testing

/// The values of `Samples/values-rust/values.rs`.
/// One session serves all tests: on one actor, since a session is no thread's but its user's.
@MainActor @Suite struct RustValueTests {
  static let sample = try? ValueSample("values-rust")

  private func expect(_ name: String, in function: String, _ text: String, at location: SourceLocation) throws {
    let sample = try #require(Self.sample)
    #expect(try sample.text(name, in: "values::" + function) == text, "\(name)", sourceLocation: location)
  }

  @Test(arguments: [
    ("title", #""Moby \"Dick\"\n""#), ("empty", #""""#), ("slice", #""Köln""#), ("part", #""\"Dick\"""#),
    ("path", #""/lib/novels""#), ("os", #""os""#), ("c_string", #""cee""#),
    ("borrowed", #"Borrowed {0: "cow"}"#), ("owned", #"Owned {0: "calf"}"#),
    ("long", "\"" + String(repeating: "ab", count: 100) + "\"..."),
    ("numbers", "size=3 [3, -1, 4]"), ("nothing", "size=0"),
    ("books", #"size=2 [{title: "Emma", pages: 474}, {title: "Ulysses", pages: 730}]"#),
    ("nested", "size=3 [size=2 [1, 2], size=0, size=1 [3]]"), ("units", "size=2 [(), ()]"),
    ("queue", "size=7 [6, 7, 8, 9, 10, 11, 12]"),
    ("window", "size=2 [-1, 4]"), ("bytes", "size=4 [114, 97, 119, 255]"), ("mutable", "size=2 [1, 2]"),
    ("array", "[7, 8, 9]"), ("tuple", #"{0: -5, 1: "five", 2: {0: true, 1: 0.5}}"#), ("unit", "()"),
    ("letter", "223 'ß'"), ("wide", "-170141183460469231731687303715884105728"),
    ("range", "3..7 {start: 3, end: 7}"), ("inclusive", "1..=9 {start: 1, end: 9, exhausted: false}"),
  ])
  func textsAndLists(_ name: String, _ text: String) throws {
    try expect(name, in: "texts_and_lists", text, at: #_sourceLocation)
  }

  @Test(arguments: [
    ("boxed_slice", "size=2 [10, 20]"), ("boxed_str", #""boxed""#),
    ("shared_str", #""thin air", strong=1, weak=0"#), ("shared_slice", "size=3, strong=1, weak=0 [1, 2, 3]"),
    ("dangling", "dangling"), ("cell", "5"), ("free", "not borrowed {value: 1}"),
    ("read", "borrowed, readers=2 {value: 2}"), ("written", "mutably borrowed {value: size=2 [1, 2]}"),
    ("no_box", "None"), ("reference", #"Some {0: "here"}"#), ("no_reference", "None"),
    ("count", "17"), ("flag", "true"), ("duration", "2.5s"), ("non_zero", "41"), ("maybe_zero", "None"),
    ("maybe_one", "Some {0: 1}"), ("wrapped", "250"),
  ])
  func boxesAndCells(_ name: String, _ text: String) throws {
    try expect(name, in: "boxes_and_cells", text, at: #_sourceLocation)
  }

  /// What begins with an address: of frames it depends on how long the program's path is, which stands behind them. What is
  /// shown below lies there, and `*` leads to the same.
  @Test(arguments: [
    ("boxed", "{*: -7}"), ("boxed_book", #"{*: {title: "Dracula", pages: 418}}"#),
    ("shared", #"strong=2, weak=1 {*: "shared"}"#), ("second", #"strong=2, weak=1 {*: "shared"}"#),
    ("weak", #"strong=2, weak=1 {*: "shared"}"#), ("graph", "strong=1, weak=0 {*: not borrowed {value: size=1 [8]}}"),
    ("reader", "{*: 2}"), ("writer", "{*: size=2 [1, 2]}"),
  ])
  func pointers(_ name: String, _ text: String) throws {
    let sample = try #require(Self.sample)
    let node = try sample.node(name, in: "values::boxes_and_cells")
    #expect(ValueSample.text(node).drop { $0 != " " }.dropFirst() == text)
    let address = try #require(UInt64((node.value ?? "").dropFirst(2), radix: 16))
    // Of what is shared two counts come first.
    let header: UInt64 = node.summary?.hasPrefix("strong") ?? false ? 8 : 0
    let target = try #require(node.children.first { $0.name == "*" })
    #expect(target.address?.offset == address + header)
    #expect(try sample.evaluated("*" + name, in: "values::boxes_and_cells") == ValueSample.text(target))
    if header > 0 {
      // The strong references are counted in the first word there, as the summary says.
      #expect(node.summary?.hasPrefix("strong=\(try sample.word(at: address)),") == true)
    }
  }

  @Test func pointersInOthers() throws {
    let sample = try #require(Self.sample)
    let atomic = try sample.node("atomic", in: "values::boxes_and_cells")
    #expect(atomic.children.map(\.summary) == Array(repeating: "strong=3, weak=0", count: 3))
    #expect(atomic.children.map { $0.children.first?.value } == ["99", "99", "99"])
    let box = try sample.node("some_box", in: "values::boxes_and_cells")
    #expect(box.value == "Some" && box.children.map(\.name) == ["0"])
    #expect(box.children[0].children.map(\.value) == ["12"])
    let object = try sample.node("item", in: "values::boxes_and_cells")
    #expect(object.summary == "trait object" && object.children.map(\.name) == ["pointer", "vtable"])
    let closure = try sample.node("closure", in: "values::enums")
    #expect(closure.children.map(\.name) == ["_ref__addend"])
    #expect(closure.children[0].value?.hasPrefix("0x") ?? false && closure.children[0].summary == "5")
  }

  @Test(arguments: [
    ("some", "Some {0: -3}"), ("none", "None"), ("some_string", #"Some {0: "text"}"#), ("no_string", "None"),
    ("twice", "Some {0: None}"), ("good", "Ok {0: 200}"), ("bad", #"Err {0: "bad"}"#), ("shelf", "Maps"),
    ("closed", "Closed"), ("lent", "Lent {0: 12, 1: 122 'z'}"), ("returned", "Returned {days: 21, late: true}"),
    ("noted", #"Noted {0: "torn"}"#), ("on", "On {0: Novels}"), ("lost", "Lost"), ("repair", "Repair"),
    ("ordering", "Less"), ("pair", "{0: -2, 1: 1.5}"), ("single", ""), ("function", "0x1 <values::stop>"),
  ])
  func enums(_ name: String, _ text: String) throws {
    try expect(name, in: "enums", text, at: #_sourceLocation)
  }

  @Test func maps() throws {
    let sample = try #require(Self.sample)
    let pages = try sample.node("pages", in: "values::maps")
    #expect(pages.summary == "size=3" && pages.isContainer)
    let entries = Dictionary(uniqueKeysWithValues: pages.children.map { ($0.name ?? "", $0.value ?? "") })
    #expect(entries == [#"["Emma"]"#: "474", #"["Ulysses"]"#: "730", #"["Walden"]"#: "352"])
    let squares = try sample.node("squares", in: "values::maps")
    #expect(squares.summary == "size=40" && squares.omitted == nil && squares.reason == nil)
    let numbers = Dictionary(uniqueKeysWithValues: squares.children.map { ($0.name ?? "", $0.value ?? "") })
    #expect(numbers == Dictionary(uniqueKeysWithValues: (0..<40).map { ("[\($0)]", "\($0 * $0)") }))
    let deep = try sample.node("deep", in: "values::maps")
    #expect(deep.summary == "size=300" && deep.omitted == 100 && deep.reason == nil)
    #expect(deep.children.map(\.name) == (0..<200).map { "[\($0)]" })
    // The number n was inserted at 7n modulo 300; 43 is the inverse of 7.
    #expect(deep.children.map(\.value) == (0..<200).map { "\(UInt8(truncatingIfNeeded: $0 * 43 % 300))" })
  }

  @Test(arguments: [
    ("empty", "size=0"), ("letters", "size=1 [120 'x']"), ("tree", #"size=2 [[-1]: "minus one", [2]: "two"]"#),
    ("no_tree", "size=0"), ("ordered", "size=3 [3, 6, 9]"),
  ])
  func smallMaps(_ name: String, _ text: String) throws { try expect(name, in: "maps", text, at: #_sourceLocation) }

  // MARK: Expressions

  @Test(arguments: [
    ("numbers[1]", "texts_and_lists", "-1"), ("books[1].title", "texts_and_lists", #""Ulysses""#),
    ("nested[0][1]", "texts_and_lists", "2"), ("queue[6] + 1", "texts_and_lists", "13"),
    ("boxed_book.pages * 2", "boxes_and_cells", "836"), ("*boxed", "boxes_and_cells", "-7"),
    ("count + 3", "boxes_and_cells", "20"), ("non_zero == 41", "boxes_and_cells", "true"),
    ("returned.days", "enums", "21"), (#"pages["Emma"]"#, "maps", "474"), ("squares[7]", "maps", "49"),
  ])
  func expressions(_ expression: String, _ function: String, _ text: String) throws {
    #expect(try #require(Self.sample).evaluated(expression, in: "values::" + function) == text)
  }

  // MARK: Damage

  /// Members of 1.63's `String` and `Vec`: pointer, capacity, length.
  @Test func aStringThatIsTooLong() throws {
    let sample = try #require(Self.sample)
    let address = try sample.address("title", in: "values::texts_and_lists")
    let longer = try sample.patched(at: address + 8, word(1 << 31)).node("title", in: "values::texts_and_lists")
    #expect(longer.summary == nil)
    #expect(longer.reason == "damaged: its length 2147483648 is more than its capacity 12")
    let large = try sample.patched(at: address + 4, word(1 << 31) + word(1 << 31)).node(
      "title", in: "values::texts_and_lists")
    #expect(large.summary == nil)
    #expect(large.reason?.hasSuffix("do not fit into the memory") ?? false)
    let astray = try sample.patched(at: address, word(0xffff_fff0)).node("title", in: "values::texts_and_lists")
    #expect(astray.summary == nil && astray.reason?.hasPrefix("damaged: 12 elements of 1 bytes at 0xfffffff0") ?? false)
  }

  @Test func aRingThatStartsBehindItsBuffer() throws {
    let sample = try #require(Self.sample)
    let address = try sample.address("queue", in: "values::texts_and_lists")
    let queue = try sample.patched(at: address, word(77)).node("queue", in: "values::texts_and_lists")
    #expect(queue.summary == nil && queue.reason?.hasPrefix("damaged: it starts at 77") ?? false)
  }

  /// Members of hashbrown's table: mask, control bytes, growth left, items.
  @Test func aHashTableWithAnAbsurdMask() throws {
    let sample = try #require(Self.sample)
    let address = try sample.address("squares", in: "values::maps")
    #expect(try sample.word(at: address) == 63)
    func damaged(_ offset: UInt64, _ bytes: [UInt8]) throws -> ValueNode {
      try sample.patched(at: address + offset, bytes).node("squares", in: "values::maps")
    }
    #expect(try damaged(0, word(0x1234)).reason == "damaged: the mask 0x1234 is no power of two less one")
    #expect(try damaged(0, word(0x7fff_ffff)).reason?.hasSuffix("do not fit into the memory") ?? false)
    #expect(try damaged(12, word(5000)).reason == "damaged: 5000 entries in 64 buckets")
    let more = try damaged(12, word(50))
    #expect(more.summary == "size=50" && more.children.count == 40)
    #expect(more.reason == "damaged: it says that it has 50 entries, and 40 buckets are full")
    let outside = try damaged(4, word(0xffff_ff00))
    #expect(outside.children.allSatisfy { $0.name == "base" || $0.name == "hash_builder" } && outside.reason != nil)
  }

  @Test func aTreeWhoseNodesGoInCircles() throws {
    let sample = try #require(Self.sample)
    let address = try sample.address("deep", in: "values::maps")
    // Height and root of the tree, its length.
    let (height, root) = (try sample.word(at: address), try sample.word(at: address + 4))
    #expect(height == 2)
    // The first edge of the root, behind its part that leaves have too (0x40 bytes), leads to the root.
    let cyclic = try sample.patched(at: root + 0x40, word(UInt32(root))).node("deep", in: "values::maps")
    #expect(cyclic.summary == "size=300" && cyclic.children.isEmpty)
    #expect(cyclic.reason?.contains("for its parent") ?? false)
    let tall = try sample.patched(at: address, word(0x7fff_ffff)).node("deep", in: "values::maps")
    #expect(tall.summary == nil && tall.reason == "damaged: a tree of 2147483647 levels")
    let short = try sample.patched(at: try sample.address("ordered", in: "values::maps") + 8, word(1 << 31))
    let ordered = try short.node("ordered", in: "values::maps")
    #expect(ordered.summary == "size=2147483648" && ordered.children.map(\.value) == ["3", "6", "9"])
    #expect(ordered.reason == "damaged: it says that it has 2147483648 entries, and 3 are there")
  }
}
