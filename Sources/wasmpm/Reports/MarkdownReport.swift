import PostMortem

/// The same story for an issue or a pull request.
struct MarkdownReport {
  let session: Session
  let output: Output

  func write() {
    output.line("## \(Self.text(TextReport.summary(of: session)))")
    output.line()
    output.line(
      "- **dump:** \(Self.code(session.core.path)), \(sizeText(session.core.size)), \(Self.text(session.core.dialect))")
    if let executable = session.core.executable, !executable.isEmpty {
      output.line("- **program:** \(Self.code(executable))")
    }
    let trap = session.trap
    output.line(
      "- **trap:** \(trap.kind.rawValue) (\(trap.trust.rawValue))"
        + (trap.instruction.map { ", at \(Self.code($0))" } ?? ""))
    for module in session.modules {
      output.line("- **module \(module.index):** \(Self.text(TextReport.line(for: module, Style(colored: false))))")
    }
    for finding in session.findings {
      output.line("- **\(finding.severity.rawValue):** \(Self.text(finding.summary))")
    }
    for diagnostic in session.core.diagnostics.prefix(12) { output.line("- *\(Self.text(diagnostic.description))*") }
    for thread in session.threads {
      output.line()
      output.line(
        "### Thread \(thread.index)" + (thread.name.isEmpty ? "" : " \(Self.code(thread.name))")
          + (thread.crashed ? ", crashed" : ""))
      output.line()
      let backtrace = session.backtrace(thread: thread.index)
      fence { backtrace.write(to: output, FrameText(session, output), from: 0) }
    }
  }

  /// Four backticks: no function's name or path has a line of them.
  private func fence(_ body: () -> Void) {
    output.line("````text")
    body()
    output.line("````")
  }

  /// Text in which nothing is markup.
  static func text(_ text: String) -> String {
    var result = ""
    for character in escaped(text) {
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
