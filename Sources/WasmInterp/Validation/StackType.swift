import WasmBinary

/// A value type as the validator compares it: four bytes, in which a defined type is named by its number in
/// `CanonicalTypes`, so that equal types are equal bits.
///
/// Bits 31: a reference; 30: nullable; 29: of a defined type. Below are the defined type's number, or a
/// number for the abstract heap type or the number type.
struct StackType: Hashable, Sendable, RawRepresentable {
  let rawValue: UInt32
  init(rawValue: UInt32) { self.rawValue = rawValue }

  private static let referenceBit: UInt32 = 1 << 31
  private static let nullableBit: UInt32 = 1 << 30
  private static let definedBit: UInt32 = 1 << 29

  /// The type of an operand that unreachable code takes from an empty stack: it matches every type.
  static let bottom = StackType(rawValue: 0)
  static let i32 = StackType(rawValue: 1)
  static let i64 = StackType(rawValue: 2)
  static let f32 = StackType(rawValue: 3)
  static let f64 = StackType(rawValue: 4)
  static let v128 = StackType(rawValue: 5)
  /// Types that only fields have.
  static let i8 = StackType(rawValue: 6)
  static let i16 = StackType(rawValue: 7)

  /// A reference to an abstract heap type.
  init(_ heap: AbstractHeapType, isNullable: Bool) {
    rawValue = Self.referenceBit | (isNullable ? Self.nullableBit : 0) | UInt32(heap.rawValue)
  }

  /// A reference to a defined type, by its number in `CanonicalTypes`.
  init(defined: UInt32, isNullable: Bool) {
    rawValue = Self.referenceBit | Self.definedBit | (isNullable ? Self.nullableBit : 0) | defined
  }

  var isReference: Bool { rawValue & Self.referenceBit != 0 }
  /// Whether it is a reference that may be null.
  var isNullable: Bool { rawValue & Self.nullableBit != 0 }
  /// Whether a local of the type has a value before it is given one.
  var isDefaultable: Bool { !isReference || isNullable }
  /// A number or vector.
  var isNumeric: Bool { rawValue >= Self.i32.rawValue && rawValue <= Self.v128.rawValue }
  var isPacked: Bool { self == .i8 || self == .i16 }
  /// The type on the operand stack of a field of this type.
  var unpacked: StackType { isPacked ? .i32 : self }

  /// The type of a number or vector; nil for others.
  var number: ValueType? {
    switch self {
    case .i32: .i32
    case .i64: .i64
    case .f32: .f32
    case .f64: .f64
    case .v128: .v128
    default: nil
    }
  }

  /// The defined type that it refers to, by its number in `CanonicalTypes`.
  var defined: UInt32? { rawValue & Self.definedBit != 0 ? rawValue & (Self.definedBit - 1) : nil }
  /// The abstract heap type that it refers to; nil for a defined type and for what is not a reference.
  var abstract: AbstractHeapType? {
    guard isReference, rawValue & Self.definedBit == 0 else { return nil }
    return AbstractHeapType(rawValue: UInt8(truncatingIfNeeded: rawValue))
  }

  /// The same reference, with or without null.
  func with(null: Bool) -> StackType {
    StackType(rawValue: null ? rawValue | Self.nullableBit : rawValue & ~Self.nullableBit)
  }

  static let anyref = StackType(.any, isNullable: true)
  static let eqref = StackType(.eq, isNullable: true)
  static let i31ref = StackType(.i31, isNullable: true)
  static let arrayref = StackType(.array, isNullable: true)
  static let funcref = StackType(.func, isNullable: true)
  static let externref = StackType(.extern, isNullable: true)
  static let exnref = StackType(.exn, isNullable: true)
}

/// The heap types that need no definition, and below them the one that matches all.
enum AbstractHeapType: UInt8, Sendable {
  case any, eq, i31, `struct`, array, none
  case `func`, nofunc
  case extern, noextern
  case exn, noexn
  /// What a reference refers to that unreachable code takes from an empty stack.
  case bottom

  /// Nil for a defined type.
  init?(_ type: HeapType) {
    switch type {
    case .any: self = .any
    case .eq: self = .eq
    case .i31: self = .i31
    case .struct: self = .struct
    case .array: self = .array
    case .none: self = .none
    case .func: self = .func
    case .nofunc: self = .nofunc
    case .extern: self = .extern
    case .noextern: self = .noextern
    case .exn: self = .exn
    case .noexn: self = .noexn
    case .defined: return nil
    }
  }

  /// For messages; nil for `bottom`.
  var heapType: HeapType? {
    switch self {
    case .any: .any
    case .eq: .eq
    case .i31: .i31
    case .struct: .struct
    case .array: .array
    case .none: HeapType.none
    case .func: .func
    case .nofunc: .nofunc
    case .extern: .extern
    case .noextern: .noextern
    case .exn: .exn
    case .noexn: .noexn
    case .bottom: nil
    }
  }

  /// The most general type of its hierarchy (2.3.4).
  var top: AbstractHeapType {
    switch self {
    case .any, .eq, .i31, .struct, .array, .none: .any
    case .func, .nofunc: .func
    case .extern, .noextern: .extern
    case .exn, .noexn: .exn
    case .bottom: .bottom
    }
  }

  /// Whether it matches `other` (3.3.3).
  func matches(_ other: AbstractHeapType) -> Bool {
    if self == other { return true }
    switch self {
    case .bottom: return true
    case .none: return other.top == .any
    case .i31, .struct, .array: return other == .eq || other == .any
    case .eq: return other == .any
    case .nofunc: return other == .func
    case .noextern: return other == .extern
    case .noexn: return other == .exn
    case .any, .func, .extern, .exn: return false
    }
  }
}

/// Types that stand in a row in `CanonicalTypes.parts`: parameters, results, fields.
struct TypeList: Hashable, Sendable {
  var start: UInt32
  var count: UInt32

  static let empty = TypeList(start: 0, count: 0)

  var isEmpty: Bool { count == 0 }
  /// The places in `CanonicalTypes.parts`.
  var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
}
