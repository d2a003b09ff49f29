/// The numbers of a `ValueTable`'s nodes: a hash table with open addressing, which does not keep the nodes a second time.
///
/// Looking up nodes is most of what an analysis does; the standard library's hash took a sixth of it.
struct NodeNumbers: Sendable {
  /// Numbers, each one more than it is; 0 is free. As many as a power of two.
  private var slots = [UInt32](repeating: 0, count: 64)
  private var count = 0

  /// Another one in each process: code cannot be written so that its nodes collide.
  private static let seed = UInt64.random(in: .min ... .max)
  private let seed = Self.seed

  /// The number of a node; nil where it has none.
  func find(_ node: ValueTable.Node, in nodes: [ValueTable.Node]) -> UInt32? {
    let mask = slots.count &- 1
    var slot = hash(node) & mask
    while slots[slot] != 0 {
      let number = slots[slot] &- 1
      if nodes[Int(number)] == node { return number }
      slot = (slot &+ 1) & mask
    }
    return nil
  }

  /// Takes in the number of one of `nodes` that has none yet.
  mutating func add(_ number: UInt32, of nodes: [ValueTable.Node]) {
    count += 1
    if count * 2 > slots.count { grow(nodes) }
    insert(number, hash(nodes[Int(number)]))
  }

  private mutating func insert(_ number: UInt32, _ hash: Int) {
    let mask = slots.count &- 1
    var slot = hash & mask
    while slots[slot] != 0 { slot = (slot &+ 1) & mask }
    slots[slot] = number &+ 1
  }

  private mutating func grow(_ nodes: [ValueTable.Node]) {
    let old = slots
    slots = [UInt32](repeating: 0, count: old.count * 4)
    for entry in old where entry != 0 { insert(entry &- 1, hash(nodes[Int(entry &- 1)])) }
  }

  /// Folded products of the node's words, each with the seed mixed in.
  @inline(__always)
  private func hash(_ node: ValueTable.Node) -> Int {
    let first =
      UInt64(node.kind.rawValue) | UInt64(node.type) << 8 | UInt64(node.opcode) << 16 | UInt64(node.a) << 32
    let second = UInt64(node.b) | UInt64(node.c) << 32
    let folded = Self.folded(first ^ seed, 0x9e37_79b9_7f4a_7c15) ^ Self.folded(second ^ seed, 0xbf58_476d_1ce4_e5b9)
    return Int(truncatingIfNeeded: Self.folded(folded ^ node.wide, 0x94d0_49bb_1331_11eb ^ seed))
  }

  @inline(__always)
  private static func folded(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }
}
