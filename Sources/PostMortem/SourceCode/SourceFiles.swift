import ByteCursor

/// The text of one source file, by lines.
public struct SourceText: Sendable {
  /// The path it was read from.
  public let path: String
  private let bytes: Bytes
  /// Where each line starts in `bytes`.
  private let starts: [Int]

  init(path: String, bytes: Bytes) {
    self.path = path
    self.bytes = bytes
    starts = bytes.withUnsafeBytes { buffer in
      var starts = [0]
      for (index, byte) in buffer.enumerated() where byte == UInt8(ascii: "\n") { starts.append(index + 1) }
      if starts.last == buffer.count { starts.removeLast() }
      return starts
    }
  }

  /// How many lines there are.
  public var lineCount: Int { starts.count }

  /// Line `number`, counted from 1, without its line ending; nil where there is no such line. Not escaped.
  public func line(_ number: Int) -> String? {
    guard number >= 1, number <= starts.count else { return nil }
    let start = starts[number - 1]
    let end = number < starts.count ? starts[number] - 1 : bytes.count
    var text = bytes.clamped(start, count: end - start)
    if text.count > 0, text[text.count - 1] == UInt8(ascii: "\n") { text = text.clamped(0, count: text.count - 1) }
    if text.count > 0, text[text.count - 1] == UInt8(ascii: "\r") { text = text.clamped(0, count: text.count - 1) }
    return text.string
  }
}

/// Finds source files on this machine for the paths that debug information records.
public final class SourceFiles {
  private let options: SessionOptions
  private let folders: [String]
  private var found: [String: SourceText?] = [:]
  private var embedded: (String) -> Bytes?

  /// A finder that looks in `folders` (next to the modules and the dump) after what `options` names.
  /// `embedded` answers with the text that the debug information itself carries.
  init(options: SessionOptions, folders: [String], embedded: @escaping (String) -> Bytes? = { _ in nil }) {
    self.options = options
    self.folders = folders
    self.embedded = embedded
  }

  /// The text of the file that the debug information calls `file`, or nil where it is not found.
  public func text(of file: String) -> SourceText? {
    if let known = found[file] { return known }
    let text = find(file)
    found[file] = text
    return text
  }

  /// The paths that are tried for `file`, in order: what `--source-map` makes of it, in the folders of `--source`
  /// (by ever shorter ends of the path), the path itself, and next to the module and the dump.
  public func candidates(for file: String) -> [String] {
    let normal = Path.normalized(file.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "/"))
    var paths = options.mapped(file)
    let components = normal.split(separator: "/").filter { $0 != ".." }
    for folder in options.sourcePaths {
      for drop in components.indices {
        paths.append(Path.join(folder, components[drop...].joined(separator: "/")))
      }
    }
    if options.opensRecordedSourcePaths {
      paths.append(normal)
    } else {
      // Below the current folder, as a person who builds there would expect.
      for drop in components.indices { paths.append(components[drop...].joined(separator: "/")) }
    }
    for folder in folders {
      for drop in components.indices {
        paths.append(Path.join(folder, components[drop...].joined(separator: "/")))
      }
    }
    var seen: Set<String> = []
    return paths.filter { seen.insert($0).inserted }
  }

  /// Whether `path` is the file that a person calls `name`: its last components are the same.
  public static func path(_ path: String, endsWith name: String) -> Bool {
    let parts = Path.normalized(path).split(separator: "/")
    let wanted = Path.normalized(name).split(separator: "/")
    return parts.count >= wanted.count && Array(parts.suffix(wanted.count)) == Array(wanted)
  }

  private func find(_ file: String) -> SourceText? {
    if let bytes = embedded(file) { return SourceText(path: file, bytes: bytes) }
    for path in candidates(for: file) {
      // Only what can be mapped: the path is the debug information's word.
      if let storage = try? ByteStorage.file(path, kinds: .regular, limits: options.limits),
        storage.count <= options.limits.sourceBytes
      {
        return SourceText(path: path, bytes: Bytes(storage))
      }
    }
    return nil
  }
}
