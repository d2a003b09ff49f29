import PostMortem
import TestSupport
import Testing

/// The corpus of real dumps beside the checkout: every dump is read, and the crashes of one C program resolve to the
/// functions and lines that its source marks.
@Suite(.enabled(if: Places.hasCorpus)) struct CorpusTests {
  /// A line of the corpus's index.
  struct Row: Sendable, CustomTestStringConvertible {
    let dump: String
    let module: String
    let trap: String
    let argument: String
    var testDescription: String { dump }
  }

  static let rows: [Row] = {
    guard let text = try? Places.bytes(Places.corpus + "/INDEX.txt").string else { return [] }
    return text.split(separator: "\n").map { line in
      let parts = line.components(separatedBy: " | ")
      let words = parts[0].split(separator: " ").map(String.init)
      return Row(
        dump: words[0], module: words[1], trap: parts[1],
        argument: parts[2].split(separator: " ").last.map(String.init) ?? "")
    }
  }()

  static let traps = rows.filter { $0.dump.hasPrefix("traps-") }

  private func open(_ row: Row) throws -> Session {
    var options = SessionOptions()
    options.modulePaths = [Places.corpus + "/" + row.module]
    if row.dump == "dynmain.core" { options.modulePaths.append(Places.corpus + "/lib.wasm") }
    if row.module.hasSuffix(".stripped.wasm") { options.debugFilePaths = [Places.corpus + "/traps-O0.debug.wasm"] }
    return try Session(path: Places.corpus + "/" + row.dump, options: options)
  }

  @Test(arguments: rows) func everyDumpIsRead(_ row: Row) throws {
    let session = try open(row)
    #expect(session.core.dialect == "wasmtime")
    #expect(!session.backtrace(thread: 0).isEmpty)
    for module in session.modules { #expect(module.path != nil, "\(module.problems)") }
    for frame in session.backtrace(thread: 0) {
      #expect(frame.function.origin != .index || row.dump.hasPrefix("shared") || row.dump.hasPrefix("atomic"))
    }
  }

  @Test(arguments: rows) func trapIsWhatTheEngineSaid(_ row: Row) throws {
    let trap = try open(row).trap
    guard let kind = TrapText.kind(of: row.trap) else {
      // Out of fuel: nothing in the dump says so.
      #expect(trap.kind == .unknown)
      return
    }
    // A dump without offsets says nothing of its trap.
    if row.dump == "caller-noaddrmap.core" {
      #expect(trap.kind == .unknown && trap.trust == .unavailable)
      return
    }
    if trap.trust >= .derived {
      #expect(trap.kind == kind, "\(trap)")
    } else {
      #expect(trap.kind == kind || trap.possibleKinds.contains(kind), "\(trap)")
    }
  }

  @Test(arguments: traps) func everyFrameOfTheTrapsHasItsFunctionAndLine(_ row: Row) throws {
    let source = try Places.bytes(Places.shared + "/corpus/src/traps.c").string.split(
      separator: "\n", omittingEmptySubsequences: false)
    func line(of marker: String) -> Int? { source.firstIndex { $0.contains(marker) }.map { $0 + 1 } }
    let name = row.argument
    let function = ["div": "divz", "assert": "as", "abort": "ab"][name] ?? name
    // The line before `: return` holds the C statement; the call in main is the line that compares with the name.
    let trapLine = try #require(line(of: "TRAP-\(name)"))
    let callLine = try #require(line(of: "(!strcmp(m, \"\(name)\"))"))

    let session = try open(row)
    let frames = Array(session.backtrace(thread: 0))
    let crash = try #require(frames.firstIndex { $0.function.display == function })
    let crashing = frames[crash]
    if name == "deep" {
      // The youngest frame was only just entered; all others stand at the call.
      #expect(frames[0].source?.line == 28)
      #expect(frames[0].codeOffset == nil)
      let calls = frames.dropFirst().filter { $0.function.display == "deep" }
      #expect(calls.count > 10_000)
      #expect(calls.allSatisfy { $0.source?.line == trapLine })
    } else if name == "unreach" {
      // The trap is attributed to the branch, the condition's line in either case.
      #expect(crashing.source?.line == trapLine)
    } else {
      #expect(crashing.source?.line == trapLine, "\(crashing)")
    }
    #expect(crashing.source?.fileName == "traps.c")
    let main = try #require(frames.first { $0.function.display == "main" })
    #expect(main.source?.line == callLine)
    #expect(main.source?.fileName == "traps.c")
    let above = frames.prefix(crash).map(\.function.display)
    #expect(above == (name == "abort" ? ["abort"] : name == "assert" ? ["abort", "__assert_fail"] : []))
    let below = frames.drop { $0.function.display != "main" }.map(\.function.display)
    #expect(
      below == ["main", "__main_void", "__original_main", "_start", "_start.command_export"]
        || below == ["main", "_start", "_start.command_export"], "\(below)")
  }

  @Test func severalInstancesAreToldApart() throws {
    let session = try open(Row(dump: "dynmain.core", module: "dynmain.wasm", trap: "", argument: ""))
    let frames = Array(session.backtrace(thread: 0))
    #expect(frames.map(\.function.display) == ["boom", "wrap", "_start"])
    #expect(frames.map(\.instance) == [0, 1, 1])
    #expect(frames.map(\.module) == [1, 0, 0])
    #expect(session.modules.map(\.title) == ["dynmain.wasm", "lib.wasm"])
  }

  @Test func aComponentsModuleIsFound() throws {
    let session = try open(Row(dump: "comp.core", module: "comp.wasm", trap: "", argument: ""))
    #expect(session.backtrace(thread: 0).map(\.function.display) == ["in", "run"])
    #expect(session.trap.address?.offset == 0x10000)
  }
}
