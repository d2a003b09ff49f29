import PostMortem

/// `print`, `output`.
enum PrintCommands {
  static func print(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    var text = arguments
    let request = try FormatRequest(&text)
    let value = try debugger.evaluate(text.isEmpty ? "$" : text)
    let node = try debugger.describer(of: value, request).describe(value)
    let number = debugger.expressions.record(value)
    let label = "$\(number) = " + cast(value, node)
    var printer = debugger.printer
    debugger.output.line(label + printer.text(node, column: label.count))
    return .value(node)
  }

  /// `(struct node *) ` in front of a pointer, whose number alone says little; `{int (int)} ` in front of a function.
  private static func cast(_ value: Value, _ node: ValueNode) -> String {
    if case .subroutine? = value.type?.underlying?.kind, !node.isUnknown { return "{\(escaped(clipped(node.type)))} " }
    guard !node.isUnknown, node.value != nil, case .pointer(let target)? = value.type?.underlying?.kind,
      !(node.summary?.hasPrefix("\"") ?? false)
    else { return "" }
    // A character's address is a string to people.
    if target?.base?.isCharacter ?? false, target?.size == 1 { return "" }
    return "(\(escaped(clipped(node.type, to: 120)))) "
  }

  static func output(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    var text = arguments
    let request = try FormatRequest(&text)
    guard !text.isEmpty else { throw Failure(.usage, "\"output\" needs an expression.") }
    let value = try debugger.evaluate(text)
    let node = try debugger.describer(of: value, request).describe(value)
    var printer = debugger.printer
    debugger.output.write(printer.text(node))
    return .value(node)
  }
}
