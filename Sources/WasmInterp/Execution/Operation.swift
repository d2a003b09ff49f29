/// The operations of translated code. What `a`, `b`, `c` and `x` are stands at the case in `Machine.run`.
enum Operation: UInt16 {
  case branch
  case branchTable
  case copy
  case copyVector
  case constant
  case constantVector
  case select
  case selectVector
  case globalGet
  case globalSet
  case globalGetVector
  case globalSetVector
  case call
  case callIndirect
  case callReference
  case returnNone
  case returnOne
  case returnMany
  case tailCall
  case tailCallIndirect
  case tailCallReference
  case unreachable
  case general
  case vector
  case memoryAccess
  case object
  case objects
  case construct
  case halt
  case asNonNull
  case i32Eqz
  case i32Eq
  case i32EqImmediate
  case i32Ne
  case i32NeImmediate
  case i32LtS
  case i32LtSImmediate
  case i32LtU
  case i32LtUImmediate
  case i32GtS
  case i32GtSImmediate
  case i32GtU
  case i32GtUImmediate
  case i32LeS
  case i32LeSImmediate
  case i32LeU
  case i32LeUImmediate
  case i32GeS
  case i32GeSImmediate
  case i32GeU
  case i32GeUImmediate
  case i32Add
  case i32AddImmediate
  case i32Sub
  case i32Mul
  case i32MulImmediate
  case i32And
  case i32AndImmediate
  case i32Or
  case i32OrImmediate
  case i32Xor
  case i32XorImmediate
  case i32Shl
  case i32ShlImmediate
  case i32ShrS
  case i32ShrSImmediate
  case i32ShrU
  case i32ShrUImmediate
  case i32Rotl
  case i32RotlImmediate
  case i32Rotr
  case i32DivS
  case i32DivU
  case i32RemS
  case i32RemU
  case i32Clz
  case i32Ctz
  case i32Popcnt
  case i64Eqz
  case i64Eq
  case i64EqImmediate
  case i64Ne
  case i64NeImmediate
  case i64LtS
  case i64LtSImmediate
  case i64LtU
  case i64LtUImmediate
  case i64GtS
  case i64GtSImmediate
  case i64GtU
  case i64GtUImmediate
  case i64LeS
  case i64LeSImmediate
  case i64LeU
  case i64LeUImmediate
  case i64GeS
  case i64GeSImmediate
  case i64GeU
  case i64GeUImmediate
  case i64Add
  case i64AddImmediate
  case i64Sub
  case i64Mul
  case i64MulImmediate
  case i64And
  case i64AndImmediate
  case i64Or
  case i64OrImmediate
  case i64Xor
  case i64XorImmediate
  case i64Shl
  case i64ShlImmediate
  case i64ShrS
  case i64ShrSImmediate
  case i64ShrU
  case i64ShrUImmediate
  case i64Rotl
  case i64RotlImmediate
  case i64Rotr
  case i64DivS
  case i64DivU
  case i64RemS
  case i64RemU
  case i64Clz
  case i64Ctz
  case i64Popcnt
  case f32Eq
  case f32Ne
  case f32Lt
  case f32Gt
  case f32Le
  case f32Ge
  case f32Abs
  case f32Neg
  case f32Ceil
  case f32Floor
  case f32Trunc
  case f32Nearest
  case f32Sqrt
  case f32Add
  case f32Sub
  case f32Mul
  case f32Div
  case f32Min
  case f32Max
  case f32Copysign
  case f64Eq
  case f64Ne
  case f64Lt
  case f64Gt
  case f64Le
  case f64Ge
  case f64Abs
  case f64Neg
  case f64Ceil
  case f64Floor
  case f64Trunc
  case f64Nearest
  case f64Sqrt
  case f64Add
  case f64Sub
  case f64Mul
  case f64Div
  case f64Min
  case f64Max
  case f64Copysign
  case i32WrapI64
  case i64ExtendI32S
  case i64ExtendI32U
  case i32TruncF32S
  case i32TruncF32U
  case i32TruncF64S
  case i32TruncF64U
  case i64TruncF32S
  case i64TruncF32U
  case i64TruncF64S
  case i64TruncF64U
  case i32TruncSatF32S
  case i32TruncSatF32U
  case i32TruncSatF64S
  case i32TruncSatF64U
  case i64TruncSatF32S
  case i64TruncSatF32U
  case i64TruncSatF64S
  case i64TruncSatF64U
  case f32ConvertI32S
  case f32ConvertI32U
  case f32ConvertI64S
  case f32ConvertI64U
  case f32DemoteF64
  case f64ConvertI32S
  case f64ConvertI32U
  case f64ConvertI64S
  case f64ConvertI64U
  case f64PromoteF32
  case i32Extend8S
  case i32Extend16S
  case i64Extend8S
  case i64Extend16S
  case i64Extend32S
  case refIsNull
  case i32Load
  case i64Load
  case i32Load8S
  case i32Load8U
  case i32Load16S
  case i32Load16U
  case i64Load8S
  case i64Load16S
  case i64Load32S
  case v128Load
  case i32Store
  case i64Store
  case i32Store8
  case i32Store16
  case v128Store
  case branchI32Eq
  case branchI32EqImmediate
  case branchI32Ne
  case branchI32NeImmediate
  case branchI32LtS
  case branchI32LtSImmediate
  case branchI32LtU
  case branchI32LtUImmediate
  case branchI32GtS
  case branchI32GtSImmediate
  case branchI32GtU
  case branchI32GtUImmediate
  case branchI32LeS
  case branchI32LeSImmediate
  case branchI32LeU
  case branchI32LeUImmediate
  case branchI32GeS
  case branchI32GeSImmediate
  case branchI32GeU
  case branchI32GeUImmediate
  case branchI64Eq
  case branchI64EqImmediate
  case branchI64Ne
  case branchI64NeImmediate
  case branchI64LtS
  case branchI64LtSImmediate
  case branchI64LtU
  case branchI64LtUImmediate
  case branchI64GtS
  case branchI64GtSImmediate
  case branchI64GtU
  case branchI64GtUImmediate
  case branchI64LeS
  case branchI64LeSImmediate
  case branchI64LeU
  case branchI64LeUImmediate
  case branchI64GeS
  case branchI64GeSImmediate
  case branchI64GeU
  case branchI64GeUImmediate
  case branchIf
  case branchUnless
  case branchIf64
  case branchUnless64
}

extension Operation {
  /// The operation of a numeric instruction or an access to a 32-bit memory 0, by `Opcode.index`.
  static let simple: [Operation?] = {
    var table = [Operation?](repeating: nil, count: Opcode.indexCount)
    table[0x45] = .i32Eqz
    table[0x46] = .i32Eq
    table[0x47] = .i32Ne
    table[0x48] = .i32LtS
    table[0x49] = .i32LtU
    table[0x4a] = .i32GtS
    table[0x4b] = .i32GtU
    table[0x4c] = .i32LeS
    table[0x4d] = .i32LeU
    table[0x4e] = .i32GeS
    table[0x4f] = .i32GeU
    table[0x6a] = .i32Add
    table[0x6b] = .i32Sub
    table[0x6c] = .i32Mul
    table[0x71] = .i32And
    table[0x72] = .i32Or
    table[0x73] = .i32Xor
    table[0x74] = .i32Shl
    table[0x75] = .i32ShrS
    table[0x76] = .i32ShrU
    table[0x77] = .i32Rotl
    table[0x78] = .i32Rotr
    table[0x6d] = .i32DivS
    table[0x6e] = .i32DivU
    table[0x6f] = .i32RemS
    table[0x70] = .i32RemU
    table[0x67] = .i32Clz
    table[0x68] = .i32Ctz
    table[0x69] = .i32Popcnt
    table[0x50] = .i64Eqz
    table[0x51] = .i64Eq
    table[0x52] = .i64Ne
    table[0x53] = .i64LtS
    table[0x54] = .i64LtU
    table[0x55] = .i64GtS
    table[0x56] = .i64GtU
    table[0x57] = .i64LeS
    table[0x58] = .i64LeU
    table[0x59] = .i64GeS
    table[0x5a] = .i64GeU
    table[0x7c] = .i64Add
    table[0x7d] = .i64Sub
    table[0x7e] = .i64Mul
    table[0x83] = .i64And
    table[0x84] = .i64Or
    table[0x85] = .i64Xor
    table[0x86] = .i64Shl
    table[0x87] = .i64ShrS
    table[0x88] = .i64ShrU
    table[0x89] = .i64Rotl
    table[0x8a] = .i64Rotr
    table[0x7f] = .i64DivS
    table[0x80] = .i64DivU
    table[0x81] = .i64RemS
    table[0x82] = .i64RemU
    table[0x79] = .i64Clz
    table[0x7a] = .i64Ctz
    table[0x7b] = .i64Popcnt
    table[0x5b] = .f32Eq
    table[0x5c] = .f32Ne
    table[0x5d] = .f32Lt
    table[0x5e] = .f32Gt
    table[0x5f] = .f32Le
    table[0x60] = .f32Ge
    table[0x8b] = .f32Abs
    table[0x8c] = .f32Neg
    table[0x8d] = .f32Ceil
    table[0x8e] = .f32Floor
    table[0x8f] = .f32Trunc
    table[0x90] = .f32Nearest
    table[0x91] = .f32Sqrt
    table[0x92] = .f32Add
    table[0x93] = .f32Sub
    table[0x94] = .f32Mul
    table[0x95] = .f32Div
    table[0x96] = .f32Min
    table[0x97] = .f32Max
    table[0x98] = .f32Copysign
    table[0x61] = .f64Eq
    table[0x62] = .f64Ne
    table[0x63] = .f64Lt
    table[0x64] = .f64Gt
    table[0x65] = .f64Le
    table[0x66] = .f64Ge
    table[0x99] = .f64Abs
    table[0x9a] = .f64Neg
    table[0x9b] = .f64Ceil
    table[0x9c] = .f64Floor
    table[0x9d] = .f64Trunc
    table[0x9e] = .f64Nearest
    table[0x9f] = .f64Sqrt
    table[0xa0] = .f64Add
    table[0xa1] = .f64Sub
    table[0xa2] = .f64Mul
    table[0xa3] = .f64Div
    table[0xa4] = .f64Min
    table[0xa5] = .f64Max
    table[0xa6] = .f64Copysign
    table[0xa7] = .i32WrapI64
    table[0xac] = .i64ExtendI32S
    table[0xad] = .i64ExtendI32U
    table[0xa8] = .i32TruncF32S
    table[0xa9] = .i32TruncF32U
    table[0xaa] = .i32TruncF64S
    table[0xab] = .i32TruncF64U
    table[0xae] = .i64TruncF32S
    table[0xaf] = .i64TruncF32U
    table[0xb0] = .i64TruncF64S
    table[0xb1] = .i64TruncF64U
    table[0x140] = .i32TruncSatF32S
    table[0x141] = .i32TruncSatF32U
    table[0x142] = .i32TruncSatF64S
    table[0x143] = .i32TruncSatF64U
    table[0x144] = .i64TruncSatF32S
    table[0x145] = .i64TruncSatF32U
    table[0x146] = .i64TruncSatF64S
    table[0x147] = .i64TruncSatF64U
    table[0xb2] = .f32ConvertI32S
    table[0xb3] = .f32ConvertI32U
    table[0xb4] = .f32ConvertI64S
    table[0xb5] = .f32ConvertI64U
    table[0xb6] = .f32DemoteF64
    table[0xb7] = .f64ConvertI32S
    table[0xb8] = .f64ConvertI32U
    table[0xb9] = .f64ConvertI64S
    table[0xba] = .f64ConvertI64U
    table[0xbb] = .f64PromoteF32
    table[0xc0] = .i32Extend8S
    table[0xc1] = .i32Extend16S
    table[0xc2] = .i64Extend8S
    table[0xc3] = .i64Extend16S
    table[0xc4] = .i64Extend32S
    table[0xd1] = .refIsNull
    table[0x28] = .i32Load
    table[0x29] = .i64Load
    table[0x2a] = .i32Load
    table[0x2b] = .i64Load
    table[0x2c] = .i32Load8S
    table[0x2d] = .i32Load8U
    table[0x2e] = .i32Load16S
    table[0x2f] = .i32Load16U
    table[0x30] = .i64Load8S
    table[0x31] = .i32Load8U
    table[0x32] = .i64Load16S
    table[0x33] = .i32Load16U
    table[0x34] = .i64Load32S
    table[0x35] = .i32Load
    table[0x36] = .i32Store
    table[0x37] = .i64Store
    table[0x38] = .i32Store
    table[0x39] = .i64Store
    table[0x3a] = .i32Store8
    table[0x3b] = .i32Store16
    table[0x3c] = .i32Store8
    table[0x3d] = .i32Store16
    table[0x3e] = .i32Store
    table[0x200] = .v128Load
    table[0x20b] = .v128Store
    return table
  }()

  /// The operation with an immediate in place of the right operand.
  var withImmediate: Operation? {
    switch self {
    case .i32Eq: .i32EqImmediate
    case .i32Ne: .i32NeImmediate
    case .i32LtS: .i32LtSImmediate
    case .i32LtU: .i32LtUImmediate
    case .i32GtS: .i32GtSImmediate
    case .i32GtU: .i32GtUImmediate
    case .i32LeS: .i32LeSImmediate
    case .i32LeU: .i32LeUImmediate
    case .i32GeS: .i32GeSImmediate
    case .i32GeU: .i32GeUImmediate
    case .i32Add: .i32AddImmediate
    case .i32Mul: .i32MulImmediate
    case .i32And: .i32AndImmediate
    case .i32Or: .i32OrImmediate
    case .i32Xor: .i32XorImmediate
    case .i32Shl: .i32ShlImmediate
    case .i32ShrS: .i32ShrSImmediate
    case .i32ShrU: .i32ShrUImmediate
    case .i32Rotl: .i32RotlImmediate
    case .i64Eq: .i64EqImmediate
    case .i64Ne: .i64NeImmediate
    case .i64LtS: .i64LtSImmediate
    case .i64LtU: .i64LtUImmediate
    case .i64GtS: .i64GtSImmediate
    case .i64GtU: .i64GtUImmediate
    case .i64LeS: .i64LeSImmediate
    case .i64LeU: .i64LeUImmediate
    case .i64GeS: .i64GeSImmediate
    case .i64GeU: .i64GeUImmediate
    case .i64Add: .i64AddImmediate
    case .i64Mul: .i64MulImmediate
    case .i64And: .i64AndImmediate
    case .i64Or: .i64OrImmediate
    case .i64Xor: .i64XorImmediate
    case .i64Shl: .i64ShlImmediate
    case .i64ShrS: .i64ShrSImmediate
    case .i64ShrU: .i64ShrUImmediate
    case .i64Rotl: .i64RotlImmediate
    default: nil
    }
  }

  /// The branch that takes the place of a comparison and a branch on its result: if it holds, and if it does not.
  var fused: (taken: Operation, inverted: Operation)? {
    switch self {
    case .i32Eq: (.branchI32Eq, .branchI32Ne)
    case .i32EqImmediate: (.branchI32EqImmediate, .branchI32NeImmediate)
    case .i32Ne: (.branchI32Ne, .branchI32Eq)
    case .i32NeImmediate: (.branchI32NeImmediate, .branchI32EqImmediate)
    case .i32LtS: (.branchI32LtS, .branchI32GeS)
    case .i32LtSImmediate: (.branchI32LtSImmediate, .branchI32GeSImmediate)
    case .i32LtU: (.branchI32LtU, .branchI32GeU)
    case .i32LtUImmediate: (.branchI32LtUImmediate, .branchI32GeUImmediate)
    case .i32GtS: (.branchI32GtS, .branchI32LeS)
    case .i32GtSImmediate: (.branchI32GtSImmediate, .branchI32LeSImmediate)
    case .i32GtU: (.branchI32GtU, .branchI32LeU)
    case .i32GtUImmediate: (.branchI32GtUImmediate, .branchI32LeUImmediate)
    case .i32LeS: (.branchI32LeS, .branchI32GtS)
    case .i32LeSImmediate: (.branchI32LeSImmediate, .branchI32GtSImmediate)
    case .i32LeU: (.branchI32LeU, .branchI32GtU)
    case .i32LeUImmediate: (.branchI32LeUImmediate, .branchI32GtUImmediate)
    case .i32GeS: (.branchI32GeS, .branchI32LtS)
    case .i32GeSImmediate: (.branchI32GeSImmediate, .branchI32LtSImmediate)
    case .i32GeU: (.branchI32GeU, .branchI32LtU)
    case .i32GeUImmediate: (.branchI32GeUImmediate, .branchI32LtUImmediate)
    case .i64Eq: (.branchI64Eq, .branchI64Ne)
    case .i64EqImmediate: (.branchI64EqImmediate, .branchI64NeImmediate)
    case .i64Ne: (.branchI64Ne, .branchI64Eq)
    case .i64NeImmediate: (.branchI64NeImmediate, .branchI64EqImmediate)
    case .i64LtS: (.branchI64LtS, .branchI64GeS)
    case .i64LtSImmediate: (.branchI64LtSImmediate, .branchI64GeSImmediate)
    case .i64LtU: (.branchI64LtU, .branchI64GeU)
    case .i64LtUImmediate: (.branchI64LtUImmediate, .branchI64GeUImmediate)
    case .i64GtS: (.branchI64GtS, .branchI64LeS)
    case .i64GtSImmediate: (.branchI64GtSImmediate, .branchI64LeSImmediate)
    case .i64GtU: (.branchI64GtU, .branchI64LeU)
    case .i64GtUImmediate: (.branchI64GtUImmediate, .branchI64LeUImmediate)
    case .i64LeS: (.branchI64LeS, .branchI64GtS)
    case .i64LeSImmediate: (.branchI64LeSImmediate, .branchI64GtSImmediate)
    case .i64LeU: (.branchI64LeU, .branchI64GtU)
    case .i64LeUImmediate: (.branchI64LeUImmediate, .branchI64GtUImmediate)
    case .i64GeS: (.branchI64GeS, .branchI64LtS)
    case .i64GeSImmediate: (.branchI64GeSImmediate, .branchI64LtSImmediate)
    case .i64GeU: (.branchI64GeU, .branchI64LtU)
    case .i64GeUImmediate: (.branchI64GeUImmediate, .branchI64LtUImmediate)
    case .i32Eqz: (.branchUnless, .branchIf)
    case .i64Eqz, .refIsNull: (.branchUnless64, .branchIf64)
    default: nil
    }
  }
}
