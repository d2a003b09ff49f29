import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// References to objects: casts, 31-bit integers, the host's references, constant expressions.
@Suite struct ObjectReferenceTests {
  private static let anyref = ValueType.reference(ReferenceType(.any))

  /// What `ref.test` says of values to heap types given as their byte.
  @Test func typesAreTested() throws {
    let node = Code.i32(1) + Code.null(1) + Code.gc(0, 1)
    let longNode = Code.i32(1) + Code.null(1) + [0x42, 0] + Code.gc(0, 2)
    let array = Code.i32(1) + Code.gc(7, 3)
    let i31 = Code.i32(1) + Code.gc(28)
    let types: [UInt8] = [0x6e, 0x6d, 0x6c, 0x6b, 0x6a, 0x71, 1, 2, 3, 4]  // any eq i31 struct array none
    for (value, expected) in [
      (node, [1, 1, 0, 1, 0, 0, 1, 0, 0, 0]), (longNode, [1, 1, 0, 1, 0, 0, 1, 1, 0, 0]),
      (array, [1, 1, 0, 0, 1, 0, 0, 0, 1, 0]), (i31, [1, 1, 1, 0, 0, 0, 0, 0, 0, 0]),
      ([0x20, 0] + Code.gc(26), [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]), (Code.null(0x6e), [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    ] as [([UInt8], [Int32])] {
      var module = ObjectModule()
      module.function(
        "f", [.externref], types.map { _ in .i32 }, locals: [Self.anyref], value, Code.set(1),
        types.flatMap { Code.get(1) + Code.gc(20, $0) })
      #expect(try module.run([.reference(.external(7))]) == expected.map { .i32($0) })
    }
  }

  @Test func castsTrapOrPass() throws {
    for (value, type, passes) in [
      (Code.i32(1) + Code.gc(28), [22, 0x6c], true), (Code.i32(1) + Code.gc(28), [22, 0x6b], false),
      (Code.null(0x6e), [22, 0x6c], false), (Code.null(0x6e), [23, 0x6c], true), (Code.null(0x6e), [23, 1], true),
      (Code.gc(1, 2), [22, 1], true), (Code.gc(1, 1), [22, 2], false),
    ] as [([UInt8], [UInt8], Bool)] {
      var module = ObjectModule()
      module.function("f", [], [Self.anyref], value, [0xfb] + type)
      #expect(try module.trap() == (passes ? nil : .castFailure), "\(value) \(type)")
    }
  }

  /// The operands below go along with the reference, on both ways.
  @Test func branchesOnCasts() throws {
    for number: UInt8 in [24, 25] {
      var module = ObjectModule()
      // block (result i32 i31ref-or-any): 10, the value; br_on_cast to i31; then: drop, 20, null
      let target = number == 24 ? ValueType.reference(ReferenceType(.i31, isNullable: false)) : Self.anyref
      let type = UInt8(module.builder.type([], [.i32, target]))
      let other: [UInt8] = Code.i32(0) + Code.gc(28)
      module.function(
        "f", [Self.anyref], [.i32, Self.anyref], [0x02, type], Code.i32(10), Code.get(0),
        [0xfb, number, 1, 0, 0x6e, 0x6c], Code.drop, Code.drop, Code.i32(20), other, Code.end)
      let isScalar = try module.run([.reference(.i31(3))])
      let isNot = try module.run([.reference(.external(3))])
      let isNull = try module.run([.reference(.null(.any))])
      let otherResult: [Value] = [.i32(20), .reference(.i31(0))]
      if number == 24 {
        #expect(isScalar == [.i32(10), .reference(.i31(3))])
        #expect(isNot == otherResult)
        #expect(isNull == otherResult)
      } else {
        #expect(isScalar == otherResult)
        #expect(isNot == [.i32(10), .reference(.external(3))])
        #expect(isNull == [.i32(10), .reference(.null(.any))])
      }
    }
  }

  @Test func scalarsHave31Bits() throws {
    var module = ObjectModule()
    module.function(
      "f", [.i32], [.i32, .i32], Code.get(0), Code.gc(28), Code.gc(29), Code.get(0), Code.gc(28), Code.gc(30))
    #expect(try module.run([.i32(-1)]) == [.i32(-1), .i32(0x7fff_ffff)])
    #expect(try module.run([.i32(0x4000_0000)]) == [.i32(-0x4000_0000), .i32(0x4000_0000)])
    #expect(try module.run([.i32(-0x8000_0000 + 5)]) == [.i32(5), .i32(5)])
  }

  @Test func equalityIsIdentity() throws {
    var module = ObjectModule()
    let same = Code.get(0) + Code.get(0) + Code.equal
    let scalars = Code.i32(-1) + Code.gc(28) + Code.i32(0x7fff_ffff) + Code.gc(28) + Code.equal
    module.function(
      "f", [], [.i32, .i32, .i32, .i32], locals: [ObjectModule.nodeReference], Code.gc(1, 1), Code.set(0), same,
      Code.get(0), Code.gc(1, 1), Code.equal, scalars, Code.null(1), Code.null(0x6c), Code.equal)
    #expect(try module.run() == [.i32(1), .i32(0), .i32(1), .i32(1)])
  }

  @Test func referencesChangeHierarchiesAndComeBack() throws {
    var module = ObjectModule()
    module.function("f", [.externref], [.externref], Code.get(0), Code.gc(26), Code.gc(27))
    module.function("internal", [.externref], [Self.anyref], Code.get(0), Code.gc(26))
    module.function(
      "object", [], [.i32], Code.i32(8), Code.null(1), Code.gc(0, 1), Code.gc(27), Code.gc(26), Code.gc(22, 1),
      Code.gc(2, 1, 0))
    let running = try module.running()
    #expect(try running.call("f", [.reference(.external(99))]) == [.reference(.external(99))])
    #expect(try running.call("f", [.reference(.null(.extern))]) == [.reference(.null(.extern))])
    #expect(try running.call("internal", [.reference(.external(99))]) == [.reference(.external(99))])
    #expect(try running.call("internal", [.reference(.null(.extern))]) == [.reference(.null(.any))])
    #expect(try running.call("object") == [.i32(8)])
  }

  /// A host may not pass what is of another type: code relies on it.
  @Test func argumentsOfTheWrongTypeAreRefused() throws {
    var module = ObjectModule()
    module.function("f", [ObjectModule.nodeReference], [.i32], Code.get(0), Code.gc(2, 1, 0))
    module.function("array", [], [Self.anyref], Code.i32(1), Code.gc(7, 3))
    module.function("node", [], [Self.anyref], Code.i32(4), Code.null(1), Code.gc(0, 1))
    let running = try module.running()
    let array = try running.call("array")
    #expect(try running.call("f", try running.call("node")) == [.i32(4)])
    for value in array + [.reference(.object(1000)), .reference(.function(0)), .reference(.i31(1)), .i32(0)] {
      do {
        _ = try running.call("f", [value])
        Issue.record("\(value) was taken")
      } catch let trap as Trap { #expect(trap.kind == .host) }
    }
  }

  @Test func resultsOfHostFunctionsOfTheWrongTypeAreRefused() throws {
    for (value, isTaken) in [
      (Value.reference(.object(1000)), false), (.reference(.function(0)), false), (.reference(.external(1)), true),
      (.i32(0), false),
    ] {
      var module = ObjectModule()
      let host = UInt8(module.builder.importFunction("env", "host", [], [Self.anyref]))
      module.function("f", [], [Self.anyref], [0x10, host])
      let running = try module.running(imports: { store in
        .function(store.hostFunction(FunctionType([], [Self.anyref])) { _, _ in [value] })
      })
      do {
        #expect(try running.call("f") == [value])
        #expect(isTaken, "\(value)")
      } catch let trap as Trap {
        #expect(trap.kind == .host)
        #expect(!isTaken, "\(value)")
      }
    }
  }

  // MARK: Constant expressions

  @Test func constantExpressionsMakeObjects() throws {
    var module = ObjectModule()
    let node = ObjectModule.nodeReference
    // g0 = node(7, node(8, null)); g1 = an array of 3 sevens; a table of 2 scalars 41
    module.builder.global(
      GlobalType(node),
      initializer: Code.i32(7) + Code.i32(8) + Code.null(1) + Code.gc(0, 1) + Code.gc(0, 1) + Code.end)
    module.builder.global(
      GlobalType(Self.anyref), initializer: Code.i32(7) + Code.i32(3) + Code.gc(6, 4) + Code.end)
    module.builder.table(
      TableType(ReferenceType(.any), SizeLimits(2)), initializer: Code.i32(41) + Code.gc(28) + Code.end)
    module.builder.export("g0", .global, 0)
    module.builder.export("g1", .global, 1)
    module.builder.export("t", .table, 0)
    let running = try module.running()
    guard case .global(let first)? = running.instance.export("g0"),
      case .global(let second)? = running.instance.export("g1"), case .table(let table)? = running.instance.export("t"),
      case .reference(.object(let list)) = first.value, case .reference(.object(let array)) = second.value,
      case .reference(.object(let next))? = running.store.object(list)?[1]
    else {
      Issue.record("not as it should be")
      return
    }
    #expect(running.store.object(list)?[0] == .i32(7))
    #expect(running.store.object(next)?[0] == .i32(8))
    #expect(running.store.object(array)?.count == 3)
    #expect(running.store.object(array)?[2] == .i32(7))
    #expect(table[1] == .i31(41))
  }
}
