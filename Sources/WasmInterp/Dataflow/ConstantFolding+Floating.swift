/// Floating-point instructions of constants (4.3.3), by the operations of the interpreter. A result that is NaN is none:
/// which one it is, is left to the machine.
extension ConstantFolding {
  static func floatingUnary(_ number: UInt32, _ a: UInt64) -> UInt64? {
    let single = UInt32(truncatingIfNeeded: a)
    switch number {
    // Of these the bits are known even of a NaN.
    case 0x8b: return UInt64(single & 0x7fff_ffff)
    case 0x8c: return UInt64(single ^ 0x8000_0000)
    case 0x99: return a & ~(1 << 63)
    case 0x9a: return a ^ 1 << 63
    case 0x8d...0x91: return bits(rounded(number - 0x8d, Float(bitPattern: single)))
    case 0x9b...0x9f: return bits(rounded(number - 0x9b, Double(bitPattern: a)))
    case 0xa8...0xab, 0xae...0xb1: return truncated(number, a)
    case 0xb2...0xbb: return converted(number, a)
    default: return nil
    }
  }

  static func floatingBinary(_ number: UInt32, _ a: UInt64, _ b: UInt64) -> UInt64? {
    let single = (UInt32(truncatingIfNeeded: a), UInt32(truncatingIfNeeded: b))
    let floats = (Float(bitPattern: single.0), Float(bitPattern: single.1))
    let doubles = (Double(bitPattern: a), Double(bitPattern: b))
    switch number {
    case 0x5b...0x60: return compare(number - 0x5b, floats) ? 1 : 0
    case 0x61...0x66: return compare(number - 0x61, doubles) ? 1 : 0
    case 0x92...0x97: return bits(arithmetic(number - 0x92, floats))
    case 0xa0...0xa5: return bits(arithmetic(number - 0xa0, doubles))
    case 0x98: return UInt64(single.0 & 0x7fff_ffff | single.1 & 0x8000_0000)
    case 0xa6: return a & ~(1 << 63) | b & 1 << 63
    default: return nil
    }
  }

  /// The saturating truncations, by their number behind the prefix 0xFC.
  static func saturated(_ number: UInt32, _ a: UInt64) -> UInt64? {
    let value = number & 2 == 0 ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: a))) : Double(bitPattern: a)
    switch (number & 4, number & 1) {
    case (0, 0): return UInt64(UInt32(bitPattern: Floating.saturated(value, Int32.self)))
    case (0, _): return UInt64(Floating.saturated(value, UInt32.self))
    case (_, 0): return UInt64(bitPattern: Floating.saturated(value, Int64.self))
    default: return Floating.saturated(value, UInt64.self)
    }
  }

  private static func bits(_ value: Float) -> UInt64? { value.isNaN ? nil : UInt64(value.bitPattern) }
  private static func bits(_ value: Double) -> UInt64? { value.isNaN ? nil : value.bitPattern }

  /// `ceil`, `floor`, `trunc`, `nearest`, `sqrt`.
  private static func rounded<T: BinaryFloatingPoint>(_ number: UInt32, _ value: T) -> T {
    switch number {
    case 0: Floating.rounded(value, .up)
    case 1: Floating.rounded(value, .down)
    case 2: Floating.rounded(value, .towardZero)
    case 3: Floating.rounded(value, .toNearestOrEven)
    default: value.squareRoot()
    }
  }

  /// `eq`, `ne`, `lt`, `gt`, `le`, `ge`.
  private static func compare<T: BinaryFloatingPoint>(_ number: UInt32, _ operands: (T, T)) -> Bool {
    switch number {
    case 0: operands.0 == operands.1
    case 1: operands.0 != operands.1
    case 2: operands.0 < operands.1
    case 3: operands.0 > operands.1
    case 4: operands.0 <= operands.1
    default: operands.0 >= operands.1
    }
  }

  /// `add`, `sub`, `mul`, `div`, `min`, `max`.
  private static func arithmetic<T: BinaryFloatingPoint>(_ number: UInt32, _ operands: (T, T)) -> T {
    switch number {
    case 0: operands.0 + operands.1
    case 1: operands.0 - operands.1
    case 2: operands.0 * operands.1
    case 3: operands.0 / operands.1
    case 4: Floating.minimum(operands.0, operands.1)
    default: Floating.maximum(operands.0, operands.1)
    }
  }

  /// The truncations that trap where the value does not fit, by their opcodes.
  private static func truncated(_ number: UInt32, _ a: UInt64) -> UInt64? {
    let is64 = number >= 0xae
    let form = is64 ? number - 0xae : number - 0xa8
    let value = form & 2 == 0 ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: a))) : Double(bitPattern: a)
    switch (is64, form & 1) {
    case (false, 0): return Floating.signed32(value).map { UInt64(UInt32(bitPattern: $0)) }
    case (false, _): return Floating.unsigned32(value).map { UInt64($0) }
    case (true, 0): return Floating.signed64(value).map { UInt64(bitPattern: $0) }
    case (true, _): return Floating.unsigned64(value)
    }
  }

  private static func converted(_ number: UInt32, _ a: UInt64) -> UInt64? {
    let narrow = UInt32(truncatingIfNeeded: a)
    switch number {
    case 0xb2: return bits(Float(Int32(bitPattern: narrow)))
    case 0xb3: return bits(Float(narrow))
    case 0xb4: return bits(Float(Int64(bitPattern: a)))
    case 0xb5: return bits(Float(a))
    case 0xb6: return bits(Float(Double(bitPattern: a)))
    case 0xb7: return bits(Double(Int32(bitPattern: narrow)))
    case 0xb8: return bits(Double(narrow))
    case 0xb9: return bits(Double(Int64(bitPattern: a)))
    case 0xba: return bits(Double(a))
    default: return bits(Double(Float(bitPattern: narrow)))
    }
  }
}
