/// A vector instruction that runs, in the deterministic profile where it is relaxed.
///
/// `a`: result, `b` and `c`: operands, the list: the third operand, lane, two words that are unused, 16 lanes of a
/// shuffle.
struct Vector {
  let pc: CodePointer
  let frame: FramePointer

  /// `Opcode.index` of the first vector instruction.
  static let firstIndex: UInt16 = 0x200

  /// Runs an instruction that does not access memory (4.6.8).
  @inline(never) static func execute(_ pc: CodePointer, _ frame: FramePointer) {
    Vector(pc: pc, frame: frame).execute()
  }

  @inline(__always) private func execute() {
    switch pc.x &- Self.firstIndex {
    case 0x0d: shuffle()  // i8x16.shuffle
    case 0x0e: swizzle()  // i8x16.swizzle
    case 0x0f: splat(U8x16.self)  // i8x16.splat
    case 0x10: splat(U16x8.self)  // i16x8.splat
    case 0x11: splat(U32x4.self)  // i32x4.splat
    case 0x12: splat(U64x2.self)  // i64x2.splat
    case 0x13: splat(U32x4.self)  // f32x4.splat
    case 0x14: splat(U64x2.self)  // f64x2.splat
    case 0x15: extract(I8x16.self, as: UInt32.self)  // i8x16.extract_lane_s
    case 0x16: extract(U8x16.self, as: UInt32.self)  // i8x16.extract_lane_u
    case 0x17: replace(U8x16.self)  // i8x16.replace_lane
    case 0x18: extract(I16x8.self, as: UInt32.self)  // i16x8.extract_lane_s
    case 0x19: extract(U16x8.self, as: UInt32.self)  // i16x8.extract_lane_u
    case 0x1a: replace(U16x8.self)  // i16x8.replace_lane
    case 0x1b: extract(U32x4.self, as: UInt32.self)  // i32x4.extract_lane
    case 0x1c: replace(U32x4.self)  // i32x4.replace_lane
    case 0x1d: extract(U64x2.self, as: UInt64.self)  // i64x2.extract_lane
    case 0x1e: replace(U64x2.self)  // i64x2.replace_lane
    case 0x1f: extract(U32x4.self, as: UInt32.self)  // f32x4.extract_lane
    case 0x20: replace(U32x4.self)  // f32x4.replace_lane
    case 0x21: extract(U64x2.self, as: UInt64.self)  // f64x2.extract_lane
    case 0x22: replace(U64x2.self)  // f64x2.replace_lane
    case 0x23: compare(I8x16.self, .==)  // i8x16.eq
    case 0x24: compare(I8x16.self, .!=)  // i8x16.ne
    case 0x25: compare(I8x16.self, .<)  // i8x16.lt_s
    case 0x26: compare(U8x16.self, .<)  // i8x16.lt_u
    case 0x27: compare(I8x16.self, .>)  // i8x16.gt_s
    case 0x28: compare(U8x16.self, .>)  // i8x16.gt_u
    case 0x29: compare(I8x16.self, .<=)  // i8x16.le_s
    case 0x2a: compare(U8x16.self, .<=)  // i8x16.le_u
    case 0x2b: compare(I8x16.self, .>=)  // i8x16.ge_s
    case 0x2c: compare(U8x16.self, .>=)  // i8x16.ge_u
    case 0x2d: compare(I16x8.self, .==)  // i16x8.eq
    case 0x2e: compare(I16x8.self, .!=)  // i16x8.ne
    case 0x2f: compare(I16x8.self, .<)  // i16x8.lt_s
    case 0x30: compare(U16x8.self, .<)  // i16x8.lt_u
    case 0x31: compare(I16x8.self, .>)  // i16x8.gt_s
    case 0x32: compare(U16x8.self, .>)  // i16x8.gt_u
    case 0x33: compare(I16x8.self, .<=)  // i16x8.le_s
    case 0x34: compare(U16x8.self, .<=)  // i16x8.le_u
    case 0x35: compare(I16x8.self, .>=)  // i16x8.ge_s
    case 0x36: compare(U16x8.self, .>=)  // i16x8.ge_u
    case 0x37: compare(I32x4.self, .==)  // i32x4.eq
    case 0x38: compare(I32x4.self, .!=)  // i32x4.ne
    case 0x39: compare(I32x4.self, .<)  // i32x4.lt_s
    case 0x3a: compare(U32x4.self, .<)  // i32x4.lt_u
    case 0x3b: compare(I32x4.self, .>)  // i32x4.gt_s
    case 0x3c: compare(U32x4.self, .>)  // i32x4.gt_u
    case 0x3d: compare(I32x4.self, .<=)  // i32x4.le_s
    case 0x3e: compare(U32x4.self, .<=)  // i32x4.le_u
    case 0x3f: compare(I32x4.self, .>=)  // i32x4.ge_s
    case 0x40: compare(U32x4.self, .>=)  // i32x4.ge_u
    case 0x41: compare(F32x4.self, .==)  // f32x4.eq
    case 0x42: compare(F32x4.self, .!=)  // f32x4.ne
    case 0x43: compare(F32x4.self, .<)  // f32x4.lt
    case 0x44: compare(F32x4.self, .>)  // f32x4.gt
    case 0x45: compare(F32x4.self, .<=)  // f32x4.le
    case 0x46: compare(F32x4.self, .>=)  // f32x4.ge
    case 0x47: compare(F64x2.self, .==)  // f64x2.eq
    case 0x48: compare(F64x2.self, .!=)  // f64x2.ne
    case 0x49: compare(F64x2.self, .<)  // f64x2.lt
    case 0x4a: compare(F64x2.self, .>)  // f64x2.gt
    case 0x4b: compare(F64x2.self, .<=)  // f64x2.le
    case 0x4c: compare(F64x2.self, .>=)  // f64x2.ge
    case 0x4d: unary(U64x2.self, ~)  // v128.not
    case 0x4e: binary(U64x2.self, &)  // v128.and
    case 0x4f: binary(U64x2.self) { $0 & ~$1 }  // v128.andnot
    case 0x50: binary(U64x2.self, |)  // v128.or
    case 0x51: binary(U64x2.self, ^)  // v128.xor
    case 0x52: ternary(U64x2.self, Self.bitselect)  // v128.bitselect
    case 0x53: anyTrue()  // v128.any_true
    case 0x5e: convert(F64x2.self, to: F32x4.self) { Float($0) }  // f32x4.demote_f64x2_zero
    case 0x5f: convert(F32x4.self, to: F64x2.self) { Double($0) }  // f64x2.promote_low_f32x4
    case 0x60: lanes(I8x16.self, Self.absolute)  // i8x16.abs
    case 0x61: unary(I8x16.self) { I8x16() &- $0 }  // i8x16.neg
    case 0x62: lanes(U8x16.self, Self.popcount)  // i8x16.popcnt
    case 0x63: allTrue(I8x16.self)  // i8x16.all_true
    case 0x64: bitmask(I8x16.self)  // i8x16.bitmask
    case 0x65: narrow(I16x8.self, to: I8x16.self)  // i8x16.narrow_i16x8_s
    case 0x66: narrow(I16x8.self, to: U8x16.self)  // i8x16.narrow_i16x8_u
    case 0x67: round(F32x4.self, .up)  // f32x4.ceil
    case 0x68: round(F32x4.self, .down)  // f32x4.floor
    case 0x69: round(F32x4.self, .towardZero)  // f32x4.trunc
    case 0x6a: round(F32x4.self, .toNearestOrEven)  // f32x4.nearest
    case 0x6b: shift(U8x16.self, &<<)  // i8x16.shl
    case 0x6c: shift(I8x16.self, &>>)  // i8x16.shr_s
    case 0x6d: shift(U8x16.self, &>>)  // i8x16.shr_u
    case 0x6e: binary(I8x16.self, &+)  // i8x16.add
    case 0x6f: lanes(I8x16.self, Self.addSaturated)  // i8x16.add_sat_s
    case 0x70: lanes(U8x16.self, Self.addSaturated)  // i8x16.add_sat_u
    case 0x71: binary(I8x16.self, &-)  // i8x16.sub
    case 0x72: lanes(I8x16.self, Self.subtractSaturated)  // i8x16.sub_sat_s
    case 0x73: lanes(U8x16.self, Self.subtractSaturated)  // i8x16.sub_sat_u
    case 0x74: round(F64x2.self, .up)  // f64x2.ceil
    case 0x75: round(F64x2.self, .down)  // f64x2.floor
    case 0x76: choose(I8x16.self, .<)  // i8x16.min_s
    case 0x77: choose(U8x16.self, .<)  // i8x16.min_u
    case 0x78: choose(I8x16.self, .>)  // i8x16.max_s
    case 0x79: choose(U8x16.self, .>)  // i8x16.max_u
    case 0x7a: round(F64x2.self, .towardZero)  // f64x2.trunc
    case 0x7b: lanes(U8x16.self, Self.average)  // i8x16.avgr_u
    case 0x7c: addPairs(I8x16.self, to: I16x8.self)  // i16x8.extadd_pairwise_i8x16_s
    case 0x7d: addPairs(U8x16.self, to: U16x8.self)  // i16x8.extadd_pairwise_i8x16_u
    case 0x7e: addPairs(I16x8.self, to: I32x4.self)  // i32x4.extadd_pairwise_i16x8_s
    case 0x7f: addPairs(U16x8.self, to: U32x4.self)  // i32x4.extadd_pairwise_i16x8_u
    case 0x80: lanes(I16x8.self, Self.absolute)  // i16x8.abs
    case 0x81: unary(I16x8.self) { I16x8() &- $0 }  // i16x8.neg
    case 0x82: lanes(I16x8.self, Self.multiplyQ15)  // i16x8.q15mulr_sat_s
    case 0x83: allTrue(I16x8.self)  // i16x8.all_true
    case 0x84: bitmask(I16x8.self)  // i16x8.bitmask
    case 0x85: narrow(I32x4.self, to: I16x8.self)  // i16x8.narrow_i32x4_s
    case 0x86: narrow(I32x4.self, to: U16x8.self)  // i16x8.narrow_i32x4_u
    case 0x87: extend(I8x16.self, to: I16x8.self, .low)  // i16x8.extend_low_i8x16_s
    case 0x88: extend(I8x16.self, to: I16x8.self, .high)  // i16x8.extend_high_i8x16_s
    case 0x89: extend(U8x16.self, to: U16x8.self, .low)  // i16x8.extend_low_i8x16_u
    case 0x8a: extend(U8x16.self, to: U16x8.self, .high)  // i16x8.extend_high_i8x16_u
    case 0x8b: shift(U16x8.self, &<<)  // i16x8.shl
    case 0x8c: shift(I16x8.self, &>>)  // i16x8.shr_s
    case 0x8d: shift(U16x8.self, &>>)  // i16x8.shr_u
    case 0x8e: binary(I16x8.self, &+)  // i16x8.add
    case 0x8f: lanes(I16x8.self, Self.addSaturated)  // i16x8.add_sat_s
    case 0x90: lanes(U16x8.self, Self.addSaturated)  // i16x8.add_sat_u
    case 0x91: binary(I16x8.self, &-)  // i16x8.sub
    case 0x92: lanes(I16x8.self, Self.subtractSaturated)  // i16x8.sub_sat_s
    case 0x93: lanes(U16x8.self, Self.subtractSaturated)  // i16x8.sub_sat_u
    case 0x94: round(F64x2.self, .toNearestOrEven)  // f64x2.nearest
    case 0x95: binary(I16x8.self, &*)  // i16x8.mul
    case 0x96: choose(I16x8.self, .<)  // i16x8.min_s
    case 0x97: choose(U16x8.self, .<)  // i16x8.min_u
    case 0x98: choose(I16x8.self, .>)  // i16x8.max_s
    case 0x99: choose(U16x8.self, .>)  // i16x8.max_u
    case 0x9b: lanes(U16x8.self, Self.average)  // i16x8.avgr_u
    case 0x9c: multiplyExtended(I8x16.self, to: I16x8.self, .low)  // i16x8.extmul_low_i8x16_s
    case 0x9d: multiplyExtended(I8x16.self, to: I16x8.self, .high)  // i16x8.extmul_high_i8x16_s
    case 0x9e: multiplyExtended(U8x16.self, to: U16x8.self, .low)  // i16x8.extmul_low_i8x16_u
    case 0x9f: multiplyExtended(U8x16.self, to: U16x8.self, .high)  // i16x8.extmul_high_i8x16_u
    case 0xa0: lanes(I32x4.self, Self.absolute)  // i32x4.abs
    case 0xa1: unary(I32x4.self) { I32x4() &- $0 }  // i32x4.neg
    case 0xa3: allTrue(I32x4.self)  // i32x4.all_true
    case 0xa4: bitmask(I32x4.self)  // i32x4.bitmask
    case 0xa7: extend(I16x8.self, to: I32x4.self, .low)  // i32x4.extend_low_i16x8_s
    case 0xa8: extend(I16x8.self, to: I32x4.self, .high)  // i32x4.extend_high_i16x8_s
    case 0xa9: extend(U16x8.self, to: U32x4.self, .low)  // i32x4.extend_low_i16x8_u
    case 0xaa: extend(U16x8.self, to: U32x4.self, .high)  // i32x4.extend_high_i16x8_u
    case 0xab: shift(U32x4.self, &<<)  // i32x4.shl
    case 0xac: shift(I32x4.self, &>>)  // i32x4.shr_s
    case 0xad: shift(U32x4.self, &>>)  // i32x4.shr_u
    case 0xae: binary(I32x4.self, &+)  // i32x4.add
    case 0xb1: binary(I32x4.self, &-)  // i32x4.sub
    case 0xb5: binary(I32x4.self, &*)  // i32x4.mul
    case 0xb6: choose(I32x4.self, .<)  // i32x4.min_s
    case 0xb7: choose(U32x4.self, .<)  // i32x4.min_u
    case 0xb8: choose(I32x4.self, .>)  // i32x4.max_s
    case 0xb9: choose(U32x4.self, .>)  // i32x4.max_u
    case 0xba: put(Self.dot(first(I16x8.self), second(I16x8.self), I32x4.self, &+))  // i32x4.dot_i16x8_s
    case 0xbc: multiplyExtended(I16x8.self, to: I32x4.self, .low)  // i32x4.extmul_low_i16x8_s
    case 0xbd: multiplyExtended(I16x8.self, to: I32x4.self, .high)  // i32x4.extmul_high_i16x8_s
    case 0xbe: multiplyExtended(U16x8.self, to: U32x4.self, .low)  // i32x4.extmul_low_i16x8_u
    case 0xbf: multiplyExtended(U16x8.self, to: U32x4.self, .high)  // i32x4.extmul_high_i16x8_u
    case 0xc0: lanes(I64x2.self, Self.absolute)  // i64x2.abs
    case 0xc1: unary(I64x2.self) { I64x2() &- $0 }  // i64x2.neg
    case 0xc3: allTrue(I64x2.self)  // i64x2.all_true
    case 0xc4: bitmask(I64x2.self)  // i64x2.bitmask
    case 0xc7: extend(I32x4.self, to: I64x2.self, .low)  // i64x2.extend_low_i32x4_s
    case 0xc8: extend(I32x4.self, to: I64x2.self, .high)  // i64x2.extend_high_i32x4_s
    case 0xc9: extend(U32x4.self, to: U64x2.self, .low)  // i64x2.extend_low_i32x4_u
    case 0xca: extend(U32x4.self, to: U64x2.self, .high)  // i64x2.extend_high_i32x4_u
    case 0xcb: shift(U64x2.self, &<<)  // i64x2.shl
    case 0xcc: shift(I64x2.self, &>>)  // i64x2.shr_s
    case 0xcd: shift(U64x2.self, &>>)  // i64x2.shr_u
    case 0xce: binary(I64x2.self, &+)  // i64x2.add
    case 0xd1: binary(I64x2.self, &-)  // i64x2.sub
    case 0xd5: binary(I64x2.self, &*)  // i64x2.mul
    case 0xd6: compare(I64x2.self, .==)  // i64x2.eq
    case 0xd7: compare(I64x2.self, .!=)  // i64x2.ne
    case 0xd8: compare(I64x2.self, .<)  // i64x2.lt_s
    case 0xd9: compare(I64x2.self, .>)  // i64x2.gt_s
    case 0xda: compare(I64x2.self, .<=)  // i64x2.le_s
    case 0xdb: compare(I64x2.self, .>=)  // i64x2.ge_s
    case 0xdc: multiplyExtended(I32x4.self, to: I64x2.self, .low)  // i64x2.extmul_low_i32x4_s
    case 0xdd: multiplyExtended(I32x4.self, to: I64x2.self, .high)  // i64x2.extmul_high_i32x4_s
    case 0xde: multiplyExtended(U32x4.self, to: U64x2.self, .low)  // i64x2.extmul_low_i32x4_u
    case 0xdf: multiplyExtended(U32x4.self, to: U64x2.self, .high)  // i64x2.extmul_high_i32x4_u
    case 0xe0: lanes(U32x4.self) { $0 & 0x7fff_ffff }  // f32x4.abs
    case 0xe1: lanes(U32x4.self) { $0 ^ 0x8000_0000 }  // f32x4.neg
    case 0xe3: lanes(F32x4.self) { $0.squareRoot() }  // f32x4.sqrt
    case 0xe4: binary(F32x4.self, +)  // f32x4.add
    case 0xe5: binary(F32x4.self, -)  // f32x4.sub
    case 0xe6: binary(F32x4.self, *)  // f32x4.mul
    case 0xe7: binary(F32x4.self, /)  // f32x4.div
    case 0xe8: lanes(F32x4.self, Floating.minimum)  // f32x4.min
    case 0xe9: lanes(F32x4.self, Floating.maximum)  // f32x4.max
    case 0xea: choose(F32x4.self) { .!($1 .< $0) }  // f32x4.pmin
    case 0xeb: choose(F32x4.self) { .!($0 .< $1) }  // f32x4.pmax
    case 0xec: lanes(U64x2.self) { $0 & 0x7fff_ffff_ffff_ffff }  // f64x2.abs
    case 0xed: lanes(U64x2.self) { $0 ^ 0x8000_0000_0000_0000 }  // f64x2.neg
    case 0xef: lanes(F64x2.self) { $0.squareRoot() }  // f64x2.sqrt
    case 0xf0: binary(F64x2.self, +)  // f64x2.add
    case 0xf1: binary(F64x2.self, -)  // f64x2.sub
    case 0xf2: binary(F64x2.self, *)  // f64x2.mul
    case 0xf3: binary(F64x2.self, /)  // f64x2.div
    case 0xf4: lanes(F64x2.self, Floating.minimum)  // f64x2.min
    case 0xf5: lanes(F64x2.self, Floating.maximum)  // f64x2.max
    case 0xf6: choose(F64x2.self) { .!($1 .< $0) }  // f64x2.pmin
    case 0xf7: choose(F64x2.self) { .!($0 .< $1) }  // f64x2.pmax
    case 0xf8: truncate(F32x4.self, to: I32x4.self)  // i32x4.trunc_sat_f32x4_s
    case 0xf9: truncate(F32x4.self, to: U32x4.self)  // i32x4.trunc_sat_f32x4_u
    case 0xfa: convert(I32x4.self, to: F32x4.self) { Float($0) }  // f32x4.convert_i32x4_s
    case 0xfb: convert(U32x4.self, to: F32x4.self) { Float($0) }  // f32x4.convert_i32x4_u
    case 0xfc: truncate(F64x2.self, to: I32x4.self)  // i32x4.trunc_sat_f64x2_s_zero
    case 0xfd: truncate(F64x2.self, to: U32x4.self)  // i32x4.trunc_sat_f64x2_u_zero
    case 0xfe: convert(I32x4.self, to: F64x2.self) { Double($0) }  // f64x2.convert_low_i32x4_s
    case 0xff: convert(U32x4.self, to: F64x2.self) { Double($0) }  // f64x2.convert_low_i32x4_u

    // MARK: Relaxed
    case 0x100: swizzle()  // i8x16.relaxed_swizzle
    case 0x101: truncate(F32x4.self, to: I32x4.self)  // i32x4.relaxed_trunc_f32x4_s
    case 0x102: truncate(F32x4.self, to: U32x4.self)  // i32x4.relaxed_trunc_f32x4_u
    case 0x103: truncate(F64x2.self, to: I32x4.self)  // i32x4.relaxed_trunc_f64x2_s_zero
    case 0x104: truncate(F64x2.self, to: U32x4.self)  // i32x4.relaxed_trunc_f64x2_u_zero
    case 0x105: multiplyAdd(F32x4.self)  // f32x4.relaxed_madd
    case 0x106: negatedMultiplyAdd(F32x4.self)  // f32x4.relaxed_nmadd
    case 0x107: multiplyAdd(F64x2.self)  // f64x2.relaxed_madd
    case 0x108: negatedMultiplyAdd(F64x2.self)  // f64x2.relaxed_nmadd
    case 0x109: ternary(U64x2.self, Self.bitselect)  // i8x16.relaxed_laneselect
    case 0x10a: ternary(U64x2.self, Self.bitselect)  // i16x8.relaxed_laneselect
    case 0x10b: ternary(U64x2.self, Self.bitselect)  // i32x4.relaxed_laneselect
    case 0x10c: ternary(U64x2.self, Self.bitselect)  // i64x2.relaxed_laneselect
    case 0x10d: lanes(F32x4.self, Floating.minimum)  // f32x4.relaxed_min
    case 0x10e: lanes(F32x4.self, Floating.maximum)  // f32x4.relaxed_max
    case 0x10f: lanes(F64x2.self, Floating.minimum)  // f64x2.relaxed_min
    case 0x110: lanes(F64x2.self, Floating.maximum)  // f64x2.relaxed_max
    case 0x111: lanes(I16x8.self, Self.multiplyQ15)  // i16x8.relaxed_q15mulr_s
    case 0x112: relaxedDot()  // i16x8.relaxed_dot_i8x16_i7x16_s
    case 0x113: relaxedDotAdd()  // i32x4.relaxed_dot_i8x16_i7x16_add_s
    default: break  // there is no other: the opcode table and the translator agree
    }
  }
}
