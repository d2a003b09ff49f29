import PostMortem

// What stands in these objects is documented in docs/debug-quality.md.
extension JSONWriter {
  /// The members of a module's quality, without its units.
  func quality(_ quality: DebugQuality) {
    member("debugInfo") {
      member("kind", quality.debugInfo.kind.rawValue)
      member("path", quality.debugInfo.path)
      member("dwarfVersion", quality.debugInfo.dwarfVersion)
    }
    for (name, frequencies) in [
      ("producers", quality.producers), ("languages", quality.languages), ("versions", quality.versions),
    ] {
      member(name, frequencies) { value in
        object {
          member("name", value.name)
          member("units", value.units)
        }
      }
    }
    member("definedFunctions", quality.definedFunctions)
    if quality.definedFunctions != nil { member("unknownFunctions", quality.unknownFunctions) }
    member("total") { counts(quality.total) }
    member("problems", strings: quality.problems)
  }

  /// The members of a unit.
  func unit(_ unit: UnitQuality) {
    member("name", unit.name)
    member("producer", unit.producer)
    member("language", unit.language)
    member("offset", hex(unit.offset))
    member("dwarfVersion", unit.version)
    counts(unit.counts)
    if !unit.problems.isEmpty { member("problems", strings: unit.problems) }
  }

  /// The members of a comparison.
  func comparison(_ comparison: QualityComparison) {
    member("before") { quality(comparison.before) }
    member("after") { quality(comparison.after) }
    member("units", comparison.units) { pair in
      object {
        member("name", pair.name)
        if let before = pair.before { member("before") { counts(before) } }
        if let after = pair.after { member("after") { counts(after) } }
      }
    }
    member("lostFunctions", comparison.functions) { function in
      object {
        member("unit", function.unit)
        member("name", function.name)
        member("fate", function.fate.rawValue)
        member("lineBytes", Int(clamping: function.lineBytes))
      }
    }
    member("lostVariables", comparison.variables) { variable in
      object {
        member("unit", variable.unit)
        member("function", variable.function)
        member("name", variable.name)
        member("lostBytes", Int(clamping: variable.lostBytes))
        member("before") { coverage(variable.before) }
        member("after") { coverage(variable.after) }
      }
    }
  }

  private func counts(_ counts: QualityCounts) {
    member("functions", counts.functions)
    member("functionsWithLines", counts.functionsWithLines)
    member("deadFunctions", counts.deadFunctions)
    member("inlinedFunctions", counts.inlinedFunctions)
    member("functionBytes", Int(clamping: counts.functionBytes))
    member("lineBytes", Int(clamping: counts.lineBytes))
    member("lineZeroBytes", Int(clamping: counts.lineZeroBytes))
    if counts.instructions.total > 0 {
      member("instructions") {
        member("total", counts.instructions.total)
        member("lineZero", counts.instructions.lineZero)
        member("withoutLine", counts.instructions.withoutLine)
      }
    }
    member("parameters") { coverage(counts.parameters) }
    member("locals") { coverage(counts.locals) }
    member("globals") {
      member("count", counts.globals)
      member("located", counts.globalsLocated)
    }
    member("damagedLocationLists", counts.damagedLocationLists)
    member("damagedRangeLists", counts.damagedRangeLists)
    member("deadListEntries", counts.deadListEntries)
  }

  private func coverage(_ coverage: VariableCoverage) {
    member("count", coverage.count)
    member("located", coverage.located)
    member("missing", coverage.missing)
    member("scopeBytes", Int(clamping: coverage.scopeBytes))
    member("coveredBytes", Int(clamping: coverage.coveredBytes))
    member("nowhereBytes", Int(clamping: coverage.nowhereBytes))
    member("missingBytes", Int(clamping: coverage.missingBytes))
  }
}
