/// Punycode (RFC 3492), in which Rust writes identifiers that are not ASCII.
enum Punycode {
  /// Identifiers longer than this are shown as they stand: decoding takes quadratic time.
  static let maximumLength = 256

  /// The text of an identifier: its ASCII characters, and the deltas that insert the others; nil where
  /// the deltas are malformed.
  static func decode(ascii: ArraySlice<UInt8>, deltas: ArraySlice<UInt8>) -> String? {
    guard !deltas.isEmpty, ascii.count + deltas.count <= maximumLength else { return nil }
    // The parameters of section 5.
    let base: UInt32 = 36
    let tmin: UInt32 = 1
    let tmax: UInt32 = 26
    let skew: UInt32 = 38
    var damp: UInt32 = 700
    var bias: UInt32 = 72
    var scalar: UInt32 = 0x80
    var index: UInt32 = 0
    var output = ascii.map { Unicode.Scalar($0) }

    var position = deltas.startIndex
    while position < deltas.endIndex {
      // A delta: digits of a variable-length integer, the least significant first.
      var delta: UInt32 = 0
      var weight: UInt32 = 1
      var k = base
      while true {
        guard position < deltas.endIndex, let digit = digitValue(deltas[position]) else { return nil }
        position += 1
        let (part, tooLarge) = digit.multipliedReportingOverflow(by: weight)
        let (sum, overflow) = delta.addingReportingOverflow(part)
        guard !tooLarge, !overflow else { return nil }
        delta = sum
        let threshold = k <= bias + tmin ? tmin : min(k - bias, tmax)
        if digit < threshold { break }
        let (next, weightOverflow) = weight.multipliedReportingOverflow(by: base - threshold)
        guard !weightOverflow else { return nil }
        weight = next
        k += base
      }
      // It counts through the insertion points of the string so far, and each round raises the character.
      let length = UInt32(output.count) + 1
      let (advanced, overflow) = index.addingReportingOverflow(delta)
      guard !overflow, advanced / length <= 0x10ffff else { return nil }
      scalar += advanced / length
      index = advanced % length
      guard let character = Unicode.Scalar(scalar) else { return nil }
      output.insert(character, at: Int(index))
      index += 1

      // Adapt the bias (section 6.1).
      delta /= damp
      damp = 2
      delta += delta / length
      k = 0
      while delta > ((base - tmin) * tmax) / 2 {
        delta /= base - tmin
        k += base
      }
      bias = k + ((base - tmin + 1) * delta) / (delta + skew)
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: output)
    return String(text)
  }

  private static func digitValue(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a"))
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 26
    default: nil
    }
  }
}
