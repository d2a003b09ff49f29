/// What kind of unit a version 5 header starts (DWARF 5, 7.5.1, table 7.2).
public struct DwUnitType: DwConstant {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let prefix = "DW_UT_"
  public static let names: [UInt8: String] = [
    0x01: "compile", 0x02: "type", 0x03: "partial", 0x04: "skeleton", 0x05: "split_compile", 0x06: "split_type",
  ]
}

extension DwUnitType {
  public static let compile = DwUnitType(rawValue: 0x01)
  public static let type = DwUnitType(rawValue: 0x02)
  public static let partial = DwUnitType(rawValue: 0x03)
  public static let skeleton = DwUnitType(rawValue: 0x04)
  public static let splitCompile = DwUnitType(rawValue: 0x05)
  public static let splitType = DwUnitType(rawValue: 0x06)
}
