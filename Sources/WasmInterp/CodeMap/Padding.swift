import ByteCursor

/// Compares bodies without decoding them, several times as fast, for the question whether all of a module is the companion's.
enum Padding {
  /// Whether two bodies are the same but for numbers that are padded in the companion's: where they differ, a number ends in
  /// the shipped body that goes on in the companion's with groups that add nothing. Where indices mean the same in both, such
  /// bodies are the same code. (A mapped function is decoded all the same.) False says nothing.
  static func isAllThatDiffers(_ companion: Bytes, _ shipped: Bytes) -> Bool {
    var left = companion.cursor()
    var right = shipped.cursor()
    do throws(ReadError) {
      while true {
        let common = left.commonPrefix(with: right)
        try left.skip(common)
        try right.skip(common)
        if left.isAtEnd || right.isAtEnd { return left.isAtEnd && right.isAtEnd }
        let last = try right.u8()
        guard last < 0x80, try left.u8() == last | 0x80, try skipPadding(&left, behind: last) else { return false }
      }
    } catch { return false }
  }

  /// Moves over the rest of a padded LEB128 number: groups of zeros, or of the sign of a negative number. `last` is the last
  /// group of the number that is not padded.
  private static func skipPadding(_ cursor: inout Cursor, behind last: UInt8) throws(ReadError) -> Bool {
    let first = try cursor.u8()
    let group = first | 0x80
    guard group == 0x80 || group == 0xff else { return false }
    // A single group may be no padding, but what tells 69 from -59 where a number is signed.
    if first == 0, last & 0x40 != 0 { return false }
    var next = first
    while next == group { next = try cursor.u8() }
    return next == group & 0x7f
  }
}
