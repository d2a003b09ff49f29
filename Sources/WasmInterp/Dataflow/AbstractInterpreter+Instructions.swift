import ByteCursor
import WasmBinary

extension AbstractInterpreter {
  /// Executes an instruction.
  @inline(__always)
  mutating func step(_ instruction: Instruction, _ state: inout WorkingState) throws(ReadError) {
    let row = table[Int(instruction.opcode.index)]
    let at = instruction.codeOffset.short
    switch row.kind {
    case .numeric:
      let top = pop(&state)
      state.stack.append(
        row.pops == 1
          ? values.unary(instruction.opcode, row.result, top, at: at)
          : values.binary(instruction.opcode, row.result, pop(&state), top, at: at))
    case .constant:
      switch instruction.immediates {
      case .i32(let value): state.stack.append(values.constant(.i32, UInt64(UInt32(bitPattern: value))))
      case .i64(let value): state.stack.append(values.constant(.i64, UInt64(bitPattern: value)))
      case .f32(let bits): state.stack.append(values.constant(.f32, UInt64(bits)))
      case .f64(let bits): state.stack.append(values.constant(.f64, bits))
      default: break
      }
    case .load:
      guard case .memory(let argument) = instruction.immediates else { return }
      let version = slot(SlotLayout.memory, state)
      state.stack.append(
        values.load(instruction.opcode, address: pop(&state), argument, at: at, version: version))
    case .opaque:
      try replace(Int(row.pops), by: Int(row.pushes), at: at, &state)
      if row.writesMemory { writeMemory(at: at, &state) }
    case .variable:
      if let opcode = row.variable { try step(instruction, opcode, at: at, &state) }
    }
  }

  private mutating func step(
    _ instruction: Instruction, _ opcode: VariableOpcode, at: UInt32, _ state: inout WorkingState
  ) throws(ReadError) {
    switch opcode {
    case .localGet: state.stack.append(slot(layout.firstLocal + Int(instruction.immediates.index), state))
    case .localSet: setSlot(layout.firstLocal + Int(instruction.immediates.index), pop(&state), &state)
    case .localTee:
      guard let top = state.stack.last else { return }
      setSlot(layout.firstLocal + Int(instruction.immediates.index), top, &state)
    case .globalGet:
      let known = layout.slot(ofGlobal: instruction.immediates.index)
      state.stack.append(known.map { slot($0, state) } ?? values.result(of: at))
    case .globalSet:
      let value = pop(&state)
      if let slot = layout.slot(ofGlobal: instruction.immediates.index) { setSlot(slot, value, &state) }
    case .drop: _ = pop(&state)
    case .select, .selectTyped:
      let condition = pop(&state)
      let second = pop(&state)
      let first = pop(&state)
      state.stack.append(values.select(.select, first, second, condition: condition, at: at))
    case .refNull: state.stack.append(values.intern(ValueTable.Node(kind: .null)))
    case .if, .brIf, .brTable: _ = pop(&state)
    default:
      let effect: (pops: Int, pushes: Int)
      do throws(DataflowProblem) {
        effect = try context.effect(of: instruction, opcode)
      } catch { throw error.at(instruction.codeOffset, in: graph.body) }
      switch opcode {
      case .returnCall, .returnCallIndirect, .returnCallRef, .throw, .throwRef: return
      case .call, .callIndirect, .callRef:
        let argument = opcode == .call ? returnedArgument(instruction, effect.pops, state) : nil
        try replace(effect.pops, by: effect.pushes, at: at, &state)
        if let argument, effect.pushes == 1 { state.stack[state.stack.count - 1] = argument }
        writeMemory(at: at, &state)
        for slot in clobbered {
          let global = layout.globals[slot - 1]
          setSlot(slot, values.intern(ValueTable.Node(kind: .global, a: at, b: global)), &state)
        }
        if opcode == .call { moveStackPointer(instruction, at: at, &state) }
      case .memoryCopy:
        try replace(effect.pops, by: effect.pushes, at: at, &state)
        writeMemory(at: at, &state)
      default: try replace(effect.pops, by: effect.pushes, at: at, &state)
      }
    }
  }

  /// The argument of a call that it is known to return.
  private func returnedArgument(
    _ instruction: Instruction, _ count: Int, _ state: borrowing WorkingState
  ) -> ValueID? {
    guard !context.returnedParameters.isEmpty,
      let parameter = context.returnedParameters[instruction.immediates.index], parameter < count,
      state.stack.count >= count
    else { return nil }
    return state.stack[state.stack.count - count + Int(parameter)]
  }

  /// Forgets the stack pointer where a function is called that moves it.
  private mutating func moveStackPointer(_ instruction: Instruction, at: UInt32, _ state: inout WorkingState) {
    guard !context.stackPointerMovers.isEmpty,
      context.stackPointerMovers.contains(instruction.immediates.index),
      let global = context.stackPointer, let slot = layout.slot(ofGlobal: global)
    else { return }
    setSlot(slot, values.intern(ValueTable.Node(kind: .global, a: at, b: global)), &state)
  }

  @inline(__always)
  private mutating func pop(_ state: inout WorkingState) -> ValueID {
    // The builder of the graph has counted the operands.
    state.stack.popLast() ?? values.result(of: .max)
  }

  /// Takes operands and leaves results of which nothing is known.
  private mutating func replace(
    _ pops: Int, by pushes: Int, at: UInt32, _ state: inout WorkingState
  ) throws(ReadError) {
    state.stack.removeLast(min(pops, state.stack.count))
    // Types have thousands of results at the most, calls are many.
    if pushes > 4 { try spend(pushes) }
    for index in 0..<pushes { state.stack.append(values.result(of: at, index)) }
  }

  private mutating func writeMemory(at: UInt32, _ state: inout WorkingState) {
    setSlot(SlotLayout.memory, values.intern(ValueTable.Node(kind: .memory, a: at)), &state)
  }
}

extension Opcode {
  static let select = Opcode(index: 0x1b)
}
