/// The type of a value on the stack of an expression (DWARF 5, 2.5.1): the generic type or a base type.
public struct StackType: Hashable, Sendable {
  /// What can be done with values of the type.
  public enum Kind: Hashable, Sendable {
    /// An integer of a target address's size whose signedness each operation decides.
    case generic
    case unsigned
    case signed
    /// IEEE 754 of 4 or 8 bytes.
    case float
    /// An encoding or a size that is not calculated with: such values are moved about and are results.
    case opaque
  }
  public let kind: Kind
  /// Bytes of a value, 1 to 16.
  public let byteSize: UInt8

  /// The generic type for addresses of `addressSize` bytes.
  public static func generic(_ addressSize: UInt8) -> StackType { StackType(.generic, addressSize) }
  /// Unsigned integers of `byteSize` bytes, at most 16.
  public static func unsigned(_ byteSize: UInt8) -> StackType { StackType(.unsigned, byteSize) }
  /// Signed integers of `byteSize` bytes, at most 16.
  public static func signed(_ byteSize: UInt8) -> StackType { StackType(.signed, byteSize) }
  /// IEEE 754 single precision.
  public static let float32 = StackType(.float, 4)
  /// IEEE 754 double precision.
  public static let float64 = StackType(.float, 8)
  /// The 16 bytes of a Wasm vector.
  public static let vector = StackType(.opaque, 16)

  private init(_ kind: Kind, _ byteSize: UInt8) {
    self.kind = kind
    self.byteSize = min(max(byteSize, 1), 16)
  }

  /// The type that a base type's entry describes; nil where a value would have no byte or more than 16.
  public init?(_ encoding: DwEncoding, byteSize: UInt64) {
    guard (1...16).contains(byteSize) else { return nil }
    self.byteSize = UInt8(byteSize)
    switch encoding {
    case .signed, .signedChar: kind = .signed
    case .unsigned, .unsignedChar, .boolean, .address, .utf, .ucs, .ascii: kind = .unsigned
    case .float: kind = byteSize == 4 || byteSize == 8 ? .float : .opaque
    default: kind = .opaque
    }
  }

  /// Whether values are integers: of the generic type or of an integral base type.
  public var isIntegral: Bool { kind == .generic || kind == .unsigned || kind == .signed }

  var bitSize: Int { Int(byteSize) * 8 }
  /// The bits that a value has.
  var mask: UInt128 { byteSize >= 16 ? .max : (1 << UInt128(bitSize)) - 1 }
}

extension StackType: CustomStringConvertible {
  public var description: String { "\(kind) of \(byteSize) bytes" }
}
