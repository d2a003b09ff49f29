import ByteCursor
import DwarfEval

/// One pass over a unit's entries that judges its functions and variables.
struct UnitScan {
  /// A function with code of its own, for whoever counts instructions.
  struct CodeOwner: Sendable {
    let low: CodeAddress
    let high: CodeAddress
  }

  private let unit: Unit
  private let budget: QualityBudget
  private let limits: Limits
  private var lists: ListReading
  private var shared: SharedVariables
  /// The unit's functions by name, where that is asked for.
  private var details: FunctionDetails?
  private var open: [Scope] = []

  private(set) var counts = QualityCounts()
  private(set) var owners: [CodeOwner] = []
  private(set) var lines = LineRuns()
  private(set) var problems: [String] = []
  /// The functions by name.
  var functions: [String: FunctionQuality] { details?.functions ?? [:] }

  /// A function, an inlined one or a block, whose children are being read.
  private struct Scope {
    /// Where its entry stands.
    let depth: Int
    let code: RangeSet
    let bytes: UInt64
    /// The name of the function that it belongs to, where functions are told apart.
    let function: String?
    /// Where the function that it belongs to stands among the open scopes.
    let owner: Int
    /// Of a function that is described elsewhere, the variables that it has there.
    var expected: [SharedVariables.Element] = []
    /// Those of them that have an entry here.
    var seen: Set<UInt64> = []
  }

  init(_ unit: Unit, dwarf: Dwarf, budget: QualityBudget, withDetails: Bool) {
    self.unit = unit
    self.budget = budget
    limits = dwarf.limits
    lists = ListReading(unit, budget: budget, limits: dwarf.limits)
    shared = SharedVariables(dwarf, budget: budget)
    details = withDetails ? FunctionDetails(dwarf, budget: budget) : nil
  }

  mutating func run() {
    readLines()
    do throws(ReadError) {
      try walk()
    } catch {
      problems.append(Diagnostic(error, lost: "the entries at the end of a unit").description)
    }
    while !open.isEmpty { close() }
    counts.damagedLocationLists = lists.damagedLocationLists
    counts.damagedRangeLists = lists.damagedRangeLists
    counts.deadListEntries = lists.deadEntries
  }

  private mutating func readLines() {
    guard let header = unit.lineProgramHeader() else { return }
    guard budget.spend(header.program.count, of: .lines) else {
      problems.append("the line program is one of too many that share their bytes; it was not read")
      return
    }
    problems += header.diagnostics.map(\.description)
    lines = LineRuns(header.rows(limits: limits))
    if let problem = lines.problem {
      problems.append(Diagnostic(problem, lost: "the rest of a line number program").description)
    }
  }

  private mutating func walk() throws(ReadError) {
    var reader = try unit.entries()
    guard try reader.next() != nil else { return }
    /// The depth of an entry whose children describe no code; `max` outside of one.
    var skipped = Int.max
    while let entry = try reader.next() {
      let depth = reader.depth
      if depth > skipped { continue }
      skipped = .max
      while let last = open.last, last.depth >= depth { close() }
      switch entry.tag {
      case .subprogram: if !function(entry, depth: depth) { skipped = depth }
      case .inlinedSubroutine: if !inlined(entry, depth: depth) { skipped = depth }
      case .lexicalBlock, .tryBlock, .catchBlock, .withStmt: block(entry, depth: depth)
      case .variable, .formalParameter: variable(entry)
      case .subroutineType: skipped = depth
      default: break
      }
    }
  }

  // MARK: Scopes

  /// Opens a function; false where it has no code.
  private mutating func function(_ entry: Entry, depth: Int) -> Bool {
    let facts = EntryFacts(entry)
    guard !facts.isDeclaration, !facts.isAbstract else { return false }
    switch lists.code(facts) {
    case .none: return false
    case .dead:
      counts.deadFunctions += 1
      return false
    case .ranges(let code):
      let bytes = code.count
      var lineBytes: UInt64 = 0
      for range in code.ranges {
        let known = lines.bytes(in: range)
        lineBytes &+= known.line
        counts.lineZeroBytes &+= known.lineZero
      }
      counts.functions += 1
      counts.functionsWithLines += lineBytes > 0 ? 1 : 0
      counts.functionBytes &+= bytes
      counts.lineBytes &+= lineBytes
      for range in code.ranges { owners.append(CodeOwner(low: range.low, high: range.high)) }
      let name = details?.name(of: entry, facts)
      details?.update(name) {
        $0.own += 1
        $0.codeBytes &+= bytes
        $0.lineBytes &+= lineBytes
      }
      push(facts, depth: depth, code: code, name: name)
      return true
    }
  }

  /// Opens a function that was inlined; false where nothing of its code is left.
  private mutating func inlined(_ entry: Entry, depth: Int) -> Bool {
    let facts = EntryFacts(entry)
    guard case .ranges(let code) = lists.code(facts) else { return false }
    counts.inlinedFunctions += 1
    let name = details?.name(of: entry, facts)
    details?.update(name) { $0.inlined += 1 }
    push(facts, depth: depth, code: code, name: name)
    return true
  }

  private mutating func push(_ facts: EntryFacts, depth: Int, code: RangeSet, name: String?) {
    var scope = Scope(depth: depth, code: code, bytes: code.count, function: name, owner: open.count)
    if let origin = facts.origin { scope.expected = shared.variables(of: origin, from: unit) }
    open.append(scope)
  }

  /// Opens a block. One that says nothing of its code has that of what is around it.
  private mutating func block(_ entry: Entry, depth: Int) {
    guard let outer = open.last, entry.hasChildren else { return }
    var code = outer.code
    if case .ranges(let own) = lists.code(EntryFacts(entry)) { code = own }
    open.append(Scope(depth: depth, code: code, bytes: code.count, function: outer.function, owner: outer.owner))
  }

  private mutating func close() {
    let scope = open.removeLast()
    guard scope.expected.count > scope.seen.count, budget.spend(scope.expected.count, of: .entries) else { return }
    for element in scope.expected where !scope.seen.contains(element.offset) {
      var coverage = VariableCoverage()
      coverage.missing = 1
      coverage.missingBytes = scope.bytes
      let name = details?.name(ofVariable: element.entry)
      add(coverage, isParameter: element.isParameter, function: scope.function, name: name)
    }
  }

  // MARK: Variables

  private mutating func variable(_ entry: Entry) {
    let facts = EntryFacts(entry)
    guard !open.isEmpty else { return global(entry, facts) }
    guard entry.tag == .formalParameter || !facts.isDeclaration else { return }
    let innermost = open.count - 1
    let bytes = open[innermost].bytes
    var coverage = VariableCoverage()
    coverage.count = 1
    coverage.scopeBytes = bytes
    if facts.hasConstant {
      coverage.located = 1
      coverage.coveredBytes = bytes
    } else if let value = facts.location {
      let location = lists.location(value, in: open[innermost].code, bytes: bytes)
      coverage.located = location.isLocated ? 1 : 0
      coverage.coveredBytes = location.covered
      coverage.nowhereBytes = location.nowhere
    }
    let owner = open[innermost].owner
    if !open[owner].expected.isEmpty, let origin = facts.origin?.sectionOffset(from: unit) {
      open[owner].seen.insert(origin)
    }
    let name = details?.name(ofVariable: entry, facts)
    add(coverage, isParameter: entry.tag == .formalParameter, function: open[innermost].function, name: name)
  }

  private mutating func global(_ entry: Entry, _ facts: EntryFacts) {
    guard entry.tag == .variable, !facts.isDeclaration, !isRemoved(facts.location) else { return }
    counts.globals += 1
    // Where there is no scope, a list of places in code says no more than that there is something.
    let isLocated = facts.hasConstant || facts.location.map { $0.expression?.isEmpty != true } ?? false
    counts.globalsLocated += isLocated ? 1 : 0
  }

  /// Whether a location is an address that stands for data which a linker removed.
  private func isRemoved(_ location: FormValue?) -> Bool {
    guard var cursor = location?.expression?.cursor(), (try? cursor.u8()) == DwOperation.addr.rawValue,
      let address = try? cursor.address(unit.encoding)
    else { return false }
    return address >= unit.encoding.largestAddress &- 1
  }

  private mutating func add(_ coverage: VariableCoverage, isParameter: Bool, function: String?, name: String?) {
    if isParameter { counts.parameters.add(coverage) } else { counts.locals.add(coverage) }
    guard let name else { return }
    details?.update(function) { $0.variables[name, default: VariableCoverage()].add(coverage) }
  }
}
