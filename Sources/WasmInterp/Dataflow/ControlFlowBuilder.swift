import ByteCursor
import WasmBinary

/// Makes the control-flow graph in one pass over the instructions.
///
/// It keeps count of the operands, so that what unvalidated code may be wrong in is found here and not later: blocks,
/// labels, indices and the height of the stack. Types are not looked at.
struct ControlFlowBuilder {
  /// A block of the code that is open.
  struct Frame {
    enum Kind { case block, loop, `if`, `try`, `catch`, catchAll, tryTable }
    var kind: Kind
    let arity: ModuleContext.Arity
    let floor: Int
    let outerIsDead: Bool
    /// What branches to it lead to.
    let label: Label
    /// Of an `if`: what its condition leads to where it does not hold.
    var otherwise: Label?
    /// What exceptions within it lead to.
    var handler: Label?
    /// Of `try` and `try_table`: what exceptions within them lead to that they do not catch; and how many clauses
    /// there were.
    var dispatch: Label?
    var clauses: UInt32 = 0
    /// The clauses of a `try_table`.
    var catches: ImmediateList?
    /// The last `br_table` that leads to it, and by which edge.
    var tableSerial = 0
    var tableEdge = 0

    var labelArity: Int { kind == .loop ? arity.parameters : arity.results }
  }

  /// A place that edges lead to before it is known which block starts there.
  struct Label { let index: Int }

  let body: Bytes
  let context: ModuleContext
  let limits: Limits
  let localCount: Int
  let table = EffectTable.standard.rows
  var decoder: InstructionDecoder
  var blocks: [BasicBlock] = []
  var edges: [ControlFlowEdge] = []
  /// The block of each label; `.max` where it is not known yet.
  var labels: [UInt32] = []
  var isUsed: [Bool] = []
  var frames: [Frame] = []
  var writes = WriteLog()
  /// The operand stack, its part that belongs to the innermost open block, and whether operands can be missing there.
  var height = 0
  var floor = 0
  var isDead = false
  var tableSerial = 0

  /// The graph of a body and what its instructions write.
  /// - Throws: what decoding throws; what a body breaks that is not valid; `overLimit`.
  static func build(
    _ body: Bytes, from first: CodeOffset, results: Int, localCount: Int, context: ModuleContext, limits: Limits
  ) throws(ReadError) -> (ControlFlowGraph, WriteLog) {
    var builder = ControlFlowBuilder(
      body: body, context: context, limits: limits, localCount: localCount,
      decoder: try InstructionDecoder(body, at: first))
    var at = first
    do throws(DataflowProblem) {
      guard body.count < Int(UInt32.max) else { throw DataflowProblem(.overLimit) }
      try builder.startBlock()
      try builder.open(.block, ModuleContext.Arity(parameters: 0, results: results))
      while !builder.frames.isEmpty {
        at = builder.decoder.codeOffset
        let instruction = try builder.decode()
        try builder.step(instruction)
      }
      at = builder.decoder.codeOffset
      guard builder.decoder.isAtEnd else { throw DataflowProblem(.bodyTooShort) }
    } catch {
      if let readError = builder.readError { throw readError.within("code") }
      throw error.at(at, in: body)
    }
    for index in builder.edges.indices where builder.edges[index].target & Self.labelBit != 0 {
      builder.edges[index].target = builder.labels[Int(builder.edges[index].target & ~Self.labelBit)]
    }
    return (ControlFlowGraph(body: body, blocks: builder.blocks, edges: builder.edges), builder.writes)
  }

  private init(
    body: Bytes, context: ModuleContext, limits: Limits, localCount: Int, decoder: InstructionDecoder
  ) {
    self.body = body
    self.context = context
    self.limits = limits
    self.localCount = localCount
    self.decoder = decoder
  }

  private var readError: ReadError?

  private mutating func decode() throws(DataflowProblem) -> Instruction {
    do throws(ReadError) { return try decoder.next() } catch {
      readError = error
      throw DataflowProblem(error.rule)
    }
  }

  // MARK: Blocks and edges

  private static let labelBit: UInt32 = 1 << 31

  private var current: Int { blocks.count - 1 }

  /// Starts a block behind the instruction that was decoded last, with the operands that are there.
  mutating func startBlock(_ terminator: BasicBlock.Terminator = .fallthrough) throws(DataflowProblem) {
    guard blocks.count < limits.basicBlocks else { throw DataflowProblem(.overLimit) }
    blocks.append(BasicBlock(start: decoder.codeOffset, entryHeight: height, terminator: terminator))
  }

  /// Ends the current block behind the instruction that was decoded last.
  mutating func endBlock(_ terminator: BasicBlock.Terminator) {
    blocks[current].end = decoder.codeOffset
    blocks[current].terminator = terminator
  }

  /// Goes on in a new block, which the current one leads to.
  mutating func split(
    _ terminator: BasicBlock.Terminator = .fallthrough, _ kind: ControlFlowEdge.Kind = .fallthrough
  ) throws(DataflowProblem) {
    endBlock(terminator)
    try edge(from: current, to: UInt32(blocks.count), kind)
    try startBlock()
  }

  /// What follows is not reached.
  mutating func endPath(_ terminator: BasicBlock.Terminator) throws(DataflowProblem) {
    endBlock(terminator)
    height = floor
    isDead = true
    try startBlock()
  }

  mutating func edge(
    from source: Int, to target: UInt32, _ kind: ControlFlowEdge.Kind, isBackEdge: Bool = false, kept: Int = 0,
    dropped: Int = 0, caught: Int = 0
  ) throws(DataflowProblem) {
    guard edges.count < limits.dataflowEntries else { throw DataflowProblem(.overLimit) }
    edges.append(
      ControlFlowEdge(
        source: UInt32(source), target: target, kind: kind, isBackEdge: isBackEdge, kept: kept, dropped: dropped,
        caught: caught))
  }

  func place(_ label: Label) -> UInt32 { UInt32(label.index) | Self.labelBit }

  mutating func newLabel() -> Label {
    labels.append(.max)
    isUsed.append(false)
    return Label(index: labels.count - 1)
  }

  mutating func use(_ label: Label) -> UInt32 {
    isUsed[label.index] = true
    return place(label)
  }

  /// The current block is what the label stands for.
  mutating func bind(_ label: Label) { labels[label.index] = UInt32(current) }

  // MARK: Operands

  mutating func pop(_ count: Int) throws(DataflowProblem) {
    if height - count >= floor {
      height -= count
    } else {
      guard isDead else { throw DataflowProblem(.typeMismatch) }
      height = floor
    }
  }

  mutating func push(_ count: Int) throws(DataflowProblem) {
    height += count
    guard height <= limits.operands else { throw DataflowProblem(.overLimit) }
  }

  func frame(_ depth: UInt32) throws(DataflowProblem) -> Frame {
    guard Int(depth) < frames.count else { throw DataflowProblem(.unknownLabel, depth) }
    return frames[frames.count - 1 - Int(depth)]
  }

  /// An edge from the current block to the block that a label stands for.
  mutating func branch(
    _ depth: UInt32, _ kind: ControlFlowEdge.Kind, dropped: Int = 0
  ) throws(DataflowProblem) {
    let frame = try frame(depth)
    guard isDead || height - dropped - floor >= frame.labelArity else { throw DataflowProblem(.typeMismatch) }
    try edge(
      from: current, to: use(frame.label), kind, isBackEdge: frame.kind == .loop, kept: frame.labelArity,
      dropped: dropped)
  }

  /// An edge from the current block to whatever handles exceptions in it.
  mutating func raise() throws(DataflowProblem) {
    guard let handler = frames[frames.count - 1].handler else { return }
    try edge(from: current, to: use(handler), .exception)
  }

  // MARK: Instructions

  private mutating func step(_ instruction: Instruction) throws(DataflowProblem) {
    let row = table[Int(instruction.opcode.index)]
    guard let opcode = row.variable else {
      if row.writesMemory { writes.memory(instruction.codeOffset) }
      try pop(Int(row.pops))
      try push(Int(row.pushes))
      return
    }
    let effect = try context.effect(of: instruction, opcode)
    try pop(effect.pops)
    switch opcode {
    case .localGet, .localSet, .localTee:
      let index = instruction.immediates.index
      guard Int(index) < localCount else { throw DataflowProblem(.unknownLocal, index) }
      if opcode != .localGet { writes.local(index, instruction.codeOffset) }
    case .globalGet, .globalSet:
      let index = instruction.immediates.index
      guard Int(index) < context.globals.count else { throw DataflowProblem(.unknownGlobal, index) }
      writes.global(index, opcode == .globalSet ? instruction.codeOffset : nil)
    case .memoryCopy: writes.memory(instruction.codeOffset)
    case .call, .callIndirect, .callRef:
      writes.call(instruction.codeOffset)
      try push(effect.pushes)
      if frames[frames.count - 1].handler != nil {
        try raise()
        try split(.call)
      }
      return
    case .returnCall, .returnCallIndirect, .returnCallRef:
      try endPath(.tailCall)
      return
    default:
      if effect == (0, 0) || opcode == .throw || opcode == .throwRef {
        try control(instruction, opcode)
        return
      }
    }
    try push(effect.pushes)
  }
}
