import ByteCursor

extension DwForm {
  /// How many bytes a value takes where that does not depend on the value; nil where it does, or where the form is unknown.
  public func fixedSize(_ encoding: UnitEncoding) -> Int? {
    switch self {
    case .flagPresent, .implicitConst: return 0
    case .data1, .ref1, .flag, .strx1, .addrx1: return 1
    case .data2, .ref2, .strx2, .addrx2: return 2
    case .strx3, .addrx3: return 3
    case .data4, .ref4, .refSup4, .strx4, .addrx4: return 4
    case .data8, .ref8, .refSig8, .refSup8: return 8
    case .data16: return 16
    case .addr: return Int(encoding.addressSize)
    case .strp, .lineStrp, .secOffset, .strpSup, .gnuRefAlt, .gnuStrpAlt: return Int(encoding.offsetSize)
    case .refAddr: return Int(encoding.referenceSize)
    default: return nil
    }
  }
}

extension UnitEncoding {
  /// Bytes of `DW_FORM_ref_addr`: an address in version 2, an offset since (DWARF 3, 7.5.4).
  var referenceSize: UInt8 { version <= 2 ? addressSize : offsetSize }
}

extension Cursor {
  /// The value of an attribute of `form`.
  ///
  /// `implicit` is the value that the abbreviation holds for `DW_FORM_implicit_const`.
  /// - Throws: `unknownForm`, behind which nothing of the unit's entries can be read.
  public mutating func value(
    of form: DwForm, encoding: UnitEncoding, implicit: Int64 = 0
  ) throws(ReadError) -> FormValue {
    var form = form
    while form == .indirect {
      let start = fileOffset
      let code = try uleb64()
      guard let next = UInt16(exactly: code), next != DwForm.implicitConst.rawValue else {
        throw ReadError(.unknownForm, value: code, offset: start)
      }
      form = DwForm(rawValue: next)
    }
    switch form {
    case .addr: return .address(try address(encoding))
    case .addrx, .gnuAddrIndex: return .addressIndex(try uleb64())
    case .addrx1: return .addressIndex(UInt64(try u8()))
    case .addrx2: return .addressIndex(UInt64(try u16()))
    case .addrx3: return .addressIndex(UInt64(try u24()))
    case .addrx4: return .addressIndex(UInt64(try u32()))
    case .llvmAddrxOffset: return .addressIndexOffset(index: try uleb64(), offset: UInt64(try u32()))
    case .data1: return .data(UInt64(try u8()), size: 1)
    case .data2: return .data(UInt64(try u16()), size: 2)
    case .data4: return .data(UInt64(try u32()), size: 4)
    case .data8: return .data(try u64(), size: 8)
    case .data16: return .data16(try bytes(16))
    case .udata: return .unsigned(try uleb64())
    case .sdata: return .signed(try sleb64())
    case .implicitConst: return .signed(implicit)
    case .flag: return .flag(try u8() != 0)
    case .flagPresent: return .flag(true)
    case .block1: return .block(try bytes(UInt64(try u8())))
    case .block2: return .block(try bytes(UInt64(try u16())))
    case .block4: return .block(try bytes(UInt64(try u32())))
    case .block: return .block(try bytes(try uleb64()))
    case .exprloc: return .exprloc(try bytes(try uleb64()))
    case .string: return .string(try cString())
    case .strp: return .stringOffset(DebugStrOffset(try offset(encoding)))
    case .lineStrp: return .lineStringOffset(DebugLineStrOffset(try offset(encoding)))
    case .strpSup, .gnuStrpAlt: return .supplementaryString(try offset(encoding))
    case .strx, .gnuStrIndex: return .stringIndex(try uleb64())
    case .strx1: return .stringIndex(UInt64(try u8()))
    case .strx2: return .stringIndex(UInt64(try u16()))
    case .strx3: return .stringIndex(UInt64(try u24()))
    case .strx4: return .stringIndex(UInt64(try u32()))
    case .ref1: return .unitReference(UnitOffset(UInt64(try u8())))
    case .ref2: return .unitReference(UnitOffset(UInt64(try u16())))
    case .ref4: return .unitReference(UnitOffset(UInt64(try u32())))
    case .ref8: return .unitReference(UnitOffset(try u64()))
    case .refUdata: return .unitReference(UnitOffset(try uleb64()))
    case .refAddr: return .infoReference(DebugInfoOffset(try unsigned(size: Int(encoding.referenceSize))))
    case .refSig8: return .signatureReference(try u64())
    case .refSup4: return .supplementaryReference(UInt64(try u32()))
    case .refSup8: return .supplementaryReference(try u64())
    case .gnuRefAlt: return .supplementaryReference(try offset(encoding))
    case .secOffset: return .sectionOffset(try offset(encoding))
    case .rnglistx: return .rangeListIndex(try uleb64())
    case .loclistx: return .locationListIndex(try uleb64())
    default: throw error(.unknownForm, value: UInt64(form.rawValue))
    }
  }

  /// Moves over a value of `form`.
  /// - Throws: `unknownForm`, behind which nothing of the unit's entries can be read.
  public mutating func skipValue(of form: DwForm, encoding: UnitEncoding) throws(ReadError) {
    if let size = form.fixedSize(encoding) { return try skip(size) }
    switch form {
    case .udata, .sdata, .addrx, .gnuAddrIndex, .strx, .gnuStrIndex, .refUdata, .rnglistx, .loclistx:
      try skipLEB()
    case .block1: try skip(UInt64(try u8()))
    case .block2: try skip(UInt64(try u16()))
    case .block4: try skip(UInt64(try u32()))
    case .block, .exprloc: try skip(try uleb64())
    case .string: _ = try cString()
    // Rare forms, by way of their values.
    default: _ = try value(of: form, encoding: encoding)
    }
  }
}
