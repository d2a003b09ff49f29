import ByteCursor

/// An offset into `.debug_line`.
public struct DebugLineOffset: SectionOffset {
  public let rawValue: UInt64
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// `.debug_line`: line number programs (DWARF 5, 6.2).
public struct DebugLine: DwarfSection {
  public static let name = ".debug_line"
  public let bytes: Bytes
  public init(_ bytes: Bytes) { self.bytes = bytes }
}
