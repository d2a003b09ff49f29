import WasmBinary

/// The types of all modules of a store, each structure once: types are the same where their recursive groups are (3.1).
///
/// In canonical types `HeapType.defined` holds the canonical number, not a module's type index.
struct TypeRegistry {
  /// A canonical type.
  struct Entry {
    let composite: CompositeType
    let isFinal: Bool
    let supertype: UInt32?
  }
  private(set) var entries: [Entry] = []
  /// A group's structure, in which types of the group itself stand as `ownBase` and its position.
  private struct Key: Hashable { let types: [SubType] }
  private var groups: [Key: UInt32] = [:]

  /// Numbers from here on stand for positions in the group itself, in keys.
  private static let ownBase: UInt32 = 0x8000_0000

  /// The canonical numbers of a module's types, by type index.
  mutating func register(_ types: [SubType]) -> [UInt32] {
    var canonical: [UInt32] = []
    canonical.reserveCapacity(types.count)
    var index = 0
    while index < types.count {
      let count = max(types[index].group.count, 1)
      let end = min(index + count, types.count)
      let start = UInt32(index)
      func number(_ type: UInt32, own: UInt32) -> UInt32 {
        if type >= start { return own &+ (type - start) }
        return canonical[Int(type)]
      }
      let zeroGroup: Range<UInt32> = 0..<0
      let key = Key(
        types: types[index..<end].map { type in
          SubType(
            type.composite.mapped { number($0, own: Self.ownBase) }, isFinal: type.isFinal,
            supertypes: type.supertypes.map { number($0, own: Self.ownBase) }, group: zeroGroup)
        })
      let base: UInt32
      if let found = groups[key] {
        base = found
      } else {
        base = UInt32(entries.count)
        groups[key] = base
        for type in types[index..<end] {
          entries.append(
            Entry(
              composite: type.composite.mapped { number($0, own: base) }, isFinal: type.isFinal,
              supertype: type.supertypes.first.map { number($0, own: base) }))
        }
      }
      for position in 0..<(end - index) { canonical.append(base + UInt32(position)) }
      index = end
    }
    return canonical
  }

  /// The canonical number of a function type that stands alone.
  mutating func register(_ type: FunctionType) -> UInt32 {
    register([SubType(.function(type), group: 0..<1)])[0]
  }

  func function(_ type: UInt32) -> FunctionType {
    if case .function(let function) = entries[Int(type)].composite { return function }
    return FunctionType()
  }

  // MARK: Matching (3.3), on canonical types

  func matches(_ type: UInt32, _ other: UInt32) -> Bool {
    var current: UInt32? = type
    while let number = current {
      if number == other { return true }
      current = entries[Int(number)].supertype
    }
    return false
  }

  func matches(_ type: HeapType, _ other: HeapType) -> Bool {
    if type == other { return true }
    switch (type, other) {
    case (.defined(let left), .defined(let right)): return matches(left, right)
    case (.defined(let number), _):
      switch entries[Int(number)].composite {
      case .function: return other == .func
      case .structure: return other == .struct || other == .eq || other == .any
      case .array: return other == .array || other == .eq || other == .any
      }
    case (.none, .defined(let number)):
      if case .function = entries[Int(number)].composite { return false }
      return true
    case (.nofunc, .defined(let number)):
      if case .function = entries[Int(number)].composite { return true }
      return false
    case (.none, .any), (.none, .eq), (.none, .i31), (.none, .struct), (.none, .array): return true
    case (.nofunc, .func), (.noextern, .extern), (.noexn, .exn): return true
    case (.eq, .any), (.i31, .any), (.struct, .any), (.array, .any): return true
    case (.i31, .eq), (.struct, .eq), (.array, .eq): return true
    default: return false
    }
  }

  func matches(_ type: ReferenceType, _ other: ReferenceType) -> Bool {
    (!type.isNullable || other.isNullable) && matches(type.heapType, other.heapType)
  }

  func matches(_ type: ValueType, _ other: ValueType) -> Bool {
    if case .reference(let left) = type, case .reference(let right) = other { return matches(left, right) }
    return type == other
  }
}

extension HeapType {
  /// The same with another number for a defined type.
  func mapped(_ number: (UInt32) -> UInt32) -> HeapType {
    if case .defined(let index) = self { return .defined(number(index)) }
    return self
  }
}

extension ReferenceType {
  func mapped(_ number: (UInt32) -> UInt32) -> ReferenceType {
    ReferenceType(heapType.mapped(number), isNullable: isNullable)
  }
}

extension ValueType {
  func mapped(_ number: (UInt32) -> UInt32) -> ValueType {
    if case .reference(let type) = self { return .reference(type.mapped(number)) }
    return self
  }
}

extension FieldType {
  func mapped(_ number: (UInt32) -> UInt32) -> FieldType {
    if case .value(let type) = storage { return FieldType(.value(type.mapped(number)), isMutable: isMutable) }
    return self
  }
}

extension CompositeType {
  func mapped(_ number: (UInt32) -> UInt32) -> CompositeType {
    switch self {
    case .function(let type):
      .function(FunctionType(type.parameters.map { $0.mapped(number) }, type.results.map { $0.mapped(number) }))
    case .structure(let fields): .structure(fields.map { $0.mapped(number) })
    case .array(let field): .array(field.mapped(number))
    }
  }
}
