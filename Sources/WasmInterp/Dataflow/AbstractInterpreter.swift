import ByteCursor
import WasmBinary

/// Executes a function's blocks on abstract values.
///
/// Calls leave the stack pointer as it is (LLVM's C ABI) and may set all other mutable globals. Blocks are trusted to
/// be what the graph's builder has checked: operands, labels and indices are there.
struct AbstractInterpreter: ForwardAnalysis, Sendable {
  typealias State = WorkingState

  let graph: ControlFlowGraph
  let context: ModuleContext
  let layout: SlotLayout
  let limits: Limits
  let writes: FunctionWrites
  let locals: FunctionLocals
  let table = EffectTable.standard.rows
  var values: ValueTable
  var chunks = SlotChunks()
  /// Chunks from this one on belong to the state that is being changed.
  var ownedFrom: UInt32 = 0
  /// The slots of globals that calls may set.
  let clobbered: [Int]
  var steps = 0

  init(
    _ graph: ControlFlowGraph, context: ModuleContext, layout: SlotLayout, locals: FunctionLocals,
    writes: FunctionWrites, limits: Limits
  ) {
    self.graph = graph
    self.context = context
    self.layout = layout
    self.locals = locals
    self.writes = writes
    self.limits = limits
    let type = context.stackPointer.map { context.globals[Int($0)].value }
    values = ValueTable(stackPointerBits: type == .i64 ? 64 : 32, limit: limits.dataflowEntries)
    clobbered = layout.globals.indices.compactMap { index in
      let global = layout.globals[index]
      return global != context.stackPointer && context.globals[Int(global)].isMutable ? index + 1 : nil
    }
  }

  // MARK: Budget

  private func overLimit() -> ReadError {
    ReadError(.overLimit, section: "code", offset: graph.body.fileOffset)
  }

  mutating func spend(_ count: Int) throws(ReadError) {
    steps += count
    guard steps <= limits.dataflowSteps, !values.isOverLimit, chunks.values.count <= limits.dataflowEntries else {
      throw overLimit()
    }
  }

  /// Checks how much the states at the starts of blocks take: their operands, and references to chunks.
  func checkSize() throws(ReadError) {
    let chunksOfState = layout.count / SlotChunks.size + 1
    var total = layout.count
    for block in graph.blocks where block.isReachable { total += block.entryHeight + chunksOfState }
    guard total <= limits.dataflowEntries else { throw overLimit() }
  }

  // MARK: States

  mutating func initial() throws(ReadError) -> WorkingState {
    var slots: [ValueID] = [values.intern(ValueTable.Node(kind: .entryMemory))]
    slots.reserveCapacity(layout.count)
    for global in layout.globals {
      slots.append(global == context.stackPointer ? values.stackPointer(0) : values.entryGlobal(global))
    }
    for index in locals.parameters.indices { slots.append(values.parameter(UInt32(index))) }
    for group in locals.declarations.groups {
      slots.append(contentsOf: repeatElement(values.constant(group.type, 0), count: Int(group.count)))
    }
    return WorkingState(chunks: chunked(slots), stack: [])
  }

  /// Slots in chunks of their own.
  mutating func chunked(_ slots: [ValueID]) -> [UInt32] {
    var result: [UInt32] = []
    var start = 0
    while start < slots.count {
      let end = min(start + SlotChunks.size, slots.count)
      result.append(chunks.append(slots[start..<end], fill: slots[0]))
      start = end
    }
    return result
  }

  /// All slots of a state.
  func slots(_ state: WorkingState) -> [ValueID] {
    var result: [ValueID] = []
    result.reserveCapacity(state.chunks.count * SlotChunks.size)
    for chunk in state.chunks {
      let start = Int(chunk) * SlotChunks.size
      result.append(contentsOf: chunks.values[start..<start + SlotChunks.size])
    }
    result.removeLast(result.count - layout.count)
    return result
  }

  @inline(__always)
  func slot(_ index: Int, _ state: borrowing WorkingState) -> ValueID {
    chunks.value(state.chunks[index / SlotChunks.size], index % SlotChunks.size)
  }

  @inline(__always)
  mutating func setSlot(_ index: Int, _ value: ValueID, _ state: inout WorkingState) {
    let chunk = state.chunks[index / SlotChunks.size]
    let position = index % SlotChunks.size
    if chunk >= ownedFrom {
      chunks.set(chunk, position, value)
    } else if chunks.value(chunk, position) != value {
      let copy = chunks.copy(chunk)
      state.chunks[index / SlotChunks.size] = copy
      chunks.set(copy, position, value)
    }
  }

  // MARK: Blocks

  mutating func transfer(_ block: Int, _ entry: WorkingState) throws(ReadError) -> WorkingState {
    var state = entry
    ownedFrom = UInt32(chunks.count)
    if graph.blocks[block].terminator == .dispatch {
      if let global = context.stackPointer, let slot = layout.slot(ofGlobal: global) {
        setSlot(slot, values.intern(ValueTable.Node(kind: .unwound, a: UInt32(block), b: global)), &state)
      }
    } else {
      try replay(block, &state) { _, _, _ in true }
    }
    return state
  }

  /// Executes a block's instructions as long as `visit`, which sees each before it is executed, says so.
  mutating func replay(
    _ block: Int, _ state: inout WorkingState,
    _ visit: (borrowing AbstractInterpreter, Instruction, borrowing WorkingState) -> Bool
  ) throws(ReadError) {
    let end = graph.blocks[block].end
    guard graph.blocks[block].start < end else { return }
    var decoder = try InstructionDecoder(graph.body, at: graph.blocks[block].start)
    while decoder.codeOffset < end {
      let instruction = try decoder.next()
      guard visit(self, instruction, state) else { return }
      try spend(16)
      try step(instruction, &state)
    }
  }
}

/// Where a function writes what is in its states.
struct FunctionWrites: Sendable {
  let locals: LocalWrites
  let globals: [[UInt32]]
  let memory: [UInt32]
  let calls: [UInt32]

  /// Whether a range of the code may write a slot.
  func writes(_ slot: Int, _ layout: SlotLayout, from start: UInt32, to end: UInt32) -> Bool {
    if slot >= layout.firstLocal { return locals[slot - layout.firstLocal].hasElement(from: start, below: end) }
    if slot == SlotLayout.memory { return memory.hasElement(from: start, below: end) }
    return globals[slot - 1].hasElement(from: start, below: end) || calls.hasElement(from: start, below: end)
  }
}
