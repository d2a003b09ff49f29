import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What analysing every function of a module comes to.
private struct Census {
  var functions = 0
  var instructions = 0
  var declined: [String] = []
  var withFrame = 0
  var returning = 0
  var unbalanced: [String] = []

  /// Analyses every function and compares the height of each state's operand stack with what a count by the
  /// validator's algorithm says.
  mutating func add(_ name: String, _ module: WasmModule) throws {
    var context = ModuleContext(module)
    for body in module.bodies {
      guard let name = module.names.functions[body.function], ["memcpy", "memmove", "memset"].contains(name) else {
        continue
      }
      context.returnedParameters[body.function] = try FunctionAnalysis(body, in: context).returnedParameter
    }
    returning += context.returnedParameters.count
    let types = module.types
    let functionTypes = module.functionTypeIndices
    for body in module.bodies {
      functions += 1
      let analysis: FunctionAnalysis
      do throws(ReadError) {
        analysis = try FunctionAnalysis(body, in: context)
      } catch {
        declined.append("\(name) \(body.function): \(error)")
        continue
      }
      var counter = HeightCounter(types: types, functionTypes: functionTypes, tags: module.tags)
      let heights = try counter.heights(body, results: module.functionType(body.function)?.results.count ?? 0)
      instructions += heights.count
      var seen = 0
      for block in analysis.graph.blocks.indices {
        analysis.forEachState(inBlock: block) { instruction, state in
          seen += 1
          let expected = heights[instruction.codeOffset]
          if state.operandStack.count != expected {
            Issue.record(
              "\(name) \(body.function) \(instruction.codeOffset): \(state.operandStack.count), not \(expected ?? -1)")
          }
        }
      }
      countFrame(analysis, context, name: "\(name) \(body.function)")
    }
  }

  /// Whether the function returns with the stack pointer that it was called with, where it has changed it.
  private mutating func countFrame(_ analysis: FunctionAnalysis, _ context: ModuleContext, name: String) {
    guard let global = context.stackPointer, let exit = analysis.exit, let value = exit.global(global) else { return }
    var changes = false
    for block in analysis.graph.blocks.indices {
      analysis.forEachState(inBlock: block) { instruction, state in
        if state.global(global).map(analysis.values.text) != "sp" { changes = true }
      }
    }
    guard changes else { return }
    withFrame += 1
    if analysis.values.text(value) != "sp" { unbalanced.append("\(name): \(analysis.values.text(value))") }
  }
}

@Suite struct DataflowCorpusTests {
  static let samples = [
    "deep/deep", "dwarf5/dwarf5", "embeddedswift/embeddedswift", "inventory/inventory", "recursion/recursion",
    "rustpanic/rustpanic", "split/app", "structs/structs", "zigparse/zigparse",
  ]

  @Test(arguments: samples) func everyFunctionOfTheSamples(_ name: String) throws {
    var census = Census()
    try census.add(name, try WasmModule(try Places.bytes("\(Places.samples)/\(name).wasm")))
    #expect(census.declined == [])
    #expect(census.instructions > 7_000)
    // Code by the C ABI restores the stack pointer; what sets it for others is the exception.
    #expect(census.withFrame > 5)
    #expect(census.unbalanced == [])
  }

  @Test(.enabled(if: Places.hasCorpus)) func everyFunctionOfTheCorpus() throws {
    var census = Census()
    for name in CorpusTests.modules {
      guard let bytes = CorpusTests.module(name) else { continue }
      try census.add(name, try WasmModule(bytes))
    }
    #expect(census.declined == [])
    #expect(census.functions > 400)
  }
}

/// The official test suite has what compilers do not write: all instructions, dead code, exceptions.
@Suite(.enabled(if: (SuiteConverter.installed?.isComplete ?? false) && OfficialSuite.isThere))
struct DataflowSuiteTests {
  @Test func everyFunctionOfTheSuite() throws {
    var census = Census()
    var invalid = 0
    let converter = try #require(SuiteConverter.installed)
    for name in OfficialSuite.names {
      let file = try OfficialSuite.file(name, with: converter)
      for command in file.commands {
        switch command.kind {
        case .module(let module, _), .definition(let module, _):
          guard let bytes = try file.bytes(module) else { continue }
          try census.add("\(file.name):\(command.line)", try WasmModule(bytes))
        case .assertInvalid(let module, _):
          // Whatever is wrong with it: it is analysed or declined.
          guard let bytes = try file.bytes(module), let opened = try? WasmModule(bytes) else { continue }
          let context = ModuleContext(opened)
          for body in opened.bodies {
            _ = try? FunctionAnalysis(body, in: context)
            invalid += 1
          }
        default: break
        }
      }
    }
    #expect(census.declined == [])
    #expect(census.functions > 8_500)
    #expect(invalid > 1_500)
  }
}

private let largeModule = getenv("WASMPM_LARGE_MODULE").map { String(cString: $0) }

/// Speed on a large module, which the variable `WASMPM_LARGE_MODULE` names. Printed, not judged.
@Suite(.enabled(if: largeModule != nil)) struct LargeDataflowTests {
  @Test func analysis() throws {
    let module = try WasmModule(try Places.bytes(try #require(largeModule)))
    let context = ModuleContext(module)
    var instructions = 0
    for body in module.bodies {
      var decoder = try BodyReader(body.contents).instructions
      while !decoder.isAtEnd {
        _ = try decoder.nextOpcodeSkippingImmediates()
        instructions += 1
      }
    }
    var slowest = (time: 0.0, function: UInt32(0))
    var declined = 0
    let start = clock()
    for body in module.bodies {
      let before = clock()
      do { _ = try FunctionAnalysis(body, in: context) } catch { declined += 1 }
      let time = Double(clock() - before) / Double(CLOCKS_PER_SEC)
      if time > slowest.time { slowest = (time, body.function) }
    }
    let time = Double(clock() - start) / Double(CLOCKS_PER_SEC)
    print(
      "\(instructions) instructions, \(Int(time * 1e9) / max(instructions, 1)) ns each, \(declined) declined, "
        + "slowest function \(slowest.function) with \(Int(slowest.time * 1000)) ms")
  }
  @Test func facts() throws {
    let module = try WasmModule(try Places.bytes(try #require(largeModule)))
    let context = ModuleContext(module)
    var (analysing, first, others) = (0.0, 0.0, 0.0)
    var slowest = (time: 0.0, function: UInt32(0))
    var (queries, memory, intact, conditions) = (0, 0, 0, 0)
    func seconds(_ work: () -> Void) -> Double {
      let start = clock()
      work()
      return Double(clock() - start) / Double(CLOCKS_PER_SEC)
    }
    for body in module.bodies {
      var made: FunctionAnalysis?
      analysing += seconds { made = try? FunctionAnalysis(body, in: context) }
      guard let analysis = made else { continue }
      let blocks = analysis.graph.blocks.filter { $0.isReachable && $0.start < $0.end }
      guard !blocks.isEmpty else { continue }
      // The first query collects; one near the end has most to choose from.
      let time = seconds { _ = analysis.facts(at: blocks[blocks.count - 1].start) }
      first += time
      if time > slowest.time { slowest = (time, body.function) }
      for index in [blocks.count - 1, blocks.count / 2, blocks.count / 3] {
        others += seconds {
          guard let facts = analysis.facts(at: blocks[index].start) else { return }
          queries += 1
          memory += facts.memory.count
          intact += facts.memory.reduce(0) { $0 + ($1.isIntact ? 1 : 0) }
          conditions += facts.conditions.count
        }
      }
    }
    print(
      "analysis \(analysing) s, first facts \(first) s, then \(others) s for \(queries) places: \(memory) of memory, "
        + "\(intact) intact, \(conditions) conditions; slowest function \(slowest.function) with "
        + "\(Int(slowest.time * 1000)) ms")
  }
}
