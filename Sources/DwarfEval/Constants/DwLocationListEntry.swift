/// The kind of a location list entry (DWARF 5, 7.7.3, table 7.10).
public struct DwLocationListEntry: DwConstant {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let prefix = "DW_LLE_"
  public static let names: [UInt8: String] = [
    0x00: "end_of_list", 0x01: "base_addressx", 0x02: "startx_endx", 0x03: "startx_length", 0x04: "offset_pair",
    0x05: "default_location", 0x06: "base_address", 0x07: "start_end", 0x08: "start_length",
    0x09: "GNU_view_pair",
  ]
}

extension DwLocationListEntry {
  public static let endOfList = DwLocationListEntry(rawValue: 0x00)
  public static let baseAddressx = DwLocationListEntry(rawValue: 0x01)
  public static let startxEndx = DwLocationListEntry(rawValue: 0x02)
  public static let startxLength = DwLocationListEntry(rawValue: 0x03)
  public static let offsetPair = DwLocationListEntry(rawValue: 0x04)
  public static let defaultLocation = DwLocationListEntry(rawValue: 0x05)
  public static let baseAddress = DwLocationListEntry(rawValue: 0x06)
  public static let startEnd = DwLocationListEntry(rawValue: 0x07)
  public static let startLength = DwLocationListEntry(rawValue: 0x08)
  public static let gnuViewPair = DwLocationListEntry(rawValue: 0x09)
}
