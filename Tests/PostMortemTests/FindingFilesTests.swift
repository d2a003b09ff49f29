import ByteCursor
import CoreDumpFormat
import PostMortem
import TestSupport
import Testing
import WasmBinary

/// Modules and debug files along the documented search path, and those that do not fit.
@Suite struct FindingFilesTests {
  /// A dump of a program with one function, `name`, that stopped at its `unreachable`.
  private func crash(_ name: String = "boom", nops: Int = 2) throws -> Crash {
    var crash = try Crash()
    let index = crash.module.function(body: [UInt8](repeating: 0x01, count: nops) + [0x00, 0x0b])
    crash.module.name(.function, index, name)
    crash.thread([Crash.frame(0, UInt64(1 + nops))])
    return crash
  }

  private func name(_ session: Session) -> String { session.backtrace(thread: 0)[0].function.display }

  @Test func nextToTheDump() throws { #expect(name(try crash().open()) == "boom") }

  @Test func inAFolderThatTheUserNames() throws {
    let session = try crash().open(moduleName: "build/app.wasm") { $0.modulePaths = [$1 + "/build"] }
    #expect(name(session) == "boom")
  }

  @Test func onTheSearchPath() throws {
    let session = try crash().open(moduleName: "path/app.wasm") { $0.moduleSearchPath = [$1 + "/no", $1 + "/path"] }
    #expect(name(session) == "boom")
  }

  @Test func byTheDumpsOwnName() throws {
    #expect(name(try crash().open(moduleName: "crash.wasm")) == "boom")
  }

  @Test func aNamedFileGoesFirst() throws {
    let crash = try crash()
    var other = try self.crash("other").module
    other.moduleName = "other"
    try crash.folder.write("special.wasm", other.fileBytes)
    let session = try crash.open { $0.modulePaths = [$1 + "/special.wasm"] }
    #expect(name(session) == "other")
  }

  @Test func aModuleThatContradictsTheDumpIsRefused() throws {
    // A body whose instructions begin elsewhere, whatever the recorded offset counts from: v128.const is 18 bytes long.
    var crash = try crash(nops: 8)
    crash.module = ModuleBuilder()
    crash.module.function(body: [0xfd, 0x0c] + [UInt8](repeating: 0x01, count: 16) + [0x1a, 0x0b])
    let session = try crash.open()
    #expect(session.modules[0].path == nil)
    #expect(
      session.modules[0].problems.first?.hasSuffix("no instruction of function 0 begins at offset 0x9") == true,
      "\(session.modules[0].problems)")
    #expect(name(session) == "function 0")
  }

  @Test func aProgramThatStoppedOnEnteringAFunction() throws {
    // Two local declarations: the offset of the second one, which engines report for a stop on entry.
    var crash = try Crash()
    let index = crash.module.function(
      locals: [LocalGroup(count: 1, type: .i32), LocalGroup(count: 2, type: .i64)], body: [0x01, 0x00, 0x0b])
    crash.module.name(.function, index, "entered")
    crash.thread([Crash.frame(index, 3)])
    let session = try crash.open()
    #expect(session.modules[0].path != nil, "\(session.modules[0].problems)")
    #expect(name(session) == "entered")
    #expect(session.trap.kind == .unknown)
    #expect(session.trap.message.hasPrefix("stopped on entering the function"))
    #expect(session.backtrace(thread: 0)[0].note == "stopped on entering the function")
  }

  @Test func aModuleWithOtherMemoriesOrGlobalsIsRefused() throws {
    var crash = try crash()
    crash.module.global(GlobalType(.i32, isMutable: true), .i32(1))
    crash.dump.globals = [CoreDump.Global(type: .i64, isMutable: true, value: .i64(5))]
    crash.dump.instances = [CoreDump.Instance(module: 0, globals: [0])]
    let session = try crash.open()
    #expect(session.modules[0].path == nil)
    #expect(
      session.modules[0].moduleProblems.first?.hasSuffix("global 0 is i64 in the dump and i32 in the module") == true)
    crash.dump.instances = [CoreDump.Instance(module: 0, globals: [0, 0])]
    let more = try crash.open()
    #expect(
      more.modules[0].moduleProblems.first?.hasSuffix("instance 0 has 2 globals in the dump, the module has 1") == true)
  }

  @Test func aModuleThatNothingConfirmsIsSaidToBeSo() throws {
    // The frame stands at a `nop`: not contradicted, and not confirmed.
    var crash = try crash()
    crash.dump.threads = []
    crash.thread([Crash.frame(0, 1)])
    let session = try crash.open()
    #expect(session.modules[0].path != nil)
    #expect(!session.modules[0].isVerified)
    #expect(session.findings.map(\.id).contains("module-not-verified"))
    // One that is confirmed goes first, though it stands later on the way.
    var right = ModuleBuilder()
    right.name(.function, right.function(body: [0x00, 0x0b]), "right")
    try crash.folder.write("path/app.wasm", right.fileBytes)
    let better = try crash.open { $0.moduleSearchPath = [$1 + "/path"] }
    #expect(name(better) == "right")
    #expect(better.modules[0].isVerified)
  }

  @Test func aDamagedModuleIsSaidToBeSo() throws {
    let crash = try crash()
    let whole = crash.module.fileBytes
    let path = try crash.folder.write("cut.wasm", whole.dropLast(2))
    let symbolizer = try Symbolizer(path: path, options: SessionOptions())
    #expect(symbolizer.info.moduleProblems.count == 1)
    #expect(symbolizer.info.moduleProblems.first?.hasPrefix(path + ": ") == true, "\(symbolizer.info.moduleProblems)")
  }

  @Test func aFunctionThatTheModuleLacks() throws {
    var crash = try crash()
    crash.dump.threads = []
    crash.thread([Crash.frame(77, 3)])
    let session = try crash.open { $0.modulePaths = [$1 + "/app.wasm"] }
    #expect(session.modules[0].problems.first?.hasSuffix("frame 0 is in function 77, the module has 1") == true)
  }

  @Test func aFileThatIsNoModuleIsSaid() throws {
    let crash = try crash()
    let text = try crash.folder.write("notes.txt", Array("not a module".utf8))
    let session = try crash.open { options, _ in options.modulePaths = [text, "/does/not/exist.wasm"] }
    #expect(name(session) == "boom")
    let said = session.core.diagnostics.map(\.description)
    #expect(said.contains("\(text): offset 0x0: not a WebAssembly file (no \\0asm at its start)"))
    #expect(said.contains("/does/not/exist.wasm: no such file or directory"))
  }

  // MARK: Debug files, of the sample that has one

  private func split(_ files: [(String, String)], options: (inout SessionOptions, String) -> Void = { _, _ in }) throws
    -> (
      Session, TemporaryFolder
    )
  {
    let folder = try TemporaryFolder()
    for (source, target) in files { try folder.write(target, try Places.bytes(Places.samples + "/" + source).array) }
    var settings = SessionOptions()
    options(&settings, folder.path)
    return (try Session(path: folder.path + "/app.core", options: settings), folder)
  }
  private let plain = [("split/app.core", "app.core"), ("split/app.wasm", "app.wasm")]

  @Test func debugFileNextToTheModule() throws {
    let (session, folder) = try split(plain + [("split/app.debug.wasm", "app.debug.wasm")])
    #expect(session.modules[0].debugInfo.kind == .separate)
    #expect(session.modules[0].debugInfo.path == folder.path + "/app.debug.wasm")
    #expect(session.modules[0].debugInfo.dwarfVersion == 4)
    #expect(session.backtrace(thread: 0)[0].source?.line == 76)
  }

  @Test func debugFileThatTheUserNames() throws {
    let (session, _) = try split(plain + [("split/app.debug.wasm", "symbols/x.wasm")]) {
      $0.debugFilePaths = [$1 + "/symbols/x.wasm"]
    }
    #expect(session.backtrace(thread: 0)[0].function.display == "worth")
  }

  @Test func debugFileByItsBuildID() throws {
    let identifier = try #require(try WasmModule(Places.bytes(Places.samples + "/split/app.wasm")).buildID)
    let hex = identifier.array.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    let place = "store/.build-id/\(hex.prefix(2))/\(hex.dropFirst(2)).debug.wasm"
    let (session, folder) = try split(plain + [("split/app.debug.wasm", place)]) {
      $0.debugSearchPath = [$1 + "/store"]
    }
    #expect(session.modules[0].debugInfo.path == folder.path + "/" + place)
    #expect(session.modules[0].buildID == hex)
  }

  @Test func withoutDebugFileThereAreNames() throws {
    let (session, _) = try split(plain)
    #expect(session.modules[0].debugInfo.kind == .none)
    let frames = session.backtrace(thread: 0)
    #expect(frames[0].function.display == "total")
    #expect(frames[0].function.origin == .nameSection)
    #expect(frames[0].source == nil)
    #expect(session.findings.map(\.id).contains("no-debug-info"))
  }

  @Test func debugFileOfAnotherProgramIsRefused() throws {
    let (session, _) = try split(plain + [("structs/structs.wasm", "app.debug.wasm")])
    #expect(session.modules[0].debugInfo.kind == .none)
    let problem = try #require(session.modules[0].problems.first)
    #expect(problem.contains("not the debug file of this module"), "\(problem)")
  }

  @Test func debugFileWithoutCodeOfAnotherProgramIsRefused() throws {
    // Its build id and its code are gone: only the addresses in the DWARF can tell.
    var bare = ByteBuilder()
    bare.moduleHeader()
    let module = try WasmModule(Places.bytes(Places.samples + "/recursion/recursion.wasm"))
    for section in module.sections where section.name?.hasPrefix(".debug") == true {
      bare.customSection(section.name!) { $0.raw(section.contents.array) }
    }
    let crash = try Crash()
    try crash.folder.write("app.debug.wasm", bare.bytes)
    for (source, target) in plain {
      try crash.folder.write(target, try Places.bytes(Places.samples + "/" + source).array)
    }
    let session = try Session(path: crash.folder.path + "/app.core", options: SessionOptions())
    #expect(session.modules[0].debugInfo.kind == .none)
    #expect(session.modules[0].problems.first?.contains("where no function of the module begins") == true)
  }

  @Test func anAddressOnTheNetworkIsNotFetched() throws {
    var crash = try crash()
    crash.module.customSection("external_debug_info") { $0.name("https://example.com/app.debug.wasm") }
    let session = try crash.open()
    #expect(session.modules[0].debugInfo.kind == .none)
    #expect(
      session.modules[0].problems == [
        "the debug information is at https://example.com/app.debug.wasm, which is not fetched; download it and name it with --debug-file"
      ])
  }

  // MARK: Files that are no dumps

  private func failure(_ bytes: [UInt8]) -> String {
    do {
      _ = try Session(bytes: Bytes(copying: bytes), path: "x.core", options: SessionOptions())
      return "opened"
    } catch { return "\(error)" }
  }

  @Test func errorsSayWhatTheFileIs() throws {
    let module = try crash().module.fileBytes
    #expect(failure([]).hasPrefix("x.core: "))
    #expect(failure(module).contains("module"))
    #expect(failure([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0] + [UInt8](repeating: 0, count: 56)).contains("ELF"))
    #expect(failure(Array("hello, this is text\n".utf8)).contains("text"))
    #expect(throws: SessionError.self) { try Session(path: "/tmp", options: SessionOptions()) }
    #expect(throws: SessionError.self) { try Session(path: "/no/such/file", options: SessionOptions()) }
  }
}
