import TestSupport
import WasmBinary

extension RandomBody {
  // MARK: Expressions

  mutating func expression(_ type: ValueType, _ depth: Int) {
    budget -= 1
    if depth <= 0 || budget < 0 {
      if let local = local(type), chance(60) { op(0x20, local) } else { someConstant(type) }
      return
    }
    switch Int.random(in: 0..<20, using: &random) {
    case 0...6:
      expression(type, depth - 1)
      expression(type, depth - 1)
      // Arithmetic, few divisions.
      let number =
        chance(90)
        ? [0, 0, 0, 1, 1, 2, 7, 8, 9, 10, 11, 12, 13, 14].randomElement(using: &random) ?? 0
        : 3 + UInt8.random(in: 0..<4, using: &random)
      code.u8((type == .i32 ? 0x6a : 0x7c) + number)
    case 7:
      let operand: ValueType = chance(50) ? .i32 : .i64
      expression(operand, depth - 1)
      expression(operand, depth - 1)
      code.u8((operand == .i32 ? 0x46 : 0x51) + UInt8.random(in: 0..<10, using: &random))
      if type == .i64 { code.u8(0xad) }
    case 8:
      expression(type, depth - 1)
      code.u8(
        type == .i32
          ? [0x45, 0x67, 0x68, 0x69, 0xc0, 0xc1].randomElement(using: &random) ?? 0x45
          : [0x79, 0x7a, 0x7b, 0xc2, 0xc3, 0xc4].randomElement(using: &random) ?? 0x79)
    case 9:
      expression(type == .i32 ? .i64 : .i32, depth - 1)
      code.u8(type == .i32 ? 0xa7 : chance(50) ? 0xac : 0xad)
    case 10, 11:
      address(depth)
      code.u8(
        type == .i32
          ? [0x28, 0x28, 0x2c, 0x2d, 0x2e, 0x2f].randomElement(using: &random) ?? 0x28
          : [0x29, 0x30, 0x31, 0x34, 0x35].randomElement(using: &random) ?? 0x29)
      memarg()
    case 12:
      expression(type, depth - 1)
      expression(type, depth - 1)
      expression(.i32, depth - 1)
      code.u8(0x1b)
    case 13:
      expression(type, depth - 1)
      if let local = local(type) { op(0x22, local) }
    case 14:
      if !call(type, depth) { someConstant(type) }
    case 15:
      let global =
        RandomBody.globals.indices.filter { RandomBody.globals[$0] == type }.randomElement(using: &random) ?? 1
      op(0x23, UInt64(global))
    case 16:
      code.u8(0x02)
      code.valueType(type)
      inBlock(type) {
        $0.statement(depth - 1)
        $0.expression(type, depth - 1)
        if $0.chance(50), let label = $0.label(type) {
          $0.expression(.i32, depth - 1)
          $0.op(0x0d, label)
        }
      }
    case 17:
      expression(.i32, depth - 1)
      code.u8(0x04)
      code.valueType(type)
      labels.append(type)
      expression(type, depth - 1)
      code.u8(0x05)
      statement(depth - 1)
      expression(type, depth - 1)
      labels.removeLast()
      code.u8(0x0b)
    case 18 where type == .i32:
      // A loop that takes an operand along, over operands that stay.
      expression(.i32, depth - 1)
      op(0x03, UInt64(loopType))
      inBlock(.i32) {
        if let local = $0.local(.i32) { $0.op(0x22, local) }
        $0.statement(depth - 1)
        $0.constant(.i32, 1)
        $0.code.u8(0x6a)
        $0.expression(.i32, depth - 1)
        $0.op(0x0d, 0)
      }
    default:
      if chance(30), let label = label(type) {
        expression(type, depth - 1)
        op(0x0c, label)
      } else if let local = local(type) {
        op(0x20, local)
      } else {
        someConstant(type)
      }
    }
  }

  // MARK: Statements

  mutating func statement(_ depth: Int) {
    budget -= 1
    guard budget > 0 else { return }
    let type: ValueType = chance(65) ? .i32 : .i64
    switch depth <= 0 ? Int.random(in: 0..<7, using: &random) : Int.random(in: 0..<18, using: &random) {
    case 0...4:
      guard let local = local(type) else { return }
      expression(type, depth)
      op(0x21, local)
    case 5:
      address(depth)
      expression(type, depth)
      code.u8(
        type == .i32
          ? [0x36, 0x3a, 0x3b].randomElement(using: &random) ?? 0x36
          : [0x37, 0x3c, 0x3e].randomElement(using: &random) ?? 0x37)
      memarg()
    case 6:
      expression(type, depth)
      op(0x24, type == .i32 ? 1 : 2)
    case 7:
      expression(.i32, depth)
      code.raw([0x04, 0x40])
      labels.append(nil)
      statement(depth - 1)
      if chance(50) {
        code.u8(0x05)
        statement(depth - 1)
      }
      labels.removeLast()
      code.u8(0x0b)
    case 8, 9:
      code.raw([0x02, 0x40])
      inBlock(nil) {
        $0.statement(depth - 1)
        if $0.chance(70), let label = $0.label(nil) {
          $0.expression(.i32, depth - 1)
          $0.op(0x0d, label)
        }
        $0.statement(depth - 1)
        if $0.chance(20), let label = $0.label(nil) {
          $0.op(0x0c, label)
          $0.statement(depth - 1)
        }
      }
    case 10...12:
      code.raw([0x03, 0x40])
      inBlock(nil) {
        for _ in 0..<Int.random(in: 1...3, using: &$0.random) { $0.statement(depth - 1) }
        $0.expression(.i32, depth - 1)
        $0.op(0x0d, 0)
      }
    case 13:
      let count = Int.random(in: 1...4, using: &random)
      for _ in 0..<count {
        code.raw([0x02, 0x40])
        labels.append(nil)
      }
      expression(.i32, depth - 1)
      code.u8(0x0e)
      let cases = Int.random(in: 0...5, using: &random)
      code.uleb(UInt64(cases))
      for _ in 0...cases { code.uleb(UInt64(Int.random(in: 0..<count, using: &random))) }
      for _ in 0..<count {
        labels.removeLast()
        code.u8(0x0b)
        statement(depth - 1)
      }
    case 14:
      if call(type, depth) { code.u8(0x1a) }
    case 15 where frame != .none:
      // Room on the stack of a size that is not known.
      op(0x23, 0)
      expression(.i32, depth - 1)
      constant(.i32, 0x70)
      code.raw([0x71, 0x6b])
      op(0x24, 0)
    case 16:
      // What is thrown within is caught here, with its value.
      code.raw([0x02, 0x7f, 0x1f, 0x40, 1, 0, 0, 0])
      labels.append(.i32)
      inBlock(nil) {
        for _ in 0..<2 { $0.statement(depth - 1) }
        if $0.chance(50) {
          $0.expression(.i32, depth - 1)
          $0.code.raw([0x04, 0x40])
          $0.inBlock(nil) {
            $0.expression(.i32, depth - 1)
            $0.code.raw([0x08, 0])
          }
        }
        _ = $0.call(.i32, depth) ? $0.code.u8(0x1a) : ()
      }
      labels.removeLast()
      someConstant(.i32)
      code.u8(0x0b)
      if let local = local(.i32) { op(0x21, local) } else { code.u8(0x1a) }
    default:
      switch Int.random(in: 0..<4, using: &random) {
      case 0:
        constant(.i32, Int64.random(in: 0...4000, using: &random))
        someConstant(.i32)
        constant(.i32, Int64.random(in: 0...64, using: &random))
        code.raw([0xfc, 0x0b, 0])
      case 1:
        constant(.i32, 0)
        code.raw([0x40, 0, 0x1a])
      case 2 where chance(15):
        expression(.i32, depth - 1)
        code.raw([0x04, 0x40, 0x00, 0x0b])
      case 2,
        3 where chance(60):
        // An exception that may leave the function, with the stack pointer as it is.
        expression(.i32, depth - 1)
        code.raw([0x04, 0x40])
        inBlock(nil) {
          $0.expression(.i32, depth - 1)
          $0.code.raw([0x08, 0])
        }
      default: code.u8(0x01)
      }
    }
  }
}
