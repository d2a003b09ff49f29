import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// Vector instructions, one or a few of each kind: the official suite, where it is present, has them all.
@Suite struct VectorTests {
  // MARK: Arithmetic

  @Test func integersWrapOrSaturate() throws {
    let left: [Int8] = [127, 100, -128, -100, 0, 1, -1, 5, 127, 100, -128, -100, 0, 1, -1, 5]
    let right: [Int8] = [1, 100, -1, -100, 0, -1, 1, 6, 1, 100, -1, -100, 0, -1, 1, 6]
    let (a, b) = (vector(left), vector(right))
    #expect(try binary(0x6e, a, b) == vector(twice([-128, -56, 127, 56, 0, 0, 0, 11] as [Int8])))
    #expect(try binary(0x6f, a, b) == vector(twice([127, 127, -128, -128, 0, 0, 0, 11] as [Int8])))
    #expect(try binary(0x70, a, b) == vector(twice([128, 200, 255, 255, 0, 255, 255, 11] as [UInt8])))
    #expect(try binary(0x72, a, b) == vector(twice([126, 0, -127, 0, 0, 2, -2, -1] as [Int8])))
    #expect(try binary(0x73, a, b) == vector(twice([126, 0, 0, 0, 0, 0, 254, 0] as [UInt8])))
    // i16x8.q15mulr_sat_s, i16x8.avgr_u, i32x4.dot_i16x8_s
    let halves = vector([-32768, 16384, 1, -1, 32767, 0, 3, -3] as [Int16])
    #expect(try binary(0x82, halves, halves) == vector([32767, 8192, 0, 0, 32766, 0, 0, 0] as [Int16]))
    #expect(
      try binary(0x9b, halves, vector([UInt16](repeating: 2, count: 8)))
        == vector([16385, 8193, 2, 32769, 16385, 1, 3, 32768] as [UInt16]))
    #expect(try binary(0xba, halves, halves) == vector([0x5000_0000, 2, 32767 * 32767, 18] as [Int32]))
  }

  @Test func lanesAreWidenedAndNarrowed() throws {
    let wide = vector([-1, 300, -300, 127, 128, -128, -129, 5] as [Int16])
    let zero = vector([Int64](repeating: 0, count: 2))
    #expect(
      try binary(0x65, wide, zero) == vector([-1, 127, -128, 127, 127, -128, -128, 5] + [Int8](repeating: 0, count: 8)))
    #expect(
      try binary(0x66, wide, zero) == vector([0, 255, 0, 127, 128, 0, 0, 5] + [UInt8](repeating: 0, count: 8)))
    #expect(try unary(0xa8, wide) == vector([128, -128, -129, 5] as [Int32]))
    #expect(try unary(0xa9, wide) == vector([65535, 300, 65236, 127] as [UInt32]))
    #expect(try unary(0x7e, wide) == vector([299, -173, 0, -124] as [Int32]))
    #expect(try binary(0xbd, wide, wide) == vector([16384, 16384, 16641, 25] as [Int32]))
  }

  @Test func shiftsCountModuloTheWidth() throws {
    let bytes = vector([UInt8](repeating: 0x81, count: 16))
    for count: Int32 in [1, 9, -7] {
      #expect(
        try call([.v128, .i32], .v128, fd(0x6b), [bytes, .i32(count)]) == vector([UInt8](repeating: 2, count: 16)))
      #expect(
        try call([.v128, .i32], .v128, fd(0x6c), [bytes, .i32(count)]) == vector([UInt8](repeating: 0xc0, count: 16)))
      #expect(
        try call([.v128, .i32], .v128, fd(0x6d), [bytes, .i32(count)]) == vector([UInt8](repeating: 0x40, count: 16)))
    }
  }

  // MARK: Bytes and bits

  @Test func bytesChangePlaces() throws {
    let (left, right) = (vector(Array(0..<16) as [UInt8]), vector(Array(16..<32) as [UInt8]))
    let order: [UInt8] = [31, 0, 16, 15, 1, 2, 3, 30, 17, 5, 5, 5, 29, 9, 8, 7]
    #expect(try call([.v128, .v128], .v128, fd(0x0d) + order, [left, right]) == vector(order))
    let indices = vector([15, 16, 0, 255, 3, 128, 1, 2, 14, 14, 17, 4, 5, 6, 7, 31] as [UInt8])
    let expected = vector([31, 0, 16, 0, 19, 0, 17, 18, 30, 30, 0, 20, 21, 22, 23, 0] as [UInt8])
    #expect(try binary(0x0e, right, indices) == expected)
    // i8x16.relaxed_swizzle, deterministically
    #expect(try binary(0x100, right, indices) == expected)
  }

  @Test func comparisonsFillLanes() throws {
    let (a, b) = (vector([-1, 1, 0, 5] as [Int32]), vector([1, -1, 0, 6] as [Int32]))
    #expect(try binary(0x39, a, b) == vector([-1, 0, 0, -1] as [Int32]))
    #expect(try binary(0x3a, a, b) == vector([0, -1, 0, -1] as [Int32]))
    #expect(try binary(0x37, a, b) == vector([0, 0, -1, 0] as [Int32]))
    #expect(
      try binary(0x4a, vector([Double.nan, 2]), vector([1, 1.5])) == vector([0, -1] as [Int64]))
    #expect(
      try binary(0x48, vector([Double.nan, 2]), vector([Double.nan, 2])) == vector([-1, 0] as [Int64]))
  }

  @Test func testsGiveNumbers() throws {
    let bytes = vector([-1, 2, -3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, -128] as [Int8])
    #expect(try call([.v128], .i32, fd(0x64), [bytes]) == .i32(0x8005))
    #expect(try call([.v128], .i32, fd(0x63), [bytes]) == .i32(0))
    #expect(try call([.v128], .i32, fd(0xc3), [bytes]) == .i32(1))
    #expect(try call([.v128], .i32, fd(0x53), [bytes]) == .i32(1))
    #expect(try call([.v128], .i32, fd(0x53), [.v128(low: 0, high: 0)]) == .i32(0))
    #expect(try call([.v128], .i32, fd(0x15) + [2], [bytes]) == .i32(-3))
    #expect(try call([.v128], .i32, fd(0x16) + [2], [bytes]) == .i32(253))
    #expect(
      try call([.v128, .i64], .v128, fd(0x1e) + [1], [bytes, .i64(-7)])
        == vector([0x0807_0605_04fd_02ff, -7] as [Int64]))
  }

  // MARK: Floating point

  @Test func minimaAndMaxima() throws {
    let (a, b) = (vector([-0.0, 0.0, 1, .nan] as [Float]), vector([0.0, -0.0, 2, 3] as [Float]))
    #expect(try patterns(binary(0xe8, a, b)) == [0x8000_0000, 0x8000_0000, 0x3f80_0000, 0x7fc0_0000])
    #expect(try patterns(binary(0xe9, a, b)) == [0, 0, 0x4000_0000, 0x7fc0_0000])
    // pmin and pmax take the first unless the second is truly smaller or larger
    #expect(try patterns(binary(0xea, a, b)) == [0x8000_0000, 0, 0x3f80_0000, 0x7fc0_0000])
    #expect(try patterns(binary(0xeb, b, a)) == [0, 0x8000_0000, 0x4000_0000, 0x4040_0000])
  }

  @Test func aSignallingNaNBecomesQuietOnlyByArithmetic() throws {
    let signalling = vector([0x7fa0_0001, 0xffa0_0001, 0x3fc0_0000, 0xbfc0_0000] as [UInt32])
    // f32x4.neg, .abs, .trunc and .add with zero
    #expect(try patterns(unary(0xe1, signalling)) == [0xffa0_0001, 0x7fa0_0001, 0xbfc0_0000, 0x3fc0_0000])
    #expect(try patterns(unary(0xe0, signalling)) == [0x7fa0_0001, 0x7fa0_0001, 0x3fc0_0000, 0x3fc0_0000])
    #expect(try patterns(unary(0x69, signalling)) == [0x7fe0_0001, 0xffe0_0001, 0x3f80_0000, 0xbf80_0000])
    #expect(
      try patterns(binary(0xe4, signalling, .v128(low: 0, high: 0)))
        == [0x7fe0_0001, 0xffe0_0001, 0x3fc0_0000, 0xbfc0_0000])
  }

  @Test func conversionsSaturate() throws {
    let numbers = vector([.nan, -1.9, 3e9, 5e9] as [Float])
    #expect(try unary(0xf8, numbers) == vector([0, -1, .max, .max] as [Int32]))
    #expect(try unary(0xf9, numbers) == vector([0, 0, 3_000_000_000, .max] as [UInt32]))
    #expect(try unary(0xfc, vector([-3e9, 7.9])) == vector([.min, 7, 0, 0] as [Int32]))
    #expect(try unary(0x5e, vector([1.5, -1e300])) == vector([1.5, -.infinity, 0, 0] as [Float]))
    #expect(try unary(0x5f, vector([1.5, -2, 9, 9] as [Float])) == vector([1.5, -2]))
    #expect(try unary(0xff, vector([.max, 1, 9, 9] as [UInt32])) == vector([4_294_967_295.0, 1]))
  }

  // MARK: Relaxed instructions, in the deterministic profile

  @Test func relaxedResultsAreTheFirstOfTheChoices() throws {
    // The product is rounded before the sum: fused, the results would be ±2⁻³⁷.
    let almostOne = vector([Float](repeating: 0x1.000204p+0, count: 4))
    let sum = vector([Float](repeating: -0x1.000408p+0, count: 4))
    let product: Float = 0x1.000204p+0 * 0x1.000204p+0
    let expected = vector([Float](repeating: product + -0x1.000408p+0, count: 4))
    #expect(try call([.v128, .v128, .v128], .v128, fd(0x105), [almostOne, almostOne, sum]) == expected)
    #expect(
      try call(
        [.v128, .v128, .v128], .v128, fd(0x106),
        [
          vector([0.0, -0.0, 1, 2] as [Float]), vector([1, 1, 1, 1] as [Float]), vector([-0.0, -0.0, 1, 1] as [Float]),
        ])
        == vector([-0.0, 0, 0, -1] as [Float]))
    // Bit by bit, not by the lanes' sign bits.
    #expect(
      try call(
        [.v128, .v128, .v128], .v128, fd(0x109),
        [.v128(low: .max, high: 0), .v128(low: 0, high: .max), .v128(low: 0x80ff_0f01, high: 0x80ff_0f01)])
        == .v128(low: 0x80ff_0f01, high: ~0x80ff_0f01))
    #expect(
      try binary(0x111, vector([Int16](repeating: .min, count: 8)), vector([Int16](repeating: .min, count: 8)))
        == vector([Int16](repeating: .max, count: 8)))
    // Both operands are signed, and the sum of two products saturates.
    let lowest = vector([Int8](repeating: -128, count: 16))
    #expect(try binary(0x112, lowest, lowest) == vector([Int16](repeating: 32767, count: 8)))
    #expect(
      try call([.v128, .v128, .v128], .v128, fd(0x113), [lowest, lowest, vector([1, 2, -3, 4] as [Int32])])
        == vector([65535, 65536, 65531, 65538] as [Int32]))
    #expect(try unary(0x101, vector([.nan, 3e9, -3e9, -1.5] as [Float])) == vector([0, .max, .min, -1] as [Int32]))
  }

  // MARK: Memory

  @Test func lanesAreLoadedAndStored() throws {
    var module = ModuleBuilder()
    module.memory(MemoryType(SizeLimits(1)))
    module.data(at: .i32(16), [0xfe, 2, 3, 4, 5, 6, 7, 0x88])
    // v128.load16_lane 5 from 16, then v128.store32_lane 2 to 32, then v128.load8x8_s from 16 plus v128.load from 32
    let body: [UInt8] =
      [0x41, 0, 0x41, 16] + const([UInt8](repeating: 0x11, count: 16)) + fd(0x55) + [0, 0, 5] + fd(0x5a) + [0, 32, 2]
      + [0x41, 16] + fd(0x01) + [0, 0, 0x41, 32] + fd(0x00) + [0, 0] + fd(0x8e) + [0x0b]
    module.function([], [.v128], body: body, export: "f")
    #expect(
      try run(module, []) == [vector([-2 + 0x1111, 2 + 0x2fe, 3, 4, 5, 6, 7, -0x78] as [Int16])])
  }

  @Test func anAccessBehindTheEndTraps() throws {
    // The last address that is in bounds, and the next one, for accesses of 16, 8 and 1 bytes.
    for (opcode, immediates, last): (UInt32, [UInt8], Int32) in [
      (0x00, [0, 0], 65520), (0x01, [0, 0], 65528), (0x0a, [0, 0], 65528), (0x5c, [0, 0], 65532),
    ] {
      #expect(try call([.i32], .v128, fd(opcode) + immediates, [.i32(last)]) == .v128(low: 0, high: 0))
      #expect(try trap([.i32], .v128, fd(opcode) + immediates, [.i32(last + 1)]) == .memoryOutOfBounds)
      #expect(try trap([.i32], .v128, fd(opcode) + immediates, [.i32(-1)]) == .memoryOutOfBounds)
    }
    let vectorAndMore: [Value] = [.i32(65535), vector([1, 2] as [Int64])]
    #expect(try call([.i32, .v128], .v128, fd(0x54) + [0, 0, 15], vectorAndMore) == vector([1, 2] as [Int64]))
    #expect(try trap([.i32, .v128], .v128, fd(0x54) + [0, 1, 15], vectorAndMore) == .memoryOutOfBounds)
  }

  @Test func aStoreThatTrapsWritesNothing() throws {
    var module = ModuleBuilder()
    module.memory(MemoryType(SizeLimits(1)))
    module.export("m", .memory, 0)
    module.function([.i32, .v128], [], body: [0x20, 0, 0x20, 1] + fd(0x0b) + [0, 0, 0x0b], export: "f")
    let store = try Store()
    let instance = try store.instantiate(try WasmModule(module.bytes))
    guard case .function(let f)? = instance.export("f"), case .memory(let memory)? = instance.export("m") else {
      Issue.record("no exports")
      return
    }
    #expect(throws: Trap.self) { try store.invoke(f, [.i32(65521), .v128(low: .max, high: .max)]) }
    #expect(memory.read(65520, count: 16) == [UInt8](repeating: 0, count: 16))
    _ = try store.invoke(f, [.i32(65520), .v128(low: 0x0706_0504_0302_0100, high: 0x0f0e_0d0c_0b0a_0908)])
    #expect(memory.read(65520, count: 16) == Array(0..<16))
  }

  @Test func aMemoryWithLongAddressesHoldsVectors() throws {
    var module = ModuleBuilder()
    module.memory(MemoryType(SizeLimits(1), is64Bit: true))
    module.data(at: .i64(3), [1, 2, 3, 4])
    module.function(
      [.i64], [.v128], body: [0x20, 0] + fd(0x00) + [0, 1, 0x0b], export: "f")
    #expect(try run(module, [.i64(2)]) == [.v128(low: 0x0403_0201, high: 0)])
    #expect(try trap(module, [.i64(-1)]) == .memoryOutOfBounds)
    #expect(try trap(module, [.i64(65520)]) == .memoryOutOfBounds)
  }

  // MARK: Helpers

  private func twice<T>(_ lanes: [T]) -> [T] { lanes + lanes }

  private func patterns(_ value: Value) -> [UInt32] {
    guard case .v128(let low, let high) = value else { return [] }
    return [low, low >> 32, high, high >> 32].map { UInt32(truncatingIfNeeded: $0) }
  }

  private func unary(_ opcode: UInt32, _ operand: Value) throws -> Value {
    try call([.v128], .v128, fd(opcode), [operand])
  }
  private func binary(_ opcode: UInt32, _ left: Value, _ right: Value) throws -> Value {
    try call([.v128, .v128], .v128, fd(opcode), [left, right])
  }

  /// What an instruction makes of parameters, in a module with one page of memory.
  private func call(
    _ parameters: [ValueType], _ result: ValueType, _ instruction: [UInt8], _ arguments: [Value]
  ) throws -> Value {
    try run(module(parameters, result, instruction), arguments)[0]
  }
  private func trap(
    _ parameters: [ValueType], _ result: ValueType, _ instruction: [UInt8], _ arguments: [Value]
  ) throws -> Trap.Kind? {
    try trap(module(parameters, result, instruction), arguments)
  }
  private func module(_ parameters: [ValueType], _ result: ValueType, _ instruction: [UInt8]) -> ModuleBuilder {
    var module = ModuleBuilder()
    module.memory(MemoryType(SizeLimits(1)))
    let operands = parameters.indices.flatMap { [0x20, UInt8($0)] as [UInt8] }
    module.function(parameters, [result], body: operands + instruction + [0x0b], export: "f")
    return module
  }
  private func trap(_ builder: ModuleBuilder, _ arguments: [Value]) throws -> Trap.Kind? {
    do {
      _ = try run(builder, arguments)
      return nil
    } catch let trap as Trap { return trap.kind }
  }
  private func run(_ builder: ModuleBuilder, _ arguments: [Value]) throws -> [Value] {
    let store = try Store()
    let instance = try store.instantiate(try WasmModule(builder.bytes))
    guard case .function(let function)? = instance.export("f") else { return [] }
    return try store.invoke(function, arguments)
  }
}

// MARK: Encoding

/// A vector instruction's opcode.
func fd(_ number: UInt32) -> [UInt8] {
  var builder = ByteBuilder()
  builder.u8(0xfd)
  builder.uleb(UInt64(number))
  return builder.bytes
}

/// `v128.const`.
func const(_ bytes: [UInt8]) -> [UInt8] { fd(0x0c) + bytes }

/// The vector with these lanes.
func vector<T: FixedWidthInteger>(_ lanes: [T]) -> Value {
  let bytes = lanes.flatMap { lane in (0..<T.bitWidth / 8).map { UInt8(truncatingIfNeeded: lane >> T($0 * 8)) } }
  func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
  return .v128(low: number(bytes[0..<8]), high: number(bytes[8..<16]))
}
func vector(_ lanes: [Float]) -> Value { vector(lanes.map(\.bitPattern)) }
func vector(_ lanes: [Double]) -> Value { vector(lanes.map(\.bitPattern)) }
