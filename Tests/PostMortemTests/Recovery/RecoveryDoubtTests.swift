import ByteCursor
import CoreDumpFormat
import PostMortem
import TestSupport
import Testing
import WasmBinary

/// What must not be taken for proved when a dump says less, or other things, than the code lets one expect: the dumps of
/// `RecoveryCase`s, changed.
@Suite struct RecoveryDoubtTests {
  /// A case's dump without recorded values, changed.
  private static func session(
    _ name: String, trap: CoreDump.Trap? = nil, _ change: (inout CoreDump) throws -> Void = { _ in }
  ) throws -> Session {
    var program = RecoveryProgram(name: name, module: RecoveryCase.folder + "/" + name + ".wasm")
    program.function = "run"
    var dump = try #require(try RecoveryMoment.dump(program)).withoutRecordedValues()
    try change(&dump)
    var options = SessionOptions()
    options.modulePaths = [program.module]
    options.trap = trap
    return try Session(
      bytes: Bytes(copying: try CoreDumpWriter.bytes(of: dump)), path: "changed.core", options: options)
  }

  private static func local(_ index: Int, _ physical: Int, _ session: Session) throws -> WasmValue {
    let backtrace = session.backtrace(thread: 0)
    let locals = session.wasmLocals(of: backtrace[backtrace.index(ofPhysical: physical)], thread: 0)
    return try #require(locals.indices.contains(index) ? locals[index] : nil)
  }

  private static func operand(_ index: Int, _ physical: Int, _ session: Session) throws -> WasmValue {
    let backtrace = session.backtrace(thread: 0)
    let frame = backtrace[backtrace.index(ofPhysical: physical)]
    let operands = try #require(session.operandStack(of: frame, thread: 0))
    return try #require(operands.indices.contains(index) ? operands[index] : nil)
  }

  private static func stackPointer(_ physical: Int, _ session: Session) throws -> (value: UInt64?, trust: Trust) {
    let backtrace = session.backtrace(thread: 0)
    let found = try ExpressionSession(session: session).stackPointer(
      of: backtrace[backtrace.index(ofPhysical: physical)])
    return (found.value, found.trust)
  }

  @Test func unchangedAllIsProved() throws {
    let session = try Self.session("frame-constant")
    for (physical, pointer) in [65472, 65488, 65536].enumerated() {
      let found = try Self.stackPointer(physical, session)
      #expect(found.value == UInt64(pointer) && found.trust >= .derived, "\(found)")
    }
  }

  /// Nobody knows what a function does to the stack pointer of an instance that the dump lacks: no older frame counts from
  /// the dump's global.
  @Test func aFrameThatIsNotUnderstoodBreaksTheChain() throws {
    let session = try Self.session("frame-constant") { dump in
      var frames = Array(dump.threads[0].frames)
      frames.insert(CoreDump.Frame(instance: 3, functionIndex: 0, codeOffset: frames[1].codeOffset), at: 1)
      dump.threads[0].frames = CoreDump.FrameList(frames)
    }
    let youngest = try Self.stackPointer(0, session)
    #expect(youngest.value == 65472 && youngest.trust >= .derived, "\(youngest)")
    // The caller of what is not understood; the oldest frame's is known from where the stack starts.
    let behind = try Self.stackPointer(2, session)
    #expect(behind.trust != .recorded)
    #expect(behind.value == nil || behind.value == 65488, "\(behind)")
    // The argument: the frame above it does not call the frame.
    #expect(try Self.local(0, 0, session).reason?.contains("the caller passed") != true)
  }

  /// The stack pointers counted from both ends do not meet: neither end's are certain.
  @Test func endsThatDoNotMeetAreNotTrusted() throws {
    let session = try Self.session("frame-second-global") { $0.globals[2].value = .i32(64000) }
    for physical in 1..<3 {
      let found = try Self.stackPointer(physical, session)
      #expect(found.trust <= .assumed, "\(physical): \(found)")
    }
    #expect(try Self.local(0, 1, session).trust <= .assumed)
    #expect(try Self.local(1, 1, session).value == .i32(9))
  }

  /// A stack pointer that memory speaks against is one of the frames that it was counted through; the oldest one's is
  /// known without them.
  @Test func aWrongStackPointerContradictsMemory() throws {
    let session = try Self.session("frame-constant") { $0.globals[0].value = .i32(64000) }
    #expect(try Self.stackPointer(1, session).trust <= .assumed)
    let oldest = try Self.stackPointer(2, session)
    #expect(oldest.value == 65536 && oldest.trust == .derived, "\(oldest)")
    #expect(try Self.local(0, 0, session).reason?.contains("contradicts its code") == true)
  }

  /// Of several threads with one instance nobody knows whose the globals are, and others write its memory.
  @Test func threadsShareWhatTheDumpHasOnce() throws {
    let session = try Self.session("frame-constant") { $0.threads.append($0.threads[0]) }
    #expect(session.threads.count == 2)
    for physical in 0..<2 { #expect(try Self.stackPointer(physical, session).trust <= .assumed, "\(physical)") }
    // In memory since a store, which proves it for one thread alone; the caller's constant still does.
    let passed = try Self.local(0, 0, session)
    #expect(passed.value == .i32(7) && passed.trust == .derived)
    #expect(passed.reason?.contains("the caller passed") == true, "\(passed.reason ?? "")")
    let loaded = try Self.session("load-at-crash") { $0.threads.append($0.threads[0]) }
    #expect(try Self.local(0, 0, loaded).trust <= .assumed)
  }

  @Test func anInstructionThatTrapsInOneWayDidSo() throws {
    let divisor = try Self.operand(1, 0, try Self.session("divisor"))
    #expect(divisor.value == .i32(0) && divisor.trust == .derived)
  }

  /// What stopped the program elsewise says nothing about the operands.
  @Test(arguments: ["out-of-fuel", "something-new", "interrupted"]) func otherEndsProveNothing(_ kind: String) throws {
    let session = try Self.session("divisor", trap: CoreDump.Trap(kind: kind))
    #expect(try Self.operand(1, 0, session).trust == .unavailable)
    #expect(try Self.operand(0, 0, session).value == .i32(100))
  }

  /// An access that was out of bounds, at an address that lies within: neither is to be trusted, nor what follows.
  @Test func aProvedAddressThatCannotTrapIsAContradiction() throws {
    let session = try Self.session("trap-address") { dump in
      var type = dump.memories[0].type
      type.limits.minimum = 3
      dump.memories[0] = MemoryImage(type: type, segments: dump.memories[0].segments, gap: dump.memories[0].gap)
    }
    let own = try Self.local(0, 0, session)
    #expect(own.trust == .unavailable)
    #expect(own.reason?.contains("contradicts its code") == true, "\(own.reason ?? "")")
    // The caller passed a constant: that is proved without the frame.
    #expect(try Self.local(0, 1, session).value == .i32(131072))
  }

  /// A frame that contradicts itself has told its caller nothing.
  @Test func whatAContradictionToldIsForgotten() throws {
    let recorded = try Self.session("frame-constant") { dump in
      var frames = Array(dump.threads[0].frames)
      // Two proofs of one value: the argument, which is a constant of the caller's, and a record.
      frames[0].locals = CoreDump.Values([.i32(8), .i32(65472)])
      dump.threads[0].frames = CoreDump.FrameList(frames)
    }
    // One of the two frames is not what it seems, and nothing says which.
    for value in [try Self.operand(0, 1, recorded), try Self.local(0, 1, recorded)] {
      #expect(value.trust == .unavailable)
      #expect(value.reason?.contains("contradicts its code") == true, "\(value)")
    }
    let pointer = try Self.stackPointer(2, recorded)
    #expect(pointer.value == 65536 && pointer.trust == .derived, "\(pointer)")
  }

  /// Thousands of frames in one function at one place.
  @Test func hostileDepth() throws {
    let session = try Self.session("indirect-call") { dump in
      let frames = Array(dump.threads[0].frames)
      dump.threads[0].frames = CoreDump.FrameList(Array(repeating: frames[1], count: 50_000) + [frames[1]])
    }
    #expect(session.backtrace(thread: 0).physicalCount == 50_001)
    #expect(try Self.operand(0, 50_000, session).value == .i32(11))
  }
}
