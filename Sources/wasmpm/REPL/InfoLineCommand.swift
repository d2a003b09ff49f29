import ByteCursor
import PostMortem

/// `info line`, in gdb's words.
enum InfoLineCommand {
  /// A line that is inlined everywhere has code in thousands of places.
  private static let shown = 20

  static func run(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    guard !arguments.isEmpty else {
      try write(frameLine(debugger), debugger)
      return .done
    }
    let place = try Place(arguments)
    switch place {
    case .address(let address): try write(around: address, debugger)
    case .function(let name): try write(function: name, file: nil, place, debugger)
    case .inFile(let file, .function(let name)): try write(function: name, file: file, place, debugger)
    default: for position in try place.resolve(debugger) { try write(code(of: position, debugger), debugger) }
    }
    return .done
  }

  /// The code of a line that was asked for.
  private struct Answer {
    let asked: Position
    let places: [LineCode]
  }

  private static func code(of position: Position, _ debugger: Debugger) -> Answer {
    Answer(asked: position, places: debugger.session.code(ofLine: position.line, file: position.file))
  }

  /// The code of the selected frame's line; where the line has some in several places, that in which the frame stands.
  private static func frameLine(_ debugger: Debugger) throws(Failure) -> Answer {
    let frame = try debugger.frame()
    let answer = code(of: try Position.ofFrame(debugger), debugger)
    let own = answer.places.filter { place in
      place.module == frame.module && (frame.codeAddress.map { place.start <= $0 && $0 < place.end } ?? false)
    }
    return own.isEmpty ? answer : Answer(asked: answer.asked, places: own)
  }

  private static func write(around address: CodeAddress, _ debugger: Debugger) throws(Failure) {
    let module = try debugger.frame().module ?? 0
    guard let code = debugger.session.lineCode(at: address, module: module), code.line > 0 else {
      throw Failure(
        .notFound, "No line number information available for address \(name(address, module, debugger)).")
    }
    let isStart = code.start == address
    debugger.output.line(
      (isStart ? "" : "Address \(name(address, module, debugger)) is in ") + (isStart ? "Line " : "line ")
        + "\(code.line) of \"\(escaped(clipped(code.file)))\""
        + (isStart ? " starts" : ", which starts") + ends(code, debugger))
  }

  private static func write(
    function name: String, file: String?, _ place: Place, _ debugger: Debugger
  ) throws(Failure) {
    let places = debugger.session.code(ofFunction: name, file: file)
    for code in places.prefix(shown) {
      try write(Answer(asked: Position(file: code.file, line: code.line), places: [code]), debugger)
    }
    writeMore(places.count, debugger)
    guard places.isEmpty else { return }
    // Of a function that is inlined everywhere, the code of its first line that has some.
    for position in try place.resolve(debugger) {
      let answer = code(of: position, debugger)
      let line = answer.places.first?.line ?? position.line
      try write(Answer(asked: Position(file: position.file, line: line), places: answer.places), debugger)
    }
  }

  private static func write(_ answer: Answer, _ debugger: Debugger) throws(Failure) {
    guard let first = answer.places.first else {
      throw Failure(
        .notFound, "Line number \(answer.asked.line) is out of range for \"\(Path.baseName(answer.asked.file))\".")
    }
    guard first.line == answer.asked.line else {
      debugger.output.line(
        "Line \(answer.asked.line) of \"\(escaped(clipped(first.file)))\" is at address "
          + "\(name(first.start, first.module, debugger)) but contains no code.")
      return
    }
    for code in answer.places.prefix(shown) {
      debugger.output.line("Line \(code.line) of \"\(escaped(clipped(code.file)))\" starts" + ends(code, debugger))
    }
    writeMore(answer.places.count, debugger)
  }

  private static func writeMore(_ count: Int, _ debugger: Debugger) {
    if count > shown { debugger.output.line("… \(counted(count - shown, "more place"))") }
  }

  /// ` at address 0x4cc <main+0x10> and ends at 0x4d0 <main+0x14>.`
  private static func ends(_ code: LineCode, _ debugger: Debugger) -> String {
    " at address \(name(code.start, code.module, debugger)) and ends at \(name(code.end, code.module, debugger))"
      + (debugger.session.modules.count > 1 ? ", in module \(code.module)." : ".")
  }

  /// `0x4cc <main+0x10>`.
  private static func name(_ address: CodeAddress, _ module: Int, _ debugger: Debugger) -> String {
    guard let (function, offset) = debugger.session.function(at: address, module: module) else {
      return "\(address)"
    }
    return "\(address) <\(FrameText.name(function))+\(offset)>"
  }
}
