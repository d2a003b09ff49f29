import ByteCursor
import WasmBinary

/// A function's translated code.
struct Translation {
  /// Internal instructions, four words each.
  var code: [Int32]
  /// The code offset of each internal instruction.
  let offsets: [UInt32]
  let frameSize: Int32
  /// Slots of declared locals.
  let zeroSlots: Int32
  let handlers: HandlerTable
  /// Types of the locals, and the operands at the places that were asked for: for looking at frames.
  let locals: [ValueType]
  let operands: [[Translator.Operand]]

  /// A catch clause of a `try_table`.
  struct Handler {
    /// The internal instructions it covers.
    var range: Range<Int>
    let tag: UInt32?
    let passesReference: Bool
    var passesValues: Bool { tag != nil }
    /// Where values go.
    let slot: Int32
    var target: Int
  }
}

/// Translates a validated function body into internal code that names its operands by slot.
///
/// Each operand of the Wasm stack has a slot of its own behind the locals. Constants and copies of locals are not put
/// there until they must be (`Operand.Place`): instructions read them where they are. So the stack of the
/// specification is known at each instruction by translating up to it again, which is how traps are told; the code
/// itself keeps no account of it.
struct Translator {
  struct Operand {
    enum Place: Equatable {
      /// In its own slot.
      case own
      /// The same as the local at this slot, which has not been set since.
      case local(Int32)
      case constant(UInt64)
    }
    let type: ValueType
    var place: Place
    /// Its own slot.
    let slot: Int32
  }

  struct Label {
    enum Kind { case function, block, loop, ifThen, ifElse, tryTable }
    let kind: Kind
    let parameters: [ValueType]
    let results: [ValueType]
    /// Operands below the block's parameters, and their slots' end.
    let height: Int
    let slot: Int32
    /// Words that hold the distance to the label, and the instruction that it counts from.
    var fixups: [(word: Int, origin: Int)] = []
    /// Of a loop.
    var target = 0
    /// Of an `if`: the word of the distance to its `else`.
    var elseFixup: (word: Int, origin: Int)?
    /// Of a `try_table`.
    var catches: [CatchClause] = []
    var start = 0
  }

  let instance: Instance
  let body: Bytes
  let parameters: [ValueType]
  let results: [ValueType]
  var code: [Int32] = []
  var offsets: [UInt32] = []
  var handlers: [Translation.Handler] = []
  var stack: [Operand] = []
  var labels: [Label] = []
  var localTypes: [ValueType] = []
  var localSlots: [Int32] = []
  /// The end of the topmost operand.
  var top: Int32 = 0
  var frameSize: Int32 = 0
  /// How many operands are copies of locals.
  var aliases = 0
  /// The instruction whose result is the topmost operand and can go elsewhere; -1 for none.
  var producer = -1
  /// Blocks opened in unreachable code; nil in reachable code.
  var skipped: Int?
  var offset: UInt32 = 0
  /// Words of code that there may be, and steps for blocks and branches that carry many operands along: a few bytes can
  /// ask for thousands of either.
  var limit = Int.max
  var work = 0
  private var isOverLimit: Bool { code.count > limit || work > limit }

  init(_ instance: Instance, body: Bytes, parameters: [ValueType], results: [ValueType]) {
    self.instance = instance
    self.body = body
    self.parameters = parameters
    self.results = results
  }

  /// - Parameters:
  ///   - limit: words of code that there may be.
  ///   - places: ascending offsets at which to look at the operands; what stands behind the last is not translated.
  /// - Throws: `cannotRun`, `overLimit`.
  static func translate(
    _ instance: Instance, _ body: FunctionBody, _ type: FunctionType, limit: Int, at places: [CodeOffset]? = nil
  ) throws(ReadError) -> Translation {
    let declarations = try body.localDeclarations()
    // Types by the module's own indices.
    let own = instance.moduleTypes[Int(instance.functionTypeIndices[Int(body.function)])].function ?? type
    var translator = Translator(instance, body: body.contents, parameters: own.parameters, results: own.results)
    translator.limit = limit
    return try translator.translate(from: declarations.firstInstruction, locals: declarations.groups, at: places)
  }

  mutating func translate(
    from first: CodeOffset, locals: [LocalGroup], at places: [CodeOffset]? = nil
  ) throws(ReadError) -> Translation {
    localTypes = parameters
    for group in locals { localTypes.append(contentsOf: repeatElement(group.type, count: Int(group.count))) }
    for type in localTypes {
      localSlots.append(top)
      top += type.slots
    }
    let parameterSlots = parameters.reduce(0) { $0 + $1.slots }
    let zeroSlots = top - parameterSlots
    frameSize = top
    labels.append(Label(kind: .function, parameters: [], results: results, height: 0, slot: top))
    // Where it stops, that is before the first instruction.
    offset = UInt32(truncatingIfNeeded: first.rawValue)
    if zeroSlots >= Self.manySlots { emitCharge(bytes: zeroSlots * 8) }
    var seen: [[Operand]] = []
    var decoder = try InstructionDecoder(body, at: first)
    while !labels.isEmpty, !decoder.isAtEnd {
      if let places {
        while seen.count < places.count, decoder.codeOffset >= places[seen.count] { seen.append(stack) }
        if seen.count == places.count { break }
      }
      let instruction = try decoder.next()
      offset = UInt32(truncatingIfNeeded: instruction.codeOffset.rawValue)
      if let depth = skipped {
        skip(instruction, depth)
      } else {
        try translate(instruction)
      }
      if isOverLimit { throw ReadError(.overLimit, value: UInt64(code.count), offset: FileOffset(UInt64(offset))) }
    }
    return Translation(
      code: code, offsets: offsets, frameSize: frameSize + 4, zeroSlots: zeroSlots, handlers: HandlerTable(handlers),
      locals: localTypes, operands: seen)
  }

  /// Functions with this many slots of locals to set to zero at each call pay for it.
  private static let manySlots: Int32 = 1024
  /// What `Machine.general` knows `Machine.charge` by: the number of `nop`, which is not translated.
  static let chargeNumber: UInt16 = 0x01

  /// Takes fuel for what is about to be done, see `Machine.charge`.
  private mutating func emitCharge(bytes: Int32) {
    emit(.general, x: Int(Self.chargeNumber), b: bytes)
    emitList([0, 0, 0, 0])
  }

  // MARK: Emitting

  @discardableResult
  mutating func emit(_ operation: Operation, x: Int = 0, a: Int32 = 0, b: Int32 = 0, c: Int32 = 0) -> Int {
    let index = offsets.count
    code.append(Int32(bitPattern: UInt32(operation.rawValue) | UInt32(truncatingIfNeeded: x) << 16))
    code.append(a)
    code.append(b)
    code.append(c)
    offsets.append(offset)
    producer = -1
    return index
  }

  @discardableResult
  mutating func emit(_ operation: Operation, x: Int = 0, a: Int32 = 0, wide: UInt64) -> Int {
    emit(
      operation, x: x, a: a, b: Int32(truncatingIfNeeded: wide),
      c: Int32(truncatingIfNeeded: Int64(bitPattern: wide) >> 32))
  }

  /// The list behind an instruction, filled up to whole instructions.
  mutating func emitList(_ words: [Int32]) {
    code.append(contentsOf: words)
    let fill = (4 - words.count % 4) % 4
    code.append(contentsOf: repeatElement(0, count: fill))
    offsets.append(contentsOf: repeatElement(offset, count: (words.count + fill) / 4))
  }

  // MARK: Operands

  mutating func push(_ type: ValueType, _ place: Operand.Place = .own) {
    stack.append(Operand(type: type, place: place, slot: top))
    if case .local = place { aliases += 1 }
    top += type.slots
    frameSize = max(frameSize, top)
  }

  mutating func pop() -> Operand {
    guard let operand = stack.popLast() else { return Operand(type: .i32, place: .constant(0), slot: top) }
    if case .local = operand.place { aliases -= 1 }
    top = operand.slot
    return operand
  }

  /// Where an operand can be read; a constant is put into its own slot.
  mutating func slot(_ operand: Operand) -> Int32 {
    switch operand.place {
    case .own: return operand.slot
    case .local(let slot): return slot
    case .constant(let bits):
      frameSize = max(frameSize, operand.slot + 1)
      emit(.constant, a: operand.slot, wide: bits)
      return operand.slot
    }
  }

  mutating func popSlot() -> Int32 {
    let operand = pop()
    return slot(operand)
  }

  /// The slots of the topmost operands, bottom first, which are popped; a slot for each half of a v128.
  mutating func popSlots(_ count: Int) -> [Int32] {
    var operands: [Operand] = []
    for _ in 0..<count { operands.append(pop()) }
    var slots: [Int32] = []
    for operand in operands.reversed() {
      let place = slot(operand)
      slots.append(place)
      if operand.type == .v128 { slots.append(place + 1) }
    }
    return slots
  }

  /// Emits an instruction with one result, its `a`, which is pushed.
  mutating func emitResult(_ operation: Operation, _ type: ValueType, x: Int = 0, b: Int32 = 0, c: Int32 = 0) {
    let index = emit(operation, x: x, a: top, b: b, c: c)
    push(type)
    producer = index
  }

  mutating func move(_ operand: Operand, to slot: Int32) {
    switch operand.place {
    case .constant(let bits): emit(.constant, a: slot, wide: bits)
    case .own where operand.slot == slot: break
    case .own: emit(operand.type == .v128 ? .copyVector : .copy, a: slot, b: operand.slot)
    case .local(let source): emit(operand.type == .v128 ? .copyVector : .copy, a: slot, b: source)
    }
  }

  /// Only operands this deep are kept as copies of locals, so that setting a local costs no more than this.
  private static let aliasDepth = 256

  /// Puts operands that are copies of a local (of any where nil) into their own slots.
  mutating func flush(local slot: Int32? = nil) {
    guard aliases > 0 else { return }
    for index in 0..<min(stack.count, Self.aliasDepth) {
      guard case .local(let source) = stack[index].place, slot == nil || source == slot else { continue }
      move(stack[index], to: stack[index].slot)
      stack[index].place = .own
      aliases -= 1
    }
  }

  mutating func pushLocal(_ index: UInt32) {
    let slot = localSlots[Int(index)]
    let type = localTypes[Int(index)]
    if stack.count < Self.aliasDepth {
      push(type, .local(slot))
    } else {
      emit(type == .v128 ? .copyVector : .copy, a: top, b: slot)
      push(type)
    }
  }

  mutating func setLocal(_ index: UInt32) {
    let slot = localSlots[Int(index)]
    let direct = producer
    let operand = pop()
    flush(local: slot)
    // The instruction that made the value puts it into the local at once, unless an operand still needs the old one.
    if direct >= 0, direct == producer, operand.place == .own, code[direct * 4 + 1] == operand.slot {
      code[direct * 4 + 1] = slot
    } else {
      move(operand, to: slot)
    }
    producer = -1
  }

  // MARK: Branches

  /// The operands that a branch to a label carries along.
  func arity(_ label: Label) -> Int { (label.kind == .loop ? label.parameters : label.results).count }

  func label(_ depth: UInt32) -> Int { labels.count - 1 - Int(depth) }

  /// Whether the topmost `count` operands are already where the label wants them.
  func isInPlace(_ label: Label, _ count: Int) -> Bool {
    if count == 0 { return true }
    var slot = label.slot
    for operand in stack.suffix(count) {
      if operand.place != .own || operand.slot != slot { return false }
      slot += operand.type.slots
    }
    return true
  }

  /// Puts the topmost operands where the label wants them; they are not popped.
  mutating func moveToLabel(_ label: Label, _ count: Int) {
    var slot = label.slot
    // Upwards: an operand never lies below its place.
    for index in stack.count - count..<stack.count {
      let operand = stack[index]
      move(operand, to: slot)
      slot += operand.type.slots
      frameSize = max(frameSize, slot)
    }
  }

  mutating func fix(_ label: Int, word: Int, origin: Int) {
    if labels[label].kind == .loop {
      code[word] = Int32(labels[label].target - origin)
    } else {
      labels[label].fixups.append((word, origin))
    }
  }

  /// A jump to a label, or the return, with its operands; the stack stays.
  mutating func emitBranch(to label: Int) {
    let target = labels[label]
    if target.kind == .function {
      emitReturn()
      return
    }
    moveToLabel(target, arity(target))
    let index = emit(.branch)
    fix(label, word: index * 4 + 3, origin: index)
  }

  mutating func emitReturn() {
    let count = results.count
    var slots: [Int32] = []
    for index in max(stack.count - count, 0)..<stack.count {
      let place = slot(stack[index])
      slots.append(place)
      if stack[index].type == .v128 { slots.append(place + 1) }
    }
    if slots.isEmpty {
      emit(.returnNone)
    } else if slots.count == 1 {
      emit(.returnOne, a: slots[0])
    } else {
      emit(.returnMany, b: Int32(slots.count))
      emitList(slots)
    }
  }

  /// Emits a branch on the topmost operand, which is popped, with an open distance; returns where that stands.
  mutating func emitCondition(isTaken: Bool) -> (word: Int, origin: Int) {
    if producer >= 0, let last = stack.last, last.place == .own, code[producer * 4 + 1] == last.slot,
      let fused = Operation(rawValue: UInt16(truncatingIfNeeded: code[producer * 4])).flatMap({ $0.fused })
    {
      let index = producer
      let left = code[index * 4 + 2]
      let right = code[index * 4 + 3]
      let comparison = offsets[index]
      code.removeLast(code.count - index * 4)
      offsets.removeLast(offsets.count - index)
      _ = pop()
      let here = offset
      // The group counts as the comparison, before which the stack is known.
      offset = comparison
      let branch = emit(isTaken ? fused.taken : fused.inverted, a: left, b: right)
      offset = here
      return (branch * 4 + 3, branch)
    }
    let condition = popSlot()
    let branch = emit(isTaken ? .branchIf : .branchUnless, a: condition)
    return (branch * 4 + 3, branch)
  }

  mutating func patch(_ fixup: (word: Int, origin: Int)) {
    code[fixup.word] = Int32(offsets.count - fixup.origin)
    producer = -1
  }

  mutating func emitBranchIf(_ depth: UInt32) {
    let index = label(depth)
    conditionally(index) { $0.emitCondition(isTaken: $1) }
  }

  /// A branch to a label on a condition, which `emit` emits as said: to be taken or inverted.
  mutating func conditionally(_ index: Int, _ emit: (inout Translator, Bool) -> (word: Int, origin: Int)) {
    let target = labels[index]
    let count = arity(target)
    // The condition is popped by `emit`, so the operands in question lie below it.
    let below = stack.dropLast().suffix(count)
    work += count
    var slot = target.slot
    var inPlace = true
    for operand in below {
      if operand.place != .own || operand.slot != slot { inPlace = false }
      slot += operand.type.slots
    }
    if target.kind != .function, inPlace {
      let fixup = emit(&self, true)
      fix(index, word: fixup.word, origin: fixup.origin)
      producer = -1
    } else {
      let over = emit(&self, false)
      emitBranch(to: index)
      patch(over)
    }
  }

  mutating func emitBranchTable(_ targets: [UInt32]) {
    let index = popSlot()
    let instruction = emit(.branchTable, a: index, b: Int32(targets.count - 1))
    emitList([Int32](repeating: 0, count: targets.count))
    // What a target was found to need: a stub that moves the operands, or nothing.
    var stubs: [UInt32: Int?] = [:]
    for (position, depth) in targets.enumerated() where !isOverLimit {
      let target = label(depth)
      let word = instruction * 4 + 4 + position
      let stub: Int?
      if let known = stubs[depth] {
        stub = known
      } else {
        let count = arity(labels[target])
        work += count
        if labels[target].kind != .function, isInPlace(labels[target], count) {
          stub = nil
        } else {
          stub = offsets.count
          emitBranch(to: target)
        }
        stubs[depth] = .some(stub)
      }
      if let stub {
        code[word] = Int32(stub - instruction)
      } else {
        fix(target, word: word, origin: instruction)
      }
    }
  }
}
