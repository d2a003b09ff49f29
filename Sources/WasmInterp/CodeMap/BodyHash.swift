import ByteCursor
import WasmBinary

/// A hash of a function's code that does not change where a linker writes numbers at another width, or numbers functions,
/// types, globals and the like anew: two links of one object have it in common.
struct BodyHash: ImmediateSink {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  @inline(__always)
  private mutating func mix(_ word: UInt64) {
    value = (value ^ word) &* 0x9e37_79b9_7f4a_7c15
    value ^= value >> 29
  }

  @inline(__always)
  mutating func take(_ space: ImmediateSpace, _ value: UInt64) {
    mix(space == .plain ? value : UInt64(space.rawValue) << 56)
  }

  /// The hash of a body from its locals vector on; nil where it cannot be read.
  static func of(_ body: Bytes, _ kinds: [ImmediateKind?]) -> UInt64? {
    var hash = BodyHash()
    var cursor = body.cursor()
    do throws(ReadError) {
      try cursor.localDeclarations(into: &hash)
      while !cursor.isAtEnd {
        let (opcode, kind) = try cursor.opcode(kinds)
        hash.mix(UInt64(opcode.index))
        try cursor.immediates(kind, into: &hash)
      }
    } catch { return nil }
    return hash.value
  }
}
