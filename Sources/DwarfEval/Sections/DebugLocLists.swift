import ByteCursor

/// An offset into `.debug_loclists`.
public struct DebugLocListsOffset: SectionOffset {
  public let rawValue: UInt64
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// Where a unit's offsets of location lists start: behind a part's header (`DW_AT_loclists_base`).
public struct DebugLocListsBase: SectionOffset {
  public let rawValue: UInt64
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// What holds where no attribute says it, in split units: the first part.
  public static func standard(_ encoding: UnitEncoding) -> DebugLocListsBase {
    DebugLocListsBase(encoding.offsetSize == 8 ? 20 : 12)
  }
}

/// `.debug_loclists`: location lists since version 5 (DWARF 5, 7.29).
public struct DebugLocLists: DwarfSection {
  public static let name = ".debug_loclists"
  public let bytes: Bytes
  public init(_ bytes: Bytes) { self.bytes = bytes }

  /// The offset of list `index`: the table of offsets at `base` counts from `base`.
  /// - Throws: `indexOutOfBounds`, `offsetOutOfBounds`.
  public func offset(
    _ index: UInt64, base: DebugLocListsBase, encoding: UnitEncoding
  ) throws(ReadError) -> DebugLocListsOffset {
    DebugLocListsOffset(try listOffset(index, base: base.rawValue, encoding: encoding))
  }

  /// The list at `offset`; `base` is the unit's `DW_AT_low_pc`, `addresses` and `addrBase` its table of addresses.
  /// - Throws: `offsetOutOfBounds`.
  public func list(
    at offset: DebugLocListsOffset, base: UInt64, encoding: UnitEncoding, addresses: DebugAddr,
    addrBase: DebugAddrBase
  ) throws(ReadError) -> LocationListReader {
    LocationListReader(
      try cursor(at: offset.rawValue), .entries,
      AddressList(base: base, encoding: encoding, addresses: addresses, addrBase: addrBase))
  }
}
