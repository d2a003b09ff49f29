/// Ways in which an instruction can end the program: a set, because what an instruction *did* cannot always
/// be told from what it is.
public struct TrapKinds: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `unreachable` was executed.
  public static let unreachable = TrapKinds(rawValue: 1 << 0)
  /// An access reaches behind the end of a memory or a data segment.
  public static let memoryOutOfBounds = TrapKinds(rawValue: 1 << 1)
  /// Integer division or remainder by zero.
  public static let integerDivideByZero = TrapKinds(rawValue: 1 << 2)
  /// A quotient or a converted number does not fit in the integer type.
  public static let integerOverflow = TrapKinds(rawValue: 1 << 3)
  /// A NaN is converted to an integer.
  public static let invalidConversion = TrapKinds(rawValue: 1 << 4)
  /// The table element that is called is null.
  public static let indirectCallNull = TrapKinds(rawValue: 1 << 5)
  /// The table element that is called is a function of another type.
  public static let indirectCallType = TrapKinds(rawValue: 1 << 6)
  /// An access reaches behind the end of a table or an element segment.
  public static let tableOutOfBounds = TrapKinds(rawValue: 1 << 7)
  /// A call that finds no room for another frame.
  public static let stackExhausted = TrapKinds(rawValue: 1 << 8)
  /// An exception that nothing catches.
  public static let uncaughtException = TrapKinds(rawValue: 1 << 9)
  /// An atomic access to an address that is not a multiple of its size.
  public static let unalignedAtomic = TrapKinds(rawValue: 1 << 10)
  /// A null reference where there has to be a value.
  public static let nullReference = TrapKinds(rawValue: 1 << 11)
  /// A value is not of the type that it is cast to.
  public static let castFailure = TrapKinds(rawValue: 1 << 12)
  /// An access reaches behind the end of an array.
  public static let arrayOutOfBounds = TrapKinds(rawValue: 1 << 13)
  /// Waiting on a memory that is not shared.
  public static let unsharedWait = TrapKinds(rawValue: 1 << 14)

  /// Each kind with its name: the names of the report's `trap.kind` where that has one.
  public static let named: [(kind: TrapKinds, name: String)] = [
    (.unreachable, "unreachable"), (.memoryOutOfBounds, "memory-out-of-bounds"),
    (.integerDivideByZero, "integer-divide-by-zero"), (.integerOverflow, "integer-overflow"),
    (.invalidConversion, "invalid-conversion"), (.indirectCallNull, "indirect-call-null"),
    (.indirectCallType, "indirect-call-type"), (.tableOutOfBounds, "table-out-of-bounds"),
    (.stackExhausted, "stack-exhausted"), (.uncaughtException, "uncaught-exception"),
    (.unalignedAtomic, "unaligned-atomic"), (.nullReference, "null-reference"), (.castFailure, "cast-failure"),
    (.arrayOutOfBounds, "array-out-of-bounds"), (.unsharedWait, "unshared-wait"),
  ]

  /// The names of the kinds in the set.
  public var names: [String] { Self.named.filter { contains($0.kind) }.map(\.name) }
}
