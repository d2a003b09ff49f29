/// Text that stands in one line where it fits, and over several where it does not.
indirect enum TextLayout {
  case text(String)
  /// Something in front of the rest: `name = `.
  case labelled(String, TextLayout)
  /// Items between braces. Those of a list fill lines; others have a line each where they do not fit into one.
  case group(head: String, items: [TextLayout], isList: Bool)

  /// In one line.
  var flat: String {
    switch self {
    case .text(let text): text
    case .labelled(let label, let rest): label + rest.flat
    case .group(let head, let items, _): head + "{" + items.map(\.flat).joined(separator: ", ") + "}"
    }
  }

  /// In lines of at most `width` characters as far as that can be.
  /// - Parameter column: where the text begins.
  /// - Parameter indent: where the line began.
  func lines(column: Int, indent: Int, width: Int) -> String {
    switch self {
    case .text(let text): return text
    case .labelled(let label, let rest):
      return label + rest.lines(column: column + label.count, indent: indent, width: width)
    case .group(let head, let items, let isList):
      let flat = flat
      if column + flat.count <= width || items.isEmpty { return flat }
      let inner = indent + 2
      let margin = String(repeating: " ", count: inner)
      let end = "\n" + String(repeating: " ", count: indent) + "}"
      guard isList else {
        let parts = items.map { margin + $0.lines(column: inner, indent: inner, width: width) }
        return head + "{\n" + parts.joined(separator: ",\n") + end
      }
      return head + "{\n" + Self.filled(items.map(\.flat), margin: margin, width: width) + end
    }
  }

  private static func filled(_ items: [String], margin: String, width: Int) -> String {
    var lines: [String] = []
    var line = margin
    var column = margin.count
    for (index, item) in items.enumerated() {
      let text = index + 1 < items.count ? item + "," : item
      let count = text.count
      if column > margin.count {
        if column + 1 + count > width {
          lines.append(line)
          line = margin
          column = margin.count
        } else {
          line += " "
          column += 1
        }
      }
      line += text
      column += count
    }
    lines.append(line)
    return lines.joined(separator: "\n")
  }
}
