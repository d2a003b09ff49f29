import ByteCursor
import CoreDumpFormat
import DwarfEval
import PostMortem
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// The variables of the samples' crashes, as our interpreter records them: all locals and operands are known.
@Suite struct SampleValueTests {
  private func crash(_ recording: RunningTests.Recording, depth: Int? = nil) throws -> Session? {
    let run = try RunningTests.run(recording, depth: depth)
    guard case .trapped(let trap) = run.outcome else { return nil }
    var options = SessionOptions()
    options.modulePaths = recording.modules
    let bytes = try CoreDumpWriter.bytes(of: run.program.coreDump(of: trap))
    return try Session(bytes: Bytes(copying: bytes), path: "ours.core", options: options)
  }

  private static let crashes = RunningTests.samples

  /// Whatever has a value in a frame is shown with it, and whatever has none with the reason.
  @Test(arguments: crashes) func everyVariableHasAValueOrAReason(_ recording: RunningTests.Recording) throws {
    let session = try #require(try crash(recording, depth: 500))
    var known = 0
    var unknown: [String: Int] = [:]
    func check(_ node: ValueNode, _ place: String) {
      if node.trust == .unavailable {
        #expect(node.reason?.isEmpty == false, "\(place) \(node.name ?? "")")
        unknown[node.reason ?? "", default: 0] += 1
      } else {
        known += 1
      }
      for child in node.children { check(child, place + "." + (node.name ?? "")) }
    }
    for frame in session.backtrace(thread: 0).prefix(60) {
      let description = session.description(of: frame, thread: 0)
      for node in description.arguments + description.locals { check(node, "#\(frame.index)") }
    }
    #expect(known > 0)
    // Nothing of what is not known is our own fault.
    let faults = unknown.keys.filter { $0.contains("not understood") || $0.contains("not supported") }
    #expect(faults == [])
  }

  /// Of code that keeps its variables in its frames all are there.
  @Test func withoutOptimisationAllIsKnown() throws {
    let recording = try #require(Self.crashes.first { $0.dump.hasSuffix("recursion.core") })
    let session = try #require(try crash(recording, depth: 500))
    let backtrace = session.backtrace(thread: 0)
    var count = 0
    for frame in backtrace.prefix(60) where frame.source?.fileName == "recursion.c" {
      let description = session.description(of: frame, thread: 0)
      for node in description.arguments + description.locals {
        #expect(node.trust == .recorded, "#\(frame.index) \(node.name ?? "") \(node.reason ?? "")")
        count += 1
      }
    }
    #expect(count > 10)
  }

  /// What a function found in the stack pointer is what its caller left there: by the frame's local, less what its code
  /// says that it has taken from the stack pointer since.
  @Test(arguments: crashes) func framePointersFollowTheStack(_ recording: RunningTests.Recording) throws {
    let session = try #require(try crash(recording, depth: 500))
    let module = try WasmModule(Places.bytes(recording.module))
    let context = ModuleContext(module)
    var analyses: [UInt32: FunctionAnalysis] = [:]
    /// The stack pointer on entry of the frame before, by its own frame pointer.
    var entry: UInt64?
    var compared = 0
    for frame in session.backtrace(thread: 0).prefix(200) where !frame.inlined {
      guard let function = frame.functionIndex, let offset = frame.codeOffset, let body = module.body(function) else {
        entry = nil
        continue
      }
      let analysis = try analyses[function] ?? FunctionAnalysis(body, in: context)
      analyses[function] = analysis
      let state = try #require(analysis.state(at: offset))
      let locals = session.wasmLocals(of: frame, thread: 0)
      let onEntry = locals.compactMap { local -> UInt64? in
        guard let id = state.local(UInt32(local.index)), case .stackPointer(let distance) = analysis.values[id],
          case .i32(let value) = local.value
        else { return nil }
        return UInt64(UInt32(bitPattern: value)) &- UInt64(bitPattern: distance)
      }
      #expect(Set(onEntry).count <= 1)
      if let known = entry, let mine = onEntry.first, let distance = analysis.stackPointer(at: offset) {
        #expect(mine &+ UInt64(bitPattern: distance) == known, "#\(frame.index) \(frame.function.display)")
        compared += 1
      }
      if let pointer = try? session.framePointer(of: frame, thread: 0), let mine = onEntry.first {
        let distance = Int64(bitPattern: pointer.address &- mine)
        #expect(distance <= 0 && distance > -65536, "#\(frame.index)")
        #expect(pointer.assurance.trust == .recorded)
      }
      entry = onEntry.first
    }
    let isC = recording.module.hasSuffix("recursion.wasm") || recording.module.hasSuffix("deep.wasm")
    #expect(compared > 1 || !isC)
  }
}
