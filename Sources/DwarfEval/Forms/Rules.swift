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
  /// A location list entry kind that we do not know.
  public static let unknownLocationListEntry: Rule = "unknown location list entry"
}

// Of expressions.
extension Rule {
  /// An operation that we do not know: neither it nor what follows it can be read.
  public static let unknownOperation: Rule = "unknown operation in an expression"
  /// A kind of `DW_OP_WASM_location` other than 0 to 3.
  public static let unknownWasmLocation: Rule = "unknown kind of Wasm location"
  /// `DW_OP_skip` or `DW_OP_bra` to where the expression is not.
  public static let badBranch: Rule = "branch leaves the expression"
  /// An operation that takes more from the stack than there is.
  public static let stackUnderflow: Rule = "expression's stack is empty"
  /// Values of different types where one type is needed, or an integer where none is.
  public static let typeMismatch: Rule = "values of the wrong type in an expression"
  /// A base type that is not calculated with: no integer of up to 16 bytes and no float of 4 or 8.
  public static let unsupportedValueType: Rule = "values of this type are not calculated with"
  /// An operand that should name a base type's entry and does not.
  public static let badBaseType: Rule = "operand is no base type"
  /// A floating-point number converted to an integer that cannot hold it.
  public static let notRepresentable: Rule = "number has no value in the type it is converted to"
  public static let divisionByZero: Rule = "division by zero"
  /// An address that is wider than addresses are.
  public static let badAddress: Rule = "value is no address"
  /// `DW_OP_xderef` and its like: linear memory is not addressed so.
  public static let addressSpaces: Rule = "address spaces are not supported"
  /// More than there may be: operations executed, values on the stack, calls in each other.
  public static let expressionTooLong: Rule = "expression is too long to evaluate"
  /// An operation other than a piece behind one that ends the description of a location (DWARF 5, 2.6.1).
  public static let operationBehindLocation: Rule = "operation behind a complete location"
  /// Something is left on the stack behind the last piece.
  public static let incompletePieces: Rule = "location behind the last piece"
  /// A branch whose condition or place depends on what is unavailable.
  public static let unavailableBranch: Rule = "branch behind an unavailable value"
  /// An answer of another kind than its request needs.
  public static let wrongAnswer: Rule = "answer does not fit the request"
}
