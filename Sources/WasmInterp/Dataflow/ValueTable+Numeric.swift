import WasmBinary

// Numeric instructions of values: constants are folded, sums with constants brought to one form.

extension ValueTable {
  /// A numeric instruction of one operand.
  mutating func unary(_ opcode: Opcode, _ type: ValueType, _ a: ValueID, at offset: UInt32) -> ValueID {
    let node = node(a)
    if node.kind == .constant, let bits = ConstantFolding.unary(opcode, node.wide) { return constant(type, bits) }
    return operation(opcode, a, at: offset)
  }

  /// A numeric instruction of two operands.
  mutating func binary(
    _ opcode: Opcode, _ type: ValueType, _ a: ValueID, _ b: ValueID, at offset: UInt32
  ) -> ValueID {
    let left = node(a)
    let right = node(b)
    if left.kind == .constant, right.kind == .constant,
      let bits = ConstantFolding.binary(opcode, left.wide, right.wide)
    {
      return constant(type, bits)
    }
    switch opcode {
    case .i32Add, .i64Add:
      if right.kind == .constant { return sum(a, right.wide, opcode, at: offset) }
      if left.kind == .constant { return sum(b, left.wide, opcode, at: offset) }
    case .i32Sub, .i64Sub:
      if right.kind == .constant {
        return sum(a, 0 &- right.wide, opcode == .i32Sub ? .i32Add : .i64Add, at: offset)
      }
      if let difference = difference(a, b) { return constant(type, difference) }
    case .i32And, .i64And:
      if right.kind == .constant, let value = mask(a, right.wide, opcode) { return value }
      if left.kind == .constant, let value = mask(b, left.wide, opcode) { return value }
    case .i32Or, .i64Or:
      if right.kind == .constant, let value = disjointSum(a, right.wide, opcode) { return value }
      if left.kind == .constant, let value = disjointSum(b, left.wide, opcode) { return value }
    default: break
    }
    return operation(opcode, a, b, at: offset)
  }

  /// `select`: the first operand where the condition is not zero.
  mutating func select(
    _ opcode: Opcode, _ a: ValueID, _ b: ValueID, condition: ValueID, at offset: UInt32
  ) -> ValueID {
    if a == b { return a }
    let node = node(condition)
    if node.kind == .constant { return node.wide & 0xffff_ffff != 0 ? a : b }
    return operation(opcode, a, b, condition, at: offset)
  }

  /// How many bits the operands have.
  private func bits(_ opcode: Opcode) -> Int { opcode.number <= 0x78 ? 32 : 64 }

  /// A value plus a constant.
  private mutating func sum(_ a: ValueID, _ constant: UInt64, _ opcode: Opcode, at offset: UInt32) -> ValueID {
    let is32 = opcode == .i32Add
    let delta = is32 ? Int64(Int32(truncatingIfNeeded: constant)) : Int64(bitPattern: constant)
    if delta == 0 { return a }
    let left = node(a)
    switch left.kind {
    case .stackPointer where bits(opcode) == stackPointerBits:
      return stackPointer(Int64(bitPattern: left.wide) &+ delta)
    case .aligned where bits(opcode) == stackPointerBits:
      let (from, before) = aligned(left)
      return alignedStackPointer(from: from, alignmentLog2: left.type, offset: before &+ delta)
    case .operation where left.opcode == opcode.index:
      let inner = node(ValueID(index: left.b))
      guard inner.kind == .constant else { break }
      return sum(ValueID(index: left.a), inner.wide &+ constant, opcode, at: offset)
    default: break
    }
    let right = self.constant(is32 ? .i32 : .i64, UInt64(bitPattern: delta))
    return operation(opcode, a, right, at: offset)
  }

  /// The difference of two values where it is known.
  private func difference(_ a: ValueID, _ b: ValueID) -> UInt64? {
    if a == b { return 0 }
    let left = node(a)
    let right = node(b)
    if left.kind == .stackPointer, right.kind == .stackPointer { return left.wide &- right.wide }
    return nil
  }

  /// A stack pointer whose lowest bits are cleared.
  private mutating func mask(_ a: ValueID, _ mask: UInt64, _ opcode: Opcode) -> ValueID? {
    let left = node(a)
    let width = bits(opcode)
    guard left.kind == .stackPointer, width == stackPointerBits else { return nil }
    let cleared = width == 32 ? UInt64(~UInt32(truncatingIfNeeded: mask)) : ~mask
    guard cleared & (cleared &+ 1) == 0, cleared.nonzeroBitCount < width else { return nil }
    if cleared == 0 { return a }
    return alignedStackPointer(
      from: Int64(bitPattern: left.wide), alignmentLog2: UInt8(cleared.nonzeroBitCount), offset: 0)
  }

  /// A realigned stack pointer with bits set that are known to be clear: what compilers make of additions.
  private mutating func disjointSum(_ a: ValueID, _ constant: UInt64, _ opcode: Opcode) -> ValueID? {
    let left = node(a)
    guard left.kind == .aligned, bits(opcode) == stackPointerBits, constant < 1 << UInt64(left.type) else { return nil }
    let (from, offset) = aligned(left)
    guard UInt64(bitPattern: offset) & constant == 0 else { return nil }
    return alignedStackPointer(
      from: from, alignmentLog2: left.type, offset: offset &+ Int64(bitPattern: constant))
  }
}

extension Opcode {
  static let i32Add = Opcode(index: 0x6a)
  static let i32Sub = Opcode(index: 0x6b)
  static let i32And = Opcode(index: 0x71)
  static let i32Or = Opcode(index: 0x72)
  static let i64Add = Opcode(index: 0x7c)
  static let i64Sub = Opcode(index: 0x7d)
  static let i64And = Opcode(index: 0x83)
  static let i64Or = Opcode(index: 0x84)
}
