import ByteCursor
import WasmBinary

/// What is known of a function's values at each of its instructions, for every run of its code.
///
/// Made in one go: the states at the starts of blocks are kept, those within are found by executing the block again.
/// Nothing is said of code that no path leads to. All of it rests on one assumption: that what the function calls leaves
/// the stack pointer as it was (`ModuleContext.stackPointer`), but for the few functions that are known to set it for
/// others (`ModuleContext.stackPointerMovers`).
public struct FunctionAnalysis: Sendable {
  public let graph: ControlFlowGraph
  /// The values that states name.
  public var values: ValueTable { interpreter.values }
  /// The globals that states tell of: those that the function mentions, and the stack pointer.
  public var followedGlobals: [UInt32] { interpreter.layout.globals }
  /// The function's locals, parameters first.
  public let locals: FunctionLocals
  let interpreter: AbstractInterpreter
  let entries: [WorkingState?]
  let factSitesMemo = FactSitesMemo()

  /// Globals that a function mentions beyond these are not followed.
  private static let globalsFollowed = 64

  /// Analyses a function of a module.
  /// - Throws: `unknownFunctionType` where the module does not say its type; what `init(_:type:in:limits:)` throws.
  public init(
    _ body: FunctionBody, in context: ModuleContext, limits: Limits = .standard
  ) throws(ReadError) {
    guard let type = context.functionType(body.function) else {
      throw ReadError(
        .unknownFunctionType, value: UInt64(body.function), section: "code", offset: body.fileOffset)
    }
    try self.init(body.contents, type: type, in: context, limits: limits)
  }

  /// Analyses a function.
  /// - Parameter body: the body from its locals vector on, without its size.
  /// - Throws: what decoding throws; the rule of validation that the body breaks, as far as operands, labels and
  ///   indices are concerned; `overLimit` where it would take too much time or memory.
  public init(
    _ body: Bytes, type: FunctionType, in context: ModuleContext, limits: Limits = .standard
  ) throws(ReadError) {
    locals = FunctionLocals(parameters: type.parameters, declarations: try LocalDeclarations(body, limits: limits))
    let (graph, log) = try ControlFlowBuilder.build(
      body, from: locals.declarations.firstInstruction, results: type.results.count,
      localCount: locals.count, context: context, limits: limits)
    self.graph = graph
    var globals = Set(log.globals.keys.sorted().prefix(Self.globalsFollowed))
    if let stackPointer = context.stackPointer { globals.insert(stackPointer) }
    let layout = SlotLayout(globals: globals.sorted(), localCount: locals.count)
    let writes = FunctionWrites(
      locals: LocalWrites(log, localCount: locals.count), globals: layout.globals.map { log.globals[$0] ?? [] },
      memory: log.memory, calls: log.calls)
    var interpreter = AbstractInterpreter(
      graph, context: context, layout: layout, locals: locals, writes: writes, limits: limits)
    try interpreter.checkSize()
    entries = try ForwardSolver.solve(graph, &interpreter)
    self.interpreter = interpreter
  }

  // MARK: States

  /// The state before the instruction at `offset`; nil where none starts there and in unreachable code.
  public func state(at offset: CodeOffset) -> AbstractState? {
    guard let block = graph.block(containing: offset) else { return nil }
    var result: AbstractState?
    replay(block) { interpreter, instruction, state in
      if instruction.codeOffset == offset { result = interpreter.snapshot(state) }
      return instruction.codeOffset < offset
    }
    return result
  }

  /// The instructions of a block in their order, each with the state before it; none for an unreachable block.
  public func forEachState(inBlock block: Int, _ visit: (Instruction, AbstractState) -> Void) {
    replay(block) { interpreter, instruction, state in
      visit(instruction, interpreter.snapshot(state))
      return true
    }
  }

  /// The state behind a block's last instruction; nil for an unreachable block.
  public func state(atEndOf block: Int) -> AbstractState? {
    guard var state = entries[block] else { return nil }
    var copy = interpreter
    let slots = interpreter.slots(state)
    copy.startReplay()
    state.chunks = copy.chunked(slots)
    try? copy.replay(block, &state) { _, _, _ in true }
    return copy.snapshot(state)
  }

  /// The state at the function's end: what it returns is on the operand stack. Nil where it never returns (but by
  /// calling another in its place).
  public var exit: AbstractState? { entries[graph.exit].map(interpreter.snapshot) }

  /// The parameter that the function returns as its one result, whenever it returns.
  public var returnedParameter: UInt32? {
    guard let results = exit?.operandStack, results.count == 1, case .parameter(let index) = values[results[0]] else {
      return nil
    }
    return index
  }

  private func replay(
    _ block: Int, _ visit: (borrowing AbstractInterpreter, Instruction, borrowing WorkingState) -> Bool
  ) {
    guard var state = entries[block] else { return }
    var copy = interpreter
    // The chunks of this one state are changed, not copies of those of all.
    let slots = interpreter.slots(state)
    copy.startReplay()
    state.chunks = copy.chunked(slots)
    // The same block was executed in the same state before: whatever could be thrown was.
    try? copy.replay(block, &state, visit)
  }

  // MARK: The stack pointer

  /// The stack pointer before the instruction at `offset`, where it is its value on entry plus a constant: `-64`
  /// behind a prologue that makes a frame of 64 bytes. Nil where it is not known, there is none, or no instruction
  /// starts at `offset`; `state(at:)` tells more.
  public func stackPointer(at offset: CodeOffset) -> Int64? {
    guard let global = interpreter.context.stackPointer, let id = state(at: offset)?.global(global),
      case .stackPointer(let adjustment) = values[id]
    else { return nil }
    return adjustment
  }

  /// Whether a call stands at an offset.
  func isCall(at offset: CodeOffset) -> Bool {
    guard var decoder = try? InstructionDecoder(graph.body, at: offset), let instruction = try? decoder.next() else {
      return false
    }
    return instruction.isCall
  }

  /// The memory whose size the instruction at an offset asks for; nil for another instruction.
  func memorySize(at offset: CodeOffset) -> UInt32? {
    guard var decoder = try? InstructionDecoder(graph.body, at: offset), let instruction = try? decoder.next(),
      instruction.opcode.prefix == 0, instruction.opcode.number == 0x3f,
      case .index(let memory) = instruction.immediates
    else { return nil }
    return memory
  }

  // MARK: Writes

  /// Where a local is written, in the order of the code; parameters get their arguments besides.
  public func localWrites(_ local: UInt32) -> [CodeOffset] {
    guard Int(local) < locals.count else { return [] }
    return interpreter.writes.locals[Int(local)].map { CodeOffset(short: $0) }
  }
}

extension AbstractInterpreter {
  /// The state as clients see it.
  func snapshot(_ state: borrowing WorkingState) -> AbstractState {
    AbstractState(slots: slots(state), layout: layout, operandStack: state.stack)
  }

  /// Makes this copy ready to execute one block again.
  mutating func startReplay() {
    chunks = SlotChunks()
    ownedFrom = 0
    steps = 0
  }
}

extension ModuleContext {
  func functionType(_ index: UInt32) -> FunctionType? {
    guard Int(index) < functions.count, Int(functions[Int(index)]) < types.count else { return nil }
    return types[Int(functions[Int(index)])].function
  }
}
