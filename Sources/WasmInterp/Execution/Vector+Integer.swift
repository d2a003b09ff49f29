// Integer operations on vectors (4.3.2, 4.3.5) that the standard library does not have for them.

extension Vector {
  /// Which half of a vector an instruction reads.
  enum Half { case low, high }

  @inline(__always) static func bitselect(_ one: U64x2, _ zero: U64x2, _ mask: U64x2) -> U64x2 {
    (one & mask) | (zero & ~mask)
  }

  // MARK: Saturation

  @inline(__always) static func addSaturated<T: FixedWidthInteger>(_ left: T, _ right: T) -> T {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? (right < 0 ? .min : .max) : sum
  }
  @inline(__always) static func subtractSaturated<T: FixedWidthInteger>(_ left: T, _ right: T) -> T {
    let (difference, overflow) = left.subtractingReportingOverflow(right)
    return overflow ? (right < 0 ? .max : .min) : difference
  }
  /// The product of fixed-point numbers with 15 bits behind the point, rounded.
  @inline(__always) static func multiplyQ15(_ left: Int16, _ right: Int16) -> Int16 {
    Int16(clamping: (Int32(left) &* Int32(right) &+ 0x4000) &>> 15)
  }

  // MARK: Other lanes of the same type

  @inline(__always) static func absolute<T: FixedWidthInteger>(_ value: T) -> T { value < 0 ? 0 &- value : value }
  @inline(__always) static func popcount(_ value: UInt8) -> UInt8 { UInt8(truncatingIfNeeded: value.nonzeroBitCount) }
  /// The mean, rounded up.
  @inline(__always) static func average<T: FixedWidthInteger & UnsignedInteger>(_ left: T, _ right: T) -> T {
    (left | right) &- ((left ^ right) &>> 1)
  }

  // MARK: Wider and narrower lanes

  /// The lanes of one half, each twice as wide.
  @inline(__always) func extend<A: SIMD, B: SIMD>(_ type: A.Type, to result: B.Type, _ half: Half)
  where A.Scalar: FixedWidthInteger, B.Scalar: FixedWidthInteger {
    put(Self.extended(first(type), half, B.self))
  }
  /// The products of the lanes of one half, each twice as wide.
  @inline(__always) func multiplyExtended<A: SIMD, B: SIMD>(_ type: A.Type, to result: B.Type, _ half: Half)
  where A.Scalar: FixedWidthInteger, B.Scalar: FixedWidthInteger {
    put(Self.extended(first(type), half, B.self) &* Self.extended(second(type), half, B.self))
  }
  @inline(__always) private static func extended<A: SIMD, B: SIMD>(_ value: A, _ half: Half, _ type: B.Type) -> B
  where A.Scalar: FixedWidthInteger, B.Scalar: FixedWidthInteger {
    var result = B()
    let start = half == .low ? 0 : B.scalarCount
    for index in 0..<B.scalarCount { result[index] = B.Scalar(truncatingIfNeeded: value[start + index]) }
    return result
  }
  /// The sums of neighbouring lanes, each twice as wide.
  @inline(__always) func addPairs<A: SIMD, B: SIMD>(_ type: A.Type, to result: B.Type)
  where A.Scalar: FixedWidthInteger, B.Scalar: FixedWidthInteger {
    put(Self.pairSums(first(type), B.self))
  }
  @inline(__always) static func pairSums<A: SIMD, B: SIMD>(_ value: A, _ type: B.Type) -> B
  where A.Scalar: FixedWidthInteger, B.Scalar: FixedWidthInteger {
    var result = B()
    for index in 0..<B.scalarCount {
      result[index] =
        B.Scalar(truncatingIfNeeded: value[2 * index]) &+ B.Scalar(truncatingIfNeeded: value[2 * index + 1])
    }
    return result
  }
  /// The sums of the products of neighbouring lanes, each twice as wide.
  @inline(__always) static func dot<A: SIMD, B: SIMD>(
    _ left: A, _ right: A, _ type: B.Type, _ add: (B.Scalar, B.Scalar) -> B.Scalar
  ) -> B where A.Scalar: FixedWidthInteger, B.Scalar: FixedWidthInteger {
    var result = B()
    func product(_ index: Int) -> B.Scalar {
      B.Scalar(truncatingIfNeeded: left[index]) &* B.Scalar(truncatingIfNeeded: right[index])
    }
    for index in 0..<B.scalarCount { result[index] = add(product(2 * index), product(2 * index + 1)) }
    return result
  }
  /// The lanes of two vectors, half as wide and saturated; they are signed whatever the results are.
  @inline(__always) func narrow<A: SIMD, B: SIMD>(_ type: A.Type, to result: B.Type)
  where A.Scalar: FixedWidthInteger, B.Scalar: FixedWidthInteger {
    let (left, right) = (first(type), second(type))
    var result = B()
    for index in 0..<A.scalarCount {
      result[index] = Self.narrowed(left[index])
      result[A.scalarCount + index] = Self.narrowed(right[index])
    }
    put(result)
  }
  // As `init(clamping:)`, in a form that is compiled to vector instructions.
  @inline(__always) private static func narrowed<A: FixedWidthInteger, B: FixedWidthInteger>(_ value: A) -> B {
    let (low, high) = (A(truncatingIfNeeded: B.min), A(truncatingIfNeeded: B.max))
    return B(truncatingIfNeeded: value < low ? low : value > high ? high : value)
  }
}
