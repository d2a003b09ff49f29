// The types of core WebAssembly 3.0 (2.3, 5.3). Their descriptions are those of the text format.

/// What a reference points at (2.3.4).
public enum HeapType: Hashable, Sendable, CustomStringConvertible {
  case any, eq, i31, `struct`, array, none
  case `func`, nofunc
  case extern, noextern
  case exn, noexn
  /// A type defined in the module, by its type index.
  case defined(UInt32)

  /// The name in the text format; a type index for a defined type.
  public var description: String {
    switch self {
    case .any: return "any"
    case .eq: return "eq"
    case .i31: return "i31"
    case .struct: return "struct"
    case .array: return "array"
    case .none: return "none"
    case .func: return "func"
    case .nofunc: return "nofunc"
    case .extern: return "extern"
    case .noextern: return "noextern"
    case .exn: return "exn"
    case .noexn: return "noexn"
    case .defined(let index): return String(index)
    }
  }
}

/// A reference type (2.3.5): what it points at and whether it may be null.
public struct ReferenceType: Hashable, Sendable, CustomStringConvertible {
  /// Whether null is one of its values.
  public var isNullable: Bool
  /// What it points at.
  public var heapType: HeapType

  /// `(ref null heapType)`, or `(ref heapType)`.
  public init(_ heapType: HeapType, isNullable: Bool = true) {
    self.heapType = heapType
    self.isNullable = isNullable
  }

  /// `funcref`, `(ref null func)`.
  public static let funcref = ReferenceType(.func)
  /// `externref`, `(ref null extern)`.
  public static let externref = ReferenceType(.extern)
  /// `exnref`, `(ref null exn)`.
  public static let exnref = ReferenceType(.exn)

  /// The text format's abbreviation where there is one (`funcref`), `(ref null 3)`, `(ref 3)`.
  public var description: String {
    guard isNullable else { return "(ref \(heapType))" }
    switch heapType {
    case .defined: return "(ref null \(heapType))"
    case .none: return "nullref"
    case .nofunc: return "nullfuncref"
    case .noextern: return "nullexternref"
    case .noexn: return "nullexnref"
    default: return "\(heapType)ref"
    }
  }
}

/// The type of a value (2.3.6).
public enum ValueType: Hashable, Sendable, CustomStringConvertible {
  case i32, i64, f32, f64, v128
  case reference(ReferenceType)

  /// `funcref`.
  public static let funcref = ValueType.reference(.funcref)
  /// `externref`.
  public static let externref = ValueType.reference(.externref)

  /// The text format's name.
  public var description: String {
    switch self {
    case .i32: return "i32"
    case .i64: return "i64"
    case .f32: return "f32"
    case .f64: return "f64"
    case .v128: return "v128"
    case .reference(let type): return type.description
    }
  }

  /// The reference type, for references.
  public var reference: ReferenceType? {
    if case .reference(let type) = self { return type }
    return nil
  }
}

/// A function's type (2.3.11).
public struct FunctionType: Hashable, Sendable, CustomStringConvertible {
  public var parameters: [ValueType]
  public var results: [ValueType]

  /// `[parameters] -> [results]`.
  public init(_ parameters: [ValueType] = [], _ results: [ValueType] = []) {
    self.parameters = parameters
    self.results = results
  }

  /// `[i32 i64] -> [f32]`.
  public var description: String {
    func list(_ types: [ValueType]) -> String { types.map(\.description).joined(separator: " ") }
    return "[\(list(parameters))] -> [\(list(results))]"
  }
}

/// What a field of a structure or array is stored as (2.3.9).
public enum StorageType: Hashable, Sendable, CustomStringConvertible {
  case i8, i16
  case value(ValueType)

  /// The text format's name.
  public var description: String {
    switch self {
    case .i8: return "i8"
    case .i16: return "i16"
    case .value(let type): return type.description
    }
  }
}

/// The type of a structure's field or an array's elements (2.3.9).
public struct FieldType: Hashable, Sendable, CustomStringConvertible {
  public var storage: StorageType
  public var isMutable: Bool

  /// A field that holds `storage`.
  public init(_ storage: StorageType, isMutable: Bool = false) {
    self.storage = storage
    self.isMutable = isMutable
  }

  /// `i8` or `(mut i8)`.
  public var description: String { isMutable ? "(mut \(storage))" : storage.description }
}

/// What a type definition defines (2.3.10).
public enum CompositeType: Hashable, Sendable {
  case function(FunctionType)
  case structure([FieldType])
  case array(FieldType)
}

/// A type definition (2.3.12, 2.3.13): one entry of the type index space.
public struct SubType: Hashable, Sendable {
  /// Whether no other type may extend it.
  public var isFinal: Bool
  /// The types that it extends, by type index (at most one in a valid module).
  public var supertypes: [UInt32]
  /// What it is.
  public var composite: CompositeType
  /// The type indices of the recursive group that it was defined in, itself included.
  public var group: Range<UInt32>

  /// A definition, alone in its group unless said otherwise.
  public init(_ composite: CompositeType, isFinal: Bool = true, supertypes: [UInt32] = [], group: Range<UInt32>) {
    self.composite = composite
    self.isFinal = isFinal
    self.supertypes = supertypes
    self.group = group
  }

  /// The function type, where it is one.
  public var function: FunctionType? {
    if case .function(let type) = composite { return type }
    return nil
  }
}

/// How large a table or memory may be (2.3.14).
public struct SizeLimits: Hashable, Sendable, CustomStringConvertible {
  /// Elements or pages at the start.
  public var minimum: UInt64
  /// Elements or pages that it may grow to.
  public var maximum: UInt64?

  public init(_ minimum: UInt64, _ maximum: UInt64? = nil) {
    self.minimum = minimum
    self.maximum = maximum
  }

  /// `1` or `1 16`.
  public var description: String { maximum.map { "\(minimum) \($0)" } ?? "\(minimum)" }
}

/// A memory's type (2.3.15), with the threads and custom-page-sizes proposals.
public struct MemoryType: Hashable, Sendable, CustomStringConvertible {
  /// In pages.
  public var limits: SizeLimits
  /// Whether addresses are i64.
  public var is64Bit: Bool
  /// Whether threads share it.
  public var isShared: Bool
  /// The page size's binary logarithm, 16 (64 KiB) unless the module says otherwise; below 64.
  public var pageSizeLog2: UInt8

  public init(_ limits: SizeLimits, is64Bit: Bool = false, isShared: Bool = false, pageSizeLog2: UInt8 = 16) {
    self.limits = limits
    self.is64Bit = is64Bit
    self.isShared = isShared
    self.pageSizeLog2 = pageSizeLog2
  }

  /// Bytes in a page.
  public var pageSize: UInt64 { 1 << UInt64(pageSizeLog2) }
  /// Bytes at the start, or nil where that leaves 64 bits.
  public var minimumBytes: UInt64? {
    let (bytes, overflow) = limits.minimum.multipliedReportingOverflow(by: pageSize)
    return overflow ? nil : bytes
  }

  /// As in the text format: `i64 1 16 shared (pagesize 1)`.
  public var description: String {
    (is64Bit ? "i64 " : "") + limits.description + (isShared ? " shared" : "")
      + (pageSizeLog2 == 16 ? "" : " (pagesize \(pageSize))")
  }
}

/// A table's type (2.3.16).
public struct TableType: Hashable, Sendable, CustomStringConvertible {
  public var element: ReferenceType
  /// In elements.
  public var limits: SizeLimits
  /// Whether indices are i64.
  public var is64Bit: Bool

  public init(_ element: ReferenceType, _ limits: SizeLimits, is64Bit: Bool = false) {
    self.element = element
    self.limits = limits
    self.is64Bit = is64Bit
  }

  /// As in the text format: `i64 1 16 funcref`.
  public var description: String { (is64Bit ? "i64 " : "") + "\(limits) \(element)" }
}

/// A global's type (2.3.17).
public struct GlobalType: Hashable, Sendable, CustomStringConvertible {
  public var value: ValueType
  public var isMutable: Bool

  public init(_ value: ValueType, isMutable: Bool = false) {
    self.value = value
    self.isMutable = isMutable
  }

  /// `i32` or `(mut i32)`.
  public var description: String { isMutable ? "(mut \(value))" : value.description }
}
