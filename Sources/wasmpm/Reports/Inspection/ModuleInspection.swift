import ByteCursor
import DwarfEval
import PostMortem
import WasmBinary

/// What a module, a component or a debug file holds.
struct ModuleInspection: Inspection {
  let path: String
  let file: WasmFile
  let size: Int

  func writeText(to output: Output) {
    let kind =
      switch file.kind {
      case .component: "component with \(counted(file.modules.count, "core module"))"
      case .module: file.modules.first.map { ModuleDescription($0).kind } ?? "module"
      }
    output.line(output.style(.heading, escaped(fileTitle(path))) + ": \(kind), \(sizeText(size))")
    for (index, module) in file.modules.enumerated() {
      output.line()
      if file.kind == .component {
        output.line(
          output.style(.heading, "module \(index)") + " at \(module.file.fileOffset), \(sizeText(module.file.count))")
      }
      ModuleDescription(module).writeText(to: output)
    }
    for diagnostic in file.diagnostics { output.line(escaped(diagnostic.description)) }
  }

  func writeJSON(to json: JSONWriter) {
    json.object {
      json.member("schema", "wasmpm-inspect")
      json.member("version", inspectSchemaVersion)
      json.member("path", path)
      json.member("size", size)
      json.member("kind", file.kind == .component ? "component" : "module")
      json.member("modules", file.modules) { module in
        json.object { ModuleDescription(module).writeJSON(to: json) }
      }
      json.member("diagnostics", strings: file.diagnostics.map(\.description))
    }
  }
}

/// One core module.
struct ModuleDescription {
  private let module: WasmModule
  private let debug: DebugSections

  init(_ module: WasmModule) {
    self.module = module
    debug = DebugSections(module)
  }

  /// What to call it.
  var kind: String {
    if module.section(.code) != nil { return "module" }
    return debug.isEmpty ? "module without code" : "debug file without code"
  }

  /// The index spaces and segments: what there is of each, and how much of it is imported.
  private var counts: [(name: String, total: Int, imported: Int)] {
    [
      ("types", module.types.count, 0),
      ("imports", module.imports.count, 0),
      ("functions", module.functionCount, module.importedCount(.function)),
      ("tables", module.tables.count, module.importedCount(.table)),
      ("memories", module.memories.count, module.importedCount(.memory)),
      ("globals", module.globals.count, module.importedCount(.global)),
      ("tags", module.tags.count, module.importedCount(.tag)),
      ("exports", module.exports.count, 0),
      ("elements", module.elements.count, 0),
      ("data", module.data.count, 0),
    ]
  }

  func writeText(to output: Output) {
    var facts = Facts(output)
    facts.add("name", module.names.module)
    facts.add("build id", module.buildID?.hexadecimal)
    facts.add("debug info", debug.text)
    for producer in debug.producers.prefix(3) { facts.add("compiled by", producer) }
    facts.add("debug file", module.externalDebugInfo)
    facts.add("source map", module.sourceMappingURL)
    for field in module.producers {
      let values = field.values.map { $0.version.isEmpty ? $0.name : "\($0.name) \($0.version)" }
      facts.add(field.name, values.joined(separator: "; "))
    }
    facts.add("features", module.targetFeatures.map(\.description).joined(separator: " "))
    if let linking = module.dynamicLinking {
      facts.add("needs", linking.needed.joined(separator: ", "))
      if let space = linking.space { facts.add("memory", sizeText(space.memorySize)) }
    }
    for count in counts where count.total > 0 {
      facts.add(count.name, grouped(count.total) + (count.imported > 0 ? ", \(grouped(count.imported)) imported" : ""))
    }
    for (index, memory) in module.memories.enumerated().prefix(16) {
      facts.add("memory \(index)", Self.text(of: memory))
    }
    facts.add("start", module.start.map { "function \($0)" })
    let named = module.names.functions.count
    if named > 0 { facts.add("names", counted(named, "function")) }
    for diagnostic in module.diagnostics { facts.add("damaged", diagnostic.description) }
    facts.write()
    output.line()
    SectionTable(sections: module.sections).writeText(to: output)
  }

  /// `2 pages (128.0 KiB), at most 16`.
  private static func text(of memory: MemoryType) -> String {
    var text = counted(Int(clamping: memory.limits.minimum), "page")
    if let bytes = memory.minimumBytes { text += " (\(sizeText(bytes)))" }
    if let maximum = memory.limits.maximum { text += ", at most \(grouped(Int(clamping: maximum)))" }
    return text + (memory.isShared ? ", shared" : "") + (memory.is64Bit ? ", 64-bit" : "")
  }

  func writeJSON(to json: JSONWriter) {
    json.member("offset", module.file.fileOffset.description)
    json.member("size", module.file.count)
    json.member("name", module.names.module)
    json.member("buildId", module.buildID?.hexadecimal)
    json.member("externalDebugInfo", module.externalDebugInfo)
    json.member("sourceMappingURL", module.sourceMappingURL)
    if !debug.isEmpty {
      json.member("debugInfo") {
        json.member("size", debug.size)
        json.member("units", debug.unitCount)
        json.member("dwarfVersion", debug.version)
        json.member("producers", strings: debug.producers)
      }
    }
    json.member("producers", module.producers) { field in
      json.object {
        json.member("name", field.name)
        json.member("values", field.values) { value in
          json.object {
            json.member("name", value.name)
            json.member("version", value.version)
          }
        }
      }
    }
    json.member("features", strings: module.targetFeatures.map(\.description))
    json.member("counts") { for count in counts { json.member(count.name, count.total) } }
    json.member("imported") { for count in counts where count.imported > 0 { json.member(count.name, count.imported) } }
    json.member("namedFunctions", module.names.functions.count)
    json.member("start", module.start.map(Int.init))
    SectionTable(sections: module.sections).writeJSON(to: json)
    json.member("diagnostics", strings: module.diagnostics.map(\.description))
  }
}

/// A module's DWARF in numbers.
private struct DebugSections {
  let size: Int
  let unitCount: Int
  /// The highest version of a unit.
  let version: Int?
  /// The compilers that the units name, each once.
  let producers: [String]

  var isEmpty: Bool { size == 0 }

  init(_ module: WasmModule) {
    size = module.sections.reduce(0) { $0 + ($1.name?.hasPrefix(".debug_") == true ? $1.contents.count : 0) }
    guard size > 0 else {
      (unitCount, version, producers) = (0, nil, [])
      return
    }
    let units = Dwarf(DwarfSections { module.customSection($0) }).units
    unitCount = units.count
    version = units.map { Int($0.encoding.version) }.max()
    var producers: [String] = []
    // Thousands of units, a handful of compilers: the first ones name them.
    for unit in units.prefix(200) {
      if let producer = unit.producer, !producers.contains(producer) { producers.append(producer) }
    }
    self.producers = producers
  }

  var text: String? {
    guard !isEmpty else { return nil }
    let dwarf = version.map { "DWARF \($0)" } ?? "debug sections"
    return "\(dwarf), \(counted(unitCount, "unit")), \(sizeText(size))"
  }
}

extension Bytes {
  /// Two digits a byte.
  var hexadecimal: String {
    array.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
