import ByteCursor
import TestSupport
import Testing
import WasmBinary

/// Each section from bytes built here.
struct SectionTests {
  @Test func emptyModule() throws {
    let module = try WasmModule(ModuleBuilder().bytes)
    #expect(module.sections.isEmpty && module.types.isEmpty && module.imports.isEmpty && module.functionCount == 0)
    #expect(module.tables.isEmpty && module.memories.isEmpty && module.globals.isEmpty && module.exports.isEmpty)
    #expect(module.start == nil && module.elements.isEmpty && module.data.isEmpty && module.dataCount == nil)
    #expect(module.bodies.isEmpty && module.body(0) == nil && module.code == nil)
    #expect(module.body(containing: CodeAddress(0)) == nil && module.body(containing: FileOffset(0)) == nil)
    #expect(module.names.module == nil && module.names.functions.isEmpty && module.names.locals[0].isEmpty)
    #expect(module.producers.isEmpty && module.targetFeatures.isEmpty && module.buildID == nil)
    #expect(module.externalDebugInfo == nil && module.sourceMappingURL == nil && module.dynamicLinking == nil)
    #expect(module.name(.function, 0) == nil)
    try module.checkForm()
    #expect(module.diagnostics.isEmpty)
  }

  @Test(
    arguments: [
      ([], .badMagic), ([0, 0x61, 0x73], .badMagic), (Array("text, not wasm".utf8), .badMagic),
      ([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0], .badMagic), ([0, 0x61, 0x73, 0x6d], .unexpectedEnd),
      ([0, 0x61, 0x73, 0x6d, 1, 0, 0], .unexpectedEnd), ([0, 0x61, 0x73, 0x6d, 2, 0, 0, 0], .unknownVersion),
      ([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0], .isComponent), ([0, 0x61, 0x73, 0x6d, 0x0d, 0, 2, 0], .unknownVersion),
    ] as [([UInt8], Rule)])
  func noModule(_ bytes: [UInt8], _ rule: Rule) {
    do throws(ReadError) {
      _ = try WasmModule(Bytes(copying: bytes))
      Issue.record("was opened")
    } catch {
      #expect(error.rule == rule)
    }
  }

  @Test func indexSpaces() throws {
    var builder = ModuleBuilder()
    let pages = MemoryType(SizeLimits(1, 2))
    let table = TableType(.funcref, SizeLimits(4))
    #expect(builder.importFunction("env", "f", [.i32]) == 0)
    #expect(builder.importMemory("env", "memory", pages) == 0)
    #expect(builder.importGlobal("env", "g", GlobalType(.i64, isMutable: true)) == 0)
    #expect(builder.importTable("env", "table", table) == 0)
    #expect(builder.importTag("env", "tag", [.f64]) == 0)
    #expect(builder.importFunction("other", "f", [], [.i32]) == 1)
    #expect(builder.function([.i32], [.i32], body: [0x20, 0, 0x0b], name: "identity", export: "run") == 2)
    #expect(builder.memory(MemoryType(SizeLimits(3), is64Bit: true)) == 1)
    #expect(builder.global(GlobalType(.i32), .i32(-5)) == 1)
    #expect(
      builder.table(TableType(ReferenceType(.func, isNullable: false), SizeLimits(2)), initializer: [0xd2, 2, 0x0b])
        == 1)
    #expect(builder.tag([.i32]) == 1)
    builder.export("memory", .memory, 1)
    builder.export("again", .function, 2)
    builder.start(0)
    let module = try WasmModule(builder.bytes)

    #expect(module.imports.map(\.module) == ["env", "env", "env", "env", "env", "other"])
    #expect(module.imports.map(\.name) == ["f", "memory", "g", "table", "tag", "f"])
    #expect(module.imports.map(\.type.kind) == [.function, .memory, .global, .table, .tag, .function])
    #expect(module.imports[1].type == .memory(pages))
    #expect(module.imports[3].type == .table(table))
    #expect(module.importedCount(.function) == 2 && module.importedCount(.tag) == 1)
    #expect(module.importEntry(.function, 1)?.module == "other")
    #expect(module.importEntry(.function, 2) == nil)
    #expect(module.functionCount == 3 && module.functionTypeIndices == [0, 2, 3])
    #expect(module.functionType(0) == FunctionType([.i32]))
    #expect(module.functionType(2) == FunctionType([.i32], [.i32]))
    #expect(module.functionType(3) == nil)
    #expect(module.memories == [pages, MemoryType(SizeLimits(3), is64Bit: true)])
    #expect(module.tables.map(\.type.description) == ["4 funcref", "2 (ref func)"])
    #expect(module.tables[0].initializer == nil && module.tables[1].initializer?.literal == .function(2))
    #expect(module.globals.map(\.type.description) == ["(mut i64)", "i32"])
    #expect(module.globals[0].initializer == nil && module.globals[1].initializer?.literal == .i32(-5))
    #expect(module.initialGlobalValues() == [nil, .i32(-5)])
    #expect(module.initialGlobalValues { _ in .i64(7) } == [.i64(7), .i32(-5)])
    #expect(module.tags == [1, 0])
    #expect(module.export("memory") == Export(name: "memory", kind: .memory, index: 1))
    #expect(module.export("nothing") == nil)
    #expect(module.exportName(.function, 2) == "run" && module.exportName(.function, 0) == nil)
    #expect(module.start == 0)
    #expect(module.name(.function, 0) == "env.f")
    #expect(module.name(.function, 2) == "identity")
    #expect(module.name(.memory, 0) == "env.memory" && module.name(.memory, 1) == "memory")
    #expect(module.name(.global, 1) == nil)
    try module.checkForm()
    #expect(module.diagnostics.isEmpty)
  }

  /// All eight forms of an element segment (5.5.12).
  @Test func elementSegments() throws {
    let offset: [UInt8] = [0x41, 7, 0x0b]
    let expressions: [UInt8] = [3, 0xd2, 5, 0x0b, 0xd0, 0x70, 0x0b, 0x23, 0, 0x0b]
    var builder = ModuleBuilder()
    builder.rawElements { $0.raw([0] + offset + [2, 5, 6]) }
    builder.rawElements { $0.raw([1, 0, 2, 5, 6]) }
    builder.rawElements { $0.raw([2, 3] + offset + [0, 2, 5, 6]) }
    builder.rawElements { $0.raw([3, 0, 1, 0x80, 1]) }
    builder.rawElements { $0.raw([4] + offset + expressions) }
    builder.rawElements { $0.raw([5, 0x6f, 1, 0xd0, 0x6f, 0x0b]) }
    builder.rawElements { $0.raw([6, 3] + offset + [0x64, 0x70] + expressions) }
    builder.rawElements { $0.raw([7, 0x63, 1, 0]) }
    let module = try WasmModule(builder.bytes)
    try module.checkForm()
    let segments = module.elements
    try #require(segments.count == 8)
    #expect(
      segments.map(\.type.description) == [
        "(ref func)", "(ref func)", "(ref func)", "(ref func)", "funcref", "externref", "(ref func)", "(ref null 1)",
      ])
    let modes = segments.map { segment in
      switch segment.mode {
      case .active(let table, let offset): "table \(table) at \(offset.literal?.offset ?? 0)"
      case .passive: "passive"
      case .declarative: "declarative"
      }
    }
    #expect(
      modes == [
        "table 0 at 7", "passive", "table 3 at 7", "declarative", "table 0 at 7", "passive", "table 3 at 7",
        "declarative",
      ])
    #expect(
      segments.map(\.elements.functions) == [
        [5, 6], [5, 6], [5, 6], [128], [5, nil, nil], [nil], [5, nil, nil], [],
      ])
    if case .expression(let expression)? = Array(segments[4].elements).last {
      #expect(expression.evaluate { $0 == 0 ? .function(9) : nil } == .function(9))
    } else {
      Issue.record("the third element is an expression")
    }
  }

  @Test func dataSegments() throws {
    var builder = ModuleBuilder()
    builder.memory(MemoryType(SizeLimits(1)))
    builder.memory(MemoryType(SizeLimits(1), is64Bit: true))
    builder.data(at: .i32(-16), [1, 2, 3])
    builder.data(at: .i64(1 << 40), memory: 1, [4])
    builder.passiveData([5, 6])
    builder.data(at: .i32(0), [])
    let module = try WasmModule(builder.bytes)
    try module.checkForm()
    #expect(module.dataCount == 4)
    #expect(module.data.map(\.contents.array) == [[1, 2, 3], [4], [5, 6], []])
    let offsets = module.data.map { segment -> [UInt64]? in
      guard case .active(let memory, let offset) = segment.mode else { return nil }
      return [UInt64(memory), offset.literal?.offset ?? 0]
    }
    #expect(offsets == [[0, 0xffff_fff0], [1, 1 << 40], nil, [0, 0]])
    #expect(module.data[0].contents.storage === module.file.storage)
  }

  @Test func customSections() throws {
    var builder = ModuleBuilder()
    builder.customSection("mine") { $0.raw([1, 2]) }
    builder.customSection("yours") { $0.raw([3]) }
    builder.customSection("mine") { $0.raw([4]) }
    builder.customSection("") { _ in }
    let module = try WasmModule(builder.bytes)
    #expect(module.customSection("mine")?.array == [1, 2])
    #expect(module.customSections("mine").map(\.array) == [[1, 2], [4]])
    #expect(module.customSection("")?.isEmpty == true)
    #expect(module.customSection("nobody's") == nil)
    #expect(module.sections.map(\.title) == ["mine", "yours", "mine", ""])
    #expect(module.section(.custom) == nil && module.section(SectionID(rawValue: 99)) == nil)
  }

  // MARK: Damage

  private func form(_ fill: (inout ByteBuilder) -> Void) throws -> (WasmModule, Rule?) {
    var builder = ByteBuilder()
    builder.moduleHeader()
    fill(&builder)
    let module = try WasmModule(Bytes(copying: builder.bytes))
    do throws(ReadError) {
      try module.checkForm()
      return (module, nil)
    } catch {
      return (module, error.rule)
    }
  }

  @Test func orderAndNumbersOfSections() throws {
    // Out of order is readable, though not well-formed.
    var (module, rule) = try form {
      $0.section(5) { $0.raw([1, 0, 1]) }
      $0.section(1) { $0.raw([1, 0x60, 0, 0]) }
    }
    #expect(rule == .sectionOrder && module.types.count == 1 && module.memories.count == 1)
    #expect(module.diagnostics.isEmpty)
    // The first of two counts.
    (module, rule) = try form {
      $0.section(5) { $0.raw([1, 0, 1]) }
      $0.section(5) { $0.raw([2, 0, 1, 0, 1]) }
    }
    #expect(rule == .sectionOrder && module.memories.count == 1)
    #expect(
      module.diagnostics.map(\.description) == ["memory: offset 0xd: section occurs again and is ignored"])
    (module, rule) = try form {
      $0.section(14) { _ in }
      $0.section(5) { $0.raw([1, 0, 1]) }
    }
    #expect(rule == .unknownSection && module.memories.count == 1)
    #expect(module.diagnostics.map(\.description) == ["offset 0x8: unknown section 14 is ignored"])
    // Tags stand between memories and globals, the data count before the code.
    (_, rule) = try form {
      $0.section(5) { $0.raw([0]) }
      $0.section(13) { $0.raw([0]) }
      $0.section(6) { $0.raw([0]) }
      $0.section(9) { $0.raw([0]) }
      $0.section(12) { $0.raw([0]) }
      $0.section(10) { $0.raw([0]) }
      $0.section(11) { $0.raw([0]) }
    }
    #expect(rule == nil)
  }

  @Test func countsThatDoNotFit() throws {
    #expect(try form { $0.section(3) { $0.raw([1, 0]) } }.1 == .functionCountMismatch)
    #expect(try form { $0.section(10) { $0.raw([1, 2, 0, 0x0b]) } }.1 == .functionCountMismatch)
    #expect(try form { $0.section(12) { $0.raw([1]) } }.1 == .dataCountMismatch)
    let (module, rule) = try form { $0.section(5) { $0.raw([1, 0, 1, 9]) } }
    #expect(rule == .sectionSizeMismatch && module.memories.count == 1)
    #expect(try form { $0.section(8) { $0.raw([0, 0]) } }.1 == .sectionSizeMismatch)
  }

  @Test(
    arguments: [
      (1, [1, 0x5d], .malformedType), (2, [1, 0, 0, 5, 0], .malformedKind), (2, [1, 0, 0, 4, 1, 0], .malformedTag),
      (4, [1, 0x40, 1, 0x70, 0, 0], .malformedTable), (4, [1, 0x7f, 0, 0], .malformedReferenceType),
      (6, [1, 0x7f, 2, 0x41, 0, 0x0b], .malformedMutability),
      (6, [1, 0x7f, 0, 0x20, 0, 0x0b], .constantExpressionRequired),
      (6, [1, 0x7f, 0, 0xfd, 0x0d, 0x0b], .constantExpressionRequired),
      (6, [1, 0x7f, 0, 0xfb, 0x02, 0x0b], .constantExpressionRequired),
      (6, [1, 0x7f, 0, 0x41], .unexpectedEnd), (7, [1, 0, 9, 0], .malformedKind), (9, [1, 8, 0], .malformedElement),
      (9, [1, 1, 1, 0], .malformedElement), (11, [1, 3, 0], .malformedData), (12, [], .unexpectedEnd),
      (13, [1, 1, 0], .malformedTag), (10, [1, 5, 0, 0x0b], .bodyTooLong),
    ] as [(UInt8, [UInt8], Rule)])
  func malformedEntries(_ section: UInt8, _ contents: [UInt8], _ rule: Rule) throws {
    let (module, found) = try form { $0.section(section) { $0.raw(contents) } }
    #expect(found == rule)
    #expect(module.diagnostics.count == 1)
    #expect(module.diagnostics[0].section == SectionID(rawValue: section).title)
    // Asking again finds the same and says nothing twice.
    #expect(throws: ReadError.self) { try module.checkForm() }
    #expect(module.diagnostics.count == 1)
  }

  /// A vector that says it has 2³²−1 entries; every section ends after them or before.
  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 13] as [UInt8]) func vastCounts(_ section: UInt8) throws {
    let (module, rule) = try form { $0.section(section) { $0.raw([0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0, 0]) } }
    #expect(rule == .overLimit)
    #expect(module.elements.isEmpty && module.data.isEmpty && module.bodies.isEmpty && module.types.isEmpty)
    #expect(try form { $0.section(section) { $0.raw([0xc0, 0x84, 0x3d]) } }.1 == .unexpectedEnd)
  }

  @Test func vastCountsInside() throws {
    let vast: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0x0f]
    #expect(try form { $0.section(1) { $0.raw([1, 0x60] + vast) } }.1 == .overLimit)
    #expect(try form { $0.section(1) { $0.raw([1, 0x4e] + vast) } }.1 == .overLimit)
    #expect(try form { $0.section(2) { $0.raw([1] + vast) } }.1 == .unexpectedEnd)
    #expect(try form { $0.section(9) { $0.raw([1, 1, 0] + vast) } }.1 == .unexpectedEnd)
    #expect(try form { $0.section(9) { $0.raw([1, 5, 0x70] + vast) } }.1 == .unexpectedEnd)
    #expect(try form { $0.section(11) { $0.raw([1, 1] + vast) } }.1 == .unexpectedEnd)
  }

  @Test func namesThatAreNotUTF8() throws {
    let (module, rule) = try form {
      $0.section(2) { $0.raw([1, 1, 0xff, 1, 0x61, 3, 0x7f, 0]) }
      $0.section(7) { $0.raw([1, 2, 0x61, 0xff, 3, 0]) }
      $0.section(0) { $0.raw([1, 0xff, 7]) }
    }
    #expect(rule == .invalidUTF8)
    #expect(module.imports[0].module == "\u{fffd}" && module.imports[0].name == "a")
    #expect(module.exports[0].name == "a\u{fffd}")
    #expect(module.sections[2].name == nil && module.sections[2].contents.array == [1, 0xff, 7])
    #expect(
      module.diagnostics.map(\.description) == [
        "offset 0x1a: name of a custom section is damaged",
        "import: offset 0xb: the section was not read whole: name is not valid UTF-8",
        "export: offset 0x15: the section was not read whole: name is not valid UTF-8",
      ])
  }

  @Test func cutOffData() throws {
    var builder = ModuleBuilder()
    builder.memory(MemoryType(SizeLimits(1)))
    builder.data(at: .i32(0), [1, 2, 3])
    builder.data(at: .i32(8), [4, 5, 6, 7])
    let whole = builder.fileBytes
    let module = try WasmModule(Bytes(copying: whole.dropLast(2)))
    #expect(module.data.map(\.contents.array) == [[1, 2, 3], [4, 5]])
    #expect(module.sections.last?.isTruncated == true)
    #expect(
      module.diagnostics.map(\.description) == [
        "data: offset 0xd: the file is cut off: section is longer than the file",
        "data: offset 0x1d: the section was not read whole: unexpected end of data (0x4)",
      ])
    #expect(throws: ReadError(.sectionTooLong, section: "data", offset: FileOffset(13))) { try module.checkForm() }
  }

  @Test func capOnSections() throws {
    var builder = ByteBuilder()
    builder.moduleHeader()
    for _ in 0..<20 { builder.customSection("c") { _ in } }
    var limits = Limits()
    limits.sections = 5
    let module = try WasmModule(Bytes(copying: builder.bytes), limits: limits)
    #expect(module.sections.count == 5)
    #expect(module.diagnostics.count == 1)
    #expect(throws: ReadError(.overLimit, value: 5, offset: FileOffset(28))) { try module.checkForm() }
  }

  @Test func capOnDiagnostics() throws {
    var builder = ByteBuilder()
    builder.moduleHeader()
    for _ in 0..<20 { builder.section(99) { _ in } }
    var limits = Limits()
    limits.diagnostics = 3
    let module = try WasmModule(Bytes(copying: builder.bytes), limits: limits)
    #expect(module.diagnostics.count == 3)
    #expect(module.diagnostics.last?.message == "more problems are not listed")
  }
}
