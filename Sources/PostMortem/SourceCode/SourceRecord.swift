import ByteCursor
import DwarfEval
import Synchronization

/// What debug information says of a source file besides its path: how to know that a file is still the one that was
/// compiled (DWARF 5, 6.2.4.1).
struct SourceRecord: Sendable {
  /// The digest of its contents, 16 bytes.
  var md5: [UInt8]?
  /// When it was last modified, in seconds since 1970 as all producers count.
  var modificationTime: UInt64?
  /// Bytes.
  var size: UInt64?
  /// Its text, where the producer put it in.
  var text: Bytes?

  init?(_ file: LineFile) {
    md5 = file.md5?.array
    modificationTime = file.modificationTime
    size = file.size
    text = file.source
    if md5 == nil, modificationTime == nil, size == nil, text == nil { return nil }
  }

  /// How `bytes`, of a file that was modified at `time`, differs from what was compiled; nil where nothing says so. The
  /// digest says it for sure, the time alone does not: copying a file changes it.
  func difference(from bytes: Bytes, digest: [UInt8], time: Int64?) -> String? {
    if let md5 { return md5 == digest ? nil : "has changed since it was compiled (its MD5 is another)" }
    if let size, size != UInt64(bytes.count) {
      return "has changed since it was compiled (it has \(bytes.count) bytes and had \(size))"
    }
    if let modificationTime, let time, UInt64(exactly: time) != modificationTime {
      return "may have changed since it was compiled (it was modified at another time)"
    }
    return nil
  }
}

/// That a source file is not the one that was compiled, to be said once.
public final class SourceChange: Sendable {
  /// `/src/a.c has changed since it was compiled (its MD5 is another)`. Not escaped.
  public let message: String
  private let wasSaid = Atomic(false)

  init(_ message: String) { self.message = message }

  /// The message the first time, nil from then on.
  public func takeMessage() -> String? { wasSaid.exchange(true, ordering: .relaxed) ? nil : message }
}

extension DebugModule {
  /// All that the line tables say of the source file `path`. Reads their headers.
  func sourceRecords(of path: String) -> [SourceRecord] {
    guard let dwarf else { return [] }
    let name = Bytes(copying: Array(Path.baseName(path).utf8))
    let found = Mutex<[(unit: Int, record: SourceRecord)]>([])
    // Units that share a line program say it once.
    var seen: Set<UInt64> = []
    let units = dwarf.units.filter { unit in
      unit.root.lineProgram.map { seen.insert($0.rawValue).inserted } ?? false
    }
    let budget = QualityBudget(bytes: dwarf.sections.line.bytes.count)
    Parallel.forEach(units, size: { _ in 1 }) { unit in
      guard let header = unit.lineProgramHeader(), budget.spend(header.size, of: .lines) else { return }
      for index in header.fileIndices {
        // The last component leaves most files out, which a unit has hundreds of.
        guard let file = try? header.file(UInt64(index)), file.name.ends(with: name), header.path(of: file) == path,
          let record = SourceRecord(file)
        else { continue }
        found.withLock { $0.append((unit.index, record)) }
      }
    }
    return found.withLock { $0 }.sorted { $0.unit < $1.unit }.map(\.record)
  }

  /// The text of a source file that the debug information or the source map carries itself.
  func embeddedSource(of path: String) -> Bytes? { sourceMap?.map?.content(of: path) }

  /// The paths of all source files that the line tables or the source map name.
  func findSourcePaths() -> [String] {
    guard let dwarf else { return sourceMap?.map?.sources ?? [] }
    var seen: Set<String> = []
    var paths: [String] = []
    let budget = QualityBudget(bytes: dwarf.sections.line.bytes.count)
    for unit in dwarf.units {
      guard let header = unit.lineProgramHeader(), budget.spend(header.size, of: .lines) else { continue }
      for index in header.fileIndices {
        guard let path = try? header.path(ofFile: UInt64(index)), seen.insert(path).inserted else { continue }
        guard budget.spend(path.utf8.count, of: .names) else { return paths }
        paths.append(path)
      }
    }
    return paths
  }
}

extension LineProgramHeader {
  /// Bytes of the program with its header.
  var size: Int { Int(clamping: next.rawValue &- offset.rawValue) }
}

extension Bytes {
  /// Whether the last bytes are those of `other`.
  fileprivate func ends(with other: Bytes) -> Bool {
    count >= other.count && clamped(count - other.count, count: other.count).hasSameBytes(as: other)
  }
}
