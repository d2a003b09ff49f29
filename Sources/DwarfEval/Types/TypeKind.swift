import ByteCursor

/// What a type is, with the types it is made of. Where a type may be missing its absence stands for `void`.
public enum TypeKind: Sendable {
  /// A number, character or truth value (DWARF 5, 5.1).
  case base(BaseType)
  /// `T *`.
  case pointer(DwarfType?)
  /// `T &`.
  case reference(DwarfType?)
  /// `T &&`.
  case rvalueReference(DwarfType?)
  /// A pointer to a member of `class`: of data, or of functions where its target is a subroutine (5.14).
  case memberPointer(target: DwarfType?, class: DwarfType?)
  /// An array or a vector.
  case array(ArrayType)
  /// A structure, class, union or interface.
  case record(RecordType)
  /// An enumeration whose values are numbers; Rust's and Swift's other ones are records with variants.
  case enumeration(EnumerationType)
  /// Another name of a type; a template alias too.
  case typedef(DwarfType?)
  /// `const T` and so on.
  case qualified(TypeQualifier, DwarfType?)
  /// A function's type.
  case subroutine(SubroutineType)
  /// A part of another type's values, of languages such as Pascal (5.13).
  case subrange(SubrangeType)
  /// A type without a description, such as that of `nullptr` (5.2).
  case unspecified
  /// A type of a kind that is not described further: sets, files, strings of Fortran.
  case opaque(DwTag)
}

/// What `const` and its kin add to a type (DWARF 5, 5.3).
public enum TypeQualifier: String, Hashable, Sendable {
  case const, volatile, restrict
  case atomic = "_Atomic"
  case immutable, packed, shared
}

/// A base type (DWARF 5, 5.1).
public struct BaseType: Hashable, Sendable {
  /// How its values are to be read.
  public enum Format: Hashable, Sendable {
    case boolean
    case signed, unsigned
    /// A character of C's kind, whose signedness the compiler chose or the program says.
    case signedCharacter, unsignedCharacter
    /// A code unit of UTF-8, UTF-16 or UTF-32 as its size has it (Rust's `char` is of four bytes).
    case unicode
    /// A number of the IEEE 754 format that fits the size: binary16, 32, 64 or 128.
    case float
    /// A number of the 80-bit format of the x87.
    case extendedFloat
    /// Two numbers of `float`, the real one first, each of half the size.
    case complexFloat
    case imaginaryFloat
    /// A machine address.
    case address
    /// An encoding that is not read: decimal and fixed-point numbers, and those we do not know.
    case unsupported
  }
  /// The name, as the compiler writes it.
  public let name: String?
  /// What the compiler says of how values are encoded.
  public let encoding: DwEncoding
  /// How that is to be read.
  public let format: Format
  /// How many of the bits hold the value, and where they start, counted from the least significant; nil for all of
  /// them.
  public let bits: BitField?
  /// Whether the bytes are in the order that the target's are not in (`DW_AT_endianity`).
  public let isBigEndian: Bool

  init(name: String?, encoding: DwEncoding, format: Format, bits: BitField?, isBigEndian: Bool) {
    self.name = name
    self.encoding = encoding
    self.format = format
    self.bits = bits
    self.isBigEndian = isBigEndian
  }
}

/// A run of bits, counted from the least significant bit of the first byte of what holds it.
public struct BitField: Hashable, Sendable {
  public let offset: Int64
  public let size: UInt64

  /// `size` bits from `offset`.
  public init(offset: Int64, size: UInt64) {
    self.offset = offset
    self.size = size
  }
}

/// A value that the type says, or that only a running program knows.
public enum Bound: Sendable {
  case constant(Int64)
  /// A DWARF expression or a location list.
  case expression(FormValue)
  /// The value of a variable, usually an artificial one.
  case variable(Entry)

  /// The value, where the type says it.
  public var constant: Int64? { if case .constant(let value) = self { value } else { nil } }
}

/// An array, all its dimensions in one (DWARF 5, 5.5).
public struct ArrayType: Sendable {
  /// The type of the elements.
  public let element: DwarfType?
  /// The dimensions, the outermost first. An array without one is of unknown length.
  public let dimensions: [Dimension]
  /// Whether it is a vector, of SIMD instructions.
  public let isVector: Bool
  /// Bits from one element to the next, where they are not those of the element's size.
  public let bitStride: UInt64?

  /// One dimension (5.13).
  public struct Dimension: Sendable {
    /// The first index.
    public let lowerBound: Bound
    /// The last index, where it is said instead of the count.
    public let upperBound: Bound?
    /// How many elements there are, where it is said.
    public let count: Bound?

    /// How many elements there are, where the type says it: not for an unknown bound, nor for one that a variable has.
    public var fixedCount: UInt64? {
      if let count { return count.constant.flatMap { UInt64(exactly: $0) } }
      guard let last = upperBound?.constant, let first = lowerBound.constant else { return nil }
      let (difference, overflow) = last.subtractingReportingOverflow(first)
      guard !overflow, difference < .max else { return nil }
      return difference < 0 ? 0 : UInt64(difference) + 1
    }

    /// Whether nothing at all is said of how many there are: `int a[]`.
    public var isUnknown: Bool { count == nil && upperBound == nil }
  }

  /// How many elements there are in all dimensions together; nil where that is unknown or beyond 64 bits.
  public var fixedCount: UInt64? {
    guard !dimensions.isEmpty else { return nil }
    var product: UInt64 = 1
    for dimension in dimensions {
      guard let count = dimension.fixedCount else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: count)
      if overflow { return nil }
      product = next
    }
    return product
  }
}

/// A part of the values of `base`.
public struct SubrangeType: Sendable {
  /// The type whose values these are.
  public let base: DwarfType?
  public let lowerBound: Bound
  public let upperBound: Bound?
}

/// A type of functions (DWARF 5, 5.7).
public struct SubroutineType: Sendable {
  /// What they return; nil for nothing.
  public let result: DwarfType?
  /// What they take; nil where an entry says no type.
  public var parameters: [DwarfType?]
  /// Whether they take more arguments than are declared.
  public let isVariadic: Bool
  /// Whether the parameters are declared at all: not so in `int f()` of C.
  public let isPrototyped: Bool
}

/// An enumeration (DWARF 5, 5.9).
public struct EnumerationType: Sendable {
  /// Whether the names are used with the type's name: `enum class`.
  public let isScoped: Bool
  /// The type of the values, where it is said.
  public let underlying: DwarfType?
  /// In the order of the source.
  public let enumerators: [Enumerator]
  /// Whether this is a declaration whose definition was found nowhere.
  public let isIncomplete: Bool

  /// A named value.
  public struct Enumerator: Hashable, Sendable {
    public let name: String
    public let value: Int128
  }

  /// Whether the values are meant to be combined: single bits for the most part, the others combinations of those, and
  /// not just numbers in a row.
  public var isFlags: Bool {
    let values = Set(enumerators.map(\.value)).subtracting([0])
    guard let least = values.min(), let greatest = values.max(), least > 0 else { return false }
    let bits = values.filter { $0.nonzeroBitCount == 1 }
    let all = bits.reduce(0, |)
    let isRow = greatest - least < Int128(values.count)
    return bits.count >= 2 && 2 * bits.count > values.count && values.allSatisfy { $0 & ~all == 0 } && !isRow
  }
}
