import ByteCursor
import CoreDumpFormat
import WasmBinary
import WasmInterp

/// What was recovered of a thread's frames, in the terms of the frames: locals, operands, globals.
final class RecoveredThread {
  /// A value, or why there is none.
  typealias Answer = Result<(value: RecordedValue, assurance: Assurance), Unavailable>

  private let recovery: ThreadRecovery

  init(_ recovery: ThreadRecovery) { self.recovery = recovery }

  /// A local of a frame, by its number in the thread, as a value of `type`.
  func local(_ index: Int, of physical: Int, type: ValueType) -> Answer {
    answer(physical, type) { $0.locals.indices.contains(index) ? $0.locals[index] : nil }
  }

  /// An operand, counted from the bottom of the stack.
  func operand(_ index: Int, of physical: Int, type: ValueType) -> Answer {
    answer(physical, type) { $0.operands.indices.contains(index) ? $0.operands[index] : nil }
  }

  /// The topmost operand, an i32: of an indirect call the function's number in the table.
  func topOperand(of physical: Int) -> Answer? {
    operandCount(of: physical).flatMap { $0 > 0 ? operand($0 - 1, of: physical, type: .i32) : nil }
  }

  /// How many operands a frame has; nil where that is not known.
  func operandCount(of physical: Int) -> Int? {
    recovery.frames.indices.contains(physical) ? recovery.frames[physical]?.graph.operands.count : nil
  }

  /// What a frame's caller passed for a parameter, as a value of `type`.
  func argument(_ index: Int, of physical: Int, type: ValueType) -> Answer {
    guard recovery.links.indices.contains(physical), let link = recovery.links[physical],
      link.arguments.indices.contains(index)
    else { return .failure(Unavailable("not recorded, and the call that led here is not known")) }
    return answer(physical + 1, type) { _ in link.arguments[index] }.map { found in
      let doubt = link.assumption.map { Assurance(.assumed, $0) }
      return (found.value, doubt.map { found.assurance.joined($0) } ?? found.assurance)
    }
  }

  /// A global as it was in a frame, before the frame's instruction.
  func global(_ index: UInt32, of physical: Int, type: ValueType) -> Answer {
    answer(physical, type) { graph in graph.globals.first { $0.global == index }?.before }
  }

  private func answer(
    _ physical: Int, _ type: ValueType, _ node: (PointGraph) -> PointGraph.Index?
  ) -> Answer {
    guard !recovery.leftOut.contains(physical) else {
      return .failure(Unavailable("what the dump says of this frame contradicts its code"))
    }
    guard recovery.frames.indices.contains(physical), let frame = recovery.frames[physical] else {
      return .failure(Unavailable("the frame's code cannot be analysed"))
    }
    guard let index = node(frame.graph), frame.known.indices.contains(Int(index)) else {
      return .failure(Unavailable("the code does not say it"))
    }
    let known = frame[index]
    guard known.isKnown else { return .failure(Unavailable(frame.whyUnknown(index))) }
    guard let value = RecordedValue(type, bits: known.bits) else {
      return .failure(Unavailable("a \(type) is not recovered"))
    }
    // The dump has the parts, not this value itself.
    var basis = known.basis
    if basis.rank == .recorded, basis.cause == Causes.code { basis.rank = .derived }
    return .success((value, Assurance(basis, recovery.causes)))
  }
}

extension FrameKnowledge {
  /// Why a node is not known, in words that follow "unavailable:".
  func whyUnknown(_ index: PointGraph.Index) -> String {
    if isBlocked[Int(index)] { return "not recorded; two things that tell it disagree" }
    switch graph.nodes[Int(index)] {
    case .parameter: return "not recorded; an argument, and what the caller passed is not known"
    case .entryGlobal(let global) where global != stackPointerGlobal:
      return "not recorded; global \(global) as it was when the function was called"
    case .entryGlobal, .stackPointer, .aligned: return "not recorded; where the stack pointer was is not known"
    case .operation: return "not recorded; computed from what is not known"
    case .opaque(let id): return "not recorded; \(graph.origin(of: id))"
    case .constant: return "not recorded"
    }
  }
}

extension RecordedValue {
  /// A number of a type; nil for vectors and references.
  init?(_ type: ValueType, bits: UInt64) {
    switch type {
    case .i32: self = .i32(Int32(truncatingIfNeeded: bits))
    case .i64: self = .i64(Int64(bitPattern: bits))
    case .f32: self = .f32(bits: UInt32(truncatingIfNeeded: bits))
    case .f64: self = .f64(bits: bits)
    default: return nil
    }
  }

  /// A number's bits, zero-extended; nil for others.
  var numberBits: UInt64? {
    switch self {
    case .i32(let value): UInt64(UInt32(bitPattern: value))
    case .i64(let value): UInt64(bitPattern: value)
    case .f32(let bits): UInt64(bits)
    case .f64(let bits): bits
    default: nil
    }
  }
}
