import ByteCursor
import DwarfEval

/// The variables of functions that are described once for all their copies (`DW_AT_abstract_origin`; DWARF 5, 3.3.8).
/// What a copy says of a variable is in an entry of its own; a variable that was optimised out there has none.
struct SharedVariables {
  /// A variable as the shared description has it.
  struct Element {
    let entry: Entry
    /// Where the entry stands in its section: how copies refer to it.
    var offset: UInt64 { entry.sectionOffset }
    var isParameter: Bool { entry.tag == .formalParameter }
  }

  private let dwarf: Dwarf
  private let budget: QualityBudget
  private var known: [UInt64: [Element]] = [:]

  init(_ dwarf: Dwarf, budget: QualityBudget) {
    self.dwarf = dwarf
    self.budget = budget
  }

  /// The variables of the function that `origin`, an attribute of an entry of `unit`, refers to.
  mutating func variables(of origin: FormValue, from unit: Unit) -> [Element] {
    guard let place = origin.sectionOffset(from: unit) else { return [] }
    if let elements = known[place] { return elements }
    var elements: [Element] = []
    if let function = dwarf.entry(origin, from: unit) { try? read(function, into: &elements) }
    known[place] = elements
    return elements
  }

  private func read(_ function: Entry, into elements: inout [Element]) throws(ReadError) {
    var reader = try function.unit.entries(from: function.offset)
    _ = try reader.next()
    /// How deep the children of the function and of blocks in it stand, the innermost last.
    var open = [1]
    while let entry = try reader.next() {
      guard budget.spend(1, of: .entries) else { return }
      while let last = open.last, last > reader.depth { open.removeLast() }
      guard open.last == reader.depth else { continue }
      switch entry.tag {
      case .formalParameter: elements.append(Element(entry: entry))
      case .variable: if entry[.declaration] == nil { elements.append(Element(entry: entry)) }
      case .lexicalBlock: if entry.hasChildren { open.append(reader.depth + 1) }
      default: break
      }
    }
  }
}
