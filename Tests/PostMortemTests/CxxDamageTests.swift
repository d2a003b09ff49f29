import PostMortem
import TestSupport
import Testing

/// The values of `Samples/values-cxx/values.cpp` with bytes overwritten, as a program that goes wrong does.
@Suite struct CxxDamageTests {
  typealias Library = CxxFormatterTests.Library

  private func shown(
    _ name: String, in function: String, _ library: Library,
    _ patches: (ValueSample, UInt64) throws -> [(UInt64, UInt32)]
  ) throws -> ValueNode {
    let sample = try library.sample
    let values = Dictionary(uniqueKeysWithValues: try patches(sample, try sample.address(name, in: function)))
    // All in one piece: a patch starts from the file.
    let (first, last) = (try #require(values.keys.min()), try #require(values.keys.max()))
    var bytes: [UInt8] = []
    for address in stride(from: first, through: last, by: 4) {
      bytes += word(try values[address] ?? UInt32(sample.word(at: address)))
    }
    return try sample.patched(at: first, bytes).node(name, in: function)
  }

  // MARK: Trees

  /// Where in a map the pointer to the root and the size are, and in a node its links.
  private struct Tree {
    let root: UInt64
    let size: UInt64
    let left: UInt64
    let right: UInt64

    init(_ library: Library) {
      (root, size, left, right) = library != .libstdcxx ? (4, 8, 0, 4) : (8, 20, 8, 12)
    }
  }

  @Test(arguments: Library.allCases) func linkToAnotherNode(_ library: Library) throws {
    let tree = Tree(library)
    // The last node leads on to the root.
    let node = try shown("map", in: "trees", library) { sample, map in
      let root = try sample.word(at: map + tree.root)
      let last = try sample.word(at: root + tree.right)
      return [((last == 0 ? root : last) + tree.right, UInt32(root))]
    }
    #expect(node.summary == "size=3")
    #expect(node.reason?.hasPrefix("damaged: the node at 0x") == true, "\(node.reason ?? "")")
    #expect(node.reason?.contains("says that its parent is at 0x") == true)
    #expect(node.children.count + Int(node.omitted ?? 0) == 3)
  }

  @Test(arguments: Library.allCases) func linkToNowhere(_ library: Library) throws {
    let tree = Tree(library)
    let node = try shown("map", in: "trees", library) { sample, map in
      [(try sample.word(at: map + tree.root) + tree.left, 0xffff_fff0)]
    }
    #expect(node.summary == "size=3")
    #expect(
      node.reason?.hasPrefix("damaged: a link leads to 0xfffffff0, where there is no node") == true,
      "\(node.reason ?? "")")
  }

  @Test(arguments: Library.allCases, [2, 5, 0x8000_0000] as [UInt32])
  func sizeThatTheLinksContradict(_ library: Library, _ size: UInt32) throws {
    let node = try shown("map", in: "trees", library) { _, map in [(map + Tree(library).size, size)] }
    #expect(node.summary == "size=\(size)")
    #expect(node.children.count == min(3, Int(size)))
    #expect(
      node.reason
        == (size == 2
          ? "damaged: its links lead to more elements than the 2 it should have"
          : "damaged: its links lead to 3 of the \(size) elements it should have"))
  }

  @Test(arguments: Library.allCases) func rootThatIsNone(_ library: Library) throws {
    for root in [0, 1, 0x10000, 0xffff_ffff] as [UInt32] {
      let node = try shown("map", in: "trees", library) { _, map in [(map + Tree(library).root, root)] }
      #expect(node.reason?.hasPrefix("damaged: ") == true, "\(root)")
      #expect(node.children.isEmpty)
    }
  }

  // MARK: Lists and tables

  @Test(arguments: Library.allCases) func listInCircles(_ library: Library) throws {
    // libc++ has the pointer back first.
    let next: UInt64 = library != .libstdcxx ? 4 : 0
    let node = try shown("list", in: "sequences", library) { sample, list in
      let first = try sample.word(at: list + next)
      let second = try sample.word(at: first + next)
      return [(second + next, UInt32(first))]
    }
    #expect(node.summary == "size=3")
    #expect(node.children.map(\.value) == ["7", "8"])
    #expect(node.reason?.hasPrefix("damaged: its links go in circles: 0x") == true, "\(node.reason ?? "")")
  }

  @Test(arguments: Library.allCases) func forwardListInCircles(_ library: Library) throws {
    let node = try shown("forward", in: "sequences", library) { sample, list in
      let first = try sample.word(at: list)
      return [(try sample.word(at: first), UInt32(first))]
    }
    #expect(node.summary == "size>=2")
    #expect(node.children.count == 2)
    #expect(node.reason?.contains("in circles") == true)
  }

  @Test(arguments: Library.allCases) func tableInCircles(_ library: Library) throws {
    // The first node is behind the buckets and their number.
    let node = try shown("large", in: "tables", library) { sample, table in
      let first = try sample.word(at: table + 8)
      return [(first, UInt32(first))]
    }
    #expect(node.summary == "size=1000")
    #expect(node.children.count == 1)
    #expect(node.reason?.contains("in circles") == true, "\(node.reason ?? "")")
  }

  // MARK: Lengths

  @Test(arguments: Library.allCases) func stringOfTwoGigabytes(_ library: Library) throws {
    let node = try shown("longText", in: "strings", library) { _, text in [(text + 4, 0x8000_0000)] }
    #expect(node.summary == nil)
    #expect(node.reason?.hasPrefix("damaged: its length, 2147483648, is more than") == true, "\(node.reason ?? "")")
    // With room for it as the string says, there is none in memory.
    // (A bit of the number says that it is long.)
    let (length, room): (UInt32, UInt32) =
      library == .libcxx14 ? (0x7fff_ffff, 0xffff_ffff) : (0x8000_0000, 0x8000_0001)
    let roomy = try shown("longText", in: "strings", library) { _, text in
      [(text + 4, length), (library == .libcxx ? text : text + 8, room)]
    }
    #expect(roomy.summary == nil)
    #expect(roomy.reason?.hasPrefix("damaged: of its \(length) characters, ") == true, "\(roomy.reason ?? "")")
  }

  @Test(arguments: Library.allCases) func vectors(_ library: Library) throws {
    func reason(_ patches: (UInt64) -> [(UInt64, UInt32)]) throws -> String {
      let node = try shown("vector", in: "sequences", library) { _, vector in patches(vector) }
      #expect(node.summary == nil)
      return node.reason ?? ""
    }
    #expect(try reason { [($0 + 4, 16)] }.hasPrefix("damaged: it ends at 0x10, before it starts at 0x"))
    #expect(try reason { [($0 + 4, 0xffff_fff1)] }.hasSuffix("are no multiple of an element's 4"))
    #expect(try reason { [($0 + 8, 16)] }.hasSuffix("behind the room for them, which ends at 0x10"))
    let long = try reason { vector in
      [(vector + 0, 0x1000), (vector + 4, 0x8000_1000), (vector + 8, 0x8000_1000)]
    }
    #expect(
      long
        == "damaged: of its 536870912 elements, 2147483648 bytes at 0x1000 are not within memory")
  }

  @Test(arguments: Library.allCases) func deque(_ library: Library) throws {
    // The size of one, the last block of the other.
    let node = try shown("deque", in: "sequences", library) { _, deque in
      [library != .libstdcxx ? (deque + 20, 0x7fff_ffff as UInt32) : (deque + 36, 0xffff_fff0)]
    }
    #expect(node.summary == nil)
    #expect(node.reason?.hasPrefix("damaged: ") == true, "\(node.reason ?? "")")
  }

  // MARK: States

  @Test(arguments: Library.allCases) func states(_ library: Library) throws {
    // The number of the alternative stands behind the union.
    let variant = try shown("number", in: "utilities", library) { _, variant in [(variant + 8, 7)] }
    #expect(variant.reason == "damaged: it says that it has alternative 7 of 2")
    let valueless = try shown("number", in: "utilities", library) { _, variant in [(variant + 8, 0xffff_ffff)] }
    #expect(valueless.summary == "valueless")
    let optional = try shown("some", in: "utilities", library) { _, optional in [(optional + 4, 9)] }
    #expect(optional.reason == "damaged: whether it has a value says 9")
    let pointer = try shown("shared", in: "utilities", library) { _, pointer in [(pointer + 4, 0xffff_fff0)] }
    #expect(pointer.reason?.contains("outside of memory") == true, "\(pointer.reason ?? "")")
  }
}
