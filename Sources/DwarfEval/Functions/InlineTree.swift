import ByteCursor

/// Where a subroutine was called before it was inlined (DWARF 5, 3.3.8.2).
public struct CallSite: Hashable, Sendable {
  /// The file's index in the line table of the unit that holds the call; nil where none is said.
  public internal(set) var file: UInt64?
  /// The line, from 1; 0 where none is said.
  public internal(set) var line: UInt64 = 0
  /// The column, from 1; 0 where none is said.
  public internal(set) var column: UInt64 = 0
}

/// An inlined subroutine's entry, and where it was called.
struct InlinedEntry {
  let offset: UInt32
  let callSite: CallSite
}

/// The subroutines that were inlined into one function, and into each other.
///
/// Where they nest is found in one pass over the function's entries; the code of each is read when an address leads
/// to its surroundings. Large functions have thousands, most of which no question ever comes near.
struct InlineTree: Sendable {
  /// An inlined subroutine. The nodes stand in the order of their entries: outer ones before inner ones.
  private struct Node: Sendable {
    /// Where its entry starts in the unit.
    let offset: UInt32
    /// The number of the first node behind this one's family.
    var end: UInt32
    /// Where its ranges stand in `ranges`, once they are read.
    var firstRange: UInt32 = 0
    var rangeCount: UInt32?
  }

  private var nodes: [Node] = []
  private var ranges: [CodeRange] = []
  private var budget: RangeBudget

  /// Reads what stands below the function's entry at `offset` of `unit`; what cannot be read is missing and noted.
  init(_ unit: Unit, function offset: UInt32) {
    budget = unit.codeRanges().budget
    guard let table = try? unit.abbreviations.get() else { return }
    do throws(ReadError) {
      try read(unit, table, offset)
    } catch {
      unit.context.log.add(error.within(unit.sectionName), lost: "inlined subroutines of a function")
    }
    // What was open when reading stopped ends here.
    for index in nodes.indices where nodes[index].end == .max { nodes[index].end = UInt32(clamping: nodes.count) }
  }

  private mutating func read(_ unit: Unit, _ table: AbbreviationTable, _ offset: UInt32) throws(ReadError) {
    let origin = unit.header.bytes.start
    var walker = EntryWalker(
      try unit.header.bytes.cursor(at: UInt64(offset)), table: table, encoding: unit.encoding)
    /// The nodes that are open, with the depth of their children.
    var open: [(node: Int, depth: Int)] = []
    var depth = 0
    /// The depth of the children of a nested function, whose inlined subroutines are not ours; 0 outside of one.
    var foreign = 0
    while let (start, abbreviation) = try walker.next() {
      guard let abbreviation else {
        depth -= 1
        if depth <= 0 { return }
        if depth < foreign { foreign = 0 }
        while let last = open.last, depth < last.depth {
          nodes[last.node].end = UInt32(clamping: nodes.count)
          open.removeLast()
        }
        continue
      }
      try walker.skipAttributes(of: abbreviation)
      let isNode = abbreviation.role == .inlined && foreign == 0
      if isNode {
        let end: UInt32 = abbreviation.hasChildren ? .max : UInt32(clamping: nodes.count + 1)
        nodes.append(Node(offset: UInt32(truncatingIfNeeded: start - origin), end: end))
      }
      if abbreviation.hasChildren {
        depth += 1
        if isNode { open.append((nodes.count - 1, depth)) }
        if abbreviation.tag == .subprogram, depth > 1, foreign == 0 { foreign = depth }
      }
      if depth == 0 { return }
    }
  }

  /// The inlined subroutines around `address`, the outermost first.
  mutating func chain(at address: CodeAddress, in unit: Unit) -> [InlinedEntry] {
    guard !nodes.isEmpty, let table = try? unit.abbreviations.get() else { return [] }
    let codeRanges = unit.codeRanges()
    let bytes = unit.header.bytes
    var chain: [InlinedEntry] = []
    var index = 0
    var end = nodes.count
    while index < end {
      if nodes[index].rangeCount == nil { readRanges(of: index, bytes, table, codeRanges, unit.context.log) }
      if holds(nodes[index], address) {
        let offset = nodes[index].offset
        chain.append(InlinedEntry(offset: offset, callSite: CallSite(unit, at: offset)))
        end = Int(nodes[index].end)
        index += 1
      } else {
        index = Int(nodes[index].end)
      }
    }
    return chain
  }

  private func holds(_ node: Node, _ address: CodeAddress) -> Bool {
    var index = Int(node.firstRange)
    let end = index + Int(node.rangeCount ?? 0)
    while index < end {
      if ranges[index].contains(address) { return true }
      index += 1
    }
    return false
  }

  private mutating func readRanges(
    of index: Int, _ bytes: Bytes, _ table: AbbreviationTable, _ codeRanges: CodeRangeReader, _ log: DiagnosticLog
  ) {
    let first = ranges.count
    do throws(ReadError) {
      var cursor = try bytes.cursor(at: UInt64(nodes[index].offset))
      if let abbreviation = table.abbreviation(try cursor.uleb64()) {
        let code = try CodeAttributes(&cursor, abbreviation, table: table, encoding: codeRanges.encoding)
        try codeRanges.append(code, to: &ranges, budget: &budget)
      }
    } catch {
      log.add(error, lost: "an inlined subroutine's address ranges")
    }
    nodes[index].firstRange = UInt32(clamping: first)
    nodes[index].rangeCount = UInt32(clamping: ranges.count - first)
  }
}

extension CallSite {
  /// What the inlined subroutine's entry at `offset` of `unit` says.
  fileprivate init(_ unit: Unit, at offset: UInt32) {
    guard var attributes = try? unit.entry(at: UnitOffset(UInt64(offset))).attributes else { return }
    while let (name, value) = try? attributes.next() {
      switch name {
      case .callFile: file = value.unsignedValue
      case .callLine: line = value.unsignedValue ?? 0
      case .callColumn: column = value.unsignedValue ?? 0
      default: break
      }
    }
  }
}
