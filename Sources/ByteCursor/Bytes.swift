#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A range of a `ByteStorage`, which it keeps alive: a file, a section, a string.
///
/// Offsets into it count from its own start. Copies are cheap and share the bytes.
@safe
public struct Bytes: Sendable {
  /// The storage the range lies in.
  public let storage: ByteStorage
  /// Where the range starts in the storage: for a mapped file, its file offset.
  public let start: Int
  /// How many bytes the range has.
  public let count: Int

  /// All of `storage`.
  public init(_ storage: ByteStorage) {
    self.storage = storage
    start = 0
    count = storage.count
  }

  /// A copy of `bytes`.
  public init(copying bytes: some Collection<UInt8>) { self.init(ByteStorage.copying(bytes)) }

  @usableFromInline init(unchecked storage: ByteStorage, start: Int, count: Int) {
    self.storage = storage
    self.start = start
    self.count = count
  }

  /// No bytes.
  public static let empty = Bytes(ByteStorage.empty)

  /// Whether there are none.
  public var isEmpty: Bool { count == 0 }

  /// Where the range starts, as an offset in the file.
  public var fileOffset: FileOffset { FileOffset(UInt64(start)) }

  /// Where the range ends in the storage.
  public var end: Int { start + count }

  /// The byte at `offset`, which must be within `0..<count` (a programming error otherwise).
  @inlinable public subscript(offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < count, "byte offset out of range")
    return storage.base.load(fromByteOffset: start + offset, as: UInt8.self)
  }

  /// The `count` bytes from `offset`.
  /// - Throws: `unexpectedEnd` where they are not all there; negative numbers never are.
  public func slice(_ offset: Int, count length: Int) throws(ReadError) -> Bytes {
    guard offset >= 0, length >= 0, offset <= count, length <= count - offset else {
      throw ReadError(.unexpectedEnd, offset: FileOffset(UInt64(start + min(max(offset, 0), count))))
    }
    return Bytes(unchecked: storage, start: start + offset, count: length)
  }

  /// As much of `slice(_:count:)` as there is.
  public func clamped(_ offset: Int, count length: Int) -> Bytes {
    let from = min(max(offset, 0), count)
    return Bytes(unchecked: storage, start: start + from, count: min(max(length, 0), count - from))
  }

  /// A cursor at the start.
  @inlinable public func cursor() -> Cursor { Cursor(self) }

  /// A cursor at `offset`, to the end of these bytes.
  /// - Throws: `offsetOutOfBounds` where `offset` is behind the end.
  @inlinable public func cursor(at offset: UInt64) throws(ReadError) -> Cursor {
    guard offset <= UInt64(count) else {
      throw ReadError(.offsetOutOfBounds, value: offset, offset: FileOffset(UInt64(start)))
    }
    var cursor = Cursor(self)
    cursor.next = start + Int(truncatingIfNeeded: offset)
    return cursor
  }

  /// Lets the system take back the memory of these bytes of a mapped file until they are read again, which stays
  /// possible at any time. Does nothing to bytes that are not of a mapped file.
  public func discard() { storage.discard(start..<end) }

  /// The bytes as an array.
  public var array: [UInt8] { withUnsafeBytes { Array($0) } }

  /// Appends a copy of the bytes to `array`.
  public func append(to array: inout [UInt8]) { withUnsafeBytes { array.append(contentsOf: $0) } }

  /// The bytes as UTF-8, with U+FFFD in place of what is not.
  public var string: String { withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }

  /// The bytes as UTF-8, or nil where they are not well-formed.
  public var validString: String? { withUnsafeBytes { String(validating: $0, as: UTF8.self) } }

  /// Calls `body` with the bytes; the pointer is not valid after it.
  @inlinable public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(start: storage.base + start, count: count))
  }

  /// The NUL-terminated string at `offset`, without its NUL.
  /// - Throws: `offsetOutOfBounds`, `unterminatedString`.
  public func cString(at offset: UInt64) throws(ReadError) -> Bytes {
    var cursor = try cursor(at: offset)
    return try cursor.cString()
  }

  /// Whether both hold the same bytes.
  public func hasSameBytes(as other: Bytes) -> Bool {
    guard count == other.count else { return false }
    return count == 0 || memcmp(storage.base + start, other.storage.base + other.start, count) == 0
  }
}
