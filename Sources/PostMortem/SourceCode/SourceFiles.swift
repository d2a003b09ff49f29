import ByteCursor

/// The text of one source file, by lines.
public struct SourceText: Sendable {
  /// The path it was read from.
  public let path: String
  /// What speaks against its being what was compiled; nil where nothing does.
  public let change: SourceChange?
  private let bytes: Bytes
  /// Where each line starts in `bytes`.
  private let starts: [Int]

  init(path: String, bytes: Bytes, change: SourceChange? = nil) {
    self.path = path
    self.change = change
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
  /// What debug information says of a file.
  struct Knowledge {
    /// The text that it carries itself.
    var text: Bytes?
    /// What tells whether a file is what was compiled.
    var records: [SourceRecord] = []
  }
  private let knowledge: (String) -> Knowledge

  /// A finder that looks in `folders` (next to the modules and the dump) after what `options` names.
  /// `knowledge` answers with what the debug information says of a file.
  init(options: SessionOptions, folders: [String], knowledge: @escaping (String) -> Knowledge = { _ in Knowledge() }) {
    self.options = options
    self.folders = folders
    self.knowledge = knowledge
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
      // A source map's paths count from where it stands, and may lead out of there.
      if options.opensRecordedSourcePaths, normal.hasPrefix("../") {
        paths.append(Path.normalized(Path.join(folder, normal)))
      }
      for drop in components.indices {
        paths.append(Path.join(folder, components[drop...].joined(separator: "/")))
      }
    }
    var seen: Set<String> = []
    return paths.filter { seen.insert($0).inserted }
  }

  /// Whether `path` is the file that a person calls `name`: its last components are the same.
  public static func path(_ path: String, endsWith name: String) -> Bool {
    let wanted = Path.normalized(name).split(separator: "/")
    // Most paths have another last component, and hostile ones are long.
    let last = path[
      (path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8.index(after: $0) } ?? path.startIndex)...]
    guard last.isEmpty || last == "." || last == ".." || last == wanted.last else { return false }
    let parts = Path.normalized(path).split(separator: "/")
    return parts.count >= wanted.count && Array(parts.suffix(wanted.count)) == Array(wanted)
  }

  private func find(_ file: String) -> SourceText? {
    let known = knowledge(file)
    if let bytes = known.text { return SourceText(path: file, bytes: bytes) }
    for path in candidates(for: file) {
      // Only what can be mapped: the path is the debug information's word.
      if let storage = try? ByteStorage.file(path, kinds: .regular, limits: options.limits),
        storage.count <= options.limits.sourceBytes
      {
        return SourceText(
          path: path, bytes: Bytes(storage), change: Self.change(of: storage, at: path, since: known.records))
      }
    }
    return nil
  }

  /// How a file differs from what was compiled. Several units may have compiled it, each its own version.
  private static func change(of storage: ByteStorage, at path: String, since records: [SourceRecord]) -> SourceChange? {
    guard !records.isEmpty else { return nil }
    let bytes = Bytes(storage)
    let digest = records.contains { $0.md5 != nil } ? MD5.digest(bytes) : []
    let differences = records.map { $0.difference(from: bytes, digest: digest, time: storage.modificationTime) }
    guard let difference = differences.compactMap(\.self).first else { return nil }
    let isPartly = differences.contains { $0 == nil }
    return SourceChange(
      "\(path) \(difference)" + (isPartly ? "; parts of the program were compiled from it as it is" : ""))
  }
}
