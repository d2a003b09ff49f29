import ByteCursor

extension Rule {
  /// A length in the reserved range 0xfffffff0..<0xffffffff (DWARF 5, 7.2.2).
  public static let reservedLength: Rule = "unit length is a reserved value"
  /// A unit says that it is longer than its section.
  public static let unitTooLong: Rule = "unit is longer than its section"
  /// A version of a unit, list or line table that we do not know.
  public static let unknownDwarfVersion: Rule = "unknown DWARF version"
  /// An address size other than 1, 2, 4 or 8.
  public static let badAddressSize: Rule = "unsupported address size"
  /// A unit type that we do not know, whose header therefore cannot be read.
  public static let unknownUnitType: Rule = "unknown unit type"
  /// A form that we do not know: neither its value nor what follows it can be read.
  public static let unknownForm: Rule = "unknown attribute form"
  /// An entry's abbreviation code that its table does not define.
  public static let unknownAbbreviation: Rule = "abbreviation code is not in the table"
  /// An abbreviation that breaks the rules of 7.5.3.
  public static let badAbbreviation: Rule = "malformed abbreviation declaration"
  /// A range list entry kind that we do not know.
  public static let unknownRangeListEntry: Rule = "unknown range list entry"
  /// An index into a table of offsets or addresses that lies behind its end.
  public static let indexOutOfBounds: Rule = "index is out of bounds"
  /// A range whose end cannot be represented.
  public static let addressOverflow: Rule = "address computation overflows"
}
