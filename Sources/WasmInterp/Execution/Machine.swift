import ByteCursor
import WasmBinary

/// The value stack and what runs on it.
///
/// A frame lies above its caller's live operands, so that a caller's arguments stay as they were while the callee
/// changes its copies.
final class Machine {
  enum Outcome {
    /// With what is left of the budget.
    case finished(Int)
    case trap(Trap.Kind, CodePointer, FramePointer)
  }
  enum Entered {
    /// The function has code now.
    case code
    /// A host function is finished.
    case done
    case trap(Trap.Kind)
  }
  enum Callee {
    case function(FunctionPointer)
    case trap(Trap.Kind)
  }
  enum Unwound {
    /// Where to go on, and how many more activations there may be then.
    case caught(FramePointer, CodePointer, Int)
    case trap(Trap.Kind)
  }

  let limits: ExecutionLimits
  let interrupt: Interrupt
  let heap: Heap
  /// The first slot.
  let stackStart: FramePointer
  /// Behind the last slot.
  let stackEnd: FramePointer
  /// Where the next entry from the host may start.
  private var top: FramePointer
  /// How many more activations there may be.
  var depth: Int
  var fuel: UInt64?
  /// What long instructions cost, to be taken with the next share.
  var owed: UInt64 = 0
  /// Words of code that may still be translated.
  private var codeWords: Int
  private let codeLimit: Int
  /// The entries from the host that are running, oldest first; and what called the host in turn.
  private var entries: [(frame: FramePointer, outer: (pc: CodePointer, frame: FramePointer)?)] = []
  /// What called the host function that is running.
  private var callOut: (pc: CodePointer, frame: FramePointer)?
  /// The exception that is being thrown.
  var thrown: ExceptionValue?
  /// What a host function threw.
  private var hostError: (any Error)?
  private var message = ""
  /// The stack of a trap in a call that a host function made.
  private var innerFrames: [ActivationSnapshot]?
  unowned var store: Store!
  private let halt = CodeBuffer([
    Int32(Operation.call.rawValue) | 1 << 16, 0, 0, 0, Int32(Operation.halt.rawValue), 0, 0, 0,
  ])

  init(stack: Reservation, limits: ExecutionLimits, interrupt: Interrupt, heap: Heap) {
    self.limits = limits
    self.heap = heap
    self.interrupt = interrupt
    let slots = stack.capacity / 8
    unsafe top = FramePointer(stack.base.bindMemory(to: UInt64.self, capacity: slots))
    stackStart = top
    // Links and a few operands can be written before a check.
    stackEnd = top.advanced(by: Int32(clamping: slots - 64))
    depth = limits.frames
    fuel = limits.fuel
    codeWords = Int(clamping: limits.codeBytes / 4)
    codeLimit = codeWords
  }
  func free() { halt.free() }

  // MARK: Budget

  static let chunk = 100_000
  var firstBudget: Int { 0 }

  /// Another share of calls and branches; -1 where execution is to be interrupted, -2 where fuel is used up.
  @inline(never) func refill() -> Int {
    if interrupt.isRequested { return -1 }
    guard let fuel else { return Self.chunk }
    let left = fuel - min(owed, fuel)
    owed = 0
    if left == 0 { return -2 }
    let share = min(left, UInt64(Self.chunk))
    self.fuel = left - share
    return Int(share) - 1
  }

  // MARK: Calls

  func invoke(_ function: Function, _ arguments: [Value], store: Store, results: [ValueType]) throws(Trap) -> [Value] {
    if let host = function.host {
      do { return try host(HostCall(store: store, instance: nil), arguments) } catch let trap as Trap {
        throw trap
      } catch { throw Trap(.host, message: "\(error)", hostError: error) }
    }
    guard entries.count < limits.hostNesting else { throw Trap(.stackExhausted) }
    let savedTop = top
    let savedDepth = depth
    let base = top
    let pointer: FunctionPointer = function.pointer
    let frame = base.advanced(by: max(pointer.resultSlots, 1) + FramePointer.linkSlots)
    guard stackEnd.distance(from: frame) > Int(pointer.parameterSlots), depth > 0 else { throw Trap(.stackExhausted) }
    if pointer.code == nil, let kind = translate(function) { throw Trap(kind, message: message) }
    guard let code = pointer.code, stackEnd.distance(from: frame) >= Int(pointer.frameSize) else {
      throw Trap(.stackExhausted)
    }
    var slot: Int32 = 0
    for (argument, type) in zip(arguments, function.type.parameters) {
      let bits = argument.bits
      frame[slot] = bits.low
      if type == .v128 { frame[slot + 1] = bits.high }
      slot += type.slots
    }
    frame.zero(pointer.parameterSlots, count: pointer.zeroSlots)
    // What is left there of an earlier entry would keep objects alive.
    base.zero(0, count: max(pointer.resultSlots, 1))
    frame.callerCode = halt.start
    frame.callerFrame = base
    frame.function = pointer
    entries.append((frame, callOut))
    depth -= 1
    defer {
      entries.removeLast()
      top = savedTop
      depth = savedDepth
    }
    switch run(code, frame) {
    case .finished(let left):
      if let rest = fuel { fuel = rest &+ UInt64(max(left, 0)) }
      return values(at: base, results)
    case .trap(let kind, let pc, let frame):
      let trap = Trap(
        kind, message: message, frames: innerFrames ?? snapshots(pc, frame), hostError: hostError,
        exception: kind == .uncaughtException ? thrown : nil)
      hold(trap)
      message = ""
      hostError = nil
      thrown = nil
      innerFrames = nil
      throw trap
    }
  }

  /// Keeps what a trap's values refer to, for who looks at them.
  private func hold(_ trap: Trap) {
    for frame in trap.frames {
      heap.hold(frame.locals)
      heap.hold(frame.operandStack)
    }
    if let exception = trap.exception { heap.hold(exception.values) }
  }

  private func values(at frame: FramePointer, _ types: [ValueType]) -> [Value] {
    var slot: Int32 = 0
    return types.map { type in
      defer { slot += type.slots }
      return Value(type, low: frame[slot], high: type == .v128 ? frame[slot + 1] : 0)
    }
  }

  /// Translates a function; the reason where that is not possible.
  private func translate(_ function: Function) -> Trap.Kind? {
    guard let instance = function.instance, let body = instance.bodies.body(function.index) else {
      message = "function \(function.index) has no body"
      return .unsupported
    }
    do throws(ReadError) {
      let translation = try Translator.translate(instance, body, function.type, limit: codeWords)
      codeWords -= min(translation.code.count, codeWords)
      function.install(translation)
      return nil
    } catch {
      message = error.description
      return .unsupported
    }
  }

  /// Makes a function without code ready, or runs it where it is the host's.
  @inline(never) func enter(
    _ pointer: FunctionPointer, _ pc: CodePointer, _ frame: FramePointer, _ newFrame: FramePointer,
    results: FramePointer, _ depth: Int
  ) -> Entered {
    let function = pointer.function
    guard let host = function.host else {
      if let kind = translate(function) { return .trap(kind) }
      return .code
    }
    let arguments = values(at: newFrame, function.type.parameters)
    let saved = (top, self.depth, callOut)
    top = newFrame.advanced(by: pointer.parameterSlots)
    self.depth = depth
    callOut = (pc, frame)
    defer { (top, self.depth, callOut) = saved }
    let values: [Value]
    do {
      values = try host(HostCall(store: store, instance: frame.function.context.instance), arguments)
    } catch let trap as Trap {
      // A call back into the program trapped.
      message = trap.message
      hostError = trap.hostError
      // Its stack is whole, what called the host included; there is none where the function itself raised it.
      innerFrames = trap.frames.isEmpty ? nil : trap.frames
      return .trap(trap.kind)
    } catch {
      message = "\(error)"
      hostError = error
      return .trap(.host)
    }
    guard values.count == function.type.results.count else {
      message = "the host function returned \(values.count) values"
      return .trap(.host)
    }
    for (value, type) in zip(values, function.type.results) where !store.conforms(value, type) {
      message = "the host function returned \(value), which is not of type \(type)"
      return .trap(.host)
    }
    var slot: Int32 = 0
    for (value, type) in zip(values, function.type.results) {
      let bits = value.bits
      results[slot] = bits.low
      if type == .v128 { results[slot + 1] = bits.high }
      slot += type.slots
    }
    return .done
  }

  /// The function that an indirect call calls.
  @inline(never) func callee(
    _ pc: CodePointer, _ frame: FramePointer, _ context: ContextPointer, isIndirect: Bool
  ) -> Callee {
    let bits: UInt64
    if isIndirect {
      let table = context.instance.tables[Int(pc.c)]
      let index = table.type.is64Bit ? frame[pc.b] : UInt64(frame.u32(pc.b))
      guard let element = table.bits(index) else { return .trap(.tableOutOfBounds) }
      if element == 0 { return .trap(.indirectCallNull) }
      bits = element
    } else {
      bits = frame[pc.b]
      if bits == 0 { return .trap(.nullReference) }
    }
    guard let function = store.function(UInt32(truncatingIfNeeded: ReferenceBits.number(bits))) else {
      return .trap(.indirectCallType)
    }
    let pointer: FunctionPointer = function.pointer
    let type = UInt32(bitPattern: pc.word(1))
    if isIndirect, pointer.type != type, !store.registry.matches(pointer.type, type) {
      return .trap(.indirectCallType)
    }
    return .function(pointer)
  }

  // MARK: Looking at the stack

  /// An activation that is to be looked at.
  private struct Activation {
    let frame: FramePointer
    let function: Function
    let site: CodeOffset
  }

  /// The activations from the youngest on.
  private func snapshots(_ pc: CodePointer, _ frame: FramePointer) -> [ActivationSnapshot] {
    let activations = activations(pc, frame)
    var states: [ObjectIdentifier: FrameStates] = [:]
    for (id, activations) in Dictionary(grouping: activations, by: { ObjectIdentifier($0.function) }) {
      states[id] = FrameStates(of: activations[0].function, at: Set(activations.map(\.site)), limit: codeLimit)
    }
    return activations.compactMap { activation in
      guard let instance = activation.function.instance,
        let states = states[ObjectIdentifier(activation.function)],
        let operands = states.operands[activation.site]
      else { return nil }
      let frame = activation.frame
      return ActivationSnapshot(
        instance: instance, functionIndex: activation.function.index, codeOffset: activation.site,
        locals: values(at: frame, states.locals),
        operandStack: operands.map { operand in
          switch operand.place {
          case .constant(let bits): Value(operand.type, low: bits)
          case .local(let slot):
            Value(operand.type, low: frame[slot], high: operand.type == .v128 ? frame[slot + 1] : 0)
          case .own:
            Value(operand.type, low: frame[operand.slot], high: operand.type == .v128 ? frame[operand.slot + 1] : 0)
          }
        })
    }
  }

  private func activations(_ pc: CodePointer, _ frame: FramePointer) -> [Activation] {
    var result: [Activation] = []
    var pc = pc
    var frame = frame
    var entry = entries.count - 1
    while entry >= 0 {
      let pointer = frame.function
      let function = pointer.function
      if let code = pointer.code, let offsets = function.translation?.offsets,
        case let index = pc.index(from: code), offsets.indices.contains(index)
      {
        result.append(Activation(frame: frame, function: function, site: CodeOffset(UInt64(offsets[index]))))
      }
      if frame == entries[entry].frame {
        guard let outer = entries[entry].outer else { break }
        (pc, frame) = outer
        entry -= 1
      } else {
        pc = frame.callerCode
        frame = frame.callerFrame
      }
    }
    return result
  }

  // MARK: Exceptions (4.6.13)

  /// Finds the handler of `thrown`, youngest activation first, and puts the values where the handler expects them.
  func unwind(
    _ pc: CodePointer, _ frame: FramePointer, _ depth: Int
  ) -> Unwound {
    guard let exception = thrown, let bottom = entries.last?.frame else { return .trap(.uncaughtException) }
    let youngest = frame
    var pc = pc
    var frame = frame
    var depth = depth
    while true {
      let function = frame.function.function
      if let code = frame.function.code, let instance = function.instance,
        let handler = function.translation?.handlers.handler(
          at: pc.index(from: code),
          catching: { Int($0) < instance.tags.count && instance.tags[Int($0)] === exception.tag })
      {
        var reference: UInt64?
        if handler.passesReference {
          reference = make(exception, youngest)
          if reference == nil { return .trap(.outOfMemory) }
        }
        var slot = handler.slot
        if handler.passesValues {
          for value in exception.values {
            let bits = value.bits
            frame[slot] = bits.low
            slot += 1
            if case .v128 = value {
              frame[slot] = bits.high
              slot += 1
            }
          }
        }
        if let reference { frame[slot] = reference }
        thrown = nil
        return .caught(frame, code.advanced(by: Int32(handler.target)), depth)
      }
      if frame == bottom { return .trap(.uncaughtException) }
      pc = frame.callerCode
      frame = frame.callerFrame
      depth += 1
    }
  }
}
