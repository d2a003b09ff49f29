import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// Compiled programs, run until they trap or a random amount of fuel is used up: what data flow says of each frame
/// holds. The system that they run on is a few lines: it has no files and no arguments, and takes what is written.
@Suite struct SampleRunTests {
  private struct Exit: Error {}

  private func system(_ store: Store, _ module: WasmModule, _ memory: @escaping () -> Memory?) -> [String: External] {
    var result: [String: External] = [:]
    for entry in module.imports {
      guard case .function(let index) = entry.type, let type = module.functionType(ofType: index) else { continue }
      let name = entry.name
      result["\(entry.module).\(name)"] = .function(
        store.hostFunction(type) { _, arguments in
          func word(_ address: UInt64) -> UInt64 {
            (memory()?.read(address, count: 4) ?? []).reversed().reduce(0) { $0 << 8 | UInt64($1) }
          }
          func argument(_ index: Int) -> UInt64 { arguments[index].numberBits ?? 0 }
          func write(_ address: UInt64, _ value: UInt64) {
            memory()?.write(address, (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) })
          }
          var errno: Int32 = 0
          switch name {
          case "proc_exit": throw Exit()
          case "fd_prestat_get": errno = 8
          case "args_sizes_get", "environ_sizes_get":
            write(argument(0), 0)
            write(argument(1), 0)
          case "fd_write":
            write(argument(3), (0..<argument(2)).reduce(0) { $0 + word(argument(1) + $1 * 8 + 4) })
          default: break
          }
          return type.results.map { $0 == .i64 ? .i64(0) : .i32(errno) }
        })
    }
    return result
  }

  @Test(arguments: DataflowCorpusTests.samples) func statesAgreeWithRunningPrograms(_ name: String) throws {
    let module = try WasmModule(try Places.bytes("\(Places.samples)/\(name).wasm"))
    let context = ModuleContext(module)
    var analyses: [UInt32: FunctionAnalysis] = [:]
    var counts = ComparisonCounts()
    var random = SeededGenerator(seed: 9)
    for run in 0..<60 {
      var limits = ExecutionLimits()
      let magnitude = Double.random(in: 2...5.3, using: &random)
      limits.fuel = run == 0 ? 20_000_000 : UInt64(pow10(magnitude))
      let store = try Store(limits: limits)
      var instance: Instance?
      let system = system(store, module) { instance?.memories.first }
      instance = try store.instantiate(module, imports: { system["\($0).\($1)"] })
      guard let running = instance, case .function(let start)? = running.export("_start") else {
        Issue.record("\(name) has no _start")
        return
      }
      do throws(Trap) {
        _ = try store.invoke(start, [])
      } catch {
        counts.stops += 1
        for (number, function) in error.frames.map(\.functionIndex).enumerated() where analyses[function] == nil {
          let body = try #require(module.body(error.frames[number].functionIndex))
          analyses[function] = try FunctionAnalysis(body, in: context)
        }
        let problems = compare(error, analyses, running, context, &counts)
        #expect(problems.prefix(3) == [], "run \(run)")
        if !problems.isEmpty { return }
      }
    }
    #expect(counts.stops > 1)
    #expect(counts.constants > 10)
    #expect(counts.stackPointers > 5)
    #expect(counts.memoryFacts + counts.conditions + counts.unknownFacts > 50)
  }

  private func pow10(_ exponent: Double) -> Double {
    var result = 1.0
    var rest = exponent
    while rest >= 1 {
      result *= 10
      rest -= 1
    }
    return result * (1 + rest * 9)
  }

  private func compare(
    _ trap: Trap, _ analyses: [UInt32: FunctionAnalysis], _ instance: Instance, _ context: ModuleContext,
    _ counts: inout ComparisonCounts
  ) -> [String] {
    var problems: [String] = []
    // The stack pointer is known in the youngest frame; from there each function's adjustment leads to the value that
    // it was called with, which its caller has now.
    var stackPointer = context.stackPointer.flatMap { instance.globals[Int($0)].value.numberBits }
    for (number, frame) in trap.frames.prefix(2000).enumerated() {
      guard let analysis = analyses[frame.functionIndex] else { continue }
      var entry: [UInt32: UInt64] = [:]
      var now: [UInt32: UInt64] = [:]
      if let global = context.stackPointer, let value = stackPointer {
        now[global] = value
        if let adjustment = analysis.stackPointer(at: frame.codeOffset) {
          entry[global] = (value &- UInt64(bitPattern: adjustment)) & 0xffff_ffff
        }
        stackPointer = entry[global]
      }
      let comparison = FrameComparison(
        place: "function \(frame.functionIndex) at \(frame.codeOffset) (\(trap.kind))", frame: frame,
        analysis: analysis, arguments: trap.arguments(number, of: instance.module) ?? [], entryGlobals: entry,
        globals: now, stackPointer: context.stackPointer, memory: instance.memories.first, isYoungest: number == 0,
        hasCalled: true)
      problems += comparison.problems(&counts)
    }
    return problems
  }
}
