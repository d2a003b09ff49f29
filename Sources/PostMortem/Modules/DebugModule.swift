import ByteCursor
import DwarfEval
import WasmBinary
import WasmInterp

/// A module that was found, with its debug information: turns places in its code into source frames and names.
final class DebugModule {
  let code: ModuleCode
  let info: ModuleInfo
  /// The debug information; nil where there is none.
  let dwarf: Dwarf?
  private let limits: Limits
  private var names: [UInt32: FunctionName] = [:]

  var wasm: WasmModule { code.module }

  /// The dump's module `index`, called `name` there, found at `path`.
  init(
    _ wasm: WasmModule, path: String?, index: Int, name: String, problems: [String], finder: DebugFileFinder
  ) {
    let found = finder.find(for: wasm, path: path)
    limits = finder.options.limits
    code = ModuleCode(wasm, limits: limits)
    dwarf = found.module.map { module in
      Dwarf(DwarfSections { module.customSection($0) }, limits: finder.options.limits)
    }
    info = ModuleInfo(
      index: index, name: name, path: path, buildID: wasm.buildID.map(hexadecimal),
      debugInfo: DebugInfo(
        kind: found.kind, path: found.path,
        dwarfVersion: dwarf.flatMap { $0.units.map { Int($0.encoding.version) }.max() }),
      problems: problems + found.problems)
  }

  /// The source frames at an offset of a function's body, innermost first; at least one. Without an offset, the
  /// function alone.
  func frames(function: UInt32, at offset: CodeOffset?) -> [SourceFrame] {
    guard let body = wasm.body(function) else {
      return [SourceFrame(function: name(of: function), source: nil, inlined: false)]
    }
    guard let offset, let address = body.codeAddress(of: offset) else {
      return [SourceFrame(function: displayName(of: body), source: nil, inlined: false)]
    }
    return frames(at: address, in: body)
  }

  /// The source frames at a code address, innermost first; empty outside of every function.
  func frames(at address: CodeAddress) -> [SourceFrame] {
    guard let body = wasm.body(containing: address) else { return [] }
    return frames(at: address, in: body)
  }

  /// The source frames at several code addresses; the units that they lie in are read side by side.
  func frames(at addresses: [CodeAddress]) -> [[SourceFrame]] {
    guard let dwarf else { return addresses.map { frames(at: $0) } }
    let bodies = wasm.bodies
    let located = dwarf.locate(addresses) { bodies.body(containing: $0)?.range }
    return zip(addresses, located).map { address, located in
      wasm.body(containing: address).map { sourceFrames(located, in: $0) } ?? []
    }
  }

  private func frames(at address: CodeAddress, in body: FunctionBody) -> [SourceFrame] {
    sourceFrames(dwarf?.locate(address, body: body.range) ?? [], in: body)
  }

  private func sourceFrames(_ located: [DwarfEval.SourceFrame], in body: FunctionBody) -> [SourceFrame] {
    guard !located.isEmpty else {
      return [SourceFrame(function: name(of: body.function), source: nil, inlined: false)]
    }
    return located.enumerated().map { index, frame in
      let isLast = index == located.count - 1
      return SourceFrame(
        function: functionName(frame, fallback: isLast ? body.function : nil),
        source: frame.position.flatMap(SourcePosition.init), inlined: !isLast)
    }
  }

  /// The name of the function whose body this is, by the debug information where it knows it.
  private func displayName(of body: FunctionBody) -> FunctionName {
    guard let outermost = dwarf?.locate(body.codeAddress, body: body.range).last else { return name(of: body.function) }
    return functionName(outermost, fallback: body.function)
  }

  private func functionName(_ frame: DwarfEval.SourceFrame, fallback: UInt32?) -> FunctionName {
    if let info = frame.info {
      if let name = dwarf?.qualifiedName(info) {
        return FunctionName(display: name, linkageName: info.linkageName, origin: .dwarf)
      }
      if let linkage = info.linkageName {
        return FunctionName(
          display: Demangler.demangle(linkage)?.name ?? linkage, linkageName: linkage, origin: .dwarf)
      }
    }
    return fallback.map { name(of: $0) } ?? FunctionName(display: "(unnamed)", origin: .dwarf)
  }

  /// A function's name without debug information: the name section's, an export's, an import's, its index.
  func name(of function: UInt32) -> FunctionName {
    if let known = names[function] { return known }
    let name = findName(of: function)
    names[function] = name
    return name
  }

  private func findName(of function: UInt32) -> FunctionName {
    if let name = wasm.names.functions[function], !name.isEmpty { return linkage(name, .nameSection) }
    if let name = wasm.exportName(.function, function) { return linkage(name, .export) }
    if let entry = wasm.importEntry(.function, function) {
      return FunctionName(display: "\(entry.module).\(entry.name)", origin: .import)
    }
    return FunctionName(display: "function \(function)", origin: .index)
  }

  private func linkage(_ name: String, _ origin: NameOrigin) -> FunctionName {
    guard let demangled = Demangler.demangle(name) else { return FunctionName(display: name, origin: origin) }
    return FunctionName(display: demangled.name, linkageName: name, origin: origin)
  }

  // MARK: Questions about the whole module

  /// Whether the host calls the function: it is exported, or the start function.
  func isEntryPoint(_ function: UInt32) -> Bool {
    wasm.start == function || wasm.exports.contains { $0.kind == .function && $0.index == function }
  }

  /// An instruction of `function` as text, with the names of functions and globals.
  func text(of instruction: Instruction, in function: UInt32) -> String? {
    guard let body = wasm.body(function) else { return nil }
    let names = wasm.names
    let formatter = InstructionFormatter(listLimit: 16) { reference in
      switch reference.space {
      case .function: names.functions[reference.index]
      case .global: names.globals[reference.index]
      default: nil
      }
    }
    return formatter.text(instruction, in: body.contents)
  }

  /// Where functions called `name` begin: the line of their first instruction behind the prologue's start.
  func locations(ofFunction name: String) -> [SourcePosition] {
    guard let dwarf else { return [] }
    return dwarf.functions(named: name).compactMap { function in
      function.ranges.first.flatMap { dwarf.locate($0.low).last?.position }.flatMap(SourcePosition.init)
    }
  }

  /// The paths of all source files that the line tables name.
  lazy var sourcePaths: [String] = {
    guard let dwarf else { return [] }
    var seen: Set<String> = []
    var paths: [String] = []
    for header in dwarf.units.compactMap(\.lineTable?.header) {
      for index in header.fileIndices {
        if let path = try? header.path(ofFile: UInt64(index)), seen.insert(path).inserted { paths.append(path) }
      }
    }
    return paths
  }()

  /// The text of a source file that the debug information carries itself (`DW_LNCT_LLVM_source`).
  func embeddedSource(of path: String) -> Bytes? {
    guard let dwarf else { return nil }
    for unit in dwarf.units where unit.encoding.version >= 5 {
      guard let header = unit.lineTable?.header else { continue }
      for index in header.fileIndices {
        guard let file = try? header.file(UInt64(index)), let source = file.source, !source.isEmpty else { continue }
        if header.path(of: file) == path { return source }
      }
    }
    return nil
  }
}

extension FunctionBody {
  /// The body's code addresses; nil for an empty one.
  fileprivate var range: CodeRange? { CodeRange(codeAddress, end) }
}

extension SourcePosition {
  /// What the debug information says; nil where it names no file.
  init?(_ position: DwarfEval.SourcePosition) {
    guard let file = position.file else { return nil }
    func known(_ number: UInt64) -> Int? { number == 0 ? nil : Int(exactly: number) }
    self.init(file: file, line: known(position.line), column: known(position.column))
  }
}
