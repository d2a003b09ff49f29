import ByteCursor

/// Where a unit's part of `.debug_str_offsets` starts: behind that part's header (`DW_AT_str_offsets_base`).
public struct DebugStrOffsetsBase: SectionOffset {
  public let rawValue: UInt64
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// What holds where no attribute says it: the first part, whose header version 5 has and earlier
  /// split files (`DW_FORM_GNU_str_index`) have not.
  public static func standard(_ encoding: UnitEncoding) -> DebugStrOffsetsBase {
    DebugStrOffsetsBase(encoding.version < 5 ? 0 : encoding.offsetSize == 8 ? 16 : 8)
  }
}

/// `.debug_str_offsets`: offsets into `.debug_str`, by index (DWARF 5, 7.26).
public struct DebugStrOffsets: DwarfSection {
  public static let name = ".debug_str_offsets"
  public let bytes: Bytes
  public init(_ bytes: Bytes) { self.bytes = bytes }

  /// The offset that stands at `index`.
  /// - Throws: `indexOutOfBounds`.
  public func offset(
    _ index: UInt64, base: DebugStrOffsetsBase, encoding: UnitEncoding
  ) throws(ReadError) -> DebugStrOffset {
    var cursor = try cursor(element: index, size: UInt64(encoding.offsetSize), base: base.rawValue)
    return DebugStrOffset(try cursor.offset(encoding))
  }
}
