import ByteCursor

/// What a unit's header says about how its contents are encoded.
public struct UnitEncoding: Hashable, Sendable {
  /// The DWARF version, 2 to 5.
  public let version: UInt16
  /// Bytes of an offset into a section: 4 in the 32-bit format, 8 in the 64-bit format (DWARF 5, 7.4).
  public let offsetSize: UInt8
  /// Bytes of a target address.
  public let addressSize: UInt8

  /// An encoding.
  public init(version: UInt16, offsetSize: UInt8, addressSize: UInt8) {
    self.version = version
    self.offsetSize = offsetSize
    self.addressSize = addressSize
  }

  /// The largest address: a tombstone, and in `.debug_ranges` the mark of a base address selection.
  public var largestAddress: UInt64 { addressSize >= 8 ? .max : (1 << (UInt64(addressSize) * 8)) &- 1 }

  /// Whether a linker wrote `address` in place of that of a function it removed.
  ///
  /// lld writes the largest address, and one less in `.debug_ranges` where the largest has a meaning of its own;
  /// older linkers write 0, binaryen 1. No function starts at 0 or 1: a code section starts with its count.
  public func isTombstone(_ address: UInt64) -> Bool {
    address <= 1 || address >= largestAddress &- 1
  }
}

extension Cursor {
  /// A unit's length and the offset size that its format implies (DWARF 5, 7.4).
  /// - Throws: `reservedLength`.
  public mutating func initialLength() throws(ReadError) -> (length: UInt64, offsetSize: UInt8) {
    let start = fileOffset
    let short = try u32()
    if short < 0xffff_fff0 { return (UInt64(short), 4) }
    guard short == 0xffff_ffff else { throw ReadError(.reservedLength, value: UInt64(short), offset: start) }
    return (try u64(), 8)
  }

  /// An offset into a section, of the unit's offset size.
  @inlinable public mutating func offset(_ encoding: UnitEncoding) throws(ReadError) -> UInt64 {
    encoding.offsetSize == 8 ? try u64() : UInt64(try u32())
  }

  /// A target address, of the unit's address size.
  /// - Throws: `overLimit` where the size is none of 1, 2, 3, 4, 8.
  @inlinable public mutating func address(_ encoding: UnitEncoding) throws(ReadError) -> UInt64 {
    encoding.addressSize == 4 ? UInt64(try u32()) : try unsigned(size: Int(encoding.addressSize))
  }
}
