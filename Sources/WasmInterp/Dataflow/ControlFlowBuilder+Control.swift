import ByteCursor
import WasmBinary

extension ControlFlowBuilder {
  mutating func control(_ instruction: Instruction, _ opcode: VariableOpcode) throws(DataflowProblem) {
    switch opcode {
    case .unreachable: try endPath(.unreachable)
    case .block, .loop, .if, .try:
      guard case .block(let type) = instruction.immediates else { return }
      try open(opcode, try context.arity(of: type))
    case .tryTable: try tryTable(instruction)
    case .else: try elseClause()
    case .end: try end()
    case .br:
      try branch(instruction.immediates.index, .taken)
      try endPath(.branch)
    case .return:
      try branch(UInt32(frames.count - 1), .taken)
      try endPath(.return)
    case .brIf:
      try pop(1)
      try branch(instruction.immediates.index, .taken)
      try split(.conditionalBranch, .notTaken)
    case .brTable: try branchTable(instruction)
    case .brOnNull:
      try need(1)
      try branch(instruction.immediates.index, .taken, dropped: 1)
      try split(.conditionalBranch, .notTaken)
    case .brOnNonNull:
      try need(1)
      try branch(instruction.immediates.index, .taken)
      try pop(1)
      try split(.conditionalBranch, .notTaken)
    case .brOnCast, .brOnCastFail:
      guard case .cast(let label, _, _) = instruction.immediates else { return }
      try need(1)
      try branch(label, .taken)
      try split(.conditionalBranch, .notTaken)
    case .throw, .throwRef:
      try raise()
      try endPath(.throw)
    case .rethrow:
      let kind = try frame(instruction.immediates.index).kind
      guard kind == .catch || kind == .catchAll else { throw DataflowProblem(.invalidRethrow) }
      try raise()
      try endPath(.throw)
    case .catch, .catchAll: try catchClause(instruction, opcode)
    case .delegate: try delegate(instruction.immediates.index)
    default: break
    }
  }

  /// Checks that there are operands, and leaves them.
  private mutating func need(_ count: Int) throws(DataflowProblem) {
    try pop(count)
    try push(count)
  }

  // MARK: Blocks

  /// Opens a block whose parameters are on the stack.
  mutating func open(_ opcode: VariableOpcode, _ arity: ModuleContext.Arity) throws(DataflowProblem) {
    guard frames.count < limits.blockNesting else { throw DataflowProblem(.overLimit) }
    if opcode == .if { try pop(1) }
    try pop(arity.parameters)
    var frame = Frame(
      kind: .block, arity: arity, floor: height, outerIsDead: isDead, label: newLabel(), handler: frames.last?.handler)
    switch opcode {
    case .loop: frame.kind = .loop
    case .if: frame.kind = .if
    case .try, .tryTable:
      frame.kind = opcode == .try ? .try : .tryTable
      let dispatch = newLabel()
      frame.dispatch = dispatch
      frame.handler = dispatch
    default: break
    }
    floor = height
    isDead = false
    try push(arity.parameters)
    if opcode == .loop {
      try split()
      bind(frame.label)
      blocks[blocks.count - 1].loopFloor = floor
    } else if opcode == .if {
      let otherwise = newLabel()
      frame.otherwise = otherwise
      try edge(from: blocks.count - 1, to: use(otherwise), .notTaken)
      try split(.if, .taken)
    }
    frames.append(frame)
  }

  /// Checks that the results of the innermost block are all that is left of it on the stack.
  private mutating func checkResults() throws(DataflowProblem) {
    try pop(frames[frames.count - 1].arity.results)
    guard height == floor else { throw DataflowProblem(.typeMismatch) }
  }

  /// Ends a part of the innermost block: control goes on behind the block.
  private mutating func endPart() throws(DataflowProblem) {
    try checkResults()
    let frame = frames[frames.count - 1]
    try edge(from: blocks.count - 1, to: use(frame.label), .fallthrough, kept: frame.arity.results)
    endBlock(.fallthrough)
    isDead = false
  }

  private mutating func elseClause() throws(DataflowProblem) {
    guard frames[frames.count - 1].kind == .if else { throw DataflowProblem(.unexpectedElse) }
    try endPart()
    try push(frames[frames.count - 1].arity.parameters)
    try startBlock()
    if let otherwise = frames[frames.count - 1].otherwise { bind(otherwise) }
    frames[frames.count - 1].kind = .block
  }

  private mutating func end() throws(DataflowProblem) {
    let frame = frames[frames.count - 1]
    let needsBlock = frame.kind == .if || frame.dispatch != nil || frames.count == 1
    switch frame.kind {
    case .if:
      guard frame.arity.parameters == frame.arity.results else { throw DataflowProblem(.typeMismatch) }
    case .loop: blocks[Int(labels[frame.label.index])].loopEnd = decoder.codeOffset
    default: break
    }
    guard frame.kind != .loop, needsBlock || isUsed[frame.label.index] else {
      try checkResults()
      try close(frame)
      return
    }
    try endPart()
    if let dispatch = frame.dispatch {
      try startDispatch(dispatch, next: frame.kind == .catchAll ? nil : outer()?.handler)
    }
    try close(frame)
    try startBlock(frames.isEmpty ? .exit : .fallthrough)
    bind(frame.label)
    if frame.kind == .if, let otherwise = frame.otherwise { bind(otherwise) }
  }

  private func outer() -> Frame? { frames.count > 1 ? frames[frames.count - 2] : nil }

  /// Goes on in the code around the innermost block, with its results.
  private mutating func close(_ frame: Frame) throws(DataflowProblem) {
    frames.removeLast()
    floor = frames.last?.floor ?? 0
    isDead = frame.outerIsDead
    try push(frame.arity.results)
  }

  // MARK: Branches

  private mutating func branchTable(_ instruction: Instruction) throws(DataflowProblem) {
    guard case .labels(let list) = instruction.immediates else { return }
    try pop(1)
    tableSerial += 1
    guard var cursor = try? body.cursor(at: list.codeOffset.rawValue) else { return }
    var arity: Int?
    for position in 0..<list.count {
      guard let depth = try? cursor.uleb32() else { return }
      let frame = try frame(depth)
      if frame.tableSerial == tableSerial {
        // Tables have many labels and few targets: there is one edge to each.
        edges[frame.tableEdge].kind = .tableCase(nil)
        continue
      }
      guard arity ?? frame.labelArity == frame.labelArity else { throw DataflowProblem(.typeMismatch) }
      arity = frame.labelArity
      frames[frames.count - 1 - Int(depth)].tableSerial = tableSerial
      frames[frames.count - 1 - Int(depth)].tableEdge = edges.count
      try branch(depth, .tableCase(position < list.count - 1 ? UInt32(position) : nil))
    }
    try endPath(.branchTable)
  }

  // MARK: Exceptions

  /// Starts the block without instructions that exceptions of a `try` lead to, unless its first clause did so; those
  /// that no clause catches go on to `next`.
  private mutating func startDispatch(_ label: Label, next: Label?) throws(DataflowProblem) {
    var next = next
    if labels[label.index] == .max {
      try startBlock(.dispatch)
      bind(label)
      if let list = frames[frames.count - 1].catches, try catchEdges(list) { next = nil }
    }
    if let next { try edge(from: Int(labels[label.index]), to: use(next), .exception) }
  }

  private mutating func tryTable(_ instruction: Instruction) throws(DataflowProblem) {
    guard case .tryTable(let type, let list) = instruction.immediates else { return }
    try open(.tryTable, try context.arity(of: type))
    frames[frames.count - 1].catches = list
  }

  /// The edges from the current block, a dispatch, to what the clauses of a `try_table` name. Clauses branch from
  /// outside of the block.
  /// - Returns: whether nothing gets past them.
  private mutating func catchEdges(_ list: ImmediateList) throws(DataflowProblem) -> Bool {
    var catchesAll = false
    for (position, clause) in list.catches(in: body).enumerated() {
      guard clause.label < .max else { throw DataflowProblem(.unknownLabel, clause.label) }
      let target = try frame(clause.label + 1)
      let values = try clause.tag.map { (tag) throws(DataflowProblem) in try context.arity(ofTag: tag) } ?? 0
      let caught = values + (clause.passesReference ? 1 : 0)
      guard caught == target.labelArity else { throw DataflowProblem(.typeMismatch) }
      if clause.tag == nil { catchesAll = true }
      try edge(
        from: blocks.count - 1, to: use(target.label), .catchClause(UInt32(position)),
        isBackEdge: target.kind == .loop, caught: caught)
    }
    return catchesAll
  }

  private mutating func catchClause(
    _ instruction: Instruction, _ opcode: VariableOpcode
  ) throws(DataflowProblem) {
    let kind = frames[frames.count - 1].kind
    guard kind == .try || kind == .catch, let dispatch = frames[frames.count - 1].dispatch else {
      throw DataflowProblem(.unexpectedCatch)
    }
    try endPart()
    if kind == .try { try startDispatch(dispatch, next: nil) }
    let caught = opcode == .catch ? try context.arity(ofTag: instruction.immediates.index) : 0
    try push(caught)
    try startBlock()
    try edge(
      from: Int(labels[dispatch.index]), to: UInt32(blocks.count - 1), .catchClause(frames[frames.count - 1].clauses),
      caught: caught)
    frames[frames.count - 1].kind = opcode == .catch ? .catch : .catchAll
    frames[frames.count - 1].handler = outer()?.handler
    frames[frames.count - 1].clauses += 1
  }

  private mutating func delegate(_ depth: UInt32) throws(DataflowProblem) {
    let frame = frames[frames.count - 1]
    guard frame.kind == .try, let dispatch = frame.dispatch else { throw DataflowProblem(.unexpectedCatch) }
    guard Int(depth) < frames.count - 1 else { throw DataflowProblem(.unknownLabel, depth) }
    try endPart()
    try startDispatch(dispatch, next: frames[frames.count - 2 - Int(depth)].handler)
    try close(frame)
    try startBlock()
    bind(frame.label)
  }
}
