import ByteCursor

extension Dwarf {
  /// The type that `value`, an attribute of an entry of `unit`, refers to; nil where it leads nowhere.
  public func type(_ value: FormValue, from unit: Unit) -> DwarfType? { TypeReader(self).type(value, from: unit) }

  /// The type that `entry` describes.
  public func type(describedBy entry: Entry) -> DwarfType { DwarfType(self, entry) }

  /// The type of what a function returns; nil for nothing.
  public func returnType(_ info: FunctionInfo) -> DwarfType? {
    info.origin[.type].flatMap { type($0, from: info.origin.unit) }
  }
}

/// Makes types from their entries.
struct TypeReader {
  let dwarf: Dwarf

  init(_ dwarf: Dwarf) { self.dwarf = dwarf }

  /// The type that attribute `value` of an entry of `unit` refers to.
  func type(_ value: FormValue?, from unit: Unit) -> DwarfType? {
    value.flatMap { dwarf.entry($0, from: unit) }.map { DwarfType(dwarf, $0) }
  }

  /// The type of `entry` (`DW_AT_type`).
  func type(of entry: Entry) -> DwarfType? { type(entry[.type], from: entry.unit) }

  /// What the entry at `place` says.
  func details(of place: TypePlace) -> TypeDetails {
    let unit = place.unit
    var details = TypeDetails(
      kind: .opaque(.null), language: unit.sourceLanguage, addressSize: unit.encoding.addressSize)
    guard let entry = try? unit.entry(at: place.offset) else { return details }
    // A type unit may be of another family than what refers to it, but not the other way round.
    let attributes = TypeAttributes(entry, in: dwarf)
    details.simpleName = attributes.name
    details.linkageName = attributes.linkageName
    details.declaration = attributes.declaration
    details.alignment = attributes.alignment
    if let definition = definition(of: entry, attributes), definition != entry {
      let type = DwarfType(dwarf, definition)
      let complete = type.details
      details.definition = type
      details.kind = complete.kind
      details.size = complete.size
      details.alignment = complete.alignment
      details.simpleName = details.simpleName ?? complete.simpleName
      details.linkageName = details.linkageName ?? complete.linkageName
      details.declaration = complete.declaration ?? details.declaration
      return details
    }
    details.kind = kind(of: entry, attributes)
    details.size = size(of: details.kind, attributes, addressSize: details.addressSize)
    return details
  }

  /// The entry that completes `entry`: by its signature, or by its name where it is a declaration.
  private func definition(of entry: Entry, _ attributes: TypeAttributes) -> Entry? {
    if let signature = attributes.signature, let target = dwarf.entry(signature, from: entry.unit) {
      // A type unit whose type refers to a signature in turn would lead us around.
      return target[.signature] == nil ? target : nil
    }
    guard attributes.isDeclaration else { return nil }
    return dwarf.definition(of: entry, name: attributes.name, linkageName: attributes.linkageName)
  }

  private func kind(of entry: Entry, _ attributes: TypeAttributes) -> TypeKind {
    let unit = entry.unit
    var target: DwarfType? { type(attributes.type, from: unit) }
    switch entry.tag {
    case .baseType: return .base(BaseType(attributes))
    case .pointerType: return .pointer(target)
    case .referenceType: return .reference(target)
    case .rvalueReferenceType: return .rvalueReference(target)
    case .ptrToMemberType:
      return .memberPointer(target: target, class: type(entry[.containingType], from: unit))
    case .typedef, .templateAlias: return .typedef(target)
    case .constType: return .qualified(.const, target)
    case .volatileType: return .qualified(.volatile, target)
    case .restrictType: return .qualified(.restrict, target)
    case .atomicType: return .qualified(.atomic, target)
    case .immutableType: return .qualified(.immutable, target)
    case .packedType: return .qualified(.packed, target)
    case .sharedType: return .qualified(.shared, target)
    case .unspecifiedType: return .unspecified
    case .arrayType: return .array(array(entry, attributes))
    case .subroutineType, .subprogram: return .subroutine(subroutine(entry, attributes))
    case .enumerationType: return .enumeration(enumeration(entry, attributes))
    case .subrangeType:
      let dimension = dimension(entry)
      return .subrange(SubrangeType(base: target, lowerBound: dimension.lowerBound, upperBound: dimension.upperBound))
    case .structureType: return .record(record(.structure, entry, attributes))
    case .classType: return .record(record(.class, entry, attributes))
    case .unionType: return .record(record(.union, entry, attributes))
    case .interfaceType: return .record(record(.interface, entry, attributes))
    default: return .opaque(entry.tag)
    }
  }

  private func size(of kind: TypeKind, _ attributes: TypeAttributes, addressSize: UInt8) -> UInt64? {
    if let size = attributes.byteSize { return size }
    // Rounded up without overflow.
    if let bits = attributes.bitSize { return bits / 8 + (bits % 8 == 0 ? 0 : 1) }
    switch kind {
    case .pointer, .reference, .rvalueReference: return UInt64(addressSize)
    case .memberPointer(let target, _):
      // A pointer to a function is a pair, of the function and of what is added to `this` (Itanium C++ ABI, 2.3).
      let behind = target?.entry.flatMap { behindNames($0) }
      if behind?.tag == .subroutineType { return 2 * UInt64(addressSize) }
      return UInt64(addressSize)
    case .array(let array):
      guard let count = array.fixedCount else { return nil }
      let (bits, overflow) =
        array.bitStride.map { $0.multipliedReportingOverflow(by: count) }
        ?? (array.element.flatMap(\.boundedSize) ?? 0).multipliedReportingOverflow(by: count)
      guard !overflow, array.bitStride != nil || array.element?.boundedSize != nil else { return nil }
      return array.bitStride == nil ? bits : bits / 8 + (bits % 8 == 0 ? 0 : 1)
    case .typedef(let type), .qualified(_, let type): return type?.boundedSize
    case .enumeration(let enumeration): return enumeration.underlying?.boundedSize
    case .subrange(let range): return range.base?.boundedSize
    // C++ has no other of which there are values than that of `nullptr`, which is as large as a pointer (C++20, 6.8.2).
    case .unspecified: return attributes.name == "decltype(nullptr)" ? UInt64(addressSize) : nil
    case .base, .record, .subroutine, .opaque: return nil
    }
  }

  // MARK: Parts

  private func subroutine(_ entry: Entry, _ attributes: TypeAttributes) -> SubroutineType {
    var parameters: [DwarfType?] = []
    var isVariadic = false
    dwarf.forEachChild(of: entry) { child in
      if child.tag == .formalParameter { parameters.append(type(of: child)) }
      if child.tag == .unspecifiedParameters { isVariadic = true }
    }
    let isPrototyped = attributes.isPrototyped || entry.unit.sourceLanguage != .c || !parameters.isEmpty
    // In C, `int f()` is written as a function with arguments that are not declared.
    return SubroutineType(
      result: type(attributes.type, from: entry.unit), parameters: parameters,
      isVariadic: isVariadic && isPrototyped, isPrototyped: isPrototyped)
  }

  private func array(_ entry: Entry, _ attributes: TypeAttributes) -> ArrayType {
    var dimensions: [ArrayType.Dimension] = []
    dwarf.forEachChild(of: entry) { child in
      switch child.tag {
      case .subrangeType, .genericSubrange: dimensions.append(dimension(child))
      case .enumerationType:
        // An array with the values of an enumeration as indices.
        let count = enumeration(child, TypeAttributes(child, in: dwarf)).enumerators.count
        dimensions.append(
          ArrayType.Dimension(lowerBound: .constant(0), upperBound: nil, count: .constant(Int64(clamping: count))))
      default: break
      }
    }
    var stride = entry[.bitStride]?.unsignedValue
    if let bytes = entry[.byteStride]?.unsignedValue, bytes < .max / 8 { stride = bytes * 8 }
    let element = type(attributes.type, from: entry.unit)
    let isVector = entry[.gnuVector]?.flagValue == true
    if isVector, stride == nil, isPacked(element, dimensions, attributes.byteSize) { stride = 1 }
    return ArrayType(element: element, dimensions: dimensions, isVector: isVector, bitStride: stride)
  }

  /// Whether a vector of truth values has a bit for each: of Zig's and of Clang's only the size says it.
  private func isPacked(_ element: DwarfType?, _ dimensions: [ArrayType.Dimension], _ size: UInt64?) -> Bool {
    guard dimensions.count == 1, let count = dimensions[0].fixedCount, count > 1, let size, size < count,
      let entry = element?.entry.flatMap({ behindNames($0) })
    else { return false }
    return BaseType(TypeAttributes(entry, in: dwarf)).format == .boolean && size >= count / 8 + (count % 8 == 0 ? 0 : 1)
  }

  private func dimension(_ entry: Entry) -> ArrayType.Dimension {
    let lowest = entry.unit.root.language?.lowerBound ?? 0
    return ArrayType.Dimension(
      lowerBound: entry[.lowerBound].flatMap { bound($0, in: entry.unit) } ?? .constant(lowest),
      upperBound: entry[.upperBound].flatMap { bound($0, in: entry.unit) },
      count: entry[.count].flatMap { value in
        // Older compilers of clang's kind write -1 for `int a[]`.
        if case .constant(let count)? = bound(value, in: entry.unit), count < 0 { return nil }
        return bound(value, in: entry.unit)
      })
  }

  private func bound(_ value: FormValue, in unit: Unit) -> Bound? {
    switch value {
    case .data(let number, let size):
      // All bits set stand for -1, the bound of an array without elements.
      if size >= 4, number == UInt64.max >> (64 - 8 * UInt64(min(size, 8))) { return .constant(-1) }
      return .constant(Int64(clamping: number))
    case .unsigned(let number): return .constant(number == .max ? -1 : Int64(clamping: number))
    case .signed(let number): return .constant(number)
    case .exprloc, .block, .sectionOffset, .locationListIndex: return .expression(value)
    default: return dwarf.entry(value, from: unit).map { .variable($0) }
    }
  }

  private func enumeration(_ entry: Entry, _ attributes: TypeAttributes) -> EnumerationType {
    let underlying = type(attributes.type, from: entry.unit)
    var values: [(name: String, value: ConstantValue)] = []
    dwarf.forEachChild(of: entry) { child in
      guard child.tag == .enumerator, let value = child[.constValue].flatMap({ child.unit.constant($0) }) else {
        return
      }
      values.append((child[.name].flatMap { child.unit.string($0) } ?? "", value))
    }
    // Swift's compiler says 0 for all: cases without values are numbered in their order.
    if entry.unit.sourceLanguage == .swift, values.allSatisfy({ $0.value.integer(signed: false) == 0 }) {
      values = values.enumerated().map { ($0.element.name, .unsigned(UInt64($0.offset))) }
    }
    // Without a type the forms tell: who writes one value as signed means all of them so.
    let isSigned =
      isSigned(underlying) ?? values.contains { if case .signed = $0.value { true } else { false } }
    let size = entry[.byteSize]?.unsignedValue
    return EnumerationType(
      isScoped: entry[.enumClass]?.flagValue == true, underlying: underlying,
      enumerators: values.compactMap { pair in
        pair.value.integer(signed: isSigned).map {
          EnumerationType.Enumerator(name: pair.name, value: wrapped($0, size: size, signed: isSigned))
        }
      }, isIncomplete: attributes.isDeclaration && values.isEmpty)
  }
}

extension TypeReader {
  /// What a number is in so many bytes with a sign: Rust's compiler writes -1 of one byte as 255.
  private func wrapped(_ number: Int128, size: UInt64?, signed: Bool) -> Int128 {
    guard signed, let size, (1...8).contains(size) else { return number }
    let unused = Int128(128 - 8 * size)
    return (number << unused) >> unused
  }

  /// The entry behind names and qualifiers; nil for `void` and for what goes in circles. Found without the types'
  /// details, of which one that is being read may be one.
  func behindNames(_ entry: Entry, andEnumerations: Bool = false) -> Entry? {
    var entry = entry
    for _ in 0...dwarf.limits.nesting {
      switch entry.tag {
      case .typedef, .templateAlias, .constType, .volatileType, .restrictType, .atomicType, .immutableType,
        .packedType, .sharedType:
        break
      case .enumerationType, .subrangeType: if !andEnumerations { return entry }
      default: return entry
      }
      guard let next = entry[.type].flatMap({ dwarf.entry($0, from: entry.unit) }) else { return nil }
      entry = next
    }
    return nil
  }

  /// Whether numbers of `type` may be negative; nil where it is no number.
  func isSigned(_ type: DwarfType?) -> Bool? {
    guard let entry = type?.entry.flatMap({ behindNames($0, andEnumerations: true) }), entry.tag == .baseType else {
      return nil
    }
    let format = BaseType(TypeAttributes(entry, in: dwarf)).format
    return format == .signed || format == .signedCharacter
  }
}

extension DwarfType {
  /// Its size, computed behind as many names and arrays as the limits allow.
  fileprivate var boundedSize: UInt64? {
    // What a chain of names and arrays leads to is found first, so that one that goes in circles does not recurse.
    var factor: UInt64 = 1
    var type = self
    for _ in 0...dwarf.limits.nesting {
      guard let entry = type.entry else { return type.size.flatMap { $0.multiplied(by: factor) } }
      let tag = entry.tag
      switch tag {
      case .typedef, .templateAlias, .constType, .volatileType, .restrictType, .atomicType, .immutableType,
        .packedType, .sharedType, .enumerationType, .subrangeType:
        if let size = entry[.byteSize]?.unsignedValue { return size.multiplied(by: factor) }
        guard let next = TypeReader(dwarf).type(of: entry) else {
          return tag == .enumerationType ? type.size.flatMap { $0.multiplied(by: factor) } : nil
        }
        type = next
      case .arrayType:
        if let size = entry[.byteSize]?.unsignedValue { return size.multiplied(by: factor) }
        guard case .array(let array) = TypeReader(dwarf).shallowArray(entry), array.bitStride == nil,
          let count = array.fixedCount, let product = factor.multiplied(by: count), let element = array.element
        else { return nil }
        factor = product
        type = element
      default: return type.size.flatMap { $0.multiplied(by: factor) }
      }
    }
    return nil
  }
}

extension TypeReader {
  fileprivate func shallowArray(_ entry: Entry) -> TypeKind { .array(array(entry, TypeAttributes(entry, in: dwarf))) }
}

extension UInt64 {
  /// The product; nil where it does not fit.
  fileprivate func multiplied(by other: UInt64) -> UInt64? {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? nil : product
  }
}
