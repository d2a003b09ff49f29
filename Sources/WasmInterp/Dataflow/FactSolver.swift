import ByteCursor
import WasmBinary

/// Finds which of the candidates hold where: sets of facts, intersected where paths meet.
///
/// Nothing has to be taken away when an instruction or a block gives a name that facts mention to another value. Every
/// path to where a name is used leads through the place that gives it, as where paths meet only what is the same on all
/// of them keeps its name: so the first time at that place no fact mentions the name, and what is not known the first
/// time is not known there at all.
struct FactSolver: ForwardAnalysis {
  /// Bits: the memory facts that hold, those that are intact, the conditions.
  typealias State = [UInt64]

  /// So many memory facts and so many conditions are followed.
  private static let candidateLimit = 1024

  private let graph: ControlFlowGraph
  private let candidates: FactCandidates
  private let effects: FactEffects
  private let limits: Limits
  private let words: Int
  /// What each block keeps, and what it adds, `words` for each.
  private var kept: [UInt64] = []
  private var added: [UInt64] = []
  private var steps = 0

  /// Nil where there would be too much to keep or to do.
  init?(_ sites: FactSites, _ analysis: FunctionAnalysis, _ block: Int, _ offset: CodeOffset, _ limits: Limits) {
    graph = analysis.graph
    self.limits = limits
    // Four words of eight bytes for each block and word: what is kept, added, known at its start and at its end.
    let room = limits.dataflowEntries / 8 / max(graph.blocks.count, 1)
    // Two bits for a memory fact, one for a condition.
    let limit = min(Self.candidateLimit, room / 3 * 64)
    guard limit > 0 else { return nil }
    candidates = FactCandidates(sites, graph, analysis.values, block, offset, limit: limit)
    effects = FactEffects(candidates, sites, analysis.interpreter.context)
    words = effects.words
    guard sites.events.count <= limits.dataflowSteps / (words + candidates.events.count + 1) else { return nil }
    kept.reserveCapacity(words * graph.blocks.count)
    added.reserveCapacity(words * graph.blocks.count)
    for block in graph.blocks.indices {
      var effect = effects.none
      effects.apply(block, to: &effect)
      kept += effect.kept
      added += effect.added
    }
  }

  private mutating func spend(_ count: Int) throws(ReadError) {
    steps += count
    guard steps <= limits.dataflowSteps else {
      throw ReadError(.overLimit, section: "code", offset: graph.body.fileOffset)
    }
  }

  mutating func initial() throws(ReadError) -> State { [UInt64](repeating: 0, count: words) }

  mutating func transfer(_ block: Int, _ entry: State) throws(ReadError) -> State {
    try spend(words)
    var state = entry
    let start = block * words
    for word in 0..<words { state[word] = state[word] & kept[start + word] | added[start + word] }
    return state
  }

  mutating func join(
    _ block: Int, _ incoming: [(edge: ControlFlowEdge, state: State)], previous: State?, widens: Bool
  ) throws(ReadError) -> State? {
    try spend(words * (incoming.count + 1))
    var joined = [UInt64](repeating: .max, count: words)
    for (edge, state) in incoming {
      let passed = candidates.conditionOfEdge[edge].map(effects.position)
      for word in 0..<words {
        var bits = state[word]
        if let passed, passed.word == word { bits |= passed.bit }
        joined[word] &= bits
      }
    }
    return joined == previous ? nil : joined
  }

  /// The facts before an instruction, from those at its block's start.
  func facts(in block: Int, from entry: State, to offset: CodeOffset, hasCalled: Bool) -> PointFacts {
    var effect = effects.none
    effect.added = entry
    effects.apply(block, to: &effect, before: offset.short, entering: hasCalled ? offset.short : nil)
    let bits = effect.added
    var memory: [PointFacts.MemoryFact] = []
    for (number, event) in candidates.events.enumerated() where effects.holds(number, bits) {
      guard let address = event.address else { continue }
      memory.append(
        PointFacts.MemoryFact(
          opcode: event.opcode, address: address, offset: event.offset, memory: event.memory, value: event.value,
          at: CodeOffset(short: event.at), isStore: event.kind == .store, isIntact: effects.isIntact(number, bits)))
    }
    let conditions = candidates.conditions.indices.filter { effects.hasCondition($0, bits) }
    return PointFacts(memory: memory, conditions: conditions.map { candidates.conditions[$0] })
  }
}
