import ByteCursor
import CoreDumpFormat
import PostMortem
import TestSupport
import Testing
import WasmBinary

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Debug information that is split into `.dwo` files or a `.dwp` package: where those are looked for, which are
/// refused. The modules are those of DwarfEvalTests.
@Suite struct SplitFilesTests {
  private static let fixtures = Places.root + "/Tests/DwarfEvalTests/Fixtures/"

  /// A folder with a split module, called `app.wasm`, and a dump of it with two threads: one is in `sum`, where `worth` was
  /// inlined, the other in `offer` of the other unit.
  private struct Scene {
    let version: Int
    let folder: TemporaryFolder
    let dump: String

    init(_ version: Int, _ files: [(name: String, fixture: String)]) throws {
      self.version = version
      folder = try TemporaryFolder()
      let bytes = try Places.bytes(fixtures + "split\(version).wasm")
      let module = try WasmModule(bytes)
      try folder.write("app.wasm", bytes.array)
      for file in files { try folder.write(file.name, try Places.bytes(fixtures + file.fixture).array) }
      func frames(_ addresses: [UInt64]) throws -> CoreDump.FrameList {
        CoreDump.FrameList(
          try addresses.map { address in
            let body = try #require(module.body(containing: CodeAddress(address)))
            return CoreDump.Frame(
              instance: 0, functionIndex: body.function, codeOffset: CodeOffset(address - body.codeAddress.rawValue))
          })
      }
      // Each has the function's call in `run` below it.
      let dump = CoreDump(
        executableName: "app.wasm", modules: [CoreDump.Module(name: "app.wasm")],
        instances: [CoreDump.Instance(module: 0)],
        threads: [
          CoreDump.Thread(name: "main", frames: try frames([0xb7, 0x42])),
          CoreDump.Thread(name: "other", frames: try frames([0x11d, 0x57])),
        ])
      self.dump = try folder.write("crash.core", try CoreDumpWriter.bytes(of: dump))
    }

    func open(_ change: (inout SessionOptions, String) -> Void = { _, _ in }) throws -> Session {
      var options = SessionOptions()
      change(&options, folder.path)
      return try Session(path: dump, options: options)
    }
  }

  private func names(_ session: Session) -> [String] {
    session.threads.flatMap { session.backtrace(thread: $0.index).map(\.function.display) }
  }
  private func variables(_ session: Session) -> [String] {
    let frame = session.backtrace(thread: 0)[1]
    let description = session.description(of: frame, thread: 0)
    return (description.arguments + description.locals).compactMap(\.name)
  }
  private static let all = ["worth", "sum", "run", "offer", "run"]
  private static let sum = ["shelves", "n", "kind", "twice", "i", "result"]

  private func expectFound(_ session: Session, _ comment: Comment? = nil) {
    #expect(names(session).map { $0.split(separator: ":").last.map(String.init) } == Self.all, comment)
    #expect(variables(session) == Self.sum, comment)
    #expect(session.modules[0].debugInfo.kind == .split, comment)
    #expect(session.modules[0].problems == [], comment)
  }

  @Test(arguments: [4, 5]) func filesBesideTheModule(_ version: Int) throws {
    let scene = try Scene(
      version, ["shelves", "offers"].map { ("\($0)\(version).dwo", "\($0)\(version).dwo") })
    let session = try scene.open()
    expectFound(session)
    #expect(session.modules[0].debugInfo.path == scene.folder.path + "/app.wasm")
  }

  @Test(arguments: [4, 5], ["app.wasm.dwp", "app.dwp"]) func packagesBesideTheModule(_ version: Int, name: String)
    throws
  {
    let scene = try Scene(version, [(name, "split\(version).dwp")])
    let session = try scene.open()
    expectFound(session)
    #expect(session.modules[0].debugInfo.path == scene.folder.path + "/" + name)
  }

  @Test func foldersThatWereNamed() throws {
    let files = ["shelves5.dwo", "offers5.dwo"].map { ("units/" + $0, $0) }
    let scene = try Scene(5, files)
    #expect(try scene.open().modules[0].problems.count == 1)
    expectFound(try scene.open { $0.debugFilePaths = [$1 + "/units"] }, "--debug-file FOLDER")
    expectFound(try scene.open { $0.debugSearchPath = [$1 + "/units"] }, "WASMPM_DEBUG_PATH")
    expectFound(
      try scene.open { $0.debugFilePaths = files.map { [folder = $1] in folder + "/" + $0.0 } }, "--debug-file FILE")
    // The compiler ran in `.` and so wrote `./shelves5.dwo`.
    expectFound(
      try scene.open {
        $0.sourceMap = [
          SourceMapping(from: "shelves5", to: $1 + "/units/shelves5"),
          SourceMapping(from: "offers5", to: $1 + "/units/offers5"),
        ]
      }, "--source-map")
    let packaged = try Scene(5, [("elsewhere/x.dwp", "split5.dwp")])
    expectFound(try packaged.open { $0.debugFilePaths = [$1 + "/elsewhere/x.dwp"] }, "--debug-file PACKAGE")
  }

  @Test(arguments: [4, 5]) func whatIsMissingIsSaidOnce(_ version: Int) throws {
    let scene = try Scene(version, [])
    let session = try scene.open()
    #expect(names(session).count == 4)
    #expect(variables(session) == [])
    #expect(session.modules[0].debugInfo.kind == .split)
    #expect(
      session.modules[0].problems == [
        "shelves\(version).dwo and 1 more: split debug information that was not found; variables and inlined calls of that "
          + "code are not known. Name its folder with --debug-file"
      ])
    let half = try Scene(version, [("offers\(version).dwo", "offers\(version).dwo")])
    #expect(try half.open().modules[0].problems.map { $0.hasPrefix("shelves\(version).dwo: split debug") } == [true])
    #expect(names(try half.open())[2] == "offer")
  }

  /// A file of another build has another identifier.
  @Test func filesOfAnotherBuildAreRefused() throws {
    let scene = try Scene(5, [("shelves5.dwo", "offers5.dwo"), ("offers5.dwo", "offers5.dwo")])
    let session = try scene.open()
    #expect(
      session.modules[0].problems == [
        "\(scene.folder.path)/shelves5.dwo: split debug information of another build (its identifier differs)"
      ])
    #expect(variables(session) == [])
    // The right one further on is taken all the same.
    let both = try Scene(
      5, [("a/shelves5.dwo", "offers5.dwo"), ("shelves5.dwo", "shelves5.dwo"), ("offers5.dwo", "offers5.dwo")])
    expectFound(try both.open { $0.debugFilePaths = [$1 + "/a"] })
  }

  /// The names stand in the module: a pipe would have us wait for ever.
  @Test func onlyRegularFilesAreOpened() throws {
    let scene = try Scene(4, [("offers4.dwo", "offers4.dwo")])
    for name in ["shelves4.dwo", "app.wasm.dwp"] { #expect(mkfifo(scene.folder.path + "/" + name, 0o600) == 0) }
    let session = try scene.open()
    #expect(session.modules[0].problems.map { $0.hasPrefix("shelves4.dwo: split debug") } == [true])
    #expect(names(session)[2] == "offer")
    let rubbish = try Scene(
      4, [("offers4.dwo", "offers4.dwo"), ("shelves4.dwo", "shelves.cpp"), ("app.dwp", "build.sh")])
    #expect(try rubbish.open().modules[0].problems.map { $0.hasPrefix("shelves4.dwo: split debug") } == [true])
  }
}
