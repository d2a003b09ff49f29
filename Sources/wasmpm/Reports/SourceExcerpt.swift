import PostMortem

/// Lines of a source file, numbered:
/// ```
///    22    int q;
/// => 23    return a / b;
/// ```
struct SourceExcerpt {
  let text: SourceText
  /// The lines, which must exist.
  let lines: ClosedRange<Int>
  /// The line to point at.
  var current: Int?
  /// The column in bytes, counted from 1, to point at in that line.
  var column: Int?

  /// The lines around a place; nil where its line is unknown or not in the file.
  init?(_ sources: SourceFiles, around source: SourcePosition, before: Int, after: Int) {
    guard let line = source.line, line >= 1, let text = sources.text(of: source.file), line <= text.lineCount else {
      return nil
    }
    self.init(text: text, lines: max(1, line - before)...min(text.lineCount, line + after))
    current = line
    column = source.column
  }

  /// These lines.
  init(text: SourceText, lines: ClosedRange<Int>) {
    self.text = text
    self.lines = lines
  }

  /// Writes the lines; in a report they are cut at the window's edge, and a caret stands below the column.
  func write(to output: Output, indent: String = "", inReport: Bool = false) {
    let style = output.style
    text.warn(on: output, indent: indent)
    let digits = max(3, String(lines.upperBound).count)
    let room = inReport ? max(20, output.width - indent.count - digits - 5) : Int.max
    for number in lines {
      guard !Interrupt.isRaised, let line = text.line(number) else { return }
      let isCurrent = number == current
      let label = String(number).leftPadded(digits)
      let shown = Self.clipped(expanded(line), to: room)
      let marked = isCurrent ? style(.heading, "=> ") + style(.number, label) : "   " + style(.number, label)
      output.line(indent + marked + (shown.isEmpty ? "" : "  " + (isCurrent ? style(.heading, shown) : shown)))
      guard inReport, isCurrent, let column, column >= 1 else { continue }
      let before = expanded(String(decoding: line.utf8.prefix(column - 1), as: UTF8.self)).count
      guard before < shown.count else { continue }
      output.line(indent + String(repeating: " ", count: 5 + digits + before) + style(.error, "^"))
    }
  }

  /// A line of generated code may have megabytes, so it is never shown whole.
  static func clipped(_ line: String, to room: Int = .max) -> String {
    let limit = min(room, 500)
    guard line.utf8.count > limit, line.count > limit else { return line }
    return line.prefix(limit - 2) + " …"
  }
}

extension SourceText {
  /// Says, the first time, that the file is not the one that was compiled.
  func warn(on output: Output, indent: String = "") {
    guard let message = change?.takeMessage() else { return }
    output.line(indent + output.style(.warning, "warning: " + escaped(clipped(message))))
  }
}
