import ByteCursor
import CoreDumpFormat

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
  case nullReference = "null-reference"
  case castFailure = "cast-failure"
  case arrayOutOfBounds = "array-out-of-bounds"
  /// A wait on a memory that no other thread can reach.
  case unsharedWait = "unshared-wait"
  /// The heap of structures and arrays is full.
  case outOfMemory = "out-of-memory"
  /// Somebody stopped the program: ^C.
  case interrupted
  /// The program used up the calls and loops that it was given.
  case outOfFuel = "out-of-fuel"
  /// The program used up the time that it was given.
  case outOfTime = "out-of-time"
  /// A function of the host's failed.
  case host
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
    case .nullReference: "null reference"
    case .castFailure: "cast failure"
    case .arrayOutOfBounds: "out of bounds array access"
    case .unsharedWait: "wait on a memory that is not shared"
    case .outOfMemory: "out of memory"
    case .interrupted: "interrupted"
    case .outOfFuel: "out of fuel"
    case .outOfTime: "out of time"
    case .host: "a function of the host failed"
    case .unknown: "unknown"
    }
  }
}

/// The crash, as far as the dump lets it be known: only those of `wasmpm run` record it.
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

extension Trap {
  /// The trap as the dump records it; what was worked out stays where the record has no word on it.
  func settled(by recorded: CoreDump.Trap) -> Trap {
    guard let kind = TrapKind(rawValue: recorded.kind) else { return self }
    var trap = self
    trap.kind = kind
    trap.trust = .recorded
    trap.possibleKinds = []
    let isAccess = kind == .memoryOutOfBounds || kind == .unalignedAtomic
    if !isAccess { trap.address = nil }
    trap.message = kind.title + (trap.address.map { " at \($0)" } ?? "")
    if !recorded.message.isEmpty { trap.message += ": " + recorded.message }
    return trap
  }
}
