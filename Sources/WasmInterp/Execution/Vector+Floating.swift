// Floating-point operations on vectors (4.3.3) beyond those that `Floating` has for scalars.

extension Vector {
  /// Rounded lanes.
  @inline(__always) func round<A: SIMD>(_ type: A.Type, _ rule: FloatingPointRoundingRule)
  where A.Scalar: BinaryFloatingPoint {
    lanes(type) { Floating.rounded($0, rule) }
  }

  /// Lanes as integers of the nearest value, 0 for NaN.
  @inline(__always) func truncate<B: SIMD>(_ type: F32x4.Type, to result: B.Type)
  where B.Scalar: ConvertibleFromDouble {
    convert(type, to: result) { Floating.saturated(Double($0), B.Scalar.self) }
  }
  @inline(__always) func truncate<B: SIMD>(_ type: F64x2.Type, to result: B.Type)
  where B.Scalar: ConvertibleFromDouble {
    convert(type, to: result) { Floating.saturated($0, B.Scalar.self) }
  }
}
