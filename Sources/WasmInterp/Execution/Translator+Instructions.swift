import ByteCursor
import WasmBinary

extension Translator {
  // MARK: Blocks

  func types(_ type: BlockType) -> (parameters: [ValueType], results: [ValueType]) {
    switch type {
    case .empty: return ([], [])
    case .value(let type): return ([], [type])
    case .type(let index):
      let function = functionType(index)
      return (function.parameters, function.results)
    }
  }

  func functionType(_ index: UInt32) -> FunctionType {
    Int(index) < instance.moduleTypes.count
      ? instance.moduleTypes[Int(index)].function ?? FunctionType() : FunctionType()
  }

  private mutating func open(_ kind: Label.Kind, _ type: BlockType) {
    let (parameters, results) = types(type)
    let height = max(stack.count - parameters.count, 0)
    if kind != .block {
      // Reached from elsewhere too: by the loop's branches, or in the other arm.
      for index in height..<stack.count where stack[index].place != .own {
        if case .local = stack[index].place { aliases -= 1 }
        move(stack[index], to: stack[index].slot)
        stack[index].place = .own
        frameSize = max(frameSize, stack[index].slot + stack[index].type.slots)
      }
    }
    labels.append(
      Label(
        kind: kind, parameters: parameters, results: results, height: height,
        slot: height < stack.count ? stack[height].slot : top))
  }

  /// Drops what the block has on the stack and pushes operands in their own slots.
  private mutating func reset(to label: Label, pushing types: [ValueType]) {
    work += stack.count - label.height + types.count
    while stack.count > label.height { _ = pop() }
    top = label.slot
    for type in types { push(type) }
    producer = -1
  }

  private mutating func unreachable() {
    skipped = 0
    producer = -1
  }

  mutating func skip(_ instruction: Instruction, _ depth: Int) {
    if instruction.opcode.opensBlock {
      skipped = depth + 1
    } else if instruction.opcode == .end || instruction.opcode == .delegate {
      if depth > 0 {
        skipped = depth - 1
      } else {
        end(isReachable: false)
      }
    } else if instruction.opcode == .else, depth == 0 {
      elseArm(isReachable: false)
    }
  }

  private mutating func elseArm(isReachable: Bool) {
    let index = labels.count - 1
    if isReachable { emitBranch(to: index) }
    if let fixup = labels[index].elseFixup { patch(fixup) }
    let old = labels[index]
    var label = Label(
      kind: .ifElse, parameters: old.parameters, results: old.results, height: old.height, slot: old.slot)
    label.fixups = old.fixups
    labels[index] = label
    skipped = nil
    reset(to: label, pushing: label.parameters)
  }

  private mutating func end(isReachable: Bool) {
    guard let label = labels.last else { return }
    if label.kind == .function {
      if isReachable { emitReturn() }
      labels.removeLast()
      return
    }
    if isReachable { moveToLabel(label, label.results.count) }
    skipped = nil
    if label.kind == .tryTable { handlers(of: label, isReachable: isReachable) }
    let current = labels.removeLast()
    for fixup in current.fixups { patch(fixup) }
    if let fixup = current.elseFixup { patch(fixup) }
    reset(to: current, pushing: current.results)
  }

  /// The code that a caught exception goes on with: a branch with the exception's values, which unwinding puts where
  /// the `try_table`'s operands start.
  private mutating func handlers(of label: Label, isReachable: Bool) {
    let range = label.start..<offsets.count
    let inner = labels.count - 1
    let over = isReachable ? emit(.branch) : nil
    for clause in label.catches {
      var payload: [ValueType] = []
      if let tag = clause.tag, Int(tag) < instance.module.tags.count {
        payload = functionType(instance.module.tags[Int(tag)]).parameters
      }
      if clause.passesReference { payload.append(.reference(.exnref)) }
      reset(to: label, pushing: payload)
      handlers.append(
        Translation.Handler(
          range: range, tag: clause.tag, passesReference: clause.passesReference, slot: label.slot,
          target: offsets.count))
      emitBranch(to: inner - 1 - Int(clause.label))
    }
    if let over { patch((over * 4 + 3, over)) }
  }

  // MARK: Instructions

  mutating func translate(_ instruction: Instruction) throws(ReadError) {
    let opcode = instruction.opcode
    switch (opcode.index, instruction.immediates) {
    case (0x00, _):
      emit(.unreachable)
      unreachable()
    case (0x01, _), (0x183, _): break  // nop, atomic.fence
    case (0x02, .block(let type)):
      flush()
      open(.block, type)
    case (0x03, .block(let type)):
      flush()
      open(.loop, type)
      labels[labels.count - 1].target = offsets.count
      producer = -1
    case (0x04, .block(let type)):
      let condition = pop()
      let made = producer
      flush()
      let (parameters, _) = types(type)
      let areInPlace = stack.suffix(parameters.count).allSatisfy { $0.place == .own }
      if !areInPlace { flushConstants(parameters.count) }
      let isDirect = producer == made
      push(condition)
      if !isDirect { producer = -1 }
      let fixup = emitCondition(isTaken: false)
      open(.ifThen, type)
      labels[labels.count - 1].elseFixup = fixup
    case (0x05, _): elseArm(isReachable: true)
    case (0x0b, _): end(isReachable: true)
    case (0x0c, .index(let depth)):
      emitBranch(to: label(depth))
      unreachable()
    case (0x0d, .index(let depth)): emitBranchIf(depth)
    case (0x0e, .labels(let list)):
      emitBranchTable(list.labels(in: body))
      unreachable()
    case (0x0f, _):
      emitReturn()
      unreachable()
    case (0x10, .index(let index)):
      let type = functionType(instance.functionTypeIndices[Int(index)])
      let height = top
      let slots = popSlots(type.parameters.count)
      emitCall(
        .call, wide: instance.functions[Int(index)].pointer.bits, type, [calleeFrame(height, type)] + slots)
    case (0x11, .indices(let typeIndex, let table)):
      let height = top
      let index = popSlot()
      let type = functionType(typeIndex)
      let slots = popSlots(type.parameters.count)
      emitCall(
        .callIndirect, wide: Self.pair(index, table), type,
        [calleeFrame(height, type), Int32(bitPattern: instance.types[Int(typeIndex)])] + slots)
    case (0x14, .index(let typeIndex)):
      let height = top
      let reference = popSlot()
      let type = functionType(typeIndex)
      let slots = popSlots(type.parameters.count)
      emitCall(
        .callReference, wide: Self.pair(reference, 0), type,
        [calleeFrame(height, type), Int32(bitPattern: instance.types[Int(typeIndex)])] + slots)
    case (0x12, .index(let index)):
      let type = functionType(instance.functionTypeIndices[Int(index)])
      let height = top
      let slots = popSlots(type.parameters.count)
      emit(.tailCall, wide: instance.functions[Int(index)].pointer.bits)
      emitList([height + FramePointer.linkSlots, 0] + slots)
      unreachable()
    case (0x13, .indices(let typeIndex, let table)):
      tailCall(.tailCallIndirect, typeIndex, table)
    case (0x15, .index(let typeIndex)):
      tailCall(.tailCallReference, typeIndex, 0)
    case (0x08, .index(let tag)):
      let type = functionType(instance.module.tags[Int(tag)])
      let start = max(stack.count - type.parameters.count, 0)
      // The values stand in a row for whoever takes them.
      for index in start..<stack.count where stack[index].place != .own {
        if case .local = stack[index].place { aliases -= 1 }
        move(stack[index], to: stack[index].slot)
        stack[index].place = .own
      }
      let first = start < stack.count ? stack[start].slot : top
      emit(.general, x: Int(opcode.index), b: Int32(bitPattern: tag))
      emitList([first, 0, 0, 0])
      unreachable()
    case (0x0a, _):
      general(opcode, 1, [])
      unreachable()
    case (0x1f, .tryTable(let type, let catches)):
      flush()
      open(.tryTable, type)
      labels[labels.count - 1].catches = catches.catches(in: body)
      labels[labels.count - 1].start = offsets.count
      producer = -1
    case (0x1a, _): _ = pop()
    case (0x1b, _), (0x1c, _):
      let condition = popSlot()
      let right = pop()
      let left = pop()
      let (b, c) = (slot(left), slot(right))
      let index = emit(left.type == .v128 ? .selectVector : .select, a: top, b: b, c: c)
      emitList([condition])
      push(left.type)
      producer = index
    case (0x20, .index(let index)): pushLocal(index)
    case (0x21, .index(let index)): setLocal(index)
    case (0x22, .index(let index)):
      setLocal(index)
      pushLocal(index)
    case (0x23, .index(let index)):
      let type = globalType(index)
      let instruction = emit(
        type == .v128 ? .globalGetVector : .globalGet, a: top, wide: instance.globals[Int(index)].cell.bits)
      push(type)
      producer = instruction
    case (0x24, .index(let index)):
      let value = pop()
      let place = slot(value)
      emit(
        value.type == .v128 ? .globalSetVector : .globalSet, a: place,
        wide: instance.globals[Int(index)].cell.bits)
    case (0x41, .i32(let value)): push(.i32, .constant(UInt64(UInt32(bitPattern: value))))
    case (0x42, .i64(let value)): push(.i64, .constant(UInt64(bitPattern: value)))
    case (0x43, .f32(let bits)): push(.f32, .constant(UInt64(bits)))
    case (0x44, .f64(let bits)): push(.f64, .constant(bits))
    case (0xbc, _): retype(.i32)
    case (0xbd, _): retype(.i64)
    case (0xbe, _): retype(.f32)
    case (0xbf, _): retype(.f64)
    case (0xd0, .heapType(let type)): push(.reference(ReferenceType(type)), .constant(0))
    case (0xd2, .index(let index)):
      let type = ValueType.reference(
        ReferenceType(.defined(instance.functionTypeIndices[Int(index)]), isNullable: false))
      push(type, .constant(Reference.function(instance.functions[Int(index)].number).bits))
    case (0xd4, _):
      let operand = pop()
      let place = slot(operand)
      emitResult(.asNonNull, nonNull(operand.type), b: place)
    case (0xd5, .index(let depth)): branchOnNull(depth)
    case (0xd6, .index(let depth)): branchOnNonNull(depth)
    case (_, .memory(let argument)): access(opcode, argument, lane: 0)
    case (_, .memoryLane(let argument, let lane)): access(opcode, argument, lane: lane)
    case (0x20c, .v128(let low, let high)):
      let index = emit(.constantVector, a: top)
      emitList([low, high].flatMap(Self.words))
      push(.v128)
      producer = index
    case (0x200..., _): try vector(instruction)
    default: try other(instruction)
    }
  }

  private mutating func push(_ operand: Operand) {
    stack.append(operand)
    if case .local = operand.place { aliases += 1 }
    top = operand.slot + operand.type.slots
  }

  private mutating func flushConstants(_ count: Int) {
    for index in max(stack.count - count, 0)..<stack.count where stack[index].place != .own {
      move(stack[index], to: stack[index].slot)
      stack[index].place = .own
    }
  }

  private static func pair(_ low: Int32, _ high: UInt32) -> UInt64 {
    UInt64(UInt32(bitPattern: low)) | UInt64(high) << 32
  }

  /// A number as two words of a list.
  private static func words(_ value: UInt64) -> [Int32] {
    [Int32(truncatingIfNeeded: value), Int32(truncatingIfNeeded: value >> 32)]
  }

  /// Where a callee's frame starts: above the operands, and above the results too, because a return writes some while
  /// others are still to be read from the callee's locals.
  private func calleeFrame(_ height: Int32, _ type: FunctionType) -> Int32 {
    max(height, top + type.results.reduce(0) { $0 + $1.slots }) + FramePointer.linkSlots
  }

  private mutating func emitCall(_ operation: Operation, wide: UInt64, _ type: FunctionType, _ list: [Int32]) {
    let index = emit(operation, x: 1 + (list.count + 3) / 4, a: top, wide: wide)
    emitList(list)
    for result in type.results { push(result) }
    if type.results.count == 1, type.results[0] != .v128 { producer = index }
  }

  private mutating func tailCall(_ operation: Operation, _ typeIndex: UInt32, _ table: UInt32) {
    let height = top
    let index = popSlot()
    let type = functionType(typeIndex)
    let slots = popSlots(type.parameters.count)
    emit(operation, wide: Self.pair(index, table))
    emitList([height + FramePointer.linkSlots, Int32(bitPattern: instance.types[Int(typeIndex)])] + slots)
    unreachable()
  }

  private func globalType(_ index: UInt32) -> ValueType {
    instance.globalTypes[Int(index)]
  }

  private func nonNull(_ type: ValueType) -> ValueType {
    guard case .reference(let type) = type else { return type }
    return .reference(ReferenceType(type.heapType, isNullable: false))
  }

  /// A reinterpretation: the bits are the same.
  mutating func retype(_ type: ValueType) {
    let operand = pop()
    push(Operand(type: type, place: operand.place, slot: operand.slot))
  }

  private mutating func branchOnNull(_ depth: UInt32) {
    let operand = pop()
    let place = slot(operand)
    // A placeholder for the condition, which `conditionally` expects on the stack.
    push(.i32, .constant(0))
    conditionally(label(depth)) { translator, isTaken in
      _ = translator.pop()
      let branch = translator.emit(isTaken ? .branchUnless64 : .branchIf64, a: place)
      return (branch * 4 + 3, branch)
    }
    let isOwn = operand.place == .own
    if case .local = operand.place {
      push(Operand(type: nonNull(operand.type), place: operand.place, slot: operand.slot))
    } else {
      push(Operand(type: nonNull(operand.type), place: isOwn ? .own : operand.place, slot: operand.slot))
    }
    producer = -1
  }

  private mutating func branchOnNonNull(_ depth: UInt32) {
    let operand = stack[stack.count - 1]
    let place = slot(operand)
    // The reference is one of the operands that go along.
    push(.i32, .constant(0))
    conditionally(label(depth)) { translator, isTaken in
      _ = translator.pop()
      let branch = translator.emit(isTaken ? .branchIf64 : .branchUnless64, a: place)
      return (branch * 4 + 3, branch)
    }
    _ = pop()
    producer = -1
  }

  // MARK: Memory

  private mutating func access(_ opcode: Opcode, _ argument: MemoryArgument, lane: UInt8) {
    let type = instance.memoryTypes[Int(argument.memory)]
    if argument.memory == 0, !type.is64Bit, let operation = Operation.simple[Int(opcode.index)] {
      let offset = Int32(bitPattern: UInt32(truncatingIfNeeded: argument.offset))
      if let result = Self.results[Int(opcode.index)] {
        let address = popSlot()
        emitResult(operation, result, b: address, c: offset)
      } else {
        let value = pop()
        let address = popSlot()
        let source = slot(value)
        emit(operation, a: source, b: address, c: offset)
      }
      return
    }
    let count = opcode.signature?.parameters.count ?? 1
    var slots: [Int32] = []
    for _ in 0..<count { slots.insert(popSlot(), at: 0) }
    slots += [Int32](repeating: 0, count: 3 - slots.count)
    emit(
      .memoryAccess, x: Int(opcode.index), a: top, b: Int32(opcode.naturalAlignment ?? 1),
      c: MemoryAccess(type).rawValue)
    emitList(
      slots + [Int32(lane)]
        + [argument.offset, instance.memories[Int(argument.memory)].pointer.bits].flatMap(Self.words))
    if let result = Self.results[Int(opcode.index)] { push(result) }
  }

  /// The result's type of an instruction with one result of a fixed type, by `Opcode.index`.
  static let results: [ValueType?] = fixedTypes { $0.results.count == 1 ? $0.results[0] : nil }

  private static func fixedTypes(_ pick: (StackSignature) -> OperandType?) -> [ValueType?] {
    var table = [ValueType?](repeating: nil, count: Opcode.indexCount)
    for opcode in Opcode.all {
      guard let signature = opcode.signature, let type = pick(signature) else { continue }
      switch type {
      case .value(let value): table[Int(opcode.index)] = value
      case .address: break
      }
    }
    return table
  }
  /// How many operands an instruction of a fixed signature takes, by `Opcode.index`.
  private static let operandCounts: [Int?] = {
    var table = [Int?](repeating: nil, count: Opcode.indexCount)
    for opcode in Opcode.all { table[Int(opcode.index)] = opcode.signature?.parameters.count }
    return table
  }()

  // MARK: Vectors

  private mutating func vector(_ instruction: Instruction) throws(ReadError) {
    let index = Int(instruction.opcode.index)
    guard let count = Self.operandCounts[index], let result = Self.results[index] else {
      throw unsupported(instruction)
    }
    var slots: [Int32] = []
    for _ in 0..<count { slots.insert(popSlot(), at: 0) }
    slots += [Int32](repeating: 0, count: 3 - slots.count)
    var lane: Int32 = 0
    var lanes: [UInt64] = [0, 0]
    switch instruction.immediates {
    case .lane(let number): lane = Int32(number)
    case .shuffle(let low, let high): lanes = [low, high]
    default: break
    }
    let emitted = emit(.vector, x: index, a: top, b: slots[0], c: slots[1])
    emitList([slots[2], lane, 0, 0] + lanes.flatMap(Self.words))
    push(result)
    producer = emitted
  }

  // MARK: The rest

  func unsupported(_ instruction: Instruction) -> ReadError {
    ReadError(.cannotRun, value: UInt64(instruction.opcode.index), offset: FileOffset(instruction.codeOffset.rawValue))
  }

  /// An instruction of `Machine.general`: up to three operands, which are popped, and a result.
  private mutating func general(
    _ opcode: Opcode, _ count: Int, _ results: [ValueType], _ b: UInt32 = 0, _ c: UInt32 = 0
  ) {
    var slots: [Int32] = []
    for _ in 0..<count { slots.insert(popSlot(), at: 0) }
    slots += [Int32](repeating: 0, count: 4 - slots.count)
    let index = emit(.general, x: Int(opcode.index), a: top, b: Int32(bitPattern: b), c: Int32(bitPattern: c))
    emitList(slots)
    for result in results { push(result) }
    if results.count == 1 { producer = index }
  }

  private func addressType(memory: UInt32) -> ValueType { instance.memoryTypes[Int(memory)].is64Bit ? .i64 : .i32 }
  private func addressType(table: UInt32) -> ValueType { instance.tableTypes[Int(table)].is64Bit ? .i64 : .i32 }

  private mutating func other(_ instruction: Instruction) throws(ReadError) {
    let opcode = instruction.opcode
    switch (opcode.index, instruction.immediates) {
    case (0x3f, .index(let memory)): general(opcode, 0, [addressType(memory: memory)], memory)
    case (0x40, .index(let memory)): general(opcode, 1, [addressType(memory: memory)], memory)
    case (0x25, .index(let table)): general(opcode, 1, [.reference(instance.tableTypes[Int(table)].element)], table)
    case (0x26, .index(let table)): general(opcode, 2, [], table)
    case (0x148, .indices(let data, let memory)): general(opcode, 3, [], data, memory)
    case (0x149, .index(let data)): general(opcode, 0, [], data)
    case (0x14a, .indices(let target, let source)): general(opcode, 3, [], target, source)
    case (0x14b, .index(let memory)): general(opcode, 3, [], memory)
    case (0x14c, .indices(let element, let table)): general(opcode, 3, [], element, table)
    case (0x14d, .index(let element)): general(opcode, 0, [], element)
    case (0x14e, .indices(let target, let source)): general(opcode, 3, [], target, source)
    case (0x14f, .index(let table)): general(opcode, 2, [addressType(table: table)], table)
    case (0x150, .index(let table)): general(opcode, 0, [addressType(table: table)], table)
    case (0x151, .index(let table)): general(opcode, 3, [], table)
    default:
      if object(instruction) { return }
      guard let operation = Operation.simple[Int(opcode.index)] else { throw unsupported(instruction) }
      simple(opcode, operation, Self.operandCounts[Int(opcode.index)] ?? 1)
    }
  }

  private mutating func simple(_ opcode: Opcode, _ operation: Operation, _ count: Int) {
    let result = Self.results[Int(opcode.index)] ?? .i32
    guard count == 2 else {
      let place = popSlot()
      emitResult(operation, result, b: place)
      return
    }
    var right = pop()
    var left = pop()
    // A constant on the left of a commutative operation goes to the right.
    if case .constant = left.place, Self.isCommutative(operation) {
      if case .constant = right.place {} else { swap(&left, &right) }
    }
    if case .constant(let bits) = right.place, let immediate = Self.immediate(operation, bits, left.type) {
      let place = slot(left)
      emitResult(immediate.0, result, b: place, c: immediate.1)
      return
    }
    let (b, c) = (slot(left), slot(right))
    emitResult(operation, result, b: b, c: c)
  }

  private static func isCommutative(_ operation: Operation) -> Bool {
    switch operation {
    case .i32Add, .i32Mul, .i32And, .i32Or, .i32Xor, .i32Eq, .i32Ne, .i64Add, .i64Mul, .i64And, .i64Or, .i64Xor, .i64Eq,
      .i64Ne:
      true
    default: false
    }
  }

  /// The form with an immediate, where the constant fits in 32 bits.
  private static func immediate(_ operation: Operation, _ bits: UInt64, _ type: ValueType) -> (Operation, Int32)? {
    if operation == .i32Sub { return (.i32AddImmediate, 0 &- Int32(truncatingIfNeeded: bits)) }
    guard type == .i32 else {
      let value = Int64(bitPattern: bits)
      if operation == .i64Sub { return Int32(exactly: 0 &- value).map { (.i64AddImmediate, $0) } }
      guard let immediate = operation.withImmediate, let small = Int32(exactly: value) else { return nil }
      return (immediate, small)
    }
    return operation.withImmediate.map { ($0, Int32(truncatingIfNeeded: bits)) }
  }
}

extension Rule {
  /// The interpreter lacks an instruction.
  static let cannotRun: Rule = "the instruction cannot be run"
}
