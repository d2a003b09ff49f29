import WasmBinary

/// A value of the running program (4.2.1).
public enum Value: Hashable, Sendable {
  case i32(Int32)
  case i64(Int64)
  /// The bit pattern, so that a NaN keeps its payload.
  case f32(UInt32)
  /// The bit pattern.
  case f64(UInt64)
  /// Bytes 0 to 7 and 8 to 15, little-endian.
  case v128(low: UInt64, high: UInt64)
  case reference(Reference)
}

/// A reference of the running program. Numbers in it mean something in its store only.
public enum Reference: Hashable, Sendable {
  case null(HeapType)
  /// A function, by its number in the store (`Store.function(_:)`).
  case function(UInt32)
  /// Something of the host's, by a number below 2⁶⁰ that the host chose.
  case external(UInt64)
  /// A caught exception, by its number in the store.
  case exception(UInt32)
  /// An unboxed scalar of 31 bits.
  case i31(UInt32)
  /// A structure or array, by its number in the store.
  case object(UInt32)
}

extension Value: CustomStringConvertible {
  public var description: String {
    switch self {
    case .i32(let value): "i32:\(value)"
    case .i64(let value): "i64:\(value)"
    case .f32(let bits): "f32:\(Float(bitPattern: bits))"
    case .f64(let bits): "f64:\(Double(bitPattern: bits))"
    case .v128(let low, let high): "v128:0x\(String(high, radix: 16))_\(String(low, radix: 16))"
    case .reference(let reference): "\(reference)"
    }
  }
}

extension ValueType {
  /// How many slots of the value stack a value takes.
  var slots: Int32 { self == .v128 ? 2 : 1 }
}

/// References in a slot: the kind in the upper four bits, a number below. Null is zero whatever its type.
enum ReferenceBits {
  static let null: UInt64 = 0
  static let function: UInt64 = 1
  static let external: UInt64 = 2
  static let exception: UInt64 = 3
  static let i31: UInt64 = 4
  static let object: UInt64 = 5

  static func make(_ kind: UInt64, _ number: UInt64) -> UInt64 { kind << 60 | number }
  @inline(__always) static func kind(_ bits: UInt64) -> UInt64 { bits >> 60 }
  @inline(__always) static func number(_ bits: UInt64) -> UInt64 { bits & (1 << 60 - 1) }
}

extension Reference {
  var bits: UInt64 {
    switch self {
    case .null: 0
    case .function(let number): ReferenceBits.make(ReferenceBits.function, UInt64(number))
    case .external(let number): ReferenceBits.make(ReferenceBits.external, number & (1 << 60 - 1))
    case .exception(let number): ReferenceBits.make(ReferenceBits.exception, UInt64(number))
    case .i31(let value): ReferenceBits.make(ReferenceBits.i31, UInt64(value & 0x7fff_ffff))
    case .object(let number): ReferenceBits.make(ReferenceBits.object, UInt64(number))
    }
  }

  /// The reference in a slot; a null is of the type `heapType`.
  init(bits: UInt64, heapType: HeapType) {
    let number = ReferenceBits.number(bits)
    switch ReferenceBits.kind(bits) {
    case ReferenceBits.function: self = .function(UInt32(truncatingIfNeeded: number))
    case ReferenceBits.external: self = .external(number)
    case ReferenceBits.exception: self = .exception(UInt32(truncatingIfNeeded: number))
    case ReferenceBits.i31: self = .i31(UInt32(truncatingIfNeeded: number))
    case ReferenceBits.object: self = .object(UInt32(truncatingIfNeeded: number))
    default: self = .null(heapType)
    }
  }
}

extension Value {
  /// What stands in the value's slots; `high` matters to v128 alone.
  var bits: (low: UInt64, high: UInt64) {
    switch self {
    case .i32(let value): (UInt64(UInt32(bitPattern: value)), 0)
    case .i64(let value): (UInt64(bitPattern: value), 0)
    case .f32(let bits): (UInt64(bits), 0)
    case .f64(let bits): (bits, 0)
    case .v128(let low, let high): (low, high)
    case .reference(let reference): (reference.bits, 0)
    }
  }

  init(_ type: ValueType, low: UInt64, high: UInt64 = 0) {
    switch type {
    case .i32: self = .i32(Int32(truncatingIfNeeded: low))
    case .i64: self = .i64(Int64(bitPattern: low))
    case .f32: self = .f32(UInt32(truncatingIfNeeded: low))
    case .f64: self = .f64(low)
    case .v128: self = .v128(low: low, high: high)
    case .reference(let type): self = .reference(Reference(bits: low, heapType: type.heapType))
    }
  }
}
