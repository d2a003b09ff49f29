/// What gives a name to a value, and another value the same name when it is executed again.
enum NameSite: Hashable, Sendable {
  /// The instruction at an offset.
  case instruction(UInt32)
  /// Entering a block.
  case block(UInt32)
}

extension ValueTable {
  /// Expressions with more parts are not looked through.
  private static let partsFollowed = 200

  /// Adds what gives names to the values that an expression is made of.
  /// - Returns: false where there are too many.
  func addNameSites(of id: ValueID, to sites: inout Set<NameSite>) -> Bool {
    var pending = [id.index]
    var parts = 0
    while let index = pending.popLast() {
      parts += 1
      guard parts <= Self.partsFollowed else { return false }
      let node = node(ValueID(index: index))
      switch node.kind {
      case .constant, .null, .stackPointer, .aligned, .parameter, .entryGlobal, .entryMemory: break
      case .operation:
        for operand in [node.a, node.b, node.c] where operand != Self.none { pending.append(operand) }
      case .load:
        sites.insert(.instruction(node.b))
        pending.append(node.a)
      case .result, .global, .memory: sites.insert(.instruction(node.a))
      case .joinLocal, .joinGlobal, .joinMemory, .joinOperand, .caught, .unwound: sites.insert(.block(node.a))
      }
    }
    return true
  }
}
