import Glibc
import TestSupport

/// The program under test and how it is run.
enum Executable {
  /// The `wasmpm` that was built together with these tests, or the one that `WASMPM_EXECUTABLE` names.
  static let path: String = {
    if let named = getenv("WASMPM_EXECUTABLE") { return String(cString: named) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { readlink("/proc/self/exe", $0.baseAddress!, $0.count) }
    let tests = String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
    return folder(of: tests) + "/wasmpm"
  }()

  static func folder(of path: String) -> String { String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) }

  /// What a run came to.
  struct Run: Equatable {
    /// The exit status; a signal's number plus 128 where one ended it.
    var status: Int32
    var output: String
    var errors: String
  }

  /// Runs a shell command line in the project's folder; `wasmpm` in it is the program under test, `$TMP` is `folder`.
  static func run(_ commandLine: String, in folder: TemporaryFolder) throws -> Run {
    let output = folder.path + "/.stdout"
    let errors = folder.path + "/.stderr"
    let script = "cd '\(Places.root)' && {\n\(commandLine)\n} >'\(output)' 2>'\(errors)' </dev/null"
    var environment = environment(home: folder.path)
    environment.append("TMP=\(folder.path)")
    let process = try spawn("/bin/sh", ["sh", "-c", script], environment)
    return Run(
      status: wait(for: process), output: try Places.bytes(output).string, errors: try Places.bytes(errors).string)
  }

  /// Nothing of whoever runs the tests: their home, colours and search paths stay out.
  static func environment(home: String, term: String = "dumb") -> [String] {
    ["PATH=\(folder(of: path)):/usr/bin:/bin", "HOME=\(home)", "TERM=\(term)", "LC_ALL=C", "SWIFT_BACKTRACE=enable=no"]
  }

  /// Starts a program, at the head of a new session where that is wanted.
  static func spawn(
    _ path: String, _ arguments: [String], _ environment: [String],
    actions: UnsafePointer<posix_spawn_file_actions_t>? = nil, newSession: Bool = false
  ) throws -> pid_t {
    // Tests run on threads that block every signal, which a child would inherit: ^C would never arrive.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | (newSession ? posixSpawnSetSID : 0))
    var process: pid_t = 0
    let argv = arguments.map { strdup($0) } + [nil]
    let envp = environment.map { strdup($0) } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    let result = posix_spawn(&process, path, actions, &attributes, argv, envp)
    guard result == 0 else { throw SystemFailure(what: path, number: result) }
    return process
  }

  static func wait(for process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }
}

/// `POSIX_SPAWN_SETSID`, which the C library declares only for a feature macro that its Swift module does not set.
private let posixSpawnSetSID: Int16 = 0x80
