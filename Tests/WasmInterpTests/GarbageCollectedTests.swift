import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// Structures and arrays as instructions see them.
@Suite struct GarbageCollectedTests {
  private static let anyref = ValueType.reference(ReferenceType(.any))

  // MARK: Structures

  @Test func fieldsOfEveryWidth() throws {
    let local = Code.get(0)
    var module = ObjectModule()
    let fields: [UInt8] =
      Code.i32(-5) + [0x42, 0x7a] + Code.i32(0x1ff) + Code.i32(0x1_8001) + [0x43, 0, 0, 0xc0, 0x3f]
      + [0x44, 0, 0, 0, 0, 0, 0, 2, 0x40] + [0xfd, 12] + (1...16) + Code.i32(77) + Code.gc(28)
    // Each field is read twice where there are two ways.
    let reads: [[UInt8]] =
      [Code.gc(2, 0, 0), Code.gc(2, 0, 1), Code.gc(3, 0, 2), Code.gc(4, 0, 2), Code.gc(3, 0, 3), Code.gc(4, 0, 3)]
      + [Code.gc(2, 0, 4), Code.gc(2, 0, 5), Code.gc(2, 0, 6), Code.gc(2, 0, 7)]
    module.function(
      "f", [], [.i32, .i64, .i32, .i32, .i32, .i32, .f32, .f64, .v128, Self.anyref],
      locals: [.reference(ReferenceType(.defined(0)))], fields + Code.gc(0, 0) + Code.set(0),
      reads.flatMap { local + $0 })
    #expect(
      try module.run() == [
        .i32(-5), .i64(-6), .i32(-1), .i32(255), .i32(-32767), .i32(0x8001), .f32(Float(1.5).bitPattern),
        .f64(2.25.bitPattern), .v128(low: 0x0807_0605_0403_0201, high: 0x100f_0e0d_0c0b_0a09), .reference(.i31(77)),
      ])
  }

  @Test func aFieldIsSetWithoutItsNeighbours() throws {
    var module = ObjectModule()
    // All ones around the i8, which becomes 0x80.
    module.function(
      "f", [], [.i32, .i32, .i32, .i64], locals: [.reference(ReferenceType(.defined(0)))], Code.gc(1, 0),
      Code.set(0), Code.get(0), Code.i32(-1), Code.gc(5, 0, 0), Code.get(0), Code.i32(-1), Code.gc(5, 0, 3),
      Code.get(0), [0x42, 0x7f], Code.gc(5, 0, 1), Code.get(0), Code.i32(0x80), Code.gc(5, 0, 2), Code.get(0),
      Code.gc(2, 0, 0), Code.get(0), Code.gc(3, 0, 2), Code.get(0), Code.gc(4, 0, 3), Code.get(0), Code.gc(2, 0, 1))
    #expect(try module.run() == [.i32(-1), .i32(-128), .i32(0xffff), .i64(-1)])
  }

  @Test func defaultsAreZeroAndNull() throws {
    var module = ObjectModule()
    module.function("f", [], [.reference(ReferenceType(.defined(0), isNullable: false))], Code.gc(1, 0))
    let running = try module.running()
    let object = try #require(try running.object("f"))
    #expect(object.count == 8)
    #expect(object.typeIndex(in: running.instance) == 0)
    #expect(
      (0..<9).map { object[$0] } == [
        .i32(0), .i64(0), .i32(0), .i32(0), .f32(0), .f64(0), .v128(low: 0, high: 0), .reference(.null(.any)), nil,
      ])
    #expect(object.fieldType(2) == FieldType(.i8, isMutable: true))
    #expect(object.fieldType(8) == nil)
  }

  // MARK: Arrays

  @Test func elementsOfEveryWidth() throws {
    for (type, store, load, expected) in [
      (ObjectModule.bytes, Code.i32(0x181), Code.gc(12, 3), Value.i32(-127)),
      (ObjectModule.bytes, Code.i32(0x181), Code.gc(13, 3), .i32(0x81)),
      (ObjectModule.shorts, Code.i32(0x1_8001), Code.gc(12, 7), .i32(-32767)),
      (ObjectModule.words, Code.i32(-9), Code.gc(11, 4), .i32(-9)),
      (
        ObjectModule.vectors, [0xfd, 12] + (1...16), Code.gc(11, 6),
        .v128(low: 0x0807_0605_0403_0201, high: 0x100f_0e0d_0c0b_0a09)
      ),
    ] {
      var module = ObjectModule()
      let result: ValueType = type == ObjectModule.vectors ? .v128 : .i32
      module.function(
        "f", [], [result, .i32], locals: [.reference(ReferenceType(.defined(UInt32(type))))], Code.i32(5),
        Code.gc(7, type), Code.set(0), Code.get(0), Code.i32(3), store, Code.gc(14, type), Code.get(0), Code.i32(3),
        load, Code.get(0), Code.gc(15))
      #expect(try module.run() == [expected, .i32(5)])
    }
  }

  /// An array of bytes that a function makes, as numbers.
  private func elements(_ body: [UInt8]..., type: UInt8 = ObjectModule.bytes, data: [UInt8] = []) throws -> [Int32?] {
    var module = ObjectModule()
    let reference = ValueType.reference(ReferenceType(.defined(UInt32(type)), isNullable: false))
    module.function(
      "f", [], [reference], locals: [.reference(ReferenceType(.defined(UInt32(type))))], body.flatMap { $0 })
    module.builder.passiveData(data)
    guard let object = try module.running().object("f") else { return [] }
    return (0..<object.count).map { if case .i32(let value)? = object[$0] { value } else { nil } }
  }

  @Test func arraysAreMadeInEveryWay() throws {
    #expect(try elements(Code.i32(300), Code.i32(3), Code.gc(6, 3)) == [44, 44, 44])
    #expect(try elements(Code.i32(2), Code.gc(7, 3)) == [0, 0])
    #expect(try elements(Code.i32(1), Code.i32(-1), Code.i32(3), Code.gc(8, 3, 3)) == [1, 255, 3])
    #expect(try elements(Code.gc(8, 3, 0)) == [])
    #expect(try elements(Code.i32(1), Code.i32(2), Code.gc(9, 3, 0), data: [1, 2, 3]) == [2, 3])
    #expect(
      try elements(Code.i32(1), Code.i32(2), Code.gc(9, 4, 0), type: 4, data: [9, 1, 0, 0, 0, 2, 1, 0, 0]) == [1, 258])
    #expect(try elements(Code.i32(3), Code.i32(0), Code.gc(9, 3, 0), data: [1, 2, 3]) == [])
  }

  @Test func rangesAreFilledAndCopied() throws {
    let made = Code.i32(1) + Code.i32(2) + Code.i32(3) + Code.i32(4) + Code.i32(5) + Code.gc(8, 3, 5) + Code.set(0)
    let result = Code.get(0) + [0xd4]
    #expect(
      try elements(made, Code.get(0), Code.i32(1), Code.i32(0x109), Code.i32(3), Code.gc(16, 3), result)
        == [1, 9, 9, 9, 5])
    // Within one array, up and down.
    #expect(
      try elements(made, Code.get(0), Code.i32(1), Code.get(0), Code.i32(0), Code.i32(4), Code.gc(17, 3, 3), result)
        == [1, 1, 2, 3, 4])
    #expect(
      try elements(made, Code.get(0), Code.i32(0), Code.get(0), Code.i32(1), Code.i32(4), Code.gc(17, 3, 3), result)
        == [2, 3, 4, 5, 5])
    #expect(
      try elements(
        made, Code.get(0), Code.i32(3), Code.i32(1), Code.i32(2), Code.gc(18, 3, 0), result, data: [7, 8, 9])
        == [1, 2, 3, 8, 9])
  }

  @Test func elementSegmentsMakeArrays() throws {
    var module = ObjectModule()
    // Segment 0: a node of 5, null.
    module.builder.rawElements {
      $0.raw([5, 0x63, 1, 2] + Code.i32(5) + Code.null(0x71) + Code.gc(0, 1) + Code.end + Code.null(1) + Code.end)
    }
    let nodes = ValueType.reference(ReferenceType(.defined(5)))
    module.function(
      "f", [], [nodes], locals: [nodes], Code.i32(3), Code.gc(7, 5), Code.set(0), Code.get(0), Code.i32(2), Code.i32(0),
      Code.i32(1), Code.gc(19, 5, 0), Code.get(0))
    module.function("g", [.i32, .i32], [nodes], Code.get(0), Code.get(1), Code.gc(10, 5, 0))
    let running = try module.running()
    let initialized = try #require(try running.object("f"))
    #expect(initialized[0] == .reference(.null(.defined(1))))
    guard case .reference(.object(let number))? = initialized[2] else {
      Issue.record("no object")
      return
    }
    #expect(running.store.object(number)?[0] == .i32(5))
    let made = try #require(try running.object("g", [.i32(0), .i32(2)]))
    #expect(made.count == 2)
    #expect(made[0] == initialized[2])
    do {
      _ = try running.call("g", [.i32(1), .i32(2)])
      Issue.record("no trap")
    } catch let trap as Trap { #expect(trap.kind == .tableOutOfBounds) }
  }

  // MARK: Traps

  @Test func nullReferencesTrap() throws {
    for body in [
      Code.null(0) + Code.gc(2, 0, 0), Code.null(0) + Code.i32(1) + Code.gc(5, 0, 0) + Code.i32(0),
      Code.null(3) + Code.i32(0) + Code.gc(12, 3),
      Code.null(3) + Code.i32(0) + Code.i32(0) + Code.gc(14, 3) + Code.i32(0),
      Code.null(3) + Code.gc(15), Code.null(0x6c) + Code.gc(29), Code.null(0x6c) + Code.gc(30),
      Code.null(3) + Code.i32(0) + Code.i32(0) + Code.i32(0) + Code.gc(16, 3) + Code.i32(0),
    ] {
      var module = ObjectModule()
      module.function("f", [], [.i32], body)
      #expect(try module.trap() == .nullReference, "\(body)")
    }
  }

  @Test func rangesBeyondAnArrayTrap() throws {
    let array = Code.i32(4) + Code.gc(7, 3)
    for (body, kind) in [
      (array + Code.i32(4) + Code.gc(13, 3), Trap.Kind.arrayOutOfBounds),
      (array + Code.i32(-1) + Code.gc(13, 3), .arrayOutOfBounds),
      (array + Code.i32(4) + Code.i32(0) + Code.gc(14, 3) + Code.i32(0), .arrayOutOfBounds),
      (array + Code.i32(3) + Code.i32(0) + Code.i32(2) + Code.gc(16, 3) + Code.i32(0), .arrayOutOfBounds),
      (array + Code.i32(-1) + Code.i32(0) + Code.i32(2) + Code.gc(16, 3) + Code.i32(0), .arrayOutOfBounds),
      (array + Code.i32(0) + array + Code.i32(3) + Code.i32(2) + Code.gc(17, 3, 3) + Code.i32(0), .arrayOutOfBounds),
      (array + Code.i32(3) + array + Code.i32(0) + Code.i32(2) + Code.gc(17, 3, 3) + Code.i32(0), .arrayOutOfBounds),
      (array + Code.i32(3) + Code.i32(0) + Code.i32(2) + Code.gc(18, 3, 0) + Code.i32(0), .arrayOutOfBounds),
      (array + Code.i32(0) + Code.i32(2) + Code.i32(2) + Code.gc(18, 3, 0) + Code.i32(0), .memoryOutOfBounds),
      (Code.i32(2) + Code.i32(2) + Code.gc(9, 3, 0) + Code.gc(15), .memoryOutOfBounds),
      (Code.i32(0) + Code.i32(1) + Code.gc(9, 4, 0) + Code.gc(15), .memoryOutOfBounds),
      (Code.i32(-1) + Code.i32(-1) + Code.gc(9, 6, 0) + Code.gc(15), .memoryOutOfBounds),
    ] {
      var module = ObjectModule()
      module.builder.passiveData([1, 2, 3])
      module.function("f", [], [.i32], body)
      #expect(try module.trap() == kind, "\(body)")
    }
  }

  @Test func aTrapShowsObjectsInLocalsAndOperands() throws {
    var module = ObjectModule()
    // node 1 in the local; node 2 and a null below the index that is out of bounds
    module.function(
      "f", [], [.i32], locals: [ObjectModule.nodeReference], Code.i32(1), Code.null(1), Code.gc(0, 1), Code.set(0),
      Code.i32(2), Code.get(0), Code.gc(0, 1), Code.null(1), Code.i32(6), Code.gc(7, 3), Code.i32(6), Code.gc(13, 3),
      [0x00])
    let running = try module.running()
    do {
      _ = try running.call("f")
      Issue.record("no trap")
    } catch let trap as Trap {
      #expect(trap.kind == .arrayOutOfBounds)
      let frame = try #require(trap.frames.first)
      guard case .reference(.object(let first))? = frame.locals.first, frame.operandStack.count == 4,
        case .reference(.object(let second)) = frame.operandStack[0],
        case .reference(.object(let array)) = frame.operandStack[2]
      else {
        Issue.record("\(frame.locals) \(frame.operandStack)")
        return
      }
      #expect(frame.operandStack[1] == .reference(.null(.defined(1))))
      #expect(frame.operandStack[3] == .i32(6))
      #expect(running.store.object(first)?[0] == .i32(1))
      #expect(running.store.object(second)?[0] == .i32(2))
      #expect(running.store.object(second)?[1] == .reference(.object(first)))
      #expect(running.store.object(array)?.count == 6)
    }
  }
}
