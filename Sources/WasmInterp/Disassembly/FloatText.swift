/// Floating-point literals of the text format (6.3.2): the shortest decimal that reads back as the same bits;
/// a NaN with its payload where that is not the canonical one.
enum FloatText {
  /// The literal of a bit pattern.
  static func f32(_ bits: UInt32) -> String {
    let value = Float(bitPattern: bits)
    if value.isNaN { return nan(isNegative: bits >> 31 != 0, payload: UInt64(bits & 0x7f_ffff), quiet: 1 << 22) }
    return decimal(value.description)
  }

  /// The literal of a bit pattern.
  static func f64(_ bits: UInt64) -> String {
    let value = Double(bitPattern: bits)
    if value.isNaN { return nan(isNegative: bits >> 63 != 0, payload: bits & (1 << 52 - 1), quiet: 1 << 51) }
    return decimal(value.description)
  }

  /// Swift's shortest decimals are literals of the text format as they are; `.0` says nothing there.
  private static func decimal(_ text: String) -> String { text.hasSuffix(".0") ? String(text.dropLast(2)) : text }

  private static func nan(isNegative: Bool, payload: UInt64, quiet: UInt64) -> String {
    (isNegative ? "-nan" : "nan") + (payload == quiet ? "" : ":0x" + String(payload, radix: 16))
  }
}
