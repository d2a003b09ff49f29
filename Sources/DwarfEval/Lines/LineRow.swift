import ByteCursor

/// A row of the line-number table: the source position of the instruction at an address, which holds for the
/// addresses up to the next row's (DWARF 5, 6.2.2).
public struct LineRow: Hashable, Sendable {
  /// What the state machine's boolean registers say.
  public struct Flags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A recommended place for a breakpoint: the start of a statement.
    public static let isStatement = Flags(rawValue: 1)
    /// The start of a basic block.
    public static let basicBlock = Flags(rawValue: 2)
    /// The address behind the sequence's last instruction; the row's other fields mean nothing.
    public static let endSequence = Flags(rawValue: 4)
    /// Where a breakpoint on entry of the function belongs.
    public static let prologueEnd = Flags(rawValue: 8)
    /// Where a breakpoint just before the function's exit belongs.
    public static let epilogueBegin = Flags(rawValue: 16)
  }

  /// The instruction's address. Rows are written as the program says: 64 bits, however large the address size.
  public var address: CodeAddress
  /// The source line, counted from 1; 0 where the compiler made the code up.
  public var line: UInt32
  /// The column, counted from 1; 0 where it is not known, or the left edge.
  public var column: UInt32
  /// The source file's index in `LineProgramHeader`'s numbering: from 1 up to DWARF 4, from 0 in DWARF 5.
  public var file: UInt32
  /// Tells apart the blocks that one source position was compiled to.
  public var discriminator: UInt32
  /// The instruction set; 0 in WebAssembly.
  public var isa: UInt16
  /// The operation in the instruction at `address`, for machines with several in one; 0 in WebAssembly.
  public var operationIndex: UInt8
  /// The boolean registers.
  public var flags: Flags

  /// The registers at the start of a sequence (DWARF 5, table 6.4).
  init(isStatement: Bool) {
    address = CodeAddress(0)
    line = 1
    column = 0
    file = 1
    discriminator = 0
    isa = 0
    operationIndex = 0
    flags = isStatement ? .isStatement : []
  }

  /// Whether a statement starts here.
  public var isStatement: Bool { flags.contains(.isStatement) }
  /// Whether the row only marks the end of a sequence.
  public var isEndSequence: Bool { flags.contains(.endSequence) }
}

/// A row and the addresses that it holds for: from the row's own up to `end`, without it.
public struct LineSpan: Hashable, Sendable {
  /// The row at the first address.
  public let row: LineRow
  /// The address behind the last one.
  public let end: CodeAddress
}
