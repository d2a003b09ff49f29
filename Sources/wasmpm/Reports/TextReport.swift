import PostMortem

/// The story of a crash for a person: what happened, where, what else is worth knowing, and what it was read from.
struct TextReport {
  let session: Session
  let output: Output
  private var style: Style { output.style }

  func write() {
    headline()
    findings()
    for thread in session.threads { backtrace(of: thread) }
    modules()
    diagnostics()
  }

  // MARK: Parts

  private func headline() {
    let core = session.core
    output.line(style(.heading, escaped(fileTitle(core.path))) + ": " + style(.error, Self.summary(of: session)))
    output.line()
    if let executable = core.executable, !executable.isEmpty { fact("program", escaped(executable)) }
    fact("trap", Self.trapText(session.trap))
    fact("dump", "\(sizeText(core.size)), \(escaped(core.dialect))")
  }

  /// `integer divide by zero in divide at structs.c:23:12`; of a program that ended itself, how and where:
  /// `a Rust panic was raised in parse at parse.rs:91:8`.
  static func summary(of session: Session) -> String {
    var text = session.ending?.summary ?? (session.trap.kind == .unknown ? "crashed" : session.trap.kind.title)
    if let thread = session.crashedThread, !session.backtrace(thread: thread).isEmpty {
      let frame = session.backtrace(thread: thread)[session.ending?.frame ?? 0]
      text += " in \(FrameText.name(frame.function))"
      if let source = frame.source { text += " at \(FrameText.position(source))" }
    }
    return text
  }

  /// The trap in one sentence, with how it is known.
  static func trapText(_ trap: Trap) -> String {
    var text = trap.message.isEmpty ? trap.kind.title : escaped(clipped(trap.message))
    if let instruction = trap.instruction { text += ", at `\(escaped(clipped(instruction)))`" }
    if trap.trust != .recorded && trap.kind != .unknown { text += " (\(trap.trust.rawValue))" }
    return text
  }

  private func backtrace(of thread: ThreadInfo) {
    let backtrace = session.backtrace(thread: thread.index)
    heading(session.threads.count > 1 || !thread.crashed ? Self.title(of: thread) : "backtrace")
    guard !backtrace.isEmpty else { return output.line("  no frames") }
    let text = FrameText(session, output, thread: thread.index)
    // The source where a person would look first: the youngest frame whose file is at hand, outside of what ends
    // programs.
    var excerptAt: Int?
    if thread.crashed {
      let first = min(session.ending?.frame ?? 0, backtrace.count)
      excerptAt = backtrace[first..<max(first, min(first + 40, Backtrace.youngestShown, backtrace.count))].firstIndex {
        frame in
        frame.source.flatMap { SourceExcerpt(session.sources, around: $0, before: 0, after: 0) } != nil
      }
    }
    let details = FrameDetails(session, output, thread: thread)
    if let excerptAt, let source = backtrace[excerptAt].source {
      backtrace.write(0..<excerptAt, to: output, text) { details?.write($0) }
      backtrace.write(excerptAt..<excerptAt + 1, to: output, text)
      SourceExcerpt(session.sources, around: source, before: 3, after: 2)?.write(
        to: output, indent: "      ", inReport: true)
      details?.write(backtrace[excerptAt], isInFocus: true)
    }
    backtrace.writeAbridged(to: output, text, from: excerptAt.map { $0 + 1 } ?? 0) { details?.write($0) }
    if thread.truncated { output.line("      (older frames are missing from the dump)") }
  }

  /// `thread 1 "worker"`.
  static func title(of thread: ThreadInfo) -> String {
    "thread \(thread.index)" + (thread.name.isEmpty ? "" : " \"\(escaped(thread.name))\"")
      + (thread.crashed ? ", crashed" : "")
  }

  private func findings() {
    guard !session.findings.isEmpty else { return }
    heading("findings")
    for finding in session.findings.prefix(Self.shownFindings) {
      let ink: Style.Ink =
        switch finding.severity {
        case .info: .heading
        case .warning: .warning
        case .error: .error
        }
      paragraph(escaped(clipped(finding.summary, to: 2000)), label: finding.severity.rawValue.padded(8), ink: ink)
      if let detail = finding.detail, !Self.moduleFindings.contains(finding.id) {
        paragraph(escaped(clipped(detail, to: 2000)), label: "        ", ink: .faint)
      }
    }
    if let more = Self.moreFindings(session) { output.line("  \(more)") }
  }

  // A hostile dump names as many modules as fit into its bytes; a person reads so many lines.
  static let shownFindings = 40
  static let shownModules = 20
  private static let shownProblems = 8

  /// The findings whose details are a module's problems, which stand below the module.
  private static let moduleFindings: Set<String> = [
    "module-not-found", "no-debug-info", "module-mismatch", "debug-file-mismatch",
  ]

  /// `… 4 more findings`; nil where all are shown.
  static func moreFindings(_ session: Session) -> String? { more(session.findings.count - shownFindings, "finding") }

  /// `… 4 more modules`; nil where all are shown.
  static func moreModules(_ session: Session) -> String? { more(session.modules.count - shownModules, "module") }

  private static func more(_ count: Int, _ what: String) -> String? {
    count > 0 ? "… \(grouped(count)) more \(what)\(count == 1 ? "" : "s")" : nil
  }

  private func modules() {
    guard !session.modules.isEmpty else { return }
    heading(session.modules.count == 1 ? "module" : "modules")
    for module in session.modules.prefix(Self.shownModules) {
      output.line("  " + Self.line(for: module, style))
      for problem in module.problems.prefix(Self.shownProblems) {
        paragraph(escaped(clipped(problem, to: 2000)), label: "  ", ink: .faint)
      }
      if let more = Self.more(module.problems.count - Self.shownProblems, "problem") { output.line("     \(more)") }
    }
    if let more = Self.moreModules(session) { output.line("  \(more)") }
  }

  /// `0  structs.wasm  DWARF 4, in the module`.
  static func line(for module: ModuleInfo, _ style: Style) -> String {
    style(.number, String(module.index)) + "  " + description(of: module, style)
  }

  /// The same without the number.
  static func description(of module: ModuleInfo, _ style: Style) -> String {
    var text = style(.file, escaped(clipped(module.path ?? module.name)))
    if module.path == nil { text += style(.warning, "  not found") }
    let version = module.debugInfo.dwarfVersion.map { "DWARF \($0)" } ?? "debug information"
    switch module.debugInfo.kind {
    case .embedded: text += "  \(version) in the module"
    case .separate: text += "  \(version) in \(escaped(module.debugInfo.path ?? "a separate file"))"
    case .mapped: text += "  \(version) mapped from \(escaped(module.debugInfo.path ?? "another link"))"
    case .split: text += "  \(version), split: \(escaped(module.debugInfo.path ?? "separate files"))"
    case .none:
      if let map = module.debugInfo.sourceMap {
        text += "  lines by the source map in \(escaped(map))"
      } else if module.path != nil {
        text += "  no debug information"
      }
    }
    return text
  }

  private func diagnostics() {
    let diagnostics = session.core.diagnostics
    guard !diagnostics.isEmpty else { return }
    heading("what could not be read")
    for diagnostic in diagnostics.prefix(12) { paragraph(escaped(diagnostic.description), label: "", ink: .faint) }
    if diagnostics.count > 12 { output.line("  … \(grouped(diagnostics.count - 12)) more") }
  }

  // MARK: Layout

  private func heading(_ text: String) {
    output.line()
    output.line(style(.heading, text))
  }

  private func fact(_ name: String, _ text: String) {
    let lines = wrapped(text, width: output.width - 12)
    output.line("  " + style(.faint, name.padded(9)) + lines[0])
    for line in lines.dropFirst() { output.line("           " + line) }
  }

  private func paragraph(_ text: String, label: String, ink: Style.Ink) {
    let lines = wrapped(text, width: output.width - label.count - 4)
    output.line("  " + style(ink, label) + (label.isEmpty ? "" : " ") + lines[0])
    let indent = String(repeating: " ", count: 2 + label.count + (label.isEmpty ? 0 : 1))
    for line in lines.dropFirst() { output.line(indent + line) }
  }
}
