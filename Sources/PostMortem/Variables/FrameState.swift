import ByteCursor
import CoreDumpFormat
import DwarfEval
import WasmBinary
import WasmInterp

/// What a physical frame's Wasm locals, operands, globals and memory are, for DWARF expressions: answers what
/// `ExpressionEvaluator` asks, each answer with how it is known.
final class FrameState {
  /// The session, which keeps this.
  unowned let session: Session
  let module: DebugModule
  let dwarf: Dwarf
  /// The frame as the dump has it, and the one that called it.
  let frame: CoreDump.Frame
  let caller: CoreDump.Frame?
  /// Whether it is the youngest of its thread, for which globals have the values that the dump records.
  let isYoungest: Bool
  /// The place in the code that the debug information describes: the trapping instruction, or the call.
  let address: CodeAddress
  /// The function with code of its own; nil where none is known, as for what has a fixed place.
  let function: InlinedFrame?
  let memory: MemoryReader

  /// The thread that it is of, and its number there; nil where it was made up.
  var place: (thread: Int, physical: Int)?

  /// Why things are not known, or not sure, by the bits of `Provenance.notes`.
  private var notes: [String] = []
  private var frameBaseMemo: Result<(address: UInt64, assurance: Assurance), Unavailable>?

  init(
    session: Session, module: DebugModule, dwarf: Dwarf, frame: CoreDump.Frame, caller: CoreDump.Frame?,
    isYoungest: Bool, address: CodeAddress, function: InlinedFrame?
  ) {
    self.session = session
    self.module = module
    self.dwarf = dwarf
    self.frame = frame
    self.caller = caller
    self.isYoungest = isYoungest
    self.address = address
    self.function = function
    memory = MemoryReader(dump: session.dump)
  }

  var surroundings: Value.Surroundings {
    Value.Surroundings(
      memory: memory, instance: frame.instance, module: module.info.index, limits: session.options.limits,
      hasDescribedMemory: module.hasDescribedMemory)
  }

  /// Bytes of an address: what the module's memory says, as its debug information does.
  var addressSize: UInt8 { module.wasm.memories.first?.is64Bit == true ? 8 : 4 }

  // MARK: Wasm state

  /// A local, a global or an operand of the frame.
  func wasmValue(_ place: WasmPlace) -> Result<(value: RecordedValue, assurance: Assurance), Unavailable> {
    switch place {
    case .local(let index):
      return numeric(
        recorded(frame.locals, index, "local") { recovery, physical in
          localType(index).map { recovery.local(Int(index), of: physical, type: $0) }
        }, place)
    case .operand(let index):
      return numeric(
        recorded(frame.operandStack, index, "operand") { recovery, physical in
          operandType(index).map { recovery.operand(Int(index), of: physical, type: $0) }
        }, place)
    case .global(let index): return numeric(global(index), place)
    }
  }

  private func localType(_ index: UInt32) -> ValueType? {
    frame.functionIndex.flatMap { module.localTypes(of: $0) }.flatMap {
      $0.indices.contains(Int(index)) ? $0[Int(index)] : nil
    }
  }

  private func operandType(_ index: UInt32) -> ValueType? {
    guard let function = frame.functionIndex, let offset = frame.codeOffset,
      let types = module.operandTypes(function: function, at: offset), types.indices.contains(Int(index))
    else { return nil }
    return types[Int(index)]
  }

  /// What an expression can calculate with: references have no bits, and of values whose type nobody recorded there are
  /// no more than 32.
  private func numeric(
    _ result: Result<(value: RecordedValue, assurance: Assurance), Unavailable>, _ place: WasmPlace
  ) -> Result<(value: RecordedValue, assurance: Assurance), Unavailable> {
    guard case .success(let found) = result else { return result }
    switch found.value {
    case .function, .reference:
      return .failure(Unavailable("\(place) holds a reference: the debug information does not fit the code"))
    case .untyped where addressSize > 4:
      return .failure(Unavailable("\(place): only its low 32 bits were recorded"))
    default: return result
    }
  }

  /// What the dump says, or else what can be worked out.
  private func recorded(
    _ values: CoreDump.Values, _ index: UInt32, _ what: String,
    recovered: (RecoveredThread, _ physical: Int) -> RecoveredThread.Answer?
  ) -> RecoveredThread.Answer {
    var absence = values.absence
    if absence == nil {
      guard Int(index) < values.count else {
        return .failure(
          Unavailable("\(what) \(index) does not exist: the debug information does not fit the module"))
      }
      guard case .missing(let reason) = values[Int(index)] else { return .success((values[Int(index)], .recorded)) }
      absence = reason
    }
    let reason = absence.map { "\($0)" } ?? ""
    guard let place, let recovery = session.recovered(thread: place.thread),
      let answer = recovered(recovery, place.physical)
    else { return .failure(Unavailable("\(what) \(index): \(reason)")) }
    return answer.mapError { Unavailable("\(what) \(index): \($0.reason)") }
  }

  private func global(_ index: UInt32) -> Result<(value: RecordedValue, assurance: Assurance), Unavailable> {
    let name = module.globalName(index).map { " \($0)" } ?? ""
    guard let global = session.dump.global(Int(index), of: frame.instance) else {
      return .failure(Unavailable("global \(index)\(name) is not in the dump"))
    }
    if case .missing(let reason) = global.value {
      return .failure(Unavailable("global \(index)\(name): \(reason)"))
    }
    if isYoungest, global.isMutable, session.hasGlobalsOfSeveralThreads(place?.thread ?? 0) {
      return .success((global.value, Assurance(.assumed, "if the global is this thread's and not another's")))
    }
    guard global.isMutable, !isYoungest else { return .success((global.value, .recorded)) }
    // Callees move the stack pointer and set others.
    if let place,
      let type = module.wasm.globals.indices.contains(Int(index)) ? module.wasm.globals[Int(index)].type.value : nil,
      let recovery = session.recovered(thread: place.thread)
    {
      let answer = recovery.global(index, of: place.physical, type: type)
      if case .success = answer { return answer }
      if isStackPointer(index) {
        return answer.mapError { Unavailable("the stack pointer in this frame: \($0.reason)") }
      }
    }
    if isStackPointer(index) {
      return .failure(Unavailable("the stack pointer as it was in this frame is not recorded"))
    }
    return .success(
      (global.value, Assurance(.assumed, "global \(index)\(name) may have changed since this frame made its call")))
  }

  /// Whether a global is the stack pointer.
  func isStackPointer(_ index: UInt32) -> Bool { module.stackPointerGlobal == index }

  /// The global with a name, of the module's own or imported ones.
  func globalIndex(named name: String) -> UInt32? {
    if let index = module.globalIndex(linkerNamed: name) { return index }
    var index: UInt32 = 0
    for entry in module.wasm.imports {
      guard case .global = entry.type else { continue }
      if entry.name == name { return index }
      index += 1
    }
    return module.wasm.exports.first { $0.kind == .global && $0.name == name }?.index
  }

  // MARK: Expressions

  /// Evaluates an expression of `unit`.
  func evaluate(
    _ expression: Bytes, scope: any ExpressionScope, stack: [ExpressionEvaluator.Operand] = [], depth: Int = 0
  ) throws(Unavailable) -> [Piece] {
    guard depth < 8 else { throw Unavailable("the debug information refers to itself") }
    var evaluator = ExpressionEvaluator(
      expression, scope: scope, stack: stack, depth: depth, limits: session.options.limits)
    do throws(ReadError) {
      var step = try evaluator.run()
      while true {
        switch step {
        case .needs(let request): step = try evaluator.resume(answer(request, scope: scope, depth: depth))
        case .finished(let pieces): return pieces
        }
      }
    } catch {
      throw Unavailable("the expression of its location is not understood: \(error.rule)")
    }
  }

  private func answer(_ request: ExpressionRequest, scope: any ExpressionScope, depth: Int) -> ExpressionAnswer {
    let size = scope.encoding.addressSize
    switch request {
    case .wasm(let described):
      guard let place = module.place(described) else {
        return unavailable("\(described) of the debug information is not known in the module")
      }
      switch wasmValue(place) {
      case .success(let (value, assurance)): return .value(value.typed(addressSize: size), provenance(assurance))
      case .failure(let missing): return unavailable(missing.reason)
      }
    case .memory(let address, let count):
      let storage = Storage(.memory(MemoryAddress(address), instance: frame.instance))
      let contents = memory.read(storage, count: Int(count))
      if let absence = contents.absence { return unavailable(absence) }
      return .value(TypedValue(.unsigned(count), littleEndian: contents.bytes))
    case .frameBase:
      switch frameBase(depth: depth) {
      case .success(let base):
        return .value(TypedValue(.generic(size), bits: UInt128(base.address)), provenance(base.assurance))
      case .failure(let missing): return unavailable(missing.reason)
      }
    case .threadLocal(let offset): return address(offset, from: "__tls_base", size, thread: true)
    case .address(let address):
      // What linkers write where what an address was of is gone (LLVM's tombstones).
      let none = UInt64.max >> (64 - 8 * UInt64(min(max(size, 1), 8)))
      if address == none || address == none - 1 { return unavailable("the linker removed it: nothing uses it") }
      guard module.hasDescribedMemory else {
        return unavailable("the module's memory is laid out otherwise than the debug information says")
      }
      // Position-independent modules count data addresses from where they were loaded.
      guard module.wasm.dynamicLinking != nil, globalIndex(named: "__memory_base") != nil else {
        return .value(TypedValue(.generic(size), bits: UInt128(address)))
      }
      return self.address(address, from: "__memory_base", size, thread: false)
    case .entryValue(let expression): return answer(entryValue(expression, scope: scope, depth: depth))
    case .location(let reference):
      guard let entry = entry(reference, scope: scope) else { return .noExpression }
      guard let location = try? entry.location(.location), let bytes = location.expression(at: self.address) else {
        return .noExpression
      }
      return .expression(bytes, entry.unit)
    case .callFrameAddress: return unavailable("WebAssembly has no canonical frame address")
    case .variable(let reference): return answer(referredValue(entry(reference, scope: scope), depth: depth))
    case .parameter(let offset): return answer(passedValue(offset, scope: scope, depth: depth))
    case .objectAddress: return .unavailable()
    }
  }

  private func answer(_ value: EntryValue) -> ExpressionAnswer {
    switch value {
    case .success(let (value, assurance)): .value(value, provenance(assurance))
    case .failure(let missing): unavailable(missing.reason)
    }
  }

  private func address(_ offset: UInt64, from global: String, _ size: UInt8, thread: Bool) -> ExpressionAnswer {
    guard let index = globalIndex(named: global) else {
      return unavailable(
        thread ? "the module names no global \(global), from which thread-local addresses count" : "no global \(global)"
      )
    }
    switch wasmValue(.global(index)) {
    case .success(let (value, assurance)):
      let base = UInt64(truncatingIfNeeded: value.typed(addressSize: size).unsigned)
      return .value(TypedValue(.generic(size), bits: UInt128(base &+ offset)), provenance(assurance))
    case .failure(let missing): return unavailable(missing.reason)
    }
  }

  private func entry(_ reference: ExpressionRequest.EntryReference, scope: any ExpressionScope) -> Entry? {
    switch reference {
    case .unit(let offset): return (scope as? Unit).flatMap { try? $0.entry(at: offset) }
    case .info(let offset):
      guard let unit = dwarf.unit(holding: offset) else { return nil }
      return try? unit.entry(at: UnitOffset(offset.rawValue - unit.header.offset))
    }
  }

  /// The frame base of the function.
  func frameBase(depth: Int = 0) -> Result<(address: UInt64, assurance: Assurance), Unavailable> {
    if let frameBaseMemo { return frameBaseMemo }
    let result = findFrameBase(depth: depth)
    frameBaseMemo = result
    return result
  }

  private func findFrameBase(depth: Int) -> Result<(address: UInt64, assurance: Assurance), Unavailable> {
    guard let function else { return .failure(Unavailable("the function is not known")) }
    guard let entry = try? function.unit.entry(at: function.offset) else {
      return .failure(Unavailable("the function's entry cannot be read"))
    }
    guard let location = try? entry.location(.frameBase), let bytes = location.expression(at: address) else {
      return .failure(Unavailable("the debug information does not say the function's frame base"))
    }
    do throws(Unavailable) {
      let pieces = try evaluate(bytes, scope: entry.unit, depth: depth + 1)
      guard let base = pieces.frameBase(addressSize: entry.unit.encoding.addressSize) else {
        throw reason(of: pieces, "the frame base")
      }
      if let problem = frameBaseProblem(base.address, pieces.first?.origin) { throw Unavailable(problem) }
      return .success((base.address, assurance(base.1)))
    } catch {
      return .failure(error)
    }
  }

  // MARK: Provenance

  private func provenance(_ assurance: Assurance) -> Provenance {
    Provenance(trust: assurance.trust.level, notes: note(assurance.reason))
  }

  private func unavailable(_ reason: String) -> ExpressionAnswer {
    .unavailable(Provenance(trust: Trust.unavailable.level, notes: note(reason)))
  }

  private func note(_ text: String?) -> UInt64 {
    guard let text else { return 0 }
    if let index = notes.firstIndex(of: text) { return 1 << UInt64(index) }
    guard notes.count < 64 else { return 0 }
    notes.append(text)
    return 1 << UInt64(notes.count - 1)
  }

  /// What a piece's provenance means.
  func assurance(_ provenance: Provenance) -> Assurance {
    let reasons = notes.indices.filter { provenance.notes >> UInt64($0) & 1 == 1 }.map { notes[$0] }
    return Assurance(Trust(level: provenance.trust), reasons.isEmpty ? nil : reasons.joined(separator: "; "))
  }

  /// Why what the debug information calls the frame base cannot be it; nil where nothing speaks against it.
  ///
  /// Tools that rewrite code (wasm-opt) leave the number of a local that now holds something else, and a function that is
  /// stopped before it has made its frame has nothing there yet: all that is counted from it would be read from a wrong
  /// place and shown as right.
  private func frameBaseProblem(_ address: UInt64, _ origin: WasmPlace?) -> String? {
    if address == 0 {
      return "\(origin.map { "\($0)" } ?? "the frame base") is 0: the function has not made its frame yet"
    }
    if let origin, let problem = addressProblem(origin) { return problem }
    guard case .local(let local)? = origin else { return nil }
    // The youngest frame's is mostly where the stack ends: then there is nothing to be proved.
    if isYoungest, let pointer = module.stackPointerGlobal,
      case .success(let (value, _)) = global(pointer),
      value.typed(addressSize: addressSize).unsigned == UInt128(address)
    {
      return nil
    }
    guard let number = frame.functionIndex, let offset = frame.codeOffset else { return nil }
    switch module.origin(ofLocal: local, function: number, at: offset) {
    case .constant?: return "local \(local) holds a constant and no frame: the debug information does not fit the code"
    case .load?:
      return "local \(local) holds what was read from memory and no frame: the debug information does not fit the code"
    default: return nil
    }
  }

  /// Why pieces are of no use.
  func reason(of pieces: [Piece], _ what: String) -> Unavailable {
    for piece in pieces {
      guard case .unavailable(let reason) = piece.location else { continue }
      return Unavailable(assurance(piece.provenance).reason ?? reason.description)
    }
    return Unavailable("\(what) is no single place")
  }
}

extension Trust {
  /// The rank among `Provenance.trust`'s; what an expression says itself is as good as recorded.
  fileprivate var level: UInt8 {
    switch self {
    case .unavailable: 0
    case .assumed: 1
    case .derived: 2
    case .recorded: .max
    }
  }

  fileprivate init(level: UInt8) {
    switch level {
    case 0: self = .unavailable
    case 1: self = .assumed
    case 2: self = .derived
    default: self = .recorded
    }
  }
}

extension RecordedValue {
  /// The value as an expression has it on its stack.
  func typed(addressSize: UInt8) -> TypedValue {
    switch self {
    case .i32(let value):
      .wasmInteger(UInt64(UInt32(bitPattern: value)), byteSize: 4, addressSize: addressSize)
    case .i64(let value): .wasmInteger(UInt64(bitPattern: value), byteSize: 8, addressSize: addressSize)
    case .f32(let bits): TypedValue(.float32, bits: UInt128(bits))
    case .f64(let bits): TypedValue(.float64, bits: UInt128(bits))
    case .v128(let low, let high): TypedValue(.vector, bits: UInt128(high) << 64 | UInt128(low))
    case .untyped(let bits): TypedValue(.generic(addressSize), bits: UInt128(bits))
    case .function, .reference, .missing: TypedValue(.generic(addressSize), bits: 0)
    }
  }
}
