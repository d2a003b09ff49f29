import WasmBinary

/// What is known before an instruction is executed.
public struct AbstractState: Sendable {
  private let slots: [ValueID]
  private let layout: SlotLayout
  /// The operands, bottom first.
  public let operandStack: [ValueID]

  init(slots: [ValueID], layout: SlotLayout, operandStack: [ValueID]) {
    self.slots = slots
    self.layout = layout
    self.operandStack = operandStack
  }

  /// Parameters, then declared locals.
  public var locals: ArraySlice<ValueID> { slots[layout.firstLocal..<layout.count] }

  /// A local's value; nil where there is none of this index.
  public func local(_ index: UInt32) -> ValueID? {
    Int(index) < layout.localCount ? slots[layout.firstLocal + Int(index)] : nil
  }

  /// The value of a global; nil where the function does not mention it (or very many others).
  public func global(_ index: UInt32) -> ValueID? { layout.slot(ofGlobal: index).map { slots[$0] } }

  /// A name for the contents of all linear memories: while it is the same, this thread has not written them.
  public var memoryVersion: ValueID { slots[SlotLayout.memory] }
}
