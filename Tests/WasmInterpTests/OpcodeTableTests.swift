import Testing
import WasmBinary
import WasmInterp

@Suite struct OpcodeTableTests {
  @Test func everyProposalHasItsInstructions() {
    var counts: [Proposal: Int] = [:]
    for opcode in Opcode.all { counts[opcode.proposal, default: 0] += 1 }
    #expect(
      counts == [
        .mvp: 172, .signExtension: 5, .saturatingConversion: 8, .bulkMemory: 7, .referenceTypes: 9, .simd: 236,
        .relaxedSIMD: 20, .tailCalls: 2, .exceptions: 3, .legacyExceptions: 5, .functionReferences: 5, .gc: 32,
        .threads: 67,
      ])
    #expect(Opcode.all.count == 571)
  }

  @Test func numbersAreUnique() {
    #expect(Set(Opcode.all).count == Opcode.all.count)
    for opcode in Opcode.all {
      #expect(Opcode(prefix: opcode.prefix, number: opcode.number) == opcode)
      #expect(Int(opcode.index) < Opcode.indexCount)
    }
  }

  @Test func namesAreUnique() {
    let byName = Dictionary(grouping: Opcode.all, by: \.name)
    #expect(Set(byName.filter { $0.value.count > 1 }.keys) == ["select", "ref.test", "ref.cast"])
    for opcodes in byName.values {
      #expect(Set(opcodes.map(\.immediateKind)).count == opcodes.count)
    }
  }

  @Test func unknownNumbersHaveNoOpcode() {
    #expect(Opcode(number: 0xff) == nil)
    #expect(Opcode(number: 0x27) == nil)
    #expect(Opcode(number: 0xfd) == nil)
    #expect(Opcode(number: 0x100) == nil)
    #expect(Opcode(prefix: 0xfc, number: 18) == nil)
    #expect(Opcode(prefix: 0xfd, number: .max) == nil)
    #expect(Opcode(prefix: 0x10, number: 0) == nil)
  }

  @Test(
    arguments: [
      (Opcode.unreachable, "unreachable"), (.block, "block"), (.loop, "loop"), (.if, "if"), (.else, "else"),
      (.try, "try"), (.catch, "catch"), (.end, "end"), (.br, "br"), (.brIf, "br_if"), (.brTable, "br_table"),
      (.return, "return"), (.call, "call"), (.callIndirect, "call_indirect"), (.returnCall, "return_call"),
      (.returnCallIndirect, "return_call_indirect"), (.callRef, "call_ref"), (.returnCallRef, "return_call_ref"),
      (.delegate, "delegate"), (.catchAll, "catch_all"), (.tryTable, "try_table"),
    ] as [(Opcode, String)])
  func namedOpcodesAreWhatTheySay(opcode: Opcode, name: String) {
    #expect(opcode.name == name)
    #expect(Opcode.all.contains(opcode))
  }

  @Test func prefixesAndNumbers() throws {
    let dot = try #require(Opcode.all.first { $0.name == "i32x4.relaxed_dot_i8x16_i7x16_add_s" })
    #expect((dot.prefix, dot.number) == (0xfd, 0x113))
    let copy = try #require(Opcode.all.first { $0.name == "table.copy" })
    #expect((copy.prefix, copy.number) == (0xfc, 14))
    let exchange = try #require(Opcode.all.first { $0.name == "i64.atomic.rmw32.cmpxchg_u" })
    #expect((exchange.prefix, exchange.number) == (0xfe, 0x4e))
    let get = try #require(Opcode.all.first { $0.name == "i31.get_u" })
    #expect((get.prefix, get.number) == (0xfb, 30))
    let reinterpret = try #require(Opcode.all.first { $0.name == "f64.reinterpret_i64" })
    #expect((reinterpret.prefix, reinterpret.number) == (0, 0xbf))
  }

  @Test func callsAreCalls() {
    #expect(
      Set(Opcode.all.filter(\.isCall).map(\.name)) == [
        "call", "call_indirect", "call_ref", "return_call", "return_call_indirect", "return_call_ref",
      ])
    #expect(
      Set(Opcode.all.filter(\.opensBlock).map(\.name)) == ["block", "loop", "if", "try", "try_table"])
  }

  @Test func signatures() throws {
    func signature(_ name: String) throws -> StackSignature? {
      try #require(Opcode.all.first { $0.name == name }).signature
    }
    let add = try #require(try signature("i32.add"))
    #expect(add.parameters == [.value(.i32), .value(.i32)] && add.results == [.value(.i32)])
    let store = try #require(try signature("f64.store"))
    #expect(store.parameters == [.address, .value(.f64)] && store.results == [])
    let nop = try #require(try signature("nop"))
    #expect(nop.parameters == [] && nop.results == [])
    let equal = try #require(try signature("ref.eq"))
    #expect(equal.parameters == [OperandType](repeating: .value(.reference(ReferenceType(.eq))), count: 2))
    #expect(try signature("drop") == nil)
    // Numeric and vector instructions are all fixed.
    for opcode in Opcode.all where opcode.name.contains(".") && "if".contains(opcode.name.first!) {
      #expect(opcode.signature != nil, "\(opcode.name)")
    }
  }

  /// The access width in a memory instruction's name is its natural alignment.
  @Test func alignmentsFollowFromNames() throws {
    for opcode in Opcode.all {
      guard let alignment = opcode.naturalAlignment else { continue }
      let name = opcode.name
      let expected: Int
      if name.hasPrefix("memory.atomic") {
        expected = name.hasSuffix("64") ? 8 : 4
      } else if name.hasPrefix("v128.") {
        let digits = name.dropFirst("v128.".count).drop { !$0.isNumber }.prefix { $0.isNumber }
        let isExtending = name.contains("x8_") || name.contains("x4_") || name.contains("x2_")
        expected = isExtending ? 8 : digits.isEmpty ? 16 : try #require(Int(digits)) / 8
      } else {
        let width = name.dropFirst(4).drop { !$0.isNumber }.prefix { $0.isNumber }
        expected = (Int(width) ?? (name.dropFirst().hasPrefix("32") ? 32 : 64)) / 8
      }
      #expect(alignment == expected, "\(name)")
    }
  }

  @Test func laneCounts() throws {
    for opcode in Opcode.all {
      guard let lanes = opcode.laneCount else { continue }
      let name = opcode.name
      let expected: Int
      if name == "i8x16.shuffle" {
        expected = 32
      } else if name.hasPrefix("v128.") {
        expected = 128 / (try #require(Int(name.drop { $0 != "." }.drop { !$0.isNumber }.prefix { $0.isNumber })))
      } else {
        expected = try #require(Int(name.drop { $0 != "x" }.dropFirst().prefix { $0.isNumber }))
      }
      #expect(lanes == expected, "\(name)")
    }
  }

  @Test(
    arguments: [
      ("unreachable", TrapKinds.unreachable), ("nop", []), ("i32.load8_s", .memoryOutOfBounds),
      ("v128.store64_lane", .memoryOutOfBounds), ("i32.div_s", [.integerDivideByZero, .integerOverflow]),
      ("i64.rem_s", .integerDivideByZero), ("i32.trunc_f64_u", [.integerOverflow, .invalidConversion]),
      ("i32.trunc_sat_f64_u", []), ("f64.div", []), ("call", .stackExhausted),
      ("call_indirect", [.indirectCallNull, .indirectCallType, .tableOutOfBounds, .stackExhausted]),
      ("call_ref", [.nullReference, .stackExhausted]), ("throw", .uncaughtException),
      ("i32.atomic.load8_u", .memoryOutOfBounds), ("i64.atomic.rmw.add", [.memoryOutOfBounds, .unalignedAtomic]),
      ("memory.atomic.wait64", [.memoryOutOfBounds, .unalignedAtomic, .unsharedWait]), ("atomic.fence", []),
      ("memory.copy", .memoryOutOfBounds), ("memory.grow", []), ("table.set", .tableOutOfBounds),
      ("array.get", [.nullReference, .arrayOutOfBounds]), ("struct.set", .nullReference), ("ref.cast", .castFailure),
      ("ref.test", []),
    ] as [(String, TrapKinds)])
  func traps(name: String, traps: TrapKinds) throws {
    let opcode = try #require(Opcode.all.first { $0.name == name })
    #expect(opcode.possibleTraps == traps, "\(opcode.possibleTraps.names)")
  }

  @Test func trapNames() {
    #expect(TrapKinds([.unreachable, .unsharedWait]).names == ["unreachable", "unshared-wait"])
    #expect(Set(TrapKinds.named.map(\.kind)).count == TrapKinds.named.count)
  }
}
