/// Values as text for people, in gdb's manner: `97 'a'`, `0x1040 "text"`, `{x = 1, y = 2}`, `size=3 {1, 2, 3}`.
///
/// What files say is escaped. One printer for what is shown together: a long reason is said once.
public struct ValuePrinter {
  /// Columns that a line should not exceed.
  public var width: Int
  /// Equal elements in a row from this number on are shown once.
  public var repeats = 10
  /// The reason that was said last.
  private var said: String?

  /// A printer for lines of so many columns.
  public init(width: Int = 100) { self.width = width }

  /// A value alone.
  /// - Parameter column: where in its line the text will begin.
  /// - Parameter indent: where that line began.
  public mutating func text(_ node: ValueNode, column: Int = 0, indent: Int = 0) -> String {
    layout(node, within: nil).lines(column: column, indent: indent, width: width)
  }

  /// `name = value`, with `indent` spaces in front of every line.
  public mutating func line(_ node: ValueNode, indent: Int = 0) -> String {
    let label = TerminalText.escaped(node.name ?? "") + " = "
    return String(repeating: " ", count: indent) + label + text(node, column: indent + label.count, indent: indent)
  }

  /// A value as short as a line of a backtrace wants it: scalars, strings, `size=3`; `...` for other aggregates.
  public static func short(_ node: ValueNode, limit: Int = 60) -> String {
    var text: String
    if node.isUnknown {
      text = isOptimizedOut(node.reason) ? "<optimized out>" : "<unavailable>"
    } else if node.value == nil, node.summary == nil {
      text = node.children.isEmpty && node.omitted == nil ? "{}" : "..."
    } else {
      // Where a reference leads says less than what is there.
      let summary = node.value != nil && node.summary?.hasPrefix("@") ?? false ? nil : node.summary
      text = TerminalText.escaped([node.value, summary].compactMap(\.self).joined(separator: " "))
    }
    guard text.count > limit else { return text }
    // A string that is cut off is closed, as everywhere.
    text = String(text.prefix(limit - 4))
    return text + (node.summary?.hasPrefix("\"") ?? false ? "\"..." : "...")
  }

  // MARK: Layout

  /// - Parameter outer: the reason of what it belongs to, which need not be said again.
  private mutating func layout(_ node: ValueNode, within outer: String?) -> TextLayout {
    if node.isUnknown { return .text(absence(node.reason)) }
    let remark = remark(on: node, within: outer)
    let inner = node.trust == .assumed ? node.reason : outer
    guard node.isAggregate else {
      let target = target(of: node)
      var parts = [node.value, node.summary].compactMap { $0.map(TerminalText.escaped) }
      // The address is said in front already.
      if !target.isEmpty, parts.count > 1 { parts.removeAll { $0.hasPrefix("@") } }
      if parts.isEmpty { parts = ["{}"] }
      return .text(target + parts.joined(separator: " ") + remark)
    }
    var head = [node.value, node.summary].compactMap { $0.map(TerminalText.escaped) }.filter { !$0.hasPrefix("@") }
      .joined(separator: " ")
    head += head.isEmpty ? String(remark.dropFirst()) : remark
    if !head.isEmpty { head += " " }
    return .group(
      head: target(of: node) + head, items: items(of: node, within: inner),
      isList: node.isContainer && node.children.allSatisfy { !$0.isAggregate })
  }

  private mutating func items(of node: ValueNode, within outer: String?) -> [TextLayout] {
    var items: [TextLayout] = []
    if node.isContainer, !node.hasKeys {
      folded(node.children, within: outer, into: &items)
    } else {
      for child in node.children {
        let value = layout(child, within: outer)
        // Members of a member without a name are used as if they were the outer value's.
        let isNameless = child.name == nil || child.name == "(anonymous)"
        items.append(isNameless ? value : .labelled(TerminalText.escaped(child.name ?? "") + " = ", value))
      }
    }
    if let omitted = node.omitted, omitted > 0 {
      items.append(.text(node.children.isEmpty ? "..." : "... \(omitted) more"))
    }
    return items
  }

  /// Elements, repetitions folded.
  private mutating func folded(_ elements: [ValueNode], within outer: String?, into items: inout [TextLayout]) {
    var run: (text: String, items: [TextLayout], isUnknown: Bool)?
    func finish() {
      guard let run else { return }
      if run.items.count >= (run.isUnknown ? min(2, repeats) : repeats) {
        items.append(.text("\(run.text) <repeats \(run.items.count) times>"))
      } else {
        items += run.items
      }
    }
    for element in elements {
      // Why nothing is known of a row of elements is said once, though the reason may name each one's address.
      let isUnknown = element.isUnknown
      if isUnknown, run?.isUnknown ?? false {
        run?.items.append(.text(""))
        continue
      }
      let item = layout(element, within: outer)
      let text = item.flat
      if run?.text == text {
        run?.items.append(item)
      } else {
        finish()
        run = (text, [item], isUnknown)
      }
    }
    finish()
  }

  /// `@0x1040: ` in front of what a reference leads to.
  private func target(of node: ValueNode) -> String {
    guard node.type.hasSuffix("&"), let address = node.address else { return "" }
    return "@\(hexadecimal(address.offset)): "
  }

  // MARK: What is not known

  private mutating func absence(_ reason: String?) -> String {
    guard let reason, !reason.isEmpty else { return "<unavailable>" }
    if Self.isOptimizedOut(reason) { return "<optimized out>" }
    return "<unavailable: \(once(reason))>"
  }

  private static func isOptimizedOut(_ reason: String?) -> Bool { reason?.hasPrefix("optimized out") ?? false }

  /// What is to be said behind a value.
  private mutating func remark(on node: ValueNode, within outer: String?) -> String {
    guard let reason = node.reason, !reason.isEmpty, reason != outer else {
      return node.trust == .assumed && node.reason == nil ? " (assumed)" : ""
    }
    switch node.trust {
    case .assumed: return " (assumed: \(once(reason)))"
    // Of what is known for sure, a reason is about the value itself.
    case .recorded: return " (\(once(reason)))"
    case .derived where reason.hasPrefix("damaged"): return " (\(once(reason)))"
    case .derived, .unavailable: return ""
    }
  }

  /// A reason; one that is long and was just said is not repeated.
  private mutating func once(_ reason: String) -> String {
    if reason.utf8.count > 40, reason == said { return "as above" }
    said = reason
    return TerminalText.escaped(reason.utf8.count > 300 ? reason.prefix(299) + "…" : reason)
  }
}

extension ValueNode {
  /// Whether nothing of it is known.
  public var isUnknown: Bool { trust == .unavailable && children.isEmpty && value == nil && summary == nil }

  /// Whether it is more than unknown or empty.
  public var saysSomething: Bool { value != nil || summary != nil || !children.isEmpty || omitted ?? 0 > 0 }

  /// Whether parts of it are shown, or would be if they were not left out.
  fileprivate var isAggregate: Bool { !children.isEmpty || omitted ?? 0 > 0 || (isContainer && value == nil) }
}
