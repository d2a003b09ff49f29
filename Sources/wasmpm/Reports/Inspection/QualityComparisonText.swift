import PostMortem

/// What a build step lost, for people.
struct QualityComparisonText {
  private let comparison: QualityComparison
  private let showsAll: Bool

  init(_ comparison: QualityComparison, showsAll: Bool) {
    self.comparison = comparison
    self.showsAll = showsAll
  }

  func write(to output: Output) {
    writeTotals(to: output)
    writeUnits(to: output)
    writeFunctions(to: output)
    writeVariables(to: output)
  }

  // MARK: Totals

  private func writeTotals(to output: Output) {
    let (before, after) = (comparison.before, comparison.after)
    func row(_ name: String, _ text: (DebugQuality) -> String) {
      output.line("  " + name.padded(34) + text(before).leftPadded(12) + text(after).leftPadded(12))
    }
    func share(_ name: String, _ share: @escaping (QualityCounts) -> Share) {
      row("  " + name) { share($0.total).text }
    }
    func number(_ name: String, _ number: @escaping (QualityCounts) -> Int) { row(name) { grouped(number($0.total)) } }
    output.line(output.style(.faint, String(repeating: " ", count: 36) + "      before       after"))
    row("units") { grouped($0.units.count) }
    number("functions with code") { $0.functions }
    share("with lines") { Share($0.functionsWithLines, of: $0.functions) }
    number("places where functions are inlined") { $0.inlinedFunctions }
    number("functions removed by the linker") { $0.deadFunctions }
    number("instructions") { $0.instructions.total }
    share("of line 0") { Share($0.instructions.lineZero, of: $0.instructions.total) }
    share("without any line") { Share($0.instructions.withoutLine, of: $0.instructions.total) }
    for (name, coverage) in [
      ("parameters", \QualityCounts.parameters as KeyPath<QualityCounts, VariableCoverage>), ("locals", \.locals),
    ] {
      number(name) { $0[keyPath: coverage].count }
      share("with a location") { Share($0[keyPath: coverage].located, of: $0[keyPath: coverage].count) }
      share("of their scope covered") {
        Share($0[keyPath: coverage].coveredBytes, of: $0[keyPath: coverage].scopeBytes)
      }
      row("  optimised out") { grouped($0.total[keyPath: coverage].missing) }
    }
    number("damaged lists") { $0.damagedLocationLists + $0.damagedRangeLists }
    number("list entries without code") { $0.deadListEntries }
    for (name, quality) in [("before", before), ("after", after)] {
      for problem in quality.problems.prefix(6) {
        output.line("  " + output.style(.warning, "\(name): \(escaped(clipped(problem)))"))
      }
    }
  }

  // MARK: What was lost

  private func writeUnits(to output: Output) {
    guard !comparison.units.isEmpty else { return }
    output.line()
    output.line(output.style(.heading, "units") + ", those that lost most first")
    output.line(output.style(.faint, "               lines           parameters               locals  unit"))
    list(comparison.units, "unit", to: output) { pair in
      func columns(_ share: (QualityCounts) -> Share) -> String {
        func text(_ counts: QualityCounts?) -> String { counts.map { share($0).text } ?? "–" }
        return text(pair.before).leftPadded(10) + " →" + text(pair.after).leftPadded(9)
      }
      return columns { Share($0.lineBytes, of: $0.functionBytes) }
        + columns { Share($0.parameters.coveredBytes, of: $0.parameters.allBytes) }
        + columns { Share($0.locals.coveredBytes, of: $0.locals.allBytes) } + "  " + escaped(clipped(pair.name))
    }
  }

  private func writeFunctions(to output: Output) {
    guard !comparison.functions.isEmpty else { return }
    output.line()
    output.line(output.style(.heading, "functions") + " that lost their lines")
    list(comparison.functions, "function", to: output) { function in
      let fate =
        switch function.fate {
        case .gone: "gone"
        case .withoutLines: "without lines"
        }
      return "  " + fate.padded(15) + sizeText(function.lineBytes).leftPadded(12) + "  "
        + output.style(.function, Self.name(function.name)) + " in " + escaped(clipped(function.unit))
    }
  }

  private func writeVariables(to output: Output) {
    guard !comparison.variables.isEmpty else { return }
    output.line()
    output.line(output.style(.heading, "variables") + " that are known in less of their scope")
    list(comparison.variables, "variable", to: output) { variable in
      func share(_ coverage: VariableCoverage) -> String { Share(coverage.coveredBytes, of: coverage.allBytes).text }
      return share(variable.before).leftPadded(10) + " →" + share(variable.after).leftPadded(9) + "  "
        + escaped(clipped(variable.name)) + " in " + output.style(.function, Self.name(variable.function)) + ", "
        + escaped(clipped(variable.unit))
    }
  }

  private static func name(_ linkage: String) -> String {
    escaped(clipped(Demangler.demangle(linkage)?.name ?? linkage))
  }

  private func list<Element>(_ elements: [Element], _ noun: String, to output: Output, _ line: (Element) -> String) {
    let shown = showsAll ? elements[...] : elements.prefix(QualityText.shown)
    for element in shown {
      guard !Interrupt.isRaised else { return }
      output.line(line(element))
    }
    let more = elements.count - shown.count
    if more > 0 { output.line("  … \(counted(more, "more \(noun)")); --all shows them") }
  }
}
