import ByteCursor

/// A type: a handle on the entry that describes it, or one that was made of others.
///
/// Cheap to copy; what the entry says is read on first need and kept by the `Dwarf` it comes from, which lives as long
/// as it. `void` has no type of its own: where a type may be missing its absence means that.
public struct DwarfType: Sendable {
  /// Nil only within what `TypeStore` keeps: its own `Dwarf` would never go away.
  private let owner: Dwarf?
  let identity: Identity

  enum Identity: Hashable, Sendable {
    case described(TypePlace)
    case made(MadeType)
  }

  /// The debugging information that describes it.
  public var dwarf: Dwarf {
    guard let owner else { preconditionFailure("a type was taken from the store without its owner") }
    return owner
  }

  init(_ dwarf: Dwarf, _ entry: Entry) {
    owner = dwarf
    identity = .described(TypePlace(unit: entry.unit, offset: entry.offset))
  }

  init(_ dwarf: Dwarf, made: MadeType) {
    owner = dwarf
    identity = .made(made)
  }

  private init(owner: Dwarf?, _ identity: Identity) {
    self.owner = owner
    self.identity = identity
  }

  /// The same type as one of `owner`.
  func owned(by owner: Dwarf?) -> DwarfType { DwarfType(owner: owner, identity) }

  /// The entry that describes it as the compiler referred to it, which may only declare it; nil for a made type.
  public var entry: Entry? {
    guard case .described(let place) = identity else { return nil }
    return try? place.unit.entry(at: place.offset)
  }

  /// What it is. Of a declaration what the definition says, if one is found.
  public var kind: TypeKind { details.kind.owned(by: dwarf) }

  /// Its size in bytes; nil where only a running program knows it, or the type is incomplete.
  public var size: UInt64? { details.size }

  /// The name in the terms of its language, qualified and without bounds beyond `Limits.nameBytes`:
  /// `const char *`, `int (*)(char)`, `struct node`, `ns::T`, `&[u8]`.
  public var name: String { dwarf.types.name(of: self) }

  /// The name as the debugging information has it, without scopes; nil for types without one.
  public var simpleName: String? { details.simpleName }

  /// The name that linkers see, mangled (Swift's types have one).
  public var linkageName: String? { details.linkageName }

  /// The language of the unit that describes it.
  public var language: SourceLanguage { details.language }

  /// Bytes of an address of the unit that describes it.
  public var addressSize: UInt8 { details.addressSize }

  /// Where it is declared in the source.
  public var declaration: Declaration? { details.declaration }

  /// The type that completes this declaration, or this one.
  public var definition: DwarfType { details.definition?.owned(by: dwarf) ?? self }

  /// What is kept about it, whose types have no owner.
  var details: TypeDetails { dwarf.types.details(of: self) }
}

extension DwarfType: Hashable {
  public static func == (left: DwarfType, right: DwarfType) -> Bool { left.identity == right.identity }
  public func hash(into hasher: inout Hasher) { hasher.combine(identity) }
}

extension DwarfType: CustomStringConvertible {
  public var description: String { name }
}

// MARK: Looking through

extension DwarfType {
  /// The type behind names and qualifiers; nil for `void`. References that go in circles end at the limit.
  public var underlying: DwarfType? {
    var type = self
    for _ in 0...dwarf.limits.nesting {
      switch type.kind {
      case .typedef(let next), .qualified(_, let next):
        guard let next else { return nil }
        type = next
      default: return type.definition
      }
    }
    return nil
  }

  /// What a pointer or reference leads to, behind names and qualifiers; nil for other types and for `void`.
  public var target: DwarfType? {
    switch underlying?.kind {
    case .pointer(let target), .reference(let target), .rvalueReference(let target): target
    default: nil
    }
  }

  /// Whether a value holds an address: pointers and references.
  public var isPointer: Bool {
    switch underlying?.kind {
    case .pointer, .reference, .rvalueReference: true
    default: false
    }
  }

  /// The record behind names and qualifiers.
  public var record: RecordType? { if case .record(let record)? = underlying?.kind { record } else { nil } }
  /// The enumeration behind names and qualifiers.
  public var enumeration: EnumerationType? {
    if case .enumeration(let enumeration)? = underlying?.kind { enumeration } else { nil }
  }
  /// The array behind names and qualifiers.
  public var array: ArrayType? { if case .array(let array)? = underlying?.kind { array } else { nil } }
  /// The base type behind names and qualifiers.
  public var base: BaseType? { if case .base(let base)? = underlying?.kind { base } else { nil } }

  /// Whether its values, where they are numbers, may be negative.
  public var isSigned: Bool {
    switch underlying?.kind {
    case .base(let base): return base.format == .signed || base.format == .signedCharacter
    case .enumeration(let enumeration):
      if let type = enumeration.underlying, type != self { return type.isSignedBase }
      return enumeration.enumerators.contains { $0.value < 0 }
    case .subrange(let range): return range.base?.isSignedBase ?? false
    default: return false
    }
  }

  /// As `isSigned`, without following enumerations, which could go in circles.
  private var isSignedBase: Bool {
    base.map { $0.format == .signed || $0.format == .signedCharacter } ?? false
  }

  /// What an address that values have to be a multiple of is; nil where that is unknown.
  public var alignment: UInt64? {
    var budget = 4096
    return alignment(depth: 0, &budget)
  }

  private func alignment(depth: Int, _ budget: inout Int) -> UInt64? {
    budget -= 1
    guard depth <= dwarf.limits.nesting, budget > 0 else { return nil }
    if let stated = details.alignment { return stated }
    switch kind {
    case .typedef(let type), .qualified(_, let type): return type?.alignment(depth: depth + 1, &budget)
    case .array(let array): return array.isVector ? size : array.element?.alignment(depth: depth + 1, &budget)
    case .record(let record):
      guard !record.isIncomplete else { return nil }
      var greatest: UInt64 = 1
      let parts = record.bases.map(\.type) + (record.members + record.variantParts.flatMap(\.everyMember)).map(\.type)
      for part in parts {
        guard let alignment = part?.alignment(depth: depth + 1, &budget) else { continue }
        greatest = max(greatest, alignment)
      }
      return greatest
    case .base(let base) where base.format == .complexFloat: return size.map { $0 / 2 }
    case .base, .enumeration, .pointer, .reference, .rvalueReference:
      return size.flatMap { $0.nonzeroBitCount == 1 ? min($0, 16) : nil }
    case .memberPointer: return UInt64(addressSize)
    case .subroutine, .subrange, .unspecified, .opaque: return nil
    }
  }
}

extension VariantPart {
  fileprivate var everyMember: [Member] { (discriminant.map { [$0] } ?? []) + variants.flatMap(\.members) }
}

/// Where the entry of a type is.
struct TypePlace: Hashable, Sendable {
  let unit: Unit
  let offset: UnitOffset

  static func == (left: TypePlace, right: TypePlace) -> Bool {
    left.unit === right.unit && left.offset == right.offset
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(unit))
    hasher.combine(offset)
  }
}

/// What is kept about a type.
struct TypeDetails: Sendable {
  var kind: TypeKind
  var size: UInt64?
  var alignment: UInt64?
  var simpleName: String?
  var linkageName: String?
  var declaration: Declaration?
  var definition: DwarfType?
  var language: SourceLanguage
  var addressSize: UInt8
}
