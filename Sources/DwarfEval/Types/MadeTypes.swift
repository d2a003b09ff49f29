/// A type that no entry describes: what a cast or a slice in an expression makes of others.
final class MadeType: Sendable {
  let kind: TypeKind
  let name: String?
  let size: UInt64?
  let language: SourceLanguage
  let addressSize: UInt8

  init(_ kind: TypeKind, name: String? = nil, size: UInt64?, language: SourceLanguage, addressSize: UInt8) {
    self.kind = kind
    self.name = name
    self.size = size
    self.language = language
    self.addressSize = addressSize
  }
}

extension MadeType: Hashable {
  static func == (left: MadeType, right: MadeType) -> Bool { left === right }
  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension DwarfType {
  /// A pointer to this type.
  public var pointer: DwarfType { make(.pointer(self), size: UInt64(addressSize)) }

  /// A reference to this type.
  public var reference: DwarfType { make(.reference(self), size: UInt64(addressSize)) }

  /// An array of `count` values of this type; nil for one of unknown length.
  public func array(_ count: UInt64?) -> DwarfType {
    let dimension = ArrayType.Dimension(
      lowerBound: .constant(0), upperBound: nil, count: count.map { .constant(Int64(clamping: $0)) })
    let kind = ArrayType(element: self, dimensions: [dimension], isVector: false, bitStride: nil)
    let total = count.flatMap { size?.multipliedReportingOverflow(by: $0) }
    return make(.array(kind), size: total.flatMap { $0.overflow ? nil : $0.partialValue })
  }

  fileprivate func make(_ kind: TypeKind, size: UInt64?) -> DwarfType {
    DwarfType(dwarf, made: MadeType(kind, size: size, language: language, addressSize: addressSize))
  }
}

extension Dwarf {
  /// Bytes of an address: as the first unit says.
  public var addressSize: UInt8 { units.first?.encoding.addressSize ?? 4 }

  /// The built-in type of C or C++ with this name, in any of its spellings, without a look at what the units describe;
  /// nil for other names.
  public func builtinType(named name: String) -> DwarfType? { CTypeName(name).map { type($0) } }

  /// `void *`.
  public var pointerToVoid: DwarfType { make(.pointer(nil), size: UInt64(addressSize)) }

  /// An unsigned number that is shown as an address is.
  public func addressType(named name: String) -> DwarfType {
    let base = BaseType(name: name, encoding: .address, format: .address, bits: nil, isBigEndian: false)
    return make(.base(base), name: name, size: UInt64(addressSize))
  }

  /// The type of functions that return `result` and take `parameters`; nil for functions of which nothing is known.
  public func functionType(result: DwarfType?, parameters: [DwarfType?]?) -> DwarfType {
    let subroutine = SubroutineType(
      result: result, parameters: parameters ?? [], isVariadic: false, isPrototyped: parameters != nil)
    return make(.subroutine(subroutine), size: nil)
  }

  /// The type of a function; nil where its entry cannot be read.
  public func type(of function: Function) -> DwarfType? {
    guard let entry = try? function.entry() else { return nil }
    let type = DwarfType(self, entry)
    // The entry's name is the function's, not the type's.
    let made = MadeType(type.kind, size: nil, language: type.language, addressSize: type.addressSize)
    return DwarfType(self, made: made)
  }

  private func make(_ kind: TypeKind, name: String? = nil, size: UInt64?) -> DwarfType {
    DwarfType(self, made: MadeType(kind, name: name, size: size, language: .c, addressSize: addressSize))
  }
}

extension DwarfType {
  /// A number of another format, as large as this type where no size is said: what a value means whose own type does not
  /// say it (Swift's integers are numbers without signs in a structure). Nil where this type's size is not known.
  public func number(_ format: BaseType.Format, size: UInt64? = nil) -> DwarfType? {
    guard let size = size ?? self.size else { return nil }
    let encoding: DwEncoding =
      switch format {
      case .boolean: .boolean
      case .signed: .signed
      case .float: .float
      case .unicode: .utf
      default: .unsigned
      }
    return make(
      .base(BaseType(name: simpleName, encoding: encoding, format: format, bits: nil, isBigEndian: false)), size: size)
  }
}
