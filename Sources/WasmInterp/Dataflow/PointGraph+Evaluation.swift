import WasmBinary

/// Computing with the nodes of a graph: forwards from operands to results, and backwards.
extension PointGraph {
  /// The bits of a node that is computed from others, whose bits `known` tells; nil where those do not suffice.
  public func evaluate(_ index: Int, known: (Index) -> UInt64?) -> UInt64? {
    switch nodes[index] {
    case .constant(let bits): return bits
    case .parameter, .entryGlobal, .opaque: return nil
    case .stackPointer(let base, let offset):
      return known(base).map { ($0 &+ UInt64(bitPattern: offset)) & addressMask }
    case .aligned(let base, let from, let alignment, let offset):
      guard let entry = known(base), alignment < 64 else { return nil }
      let start = (entry &+ UInt64(bitPattern: from)) & (UInt64.max << UInt64(alignment))
      return (start &+ UInt64(bitPattern: offset)) & addressMask
    case .operation(let opcode, let first, let second, let third):
      if let third {
        guard let condition = known(third), let second else { return nil }
        return condition & 0xffff_ffff != 0 ? known(first) : known(second)
      }
      guard let a = known(first) else { return nil }
      guard let second else {
        return ConstantFolding.unary(opcode, a).map { isNarrow(opcode) ? $0 & 0xffff_ffff : $0 }
      }
      return known(second).flatMap { ConstantFolding.binary(opcode, a, $0) }
    }
  }

  /// What a node's bits tell of the nodes that it is computed from: each with its bits. Only what must be so.
  public func implied(by index: Int, bits: UInt64, known: (Index) -> UInt64?) -> [(Index, UInt64)] {
    switch nodes[index] {
    case .constant, .parameter, .entryGlobal, .opaque, .aligned: return []
    case .stackPointer(let base, let offset): return [(base, (bits &- UInt64(bitPattern: offset)) & addressMask)]
    case .operation(let opcode, let first, let second, let third):
      if let third, let second { return impliedBySelect(first, second, third, bits, known) }
      guard let second else { return impliedByUnary(opcode, first, bits) }
      return impliedByBinary(opcode, first, second, bits, known)
    }
  }

  private var addressMask: UInt64 { stackPointerBits == 32 ? 0xffff_ffff : .max }

  private func isNarrow(_ opcode: Opcode) -> Bool { EffectTable.standard.isNarrow(opcode) }

  private func impliedBySelect(
    _ first: Index, _ second: Index, _ condition: Index, _ bits: UInt64, _ known: (Index) -> UInt64?
  ) -> [(Index, UInt64)] {
    if let taken = known(condition) { return [(taken & 0xffff_ffff != 0 ? first : second, bits)] }
    guard let a = known(first), let b = known(second), a != b else { return [] }
    if bits == b { return [(condition, 0)] }
    return bits == a && widths[Int(condition)] == 1 ? [(condition, UInt64(1))] : []
  }

  private func impliedByUnary(_ opcode: Opcode, _ operand: Index, _ bits: UInt64) -> [(Index, UInt64)] {
    guard opcode.prefix == 0 else { return [] }
    switch opcode.number {
    case 0x45, 0x50:  // eqz
      if bits == 1 { return [(operand, 0)] }
      return widths[Int(operand)] == 1 ? [(operand, UInt64(1))] : []
    case 0xa7: return widths[Int(operand)] <= 32 ? [(operand, bits)] : []  // i32.wrap_i64
    case 0xac, 0xad: return [(operand, bits & 0xffff_ffff)]  // i64.extend_i32_s, _u
    case 0xbc, 0xbd, 0xbe, 0xbf: return [(operand, bits)]  // reinterpretations
    case 0x8c: return [(operand, bits ^ 0x8000_0000)]  // f32.neg
    case 0x9a: return [(operand, bits ^ 0x8000_0000_0000_0000)]  // f64.neg
    default: return []
    }
  }

  private func impliedByBinary(
    _ opcode: Opcode, _ first: Index, _ second: Index, _ bits: UInt64, _ known: (Index) -> UInt64?
  ) -> [(Index, UInt64)] {
    guard opcode.prefix == 0 else { return [] }
    let (a, b) = (known(first), known(second))
    switch opcode.number {
    case 0x46...0x4f: return impliedByComparison(opcode.number - 0x46, first, second, bits, a, b)
    case 0x51...0x5a: return impliedByComparison(opcode.number - 0x51, first, second, bits, a, b)
    case 0x6a...0x78:
      return impliedByArithmetic(
        opcode.number - 0x6a, first, second, UInt32(truncatingIfNeeded: bits),
        a.map { UInt32(truncatingIfNeeded: $0) }, b.map { UInt32(truncatingIfNeeded: $0) })
    case 0x7c...0x8a: return impliedByArithmetic(opcode.number - 0x7c, first, second, bits, a, b)
    default: return []
    }
  }

  /// Comparisons of integers, in the order of their opcodes: eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u.
  private func impliedByComparison(
    _ number: UInt32, _ first: Index, _ second: Index, _ bits: UInt64, _ a: UInt64?, _ b: UInt64?
  ) -> [(Index, UInt64)] {
    let holds = bits != 0
    switch (number, holds) {
    case (0, true), (1, false):
      if let a { return [(second, a)] }
      return b.map { [(first, $0)] } ?? []
    case (0, false), (1, true):
      // Of two values that are 0 or 1, the one is what the other is not.
      if let a, a <= 1, widths[Int(second)] == 1 { return [(second, 1 - a)] }
      if let b, b <= 1, widths[Int(first)] == 1 { return [(first, 1 - b)] }
      return []
    // Nothing but 0 is less than 1 or not greater than 0, unsigned.
    case (3, true), (9, false): return b == 1 ? [(first, UInt64(0))] : []
    case (5, false), (7, true): return b == 0 ? [(first, UInt64(0))] : []
    default: return []
    }
  }

  /// Instructions with two integer operands, in the order of their opcodes from `add` on.
  private func impliedByArithmetic<Bits: FixedWidthInteger & UnsignedInteger>(
    _ number: UInt32, _ first: Index, _ second: Index, _ bits: Bits, _ a: Bits?, _ b: Bits?
  ) -> [(Index, UInt64)] {
    func node(_ index: Index, _ value: Bits) -> [(Index, UInt64)] { [(index, UInt64(value))] }
    switch number {
    case 0:  // add
      if let a { return node(second, bits &- a) }
      return b.map { node(first, bits &- $0) } ?? []
    case 1:  // sub
      if let a { return node(second, a &- bits) }
      return b.map { node(first, bits &+ $0) } ?? []
    case 2:  // mul: by an odd number it can be undone
      if let a, a & 1 == 1 { return node(second, bits &* Self.inverse(a)) }
      if let b, b & 1 == 1 { return node(first, bits &* Self.inverse(b)) }
      return []
    case 7:  // and
      if bits == 1, widths[Int(first)] == 1, widths[Int(second)] == 1 { return [(first, 1), (second, 1)] }
      if let b, let mask = Bits.ones(widths[Int(first)]), b & mask == mask { return node(first, bits) }
      if let a, let mask = Bits.ones(widths[Int(second)]), a & mask == mask { return node(second, bits) }
      return []
    case 8:  // or
      if bits == 0 { return [(first, 0), (second, 0)] }
      if let a, a == 0 { return node(second, bits) }
      return b == 0 ? node(first, bits) : []
    case 9:  // xor
      if let a { return node(second, bits ^ a) }
      return b.map { node(first, bits ^ $0) } ?? []
    case 10:  // shl
      guard let b else { return [] }
      let shift = Int(b & Bits(Bits.bitWidth - 1))
      return Int(widths[Int(first)]) + shift <= Bits.bitWidth ? node(first, bits >> Bits(shift)) : []
    case 13, 14:  // rotl, rotr
      guard let b else { return [] }
      let undone: UInt32 = (Bits.bitWidth == 32 ? 0x6a : 0x7c) + (number == 13 ? 14 : 13)
      return ConstantFolding.binary(Opcode(index: UInt16(undone)), UInt64(bits), UInt64(b)).map { [(first, $0)] } ?? []
    default: return []
    }
  }

  /// The number that an odd one times gives 1, by Newton's iteration: each step doubles the bits that are right.
  private static func inverse<Bits: FixedWidthInteger & UnsignedInteger>(_ odd: Bits) -> Bits {
    var inverse = odd
    for _ in 0..<6 { inverse = inverse &* (2 &- odd &* inverse) }
    return inverse
  }

  /// How many low bits of a node can be other than zero.
  func width(of node: Node, _ table: ValueTable) -> UInt8 {
    switch node {
    case .constant(let bits): return UInt8(64 - bits.leadingZeroBitCount)
    case .parameter, .entryGlobal, .opaque: return 64
    case .stackPointer, .aligned: return UInt8(stackPointerBits)
    case .operation(let opcode, let first, let second, let third):
      let a = widths[Int(first)]
      let b = second.map { widths[Int($0)] } ?? 0
      if third != nil { return max(a, b) }
      guard opcode.prefix == 0 else { return 64 }
      let full: UInt8 = isNarrow(opcode) ? 32 : 64
      switch opcode.number {
      case 0x45...0x66: return 1
      case 0x67...0x69, 0x79...0x7b: return 7
      case 0x71, 0x83: return min(min(a, b), full)
      case 0x72, 0x73, 0x84, 0x85: return min(max(a, b), full)
      case 0x76, 0x88:  // shr_u
        guard let second, case .constant(let shift) = nodes[Int(second)] else { return min(a, full) }
        let by = UInt8(shift & UInt64(full - 1))
        return min(a, full) > by ? min(a, full) - by : 0
      case 0x74, 0x86:  // shl
        guard let second, case .constant(let shift) = nodes[Int(second)] else { return full }
        return UInt8(min(Int(full), Int(a) + Int(shift & UInt64(full - 1))))
      case 0xa7: return min(a, 32)
      case 0xad: return min(a, 32)
      default: return full
      }
    }
  }
}

extension FixedWidthInteger {
  /// As many ones as are asked for; nil for more than there are bits.
  fileprivate static func ones(_ count: UInt8) -> Self? {
    if count > bitWidth { return nil }
    return count == bitWidth ? ~0 : (1 << Self(count)) - 1
  }
}
