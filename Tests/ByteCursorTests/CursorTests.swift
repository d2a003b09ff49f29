import ByteCursor
import TestSupport
import Testing

struct CursorTests {
  @Test func fixedWidthNumbers() throws {
    let bytes = Bytes(copying: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    var cursor = bytes.cursor()
    #expect(try cursor.u8() == 0x01)
    #expect(try cursor.u16() == 0x0302)
    #expect(try cursor.u24() == 0x06_0504)
    #expect(cursor.peek() == 7)
    #expect(cursor.remaining == 4)
    #expect(throws: ReadError(.unexpectedEnd, offset: FileOffset(6))) { try cursor.u64() }
    // A read that throws takes nothing.
    #expect(try cursor.u32() == 0x0a09_0807)
    #expect(cursor.isAtEnd && cursor.peek() == nil)
    #expect(throws: ReadError(.unexpectedEnd, offset: FileOffset(10))) { try cursor.u8() }
    cursor = bytes.cursor()
    #expect(try cursor.u64() == 0x0807_0605_0403_0201)
    for (size, value) in [(1, 0x01), (2, 0x0201), (3, 0x03_0201), (4, 0x0403_0201), (8, 0x0807_0605_0403_0201)] {
      cursor = bytes.cursor()
      #expect(try cursor.unsigned(size: size) == UInt64(value))
    }
    for size in [-1, 0, 5, 16] {
      cursor = bytes.cursor()
      #expect(throws: ReadError.self) { try cursor.unsigned(size: size) }
    }
  }

  @Test func ranges() throws {
    let bytes = try Bytes(copying: Array(0..<100)).slice(10, count: 80)
    var cursor = bytes.cursor()
    #expect(cursor.position == 10)
    try cursor.skip(5)
    let inner = try cursor.bytes(3)
    #expect(inner.array == [15, 16, 17] && inner.fileOffset == FileOffset(15))
    #expect(throws: ReadError(.unexpectedEnd, value: 73, offset: FileOffset(18))) { try cursor.bytes(73) }
    #expect(throws: ReadError.self) { try cursor.bytes(.max) }
    #expect(throws: ReadError.self) { try cursor.skip(UInt64.max) }
    #expect(throws: ReadError.self) { try cursor.skip(-1) }
    #expect(throws: ReadError.self) { try cursor.skip(Int.max) }
    #expect(cursor.position == 18)
    #expect(cursor.rest().count == 72 && cursor.isAtEnd)
    try cursor.skip(0)
  }

  @Test func slices() throws {
    let bytes = Bytes(copying: Array(0..<10))
    #expect(try bytes.slice(0, count: 10).array == Array(0..<10))
    #expect(try bytes.slice(10, count: 0).isEmpty)
    #expect(try bytes.slice(3, count: 4).slice(1, count: 2).array == [4, 5])
    for (offset, count) in [(0, 11), (11, 0), (5, 6), (-1, 1), (1, -1), (.max, 1), (1, .max), (.min, .min)] {
      #expect(throws: ReadError.self) { try bytes.slice(offset, count: count) }
    }
    #expect(bytes.clamped(5, count: 100).array == [5, 6, 7, 8, 9])
    #expect(bytes.clamped(-5, count: 2).array == [0, 1])
    #expect(bytes.clamped(.max, count: .max).isEmpty)
    #expect(bytes.clamped(3, count: .min).isEmpty)
    #expect(try bytes.slice(4, count: 2)[1] == 5)
    var cursor = try bytes.slice(2, count: 4).cursor(at: 3)
    #expect(try cursor.u8() == 5)
    #expect(cursor.isAtEnd)
    #expect(try bytes.cursor(at: 10).isAtEnd)
    #expect(throws: ReadError(.offsetOutOfBounds, value: 11, offset: FileOffset(0))) { try bytes.cursor(at: 11) }
    #expect(throws: ReadError.self) { try bytes.cursor(at: .max) }
  }

  @Test func strings() throws {
    let bytes = Bytes(copying: Array("one\0two\0three".utf8))
    #expect(try bytes.cString(at: 4).string == "two")
    #expect(try bytes.cString(at: 3).isEmpty)
    #expect(throws: ReadError(.unterminatedString, offset: FileOffset(8))) { try bytes.cString(at: 8) }
    #expect(throws: ReadError(.unterminatedString, offset: FileOffset(13))) { try bytes.cString(at: 13) }
    #expect(throws: ReadError.self) { try bytes.cString(at: 14) }

    var names = ByteBuilder()
    names.name("größe")
    names.raw([2, 0xc3, 0x28])
    names.raw([5, 0x61])
    var cursor = Bytes(copying: names.bytes).cursor()
    #expect(try cursor.name() == "größe")
    #expect(throws: ReadError(.invalidUTF8, offset: FileOffset(8))) { try cursor.name() }
    #expect(throws: ReadError(.unexpectedEnd, value: 5, offset: FileOffset(12))) { try cursor.name() }
    let invalid = Bytes(copying: [0x61, 0xff, 0x62])
    #expect(invalid.validString == nil)
    #expect(invalid.string == "a\u{fffd}b")
  }

  @Test func sameBytes() throws {
    let bytes = Bytes(copying: [1, 2, 1, 2, 3])
    let first = try bytes.slice(0, count: 2)
    #expect(first.hasSameBytes(as: try bytes.slice(2, count: 2)))
    #expect(!first.hasSameBytes(as: try bytes.slice(1, count: 2)))
    #expect(!first.hasSameBytes(as: try bytes.slice(2, count: 3)))
    #expect(Bytes.empty.hasSameBytes(as: try bytes.slice(5, count: 0)))
  }

  @Test func errorsSayWhere() {
    let error = ReadError(.unexpectedEnd, value: 7, offset: FileOffset(0x12))
    #expect("\(error)" == "offset 0x12: unexpected end of data (0x7)")
    #expect("\(error.within("code").within("name"))" == "code: offset 0x12: unexpected end of data (0x7)")
    let diagnostic = Diagnostic(error.within("code"), lost: "two functions are lost")
    #expect("\(diagnostic)" == "code: offset 0x12: two functions are lost: unexpected end of data (0x7)")
  }

  @Test func addresses() {
    #expect(CodeAddress(5).advanced(by: 3) == CodeAddress(8))
    #expect(CodeAddress(.max).advanced(by: 1) == nil)
    #expect(FileOffset(8).distance(from: FileOffset(5)) == 3)
    #expect(FileOffset(5).distance(from: FileOffset(8)) == nil)
    #expect("\(CodeOffset(0x1f))" == "0x1f")
    #expect("\(MemoryAddress(16))" == "0x10")
    #expect("\(MemoryAddress(memory: 1, 16))" == "memory 1:0x10")
    #expect(MemoryAddress(memory: 0, 99) < MemoryAddress(memory: 1, 0))
  }
}
