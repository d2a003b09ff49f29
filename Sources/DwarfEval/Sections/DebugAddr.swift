import ByteCursor

/// Where a unit's part of `.debug_addr` starts: behind that part's header (`DW_AT_addr_base`).
public struct DebugAddrBase: SectionOffset {
  public let rawValue: UInt64
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// What holds where no attribute says it: the first part, whose header version 5 has and
  /// `DW_FORM_GNU_addr_index` has not.
  public static func standard(_ encoding: UnitEncoding) -> DebugAddrBase {
    DebugAddrBase(encoding.version < 5 ? 0 : encoding.offsetSize == 8 ? 16 : 8)
  }
}

/// `.debug_addr`: target addresses, by index (DWARF 5, 7.27).
public struct DebugAddr: DwarfSection {
  public static let name = ".debug_addr"
  public let bytes: Bytes
  public init(_ bytes: Bytes) { self.bytes = bytes }

  /// The address that stands at `index`.
  /// - Throws: `indexOutOfBounds`.
  public func address(_ index: UInt64, base: DebugAddrBase, encoding: UnitEncoding) throws(ReadError) -> UInt64 {
    var cursor = try cursor(element: index, size: UInt64(encoding.addressSize), base: base.rawValue)
    return try cursor.address(encoding)
  }
  /// The address that `value` is or stands for; nil where it is none or its index leads nowhere.
  func address(_ value: FormValue, base: DebugAddrBase, encoding: UnitEncoding) -> UInt64? {
    switch value {
    case .address(let address): return address
    case .addressIndex(let index): return try? address(index, base: base, encoding: encoding)
    case .addressIndexOffset(let index, let offset):
      return (try? address(index, base: base, encoding: encoding)).map { $0 &+ offset }
    default: return nil
    }
  }
}
