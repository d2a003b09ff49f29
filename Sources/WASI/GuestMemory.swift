import WasmInterp

/// The program's memory as the functions use it: pointers are 32 bits wide, and one that leads out of the memory is
/// `fault`.
struct GuestMemory {
  let memory: Memory

  /// As long as a path may be, in bytes.
  static let longestPath: UInt32 = 4096
  /// As many buffers as one call may name (the host's own limit in `readv`).
  static let mostVectors: UInt32 = 1024

  /// - Throws: `fault` where not all `count` bytes from `address` are within.
  func check(_ address: UInt32, _ count: UInt64) throws(Errno) {
    guard memory.holds(UInt64(address), count) else { throw .fault }
  }

  func bytes(_ address: UInt32, _ count: UInt32) throws(Errno) -> [UInt8] {
    guard let bytes = memory.read(UInt64(address), count: Int(count)) else { throw .fault }
    return bytes
  }

  func write(_ address: UInt32, _ bytes: some Collection<UInt8>) throws(Errno) {
    guard memory.write(UInt64(address), bytes) else { throw .fault }
  }

  func write(_ address: UInt32, _ value: some FixedWidthInteger) throws(Errno) {
    var record = Record(size: value.bitWidth / 8)
    record.set(value, at: 0)
    try write(address, record.bytes)
  }

  func record(_ address: UInt32, size: UInt32) throws(Errno) -> Record { Record(try bytes(address, size)) }

  /// A path: UTF-8 without a zero byte, of a bearable length.
  func path(_ address: UInt32, _ count: UInt32) throws(Errno) -> [UInt8] {
    try check(address, UInt64(count))
    guard count <= Self.longestPath else { throw .nametoolong }
    let bytes = try bytes(address, count)
    guard String(validating: bytes, as: UTF8.self) != nil else { throw .ilseq }
    guard !bytes.contains(0) else { throw .inval }
    return bytes
  }

  /// The buffers that an array of `iovec` or `ciovec` describes, all of them within the memory.
  func vectors(_ address: UInt32, _ count: UInt32) throws(Errno) -> BufferCursor {
    guard count <= Self.mostVectors else { throw .inval }
    let records = try record(address, size: count * 8)
    var buffers: [BufferCursor.Buffer] = []
    var total: UInt64 = 0
    for index in 0..<Int(count) {
      let buffer = BufferCursor.Buffer(
        address: records.get(UInt32.self, at: index * 8), count: records.get(UInt32.self, at: index * 8 + 4))
      try check(buffer.address, UInt64(buffer.count))
      total += UInt64(buffer.count)
      if buffer.count > 0 { buffers.append(buffer) }
    }
    guard total <= UInt64(UInt32.max) else { throw .inval }
    return BufferCursor(memory: self, buffers: buffers, remaining: total)
  }
}

/// Bytes of a structure; integers stand in it little-endian.
struct Record {
  private(set) var bytes: [UInt8]

  init(size: Int) { bytes = Array(repeating: 0, count: size) }
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func set<Integer: FixedWidthInteger>(_ value: Integer, at offset: Int) {
    withUnsafeBytes(of: value.littleEndian) { source in
      for (index, byte) in source.enumerated() { bytes[offset + index] = byte }
    }
  }

  func get<Integer: FixedWidthInteger>(_: Integer.Type, at offset: Int) -> Integer {
    var value: Integer = 0
    for index in (0..<Integer.bitWidth / 8).reversed() {
      value = Integer.bitWidth > 8 ? value << 8 : 0
      value |= Integer(truncatingIfNeeded: bytes[offset + index])
    }
    return value
  }
}

/// A place in a series of buffers, from which they are read or filled piece by piece: whatever sizes a program names,
/// the host holds one piece.
struct BufferCursor {
  struct Buffer {
    var address: UInt32
    var count: UInt32
  }
  private let memory: GuestMemory
  private var buffers: ArraySlice<Buffer>
  /// Bytes from here to the end of the last buffer.
  private(set) var remaining: UInt64

  init(memory: GuestMemory, buffers: [Buffer], remaining: UInt64) {
    self.memory = memory
    self.buffers = buffers[...]
    self.remaining = remaining
  }

  /// The next bytes, at most `limit`; the place stays.
  func peek(_ limit: Int) throws(Errno) -> [UInt8] {
    var result: [UInt8] = []
    for buffer in buffers where result.count < limit {
      result += try memory.bytes(buffer.address, UInt32(min(Int(buffer.count), limit - result.count)))
    }
    return result
  }

  /// Writes bytes here, no more than remain, and goes on behind them.
  mutating func fill(_ bytes: [UInt8]) throws(Errno) {
    var rest = bytes[...]
    while !rest.isEmpty, let buffer = buffers.first {
      let piece = rest.prefix(Int(buffer.count))
      try memory.write(buffer.address, piece)
      rest = rest.dropFirst(piece.count)
      advance(piece.count)
    }
  }

  /// Goes on by `count` bytes, no more than remain.
  mutating func advance(_ count: Int) {
    var left = UInt32(count)
    remaining -= UInt64(count)
    while let buffer = buffers.first {
      guard left < buffer.count else {
        left -= buffer.count
        buffers.removeFirst()
        continue
      }
      // A buffer may end at 2³², which is no address: but this one does not end here.
      buffers[buffers.startIndex].address += left
      buffers[buffers.startIndex].count -= left
      return
    }
  }
}
