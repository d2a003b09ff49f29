import ByteCursor
import Glibc
import PostMortem

/// Runs lines: those of scripts, of a pipe, and of the prompt.
final class Interpreter {
  private let debugger: Debugger
  /// Where JSON objects go; nil where commands write text, straight to `output`.
  private let json: JSONWriter?
  private let output: Output
  private let color: ColorMode
  /// The status of the first failure, or 0.
  private(set) var status: Int32 = 0

  init(session: Session, output: Output, json: Bool, color: ColorMode) {
    self.output = output
    self.color = color
    self.json = json ? JSONWriter(output) : nil
    debugger = Debugger(session: session, output: json ? Output(toMemory: Style(colored: false)) : output)
  }

  /// What a line came to.
  enum Result {
    case worked
    case failed
    case quit(Int32?)
  }

  /// Runs one line; a failure is said, with `place` (`script:3`) where one is given.
  func run(_ line: String, place: String? = nil) -> Result {
    guard !line.trimmed.hasPrefix("#") else {
      answerComment(line)
      return .worked
    }
    Progress.shared.restart()
    let result: Result
    do throws(Failure) {
      guard let invocation = try CommandTable.resolve(line) else {
        answer(line, .done)
        return .worked
      }
      let outcome = try debugger.run(invocation)
      answer(line, outcome)
      result = if case .quit(let status) = outcome { .quit(status) } else { .worked }
    } catch {
      answer(line, error, place: place)
      status = 1
      result = .failed
    }
    // ^C ends with the command: the prompt starts afresh.
    output.flush()
    return result
  }

  private func answer(_ line: String, _ outcome: Outcome) {
    guard let json else { return }
    json.object {
      json.member("command", line.trimmed)
      json.member("ok", true)
      json.member("text", debugger.output.takeText())
      if case .frames(let range) = outcome {
        json.member("frames", debugger.backtrace.indicesWithContext(in: range)) { index, hasContext in
          json.frame(
            debugger.backtrace[index], of: debugger.session, thread: debugger.selectedThread, hasContext: hasContext,
            hasVariables: hasContext && JSONWriter.hasVariables(index, of: debugger.backtrace.count))
        }
      }
      if case .value(let node) = outcome { json.member("value") { json.variable(node) } }
      if case .variables(let nodes) = outcome {
        json.member("variables", nodes) { node in json.object { json.variable(node) } }
      }
    }
    json.endLine()
  }

  /// A comment does nothing, but who waits for an answer to each line gets one.
  private func answerComment(_ line: String) {
    guard let json else { return }
    json.object {
      json.member("command", line.trimmed)
      json.member("ok", true)
    }
    json.endLine()
    output.flush()
  }

  private func answer(_ line: String, _ failure: Failure, place: String?) {
    if let json {
      json.object {
        json.member("command", line.trimmed)
        json.member("ok", false)
        let text = debugger.output.takeText()
        json.member("text", text.isEmpty ? nil : text)
        json.member("error") {
          json.member("kind", failure.kind.rawValue)
          json.member("message", failure.message)
        }
      }
      json.endLine()
    }
    output.flush()
    if let place {
      complain("\(place): \(failure.message)")
      for line in failure.context { put("  \(escaped(line))\n", to: STDERR_FILENO) }
    } else if json == nil {
      let style = Style(colored: color.isOn(for: STDERR_FILENO))
      for line in failure.context { put(escaped(line) + "\n", to: STDERR_FILENO) }
      put(style(.error, escaped(failure.message)) + "\n", to: STDERR_FILENO)
    }
  }

  // MARK: Where lines come from

  /// A script: a command a line, blank lines and lines that begin with `#` left out. The status to leave with, or nil
  /// to go on.
  func run(script path: String, keepGoing: Bool) throws(Failure) -> Int32? {
    let text: String
    do throws(FileError) {
      text = Bytes(try ByteStorage.file(path)).string
    } catch {
      throw Failure(.notFound, error.description)
    }
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = line.trimmed
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      if let end = end(after: run(line, place: "\(path):\(index + 1)"), keepGoing) { return end }
    }
    return nil
  }

  /// The commands of `--ex`.
  func run(commands: [String], keepGoing: Bool) -> Int32? {
    for command in commands {
      if let end = end(after: run(command, place: "\"\(command)\""), keepGoing) { return end }
    }
    return nil
  }

  /// The status to leave with after a line of a script, or nil to go on.
  private func end(after result: Result, _ keepGoing: Bool) -> Int32? {
    switch result {
    case .worked: nil
    case .failed: keepGoing ? nil : Exit.failed.status
    case .quit(let wanted): wanted ?? status
    }
  }

  /// Lines of standard input that is no terminal: no prompt, no history; failures do not stop it.
  func runPipe() -> Int32 {
    var reader = LineReader(descriptor: STDIN_FILENO)
    while let line = reader.next() {
      let line = line.trimmed
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      if case .quit(let wanted) = run(line) { return wanted ?? status }
    }
    return status
  }

  /// The prompt, until `quit` or ^D.
  func runPrompt() -> Int32 {
    Interrupt.install()
    LastRites.restoreTerminal()
    if json == nil { debugger.showGreeting() }
    output.flush()
    var plain = LineReader(descriptor: STDIN_FILENO)
    let editor = Terminal.isDumb ? nil : LineEditor()
    Completion.variables = { [unowned debugger] in debugger.variableNames }
    var last: String?
    while true {
      let answer: LineEditor.Answer =
        if let editor { editor.read() } else { readPlainly(&plain) }
      switch answer {
      case .interrupted: continue
      case .end:
        output.line()
        output.flush()
        return 0
      case .line(let text):
        let line = text.trimmed
        editor?.remember(line)
        guard let command = line.isEmpty ? last : line else { continue }
        last = repetition(of: command)
        Interrupt.reset()
        let result = run(command)
        if Interrupt.isRaised { put("^C\n", to: STDERR_FILENO) }
        Interrupt.reset()
        if case .quit(let wanted) = result { return wanted ?? 0 }
      }
    }
  }

  /// A line from a terminal that cannot move its cursor.
  private func readPlainly(_ reader: inout LineReader) -> LineEditor.Answer {
    Interrupt.reset()
    output.write(LineEditor.promptText)
    output.flush()
    if let line = reader.next() { return .line(line) }
    guard Interrupt.isRaised else { return .end }
    Interrupt.reset()
    output.line()
    return .interrupted
  }

  /// What an empty line runs after `line`.
  private func repetition(of line: String) -> String? {
    guard let invocation = try? CommandTable.resolve(line) else { return nil }
    switch invocation.command.repetition {
    case .again: return line
    case .onward: return invocation.arguments == "-" ? line : invocation.path
    case .nothing: return nil
    }
  }
}
