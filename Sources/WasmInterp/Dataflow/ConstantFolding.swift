/// Numeric instructions of constants (4.3.2). The interpreter's loop has them too, but nothing that could be called:
/// there they are one with reading and writing slots.
enum ConstantFolding {
  /// - Returns: nil for what traps, and for a NaN.
  static func unary(_ opcode: Opcode, _ a: UInt64) -> UInt64? {
    if opcode.prefix == 0xfc, opcode.number < 8 { return saturated(opcode.number, a) }
    guard opcode.prefix == 0 else { return nil }
    let narrow = UInt32(truncatingIfNeeded: a)
    switch opcode.number {
    case 0x45: return narrow == 0 ? 1 : 0
    case 0x50: return a == 0 ? 1 : 0
    case 0x67: return UInt64(narrow.leadingZeroBitCount)
    case 0x68: return UInt64(narrow.trailingZeroBitCount)
    case 0x69: return UInt64(narrow.nonzeroBitCount)
    case 0x79: return UInt64(a.leadingZeroBitCount)
    case 0x7a: return UInt64(a.trailingZeroBitCount)
    case 0x7b: return UInt64(a.nonzeroBitCount)
    case 0xa7, 0xad: return UInt64(narrow)
    case 0xac: return extended(Int32(truncatingIfNeeded: a))
    // Reinterpretations.
    case 0xbc...0xbf: return a
    case 0xc0, 0xc2: return extended(Int8(truncatingIfNeeded: a))
    case 0xc1, 0xc3: return extended(Int16(truncatingIfNeeded: a))
    case 0xc4: return extended(Int32(truncatingIfNeeded: a))
    default: return floatingUnary(opcode.number, a)
    }
  }

  private static func extended(_ value: some SignedInteger & FixedWidthInteger) -> UInt64 {
    UInt64(bitPattern: Int64(value))
  }

  /// - Returns: nil for what traps, and for a NaN.
  static func binary(_ opcode: Opcode, _ a: UInt64, _ b: UInt64) -> UInt64? {
    guard opcode.prefix == 0 else { return nil }
    let narrow = (UInt32(truncatingIfNeeded: a), UInt32(truncatingIfNeeded: b))
    let narrowSigned = (Int32(bitPattern: narrow.0), Int32(bitPattern: narrow.1))
    let signed = (Int64(bitPattern: a), Int64(bitPattern: b))
    switch opcode.number {
    case 0x46...0x4f: return compare(opcode.number - 0x46, narrow, narrowSigned) ? 1 : 0
    case 0x51...0x5a: return compare(opcode.number - 0x51, (a, b), signed) ? 1 : 0
    case 0x6a...0x78: return arithmetic(opcode.number - 0x6a, narrow, narrowSigned).map { UInt64($0) }
    case 0x7c...0x8a: return arithmetic(opcode.number - 0x7c, (a, b), signed)
    default: return floatingBinary(opcode.number, a, b)
    }
  }

  /// The comparisons in the order of their opcodes, from `eq` on.
  private static func compare<Bits: UnsignedInteger, Signed: SignedInteger>(
    _ number: UInt32, _ operands: (Bits, Bits), _ signed: (Signed, Signed)
  ) -> Bool {
    switch number {
    case 0: operands.0 == operands.1
    case 1: operands.0 != operands.1
    case 2: signed.0 < signed.1
    case 3: operands.0 < operands.1
    case 4: signed.0 > signed.1
    case 5: operands.0 > operands.1
    case 6: signed.0 <= signed.1
    case 7: operands.0 <= operands.1
    case 8: signed.0 >= signed.1
    default: operands.0 >= operands.1
    }
  }

  /// The instructions with two integer operands in the order of their opcodes, from `add` on.
  private static func arithmetic<Bits, Signed>(
    _ number: UInt32, _ operands: (Bits, Bits), _ signed: (Signed, Signed)
  ) -> Bits? where Bits: UnsignedInteger & FixedWidthInteger, Signed: SignedInteger & FixedWidthInteger {
    let (a, b) = operands
    let shift = b & Bits(Bits.bitWidth - 1)
    let back = (Bits(Bits.bitWidth) - shift) & Bits(Bits.bitWidth - 1)
    switch number {
    case 0: return a &+ b
    case 1: return a &- b
    case 2: return a &* b
    case 3:
      let (quotient, overflow) = signed.0.dividedReportingOverflow(by: signed.1)
      return overflow ? nil : Bits(truncatingIfNeeded: quotient)
    case 4: return b == 0 ? nil : a / b
    case 5:
      if b == 0 { return nil }
      // The remainder of the smallest number by -1 is zero, although its quotient overflows.
      return Bits(truncatingIfNeeded: signed.0.remainderReportingOverflow(dividingBy: signed.1).partialValue)
    case 6: return b == 0 ? nil : a % b
    case 7: return a & b
    case 8: return a | b
    case 9: return a ^ b
    case 10: return a << shift
    case 11: return Bits(truncatingIfNeeded: signed.0 >> Signed(truncatingIfNeeded: shift))
    case 12: return a >> shift
    case 13: return a << shift | a >> back
    default: return a >> shift | a << back
    }
  }
}
