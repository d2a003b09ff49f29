import ByteCursor
import TestSupport
import Testing

/// LEB128 numbers at the edges of their widths (Wasm 5.2.2).
struct LEB128Tests {
  private func unsigned32(_ bytes: [UInt8]) throws(ReadError) -> UInt32 {
    var cursor = Bytes(copying: bytes).cursor()
    let value = try cursor.uleb32()
    #expect(cursor.isAtEnd)
    return value
  }

  private func unsigned64(_ bytes: [UInt8]) throws(ReadError) -> UInt64 {
    var cursor = Bytes(copying: bytes).cursor()
    let value = try cursor.uleb64()
    #expect(cursor.isAtEnd)
    return value
  }

  private func signed32(_ bytes: [UInt8]) throws(ReadError) -> Int32 {
    var cursor = Bytes(copying: bytes).cursor()
    let value = try cursor.sleb32()
    #expect(cursor.isAtEnd)
    return value
  }

  private func signed33(_ bytes: [UInt8]) throws(ReadError) -> Int64 {
    var cursor = Bytes(copying: bytes).cursor()
    let value = try cursor.sleb33()
    #expect(cursor.isAtEnd)
    return value
  }

  private func signed64(_ bytes: [UInt8]) throws(ReadError) -> Int64 {
    var cursor = Bytes(copying: bytes).cursor()
    let value = try cursor.sleb64()
    #expect(cursor.isAtEnd)
    return value
  }

  private func rule<Value>(_ read: () throws(ReadError) -> Value) -> Rule? {
    do throws(ReadError) {
      _ = try read()
      return nil
    } catch {
      // The number's first byte is to blame, the end only where bytes are missing.
      if error.rule != .unexpectedEnd { #expect(error.offset == FileOffset(0)) }
      return error.rule
    }
  }

  @Test func unsigned32Bits() throws {
    #expect(try unsigned32([0]) == 0)
    #expect(try unsigned32([0x7f]) == 127)
    #expect(try unsigned32([0x80, 0x01]) == 128)
    #expect(try unsigned32([0xe5, 0x8e, 0x26]) == 624_485)
    #expect(try unsigned32([0xff, 0xff, 0xff, 0xff, 0x0f]) == .max)
    // Padded, as linkers write them.
    #expect(try unsigned32([0x80, 0x80, 0x80, 0x80, 0x00]) == 0)
    #expect(try unsigned32([0x83, 0x80, 0x80, 0x80, 0x00]) == 3)
    // A bit beyond the 32nd.
    #expect(rule { () throws(ReadError) in try unsigned32([0xff, 0xff, 0xff, 0xff, 0x1f]) } == .overflowingLEB128)
    #expect(rule { () throws(ReadError) in try unsigned32([0x80, 0x80, 0x80, 0x80, 0x10]) } == .overflowingLEB128)
    // A sixth byte.
    #expect(rule { () throws(ReadError) in try unsigned32([0x80, 0x80, 0x80, 0x80, 0x80, 0]) } == .overlongLEB128)
    #expect(rule { () throws(ReadError) in try unsigned32([0xff, 0xff, 0xff, 0xff, 0xff]) } == .overlongLEB128)
    #expect(rule { () throws(ReadError) in try unsigned32([]) } == .unexpectedEnd)
    #expect(rule { () throws(ReadError) in try unsigned32([0x80]) } == .unexpectedEnd)
    #expect(rule { () throws(ReadError) in try unsigned32([0x80, 0x80, 0x80, 0x80]) } == .unexpectedEnd)
  }

  @Test func unsigned64Bits() throws {
    let nines = [UInt8](repeating: 0xff, count: 9)
    let zeros = [UInt8](repeating: 0x80, count: 9)
    #expect(try unsigned64(nines + [0x01]) == .max)
    #expect(try unsigned64(zeros + [0x01]) == 1 << 63)
    #expect(try unsigned64(zeros + [0x00]) == 0)
    #expect(rule { () throws(ReadError) in try unsigned64(zeros + [0x02]) } == .overflowingLEB128)
    #expect(rule { () throws(ReadError) in try unsigned64(zeros + [0x80, 0x00]) } == .overlongLEB128)
    #expect(rule { () throws(ReadError) in try unsigned64(zeros) } == .unexpectedEnd)
  }

  @Test func signed32Bits() throws {
    #expect(try signed32([0x3f]) == 63)
    #expect(try signed32([0x40]) == -64)
    #expect(try signed32([0x7f]) == -1)
    #expect(try signed32([0xc0, 0x00]) == 64)
    #expect(try signed32([0x9b, 0xf1, 0x59]) == -624_485)
    #expect(try signed32([0xff, 0xff, 0xff, 0xff, 0x07]) == .max)
    #expect(try signed32([0x80, 0x80, 0x80, 0x80, 0x78]) == .min)
    #expect(try signed32([0xff, 0xff, 0xff, 0xff, 0x7f]) == -1)
    #expect(try signed32([0x80, 0x80, 0x80, 0x80, 0x00]) == 0)
    // The bits above the sign have to be the sign's.
    #expect(rule { () throws(ReadError) in try signed32([0xff, 0xff, 0xff, 0xff, 0x0f]) } == .overflowingLEB128)
    #expect(rule { () throws(ReadError) in try signed32([0x80, 0x80, 0x80, 0x80, 0x70]) } == .overflowingLEB128)
    #expect(rule { () throws(ReadError) in try signed32([0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]) } == .overlongLEB128)
    #expect(rule { () throws(ReadError) in try signed32([0xff, 0xff]) } == .unexpectedEnd)
  }

  @Test func signed33Bits() throws {
    #expect(try signed33([0xff, 0xff, 0xff, 0xff, 0x0f]) == Int64(UInt32.max))
    #expect(try signed33([0x80, 0x80, 0x80, 0x80, 0x70]) == -1 << 32)
    #expect(try signed33([0xff, 0xff, 0xff, 0xff, 0x7f]) == -1)
    #expect(try signed33([0x70]) == -16)
    #expect(rule { () throws(ReadError) in try signed33([0x80, 0x80, 0x80, 0x80, 0x10]) } == .overflowingLEB128)
    #expect(rule { () throws(ReadError) in try signed33([0x80, 0x80, 0x80, 0x80, 0x60]) } == .overflowingLEB128)
    #expect(rule { () throws(ReadError) in try signed33([0x80, 0x80, 0x80, 0x80, 0x80, 0]) } == .overlongLEB128)
  }

  @Test func signed64Bits() throws {
    let ones = [UInt8](repeating: 0xff, count: 9)
    let zeros = [UInt8](repeating: 0x80, count: 9)
    #expect(try signed64(ones + [0x00]) == .max)
    #expect(try signed64(zeros + [0x7f]) == .min)
    #expect(try signed64(ones + [0x7f]) == -1)
    #expect(rule { () throws(ReadError) in try signed64(ones + [0x01]) } == .overflowingLEB128)
    #expect(rule { () throws(ReadError) in try signed64(zeros + [0x7e]) } == .overflowingLEB128)
    #expect(rule { () throws(ReadError) in try signed64(ones + [0xff, 0x7f]) } == .overlongLEB128)
  }

  @Test func whatWasWrittenIsRead() throws {
    var random = SeededGenerator(seed: 1)
    for bits in 0...64 {
      for _ in 0..<200 {
        let value = bits == 0 ? 0 : random.next() >> UInt64(64 - bits)
        for width in [1, 5, 10] {
          var builder = ByteBuilder()
          builder.uleb(value, width: width)
          #expect(try unsigned64(builder.bytes) == value)
          if bits <= 32, width <= 5 { #expect(try unsigned32(builder.bytes) == UInt32(value)) }
        }
        let signed = bits == 0 ? 0 : Int64(bitPattern: random.next()) >> Int64(64 - bits)
        var builder = ByteBuilder()
        builder.sleb(signed)
        #expect(try signed64(builder.bytes) == signed)
        if bits <= 33 { #expect(try signed33(builder.bytes) == signed) }
        if bits <= 32 { #expect(try signed32(builder.bytes) == Int32(signed)) }
      }
    }
  }

  @Test func skipping() throws {
    var cursor = Bytes(copying: [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1, 7, 0x80]).cursor()
    try cursor.skipLEB()
    #expect(try cursor.u8() == 7)
    #expect(throws: ReadError.self) { try cursor.skipLEB() }
  }
}
