import PostMortem

/// The same story for an issue or a pull request.
struct MarkdownReport {
  let session: Session
  let output: Output

  func write() {
    output.line("## \(Self.text(TextReport.summary(of: session)))")
    output.line()
    output.line(
      "- **dump:** \(Self.code(fileTitle(session.core.path))), \(sizeText(session.core.size)), \(Self.text(session.core.dialect))"
    )
    if let executable = session.core.executable, !executable.isEmpty {
      output.line("- **program:** \(Self.code(executable))")
    }
    let trap = session.trap
    output.line(
      "- **trap:** \(trap.kind.rawValue) (\(trap.trust.rawValue))"
        + (trap.instruction.map { ", at \(Self.code(clipped($0)))" } ?? "")
        + (trap.message.isEmpty ? "" : ": \(Self.text(clipped(trap.message)))"))
    for module in session.modules.prefix(TextReport.shownModules) {
      let description = TextReport.description(of: module, Style(colored: false))
      output.line("- **module \(module.index):** \(Self.text(description, isEscaped: true))")
    }
    if let more = TextReport.moreModules(session) { output.line("- \(more)") }
    for finding in session.findings.prefix(TextReport.shownFindings) {
      let detail = finding.detail.map { ". \($0.capitalizedFirst)" } ?? ""
      output.line(
        "- **\(finding.severity.rawValue):** \(Self.text(clipped(finding.summary + detail, to: 2000)))")
    }
    if let more = TextReport.moreFindings(session) { output.line("- \(more)") }
    for diagnostic in session.core.diagnostics.prefix(12) { output.line("- *\(Self.text(diagnostic.description))*") }
    for thread in session.threads {
      output.line()
      output.line(
        "### Thread \(thread.index)" + (thread.name.isEmpty ? "" : " \(Self.code(thread.name))")
          + (thread.crashed ? ", crashed" : ""))
      output.line()
      let backtrace = session.backtrace(thread: thread.index)
      let details = FrameDetails(session, output, thread: thread)
      fence {
        backtrace.writeAbridged(to: output, FrameText(session, output, thread: thread.index)) { details?.write($0) }
      }
    }
  }

  /// Four backticks: no function's name or path has a line of them.
  private func fence(_ body: () -> Void) {
    output.line("````text")
    body()
    output.line("````")
  }

  /// Text in which nothing is markup.
  static func text(_ text: String, isEscaped: Bool = false) -> String {
    var result = ""
    for character in isEscaped ? text : escaped(text) {
      if "\\`*_{}[]<>#|!~&@".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }

  /// A code span, which cannot hold a backtick.
  static func code(_ text: String) -> String {
    "`" + String(escaped(text).map { $0 == "`" ? "'" : $0 }) + "`"
  }
}
