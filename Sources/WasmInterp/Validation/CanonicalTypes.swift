import ByteCursor
import WasmBinary

/// Type definitions in the form in which they compare: each has a number, and equal types have the same.
///
/// Types are equal if their recursive groups are, with references inside of a group counted from its start
/// (3.3.10: iso-recursive types). Modules that are added to the same `CanonicalTypes` can be compared with each
/// other, as imports, indirect calls and casts need.
public struct CanonicalTypes: Sendable {
  /// One defined type.
  struct Definition: Sendable {
    /// `func`, `struct` or `array`.
    let kind: AbstractHeapType
    let isFinal: Bool
    /// The number of the type that it extends.
    let supertype: UInt32?
    /// How many types there are above it.
    let depth: Int
    /// A function's parameters; a structure's fields, an array's one.
    let parameters: TypeList
    /// A function's results.
    let results: TypeList
    /// Whether all fields have a default value.
    let isDefaultable: Bool
  }

  /// A structure's field or an array's elements, as `parts` has it.
  struct Field {
    /// May be packed.
    let type: StackType
    let isMutable: Bool
  }

  /// The definitions by number.
  private(set) var definitions: [Definition] = []
  /// What `TypeList` counts in.
  private(set) var parts: [StackType] = [.i32, .i64, .f32, .f64, .v128]
  /// The first number of each group.
  private var groups: [[UInt32]: UInt32] = [:]
  /// Lists of one type, for the types that are not among the first of `parts`.
  private var singles: [StackType: TypeList] = [:]

  /// Above it numbers would meet the marks in `StackType`.
  private static let cap = 1 << 27
  /// In keys: the number counts from the start of the group.
  private static let relativeBit: UInt32 = 1 << 27
  /// In fields: mutable.
  private static let mutableBit: UInt32 = 1 << 28

  public init() {}

  // MARK: Adding

  /// The numbers of a module's types, by type index.
  /// - Returns: nil where the types are not valid (3.2).
  public mutating func add(_ types: [SubType], limits: Limits = .standard) -> [UInt32]? {
    try? numbers(of: types, limits: limits)
  }

  /// The numbers of a module's types, by type index; the types are validated.
  mutating func numbers(of types: [SubType], limits: Limits) throws(Violation) -> [UInt32] {
    var numbers: [UInt32] = []
    numbers.reserveCapacity(types.count)
    while numbers.count < types.count {
      let group = types[numbers.count].group
      // A damaged type section may end in the middle of a group.
      let end = min(max(Int(group.upperBound), numbers.count + 1), types.count)
      let first = try number(of: types[numbers.count..<end], before: numbers, limits: limits)
      for offset in 0..<(end - numbers.count) { numbers.append(first + UInt32(offset)) }
    }
    return numbers
  }

  /// The first number of a group.
  private mutating func number(
    of group: ArraySlice<SubType>, before numbers: [UInt32], limits: Limits
  ) throws(Violation) -> UInt32 {
    var encoder = GroupEncoder(first: numbers.count, count: group.count, numbers: numbers)
    for type in group { try encoder.append(type, limits: limits) }
    if let known = groups[encoder.key] { return known }
    let first = UInt32(definitions.count)
    guard definitions.count + group.count < Self.cap else { throw Violation(.overLimit) }
    define(encoder.key, first: first)
    for number in Int(first)..<definitions.count { try check(definitions[number], limits: limits) }
    groups[encoder.key] = first
    return first
  }

  /// Appends the definitions of a group.
  private mutating func define(_ key: [UInt32], first: UInt32) {
    var at = 0
    func absolute(_ part: UInt32) -> UInt32 {
      part & Self.relativeBit == 0 ? part : (part & ~Self.relativeBit) + first
    }
    func list(_ parts: inout [StackType]) -> TypeList {
      let list = TypeList(start: UInt32(parts.count), count: key[at])
      at += 1
      for _ in 0..<list.count {
        parts.append(StackType(rawValue: absolute(key[at])))
        at += 1
      }
      return list
    }
    while at < key.count {
      let header = key[at]
      let above = key[at + 1]
      at += 2
      let supertype = above == .max ? nil : absolute(above)
      let kind = AbstractHeapType(rawValue: UInt8(truncatingIfNeeded: header)) ?? .func
      let depth = supertype.map { definitions[Int($0)].depth + 1 } ?? 0
      let parameters = list(&parts)
      let results = list(&parts)
      definitions.append(
        Definition(
          kind: kind, isFinal: header >> 8 != 0, supertype: supertype, depth: depth, parameters: parameters,
          results: results, isDefaultable: parameters.range.allSatisfy { field($0).type.isDefaultable }))
    }
  }

  /// Whether a definition matches the type that it extends (3.2.11).
  private func check(_ definition: Definition, limits: Limits) throws(Violation) {
    guard let supertype = definition.supertype else { return }
    let above = definitions[Int(supertype)]
    guard definition.depth <= limits.subtypeDepth else {
      throw Violation(.overLimit, "\(definition.depth) super types")
    }
    guard !above.isFinal else { throw Violation(.badSubtype, "the super type is final") }
    guard definition.kind == above.kind else { throw Violation(.badSubtype, "one is of another kind") }
    let matches: Bool
    switch definition.kind {
    case .func:
      matches =
        self.matches(above.parameters, definition.parameters)
        && self.matches(definition.results, above.results)
    default:
      matches =
        definition.parameters.count >= above.parameters.count
        && zip(definition.parameters.range, above.parameters.range).allSatisfy { fieldMatches(field($0), field($1)) }
    }
    guard matches else { throw Violation(.badSubtype) }
  }

  private func fieldMatches(_ field: Field, _ other: Field) -> Bool {
    guard field.isMutable == other.isMutable else { return false }
    return field.isMutable ? field.type == other.type : matches(field.type, other.type)
  }

  /// The list of this one type.
  mutating func list(of type: StackType) -> TypeList {
    if type.isNumeric { return TypeList(start: type.rawValue - 1, count: 1) }
    if let known = singles[type] { return known }
    let list = TypeList(start: UInt32(parts.count), count: 1)
    parts.append(type)
    singles[type] = list
    return list
  }

  // MARK: Asking

  /// The field at a place in `parts`.
  func field(_ place: Int) -> Field {
    let raw = parts[place].rawValue
    return Field(type: StackType(rawValue: raw & ~Self.mutableBit), isMutable: raw & Self.mutableBit != 0)
  }

  /// Whether the type with one number is, or extends, the type with another (3.3.10).
  public func isSubtype(_ number: UInt32, of other: UInt32) -> Bool {
    if number == other { return true }
    guard Int(number) < definitions.count, Int(other) < definitions.count else { return false }
    var current = number
    // Depths are capped when types are added.
    while let above = definitions[Int(current)].supertype {
      if above == other { return true }
      current = above
    }
    return false
  }

  /// Whether a value of one type can stand where another is wanted (3.3.1 to 3.3.6).
  func matches(_ type: StackType, _ other: StackType) -> Bool {
    if type == other || type == .bottom { return true }
    guard type.isReference, other.isReference, other.isNullable || !type.isNullable else { return false }
    switch (type.defined, other.defined) {
    case (let number?, let otherNumber?): return isSubtype(number, of: otherNumber)
    case (let number?, nil): return other.abstract.map { definitions[Int(number)].kind.matches($0) } ?? false
    case (nil, let otherNumber?):
      switch type.abstract {
      case .bottom?: return true
      case AbstractHeapType.none?: return definitions[Int(otherNumber)].kind != .func
      case .nofunc?: return definitions[Int(otherNumber)].kind == .func
      default: return false
      }
    case (nil, nil):
      guard let heap = type.abstract, let otherHeap = other.abstract else { return false }
      return heap.matches(otherHeap)
    }
  }

  /// Whether lists have the same length and each type of one matches the one of the other.
  func matches(_ list: TypeList, _ other: TypeList) -> Bool {
    guard list.count == other.count else { return false }
    if list.start == other.start { return true }
    return zip(list.range, other.range).allSatisfy { matches(parts[$0], parts[$1]) }
  }

  /// The most general type of a reference's hierarchy, with null.
  func top(_ type: StackType) -> StackType {
    if let number = type.defined { return StackType(definitions[Int(number)].kind.top, isNullable: true) }
    return StackType((type.abstract ?? .bottom).top, isNullable: true)
  }
}

/// Writes a recursive group as numbers that are the same for equal groups, and checks indices on the way.
///
/// A definition is: its kind with bit 8 for final; the number of its super type or `.max`; two lists, each
/// behind its length. References into the group count from its start and carry a mark.
private struct GroupEncoder {
  let first: Int
  let count: Int
  let numbers: [UInt32]
  private(set) var key: [UInt32] = []
  /// The index of the definition that is being written.
  private var index: Int

  init(first: Int, count: Int, numbers: [UInt32]) {
    self.first = first
    self.count = count
    self.numbers = numbers
    index = first
  }

  mutating func append(_ type: SubType, limits: Limits) throws(Violation) {
    defer { index += 1 }
    let kind: AbstractHeapType
    switch type.composite {
    case .function: kind = .func
    case .structure: kind = .struct
    case .array: kind = .array
    }
    key.append(UInt32(kind.rawValue) | (type.isFinal ? 1 << 8 : 0))
    guard type.supertypes.count < 2 else { throw Violation(.badSubtype, "more than one super type") }
    if let above = type.supertypes.first {
      // Within a group too, only what was defined before can be extended (3.2.11).
      guard Int(above) < first + count else { throw .unknown(.unknownType, above) }
      guard Int(above) < index else { throw Violation(.badSubtype, "the super type is defined behind it") }
      key.append(try number(above))
    } else {
      key.append(.max)
    }
    switch type.composite {
    case .function(let function):
      guard max(function.parameters.count, function.results.count) <= limits.signatureParts else {
        throw Violation(.overLimit, "parameters or results")
      }
      try append(function.parameters)
      try append(function.results)
    case .structure(let fields): try append(fields)
    case .array(let field): try append([field])
    }
  }

  private mutating func append(_ types: [ValueType]) throws(Violation) {
    key.append(UInt32(types.count))
    for type in types { key.append(try number(type)) }
  }

  private mutating func append(_ fields: [FieldType]) throws(Violation) {
    key.append(UInt32(fields.count))
    for field in fields {
      let type: UInt32
      switch field.storage {
      case .i8: type = StackType.i8.rawValue
      case .i16: type = StackType.i16.rawValue
      case .value(let value): type = try number(value)
      }
      key.append(type | (field.isMutable ? 1 << 28 : 0))
    }
    key.append(0)
  }

  private func number(_ index: UInt32) throws(Violation) -> UInt32 {
    if Int(index) < first { return numbers[Int(index)] }
    guard Int(index) < first + count else { throw .unknown(.unknownType, index) }
    return UInt32(Int(index) - first) | 1 << 27
  }

  private func number(_ type: ValueType) throws(Violation) -> UInt32 {
    switch type {
    case .i32: return StackType.i32.rawValue
    case .i64: return StackType.i64.rawValue
    case .f32: return StackType.f32.rawValue
    case .f64: return StackType.f64.rawValue
    case .v128: return StackType.v128.rawValue
    case .reference(let reference):
      guard case .defined(let index) = reference.heapType else {
        let heap = AbstractHeapType(reference.heapType) ?? .bottom
        return StackType(heap, isNullable: reference.isNullable).rawValue
      }
      return StackType(defined: try number(index), isNullable: reference.isNullable).rawValue
    }
  }
}
