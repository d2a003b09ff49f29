import ByteCursor

/// An offset into `.debug_abbrev`.
public struct DebugAbbrevOffset: SectionOffset {
  public let rawValue: UInt64
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// `.debug_abbrev`: which attributes the entries of a unit have (DWARF 5, 7.5.3).
public struct DebugAbbrev: DwarfSection {
  public static let name = ".debug_abbrev"
  public let bytes: Bytes
  public init(_ bytes: Bytes) { self.bytes = bytes }
}
