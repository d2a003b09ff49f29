import ByteCursor

/// `.debug_loclists`: location lists since version 5 (DWARF 5, 7.29).
public struct DebugLocLists: ListsSection {
  public static let name = ".debug_loclists"
  public let bytes: Bytes
  public init(_ bytes: Bytes) { self.bytes = bytes }

  /// The list at `offset`; `base` is the unit's `DW_AT_low_pc`, `addresses` and `addrBase` its table of addresses.
  /// - Throws: `offsetOutOfBounds`.
  public func list(
    at offset: ListsOffset<Self>, base: UInt64, encoding: UnitEncoding, addresses: DebugAddr,
    addrBase: DebugAddrBase
  ) throws(ReadError) -> LocationListReader {
    LocationListReader(
      try cursor(at: offset.rawValue), .entries,
      AddressList(base: base, encoding: encoding, addresses: addresses, addrBase: addrBase))
  }
}
