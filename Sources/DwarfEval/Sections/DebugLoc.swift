import ByteCursor

/// An offset into `.debug_loc`.
public struct DebugLocOffset: SectionOffset {
  public let rawValue: UInt64
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// `.debug_loc`: location lists up to version 4 (DWARF 4, 7.7.3).
public struct DebugLoc: DwarfSection {
  public static let name = ".debug_loc"
  public let bytes: Bytes
  public init(_ bytes: Bytes) { self.bytes = bytes }
}
