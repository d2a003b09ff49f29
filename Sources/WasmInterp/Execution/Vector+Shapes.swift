// The forms that vector instructions have: what is read and written where. Each is inlined where the instruction is.
// Whole vectors are used where the standard library has an operation for them that becomes an instruction, lanes
// where it has not.

extension Vector {
  typealias I8x16 = SIMD16<Int8>
  typealias U8x16 = SIMD16<UInt8>
  typealias I16x8 = SIMD8<Int16>
  typealias U16x8 = SIMD8<UInt16>
  typealias I32x4 = SIMD4<Int32>
  typealias U32x4 = SIMD4<UInt32>
  typealias I64x2 = SIMD2<Int64>
  typealias U64x2 = SIMD2<UInt64>
  typealias F32x4 = SIMD4<Float>
  typealias F64x2 = SIMD2<Double>

  // MARK: Operands

  @inline(__always) func first<A: SIMD>(_ type: A.Type) -> A { frame.vector(pc.b) }
  @inline(__always) func second<A: SIMD>(_ type: A.Type) -> A { frame.vector(pc.c) }
  @inline(__always) func third<A: SIMD>(_ type: A.Type) -> A { frame.vector(pc.word(0)) }
  /// The lane immediate; within the vector whatever it says.
  @inline(__always) func lane<A: SIMD>(of type: A.Type) -> Int {
    Int(truncatingIfNeeded: pc.word(1)) & (A.scalarCount - 1)
  }
  @inline(__always) func put<A: SIMD>(_ result: A) { frame.putVector(pc.a, result) }

  // MARK: Whole vectors

  @inline(__always) func unary<A: SIMD>(_ type: A.Type, _ operation: (A) -> A) { put(operation(first(type))) }
  @inline(__always) func binary<A: SIMD>(_ type: A.Type, _ operation: (A, A) -> A) {
    put(operation(first(type), second(type)))
  }
  @inline(__always) func ternary<A: SIMD>(_ type: A.Type, _ operation: (A, A, A) -> A) {
    put(operation(first(type), second(type), third(type)))
  }
  /// A comparison. A mask is a vector of integers in memory, whose bits are all ones where it holds.
  @inline(__always) func compare<A: SIMD>(_ type: A.Type, _ operation: (A, A) -> SIMDMask<A.MaskStorage>) {
    put(operation(first(type), second(type)))
  }
  /// Each lane of the first operand where the comparison holds, of the second where it does not.
  @inline(__always) func choose<A: SIMD>(_ type: A.Type, _ comparison: (A, A) -> SIMDMask<A.MaskStorage>) {
    let mask = comparison(first(type), second(type)).bits
    put(Self.bitselect(first(U64x2.self), second(U64x2.self), mask))
  }
  /// A shift of all lanes by one number.
  @inline(__always) func shift<A: SIMD>(_ type: A.Type, _ operation: (A, A) -> A) where A.Scalar: FixedWidthInteger {
    put(operation(first(type), A(repeating: A.Scalar(truncatingIfNeeded: frame.u32(pc.c)))))
  }

  // MARK: Lanes

  @inline(__always) func lanes<A: SIMD>(_ type: A.Type, _ operation: (A.Scalar) -> A.Scalar) {
    let value = first(type)
    var result = value
    for index in 0..<A.scalarCount { result[index] = operation(value[index]) }
    put(result)
  }
  @inline(__always) func lanes<A: SIMD>(_ type: A.Type, _ operation: (A.Scalar, A.Scalar) -> A.Scalar) {
    let (left, right) = (first(type), second(type))
    var result = left
    // Two at a time: a loop of sixteen turns is not unrolled, and then every lane is written to memory and waited for.
    let half = A.scalarCount / 2
    for index in 0..<half {
      result[index] = operation(left[index], right[index])
      result[index + half] = operation(left[index + half], right[index + half])
    }
    put(result)
  }
  /// Converts each lane; from the low half where the result has fewer lanes, with zeros behind where it has more.
  @inline(__always) func convert<A: SIMD, B: SIMD>(
    _ type: A.Type, to result: B.Type, _ operation: (A.Scalar) -> B.Scalar
  ) {
    let value = first(type)
    var result = B()
    for index in 0..<min(A.scalarCount, B.scalarCount) { result[index] = operation(value[index]) }
    put(result)
  }

  // MARK: Lanes and scalars

  @inline(__always) func splat<A: SIMD>(_ type: A.Type) where A.Scalar: FixedWidthInteger {
    put(A(repeating: A.Scalar(truncatingIfNeeded: frame[pc.b])))
  }
  /// A lane, extended to a number of type `Number`.
  @inline(__always) func extract<A: SIMD, Number: FixedWidthInteger & UnsignedInteger>(
    _ type: A.Type, as number: Number.Type
  ) where A.Scalar: FixedWidthInteger {
    frame[pc.a] = UInt64(Number(truncatingIfNeeded: first(type)[lane(of: type)]))
  }
  @inline(__always) func replace<A: SIMD>(_ type: A.Type) where A.Scalar: FixedWidthInteger {
    var value = first(type)
    value[lane(of: type)] = A.Scalar(truncatingIfNeeded: frame[pc.c])
    put(value)
  }
  @inline(__always) func anyTrue() {
    let value = first(U64x2.self)
    frame.put(pc.a, value[0] | value[1] != 0)
  }
  @inline(__always) func allTrue<A: SIMD>(_ type: A.Type) where A.Scalar: FixedWidthInteger {
    let value = first(type)
    var result = true
    for index in 0..<A.scalarCount { result = result && value[index] != 0 }
    frame.put(pc.a, result)
  }
  /// The sign bits of the lanes, the first lane's the lowest.
  @inline(__always) func bitmask<A: SIMD>(_ type: A.Type) where A.Scalar: FixedWidthInteger {
    let value = first(type)
    var result: UInt32 = 0
    for index in 0..<A.scalarCount { result |= (value[index] < 0 ? 1 : 0) << UInt32(index) }
    frame.put(pc.a, result)
  }

  // MARK: Bytes in another order

  /// Bytes of two vectors, by immediates.
  @inline(__always) func shuffle() {
    func bytes(_ immediates: UInt64) -> UInt64 {
      Self.eachByte(of: immediates) { frame.byte($0 < 16 ? pc.b : pc.c, Int($0)) }
    }
    put(U64x2(bytes(pc.wideWord(4)), bytes(pc.wideWord(6))))
  }
  /// Bytes of a vector, by those of another; 0 where there is no such byte.
  @inline(__always) func swizzle() {
    func bytes(_ indices: UInt64) -> UInt64 {
      Self.eachByte(of: indices) { $0 < 16 ? frame.byte(pc.b, Int($0)) : 0 }
    }
    put(U64x2(bytes(frame[pc.c]), bytes(frame[pc.c + 1])))
  }
  // Put together in a register: a byte stored into a vector in memory makes reading it wait.
  @inline(__always) private static func eachByte(of value: UInt64, _ operation: (UInt8) -> UInt8) -> UInt64 {
    var result: UInt64 = 0
    for index in 0..<8 {
      let shift = UInt64(8 * index)
      result |= UInt64(operation(UInt8(truncatingIfNeeded: value &>> shift))) &<< shift
    }
    return result
  }
}
