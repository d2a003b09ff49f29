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
      thrown = heap.exception(bits)
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
      let memory = instance.memories[second]
      let bytes = instance.data[first]
      guard memory.holds(operand(0), operand(2)), Self.holds(UInt64(bytes.count), operand(1), operand(2)) else {
        return .memoryOutOfBounds
      }
      if let kind = charge(bytes: operand(2)) { return kind }
      memory.write(operand(0), from: bytes, operand(1), count: operand(2))
    case 0x149: instance.data[first] = .empty
    case 0x14a:
      let target = instance.memories[first]
      let source = instance.memories[second]
      guard target.holds(operand(0), operand(2)), source.holds(operand(1), operand(2)) else {
        return .memoryOutOfBounds
      }
      if let kind = charge(bytes: operand(2)) { return kind }
      target.copy(to: operand(0), from: source, operand(1), count: operand(2))
    case 0x14b:
      let memory = instance.memories[first]
      guard memory.holds(operand(0), operand(2)) else { return .memoryOutOfBounds }
      if let kind = charge(bytes: operand(2)) { return kind }
      memory.fill(operand(0), UInt8(truncatingIfNeeded: operand(1)), count: operand(2))
    case 0x14c:
      let table = instance.tables[second]
      let elements = instance.elements[first]
      guard table.holds(operand(0), operand(2)), Self.holds(UInt64(elements.count), operand(1), operand(2)) else {
        return .tableOutOfBounds
      }
      if let kind = charge(bytes: operand(2) * 8) { return kind }
      table.write(operand(0), from: elements, operand(1), count: operand(2))
    case 0x14d: instance.elements[first] = []
    case 0x14e:
      let target = instance.tables[first]
      let source = instance.tables[second]
      guard target.holds(operand(0), operand(2)), source.holds(operand(1), operand(2)) else {
        return .tableOutOfBounds
      }
      if let kind = charge(bytes: operand(2) * 8) { return kind }
      target.copy(to: operand(0), from: source, operand(1), count: operand(2))
    case 0x14f:
      let table = instance.tables[first]
      // Before anything grows: where it stops, the instruction has not run. (More than a table can have costs nothing.)
      if operand(1) <= limits.tableElements, let kind = charge(bytes: operand(1) * 8) { return kind }
      let before = table.grow(by: operand(1), operand(0))
      frame[pc.a] = before ?? (table.type.is64Bit ? .max : 0xffff_ffff)
    case 0x150: frame[pc.a] = instance.tables[first].count
    case 0x151:
      let table = instance.tables[first]
      guard table.holds(operand(0), operand(2)) else { return .tableOutOfBounds }
      if let kind = charge(bytes: operand(2) * 8) { return kind }
      table.fill(operand(0), operand(1), count: operand(2))
    case Translator.chargeNumber: return charge(bytes: UInt64(first))
    default: return .unsupported
    }
    return nil
  }

  private static func holds(_ size: UInt64, _ start: UInt64, _ count: UInt64) -> Bool {
    start <= size && count <= size - start
  }

  /// Takes what one instruction costs that works on many bytes, so that a loop of such ends in time.
  func charge(bytes: UInt64) -> Trap.Kind? {
    if interrupt.isRequested { return .interrupted }
    guard let fuel else { return nil }
    owed += bytes >> 10
    // A share that was handed out counts as left.
    return owed > fuel && owed - fuel > UInt64(Self.chunk) ? .outOfFuel : nil
  }
}
