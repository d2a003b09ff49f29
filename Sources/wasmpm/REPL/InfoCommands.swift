import PostMortem

/// The subjects of `info`.
enum InfoCommands {
  static func core(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    let core = debugger.session.core
    var facts = Facts(debugger.output)
    facts.add("file", core.path)
    facts.add("size", sizeText(core.size))
    facts.add("form", core.dialect)
    facts.add("program", core.executable)
    facts.add("threads", String(debugger.session.threads.count))
    facts.add("modules", String(debugger.session.modules.count))
    for diagnostic in core.diagnostics { facts.add("lost", diagnostic.description) }
    facts.write()
    return .done
  }

  static func frame(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    var frame = try debugger.frame()
    let backtrace = debugger.backtrace
    if !arguments.isEmpty {
      let index = try number(arguments, "The frame")
      guard backtrace.indices.contains(index) else { throw Failure(.noFrame, "No frame at level \(index).") }
      frame = backtrace[index]
    }
    let modules = debugger.session.modules
    var facts = Facts(debugger.output)
    facts.add("frame", "\(frame.index) (\(frame.physicalIndex) in the dump)")
    facts.add("function", FrameText.name(frame.function))
    facts.add("linkage name", frame.function.linkageName)
    if frame.function.origin != .dwarf { facts.add("named by", nameOrigin(frame.function.origin)) }
    facts.add("source", frame.source.map { FrameText.position($0, full: true) })
    facts.add(
      "module",
      frame.module.map { index in
        modules.indices.contains(index) ? "\(index), \(modules[index].path ?? modules[index].name)" : "\(index)"
      })
    facts.add("instance", frame.instance.map(String.init))
    facts.add("function index", frame.functionIndex.map { String($0) })
    facts.add("code offset", frame.codeOffset.map { "\($0) in the function's body" })
    facts.add("code address", frame.codeAddress.map { "\($0) in the code section" })
    facts.add("file offset", frame.fileOffset.map { "\($0) in the module's file" })
    if frame.index + 1 < backtrace.count {
      let caller = backtrace[frame.index + 1]
      let isByTailCalls = debugger.session.hasTailCalls(frame, thread: debugger.selectedThread)
      facts.add(
        frame.inlined ? "inlined into" : "called by",
        "frame \(caller.index), \(FrameText.name(caller.function))"
          + (isByTailCalls ? ", by way of a function that made a tail call" : ""))
    }
    facts.add("note", frame.note)
    wasmState(of: frame, debugger, &facts)
    facts.write()
    return .frames(frame.index..<frame.index + 1)
  }

  /// The Wasm function's locals and operand stack, with how each is known.
  private static func wasmState(of frame: Frame, _ debugger: Debugger, _ facts: inout Facts) {
    let session = debugger.session
    let thread = debugger.selectedThread
    func add(_ what: String, _ values: [WasmValue]) {
      for value in values.prefix(shownValues) {
        let name = value.name.map { " $\($0)" } ?? ""
        let known = value.value.isMissing ? "unavailable" : "\(value.value) (\(value.trust.rawValue))"
        let reason = value.reason.map { ": \($0)" } ?? ""
        facts.add("\(what) \(value.index)", "\(value.type ?? "unknown type")\(name) = \(known)\(reason)")
      }
      if values.count > shownValues { facts.add("", "… \(grouped(values.count - shownValues)) more") }
    }
    add("local", session.wasmLocals(of: frame, thread: thread))
    if let stack = session.operandStack(of: frame, thread: thread) {
      add("operand", stack)
    }
  }

  private static let shownValues = 64

  static func modules(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    let output = debugger.output
    if debugger.session.modules.isEmpty { output.line("The dump names no modules.") }
    for module in debugger.session.modules {
      output.line(TextReport.line(for: module, output.style))
      if module.path != nil, Path.baseName(module.path!) != Path.baseName(module.name) {
        output.line("     in the dump: \(escaped(module.name))")
      }
      if let buildID = module.buildID { output.line("     build id \(escaped(buildID))") }
      for problem in module.problems { output.line("     \(escaped(problem))") }
    }
    return .done
  }

  static func source(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    let frame = try debugger.frame()
    guard let source = frame.source else {
      throw Failure(.noSource, "Frame \(frame.index) has no source position.")
    }
    var facts = Facts(debugger.output)
    facts.add("source", source.file)
    facts.add("line", source.line.map { line in "\(line)" + (source.column.map { ", column \($0)" } ?? "") })
    if let text = debugger.session.sources.text(of: source.file) {
      facts.add("found at", text.path)
      facts.add("lines", String(text.lineCount))
      facts.add("warning", text.change?.message)
    } else {
      facts.add("not found", "looked at:")
      for candidate in debugger.session.sources.candidates(for: source.file) { facts.add("", candidate) }
    }
    facts.write()
    return .done
  }

  static func threads(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    let output = debugger.output
    if debugger.session.threads.isEmpty { output.line("No threads.") }
    for thread in debugger.session.threads {
      let backtrace = debugger.session.backtrace(thread: thread.index)
      let marker = thread.index == debugger.selectedThread ? "* " : "  "
      var text = marker + TextReport.title(of: thread) + ", " + counted(backtrace.count, "frame")
      if thread.truncated { text += " (older ones are missing)" }
      if let frame = backtrace.first {
        text += ", in " + output.style(.function, FrameText.name(frame.function))
        if let source = frame.source { text += " at " + output.style(.file, FrameText.position(source)) }
      }
      output.line(text)
    }
    return .done
  }

  static func trap(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    let trap = debugger.session.trap
    var facts = Facts(debugger.output)
    facts.add("trap", trap.kind.title)
    facts.add("known", trust(trap.trust))
    if !trap.possibleKinds.isEmpty {
      facts.add("may also be", trap.possibleKinds.filter { $0 != trap.kind }.map(\.title).joined(separator: "; "))
    }
    facts.add("instruction", trap.instruction)
    facts.add("address", trap.address?.description)
    facts.add("", trap.message)
    for finding in debugger.session.findings {
      facts.add(finding.severity.rawValue, finding.summary)
      facts.add("", finding.detail)
    }
    facts.write()
    return .done
  }

  private static func trust(_ trust: Trust) -> String {
    switch trust {
    case .recorded: "recorded: the dump says so"
    case .derived: "derived from what the dump records"
    case .assumed: "assumed: the likeliest reading"
    case .unavailable: "not at all"
    }
  }

  private static func nameOrigin(_ origin: NameOrigin) -> String {
    switch origin {
    case .dwarf: "the debug information"
    case .nameSection: "the module's name section"
    case .export: "an export"
    case .import: "an import"
    case .index: "nothing"
    }
  }
}

/// Labelled lines: `code offset   0x1c`. Takes text as files have it; escapes.
struct Facts {
  private let output: Output
  private var rows: [(label: String, text: String)] = []

  init(_ output: Output) { self.output = output }

  /// A line; none where there is nothing to say.
  mutating func add(_ label: String, _ text: String?) {
    guard let text, !text.isEmpty else { return }
    rows.append((label, text))
  }

  func write() {
    let width = (rows.map(\.label.count).max() ?? 0) + 2
    for row in rows {
      output.line(output.style(.faint, row.label.padded(width)) + escaped(row.text))
    }
  }
}
