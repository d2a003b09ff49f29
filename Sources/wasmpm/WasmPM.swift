import ArgumentParser
import Glibc

/// The executable: parses the command line, runs the command, and turns whatever goes wrong into one line and the
/// exit code of the contract.
@main
struct WasmPM: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wasmpm",
    abstract: "A post-mortem debugger for WebAssembly core dumps.",
    discussion: """
      `wasmpm CORE` opens the dump at a prompt; `wasmpm report CORE` tells what happened.

      Modules are looked for where --module says, next to the dump, and in the folders of \
      WASMPM_MODULE_PATH; debug files where --debug-file says, next to the module, and by build \
      id in the folders of WASMPM_DEBUG_PATH. Nothing is fetched from a network.
      """,
    version: "wasmpm 0.1.0",
    subcommands: [Debug.self, Report.self, Run.self, Symbolize.self, Inspect.self, Split.self],
    defaultSubcommand: Debug.self)

  static func main() {
    openStandardStreams()
    // A shell's or a test runner's ignored SIGPIPE is inherited; `wasmpm report x | head` has to end quietly.
    signal(SIGPIPE, SIG_DFL)
    // Where files may not grow that large (ulimit -f) a write fails, rather than the program with half a file left behind.
    signal(SIGXFSZ, SIG_IGN)
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let end as Exit {
      Glibc.exit(end.status)
    } catch let failure as Failure {
      complain(failure.message)
      Glibc.exit(failure.kind == .unreadable ? Exit.unreadable.status : Exit.failed.status)
    } catch {
      endParsing(error)
    }
  }

  /// A standard stream that is closed would be the next file that is opened, and what is written to the one end up in the
  /// other.
  private static func openStandardStreams() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is taken, which is this one.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY)
    }
  }

  /// `--help`, `--version`, completion scripts, and command lines that cannot be meant.
  private static func endParsing(_ error: any Error) -> Never {
    let text = fullMessage(for: error)
    guard exitCode(for: error) != .success else {
      let output = Output(style: Style(colored: false))
      output.line(text)
      output.flush()
      Glibc.exit(0)
    }
    let isRun = CommandLine.arguments.dropFirst().first == Run.configuration.commandName ?? "run"
    let message = message(for: error)
    complain(message)
    if isRun, message.hasPrefix("Unknown option '-") {
      put("  Arguments of the program that begin with - stand behind --.\n", to: STDERR_FILENO)
    }
    // The parser would print all of the help, or a usage of five lines; its last line says where either is.
    let hint = text.split(separator: "\n").last { $0.hasPrefix("  See 'wasmpm") && $0.contains("--help'") }
    put("\(hint ?? "  See 'wasmpm --help' for more information.")\n", to: STDERR_FILENO)
    // EX_USAGE is the parser's choice; the contract says 2, but for `run`, whose low statuses are the program's.
    Glibc.exit((isRun ? Exit.runUsage : Exit.usage).status)
  }
}
