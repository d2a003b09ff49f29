/// MurmurHash3 in its form of 128 bits for 64-bit machines (`MurmurHash3_x64_128`, Austin Appleby, public domain), seed 0:
/// tells contents apart. No proof against malice.
public struct MurmurHash3: Hashable, Sendable {
  /// The first eight bytes of the hash as others print it, as a little-endian number.
  public let low: UInt64
  /// The last eight.
  public let high: UInt64

  /// A hash that was recorded.
  public init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// The hash of `bytes`. Reads all of them.
  public init(of bytes: Bytes) {
    self = bytes.withUnsafeBytes { Self.hash($0) }
  }

  /// The 16 bytes of the hash.
  public var bytes: [UInt8] {
    [low, high].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) } }
  }

  private static let c1: UInt64 = 0x87c3_7b91_1142_53d5
  private static let c2: UInt64 = 0x4cf5_ad43_2745_937f

  private static func hash(_ bytes: UnsafeRawBufferPointer) -> MurmurHash3 {
    var h1: UInt64 = 0
    var h2: UInt64 = 0
    let whole = bytes.count / 16 * 16
    for offset in stride(from: 0, to: whole, by: 16) {
      h1 ^= mixed1(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      h1 = (rotated(h1, 27) &+ h2) &* 5 &+ 0x52dc_e729
      h2 ^= mixed2(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)))
      h2 = (rotated(h2, 31) &+ h1) &* 5 &+ 0x3849_5ab5
    }
    // What is left counts as if zeros followed it: a zero word changes nothing.
    func word(_ from: Int) -> UInt64 {
      var word: UInt64 = 0
      for offset in from..<max(from, min(from + 8, bytes.count)) {
        word |= UInt64(bytes[offset]) << UInt64(8 * (offset - from))
      }
      return word
    }
    h2 ^= mixed2(word(whole + 8))
    h1 ^= mixed1(word(whole))
    h1 ^= UInt64(bytes.count)
    h2 ^= UInt64(bytes.count)
    h1 &+= h2
    h2 &+= h1
    h1 = finalized(h1)
    h2 = finalized(h2)
    h1 &+= h2
    h2 &+= h1
    return MurmurHash3(low: h1, high: h2)
  }

  private static func rotated(_ word: UInt64, _ count: UInt64) -> UInt64 { word << count | word >> (64 - count) }
  private static func mixed1(_ word: UInt64) -> UInt64 { rotated(word &* c1, 31) &* c2 }
  private static func mixed2(_ word: UInt64) -> UInt64 { rotated(word &* c2, 33) &* c1 }
  private static func finalized(_ word: UInt64) -> UInt64 {
    var word = word
    word = (word ^ word >> 33) &* 0xff51_afd7_ed55_8ccd
    word = (word ^ word >> 33) &* 0xc4ce_b9fe_1a85_ec53
    return word ^ word >> 33
  }
}
