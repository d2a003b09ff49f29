import ByteCursor
import CoreDumpFormat
import class DwarfEval.Dwarf
import struct DwarfEval.DwarfSections
import PostMortem
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// Debug files in the shapes that tools give them, and those of other builds, which are refused.
@Suite struct DebugFileTests {
  /// A program's module with its debug information, and what tools make of it.
  private struct Program {
    let whole: WasmModule

    init(_ sample: String) throws { whole = try WasmModule(Places.bytes(Places.samples + "/" + sample + ".wasm")) }
    init(_ bytes: [UInt8]) throws { whole = try WasmModule(Bytes(copying: bytes)) }

    /// The sections that `keeps` says, and identifiers where there are any.
    func file(buildID: [UInt8]? = nil, external: String? = nil, _ keeps: (WasmBinary.Section) -> Bool) throws -> [UInt8]
    {
      var writer = ModuleWriter()
      for section in whole.sections where section.name != "build_id" && keeps(section) {
        writer.append(section, of: whole)
      }
      if let buildID { try writer.appendBuildID(buildID) }
      if let external { try writer.appendExternalDebugInfo(external) }
      return writer.bytes
    }

    private static func isDebug(_ section: WasmBinary.Section) -> Bool { section.name?.hasPrefix(".debug_") == true }

    func stripped(buildID: [UInt8]? = nil, external: String? = nil, names: Bool = false) throws -> [UInt8] {
      try file(buildID: buildID, external: external) { !Self.isDebug($0) && (names || $0.name != "name") }
    }
    /// `llvm-objcopy --only-keep-debug`.
    func objcopy(buildID: [UInt8]? = nil) throws -> [UInt8] { try file(buildID: buildID, Self.isDebug) }
    /// `emcc -gseparate-dwarf`: everything, or everything but the code.
    func emscripten(code: Bool) throws -> [UInt8] { try file { code || $0.id != .code } }
    /// An unstripped copy, with the identifier that `wasm-split` and its like give both.
    func twin(buildID: [UInt8]) throws -> [UInt8] { try file(buildID: buildID) { _ in true } }
    func split(buildID: [UInt8]?) throws -> ModuleSplit {
      try ModuleSplit(
        Bytes(copying: buildID.map { try twin(buildID: $0) } ?? whole.file.array),
        options: ModuleSplit.Options(debugURL: "app.debug.wasm"))
    }
  }

  /// What is known of `run_day` (`structs`), or of whatever is at the address, with these files in a folder.
  private func symbolize(
    _ files: [(name: String, bytes: [UInt8])], address: UInt64 = 0x294,
    options: (inout SessionOptions, String) -> Void = { _, _ in }
  ) throws -> (info: ModuleInfo, frames: [SourceFrame], folder: TemporaryFolder) {
    let folder = try TemporaryFolder()
    for file in files { try folder.write(file.name, file.bytes) }
    var settings = SessionOptions()
    options(&settings, folder.path)
    let symbolizer = try Symbolizer(path: folder.path + "/app.wasm", options: settings)
    return (symbolizer.info, symbolizer.frames(at: CodeAddress(address)), folder)
  }

  private func expectLines(
    _ found: (info: ModuleInfo, frames: [SourceFrame], folder: TemporaryFolder), _ comment: Comment? = nil
  ) {
    #expect(found.frames.last?.function.display == "run_day", comment)
    #expect(found.frames.last?.source?.line == 91, comment)
    #expect(found.info.debugInfo.kind == .separate, comment)
  }

  /// Refused: with names, as the module has them, but without lines.
  private func expectRefused(
    _ found: (info: ModuleInfo, frames: [SourceFrame], folder: TemporaryFolder), _ reason: String
  ) {
    #expect(found.info.debugInfo.kind == .none)
    #expect(found.frames.compactMap(\.source) == [])
    #expect(
      found.info.problems.map { $0.split(separator: ": ", maxSplits: 1).last.map(String.init) } == [
        "not the debug file of this module: " + reason
      ])
  }

  // MARK: Each producer's shape

  @Test func shapes() throws {
    let program = try Program("structs/structs")
    let identifier: [UInt8] = [0xab, 0xcd, 0xef, 1]
    let named = ".build-id/ab/cdef01.debug.wasm"
    let split = try program.split(buildID: nil)
    let cases: [(title: String, module: [UInt8], debug: [UInt8])] = [
      ("wasmpm split", split.stripped.bytes, split.debug.bytes),
      ("llvm-objcopy", try program.stripped(), try program.objcopy()),
      ("llvm-objcopy, identified", try program.stripped(buildID: identifier), try program.objcopy(buildID: identifier)),
      ("llvm-objcopy, identifier lost", try program.stripped(buildID: identifier), try program.objcopy()),
      ("emscripten", try program.stripped(), try program.emscripten(code: true)),
      ("emscripten, no code", try program.stripped(), try program.emscripten(code: false)),
      ("twin", try program.stripped(buildID: identifier), try program.twin(buildID: identifier)),
    ]
    for (title, module, debug) in cases {
      for name in ["app.debug.wasm", "app.wasm.debug.wasm"] {
        let found = try symbolize([("app.wasm", module), (name, debug)])
        expectLines(found, "\(title)")
        #expect(found.info.problems == [], "\(title)")
        #expect(found.info.debugInfo.path == found.folder.path + "/" + name, "\(title)")
      }
      expectLines(
        try symbolize([("app.wasm", module), ("d/x.wasm", debug)]) { $0.debugFilePaths = [$1 + "/d/x.wasm"] },
        "\(title)")
      // Under the module's own name in a folder, as an unstripped copy is.
      expectLines(
        try symbolize([("app.wasm", module), ("d/app.wasm", debug)]) { $0.debugFilePaths = [$1 + "/d"] }, "\(title)")
      guard try WasmModule(Bytes(copying: module)).buildID?.array == identifier else { continue }
      expectLines(
        try symbolize([("app.wasm", module), ("store/" + named, debug)]) {
          $0.debugSearchPath = [$1 + "/none", $1 + "/store"]
        }, "\(title)")
      expectLines(
        try symbolize([("app.wasm", module), ("store/" + named, debug)]) { $0.debugFilePaths = [$1 + "/store"] },
        "\(title)")
    }
  }

  @Test func whereTheModuleSays() throws {
    let program = try Program("structs/structs")
    for (external, place) in [
      ("symbols/x.wasm", "symbols/x.wasm"), ("symbols/x.wasm", "x.wasm"), ("../up/x.wasm", "x.wasm"),
      ("https://example.com/a/x.wasm", "x.wasm"), ("a%20b.wasm", "a b.wasm"), ("a%20b.wasm", "a%20b.wasm"),
    ] {
      let found = try symbolize([
        ("app.wasm", try program.stripped(external: external)), (place, try program.objcopy()),
      ])
      expectLines(found, "\(external)")
      // What was found is not said to be missing.
      #expect(found.info.problems == [], "\(external)")
    }
    // Nothing outside of the module's folder is opened on its word.
    let outside = try symbolize([
      ("app.wasm", try program.stripped(external: "../x.wasm")), ("sub/none", []),
    ])
    #expect(outside.info.debugInfo.kind == .none)
  }

  @Test func whatIsMissingIsNamed() throws {
    let program = try Program("structs/structs")
    func problems(_ external: String, _ identifier: [UInt8]?) throws -> [String] {
      try symbolize([("app.wasm", try program.stripped(buildID: identifier, external: external))]).info.problems
    }
    #expect(
      try problems("app.debug.wasm", [1, 2]) == [
        "the debug file app.debug.wasm (build id 0102) was not found; name it, or a folder that holds it, with --debug-file"
      ])
    #expect(
      try problems("https://example.com/x.wasm", nil) == [
        "the debug information is at https://example.com/x.wasm, which is not fetched; download it and name it with --debug-file"
      ])
  }

  /// Names that only the debug file has are the module's too: of functions, globals and data.
  @Test func namesOfTheDebugFile() throws {
    let program = try Program("structs/structs")
    let split = try program.split(buildID: nil)
    let named = try #require(program.whole.bodies.first { program.whole.names.functions[$0.function] == "__main_void" })
    let address = named.codeAddress.rawValue
    let found = try symbolize(
      [("app.wasm", split.stripped.bytes), ("app.debug.wasm", split.debug.bytes)], address: address)
    #expect(found.frames.map(\.function.display) == ["__main_void"])
    #expect(found.frames.map(\.function.origin) == [.nameSection])
    // A debug file may hold nothing else.
    let bare = try Program(try program.stripped(names: true)).split(buildID: nil)
    let names = try symbolize(
      [("app.wasm", bare.stripped.bytes), ("app.debug.wasm", bare.debug.bytes)], address: 0x294)
    #expect(names.frames.map(\.function.display) == ["run_day"])
    #expect(names.info.debugInfo.kind == .none)
    #expect(names.info.problems == [])
  }

  // MARK: Other builds

  @Test func anotherBuildIdentifier() throws {
    let program = try Program("structs/structs")
    let reason = "its build id is 0203, the module's is 0102"
    for debug in [try program.objcopy(buildID: [2, 3]), try program.twin(buildID: [2, 3])] {
      let files = [("app.wasm", try program.stripped(buildID: [1, 2], names: true)), ("app.debug.wasm", debug)]
      expectRefused(try symbolize(files), reason)
      // In a folder it is one among others, but by its name it is meant.
      expectRefused(try symbolize([files[0], ("d/app.debug.wasm", debug)]) { $0.debugFilePaths = [$1 + "/d"] }, reason)
      let forced = try symbolize([files[0], ("d/x.wasm", debug)]) { $0.debugFilePaths = [$1 + "/d/x.wasm"] }
      expectLines(forced)
      #expect(
        forced.info.problems == [
          "\(forced.folder.path)/d/x.wasm: \(reason); used all the same, as --debug-file names it and its code fits"
        ])
    }
  }

  /// Whatever tells that the code is another one, a file that was named is not believed against it.
  @Test func anotherProgram() throws {
    let (program, other) = (try Program("structs/structs"), try Program("recursion/recursion"))
    let module = ("app.wasm", try program.stripped(names: true))
    func refused(_ debug: [UInt8], _ reason: String) throws {
      expectRefused(try symbolize([module, ("app.debug.wasm", debug)]), reason)
      expectRefused(try symbolize([module, ("x.wasm", debug)]) { $0.debugFilePaths = [$1 + "/x.wasm"] }, reason)
    }
    let counts = (other.whole.bodies.count, program.whole.bodies.count)
    #expect(counts.0 == counts.1, "two programs with as many functions")
    let size = "5 functions are imported in it, 7 in the module"
    try refused(try other.split(buildID: nil).debug.bytes, size)
    let types = (other.whole.functionCount, program.whole.functionCount)
    try refused(
      try other.emscripten(code: false),
      types.0 == types.1
        ? "its functions have other types" : "it has \(types.0) functions, the module has \(types.1)")
    let found = try symbolize([module, ("app.debug.wasm", try other.objcopy())])
    #expect(found.info.debugInfo.kind == .none)
    #expect(
      found.info.problems.first?.hasSuffix("where no function of the module begins") == true, "\(found.info.problems)")
    // With code, a file may be another link of the same objects. What of the libraries is the same does not make it one.
    for (other, place) in [(other, "x.wasm"), (try Program("deep/deep"), "app.debug.wasm")] {
      let found = try symbolize([module, (place, try other.emscripten(code: true))]) {
        if place == "x.wasm" { $0.debugFilePaths = [$1 + "/x.wasm"] }
      }
      #expect(found.frames.compactMap(\.source) == [])
      #expect(found.info.problems.isEmpty == false)
    }
    try refused([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], "it has no .debug_info section")
  }

  /// A module whose functions have the sizes of the debug file's, while an instruction of one is another: each shape that
  /// could tell does.
  @Test func anotherBuildWithTheSameSizes() throws {
    let program = try Program("structs/structs")
    let whole = program.whole
    // Behind `i32.const` the next byte is no instruction any more: one at which a line begins.
    let dwarf = Dwarf(DwarfSections { whole.customSection($0) })
    let body = try #require(whole.body(containing: CodeAddress(0x294)))
    let unit = try #require(dwarf.unit(containing: CodeAddress(0x294)))
    let table = try #require(unit.lineTable)
    let sequence = try #require(table.sequence(holding: body.codeAddress))
    let row = try #require(
      table.rows(of: sequence).first {
        guard !$0.isEndSequence, let offset = body.codeOffset(of: $0.address), offset.rawValue > 64 else {
          return false
        }
        // An instruction of one byte stands before it.
        return Instruction(at: CodeOffset(offset.rawValue - 1), in: body.contents) != nil
      })
    let place = try #require(whole.fileOffset(of: row.address))
    var bytes = whole.file.array
    bytes[Int(place.rawValue) - 1] = 0x41
    let changed = try Program(bytes)
    let module = ("app.wasm", try changed.stripped(names: true))
    func refused(_ debug: [UInt8], _ reason: String) throws {
      expectRefused(try symbolize([module, ("app.debug.wasm", debug)]), reason)
      expectRefused(try symbolize([module, ("x.wasm", debug)]) { $0.debugFilePaths = [$1 + "/x.wasm"] }, reason)
    }
    let line = "it has a line at \(row.address), where no instruction of function \(body.function) begins"
    try refused(try program.objcopy(), line)
    try refused(try program.emscripten(code: false), line)
    // With code, functions that are the same could be used, but none of the unit that has another.
    let partly = try symbolize([module, ("app.debug.wasm", try program.emscripten(code: true))])
    #expect(partly.info.debugInfo.kind == .mapped)
    #expect(partly.frames.compactMap(\.source) == [])
    #expect(partly.info.problems.first?.hasPrefix("1 of the module's 57 functions are not those") == true)
    try refused(
      try program.split(buildID: nil).debug.bytes, "its functions have the module's sizes, but other instructions")
    // To the program as it was all of them belong.
    let original = ("app.wasm", try program.stripped(names: true))
    for debug in [try program.objcopy(), try program.emscripten(code: false)] {
      expectLines(try symbolize([original, ("app.debug.wasm", debug)]))
    }
  }

  /// No table of a compiler has a line where no instruction begins: with its debug information in a file of its own, without
  /// anything that identifies it, every module of the samples and the corpus is served.
  @Test(arguments: Places.modulesWithLines) func compilersTablesPass(_ path: String) throws {
    let program = try Program(try Places.bytes(path).array)
    guard program.whole.code != nil else { return }
    let found = try symbolize([("app.wasm", try program.stripped()), ("app.debug.wasm", try program.objcopy())])
    #expect(found.info.problems.filter { !$0.contains("split debug") } == [])
    #expect(found.info.debugInfo.kind != .none)
  }

  /// Any change to a debug file: it is used or refused.
  @Test func damagedFilesAreSurvived() throws {
    let split = try Program("crash-c/crash").split(buildID: nil)
    let (module, debug) = (split.stripped.bytes, split.debug.bytes)
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<150 {
      var bytes = debug
      for _ in 0..<Int.random(in: 1...20, using: &generator) {
        bytes[Int.random(in: 8..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      if Bool.random(using: &generator) { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &generator)) }
      _ = try symbolize([("app.wasm", module), ("app.debug.wasm", bytes)], address: 0x100)
    }
  }

  // MARK: Split debug information in a file of its own

  @Test(arguments: [4, 5]) func splitUnits(_ version: Int) throws {
    let fixtures = Places.root + "/Tests/DwarfEvalTests/Fixtures/"
    let program = try Program(try Places.bytes(fixtures + "split\(version).wasm").array)
    let split = try program.split(buildID: nil)
    let units = try ["shelves", "offers"].map {
      (name: "\($0)\(version).dwo", bytes: try Places.bytes(fixtures + "\($0)\(version).dwo").array)
    }
    let package = (name: "app.dwp", bytes: try Places.bytes(fixtures + "split\(version).dwp").array)
    for debug in [split.debug.bytes, try program.objcopy(), try program.emscripten(code: true)] {
      for files in [units, [package]] {
        let found = try symbolize(
          [("app.wasm", split.stripped.bytes), ("app.debug.wasm", debug)] + files, address: 0xb7)
        #expect(found.frames.map(\.function.display.description).last?.hasSuffix("sum") == true, "\(found.frames)")
        #expect(found.frames.count == 2)
        #expect(found.info.debugInfo.kind == .split)
        #expect(found.info.problems == [])
      }
    }
  }
}
