import ByteCursor

/// An offset into `.debug_loclists`.
public struct DebugLocListsOffset: SectionOffset {
  public let rawValue: UInt64
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// `.debug_loclists`: location lists since version 5 (DWARF 5, 7.29).
public struct DebugLocLists: DwarfSection {
  public static let name = ".debug_loclists"
  public let bytes: Bytes
  public init(_ bytes: Bytes) { self.bytes = bytes }
}
