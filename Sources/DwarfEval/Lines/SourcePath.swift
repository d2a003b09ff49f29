/// Paths as they stand in debug information: of the machine that compiled, POSIX or Windows.
public enum SourcePath {
  /// The parts joined, from the last absolute one on; empty parts are left out.
  ///
  /// Nothing is normalised: `..` may follow a symbolic link that this machine does not have.
  public static func join(_ parts: [String]) -> String {
    var path = ""
    for part in parts where !part.isEmpty {
      if path.isEmpty || isAbsolute(part) {
        path = part
      } else {
        let separator = separator(of: path)
        if path.utf8.last != UInt8(ascii: "/"), path.utf8.last != UInt8(ascii: "\\") { path += separator }
        path += part
      }
    }
    return path
  }

  /// Whether a path stands for itself: `/usr`, `\\server`, `C:\src`, `C:/src`, and the `name://` that builds with
  /// a prefix map write in place of a folder of theirs.
  public static func isAbsolute(_ path: String) -> Bool {
    let bytes = path.utf8
    guard let first = bytes.first else { return false }
    if isSeparator(first) { return true }
    guard isLetter(first) else { return false }
    let scheme = bytes.prefix { isLetter($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
    let rest = bytes[scheme.endIndex...]
    guard rest.first == UInt8(ascii: ":"), let next = rest.dropFirst().first else { return false }
    return scheme.count == 1 ? isSeparator(next) : rest.starts(with: "://".utf8)
  }

  private static func separator(of path: String) -> String {
    path.utf8.contains(UInt8(ascii: "\\")) && !path.utf8.contains(UInt8(ascii: "/")) ? "\\" : "/"
  }

  private static func isSeparator(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte | 0x20) }
}
