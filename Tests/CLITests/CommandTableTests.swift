import TestSupport
import Testing

/// The one table of commands: what it says has to hold everywhere it is used.
@Suite struct CommandTableTests {
  private let folder: TemporaryFolder
  private static let core = "Samples/structs/structs.core"

  init() throws { folder = try TemporaryFolder() }

  private func run(_ commands: String...) throws -> Executable.Run {
    let options = commands.map { "--ex '\($0)'" }.joined(separator: " ")
    return try Executable.run("wasmpm \(Self.core) --batch \(options)", in: folder)
  }

  /// The names that `help` lists, each line's first and its aliases.
  private func listed() throws -> [[String]] {
    try run("help").output.split(separator: "\n").compactMap { line in
      guard line.hasPrefix("  "), let end = line.dropFirst(2).range(ofSpaces: 2) else { return nil }
      return line.dropFirst(2)[..<end].split(separator: ",").map { $0.filter { $0 != " " } }
    }
  }

  @Test func helpListsTheCommands() throws {
    let names = try listed().map { $0[0] }
    for name in ["backtrace", "frame", "up", "down", "list", "info", "thread", "help", "quit"] {
      #expect(names.contains(name))
    }
  }

  @Test func everyCommandIsExplainedUnderEachName() throws {
    for names in try listed() {
      let explained = try run("help \(names[0])")
      #expect(explained.status == 0)
      #expect(explained.output.contains("\n  \(names[0])"))
      for alias in names.dropFirst() { #expect(try run("help \(alias)").output == explained.output) }
    }
  }

  @Test func abbreviationsAreDispatched() throws {
    let full = try run("info frame").output
    #expect(!full.isEmpty)
    for short in ["i f", "inf fr", "info f", "i fra"] { #expect(try run(short).output == full) }
    #expect(try run("bac 1").output == run("bt 1").output)
    #expect(try run("whe 1").output == run("bt 1").output)
  }

  /// `docs/commands.md` is what the table says; `WASMPM_BLESS=1` writes it anew.
  @Test func theManualIsWhatTheTableSays() throws {
    let manual = try run("help --markdown").output
    let path = Places.root + "/docs/commands.md"
    if Blessing.isOn { try Blessing.write(manual, to: path) }
    #expect(try Places.bytes(path).string == manual)
    for names in try listed() { #expect(manual.contains("### `\(names[0])`")) }
  }
}

extension Substring {
  /// Where the first run of at least `count` spaces starts.
  func range(ofSpaces count: Int) -> Index? {
    indices.first { self[$0...].hasPrefix(String(repeating: " ", count: count)) }
  }
}
