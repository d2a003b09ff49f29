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

  /// The list at `offset`; `base` is the unit's `DW_AT_low_pc`, to which the entries are relative.
  /// - Throws: `offsetOutOfBounds`.
  public func list(
    at offset: DebugLocOffset, base: UInt64, encoding: UnitEncoding
  ) throws(ReadError) -> LocationListReader {
    LocationListReader(try cursor(at: offset.rawValue), .pairs, AddressList(base: base, encoding: encoding))
  }

  /// The list at `offset` of a split file, where this is `.debug_loc.dwo`: its addresses are indices into `addresses`.
  /// - Throws: `offsetOutOfBounds`.
  public func splitList(
    at offset: DebugLocOffset, base: UInt64, encoding: UnitEncoding, addresses: DebugAddr, addrBase: DebugAddrBase
  ) throws(ReadError) -> LocationListReader {
    LocationListReader(
      try cursor(at: offset.rawValue), .split,
      AddressList(base: base, encoding: encoding, addresses: addresses, addrBase: addrBase))
  }
}
