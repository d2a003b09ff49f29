import ByteCursor
import CoreDumpFormat
import PostMortem
import TestSupport
import Testing
import WASI
import WasmBinary

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Programs that our interpreter runs, against what Wasmtime recorded of the same ones.
@Suite struct RunningTests {
  /// A program, how it is run, and the dump that Wasmtime left of it.
  struct Recording: Sendable, CustomTestStringConvertible {
    var module: String
    var dump: String
    var trap: String
    var arguments: [String] = []
    var preloads: [(name: String, path: String)] = []
    var modules: [String] { [module] + preloads.map(\.path) }
    /// What it printed: files, which may be absent.
    var output: (out: String, err: String)?
    var testDescription: String { dump.split(separator: "/").suffix(2).joined(separator: "/") }
  }

  static let samples = SampleTests.stories.filter { $0.dump != "deep/deep-20.core" }.map { story in
    let stem = Places.samples + "/" + story.dump.dropLast(5)
    return Recording(
      module: stem + ".wasm", dump: stem + ".core", trap: story.trap, output: (stem + ".stdout", stem + ".stderr"))
  }

  /// The corpus but for what is no program of ours: a component, and what was recorded with other limits.
  static let corpus = CorpusTests.rows.compactMap { row -> Recording? in
    // A component; a limit that is not counted as we count.
    if ["comp.core", "loop-fuel.core", "so-20.core", "caller-noaddrmap.core"].contains(row.dump) { return nil }
    var recording = Recording(
      module: Places.corpus + "/" + row.module, dump: Places.corpus + "/" + row.dump, trap: row.trap,
      arguments: row.argument.isEmpty ? [] : [row.argument])
    if row.dump == "dynmain.core" { recording.preloads = [("lib", Places.corpus + "/lib.wasm")] }
    return recording
  }

  struct Run {
    var outcome: ProgramOutcome
    var output: String
    var errors: String
    var program: Program
  }

  /// Runs a recording's program with its output going to files.
  static func run(_ recording: Recording, depth: Int? = nil) throws -> Run {
    var options = ProgramOptions()
    if let depth { options.limits.frames = depth }
    options.wasi.arguments = recording.arguments
    options.preloads = recording.preloads
    let folder = try TemporaryFolder()
    let (out, err) = (folder.path + "/out", folder.path + "/err")
    options.wasi.standardOutput = open(out, O_WRONLY | O_CREAT, 0o600)
    options.wasi.standardError = open(err, O_WRONLY | O_CREAT, 0o600)
    defer {
      close(options.wasi.standardOutput)
      close(options.wasi.standardError)
    }
    let program = try Program(path: recording.module, options: options)
    let outcome = try program.run()
    return Run(
      outcome: outcome, output: try Places.bytes(out).string, errors: try Places.bytes(err).string, program: program)
  }

  @Test func thereAreRecordings() {
    #expect(Self.samples.count == 9)
    #expect(!Places.hasCorpus || Self.corpus.count == 40)
  }

  @Test(arguments: samples + corpus) func sameTrapSameFramesSameOutput(_ recording: Recording) throws {
    var options = SessionOptions()
    options.modulePaths = recording.modules
    let theirs = try Session(path: recording.dump, options: options)
    let other = theirs.dump.threads[0].frames
    // How deep it goes is each engine's own affair: here it goes as deep as Wasmtime, whose youngest frame has only just
    // been entered.
    let isDeep = recording.trap == "call stack exhausted"
    let run = try Self.run(recording, depth: isDeep ? other.count - 1 : nil)
    guard case .trapped(let trap) = run.outcome else {
      Issue.record("no trap: \(run.outcome)")
      return
    }
    let kind = try #require(TrapText.kind(of: recording.trap))
    #expect(trap.kind == kind, "\(trap)")
    if let output = recording.output {
      #expect(run.output == (try? Places.bytes(output.out).string) ?? "")
      #expect(run.errors == (try? Places.bytes(output.err).string) ?? "")
    }
    if recording.module.hasPrefix(Places.corpus) {
      // Its programs print nothing but what their C library says of an assertion.
      #expect(run.output.isEmpty)
      #expect(run.errors.contains("Assertion failed") == recording.arguments.contains("assert"))
    }
    let bytes = try CoreDumpWriter.bytes(of: run.program.coreDump(of: trap))
    let ours = try Session(bytes: Bytes(copying: bytes), path: "ours.core", options: options)
    #expect(ours.core.dialect == DialectName.wasmpm)
    #expect(ours.core.diagnostics.isEmpty)
    #expect(ours.trap.kind == kind)
    #expect(ours.trap.trust == .recorded)
    let mine = ours.dump.threads[0].frames
    if isDeep {
      let site = { (frame: CoreDump.Frame) in [UInt64(frame.functionIndex ?? 0), frame.codeOffset?.rawValue ?? 0] }
      #expect(mine.count == other.count - 1)
      // Of a dump that was cut the oldest frames are missing, ours being as many all the same.
      let compared = theirs.threads[0].truncated || other.count == 20_000 ? mine.count - 8 : mine.count
      #expect(mine.prefix(compared).map(site) == other.dropFirst().prefix(compared).map(site))
    } else {
      #expect(mine.count == other.count)
      for (index, (frame, expected)) in zip(mine, other).enumerated() {
        #expect(frame.functionIndex == expected.functionIndex, "frame \(index)")
        #expect(
          ours.dump.modules[ours.dump.instances[frame.instance].module].name?.split(separator: "/").last
            == recordedModule(theirs, expected, recording))
        // Wasmtime blames the branch around an `unreachable` for it.
        if index == 0, kind == .unreachable, frame.codeOffset != expected.codeOffset {
          #expect(theirs.trap.trust == .assumed)
          #expect(theirs.trap.kind == .unreachable)
          continue
        }
        #expect(frame.codeOffset == expected.codeOffset, "frame \(index)")
      }
    }
    // Everything is recorded.
    for frame in ours.backtrace(thread: 0).prefix(2000) where !frame.inlined {
      for local in ours.wasmLocals(of: frame, thread: 0) {
        #expect(local.trust == .recorded, "\(frame.index) \(local)")
      }
      #expect(ours.operandStack(of: frame, thread: 0) != nil)
    }
    // A program that asks nothing of its surroundings (its name, the time) leaves the same memory and globals. (Stack
    // exhaustion comes at another depth, and Wasmtime leaves out shared memories and references.)
    guard kind != .stackExhausted, try WasmModule(Places.bytes(recording.module)).imports.isEmpty else { return }
    if ours.dump.memories.count == theirs.dump.memories.count {
      for (memory, expected) in zip(ours.dump.memories, theirs.dump.memories) {
        #expect(memory.size == expected.size)
        for segment in expected.segments {
          let here = try memory.read(at: segment.address, count: segment.bytes.count)
          #expect(here == segment.bytes.array, "\(segment.address)")
        }
      }
    }
    for (global, expected) in zip(ours.dump.globals, theirs.dump.globals) where !expected.value.isMissing {
      #expect(global.value == expected.value)
    }
  }

  /// The module that a frame of Wasmtime's dump is in; the only one where there is one.
  private func recordedModule(_ session: Session, _ frame: CoreDump.Frame, _ recording: Recording) -> Substring? {
    guard let module = session.dump.moduleIndex(of: frame) else { return nil }
    return session.modules[module].path?.split(separator: "/").last
  }
}
