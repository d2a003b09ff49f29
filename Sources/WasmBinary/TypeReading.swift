import ByteCursor

/// The numbers that types start with (5.3). Written as in the file; as signed LEB128 they are the small
/// negative numbers that no type index can be.
enum TypeCode {
  static let i32: UInt8 = 0x7f
  static let i64: UInt8 = 0x7e
  static let f32: UInt8 = 0x7d
  static let f64: UInt8 = 0x7c
  static let v128: UInt8 = 0x7b
  static let i8: UInt8 = 0x78
  static let i16: UInt8 = 0x77
  static let nullableReference: UInt8 = 0x63
  static let reference: UInt8 = 0x64
  static let function: UInt8 = 0x60
  static let structure: UInt8 = 0x5f
  static let array: UInt8 = 0x5e
  static let sub: UInt8 = 0x50
  static let subFinal: UInt8 = 0x4f
  static let group: UInt8 = 0x4e

  /// The abstract heap type that a byte stands for (5.3.2).
  static func abstract(_ byte: UInt8) -> HeapType? {
    switch byte {
    case 0x74: return .noexn
    case 0x73: return .nofunc
    case 0x72: return .noextern
    case 0x71: return HeapType.none
    case 0x70: return .func
    case 0x6f: return .extern
    case 0x6e: return .any
    case 0x6d: return .eq
    case 0x6c: return .i31
    case 0x6b: return .struct
    case 0x6a: return .array
    case 0x69: return .exn
    default: return nil
    }
  }
}

extension Cursor {
  /// A value type (5.3.6).
  public mutating func valueType() throws(ReadError) -> ValueType {
    switch peek() {
    case TypeCode.i32?: return try single(.i32)
    case TypeCode.i64?: return try single(.i64)
    case TypeCode.f32?: return try single(.f32)
    case TypeCode.f64?: return try single(.f64)
    case TypeCode.v128?: return try single(.v128)
    default: return .reference(try referenceType(else: .malformedValueType))
    }
  }

  private mutating func single(_ type: ValueType) throws(ReadError) -> ValueType {
    try skip(1)
    return type
  }

  /// A reference type (5.3.5).
  public mutating func referenceType() throws(ReadError) -> ReferenceType {
    try referenceType(else: .malformedReferenceType)
  }

  private mutating func referenceType(else rule: Rule) throws(ReadError) -> ReferenceType {
    let here = fileOffset
    let byte = try u8()
    switch byte {
    case TypeCode.nullableReference: return ReferenceType(try heapType())
    case TypeCode.reference: return ReferenceType(try heapType(), isNullable: false)
    default:
      guard let type = TypeCode.abstract(byte) else { throw ReadError(rule, value: UInt64(byte), offset: here) }
      return ReferenceType(type)
    }
  }

  /// A heap type (5.3.4): an abstract one, or a type index as a positive signed 33-bit number.
  public mutating func heapType() throws(ReadError) -> HeapType {
    let here = fileOffset
    // A one-byte negative number; the longer forms of the same number mean nothing.
    if let byte = peek(), byte & 0xc0 == 0x40 {
      guard let type = TypeCode.abstract(byte) else { throw error(.malformedHeapType, value: UInt64(byte)) }
      try skip(1)
      return type
    }
    let number = try sleb33()
    guard number >= 0 else { throw ReadError(.malformedHeapType, value: UInt64(bitPattern: number), offset: here) }
    return .defined(UInt32(truncatingIfNeeded: number))
  }

  /// A block's type (5.4.1): a type index, one result, or nothing.
  public mutating func blockType() throws(ReadError) -> BlockType {
    guard let byte = peek() else { throw error(.unexpectedEnd) }
    if byte == 0x40 {
      try skip(1)
      return .empty
    }
    // One-byte negative numbers are value types; everything else is an index.
    if byte & 0xc0 == 0x40 { return .value(try valueType()) }
    let here = fileOffset
    let number = try sleb33()
    guard number >= 0 else { throw ReadError(.malformedValueType, value: UInt64(bitPattern: number), offset: here) }
    return .type(UInt32(truncatingIfNeeded: number))
  }

  /// A memory's type (5.3.11).
  public mutating func memoryType() throws(ReadError) -> MemoryType {
    let (flags, limits) = try limits(allowed: 0x0f)
    var type = MemoryType(limits, is64Bit: flags & 4 != 0, isShared: flags & 2 != 0)
    if flags & 8 != 0 {
      let here = fileOffset
      let log2 = try uleb32()
      guard log2 < 64 else { throw ReadError(.malformedPageSize, value: UInt64(log2), offset: here) }
      type.pageSizeLog2 = UInt8(log2)
    }
    return type
  }

  /// A table's type (5.3.12).
  public mutating func tableType() throws(ReadError) -> TableType {
    let element = try referenceType()
    let (flags, limits) = try limits(allowed: 0x05)
    return TableType(element, limits, is64Bit: flags & 4 != 0)
  }

  /// A global's type (5.3.13).
  public mutating func globalType() throws(ReadError) -> GlobalType {
    GlobalType(try valueType(), isMutable: try mutability())
  }

  /// Flags and limits (5.3.10); only the flags of `allowed` may be set. The flags are a byte: none of the
  /// forms that a LEB128 number could have besides.
  private mutating func limits(allowed: UInt8) throws(ReadError) -> (flags: UInt8, SizeLimits) {
    let here = fileOffset
    let flags = try u8()
    guard flags & ~allowed == 0 else { throw ReadError(.malformedLimits, value: UInt64(flags), offset: here) }
    // 64 bits whatever the address type: too large a size is for the validator to find.
    let minimum = try uleb64()
    return (flags, SizeLimits(minimum, flags & 1 != 0 ? try uleb64() : nil))
  }

  mutating func mutability() throws(ReadError) -> Bool {
    let here = fileOffset
    switch try u8() {
    case 0: return false
    case 1: return true
    case let byte: throw ReadError(.malformedMutability, value: UInt64(byte), offset: here)
    }
  }

  /// A vector of value types, of which there may be `cap`.
  mutating func valueTypes(cap: Int) throws(ReadError) -> [ValueType] {
    let count = try vectorCount(cap: cap)
    var types: [ValueType] = []
    types.reserveCapacity(min(count, remaining))
    for _ in 0..<count { types.append(try valueType()) }
    return types
  }

  /// The count in front of a vector.
  /// - Throws: `overLimit` above `cap`.
  mutating func vectorCount(cap: Int) throws(ReadError) -> Int {
    let here = fileOffset
    let count = try uleb32()
    guard Int(count) <= cap else { throw ReadError(.overLimit, value: UInt64(count), offset: here) }
    return Int(count)
  }
}

/// The type of a block (2.4.10, 5.4.1).
public enum BlockType: Hashable, Sendable {
  /// No parameters, no result.
  case empty
  /// No parameters, one result.
  case value(ValueType)
  /// A function type, by its type index.
  case type(UInt32)
}

// MARK: Type definitions

extension Cursor {
  /// A recursive group (5.3.9), appended to the index space in `types`. A definition that stands alone is a
  /// group of one.
  mutating func recursiveGroup(into types: inout [SubType], limits: Limits) throws(ReadError) {
    let first = UInt32(types.count)
    guard peek() == TypeCode.group else {
      types.append(try subType(group: first..<first + 1, limits: limits))
      return
    }
    try skip(1)
    let count = try vectorCount(cap: limits.entities - types.count)
    let group = first..<first + UInt32(count)
    for _ in 0..<count { types.append(try subType(group: group, limits: limits)) }
  }

  /// A type definition (5.3.8); without a prefix it is final and extends nothing.
  private mutating func subType(group: Range<UInt32>, limits: Limits) throws(ReadError) -> SubType {
    let prefix = peek()
    guard prefix == TypeCode.sub || prefix == TypeCode.subFinal else {
      return SubType(try compositeType(limits: limits), group: group)
    }
    try skip(1)
    let count = try vectorCount(cap: limits.typeParts)
    var supertypes: [UInt32] = []
    for _ in 0..<count { supertypes.append(try uleb32()) }
    return SubType(
      try compositeType(limits: limits), isFinal: prefix == TypeCode.subFinal, supertypes: supertypes, group: group)
  }

  /// A composite type (5.3.7).
  private mutating func compositeType(limits: Limits) throws(ReadError) -> CompositeType {
    let here = fileOffset
    switch try u8() {
    case TypeCode.function:
      let parameters = try valueTypes(cap: limits.typeParts)
      return .function(FunctionType(parameters, try valueTypes(cap: limits.typeParts)))
    case TypeCode.structure:
      let count = try vectorCount(cap: limits.typeParts)
      var fields: [FieldType] = []
      fields.reserveCapacity(min(count, remaining / 2))
      for _ in 0..<count { fields.append(try fieldType()) }
      return .structure(fields)
    case TypeCode.array: return .array(try fieldType())
    case let byte: throw ReadError(.malformedType, value: UInt64(byte), offset: here)
    }
  }

  private mutating func fieldType() throws(ReadError) -> FieldType {
    let storage: StorageType
    switch peek() {
    case TypeCode.i8?:
      storage = .i8
      try skip(1)
    case TypeCode.i16?:
      storage = .i16
      try skip(1)
    default: storage = .value(try valueType())
    }
    return FieldType(storage, isMutable: try mutability())
  }
}
