/// How a base type's values are encoded (DWARF 5, 7.8, table 7.11).
public struct DwEncoding: DwConstant {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let prefix = "DW_ATE_"
  public static let names: [UInt8: String] = [
    0x01: "address", 0x02: "boolean", 0x03: "complex_float", 0x04: "float", 0x05: "signed", 0x06: "signed_char",
    0x07: "unsigned", 0x08: "unsigned_char", 0x09: "imaginary_float", 0x0a: "packed_decimal", 0x0b: "numeric_string",
    0x0c: "edited", 0x0d: "signed_fixed", 0x0e: "unsigned_fixed", 0x0f: "decimal_float", 0x10: "UTF", 0x11: "UCS",
    0x12: "ASCII",
  ]
}

extension DwEncoding {
  public static let address = DwEncoding(rawValue: 0x01)
  public static let boolean = DwEncoding(rawValue: 0x02)
  public static let complexFloat = DwEncoding(rawValue: 0x03)
  public static let float = DwEncoding(rawValue: 0x04)
  public static let signed = DwEncoding(rawValue: 0x05)
  public static let signedChar = DwEncoding(rawValue: 0x06)
  public static let unsigned = DwEncoding(rawValue: 0x07)
  public static let unsignedChar = DwEncoding(rawValue: 0x08)
  public static let imaginaryFloat = DwEncoding(rawValue: 0x09)
  public static let packedDecimal = DwEncoding(rawValue: 0x0a)
  public static let numericString = DwEncoding(rawValue: 0x0b)
  public static let edited = DwEncoding(rawValue: 0x0c)
  public static let signedFixed = DwEncoding(rawValue: 0x0d)
  public static let unsignedFixed = DwEncoding(rawValue: 0x0e)
  public static let decimalFloat = DwEncoding(rawValue: 0x0f)
  public static let utf = DwEncoding(rawValue: 0x10)
  public static let ucs = DwEncoding(rawValue: 0x11)
  public static let ascii = DwEncoding(rawValue: 0x12)
}
