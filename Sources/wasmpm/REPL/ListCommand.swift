import ByteCursor
import PostMortem

/// The lines that were shown last.
struct ListedLines {
  let file: String
  let lines: ClosedRange<Int>
}

/// `list`, in all of gdb's forms.
enum ListCommand {
  /// How many lines are shown where nothing says how many.
  private static let count = 10

  static func run(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    switch arguments {
    case "", "+": try forward(debugger)
    case "-": try backward(debugger)
    case ".": try around(try Position.ofFrame(debugger), debugger)
    default:
      if let (first, last) = splitRange(arguments) {
        try range(first, last, debugger)
      } else {
        let places = try Place(arguments).resolve(debugger)
        for place in places {
          if places.count > 1 { debugger.output.line("\(escaped(place.file)):\(place.line)") }
          try around(place, debugger)
        }
      }
    }
    return .done
  }

  // MARK: Without places

  private static func forward(_ debugger: Debugger) throws(Failure) {
    guard let listed = debugger.listed else { return try around(try Position.ofFrame(debugger), debugger) }
    let text = try text(of: listed.file, debugger)
    guard listed.lines.upperBound < text.lineCount else {
      throw Failure(
        .notFound,
        "End of the file was already reached, use \"list .\" to list the current location again.")
    }
    try show(listed.file, from: listed.lines.upperBound + 1, debugger)
  }

  private static func backward(_ debugger: Debugger) throws(Failure) {
    let (file, first): (String, Int)
    if let listed = debugger.listed {
      (file, first) = (listed.file, listed.lines.lowerBound)
    } else {
      let position = try Position.ofFrame(debugger)
      (file, first) = (position.file, position.line)
    }
    guard first > 1 else { throw Failure(.notFound, "Already at the start of \(Path.baseName(file)).") }
    try show(file, from: max(1, first - count), to: first - 1, debugger)
  }

  // MARK: With places

  private static func around(_ position: Position, _ debugger: Debugger) throws(Failure) {
    let first = max(1, position.line - count / 2)
    try requireLine(position, debugger)
    try show(position.file, from: first, debugger)
  }

  private static func range(_ first: String, _ last: String, _ debugger: Debugger) throws(Failure) {
    guard !first.isEmpty || !last.isEmpty else {
      throw Failure(.usage, "\"list ,\" needs a line before or after the comma.")
    }
    let start = first.isEmpty ? nil : try Place(first).resolveOne(debugger)
    let end = last.isEmpty ? nil : try Place(last).resolveOne(debugger, from: start)
    switch (start, end) {
    case (let start?, nil):
      try requireLine(start, debugger)
      try show(start.file, from: start.line, debugger)
    case (nil, let end?): try show(end.file, from: max(1, end.line - count + 1), to: end.line, debugger)
    case (let start?, let end?):
      guard start.file == end.file else {
        throw Failure(.usage, "Specified first and last lines are in different files.")
      }
      guard start.line <= end.line else {
        throw Failure(.usage, "The last line, \(end.line), is before the first, \(start.line).")
      }
      try requireLine(start, debugger)
      try show(start.file, from: start.line, to: end.line, debugger)
    case (nil, nil): break
    }
  }

  /// `FIRST,LAST`: the two sides of a comma outside of brackets; nil where there is none.
  private static func splitRange(_ text: String) -> (String, String)? {
    var depth = 0
    for index in text.indices {
      switch text[index] {
      case "<", "(", "[": depth += 1
      case ">", ")", "]": depth -= 1
      case "," where depth <= 0: return (text[..<index].trimmed, text[text.index(after: index)...].trimmed)
      default: break
      }
    }
    return nil
  }

  // MARK: Showing

  private static func text(of file: String, _ debugger: Debugger) throws(Failure) -> SourceText {
    if let text = debugger.session.sources.text(of: file) { return text }
    throw Failure(.noSource, "\(file): not found on this machine; --source and --source-map say where it is.")
  }

  private static func requireLine(_ position: Position, _ debugger: Debugger) throws(Failure) {
    let text = try text(of: position.file, debugger)
    guard position.line >= 1, position.line <= text.lineCount else {
      throw Failure(
        .notFound,
        "Line number \(position.line) out of range; \"\(Path.baseName(position.file))\" has \(counted(text.lineCount, "line"))."
      )
    }
  }

  private static func show(
    _ file: String, from first: Int, to last: Int? = nil, _ debugger: Debugger
  ) throws(Failure) {
    let text = try text(of: file, debugger)
    let end = min(last ?? first.addingReportingOverflow(count - 1).partialValue, text.lineCount)
    guard first >= 1, first <= end else {
      throw Failure(
        .notFound,
        "Line number \(first) out of range; \"\(Path.baseName(file))\" has \(counted(text.lineCount, "line")).")
    }
    var excerpt = SourceExcerpt(text: text, lines: first...end)
    if let source = try? debugger.frame().source, source.file == file { excerpt.current = source.line }
    excerpt.write(to: debugger.output)
    debugger.listed = ListedLines(file: file, lines: first...end)
  }
}
