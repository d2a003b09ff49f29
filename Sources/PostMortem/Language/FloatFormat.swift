import DwarfEval

/// A format of IEEE 754 as arithmetic sees it; numbers are binary64 in between, which holds the smaller ones' results
/// before they are rounded once more.
enum FloatFormat: Int, Comparable, Sendable {
  case half = 2
  case single = 4
  case double = 8
  /// `long double` where it is binary128: converted and compared, not computed with.
  case quadruple = 16

  static func < (left: FloatFormat, right: FloatFormat) -> Bool { left.rawValue < right.rawValue }

  /// That of a real number's type; nil for other types.
  init?(_ type: DwarfType) {
    guard let base = type.base, base.format == .float, let size = type.size,
      let format = Self(rawValue: Int(clamping: size))
    else { return nil }
    self = format
  }

  /// The number that bits in memory's order stand for, rounded to binary64, and whether that is exact.
  func number(_ bytes: [UInt8]) -> (value: Double, isExact: Bool) {
    let pattern = bytes.reversed().reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
    switch self {
    case .half: return (Double(Float16(bitPattern: UInt16(truncatingIfNeeded: pattern))), true)
    case .single: return (Double(Float(bitPattern: UInt32(truncatingIfNeeded: pattern))), true)
    case .double: return (Double(bitPattern: UInt64(truncatingIfNeeded: pattern)), true)
    case .quadruple: return Self.quadruple(pattern)
    }
  }

  /// The bits of a number in memory's order.
  func bytes(_ value: Double) -> [UInt8] {
    switch self {
    case .half: littleEndian(UInt128(Float16(value).bitPattern), count: 2)
    case .single: littleEndian(UInt128(Float(value).bitPattern), count: 4)
    case .double: littleEndian(UInt128(value.bitPattern), count: 8)
    case .quadruple: littleEndian(Self.quadruple(value), count: 16)
    }
  }

  /// The bits of an integer's nearest number, rounded once.
  func bytes(_ pattern: UInt128, of integer: IntegerFormat) -> [UInt8] {
    let isNegative = integer.isSigned && integer.number(pattern) < 0
    func rounded<Number: BinaryFloatingPoint>(_ type: Number.Type) -> Number {
      isNegative ? Number(integer.number(pattern)) : Number(pattern)
    }
    switch self {
    case .half: return littleEndian(UInt128(rounded(Float16.self).bitPattern), count: 2)
    case .single: return littleEndian(UInt128(rounded(Float.self).bitPattern), count: 4)
    case .double, .quadruple: return bytes(rounded(Double.self))
    }
  }

  private static let exponentBias = 16383

  private static func quadruple(_ pattern: UInt128) -> (value: Double, isExact: Bool) {
    let sign: FloatingPointSign = pattern >> 127 == 1 ? .minus : .plus
    let exponent = Int((pattern >> 112) & 0x7fff)
    let fraction = pattern & ((1 << 112) - 1)
    if exponent == 0x7fff { return (fraction == 0 ? (sign == .minus ? -.infinity : .infinity) : .nan, true) }
    if exponent == 0 { return (sign == .minus ? -0.0 : 0.0, fraction == 0) }
    // Rounded to nearest, ties to even, by the conversion.
    let significand = Double((1 << 112) | fraction)
    let value = Double(sign: sign, exponent: exponent - exponentBias - 112, significand: significand)
    let isExact = fraction & ((1 << 60) - 1) == 0 && value.isNormal
    return (value, isExact)
  }

  private static func quadruple(_ value: Double) -> UInt128 {
    let sign: UInt128 = value.sign == .minus ? 1 << 127 : 0
    if value.isNaN { return sign | 0x7fff << 112 | 1 << 111 }
    if value.isInfinite { return sign | 0x7fff << 112 }
    if value == 0 { return sign }
    // The significand from 1 to 2 has 52 bits behind its point; those of subnormal numbers are moved up to it.
    let fraction = UInt128(UInt64((value.significand - 1) * 0x1p52)) << 60
    return sign | UInt128(Int(value.exponent) + exponentBias) << 112 | fraction
  }
}
