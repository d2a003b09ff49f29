import ByteCursor
import Glibc
import PostMortem

/// The lines typed in this and earlier sessions, in a file that only the user can read.
///
/// Each line is appended as it is typed, so that sessions side by side and sessions that are killed lose nothing. What
/// goes wrong with the file is not said: a debugger without its history still debugs.
struct LineHistory {
  private let path: String?
  /// Oldest first, each once.
  private(set) var lines: [String] = []
  static let capacity = 1000

  /// Reads the user's file.
  init() {
    path = Self.filePath()
    guard let path, let storage = try? ByteStorage.file(path), storage.count <= 4 << 20 else { return }
    let stored = Bytes(storage).string.split(separator: "\n").map(String.init)
    lines = Self.deduplicated(stored)
    if stored.count > 2 * Self.capacity { rewrite(path) }
  }

  /// Remembers a line.
  mutating func add(_ line: String) {
    guard !line.isEmpty, !line.contains("\n"), line.utf8.count <= 4096, lines.last != line else { return }
    if let same = lines.firstIndex(of: line) { lines.remove(at: same) }
    lines.append(line)
    if lines.count > Self.capacity { lines.removeFirst() }
    append(line)
  }

  /// `$XDG_STATE_HOME/wasmpm/history`, or in `~/.local/state`.
  private static func filePath() -> String? {
    // The specification: a relative path in the variable is to be ignored.
    if let state = Environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/wasmpm/history" }
    guard let home = Environment["HOME"], home.hasPrefix("/") else { return nil }
    return home + "/.local/state/wasmpm/history"
  }

  /// The last time of each line, at most `capacity`.
  private static func deduplicated(_ lines: [String]) -> [String] {
    var seen: Set<String> = []
    var kept: [String] = []
    for line in lines.reversed() where kept.count < capacity && seen.insert(line).inserted { kept.append(line) }
    return kept.reversed()
  }

  private func append(_ line: String) {
    guard let path else { return }
    Self.makeFolder(Path.folder(path))
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    Self.write(line + "\n", to: descriptor)
    close(descriptor)
  }

  /// The file without what is too old or double, replaced at once.
  private func rewrite(_ path: String) {
    let temporary = path + ".\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    Self.write(lines.map { $0 + "\n" }.joined(), to: descriptor)
    close(descriptor)
    if rename(temporary, path) != 0 { unlink(temporary) }
  }

  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)
    bytes.withUnsafeMutableBytes { _ = Glibc.write(descriptor, $0.baseAddress!, $0.count) }
  }

  private static func makeFolder(_ path: String) {
    if access(path, F_OK) == 0 || path == "/" || path == "." { return }
    makeFolder(Path.folder(path))
    mkdir(path, 0o700)
  }
}
