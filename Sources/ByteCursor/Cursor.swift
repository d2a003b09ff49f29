#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A position in bytes that moves forward as they are read. Every read is checked against the end and
/// throws; nothing here traps on what a file says.
///
/// Numbers are little-endian. Keep a cursor in a local variable: `Bytes` is what lasts.
@safe
public struct Cursor: Sendable {
  @usableFromInline let storage: ByteStorage
  /// Where the next byte is read, as an offset in the storage (for a mapped file, the file offset).
  @inlinable public var position: Int { next }
  @usableFromInline var next: Int
  /// Where the bytes end, as an offset in the storage.
  public let end: Int

  /// A cursor at the start of `bytes`.
  @inlinable public init(_ bytes: Bytes) {
    storage = bytes.storage
    next = bytes.start
    end = bytes.start + bytes.count
  }

  /// How many bytes are left.
  @inlinable public var remaining: Int { end - position }
  /// Whether none are left.
  @inlinable public var isAtEnd: Bool { position >= end }
  /// The position as an offset in the file.
  @inlinable public var fileOffset: FileOffset { FileOffset(UInt64(position)) }

  /// An error at the current position.
  public func error(_ rule: Rule, value: UInt64? = nil) -> ReadError {
    ReadError(rule, value: value, offset: fileOffset)
  }

  @inlinable mutating func load<T: FixedWidthInteger>(_ type: T.Type) throws(ReadError) -> T {
    guard end - position >= MemoryLayout<T>.size else { throw error(.unexpectedEnd) }
    let value = storage.base.loadUnaligned(fromByteOffset: position, as: T.self)
    next += MemoryLayout<T>.size
    return T(littleEndian: value)
  }

  /// The next byte.
  @inlinable @inline(__always) public mutating func u8() throws(ReadError) -> UInt8 {
    guard position < end else { throw error(.unexpectedEnd) }
    defer { next += 1 }
    return storage.base.load(fromByteOffset: position, as: UInt8.self)
  }
  /// The next byte, which is not consumed; nil at the end.
  @inlinable public func peek() -> UInt8? {
    position < end ? storage.base.load(fromByteOffset: position, as: UInt8.self) : nil
  }
  /// Two bytes.
  @inlinable public mutating func u16() throws(ReadError) -> UInt16 { try load(UInt16.self) }
  /// Three bytes.
  @inlinable public mutating func u24() throws(ReadError) -> UInt32 {
    let low = UInt32(try u16())
    return low | UInt32(try u8()) << 16
  }
  /// Four bytes.
  @inlinable public mutating func u32() throws(ReadError) -> UInt32 { try load(UInt32.self) }
  /// Eight bytes.
  @inlinable public mutating func u64() throws(ReadError) -> UInt64 { try load(UInt64.self) }
  /// `size` bytes (1, 2, 3, 4 or 8) as an unsigned number.
  /// - Throws: `overLimit` for any other size.
  @inlinable public mutating func unsigned(size: Int) throws(ReadError) -> UInt64 {
    switch size {
    case 1: return UInt64(try u8())
    case 2: return UInt64(try u16())
    case 3: return UInt64(try u24())
    case 4: return UInt64(try u32())
    case 8: return try u64()
    default: throw error(.overLimit, value: UInt64(max(size, 0)))
    }
  }

  // MARK: LEB128

  /// An unsigned LEB128 number of at most 64 bits in at most ten bytes. Padding with zero groups is
  /// allowed (linkers write it).
  /// - Throws: `overlongLEB128` behind ten bytes, `overflowingLEB128` for bits beyond the 64th.
  @inlinable public mutating func uleb64() throws(ReadError) -> UInt64 {
    let first = try u8()
    if first < 0x80 { return UInt64(first) }
    return try uleb(first: first, bits: 64)
  }

  /// An unsigned LEB128 number of at most 32 bits in at most five bytes (Wasm 5.2.2 u32).
  /// - Throws: `overlongLEB128`, `overflowingLEB128`.
  @inlinable public mutating func uleb32() throws(ReadError) -> UInt32 {
    let first = try u8()
    if first < 0x80 { return UInt32(first) }
    return UInt32(truncatingIfNeeded: try uleb(first: first, bits: 32))
  }

  @inlinable mutating func uleb(first: UInt8, bits: Int) throws(ReadError) -> UInt64 {
    let start = position - 1
    var result = UInt64(first & 0x7f)
    var shift = 7
    while true {
      let byte = try u8()
      let room = bits - shift
      if room < 7, room <= 0 || byte & 0x7f >= UInt8(1) << UInt8(room) {
        throw lebError(byte, room: room, start: start)
      }
      result |= UInt64(byte & 0x7f) << UInt64(shift)
      if byte < 0x80 { return result }
      shift += 7
      if shift >= bits { throw ReadError(.overlongLEB128, offset: FileOffset(UInt64(start))) }
    }
  }

  @usableFromInline func lebError(_ byte: UInt8, room: Int, start: Int) -> ReadError {
    ReadError(byte >= 0x80 ? .overlongLEB128 : .overflowingLEB128, offset: FileOffset(UInt64(start)))
  }

  /// A signed LEB128 number of at most 64 bits in at most ten bytes.
  /// - Throws: `overlongLEB128`, `overflowingLEB128`.
  @inlinable public mutating func sleb64() throws(ReadError) -> Int64 {
    if let first = peek(), first < 0x80 {
      next += 1
      return Int64(Int8(bitPattern: first << 1) >> 1)
    }
    return try sleb(bits: 64)
  }

  /// A signed LEB128 number of at most 32 bits in at most five bytes (Wasm 5.2.2 s32).
  /// - Throws: `overlongLEB128`, `overflowingLEB128`.
  @inlinable public mutating func sleb32() throws(ReadError) -> Int32 {
    Int32(truncatingIfNeeded: try sleb(bits: 32))
  }

  /// A signed LEB128 number of at most 33 bits (Wasm block types and heap types, 5.3.3).
  /// - Throws: `overlongLEB128`, `overflowingLEB128`.
  @inlinable public mutating func sleb33() throws(ReadError) -> Int64 { try sleb(bits: 33) }

  @inlinable mutating func sleb(bits: Int) throws(ReadError) -> Int64 {
    let start = position
    var result: Int64 = 0
    var shift = 0
    while true {
      let byte = try u8()
      let room = bits - shift
      if room < 7 {
        // The last group: its bits from the sign upwards must all be alike, and none may follow.
        let signAndAbove = Int8(bitPattern: byte << 1) >> Int8(room)
        if byte >= 0x80 || (signAndAbove != 0 && signAndAbove != -1) {
          throw lebError(byte, room: room, start: start)
        }
      }
      result |= Int64(byte & 0x7f) << Int64(shift)
      shift += 7
      if byte < 0x80 {
        if shift < 64, byte & 0x40 != 0 { result |= -1 << Int64(shift) }
        return result
      }
      if shift >= bits { throw ReadError(.overlongLEB128, offset: FileOffset(UInt64(start))) }
    }
  }

  // MARK: Ranges

  /// Moves over `count` bytes.
  /// - Throws: `unexpectedEnd` where fewer are left.
  @inlinable public mutating func skip(_ count: UInt64) throws(ReadError) {
    guard count <= UInt64(end - position) else { throw error(.unexpectedEnd, value: count) }
    next += Int(truncatingIfNeeded: count)
  }

  /// Moves over `count` bytes; a count that is no bigger than a file can be.
  /// - Throws: `unexpectedEnd` where fewer are left.
  @inlinable public mutating func skip(_ count: Int) throws(ReadError) {
    guard count >= 0, count <= end - position else { throw error(.unexpectedEnd) }
    next += count
  }

  /// Moves over one LEB128 number of whatever value.
  @inlinable @inline(__always) public mutating func skipLEB() throws(ReadError) {
    while try u8() >= 0x80 {}
  }

  /// Moves back to a position at which the cursor was before (anything else is a programming error).
  @inlinable public mutating func rewind(to position: Int) {
    precondition(position >= 0 && position <= next, "not a position from before")
    next = position
  }

  /// How many of the bytes that are left are the same as another cursor's.
  public func commonPrefix(with other: Cursor) -> Int {
    let count = min(remaining, other.remaining)
    let (left, right) = (storage.base + position, other.storage.base + other.position)
    var offset = 0
    while count - offset >= 8 {
      let difference =
        left.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
        ^ right.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
      if difference != 0 { return offset + difference.trailingZeroBitCount / 8 }
      offset += 8
    }
    while offset < count,
      left.load(fromByteOffset: offset, as: UInt8.self) == right.load(fromByteOffset: offset, as: UInt8.self)
    { offset += 1 }
    return offset
  }

  /// The next `count` bytes.
  /// - Throws: `unexpectedEnd` where fewer are left.
  @inlinable public mutating func bytes(_ count: UInt64) throws(ReadError) -> Bytes {
    guard count <= UInt64(end - position) else { throw error(.unexpectedEnd, value: count) }
    defer { next += Int(truncatingIfNeeded: count) }
    return Bytes(unchecked: storage, start: position, count: Int(truncatingIfNeeded: count))
  }

  /// All bytes that are left.
  @inlinable public mutating func rest() -> Bytes {
    defer { next = end }
    return Bytes(unchecked: storage, start: position, count: end - position)
  }

  /// A string up to the next NUL, which is consumed but not part of the result.
  /// - Throws: `unterminatedString`.
  @inlinable public mutating func cString() throws(ReadError) -> Bytes {
    let here = storage.base + position
    guard position < end, let nul = memchr(here, 0, end - position) else { throw error(.unterminatedString) }
    let length = UnsafeRawPointer(nul) - here
    defer { next += length + 1 }
    return Bytes(unchecked: storage, start: position, count: length)
  }

  /// A Wasm name (5.2.4): a u32 length and that many bytes of UTF-8.
  /// - Throws: `invalidUTF8` besides what the parts throw.
  public mutating func name() throws(ReadError) -> String {
    let start = fileOffset
    let bytes = try bytes(UInt64(try uleb32()))
    guard let text = bytes.validString else { throw ReadError(.invalidUTF8, offset: start) }
    return text
  }
}
