import ByteCursor

extension Rule {
  /// A special opcode in a program whose header says a `line_range` of 0, by which it would have to divide.
  public static let zeroLineRange: Rule = "line number program has a special opcode but a line_range of 0"
  /// An extended opcode's operands are longer than it says.
  public static let extendedOpcodeTooLong: Rule = "operands of an extended line number opcode exceed its length"
}

/// The parts of a line program's header that its state machine works with (DWARF 5, 6.2.4).
struct LineProgramParameters: Sendable {
  var minimumInstructionLength: UInt64 = 1
  /// 1 where the machine has no instructions of several operations, and before DWARF 4.
  var maximumOperations: UInt64 = 1
  var defaultIsStatement = true
  var lineBase: Int8 = 0
  var lineRange: UInt8 = 0
  /// 65536 / `lineRange`, rounded up. A byte times this, shifted right by 16, is the byte's exact quotient:
  /// the division of each special opcode was a sixth of decoding's time.
  var lineRangeReciprocal: UInt32 = 0
  var opcodeBase: UInt8 = 0
  /// How many LEB128 operands each standard opcode has, the first number being opcode 1's.
  var standardOpcodeLengths = Bytes.empty
}

/// A row in the middle of a program, and what it takes to decode the rows behind it.
struct LineCheckpoint: Sendable {
  let row: LineRow
  /// Where the program goes on behind the row, as a position in the storage.
  let position: Int
  /// How many rows the limits leave.
  let rowsLeft: Int
}

/// The rows of a line-number program, decoded one by one (the state machine of DWARF 5, 6.2.5).
///
/// Rows of dead code (the linker wrote a tombstone in place of its address) are left out. Every sequence that
/// has rows ends with one that `isEndSequence`, unless the program breaks off, which `problem` explains; the
/// rows before that are good.
public struct LineRows: Sequence, IteratorProtocol, Sendable {
  private let parameters: LineProgramParameters
  private var cursor: Cursor
  private var registers: LineRow
  /// Whether the sequence's address is a tombstone, so that its rows describe nothing.
  private var isDead = false
  private var sequenceHasRows = false
  private var rowsLeft: Int
  /// The positions, in the storage, of the file entries that the program defined so far (DW_LNE_define_file).
  private(set) var definedFiles: [Int] = []
  /// Why the rows ended before the program did.
  public private(set) var problem: ReadError?

  /// The rows of the program that starts at `cursor`, which is at the start of a sequence.
  init(_ parameters: LineProgramParameters, at cursor: Cursor, limits: Limits) {
    self.parameters = parameters
    self.cursor = cursor
    registers = LineRow(isStatement: parameters.defaultIsStatement)
    rowsLeft = limits.lineRows
  }

  /// The rows of `program` behind the one at which `checkpoint` was taken.
  init(_ parameters: LineProgramParameters, of program: Bytes, behind checkpoint: LineCheckpoint) {
    self.parameters = parameters
    let offset = checkpoint.position - program.start
    cursor = program.clamped(offset, count: program.count - offset).cursor()
    registers = checkpoint.row
    rowsLeft = checkpoint.rowsLeft
    sequenceHasRows = true
    clearTransient()
  }

  /// The state in which these rows are, right after `row`, from which decoding can be taken up again.
  func checkpoint(at row: LineRow) -> LineCheckpoint {
    LineCheckpoint(row: row, position: cursor.position, rowsLeft: rowsLeft)
  }

  /// The next row, or nil at the end of the program or of what can be read of it.
  public mutating func next() -> LineRow? {
    guard problem == nil else { return nil }
    do throws(ReadError) {
      return try advance()
    } catch {
      problem = error
      return nil
    }
  }

  private mutating func advance() throws(ReadError) -> LineRow? {
    if registers.isEndSequence { startSequence() }
    while !cursor.isAtEnd {
      let opcode = try cursor.u8()
      var isRow = false
      // Opcode 0 stays what it is even where the header says that all are special.
      if opcode >= parameters.opcodeBase, opcode != 0 {
        try special(opcode)
        isRow = true
      } else if opcode == 0 {
        isRow = try extended()
      } else {
        isRow = try standard(DwLineOpcode(rawValue: opcode))
      }
      if isRow, let row = try emit() { return row }
    }
    return nil
  }

  private mutating func startSequence() {
    registers = LineRow(isStatement: parameters.defaultIsStatement)
    isDead = false
    sequenceHasRows = false
  }

  /// The registers as a row, or nil where it is one of dead code.
  private mutating func emit() throws(ReadError) -> LineRow? {
    // A function's body cannot start before address 2: the number of functions and its size come first.
    let isLive = !isDead && registers.address.rawValue >= 2
    if registers.isEndSequence {
      // The end of a live sequence has to be told even where only its own address is dead.
      if !isLive, !sequenceHasRows {
        startSequence()
        return nil
      }
    } else if !isLive {
      clearTransient()
      return nil
    }
    guard rowsLeft > 0 else { throw cursor.error(.overLimit) }
    rowsLeft -= 1
    sequenceHasRows = true
    let row = registers
    if !row.isEndSequence { clearTransient() }
    return row
  }

  /// Resets the registers that hold for one row only.
  private mutating func clearTransient() {
    registers.discriminator = 0
    registers.flags.subtract([.basicBlock, .prologueEnd, .epilogueBegin])
  }

  // MARK: Opcodes

  /// A special opcode advances address and line and makes a row (6.2.5.1).
  @inline(__always) private mutating func special(_ opcode: UInt8) throws(ReadError) {
    guard parameters.lineRange != 0 else { throw cursor.error(.zeroLineRange) }
    let adjusted = UInt32(opcode &- parameters.opcodeBase)
    let operations = (adjusted &* parameters.lineRangeReciprocal) >> 16
    let lines = adjusted &- operations &* UInt32(parameters.lineRange)
    advanceAddress(UInt64(operations))
    registers.line &+= UInt32(truncatingIfNeeded: Int32(parameters.lineBase)) &+ lines
  }

  @inline(__always) private mutating func advanceAddress(_ operations: UInt64) {
    let address = registers.address.rawValue
    if parameters.maximumOperations == 1 {
      registers.address = CodeAddress(address &+ operations &* parameters.minimumInstructionLength)
    } else {
      let total = UInt64(registers.operationIndex) &+ operations
      let (instructions, index) = total.quotientAndRemainder(dividingBy: parameters.maximumOperations)
      registers.address = CodeAddress(address &+ instructions &* parameters.minimumInstructionLength)
      registers.operationIndex = UInt8(truncatingIfNeeded: index)
    }
  }

  /// Runs a standard opcode (6.2.5.2); true where it makes a row.
  @inline(__always) private mutating func standard(_ opcode: DwLineOpcode) throws(ReadError) -> Bool {
    switch opcode {
    case .copy: return true
    case .advancePC: advanceAddress(try cursor.uleb64())
    case .advanceLine: registers.line &+= UInt32(truncatingIfNeeded: try cursor.sleb64())
    case .setFile: registers.file = UInt32(clamping: try cursor.uleb64())
    case .setColumn: registers.column = UInt32(exactly: try cursor.uleb64()) ?? 0
    case .negateStmt: registers.flags.formSymmetricDifference(.isStatement)
    case .setBasicBlock: registers.flags.insert(.basicBlock)
    case .constAddPC:
      guard parameters.lineRange != 0 else { throw cursor.error(.zeroLineRange) }
      advanceAddress(UInt64((255 - parameters.opcodeBase) / parameters.lineRange))
    case .fixedAdvancePC:
      registers.address = CodeAddress(registers.address.rawValue &+ UInt64(try cursor.u16()))
      registers.operationIndex = 0
    case .setPrologueEnd: registers.flags.insert(.prologueEnd)
    case .setEpilogueBegin: registers.flags.insert(.epilogueBegin)
    case .setISA: registers.isa = UInt16(clamping: try cursor.uleb64())
    default:
      for _ in 0..<parameters.standardOpcodeLengths[Int(opcode.rawValue) - 1] { try cursor.skipLEB() }
    }
    return false
  }

  /// Runs an extended opcode (6.2.5.3); true where it makes a row.
  private mutating func extended() throws(ReadError) -> Bool {
    let length = try cursor.uleb64()
    // Padding behind the last sequence reads as this.
    guard length > 0 else { return false }
    guard length <= UInt64(cursor.remaining) else { throw cursor.error(.unexpectedEnd, value: length) }
    let end = cursor.position + Int(length)
    let opcode = DwLineExtendedOpcode(rawValue: try cursor.u8())
    switch opcode {
    case .endSequence: registers.flags.insert(.endSequence)
    case .setAddress: try setAddress(size: end - cursor.position)
    case .setDiscriminator: registers.discriminator = UInt32(clamping: try cursor.uleb64())
    case .defineFile: definedFiles.append(cursor.position)
    default: break
    }
    guard cursor.position <= end else { throw cursor.error(.extendedOpcodeTooLong, value: length) }
    try cursor.skip(end - cursor.position)
    return opcode == .endSequence
  }

  private mutating func setAddress(size: Int) throws(ReadError) {
    registers.operationIndex = 0
    switch size {
    case 1, 2, 4, 8:
      let address = try cursor.unsigned(size: size)
      registers.address = CodeAddress(address)
      isDead = UnitEncoding(version: 5, offsetSize: 4, addressSize: UInt8(size)).isTombstone(address)
    default:
      // An address that we cannot read is one that we do not know: no row may claim it.
      isDead = true
    }
  }
}
