import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// What data flow says of random programs, held against the frames of running ones.
@Suite struct DataflowDifferentialTests {
  /// A module of functions that call each other.
  struct Program {
    let module: WasmModule
    let bodies: [RandomBody]

    init(seed: UInt64) throws {
      var random = SeededGenerator(seed: seed)
      var builder = ModuleBuilder()
      let types: [ValueType] = [.i32, .i64]
      var signatures: [RandomBody.Signature] = []
      for index in 0..<4 {
        // Different numbers of parameters, so that each has a type of its own.
        let parameters = (0...index).map { _ in types[Int.random(in: 0..<2, using: &random)] }
        signatures.append((parameters, types[Int.random(in: 0..<2, using: &random)]))
        builder.type(parameters, [signatures[index].result])
      }
      let loopType = builder.type([.i32], [.i32])
      builder.memory(MemoryType(SizeLimits(1, 2)))
      builder.tag([.i32])
      builder.table(TableType(ReferenceType(.func), SizeLimits(4)))
      builder.elements(at: 0, [0, 1, 2, 3])
      builder.global(GlobalType(.i32, isMutable: true), .i32(0x8008))
      builder.global(GlobalType(.i32, isMutable: true), .i32(77))
      builder.global(GlobalType(.i64, isMutable: true), .i64(-5))
      builder.global(GlobalType(.i32), .i32(4))
      var bodies: [RandomBody] = []
      for index in signatures.indices {
        bodies.append(RandomBody(index, of: signatures, loopType: loopType, seed: random.next()))
        builder.function(
          signatures[index].parameters, [signatures[index].result], locals: bodies[index].declared,
          body: bodies[index].code.bytes)
      }
      self.bodies = bodies
      module = try WasmModule(builder.bytes)
    }
  }

  @Test func statesAgreeWithRunningPrograms() throws {
    var counts = ComparisonCounts()
    for seed in 0..<1500 as Range<UInt64> {
      let program = try Program(seed: seed)
      do { try Validator.validate(program.module) } catch {
        Issue.record("seed \(seed): \(error)")
        continue
      }
      let context = ModuleContext(program.module)
      let analyses = try program.module.bodies.map { try FunctionAnalysis($0, in: context) }
      var random = SeededGenerator(seed: seed &* 3 &+ 1)
      for _ in 0..<6 {
        var limits = ExecutionLimits()
        limits.fuel = UInt64.random(in: 1...300, using: &random)
        limits.frames = 60
        limits.stackSlots = 1 << 16
        let store = try Store(limits: limits)
        let instance = try store.instantiate(program.module)
        let function = instance.functions[Int.random(in: 0..<4, using: &random)]
        let arguments = function.type.parameters.map { type in
          let value = Int64.random(in: -30...3000, using: &random)
          return type == .i32 ? Value.i32(Int32(value)) : .i64(value)
        }
        do throws(Trap) {
          _ = try store.invoke(function, arguments)
        } catch {
          counts.stops += 1
          let problems = compare(program, analyses, error, arguments, instance, &counts)
          #expect(problems == [], "seed \(seed)")
          if !problems.isEmpty { return }
        }
      }
    }
    #expect(counts.stops > 4000)
    #expect(counts.frames > 20_000)
    #expect(counts.constants > 10_000)
    #expect(counts.parameters > 10_000)
    #expect(counts.stackPointers > 10_000)
    #expect(counts.aligned > 1_000)
    #expect(counts.operations > 1_000)
    #expect(counts.names > 5_000)
    #expect(counts.globals > 10_000)
    #expect(counts.loads > 300)
    #expect(counts.memoryFacts > 1_000)
    #expect(counts.framesOfCallers > 100)
    #expect(counts.conditions > 1_000)
  }

  /// Holds all frames of a stopped program against the states.
  private func compare(
    _ program: Program, _ analyses: [FunctionAnalysis], _ trap: Trap, _ arguments: [Value], _ instance: Instance,
    _ counts: inout ComparisonCounts
  ) -> [String] {
    /// What the globals were when a frame's function began; nothing where it has not noted them yet.
    func entryGlobals(_ frame: ActivationSnapshot) -> [UInt32: UInt64] {
      let function = Int(frame.functionIndex)
      // Three times global.get and local.set.
      guard frame.codeOffset.rawValue >= analyses[function].graph.blocks[0].start.rawValue + 12 else { return [3: 4] }
      var result: [UInt32: UInt64] = [3: 4]
      for (global, local) in program.bodies[function].entryGlobal.enumerated() {
        result[UInt32(global)] = frame.locals[Int(local)].numberBits
      }
      return result
    }
    var problems: [String] = []
    for (number, frame) in trap.frames.enumerated() {
      let now =
        number == 0
        ? Dictionary(uniqueKeysWithValues: (0..<4).map { (UInt32($0), instance.globals[$0].value.numberBits ?? 0) })
        : entryGlobals(trap.frames[number - 1])
      let comparison = FrameComparison(
        place: "function \(frame.functionIndex) at \(frame.codeOffset) (\(trap.kind))", frame: frame,
        analysis: analyses[Int(frame.functionIndex)],
        arguments: trap.arguments(number, of: program.module) ?? arguments.map(\.numberBits),
        entryGlobals: entryGlobals(frame), globals: now, stackPointer: 0,
        memory: instance.memories[0], isYoungest: number == 0, hasCalled: number > 0)
      problems += comparison.problems(&counts)
    }
    return problems
  }
}
