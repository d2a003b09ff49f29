import ByteCursor
import Synchronization

/// Code that belongs to a line of a source file.
public struct LinePlace: Hashable, Sendable {
  /// The file's path, absolute where the debugging information says enough for it.
  public let file: String
  /// The addresses, and the row of the line table that says so.
  public let span: LineSpan
}

extension Dwarf {
  /// The code of `line` in the files whose paths `isFile` accepts, by ascending address. A line without code stands
  /// for the next one of its file that has some; the rows say which. Reads the line tables that name such a file.
  public func places(line: UInt32, isFile: @Sendable (String) -> Bool) -> [LinePlace] {
    let found = Mutex<Set<LinePlace>>([])
    Self.inParallel(units) { unit in
      guard let table = unit.lineTable else { return }
      // A path may stand in a table more than once.
      var files: [String: [UInt32]] = [:]
      for index in table.fileIndices {
        guard let path = try? table.path(ofFile: UInt64(index)), isFile(path) else { continue }
        files[path, default: []].append(UInt32(clamping: index))
      }
      for (path, indices) in files {
        let places = table.places(line: line, files: indices).map { LinePlace(file: path, span: $0) }
        found.withLock { $0.formUnion(places) }
      }
    }
    let all = found.withLock { $0 }
    // One unit may have code of the line itself where another has only some of a later one.
    var best: [String: UInt32] = [:]
    for place in all { best[place.file] = min(best[place.file] ?? .max, place.span.row.line) }
    return all.filter { $0.span.row.line == best[$0.file] }
      .sorted { ($0.span.row.address, $0.span.end, $0.file) < ($1.span.row.address, $1.span.end, $1.file) }
  }

  /// The line that the code at `address` belongs to, with the addresses around it that one row of the line table is
  /// about; nil where no line table knows it.
  public func place(at address: CodeAddress) -> LinePlace? {
    guard let unit = unit(containing: address), let table = unit.lineTable, let span = table.span(holding: address),
      let path = try? table.path(ofFile: UInt64(span.row.file))
    else { return nil }
    return LinePlace(file: path, span: span)
  }
}
