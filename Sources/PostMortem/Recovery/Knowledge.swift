import ByteCursor
import CoreDumpFormat
import WasmBinary

/// What is known of a node of a frame's graph: its bits, and what they rest on.
struct Known {
  var bits: UInt64
  var basis: Basis

  static let nothing = Known(bits: 0, basis: Basis(rank: .nothing, cause: 0))
  var isKnown: Bool { basis.rank != .nothing }
}

/// What knowledge rests on: the weakest of what it was worked out from, as a rank and as a number in `Causes`.
struct Basis {
  /// Ranks of trust; of two that meet, the weaker holds for what is made of both.
  enum Rank: UInt8, Comparable {
    case nothing, assumed, derived, recorded
    static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }
  }

  var rank: Rank
  var cause: UInt32
}

/// A place in memory that a frame's load read or store wrote.
struct RememberedAccess: Hashable {
  /// The physical frame, youngest first, and the fact's number in its graph.
  var frame: Int
  var fact: Int
}

/// Why something is known: what the reason that a person reads is made of.
enum Cause {
  /// The dump records it.
  case recorded
  /// The code itself says it: constants and what is computed from them.
  case code
  /// Counted from the stack pointer.
  case stackPointer
  /// Counted from where the stack pointer stands when a program starts.
  case initialStackPointer
  /// The caller's operand stack held it.
  case passed
  /// What the callee was given tells what the caller held.
  case received
  /// A branch that was taken, or not taken, proves it.
  case condition
  /// The trap itself proves it.
  case trap
  /// The instruction at a place read or wrote it at an address, and nothing has written there since.
  case intact(UInt64, CodeOffset)
  /// The same, of data that the program does not change.
  case constantData(UInt64, CodeOffset)
  /// The same, if nothing has written there since: an assumption.
  case unchanged(RememberedAccess, UInt64, CodeOffset)
  /// The size of a memory that has not grown.
  case memorySize
  /// The size of a memory, if it has not grown since: an assumption.
  case memoryNotGrown
  /// An assumption about which call led to a frame.
  case call(String)
  /// The stack pointers counted from the thread's two ends do not meet.
  case stackMismatch
  /// A global that another thread may have left like this.
  case otherThread
  /// Several assumptions: the first one's number.
  case several(UInt32)
}

/// The causes that the knowledge of a thread's frames names by number.
struct Causes {
  private(set) var all: [Cause] = [.recorded, .code, .stackPointer, .passed, .received, .condition, .trap]

  static let recorded: UInt32 = 0
  static let code: UInt32 = 1
  static let stackPointer: UInt32 = 2
  static let passed: UInt32 = 3
  static let received: UInt32 = 4
  static let condition: UInt32 = 5
  static let trap: UInt32 = 6

  subscript(number: UInt32) -> Cause { all[Int(number)] }

  mutating func add(_ cause: Cause) -> UInt32 {
    all.append(cause)
    return UInt32(truncatingIfNeeded: all.count - 1)
  }

  /// The basis of what is made of two things.
  mutating func joined(_ left: Basis, _ right: Basis) -> Basis {
    let weaker = right.rank < left.rank ? right : left
    var joined = Basis(rank: min(weaker.rank, .derived), cause: weaker.cause)
    if left.rank == right.rank, left.cause != right.cause {
      if joined.rank == .assumed {
        joined.cause = severalFrom(left.cause, right.cause)
      } else if left.cause == Causes.code {
        // A constant explains nothing where something else does.
        joined.cause = right.cause
      }
    } else if joined.rank == .derived, weaker.cause == Causes.code {
      joined.cause = (right.rank < left.rank ? left : right).cause
    }
    return joined
  }

  /// The number of several assumptions; one that stands for several already stays.
  private mutating func severalFrom(_ left: UInt32, _ right: UInt32) -> UInt32 {
    if case .several = all[Int(left)] { return left }
    if case .several = all[Int(right)] { return right }
    return several(left)
  }

  /// The number of an assumption with others besides.
  mutating func several(_ first: UInt32) -> UInt32 {
    if case .several = all[Int(first)] { return first }
    return add(.several(first))
  }

  /// The reason for people.
  func reason(_ number: UInt32) -> String? {
    switch self[number] {
    case .recorded: nil
    case .code: "the code leaves no other value here"
    case .stackPointer: "counted from the stack pointer"
    case .initialStackPointer: "counted from where the stack pointer starts"
    case .passed: "what the caller passed"
    case .received: "what the callee was given"
    case .condition: "a branch that was taken proves it"
    case .trap: "the trap proves it"
    case .intact(let address, let at): "in memory at \(hex(address)) since \(at); nothing has written there"
    case .constantData(let address, let at): "read at \(at) from \(hex(address)), which holds what the module put there"
    case .unchanged(_, let address, let at): "if memory at \(hex(address)) has not changed since \(at)"
    case .memorySize: "the size of memory, which has not grown since"
    case .memoryNotGrown: "if memory has not grown since"
    case .call(let text): text
    case .stackMismatch: "the stack pointers counted from the thread's two ends do not meet"
    case .otherThread: "if the global is this thread's and not another's"
    case .several(let first): (reason(first) ?? "") + ", and more of the kind"
    }
  }

  private func hex(_ address: UInt64) -> String { "0x" + String(address, radix: 16) }
}

extension Assurance {
  /// What the user is told.
  init(_ basis: Basis, _ causes: Causes) {
    let trust: Trust =
      switch basis.rank {
      case .nothing: .unavailable
      case .assumed: .assumed
      case .derived: .derived
      case .recorded: .recorded
      }
    self.init(trust, causes.reason(basis.cause))
  }
}
