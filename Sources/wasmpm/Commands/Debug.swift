import ArgumentParser
import Glibc
import PostMortem

/// `wasmpm debug`: the debugger's commands, from scripts and at a prompt.
struct Debug: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Open a dump at a prompt, or run commands on it (the default).",
    discussion: """
      The scripts of -x run first, then the commands of --ex; unless --batch is given the prompt comes after them. A \
      command that fails ends the run with status 1 unless --keep-going is given. With --json every command is answered \
      by one object on one line.

      Exit status: 0 all commands worked, 1 one failed, 2 usage, 3 the dump cannot be read; `quit N` leaves with N.
      """)

  @Argument(help: "The dump; - is standard input.")
  var core: String

  @Option(
    name: [.customShort("x"), .customLong("command")],
    help: ArgumentHelp("A file with commands to run.", valueName: "file"))
  var scripts: [String] = []

  @Option(
    name: [.customLong("ex"), .customLong("ex", withSingleDash: true)], parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A command to run.", valueName: "command"))
  var commands: [String] = []

  @Flag(
    name: [.customLong("batch"), .customLong("batch", withSingleDash: true)], help: "No prompt after the commands.")
  var batch = false

  @Flag(name: .customLong("keep-going"), help: "Go on after a command that failed.")
  var keepGoing = false

  @Flag(help: "Answer every command with a JSON object.")
  var json = false

  @OptionGroup(title: "Where to look")
  var common: CommonOptions

  func run() throws {
    let session = try Session.open(core, common.session)
    let interpreter = Interpreter(session: session, output: common.standardOutput, json: json, color: common.color)
    // At the prompt the greeting says it.
    let isPrompt = !batch && isatty(STDIN_FILENO) == 1
    if !isPrompt { for what in session.missingModules { complain("\(fileTitle(core)): \(what)") } }
    for script in scripts {
      if let status = try interpreter.run(script: script, keepGoing: keepGoing) { throw Exit(status) }
    }
    if let status = interpreter.run(commands: commands, keepGoing: keepGoing) { throw Exit(status) }
    guard !batch else { throw Exit(interpreter.status) }
    // The dump came through standard input; the person is at the terminal.
    if core == "-", !reopenTerminal() { throw Exit(interpreter.status) }
    throw Exit(isatty(STDIN_FILENO) == 1 ? interpreter.runPrompt() : interpreter.runPipe())
  }

  private func reopenTerminal() -> Bool {
    let terminal = open("/dev/tty", O_RDWR)
    guard terminal >= 0 else { return false }
    defer { close(terminal) }
    return isatty(STDOUT_FILENO) == 1 && dup2(terminal, STDIN_FILENO) >= 0
  }
}
