import ByteCursor
import CoreDumpFormat
import DwarfEval
import WasmInterp

/// A variable of the program with its value in a frame.
public struct FrameVariable: Sendable {
  /// The name; `(unnamed)` for a parameter without one.
  public var name: String
  /// The value, or why there is none.
  public var value: Value
  /// How many blocks of its function are around it.
  public var scope: Int
  /// Whether another variable of the name hides it.
  public var isShadowed: Bool
  /// Whether it is a parameter.
  public var isParameter: Bool
  /// Where it is declared; nil where that is not said.
  public var line: Int?
  /// Whether the compiler made it up (`this` counts as written).
  public var isArtificial: Bool
}

extension Session {
  /// What a frame's variables are read with; nil where the frame's place or its debug information is not known.
  func inspection(of frame: Frame, thread: Int) -> FrameInspection? {
    let key = InspectionKey(thread: thread, frame: frame.index)
    if let known = inspections[key] { return known }
    let made = makeInspection(of: frame, thread: thread)
    // Who walks through hundreds of thousands of frames comes back to few.
    if inspections.count >= 4096 { inspections.removeAll(keepingCapacity: true) }
    inspections[key] = made
    return made
  }

  /// The blocks of a function around an address, with their variables.
  func scopes(of subroutine: InlinedFrame, at address: CodeAddress, _ dwarf: Dwarf) -> [LocalScope] {
    let key = ScopeKey(unit: ObjectIdentifier(subroutine.unit), offset: subroutine.offset, address: address)
    if let known = scopes[key] { return known }
    let found = dwarf.localScopes(of: subroutine, at: address)
    if scopes.count >= 4096 { scopes.removeAll(keepingCapacity: true) }
    scopes[key] = found
    return found
  }

  struct ScopeKey: Hashable {
    var unit: ObjectIdentifier
    var offset: UnitOffset
    var address: CodeAddress
  }

  struct InspectionKey: Hashable {
    var thread: Int
    var frame: Int
  }

  private func makeInspection(of frame: Frame, thread: Int) -> FrameInspection? {
    guard dump.threads.indices.contains(thread), let number = frame.module, debugModules.indices.contains(number),
      let module = debugModules[number], let dwarf = module.dwarf, let function = frame.functionIndex,
      let body = module.wasm.body(function),
      let address = frame.codeOffset.flatMap({ module.translation.described($0, in: body) })
    else { return nil }
    let frames = dump.threads[thread].frames
    guard frames.indices.contains(frame.physicalIndex) else { return nil }
    let chain = dwarf.inlineChain(at: address, body: module.translation.describedRange(of: body))
    let outermost = backtrace(thread: thread).index(ofPhysical: frame.physicalIndex)
    let inline = chain.count - 1 - (outermost - frame.index)
    guard chain.indices.contains(inline), let root = chain.last else { return nil }
    let caller = frame.physicalIndex + 1
    let state = FrameState(
      session: self, module: module, dwarf: dwarf, frame: frames[frame.physicalIndex],
      caller: frames.indices.contains(caller) ? frames[caller] : nil, isYoungest: frame.physicalIndex == 0,
      address: address, function: root)
    state.place = (thread, frame.physicalIndex)
    return FrameInspection(state: state, subroutine: chain[inline])
  }
}

/// The variables of one frame, inlined or not.
final class FrameInspection {
  let state: FrameState
  /// The frame's function, which may be inlined into `state`'s.
  let subroutine: InlinedFrame
  private(set) lazy var scopes = state.session.scopes(of: subroutine, at: state.address, state.dwarf)

  init(state: FrameState, subroutine: InlinedFrame) {
    self.state = state
    self.subroutine = subroutine
  }

  /// The unit of the frame's code.
  var unit: Unit { subroutine.unit }

  /// The parameters in their order.
  var arguments: [FrameVariable] {
    scopes.flatMap(\.variables).filter { $0.kind == .parameter }.map(variable)
  }

  /// The other variables, innermost scope first.
  var locals: [FrameVariable] {
    scopes.flatMap(\.variables).filter { $0.kind != .parameter }.map(variable)
  }

  private func variable(_ variable: Variable) -> FrameVariable {
    FrameVariable(
      name: variable.name ?? "(unnamed)", value: value(of: variable), scope: variable.depth,
      isShadowed: variable.isShadowed, isParameter: variable.kind == .parameter,
      line: variable.declaration.flatMap { $0.line == 0 ? nil : Int(exactly: $0.line) },
      isArtificial: variable.isArtificial && variable.name != "this")
  }

  /// The value of a variable of the frame. The lengths of an array that the program computes are part of its type then.
  func value(of variable: Variable) -> Value {
    let value = state.value(of: variable)
    let type = resolved(variable.type)
    return type == value.type ? value : value.reinterpreted(as: type)
  }

  /// The variable that a name means here: the innermost one that is called so.
  func variable(named name: String) -> FrameVariable? {
    for scope in scopes {
      if let found = scope.variables.last(where: { $0.name == name && !$0.isShadowed }) { return variable(found) }
    }
    return nil
  }
}

extension Session {
  /// The arguments of a frame's function.
  public func arguments(of frame: Frame, thread: Int) -> [FrameVariable] {
    inspection(of: frame, thread: thread)?.arguments ?? []
  }

  /// The local variables that are in scope at a frame's place, innermost scope first.
  public func locals(of frame: Frame, thread: Int) -> [FrameVariable] {
    inspection(of: frame, thread: thread)?.locals ?? []
  }
}
