import ByteCursor

/// The ranges of one range list, in the form of `.debug_ranges` or of `.debug_rnglists`.
///
/// Empty ranges and those of functions that a linker removed are left out.
public struct RangeListReader: Sendable {
  private var cursor: Cursor
  private let start: Int
  private let encoding: UnitEncoding
  private let kind: Kind
  /// What relative entries count from; nil where it belongs to a removed function.
  private var base: UInt64?

  private enum Kind: Sendable {
    case pairs
    case entries(DebugAddr, DebugAddrBase)
  }

  init(pairs cursor: Cursor, base: UInt64, encoding: UnitEncoding) {
    self.cursor = cursor
    start = cursor.position
    self.encoding = encoding
    self.base = base
    kind = .pairs
  }

  init(entries cursor: Cursor, base: UInt64, encoding: UnitEncoding, addresses: DebugAddr, addrBase: DebugAddrBase) {
    self.cursor = cursor
    start = cursor.position
    self.encoding = encoding
    self.base = base
    kind = .entries(addresses, addrBase)
  }

  /// How many bytes of the list have been read: what its reading cost, whatever it yielded.
  public var bytesRead: Int { cursor.position - start }

  /// The next range, nil behind the last.
  /// - Throws: `unexpectedEnd`, `unknownRangeListEntry`, `indexOutOfBounds`; the rest of the list is lost then.
  public mutating func next() throws(ReadError) -> CodeRange? {
    do throws(ReadError) {
      switch kind {
      case .pairs: return try nextPair()
      case .entries(let addresses, let addrBase): return try nextEntry(addresses, addrBase)
      }
    } catch {
      if case .pairs = kind { throw error.within(DebugRanges.name) }
      throw error.within(DebugRngLists.name)
    }
  }

  /// DWARF 4, 2.17.3.
  private mutating func nextPair() throws(ReadError) -> CodeRange? {
    while true {
      let low = try cursor.address(encoding)
      let high = try cursor.address(encoding)
      if low == 0, high == 0 { return nil }
      if low == encoding.largestAddress {
        select(high)
      } else if let range = relative(low, high) {
        return range
      }
    }
  }

  /// DWARF 5, 2.17.3 and 7.25.
  private mutating func nextEntry(_ addresses: DebugAddr, _ addrBase: DebugAddrBase) throws(ReadError) -> CodeRange? {
    while true {
      let place = cursor.fileOffset
      let kind = DwRangeListEntry(rawValue: try cursor.u8())
      var range: CodeRange?
      switch kind {
      case .endOfList: return nil
      case .baseAddressx:
        select(try addresses.address(try cursor.uleb64(), base: addrBase, encoding: encoding))
      case .baseAddress: select(try cursor.address(encoding))
      case .startxEndx:
        let low = try cursor.uleb64()
        let high = try cursor.uleb64()
        range = absolute(
          try addresses.address(low, base: addrBase, encoding: encoding),
          try addresses.address(high, base: addrBase, encoding: encoding))
      case .startxLength:
        let low = try cursor.uleb64()
        let length = try cursor.uleb64()
        range = absolute(try addresses.address(low, base: addrBase, encoding: encoding), length: length)
      case .offsetPair:
        let low = try cursor.uleb64()
        range = relative(low, try cursor.uleb64())
      case .startEnd:
        let low = try cursor.address(encoding)
        range = absolute(low, try cursor.address(encoding))
      case .startLength:
        let low = try cursor.address(encoding)
        range = absolute(low, length: try cursor.uleb64())
      default: throw ReadError(.unknownRangeListEntry, value: UInt64(kind.rawValue), offset: place)
      }
      if let range { return range }
    }
  }

  private mutating func select(_ address: UInt64) {
    base = encoding.isTombstone(address) ? nil : address
  }

  private func relative(_ low: UInt64, _ high: UInt64) -> CodeRange? {
    guard let base else { return nil }
    let (first, overflow) = base.addingReportingOverflow(low)
    let (end, overflowToo) = base.addingReportingOverflow(high)
    return overflow || overflowToo ? nil : absolute(first, end)
  }

  private func absolute(_ low: UInt64, length: UInt64) -> CodeRange? {
    let (high, overflow) = low.addingReportingOverflow(length)
    return overflow ? nil : absolute(low, high)
  }

  private func absolute(_ low: UInt64, _ high: UInt64) -> CodeRange? {
    encoding.isTombstone(low) ? nil : CodeRange(CodeAddress(low), CodeAddress(high))
  }
}
