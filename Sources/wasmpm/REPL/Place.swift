import ByteCursor
import PostMortem

/// A line of a source file.
struct Position {
  let file: String
  /// Counted from 1.
  let line: Int

  /// Where the selected frame stands.
  /// - Throws: `noSource` where it has no line.
  static func ofFrame(_ debugger: Debugger) throws(Failure) -> Position {
    let frame = try debugger.frame()
    guard let source = frame.source, let line = source.line else {
      throw Failure(.noSource, "Frame \(frame.index) has no source line.")
    }
    return Position(file: source.file, line: line)
  }
}

/// What a PLACE of `help list` says.
enum Place {
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
          try Position.ofFrame(debugger).line
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
