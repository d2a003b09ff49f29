import ByteCursor
import Synchronization

/// The abbreviation tables that have been read, by their offset.
final class AbbreviationCache: Sendable {
  private struct Key: Hashable {
    let offset: DebugAbbrevOffset
    let encoding: UnitEncoding
  }
  private struct State {
    var tables: [Key: AbbreviationTable] = [:]
    /// Tables in which a single declaration was looked for.
    var visited: Set<Key> = []
    /// Bytes that may yet be read. Tables do not overlap in honest files; in others, units at every offset of a
    /// large table could ask for each of its tails.
    var budget: Int
  }
  private let section: DebugAbbrev
  private let log: DiagnosticLog
  private let state: Mutex<State>

  init(_ section: DebugAbbrev, log: DiagnosticLog) {
    self.section = section
    self.log = log
    let (budget, overflow) = section.bytes.count.multipliedReportingOverflow(by: 16)
    state = Mutex(State(budget: overflow ? .max : budget))
  }

  /// The table at `offset`.
  /// - Throws: `offsetOutOfBounds`, `overLimit`.
  func table(at offset: DebugAbbrevOffset, encoding: UnitEncoding) throws(ReadError) -> AbbreviationTable {
    let key = Key(offset: offset, encoding: encoding)
    let (known, isSpent) = state.withLock { ($0.tables[key], $0.budget < 0) }
    if let known { return known }
    let cursor = try section.cursor(at: offset.rawValue)
    if isSpent { throw cursor.error(.overLimit).within(DebugAbbrev.name) }
    // Outside of the lock, so that units do not wait for each other's tables; two that share one may both read it.
    let table = AbbreviationTable(cursor, encoding: encoding)
    if let problem = table.problem { log.add(problem, lost: "the end of an abbreviation table") }
    return state.withLock {
      if let known = $0.tables[key] { return known }
      $0.tables[key] = table
      $0.budget -= table.size
      return table
    }
  }

  /// The declaration of `code` alone: a unit's root has the first one or one of the first, and for most
  /// units nothing else is ever asked.
  /// - Throws: `unknownAbbreviation` besides what reading the table throws.
  func declaration(
    of code: UInt64, at offset: DebugAbbrevOffset, encoding: UnitEncoding
  ) throws(ReadError) -> EntryLayout {
    let key = Key(offset: offset, encoding: encoding)
    let isFirstVisit = state.withLock { $0.tables[key] == nil && $0.visited.insert(key).inserted && $0.budget >= 0 }
    guard isFirstVisit else {
      let table = try table(at: offset, encoding: encoding)
      guard let abbreviation = table.abbreviation(code) else {
        throw ReadError(.unknownAbbreviation, value: code, offset: section.bytes.fileOffset)
      }
      return EntryLayout(
        abbreviation, attributes: Array(table.attributes(of: abbreviation)), constants: table.constants)
    }
    let cursor = try section.cursor(at: offset.rawValue)
    var reader = AbbreviationReader(cursor, encoding: encoding)
    defer { state.withLock { $0.budget -= reader.position - cursor.position } }
    do throws(ReadError) {
      while let (known, abbreviation) = try reader.next() {
        guard known == code else { continue }
        let attributes = reader.attributes[Int(abbreviation.firstAttribute)...]
        return EntryLayout(abbreviation, attributes: Array(attributes), constants: reader.constants)
      }
    } catch {
      throw error.within(DebugAbbrev.name)
    }
    throw ReadError(.unknownAbbreviation, value: code, offset: section.bytes.fileOffset)
  }
}

/// One abbreviation on its own.
struct EntryLayout {
  let tag: DwTag
  let hasChildren: Bool
  let attributes: [AttributeSpec]
  let constants: [Int64]

  init(_ abbreviation: Abbreviation, attributes: [AttributeSpec], constants: [Int64]) {
    tag = abbreviation.tag
    hasChildren = abbreviation.hasChildren
    self.attributes = attributes
    self.constants = constants
  }
}
