import ByteCursor
import DwarfEval

/// A unit's functions with their variables, by name: what two builds of one program are compared by.
struct FunctionDetails {
  /// By the name that linkers see, which is unique where languages overload.
  private(set) var functions: [String: FunctionQuality] = [:]
  private let dwarf: Dwarf
  private let budget: QualityBudget
  /// By where the entry stands that has the name, or leads to it.
  private var functionNames: [UInt64: String?] = [:]
  private var variableNames: [UInt64: String?] = [:]

  /// A name longer than this does not get better.
  private static let nameBytes = 1000

  init(_ dwarf: Dwarf, budget: QualityBudget) {
    self.dwarf = dwarf
    self.budget = budget
  }

  /// The name of the function, or of the one that was inlined, with the entry `entry`.
  mutating func name(of entry: Entry, _ facts: EntryFacts) -> String? {
    let place = (facts.origin ?? facts.specification)?.sectionOffset(from: entry.unit) ?? entry.sectionOffset
    if let known = functionNames[place] { return known }
    let info = dwarf.info(entry.unit, at: entry.offset)
    let name = kept(info?.linkageName ?? info?.name)
    functionNames[place] = .some(name)
    return name
  }

  /// The name of a variable.
  mutating func name(ofVariable entry: Entry, _ facts: EntryFacts? = nil) -> String? {
    let facts = facts ?? EntryFacts(entry)
    let reference = facts.name == nil ? facts.origin ?? facts.specification : nil
    let place = reference?.sectionOffset(from: entry.unit) ?? entry.sectionOffset
    if let known = variableNames[place] { return known }
    var next: (entry: Entry, facts: EntryFacts)? = (entry, facts)
    var name: String?
    for _ in 0...dwarf.limits.references {
      guard let (entry, facts) = next else { break }
      if let value = facts.name {
        name = kept(entry.unit.string(value))
        break
      }
      next = (facts.origin ?? facts.specification).flatMap { dwarf.entry($0, from: entry.unit) }
        .map { ($0, EntryFacts($0)) }
    }
    variableNames[place] = .some(name)
    return name
  }

  private func kept(_ name: String?) -> String? {
    guard let name = name?.clipped(toBytes: Self.nameBytes), budget.spend(name.utf8.count + 64, of: .names) else {
      return nil
    }
    return name
  }

  /// Changes what is kept of a function.
  mutating func update(_ name: String?, _ change: (inout FunctionQuality) -> Void) {
    guard let name else { return }
    change(&functions[name, default: FunctionQuality()])
  }
}
