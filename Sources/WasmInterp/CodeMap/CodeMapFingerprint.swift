import ByteCursor
import WasmBinary

/// What tells the code of a module from other code: a hash of 64 bits, no proof against malice.
///
/// Four lanes are FNV-1a over every fourth 64-bit little-endian word, so that a processor has something to do while it
/// multiplies; the lanes, what is left as single bytes, and the size follow in a last one.
enum CodeMapFingerprint {
  private static let basis: UInt64 = 0xcbf2_9ce4_8422_2325
  private static let prime: UInt64 = 0x0000_0100_0000_01b3

  static func of(_ bytes: Bytes) -> UInt64 {
    var lanes = (basis, basis &+ 1, basis &+ 2, basis &+ 3)
    var cursor = bytes.cursor()
    while cursor.remaining >= 32, let first = try? cursor.u64(), let second = try? cursor.u64(),
      let third = try? cursor.u64(), let fourth = try? cursor.u64()
    {
      lanes.0 = (lanes.0 ^ first) &* prime
      lanes.1 = (lanes.1 ^ second) &* prime
      lanes.2 = (lanes.2 ^ third) &* prime
      lanes.3 = (lanes.3 ^ fourth) &* prime
    }
    var hash = basis
    for word in [lanes.0, lanes.1, lanes.2, lanes.3] { hash = (hash ^ word ^ word >> 32) &* prime }
    while let byte = try? cursor.u8() { hash = (hash ^ UInt64(byte)) &* prime }
    return (hash ^ UInt64(bytes.count)) &* prime
  }
}
