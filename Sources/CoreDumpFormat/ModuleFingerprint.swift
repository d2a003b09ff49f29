import ByteCursor

/// What tells a module's file from others: its size and a hash of all its bytes. No proof against malice, which could bring
/// a dump of its own anyway.
public struct ModuleFingerprint: Hashable, Sendable {
  /// Bytes.
  public var size: UInt64
  /// FNV-1a (64 bits) over the file's 64-bit little-endian words, the last one filled up with zeros.
  public var hash: UInt64

  /// A fingerprint that was recorded.
  public init(size: UInt64, hash: UInt64) {
    self.size = size
    self.hash = hash
  }

  /// The fingerprint of `file`. Reads all of it.
  public init(of file: Bytes) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func mix(_ word: UInt64) { hash = (hash ^ word) &* 0x0000_0100_0000_01b3 }
    var cursor = file.cursor()
    while cursor.remaining >= 8, let word = try? cursor.u64() { mix(word) }
    if !cursor.isAtEnd {
      var last: UInt64 = 0
      for byte in cursor.rest().array.reversed() { last = last << 8 | UInt64(byte) }
      mix(last)
    }
    self.init(size: UInt64(file.count), hash: hash)
  }
}
