import ByteCursor
import CoreDumpFormat
import WasmBinary

/// A local of a Wasm function, or an entry of its operand stack, in a frame.
public struct WasmValue: Sendable, Hashable {
  /// The local's index, parameters first; of an operand, its place counted from the bottom of the stack.
  public var index: Int
  /// The local's name in the module's name section.
  public var name: String?
  /// Its type in the text format; nil where neither the module nor the dump tells it.
  public var type: String?
  /// The value, or why there is none.
  public var value: RecordedValue
  /// How the value is known.
  public var trust: Trust
  /// Why there is no value; nil where there is one.
  public var reason: String?

  init(index: Int, name: String?, type: String?, value: RecordedValue) {
    self.index = index
    self.name = name
    self.type = type
    self.value = value
    if case .missing(let missing) = value {
      trust = .unavailable
      reason = missing.description
    } else {
      trust = .recorded
      reason = nil
    }
  }
}

extension Session {
  /// The Wasm locals of a thread's frame, parameters first, each with its value or the reason why there is none. All
  /// inlined frames of a function share them. What the dump does not record is worked out where that is possible.
  public func wasmLocals(of frame: Frame, thread: Int) -> [WasmValue] {
    guard let recorded = physicalFrame(frame, thread: thread) else { return [] }
    let module = frame.module.flatMap { debugModules.indices.contains($0) ? debugModules[$0] : nil }
    let types = module.flatMap { module in frame.functionIndex.flatMap { module.localTypes(of: $0) } }
    let values = recorded.locals
    // As many as the dump says there are; those that the module says where it has none.
    return (0..<(values.isEmpty ? types?.count ?? 0 : values.count)).map { index in
      let value: RecordedValue =
        values.indices.contains(index) ? values[index] : .missing(values.absence ?? .notRecorded)
      let name = frame.functionIndex.flatMap { module?.wasm.names.locals[$0][UInt32(index)] }
      let type = types.flatMap { $0.indices.contains(index) ? $0[index] : nil }
      var local = WasmValue(
        index: index, name: name, type: type?.description ?? value.type?.description, value: value)
      if let type { local.complete { recovered(thread: thread)?.local(index, of: frame.physicalIndex, type: type) } }
      return local
    }
  }

  /// Whether the dump records any local of a thread's frame.
  public func hasWasmLocals(_ frame: Frame, thread: Int) -> Bool {
    physicalFrame(frame, thread: thread)?.locals.isEmpty == false
  }

  /// The operand stack of a thread's frame, its bottom first: what it was before the frame's instruction. Nil where it
  /// is neither recorded nor said by the code.
  public func operandStack(of frame: Frame, thread: Int) -> [WasmValue]? {
    guard let recorded = physicalFrame(frame, thread: thread) else { return nil }
    let module = frame.module.flatMap { debugModules.indices.contains($0) ? debugModules[$0] : nil }
    let stack = recorded.operandStack
    if stack.absence == nil {
      return stack.enumerated().map { WasmValue(index: $0, name: nil, type: $1.type?.description, value: $1) }
    }
    guard let function = frame.functionIndex, let offset = recorded.codeOffset,
      let types = module?.operandTypes(function: function, at: offset)
    else { return nil }
    return types.enumerated().map { index, type in
      var operand = WasmValue(
        index: index, name: nil, type: type?.description, value: .missing(stack.absence ?? .notRecorded))
      if let type {
        operand.complete { recovered(thread: thread)?.operand(index, of: frame.physicalIndex, type: type) }
      }
      return operand
    }
  }

  private func physicalFrame(_ frame: Frame, thread: Int) -> CoreDump.Frame? {
    guard dump.threads.indices.contains(thread) else { return nil }
    let frames = dump.threads[thread].frames
    return frames.indices.contains(frame.physicalIndex) ? frames[frame.physicalIndex] : nil
  }
}

extension WasmValue {
  /// Puts what was worked out in the place of what is missing.
  fileprivate mutating func complete(_ recovered: () -> RecoveredThread.Answer?) {
    guard value.isMissing, let answer = recovered() else { return }
    switch answer {
    case .success(let (found, assurance)):
      value = found
      trust = assurance.trust
      reason = assurance.reason
    case .failure(let missing): reason = missing.reason
    }
  }
}
