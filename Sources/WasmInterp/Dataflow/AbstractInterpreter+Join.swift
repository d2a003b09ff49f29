import ByteCursor
import WasmBinary

extension AbstractInterpreter {
  /// Where incoming states agree, their value; else one that names the block and the place. A place that was given
  /// up once stays so.
  ///
  /// At a loop's start, back edges do not count for what the loop never writes: the states that come along them may
  /// be older than the one that enters the loop.
  mutating func join(
    _ block: Int, _ incoming: [(edge: ControlFlowEdge, state: WorkingState)], previous: WorkingState?, widens: Bool
  ) throws(ReadError) -> WorkingState? {
    guard let first = incoming.first else { return previous == nil ? try initial() : nil }
    let stacks = stacks(block, incoming)
    try spend(incoming.count * (first.state.chunks.count + graph.blocks[block].entryHeight))
    var joined = first.state
    joined.stack = stacks[0]
    if incoming.count == 1, previous == nil { return joined }
    let forward = incoming.filter { !$0.edge.isBackEdge }.map(\.state)
    var join = BlockJoin(block: block, widens: widens)
    if forward.count < incoming.count, let end = graph.blocks[block].loopEnd {
      join.loop = graph.blocks[block].start.short..<end.short
    }
    var isSame = previous != nil
    for chunk in joined.chunks.indices {
      let before = previous?.chunks[chunk]
      let candidates = incoming.map { $0.state.chunks[chunk] }
      if candidates.allSatisfy({ $0 == before ?? candidates[0] }) {
        joined.chunks[chunk] = before ?? candidates[0]
        continue
      }
      try spend(candidates.count * SlotChunks.size)
      joined.chunks[chunk] = joinedChunk(
        chunk, candidates, forward: forward.map { $0.chunks[chunk] }, before: before, join)
      if joined.chunks[chunk] != before { isSame = false }
    }
    for position in joined.stack.indices {
      joined.stack[position] = joinedOperand(position, stacks, incoming, before: previous?.stack[position], join)
    }
    if let previous, isSame, joined.stack == previous.stack { return nil }
    return joined
  }

  /// What joining at one block depends on.
  private struct BlockJoin {
    let block: Int
    let widens: Bool
    /// Of a loop's start with back edges: the loop's code.
    var loop: Range<UInt32>?
  }

  /// The operands that come along each edge.
  private mutating func stacks(
    _ block: Int, _ incoming: [(edge: ControlFlowEdge, state: WorkingState)]
  ) -> [[ValueID]] {
    incoming.map { edge, state in operands(of: block, along: edge, from: state) }
  }

  /// The operands at a block's start that come along an edge.
  mutating func operands(of block: Int, along edge: ControlFlowEdge, from state: WorkingState) -> [ValueID] {
    let height = graph.blocks[block].entryHeight
    if edge.kept == 0, edge.caught == 0, state.stack.count == height { return state.stack }
    let below = max(height - edge.kept - edge.caught, 0)
    var stack = Array(state.stack.prefix(below))
    stack.append(contentsOf: state.stack.dropLast(edge.dropped).suffix(edge.kept))
    var clause: UInt32 = 0
    if case .catchClause(let number) = edge.kind { clause = number }
    for index in 0..<edge.caught {
      stack.append(
        values.intern(ValueTable.Node(kind: .caught, a: edge.source, b: UInt32(index), c: clause)))
    }
    // The builder has counted; nothing is left out in code that it let pass.
    while stack.count < height { stack.append(values.result(of: .max)) }
    return stack
  }

  private mutating func joinedChunk(
    _ chunk: Int, _ candidates: [UInt32], forward: [UInt32], before: UInt32?, _ join: BlockJoin
  ) -> UInt32 {
    let result = chunks.copy(candidates[0])
    let firstSlot = chunk * SlotChunks.size
    for position in 0..<min(SlotChunks.size, layout.count - firstSlot) {
      let slot = firstSlot + position
      var value = chunks.value(candidates[0], position)
      var differs = candidates.contains { chunks.value($0, position) != value }
      if differs, let loop = join.loop, let start = forward.first,
        !writes.writes(slot, layout, from: loop.lowerBound, to: loop.upperBound)
      {
        value = chunks.value(start, position)
        differs = forward.contains { chunks.value($0, position) != value }
      }
      let old = before.map { chunks.value($0, position) }
      if differs || old.map({ isGivenUp($0, old: value, join) }) ?? false {
        value = values.join(join.block, layout.slot(slot))
      }
      chunks.set(result, position, value)
    }
    for known in [before, candidates[0]] {
      guard let known, chunks.areEqual(known, result) else { continue }
      chunks.removeLast()
      return known
    }
    return result
  }

  /// Whether a place that held `value` before and would hold `new` now has to be given up.
  private func isGivenUp(_ value: ValueID, old new: ValueID, _ join: BlockJoin) -> Bool {
    if join.widens, value != new { return true }
    let node = values.node(value)
    switch node.kind {
    case .joinLocal, .joinGlobal, .joinMemory, .joinOperand: return Int(node.a) == join.block
    default: return false
    }
  }

  private mutating func joinedOperand(
    _ position: Int, _ stacks: [[ValueID]], _ incoming: [(edge: ControlFlowEdge, state: WorkingState)],
    before: ValueID?, _ join: BlockJoin
  ) -> ValueID {
    var value = stacks[0][position]
    // Below its parameters, a loop changes no operand.
    let ignoresBackEdges = join.loop != nil && position < graph.blocks[join.block].loopFloor
    var differs = false
    var isFirst = true
    for (index, stack) in stacks.enumerated() where !ignoresBackEdges || !incoming[index].edge.isBackEdge {
      if isFirst { value = stack[position] } else if stack[position] != value { differs = true }
      isFirst = false
    }
    if differs || before.map({ isGivenUp($0, old: value, join) }) ?? false {
      return values.join(join.block, .operand(UInt32(position)))
    }
    return value
  }
}
