import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// Programs that ask for more than there is: each ends with an error that says so.
@Suite struct HostileExecutionTests {
  /// How the exported function `f` ends; nil where it returns.
  private func end(_ builder: ModuleBuilder, limits: ExecutionLimits = HostileRun.limits) throws -> Trap.Kind? {
    guard case .ran(let ends) = HostileRun.run(builder.bytes, limits: limits) else { throw Failure.didNotRun }
    return try #require(ends["f"])
  }

  /// Why a module is not instantiated.
  private func refusal(_ builder: ModuleBuilder) throws -> InstantiationError? {
    let module = try WasmModule(builder.bytes)
    try Validator.validate(module)
    let store = try Store(limits: HostileRun.limits)
    do throws(InstantiationError) {
      _ = try store.instantiate(module)
      return nil
    } catch { return error }
  }

  enum Failure: Error { case didNotRun }

  private func isTooLarge(_ error: InstantiationError?) -> Bool {
    if case .tooLarge? = error { true } else { false }
  }
  private func trap(_ error: InstantiationError?) -> Trap.Kind? {
    if case .trap(let trap)? = error { trap.kind } else { nil }
  }

  // MARK: Sizes

  @Test func hugeMemoriesAreRefused() throws {
    var narrow = ModuleBuilder()
    narrow.memory(MemoryType(SizeLimits(65_536)))
    #expect(isTooLarge(try refusal(narrow)))
    var wide = ModuleBuilder()
    wide.memory(MemoryType(SizeLimits(1 << 48), is64Bit: true))
    #expect(isTooLarge(try refusal(wide)))
    // Many small ones are as large.
    var many = ModuleBuilder()
    for _ in 0..<100 { many.memory(MemoryType(SizeLimits(100))) }
    #expect(isTooLarge(try refusal(many)))
    // What a maximum promises costs nothing.
    var modest = ModuleBuilder()
    modest.memory(MemoryType(SizeLimits(1, 1 << 48), is64Bit: true))
    #expect(try refusal(modest) == nil)
  }

  @Test func hugeTablesAreRefused() throws {
    var table = ModuleBuilder()
    table.table(TableType(.funcref, SizeLimits(0xffff_ffff)))
    #expect(isTooLarge(try refusal(table)))
    var wide = ModuleBuilder()
    wide.table(TableType(.funcref, SizeLimits(.max), is64Bit: true))
    #expect(isTooLarge(try refusal(wide)))
    var many = ModuleBuilder()
    for _ in 0..<20 { many.table(TableType(.externref, SizeLimits(9000))) }
    #expect(isTooLarge(try refusal(many)))
  }

  @Test func segmentsOutOfBoundsTrap() throws {
    for offset: Int32 in [0xffff, 0x10000, -1, .min] {
      var data = ModuleBuilder()
      data.memory(MemoryType(SizeLimits(1)))
      data.data(at: .i32(offset), [1, 2])
      #expect(trap(try refusal(data)) == .memoryOutOfBounds)
      var elements = ModuleBuilder()
      elements.table(TableType(.funcref, SizeLimits(100)))
      let function = elements.function()
      elements.elements(at: offset, [function])
      #expect(trap(try refusal(elements)) == .tableOutOfBounds)
    }
    var wide = ModuleBuilder()
    wide.memory(MemoryType(SizeLimits(1), is64Bit: true))
    wide.data(at: .i64(-1), [1, 2])
    #expect(trap(try refusal(wide)) == .memoryOutOfBounds)
  }

  // MARK: Endless programs

  @Test func aStartFunctionThatLoopsEnds() throws {
    var module = ModuleBuilder()
    let start = module.function(body: [0x03, 0x40, 0x0c, 0, 0x0b, 0x0b])
    module.start(start)
    #expect(trap(try refusal(module)) == .outOfFuel)
  }

  @Test func growingForEverEnds() throws {
    var memory = ModuleBuilder()
    memory.memory(MemoryType(SizeLimits(0)))
    // Until it fails, then what there is.
    memory.function(
      [], [.i32],
      body: [0x03, 0x40, 0x41, 1, 0x40, 0, 0x41, 0x7f, 0x47, 0x0d, 0, 0x0b, 0x3f, 0, 0x0b], export: "f")
    #expect(try end(memory) == nil)
    let store = try Store(limits: HostileRun.limits)
    let instance = try store.instantiate(try WasmModule(memory.bytes))
    guard case .function(let grow)? = instance.export("f") else { throw Failure.didNotRun }
    #expect(try store.invoke(grow, []) == [.i32(1024)])

    var table = ModuleBuilder()
    table.table(TableType(.externref, SizeLimits(0)))
    table.function(
      [], [.i32],
      body: [
        0x03, 0x40, 0xd0, 0x6f, 0x41, 10, 0xfc, 15, 0, 0x41, 0x7f, 0x47, 0x0d, 0, 0x0b, 0xfc, 16, 0, 0x0b,
      ], export: "f")
    let second = try store.instantiate(try WasmModule(table.bytes))
    guard case .function(let growTable)? = second.export("f") else { throw Failure.didNotRun }
    #expect(try store.invoke(growTable, []) == [.i32(100_000)])
  }

  /// One instruction can do the work of millions: it costs as much fuel.
  @Test func longInstructionsTakeFuel() throws {
    // memory.fill, memory.copy, memory.init of 16 MiB and table.fill, table.copy of 90 000 elements, for ever.
    let operands: [UInt8] = [0x41, 0, 0x41, 0, 0x41, 0x80, 0x80, 0x80, 0x08]
    let elements: [UInt8] = [0x41, 0, 0x41, 0, 0x41, 0x90, 0xbf, 0x05]
    let instructions: [[UInt8]] = [
      operands + [0xfc, 11, 0], operands + [0xfc, 10, 0, 0],
      [0x41, 0, 0xd0, 0x6f, 0x41, 0x90, 0xbf, 0x05, 0xfc, 17, 0],
      elements + [0xfc, 14, 0, 0],
    ]
    for instruction in instructions {
      var module = ModuleBuilder()
      module.memory(MemoryType(SizeLimits(256)))
      module.table(TableType(.externref, SizeLimits(90_000)))
      module.function(body: [0x03, 0x40] + instruction + [0x0c, 0, 0x0b, 0x0b], export: "f")
      var limits = HostileRun.limits
      limits.fuel = 300_000
      #expect(try end(module, limits: limits) == .outOfFuel)
    }
  }

  @Test func copyingOneElementOfALargeTableIsCheap() throws {
    var module = ModuleBuilder()
    module.table(TableType(.externref, SizeLimits(90_000)))
    module.function(
      body: [0x03, 0x40, 0x41, 1, 0x41, 0, 0x41, 1, 0xfc, 14, 0, 0, 0x0c, 0, 0x0b, 0x0b], export: "f")
    #expect(try end(module) == .outOfFuel)
  }

  // MARK: The stack

  /// Frames of 20 000 slots: the value stack ends long before the number of activations does.
  @Test func mutualRecursionWithBigFrames() throws {
    var module = ModuleBuilder()
    module.function([], [], locals: [LocalGroup(count: 20_000, type: .i64)], body: [0x10, 1, 0x0b], export: "f")
    module.function([], [], locals: [LocalGroup(count: 10_000, type: .v128)], body: [0x10, 0, 0x0b])
    let store = try Store(limits: HostileRun.limits)
    let instance = try store.instantiate(try WasmModule(module.bytes))
    guard case .function(let function)? = instance.export("f") else { throw Failure.didNotRun }
    do throws(Trap) {
      _ = try store.invoke(function, [])
      Issue.record("it returned")
    } catch {
      #expect(error.kind == .stackExhausted)
      #expect(error.frames.count == (1 << 18) / 20_000)
      #expect(error.frames.last?.locals.count == 20_000)
    }
    // And again: nothing was lost.
    #expect(try end(module) == .stackExhausted)
  }

  /// A function with many locals costs as much to call.
  @Test func callsOfAFunctionWithManyLocalsTakeFuel() throws {
    var module = ModuleBuilder()
    let callee = module.function(locals: [LocalGroup(count: 50_000, type: .i64)])
    module.function(body: [0x03, 0x40, 0x10, UInt8(callee), 0x0c, 0, 0x0b, 0x0b], export: "f")
    var limits = HostileRun.limits
    limits.fuel = 1_000_000
    #expect(try end(module, limits: limits) == .outOfFuel)
  }

  /// A recursion through thousands of places of a large function: telling each frame's operands must not translate the
  /// function anew for each.
  @Test func aStackOfManySites() throws {
    let count = 20_000
    var body = ByteBuilder()
    // br_table to the block behind which call number `local 0` stands.
    for _ in 0..<count { body.raw([0x02, 0x40]) }
    body.raw([0x20, 0, 0x0e])
    body.uleb(UInt64(count - 1))
    for label in 0..<count { body.uleb(UInt64(label)) }
    body.u8(0x0b)
    for _ in 1..<count { body.raw([0x20, 0, 0x41, 1, 0x6a, 0x10, 0, 0x0f, 0x0b]) }
    body.raw([0x00, 0x0b])
    var module = ModuleBuilder()
    let type = module.type([.i32])
    module.function(type: type, rawBody: [0] + body.bytes, export: "f")
    var limits = HostileRun.limits
    limits.frames = count
    let store = try Store(limits: limits)
    let instance = try store.instantiate(try WasmModule(module.bytes))
    guard case .function(let function)? = instance.export("f") else { throw Failure.didNotRun }
    do throws(Trap) {
      _ = try store.invoke(function, [.i32(0)])
      Issue.record("it returned")
    } catch {
      #expect(error.kind == .unreachable)
      #expect(error.frames.count == count)
      #expect(Set(error.frames.map(\.codeOffset)).count == count)
      // The argument of each call is its number.
      #expect(error.frames[1].operandStack == [.i32(Int32(count - 1))])
      #expect(error.frames[count - 1].operandStack == [.i32(1)])
    }
  }

  // MARK: Exceptions

  @Test func exceptionsThatNobodyKeepsAreCollected() throws {
    var module = ModuleBuilder()
    module.tag([])
    module.type([], [.reference(.exnref)])
    // loop (block (result exnref) (try_table (catch_all_ref 0) (throw 0)) unreachable) drop br 0
    module.function(
      body: [
        0x03, 0x40, 0x02, 0x69, 0x1f, 0x40, 1, 3, 0, 0x08, 0, 0x0b, 0x00, 0x0b, 0x1a, 0x0c, 0, 0x0b, 0x0b,
      ], export: "f")
    #expect(try end(module) == .outOfFuel)
  }

  /// The same exception, thrown on and caught again, is kept once.
  @Test func throwingOnKeepsOneException() throws {
    var module = ModuleBuilder()
    module.tag([])
    // Like above, with `throw_ref` of the local in the loop.
    module.function(
      locals: [LocalGroup(count: 1, type: .reference(.exnref))],
      body: [
        0x02, 0x69, 0x1f, 0x40, 1, 3, 0, 0x08, 0, 0x0b, 0x00, 0x0b, 0x21, 0,
        0x03, 0x40, 0x02, 0x69, 0x1f, 0x40, 1, 3, 0, 0x20, 0, 0x0a, 0x0b, 0x00, 0x0b, 0x21, 0, 0x0c, 0, 0x0b, 0x0b,
      ], export: "f")
    #expect(try end(module) == .outOfFuel)
  }
}
