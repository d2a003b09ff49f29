import PostMortem

/// What the commands work on: the session, and what the user selected in it.
final class Debugger {
  let session: Session
  /// Where commands write.
  let output: Output
  /// The lines that `list` showed last; nil since a frame was selected.
  var listed: ListedLines?
  /// What evaluates expressions, with the values that were printed.
  private(set) lazy var expressions = ExpressionSession(session: session)
  /// How values are shown.
  var settings = PrintSettings()
  /// Where `x` goes on.
  var examination = MemoryCommands.Examination()
  private(set) var selectedThread: Int
  private(set) var selectedFrame = 0
  private(set) var backtrace: Backtrace

  init(session: Session, output: Output) {
    self.session = session
    self.output = output
    selectedThread = session.crashedThread ?? session.threads.first?.index ?? 0
    backtrace = session.backtrace(thread: selectedThread)
  }

  /// The selected frame.
  /// - Throws: `noFrame` where the thread has none.
  func frame() throws(Failure) -> Frame {
    guard backtrace.indices.contains(selectedFrame) else { throw Failure(.noFrame, "No frames.") }
    return backtrace[selectedFrame]
  }

  func select(frame index: Int) throws(Failure) {
    guard backtrace.indices.contains(index) else {
      throw Failure(.noFrame, backtrace.isEmpty ? "No frames." : "No frame at level \(index).")
    }
    selectedFrame = index
    listed = nil
  }

  func select(thread index: Int) throws(Failure) {
    guard session.threads.contains(where: { $0.index == index }) else {
      throw Failure(.noThread, "No thread \(index).")
    }
    selectedThread = index
    backtrace = session.backtrace(thread: index)
    selectedFrame = 0
    listed = nil
  }

  /// Shows the selected frame: its line of the backtrace and its source line.
  func showFrame() throws(Failure) {
    let frame = try frame()
    output.line(String(FrameText(session, output, thread: selectedThread).line(frame).dropFirst(2)))
    if let source = frame.source {
      SourceExcerpt(session.sources, around: source, before: 0, after: 0)?.write(to: output)
    }
  }

  /// What a person is told first.
  func showGreeting() {
    output.line(TextReport.summary(of: session).capitalizedFirst + ".")
    for finding in session.findings where finding.severity != .info { output.line(escaped(finding.summary)) }
    try? showFrame()
  }

  /// Runs one line.
  /// - Throws: `Failure` where the command does.
  func run(_ invocation: Invocation) throws(Failure) -> Outcome {
    guard invocation.command.subcommands.isEmpty else {
      // `info` alone.
      HelpCommand.explain(invocation.command, path: invocation.path, to: output)
      return .done
    }
    let takesNone = invocation.command.syntax == [""]
    guard invocation.arguments.isEmpty || !takesNone else {
      throw Failure(.usage, "\"\(invocation.path)\" takes no arguments.")
    }
    return try invocation.command.run(self, invocation.arguments)
  }
}

extension String {
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

/// A number that a command takes.
/// - Throws: `usage` where it is none.
func number(_ text: String, _ what: String) throws(Failure) -> Int {
  guard let value = Int(text) else { throw Failure(.usage, "\(what) must be a number, not \"\(text)\".") }
  return value
}
