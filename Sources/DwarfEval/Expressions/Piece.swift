import ByteCursor

/// A part of a variable, or all of it, and where that is (DWARF 5, 2.6).
public struct Piece: Sendable {
  /// Where a piece is.
  public enum Location: Sendable {
    /// At this address of linear memory.
    case memory(UInt64)
    /// Nowhere: this is its value.
    case value(TypedValue)
    /// Nowhere: these bytes, as memory would hold them, are its value.
    case bytes(Bytes)
    /// A pointer to something that has no address: what the entry describes, and an offset in it in bytes.
    case implicitPointer(DebugInfoOffset, offset: Int64)
    /// Nowhere: it was optimised out.
    case empty
    case unavailable(Reason)
  }

  /// Why a piece is unavailable.
  public enum Reason: Sendable, CustomStringConvertible {
    /// There was no answer to this.
    case unanswered(ExpressionRequest)
    /// It is in a register, of which Wasm has none.
    case register(UInt64)

    public var description: String {
      switch self {
      case .unanswered(let request): "there is no \(request)"
      case .register(let number): "it is in register \(number), and Wasm has no registers"
      }
    }
  }

  public let location: Location
  /// How many bits the piece has; nil where it is all of the variable.
  public let bitSize: UInt64?
  /// Where in the location it starts, in bits from the least significant one (`DW_OP_bit_piece`).
  public let bitOffset: UInt64
  /// The least trust of all that went into the location. What lies in memory there is not part of that.
  public let provenance: Provenance
  /// Where the value or the address was taken from, unchanged.
  public let origin: WasmPlace?
  /// The compiler says that the variable has no value yet (`DW_OP_GNU_uninit`).
  public internal(set) var isUninitialized = false
}

/// The value of a `DW_AT_frame_base` (DWARF 5, 3.3.5): a location whose address it is, or, as LLVM has it for Wasm, a value.
extension [Piece] {
  /// The address that the frame base is, and how it is known; nil where it is no single place.
  public func frameBase(addressSize: UInt8) -> (address: UInt64, Provenance)? {
    guard count == 1, let piece = first, piece.bitSize == nil else { return nil }
    switch piece.location {
    case .memory(let address): return (address, piece.provenance)
    case .value(let value): return value.address(addressSize).map { ($0, piece.provenance) }
    default: return nil
    }
  }
}
