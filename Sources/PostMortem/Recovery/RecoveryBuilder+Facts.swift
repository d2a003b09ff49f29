import ByteCursor
import CoreDumpFormat
import WasmBinary
import WasmInterp

/// What the dump and the module say of the frames to begin with.
extension RecoveryBuilder {
  /// A frame's recorded locals and operands, the globals of the youngest, and those that never change.
  func seed(_ recovery: inout ThreadRecovery, stackPointers rank: Basis.Rank) {
    var seen: Set<UInt32> = []
    var isCut = false
    let isAmbiguous = session.hasGlobalsOfSeveralThreads(thread)
    for index in frames.indices {
      if isUnknown(index) {
        isCut = true
        continue
      }
      guard let knowledge = recovery.frames[index] else {
        // What such a frame did to the stack pointer is not known: no older one counts from there.
        if let pointer = stackPointer(of: index) { seen.insert(pointer) }
        continue
      }
      let graph = knowledge.graph
      record(frames[index].locals, graph.locals, index, &recovery)
      record(frames[index].operandStack, graph.operands, index, &recovery)
      let isStill = index == 0 && !isCall(index)
      for (global, before) in graph.globals {
        guard let recorded = session.dump.global(Int(global), of: frames[index].instance),
          let bits = recorded.value.numberBits
        else { continue }
        let module = modules[index]
        if global == module?.stackPointerGlobal {
          guard !isCut, let pointer = stackPointer(of: index), seen.insert(pointer).inserted else { continue }
          if isAmbiguous {
            recovery.learn(index, before, bits, .assumed, .otherThread)
          } else if rank == .recorded {
            recovery.record(index, before, bits)
          } else {
            recovery.learn(index, before, bits, rank, .stackMismatch)
          }
        } else if isStill && !isAmbiguous || module?.isUnchanging(global) == true {
          recovery.record(index, before, bits)
        }
      }
    }
    seedTrap(&recovery)
  }

  private func record(
    _ values: CoreDump.Values, _ nodes: [PointGraph.Index], _ index: Int, _ recovery: inout ThreadRecovery
  ) {
    guard values.absence == nil, values.count == nodes.count else { return }
    for (value, node) in zip(values, nodes) {
      if let bits = value.numberBits { recovery.record(index, node, bits) }
    }
  }

  private func instruction(_ index: Int) -> Instruction? {
    guard let function = frames[index].functionIndex, let offset = offsets[index] else { return nil }
    return modules[index]?.code.instruction(function: function, at: offset)
  }

  private func isCall(_ index: Int) -> Bool { instruction(index)?.isCall ?? true }

  /// What the trap itself says of its operands.
  private func seedTrap(_ recovery: inout ThreadRecovery) {
    guard thread == session.crashedThread, let instruction = instruction(0), let graph = recovery.frames[0]?.graph,
      !session.stoppedOnEntry(session.dump.threads[thread].frames)
    else { return }
    let recorded = session.dump.trap.flatMap { TrapKind(rawValue: $0.kind) }
    // A kind that is not known here proves nothing.
    if session.dump.trap != nil, recorded == nil { return }
    // An instruction that traps in one way alone has done so.
    let divides =
      recorded.map { $0 == .integerDivideByZero } ?? (instruction.opcode.possibleTraps == .integerDivideByZero)
    if divides, instruction.opcode.possibleTraps.contains(.integerDivideByZero), let divisor = graph.operands.last {
      recovery.learn(0, divisor, 0, .derived, .trap)
    }
    let isOutside =
      recorded.map { $0 == .memoryOutOfBounds } ?? (instruction.opcode.possibleTraps == .memoryOutOfBounds)
    if isOutside, let argument = instruction.memoryArgument,
      let operands = instruction.opcode.signature?.parameters.count,
      operands <= graph.operands.count, operands > 0,
      let access = NumericAccess(instruction.opcode, offset: argument.offset, memory: argument.memory),
      let size = session.dump.memory(Int(argument.memory), of: frames[0].instance)?.size
    {
      recovery.excludeAddresses(
        of: graph.operands[graph.operands.count - operands]
      ) { operand in
        guard let address = access.address(operand), address <= size else { return false }
        return size - address >= UInt64(access.byteCount)
      }
    }
  }

  /// The oldest frame of each stack, with what its stack pointer is when a program starts.
  func outerEnds(_ stackLinks: [Int?]) -> [(frame: Int, initial: UInt64, isCertain: Bool)] {
    guard thread == 0, !session.threads[thread].truncated,
      frames.count == session.dump.threads[thread].frames.count
    else { return [] }
    let firstKnown = (frames.indices.last { isUnknown($0) } ?? -1) + 1
    return frames.indices.compactMap { index in
      guard index >= firstKnown, stackLinks[index] == nil, stackPointer(of: index) != nil, let module = modules[index],
        let function = frames[index].functionIndex, module.isEntryPoint(function),
        let global = module.stackPointerGlobal
      else { return nil }
      let values = module.wasm.initialGlobalValues()
      guard Int(global) < values.count else { return nil }
      switch values[Int(global)] {
      case .i32(let value)?: return (index, UInt64(UInt32(bitPattern: value)), module.startsWithEmptyStack(function))
      case .i64(let value)?: return (index, UInt64(bitPattern: value), module.startsWithEmptyStack(function))
      default: return nil
      }
    }
  }

  /// What decides where an indirect call leads.
  struct IndirectCall: Hashable {
    var caller: UInt32
    var offset: CodeOffset
    var instance: Int
    var index: UInt64
    var callee: UInt32
    var calleeInstance: Int
  }

  /// The call that led to a frame, if the number that it takes from the table is `bits`.
  func indirectCall(_ index: Int, _ bits: UInt64) -> IndirectCall? {
    guard let caller = frames[index + 1].functionIndex, let offset = offsets[index + 1],
      let callee = frames[index].functionIndex
    else { return nil }
    return IndirectCall(
      caller: caller, offset: offset, instance: frames[index + 1].instance, index: bits, callee: callee,
      calleeInstance: frames[index].instance)
  }

  /// Whether an indirect call whose function's number is known leads to the frame's function.
  func leadsToCallee(_ index: Int, _ bits: UInt64) -> Bool? {
    guard let instruction = instruction(index + 1), case .indices(_, let table) = instruction.immediates,
      instruction.opcode == .callIndirect, let module = modules[index + 1], module.code.isUnchangingTable(table),
      frames[index].instance == frames[index + 1].instance, let callee = frames[index].functionIndex,
      let element = module.code.initialElement(table: table, index: bits)
    else { return nil }
    return element == .function(callee) && !module.code.hasTailCall(callee)
  }
}
