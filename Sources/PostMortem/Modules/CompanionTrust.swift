import ByteCursor
import DwarfEval
import WasmBinary
import WasmInterp

/// What of a companion's debug information can be relied on where some functions of the shipped module differ.
///
/// A function that differs is of another source, and then what stands beside it in the file may have moved, though its code
/// is the same. So nothing is believed of the units that such functions are of, nor of lines in files that they have code of.
/// What else such a unit may include is not known: the companion names only files that its older source had code of. Of the
/// other units their own source files are believed, therefore, and no headers.
struct CompanionTrust: Sendable {
  private let dwarf: Dwarf
  private let units: Units
  private let files: Files
  /// Whether functions of one unit stand in another order than in the companion.
  let isReordered: Bool

  /// Units by what is believed of them.
  private enum Units {
    case all, none
    case but(Set<ObjectIdentifier>)
  }

  /// Source files by what is believed of them.
  private enum Files {
    case all, none
    case but(Set<String>)
    case only(Set<String>)
  }

  init(_ map: CodeMap, _ dwarf: Dwarf) {
    self.dwarf = dwarf
    let survey = map.survey
    let moved = survey.relation == .rewritten || map.hasSameOrder ? [] : Self.moved(map, dwarf)
    isReordered = !moved.isEmpty
    guard survey.relation == .different || survey.relation == .sameObjects && !(survey.missing.isEmpty && moved.isEmpty)
    else {
      (units, files) = (.all, .all)
      return
    }
    // Of a function that the companion has nothing of nobody knows what it was put beside.
    guard survey.refusal == nil, survey.listsAllUnmapped,
      survey.unmapped.allSatisfy({ map.companionFunction(of: $0.function) != nil }),
      let changed = ChangedSources(survey.missing + moved, dwarf)
    else {
      (units, files) = (.none, .none)
      return
    }
    units = .but(changed.units)
    files =
      survey.relation == .different
      ? .only(Self.ownFiles(of: dwarf, but: changed.units).subtracting(changed.files)) : .but(changed.files)
  }

  /// The companion's functions that come in front of others of their unit there, and behind them in the shipped module. Linkers
  /// take objects in another order, but not what is in them: it is the source that was put in order anew.
  private static func moved(_ map: CodeMap, _ dwarf: Dwarf) -> [Range<UInt64>] {
    var ends: [ObjectIdentifier: UInt64] = [:]
    return map.shipped.bodies.compactMap { body in
      guard let range = try? map.companionRange(of: body.function),
        let unit = dwarf.unit(containing: CodeAddress(range.lowerBound))
      else { return nil }
      let end = ends[ObjectIdentifier(unit)] ?? 0
      ends[ObjectIdentifier(unit)] = max(end, range.upperBound)
      return range.lowerBound < end ? range : nil
    }
  }

  /// The source files of all units but some: those that one unit alone is compiled from.
  private static func ownFiles(of dwarf: Dwarf, but changed: Set<ObjectIdentifier>) -> Set<String> {
    var units: [String: Int] = [:]
    let budget = QualityBudget(bytes: 0)
    for unit in dwarf.units {
      guard let path = unit.sourcePath else { continue }
      guard budget.spend(path.utf8.count, of: .names) else { return [] }
      units[path, default: 0] += 1
    }
    return Set(
      dwarf.units.lazy.filter { !changed.contains(ObjectIdentifier($0)) }.compactMap(\.sourcePath)
        .filter { units[$0] == 1 })
  }

  /// Whether the function at a described address is of a unit of which nothing has changed.
  func isOfThisSource(_ address: CodeAddress) -> Bool {
    switch units {
    case .all: true
    case .none: false
    case .but(let changed): dwarf.unit(containing: address).map { !changed.contains(ObjectIdentifier($0)) } ?? true
    }
  }

  /// Whether lines of a source file are those that the shipped module was compiled from, as far as is known.
  func isOfThisSource(file: String) -> Bool {
    switch files {
    case .all: true
    case .none: false
    case .but(let changed): !changed.contains(file)
    case .only(let believed): believed.contains(file)
    }
  }
}

/// The units that functions of a companion are of which the shipped module does not have, and the files that these name.
private struct ChangedSources {
  private(set) var units: Set<ObjectIdentifier> = []
  private(set) var files: Set<String> = []

  /// Functions that are looked at.
  private static let mostFunctions = 20_000

  /// Nil where there are too many to look at, or too much that they share.
  init?(_ functions: [Range<UInt64>], _ dwarf: Dwarf) {
    guard functions.count <= Self.mostFunctions else { return nil }
    let budget = QualityBudget(bytes: dwarf.sections.line.bytes.count)
    for range in functions {
      guard let unit = dwarf.unit(containing: CodeAddress(range.lowerBound)),
        units.insert(ObjectIdentifier(unit)).inserted, let header = unit.lineProgramHeader()
      else { continue }
      guard budget.spend(header.size, of: .lines) else { return nil }
      guard let table = unit.lineTable else { continue }
      // What the unit includes may have changed with it, whether or not code of the function is from there.
      for index in table.fileIndices {
        guard let path = try? table.path(ofFile: UInt64(index)) else { continue }
        guard budget.spend(path.utf8.count, of: .names) else { return nil }
        files.insert(path)
      }
    }
  }
}
