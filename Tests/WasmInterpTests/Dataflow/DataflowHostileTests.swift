import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// Code that no compiler writes. Each of these would take minutes or gigabytes if something were done for each pair of
/// what there is many of.
@Suite struct DataflowHostileTests {
  @Test func flippedBytesOfRealCodeNeverTrap() throws {
    let module = try WasmModule(try Places.bytes("\(Places.samples)/embeddedswift/embeddedswift.wasm"))
    let context = ModuleContext(module)
    let bodies = module.bodies.filter { $0.contents.count < 3000 }
    var random = SeededGenerator(seed: 5)
    var analysed = 0
    for _ in 0..<20_000 {
      let body = try #require(bodies.randomElement(using: &random))
      var bytes = body.contents.array
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let type = try #require(module.functionType(body.function))
      guard let flipped = try? FunctionAnalysis(Bytes(copying: bytes), type: type, in: context) else { continue }
      analysed += 1
      let offset = CodeOffset(UInt64.random(in: 0...UInt64(bytes.count), using: &random))
      if let state = flipped.state(at: offset) {
        #expect(state.locals.count == flipped.locals.count)
        for id in state.operandStack { #expect(!flipped.values.text(id).isEmpty) }
        _ = flipped.stackPointer(at: offset)
      }
      #expect((try Liveness(flipped).liveLocals(at: offset) == nil) == (flipped.state(at: offset) == nil))
    }
    #expect(analysed > 1_000)
  }

  @Test func manyLocalsInManyBlocks() throws {
    // 50 000 locals; 20 000 times: if (local.get 0) local 0…49 999 := 1.
    var body = ByteBuilder()
    for index in 0..<20_000 {
      body.raw([0x20, 0, 0x04, 0x40, 0x41, 1, 0x21])
      body.uleb(UInt64(index * 2 + 1))
      body.u8(0x0b)
    }
    body.raw([0x01, 0x0b])
    let locals = [LocalGroup(count: 50_000, type: .i32)]
    var limits = Limits.standard
    #expect(dataflowProblem([], [], locals: locals, body.bytes, limits: limits) == .overLimit)
    // With room for it, it is done.
    limits.dataflowEntries = 200_000_000
    let function = try AnalysedFunction([], [], locals: locals, body.bytes, limits: limits)
    let last = try #require(function.analysis.graph.blocks.last?.end)
    let state = try #require(function.analysis.state(at: CodeOffset(last.rawValue - 1)))
    #expect(state.local(49_999).map(function.analysis.values.text) == "0")
    #expect(state.local(1).map(function.analysis.values.text) == "join2.local1")
    #expect(state.local(2).map(function.analysis.values.text) == "0")
  }

  @Test func deeplyNestedLoopsThatAllChangeSomething() throws {
    // 3 000 loops in each other, each with a local of its own.
    func nest(_ depth: Int) -> [UInt8] {
      var body = ByteBuilder()
      for index in 0..<depth {
        body.raw([0x03, 0x40, 0x20])
        body.uleb(UInt64(index))
        body.raw([0x41, 1, 0x6a, 0x21])
        body.uleb(UInt64(index))
      }
      for _ in 0..<depth { body.raw([0x20, 0, 0x0d, 0, 0x0b]) }
      body.u8(0x0b)
      return body.bytes
    }
    let locals = [LocalGroup(count: 50_000, type: .i32)]
    let function = try AnalysedFunction([], [], locals: [LocalGroup(count: 300, type: .i32)], nest(300))
    let inner = function.analysis.graph.blocks[300].start
    let state = try #require(function.analysis.state(at: inner))
    #expect(state.local(7).map(function.analysis.values.text) == "(i32.add join8.local7 1)")
    #expect(state.local(299).map(function.analysis.values.text) == "join300.local299")
    #expect(dataflowProblem([], [], locals: locals, nest(40_000)) == .overLimit)
  }

  @Test func branchTablesOfAMillionLabels() throws {
    var body = ByteBuilder()
    body.raw([0x02, 0x40])
    for _ in 0..<3 {
      body.raw([0x02, 0x40, 0x41, 0, 0x0e])
      body.uleb(1_000_000)
      for index in 0...1_000_000 { body.u8(UInt8(index % 2)) }
      body.u8(0x0b)
    }
    body.raw([0x0b, 0x0b])
    let function = try AnalysedFunction(body.bytes)
    #expect(function.analysis.graph.edges.count == 8)
  }

  @Test func branchTablesToAThousandBlocks() throws {
    // 1 000 blocks in each other; at the start of the innermost, 300 tables that name all of them, in dead code but
    // for the first; and one br_if to each block from each.
    var body = ByteBuilder()
    for _ in 0..<1_000 { body.raw([0x02, 0x40]) }
    for _ in 0..<300 {
      body.raw([0x02, 0x40, 0x20, 0, 0x0d, 0, 0x20, 0, 0x0e])
      body.uleb(1_000)
      for label in 0...1_000 { body.uleb(UInt64(label)) }
      body.u8(0x0b)
    }
    for _ in 0..<1_000 { body.raw([0x20, 0, 0x21, 1, 0x0b]) }
    body.u8(0x0b)
    let function = try AnalysedFunction([.i32], [], locals: [LocalGroup(count: 1, type: .i32)], body.bytes)
    #expect(function.analysis.graph.edges.count > 300_000)
    #expect(function.analysis.exit?.local(0).map(function.analysis.values.text) == "p0")
    #expect(function.analysis.exit?.local(1).map(function.analysis.values.text)?.hasPrefix("join") == true)
  }

  @Test func highStacksInManyBlocks() throws {
    var body = ByteBuilder()
    for _ in 0..<100_000 { body.raw([0x41, 0]) }
    for _ in 0..<1_000 { body.raw([0x02, 0x40, 0x41, 0, 0x0d, 0, 0x0b]) }
    for _ in 0..<100_000 { body.u8(0x1a) }
    body.u8(0x0b)
    #expect(dataflowProblem(body.bytes) == .overLimit)
  }

  @Test func tryTablesInEachOtherWithCalls() throws {
    let depth = 2_000
    var body = ByteBuilder()
    body.raw([0x02, 0x7f])
    for index in 0..<depth {
      body.raw([0x1f, 0x40, 1, 0, 0])
      body.uleb(UInt64(index))
      body.raw([0x10, 1])
    }
    for _ in 0..<depth { body.raw([0x10, 1, 0x0b]) }
    body.raw([0x41, 0, 0x0b, 0x1a, 0x0b])
    let function = try AnalysedFunction(body.bytes)
    // For each call a way on and one to the dispatch; for each dispatch one to its handler and one further out.
    #expect(function.analysis.graph.edges.count < depth * 8)
    #expect(function.results == [])
  }

  @Test func limitsOnBlocks() {
    var limits = Limits.standard
    limits.basicBlocks = 3
    #expect(dataflowProblem([0x03, 0x40, 0x0b, 0x0b], limits: limits) == nil)
    #expect(dataflowProblem([0x03, 0x40, 0x0b, 0x03, 0x40, 0x0b, 0x0b], limits: limits) == .overLimit)
    limits.basicBlocks = 100
    limits.blockNesting = 2
    #expect(dataflowProblem([0x02, 0x40, 0x0b, 0x0b], limits: limits) == nil)
    #expect(dataflowProblem([0x02, 0x40, 0x02, 0x40, 0x0b, 0x0b, 0x0b], limits: limits) == .overLimit)
  }
}
