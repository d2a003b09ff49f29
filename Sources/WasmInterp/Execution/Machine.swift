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

  let limits: ExecutionLimits
  let interrupt: Interrupt
  /// Behind the last slot.
  let stackEnd: FramePointer
  /// Where the next entry from the host may start.
  private var top: FramePointer
  /// How many more activations there may be.
  var depth: Int
  private var fuel: UInt64?
  /// The entries from the host that are running, oldest first; and what called the host in turn.
  private var entries: [(frame: FramePointer, outer: (pc: CodePointer, frame: FramePointer)?)] = []
  /// What called the host function that is running.
  private var callOut: (pc: CodePointer, frame: FramePointer)?
  /// The exception that is being thrown.
  var thrown: ExceptionValue?
  /// What a host function threw.
  private var hostError: (any Error)?
  private var message = ""
  unowned var store: Store!
  private let halt = CodeBuffer([
    Int32(Operation.call.rawValue) | 1 << 16, 0, 0, 0, Int32(Operation.halt.rawValue), 0, 0, 0,
  ])

  init(stack: Reservation, limits: ExecutionLimits, interrupt: Interrupt) {
    self.limits = limits
    self.interrupt = interrupt
    let slots = stack.capacity / 8
    unsafe top = FramePointer(stack.base.bindMemory(to: UInt64.self, capacity: slots))
    // Links and a few operands can be written before a check.
    stackEnd = top.advanced(by: Int32(clamping: slots - 64))
    depth = limits.frames
    fuel = limits.fuel
  }
  func free() { halt.free() }

  // MARK: Budget

  private static let chunk = 100_000
  var firstBudget: Int { 0 }

  /// Another share of calls and branches; -1 where execution is to be interrupted, -2 where fuel is used up.
  @inline(never) func refill() -> Int {
    if interrupt.isRequested { return -1 }
    guard let left = fuel else { return Self.chunk }
    if left == 0 { return -2 }
    let share = min(left, UInt64(Self.chunk))
    fuel = left - share
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
        kind, message: message, frames: snapshots(pc, frame), hostError: hostError,
        exception: kind == .uncaughtException ? thrown : nil)
      message = ""
      hostError = nil
      thrown = nil
      throw trap
    }
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
      function.install(try Translator.translate(instance, body, function.type, until: nil))
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

  /// The activations from the youngest on.
  private func snapshots(_ pc: CodePointer, _ frame: FramePointer) -> [ActivationSnapshot] {
    var result: [ActivationSnapshot] = []
    var states: [SiteKey: SiteState] = [:]
    var pc = pc
    var frame = frame
    var entry = entries.count - 1
    while entry >= 0 {
      if let snapshot = snapshot(pc, frame, &states) { result.append(snapshot) }
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

  struct SiteKey: Hashable {
    let function: ObjectIdentifier
    let offset: UInt32
  }
  struct SiteState {
    let locals: [ValueType]
    let operands: [Translator.Operand]
  }

  private func snapshot(
    _ pc: CodePointer, _ frame: FramePointer, _ states: inout [SiteKey: SiteState]
  ) -> ActivationSnapshot? {
    let pointer = frame.function
    let function = pointer.function
    guard let instance = function.instance, let translation = function.translation, let code = pointer.code else {
      return nil
    }
    let index = pc.index(from: code)
    guard index >= 0, index < translation.offsets.count else { return nil }
    let offset = translation.offsets[index]
    let key = SiteKey(function: ObjectIdentifier(function), offset: offset)
    var state = states[key]
    if state == nil, let body = instance.bodies.body(function.index) {
      // The translator knows where each operand is: it is asked again, up to the instruction.
      let partial = try? Translator.translate(instance, body, function.type, until: CodeOffset(UInt64(offset)))
      state = SiteState(locals: partial?.locals ?? [], operands: partial?.operands ?? [])
      states[key] = state
    }
    guard let state else { return nil }
    return ActivationSnapshot(
      instance: instance, functionIndex: function.index, codeOffset: CodeOffset(UInt64(offset)),
      locals: values(at: frame, state.locals),
      operandStack: state.operands.map { operand in
        switch operand.place {
        case .constant(let bits): Value(operand.type, low: bits)
        case .local(let slot):
          Value(operand.type, low: frame[slot], high: operand.type == .v128 ? frame[slot + 1] : 0)
        case .own:
          Value(operand.type, low: frame[operand.slot], high: operand.type == .v128 ? frame[operand.slot + 1] : 0)
        }
      })
  }

  // MARK: Exceptions (4.6.13)

  /// Finds the handler of `thrown`, youngest activation first, and puts the values where the handler expects them.
  func unwind(
    _ pc: CodePointer, _ frame: FramePointer, _ depth: Int
  ) -> (FramePointer, CodePointer, Int)? {
    guard let exception = thrown, let bottom = entries.last?.frame else { return nil }
    var pc = pc
    var frame = frame
    var depth = depth
    while true {
      let function = frame.function.function
      if let code = frame.function.code, let instance = function.instance,
        let handler = function.translation?.handler(
          at: pc.index(from: code),
          catching: { Int($0) < instance.tags.count && instance.tags[Int($0)] === exception.tag })
      {
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
        if handler.passesReference {
          frame[slot] = Reference.exception(UInt32(store.exceptions.count)).bits
          store.exceptions.append(exception)
        }
        thrown = nil
        return (frame, code.advanced(by: Int32(handler.target)), depth)
      }
      if frame == bottom { return nil }
      pc = frame.callerCode
      frame = frame.callerFrame
      depth += 1
    }
  }
}
