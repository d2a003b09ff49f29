import ByteCursor

/// What an expression needs of the process it is about. The evaluator stops with one and goes on with an
/// `ExpressionAnswer`.
public enum ExpressionRequest: Sendable {
  /// The value of a local, a global or an operand. Integers are answered as `TypedValue.wasmInteger` has them.
  case wasm(WasmPlace)
  /// `byteSize` bytes of linear memory, least first: of the answer its low bits are taken.
  case memory(address: UInt64, byteSize: UInt8)
  /// The frame base of the function the frame belongs to: its `DW_AT_frame_base`, evaluated (`FrameBase`).
  case frameBase
  /// The canonical frame address (`DW_OP_call_frame_cfa`).
  case callFrameAddress
  /// Where the thread's own copy of what has this offset in its block lies in memory.
  case threadLocal(offset: UInt64)
  /// The address of the object the expression is about (`DW_OP_push_object_address`).
  case objectAddress
  /// The value that this expression had when the function was entered, at the call in the caller: the whole of it where it
  /// is a parameter of the call site, or evaluated in the caller's frame.
  case entryValue(of: Bytes)
  /// The value that the call site gave the formal parameter whose entry this is (`DW_OP_GNU_parameter_ref`).
  case parameter(UnitOffset)
  /// The expression of the `DW_AT_location` of an entry at the frame's address. It is answered with `.expression`.
  case location(of: EntryReference)
  /// The value of the variable whose entry this is (`DW_OP_GNU_variable_value`).
  case variable(EntryReference)
  /// Where an address of the file is in the process. Mostly the answer is the same number: LLVM's expressions add the base of
  /// a position-independent module themselves, and do not ask. It may be a data address or a function's.
  case address(UInt64)

  /// An entry that an expression names.
  public enum EntryReference: Hashable, Sendable {
    /// In the unit of the expression.
    case unit(UnitOffset)
    /// In `.debug_info`.
    case info(DebugInfoOffset)
  }
}

extension ExpressionRequest: CustomStringConvertible {
  /// What is needed, in words that complete "there is no …".
  public var description: String {
    switch self {
    case .wasm(let place): "\(place)"
    case .memory(let address, let size): "memory at 0x\(String(address, radix: 16)), \(size) bytes"
    case .frameBase: "frame base"
    case .callFrameAddress: "canonical frame address"
    case .threadLocal(let offset): "thread-local storage at offset 0x\(String(offset, radix: 16))"
    case .objectAddress: "object's address"
    case .entryValue: "value from the entry of the function"
    case .parameter(let offset): "value of the parameter that entry \(offset) describes, at the call"
    case .location(let entry): "location of what \(entry) describes"
    case .variable(let entry): "value of what \(entry) describes"
    case .address(let address): "address in the process for 0x\(String(address, radix: 16))"
    }
  }
}

extension ExpressionRequest.EntryReference: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unit(let offset): "entry \(offset) of the unit"
    case .info(let offset): "entry \(offset)"
    }
  }
}

/// What a request is answered with.
public enum ExpressionAnswer: Sendable {
  case value(TypedValue, Provenance = .certain)
  /// The expression that `.location(of:)` asks for, with the scope of the unit it stands in.
  case expression(Bytes, any ExpressionScope)
  /// The entry of `.location(of:)` has no location: it has no effect (DWARF 5, 2.5.1.5).
  case noExpression
  /// There is no answer. The piece that needs it is unavailable, the others may still be known.
  case unavailable(Provenance = Provenance(trust: 0))
}

/// How far a value can be relied on, in terms of whoever answers the requests: of everything that went into a value the
/// least trust and all notes are kept.
public struct Provenance: Hashable, Sendable {
  /// The higher, the better. Constants of the expression have the highest.
  public var trust: UInt8
  /// Which of up to 64 notes apply, a bit for each. What they say is the answerer's business.
  public var notes: UInt64

  public init(trust: UInt8, notes: UInt64 = 0) {
    self.trust = trust
    self.notes = notes
  }

  /// What the expression says itself.
  public static let certain = Provenance(trust: .max)

  /// What holds for a value that was made of both.
  public func joined(_ other: Provenance) -> Provenance {
    Provenance(trust: min(trust, other.trust), notes: notes | other.notes)
  }
}
