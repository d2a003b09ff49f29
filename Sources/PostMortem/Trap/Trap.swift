import ByteCursor

/// Why the program stopped. The names are those of the report's schema.
public enum TrapKind: String, Sendable, Hashable, CaseIterable {
  case unreachable
  case memoryOutOfBounds = "memory-out-of-bounds"
  case integerDivideByZero = "integer-divide-by-zero"
  case integerOverflow = "integer-overflow"
  case invalidConversion = "invalid-conversion"
  case indirectCallNull = "indirect-call-null"
  case indirectCallType = "indirect-call-type"
  case tableOutOfBounds = "table-out-of-bounds"
  case stackExhausted = "stack-exhausted"
  case uncaughtException = "uncaught-exception"
  case unalignedAtomic = "unaligned-atomic"
  case unknown

  /// The trap in words, as engines say it.
  public var title: String {
    switch self {
    case .unreachable: "unreachable instruction executed"
    case .memoryOutOfBounds: "out of bounds memory access"
    case .integerDivideByZero: "integer divide by zero"
    case .integerOverflow: "integer overflow"
    case .invalidConversion: "invalid conversion to integer"
    case .indirectCallNull: "indirect call of a null table entry"
    case .indirectCallType: "indirect call type mismatch"
    case .tableOutOfBounds: "out of bounds table access"
    case .stackExhausted: "call stack exhausted"
    case .uncaughtException: "uncaught exception"
    case .unalignedAtomic: "unaligned atomic access"
    case .unknown: "unknown"
    }
  }
}

/// The crash, as far as the dump lets it be known: dumps do not record it.
public struct Trap: Sendable {
  /// The kind; `unknown` where the instruction may trap in several ways and nothing tells them apart.
  public var kind: TrapKind
  /// How the kind is known.
  public var trust: Trust
  /// The kinds that cannot be told apart, likeliest first; empty where `kind` is the only one.
  public var possibleKinds: [TrapKind] = []
  /// The instruction at the youngest frame's offset, as text.
  public var instruction: String?
  /// The address that a memory access went to, where it is known.
  public var address: MemoryAddress?
  /// One sentence for people.
  public var message: String
}
