import ByteCursor

extension Rule {
  /// No instruction has this opcode (5.4). The raw value is the byte; for an opcode with a prefix, the prefix
  /// shifted by 32 bits plus the number.
  public static let unknownOpcode: Rule = "unknown instruction"
  /// The first number of a memory argument is 128 or more (5.4).
  public static let malformedMemoryArgument: Rule = "malformed memory argument flags"
  /// The flags of a cast are above 3 (5.4.1).
  public static let malformedCastFlags: Rule = "malformed cast flags"
  /// A catch clause's kind is above 3 (5.4.1).
  public static let malformedCatchClause: Rule = "malformed catch clause"
  /// A byte that is reserved for later is not zero.
  public static let zeroByteExpected: Rule = "zero byte expected"
}
