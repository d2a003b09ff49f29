import Glibc
import TestSupport
import Testing

/// The prompt, driven through a pseudo-terminal.
@Suite struct PromptTests {
  private static let core = "Samples/structs/structs.core"
  private let home: TemporaryFolder

  init() throws { home = try TemporaryFolder() }

  private func start(_ arguments: [String] = [core], term: String = "xterm") throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(arguments, home: home, term: term)
    try terminal.expectPrompt()
    return terminal
  }

  @Test func greetsAndAnswers() throws {
    let terminal = try PseudoTerminal([Self.core], home: home)
    #expect(try terminal.expectPrompt().contains("#0  "))
    terminal.type("bt\r")
    let answer = try terminal.expectPrompt()
    #expect(answer.contains("* #0  "))
    terminal.type("quit\r")
    #expect(try terminal.waitForEnd() == 0)
  }

  @Test func leavesWithTheStatusOfQuit() throws {
    let terminal = try start()
    terminal.type("q 7\r")
    #expect(try terminal.waitForEnd() == 7)
  }

  @Test func controlDLeavesOnAnEmptyLineOnly() throws {
    let terminal = try start()
    // With something typed, ^D deletes to the right of the cursor: here it turns `xup` into `up`.
    terminal.type("xup\u{1}\u{4}\r")
    #expect(try terminal.expectPrompt().contains("#1  "))
    terminal.type("\u{4}")
    #expect(try terminal.waitForEnd() == 0)
  }

  @Test func controlCDropsTheLine() throws {
    let terminal = try start()
    terminal.type("quit 9")
    try terminal.expect("quit 9")
    terminal.type("\u{3}")
    try terminal.expect("^C")
    try terminal.expectPrompt()
    terminal.type("up\r")
    #expect(try terminal.expectPrompt().contains("#1  "))
    terminal.type("\u{4}")
    #expect(try terminal.waitForEnd() == 0)
  }

  @Test func anEmptyLineRepeats() throws {
    let terminal = try start()
    terminal.type("up\r")
    #expect(try terminal.expectPrompt().contains("#1  "))
    terminal.type("\r")
    #expect(try terminal.expectPrompt().contains("#2  "))
    terminal.type("list 1,3\r")
    #expect(try terminal.expectPrompt().contains("   3"))
    terminal.type("\r")
    let further = try terminal.expectPrompt()
    #expect(further.contains("   4"))
    #expect(further.contains("  13"))
    terminal.type("\u{4}")
    #expect(try terminal.waitForEnd() == 0)
  }

  @Test func keysEditTheLine() throws {
    let terminal = try start()
    // Typed in the wrong order and put right: left arrow, home, end, backspace, ^K, ^W.
    terminal.type("wn 1\u{1b}[Hdo\u{1b}[F\u{7f}\u{7f}")
    terminal.type("xyz\u{1b}[D\u{1b}[D\u{1b}[D\u{b}")
    terminal.type("\u{1}up 2\u{b}\r")
    #expect(try terminal.expectPrompt().contains("#2  "))
    terminal.type("frame 1 junk\u{17}\r")
    #expect(try terminal.expectPrompt().contains("#1  "))
    terminal.type("\u{4}")
    #expect(try terminal.waitForEnd() == 0)
  }

  @Test func lettersBeyondASCIIAreEditedWhole() throws {
    let terminal = try start()
    terminal.type("up ä€😀\u{7f}\u{7f}\u{7f}\u{7f}\r")
    #expect(try terminal.expectPrompt().contains("#1  "))
    terminal.type("größe\r")
    #expect(try terminal.expectPrompt().contains("Undefined command: \"größe\""))
    terminal.type("\u{4}")
    #expect(try terminal.waitForEnd() == 0)
  }

  @Test func tabCompletesAndLists() throws {
    let terminal = try start()
    terminal.type("backt\t\r")
    #expect(try terminal.expectPrompt().contains("* #0  "))
    terminal.type("inf\tfra\t\r")
    #expect(try terminal.expectPrompt().contains("function"))
    // Several fit: they are listed, and the line stays.
    terminal.type("info \t")
    let list = try terminal.expect("trap")
    for name in ["core", "frame", "modules", "source", "threads"] { #expect(list.contains(name)) }
    try terminal.expect("(wasmpm) info ")
    terminal.type("mo\t\r")
    #expect(try terminal.expectPrompt().contains("structs.wasm"))
    terminal.type("help ba\t\r")
    #expect(try terminal.expectPrompt().contains("Show the frames"))
    // The last word of an expression may be a variable's.
    terminal.type("print 1 + hal\t\r")
    #expect(try terminal.expectPrompt().contains("<optimized out>"))
    terminal.type("\u{4}")
    #expect(try terminal.waitForEnd() == 0)
  }

  @Test func historyOutlivesTheSession() throws {
    let first = try start()
    for line in ["up", "help quit", "up", "info trap", "info trap"] {
      first.type(line + "\r")
      try first.expectPrompt()
    }
    first.type("\u{4}")
    #expect(try first.waitForEnd() == 0)

    let file = home.path + "/.local/state/wasmpm/history"
    var status = stat()
    #expect(stat(file, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)

    let second = try start()
    // Newest first, each once: info trap, up, help quit.
    second.type("\u{1b}[A")
    try second.expect("info trap")
    second.type("\u{1b}[A\u{1b}[A\r")
    #expect(try second.expectPrompt().contains("Leave, with exit status N"))
    // Searched backwards with ^R.
    second.type("\u{12}tra\u{1b}\r")
    #expect(try second.expectPrompt().contains("known"))
    second.type("\u{4}")
    #expect(try second.waitForEnd() == 0)
  }

  @Test func historyFileIsOptional() throws {
    // A file where the folder should be: nothing can be kept, nothing is said.
    try home.write(".local", [])
    let terminal = try start()
    terminal.type("up\r")
    #expect(try terminal.expectPrompt().contains("#1  "))
    terminal.type("\u{1b}[A\r")
    #expect(try terminal.expectPrompt().contains("#2  "))
    terminal.type("\u{4}")
    #expect(try terminal.waitForEnd() == 0)
    #expect(!terminal.transcript.contains("history"))
  }

  @Test func theWindowsSizeCounts() throws {
    let terminal = try start()
    terminal.resize(rows: 24, columns: 30)
    // In 30 columns the subjects need several lines.
    terminal.type("info \t")
    let list = try terminal.expect("trap")
    #expect(list.split(separator: "\n").count >= 2)
    // The line is shown again behind the list.
    try terminal.expect("(wasmpm) info ")
    terminal.type("\u{3}")
    try terminal.expect("^C")
    try terminal.expectPrompt()
    terminal.resize(rows: 24, columns: 100)
    terminal.type("info \t")
    #expect(
      try terminal.expect("trap").contains(
        "args       core       frame      functions  line       locals     modules    scope      source"))
    try terminal.expect("(wasmpm) info ")
    terminal.type("\u{3}")
    try terminal.expect("^C")
    try terminal.expectPrompt()
    terminal.type("\u{4}")
    #expect(try terminal.waitForEnd() == 0)
  }

  @Test func aDumbTerminalGetsPlainLines() throws {
    let terminal = try start(term: "dumb")
    terminal.type("up\n")
    #expect(try terminal.expectPrompt().contains("#1  "))
    terminal.type("abc\u{3}")
    try terminal.expectPrompt()
    terminal.type("quit 3\n")
    #expect(try terminal.waitForEnd() == 3)
  }

  /// ^C may come at any moment behind the prompt, before the program waits for a key as well.
  @Test(arguments: ["xterm", "dumb"]) func noControlCIsLost(term: String) throws {
    let terminal = try start(term: term)
    for _ in 0..<40 {
      terminal.type("\u{3}")
      try terminal.expect("^C")
      try terminal.expectPrompt()
    }
    terminal.type("\u{4}")
    #expect(try terminal.waitForEnd() == 0)
  }

  @Test(arguments: [SIGTERM, SIGHUP]) func aSignalLeavesTheTerminalAsItWas(signal: Int32) throws {
    let terminal = try start()
    #expect(!terminal.isEchoing)
    terminal.send(signal)
    #expect(try terminal.waitForEnd() == 128 + signal)
    #expect(terminal.isEchoing)
  }

  @Test func stoppedAndContinuedThePromptIsBack() throws {
    let terminal = try start()
    terminal.type("up")
    try terminal.expect("up")
    terminal.send(SIGCONT)
    try terminal.expect("up")
    #expect(!terminal.isEchoing)
    terminal.type("\r")
    #expect(try terminal.expectPrompt().contains("#1  "))
    terminal.type("\u{4}")
    #expect(try terminal.waitForEnd() == 0)
  }

  @Test func colourIsForTerminalsOnly() throws {
    let plain = try Executable.run("wasmpm \(Self.core) --batch --ex bt", in: home)
    #expect(!plain.output.contains("\u{1b}"))
    let forced = try Executable.run("wasmpm \(Self.core) --batch --ex bt --color always", in: home)
    #expect(forced.output.contains("\u{1b}[33m"))
  }

  @Test func scriptsRunBeforeThePrompt() throws {
    let script = try home.write("script", "# two frames up\nup\n\nup\n".utf8)
    let terminal = try PseudoTerminal([Self.core, "-x", script, "--ex", "info threads"], home: home)
    let answer = try terminal.expectPrompt()
    #expect(answer.contains("#2  "))
    #expect(answer.contains("Thread 0") || answer.contains("thread 0"))
    terminal.type("frame\r")
    #expect(try terminal.expectPrompt().contains("#2  "))
    terminal.type("\u{4}")
    #expect(try terminal.waitForEnd() == 0)
  }

  @Test func controlCEndsALongAnswer() throws {
    let terminal = try start(["Samples/deep/deep.core"])
    terminal.type("bt 1000000\r")
    try terminal.expect("#9 ")
    terminal.type("\u{3}")
    try terminal.expect("^C")
    try terminal.expectPrompt()
    terminal.type("quit 5\r")
    #expect(try terminal.waitForEnd() == 5)
  }
}
