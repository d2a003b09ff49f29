/// A number that the DWARF specification gives a name: an open set, in which values that we do not know survive.
public protocol DwConstant: RawRepresentable, Hashable, Sendable, CustomStringConvertible
where RawValue: FixedWidthInteger & UnsignedInteger {
  /// What the names of this family start with in the specification, `DW_TAG_` for example.
  static var prefix: String { get }
  /// The names of the known values, without the prefix.
  static var names: [RawValue: String] { get }
}

extension DwConstant {
  /// The specification's name, or the prefix and the number where there is none: `DW_TAG_0x4109`.
  public var description: String {
    Self.prefix + (Self.names[rawValue] ?? "0x" + String(rawValue, radix: 16))
  }
}
