import ByteCursor
import DwarfEval
import Synchronization
import WasmBinary

/// Judges the debug information of one module, its units side by side.
struct QualityReader {
  let dwarf: Dwarf
  /// The code that the debug information is about; nil where that is not at hand.
  let code: FunctionBodies?
  let withDetails: Bool
  let progress: (@Sendable (_ what: String, _ fraction: Double) -> Void)?

  /// What is kept of a unit until all are read.
  private struct Scanned: Sendable {
    var quality: UnitQuality
    var owners: [UnitScan.CodeOwner]
    var lines: LineRuns
  }

  /// Fills in all but where the debug information is.
  func read(into quality: inout DebugQuality) {
    var units = scan()
    if let code { countInstructions(code, &units, &quality) }
    for unit in units {
      quality.units.append(unit.quality)
      quality.total.add(unit.quality.counts)
    }
    quality.problems += dwarf.diagnostics.map(\.description)
  }

  // MARK: Entries

  private func scan() -> [Scanned] {
    let units = dwarf.contentUnits.filter { !$0.header.isTypeUnit }
    let sections = dwarf.sections
    let budget = QualityBudget(
      bytes: [
        sections.info.bytes, sections.line.bytes, sections.loc.bytes, sections.locLists.bytes, sections.ranges.bytes,
        sections.rngLists.bytes,
      ].reduce(0) { $0 + $1.count } + units.reduce(0) { $0 + ($1.dwoName == nil ? 0 : $1.header.bytes.count) })
    let results = Mutex([Scanned?](repeating: nil, count: units.count))
    let done = Atomic(0)
    Parallel.forEach(Array(units.enumerated()), size: { $0.element.header.bytes.count }) { index, unit in
      let scanned = scan(unit, budget: budget)
      // What was found is kept; the entries are the bulk of the memory that many units take.
      unit.header.bytes.discard()
      results.withLock { $0[index] = scanned }
      let count = done.add(1, ordering: .relaxed).newValue
      progress?("reading the debug information", Double(count) / Double(units.count))
    }
    return results.withLock { $0.compactMap(\.self) }
  }

  private func scan(_ unit: Unit, budget: QualityBudget) -> Scanned {
    var scan = UnitScan(unit, dwarf: dwarf, budget: budget, withDetails: withDetails)
    scan.run()
    func kept(_ text: String?) -> String? {
      guard let text = text?.clipped(toBytes: 1000), budget.spend(text.utf8.count, of: .names) else { return nil }
      return text
    }
    var quality = UnitQuality(
      name: kept(unit.name), producer: kept(unit.producer), language: unit.root.language.map(\.shortName),
      offset: unit.header.offset, version: Int(unit.encoding.version))
    quality.counts = scan.counts
    quality.functions = scan.functions
    quality.problems = scan.problems
    if unit.header.type == .skeleton || unit.dwoName != nil && scan.counts == QualityCounts() {
      quality.problems.append("its entries are in \(kept(unit.dwoName) ?? "another file"), which was not found")
    }
    return Scanned(quality: quality, owners: scan.owners, lines: scan.lines)
  }

  // MARK: Code

  /// Which unit's lines count for which body. Of several units that describe one body, which linkers that merge functions
  /// leave behind, the one whose description fits best has it, as in lookups.
  private func owners(of code: FunctionBodies, _ units: [Scanned]) -> [Int?] {
    var best: [CodeAddress: (unit: Int, high: CodeAddress)] = [:]
    var isBody: [CodeAddress: CodeAddress] = [:]
    isBody.reserveCapacity(code.count)
    for body in code { isBody[body.codeAddress] = body.end }
    for (index, unit) in units.enumerated() {
      for owner in unit.owners {
        guard let end = isBody[owner.low] else { continue }
        if let known = best[owner.low], known.high == end || owner.high != end { continue }
        best[owner.low] = (index, owner.high)
      }
    }
    return code.map { best[$0.codeAddress]?.unit }
  }

  /// Gives bodies that no unit describes as functions to units that have no functions but lines: assemblers write those.
  private func addLineOwners(to owners: inout [Int?], of code: FunctionBodies, _ units: [Scanned]) {
    for (index, unit) in units.enumerated() where unit.owners.isEmpty {
      for start in unit.lines.starts {
        guard let body = code.body(containing: start) else { continue }
        let position = Int(body.function - code.firstFunction)
        if owners[position] == nil { owners[position] = index }
      }
    }
  }

  private func countInstructions(_ code: FunctionBodies, _ units: inout [Scanned], _ quality: inout DebugQuality) {
    var owners = owners(of: code, units)
    quality.definedFunctions = code.count
    quality.unknownFunctions = owners.count { $0 == nil }
    addLineOwners(to: &owners, of: code, units)
    /// The bodies of each unit; of no unit under −1.
    var positions: [Int: [Int]] = [:]
    for (position, owner) in owners.enumerated() { positions[owner ?? -1, default: []].append(position) }
    let results = Mutex([Int: InstructionCounts]())
    let (lines, limits) = (units.map(\.lines), dwarf.limits)
    Parallel.forEach(Array(positions), size: { $0.value.count }) { unit, positions in
      let runs = lines.indices.contains(unit) ? lines[unit] : LineRuns()
      var counts = InstructionCounts()
      for position in positions { counts.add(InstructionCounts(code[position], lines: runs, limits: limits)) }
      results.withLock { $0[unit] = counts }
    }
    for (unit, counts) in results.withLock({ $0 }) {
      if units.indices.contains(unit) {
        units[unit].quality.counts.instructions = counts
      } else {
        quality.total.instructions.add(counts)
      }
    }
  }
}

extension DebugQuality {
  /// Judges the debug information of `module`, which was read from `path` (nil for none): its own, or that of a debug file
  /// which is found as a session finds it.
  /// - Parameter withFunctions: with `UnitQuality.functions`, which takes memory for each variable.
  public init(_ module: WasmModule, path: String?, options: SessionOptions, withFunctions: Bool = false) {
    let opened = DebugModule(
      module, path: path, index: 0, name: path.map(Path.baseName) ?? "",
      finder: DebugFileFinder(options: options, store: ModuleStore(limits: options.limits)))
    debugInfo = opened.info.debugInfo
    problems = opened.info.debugFileProblems
    guard let dwarf = opened.dwarf else { return }
    // Addresses of debug information that is mapped count in the other link's code, which need not be at hand.
    let code = debugInfo.kind == .mapped || module.code == nil ? nil : module.bodies
    QualityReader(dwarf: dwarf, code: code, withDetails: withFunctions, progress: options.progress).read(into: &self)
  }
}

extension DwLanguage {
  /// Without the prefix that all have.
  fileprivate var shortName: String {
    let text = description
    return text.hasPrefix(Self.prefix) ? String(text.dropFirst(Self.prefix.count)) : text
  }
}
