import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// States of small bodies. Offsets count the locals vector: one byte, or three with locals of one type.
@Suite struct AbstractInterpreterTests {
  private let oneLocal = [LocalGroup(count: 1, type: .i32)]
  private let twoLocals = [LocalGroup(count: 2, type: .i32)]

  /// What `instructions` leave, given parameters i32 and i64, a local f64 and another i32.
  private func value(_ instructions: [UInt8], _ result: ValueType = .i32) throws -> String? {
    let function = try AnalysedFunction(
      [.i32, .i64], [result], locals: [LocalGroup(count: 1, type: .f64), LocalGroup(count: 1, type: .i32)],
      instructions + [0x0b])
    return function.results?.first
  }

  @Test func leaves() throws {
    #expect(try value([0x20, 0]) == "p0")
    #expect(try value([0x20, 1], .i64) == "p1")
    #expect(try value([0x20, 2], .f64) == "f64:0")
    #expect(try value([0x20, 3]) == "0")
    #expect(try value([0x41, 0x7f]) == "-1")
    #expect(try value([0x42, 0x7e], .i64) == "i64:-2")
    #expect(try value([0x43, 0, 0, 0x80, 0x3f], .f32) == "f32:1065353216")
    #expect(try value([0x23, 0]) == "sp")
    #expect(try value([0x23, 1]) == "g1")
    #expect(try value([0x23, 2], .i64) == "g2")
    #expect(try value([0xd0, 0x70, 0xd1]) == "result0@0x7")
    #expect(try value([0x3f, 0]) == "result0@0x5")
  }

  @Test func constantsAreFolded() throws {
    // Each of: operands, opcode, result.
    let cases: [(Int64, Int64, UInt8, String)] = [
      (7, 5, 0x6a, "12"), (7, 9, 0x6b, "-2"), (-7, 3, 0x6c, "-21"), (-7, 2, 0x6d, "-3"), (-7, 2, 0x6e, "2147483644"),
      (-7, 2, 0x6f, "-1"), (-7, 4, 0x70, "1"), (6, 3, 0x71, "2"), (6, 3, 0x72, "7"), (6, 3, 0x73, "5"),
      (1, 33, 0x74, "2"), (-8, 1, 0x75, "-4"), (-8, 28, 0x76, "15"), (-2, 1, 0x77, "-3"), (1, 1, 0x78, "-2147483648"),
      (1, 1, 0x46, "1"), (1, 1, 0x47, "0"), (-1, 1, 0x48, "1"), (-1, 1, 0x49, "0"), (-1, 1, 0x4a, "0"),
      (-1, 1, 0x4b, "1"), (1, 1, 0x4c, "1"), (2, 1, 0x4d, "0"), (1, 1, 0x4e, "1"), (0, 1, 0x4f, "0"),
    ]
    for (a, b, opcode, result) in cases {
      var body = ByteBuilder()
      body.u8(0x41)
      body.sleb(a)
      body.u8(0x41)
      body.sleb(b)
      body.u8(opcode)
      #expect(try value(body.bytes) == result, "\(a) \(opcode) \(b)")
    }
    #expect(try value([0x42, 1, 0x42, 3, 0x86], .i64) == "i64:8")
    #expect(try value([0x42, 0x7f, 0x42, 1, 0x54]) == "0")
    #expect(try value([0x41, 0, 0x45]) == "1")
    #expect(try value([0x41, 0x7f, 0xac], .i64) == "i64:-1")
    #expect(try value([0x41, 0x7f, 0xad], .i64) == "i64:4294967295")
    #expect(try value([0x42, 0x7f, 0xa7]) == "-1")
    #expect(try value([0x41, 0xff, 1, 0xc0]) == "-1")
    #expect(try value([0x41, 8, 0x68]) == "3")
    #expect(try value([0x43, 0, 0, 0x80, 0x3f, 0xbc]) == "1065353216")
  }

  @Test func whatTrapsIsNotFolded() throws {
    #expect(try value([0x41, 1, 0x41, 0, 0x6d]) == "(i32.div_s 1 0)")
    #expect(try value([0x41, 1, 0x41, 0, 0x70]) == "(i32.rem_u 1 0)")
    var smallest = ByteBuilder()
    smallest.u8(0x41)
    smallest.sleb(-0x8000_0000)
    #expect(try value(smallest.bytes + [0x41, 0x7f, 0x6d]) == "(i32.div_s -2147483648 -1)")
    #expect(try value(smallest.bytes + [0x41, 0x7f, 0x6f]) == "0")
  }

  @Test func sumsWithConstantsHaveOneForm() throws {
    #expect(try value([0x20, 0, 0x41, 4, 0x6a]) == "(i32.add p0 4)")
    #expect(try value([0x41, 4, 0x20, 0, 0x6a]) == "(i32.add p0 4)")
    #expect(try value([0x20, 0, 0x41, 4, 0x6b]) == "(i32.add p0 -4)")
    #expect(try value([0x20, 0, 0x41, 4, 0x6a, 0x41, 8, 0x6a]) == "(i32.add p0 12)")
    #expect(try value([0x20, 0, 0x41, 4, 0x6a, 0x41, 4, 0x6b]) == "p0")
    #expect(try value([0x20, 0, 0x20, 0, 0x6b]) == "0")
    #expect(try value([0x20, 0, 0x41, 3, 0x6c, 0x20, 0, 0x73]) == "(i32.xor (i32.mul p0 3) p0)")
  }

  @Test func selectOfWhatIsKnown() throws {
    #expect(try value([0x20, 0, 0x41, 2, 0x41, 1, 0x1b]) == "p0")
    #expect(try value([0x20, 0, 0x41, 2, 0x41, 0, 0x1b]) == "2")
    #expect(try value([0x20, 0, 0x20, 0, 0x20, 3, 0x1b]) == "p0")
    #expect(try value([0x20, 0, 0x41, 2, 0x20, 0, 0x1b]) == "(select p0 2 p0)")
  }

  @Test func deepExpressionsAreCutOff() throws {
    // Squared so often that a tree of it would have 2^40 leaves.
    var body: [UInt8] = [0x20, 0, 0x21, 3]
    for _ in 0..<40 { body += [0x20, 3, 0x20, 3, 0x6c, 0x21, 3] }
    let function = try AnalysedFunction(
      [.i32, .i64], [.i32], locals: [LocalGroup(count: 1, type: .f64), LocalGroup(count: 1, type: .i32)],
      body + [0x20, 3, 0x0b])
    #expect(function.analysis.values.count < 60)
    let text = try #require(function.results?.first)
    #expect(text.utf8.count < 10_000)
    #expect(text.contains("result0@"))
  }

  // MARK: The stack pointer

  /// The prologue of LLVM's C ABI, a call, the epilogue.
  @Test func stackPointerAtEachOffset() throws {
    // global.get 0; i32.const 32; i32.sub; local.tee 0; global.set 0; call 1
    // local.get 0; i32.const 32; i32.add; global.set 0; end
    let function = try AnalysedFunction(
      [], [], locals: oneLocal,
      [0x23, 0, 0x41, 32, 0x6b, 0x22, 0, 0x24, 0, 0x10, 1, 0x20, 0, 0x41, 32, 0x6a, 0x24, 0, 0x0b])
    let adjustments: [(UInt64, Int64?)] = [
      (3, 0), (5, 0), (7, 0), (8, 0), (10, 0), (12, -32), (14, -32), (16, -32), (18, -32), (19, -32), (21, 0),
      (4, nil), (22, nil),
    ]
    for (offset, adjustment) in adjustments {
      #expect(function.analysis.stackPointer(at: CodeOffset(offset)) == adjustment, "\(offset)")
    }
    #expect(function.locals(8) == ["0"])
    #expect(function.locals(10) == ["sp-32"])
    #expect(function.stack(8) == ["sp-32"])
    #expect(function.analysis.localWrites(0) == [CodeOffset(8)])
    #expect(function.analysis.localWrites(1) == [])
  }

  @Test func roomOfUnknownSize() throws {
    // global.get 0; local.get 0; i32.sub; local.tee 1; global.set 0; local.get 1; i32.const 8; i32.add; drop; end
    let function = try AnalysedFunction(
      [.i32], [], locals: oneLocal,
      [0x23, 0, 0x20, 0, 0x6b, 0x22, 1, 0x24, 0, 0x20, 1, 0x41, 8, 0x6a, 0x1a, 0x0b])
    #expect(function.global(0, 12) == "(i32.sub sp p0)")
    #expect(function.analysis.stackPointer(at: CodeOffset(12)) == nil)
    #expect(function.stack(17) == ["(i32.add (i32.sub sp p0) 8)"])
  }

  @Test func realignedFrames() throws {
    // global.get 0; local.tee 0; i32.const 100; i32.sub; i32.const -64; i32.and; local.tee 1; global.set 0
    // local.get 1; i32.const 4; i32.or; local.get 0; global.set 0; drop; end
    let function = try AnalysedFunction(
      [], [], locals: twoLocals,
      [
        0x23, 0, 0x22, 0, 0x41, 0xe4, 0, 0x6b, 0x41, 0x40, 0x71, 0x22, 1, 0x24, 0, 0x20, 1, 0x41, 4, 0x72, 0x20, 0,
        0x24,
        0, 0x1a, 0x0b,
      ])
    #expect(function.global(0, 18) == "align64(sp-100)")
    #expect(function.stack(23) == ["align64(sp-100)+4"])
    #expect(function.analysis.stackPointer(at: CodeOffset(18)) == nil)
    #expect(function.analysis.stackPointer(at: CodeOffset(27)) == 0)
    let values = function.analysis.values
    let id = try #require(function.analysis.state(at: CodeOffset(23))?.operandStack.first)
    #expect(values.evaluate(id) { $0 == .stackPointer(0) ? 0x10070 : nil } == 0x10004)
    #expect(values.evaluate(id) { _ in nil } == nil)
  }

  @Test func stackPointersOf64Bits() throws {
    // global.get 0; i64.const 16; i64.sub; global.set 0; end
    let function = try AnalysedFunction([0x23, 0, 0x42, 16, 0x7d, 0x24, 0, 0x0b], addresses64: true)
    #expect(function.analysis.stackPointer(at: CodeOffset(8)) == -16)
  }

  // MARK: Joins

  @Test func joinsKeepWhatIsEqual() throws {
    // if; local.set 1 := 5; local.set 2 := 7; else; local.set 1 := 5; local.set 2 := 8; end; nop; end
    let function = try AnalysedFunction(
      [.i32], [], locals: twoLocals,
      [
        0x20, 0, 0x04, 0x40, 0x41, 5, 0x21, 1, 0x41, 7, 0x21, 2, 0x05, 0x41, 5, 0x21, 1, 0x41, 8, 0x21, 2, 0x0b, 0x20,
        2,
        0x20, 2, 0x6b, 0x1a, 0x0b,
      ])
    #expect(function.locals(24) == ["p0", "5", "8"])
    #expect(function.locals(25) == ["p0", "5", "join3.local2"])
    // A name is equal to itself.
    #expect(function.stack(30) == ["0"])
  }

  @Test func loopsGiveUpWhatTheyChange() throws {
    // local 1 := 10; local 2 := 3; loop; local 1 := local 1 - 1; local 2 := 3; br_if 0 (local 1); end; nop; end
    let function = try AnalysedFunction(
      [.i32], [], locals: twoLocals,
      [
        0x41, 10, 0x21, 1, 0x41, 3, 0x21, 2, 0x03, 0x40, 0x20, 1, 0x41, 1, 0x6b, 0x21, 1, 0x41, 3, 0x21, 2, 0x20, 1,
        0x0d, 0, 0x0b, 0x01, 0x0b,
      ])
    #expect(function.locals(11) == ["p0", "10", "3"])
    #expect(function.locals(13) == ["p0", "join1.local1", "3"])
    #expect(function.locals(29) == ["p0", "(i32.add join1.local1 -1)", "3"])
  }

  /// What an inner loop does not write is not given up there when an outer loop gives it up.
  @Test func innerLoopsKeepWhatTheyDoNotChange() throws {
    // loop; local 1 := local 1 + 1; loop; local.get 0; br_if 0; end; local.get 0; br_if 0; end; nop; end
    let function = try AnalysedFunction(
      [.i32], [], locals: oneLocal,
      [
        0x03, 0x40, 0x20, 1, 0x41, 1, 0x6a, 0x21, 1, 0x03, 0x40, 0x20, 0, 0x0d, 0, 0x0b, 0x20, 0, 0x0d, 0, 0x0b, 0x01,
        0x0b,
      ])
    #expect(function.locals(14) == ["p0", "(i32.add join1.local1 1)"])
    #expect(function.locals(24) == ["p0", "(i32.add join1.local1 1)"])
  }

  @Test func stackPointerThatALoopRestores() throws {
    // loop; sp := sp - 16; call 1; sp := sp + 16; local.get 0; br_if 0; end; nop; end
    let function = try AnalysedFunction(
      [.i32], [],
      [
        0x03, 0x40, 0x23, 0, 0x41, 16, 0x6b, 0x24, 0, 0x10, 1, 0x23, 0, 0x41, 16, 0x6a, 0x24, 0, 0x20, 0, 0x0d, 0, 0x0b,
        0x01, 0x0b,
      ])
    #expect(function.analysis.stackPointer(at: CodeOffset(3)) == 0)
    #expect(function.analysis.stackPointer(at: CodeOffset(10)) == -16)
    #expect(function.analysis.stackPointer(at: CodeOffset(24)) == 0)
  }

  @Test func operandsOfBlocksJoin() throws {
    // i32.const 9; loop (type 2: [i32] -> [i32]); i32.const 1; i32.add; local.get 0; br_if 0; end; i32.mul; end
    let function = try AnalysedFunction(
      [.i32], [.i32],
      [0x41, 9, 0x20, 0, 0x03, 2, 0x41, 1, 0x6a, 0x20, 0, 0x0d, 0, 0x0b, 0x6c, 0x0b])
    #expect(function.stack(7) == ["9", "join1.operand1"])
    #expect(function.results == ["(i32.mul 9 (i32.add join1.operand1 1))"])
  }

  // MARK: Memory, calls and globals

  @Test func loadsSayWhichMemoryTheyReadFrom() throws {
    // local.get 0; i32.load offset=4; local.get 0; i32.load8_u; i32.store; local.get 0; i32.load offset=4; drop; end
    let function = try AnalysedFunction(
      [.i32], [],
      [0x20, 0, 0x28, 2, 4, 0x20, 0, 0x2d, 0, 0, 0x36, 2, 0, 0x20, 0, 0x28, 2, 4, 0x1a, 0x0b])
    #expect(function.stack(11) == ["i32.load(p0+4)@0x3", "i32.load8_u(p0)@0x8"])
    #expect(function.memory(11) == "memory")
    #expect(function.memory(14) == "memory@0xb")
    #expect(function.stack(19) == ["i32.load(p0+4)@0x10"])
    func version(_ offset: UInt64) -> String? {
      guard let id = function.analysis.state(at: CodeOffset(offset))?.operandStack.first,
        case .load(_, _, let immediate, 0, _, let version) = function.analysis.values[id], immediate == 4
      else { return nil }
      return function.analysis.values.text(version)
    }
    #expect(version(11) == "memory")
    #expect(version(19) == "memory@0xb")
  }

  @Test func memoryVersionsJoin() throws {
    // if; i32.store; end; nop; loop; nop; br_if 0; end; loop; store; br_if 0; end; nop; end
    let store: [UInt8] = [0x41, 0, 0x41, 0, 0x36, 2, 0]
    let function = try AnalysedFunction(
      [.i32], [],
      [0x20, 0, 0x04, 0x40] + store + [0x0b, 0x01, 0x03, 0x40, 0x01, 0x20, 0, 0x0d, 0, 0x0b, 0x03, 0x40] + store
        + [0x20, 0, 0x0d, 0, 0x0b, 0x01, 0x0b])
    #expect(function.memory(13) == "join2.memory")
    #expect(function.memory(16) == "join2.memory")
    #expect(function.memory(24) == "join5.memory")
    #expect(function.memory(36) == "memory@0x1c")
  }

  @Test func callsMayChangeGlobalsButNotTheStackPointer() throws {
    // global.get 1; drop; global.get 2; drop; i32.const 1; local.get 0; call 0; nop; drop; i32.const 3; global.set 1; end
    let function = try AnalysedFunction(
      [.i32], [],
      [0x23, 1, 0x1a, 0x23, 2, 0x1a, 0x41, 1, 0x20, 0, 0x10, 0, 0x01, 0x1a, 0x41, 3, 0x24, 1, 0x0b])
    #expect(function.stack(11) == ["1", "p0"])
    #expect(function.global(1, 11) == "g1")
    #expect(function.stack(13) == ["result0@0xb"])
    #expect(function.global(0, 13) == "sp")
    #expect(function.global(1, 13) == "g1@0xb")
    #expect(function.global(2, 13) == "g2")
    #expect(function.memory(13) == "memory@0xb")
    #expect(function.global(1, 19) == "3")
  }

  @Test func callsThatReturnAnArgument() throws {
    // i32.const 1; local.get 0; call 0; end
    let body: [UInt8] = [0x41, 1, 0x20, 0, 0x10, 0, 0x0b]
    let function = try AnalysedFunction([.i32], [.i32], body)
    #expect(function.results == ["result0@0x5"])
    #expect(function.analysis.returnedParameter == nil)
    var context = ModuleContext(function.module)
    context.returnedParameters = [0: 1]
    let again = try FunctionAnalysis(function.module.bodies[0], in: context)
    #expect(again.returnedParameter == 0)
    context.returnedParameters = [0: 0]
    let constant = try FunctionAnalysis(function.module.bodies[0], in: context)
    #expect(constant.exit?.operandStack.map(constant.values.text) == ["1"])
  }

  @Test func caughtExceptionsLoseTheStackPointer() throws {
    // local 1 := 1; block (result i32); try_table (catch 0 0); local 1 := 2; call 1; local 1 := 3; end
    // i32.const 4; end; drop; end
    let function = try AnalysedFunction(
      [.i32], [], locals: oneLocal,
      [
        0x41, 1, 0x21, 1, 0x02, 0x7f, 0x1f, 0x40, 1, 0, 0, 0, 0x41, 2, 0x21, 1, 0x10, 1, 0x41, 3, 0x21, 1, 0x0b, 0x41,
        4,
        0x0b, 0x1a, 0x0b,
      ])
    #expect(function.locals(29) == ["p0", "join4.local1"])
    #expect(function.stack(29) == ["join4.operand0"])
    #expect(function.global(0, 29) == "join4.global0")
    #expect(function.locals(26) == ["p0", "3"])
    // The same without another way to the handler: block (result i32); try_table (catch 0 0); call 1; end
    // unreachable; end; drop; end
    let alone = try AnalysedFunction(
      [0x02, 0x7f, 0x1f, 0x40, 1, 0, 0, 0, 0x10, 1, 0x0b, 0x00, 0x0b, 0x1a, 0x0b])
    #expect(alone.stack(14) == ["caught2.0.0"])
    #expect(alone.global(0, 14) == "unwound2.g0")
    #expect(alone.memory(14) == "memory@0x9")
  }

  // MARK: Liveness

  @Test func liveLocals() throws {
    // local 1 := local 0; loop; local 2 := local 1; br_if 0 (local 2); end; local 1 := 0; local.get 1; drop; end
    let function = try AnalysedFunction(
      [.i32], [], locals: twoLocals,
      [
        0x20, 0, 0x21, 1, 0x03, 0x40, 0x20, 1, 0x21, 2, 0x20, 2, 0x0d, 0, 0x0b, 0x41, 0, 0x21, 1, 0x20, 1, 0x1a, 0x0b,
      ])
    let liveness = try Liveness(function.analysis)
    let expected: [(UInt64, [UInt32]?)] = [
      (3, [0]), (5, []), (7, [1]), (9, [1]), (11, [1]), (13, [1, 2]), (15, [1]), (17, []), (22, [1]), (24, []),
      (25, []),
      (4, nil), (26, nil),
    ]
    for (offset, locals) in expected { #expect(liveness.liveLocals(at: CodeOffset(offset)) == locals, "\(offset)") }
  }
}
