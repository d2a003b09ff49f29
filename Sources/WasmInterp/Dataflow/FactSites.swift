import ByteCursor
import Synchronization
import WasmBinary

/// An instruction that reads or writes memory.
struct MemoryEvent: Sendable {
  enum Kind: UInt8, Sendable {
    case load, store
    /// Leaves something there of which nothing is known.
    case write
    case call
  }

  /// Whose memory an address can lead to.
  enum Region: UInt8, Sendable {
    /// This function's own frame, of which no address has got out.
    case ownFrame
    /// Derived from the stack pointer, otherwise unknown.
    case derived
    /// Not derived from the stack pointer.
    case other
  }

  let kind: Kind
  var region = Region.other
  let opcode: Opcode
  let at: UInt32
  let memory: UInt32
  /// Of a call: the stack pointer.
  let address: ValueID?
  /// What was loaded or stored.
  let value: ValueID
  let offset: UInt64
  let place: MemoryPlace
  /// Of an address counted from the stack pointer: where it is; of a call: where the stack pointer is.
  let slot: FrameSlot?
}

/// Where facts of a function come about and end; collected once for all its offsets.
struct FactSites: Sendable {
  /// In the order of the code.
  let events: [MemoryEvent]
  /// The first event of each block, and at last their count.
  let firstEvent: [UInt32]
  /// The operand of each block's `br_if`, `if` or `br_table`.
  let conditions: [UInt32: ValueID]
  let dominators: [UInt32]
  /// How many different roots places have.
  let rootCount: Int

  func events(of block: Int) -> ArraySlice<MemoryEvent> {
    events[Int(firstEvent[block])..<Int(firstEvent[block + 1])]
  }
}

/// Collects them when they are first asked for: most functions are asked for their states alone.
final class FactSitesMemo: Sendable {
  private let state = Mutex<FactSites??>(nil)

  func value(_ collect: () -> FactSites?) -> FactSites? {
    state.withLock { known in
      if let known { return known }
      let collected = collect()
      known = .some(collected)
      return collected
    }
  }
}

extension FunctionAnalysis {
  /// Nil where collecting them would take too long.
  var factSites: FactSites? {
    factSitesMemo.value {
      var collector = FactCollector(interpreter)
      return try? collector.collect(entries)
    }
  }
}

/// Executes each block once more and writes down what facts depend on.
struct FactCollector {
  private var interpreter: AbstractInterpreter
  private var log: FactLog

  init(_ interpreter: AbstractInterpreter) {
    self.interpreter = interpreter
    log = FactLog(interpreter.context)
  }

  mutating func collect(_ entries: [WorkingState?]) throws(ReadError) -> FactSites? {
    let graph = interpreter.graph
    guard let dominators = graph.immediateDominators(steps: interpreter.limits.dataflowSteps) else { return nil }
    interpreter.steps = 0
    let joins = interpreter.values.joinsByBlock(count: graph.blocks.count)
    var derivation = Derivation()
    var firstEvent: [UInt32] = []
    let chunkCount = interpreter.chunks.count
    for block in graph.blocks.indices {
      firstEvent.append(UInt32(log.events.count))
      guard var state = entries[block] else { continue }
      interpreter.ownedFrom = UInt32(chunkCount)
      // The only copy while it is changed.
      var log = self.log
      self.log = FactLog(interpreter.context)
      log.block = UInt32(block)
      try interpreter.replay(block, &state) { interpreter, instruction, state in
        log.add(instruction, interpreter, state)
        return true
      }
      self.log = log
      for edge in graph.successors(of: block) {
        try follow(edge, state, joins, &derivation)
      }
      interpreter.chunks.removeLast(interpreter.chunks.count - chunkCount)
    }
    firstEvent.append(UInt32(log.events.count))
    derivation.addExpressions(interpreter.values, stackPointer: interpreter.context.stackPointer)
    for (operand, at) in log.cutOff {
      if let result = interpreter.values.resultIfNamed(at) { derivation.flow(from: operand, to: result) }
    }
    for at in log.movers {
      if let result = interpreter.values.resultIfNamed(at) { derivation.seed(result) }
    }
    let isDerived = derivation.solve()
    let isPrivate = interpreter.context.stackPointer != nil && !zip(isDerived, log.isExposed).contains { $0 && $1 }
    for index in log.events.indices {
      let event = log.events[index]
      guard event.kind != .call, let address = event.address, isDerived[Int(address.index)] else { continue }
      let isInFrame =
        isPrivate && event.memory == 0 && event.slot.map { $0.isInFrame(width: event.place.width) } ?? false
      log.events[index].region = isInFrame ? .ownFrame : .derived
    }
    return FactSites(
      events: log.events, firstEvent: firstEvent, conditions: log.conditions, dominators: dominators,
      rootCount: log.roots.count)
  }

  /// What flows along an edge into the names that its target gives, and what is returned.
  private mutating func follow(
    _ edge: ControlFlowEdge, _ state: WorkingState, _ joins: JoinsByBlock, _ derivation: inout Derivation
  ) throws(ReadError) {
    let target = Int(edge.target)
    let returns = target == interpreter.graph.exit
    let names = joins[target]
    guard returns || !names.isEmpty else { return }
    let operands = interpreter.operands(of: target, along: edge, from: state)
    try interpreter.spend(names.count + operands.count + 1)
    if returns { log.expose(operands) }
    for name in names {
      let node = interpreter.values.node(name)
      switch node.kind {
      case .joinLocal:
        let slot = interpreter.layout.firstLocal + Int(node.b)
        derivation.flow(from: interpreter.slot(slot, state), to: name)
      case .joinGlobal:
        guard let slot = interpreter.layout.slot(ofGlobal: node.b) else { continue }
        derivation.flow(from: interpreter.slot(slot, state), to: name)
      case .joinOperand:
        guard Int(node.b) < operands.count else { continue }
        derivation.flow(from: operands[Int(node.b)], to: name)
      default: break
      }
    }
  }
}

/// The names that each block gives to what is joined at its start.
struct JoinsByBlock {
  fileprivate var first: [UInt32]
  fileprivate var names: [ValueID]

  subscript(block: Int) -> ArraySlice<ValueID> { names[Int(first[block])..<Int(first[block + 1])] }
}

extension ValueTable {
  func joinsByBlock(count: Int) -> JoinsByBlock {
    var joins = JoinsByBlock(first: [UInt32](repeating: 0, count: count + 1), names: [])
    var found: [UInt32] = []
    for (index, node) in nodes.enumerated() {
      switch node.kind {
      case .joinLocal, .joinGlobal, .joinOperand:
        found.append(UInt32(index))
        joins.first[Int(node.a) + 1] += 1
      default: break
      }
    }
    for block in 0..<count { joins.first[block + 1] += joins.first[block] }
    var next = joins.first
    joins.names = [ValueID](repeating: ValueID(index: 0), count: found.count)
    for index in found {
      let block = Int(nodes[Int(index)].a)
      joins.names[Int(next[block])] = ValueID(index: index)
      next[block] += 1
    }
    return joins
  }
}
