import ByteCursor
import CoreDumpFormat
import PostMortem
import TestSupport
import Testing
import WasmBinary

/// Traps told from one instruction and what was recorded of its operands.
@Suite struct TrapTests {
  /// The trap of a program that stopped at the last instruction before `end` of a body.
  private func trap(
    _ instructions: [UInt8], last: Int, stack: [RecordedValue] = [], memory: Bool = false,
    build: (inout ModuleBuilder) -> Void = { _ in }
  ) throws -> Trap {
    var crash = try Crash()
    build(&crash.module)
    if memory {
      crash.module.memory(MemoryType(SizeLimits(1)))
      crash.dump.memories = [MemoryImage(type: MemoryType(SizeLimits(1)), segments: [], gap: .zero)]
      crash.dump.instances = [CoreDump.Instance(module: 0, memories: [0])]
    }
    let function = crash.module.function(body: instructions + [0x0b])
    crash.module.export("_start", .function, function)
    // One byte of locals vector before the instructions.
    crash.thread([Crash.frame(function, UInt64(1 + instructions.count - last), stack: stack)])
    return try crash.open().trap
  }

  @Test func unreachable() throws {
    let trap = try trap([0x01, 0x00], last: 1)
    #expect(trap.kind == .unreachable)
    #expect(trap.trust == .derived)
    #expect(trap.instruction == "unreachable")
  }

  @Test func recordedDivisorTellsZeroFromOverflow() throws {
    // local.get-less: the operands come from the recorded stack.
    let code: [UInt8] = [0x01, 0x6d]  // nop; i32.div_s
    let zero = try trap(code, last: 1, stack: [.i32(7), .i32(0)])
    #expect((zero.kind, zero.trust) == (.integerDivideByZero, .derived))
    let overflow = try trap(code, last: 1, stack: [.i32(.min), .i32(-1)])
    #expect((overflow.kind, overflow.trust) == (.integerOverflow, .derived))
    let unknown = try trap(code, last: 1)
    #expect((unknown.kind, unknown.trust) == (.integerDivideByZero, .assumed))
    #expect(unknown.possibleKinds == [.integerDivideByZero, .integerOverflow])
  }

  @Test func onlyOneWayToTrapIsProof() throws {
    let remainder = try trap([0x01, 0x70], last: 1)  // i32.rem_u
    #expect((remainder.kind, remainder.trust) == (.integerDivideByZero, .derived))
  }

  @Test func conversionOfANumberAndOfNone() throws {
    let code: [UInt8] = [0x01, 0xa8]  // i32.trunc_f32_s
    let nan = try trap(code, last: 1, stack: [.f32(bits: 0x7fc0_0000)])
    #expect((nan.kind, nan.trust) == (.invalidConversion, .derived))
    let large = try trap(code, last: 1, stack: [.f32(bits: Float(3e9).bitPattern)])
    #expect((large.kind, large.trust) == (.integerOverflow, .derived))
    #expect(try trap(code, last: 1).kind == .unknown)
  }

  @Test func addressFromAConstantRightBefore() throws {
    // i32.const 70000; i32.load offset=16
    let code: [UInt8] = [0x41, 0xf0, 0xa2, 0x04, 0x28, 0x02, 0x10]
    let found = try trap(code, last: 3, memory: true)
    #expect((found.kind, found.trust) == (.memoryOutOfBounds, .derived))
    #expect(found.address == MemoryAddress(70016))
    // i32.store: the address lies below the stored value.
    let store = try trap([0x01, 0x36, 0x02, 0x04], last: 3, stack: [.i32(-8), .i32(1)])
    #expect(store.address == MemoryAddress(0xffff_fffc))
  }

  @Test func indirectCallThroughAKnownElement() throws {
    func call(_ index: UInt8) throws -> Trap {
      try trap([0x41, index, 0x11, 0x00, 0x00], last: 3) { module in
        module.type([])  // type 0, the one that is called for
        let good = module.function(body: [0x0b])
        let bad = module.function([.i32], body: [0x0b])
        module.table(TableType(.funcref, SizeLimits(4)))
        module.elements(at: 1, [good, bad])
      }
    }
    #expect(try call(0).kind == .indirectCallNull)
    #expect(try call(2).kind == .indirectCallType)
    #expect(try call(9).kind == .tableOutOfBounds)
    #expect(try call(9).trust == .assumed)
    // Nothing wrong with element 1: all that is known is what an indirect call may do.
    let fine = try call(1)
    #expect(fine.kind == .unknown)
    #expect(fine.possibleKinds == [.indirectCallNull, .indirectCallType, .tableOutOfBounds])
  }

  @Test func branchAroundUnreachable() throws {
    // block; i32.const 1; br_if 0; unreachable; end
    let trapping = try trap([0x02, 0x40, 0x41, 0x01, 0x0d, 0x00, 0x00, 0x0b], last: 4)
    #expect((trapping.kind, trapping.trust) == (.unreachable, .assumed))
    // block; i32.const 1; br_if 0; nop; end; unreachable: the taken branch leads there
    let taken = try trap([0x02, 0x40, 0x41, 0x01, 0x0d, 0x00, 0x01, 0x0b, 0x00], last: 5)
    #expect((taken.kind, taken.trust) == (.unreachable, .assumed))
    // loop; i32.const 1; br_if 0; nop; end; unreachable: the taken branch goes back
    let loop = try trap([0x03, 0x40, 0x41, 0x01, 0x0d, 0x00, 0x01, 0x0b, 0x00], last: 5)
    #expect(loop.kind == .unknown)
    #expect(loop.message.contains("does not trap"))
  }

  @Test func insideAnImport() throws {
    var crash = try Crash()
    let host = crash.module.importFunction("env", "work", [])
    let function = crash.module.function(body: [0x10, UInt8(host), 0x0b])
    crash.thread([Crash.frame(function, 1)])
    let trap = try crash.open().trap
    #expect(trap.kind == .unknown)
    #expect(trap.message == "stopped inside the imported function env.work")
  }

  @Test func noFramesAtAll() throws {
    var crash = try Crash()
    crash.thread([])
    let session = try crash.open()
    #expect(session.trap.kind == .unknown)
    #expect(session.trap.trust == .unavailable)
    #expect(session.backtrace(thread: 0).isEmpty)
    #expect(session.backtrace(thread: 5).isEmpty)
  }
}
