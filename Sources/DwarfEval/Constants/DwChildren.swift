/// Whether entries of an abbreviation have children (DWARF 5, 7.5.3, table 7.4).
public struct DwChildren: DwConstant {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let prefix = "DW_CHILDREN_"
  public static let names: [UInt8: String] = [
    0x00: "no", 0x01: "yes",
  ]
}

extension DwChildren {
  public static let no = DwChildren(rawValue: 0x00)
  public static let yes = DwChildren(rawValue: 0x01)
}
