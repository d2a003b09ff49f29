import ArgumentParser
import ByteCursor
import CoreDumpFormat
import Glibc
import PostMortem
import WASI
import WasmInterp

/// `wasmpm run`: runs a program, and writes a core dump that leaves nothing out when it traps.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a module, and record everything when it crashes.",
    discussion: """
      Runs a command (its _start) or, with --invoke, one of its functions, whose arguments follow the module. The \
      program gets WASI preview 1: what is behind the module or --, the environment of --env, the folders of --dir. \
      A trap is told with a backtrace; --core keeps all of it, locals and operand stacks included, in a core dump. \
      ^C and the limits stop the program in the same way.

      Exit status: the program's own; 134 after a trap, 130 after ^C, 64 usage, 126 the module cannot run.
      """)

  @Argument(help: "The module.")
  var module: String

  @Argument(help: "The program's arguments, or the function's; behind -- when they look like options.")
  var arguments: [String] = []

  @Option(help: ArgumentHelp("Where to write a core dump when the program traps.", valueName: "file"))
  var core: String?

  @Option(help: ArgumentHelp("The exported function to call.", valueName: "name"))
  var invoke: String?

  @Option(
    help: ArgumentHelp("A folder that the program may use, as it is or under another name.", valueName: "dir[::name]"))
  var dir: [String] = []

  @Option(help: ArgumentHelp("A variable of the program's environment.", valueName: "name=value"))
  var env: [String] = []

  @Option(help: ArgumentHelp("A module that others import from under this name.", valueName: "name=file"))
  var preload: [String] = []

  @OptionGroup(title: "Limits")
  var limits: RunLimits

  @OptionGroup(title: "Where to look")
  var common: CommonOptions

  func validate() throws {
    for variable in env where Pair(variable) == nil {
      throw ValidationError("--env needs NAME=VALUE, not '\(variable)'")
    }
    for module in preload where Pair(module) == nil {
      throw ValidationError("--preload needs NAME=FILE, not '\(module)'")
    }
  }

  func run() throws {
    do {
      try execute()
    } catch let error as ProgramError {
      complain(error.description)
      if case .cannotRun = error { throw Exit.cannotRun }
      throw Exit.runUsage
    } catch let failure as Failure {
      // The core's file: what else fails has a status of its own.
      complain(failure.message)
      throw Exit.runUsage
    }
  }

  private func execute() throws {
    // Before anything runs: a crash may not come a second time.
    let file = try core.map { path throws(Failure) in try coreFile(path) }
    let program = try Program(path: module, options: programOptions, interrupt: RunSignals.interrupt)
    program.interruption = { RunSignals.timeIsUp ? .outOfTime : .interrupted }
    switch try RunSignals.stopping(after: limits.timeout, program.run) {
    case .returned(let values):
      let output = common.standardOutput
      for value in values { output.line(value.description) }
      output.flush()
    case .exited(let code): throw Exit(Int32(truncatingIfNeeded: code & 0xff))
    case .trapped(let trap):
      // The dump first: what is told may have nowhere to go.
      var failure: Failure?
      if let file {
        do throws(Failure) { try write(program.coreDump(of: trap), to: file) } catch { failure = error }
      }
      tell(trap, of: program)
      if let failure {
        complain(failure.message)
      } else if let core {
        complain("core dump written: wasmpm \(core)")
      }
      throw Exit(trap.kind == .interrupted ? RunSignals.exitStatus : 134)
    }
  }

  /// The file for the dump; it may not be one that the run needs.
  private func coreFile(_ path: String) throws(Failure) -> OutputFile {
    guard !path.isEmpty, path != "-" else {
      throw Failure(.unwritable, "--core needs a file's path, not '\(path)'")
    }
    let needed = [module] + preload.compactMap(Pair.init).map(\.value) + common.debugFiles + common.modules
    for other in needed where Self.isSameFile(path, other) {
      throw Failure(.unwritable, "--core \(path) is a file that is needed: \(other)")
    }
    return try OutputFile(path)
  }

  private static func isSameFile(_ path: String, _ other: String) -> Bool {
    var (left, right) = (stat(), stat())
    guard stat(path, &left) == 0, stat(other, &right) == 0, left.st_mode & S_IFMT == S_IFREG else { return false }
    return left.st_dev == right.st_dev && left.st_ino == right.st_ino
  }

  private var programOptions: ProgramOptions {
    get throws {
      var options = ProgramOptions()
      options.wasi.arguments = arguments
      options.wasi.environment = env.compactMap(Pair.init).map { ($0.name, $0.value) }
      options.wasi.directories = dir.map { folder in
        let parts = folder.split(separator: ":", omittingEmptySubsequences: false)
        // HOST::GUEST, as Wasmtime has it.
        guard parts.count == 3, parts[1].isEmpty, !parts[0].isEmpty, !parts[2].isEmpty else { return (folder, folder) }
        return (String(parts[0]), String(parts[2]))
      }
      options.preloads = preload.compactMap(Pair.init).map { ($0.name, $0.value) }
      options.invoke = invoke
      options.limits = limits.execution
      return options
    }
  }

  /// The trap and the backtrace, on standard error: standard output is the program's. Who cannot be told is not told.
  private func tell(_ trap: ProgramTrap, of program: Program) {
    let output = Output(
      toMemory: Style(colored: common.color.isOn(for: STDERR_FILENO)), width: Terminal.width(of: STDERR_FILENO))
    var options = common.session
    options.openedModules = program.files
    let dump = program.coreDump(of: trap, recordsMemory: false)
    if let bytes = try? CoreDumpWriter.bytes(of: dump),
      let session = try? Session.open(Bytes(copying: bytes), path: core ?? module, options)
    {
      output.line("wasmpm: " + output.style(.error, TextReport.summary(of: session)))
      // Where it says more than the headline.
      if session.trap.message != session.trap.kind.title { output.line("  " + TextReport.trapText(session.trap)) }
      if let thread = session.crashedThread {
        session.backtrace(thread: thread).writeAbridged(to: output, FrameText(session, output, thread: nil))
      }
    } else {
      output.line("wasmpm: " + escaped("\(trap.kind.title) \(trap.message)"))
    }
    put(output.takeText(), to: STDERR_FILENO)
  }

  private func write(_ dump: CoreDump, to file: OutputFile) throws(Failure) {
    do {
      try CoreDumpWriter.write(dump) { try file.write($0) }
    } catch let failure as Failure {
      file.discard()
      throw failure
    } catch {
      file.discard()
      throw Failure(.unwritable, "\(core ?? ""): \(error)")
    }
    try file.commit()
  }
}

/// `NAME=VALUE`.
private struct Pair {
  let name: String
  let value: String

  init?(_ text: String) {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else { return nil }
    name = String(text[..<equals])
    value = String(text[text.index(after: equals)...])
  }
}

/// How much a program may use.
struct RunLimits: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Calls and loops (and KiB that are filled or copied) until the program is stopped.", valueName: "count"))
  var fuel: UInt64?

  @Option(help: ArgumentHelp("Seconds until the program is stopped.", valueName: "seconds"))
  var timeout: Double?

  @Option(help: ArgumentHelp("Bytes that all memories together may have.", valueName: "bytes"))
  var maxMemory: UInt64?

  @Option(help: ArgumentHelp("Calls that may be open at a time.", valueName: "count"))
  var maxDepth: Int?

  func validate() throws {
    if let timeout, !(timeout > 0 && timeout < 1e9) { throw ValidationError("--timeout needs a number of seconds") }
    if let maxDepth, !(1...10_000_000).contains(maxDepth) {
      throw ValidationError("--max-depth needs a number from 1 to 10000000")
    }
  }

  var execution: ExecutionLimits {
    var limits = ExecutionLimits()
    limits.fuel = fuel
    if let maxMemory { limits.memoryBytes = maxMemory }
    if let maxDepth { limits.frames = maxDepth }
    return limits
  }
}

extension Exit {
  /// EX_USAGE, as `run`'s own statuses have to leave room for the program's.
  static let runUsage = Exit(64)
  /// What a shell says of a command that it finds but cannot execute.
  static let cannotRun = Exit(126)
}
