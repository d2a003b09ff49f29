import ByteCursor
import CoreDumpFormat
import DwarfEval
import WasmBinary
import WasmInterp

/// What parameters were when a function was entered (`DW_OP_entry_value`): the caller stands at its call, with the
/// arguments on its operand stack; where those are not recorded, the call site may describe them.
extension FrameState {
  typealias EntryValue = Result<(value: TypedValue, assurance: Assurance), Unavailable>

  /// The value on entry of what `expression` names, which has to be a parameter. `depth` is how many evaluations wait for it.
  func entryValue(_ expression: Bytes, scope: any ExpressionScope, depth: Int) -> EntryValue {
    guard let index = Self.local(named: expression, scope) else {
      return .failure(Unavailable("the value on entry of something that is no parameter"))
    }
    let passed = passedValue(index)
    let described = { [self] in
      describedValue(depth: depth) { parameter, unit in
        parameter.location?.expression.map { Self.local(named: $0, unit) == index } ?? false
      }
    }
    if case .failure = passed, let described = described() { return .success(described) }
    return passed.map { ($0.value.typed(addressSize: scope.encoding.addressSize), $0.assurance) }
  }

  /// What the caller had on its operand stack for a parameter.
  private func passedValue(
    _ index: UInt32
  ) -> Result<(value: RecordedValue, assurance: Assurance), Unavailable> {
    guard let function = frame.functionIndex, let type = module.wasm.functionType(function),
      Int(index) < type.parameters.count
    else { return .failure(Unavailable("local \(index) is no parameter")) }
    guard let caller else {
      return .failure(Unavailable("the caller, which passed parameter \(index), is not in the dump"))
    }
    let stack = caller.operandStack
    if let absence = stack.absence {
      let recovered = place.flatMap { place in
        session.recovered(thread: place.thread)?.argument(
          Int(index), of: place.physical, type: type.parameters[Int(index)])
      }
      return (recovered ?? .failure(Unavailable("\(absence)"))).mapError {
        Unavailable("parameter \(index) as the caller passed it: \($0.reason)")
      }
    }
    switch session.call(from: caller, to: frame, of: module) {
    case .failure(let missing): return .failure(missing)
    case .success(let call):
      let place = stack.count - call.above - type.parameters.count + Int(index)
      guard place >= 0 else {
        return .failure(Unavailable("the caller's operand stack does not hold parameter \(index)"))
      }
      let value = stack[place]
      if case .missing(let reason) = value { return .failure(Unavailable("parameter \(index): \(reason)")) }
      if let recorded = value.type, recorded != RecordedType(type.parameters[Int(index)]) {
        return .failure(Unavailable("the caller passed a \(recorded) for parameter \(index)"))
      }
      switch value {
      case .function, .reference: return .failure(Unavailable("parameter \(index) is a reference"))
      default: return .success((value, call.assurance))
      }
    }
  }

  /// What the debug information of the caller says that it passed for a parameter (`DW_TAG_call_site_parameter`), the first
  /// one that `isWanted` accepts.
  func describedValue(
    depth: Int, where isWanted: (CallSiteEntry.Parameter, Unit) -> Bool
  ) -> (value: TypedValue, assurance: Assurance)? {
    guard let place, let caller = session.state(thread: place.thread, physical: place.physical + 1),
      case .success(let call) = session.call(from: caller.frame, to: frame, of: module),
      let function = caller.dwarf.function(containing: caller.address)
    else { return nil }
    let site = caller.dwarf.callSites(of: function).first { site in
      site.address == caller.address || site.returnAddress == caller.addressBehind
    }
    for parameter in site?.parameters ?? [] {
      guard let unit = site?.entry.unit, isWanted(parameter, unit), let value = parameter.value?.expression,
        let pieces = try? caller.evaluate(value, scope: unit, depth: depth + 1), pieces.count == 1,
        pieces[0].bitSize == nil
      else { continue }
      let known = caller.assurance(pieces[0].provenance).joined(call.assurance)
      switch pieces[0].location {
      case .value(let value): return (value, known)
      // A call site's value is the number itself, not an address of it.
      case .memory(let number): return (TypedValue(.generic(addressSize), bits: UInt128(number)), known)
      default: return nil
      }
    }
    return nil
  }

  /// Where the instruction behind the frame's own stands.
  private var addressBehind: CodeAddress? {
    guard let number = frame.functionIndex, let offset = frame.codeOffset,
      let instruction = module.code.instruction(function: number, at: offset), let body = module.wasm.body(number)
    else { return nil }
    return module.translation.described(instruction.end, in: body)
  }

  /// The local that an expression names and does nothing more with.
  private static func local(named expression: Bytes, _ scope: any ExpressionScope) -> UInt32? {
    var reader = ExpressionReader(expression, encoding: scope.encoding)
    guard let first = try? reader.next(), case .local(let index)? = first.wasmPlace else { return nil }
    while true {
      // What cannot be read says something that we do not understand.
      guard let next = try? Optional(reader.next()) else { return nil }
      guard let operation = next else { return index }
      guard operation.opcode == .stackValue || operation.opcode == .nop else { return nil }
    }
  }
}

extension Session {
  /// What is known of a physical frame's Wasm state.
  func state(thread: Int, physical: Int) -> FrameState? {
    guard dump.threads.indices.contains(thread), dump.threads[thread].frames.indices.contains(physical) else {
      return nil
    }
    let backtrace = backtrace(thread: thread)
    return inspection(of: backtrace[backtrace.index(ofPhysical: physical)], thread: thread)?.state
  }

  /// A caller's call, behind which the next younger frame stands.
  struct CallSite {
    /// How many operands lie on top of the arguments: an indirect call's index or reference.
    var above: Int
    /// How it is known that the call led to that frame, and not to one that left its place to it.
    var assurance: Assurance
  }

  /// The call at which `caller` stands, if it passes its arguments to `callee`, a frame of `module`.
  func call(from caller: CoreDump.Frame, to callee: CoreDump.Frame, of module: DebugModule) -> Result<
    CallSite, Unavailable
  > {
    let passed = Assurance(.derived, "what the caller passed")
    guard let number = dump.moduleIndex(of: caller), debugModules.indices.contains(number),
      let own = debugModules[number], let function = caller.functionIndex, let offset = caller.codeOffset,
      let instruction = own.code.instruction(function: function, at: offset), instruction.isCall
    else { return .failure(Unavailable("the caller's call instruction is not known")) }
    guard let target = callee.functionIndex, let type = module.wasm.functionType(target) else {
      return .failure(Unavailable("the type of the function is not known"))
    }
    let other = Unavailable("the caller's instruction does not call this function directly")
    // A function that leaves its frame to itself by a tail call gets other arguments than its first caller passed.
    let isSure = !module.code.hasTailCall(target)
    func assumed(_ why: String) -> Result<CallSite, Unavailable> {
      .success(CallSite(above: instruction.callee == nil ? 1 : 0, assurance: Assurance(.assumed, why)))
    }
    if let direct = instruction.callee {
      if own.wasm.importEntry(.function, direct) != nil {
        // The host may have called back in between, which no frame shows.
        guard caller.instance != callee.instance, own.wasm.functionType(direct) == type else { return .failure(other) }
        return assumed("passed by a call of an import, which is taken to be this function")
      }
      guard direct == target, caller.instance == callee.instance else { return .failure(other) }
      if isSure { return .success(CallSite(above: 0, assurance: passed)) }
      return assumed("passed by the caller, if the function has not called itself in its own place since")
    }
    guard case .indices(let typeIndex, let table) = instruction.immediates,
      instruction.opcode == .callIndirect, own.wasm.functionType(ofType: typeIndex) == type
    else {
      return instruction.opcode == .callRef && own.calledType(instruction) == type
        ? assumed("passed by an indirect call, which is taken to be of this function") : .failure(other)
    }
    if isSure, caller.instance == callee.instance, own.code.isUnchangingTable(table),
      case .i32(let index)? = caller.operandStack.last,
      own.code.initialElement(table: table, index: UInt64(UInt32(bitPattern: index))) == .function(target)
    {
      return .success(CallSite(above: 1, assurance: passed))
    }
    return assumed("passed by an indirect call, which is taken to be of this function")
  }
}

extension DebugModule {
  /// The type that a `call_ref` names.
  fileprivate func calledType(_ instruction: Instruction) -> FunctionType? {
    guard case .index(let index) = instruction.immediates else { return nil }
    return wasm.functionType(ofType: index)
  }
}
