import ByteCursor

/// A forward data-flow analysis: what its states are and how blocks and joins change them.
///
/// Joining has to be a join of a lattice in this sense: with the same incoming states it gives the same state, and
/// the states of one block that it gives one after the other go up and end somewhere.
protocol ForwardAnalysis {
  associatedtype State

  /// The state at the function's start.
  mutating func initial() throws(ReadError) -> State

  /// The state behind a block's last instruction.
  mutating func transfer(_ block: Int, _ entry: State) throws(ReadError) -> State

  /// The state at a block's start.
  /// - Parameters:
  ///   - incoming: the edges to it whose sources have a state already, with that state.
  ///   - previous: what this gave the last time.
  ///   - widens: whether it is time to give up what still changes.
  /// - Returns: nil where it is `previous` again.
  mutating func join(
    _ block: Int, _ incoming: [(edge: ControlFlowEdge, state: State)], previous: State?, widens: Bool
  ) throws(ReadError) -> State?
}

/// Finds the states that fit a whole graph: sweeps over its blocks in reverse post-order until none changes.
enum ForwardSolver {
  /// After as many sweeps what still changes is widened. Without wrong guesses there are two more sweeps than
  /// loops are nested.
  static let sweepsBeforeWidening = 8

  /// The state at the start of each block; nil for unreachable ones.
  /// - Throws: what the analysis throws, which has to end what takes too long.
  static func solve<Analysis: ForwardAnalysis>(
    _ graph: ControlFlowGraph, _ analysis: inout Analysis
  ) throws(ReadError) -> [Analysis.State?] {
    var entries = [Analysis.State?](repeating: nil, count: graph.blocks.count)
    var exits = entries
    var isDirty = [Bool](repeating: false, count: graph.blocks.count)
    isDirty[0] = true
    var first = 0
    var sweep = 0
    while first < isDirty.count {
      var next = isDirty.count
      for block in first..<isDirty.count where isDirty[block] {
        isDirty[block] = false
        let entry: Analysis.State?
        if block == 0 {
          entry = try analysis.initial()
        } else {
          var incoming: [(edge: ControlFlowEdge, state: Analysis.State)] = []
          for index in graph.predecessors(of: block) {
            let edge = graph.edges[Int(index)]
            if let state = exits[Int(edge.source)] { incoming.append((edge, state)) }
          }
          entry = try analysis.join(
            block, incoming, previous: entries[block], widens: sweep >= sweepsBeforeWidening)
        }
        guard let entry else { continue }
        entries[block] = entry
        exits[block] = try analysis.transfer(block, entry)
        for edge in graph.successors(of: block) {
          isDirty[Int(edge.target)] = true
          // What lies ahead is still part of this sweep.
          if Int(edge.target) <= block { next = min(next, Int(edge.target)) }
        }
      }
      first = next
      sweep += 1
    }
    return entries
  }
}
