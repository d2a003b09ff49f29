import ByteCursor

/// An offset into `.debug_rnglists`.
public struct DebugRngListsOffset: SectionOffset {
  public let rawValue: UInt64
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// Where a unit's offsets of range lists start: behind a part's header (`DW_AT_rnglists_base`).
public struct DebugRngListsBase: SectionOffset {
  public let rawValue: UInt64
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// What holds where no attribute says it, in split units: the first part.
  public static func standard(_ encoding: UnitEncoding) -> DebugRngListsBase {
    DebugRngListsBase(encoding.offsetSize == 8 ? 20 : 12)
  }
}

/// `.debug_rnglists`: range lists since version 5 (DWARF 5, 7.28).
public struct DebugRngLists: DwarfSection {
  public static let name = ".debug_rnglists"
  public let bytes: Bytes
  public init(_ bytes: Bytes) { self.bytes = bytes }

  /// The offset of list `index`: the table of offsets at `base` counts from `base`.
  /// - Throws: `indexOutOfBounds`, `offsetOutOfBounds`.
  public func offset(
    _ index: UInt64, base: DebugRngListsBase, encoding: UnitEncoding
  ) throws(ReadError) -> DebugRngListsOffset {
    DebugRngListsOffset(try listOffset(index, base: base.rawValue, encoding: encoding))
  }

  /// The list at `offset`; `base` is the unit's `DW_AT_low_pc`, `addresses` and `addrBase` its table of addresses.
  /// - Throws: `offsetOutOfBounds`.
  public func list(
    at offset: DebugRngListsOffset, base: UInt64, encoding: UnitEncoding, addresses: DebugAddr,
    addrBase: DebugAddrBase
  ) throws(ReadError) -> RangeListReader {
    RangeListReader(
      entries: try cursor(at: offset.rawValue),
      AddressList(base: base, encoding: encoding, addresses: addresses, addrBase: addrBase))
  }
}
