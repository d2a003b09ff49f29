import ByteCursor
import DwarfEval
import Synchronization
import WasmBinary
import WasmInterp

/// A module that was found, with its debug information: turns places in its code into source frames and names.
final class DebugModule {
  let code: ModuleCode
  /// What is told about it. What is missing of split debug information shows as it is asked for.
  var info: ModuleInfo {
    var info = openedInfo
    info.debugFileProblems += splitFiles?.problems ?? []
    if let problem = translation.problem { info.debugFileProblems.append(problem) }
    if let problem = sourceMap?.problem {
      info.debugFileProblems.append(problem)
      info.debugInfo.sourceMap = nil
    }
    return info
  }
  /// The debug information; nil where there is none.
  let dwarf: Dwarf?
  /// Where the module's code is in the code that the debug information describes.
  private(set) lazy var translation = CodeTranslation(wasm, map: codeMap, dwarf: dwarf)
  /// Of a module whose debug information is its companion's.
  let codeMap: CodeMap?
  /// The file of the debug information, which may know names that the module has lost; nil where it is the module.
  let debugFile: WasmModule?
  /// The source map, which counts where there is no DWARF; nil where there is none either.
  let sourceMap: SourceMapFile?
  /// The files that the debug information is split into; nil where it is in one.
  private let splitFiles: SplitFiles?
  private let openedInfo: ModuleInfo
  private let limits: Limits
  private var names: [UInt32: FunctionName] = [:]
  private var analyses: [UInt32: FunctionAnalysis?] = [:]
  private var flows: [UInt32: FunctionFlow?] = [:]
  private var blockEnds: [BlockEnd: AbstractState] = [:]
  private lazy var dataflow: ModuleContext = {
    let stackPointer = globalIndex(linkerNamed: "__stack_pointer")
    var context = stackPointer.map { ModuleContext(wasm, stackPointer: $0) } ?? ModuleContext(wasm)
    context.stackPointerMovers = context.findStackPointerMovers(in: wasm, limits: limits)
    return context
  }()

  var wasm: WasmModule { code.module }

  /// The dump's module `index`, called `name` there, found at `path`.
  init(
    _ wasm: WasmModule, path: String?, index: Int, name: String, finding: ModuleFinder.Finding? = nil,
    finder: DebugFileFinder
  ) {
    let found = finder.find(for: wasm, path: path)
    limits = finder.options.limits
    // A module that was stripped of its names has them in its debug file. (Those of a companion count otherwise.)
    let wasm = found.codeMap == nil ? found.module.map { wasm.named(by: $0) } ?? wasm : wasm
    code = ModuleCode(wasm, limits: limits)
    let opened = found.module.map { Self.open($0, found, modulePath: path, options: finder.options) }
    dwarf = opened?.dwarf
    splitFiles = opened?.splitFiles
    codeMap = found.codeMap
    debugFile = found.kind == .embedded ? nil : found.module
    var problems = found.problems
    let sourceMap =
      opened == nil
      ? SourceMapFinder(options: finder.options).find(for: wasm, path: path, problems: &problems) : nil
    self.sourceMap = sourceMap
    openedInfo = ModuleInfo(
      index: index, name: name, path: path, buildID: wasm.buildID.map(hexadecimal),
      debugInfo: DebugInfo(
        kind: splitFiles == nil || found.codeMap != nil ? found.kind : .split,
        path: splitFiles?.packagePath ?? found.path,
        dwarfVersion: dwarf.flatMap { $0.units.map { Int($0.encoding.version) }.max() },
        sourceMap: sourceMap.map { $0.path ?? path ?? name }),
      isVerified: finding?.isVerified ?? true,
      moduleProblems: (finding?.problems.map(\.text) ?? []) + Self.damage(of: wasm, path: path),
      debugFileProblems: problems)
  }

  /// The debug information in `module`, with the files that it is split into. The first of those are asked for at once,
  /// so that what is missing is known before anybody relies on it.
  private static func open(
    _ module: WasmModule, _ found: DebugFileFinder.Finding, modulePath: String?, options: SessionOptions
  ) -> (dwarf: Dwarf, splitFiles: SplitFiles?) {
    let sections = DwarfSections { module.customSection($0) }
    let plain = Dwarf(sections, limits: options.limits)
    guard plain.isSplit else { return (plain, nil) }
    let files = SplitFiles(module: modulePath, debug: found.path, options: options)
    let dwarf = Dwarf(sections, split: files.source, limits: options.limits)
    for unit in dwarf.skeletons(limit: 64) { _ = dwarf.contents(of: unit) }
    return (dwarf, files)
  }

  /// What of the module could not be read on opening, a sentence each.
  private static func damage(of wasm: WasmModule, path: String?) -> [String] {
    wasm.diagnostics.prefix(5).map { (path.map { $0 + ": " } ?? "") + $0.description }
  }

  /// The source frames at an offset of a function's body, innermost first; at least one. Without an offset, the
  /// function alone.
  func frames(function: UInt32, at offset: CodeOffset?) -> [SourceFrame] {
    guard let body = wasm.body(function) else {
      return [SourceFrame(function: name(of: function), source: nil, inlined: false)]
    }
    guard let offset, offset.rawValue <= UInt64(body.contents.count) else {
      return [SourceFrame(function: displayName(of: body), source: nil, inlined: false)]
    }
    return frames(at: offset, in: body)
  }

  /// The source frames at a code address, innermost first; empty outside of every function.
  func frames(at address: CodeAddress) -> [SourceFrame] {
    guard let body = wasm.body(containing: address), let offset = body.codeOffset(of: address) else { return [] }
    return frames(at: offset, in: body)
  }

  /// The source frames at several code addresses; the units that they lie in are read side by side.
  func frames(at addresses: [CodeAddress]) -> [[SourceFrame]] {
    guard let dwarf else { return addresses.map { frames(at: $0) } }
    let (bodies, translation) = (wasm.bodies, translation)
    let described = addresses.map(translation.described)
    let located = dwarf.locate(described.compactMap(\.self)) {
      translation.body(holding: $0).flatMap(translation.describedRange)
    } _: {
      Self.sourceFrames($0, of: dwarf, translation)
    }
    var next = located.makeIterator()
    return zip(addresses, described).map { address, described in
      let frames = described == nil ? nil : next.next() ?? nil
      return bodies.body(containing: address).map { named(frames ?? [], in: $0) } ?? []
    }
  }

  private func frames(at offset: CodeOffset, in body: FunctionBody) -> [SourceFrame] {
    guard let dwarf else {
      return named(body.codeAddress(of: offset).map { mappedFrames(at: $0, in: body) } ?? [], in: body)
    }
    guard let address = translation.described(offset, in: body) else { return named([], in: body) }
    let located = dwarf.locate(address, body: translation.describedRange(of: body))
    return named(Self.sourceFrames(located, of: dwarf, translation), in: body)
  }

  /// What the debug information says; a function that it does not name has an empty name.
  private static func sourceFrames(
    _ located: [DwarfEval.SourceFrame], of dwarf: Dwarf, _ translation: CodeTranslation
  ) -> [SourceFrame] {
    located.enumerated().map { index, frame in
      let source = frame.position.flatMap(SourcePosition.init)
      return SourceFrame(
        function: functionName(frame, of: dwarf),
        source: source.flatMap { translation.isOfThisSource(file: $0.file) ? $0 : nil },
        inlined: index < located.count - 1)
    }
  }

  private static func functionName(_ frame: DwarfEval.SourceFrame, of dwarf: Dwarf) -> FunctionName {
    guard let info = frame.info else { return FunctionName(display: "", origin: .dwarf) }
    let linkage = info.linkageName
    let name = dwarf.qualifiedName(info) ?? linkage.map { Demangler.demangle($0)?.name ?? $0 } ?? ""
    return FunctionName(display: name, linkageName: linkage, origin: .dwarf)
  }

  /// `frames` of the function with this body, with a name for each: the module knows one for the outermost.
  private func named(_ frames: [SourceFrame], in body: FunctionBody) -> [SourceFrame] {
    guard let last = frames.indices.last else {
      return [SourceFrame(function: name(of: body.function), source: nil, inlined: false)]
    }
    var frames = frames
    if frames[last].function.display.isEmpty { frames[last].function = name(of: body.function) }
    for index in frames.indices where frames[index].function.display.isEmpty {
      frames[index].function.display = "(unnamed)"
    }
    return frames
  }

  /// The name of the function whose body this is, by the debug information where it knows it.
  private func displayName(of body: FunctionBody) -> FunctionName {
    frames(at: CodeOffset(0), in: body).last?.function ?? name(of: body.function)
  }

  /// A function's name without debug information: the name section's, the debug file's, an export's, an import's, its index.
  func name(of function: UInt32) -> FunctionName {
    if let known = names[function] { return known }
    let name = findName(of: function)
    names[function] = name
    return name
  }

  private func findName(of function: UInt32) -> FunctionName {
    if let name = linkerName(of: function) { return linkage(name, .nameSection) }
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

  // MARK: Data flow

  /// Where the value of a local comes from before the instruction at `offset`, as its function's code says; nil where
  /// that is not known, or too much work to find out.
  func origin(ofLocal local: UInt32, function: UInt32, at offset: CodeOffset) -> AbstractValue? {
    guard let analysis = analysis(of: function), let id = analysis.state(at: offset)?.local(local) else { return nil }
    return analysis.values[id]
  }

  /// What the code says of the state before the instruction at `offset` of a function.
  /// - Parameter hasCalled: of a call, whether what it calls has begun.
  func pointGraph(function: UInt32, at offset: CodeOffset, hasCalled: Bool) -> PointGraph? {
    let site = GraphSite(function: function, offset: offset, hasCalled: hasCalled)
    if let known = graphs[site] { return known }
    let graph = analysis(of: function).flatMap {
      PointGraph($0, at: offset, hasCalled: hasCalled, stackPointer: dataflow.stackPointer)
    }
    graphs[site] = graph
    return graph
  }

  /// Whether a global has the same value all the time: it cannot be written, or nothing in the module writes it and nobody
  /// else gets at it.
  func isUnchanging(_ global: UInt32) -> Bool {
    guard wasm.globals.indices.contains(Int(global)) else { return false }
    if !wasm.globals[Int(global)].type.isMutable { return true }
    guard Int(global) >= wasm.importedCount(.global), wasm.exportName(.global, global) == nil else { return false }
    return code.writes.map { !$0.globals.contains(global) } ?? false
  }

  /// The global that holds the stack pointer; nil where the module has none.
  var stackPointerGlobal: UInt32? { dataflow.stackPointer }

  /// The types of a function's locals, parameters first; nil where they cannot be read.
  func localTypes(of function: UInt32) -> [ValueType]? {
    if let known = locals[function] { return known }
    let types = wasm.body(function).flatMap { try? wasm.locals(of: $0).types }
    locals[function] = types
    return types
  }
  private var locals: [UInt32: [ValueType]?] = [:]

  /// The types of the operands before the instruction at `offset` of a function; nil where they cannot be told.
  func operandTypes(function: UInt32, at offset: CodeOffset) -> [ValueType?]? {
    wasm.body(function).flatMap { operandTyping?.types(in: $0, at: offset) }
  }
  private(set) lazy var constantData = ConstantData(wasm, names: dataNames)
  private lazy var operandTyping = try? OperandTyping(wasm, limits: limits)

  /// A place in the code that a point graph is of.
  struct GraphSite: Hashable {
    var function: UInt32
    var offset: CodeOffset
    var hasCalled: Bool
  }
  private var graphs: [GraphSite: PointGraph?] = [:]

  /// Makes the point graphs of many places, on all processors.
  func preparePointGraphs(_ sites: Set<GraphSite>) {
    struct Work: Sendable {
      var body: FunctionBody
      var sites: [GraphSite]
    }
    let missing = Dictionary(grouping: sites.filter { graphs[$0] == nil }, by: \.function)
    let work = missing.compactMap { function, sites in
      wasm.body(function).flatMap { $0.contents.count > Self.analysedBytes ? nil : Work(body: $0, sites: sites) }
    }
    let (context, limits) = (dataflow, limits)
    let made = Mutex<[GraphSite: PointGraph?]>([:])
    let analysed = Mutex<[UInt32: FunctionAnalysis?]>([:])
    Parallel.forEach(work, size: \.body.contents.count) { work in
      let analysis = try? FunctionAnalysis(work.body, in: context, limits: limits)
      let graphs = work.sites.map { site in
        analysis.flatMap {
          PointGraph($0, at: site.offset, hasCalled: site.hasCalled, stackPointer: context.stackPointer)
        }
      }
      made.withLock { for (site, graph) in zip(work.sites, graphs) { $0[site] = graph } }
      analysed.withLock { $0[work.body.function] = analysis }
    }
    graphs.merge(made.withLock { $0 }) { $1 }
    if analyses.count < 64 { analyses.merge(analysed.withLock { $0 }) { $1 } }
  }

  /// Functions longer than this are not analysed: it is to answer while a person waits.
  private static let analysedBytes = 256 << 10

  func analysis(of function: UInt32) -> FunctionAnalysis? {
    if let known = analyses[function] { return known }
    let body = wasm.body(function)
    let made = body.flatMap { body in
      body.contents.count > Self.analysedBytes ? nil : try? FunctionAnalysis(body, in: dataflow, limits: limits)
    }
    // A session comes to a few functions; a recursion's are the same.
    if analyses.count >= 64 { analyses = [:] }
    analyses[function] = made
    return made
  }

  /// The ways through a function; nil where its code is damaged. As this takes a single look at each instruction, functions
  /// of any length are read.
  func flow(of function: UInt32) -> FunctionFlow? {
    if let known = flows[function] { return known }
    let made = wasm.body(function).flatMap { try? FunctionFlow($0, in: dataflow, limits: limits) }
    if flows.count >= 64 { flows = [:] }
    flows[function] = made
    return made
  }

  /// Whether a local has a value, by its bits, behind the last instruction of a block of its function.
  func isConstant(_ bits: UInt64, local: UInt32, function: UInt32, atEndOf block: Int) -> Bool {
    guard let analysis = analysis(of: function) else { return false }
    let place = BlockEnd(function: function, block: block)
    if blockEnds[place] == nil {
      // Questions about a block come one after the other; a state is as large as the function has locals.
      if blockEnds.count >= 64 { blockEnds = [:] }
      blockEnds[place] = analysis.state(atEndOf: block)
    }
    guard let id = blockEnds[place]?.local(local), case .constant(let type, let value) = analysis.values[id] else {
      return false
    }
    // What debug information calls a number may be of any width.
    return type == .i32 || type == .f32
      ? UInt32(truncatingIfNeeded: bits) == UInt32(truncatingIfNeeded: value) : bits == value
  }

  private struct BlockEnd: Hashable {
    var function: UInt32
    var block: Int
  }

  // MARK: Questions about the whole module

  /// Whether the stack is surely empty when the host calls the function: it is what a program starts with, or the host has
  /// no means to move the stack pointer before (as Emscripten's and Rust's glue code do for arguments).
  func startsWithEmptyStack(_ function: UInt32) -> Bool {
    if wasm.start == function || ["_start", "main"].contains(wasm.exportName(.function, function)) { return true }
    guard let pointer = stackPointerGlobal, Int(pointer) >= wasm.importedCount(.global),
      wasm.exportName(.global, pointer) == nil
    else { return false }
    return !wasm.exports.contains { $0.kind == .function && dataflow.stackPointerMovers.contains($0.index) }
  }

  /// Whether the host calls the function: it is exported, or the start function.
  func isEntryPoint(_ function: UInt32) -> Bool {
    wasm.start == function || wasm.exports.contains { $0.kind == .function && $0.index == function }
  }

  /// An instruction of `function` as text, with the names of functions and globals.
  func text(of instruction: Instruction, in function: UInt32) -> String? {
    guard let body = wasm.body(function) else { return nil }
    var name: String?
    if case .index(let index) = instruction.immediates {
      switch instruction.opcode.immediateKind {
      case .function: name = linkerName(of: index)
      case .global: name = globalName(index)
      default: break
      }
    }
    let formatter = InstructionFormatter(listLimit: 16) { [name] reference in
      reference.space == .function || reference.space == .global ? name : nil
    }
    return formatter.text(instruction, in: body.contents)
  }

  /// The paths of all source files that the line tables or the source map name.
  lazy var sourcePaths: [String] = findSourcePaths()
}

extension SourcePosition {
  /// What the debug information says; nil where it names no file.
  init?(_ position: DwarfEval.SourcePosition) {
    guard let file = position.file else { return nil }
    func known(_ number: UInt64) -> Int? { number == 0 ? nil : Int(exactly: number) }
    let line = known(position.line)
    // Of code that belongs to no line, a column says nothing.
    self.init(file: file, line: line, column: line == nil ? nil : known(position.column))
  }
}
