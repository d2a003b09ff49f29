import ByteCursor

/// An attribute's value as its form encodes it, not yet looked up in other sections (DWARF 5, 7.5.5).
public enum FormValue: Sendable {
  /// A target address.
  case address(UInt64)
  /// An index into the unit's part of `.debug_addr`.
  case addressIndex(UInt64)
  /// An index into the unit's part of `.debug_addr`, and what is added to the address there.
  case addressIndexOffset(index: UInt64, offset: UInt64)
  /// A constant of 1, 2, 4 or 8 bytes, whose signedness only its use tells.
  case data(UInt64, size: UInt8)
  /// 16 bytes.
  case data16(Bytes)
  /// A constant that is unsigned by its form.
  case unsigned(UInt64)
  /// A constant that is signed by its form.
  case signed(Int64)
  case flag(Bool)
  case block(Bytes)
  /// A DWARF expression. Before version 4 these are blocks: see `expression`.
  case exprloc(Bytes)
  /// A string in place, without its NUL.
  case string(Bytes)
  case stringOffset(DebugStrOffset)
  case lineStringOffset(DebugLineStrOffset)
  /// An index into the unit's part of `.debug_str_offsets`.
  case stringIndex(UInt64)
  /// An offset into the string section of the supplementary file.
  case supplementaryString(UInt64)
  /// An entry of the same unit.
  case unitReference(UnitOffset)
  /// An entry of any unit in `.debug_info`.
  case infoReference(DebugInfoOffset)
  /// The type that the type unit with this signature describes.
  case signatureReference(UInt64)
  /// An entry of the supplementary file.
  case supplementaryReference(UInt64)
  /// An offset into the section that the attribute implies.
  case sectionOffset(UInt64)
  /// An index into the unit's range list offsets.
  case rangeListIndex(UInt64)
  /// An index into the unit's location list offsets.
  case locationListIndex(UInt64)
}

extension FormValue {
  /// The value of a constant as an unsigned number; nil where it is negative or no constant.
  public var unsignedValue: UInt64? {
    switch self {
    case .data(let value, _), .unsigned(let value): return value
    case .signed(let value): return UInt64(exactly: value)
    default: return nil
    }
  }

  /// The value of a constant as a signed number, sized data sign-extended; nil where it is no constant.
  public var signedValue: Int64? {
    switch self {
    case .data(let value, let size):
      let shift = UInt64(64 - 8 * min(Int(size), 8))
      return Int64(bitPattern: value << shift) >> Int64(shift)
    case .unsigned(let value): return Int64(exactly: value)
    case .signed(let value): return value
    default: return nil
    }
  }

  /// A section offset. Versions 2 and 3 write it as a constant of four or eight bytes.
  public var offsetValue: UInt64? {
    switch self {
    case .sectionOffset(let value): return value
    case .data(let value, let size) where size >= 4: return value
    default: return nil
    }
  }

  /// Whether a flag is set; nil where it is no flag.
  public var flagValue: Bool? {
    if case .flag(let value) = self { return value }
    return nil
  }

  /// A DWARF expression; versions 2 and 3 write it as a block.
  public var expression: Bytes? {
    switch self {
    case .exprloc(let bytes), .block(let bytes): return bytes
    default: return nil
    }
  }
}
