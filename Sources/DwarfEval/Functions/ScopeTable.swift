import ByteCursor

/// The entries of one unit that give their names to what is declared in them: entries do not know their parents.
///
/// Made only for units of which a qualified name is asked.
struct ScopeTable: Sendable {
  private struct Scope: Sendable {
    /// Where the entry starts, and where its family ends, in the unit.
    let start: UInt32
    var end: UInt32
    /// The scope around this one, -1 outermost.
    let parent: Int32
  }
  private var scopes: [Scope] = []

  init(_ unit: Unit) {
    guard let table = try? unit.abbreviations.get() else { return }
    do throws(ReadError) {
      try read(unit, table)
    } catch {
      unit.context.log.add(error.within(unit.sectionName), lost: "the names of enclosing scopes")
    }
  }

  /// Where the entries around the one at `offset` start, the innermost first; at most `limit`.
  func enclosing(_ offset: UnitOffset, limit: Int) -> [UnitOffset] {
    var low = 0
    var high = scopes.count
    while low < high {
      let middle = (low + high) / 2
      if UInt64(scopes[middle].start) < offset.rawValue { low = middle + 1 } else { high = middle }
    }
    var found: [UnitOffset] = []
    var index = low - 1
    while index >= 0, found.count < limit {
      let scope = scopes[index]
      if UInt64(scope.end) > offset.rawValue { found.append(UnitOffset(UInt64(scope.start))) }
      index = Int(scope.parent)
    }
    return found
  }

  private mutating func read(_ unit: Unit, _ table: AbbreviationTable) throws(ReadError) {
    let origin = unit.header.bytes.start
    var walker = try unit.walker(table)
    var open: [(scope: Int, depth: Int)] = []
    var depth = 0
    while let (start, abbreviation) = try walker.next() {
      guard let abbreviation else {
        depth -= 1
        while let last = open.last, depth < last.depth {
          scopes[last.scope].end = UInt32(truncatingIfNeeded: start - origin)
          open.removeLast()
        }
        continue
      }
      try walker.skipAttributes(of: abbreviation)
      guard abbreviation.hasChildren else { continue }
      depth += 1
      guard abbreviation.role == .scope || abbreviation.tag == .subprogram else { continue }
      let parent = open.last?.scope ?? -1
      guard let parent = Int32(exactly: parent) else { continue }
      open.append((scopes.count, depth))
      scopes.append(Scope(start: UInt32(truncatingIfNeeded: start - origin), end: .max, parent: parent))
    }
  }
}
