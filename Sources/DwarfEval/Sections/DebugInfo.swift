import ByteCursor

/// An offset into `.debug_info`.
public struct DebugInfoOffset: SectionOffset {
  public let rawValue: UInt64
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// An offset from the first byte of a unit's header.
public struct UnitOffset: SectionOffset {
  public let rawValue: UInt64
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// `.debug_info`: the units with their entries (DWARF 5, 7.5).
public struct DebugInfo: DwarfSection {
  public static let name = ".debug_info"
  public let bytes: Bytes
  public init(_ bytes: Bytes) { self.bytes = bytes }
}
