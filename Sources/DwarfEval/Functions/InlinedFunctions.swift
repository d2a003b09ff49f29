import ByteCursor
import Synchronization

extension Dwarf {
  /// The functions that were inlined (`DW_AT_inline`; DWARF 5, 3.3.8.1) and whose name, linkage name or qualified name is
  /// `name`: what is known of each, whether or not it has code of its own besides. Reads all units.
  public func inlinedFunctions(named name: String) -> [FunctionInfo] {
    let found = Mutex<[(unit: Int, infos: [FunctionInfo])]>([])
    let numbered = contentUnits.enumerated().map { (number: $0.offset, unit: $0.element) }
    Parallel.forEach(numbered, size: { $0.unit.header.bytes.count }) { work in
      let infos = work.unit.inlinedDeclarations().compactMap { offset in
        self.info(work.unit, at: offset).flatMap { self.isNamed($0, name) ? $0 : nil }
      }
      if !infos.isEmpty { found.withLock { $0.append((work.number, infos)) } }
    }
    return found.withLock { $0.sorted { $0.unit < $1.unit }.flatMap(\.infos) }
  }

  /// Whether `name` is the function's name, linkage name or qualified name.
  func isNamed(_ info: FunctionInfo, _ name: String) -> Bool {
    if info.name == name || info.linkageName == name { return true }
    // The last part of a qualified name is enough to leave most functions out.
    guard let simple = info.name, name.hasSuffix(simple) else { return false }
    return qualifiedName(info) == name
  }
}

extension Unit {
  /// Where the entries of functions that were inlined somewhere start.
  fileprivate func inlinedDeclarations() -> [UnitOffset] {
    var offsets: [UnitOffset] = []
    do throws(ReadError) {
      let table = try abbreviations.get()
      let origin = header.bytes.start
      let cursor = try header.bytes.cursor(at: header.entriesOffset.rawValue)
      var walker = EntryWalker(cursor, table: table, encoding: encoding)
      while let (start, abbreviation) = try walker.next() {
        guard let abbreviation else { continue }
        try walker.skipAttributes(of: abbreviation)
        guard abbreviation.tag == .subprogram, abbreviation.role != .function,
          table.attributes(of: abbreviation).contains(where: { $0.name == .inline })
        else { continue }
        let offset = UnitOffset(UInt64(start - origin))
        // 1 and 3: it was inlined, whether or not the source said so (table 7.20).
        if let code = try entry(at: offset)[.inline]?.unsignedValue, code & 1 == 1 { offsets.append(offset) }
      }
    } catch {
      context.log.add(error.within(sectionName), lost: "the inlined functions at the end of a unit")
    }
    return offsets
  }
}
