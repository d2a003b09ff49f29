import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// Values of two slots on all the ways that a value can take.
@Suite struct VectorPathTests {
  private let a = Value.v128(low: 0x0102_0304_0506_0708, high: 0x1112_1314_1516_1718)
  private let b = Value.v128(low: 0x2122_2324_2526_2728, high: 0x3132_3334_3536_3738)
  private let zero = Value.v128(low: 0, high: 0)

  private func exported(_ builder: ModuleBuilder) throws -> (Store, Function) {
    let store = try Store()
    let instance = try store.instantiate(try WasmModule(builder.bytes))
    guard case .function(let function)? = instance.export("f") else { throw Missing() }
    return (store, function)
  }
  private struct Missing: Error {}
  private func run(_ builder: ModuleBuilder, _ arguments: [Value]) throws -> [Value] {
    let (store, function) = try exported(builder)
    return try store.invoke(function, arguments)
  }

  private func bytes(_ value: Value) -> [UInt8] {
    guard case .v128(let low, let high) = value else { return [] }
    return [low, high].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> ($0 * 8)) } }
  }

  @Test func parametersAndResultsOfCalls() throws {
    var module = ModuleBuilder()
    let swapped = module.function(
      [.i32, .v128, .i64, .v128], [.v128, .i64, .v128, .i32], body: [0x20, 3, 0x20, 2, 0x20, 1, 0x20, 0, 0x0b])
    module.function(
      [.v128, .v128], [.v128, .i64, .v128, .i32],
      body: [0x41, 7, 0x20, 0, 0x42, 9, 0x20, 1, 0x10, UInt8(swapped), 0x0b], export: "f")
    #expect(try run(module, [a, b]) == [b, .i64(9), a, .i32(7)])
  }

  /// Results are written over the links in front of the callee's frame and the frame itself, in which a local is read.
  @Test func manyResultsOfLocals() throws {
    var module = ModuleBuilder()
    let many = module.function(
      [], [.v128, .v128, .i32, .v128],
      locals: [LocalGroup(count: 1, type: .i32), LocalGroup(count: 1, type: .v128)],
      body: [0x41, 7, 0x21, 0] + const(bytes(a)) + [0x21, 1] + const(bytes(a)) + const(bytes(b))
        + [0x20, 0, 0x20, 1, 0x0b])
    module.function([], [.v128, .v128, .i32, .v128], body: [0x10, UInt8(many), 0x0b], export: "f")
    #expect(try run(module, []) == [a, b, .i32(7), a])
  }

  @Test func tailCallsAndIndirectCalls() throws {
    var module = ModuleBuilder()
    module.table(TableType(.funcref, SizeLimits(1)))
    let type = module.type([.v128, .i32, .v128], [.v128, .v128])
    let target = module.function([.v128, .i32, .v128], [.v128, .v128], body: [0x20, 2, 0x20, 0, 0x0b])
    module.elements(at: 0, [target])
    // return_call_indirect with more parameters than the function that ends has.
    let tail = module.function(
      [.v128], [.v128, .v128],
      body: [0x20, 0, 0x41, 1] + const(bytes(b)) + [0x41, 0, 0x13, UInt8(type), 0, 0x0b])
    let direct = module.function([.v128], [.v128, .v128], body: [0x20, 0, 0x12, UInt8(tail), 0x0b])
    // call, then call_indirect with its results around an i32.
    module.function(
      [.v128], [.v128, .v128], locals: [LocalGroup(count: 1, type: .v128)],
      body: [0x20, 0, 0x10, UInt8(direct), 0x21, 1, 0x41, 5, 0x20, 1, 0x41, 0, 0x11, UInt8(type), 0, 0x0b],
      export: "f")
    // direct gives [b, a]; indirect swaps once more
    #expect(try run(module, [a]) == [a, b])
  }

  @Test func hostFunctions() throws {
    var module = ModuleBuilder()
    let host = module.importFunction("env", "swap", [.v128, .i32, .v128], [.v128, .v128])
    module.function(
      [.v128, .v128], [.v128, .v128], body: [0x20, 0, 0x41, 1, 0x20, 1, 0x10, UInt8(host), 0x0b], export: "f")
    let store = try Store()
    let type = FunctionType([.v128, .i32, .v128], [.v128, .v128])
    let swap = store.hostFunction(type) { _, arguments in [arguments[2], arguments[0]] }
    let instance = try store.instantiate(try WasmModule(module.bytes), imports: { _, _ in .function(swap) })
    guard case .function(let f)? = instance.export("f") else { throw Missing() }
    #expect(try store.invoke(f, [a, b]) == [b, a])
  }

  @Test func selectsGlobalsAndLocals() throws {
    var module = ModuleBuilder()
    module.global(GlobalType(.v128, isMutable: true), .v128(low: 5, high: 6))
    // old := global; global := select(a, b, condition); the local is zero at first and set while it is an operand
    module.function(
      [.v128, .v128, .i32], [.v128, .v128, .v128, .v128],
      locals: [LocalGroup(count: 1, type: .i32), LocalGroup(count: 1, type: .v128)],
      body: [
        0x20, 4, 0x23, 0, 0x22, 4, 0x20, 0, 0x20, 1, 0x20, 2, 0x1b, 0x24, 0, 0x23, 0, 0x20, 4, 0x20, 0, 0x21, 4, 0x0b,
      ], export: "f")
    let (store, f) = try exported(module)
    #expect(try store.invoke(f, [a, b, .i32(0)]) == [zero, .v128(low: 5, high: 6), b, .v128(low: 5, high: 6)])
    #expect(try store.invoke(f, [a, b, .i32(1)]) == [zero, b, a, b])
  }

  @Test func blocksAndBranches() throws {
    var module = ModuleBuilder()
    let pair = module.type([], [.i32, .v128])
    let loop = module.type([.v128, .i32], [.v128])
    // block (result i32 v128): an operand below, then br_table with 0: out of it, else: out of an inner one with other values
    let inner: [UInt8] =
      [0x42, 1, 0x41, 3, 0x20, 1, 0x20, 0, 0x0e, 1, 0, 1, 0x0b] + [0x1a, 0x1a, 0x41, 4, 0x20, 2]
    module.function(
      [.i32, .v128, .v128], [.i32, .v128],
      body: [0x02, UInt8(pair), 0x02, UInt8(pair)] + inner + [0x0b, 0x0b], export: "f")
    #expect(try run(module, [.i32(0), a, b]) == [.i32(4), b])
    #expect(try run(module, [.i32(1), a, b]) == [.i32(3), a])

    // A loop that adds a lane-wise one as often as it is told, its vector carried by br_if.
    var counting = ModuleBuilder()
    let type = counting.type([.v128, .i32], [.v128])
    #expect(type == 0 && loop == 1)
    counting.function(
      [.v128, .i32], [.v128],
      body: [0x20, 0, 0x20, 1, 0x03, UInt8(type), 0x21, 1] + const([1] + [UInt8](repeating: 0, count: 15)) + fd(0xce)
        + [0x20, 1, 0x41, 1, 0x6b, 0x22, 1, 0x20, 1, 0x0d, 0, 0x1a, 0x0b, 0x0b], export: "f")
    #expect(try run(counting, [.v128(low: 5, high: 9), .i32(10)]) == [.v128(low: 15, high: 9)])
  }

  @Test func ifsWithVectors() throws {
    var module = ModuleBuilder()
    let type = module.type([.v128, .i32, .v128], [.v128, .v128])
    // A local is set in one arm while an operand below the block is a copy of it.
    module.function(
      [.v128, .v128, .i32], [.v128, .v128, .v128],
      body: [0x20, 0, 0x20, 0, 0x41, 1, 0x20, 1, 0x20, 2, 0x04, UInt8(type)]
        + [0x21, 0, 0x1a, 0x20, 0, 0x05, 0x21, 1, 0x1a, 0x20, 0, 0x0b, 0x0b], export: "f")
    #expect(try run(module, [a, b, .i32(1)]) == [a, a, b])
    #expect(try run(module, [a, b, .i32(0)]) == [a, a, a])
  }

  @Test func exceptionsCarryVectors() throws {
    var module = ModuleBuilder()
    let tag = module.tag([.v128, .i32, .v128])
    let caught = module.type([], [.v128, .i32, .v128, .reference(.exnref)])
    let thrower = module.function(
      [.v128], [], body: const(bytes(b)) + [0x41, 6, 0x20, 0, 0x08, UInt8(tag), 0x0b])
    // block; try_table (catch_ref tag 0): an operand, then a call that throws; the exception's reference is dropped
    module.function(
      [.v128], [.v128, .i32, .v128],
      body: [
        0x02, UInt8(caught), 0x42, 1, 0x1f, 0x40, 1, 1, UInt8(tag), 0, 0x20, 0, 0x10, UInt8(thrower), 0x0b, 0x00, 0x0b,
      ]
        + [0x1a, 0x0b], export: "f")
    #expect(try run(module, [a]) == [b, .i32(6), a])

    var uncaught = ModuleBuilder()
    uncaught.tag([.v128, .v128])
    uncaught.function([.v128], [], body: [0x20, 0] + const(bytes(b)) + [0x08, 0, 0x0b], export: "f")
    do {
      _ = try run(uncaught, [a])
      Issue.record("no trap")
    } catch let trap as Trap {
      #expect(trap.kind == .uncaughtException)
      #expect(trap.exception?.values == [a, b])
      #expect(trap.frames.first?.operandStack == [a, b])
    }
  }

  @Test func aTrapTellsVectors() throws {
    var module = ModuleBuilder()
    module.memory(MemoryType(SizeLimits(1)))
    // local 1 := b; operands: a copy of local 1 that is set afterwards, a constant, i8x16.splat(1); then v128.load8_lane
    let callee = module.function(
      [.i32, .v128], [.v128], locals: [LocalGroup(count: 1, type: .i64), LocalGroup(count: 1, type: .v128)],
      body: [0x20, 1] + const(bytes(a)) + [0x21, 1, 0x42, 9, 0x21, 2] + const(bytes(b)) + [0x41, 1] + fd(0x0f)
        + [0x20, 0, 0x20, 1] + fd(0x54) + [0, 0, 3, 0x00, 0x0b])
    module.function(
      [.v128], [.v128],
      body: [0x20, 0, 0x41, 0x7f, 0x20, 0, 0x10, UInt8(callee), 0x0b].dropLast(1) + fd(0x4e) + [0x0b],
      export: "f")
    let ones = vector([UInt8](repeating: 1, count: 16))
    do {
      _ = try run(module, [b])
      Issue.record("no trap")
    } catch let trap as Trap {
      #expect(trap.kind == .memoryOutOfBounds)
      #expect(trap.frames.count == 2)
      #expect(trap.frames[0].locals == [.i32(-1), a, .i64(9), zero])
      #expect(trap.frames[0].operandStack == [b, b, ones, .i32(-1), a])
      #expect(trap.frames[0].codeOffset == CodeOffset(57))
      #expect(trap.frames[1].locals == [b])
      #expect(trap.frames[1].operandStack == [b, .i32(-1), b])
    }
  }
}
