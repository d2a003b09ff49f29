import ByteCursor

/// How range lists and location lists say address ranges, which is the same way (DWARF 5, 2.6.2 and 2.17.3).
struct AddressList: Sendable {
  let encoding: UnitEncoding
  /// What relative entries count from; nil where it belongs to a removed function.
  private var base: UInt64?
  private let addresses: DebugAddr
  private let addrBase: DebugAddrBase

  /// A list of a unit whose `DW_AT_low_pc` is `base`, with its table of addresses.
  init(base: UInt64, encoding: UnitEncoding, addresses: DebugAddr = DebugAddr(.empty), addrBase: DebugAddrBase? = nil) {
    self.encoding = encoding
    self.addresses = addresses
    self.addrBase = addrBase ?? .standard(encoding)
    // 0 is the base of units whose code is in several places.
    self.base = base == 0 || !encoding.isTombstone(base) ? base : nil
  }

  /// The kinds of entries that both have, by the names of location lists.
  enum Entry {
    /// What follows counts from another base.
    case base
    /// A range; nil where it is empty or belongs to a removed function.
    case range(CodeRange?)
    /// The list ends here.
    case end
    /// None of those that are common.
    case other
  }

  /// Two addresses, as up to version 4 (DWARF 4, 2.6.2 and 2.17.3).
  @inline(__always) mutating func pair(_ cursor: inout Cursor) throws(ReadError) -> Entry {
    let low = try cursor.address(encoding)
    let high = try cursor.address(encoding)
    if low == 0, high == 0 { return .end }
    if low == encoding.largestAddress {
      select(high)
      return .base
    }
    return .range(relative(low, high))
  }

  /// The operands of an entry of `kind`, as since version 5 (DWARF 5, 7.7.3 and 7.25).
  @inline(__always) mutating func entry(
    _ kind: DwLocationListEntry, _ cursor: inout Cursor
  ) throws(ReadError) -> Entry {
    switch kind {
    case .endOfList: return .end
    case .baseAddressx:
      select(try address(try cursor.uleb64()))
      return .base
    case .baseAddress:
      select(try cursor.address(encoding))
      return .base
    case .startxEndx:
      let low = try cursor.uleb64()
      let high = try cursor.uleb64()
      return .range(absolute(try address(low), try address(high)))
    case .startxLength:
      let low = try cursor.uleb64()
      let length = try cursor.uleb64()
      return .range(absolute(try address(low), length: length))
    case .offsetPair:
      let low = try cursor.uleb64()
      return .range(relative(low, try cursor.uleb64()))
    case .startEnd:
      let low = try cursor.address(encoding)
      return .range(absolute(low, try cursor.address(encoding)))
    case .startLength:
      let low = try cursor.address(encoding)
      return .range(absolute(low, length: try cursor.uleb64()))
    default: return .other
    }
  }

  /// The address that stands at `index` in the unit's table.
  func address(_ index: UInt64) throws(ReadError) -> UInt64 {
    try addresses.address(index, base: addrBase, encoding: encoding)
  }

  mutating func select(_ address: UInt64) {
    base = encoding.isTombstone(address) ? nil : address
  }

  func relative(_ low: UInt64, _ high: UInt64) -> CodeRange? {
    guard let base else { return nil }
    let (first, overflow) = base.addingReportingOverflow(low)
    let (end, overflowToo) = base.addingReportingOverflow(high)
    return overflow || overflowToo ? nil : absolute(first, end)
  }

  func absolute(_ low: UInt64, length: UInt64) -> CodeRange? {
    let (high, overflow) = low.addingReportingOverflow(length)
    return overflow ? nil : absolute(low, high)
  }

  func absolute(_ low: UInt64, _ high: UInt64) -> CodeRange? {
    encoding.isTombstone(low) ? nil : CodeRange(CodeAddress(low), CodeAddress(high))
  }
}
