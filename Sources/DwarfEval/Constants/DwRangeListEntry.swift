/// The kind of a range list entry (DWARF 5, 7.25, table 7.30).
public struct DwRangeListEntry: DwConstant {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let prefix = "DW_RLE_"
  public static let names: [UInt8: String] = [
    0x00: "end_of_list", 0x01: "base_addressx", 0x02: "startx_endx", 0x03: "startx_length", 0x04: "offset_pair",
    0x05: "base_address", 0x06: "start_end", 0x07: "start_length",
  ]
}

extension DwRangeListEntry {
  public static let endOfList = DwRangeListEntry(rawValue: 0x00)
  public static let baseAddressx = DwRangeListEntry(rawValue: 0x01)
  public static let startxEndx = DwRangeListEntry(rawValue: 0x02)
  public static let startxLength = DwRangeListEntry(rawValue: 0x03)
  public static let offsetPair = DwRangeListEntry(rawValue: 0x04)
  public static let baseAddress = DwRangeListEntry(rawValue: 0x05)
  public static let startEnd = DwRangeListEntry(rawValue: 0x06)
  public static let startLength = DwRangeListEntry(rawValue: 0x07)
}
