import ByteCursor
import WasmBinary

/// One of the ways into a block at whose start a place has different values.
struct JoinInput {
  /// What the place holds on this way.
  let value: ValueID
  /// What must have been tested on the way, from where it parts from others.
  let tests: [PointFacts.ConditionFact]
}

extension FunctionAnalysis {
  /// More ways, and longer ones, are not looked at.
  private static let waysFollowed = 8

  /// The ways into a block, for a value that is joined at its start; nil where they cannot be told from each other by
  /// what is known later: at the start of a loop, where a way comes from an exception, and where names are mentioned
  /// that a loop gives to new values again and again.
  func inputs(ofJoin block: Int, _ slot: StateSlot) -> [JoinInput]? {
    let edges = graph.predecessors(of: block).map { graph.edges[Int($0)] }
    guard edges.count > 1, edges.count <= Self.waysFollowed, let conditions = factSites?.conditions else { return nil }
    var inputs: [JoinInput] = []
    for edge in edges {
      guard !edge.isBackEdge, let state = state(atEndOf: Int(edge.source)) else { return nil }
      let value: ValueID?
      switch slot {
      case .local(let index): value = state.local(index)
      case .global(let index): value = state.global(index)
      case .memory, .operand: value = nil
      }
      guard let value, isSteady(value), let tests = tests(edge, conditions) else { return nil }
      inputs.append(JoinInput(value: value, tests: tests))
    }
    return inputs
  }

  /// What was tested on the way that ends with an edge, back to where it was joined by another.
  private func tests(_ edge: ControlFlowEdge, _ conditions: [UInt32: ValueID]) -> [PointFacts.ConditionFact]? {
    var tests: [PointFacts.ConditionFact] = []
    var edge = edge
    for _ in 0..<Self.waysFollowed {
      let test: PointFacts.Test?
      switch edge.kind {
      case .fallthrough: test = nil
      case .taken: test = .isNotZero
      case .notTaken: test = .isZero
      case .tableCase(let number): test = number.map { .equals($0) }
      case .exception, .catchClause: return nil
      }
      if let test, let value = conditions[edge.source], isSteady(value) {
        tests.append(PointFacts.ConditionFact(value: value, test: test))
      }
      let before = graph.predecessors(of: Int(edge.source))
      guard before.count == 1, let only = before.first else { break }
      edge = graph.edges[Int(only)]
    }
    return tests
  }

  /// Whether all that a value is made of gets its names once in a run of the function, outside of loops.
  private func isSteady(_ id: ValueID) -> Bool {
    var budget = 64
    return isSteady(id, &budget)
  }

  /// - Parameter budget: how many more values are looked at; beyond them nothing is taken to be steady.
  private func isSteady(_ id: ValueID, _ budget: inout Int) -> Bool {
    budget -= 1
    guard budget > 0 else { return false }
    switch values[id] {
    case .constant, .null, .stackPointer, .alignedStackPointer, .parameter, .entryGlobal: return true
    case .load(_, let address, _, _, let at, _): return !isInLoop(at) && isSteady(address, &budget)
    case .operation(_, let operands):
      for operand in operands where !isSteady(operand, &budget) { return false }
      return true
    case .result(let at, _), .global(_, let at): return !isInLoop(at)
    case .join(let block, _): return !isInLoop(graph.blocks[block].start) && !graph.blocks[block].isLoopHeader
    case .caught, .unwound, .entryMemory, .memory: return false
    }
  }

  private func isInLoop(_ offset: CodeOffset) -> Bool {
    // Blocks stand in the order of the code.
    for block in graph.blocks {
      if block.start > offset { return false }
      if block.isLoopHeader, block.loopEnd.map({ offset < $0 }) ?? true { return true }
    }
    return false
  }
}
