/// The shortest decimal digits that a binary number is the nearest one to, for formats beyond what the standard library
/// writes. The method is Burger's and Dybvig's ("Printing Floating-Point Numbers Quickly and Accurately", 1996, free-format
/// algorithm), exact integers throughout.
struct DecimalDigits {
  /// From 0 to 9, the first one not 0.
  private(set) var digits: [UInt8] = []
  /// The power of ten that the first digit counts.
  private(set) var exponent: Int

  /// The digits of `significand` · 2^`exponent`, which is not 0.
  /// - Parameter precision: the bits of a significand of the format, at most 113.
  /// - Parameter isSmallest: whether no number of the format has a smaller exponent.
  init(_ significand: UInt128, exponent binary: Int, precision: Int, isSmallest: Bool) {
    // The number is r / s; half way to its neighbours are `above` and `below`, in the same fractions.
    let isPowerOfTwo = significand == 1 << UInt128(precision - 1) && !isSmallest
    let extra = isPowerOfTwo ? 2 : 1
    var r = BigNumber(significand).shifted(extra + max(binary, 0))
    var s = BigNumber(1).shifted(extra + max(-binary, 0))
    var below = BigNumber(1).shifted(max(binary, 0))
    var above = isPowerOfTwo ? below.shifted(1) : below
    let takesEnds = significand % 2 == 0

    // An estimate that is never too large, and at most one too small.
    let bits = Double(128 - significand.leadingZeroBitCount - 1 + binary)
    var power = Int((bits * 0.301_029_995_663_981_2 - 1e-10).rounded(.up))
    if power >= 0 {
      s.multiply(byPowerOfTen: power)
    } else {
      r.multiply(byPowerOfTen: -power)
      above.multiply(byPowerOfTen: -power)
      below.multiply(byPowerOfTen: -power)
    }
    let reached = r.adding(above).compared(to: s)
    if reached > 0 || (takesEnds && reached == 0) {
      power += 1
    } else {
      r.multiply(by: 10)
      above.multiply(by: 10)
      below.multiply(by: 10)
    }
    exponent = power - 1
    while true {
      var digit: UInt8 = 0
      while r.compared(to: s) >= 0 {
        r.subtract(s)
        digit += 1
      }
      let low = r.compared(to: below)
      let high = r.adding(above).compared(to: s)
      let endsLow = low < 0 || (takesEnds && low == 0)
      let endsHigh = high > 0 || (takesEnds && high == 0)
      guard endsLow || endsHigh else {
        digits.append(digit)
        r.multiply(by: 10)
        above.multiply(by: 10)
        below.multiply(by: 10)
        continue
      }
      // Where both ends will do, the nearer one; half way between, the even digit.
      let half = r.shifted(1).compared(to: s)
      let roundsUp = endsHigh && (!endsLow || half > 0 || (half == 0 && digit % 2 == 1))
      digits.append(digit + (roundsUp ? 1 : 0))
      break
    }
  }

  /// As the standard library writes numbers: `0.1`, `1e+300`, `1.5e-07`.
  var text: String {
    let characters = digits.map { Character(Unicode.Scalar(UInt8(ascii: "0") + $0)) }
    if (-4..<16).contains(exponent) {
      if exponent < 0 { return "0." + String(repeating: "0", count: -exponent - 1) + String(characters) }
      let whole = characters.prefix(exponent + 1)
      let zeros = String(repeating: "0", count: exponent + 1 - whole.count)
      let fraction = characters.dropFirst(exponent + 1)
      return String(whole) + zeros + "." + (fraction.isEmpty ? "0" : String(fraction))
    }
    let magnitude = String(exponent.magnitude)
    return String(characters[0]) + (characters.count > 1 ? "." + String(characters.dropFirst()) : "")
      + (exponent < 0 ? "e-" : "e+") + (magnitude.count < 2 ? "0" : "") + magnitude
  }
}

/// A natural number of any size, with as much arithmetic as digits need.
private struct BigNumber {
  /// The least significant first, the last one not 0.
  private var words: [UInt32]

  init(_ number: UInt128) {
    words = (0..<4).map { UInt32(truncatingIfNeeded: number >> UInt128(32 * $0)) }
    trim()
  }

  private mutating func trim() { while words.last == 0 { words.removeLast() } }

  func shifted(_ bits: Int) -> BigNumber {
    var result = self
    result.words = Array(repeating: 0, count: bits / 32)
    var carry: UInt64 = 0
    for word in words {
      let value = UInt64(word) << UInt64(bits % 32) | carry
      result.words.append(UInt32(truncatingIfNeeded: value))
      carry = value >> 32
    }
    result.words.append(UInt32(carry))
    result.trim()
    return result
  }

  mutating func multiply(by factor: UInt32) {
    var carry: UInt64 = 0
    for index in words.indices {
      let value = UInt64(words[index]) * UInt64(factor) + carry
      words[index] = UInt32(truncatingIfNeeded: value)
      carry = value >> 32
    }
    if carry > 0 { words.append(UInt32(carry)) }
  }

  mutating func multiply(byPowerOfTen power: Int) {
    for _ in 0..<power / 9 { multiply(by: 1_000_000_000) }
    for _ in 0..<power % 9 { multiply(by: 10) }
  }

  func adding(_ other: BigNumber) -> BigNumber {
    var result = self
    var carry: UInt64 = 0
    for index in 0..<max(words.count, other.words.count) {
      let value =
        UInt64(index < words.count ? words[index] : 0) + carry
        + UInt64(index < other.words.count ? other.words[index] : 0)
      if index < result.words.count {
        result.words[index] = UInt32(truncatingIfNeeded: value)
      } else {
        result.words.append(UInt32(truncatingIfNeeded: value))
      }
      carry = value >> 32
    }
    if carry > 0 { result.words.append(UInt32(carry)) }
    return result
  }

  /// Takes away a number that is not greater.
  mutating func subtract(_ other: BigNumber) {
    var borrow: Int64 = 0
    for index in words.indices {
      let value = Int64(words[index]) - borrow - Int64(index < other.words.count ? other.words[index] : 0)
      words[index] = UInt32(truncatingIfNeeded: value)
      borrow = value < 0 ? 1 : 0
    }
    trim()
  }

  /// Less than 0 where it is less than the other, 0 where they are equal.
  func compared(to other: BigNumber) -> Int {
    guard words.count == other.words.count else { return words.count - other.words.count }
    for index in words.indices.reversed() where words[index] != other.words[index] {
      return words[index] < other.words[index] ? -1 : 1
    }
    return 0
  }
}
