import ByteCursor

/// An offset into `.debug_str`.
public struct DebugStrOffset: SectionOffset {
  public let rawValue: UInt64
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// `.debug_str`: NUL-terminated strings (DWARF 5, 7.5.5).
public struct DebugStr: DwarfSection {
  public static let name = ".debug_str"
  public let bytes: Bytes
  public init(_ bytes: Bytes) { self.bytes = bytes }

  /// The string at `offset`.
  /// - Throws: `offsetOutOfBounds`, `unterminatedString`.
  public func string(at offset: DebugStrOffset) throws(ReadError) -> Bytes { try cString(at: offset.rawValue) }
}
