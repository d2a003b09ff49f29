import ByteCursor
import CoreDumpFormat
import PostMortem
import TestSupport
import Testing
import WasmBinary

/// Modules that are parted into one for shipping and a debug file.
@Suite struct ModuleSplitTests {
  private static let options = ModuleSplit.Options(debugURL: "app.debug.wasm")
  private static func names(_ writer: ModuleWriter) throws -> [String] { try module(writer).sections.map(\.title) }
  private static func module(_ writer: ModuleWriter) throws -> WasmModule {
    try WasmModule(Bytes(copying: writer.bytes))
  }

  /// A module as a linker leaves it, with sections that hold nothing but their name.
  private static func builder(_ sections: [String] = [".debug_info", ".debug_line"]) -> ModuleBuilder {
    var builder = ModuleBuilder()
    builder.function(body: [0x01, 0x0b], name: "one", export: "one")
    builder.memory(MemoryType(SizeLimits(1)))
    for section in sections { builder.customSection(section) { $0.raw(section.utf8) } }
    return builder
  }
  private static func split(_ builder: ModuleBuilder, _ options: ModuleSplit.Options = options) throws -> ModuleSplit {
    try ModuleSplit(builder.bytes, options: options)
  }

  @Test func whatGoesWhere() throws {
    let builder = Self.builder([
      "dylink.0", ".debug_info", ".debug_str", "linking", "reloc.CODE", "reloc..debug_info", "producers",
      "target_features", "sourceMappingURL", "metadata.code.branch_hint", "of somebody",
    ])
    let whole = try WasmModule(builder.bytes)
    let split = try Self.split(builder)
    let standard = ["type", "function", "memory", "export", "code"]
    #expect(
      try Self.names(split.stripped) == standard + [
        "dylink.0", "producers", "target_features", "sourceMappingURL", "metadata.code.branch_hint", "of somebody",
        "build_id", "external_debug_info",
      ])
    #expect(
      try Self.names(split.debug) == [".debug_info", ".debug_str", "wasmpm.names", "build_id", "wasmpm.functions"])
    let (stripped, debug) = (try Self.module(split.stripped), try Self.module(split.debug))
    #expect(stripped.externalDebugInfo == "app.debug.wasm")
    #expect(stripped.code?.array == whole.code?.array)
    #expect(stripped.code?.fileOffset == whole.code?.fileOffset)
    #expect(stripped.customSection("of somebody")?.string == "of somebody")
    #expect(debug.customSection(".debug_str")?.string == ".debug_str")
    #expect(debug.names.functions[0] == "one")
    #expect(debug.recordedBounds.map(Array.init) == Array(FunctionBounds(whole.bodies)))
  }

  @Test func namesAreKeptOnRequest() throws {
    var options = Self.options
    options.keepsNames = true
    let split = try Self.split(Self.builder(), options)
    #expect(try Self.module(split.stripped).names.functions[0] == "one")
    #expect(try Self.module(split.debug).names.functions[0] == "one")
  }

  @Test func namesAloneCanBeSplitOff() throws {
    let split = try Self.split(Self.builder([]))
    #expect(try Self.names(split.debug) == ["wasmpm.names", "build_id", "wasmpm.functions"])
  }

  @Test func buildIdentifiers() throws {
    let made = try Self.split(Self.builder())
    #expect(made.madeBuildID && made.buildID.count == 16)
    #expect(try Self.module(made.stripped).buildID?.array == made.buildID)
    #expect(try Self.module(made.debug).buildID?.array == made.buildID)
    // Other contents, another identifier.
    #expect(try Self.split(Self.builder([".debug_info", "x"])).buildID != made.buildID)
    // That of the linker stays, where it stands.
    var builder = Self.builder(["a"])
    builder.customSection("build_id") { $0.raw([3, 1, 2, 3]) }
    builder.customSection(".debug_info") { $0.raw([0]) }
    builder.customSection("b") { _ in }
    let kept = try Self.split(builder)
    #expect(!kept.madeBuildID && kept.buildID == [1, 2, 3])
    #expect(try Self.names(kept.stripped).suffix(4) == ["a", "build_id", "b", "external_debug_info"])
    #expect(try Self.module(kept.debug).buildID?.array == [1, 2, 3])
    // An empty one is none.
    var empty = Self.builder()
    empty.customSection("build_id") { $0.raw([0]) }
    let replaced = try Self.split(empty)
    #expect(replaced.madeBuildID)
    #expect(try Self.names(replaced.stripped).filter { $0 == "build_id" }.count == 1)
  }

  @Test func theSameModuleGivesTheSameBytes() throws {
    let file = try Places.bytes(Places.samples + "/structs/structs.wasm")
    let first = try ModuleSplit(file, options: Self.options)
    let second = try ModuleSplit(Bytes(copying: file.array), options: Self.options)
    #expect(first.stripped.bytes == second.stripped.bytes)
    #expect(first.debug.bytes == second.debug.bytes)
    #expect(first.stripped.count == first.stripped.bytes.count)
    // What was split once is not split again.
    #expect(throws: SplitError.self) {
      try ModuleSplit(Bytes(copying: first.stripped.bytes), options: Self.options)
    }
  }

  // MARK: What cannot be split

  private static func refusal(_ file: Bytes, _ options: ModuleSplit.Options = options) -> String {
    do {
      _ = try ModuleSplit(file, options: options)
      return "split"
    } catch { return error.description }
  }

  @Test func refusals() throws {
    let foreign = "offset 0x0: not a WebAssembly file (no \\0asm at its start)"
    #expect(Self.refusal(.empty) == foreign)
    #expect(Self.refusal(Bytes(copying: Array("text\n".utf8))) == foreign)
    #expect(
      Self.refusal(try Places.bytes(Places.samples + "/structs/structs.core")) == "this is a core dump, not a module")
    #expect(
      Self.refusal(Bytes(copying: [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]))
        == "this is a component; split the core modules before they are put together")
    #expect(
      Self.refusal(try Places.bytes(Places.samples + "/split/app.debug.wasm"))
        == "this is a debug file: it has no code")
    #expect(Self.refusal(Bytes(copying: ModuleWriter.preamble)) == "the module has no code")
    #expect(Self.refusal(Self.builder([".debug_info.dwo"]).bytes).hasPrefix("this is split debug information"))

    var object = ModuleBuilder()
    object.importMemory("env", "__linear_memory", MemoryType(SizeLimits(0)))
    object.function(name: "f")
    object.customSection("linking") { $0.u8(2) }
    object.customSection(".debug_info") { _ in }
    #expect(Self.refusal(object.bytes) == "this is an object file, which has to be linked first")

    var stripped = ModuleBuilder()
    stripped.function()
    #expect(
      Self.refusal(stripped.bytes) == "the module has neither debug information nor names that could be split off")
    var keeping = Self.options
    keeping.keepsNames = true
    #expect(
      Self.refusal(Self.builder([]).bytes, keeping) == "the module has no debug information that could be split off")
    stripped.customSection("external_debug_info") { $0.name("x.wasm") }
    #expect(
      Self.refusal(stripped.bytes)
        == "the module was split before: it says that its debug information is in x.wasm")
  }

  @Test func damagedModulesAreRefused() throws {
    let whole = Self.builder().fileBytes
    #expect(Self.refusal(Bytes(copying: whole.dropLast(3))).hasPrefix("the module is damaged: "))
    #expect(Self.refusal(Bytes(copying: whole + [5, 3, 1, 0, 1])).contains("memory: "))
    #expect(Self.refusal(Bytes(copying: whole + [77, 0])).contains("unknown section 77"))
  }

  /// Whatever a file holds, it is split or refused; and what comes of it is a module whose sections can be read.
  @Test func anyBytesAreSurvived() throws {
    let made = Self.builder([".debug_info", "build_id", "linking", "external_debug_info"]).fileBytes
    let real = try Places.bytes(Places.samples + "/crash-c/crash.wasm").array
    var generator = SeededGenerator(seed: 66)
    var wereSplit = 0
    for (whole, rounds) in [(made, 2000), (real, 400)] {
      for _ in 0..<rounds {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          bytes[Int.random(in: 8..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
        guard let split = try? ModuleSplit(Bytes(copying: bytes), options: Self.options) else { continue }
        wereSplit += 1
        for writer in [split.stripped, split.debug] {
          let module = try Self.module(writer)
          #expect(module.buildID?.array == split.buildID)
          #expect(module.sections.filter(\.isTruncated).isEmpty)
        }
      }
    }
    #expect(wereSplit > 100)
  }

  // MARK: Names of debug files

  @Test(arguments: [
    ("app.debug.wasm", "app.wasm", "app.debug.wasm"),
    ("out/app.debug.wasm", "out/app.wasm", "app.debug.wasm"),
    ("out/symbols/app.debug.wasm", "./out/app.wasm", "symbols/app.debug.wasm"),
    ("symbols/app.debug.wasm", "app.wasm", "symbols/app.debug.wasm"),
    ("symbols/app.debug.wasm", "out/app.wasm", "app.debug.wasm"),
    ("../app.debug.wasm", "app.wasm", "app.debug.wasm"),
    ("/a/b/c.wasm", "/a/d.wasm", "b/c.wasm"),
    ("/a/b/c.wasm", "/ab/d.wasm", "c.wasm"),
    ("/a/b/c.wasm", "d.wasm", "c.wasm"),
    ("/c.wasm", "/d.wasm", "c.wasm"),
    ("50% a:b #1?.wasm", "d.wasm", "50%25%20a%3Ab%20%231%3F.wasm"),
    ("né.wasm", "d.wasm", "n%C3%A9.wasm"),
  ]) func references(_ debug: String, _ module: String, _ expected: String) {
    #expect(DebugURL.reference(to: debug, from: module) == expected)
  }

  // MARK: Reading what was split

  /// A dump read through the two files says what it says through the whole module.
  @Test(arguments: [
    "structs/structs", "recursion/recursion", "dwarf5/dwarf5", "inventory/inventory", "rustpanic/rustpanic",
  ])
  func aDumpSaysTheSame(_ sample: String) throws {
    let folder = try TemporaryFolder()
    let base = Path.baseName(sample)
    let whole = Places.samples + "/" + sample + ".wasm"
    let split = try ModuleSplit(try Places.bytes(whole), options: Self.options)
    try folder.write(base + ".wasm", split.stripped.bytes)
    try folder.write("app.debug.wasm", split.debug.bytes)
    let dump = try folder.write(base + ".core", try Places.bytes(Places.samples + "/" + sample + ".core").array)
    let session = try Session(path: dump, options: SessionOptions())
    var options = SessionOptions()
    options.modulePaths = [whole]
    let expected = try Session(path: dump, options: options)
    #expect(session.modules[0].path == folder.path + "/" + base + ".wasm")
    #expect(session.modules[0].debugInfo.kind == .separate)
    #expect(session.modules[0].problems == [])
    for thread in expected.threads.indices {
      let (left, right) = (session.backtrace(thread: thread), expected.backtrace(thread: thread))
      #expect(left.map(\.function) == right.map(\.function))
      #expect(left.map(\.source) == right.map(\.source))
      #expect(left.map(\.codeOffset) == right.map(\.codeOffset))
    }
    #expect(session.trap.kind == expected.trap.kind)
    #expect(session.trap.message == expected.trap.message)
  }
}
