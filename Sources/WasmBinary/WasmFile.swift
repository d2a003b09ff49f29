import ByteCursor

/// A WebAssembly file that may be a module or a component: the core modules in it.
public struct WasmFile: Sendable {
  /// What the file is.
  public let kind: FileKind
  /// A module: itself. A component: the modules in it and in the components nested in it, in the file's order.
  public let modules: [WasmModule]
  /// What could not be read of a component; the modules have diagnostics of their own.
  public let diagnostics: [Diagnostic]

  /// Finds the modules in a file.
  /// - Throws: as `WasmModule.init`; damage in a component only costs what it damages.
  public init(_ file: Bytes, limits: Limits = .standard) throws(ReadError) {
    let reader = try SectionReader(file)
    kind = reader.kind
    guard reader.kind == .component else {
      modules = [try WasmModule(file, limits: limits)]
      diagnostics = []
      return
    }
    var search = ComponentSearch(limits: limits)
    search.visit(reader, depth: 0)
    modules = search.modules
    diagnostics = search.log.all
  }
}

extension WasmModule {
  /// The core modules in a file: the module that it is, or those of the component that it is. (`WasmFile`
  /// also says what could not be read of a component.)
  /// - Throws: as `WasmModule.init`.
  public static func modules(in file: Bytes, limits: Limits = .standard) throws(ReadError) -> [WasmModule] {
    try WasmFile(file, limits: limits).modules
  }
}

/// The walk over a component and those nested in it (Component Model, Binary.md).
private struct ComponentSearch {
  /// The component sections that hold modules and components.
  private static let coreModule = SectionID(rawValue: 1)
  private static let component = SectionID(rawValue: 4)

  let limits: Limits
  let log: DiagnosticLog
  var modules: [WasmModule] = []
  private var sectionCount = 0

  init(limits: Limits) {
    self.limits = limits
    log = DiagnosticLog(limits: limits)
  }

  mutating func visit(_ component: SectionReader, depth: Int) {
    var reader = component
    while let section = reader.next() {
      if section.isTruncated {
        log.add(Diagnostic("the file is cut off: \(Rule.sectionTooLong)", section: "component", offset: section.header))
      }
      do throws(ReadError) {
        switch section.id {
        case Self.coreModule:
          guard modules.count < limits.componentModules else {
            throw ReadError(.overLimit, value: UInt64(limits.componentModules), offset: section.header)
          }
          // The cap on sections is on those of the whole file.
          var rest = limits
          rest.sections -= sectionCount
          let module = try WasmModule(section.contents, limits: rest)
          sectionCount += module.sections.count
          modules.append(module)
        case Self.component:
          let inner = try SectionReader(section.contents)
          // A module in a component's place: nothing that a valid file has.
          guard inner.kind == .component else { continue }
          guard depth < limits.componentDepth else {
            throw ReadError(.overLimit, value: UInt64(limits.componentDepth), offset: section.header)
          }
          visit(inner, depth: depth + 1)
        default: continue
        }
      } catch {
        log.add(Diagnostic(error.within("component"), lost: "a part of the component is lost"))
      }
    }
    if let problem = reader.problem {
      log.add(Diagnostic(problem.within("component"), lost: "a part of the component is lost"))
    }
  }
}
