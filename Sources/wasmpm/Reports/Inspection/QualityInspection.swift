import PostMortem
import WasmBinary

/// How good the debug information of a file's modules is: `inspect --debug-quality`.
struct QualityInspection: Inspection {
  let path: String
  let isComponent: Bool
  let modules: [DebugQuality]
  /// Whether the text has all units.
  let showsAll: Bool

  /// Judges the modules of `file`.
  /// - Parameter withFunctions: so that they can be compared.
  init(path: String, file: WasmFile, options: SessionOptions, withFunctions: Bool = false, showsAll: Bool) {
    self.path = path
    self.showsAll = showsAll
    isComponent = file.kind == .component
    modules = file.modules.map {
      DebugQuality($0, path: path == "-" ? nil : path, options: options, withFunctions: withFunctions)
    }
  }

  func writeText(to output: Output) {
    output.line(output.style(.heading, escaped(fileTitle(path))) + ": debug quality")
    for (index, module) in modules.enumerated() {
      output.line()
      if isComponent { output.line(output.style(.heading, "module \(index)")) }
      QualityText(module, showsAll: showsAll).write(to: output)
    }
  }

  func writeJSON(to json: JSONWriter) {
    json.object {
      json.member("schema", "wasmpm-debug-quality")
      json.member("version", 1)
      json.member("path", path)
      json.member("modules", modules) { module in
        json.object {
          json.quality(module)
          json.member("units", module.units) { unit in json.object { json.unit(unit) } }
        }
      }
    }
  }
}

/// The debug information of a file held against that of another build: `inspect --debug-quality --compare`.
struct QualityComparisonInspection: Inspection {
  let path: String
  let otherPath: String
  let comparisons: [QualityComparison]
  let showsAll: Bool

  /// Modules of components are paired in their order.
  init(_ after: QualityInspection, with before: QualityInspection) {
    path = after.path
    otherPath = before.path
    showsAll = after.showsAll
    comparisons = zip(before.modules, after.modules).map { QualityComparison(before: $0, after: $1) }
  }

  func writeText(to output: Output) {
    output.line(
      output.style(.heading, escaped(fileTitle(path))) + ": debug quality compared with "
        + output.style(.heading, escaped(fileTitle(otherPath))))
    for (index, comparison) in comparisons.enumerated() {
      output.line()
      if comparisons.count > 1 { output.line(output.style(.heading, "module \(index)")) }
      QualityComparisonText(comparison, showsAll: showsAll).write(to: output)
    }
  }

  func writeJSON(to json: JSONWriter) {
    json.object {
      json.member("schema", "wasmpm-debug-quality-comparison")
      json.member("version", 1)
      json.member("path", path)
      json.member("otherPath", otherPath)
      json.member("modules", comparisons) { comparison in json.object { json.comparison(comparison) } }
    }
  }
}
