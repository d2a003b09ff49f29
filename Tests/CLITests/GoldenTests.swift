import TestSupport
import Testing

/// Every file below `Golden`: command lines with the exit status and the output that they must have. `WASMPM_BLESS=1`
/// writes what they have now into the files instead.
///
/// ```
/// # What this shows.
/// $ wasmpm report $TMP/none.core
/// exit: 3
/// stderr:
///   wasmpm: $TMP/none.core: no such file or directory
/// ```
/// A command line goes through the shell, in the project's folder; lines that begin with `> ` continue it. `$TMP` is an
/// empty folder that the commands of a file share.
@Suite struct GoldenTests {
  static let files: [String] = {
    let root = Places.root + "/Tests/CLITests/Golden"
    return ((try? TemporaryFolder.names(in: root)) ?? []).flatMap { group in
      ((try? TemporaryFolder.names(in: root + "/" + group)) ?? []).map { "\(group)/\($0)" }
    }
  }()

  @Test func thereAreCases() { #expect(Self.files.count >= 5) }

  @Test(arguments: files) func golden(_ file: String) throws {
    let path = Places.root + "/Tests/CLITests/Golden/" + file
    let cases = GoldenCase.parse(try Places.bytes(path).string)
    #expect(!cases.isEmpty)
    let folder = try TemporaryFolder()
    var blessed = ""
    for expected in cases {
      var actual = expected
      let run = try Executable.run(expected.command, in: folder)
      actual.status = run.status
      actual.output = folder.hide(in: run.output)
      actual.errors = folder.hide(in: run.errors)
      blessed += (blessed.isEmpty ? "" : "\n") + actual.text
      guard !Blessing.isOn else { continue }
      #expect(actual.status == expected.status, "\(expected.command)")
      #expect(actual.output == expected.output, "\(expected.command)")
      #expect(actual.errors == expected.errors, "\(expected.command)")
    }
    if Blessing.isOn { try Blessing.write(blessed, to: path) }
  }
}

/// One command line and what must come of it.
struct GoldenCase {
  var comments: [String] = []
  var command = ""
  var status: Int32 = 0
  var output = ""
  var errors = ""

  static func parse(_ text: String) -> [GoldenCase] {
    var cases: [GoldenCase] = []
    var comments: [String] = []
    var inErrors = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("#") {
        comments.append(line)
      } else if line.hasPrefix("$ ") {
        cases.append(GoldenCase(comments: comments, command: String(line.dropFirst(2))))
        comments = []
      } else if cases.isEmpty {
        continue
      } else if line.hasPrefix("> ") {
        cases[cases.count - 1].command += "\n" + line.dropFirst(2)
      } else if line.hasPrefix("exit: ") {
        cases[cases.count - 1].status = Int32(line.dropFirst(6)) ?? -1
      } else if line == "stdout:" || line == "stderr:" {
        inErrors = line == "stderr:"
      } else if line.hasPrefix("  ") || line == " \\" {
        // A last line without its end is followed by a line of its own that says so.
        let isOpen = line == " \\"
        let content = isOpen ? "" : line.dropFirst(2) + "\n"
        func extend(_ text: inout String) { if isOpen { text.removeLast() } else { text += content } }
        if inErrors { extend(&cases[cases.count - 1].errors) } else { extend(&cases[cases.count - 1].output) }
      }
    }
    return cases
  }

  var text: String {
    var lines = comments
    for (index, line) in command.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      lines.append((index == 0 ? "$ " : "> ") + line)
    }
    lines.append("exit: \(status)")
    for (title, content) in [("stdout:", output), ("stderr:", errors)] where !content.isEmpty {
      lines.append(title)
      var rest = content.split(separator: "\n", omittingEmptySubsequences: false)
      let isOpen = rest.last?.isEmpty == false
      if !isOpen { rest.removeLast() }
      lines += rest.map { "  " + $0 }
      if isOpen { lines.append(" \\") }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension TemporaryFolder {
  /// `text` with `$TMP` in place of this folder's name, which is another one every time.
  func hide(in text: String) -> String {
    var result = ""
    var rest = text[...]
    while let range = Self.range(of: path, in: rest) {
      result += rest[..<range.lowerBound] + "$TMP"
      rest = rest[range.upperBound...]
    }
    return result + rest
  }

  private static func range(of needle: String, in text: Substring) -> Range<Substring.Index>? {
    var index = text.startIndex
    while index < text.endIndex {
      if text[index...].hasPrefix(needle) { return index..<text.index(index, offsetBy: needle.count) }
      index = text.index(after: index)
    }
    return nil
  }
}
