import ByteCursor
import WasmBinary

/// What is written down while a function's blocks are executed for its facts.
struct FactLog {
  private(set) var conditions: [UInt32: ValueID] = [:]
  var events: [MemoryEvent] = []
  /// Values that may be seen outside of the function's own addresses: stored, passed on, returned.
  private(set) var isExposed: [Bool] = []
  /// Operands of expressions that are too deep to be kept, and where these are computed.
  private(set) var cutOff: [(operand: ValueID, at: UInt32)] = []
  /// Where functions are called that move the stack pointer.
  private(set) var movers: [UInt32] = []
  private(set) var roots: [RootKey: Int32] = [:]
  var block: UInt32 = 0
  private let context: ModuleContext

  struct RootKey: Hashable {
    let memory: UInt32
    let root: AddressRoot
  }

  init(_ context: ModuleContext) { self.context = context }

  mutating func expose(_ operands: some Sequence<ValueID>) {
    for operand in operands {
      let index = Int(operand.index)
      if index >= isExposed.count {
        isExposed.append(contentsOf: repeatElement(false, count: index + 1 - isExposed.count))
      }
      isExposed[index] = true
    }
  }

  /// Adds an instruction that is about to be executed.
  mutating func add(
    _ instruction: Instruction, _ interpreter: borrowing AbstractInterpreter, _ state: borrowing WorkingState
  ) {
    let row = interpreter.table[Int(instruction.opcode.index)]
    switch row.kind {
    case .constant: break
    case .numeric: noteCutOff(Int(row.pops), instruction, interpreter, state)
    case .load: access(.load, instruction, interpreter, state, pops: 1)
    case .opaque: opaque(instruction, row, interpreter, state)
    case .variable:
      if let opcode = row.variable { variable(instruction, opcode, interpreter, state) }
    }
  }

  private mutating func noteCutOff(
    _ pops: Int, _ instruction: Instruction, _ interpreter: borrowing AbstractInterpreter,
    _ state: borrowing WorkingState
  ) {
    let operands = state.stack.suffix(pops)
    guard operands.contains(where: { interpreter.values.isDeepest($0) }) else { return }
    for operand in operands { cutOff.append((operand, instruction.codeOffset.short)) }
  }

  private mutating func opaque(
    _ instruction: Instruction, _ row: EffectTable.Row, _ interpreter: borrowing AbstractInterpreter,
    _ state: borrowing WorkingState
  ) {
    switch (instruction.opcode.prefix, instruction.opcode.number) {
    case (0, 0x36...0x3e), (0xfd, 0x0b): access(.store, instruction, interpreter, state, pops: 2)
    case (0xfd, 0x00): access(.load, instruction, interpreter, state, pops: 1)
    case (0xfc, 0x08), (0xfc, 0x0b): bulk(instruction, interpreter, state)
    default:
      guard instruction.memoryArgument != nil else {
        expose(state.stack.suffix(Int(row.pops)))
        return
      }
      if row.writesMemory {
        access(.write, instruction, interpreter, state, pops: Int(row.pops))
      } else {
        expose(state.stack.suffix(max(Int(row.pops) - 1, 0)))
      }
    }
  }

  private mutating func variable(
    _ instruction: Instruction, _ opcode: VariableOpcode, _ interpreter: borrowing AbstractInterpreter,
    _ state: borrowing WorkingState
  ) {
    switch opcode {
    case .localGet, .localSet, .localTee, .globalGet, .drop: break
    case .select, .selectTyped: noteCutOff(3, instruction, interpreter, state)
    case .if, .brIf, .brTable: conditions[block] = state.stack.last
    case .globalSet where instruction.immediates.index == context.stackPointer: break
    case .memoryCopy: bulk(instruction, interpreter, state)
    default:
      guard let effect = try? context.effect(of: instruction, opcode) else { return }
      expose(state.stack.suffix(effect.pops))
      switch opcode {
      case .call, .callIndirect, .callRef:
        if opcode == .call, context.stackPointerMovers.contains(instruction.immediates.index) {
          movers.append(instruction.codeOffset.short)
        }
        call(instruction, interpreter, state)
      default: break
      }
    }
  }

  // MARK: Events

  /// A load, a store or another access with a memory argument. The address is the lowest of its operands.
  private mutating func access(
    _ kind: MemoryEvent.Kind, _ instruction: Instruction, _ interpreter: borrowing AbstractInterpreter,
    _ state: borrowing WorkingState, pops: Int
  ) {
    guard let argument = instruction.memoryArgument, pops > 0, state.stack.count >= pops else { return }
    let address = state.stack[state.stack.count - pops]
    let operands = state.stack.suffix(pops - 1)
    expose(operands)
    let at = instruction.codeOffset.short
    let value: ValueID?
    switch kind {
    case .load:
      let result =
        instruction.opcode.prefix == 0
        ? interpreter.values.loadIfNamed(
          instruction.opcode, address, argument, at: at, interpreter.slot(SlotLayout.memory, state))
        : nil
      value = result ?? interpreter.values.resultIfNamed(at)
    case .store: value = operands.last
    case .write, .call: value = address
    }
    guard let value else { return }
    append(
      kind, instruction, interpreter, memory: argument.memory, address: address, offset: argument.offset,
      width: instruction.opcode.naturalAlignment.map(UInt64.init), value: value)
  }

  /// `memory.init`, `memory.copy` and `memory.fill`: where to, what, how much.
  private mutating func bulk(
    _ instruction: Instruction, _ interpreter: borrowing AbstractInterpreter, _ state: borrowing WorkingState
  ) {
    guard state.stack.count >= 3 else { return }
    let operands = Array(state.stack.suffix(3))
    let count = interpreter.values.node(operands[2])
    let width = count.kind == .constant ? count.wide : nil
    let memory: UInt32
    switch instruction.immediates {
    case .index(let index): memory = index
    // The data segment and the memory of `memory.init`; the memories written and read by `memory.copy`.
    case .indices(let first, let second): memory = instruction.opcode.number == 0x08 ? second : first
    default: return
    }
    if instruction.opcode.number == 0x0b { expose(operands[1...1]) }
    guard width != 0 else { return }
    append(
      .write, instruction, interpreter, memory: memory, address: operands[0], offset: 0, width: width,
      value: operands[0])
  }

  private mutating func append(
    _ kind: MemoryEvent.Kind, _ instruction: Instruction, _ interpreter: borrowing AbstractInterpreter,
    memory: UInt32, address: ValueID, offset: UInt64, width: UInt64?, value: ValueID
  ) {
    let (root, addend) = interpreter.values.address(address)
    let mask = context.addressMask(memory)
    let start = (addend &+ offset) & mask
    let key = RootKey(memory: memory, root: root)
    let number = roots[key] ?? Int32(roots.count)
    roots[key] = number
    events.append(
      MemoryEvent(
        kind: kind, opcode: instruction.opcode, at: instruction.codeOffset.short, memory: memory, address: address,
        value: value, offset: offset, place: MemoryPlace(root: number, start: start, width: width, mask: mask),
        slot: FrameSlot(root: root, addend: start, mask: mask)))
  }

  private mutating func call(
    _ instruction: Instruction, _ interpreter: borrowing AbstractInterpreter, _ state: borrowing WorkingState
  ) {
    let slot = context.stackPointer.flatMap { interpreter.layout.slot(ofGlobal: $0) }
    let stackPointer = slot.map { interpreter.slot($0, state) }
    let place = stackPointer.map { interpreter.values.address($0) }
    let mask = interpreter.values.stackPointerBits == 32 ? 0xffff_ffff : UInt64.max
    events.append(
      MemoryEvent(
        kind: .call, opcode: instruction.opcode, at: instruction.codeOffset.short, memory: 0, address: stackPointer,
        value: ValueID(index: 0), offset: 0, place: MemoryPlace(root: -1, start: 0, width: nil, mask: mask),
        slot: place.flatMap { FrameSlot(root: $0.root, addend: $0.addend, mask: mask) }))
  }
}

extension ModuleContext {
  /// The largest address of a memory.
  func addressMask(_ memory: UInt32) -> UInt64 {
    Int(memory) < memories.count && memories[Int(memory)].is64Bit ? .max : 0xffff_ffff
  }
}
