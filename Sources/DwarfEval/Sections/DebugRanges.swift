import ByteCursor

/// An offset into `.debug_ranges`.
public struct DebugRangesOffset: SectionOffset {
  public let rawValue: UInt64
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// `.debug_ranges`: range lists up to version 4 (DWARF 4, 7.23).
public struct DebugRanges: DwarfSection {
  public static let name = ".debug_ranges"
  public let bytes: Bytes
  public init(_ bytes: Bytes) { self.bytes = bytes }

  /// The list at `offset`; `base` is the unit's `DW_AT_low_pc`, to which the entries are relative.
  /// - Throws: `offsetOutOfBounds`.
  public func list(
    at offset: DebugRangesOffset, base: UInt64, encoding: UnitEncoding
  ) throws(ReadError) -> RangeListReader {
    RangeListReader(pairs: try cursor(at: offset.rawValue), AddressList(base: base, encoding: encoding))
  }
}
