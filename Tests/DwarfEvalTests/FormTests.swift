import ByteCursor
import DwarfEval
import TestSupport
import Testing

@Suite struct FormTests {
  private static func bytes(_ value: UInt64, _ size: UInt8) -> [UInt8] {
    var builder = ByteBuilder()
    builder.number(value, size: Int(size))
    return builder.bytes
  }

  /// All forms of fixed or LEB128 size with an encoded value each, and what is to be read, as text.
  private func samples(_ encoding: UnitEncoding) -> [(DwForm, [UInt8], String)] {
    let offset = encoding.offsetSize
    let reference = encoding.version == 2 ? encoding.addressSize : offset
    return [
      (.addr, Self.bytes(0x1234, encoding.addressSize), "address 4660"),
      (.addrx, [0x81, 0x01], "address index 129"),
      (.gnuAddrIndex, [0x05], "address index 5"),
      (.addrx1, [0xfe], "address index 254"),
      (.addrx2, [0x34, 0x12], "address index 4660"),
      (.addrx3, [0x56, 0x34, 0x12], "address index 1193046"),
      (.addrx4, [0x78, 0x56, 0x34, 0x12], "address index 305419896"),
      (.llvmAddrxOffset, [0x02, 0x10, 0, 0, 0], "address index 2 + 16"),
      (.data1, [0xff], "data 255 of 1"),
      (.data2, [0xff, 0xff], "data 65535 of 2"),
      (.data4, [1, 0, 0, 0x80], "data 2147483649 of 4"),
      (.data8, [1, 0, 0, 0, 0, 0, 0, 0x80], "data 9223372036854775809 of 8"),
      (.udata, [0x80, 0x01], "unsigned 128"),
      (.sdata, [0x7f], "signed -1"),
      (.implicitConst, [], "signed -77"),
      (.flag, [2], "flag true"),
      (.flagPresent, [], "flag true"),
      (.strp, Self.bytes(7, offset), "string 0x7"),
      (.lineStrp, Self.bytes(8, offset), "line string 0x8"),
      (.strpSup, Self.bytes(9, offset), "supplementary string 9"),
      (.gnuStrpAlt, Self.bytes(10, offset), "supplementary string 10"),
      (.strx, [0x80, 0x02], "string index 256"),
      (.gnuStrIndex, [0x03], "string index 3"),
      (.strx1, [0xff], "string index 255"),
      (.strx2, [0, 1], "string index 256"),
      (.strx3, [0, 0, 1], "string index 65536"),
      (.strx4, [0, 0, 0, 1], "string index 16777216"),
      (.ref1, [0x20], "unit 0x20"),
      (.ref2, [0, 0x20], "unit 0x2000"),
      (.ref4, [0, 0, 0x20, 0], "unit 0x200000"),
      (.ref8, [1, 0, 0, 0, 1, 0, 0, 0], "unit 0x100000001"),
      (.refUdata, [0x80, 0x80, 0x01], "unit 0x4000"),
      (.refAddr, Self.bytes(0x99, reference), "info 0x99"),
      (.refSig8, [1, 2, 3, 4, 5, 6, 7, 8], "signature 578437695752307201"),
      (.refSup4, [4, 0, 0, 0], "supplementary 4"),
      (.refSup8, [5, 0, 0, 0, 0, 0, 0, 0], "supplementary 5"),
      (.gnuRefAlt, Self.bytes(6, offset), "supplementary 6"),
      (.secOffset, Self.bytes(0x44, offset), "offset 68"),
      (.rnglistx, [0x06], "range list 6"),
      (.loclistx, [0x07], "location list 7"),
      (.indirect, [UInt8(DwForm.udata.rawValue), 0x11], "unsigned 17"),
      (.indirect, [0x16, 0x16, UInt8(DwForm.data1.rawValue), 0x12], "data 18 of 1"),
    ]
  }

  private func text(_ value: FormValue) -> String {
    switch value {
    case .address(let value): "address \(value)"
    case .addressIndex(let index): "address index \(index)"
    case .addressIndexOffset(let index, let offset): "address index \(index) + \(offset)"
    case .data(let value, let size): "data \(value) of \(size)"
    case .data16(let bytes): "data \(bytes.array)"
    case .unsigned(let value): "unsigned \(value)"
    case .signed(let value): "signed \(value)"
    case .flag(let value): "flag \(value)"
    case .block(let bytes): "block \(bytes.array)"
    case .exprloc(let bytes): "expression \(bytes.array)"
    case .string(let bytes): "text \(bytes.string)"
    case .stringOffset(let offset): "string \(offset)"
    case .lineStringOffset(let offset): "line string \(offset)"
    case .stringIndex(let index): "string index \(index)"
    case .supplementaryString(let offset): "supplementary string \(offset)"
    case .unitReference(let offset): "unit \(offset)"
    case .infoReference(let offset): "info \(offset)"
    case .signatureReference(let signature): "signature \(signature)"
    case .supplementaryReference(let offset): "supplementary \(offset)"
    case .sectionOffset(let offset): "offset \(offset)"
    case .rangeListIndex(let index): "range list \(index)"
    case .locationListIndex(let index): "location list \(index)"
    }
  }

  @Test(arguments: encodings) func readsAndSkipsEveryForm(_ encoding: UnitEncoding) throws {
    for (form, bytes, expected) in samples(encoding) {
      let input = Bytes(copying: bytes + [0xaa])
      var cursor = input.cursor()
      #expect(text(try cursor.value(of: form, encoding: encoding, implicit: -77)) == expected)
      #expect(cursor.remaining == 1, "\(form)")
      var skipping = input.cursor()
      try skipping.skipValue(of: form, encoding: encoding)
      #expect(skipping.remaining == 1, "\(form)")
      if let fixed = form.fixedSize(encoding) { #expect(fixed == bytes.count) }
      // Cut off anywhere, it is an error.
      for count in 0..<bytes.count {
        var short = Bytes(copying: bytes[..<count]).cursor()
        #expect(throws: ReadError.self) { try short.value(of: form, encoding: encoding) }
        var shortSkip = Bytes(copying: bytes[..<count]).cursor()
        #expect(throws: ReadError.self) { try shortSkip.skipValue(of: form, encoding: encoding) }
      }
    }
  }

  @Test func readsAndSkipsBytes() throws {
    let encoding = UnitEncoding(version: 5, offsetSize: 4, addressSize: 4)
    let samples: [(DwForm, [UInt8], String)] = [
      (.block1, [2, 8, 9], "block [8, 9]"), (.block2, [2, 0, 8, 9], "block [8, 9]"),
      (.block4, [2, 0, 0, 0, 8, 9], "block [8, 9]"), (.block, [0x82, 0x00, 8, 9], "block [8, 9]"),
      (.exprloc, [1, 0x30], "expression [48]"), (.string, [0x41, 0x42, 0], "text AB"),
      (.data16, [UInt8](repeating: 7, count: 16), "data \([UInt8](repeating: 7, count: 16))"),
    ]
    for (form, input, expected) in samples {
      var cursor = Bytes(copying: input + [0xaa]).cursor()
      #expect(text(try cursor.value(of: form, encoding: encoding)) == expected)
      #expect(cursor.remaining == 1)
      var skipping = Bytes(copying: input + [0xaa]).cursor()
      try skipping.skipValue(of: form, encoding: encoding)
      #expect(skipping.remaining == 1)
    }
  }

  @Test func refusesWhatItDoesNotKnow() throws {
    let encoding = UnitEncoding(version: 4, offsetSize: 4, addressSize: 4)
    var cursor = Bytes(copying: [1, 2, 3]).cursor()
    #expect { try cursor.value(of: DwForm(rawValue: 0x99), encoding: encoding) } throws: {
      ($0 as? ReadError)?.rule == .unknownForm && ($0 as? ReadError)?.value == 0x99
    }
    // An implicit constant has no value behind an indirect form; a form is no 64-bit number.
    for bytes: [UInt8] in [[0x21, 0], [0xff, 0xff, 0xff, 0xff, 0x0f]] {
      var indirect = Bytes(copying: bytes).cursor()
      #expect { try indirect.value(of: .indirect, encoding: encoding) } throws: {
        ($0 as? ReadError)?.rule == .unknownForm
      }
    }
    // A block longer than what there is, up to the largest number.
    for bytes: [UInt8] in [[0x04, 1, 2, 3], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]] {
      var block = Bytes(copying: bytes).cursor()
      #expect(throws: ReadError.self) { try block.skipValue(of: .exprloc, encoding: encoding) }
    }
  }

  @Test func interpretsConstants() {
    #expect(FormValue.data(0xff, size: 1).signedValue == -1)
    #expect(FormValue.data(0xff, size: 2).signedValue == 255)
    #expect(FormValue.data(.max, size: 8).signedValue == -1)
    #expect(FormValue.data(0xff, size: 1).unsignedValue == 255)
    #expect(FormValue.signed(-1).unsignedValue == nil)
    #expect(FormValue.unsigned(.max).signedValue == nil)
    #expect(FormValue.data(8, size: 4).offsetValue == 8)
    #expect(FormValue.data(8, size: 1).offsetValue == nil)
    #expect(FormValue.sectionOffset(8).offsetValue == 8)
    #expect(FormValue.flag(true).flagValue == true)
    #expect(FormValue.block(Bytes(copying: [1])).expression?.array == [1])
  }
}
