// Relaxed operations (4.3.6), as the deterministic profile has them: the first of the results that the specification
// lists. Most are the operation of the same name that is not relaxed.

extension Vector {
  /// A product and a sum, each rounded.
  @inline(__always) func multiplyAdd<A: SIMD>(_ type: A.Type) where A.Scalar: BinaryFloatingPoint {
    ternary(type) { $0 * $1 + $2 }
  }
  @inline(__always) func negatedMultiplyAdd<A: SIMD>(_ type: A.Type) where A.Scalar: BinaryFloatingPoint {
    // The same as with the first operand negated.
    ternary(type) { $2 - $0 * $1 }
  }

  /// Both operands are signed, the sums saturated.
  @inline(__always) func relaxedDot() {
    put(Self.dot(first(I8x16.self), second(I8x16.self), I16x8.self, Self.addSaturated))
  }
  @inline(__always) func relaxedDotAdd() {
    let sums = Self.dot(first(I8x16.self), second(I8x16.self), I16x8.self, Self.addSaturated)
    put(Self.pairSums(sums, I32x4.self) &+ third(I32x4.self))
  }
}
