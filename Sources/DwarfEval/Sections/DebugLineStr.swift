import ByteCursor

/// An offset into `.debug_line_str`.
public struct DebugLineStrOffset: SectionOffset {
  public let rawValue: UInt64
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// `.debug_line_str`: the NUL-terminated strings of line tables (DWARF 5, 7.22).
public struct DebugLineStr: DwarfSection {
  public static let name = ".debug_line_str"
  public let bytes: Bytes
  public init(_ bytes: Bytes) { self.bytes = bytes }

  /// The string at `offset`.
  /// - Throws: `offsetOutOfBounds`, `unterminatedString`.
  public func string(at offset: DebugLineStrOffset) throws(ReadError) -> Bytes { try cString(at: offset.rawValue) }
}
