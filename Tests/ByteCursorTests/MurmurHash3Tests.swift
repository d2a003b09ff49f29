import ByteCursor
import Testing

@Suite struct MurmurHash3Tests {
  /// What the reference implementation (PyPI's mmh3, `hash_bytes`) says.
  @Test(
    arguments: [
      ([], "00000000000000000000000000000000"),
      (Array("a".utf8), "897859f6655555855a890e51483ab5e6"),
      (Array("hello, world!!".utf8), "eff7bc9f3c64c162c1a15cf2bb49b4d0"),
      (Array("xxxxxxxxxxxxxxx".utf8), "9ac222c8ba62fd1c04a4ef21a1301538"),
      (Array("0123456789abcdef".utf8), "a7d14acf946de04bda08a7635c5bc387"),
      (Array(0...32), "1246bafa1b28417d0ba3d6a77380ac55"),
      (Array(0...255), "b9126fdc13c3991c1ecc34ab7f07d670"),
    ] as [([UInt8], String)]) func reference(_ bytes: [UInt8], _ expected: String)
  {
    let hash = MurmurHash3(of: Bytes(copying: bytes))
    #expect(hash.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == expected)
    // Wherever the bytes lie in their storage.
    let shifted = Bytes(copying: [7, 7, 7] + bytes + [9]).clamped(3, count: bytes.count)
    #expect(MurmurHash3(of: shifted) == hash)
    #expect(MurmurHash3(low: hash.low, high: hash.high) == hash)
  }
}
