import ByteCursor
import TestSupport
import Testing
import WasmBinary

/// Real modules, with what other tools say of them.
@Suite(.enabled(if: Places.hasCorpus)) struct CorpusTests {
  private func module(_ name: String) throws -> WasmModule {
    try WasmModule(try Places.bytes(Places.corpus + "/" + name))
  }

  @Test func aProgramInC() throws {
    let module = try module("traps-O0.wasm")
    try module.checkForm()
    #expect(module.sections.count == 19)
    #expect(module.types.count == 15 && module.functionCount == 73 && module.importedCount(.function) == 7)
    #expect(module.functionType(12)?.description == "[i32 i64] -> [i32]")
    #expect(module.tables.map(\.type.description) == ["6 6 funcref"])
    #expect(module.memories.map(\.description) == ["17"])
    #expect(module.initialGlobalValues() == [.i32(1_054_112)])
    #expect(module.export("_start")?.kind == .function && module.export("memory")?.index == 0)
    #expect(module.elements.map(\.elements.functions) == [[17, 42, 44, 46, 48]])
    #expect(module.data.count == 2)
    if case .active(0, let offset)? = module.data.first?.mode {
      #expect(offset.literal == .i32(1024))
    } else {
      Issue.record("the first data segment is active")
    }
    // Bodies, as a disassembler shows them.
    #expect(module.bodies.count == 66 && module.code?.fileOffset == FileOffset(0x1e8))
    let main = try #require(module.body(8))
    #expect(main.header == CodeAddress(0x1d) && main.fileOffset == FileOffset(0x207))
    #expect(main.codeAddress == CodeAddress(0x1f) && main.contents.count == 0x2a7)
    #expect(module.body(containing: FileOffset(0x4ad))?.function == 8)
    #expect(module.body(containing: FileOffset(0x4ae)) == nil)
    #expect(module.body(containing: FileOffset(0x4b0))?.function == 9)
    #expect(
      try module.locals(of: main).declarations.groups.prefix(2) == [
        LocalGroup(count: 3, type: .i32), LocalGroup(count: 4, type: .i64),
      ])
    // Names.
    #expect(module.names.functions.count == 73)
    #expect(module.name(.function, 0) == "__imported_wasi_snapshot_preview1_args_get")
    #expect((7...12).map { module.name(.function, $0) } == ["_start", "main", "oob", "divz", "sig", "deep"])
    #expect(module.names.globals[0] == "__stack_pointer")
    #expect(module.names.functions.index(of: "__stdio_write") == 44)
    // Custom sections.
    #expect(module.producers.map(\.name) == ["language", "processed-by"])
    #expect(module.producers[1].values.first == .init(name: "Debian clang", version: "14.0.6"))
    #expect(
      module.targetFeatures.map(\.description) == [
        "+bulk-memory", "+bulk-memory-opt", "+call-indirect-overlong", "+multivalue", "+mutable-globals",
        "+nontrapping-fptoint", "+reference-types", "+sign-ext",
      ])
    #expect(module.customSection(".debug_info")?.count == 0x19a7b - 0x10372)
    #expect(module.customSection(".debug_info")?.fileOffset == FileOffset(0x10372))
    #expect(module.buildID == nil)
    #expect(module.diagnostics.isEmpty)
  }

  @Test func companionsAndDebugFiles() throws {
    let buildID = try #require(try module("companion-O2.wasm").buildID)
    #expect(
      buildID.array == [
        0xdb, 0x1d, 0x9f, 0x82, 0xce, 0xa2, 0x50, 0x55, 0xae, 0xe6, 0x9a, 0xfe, 0xfc, 0x31, 0x18, 0x32,
      ])
    let debug = try module("traps-O0.debug.wasm")
    #expect(debug.code == nil && debug.bodies.isEmpty && debug.functionCount == 0)
    #expect(debug.customSection(".debug_line")?.count == 27454)
    let stripped = try module("traps-O0.stripped.wasm")
    #expect(stripped.code?.fileOffset == FileOffset(0x209) && stripped.bodies.count == 66)
    #expect(stripped.customSection(".debug_line") == nil)
    let shrunk = try module("shipped-O2.wasm")
    let companion = try module("companion-O2.wasm")
    #expect(shrunk.bodies.count == companion.bodies.count && shrunk.bodies.count == 67)
    for module in [debug, stripped, shrunk, companion] {
      try module.checkForm()
      #expect(module.diagnostics.isEmpty)
    }
  }

  @Test func smallModules() throws {
    #expect(try module("mem64.wasm").memories.map(\.description) == ["i64 2 10"])
    #expect(try module("shared.wasm").memories.map(\.description) == ["1 4 shared"])
    #expect(try module("multimem.wasm").memories.map(\.description) == ["1", "2 5"])
    #expect(try module("multimem.wasm").names.memories[1] == "b")
    #expect(try module("starttrap.wasm").start == 0)
    let gc = try module("gc.wasm")
    #expect(gc.types.first?.composite == .structure([FieldType(.value(.i32), isMutable: true)]))
    #expect(gc.globals.map(\.type.description) == ["(mut (ref null 0))"])
    #expect(gc.initialGlobalValues() == [.null(.defined(0))])
    let body = try #require(gc.body(0))
    #expect(try gc.locals(of: body).types.map(\.description) == ["(ref null 0)"])
    let exceptions = try module("exn.wasm")
    #expect(exceptions.tags == [0] && exceptions.names.tags[0] == "t")
    #expect(
      try module("v128glob.wasm").initialGlobalValues() == [
        .v128(low: 0x0000_0002_0000_0001, high: 0x0000_0004_0000_0003), .i32(5),
      ])
    #expect(try module("refglob.wasm").initialGlobalValues() == [.null(.extern), .function(0), .i32(5)])
    #expect(
      try module("fltglob.wasm").initialGlobalValues() == [
        .f32(0x7fa0_0001), .f64(0x8000_0000_0000_0000), .i64(-1), .i32(5),
      ])
    let dynamic = try module("dynmain.wasm")
    #expect(dynamic.imports.map(\.name) == ["mem", "g", "boom"])
    #expect(dynamic.memories.map(\.description) == ["2", "1"])
    #expect(dynamic.initialGlobalValues() == [nil, .i64(9)])
    #expect((0..<3).map { dynamic.name(.function, $0) } == ["boom", "wrap", "_start"])
    let caller = try module("caller.wasm")
    let leaf = try #require(caller.body(0))
    #expect(try caller.locals(of: leaf).types == [.i32, .i64, .f32, .f64])
    #expect(try leaf.localDeclarations().firstInstruction == CodeOffset(9))
    #expect(leaf.fileOffset(of: CodeOffset(0x29)) == FileOffset(0x70))
    #expect(caller.names.types[0] == "v" && caller.names.types[1] == "i")
  }

  @Test func component() throws {
    let bytes = try Places.bytes(Places.corpus + "/comp.wasm")
    #expect(throws: ReadError(.isComponent, offset: FileOffset(0))) { try WasmModule(bytes) }
    let file = try WasmFile(bytes)
    try #require(file.modules.count == 1)
    let module = file.modules[0]
    try module.checkForm()
    #expect(module.names.module == "m" && module.name(.function, 0) == "in" && module.name(.function, 1) == "run")
    // As a disassembler of the component shows them.
    #expect(module.body(0)?.fileOffset == FileOffset(0x3f))
    #expect(module.body(0)?.codeAddress == CodeAddress(0x3f - 0x3d))
    #expect(module.body(1)?.fileOffset == FileOffset(0x53))
    #expect(module.body(containing: FileOffset(0x4b))?.function == 0)
    #expect(file.diagnostics.isEmpty)
  }

  /// Core dumps are modules too.
  @Test func coreDumps() throws {
    let dump = try module("big64.core")
    try dump.checkForm()
    #expect(dump.customSection("corestack") != nil && dump.customSection("core") != nil)
    #expect(dump.data.count == 2048 && dump.memories.map(\.description) == ["2048"])
    for (index, segment) in dump.data.enumerated() {
      guard case .active(0, let offset) = segment.mode else { continue }
      #expect(offset.literal?.offset == UInt64(index) * 65536 && segment.contents.array == [1])
    }
    let truncated = try Places.bytes(Places.corpus + "/caller.core")
    for count in 8..<truncated.count { touchEverything(try WasmModule(truncated.clamped(0, count: count))) }
  }

  @Test func everyModuleOfTheCorpus() throws {
    let index = try Places.bytes(Places.corpus + "/INDEX.txt").string
    var names: Set<Substring> = []
    for line in index.split(separator: "\n") { names.formUnion(line.split(separator: " ").prefix(2)) }
    #expect(names.count > 60)
    for name in names {
      for module in try WasmModule.modules(in: try Places.bytes(Places.corpus + "/" + name)) {
        try module.checkForm()
        touchEverything(module)
        #expect(module.diagnostics.isEmpty, "\(name)")
      }
    }
  }
}
