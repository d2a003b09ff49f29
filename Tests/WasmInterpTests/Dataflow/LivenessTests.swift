import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

@Suite struct LivenessTests {
  /// Random bodies: a local is live where a search along the edges finds a read before a write.
  @Test func agreesWithASearchAlongAllPaths() throws {
    var live = 0
    var dead = 0
    var wrong: [String] = []
    for seed in 0..<20 as Range<UInt64> {
      let program = try DataflowDifferentialTests.Program(seed: seed)
      let context = ModuleContext(program.module)
      for body in program.module.bodies {
        let analysis = try FunctionAnalysis(body, in: context)
        let liveness = try Liveness(analysis)
        let accesses = try accesses(analysis.graph)
        for index in analysis.graph.blocks.indices {
          let block = analysis.graph.blocks[index]
          guard block.isReachable, block.start < block.end else { continue }
          let found = try #require(liveness.liveLocals(at: block.start))
          for local in 0..<UInt32(analysis.locals.count) {
            let expected = isRead(local, from: index, analysis.graph, accesses)
            if found.contains(local) != expected { wrong.append("seed \(seed) block \(index) local \(local)") }
            if expected { live += 1 } else { dead += 1 }
          }
        }
      }
    }
    #expect(wrong == [])
    #expect(live > 5_000)
    #expect(dead > 5_000)
  }

  /// For each block, what its first access of each local is: whether a write.
  private func accesses(_ graph: ControlFlowGraph) throws -> [[UInt32: Bool]] {
    try graph.blocks.map { block in
      var first: [UInt32: Bool] = [:]
      guard block.start < block.end else { return first }
      var decoder = try InstructionDecoder(graph.body, at: block.start)
      while decoder.codeOffset < block.end {
        let instruction = try decoder.next()
        guard instruction.opcode.immediateKind == .local, case .index(let local) = instruction.immediates else {
          continue
        }
        if first[local] == nil { first[local] = instruction.opcode.name != "local.get" }
      }
      return first
    }
  }

  private func isRead(
    _ local: UInt32, from start: Int, _ graph: ControlFlowGraph, _ accesses: [[UInt32: Bool]]
  ) -> Bool {
    var seen: Set<Int> = [start]
    var pending = [start]
    while let block = pending.popLast() {
      switch accesses[block][local] {
      case false?: return true
      case true?: continue
      case nil:
        for edge in graph.successors(of: block) where seen.insert(Int(edge.target)).inserted {
          pending.append(Int(edge.target))
        }
      }
    }
    return false
  }
}
