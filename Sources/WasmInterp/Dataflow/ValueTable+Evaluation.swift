import WasmBinary

extension ValueTable {
  /// The bits of a value, computed from those of the values that it is made of.
  ///
  /// Nil also for an operation that traps or gives a NaN. Expressions are no deeper than `maximumDepth`.
  /// - Parameter known: the bits of a value where they are known; it is asked for expressions too, before their
  ///   operands. For a stack pointer it is asked for the one without offset.
  public func evaluate(_ id: ValueID, known: (AbstractValue) -> UInt64?) -> UInt64? {
    let value = self[id]
    if let bits = known(value) { return bits }
    let mask = stackPointerBits == 32 ? 0xffff_ffff : UInt64.max
    switch value {
    case .constant(_, let bits): return bits
    case .null: return 0
    case .stackPointer(let offset) where offset != 0:
      return known(.stackPointer(0)).map { ($0 &+ UInt64(bitPattern: offset)) & mask }
    case .alignedStackPointer(let from, let alignment, let offset):
      guard let entry = known(.stackPointer(0)) else { return nil }
      let base = (entry &+ UInt64(bitPattern: from)) & (UInt64.max << UInt64(alignment))
      return (base &+ UInt64(bitPattern: offset)) & mask
    case .operation(let opcode, let operands):
      return evaluate(opcode, operands.map { evaluate($0, known: known) })
    default: return nil
    }
  }

  private func evaluate(_ opcode: Opcode, _ operands: [UInt64?]) -> UInt64? {
    if opcode == .select {
      guard operands.count == 3, let condition = operands[2] else { return nil }
      return condition & 0xffff_ffff != 0 ? operands[0] : operands[1]
    }
    guard let first = operands.first, let a = first else { return nil }
    if operands.count == 1 {
      return ConstantFolding.unary(opcode, a).map { EffectTable.standard.isNarrow(opcode) ? $0 & 0xffff_ffff : $0 }
    }
    guard let b = operands[1] else { return nil }
    return ConstantFolding.binary(opcode, a, b)
  }

  // MARK: Text

  /// A value in a few words, for people who look at an analysis: `sp-16`, `(i32.mul p0 3)`, `i32.load(sp-4)@0x1f`.
  public func text(_ id: ValueID) -> String {
    func signed(_ offset: Int64) -> String { offset == 0 ? "" : offset < 0 ? "\(offset)" : "+\(offset)" }
    func place(_ slot: StateSlot) -> String {
      switch slot {
      case .local(let index): "local\(index)"
      case .global(let index): "global\(index)"
      case .memory: "memory"
      case .operand(let index): "operand\(index)"
      }
    }
    switch self[id] {
    case .constant(.i32, let bits): return "\(Int32(truncatingIfNeeded: bits))"
    case .constant(let type, let bits): return "\(type):\(Int64(bitPattern: bits))"
    case .null: return "null"
    case .stackPointer(let offset): return "sp\(signed(offset))"
    case .alignedStackPointer(let from, let alignment, let offset):
      return "align\(UInt64(1) << UInt64(alignment))(sp\(signed(from)))\(signed(offset))"
    case .parameter(let index): return "p\(index)"
    case .entryGlobal(let index): return "g\(index)"
    case .load(let opcode, let address, let offset, let memory, let at, _):
      return
        "\(opcode.name)\(memory == 0 ? "" : " \(memory)")(\(text(address))\(offset == 0 ? "" : "+\(offset)"))@\(at)"
    case .operation(let opcode, let operands):
      return "(\(opcode.name) \(operands.map(text).joined(separator: " ")))"
    case .result(let at, let index): return "result\(index)@\(at)"
    case .join(let block, let slot): return "join\(block).\(place(slot))"
    case .caught(let block, let clause, let index): return "caught\(block).\(clause).\(index)"
    case .global(let index, let at): return "g\(index)@\(at)"
    case .unwound(let index, let block): return "unwound\(block).g\(index)"
    case .entryMemory: return "memory"
    case .memory(let at): return "memory@\(at)"
    }
  }
}

extension EffectTable {
  /// Whether a numeric instruction's result is an i32.
  func isNarrow(_ opcode: Opcode) -> Bool { rows[Int(opcode.index)].result == .i32 }
}
