import Glibc
import TestSupport

/// The program under test at a terminal of ours: types keys, reads the screen.
final class PseudoTerminal {
  private let control: Int32
  private let process: pid_t
  /// What appeared so far, escape sequences included.
  private(set) var transcript = ""
  /// Where in the transcript `expect` goes on.
  private var position: String.Index
  private var status: Int32?

  /// Starts `wasmpm` with `arguments` in the project's folder.
  init(_ arguments: [String], home: TemporaryFolder, term: String = "xterm", rows: UInt16 = 24, columns: UInt16 = 100)
    throws
  {
    control = openTerminal(O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard control >= 0, grantpt(control) == 0, unlockpt(control) == 0, let name = ptsname(control) else {
      throw SystemFailure(what: "posix_openpt")
    }
    position = transcript.startIndex
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    guard ioctl(control, UInt(TIOCSWINSZ), &size) == 0 else { throw SystemFailure(what: "TIOCSWINSZ") }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that the leader of a new session opens becomes its controlling terminal, which ^C needs.
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    let script = "cd '\(Places.root)' && exec wasmpm \"$@\""
    process = try Executable.spawn(
      "/bin/sh", ["sh", "-c", script, "wasmpm"] + arguments, Executable.environment(home: home.path, term: term),
      actions: &actions, newSession: true)
  }

  deinit {
    if status == nil {
      kill(process, SIGKILL)
      _ = Executable.wait(for: process)
    }
    close(control)
  }

  /// Types `keys`.
  func type(_ keys: String) {
    let bytes = Array(keys.utf8)
    _ = bytes.withUnsafeBytes { write(control, $0.baseAddress!, $0.count) }
  }

  /// Changes the size of the window.
  func resize(rows: UInt16, columns: UInt16) {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(control, UInt(TIOCSWINSZ), &size)
  }

  /// Waits until `text` appears behind what was waited for before, and returns what stood between.
  @discardableResult
  func expect(_ text: String) throws -> String {
    while true {
      if let found = range(of: text) {
        defer { position = found.upperBound }
        return String(transcript[position..<found.lowerBound])
      }
      guard readMore() else { throw Missing(text: text, transcript: transcript) }
    }
  }

  /// Waits for the prompt.
  @discardableResult
  func expectPrompt() throws -> String { try expect("(wasmpm) ") }

  /// Waits for the end and returns the exit status.
  func waitForEnd() throws -> Int32 {
    while readMore() {}
    guard isAtEnd else { throw Missing(text: "the end", transcript: transcript) }
    let status = Executable.wait(for: process)
    self.status = status
    return status
  }

  /// Sends the program a signal.
  func send(_ signal: Int32) { kill(process, signal) }

  /// Whether the terminal shows what is typed by itself, as it does for a shell.
  var isEchoing: Bool {
    var modes = termios()
    return tcgetattr(control, &modes) == 0 && modes.c_lflag & tcflag_t(ECHO) != 0
  }

  /// Something that did not appear.
  struct Missing: Error, CustomStringConvertible {
    let text: String
    let transcript: String
    var description: String { "\(text.debugDescription) did not appear in \(transcript.debugDescription)" }
  }

  /// Reads what there is; false at the end, or where nothing comes for a time that no machine needs.
  private func readMore() -> Bool {
    var poll = pollfd(fd: control, events: Int16(POLLIN), revents: 0)
    guard Glibc.poll(&poll, 1, 30_000) > 0 else { return false }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = buffer.withUnsafeMutableBytes { read(control, $0.baseAddress!, $0.count) }
    guard count > 0 else {
      isAtEnd = true
      return false
    }
    pending += buffer.prefix(count)
    let offset = transcript.utf8.distance(from: transcript.startIndex, to: position)
    transcript = Self.withoutEscapes(String(decoding: pending, as: UTF8.self))
    position = transcript.utf8.index(transcript.startIndex, offsetBy: min(offset, transcript.utf8.count))
    return true
  }
  private var pending: [UInt8] = []
  private var isAtEnd = false

  private func range(of text: String) -> Range<String.Index>? {
    let wanted = Array(text.utf8)
    let screen = Array(transcript[position...].utf8)
    guard wanted.count <= screen.count else { return nil }
    for start in 0...(screen.count - wanted.count) where screen[start..<start + wanted.count].elementsEqual(wanted) {
      let lower = transcript.utf8.index(position, offsetBy: start)
      return lower..<transcript.utf8.index(lower, offsetBy: wanted.count)
    }
    return nil
  }

  /// Without the sequences that colour and move (`ESC [ … letter`), and with plain line ends.
  private static func withoutEscapes(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var scalars = text.unicodeScalars.makeIterator()
    while let scalar = scalars.next() {
      if scalar == "\r" { continue }
      guard scalar == "\u{1b}" else {
        result.append(scalar)
        continue
      }
      guard scalars.next() == "[" else { continue }
      while let next = scalars.next(), !("@"..."~").contains(next) {}
    }
    return String(result)
  }
}

// What the C library declares only for feature macros that its Swift module does not set.
@_silgen_name("posix_openpt") private func openTerminal(_ flags: Int32) -> Int32
@_silgen_name("grantpt") private func grantpt(_ descriptor: Int32) -> Int32
@_silgen_name("unlockpt") private func unlockpt(_ descriptor: Int32) -> Int32
@_silgen_name("ptsname") private func ptsname(_ descriptor: Int32) -> UnsafeMutablePointer<CChar>?
