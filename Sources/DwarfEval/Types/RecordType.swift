import ByteCursor

/// A structure, class, union or interface (DWARF 5, 5.7), or what else has members.
public struct RecordType: Sendable {
  /// What the source calls it.
  public enum Keyword: String, Hashable, Sendable {
    case structure = "struct"
    case `class`
    case union
    case interface
  }
  /// What the source calls this one.
  public let keyword: Keyword
  /// The data members that every value has, in the order of the source.
  public internal(set) var members: [Member] = []
  /// The members that all values share: where they are defined a variable's entry says.
  public internal(set) var staticMembers: [Member] = []
  /// The classes that it inherits from.
  public internal(set) var bases: [BaseClass] = []
  /// The functions that are declared in it.
  public internal(set) var methods: [Method] = []
  /// What the template was instantiated with, for an instance of one.
  public internal(set) var templateArguments: [TemplateArgument] = []
  /// The parts of which a value has one variant each: Rust's and Swift's enumerations.
  public internal(set) var variantParts: [VariantPart] = []
  /// The class that has the pointer to the table of virtual functions (`DW_AT_containing_type`).
  public internal(set) var virtualTableHolder: DwarfType?
  /// Whether this is a declaration whose definition was found nowhere.
  public internal(set) var isIncomplete = false

  init(_ keyword: Keyword) { self.keyword = keyword }
}

/// Who may use a member.
public enum Accessibility: UInt64, Hashable, Sendable {
  case `public` = 1
  case protected = 2
  case `private` = 3
}

/// Where a part of a value is, from the value's start.
public enum MemberLocation: Sendable {
  /// So many bytes on.
  case offset(UInt64)
  /// Where a DWARF expression or list says, to which the value's address is given: virtual base classes.
  case expression(FormValue)
  /// The debugging information says it wrongly, and what is right cannot be told.
  case unknown

  /// The distance in bytes, where it is the same for all values.
  public var offset: UInt64? { if case .offset(let value) = self { value } else { nil } }
}

/// A data member (DWARF 5, 5.7.6).
public struct Member: Sendable {
  /// Its entry.
  public let entry: Entry
  /// Nil for a member without a name, whose own members are used as if they were the outer type's.
  public let name: String?
  public internal(set) var type: DwarfType?
  public internal(set) var location: MemberLocation
  /// For a bit field its bits, counted from the start of the outer value in both forms that DWARF has.
  public let bits: BitField?
  public let accessibility: Accessibility
  /// Whether the compiler made it: the pointer to the table of virtual functions, for example.
  public let isArtificial: Bool
  public let isMutable: Bool
  /// The value of a constant static member.
  public let constant: ConstantValue?
}

/// A class that another inherits from (DWARF 5, 5.7.3).
public struct BaseClass: Sendable {
  public let type: DwarfType?
  public let location: MemberLocation
  public let isVirtual: Bool
  public let accessibility: Accessibility
}

/// A function that is declared in a type.
public struct Method: Sendable {
  public let entry: Entry
  public let name: String?
  public let linkageName: String?
  public let isVirtual: Bool
  public let isArtificial: Bool
  public let accessibility: Accessibility
}

/// What a template was instantiated with (DWARF 5, 2.23).
public enum TemplateArgument: Sendable {
  /// A type; nil for `void`.
  case type(name: String?, DwarfType?)
  case value(name: String?, type: DwarfType?, ConstantValue?)
  /// A template, by its name.
  case template(name: String?, String)
  case pack(name: String?, [TemplateArgument])

  /// The parameter's name.
  public var name: String? {
    switch self {
    case .type(let name, _), .value(let name, _, _), .template(let name, _), .pack(let name, _): name
    }
  }
}

/// A part of a value that has one of several shapes (DWARF 5, 5.7.10).
public struct VariantPart: Sendable {
  /// The member that says which; nil where the compiler does not tell (Swift).
  public let discriminant: Member?
  /// The type of what says which, where there is no such member.
  public let tagType: DwarfType?
  public let variants: [Variant]

  /// A shape.
  public struct Variant: Sendable {
    /// The values of the discriminant that choose it. Empty for the one that any other value chooses.
    public let values: [ClosedRange<Int128>]
    public let members: [Member]

    /// Whether any value chooses it that no other variant has.
    public var isDefault: Bool { values.isEmpty }
  }

  /// The variant that the discriminant's `value`, of the discriminant's own signedness, chooses.
  public func variant(for value: Int128) -> Variant? {
    variants.first { $0.values.contains { $0.contains(value) } } ?? variants.first(where: \.isDefault)
  }
}

/// A constant that debugging information holds (`DW_AT_const_value`; DWARF 5, 4.1 and 7.5.5).
public enum ConstantValue: Sendable {
  case signed(Int64)
  case unsigned(UInt64)
  /// The low bytes of a number, whose signedness the type says.
  case data(UInt64, size: UInt8)
  /// The bytes as they would stand in memory.
  case bytes(Bytes)
  /// A string without the NUL behind it.
  case string(Bytes)

  /// The number, read as signed or not where the form does not say it; nil for strings and more than 16 bytes.
  public func integer(signed isSigned: Bool) -> Int128? {
    switch self {
    case .signed(let value): return Int128(value)
    case .unsigned(let value): return Int128(value)
    case .data(let value, let size):
      guard isSigned, let extended = FormValue.data(value, size: size).signedValue else { return Int128(value) }
      return Int128(extended)
    case .bytes(let bytes):
      guard (1...16).contains(bytes.count) else { return nil }
      var value: UInt128 = 0
      for index in (0..<bytes.count).reversed() { value = value << 8 | UInt128(bytes[index]) }
      let unused = Int128(128 - 8 * bytes.count)
      return isSigned ? (Int128(truncatingIfNeeded: value) << unused) >> unused : Int128(truncatingIfNeeded: value)
    case .string: return nil
    }
  }
}

extension Unit {
  /// The constant that `value` is; nil where it is none.
  func constant(_ value: FormValue) -> ConstantValue? {
    switch value {
    case .signed(let value): return .signed(value)
    case .unsigned(let value): return .unsigned(value)
    case .data(let value, let size): return .data(value, size: size)
    case .flag(let value): return .unsigned(value ? 1 : 0)
    case .block(let bytes), .exprloc(let bytes), .data16(let bytes): return .bytes(bytes)
    case .address, .addressIndex, .addressIndexOffset: return address(value).map { .unsigned($0) }
    case .string, .stringOffset, .lineStringOffset, .stringIndex:
      let bytes = try? context.sections.string(
        value, encoding: encoding, strOffsetsBase: root.strOffsetsBase)
      return bytes.flatMap { $0 }.map { .string($0) }
    default: return nil
    }
  }
}
