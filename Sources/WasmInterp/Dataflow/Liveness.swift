import ByteCursor
import WasmBinary

/// Which locals are live: read on some path before they are written.
public struct Liveness: Sendable {
  private let graph: ControlFlowGraph
  private let localCount: Int
  /// A bit for each local that is live at a block's end, `words` for each block.
  private var atEnd: [UInt64]
  private let words: Int

  /// Computes the liveness of a function's locals.
  /// - Throws: `overLimit` where it would take too much time or memory.
  public init(_ analysis: FunctionAnalysis, limits: Limits = .standard) throws(ReadError) {
    let graph = analysis.graph
    self.graph = graph
    localCount = analysis.locals.count
    words = (localCount + 63) / 64
    let overLimit = ReadError(.overLimit, section: "code", offset: graph.body.fileOffset)
    guard words * graph.blocks.count <= limits.dataflowEntries / 2 else { throw overLimit }
    atEnd = [UInt64](repeating: 0, count: words * graph.blocks.count)
    // What each block reads before it writes it, and what it writes.
    var reads = atEnd
    var writes = atEnd
    for block in graph.blocks.indices where graph.blocks[block].isReachable {
      try Self.forEachAccess(graph, block) { access in
        let word = block * words + access.local / 64
        let bit: UInt64 = 1 << UInt64(access.local % 64)
        if access.isWrite { writes[word] |= bit } else if writes[word] & bit == 0 { reads[word] |= bit }
      }
    }
    // Backwards, which meets all but back edges in the right order.
    var steps = 0
    var isChanging = true
    while isChanging {
      isChanging = false
      for block in graph.blocks.indices.reversed() where graph.blocks[block].isReachable {
        for edge in graph.successors(of: block) {
          steps += words + 1
          guard steps <= limits.dataflowSteps else { throw overLimit }
          for word in 0..<words {
            let target = Int(edge.target) * words + word
            let live = reads[target] | atEnd[target] & ~writes[target]
            if live & ~atEnd[block * words + word] != 0 {
              atEnd[block * words + word] |= live
              isChanging = true
            }
          }
        }
      }
    }
  }

  /// The locals that are live before the instruction at `offset`, ascending; nil where none starts there and in
  /// unreachable code.
  public func liveLocals(at offset: CodeOffset) -> [UInt32]? {
    guard let block = graph.block(containing: offset), graph.blocks[block].isReachable else { return nil }
    var live = Set<Int>()
    for local in 0..<localCount where atEnd[block * words + local / 64] >> UInt64(local % 64) & 1 != 0 {
      live.insert(local)
    }
    var accesses: [Access] = []
    var isInstruction = false
    try? Self.forEachInstruction(graph, block) { instruction in
      if instruction.codeOffset == offset { isInstruction = true }
      if isInstruction, let access = Access(instruction) { accesses.append(access) }
    }
    guard isInstruction else { return nil }
    for access in accesses.reversed() {
      if access.isWrite { live.remove(access.local) } else { live.insert(access.local) }
    }
    return live.sorted().map(UInt32.init)
  }

  private struct Access {
    let local: Int
    let isWrite: Bool

    init?(_ instruction: Instruction) {
      switch VariableOpcode(instruction.opcode) {
      case .localGet: isWrite = false
      case .localSet, .localTee: isWrite = true
      default: return nil
      }
      local = Int(instruction.immediates.index)
    }
  }

  private static func forEachAccess(
    _ graph: ControlFlowGraph, _ block: Int, _ visit: (Access) -> Void
  ) throws(ReadError) {
    try forEachInstruction(graph, block) { if let access = Access($0) { visit(access) } }
  }

  private static func forEachInstruction(
    _ graph: ControlFlowGraph, _ block: Int, _ visit: (Instruction) -> Void
  ) throws(ReadError) {
    guard graph.blocks[block].start < graph.blocks[block].end else { return }
    var decoder = try InstructionDecoder(graph.body, at: graph.blocks[block].start)
    while decoder.codeOffset < graph.blocks[block].end { visit(try decoder.next()) }
  }
}
