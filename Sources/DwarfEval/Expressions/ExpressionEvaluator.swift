import ByteCursor

/// Evaluates a DWARF expression (DWARF 5, 2.5 and 2.6). It reads nothing of the process: it stops with what it needs and goes
/// on with the answer.
///
///     var evaluator = ExpressionEvaluator(bytes, scope: unit)
///     var step = try evaluator.run()
///     while case .needs(let request) = step { step = try evaluator.resume(answer(request)) }
///
/// `DW_OP_WASM_location` pushes what its place holds. With `DW_OP_stack_value` behind it that is the variable's value, without
/// it is the variable's address: so LLVM writes both. A result remembers the place it came from.
///
/// An expression that starts with `DW_OP_plus_uconst` and has nothing on its stack counts from the frame base: LLVM wrote
/// such ones for a while.
public struct ExpressionEvaluator: Sendable {
  /// What became of an evaluation.
  public enum Step: Sendable {
    /// It needs this to go on.
    case needs(ExpressionRequest)
    /// It is done. A single piece without a size is all of the variable.
    case finished([Piece])
  }

  /// A value on the stack.
  public struct Operand: Sendable {
    public var value: TypedValue
    public var provenance: Provenance
    /// Where the value was taken from, unchanged.
    public var origin: WasmPlace?

    public init(_ value: TypedValue, _ provenance: Provenance = .certain, origin: WasmPlace? = nil) {
      self.value = value
      self.provenance = provenance
      self.origin = origin
    }
  }

  /// An expression that is being evaluated: the outermost, or one that `DW_OP_call2` and its like lead to.
  struct Level: Sendable {
    var reader: ExpressionReader
    let scope: any ExpressionScope
  }

  /// What happens to the answer.
  enum Continuation: Sendable {
    /// It is pushed.
    case push(origin: WasmPlace? = nil)
    /// It is an address, to which this is added.
    case pushAddress(plus: UInt64)
    /// Its low bytes are a value of this type, and the address they were read from was known so.
    case load(StackType, byteSize: UInt8, Provenance)
    /// It is an expression.
    case call
  }

  /// A complete description of a location, behind which only the piece's size may follow.
  struct Description: Sendable {
    var location: Piece.Location
    var provenance: Provenance
    var origin: WasmPlace?
  }

  /// The generic type.
  let generic: StackType
  let limits: Limits
  /// How many evaluations wait for this one's result.
  let depth: Int
  var levels: [Level]
  private(set) var stack: [Operand]
  private var pieces: [Piece] = []
  var description: Description?
  var isUninitialized = false
  /// What the branches depended on that were taken and not taken.
  var control = Provenance.certain
  /// Whether what the current piece needs is unavailable.
  private var isSkipping = false
  private var operations = 0
  /// Whether no operation of the current piece has been executed.
  var startsPiece = true
  private var waiting: (request: ExpressionRequest, continuation: Continuation)?

  /// An evaluation of the expression in `bytes`, which stands in the unit `scope`.
  ///
  /// `stack` is what the expression finds on its stack, the last on top: an object's address for a member's location.
  /// `depth` is that of the evaluation whose request this one answers, and one.
  public init(
    _ bytes: Bytes, scope: any ExpressionScope, stack: [Operand] = [], depth: Int = 0, limits: Limits = .standard
  ) {
    generic = .generic(scope.encoding.addressSize)
    levels = [Level(reader: ExpressionReader(bytes, encoding: scope.encoding), scope: scope)]
    self.stack = stack
    self.depth = depth
    self.limits = limits
  }

  // MARK: Running

  /// Goes on to the next request or to the end; a request that was not answered is made again.
  /// - Throws: what is wrong with the expression. The error's offset is the operation's place in the file.
  public mutating func run() throws(ReadError) -> Step {
    if let waiting { return .needs(waiting.request) }
    while let operation = try next() {
      operations += 1
      guard operations <= limits.expressionOperations else { throw failure(.expressionTooLong, operation) }
      if isSkipping {
        try skip(operation)
        continue
      }
      do throws(RuleError) {
        waiting = try execute(operation)
        if operation.opcode != .nop { startsPiece = operation.opcode == .piece || operation.opcode == .bitPiece }
      } catch {
        throw failure(error.rule, operation)
      }
      if let waiting { return .needs(waiting.request) }
      let jumps = operation.opcode == .bra ? try takesBranch(operation) : operation.opcode == .skip
      if jumps {
        try levels[levels.count - 1].reader.branch(operation)
      }
    }
    return .finished(try finish())
  }

  /// Answers the request that `run` or `resume` returned last, and goes on.
  /// - Throws: as `run` does; `wrongAnswer`.
  public mutating func resume(_ answer: ExpressionAnswer) throws(ReadError) -> Step {
    guard let (request, continuation) = waiting else { return try run() }
    do throws(RuleError) {
      switch (answer, continuation) {
      case (.unavailable(let provenance), _): abandon(.unanswered(request), provenance)
      case (.value(let value, let provenance), .push(let origin)):
        try push(Operand(value, provenance, origin: origin))
      case (.value(let value, let provenance), .pushAddress(let offset)):
        guard let base = value.address(generic.byteSize) else { throw RuleError(.badAddress) }
        try push(Operand(TypedValue(generic, bits: UInt128(base &+ offset)), provenance))
      case (.value(let value, let provenance), .load(let type, let size, let address)):
        let bits = value.bits & StackType.unsigned(size).mask
        // What is shorter than its type is extended with zeros.
        let loaded = TypedValue(type, bits: bits, wide: size < type.byteSize ? UInt64(exactly: bits) : nil)
        try push(Operand(loaded, provenance.joined(address)))
      case (.expression(let bytes, let scope), .call): try enter(bytes, scope)
      case (.noExpression, .call): break
      default: throw RuleError(.wrongAnswer)
      }
    } catch {
      throw ReadError(error.rule, offset: place(0))
    }
    waiting = nil
    return try run()
  }

  /// The next operation of the innermost expression that has one.
  private mutating func next() throws(ReadError) -> ExpressionOperation? {
    while true {
      if let operation = try levels[levels.count - 1].reader.next() { return operation }
      guard levels.count > 1 else { return nil }
      levels.removeLast()
    }
  }

  private mutating func enter(_ bytes: Bytes, _ scope: any ExpressionScope) throws(RuleError) {
    guard depth + levels.count < limits.expressionDepth else { throw RuleError(.expressionTooLong) }
    // The stack is common to both: they must agree about its generic type.
    guard scope.encoding.addressSize == generic.byteSize else { throw RuleError(.typeMismatch) }
    levels.append(Level(reader: ExpressionReader(bytes, encoding: scope.encoding), scope: scope))
  }

  private func place(_ offset: Int) -> FileOffset {
    levels[levels.count - 1].reader.place(offset)
  }

  private func failure(_ rule: Rule, _ operation: ExpressionOperation) -> ReadError {
    ReadError(rule, value: UInt64(operation.opcode.rawValue), offset: place(operation.offset))
  }

  // MARK: What is unavailable

  /// Gives the current piece up.
  mutating func abandon(_ reason: Piece.Reason, _ provenance: Provenance) {
    description = Description(location: .unavailable(reason), provenance: provenance)
    isSkipping = true
    stack = []
    levels.removeLast(levels.count - 1)
  }

  /// Moves over an operation of the piece that was given up.
  private mutating func skip(_ operation: ExpressionOperation) throws(ReadError) {
    switch operation.opcode {
    case .piece, .bitPiece:
      isSkipping = false
      startsPiece = true
      do throws(RuleError) {
        _ = try execute(operation)
      } catch {
        throw failure(error.rule, operation)
      }
    // Which operations belong to the piece cannot be told.
    case .bra, .skip: throw failure(.unavailableBranch, operation)
    default: break
    }
  }

  // MARK: The stack

  mutating func push(_ operand: Operand) throws(RuleError) {
    guard stack.count < limits.expressionStack else { throw RuleError(.expressionTooLong) }
    stack.append(operand)
  }

  mutating func pop() throws(RuleError) -> Operand {
    guard let operand = stack.popLast() else { throw RuleError(.stackUnderflow) }
    return operand
  }

  /// The value on top; nil where there is none.
  var top: Operand? { stack.last }

  /// The value `depth` below the top.
  func peek(_ depth: Int) throws(RuleError) -> Operand {
    guard depth < stack.count else { throw RuleError(.stackUnderflow) }
    return stack[stack.count - 1 - depth]
  }

  private mutating func takesBranch(_ operation: ExpressionOperation) throws(ReadError) -> Bool {
    do throws(RuleError) {
      let condition = try pop()
      guard condition.value.type.isIntegral else { throw RuleError(.typeMismatch) }
      control = control.joined(condition.provenance)
      return condition.value.bits != 0
    } catch {
      throw failure(error.rule, operation)
    }
  }

  // MARK: Pieces

  /// The location that has been described so far: explicitly, or as the address on top of the stack.
  private mutating func described() throws(RuleError) -> Description {
    if let description {
      self.description = nil
      return description
    }
    guard let top = stack.popLast() else { return Description(location: .empty, provenance: .certain) }
    guard let address = top.value.address(generic.byteSize) else { throw RuleError(.badAddress) }
    return Description(location: .memory(address), provenance: top.provenance, origin: top.origin)
  }

  mutating func addPiece(bitSize: UInt64?, bitOffset: UInt64) throws(RuleError) {
    let description = try described()
    pieces.append(
      Piece(
        location: description.location, bitSize: bitSize, bitOffset: bitOffset,
        provenance: description.provenance.joined(control), origin: description.origin))
  }

  private mutating func finish() throws(ReadError) -> [Piece] {
    do throws(RuleError) {
      if pieces.isEmpty {
        try addPiece(bitSize: nil, bitOffset: 0)
      } else if description != nil || !stack.isEmpty {
        throw RuleError(.incompletePieces)
      }
      if isUninitialized { for index in pieces.indices { pieces[index].isUninitialized = true } }
      return pieces
    } catch {
      throw ReadError(error.rule, offset: place(0))
    }
  }
}
