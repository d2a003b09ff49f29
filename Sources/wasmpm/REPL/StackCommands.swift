import PostMortem

/// `backtrace`, `frame`, `up`, `down`, `thread`.
enum StackCommands {
  static func backtrace(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    let backtrace = debugger.backtrace
    let text = FrameText(debugger.session, debugger.output, thread: debugger.selectedThread)
    var arguments = arguments
    let isFull = ["full", "-full"].contains(String(arguments.prefix { !$0.isWhitespace }))
    if isFull { arguments = arguments.drop { !$0.isWhitespace }.trimmed }
    guard !backtrace.isEmpty else { throw Failure(.noFrame, "No frames.") }
    let locals: ((Frame) -> Void)? = isFull ? { debugger.writeLocals(of: $0) } : nil
    guard !arguments.isEmpty else {
      backtrace.write(to: debugger.output, text, selected: debugger.selectedFrame, below: locals)
      debugger.noteMissingFrames()
      return .frames(0..<backtrace.count)
    }
    let count = try number(arguments, "The count of frames")
    let size = Int(min(count.magnitude, UInt(backtrace.count)))
    let range = count < 0 ? backtrace.count - size..<backtrace.count : 0..<size
    backtrace.write(range, to: debugger.output, text, selected: debugger.selectedFrame, below: locals)
    if range.upperBound < backtrace.count {
      debugger.output.line("(More stack frames follow...)")
    } else {
      debugger.noteMissingFrames()
    }
    return .frames(range)
  }

  static func frame(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    let (word, rest) = CommandTable.firstWord(arguments)
    switch word {
    case "function": try debugger.select(frame: try youngestFrame(of: rest, debugger))
    case "level": try debugger.select(frame: try number(rest, "The frame"))
    default: if !arguments.isEmpty { try debugger.select(frame: try number(arguments, "The frame")) }
    }
    return try show(debugger)
  }

  /// The youngest frame of a function, by its name or what the linker calls it; `divide` is also `math::divide`.
  private static func youngestFrame(of name: String, _ debugger: Debugger) throws(Failure) -> Int {
    guard !name.isEmpty else { throw Failure(.usage, "\"frame function\" needs the name of a function.") }
    let ends = ["::" + name, "." + name]
    let frames = debugger.backtrace
    let isNamed = { (function: FunctionName) in function.display == name || function.linkageName == name }
    let exact = frames.firstIndex { isNamed($0.function) }
    let found = exact ?? frames.firstIndex { frame in ends.contains { frame.function.display.hasSuffix($0) } }
    guard let found else { throw Failure(.notFound, "No frame for function \"\(name)\".") }
    return found
  }

  static func up(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    try move(debugger, by: arguments.isEmpty ? 1 : try number(arguments, "The count of frames"))
  }

  static func down(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    let count = arguments.isEmpty ? 1 : try number(arguments, "The count of frames")
    return try move(debugger, by: 0 &- count)
  }

  static func thread(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    if !arguments.isEmpty { try debugger.select(thread: try number(arguments, "The thread")) }
    guard let thread = debugger.session.threads.first(where: { $0.index == debugger.selectedThread }) else {
      throw Failure(.noThread, "No threads.")
    }
    debugger.output.line(TextReport.title(of: thread).capitalizedFirst + ".")
    return debugger.backtrace.isEmpty ? .done : try show(debugger)
  }

  /// As gdb has it: too many is as far as there is; none at all is an error.
  private static func move(_ debugger: Debugger, by count: Int) throws(Failure) -> Outcome {
    let current = try debugger.frame().index
    let last = debugger.backtrace.count - 1
    let (sum, overflow) = current.addingReportingOverflow(count)
    let target = overflow ? (count < 0 ? 0 : last) : min(max(sum, 0), last)
    guard target != current || count == 0 else {
      throw Failure(
        .noFrame,
        count > 0
          ? "Initial frame selected; you can't go up." : "Bottom (innermost) frame selected; you can't go down.")
    }
    try debugger.select(frame: target)
    return try show(debugger)
  }

  private static func show(_ debugger: Debugger) throws(Failure) -> Outcome {
    try debugger.showFrame()
    return .frames(debugger.selectedFrame..<debugger.selectedFrame + 1)
  }
}

extension Debugger {
  /// The locals of a frame, below its line of a full backtrace.
  fileprivate func writeLocals(of frame: Frame) {
    guard session.describer(of: frame) != nil, frame.function.origin == .dwarf else { return }
    let variables = session.locals(of: frame, thread: selectedThread)
    if variables.isEmpty { return output.line("        No locals.") }
    _ = try? VariableCommands.write(variables, of: frame, self, indent: 8)
  }

  /// The names of variables that expressions may begin with.
  var variableNames: [String] {
    guard let frame = try? frame() else { return [] }
    let local = session.arguments(of: frame, thread: selectedThread) + session.locals(of: frame, thread: selectedThread)
    let names = (local + session.statics(of: frame, thread: selectedThread)).map(\.name)
    // The terminal shows them as they are.
    return names.filter { $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } }
  }

  fileprivate func noteMissingFrames() {
    guard session.threads.contains(where: { $0.index == selectedThread && $0.truncated }) else { return }
    output.line("      (older frames are missing from the dump)")
  }
}

/// `quit`.
enum SessionCommands {
  static func quit(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    guard !arguments.isEmpty else { return .quit(nil) }
    let status = try number(arguments, "The exit status")
    guard (0...255).contains(status) else { throw Failure(.usage, "The exit status must be from 0 to 255.") }
    return .quit(Int32(status))
  }
}
