#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Integers with their own conversion from Double, which is an instruction; the one that all integers have is a call.
protocol ConvertibleFromDouble: FixedWidthInteger { init(_ source: Double) }
extension Int32: ConvertibleFromDouble {}
extension UInt32: ConvertibleFromDouble {}
extension Int64: ConvertibleFromDouble {}
extension UInt64: ConvertibleFromDouble {}

/// Floating-point operations whose results Wasm fixes further than the processor does (4.3.3).
enum Floating {
  @inline(__always) static func minimum<T: BinaryFloatingPoint>(_ left: T, _ right: T) -> T {
    if left < right { return left }
    if right < left { return right }
    if left == right { return left.sign == .minus ? left : right }
    return left + right  // NaN
  }
  @inline(__always) static func maximum<T: BinaryFloatingPoint>(_ left: T, _ right: T) -> T {
    if left > right { return left }
    if right > left { return right }
    if left == right { return left.sign == .plus ? left : right }
    return left + right
  }
  /// Rounded; a signalling NaN becomes a quiet one.
  @inline(__always) static func rounded<T: BinaryFloatingPoint>(_ value: T, _ rule: FloatingPointRoundingRule) -> T {
    value.isNaN ? value + value : value.rounded(rule)
  }

  // Every Float is a Double, so one form is enough. Nil where the value does not fit.
  @inline(__always) static func signed32(_ value: Double) -> Int32? {
    value > -2_147_483_649 && value < 2_147_483_648 ? Int32(value) : nil
  }
  @inline(__always) static func unsigned32(_ value: Double) -> UInt32? {
    value > -1 && value < 4_294_967_296 ? UInt32(value) : nil
  }
  @inline(__always) static func signed64(_ value: Double) -> Int64? {
    value >= -9_223_372_036_854_775_808 && value < 9_223_372_036_854_775_808 ? Int64(value) : nil
  }
  @inline(__always) static func unsigned64(_ value: Double) -> UInt64? {
    value > -1 && value < 18_446_744_073_709_551_616 ? UInt64(value) : nil
  }

  /// The nearest number of the type, 0 for NaN.
  @inline(__always) static func saturated<T: ConvertibleFromDouble>(_ value: Double, _ type: T.Type) -> T {
    if value.isNaN { return 0 }
    if value <= Double(T.min) { return T.min }
    // Double(T.max) rounds up to the power of two where 64 bits do not fit.
    if value >= Double(T.max) { return T.max }
    return T(value)
  }
}
