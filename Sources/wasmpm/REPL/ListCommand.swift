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
    case ".": try around(try framePosition(debugger), debugger)
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
    guard let listed = debugger.listed else { return try around(try framePosition(debugger), debugger) }
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
      let position = try framePosition(debugger)
      (file, first) = (position.file, position.line)
    }
    guard first > 1 else { throw Failure(.notFound, "Already at the start of \(Path.baseName(file)).") }
    try show(file, from: max(1, first - count), to: first - 1, debugger)
  }

  /// Where the selected frame stands.
  private static func framePosition(_ debugger: Debugger) throws(Failure) -> Position {
    let frame = try debugger.frame()
    guard let source = frame.source, let line = source.line else {
      throw Failure(.noSource, "Frame \(frame.index) has no source line.")
    }
    return Position(file: source.file, line: line)
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

  // MARK: Places

  private struct Position {
    let file: String
    let line: Int
  }

  /// What a PLACE of `help list` says.
  private enum Place {
    case line(Int)
    /// So many lines behind (or before) the last one shown.
    case relative(Int)
    case function(String)
    /// In the selected frame's module.
    case address(CodeAddress)
    indirect case inFile(String, Place)

    init(_ text: String) throws(Failure) {
      let text = Place.unquoted(text)
      if let (file, rest) = Place.splitFile(text) {
        guard !rest.isEmpty else { throw Failure(.usage, "\"\(text)\" needs a line or a function behind the colon.") }
        let inner = try Place(rest)
        if case .relative = inner { throw Failure(.usage, "\"\(rest)\" is no line of a file.") }
        self = .inFile(Place.unquoted(file), inner)
      } else if let first = text.first, first.isASCII, first.isNumber {
        self = .line(try number(text, "The line"))
      } else if text.hasPrefix("+") || text.hasPrefix("-") {
        self = .relative(try number(text, "The count of lines"))
      } else if text.hasPrefix("*") {
        let address = String(text.dropFirst()).trimmed
        guard let value = Symbolize.number(address) else {
          throw Failure(.usage, "The address must be a number, not \"\(address)\".")
        }
        self = .address(CodeAddress(value))
      } else {
        self = .function(text)
      }
    }

    private static func unquoted(_ text: String) -> String {
      guard text.count >= 2, let quote = text.first, quote == "'" || quote == "\"", text.last == quote else {
        return text
      }
      return String(text.dropFirst().dropLast())
    }

    /// `FILE:REST` at the first colon that is neither half of `::` nor behind a Windows drive.
    private static func splitFile(_ text: String) -> (String, String)? {
      let characters = Array(text)
      var index = 0
      while index < characters.count {
        guard characters[index] == ":" else {
          index += 1
          continue
        }
        if index + 1 < characters.count, characters[index + 1] == ":" {
          index += 2
          continue
        }
        if index == 1, characters.count > 2, characters[0].isLetter, "\\/".contains(characters[2]) {
          index += 1
          continue
        }
        guard index > 0 else { return nil }
        return (String(characters[..<index]).trimmed, String(characters[(index + 1)...]).trimmed)
      }
      return nil
    }

    /// The places it may mean, at least one. `start` is the first line of a range that this one ends.
    func resolve(_ debugger: Debugger, from start: Position? = nil) throws(Failure) -> [Position] {
      switch self {
      case .line(let line): return [Position(file: try currentFile(debugger, start), line: line)]
      case .relative(let distance):
        let origin: Int =
          if let start { start.line } else if let listed = debugger.listed { listed.lines.upperBound } else {
            try framePosition(debugger).line
          }
        let (line, overflow) = origin.addingReportingOverflow(distance)
        return [Position(file: try currentFile(debugger, start), line: overflow ? Int.max : line)]
      case .address(let address): return [try position(of: address, debugger)]
      case .function(let name): return try functions(name, file: nil, debugger)
      case .inFile(let name, .function(let function)): return try functions(function, file: name, debugger)
      case .inFile(let name, let place):
        guard case .line(let line) = place else { return [] }
        let files = debugger.session.sourceFiles(named: name)
        if files.isEmpty, debugger.session.sources.text(of: name) != nil { return [Position(file: name, line: line)] }
        guard !files.isEmpty else { throw Failure(.notFound, "No source file named \(name).") }
        return files.map { Position(file: $0, line: line) }
      }
    }

    /// The one place it means.
    func resolveOne(_ debugger: Debugger, from start: Position? = nil) throws(Failure) -> Position {
      let places = try resolve(debugger, from: start)
      guard places.count == 1 else {
        let names = places.map { "\($0.file):\($0.line)" }.joined(separator: ", ")
        throw Failure(.usage, "Several places match: \(names).")
      }
      return places[0]
    }

    private func currentFile(_ debugger: Debugger, _ start: Position?) throws(Failure) -> String {
      if let file = start?.file ?? debugger.listed?.file { return file }
      guard let source = try debugger.frame().source else {
        throw Failure(.noSource, "The selected frame has no source file; name one: FILE:LINE.")
      }
      return source.file
    }

    private func position(of address: CodeAddress, _ debugger: Debugger) throws(Failure) -> Position {
      let frames = debugger.session.frames(at: address, module: try debugger.frame().module ?? 0)
      guard let frame = frames.first, let source = frame.source, let line = source.line else {
        throw Failure(.notFound, "No source line for address \(address).")
      }
      debugger.output.line("\(address) is in \(FrameText.name(frame.function)) (\(FrameText.position(source))).")
      return Position(file: source.file, line: line)
    }

    private func functions(_ name: String, file: String?, _ debugger: Debugger) throws(Failure) -> [Position] {
      let places = debugger.session.location(ofFunction: name, file: file).compactMap { position in
        position.line.map { Position(file: position.file, line: $0) }
      }
      guard !places.isEmpty else {
        throw Failure(.notFound, "Function \"\(name)\" not defined\(file.map { " in \"\($0)\"" } ?? "").")
      }
      return places
    }
  }
}
