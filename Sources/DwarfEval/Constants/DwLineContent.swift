/// What a field of a line table's directory or file entry holds (DWARF 5, 7.22, table 7.27).
public struct DwLineContent: DwConstant {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  public static let prefix = "DW_LNCT_"
  public static let names: [UInt16: String] = [
    0x0001: "path", 0x0002: "directory_index", 0x0003: "timestamp", 0x0004: "size", 0x0005: "MD5",
    0x2001: "LLVM_source",
  ]
}

extension DwLineContent {
  public static let path = DwLineContent(rawValue: 0x0001)
  public static let directoryIndex = DwLineContent(rawValue: 0x0002)
  public static let timestamp = DwLineContent(rawValue: 0x0003)
  public static let size = DwLineContent(rawValue: 0x0004)
  public static let md5 = DwLineContent(rawValue: 0x0005)
  public static let llvmSource = DwLineContent(rawValue: 0x2001)
}
