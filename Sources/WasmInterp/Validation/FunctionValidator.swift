import ByteCursor
import WasmBinary

/// Validates function bodies and constant expressions, one after the other, by the algorithm of the
/// specification's appendix: a stack of operand types and one of the blocks that are open.
struct FunctionValidator {
  var context = ValidationContext()
  let limits: Limits
  let rows: [ValidationTable.Row]

  // The operand stack. The current block's floor and whether its rest is unreachable are kept outside of
  // `frames`, because every instruction needs them.
  var operands: [StackType] = []
  var floor = 0
  var isUnreachable = false
  var frames: [BlockFrame] = []
  /// The highest that the operand stack of this function was.
  var highest = 0
  var locals = LocalTypes()
  /// The locals without default that were given a value in the blocks that are open, in that order.
  var initialized: [UInt32] = []
  /// Whether this is a constant expression.
  var isConstant = false
  /// Of the body that is validated.
  var body = Bytes.empty
  /// Counts `br_table`s, to know what was checked in the current one.
  var tableSerial = 0

  init(rows: [ValidationTable.Row], limits: Limits) {
    self.rows = rows
    self.limits = limits
  }

  // MARK: Bodies

  /// Validates a function body.
  /// - Parameter stop: the instruction before which to stop, with the operands as they are there; nil to go on to the end.
  /// - Returns: how high its operand stack gets, in values.
  mutating func validate(
    _ body: FunctionBody, type: CanonicalTypes.Definition, until stop: CodeOffset? = nil
  ) throws(ValidationError) -> Int {
    var at = CodeOffset(0)
    do throws(Violation) {
      let declarations: LocalDeclarations
      do throws(ReadError) {
        declarations = try body.localDeclarations(limits: limits)
      } catch { throw Violation(error) }
      try locals.declare(
        parameters: context.types.parts[type.parameters.range], declarations, budget: body.contents.count,
        context: context)
      isConstant = false
      at = declarations.firstInstruction
      try run(body.contents, at: &at, results: type.results, until: stop)
      return highest
    } catch {
      var located = error.at(body.contents.fileOffset(of: at), section: "code")
      located.function = body.function
      located.codeOffset = error.readError.flatMap { body.codeOffset(of: $0.offset) } ?? at
      throw located
    }
  }

  /// Validates a constant expression whose value has to match `type`.
  mutating func validate(
    _ expression: ConstantExpression, type: StackType, section: String
  ) throws(ValidationError) {
    var at = CodeOffset(0)
    do throws(Violation) {
      locals.removeAll()
      isConstant = true
      try run(expression.bytes, at: &at, results: context.types.list(of: type))
    } catch {
      throw error.at(expression.bytes.fileOffset(of: at), section: section)
    }
  }

  /// Validates instructions up to the `end` that closes the outermost block, or to the instruction at `stop`.
  private mutating func run(
    _ body: Bytes, at: inout CodeOffset, results: TypeList, until stop: CodeOffset? = nil
  ) throws(Violation) {
    self.body = body
    operands.removeAll(keepingCapacity: true)
    frames.removeAll(keepingCapacity: true)
    initialized.removeAll(keepingCapacity: true)
    highest = 0
    try open(.block, parameters: .empty, results: results)
    var decoder: InstructionDecoder
    do throws(ReadError) { decoder = try InstructionDecoder(body, at: at) } catch { throw Violation(error) }
    while !frames.isEmpty {
      at = decoder.codeOffset
      if at == stop { return }
      let instruction: Instruction
      do throws(ReadError) { instruction = try decoder.next() } catch { throw Violation(error) }
      try step(instruction)
    }
    at = decoder.codeOffset
    guard decoder.isAtEnd else { throw Violation(.bodyTooShort) }
  }

  // MARK: Instructions

  @inline(__always)
  private mutating func step(_ instruction: Instruction) throws(Violation) {
    let row = rows[Int(instruction.opcode.index)]
    guard row.isEnabled else {
      let isLegacy = instruction.opcode.proposal == .legacyExceptions
      throw Violation(
        .disabledInstruction,
        instruction.opcode.name + (isLegacy ? " (exceptions of the older kind are decoded, but do not run)" : ""))
    }
    if isConstant, !row.isConstant { throw Violation(.constantExpressionRequired, instruction.opcode.name) }
    if let variable = row.variable {
      try self.variable(variable, instruction)
      return
    }
    // What is not an address never looks at it.
    let address = row.immediates == .none ? StackType.bottom : try check(instruction.immediates, row)
    if row.parameterCount > 0 {
      try pop(row.parameters.0 == ValidationTable.address ? address : row.parameters.0)
      if row.parameterCount > 1 {
        try pop(row.parameters.1 == ValidationTable.address ? address : row.parameters.1)
        if row.parameterCount > 2 {
          try pop(row.parameters.2 == ValidationTable.address ? address : row.parameters.2)
        }
      }
    }
    if row.result != .bottom { try push(row.result == ValidationTable.address ? address : row.result) }
  }

  /// Checks the immediates of an instruction that has a signature.
  /// - Returns: the address type of the memory or table that they name; `bottom` for none.
  private func check(_ immediates: Immediates, _ row: ValidationTable.Row) throws(Violation) -> StackType {
    switch immediates {
    case .memory(let argument): return try check(argument, row)
    case .memoryLane(let argument, let lane):
      let address = try check(argument, row)
      guard lane < 16 >> row.scale else { throw Violation(.invalidLane, String(lane)) }
      return address
    case .lane(let lane):
      guard lane < row.scale else { throw Violation(.invalidLane, String(lane)) }
    case .shuffle(let low, let high):
      guard (low | high) & 0xE0E0_E0E0_E0E0_E0E0 == 0 else { throw Violation(.invalidLane) }
    case .index(let index):
      switch row.immediates {
      case .memory: return try context.memory(index)
      case .table: return try context.table(index).address
      case .data: try context.data(index)
      case .element: _ = try context.element(index)
      default: break
      }
    case .indices(let first, let second):
      switch row.immediates {
      case .dataMemory:
        let address = try context.memory(second)
        try context.data(first)
        return address
      case .elementTable:
        let table = try context.table(second)
        let element = try context.element(first)
        guard context.types.matches(element, table.element) else { throw mismatch(element, table.element) }
        return table.address
      default: break
      }
    default: break
    }
    return .bottom
  }

  /// Checks a memory argument; the memory's address type.
  private func check(_ argument: MemoryArgument, _ row: ValidationTable.Row) throws(Violation) -> StackType {
    let address = try context.memory(argument.memory)
    if argument.alignmentLog2 > row.scale { throw Violation(.alignmentTooLarge) }
    if row.isAtomic, argument.alignmentLog2 != row.scale { throw Violation(.atomicAlignment) }
    if address == .i32, argument.offset > UInt64(UInt32.max) { throw Violation(.offsetOutOfRange) }
    return address
  }

  @inline(__always)
  private mutating func variable(_ opcode: VariableOpcode, _ instruction: Instruction) throws(Violation) {
    switch opcode {
    case .localGet:
      let index = instruction.immediates.index
      let type = try locals.type(index)
      if !type.isDefaultable { try locals.checkIsInitialized(index) }
      try push(type)
    case .localSet, .localTee:
      let index = instruction.immediates.index
      let type = try locals.type(index)
      try pop(type)
      if !type.isDefaultable, locals.initialize(index) { initialized.append(index) }
      if opcode == .localTee { try push(type) }
    case .drop: _ = try popAny()
    case .select:
      try pop(.i32)
      let first = try popAny()
      let second = try popAny()
      guard !first.isReference, !second.isReference, first == second || first == .bottom || second == .bottom else {
        throw mismatch(second, first)
      }
      try push(first == .bottom ? second : first)
    case .globalGet:
      let global = try context.global(instruction.immediates.index)
      if isConstant, global.isMutable { throw Violation(.constantExpressionRequired, "the global is mutable") }
      try push(global.type)
    case .globalSet:
      let global = try context.global(instruction.immediates.index)
      guard global.isMutable else { throw .unknown(.immutableGlobal, instruction.immediates.index) }
      try pop(global.type)
    case .unreachable, .block, .loop, .if, .else, .end, .br, .brIf, .brTable, .return, .try, .catch, .rethrow,
      .delegate, .catchAll, .throw, .throwRef, .tryTable:
      try control(opcode, instruction)
    case .call, .callIndirect, .callRef, .returnCall, .returnCallIndirect, .returnCallRef:
      try call(opcode, instruction.immediates)
    case .tableGet, .tableSet, .tableGrow, .tableFill, .tableCopy, .memoryCopy:
      try tableOrMemory(opcode, instruction.immediates)
    case .selectTyped, .refNull, .refIsNull, .refFunc, .refAsNonNull, .brOnNull, .brOnNonNull, .refTest,
      .refTestNull, .refCast, .refCastNull, .brOnCast, .brOnCastFail, .anyConvertExtern, .externConvertAny, .refI31:
      try reference(opcode, instruction.immediates)
    case .structNew, .structNewDefault, .structGet, .structGetS, .structGetU, .structSet:
      try structure(opcode, instruction.immediates)
    case .arrayNew, .arrayNewDefault, .arrayNewFixed, .arrayNewData, .arrayNewElem, .arrayGet, .arrayGetS,
      .arrayGetU, .arraySet, .arrayFill, .arrayCopy, .arrayInitData, .arrayInitElem:
      try array(opcode, instruction.immediates)
    }
  }

  // MARK: The operand stack

  @inline(__always)
  mutating func push(_ type: StackType) throws(Violation) {
    operands.append(type)
    if operands.count > highest {
      guard operands.count <= limits.operands else { throw Violation(.overLimit, "operands on the stack") }
      highest = operands.count
    }
  }

  /// Lists can be long: they are copied and compared as wholes.
  mutating func push(_ list: TypeList) throws(Violation) {
    guard list.count > 1 else {
      if list.count == 1 { try push(context.types.parts[Int(list.start)]) }
      return
    }
    operands.append(contentsOf: context.types.parts[list.range])
    if operands.count > highest {
      guard operands.count <= limits.operands else { throw Violation(.overLimit, "operands on the stack") }
      highest = operands.count
    }
  }

  /// Takes the topmost operand, which has to match `expected`.
  @inline(__always)
  mutating func pop(_ expected: StackType) throws(Violation) {
    guard operands.count > floor else {
      if isUnreachable { return }
      throw missing(expected)
    }
    let type = operands.removeLast()
    if type != expected, !context.types.matches(type, expected) { throw mismatch(type, expected) }
  }

  /// Takes the topmost operand, of whatever type: `bottom` where unreachable code has none.
  @inline(__always)
  mutating func popAny() throws(Violation) -> StackType {
    guard operands.count > floor else {
      if isUnreachable { return .bottom }
      throw Violation(.typeMismatch, "expected a value, found nothing on the stack")
    }
    return operands.removeLast()
  }

  /// Takes a reference of whatever type.
  mutating func popReference() throws(Violation) -> StackType {
    let type = try popAny()
    if type == .bottom { return StackType(.bottom, isNullable: false) }
    guard type.isReference else {
      throw Violation(.typeMismatch, "expected a reference, found \(context.text(type))")
    }
    return type
  }

  mutating func pop(_ list: TypeList) throws(Violation) {
    let count = Int(list.count)
    guard count > 1, operands.count - floor >= count else {
      for place in list.range.reversed() where !lacksNothing { try pop(context.types.parts[place]) }
      return
    }
    let distance = operands.count - count - Int(list.start)
    for place in list.range {
      let type = operands[place + distance]
      let expected = context.types.parts[place]
      if type != expected, !context.types.matches(type, expected) { throw mismatch(type, expected) }
    }
    operands.removeLast(count)
  }

  /// Whether any operands that are wanted are there: the stack is empty, and in unreachable code.
  var lacksNothing: Bool { operands.count == floor && isUnreachable }

  /// Checks that the topmost operands match `list`, and leaves them.
  func checkTop(_ list: TypeList) throws(Violation) {
    var height = operands.count
    for place in list.range.reversed() {
      let expected = context.types.parts[place]
      guard height > floor else {
        if isUnreachable { return }
        throw missing(expected)
      }
      height -= 1
      if !context.types.matches(operands[height], expected) { throw mismatch(operands[height], expected) }
    }
  }

  /// The rest of the block is unreachable.
  mutating func setUnreachable() {
    operands.removeSubrange(floor...)
    isUnreachable = true
  }

  func mismatch(_ type: StackType, _ expected: StackType) -> Violation {
    Violation(.typeMismatch, "expected \(context.text(expected)), found \(context.text(type))")
  }

  func missing(_ expected: StackType) -> Violation {
    Violation(.typeMismatch, "expected \(context.text(expected)), found nothing on the stack")
  }
}

extension Immediates {
  /// The index, for opcodes whose immediates are one.
  @inline(__always)
  var index: UInt32 {
    if case .index(let index) = self { return index }
    return 0
  }

  /// The indices, for opcodes whose immediates are two.
  var indices: (UInt32, UInt32) {
    if case .indices(let first, let second) = self { return (first, second) }
    return (0, 0)
  }
}

extension Bytes {
  /// Where a code offset in these bytes stands in the file.
  fileprivate func fileOffset(of offset: CodeOffset) -> FileOffset {
    FileOffset(fileOffset.rawValue &+ offset.rawValue)
  }
}
