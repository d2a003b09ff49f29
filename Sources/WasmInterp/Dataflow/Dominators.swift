import ByteCursor

extension ControlFlowGraph {
  /// The block that every path to a block passes last before it, for each but the first and unreachable ones
  /// (of which it is meaningless); nil where finding them takes too many steps.
  ///
  /// Back edges say nothing here, as loops have one entry, and all others lead forward: one pass is enough.
  func immediateDominators(steps: Int) -> [UInt32]? {
    var result = [UInt32](repeating: 0, count: blocks.count)
    var steps = steps
    for block in blocks.indices.dropFirst() where blocks[block].isReachable {
      var dominator: UInt32?
      for index in predecessors(of: block) where !edges[Int(index)].isBackEdge {
        var other = edges[Int(index)].source
        guard var common = dominator else {
          dominator = other
          continue
        }
        while common != other {
          if common > other { common = result[Int(common)] } else { other = result[Int(other)] }
          steps -= 1
          guard steps > 0 else { return nil }
        }
        dominator = common
      }
      result[block] = dominator ?? 0
    }
    return result
  }
}
