import ByteCursor

/// A core WebAssembly module (3.0): programs, core dumps and debug files alike.
///
/// Opening reads the sections' headers only. Each section is decoded on the first question about it and
/// kept, with what could not be read of it: the entries before the damage are there, and `diagnostics` says
/// what was lost. Several threads may use a module at once. Each question takes a lock for a moment, so a
/// loop asks for `types` or `bodies` once, before it starts.
///
/// File offsets count from the start of the storage that the module lies in: for a module in a component
/// they are offsets in the component's file, as engines print them.
public final class WasmModule: Sendable {
  /// The module's bytes.
  public let file: Bytes
  /// All sections in the file's order.
  public let sections: [Section]
  /// What was given on opening.
  public let limits: Limits
  /// The first section of each kind, by its number; custom sections are not among them.
  private let standardSections: [Section?]
  /// Why the sections end before the file does.
  private let headerProblem: ReadError?
  /// The debug file that has the names.
  private let nameSource: WasmModule?
  private let log: DiagnosticLog

  /// Reads the section headers of a module.
  /// - Throws: `badMagic`, `unknownVersion` or `unexpectedEnd` where there is no module; `isComponent` for a
  ///   component. Damage behind the first eight bytes throws nothing.
  public init(_ file: Bytes, limits: Limits = .standard) throws(ReadError) {
    var reader = try SectionReader(file)
    guard reader.kind == .module else { throw ReadError(.isComponent, offset: file.fileOffset) }
    let log = DiagnosticLog(limits: limits)
    var sections: [Section] = []
    var standard = [Section?](repeating: nil, count: Int(SectionID.tag.rawValue) + 1)
    var problem: ReadError?
    while let section = reader.next() {
      guard sections.count < limits.sections else {
        problem = ReadError(.overLimit, value: UInt64(limits.sections), offset: section.header)
        break
      }
      sections.append(section)
      if section.isTruncated {
        let error = ReadError(.sectionTooLong, section: section.title, offset: section.header)
        log.add(Diagnostic(error, lost: "the file is cut off"))
      }
      if section.id == .custom {
        if section.name == nil { log.add(Diagnostic("name of a custom section is damaged", offset: section.header)) }
        continue
      }
      let number = Int(section.id.rawValue)
      if number >= standard.count {
        log.add(Diagnostic("unknown section \(number) is ignored", offset: section.header))
      } else if standard[number] != nil {
        log.add(Diagnostic("section occurs again and is ignored", section: section.title, offset: section.header))
      } else {
        standard[number] = section
      }
    }
    problem = problem ?? reader.problem
    if let problem { log.add(Diagnostic(problem, lost: "sections from here on are lost")) }
    self.file = file
    self.sections = sections
    self.limits = limits
    standardSections = standard
    headerProblem = problem
    self.log = log
    nameSource = nil
  }

  /// `module` with the names that `debugFile` has for what is in it.
  private init(_ module: WasmModule, namedBy debugFile: WasmModule) {
    file = module.file
    sections = module.sections
    limits = module.limits
    standardSections = module.standardSections
    headerProblem = module.headerProblem
    log = module.log
    nameSource = debugFile
  }

  /// This module with the names of its debug file, for a module that was stripped of them; itself where it has its own.
  ///
  /// Nothing is checked: that they belong together is known before.
  public func named(by debugFile: WasmModule) -> WasmModule {
    nameContents == nil && debugFile.nameContents != nil ? WasmModule(self, namedBy: debugFile) : self
  }

  /// What could not be read or had to be guessed: on opening, and in the sections that were asked for since.
  public var diagnostics: [Diagnostic] { log.all }

  /// The first section of a kind; nil for custom sections, which have names.
  public func section(_ id: SectionID) -> Section? {
    Int(id.rawValue) < standardSections.count ? standardSections[Int(id.rawValue)] : nil
  }

  /// The contents of the first custom section of this name.
  public func customSection(_ name: String) -> Bytes? { sections.first { $0.name == name }?.contents }

  /// The contents of all custom sections of this name, in the file's order.
  public func customSections(_ name: String) -> [Bytes] {
    sections.compactMap { $0.name == name ? $0.contents : nil }
  }

  // MARK: Sections as they are decoded

  private let typesMemo = Memo<Part<[SubType]>>()
  private let importsMemo = Memo<Part<[Import]>>()
  private let functionsMemo = Memo<Part<[UInt32]>>()
  private let tablesMemo = Memo<Part<[Table]>>()
  private let memoriesMemo = Memo<Part<[MemoryType]>>()
  private let tagsMemo = Memo<Part<[UInt32]>>()
  private let globalsMemo = Memo<Part<[Global]>>()
  private let exportsMemo = Memo<Part<[Export]>>()
  private let startMemo = Memo<Part<UInt32?>>()
  private let elementsMemo = Memo<Part<[ElementSegment]>>()
  private let dataCountMemo = Memo<Part<UInt32?>>()
  private let dataMemo = Memo<Part<[DataSegment]>>()
  private let bodiesMemo = Memo<Part<FunctionBodies>>()

  /// Says what is lost of a part that was just decoded.
  private func logged<Value>(_ part: Part<Value>) -> Part<Value> {
    if let problem = part.problem { log.add(Diagnostic(problem, lost: "the section was not read whole")) }
    return part
  }

  private func vector<Element>(
    _ id: SectionID, _ read: (inout SectionDecoder, inout [Element]) throws(ReadError) -> Void
  ) -> Part<[Element]> {
    logged(SectionDecoder.vector(section(id), limits: limits, read))
  }

  private var typesPart: Part<[SubType]> {
    typesMemo.value {
      vector(.type) { (decoder, types) throws(ReadError) in
        try decoder.cursor.recursiveGroup(into: &types, limits: decoder.limits)
      }
    }
  }

  private var importsPart: Part<[Import]> {
    importsMemo.value {
      vector(.import) { (decoder, imports) throws(ReadError) in imports.append(try decoder.importEntry()) }
    }
  }

  /// The imports' part of an index space, with what the module's own section adds to it.
  private func space<Entry>(_ imported: (ImportType) -> Entry?, _ defined: Part<[Entry]>) -> Part<[Entry]> {
    Part(value: imports.compactMap { imported($0.type) } + defined.value, problem: defined.problem)
  }

  private var functionsPart: Part<[UInt32]> {
    functionsMemo.value {
      space(
        { if case .function(let type) = $0 { type } else { nil } },
        vector(.function) { (decoder, types) throws(ReadError) in types.append(try decoder.cursor.uleb32()) })
    }
  }

  private var tablesPart: Part<[Table]> {
    tablesMemo.value {
      space(
        { if case .table(let type) = $0 { Table(type: type, initializer: nil) } else { nil } },
        vector(.table) { (decoder, tables) throws(ReadError) in tables.append(try decoder.table()) })
    }
  }

  private var memoriesPart: Part<[MemoryType]> {
    memoriesMemo.value {
      space(
        { if case .memory(let type) = $0 { type } else { nil } },
        vector(.memory) { (decoder, memories) throws(ReadError) in
          memories.append(try decoder.cursor.memoryType())
        })
    }
  }

  private var tagsPart: Part<[UInt32]> {
    tagsMemo.value {
      space(
        { if case .tag(let type) = $0 { type } else { nil } },
        vector(.tag) { (decoder, tags) throws(ReadError) in tags.append(try decoder.tag()) })
    }
  }

  private var globalsPart: Part<[Global]> {
    globalsMemo.value {
      space(
        { if case .global(let type) = $0 { Global(type: type, initializer: nil) } else { nil } },
        vector(.global) { (decoder, globals) throws(ReadError) in globals.append(try decoder.global()) })
    }
  }

  private var exportsPart: Part<[Export]> {
    exportsMemo.value {
      vector(.export) { (decoder, exports) throws(ReadError) in exports.append(try decoder.export()) }
    }
  }

  private var startPart: Part<UInt32?> {
    startMemo.value { logged(SectionDecoder.number(section(.start), limits: limits)) }
  }

  private var elementsPart: Part<[ElementSegment]> {
    elementsMemo.value {
      vector(.element) { (decoder, elements) throws(ReadError) in elements.append(try decoder.element()) }
    }
  }

  private var dataCountPart: Part<UInt32?> {
    dataCountMemo.value { logged(SectionDecoder.number(section(.dataCount), limits: limits)) }
  }

  private var dataPart: Part<[DataSegment]> {
    dataMemo.value { vector(.data) { (decoder, data) throws(ReadError) in data.append(try decoder.data()) } }
  }

  private var bodiesPart: Part<FunctionBodies> {
    bodiesMemo.value {
      let firstFunction = UInt32(importedCount(.function))
      return logged(SectionDecoder.bodies(section(.code), firstFunction: firstFunction, limits: limits))
    }
  }

  // MARK: Index spaces

  /// The type index space: the definitions of all recursive groups.
  public var types: [SubType] { typesPart.value }
  /// The imports, of all kinds.
  public var imports: [Import] { importsPart.value }
  /// The type index of every function, imported ones first.
  public var functionTypeIndices: [UInt32] { functionsPart.value }
  /// The tables, imported ones first.
  public var tables: [Table] { tablesPart.value }
  /// The memories, imported ones first.
  public var memories: [MemoryType] { memoriesPart.value }
  /// The type index of every tag, imported ones first.
  public var tags: [UInt32] { tagsPart.value }
  /// The globals, imported ones first.
  public var globals: [Global] { globalsPart.value }
  public var exports: [Export] { exportsPart.value }
  /// The function that runs when the module is instantiated.
  public var start: UInt32? { startPart.value }
  public var elements: [ElementSegment] { elementsPart.value }
  /// How many data segments there are, where the module says so ahead of its code.
  public var dataCount: UInt32? { dataCountPart.value }
  public var data: [DataSegment] { dataPart.value }

  /// How many functions there are, imported ones among them.
  public var functionCount: Int { functionTypeIndices.count }

  /// How many entries of an index space are imported.
  public func importedCount(_ kind: ExternalKind) -> Int {
    imports.reduce(0) { $0 + ($1.type.kind == kind ? 1 : 0) }
  }

  /// The import that an index of an index space stands for; nil for what the module defines.
  public func importEntry(_ kind: ExternalKind, _ index: UInt32) -> Import? {
    var left = index
    for entry in imports where entry.type.kind == kind {
      if left == 0 { return entry }
      left -= 1
    }
    return nil
  }

  /// The first export of this name.
  public func export(_ name: String) -> Export? { exports.first { $0.name.utf8.elementsEqual(name.utf8) } }

  /// The type of a function; nil where there is no such function, or its type is not a function's.
  public func functionType(_ index: UInt32) -> FunctionType? {
    let indices = functionTypeIndices
    guard Int(index) < indices.count else { return nil }
    return functionType(ofType: indices[Int(index)])
  }

  /// The function type with this type index, as blocks, tags and indirect calls name it.
  public func functionType(ofType index: UInt32) -> FunctionType? {
    let types = types
    return Int(index) < types.count ? types[Int(index)].function : nil
  }

  /// What each global holds when the module was instantiated, as far as the module says.
  /// - Parameter imported: the values of imported globals, by global index.
  public func initialGlobalValues(imported: (UInt32) -> ConstantValue? = { _ in nil }) -> [ConstantValue?] {
    var values: [ConstantValue?] = []
    for (index, global) in globals.enumerated() {
      // A global may only use those before it (3.5.16), so one pass is enough.
      values.append(
        global.initializer.map { $0.evaluate { Int($0) < values.count ? values[Int($0)] : nil } }
          ?? imported(UInt32(index)))
    }
    return values
  }

  // MARK: Code

  /// The function bodies, found on the first question by hopping over them; they are not decoded.
  public var bodies: FunctionBodies { bodiesPart.value }

  /// A function's body; nil for imported functions.
  public func body(_ function: UInt32) -> FunctionBody? { bodies.body(function) }

  /// The body that an address lies in.
  public func body(containing address: CodeAddress) -> FunctionBody? { bodies.body(containing: address) }

  /// The body that a file offset lies in.
  public func body(containing offset: FileOffset) -> FunctionBody? {
    codeAddress(of: offset).flatMap { bodies.body(containing: $0) }
  }

  /// The code section's contents, which `CodeAddress` counts in; nil where there is none (debug files).
  public var code: Bytes? { section(.code)?.contents }

  /// The address of a file offset in the code section or at its end; nil for others.
  public func codeAddress(of offset: FileOffset) -> CodeAddress? {
    guard let code, let distance = offset.distance(from: code.fileOffset), distance <= UInt64(code.count) else {
      return nil
    }
    return CodeAddress(distance)
  }

  /// The file offset of an address; nil behind the end of the code section.
  public func fileOffset(of address: CodeAddress) -> FileOffset? {
    guard let code, address.rawValue <= UInt64(code.count) else { return nil }
    return code.fileOffset.advanced(by: address.rawValue)
  }

  /// The locals of a function, parameters first.
  /// - Throws: `unknownFunctionType`; what `FunctionBody.localDeclarations` throws.
  public func locals(of body: FunctionBody) throws(ReadError) -> FunctionLocals {
    guard let type = functionType(body.function) else {
      throw ReadError(
        .unknownFunctionType, value: UInt64(body.function), section: "code", offset: body.fileOffset)
    }
    return FunctionLocals(parameters: type.parameters, declarations: try body.localDeclarations(limits: limits))
  }

  // MARK: Custom sections

  private let namesMemo = Memo<NameSection>()
  private let exportNamesMemo = Memo<[ExternalKind: [UInt32: String]]>()
  private let producersMemo = Memo<[ProducersField]>()
  private let featuresMemo = Memo<[TargetFeature]>()
  private let buildIDMemo = Memo<Bytes?>()
  private let debugInfoMemo = Memo<String?>()
  private let sourceMapMemo = Memo<String?>()
  private let dylinkMemo = Memo<DynamicLinking?>()
  private let boundsMemo = Memo<FunctionBounds?>()

  /// The `name` section, or what stands for it in a debug file; without names where the module has none.
  public var names: NameSection {
    if let nameSource { return nameSource.names }
    return namesMemo.value { NameSection(nameContents, log: log) }
  }

  /// Whether there is a section of names.
  public var hasNames: Bool { nameContents != nil }

  private var nameContents: Bytes? { customSection("name") ?? customSection(NameSection.debugFileSectionName) }

  /// What something is called: by the `name` section, else as an export, else as an import (`module.name`).
  public func name(_ kind: ExternalKind, _ index: UInt32) -> String? {
    let map: NameMap
    switch kind {
    case .function: map = names.functions
    case .table: map = names.tables
    case .memory: map = names.memories
    case .global: map = names.globals
    case .tag: map = names.tags
    }
    return map[index] ?? exportName(kind, index) ?? importEntry(kind, index).map { "\($0.module).\($0.name)" }
  }

  /// The first name that something is exported by.
  public func exportName(_ kind: ExternalKind, _ index: UInt32) -> String? {
    exportNamesMemo.value {
      var names: [ExternalKind: [UInt32: String]] = [:]
      for export in exports where names[export.kind]?[export.index] == nil {
        names[export.kind, default: [:]][export.index] = export.name
      }
      return names
    }[kind]?[index]
  }

  /// The contents of the first custom section of this name, read; `whenDamaged` where that throws.
  private func custom<Value>(
    _ name: String, whenDamaged: Value, _ read: (inout Cursor) throws(ReadError) -> Value
  ) -> Value {
    guard var cursor = customSection(name)?.cursor() else { return whenDamaged }
    do throws(ReadError) {
      return try read(&cursor)
    } catch {
      log.add(Diagnostic(error.within(name), lost: "the section was not read"))
      return whenDamaged
    }
  }

  /// What made the module (`producers`); empty where it does not say.
  public var producers: [ProducersField] {
    producersMemo.value {
      custom("producers", whenDamaged: []) { (cursor) throws(ReadError) in try cursor.producers() }
    }
  }

  /// What the module needs of an engine (`target_features`); empty where it does not say.
  public var targetFeatures: [TargetFeature] {
    featuresMemo.value {
      custom("target_features", whenDamaged: []) { (cursor) throws(ReadError) in try cursor.targetFeatures() }
    }
  }

  /// The bytes that a module and its debug file have in common (`build_id`).
  public var buildID: Bytes? {
    buildIDMemo.value {
      custom("build_id", whenDamaged: nil) { (cursor) throws(ReadError) in
        try cursor.bytes(UInt64(try cursor.uleb32()))
      }
    }
  }

  /// Where the debug file is (`external_debug_info`): a URL, mostly a path beside the module.
  public var externalDebugInfo: String? {
    debugInfoMemo.value {
      custom("external_debug_info", whenDamaged: nil) { (cursor) throws(ReadError) in try cursor.looseName() }
    }
  }

  /// Where the source map is (`sourceMappingURL`).
  public var sourceMappingURL: String? {
    sourceMapMemo.value {
      custom("sourceMappingURL", whenDamaged: nil) { (cursor) throws(ReadError) in try cursor.looseName() }
    }
  }

  /// What a dynamic linker needs (`dylink.0`); nil for modules that are not linked dynamically.
  public var dynamicLinking: DynamicLinking? {
    dylinkMemo.value {
      guard let contents = customSection("dylink.0") else { return nil }
      var dylink = DynamicLinking()
      do throws(ReadError) {
        try dylink.read(contents)
      } catch {
        log.add(Diagnostic(error.within("dylink.0"), lost: "the section was not read whole"))
      }
      return dylink
    }
  }

  /// Where functions begin and end in the code section of the module that this is the debug file of
  /// (`wasmpm.functions`); nil where it does not say. A module with code says it by its `bodies`.
  public var recordedBounds: FunctionBounds? {
    boundsMemo.value {
      guard let contents = customSection(FunctionBounds.sectionName) else { return nil }
      do throws(ReadError) {
        return try FunctionBounds(section: contents, limits: limits)
      } catch {
        log.add(Diagnostic(error.within(FunctionBounds.sectionName), lost: "the section was not read"))
        return nil
      }
    }
  }

  // MARK: Form

  /// Decodes every section and checks that the module is well-formed (5), but for the insides of function
  /// bodies. Opening and reading are lenient; whoever is to run a module asks this first.
  /// - Throws: the violation with the lowest file offset.
  public func checkForm() throws(ReadError) {
    var problems = [
      headerProblem, typesPart.problem, importsPart.problem, functionsPart.problem, tablesPart.problem,
      memoriesPart.problem, tagsPart.problem, globalsPart.problem, exportsPart.problem, startPart.problem,
      elementsPart.problem, dataCountPart.problem, dataPart.problem, bodiesPart.problem,
    ].compactMap { $0 }
    problems += sectionProblems()
    if problems.isEmpty { problems = countProblems() }
    if let first = problems.min(by: { $0.offset < $1.offset }) { throw first }
  }

  private func sectionProblems() -> [ReadError] {
    var problems: [ReadError] = []
    var last = -1
    for section in sections {
      if section.isTruncated {
        problems.append(ReadError(.sectionTooLong, section: section.title, offset: section.header))
      }
      guard section.id != .custom else {
        // A name that could not be read is still there to be read again, for the reason.
        var cursor = section.contents.cursor()
        do throws(ReadError) { if section.name == nil { _ = try cursor.name() } } catch { problems.append(error) }
        continue
      }
      guard let place = section.id.place else {
        problems.append(ReadError(.unknownSection, value: UInt64(section.id.rawValue), offset: section.header))
        continue
      }
      if place <= last {
        problems.append(ReadError(.sectionOrder, section: section.title, offset: section.header))
      }
      last = max(last, place)
    }
    return problems
  }

  private func countProblems() -> [ReadError] {
    var problems: [ReadError] = []
    let end = FileOffset(UInt64(file.end))
    if functionCount - importedCount(.function) != bodies.count {
      problems.append(
        ReadError(.functionCountMismatch, value: UInt64(bodies.count), offset: section(.code)?.header ?? end))
    }
    if let dataCount, Int(dataCount) != data.count {
      problems.append(
        ReadError(.dataCountMismatch, value: UInt64(data.count), offset: section(.data)?.header ?? end))
    }
    return problems
  }
}
