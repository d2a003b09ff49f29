import PostMortem

/// The debug quality of a module for people.
struct QualityText {
  private let quality: DebugQuality
  private let showsAll: Bool
  /// How many units are shown where not all are wanted.
  static let shown = 20

  init(_ quality: DebugQuality, showsAll: Bool) {
    self.quality = quality
    self.showsAll = showsAll
  }

  func write(to output: Output) {
    var facts = Facts(output)
    facts.add("debug info", Self.origin(of: quality))
    facts.add("compiled by", Self.list(quality.producers))
    facts.add("languages", Self.list(quality.languages))
    if quality.versions.count > 1 { facts.add("versions", Self.list(quality.versions)) }
    if !quality.isEmpty { for (name, text) in Self.lines(quality) { facts.add(name, text) } }
    for problem in quality.problems.prefix(12) { facts.add("problem", clipped(problem)) }
    if quality.problems.count > 12 { facts.add("problem", "… \(grouped(quality.problems.count - 12)) more") }
    facts.write()
    guard !quality.isEmpty else { return }
    output.line()
    writeUnits(to: output)
  }

  /// `DWARF 4 in the module, 12 units`.
  static func origin(of quality: DebugQuality) -> String {
    let version = quality.debugInfo.dwarfVersion.map { "DWARF \($0)" } ?? "debug information"
    let units = counted(quality.units.count, "unit")
    let path = quality.debugInfo.path ?? "another file"
    return switch quality.debugInfo.kind {
    case .embedded: "\(version) in the file, \(units)"
    case .separate: "\(version) in \(path), \(units)"
    case .mapped: "\(version) mapped from \(path), \(units)"
    case .split: "\(version), split: \(path), \(units)"
    case .none: "none"
    }
  }

  /// `clang version 21 (12 units), rustc 1.90 (1 unit)`.
  private static func list(_ values: [(name: String, units: Int)]) -> String {
    let shown = values.prefix(6).map { "\(clipped($0.name)) (\(counted($0.units, "unit")))" }
    return shown.joined(separator: ", ") + (values.count > 6 ? ", …" : "")
  }

  /// The totals.
  private static func lines(_ quality: DebugQuality) -> [(String, String)] {
    let total = quality.total
    var functions = [
      "\(grouped(total.functions)) with code",
      "\(Share(total.functionsWithLines, of: total.functions).text) with lines",
      "inlined at \(counted(total.inlinedFunctions, "place"))",
    ]
    if total.deadFunctions > 0 { functions.append("\(grouped(total.deadFunctions)) removed by the linker") }
    if let defined = quality.definedFunctions {
      functions.append("\(grouped(quality.unknownFunctions)) of the module's \(grouped(defined)) unknown")
    }
    var lines = [("functions", functions.joined(separator: ", "))]
    let instructions = total.instructions
    if instructions.total > 0 {
      let known = instructions.total - instructions.lineZero - instructions.withoutLine
      lines.append(
        (
          "instructions",
          "\(grouped(instructions.total)): \(Share(known, of: instructions.total).text) have a line, "
            + "\(Share(instructions.lineZero, of: instructions.total).text) line 0, "
            + "\(Share(instructions.withoutLine, of: instructions.total).text) none"
        ))
    } else {
      lines.append(
        (
          "code",
          "\(sizeText(total.functionBytes)): \(Share(total.lineBytes, of: total.functionBytes).text) have a line, "
            + "\(Share(total.lineZeroBytes, of: total.functionBytes).text) line 0"
        ))
    }
    lines.append(("parameters", text(of: total.parameters)))
    lines.append(("locals", text(of: total.locals)))
    lines.append(
      ("globals", "\(grouped(total.globals)), \(Share(total.globalsLocated, of: total.globals).text) with a location"))
    let lists = [
      (total.damagedLocationLists, "damaged location list"), (total.damagedRangeLists, "damaged range list"),
    ].filter { $0.0 > 0 }.map { counted($0.0, $0.1) }
    let dead = total.deadListEntries
    let deadEntries = dead > 0 ? ["\(grouped(dead)) list \(dead == 1 ? "entry" : "entries") without code"] : []
    if !lists.isEmpty || dead > 0 { lines.append(("lists", (lists + deadEntries).joined(separator: ", "))) }
    return lines
  }

  private static func text(of coverage: VariableCoverage) -> String {
    var text =
      "\(grouped(coverage.count)), \(Share(coverage.located, of: coverage.count).text) with a location, "
      + "\(Share(coverage.coveredBytes, of: coverage.scopeBytes).text) of their scope covered"
    if coverage.missing > 0 { text += "; \(grouped(coverage.missing)) more optimised out" }
    return text
  }

  private func writeUnits(to output: Output) {
    output.line(output.style(.heading, "units") + ", the worst first")
    let style = output.style
    output.line(style(.faint, "  functions    lines  parameters    locals    line 0   no line  unit"))
    let units = showsAll ? quality.worstUnits : Array(quality.worstUnits.prefix(Self.shown))
    for unit in units {
      guard !Interrupt.isRaised else { return }
      let counts = unit.counts
      let columns = [
        (grouped(counts.functions), 11),
        (Share(counts.functionsWithLines, of: counts.functions).text, 9),
        (Share(counts.parameters.coveredBytes, of: counts.parameters.scopeBytes).text, 12),
        (Share(counts.locals.coveredBytes, of: counts.locals.scopeBytes).text, 10),
        (Share(counts.instructions.lineZero, of: counts.instructions.total).text, 10),
        (Share(counts.instructions.withoutLine, of: counts.instructions.total).text, 10),
      ]
      let name = unit.name ?? "unit at \(hex(unit.offset))"
      output.line(columns.map { $0.0.leftPadded($0.1) }.joined() + "  " + escaped(clipped(name)))
      for problem in unit.problems.prefix(3) { output.line("      " + style(.warning, escaped(clipped(problem)))) }
    }
    let more = quality.units.count - units.count
    if more > 0 { output.line("  … \(counted(more, "more unit")); --all shows them") }
  }
}
