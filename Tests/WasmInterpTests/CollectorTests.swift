import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// What the collector frees, what it keeps, and how a program ends that uses up its heap.
@Suite struct CollectorTests {
  private static let node = ObjectModule.nodeReference
  private static let anyref = ValueType.reference(ReferenceType(.any))

  /// Makes garbage: as many arrays of 1000 bytes as the local says.
  private static func garbage(_ local: UInt8) -> [UInt8] {
    Code.countDown(local, Code.i32(1000) + Code.gc(7, 3) + Code.drop)
  }
  /// Bytes of heap, so that 1000 arrays of garbage do not fit.
  private static let heapBytes: UInt64 = 256 << 10

  // MARK: Using memory up

  @Test func aListThatGrowsForEverEnds() throws {
    var module = ObjectModule()
    module.function(
      "f", [], [], locals: [Self.node], [0x03, 0x40], Code.i32(1), Code.get(0), Code.gc(0, 1), Code.set(0), [0x0c, 0],
      Code.end)
    let running = try module.running(heapBytes: 1 << 20)
    do {
      _ = try running.call("f")
      Issue.record("no trap")
    } catch let trap as Trap {
      #expect(trap.kind == .outOfMemory)
      #expect(trap.codeOffset == CodeOffset(10))
      // All of it is in use, and is there to be looked at.
      #expect(running.store.heapUse > 15 << 16)
      #expect(running.store.heapUse <= 1 << 20)
      guard case .reference(.object(let number))? = trap.frames.first?.locals.first else {
        Issue.record("no list")
        return
      }
      var count = 0
      var object = running.store.object(number)
      while let this = object {
        #expect(this[0] == .i32(1))
        count += 1
        guard case .reference(.object(let next))? = this[1] else { break }
        object = running.store.object(next)
      }
      // 16 bytes each, and what they cost beside.
      #expect(count > 10_000)
    }
  }

  @Test(arguments: [-1, 0x7fff_ffff, 1 << 20] as [Int32]) func anArrayBeyondTheHeapTraps(length: Int32) throws {
    for body in [
      Code.get(0) + Code.gc(7, 6), Code.i32(3) + Code.get(0) + Code.gc(6, 3), Code.get(0) + Code.gc(7, 5),
    ] {
      var module = ObjectModule()
      module.function("f", [.i32], [], body, Code.drop)
      #expect(try module.trap([.i32(length)], heapBytes: 1 << 20) == .outOfMemory)
    }
  }

  @Test func anArrayThatNearlyFillsTheHeapIsMadeAgainAndAgain() throws {
    var module = ObjectModule()
    module.function("f", [.i32], [], Code.countDown(0, Code.i32(900_000), Code.gc(7, 3), Code.drop))
    let running = try module.running(heapBytes: 1 << 20)
    #expect(try running.call("f", [.i32(100)]) == [])
    #expect(running.store.collections >= 99)
  }

  // MARK: Freeing

  @Test func aHundredHeapsOfGarbageAreNoProblem() throws {
    var module = ObjectModule()
    module.function("f", [.i32], [], Self.garbage(0))
    let running = try module.running(heapBytes: Self.heapBytes)
    #expect(try running.call("f", [.i32(26_000)]) == [])
    #expect(running.store.collections > 100)
    #expect(running.store.heapUse < Self.heapBytes)
  }

  @Test func cyclesAreFreed() throws {
    var module = ObjectModule()
    // Two nodes that refer to each other, 10 000 times.
    module.function(
      "f", [.i32], [], locals: [Self.node, Self.node],
      Code.countDown(
        0, Code.i32(1), Code.null(1), Code.gc(0, 1), Code.set(1), Code.i32(2), Code.get(1), Code.gc(0, 1), Code.set(2),
        Code.get(1), Code.get(2), Code.gc(5, 1, 1)))
    let running = try module.running(heapBytes: 64 << 10)
    #expect(try running.call("f", [.i32(10_000)]) == [])
    #expect(running.store.collections > 0)
  }

  // MARK: Keeping

  /// A list of 500 nodes, 500 at its head, is in local 1; local 0 and 2 are numbers.
  private static let list =
    Code.i32(1) + Code.set(2)
    + [0x03, 0x40] + Code.get(2) + Code.get(1) + Code.gc(0, 1) + Code.set(1) + Code.get(2) + Code.i32(1) + Code.add
    + [0x22, 2] + Code.i32(501) + [0x47, 0x0d, 0] + Code.end
  /// The sum of the list in local 1, in local 2.
  private static let sum =
    Code.i32(0) + Code.set(2)
    + [0x03, 0x40] + Code.get(2) + Code.get(1) + Code.gc(2, 1, 0) + Code.add + Code.set(2) + Code.get(1)
    + Code.gc(2, 1, 1) + [0x22, 1, 0xd1, 0x45, 0x0d, 0] + Code.end

  /// A list survives ten heaps of garbage where `save` keeps it, from which `load` takes it. Both are with the list in
  /// local 1; local 3 is an anyref.
  private func survives(
    _ save: [UInt8], _ load: [UInt8], _ prepare: (inout ModuleBuilder) -> Void = { _ in }
  ) throws {
    var module = ObjectModule()
    prepare(&module.builder)
    module.function(
      "f", [.i32], [.i32], locals: [Self.node, .i32, Self.anyref], Self.list, save, Self.garbage(0), load, Self.sum,
      Code.get(2))
    let running = try module.running(heapBytes: Self.heapBytes)
    #expect(try running.call("f", [.i32(2600)]) == [.i32(125_250)])
    #expect(running.store.collections > 10)
  }

  private static let forget = Code.null(1) + Code.set(1)

  @Test func aListInALocalSurvives() throws { try survives([], []) }

  @Test func aListOnTheOperandStackSurvives() throws {
    // tee: the operand is not a copy of the local
    try survives(Code.get(1) + Code.gc(22, 1) + Self.forget, Code.set(1))
  }

  @Test func aListInAGlobalSurvives() throws {
    try survives(Code.get(1) + [0x24, 0] + Self.forget, [0x23, 0] + Code.set(1)) {
      $0.global(GlobalType(Self.node, isMutable: true), initializer: Code.null(1) + Code.end)
    }
  }

  @Test func aListInATableSurvives() throws {
    try survives(
      Code.i32(3) + Code.get(1) + [0x26, 0] + Self.forget, Code.i32(3) + [0x25, 0] + Code.gc(22, 1) + Code.set(1)
    ) { $0.table(TableType(ReferenceType(.any), SizeLimits(4))) }
  }

  @Test func aListInATableOfExternalReferencesSurvives() throws {
    try survives(
      Code.i32(3) + Code.get(1) + Code.gc(27) + [0x26, 0] + Self.forget,
      Code.i32(3) + [0x25, 0] + Code.gc(26) + Code.gc(22, 1) + Code.set(1)
    ) { $0.table(TableType(.externref, SizeLimits(4))) }
  }

  @Test func aListInAnArraySurvives() throws {
    try survives(
      Code.get(1) + Code.i32(9) + Code.gc(6, 5) + Code.set(3) + Self.forget,
      Code.get(3) + Code.gc(22, 5) + Code.i32(8) + Code.gc(11, 5) + Code.set(1))
  }

  @Test func aListInAStructureAmongOtherFieldsSurvives() throws {
    try survives(
      Code.gc(1, 0) + Code.set(3) + Code.get(3) + Code.gc(22, 0) + Code.get(1) + Code.gc(5, 0, 7) + Self.forget,
      Code.get(3) + Code.gc(22, 0) + Code.gc(2, 0, 7) + Code.gc(22, 1) + Code.set(1))
  }

  @Test func aListInACallersFrameSurvives() throws {
    var module = ObjectModule()
    let callee = UInt8(module.function("garbage", [.i32], [], Self.garbage(0)))
    // Below the call's argument; the local is free.
    module.function(
      "f", [.i32], [.i32], locals: [Self.node, .i32], Self.list, Code.get(1), Code.gc(22, 1), Self.forget, Code.get(0),
      [0x10, callee], Code.set(1), Self.sum, Code.get(2))
    let running = try module.running(heapBytes: Self.heapBytes)
    #expect(try running.call("f", [.i32(2600)]) == [.i32(125_250)])
  }

  @Test func aListInAnExceptionSurvives() throws {
    let exception = ValueType.reference(.exnref)
    var module = ObjectModule()
    let tag = UInt8(module.builder.tag([Self.node]))
    let caught = UInt8(module.builder.type([], [Self.node, exception]))
    let list = UInt8(module.builder.type([], [Self.node]))
    // Caught by reference, kept in local 3 alone, thrown again after the garbage and caught with its value.
    module.function(
      "f", [.i32], [.i32], locals: [Self.node, .i32, exception], Self.list,
      [0x02, caught, 0x1f, 0x40, 1, 1, tag, 0], Code.get(1), [0x08, tag], Code.end, [0x00], Code.end, Code.set(3),
      Code.drop, Self.forget, Self.garbage(0), [0x02, list, 0x1f, 0x40, 1, 0, tag, 0], Code.get(3), [0x0a], Code.end,
      [0x00], Code.end, Code.set(1), Self.sum, Code.get(2))
    let running = try module.running(heapBytes: Self.heapBytes)
    #expect(try running.call("f", [.i32(2600)]) == [.i32(125_250)])
    #expect(running.store.collections > 10)
  }

  @Test func exceptionsAreFreed() throws {
    var module = ObjectModule()
    let tag = UInt8(module.builder.tag([.i32]))
    let exception = UInt8(module.builder.type([], [.reference(.exnref)]))
    module.function(
      "f", [.i32], [],
      Code.countDown(
        0, [0x02, exception, 0x1f, 0x40, 1, 3, 0], Code.i32(1), [0x08, tag], Code.end, [0x00], Code.end, Code.drop))
    let running = try module.running(heapBytes: 64 << 10)
    #expect(try running.call("f", [.i32(20_000)]) == [])
    #expect(running.store.collections > 0)
  }

  /// Collections in the middle of instantiation.
  @Test func segmentsThatAreBeingMadeSurvive() throws {
    var module = ObjectModule()
    // 100 arrays of 1000 bytes, each filled with its number.
    module.builder.table(TableType(ReferenceType(.any), SizeLimits(100)))
    module.builder.rawElements {
      $0.raw([6, 0, 0x41, 0, 0x0b, 0x6e, 100])
      for index in 0..<100 as Range<Int32> { $0.raw(Code.i32(index) + Code.i32(1000) + Code.gc(6, 3) + Code.end) }
    }
    module.builder.export("t", .table, 0)
    let running = try module.running(heapBytes: Self.heapBytes)
    #expect(running.store.collections > 0)
    guard case .table(let table)? = running.instance.export("t") else { return }
    for index in 0..<100 {
      guard case .object(let number)? = table[UInt64(index)] else {
        Issue.record("no array \(index)")
        return
      }
      #expect(running.store.object(number)?[999] == .i32(Int32(index)))
    }
  }

  // MARK: The host

  @Test func whatWasReturnedStaysUntilItIsReleased() throws {
    var module = ObjectModule()
    module.function("f", [], [Self.node], Code.i32(6), Code.i32(7), Code.null(1), Code.gc(0, 1), Code.gc(0, 1))
    module.function("garbage", [.i32], [], Self.garbage(0))
    // Its locals are zero where `f` had the references.
    module.function("forget", locals: [ValueType](repeating: .i64, count: 30), [0x01])
    let running = try module.running(heapBytes: Self.heapBytes)
    guard case .reference(.object(let number))? = try running.call("f").first else {
      Issue.record("no object")
      return
    }
    _ = try running.call("garbage", [.i32(2600)])
    let object = try #require(running.store.object(number))
    #expect(object[0] == .i32(6))
    guard case .reference(.object(let next))? = object[1] else {
      Issue.record("no second node")
      return
    }
    #expect(running.store.object(next)?[0] == .i32(7))
    running.store.releaseHeld()
    _ = try running.call("forget")
    _ = try running.call("garbage", [.i32(2600)])
    // Its number may be an array's by now.
    #expect(running.store.object(number)?.type != object.type)
    #expect(object[0] == nil)
  }

  /// A global, a table, a field and a trap each have a node, which nothing refers to any more afterwards.
  @Test func whatWasReadStays() throws {
    var module = ObjectModule()
    let new = Code.i32(6) + Code.null(1) + Code.gc(0, 1)
    module.builder.global(GlobalType(Self.node, isMutable: true), initializer: new + Code.end)
    module.builder.table(TableType(ReferenceType(.defined(1)), SizeLimits(1)), initializer: new + Code.end)
    module.builder.export("g", .global, 0)
    module.builder.export("t", .table, 0)
    module.function(
      "f", [], [Self.anyref], locals: [Self.anyref], new, Code.i32(1), Code.gc(6, 5), Code.set(0), Code.get(0))
    module.function(
      "empty", [Self.anyref], [], Code.null(1), [0x24, 0], Code.i32(0), Code.null(1), [0x26, 0], Code.get(0),
      Code.gc(22, 5), Code.i32(0), Code.null(1), Code.gc(14, 5))
    module.function("trap", [], [], new, [0x00])
    module.function("garbage", [.i32], [], Self.garbage(0))
    module.function("forget", locals: [ValueType](repeating: .i64, count: 30), [0x01])
    let running = try module.running(heapBytes: Self.heapBytes)
    let array = try #require(try running.object("f"))
    guard case .global(let global)? = running.instance.export("g"),
      case .table(let table)? = running.instance.export("t")
    else { return }
    var references: [Value?] = [global.value, table[0].map { .reference($0) }, array[0]]
    do { _ = try running.call("trap") } catch let trap as Trap { references.append(trap.frames[0].operandStack[0]) }
    _ = try running.call("empty", [.reference(.object(array.number))])
    _ = try running.call("forget")
    _ = try running.call("garbage", [.i32(2600)])
    #expect(running.store.collections > 10)
    #expect(Set(references).count == 4)
    for reference in references {
      guard case .reference(.object(let number))? = reference else {
        Issue.record("no reference")
        return
      }
      #expect(running.store.object(number)?[0] == .i32(6))
    }
  }

  @Test func aHostFunctionMayCallBackAndItsArgumentsSurvive() throws {
    var module = ObjectModule()
    let host = UInt8(module.builder.importFunction("env", "host", [Self.anyref], [Self.anyref]))
    let garbage = module.function("garbage", [.i32], [], Self.garbage(0))
    module.function(
      "f", [], [.i32], Code.i32(5), Code.null(1), Code.gc(0, 1), [0x10, host], Code.gc(22, 1), Code.gc(2, 1, 0))
    var fields: [Value?] = []
    let running = try module.running(
      heapBytes: Self.heapBytes,
      imports: { store in
        .function(
          store.hostFunction(FunctionType([Self.anyref], [Self.anyref])) { call, arguments in
            guard let instance = call.instance, arguments.count == 1,
              case .reference(.object(let number)) = arguments[0]
            else { return [] }
            _ = try store.invoke(instance.functions[Int(garbage)], [.i32(2600)])
            fields.append(store.object(number)?[0])
            return arguments
          })
      })
    #expect(try running.call("f") == [.i32(5)])
    #expect(fields == [.i32(5)])
  }
}
