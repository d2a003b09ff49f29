import ByteCursor
import WasmBinary

extension Machine {
  /// Runs an instruction that is not worth a place in the loop. `a`: result, `b` and `c`: indices, the list: operands.
  /// - Returns: how it trapped; `uncaughtException` with `thrown` set where it throws.
  @inline(never) func general(_ pc: CodePointer, _ frame: FramePointer, _ context: ContextPointer) -> Trap.Kind? {
    let instance = context.instance
    let first = Int(UInt32(bitPattern: pc.b))
    let second = Int(UInt32(bitPattern: pc.c))
    func operand(_ index: Int) -> UInt64 { frame[pc.word(index)] }
    switch pc.x {
    case 0x08:  // throw
      let tag = instance.tags[first]
      var slot = pc.word(0)
      let values = tag.parameters.map { type in
        defer { slot += type.slots }
        return Value(type, low: frame[slot], high: type == .v128 ? frame[slot + 1] : 0)
      }
      thrown = ExceptionValue(tag: tag, values: values)
      return .uncaughtException
    case 0x0a:  // throw_ref
      let bits = operand(0)
      if bits == 0 { return .nullReference }
      thrown = store.exceptions[Int(ReferenceBits.number(bits))]
      return .uncaughtException
    case 0x3f: frame[pc.a] = instance.memories[first].pages
    case 0x40:
      let memory = instance.memories[first]
      let before = memory.grow(by: operand(0))
      frame[pc.a] = before ?? (memory.type.is64Bit ? .max : 0xffff_ffff)
    case 0x25:
      guard let bits = instance.tables[first].bits(operand(0)) else { return .tableOutOfBounds }
      frame[pc.a] = bits
    case 0x26:
      guard instance.tables[first].set(operand(0), operand(1)) else { return .tableOutOfBounds }
    case 0x148:
      guard instance.memories[second].write(operand(0), from: instance.data[first], operand(1), count: operand(2))
      else {
        return .memoryOutOfBounds
      }
    case 0x149: instance.data[first] = .empty
    case 0x14a:
      let source = instance.memories[second]
      guard instance.memories[first].copy(to: operand(0), from: source, operand(1), count: operand(2)) else {
        return .memoryOutOfBounds
      }
    case 0x14b:
      let byte = UInt8(truncatingIfNeeded: operand(1))
      guard instance.memories[first].fill(operand(0), byte, count: operand(2)) else { return .memoryOutOfBounds }
    case 0x14c:
      let elements = instance.elements[first]
      guard instance.tables[second].write(operand(0), from: elements, operand(1), count: operand(2)) else {
        return .tableOutOfBounds
      }
    case 0x14d: instance.elements[first] = []
    case 0x14e:
      let source = instance.tables[second].elements
      guard instance.tables[first].write(operand(0), from: source, operand(1), count: operand(2)) else {
        return .tableOutOfBounds
      }
    case 0x14f:
      let table = instance.tables[first]
      frame[pc.a] = table.grow(by: operand(1), operand(0)) ?? (table.type.is64Bit ? .max : 0xffff_ffff)
    case 0x150: frame[pc.a] = instance.tables[first].count
    case 0x151:
      guard instance.tables[first].fill(operand(0), operand(1), count: operand(2)) else { return .tableOutOfBounds }
    default: return .unsupported
    }
    return nil
  }
}
