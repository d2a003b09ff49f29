extension Vector {
  /// Runs an access (4.6.9) whose bounds are checked. `a`: result, the list: address, vector, unused, lane.
  static func access(_ pc: CodePointer, _ frame: FramePointer, _ memory: LinearMemory, _ address: UInt64) -> Trap.Kind?
  {
    let access = Access(pc: pc, frame: frame, memory: memory, address: address)
    switch pc.x - firstIndex {
    case 0x00: access.load(U64x2.self)  // v128.load
    case 0x01: access.loadExtended(SIMD8<Int8>.self, to: I16x8.self)  // v128.load8x8_s
    case 0x02: access.loadExtended(SIMD8<UInt8>.self, to: U16x8.self)  // v128.load8x8_u
    case 0x03: access.loadExtended(SIMD4<Int16>.self, to: I32x4.self)  // v128.load16x4_s
    case 0x04: access.loadExtended(SIMD4<UInt16>.self, to: U32x4.self)  // v128.load16x4_u
    case 0x05: access.loadExtended(SIMD2<Int32>.self, to: I64x2.self)  // v128.load32x2_s
    case 0x06: access.loadExtended(SIMD2<UInt32>.self, to: U64x2.self)  // v128.load32x2_u
    case 0x07: access.loadSplat(U8x16.self)  // v128.load8_splat
    case 0x08: access.loadSplat(U16x8.self)  // v128.load16_splat
    case 0x09: access.loadSplat(U32x4.self)  // v128.load32_splat
    case 0x0a: access.loadSplat(U64x2.self)  // v128.load64_splat
    case 0x0b: memory.store(address, access.operand(U64x2.self))  // v128.store
    case 0x54: access.loadLane(U8x16.self)  // v128.load8_lane
    case 0x55: access.loadLane(U16x8.self)  // v128.load16_lane
    case 0x56: access.loadLane(U32x4.self)  // v128.load32_lane
    case 0x57: access.loadLane(U64x2.self)  // v128.load64_lane
    case 0x58: access.storeLane(U8x16.self)  // v128.store8_lane
    case 0x59: access.storeLane(U16x8.self)  // v128.store16_lane
    case 0x5a: access.storeLane(U32x4.self)  // v128.store32_lane
    case 0x5b: access.storeLane(U64x2.self)  // v128.store64_lane
    case 0x5c: access.loadZero(U32x4.self)  // v128.load32_zero
    case 0x5d: access.loadZero(U64x2.self)  // v128.load64_zero
    default: return .unsupported
    }
    return nil
  }

  /// An access to memory, with its operands.
  private struct Access {
    let pc: CodePointer
    let frame: FramePointer
    let memory: LinearMemory
    let address: UInt64

    @inline(__always) func operand<A: SIMD>(_ type: A.Type) -> A { frame.vector(pc.word(1)) }
    /// The lane immediate; within the vector whatever it says.
    @inline(__always) func lane<A: SIMD>(of type: A.Type) -> Int {
      Int(truncatingIfNeeded: pc.word(3)) & (A.scalarCount - 1)
    }

    @inline(__always) func load<A: SIMD & BitwiseCopyable>(_ type: A.Type) {
      frame.putVector(pc.a, memory.load(address, as: type))
    }
    /// Loads half a vector, each lane of which becomes twice as wide.
    @inline(__always) func loadExtended<A: SIMD & BitwiseCopyable, B: SIMD>(_ type: A.Type, to result: B.Type)
    where A.Scalar: FixedWidthInteger, B.Scalar: FixedWidthInteger {
      let value = memory.load(address, as: type)
      var result = B()
      for index in 0..<A.scalarCount { result[index] = B.Scalar(truncatingIfNeeded: value[index]) }
      frame.putVector(pc.a, result)
    }
    @inline(__always) func loadSplat<A: SIMD>(_ type: A.Type) where A.Scalar: BitwiseCopyable {
      frame.putVector(pc.a, A(repeating: memory.load(address, as: A.Scalar.self)))
    }
    /// Loads the first lane; the others are zero.
    @inline(__always) func loadZero<A: SIMD>(_ type: A.Type) where A.Scalar: BitwiseCopyable {
      var value = A()
      value[0] = memory.load(address, as: A.Scalar.self)
      frame.putVector(pc.a, value)
    }
    @inline(__always) func loadLane<A: SIMD>(_ type: A.Type) where A.Scalar: BitwiseCopyable {
      var value = operand(type)
      value[lane(of: type)] = memory.load(address, as: A.Scalar.self)
      frame.putVector(pc.a, value)
    }
    @inline(__always) func storeLane<A: SIMD>(_ type: A.Type) where A.Scalar: BitwiseCopyable {
      memory.store(address, operand(type)[lane(of: type)])
    }
  }
}
