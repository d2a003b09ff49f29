import ByteCursor
import Synchronization
import WasmBinary

/// Why execution ended before its end, with the whole stack as it was (4.4, "trap").
public struct Trap: Error, Sendable {
  /// What happened.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
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
    case unsharedWait = "unshared-wait"
    /// A host function ended the program: `hostError` says why.
    case host
    /// Somebody asked for it (`Interrupt`), or the time is up.
    case interrupted
    /// `ExecutionLimits.fuel` is used up.
    case outOfFuel = "out-of-fuel"
    /// `ExecutionLimits.heapBytes` are used up.
    case outOfMemory = "out-of-memory"
    /// The function is of a kind that cannot run here (a construct that the interpreter lacks).
    case unsupported
  }

  public var kind: Kind
  /// One sentence for people where there is more to say than the kind.
  public var message: String
  /// The activations, youngest first; empty where no function was running (instantiation).
  public var frames: [ActivationSnapshot]
  /// What a host function threw.
  public var hostError: (any Error)?
  /// The exception's tag and values, for an uncaught exception.
  public var exception: ExceptionValue?

  /// The instruction that trapped, in the youngest frame.
  public var codeOffset: CodeOffset? { frames.first?.codeOffset }

  /// What a host function throws to end the run with this kind (`interrupted` where it waited and was told to stop); the
  /// machine adds the frames.
  public init(
    _ kind: Kind, message: String = "", frames: [ActivationSnapshot] = [], hostError: (any Error)? = nil,
    exception: ExceptionValue? = nil
  ) {
    self.kind = kind
    self.message = message
    self.frames = frames
    self.hostError = hostError
    self.exception = exception
  }
}

/// An exception (4.2.11).
public struct ExceptionValue: Sendable {
  public let tag: Tag
  public let values: [Value]
}

/// A function's activation as the specification sees it (4.2.9) at one moment.
public struct ActivationSnapshot: Sendable {
  public let instance: Instance
  /// In the instance's function index space.
  public let functionIndex: UInt32
  /// The instruction that is about to be executed (the youngest) or the call that is being executed.
  public let codeOffset: CodeOffset
  /// Parameters, then declared locals.
  public let locals: [Value]
  /// The operands before the instruction at `codeOffset`, bottom first: a call's arguments are among them.
  public let operandStack: [Value]
}

/// How much a store may use. (`ByteCursor.Limits` caps what files say; this caps what programs do.)
public struct ExecutionLimits: Sendable {
  /// Activations on the stack.
  public var frames = 50_000
  /// Slots of 64 bits on the value stack, locals and operands alike (8 bytes each, v128 takes two).
  public var stackSlots = 4 << 20
  /// Bytes of all memories together.
  public var memoryBytes: UInt64 = 16 << 30
  /// Elements of all tables together.
  public var tableElements: UInt64 = 10_000_000
  /// Bytes of the code that functions are translated to when they are first called.
  public var codeBytes: UInt64 = 1 << 30
  /// Bytes of structures, arrays and exceptions that are caught by reference. Garbage is collected; a program that
  /// comes within a sixteenth of this with what it still uses ends in `outOfMemory`.
  public var heapBytes: UInt64 = 1 << 30
  /// Calls and backward branches until `outOfFuel`, and one more for each KiB that an instruction fills or copies; nil
  /// for as many as it takes.
  public var fuel: UInt64?
  /// Calls of host functions that called back and are not finished: these use the host's stack.
  public var hostNesting = 64

  public init() {}
}

/// A request to stop that may come from another thread or a signal handler.
public final class Interrupt: Sendable {
  private let flag = Atomic<Bool>(false)
  public init() {}
  public func request() { flag.store(true, ordering: .relaxed) }
  public func clear() { flag.store(false, ordering: .relaxed) }
  public var isRequested: Bool { flag.load(ordering: .relaxed) }
}

/// Why a module could not be instantiated.
public enum InstantiationError: Error {
  /// Nothing was given for an import.
  case missingImport(module: String, name: String)
  /// What was given is of another kind or type.
  case incompatibleImport(module: String, name: String, reason: String)
  /// A constant expression, a segment or the start function trapped.
  case trap(Trap)
  /// The module breaks a rule that validation would have found.
  case invalid(ReadError)
  /// A memory or table is larger than the limits or the system allow.
  case tooLarge(String)
}

extension InstantiationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missingImport(let module, let name): "unknown import \(module).\(name)"
    case .incompatibleImport(let module, let name, let reason): "incompatible import \(module).\(name): \(reason)"
    case .trap(let trap): "trap: \(trap.kind.rawValue) \(trap.message)"
    case .invalid(let error): error.description
    case .tooLarge(let what): what
    }
  }
}
