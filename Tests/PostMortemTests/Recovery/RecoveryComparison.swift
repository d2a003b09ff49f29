import ByteCursor
import CoreDumpFormat
import PostMortem
import WasmBinary
import WasmInterp

/// Compares what is recovered of a program's moments with what was recorded. Keeps what is known of the program's code.
final class RecoveryComparison {
  private let module: WasmModule
  private let context: ModuleContext
  private var analyses: [UInt32: Liveness?] = [:]
  let stackPointers: StackPointerTruth
  private(set) var tally = RecoveryTally()

  init(_ program: RecoveryProgram, file: Bytes) throws {
    module = try WasmModule(file)
    context = ModuleContext(module)
    stackPointers = StackPointerTruth(module)
  }

  /// Compares every frame of a moment.
  func compare(_ moment: RecoveryMoment) {
    tally.moments += 1
    let truth = moment.full.dump.threads[0].frames
    let backtrace = moment.full.backtrace(thread: 0)
    let stripped = moment.stripped.backtrace(thread: 0)
    guard stripped.count == backtrace.count, stripped.physicalCount == backtrace.physicalCount else {
      tally.fail("\(moment.when): \(stripped.count) frames of \(backtrace.count)")
      return
    }
    let pointers = stackPointers.pointers(moment.full)
    let expressions = ExpressionSession(session: moment.stripped)
    for physical in moment.frames {
      tally.frames += 1
      let recorded = truth[physical]
      let frame = stripped[stripped.index(ofPhysical: physical)]
      let place = "\(moment.when), frame \(physical) (\(frame.function.display))"
      guard frame.codeOffset == recorded.codeOffset || frame.note != nil else {
        tally.fail("\(place) is at another offset than \(recorded.codeOffset.map { "\($0)" } ?? "none")")
        continue
      }
      let live = liveLocals(of: recorded, moment.full)
      let locals = moment.stripped.wasmLocals(of: frame, thread: 0)
      for (index, value) in recorded.locals.enumerated() {
        let outcome = outcome(locals.indices.contains(index) ? locals[index] : nil, value, "\(place): local \(index)")
        tally.locals.count(outcome)
        guard live?.contains(UInt32(index)) ?? false else { continue }
        tally.live.count(outcome)
        if physical > 0 { tally.liveInCallers.count(outcome) }
        if outcome == .unavailable || outcome == .assumedWrong, locals.indices.contains(index) {
          tally.reasons[Self.kind(locals[index].reason ?? ""), default: 0] += 1
          tally.missing[
            "\(frame.function.display) at \(frame.codeOffset.map { "\($0)" } ?? "?"), local \(index): \(locals[index].reason ?? "")",
            default: 0] += 1
        }
      }
      let operands = moment.stripped.operandStack(of: frame, thread: 0)
      if let operands, operands.count != recorded.operandStack.count {
        tally.fail("\(place): \(operands.count) operands, not \(recorded.operandStack.count)")
      }
      for (index, value) in recorded.operandStack.enumerated() {
        let found = operands.flatMap { $0.indices.contains(index) ? $0[index] : nil }
        tally.operands.count(outcome(found, value, "\(place): operand \(index)"))
      }
      if let pointer = pointers[physical] {
        tally.stackPointers.count(stackPointer(expressions, frame, pointer, place))
      }
    }
    compareVariables(moment)
  }

  /// A reason without what differs from place to place.
  private static func kind(_ reason: String) -> String {
    let words = reason.split(separator: " ").map { word in
      word.hasPrefix("0x") || word.contains(".load") ? "…" : word.allSatisfy(\.isNumber) ? "N" : String(word)
    }
    return words.joined(separator: " ")
  }

  private func outcome(_ found: WasmValue?, _ truth: RecordedValue, _ place: String) -> RecoveryOutcome {
    guard let found, found.trust != .unavailable else { return .unavailable }
    let isRight = found.value == truth
    if found.trust == .assumed { return isRight ? .assumed : .assumedWrong }
    if isRight { return .derived }
    tally.fail("\(place) is \(truth), not \(found.value) [\(found.trust)]: \(found.reason ?? "no reason")")
    return .derivedWrong
  }

  private func stackPointer(
    _ expressions: ExpressionSession, _ frame: Frame, _ truth: UInt64, _ place: String
  ) -> RecoveryOutcome {
    guard let found = try? expressions.stackPointer(of: frame), found.trust != .unavailable else { return .unavailable }
    if found.trust == .assumed { return found.value == truth ? .assumed : .assumedWrong }
    if found.value == truth { return .derived }
    tally.fail("\(place): $sp is \(truth), not \(found.value ?? 0) [\(found.trust)]: \(found.reason ?? "no reason")")
    return .derivedWrong
  }

  /// The locals that the rest of a frame's function may read; nil where that is not known.
  private func liveLocals(of frame: CoreDump.Frame, _ session: Session) -> [UInt32]? {
    // Only the program's own module was analysed.
    guard let number = session.dump.moduleIndex(of: frame), session.modules[number].path == session.modules.last?.path,
      let function = frame.functionIndex, let offset = frame.codeOffset
    else { return nil }
    if let known = analyses[function] { return known?.liveLocals(at: offset) }
    let made = module.body(function).flatMap { body in
      (try? FunctionAnalysis(body, in: context)).flatMap { try? Liveness($0) }
    }
    analyses[function] = made
    return made?.liveLocals(at: offset)
  }

  // MARK: In the user's terms

  private func compareVariables(_ moment: RecoveryMoment) {
    let numbers = Set(moment.frames)
    for (frame, other) in zip(moment.full.backtrace(thread: 0), moment.stripped.backtrace(thread: 0))
    where numbers.contains(frame.physicalIndex) {
      let truth = moment.full.description(of: frame, thread: 0, limits: .compared)
      let found = moment.stripped.description(of: other, thread: 0, limits: .compared)
      let place = "\(moment.when), frame \(frame.index) (\(frame.function.display))"
      let (expected, shown) = (truth.arguments + truth.locals, found.arguments + found.locals)
      guard expected.count == shown.count else {
        tally.fail("\(place): \(shown.count) variables, not \(expected.count)")
        continue
      }
      for (node, other) in zip(expected, shown) {
        var comparison = NodeComparison()
        guard let outcome = comparison.compare(node, other) else { continue }
        tally.variables.count(outcome)
        if outcome == .unavailable {
          tally.missing[
            "\(frame.function.display), variable \(node.name ?? ""): \(comparison.reason ?? "")", default: 0] += 1
        }
        for failure in comparison.failures { tally.fail("\(place): \(node.name ?? "-")\(failure)") }
      }
    }
  }
}

extension DescriptionLimits {
  /// What is compared of a variable.
  static let compared: DescriptionLimits = {
    var limits = DescriptionLimits()
    (limits.elements, limits.members, limits.depth, limits.nodes) = (20, 30, 3, 120)
    return limits
  }()
}

/// Compares a variable that the full dump shows with what the other dump shows of it.
struct NodeComparison {
  /// What is certain and wrong.
  private(set) var failures: [String] = []
  /// Why something of it is not shown.
  private(set) var reason: String?
  private var isMissing: Bool { reason != nil }
  private var isAssumed = false
  private var isWrong = false

  /// What became of it; nil where the full dump does not show it with certainty.
  mutating func compare(_ truth: ValueNode, _ found: ValueNode) -> RecoveryOutcome? {
    guard Self.isCertain(truth) else { return nil }
    compare(truth, found, "")
    if !failures.isEmpty { return .derivedWrong }
    if isMissing { return .unavailable }
    if isWrong { return .assumedWrong }
    return isAssumed ? .assumed : .derived
  }

  private static func isCertain(_ node: ValueNode) -> Bool {
    node.trust >= .derived && node.reason == nil && node.children.allSatisfy(isCertain)
  }

  private mutating func compare(_ truth: ValueNode, _ found: ValueNode, _ path: String) {
    // Of an array whose length is not known the type is another one.
    if found.trust == .unavailable || found.type != truth.type {
      reason = found.reason ?? "its type is \(found.type)"
      return
    }
    if found.trust == .assumed { isAssumed = true }
    // An array whose length is not known is not shown.
    if found.children.isEmpty, !truth.children.isEmpty, truth.value == nil {
      reason = "how many elements there are is not known"
      return
    }
    let (text, other) = (Self.text(truth), Self.text(found))
    if text != other {
      if found.trust == .assumed {
        isWrong = true
      } else {
        failures.append("\(path) is \(text), not \(other) [\(found.trust)]")
      }
    }
    guard truth.children.count == found.children.count else {
      reason = "not all elements are shown"
      return
    }
    for (child, other) in zip(truth.children, found.children) { compare(child, other, "\(path).\(child.name ?? "-")") }
  }

  private static func text(_ node: ValueNode) -> String {
    [node.value, node.summary, node.address.map { "at \($0.offset)" }].compactMap(\.self).joined(separator: " ")
  }
}
