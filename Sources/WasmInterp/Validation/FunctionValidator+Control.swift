import ByteCursor
import WasmBinary

/// A block that is open.
struct BlockFrame {
  enum Kind {
    /// `block`, `try_table`, a function's body, and an `if` behind its `else`.
    case block
    case loop
    case `if`
    /// Legacy exceptions: `try` up to its first clause, and a clause.
    case `try`, `catch`, catchAll
  }

  let kind: Kind
  let parameters: TypeList
  let results: TypeList
  /// The height of the operand stack at its start, without parameters.
  let floor: Int
  /// How many locals had been initialised at its start.
  let initializedCount: Int
  /// What the block around it was, while this one is the current one.
  let outerIsUnreachable: Bool
  /// The last `br_table` that was seen to fit this block.
  var tableSerial = 0

  /// What a branch to it takes along.
  var labelTypes: TypeList { kind == .loop ? parameters : results }
}

extension FunctionValidator {
  mutating func control(_ opcode: VariableOpcode, _ instruction: Instruction) throws(Violation) {
    switch opcode {
    case .unreachable: setUnreachable()
    case .block: try open(.block, instruction.immediates)
    case .loop: try open(.loop, instruction.immediates)
    case .if:
      try pop(.i32)
      try open(.if, instruction.immediates)
    case .else:
      guard frames.last?.kind == .if else { throw Violation(.unexpectedElse) }
      let frame = try close()
      try open(.block, parameters: frame.parameters, results: frame.results)
    case .end:
      let frame = try close()
      // An `if` without `else` hands its parameters on.
      if frame.kind == .if, !context.types.matches(frame.parameters, frame.results) {
        throw Violation(.typeMismatch, "an if without else has other results than parameters")
      }
      if !frames.isEmpty { try push(frame.results) }
    case .br:
      try pop(try label(instruction.immediates.index).labelTypes)
      setUnreachable()
    case .brIf:
      try pop(.i32)
      let types = try label(instruction.immediates.index).labelTypes
      try pop(types)
      try push(types)
    case .brTable: try branchTable(instruction.immediates)
    case .return:
      try pop(frames[0].results)
      setUnreachable()
    case .throw:
      try pop(try context.tag(instruction.immediates.index))
      setUnreachable()
    case .throwRef:
      try pop(.exnref)
      setUnreachable()
    case .tryTable: try tryTable(instruction.immediates)
    default: try legacyException(opcode, instruction.immediates)
    }
  }

  // MARK: Blocks

  private mutating func open(_ kind: BlockFrame.Kind, _ immediates: Immediates) throws(Violation) {
    guard case .block(let type) = immediates else { return }
    let (parameters, results) = try signature(type)
    try pop(parameters)
    try open(kind, parameters: parameters, results: results)
  }

  /// Opens a block whose parameters were taken from the stack.
  mutating func open(_ kind: BlockFrame.Kind, parameters: TypeList, results: TypeList) throws(Violation) {
    guard frames.count < limits.blockNesting else { throw Violation(.overLimit, "nested blocks") }
    frames.append(
      BlockFrame(
        kind: kind, parameters: parameters, results: results, floor: operands.count,
        initializedCount: initialized.count, outerIsUnreachable: isUnreachable))
    floor = operands.count
    isUnreachable = false
    try push(parameters)
  }

  /// Closes the innermost block, whose results have to be all that is left of it on the stack; they are taken.
  private mutating func close() throws(Violation) -> BlockFrame {
    let frame = frames[frames.count - 1]
    try pop(frame.results)
    guard operands.count == frame.floor else {
      throw Violation(.typeMismatch, "values remain on the stack at the end of the block")
    }
    frames.removeLast()
    while initialized.count > frame.initializedCount { locals.uninitialize(initialized.removeLast()) }
    floor = frames.last?.floor ?? 0
    isUnreachable = frame.outerIsUnreachable
    return frame
  }

  private mutating func signature(_ type: BlockType) throws(Violation) -> (parameters: TypeList, results: TypeList) {
    switch type {
    case .empty: return (.empty, .empty)
    case .value(let type): return (.empty, context.types.list(of: try context.stackType(type)))
    case .type(let index):
      let (_, definition) = try context.definition(index, .func)
      return (definition.parameters, definition.results)
    }
  }

  // MARK: Branches

  /// The block that a label stands for.
  @inline(__always)
  func label(_ index: UInt32) throws(Violation) -> BlockFrame {
    guard Int(index) < frames.count else { throw .unknown(.unknownLabel, index) }
    return frames[frames.count - 1 - Int(index)]
  }

  private mutating func branchTable(_ immediates: Immediates) throws(Violation) {
    guard case .labels(let list) = immediates else { return }
    try pop(.i32)
    tableSerial += 1
    var arity: UInt32?
    var labels: Cursor
    do throws(ReadError) { labels = try body.cursor(at: list.codeOffset.rawValue) } catch { throw Violation(error) }
    for _ in 0..<list.count {
      let index: UInt32
      do throws(ReadError) { index = try labels.uleb32() } catch { throw Violation(error) }
      let frame = try label(index)
      // Tables have many labels and few blocks: each block is looked at once.
      if frame.tableSerial == tableSerial { continue }
      frames[frames.count - 1 - Int(index)].tableSerial = tableSerial
      let types = frame.labelTypes
      guard types.count == arity ?? types.count else {
        throw Violation(.typeMismatch, "labels with different numbers of operands")
      }
      arity = types.count
      try checkTop(types)
    }
    setUnreachable()
  }

  // MARK: Exceptions

  private mutating func tryTable(_ immediates: Immediates) throws(Violation) {
    guard case .tryTable(let type, let catches) = immediates else { return }
    let (parameters, results) = try signature(type)
    try pop(parameters)
    // Catch clauses branch from outside of the block. What they take along stands on the stack for a moment.
    var clauses: Cursor
    do throws(ReadError) { clauses = try body.cursor(at: catches.codeOffset.rawValue) } catch { throw Violation(error) }
    for _ in 0..<catches.count {
      let clause: CatchClause
      do throws(ReadError) { clause = try clauses.catchClause() } catch { throw Violation(error) }
      try check(clause)
    }
    try open(.block, parameters: parameters, results: results)
  }

  private func check(_ clause: CatchClause) throws(Violation) {
    let tag = try clause.tag.map { (index) throws(Violation) in try context.tag(index) } ?? .empty
    let wanted = try label(clause.label).labelTypes
    let extra: UInt32 = clause.passesReference ? 1 : 0
    guard wanted.count == tag.count + extra,
      context.types.matches(tag, TypeList(start: wanted.start, count: tag.count)),
      extra == 0
        || context.types.matches(StackType(.exn, isNullable: false), context.types.parts[wanted.range.upperBound - 1])
    else { throw Violation(.typeMismatch, "a catch clause does not hand over what its label takes") }
  }

  /// `try` with its clauses, as they were before `try_table`.
  private mutating func legacyException(_ opcode: VariableOpcode, _ immediates: Immediates) throws(Violation) {
    switch opcode {
    case .try: try open(.try, immediates)
    case .catch, .catchAll:
      guard let kind = frames.last?.kind, kind == .try || kind == .catch else { throw Violation(.unexpectedCatch) }
      let frame = try close()
      let isAll = opcode == .catchAll
      try open(isAll ? .catchAll : .catch, parameters: .empty, results: frame.results)
      if !isAll { try push(try context.tag(immediates.index)) }
    case .delegate:
      guard frames.last?.kind == .try else { throw Violation(.unexpectedCatch) }
      let frame = try close()
      // The label counts from outside of the `try`; the function itself is one.
      _ = try label(immediates.index)
      try push(frame.results)
    case .rethrow:
      let kind = try label(immediates.index).kind
      guard kind == .catch || kind == .catchAll else { throw Violation(.invalidRethrow) }
      setUnreachable()
    default: break
    }
  }

  // MARK: Calls

  mutating func call(_ opcode: VariableOpcode, _ immediates: Immediates) throws(Violation) {
    let callee: CanonicalTypes.Definition
    switch opcode {
    case .callIndirect, .returnCallIndirect:
      let (type, index) = immediates.indices
      let table = try context.table(index)
      guard context.types.matches(table.element, .funcref) else { throw mismatch(table.element, .funcref) }
      (_, callee) = try context.definition(type, .func)
      try pop(table.address)
    case .callRef, .returnCallRef:
      let (number, definition) = try context.definition(immediates.index, .func)
      callee = definition
      try pop(StackType(defined: number, isNullable: true))
    default: callee = try context.function(immediates.index)
    }
    try pop(callee.parameters)
    switch opcode {
    case .returnCall, .returnCallIndirect, .returnCallRef:
      guard context.types.matches(callee.results, frames[0].results) else {
        throw Violation(.typeMismatch, "the called function returns other types")
      }
      setUnreachable()
    default: try push(callee.results)
    }
  }
}
