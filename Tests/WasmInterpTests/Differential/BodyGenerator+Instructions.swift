import ByteCursor
import TestSupport
import WasmBinary

// Branches, calls and arithmetic of random bodies.
extension BodyGenerator {
  private func depth(_ label: Int) -> UInt32 { UInt32(labels.count - 1 - label) }

  /// The counter goes down; whether it is above zero is on the stack.
  private mutating func countDown() {
    access(0x20, counter)
    code.raw([0x41, 1, 0x6b])
    access(0x22, counter)
    code.raw([0x41, 0, 0x4a])
  }

  /// A branch on a condition to any label, with the operands that it takes.
  mutating func branchIf() {
    let index = number(0..<labels.count)
    let label = labels[index]
    if label.types.last == .funcref, !label.isLoop, chance(50) {
      provide(label.types)
      access(0xd6, depth(index))
      stack.removeLast()
      return
    }
    provide(label.types)
    if label.isLoop {
      countDown()
    } else if chance(15) {
      push(.funcref)
      access(0xd5, depth(index))
      return
    } else {
      push(.i32)
      stack.removeLast()
    }
    access(0x0d, depth(index))
  }

  /// Something behind which nothing is reached, and a little of what is not.
  mutating func leave() -> Bool {
    switch number(0..<4) {
    case 0: branchTable()
    case 1 where chance(30): raise()
    case 2:
      provide(signature.results)
      code.u8(0x0f)
    default:
      let index = number(0..<labels.count)
      guard !labels[index].isLoop else { return false }
      provide(labels[index].types)
      access(0x0c, depth(index))
    }
    let dead: [[UInt8]] = [
      [], [0x6a, 0x1a], [0x41, 1, 0x21, UInt8(counter)], [0x02, 0x40, 0x0b], [0x04, 0x40, 0x05, 0x0b],
      [0x03, 0x40, 0x0c, 0, 0x0b], [0x1f, 0x40, 0, 0x0b, 0x00],
    ]
    code.raw(dead.randomElement(using: &random)!)
    return true
  }

  /// A `br_table` to labels of the same types; in a block of its own that is left first when the counter is used up.
  private mutating func branchTable() {
    let types = labels[number(0..<labels.count)].types
    let targets = labels.indices.filter { labels[$0].types == types }
    code.raw([0x02, 0x40])
    countDown()
    code.raw([0x45, 0x0d, 0])
    let height = stack.count
    for type in types { push(type) }
    push(.i32)
    code.raw([0x41, 7, 0x71, 0x0e])
    let count = number(0..<6)
    code.uleb(UInt64(count))
    for _ in 0...count { code.uleb(UInt64(depth(targets.randomElement(using: &random)!)) + 1) }
    code.u8(0x0b)
    stack.removeLast(stack.count - height)
    // When the counter is used up, it goes on here.
    provide(signature.results)
    code.u8(0x0f)
  }

  /// A call of a function of a lower level.
  /// - Returns: whether it was a tail call.
  mutating func call() -> Bool {
    let isTail = chance(20) && labels.count > 1
    let candidates = program.signatures.indices.filter {
      program.signatures[$0].level < signature.level && (!isTail || program.signatures[$0].results == signature.results)
    }
    guard let index = candidates.randomElement(using: &random) else { return false }
    let callee = program.signatures[index]
    provide(callee.parameters)
    switch number(0..<3) {
    case 0: access(isTail ? 0x12 : 0x10, UInt32(index))
    case 1:
      code.u8(0x41)
      code.sleb(Int64(index))
      access(isTail ? 0x13 : 0x11, callee.type)
      code.u8(0)
    default:
      access(0xd2, UInt32(index))
      access(isTail ? 0x15 : 0x14, callee.type)
    }
    stack.removeLast(callee.parameters.count)
    stack += isTail ? [] : callee.results
    return isTail
  }

  // MARK: Arithmetic

  private enum Operation {
    static let i32: [UInt8] = Array(0x46...0x4f) + Array(0x6a...0x6c) + Array(0x71...0x78)
    static let i64: [UInt8] = Array(0x7c...0x7e) + Array(0x83...0x8a)
    static let i64Comparison: [UInt8] = Array(0x51...0x5a)
    static let unary32: [UInt8] = [0x45, 0x67, 0x68, 0x69, 0xc0, 0xc1]
    static let unary64: [UInt8] = [0x79, 0x7a, 0x7b, 0xc2, 0xc3, 0xc4]
  }

  /// An instruction on the operands that are there, or a pair of them.
  mutating func operate() {
    guard stack.count > base, let type = stack.last else { return push(.i32) }
    switch type {
    case .i32:
      switch number(0..<6) {
      case 0: code.u8(Operation.unary32.randomElement(using: &random)!)
      case 1: replace([0xac, 0xad].randomElement(using: &random)!, .i64)
      case 2: divide(0x6d, mask: [0x41, 15, 0x71, 0x41, 1, 0x72], .i32)
      case 3: replace(0xb7, .f64)
      default: binary(Operation.i32, .i32, .i32)
      }
    case .i64:
      switch number(0..<6) {
      case 0: code.u8(Operation.unary64.randomElement(using: &random)!)
      case 1: replace(0xa7, .i32)
      case 2: divide(0x7f, mask: [0x42, 15, 0x83, 0x42, 1, 0x84], .i64)
      case 3: binary(Operation.i64Comparison, .i64, .i32)
      default: binary(Operation.i64, .i64, .i64)
      }
    case .f32:
      if chance(30) {
        replace(0xbc, .i32)
      } else {
        binary([0x92, 0x93, 0x94, 0x96, 0x97], .f32, .f32)
        code.withoutNaN(.f32, local: float32)
      }
    case .f64:
      switch number(0..<4) {
      case 0: replace(0xbd, .i64)
      case 1:
        code.raw([0xfc, 2])
        replace(nil, .i32)
      default:
        binary([0xa0, 0xa1, 0xa2, 0xa4, 0xa5], .f64, .f64)
        code.withoutNaN(.f64, local: float64)
      }
    case .v128:
      if chance(50) {
        code.raw([0xfd, 0x1d, UInt8(number(0..<2))])
        replace(nil, .i64)
      } else {
        provide([.v128, .v128])
        // i64x2.add, v128.xor
        code.raw(chance(50) ? [0xfd, 0xce, 1] : [0xfd, 0x51])
        stack.removeLast()
      }
    case .reference: replace(0xd1, .i32)
    }
  }

  /// Emits an instruction that takes the topmost operand and makes one of `type`.
  private mutating func replace(_ opcode: UInt8?, _ type: ValueType) {
    if let opcode { code.u8(opcode) }
    stack[stack.count - 1] = type
  }

  private mutating func binary(_ opcodes: [UInt8], _ type: ValueType, _ result: ValueType) {
    if stack.count - base < 2 || stack[stack.count - 2] != type { push(type) }
    code.u8(opcodes.randomElement(using: &random)!)
    stack.removeLast(2)
    stack.append(result)
  }

  /// A division or remainder by a small odd number.
  private mutating func divide(_ first: UInt8, mask: [UInt8], _ type: ValueType) {
    if stack.count - base < 2 || stack[stack.count - 2] != type { push(type) }
    code.raw(mask)
    code.u8(first + UInt8(number(0..<4)))
    stack.removeLast()
  }
}
