import DwarfEval

/// The tree of `BTreeMap`: nodes of up to 11 keys; those above the lowest level have an edge to a child before, between and
/// behind their keys. The root's height says how many levels are below.
struct RustTree {
  private let root: Value?
  private let height: UInt64
  private let key: DwarfType?
  private let value: DwarfType?
  /// How many entries the map says that it has.
  let count: UInt64

  private init(_ map: Value) throws(Unavailable) {
    key = map.argument("K")
    value = map.argument("V")
    count = try map.member("length").count()
    let root = try map.member("root")
    // `Option<NodeRef>` up to now, and what it holds flattened (1.63: `Some.__0`).
    guard
      let node = root.member(named: "Some")?.member(named: "__0") ?? (root.member(named: "node") == nil ? nil : root)
    else {
      guard root.member(named: "None") != nil else { throw Unavailable("whether it has a root is not known") }
      self.root = nil
      height = 0
      guard count == 0 else { throw Unavailable("damaged: it says that it has \(count) entries, and has no root") }
      return
    }
    height = try node.member("height").count()
    guard height <= Self.highest else { throw Unavailable("damaged: a tree of \(height) levels") }
    self.root = try node.member("node").dataPointer()
  }

  /// Six keys are in every node but the root: more levels do not fit into any memory.
  private static let highest: UInt64 = 24
  private static let capacity: UInt64 = 11

  /// `BTreeMap`.
  static func map(_ value: Value) throws(Unavailable) -> Presentation? {
    let tree = try RustTree(value)
    return Presentation(
      summary: "size=\(tree.count)",
      children: .entries(count: tree.count) { limit in tree.find(limit) })
  }

  /// `BTreeSet`: a map to nothing.
  static func set(_ value: Value) throws(Unavailable) -> Presentation? {
    let tree = try RustTree(try value.member("map"))
    return Presentation(
      summary: "size=\(tree.count)",
      children: .sequence(count: tree.count) { limit in
        let found = tree.find(limit)
        return Presentation.Found(found.elements.map(\.key), problem: found.problem)
      })
  }

  /// The first entries in their order.
  private func find(_ limit: Int) -> Presentation.Found<Presentation.Entry> {
    var walk = Walk(tree: self, wanted: Int(min(count, UInt64(max(limit, 0)))))
    do throws(Unavailable) {
      if let root { try walk.visit(root, height: height, parent: nil) }
      if walk.found.elements.count < walk.wanted {
        walk.found.problem = "it says that it has \(count) entries, and \(walk.found.elements.count) are there"
      }
    } catch {
      walk.found.problem = error.reason
    }
    return walk.found
  }

  /// A walk through the nodes. Each level down is one less, which ends every cycle; that each child names its parent finds them.
  private struct Walk {
    let tree: RustTree
    let wanted: Int
    var found = Presentation.Found<Presentation.Entry>()

    mutating func visit(_ pointer: Value, height: UInt64, parent: (address: UInt64, edge: UInt64)?) throws(Unavailable)
    {
      guard found.elements.count < wanted else { return }
      let leaf = try pointer.dereferenced()
      let address = try pointer.pointer()
      let length = try leaf.member("len").count()
      guard (1...RustTree.capacity).contains(length) else {
        throw Unavailable("the node at \(hexadecimal(address)) has \(length) keys")
      }
      try check(leaf, address, parent)
      let (keys, values) = (try leaf.member("keys"), try leaf.member("vals"))
      let edges = height > 0 ? try self.edges(of: leaf) : nil
      for index in 0...length {
        if let edges {
          let edge = try edges.element(Int64(index)).dataPointer()
          try visit(edge, height: height - 1, parent: (address, index))
        }
        guard index < length, found.elements.count < wanted else { continue }
        found.elements.append(
          Presentation.Entry(
            try keys.element(Int64(index)).reinterpreted(as: tree.key),
            try values.element(Int64(index)).reinterpreted(as: tree.value)))
      }
    }

    private func check(_ leaf: Value, _ address: UInt64, _ parent: (address: UInt64, edge: UInt64)?) throws(Unavailable)
    {
      let link = try leaf.member("parent")
      // The null pointer means no parent.
      let named = link.member(named: "Some").flatMap { try? $0.member("__0").dataPointer().pointer() }
      guard named == parent?.address else {
        throw Unavailable(
          "the node at \(hexadecimal(address)) has \(named.map { "\(hexadecimal($0))" } ?? "nothing") for its parent, not "
            + (parent.map { hexadecimal($0.address) } ?? "nothing"))
      }
      guard let parent else { return }
      let index = try leaf.member("parent_idx").count()
      guard index == parent.edge else {
        throw Unavailable("the node at \(hexadecimal(address)) is edge \(parent.edge) of its parent and says \(index)")
      }
    }

    /// The edges of a node that is not on the lowest level: `InternalNode` starts with a `LeafNode`.
    private func edges(of leaf: Value) throws(Unavailable) -> Value {
      let link = try leaf.member("parent")
      guard let type = Self.internalNode(link.type) else {
        throw Unavailable("the type of its inner nodes is not known")
      }
      return try leaf.reinterpreted(as: type).member("edges")
    }

    /// What the pointer in `Option<NonNull<InternalNode>>` leads to.
    private static func internalNode(_ link: DwarfType?) -> DwarfType? {
      for variant in link?.record?.variantParts.first?.variants ?? [] {
        guard let some = variant.members.first?.type?.record?.members.first?.type else { continue }
        if let pointer = some.record?.members.first?.type, let target = pointer.target { return target }
      }
      return nil
    }
  }
}
