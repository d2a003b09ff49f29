import WasmBinary

/// Which values are computed from the stack pointer: found by following values from there to all that they may
/// become part of.
struct Derivation {
  private var isDerived: [Bool] = []
  private var pending: [UInt32] = []
  private var flows: [(from: UInt32, to: UInt32)] = []

  /// Starts with a value; `addExpressions` comes first.
  mutating func seed(_ id: ValueID) {
    guard !isDerived[Int(id.index)] else { return }
    isDerived[Int(id.index)] = true
    pending.append(id.index)
  }

  mutating func flow(from: ValueID, to: ValueID) {
    if from != to { flows.append((from.index, to.index)) }
  }

  /// Adds what stems from the stack pointer itself, and the operands of expressions. What is compared or decides does
  /// not become part of the result.
  mutating func addExpressions(_ values: ValueTable, stackPointer: UInt32?) {
    isDerived = [Bool](repeating: false, count: values.count)
    for (index, node) in values.nodes.enumerated() {
      let id = ValueID(index: UInt32(index))
      switch node.kind {
      case .stackPointer, .aligned, .unwound: seed(id)
      case .global, .joinGlobal: if node.b == stackPointer { seed(id) }
      case .operation:
        let opcode = Opcode(index: node.opcode)
        if opcode.prefix == 0, 0x45...0x66 ~= opcode.number { continue }
        for operand in [node.a, node.b] where operand != ValueTable.none {
          flows.append((operand, UInt32(index)))
        }
      default: break
      }
    }
  }

  /// For each value, whether it is.
  mutating func solve() -> [Bool] {
    var first = [UInt32](repeating: 0, count: isDerived.count + 1)
    for flow in flows { first[Int(flow.from) + 1] += 1 }
    for index in isDerived.indices { first[index + 1] += first[index] }
    var next = first
    var targets = [UInt32](repeating: 0, count: flows.count)
    for flow in flows {
      targets[Int(next[Int(flow.from)])] = flow.to
      next[Int(flow.from)] += 1
    }
    while let value = pending.popLast() {
      for target in targets[Int(first[Int(value)])..<Int(first[Int(value) + 1])] {
        seed(ValueID(index: target))
      }
    }
    return isDerived
  }
}
