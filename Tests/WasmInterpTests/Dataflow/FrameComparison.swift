import ByteCursor
import WasmBinary
import WasmInterp

/// How often what was held against what.
struct ComparisonCounts {
  var stops = 0
  var frames = 0
  var constants = 0
  var parameters = 0
  var stackPointers = 0
  var aligned = 0
  var operations = 0
  var names = 0
  var globals = 0
  var loads = 0
  /// Facts: memory that was compared, of it the function's own frame below which others run, and conditions.
  var memoryFacts = 0
  var framesOfCallers = 0
  var conditions = 0
  /// Facts that hold but could not be compared.
  var unknownFacts = 0
}

extension Value {
  /// The bits of a number; nil for what data flow does not compute with.
  var numberBits: UInt64? {
    switch self {
    case .i32(let value): UInt64(UInt32(bitPattern: value))
    case .i64(let value): UInt64(bitPattern: value)
    case .f32(let bits): UInt64(bits)
    case .f64(let bits): bits
    case .v128, .reference: nil
    }
  }
}

/// One frame of a stopped program beside the abstract state at its instruction.
struct FrameComparison {
  let place: String
  let frame: ActivationSnapshot
  let analysis: FunctionAnalysis
  /// The arguments that the caller had on its stack.
  let arguments: [UInt64?]
  /// What globals were on entry, as far as that is known.
  let entryGlobals: [UInt32: UInt64]
  /// What globals are now.
  let globals: [UInt32: UInt64]
  let stackPointer: UInt32?
  /// Memory 0 as it is now.
  let memory: Memory?
  /// Whether it is the youngest frame.
  let isYoungest: Bool
  /// Whether the instruction, if it is a call, has begun.
  let hasCalled: Bool

  /// What does not agree.
  func problems(_ counts: inout ComparisonCounts) -> [String] {
    counts.frames += 1
    guard let state = analysis.state(at: frame.codeOffset) else { return ["\(place): no state"] }
    guard state.operandStack.count == frame.operandStack.count, state.locals.count == frame.locals.count else {
      return ["\(place): another number of locals or operands"]
    }
    var problems: [String] = []
    // A name stands for one value, wherever it is.
    var concrete: [AbstractValue: UInt64] = [:]
    var places: [(ValueID, UInt64)] = []
    for (id, value) in zip(Array(state.locals) + state.operandStack, frame.locals + frame.operandStack) {
      guard let bits = value.numberBits else { continue }
      places.append((id, bits))
      let abstract = analysis.values[id]
      if let other = concrete[abstract] {
        counts.names += 1
        if other != bits { problems.append("\(place): \(analysis.values.text(id)) is \(other) and \(bits)") }
      }
      concrete[abstract] = bits
    }
    func compare(_ id: ValueID, _ bits: UInt64) {
      let abstract = analysis.values[id]
      // Operands of expressions may be known from elsewhere in the state.
      let expected = analysis.values.evaluate(id) { part in
        known(part) ?? (part == abstract ? nil : concrete[part])
      }
      guard let expected else { return }
      switch abstract {
      case .constant: counts.constants += 1
      case .parameter: counts.parameters += 1
      case .stackPointer: counts.stackPointers += 1
      case .alignedStackPointer: counts.aligned += 1
      case .operation: counts.operations += 1
      default: break
      }
      if expected != bits { problems.append("\(place): \(analysis.values.text(id)) should be \(expected), is \(bits)") }
    }
    for (id, bits) in places { compare(id, bits) }
    for (global, bits) in globals {
      guard let id = state.global(global) else { continue }
      counts.globals += 1
      compare(id, bits)
    }
    for (id, bits) in places {
      // What was loaded from memory that nothing has written since is still there.
      guard isYoungest, let memory,
        case .load(let opcode, let address, let offset, 0, _, let version) = analysis.values[id],
        version == state.memoryVersion,
        let base = analysis.values.evaluate(address, known: { known($0) ?? concrete[$0] }),
        let bytes = memory.read(base + offset, count: opcode.naturalAlignment ?? 0)
      else { continue }
      counts.loads += 1
      let raw = bytes.reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
      let mask = bytes.count == 8 ? UInt64.max : 1 << UInt64(bytes.count * 8) - 1
      if raw != bits & mask { problems.append("\(place): \(analysis.values.text(id)) is \(bits), memory has \(raw)") }
    }
    return problems + factProblems(concrete, &counts)
  }

  /// What facts say that is not so. What they say of values that are not in the state leads to others, which have to
  /// agree in turn.
  private func factProblems(_ concrete: [AbstractValue: UInt64], _ counts: inout ComparisonCounts) -> [String] {
    guard let facts = analysis.facts(at: frame.codeOffset, hasCalled: hasCalled) else { return ["\(place): no facts"] }
    let values = analysis.values
    var concrete = concrete
    func bits(_ id: ValueID) -> UInt64? { values.evaluate(id) { known($0) ?? concrete[$0] } }
    var problems: [String] = []
    // The oldest first: addresses are made of what was loaded before.
    for fact in facts.memory.reversed() where fact.isIntact && fact.memory == 0 {
      guard let memory, let address = bits(fact.address), let raw = read(fact, memory, address) else {
        counts.unknownFacts += 1
        continue
      }
      guard let value = bits(fact.value) else {
        if fact.isStore { counts.unknownFacts += 1 } else { concrete[values[fact.value]] = extended(raw, fact.opcode) }
        continue
      }
      counts.memoryFacts += 1
      if !isYoungest { counts.framesOfCallers += 1 }
      let width = fact.opcode.naturalAlignment ?? 8
      if raw != (width == 8 ? value : value & (1 << UInt64(width * 8) - 1)) {
        problems.append(
          "\(place): \(fact.opcode.name) at \(fact.at): \(values.text(fact.address))+\(fact.offset) (\(address)) is "
            + "\(raw), not \(values.text(fact.value)) (\(value))")
      }
    }
    for fact in facts.conditions {
      guard let value = bits(fact.value) else {
        counts.unknownFacts += 1
        continue
      }
      counts.conditions += 1
      let holds =
        switch fact.test {
        case .isZero: value == 0
        case .isNotZero: value != 0
        case .equals(let number): value == UInt64(number)
        }
      if !holds { problems.append("\(place): \(values.text(fact.value)) is \(value), not \(fact.test)") }
    }
    return problems
  }

  private func read(_ fact: PointFacts.MemoryFact, _ memory: Memory, _ address: UInt64) -> UInt64? {
    guard let width = fact.opcode.naturalAlignment, width <= 8,
      let bytes = memory.read(address + fact.offset, count: width)
    else { return nil }
    return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// What a load makes of the bits in memory.
  private func extended(_ bits: UInt64, _ opcode: Opcode) -> UInt64 {
    guard opcode.name.hasSuffix("_s"), let width = opcode.naturalAlignment else { return bits }
    let shift = UInt64(64 - width * 8)
    let wide = UInt64(bitPattern: Int64(bitPattern: bits << shift) >> Int64(shift))
    return opcode.name.hasPrefix("i32") ? wide & 0xffff_ffff : wide
  }

  private func known(_ value: AbstractValue) -> UInt64? {
    switch value {
    case .parameter(let index): arguments[Int(index)]
    case .stackPointer(0): stackPointer.flatMap { entryGlobals[$0] }
    case .entryGlobal(let index): entryGlobals[index]
    default: nil
    }
  }
}

extension Trap {
  /// The arguments of a frame: what its caller has on the stack. Nil for the oldest.
  func arguments(_ number: Int, of module: WasmModule) -> [UInt64?]? {
    guard number + 1 < frames.count else { return nil }
    let caller = frames[number + 1]
    let body = module.body(caller.functionIndex)?.contents ?? .empty
    let isIndirect = Instruction(at: caller.codeOffset, in: body)?.opcode == .callIndirect
    let count = module.functionType(frames[number].functionIndex)?.parameters.count ?? 0
    return caller.operandStack.dropLast(isIndirect ? 1 : 0).suffix(count).map(\.numberBits)
  }
}
