import ByteCursor
import CoreDumpFormat
import DwarfEval
import PostMortem
import TestSupport
import Testing
import WasmBinary

/// What expressions are told of a frame: whose locals, whose globals, which place in the code, which memory.
@Suite struct FrameStateTests {
  // MARK: The frame base

  @Test func aFrameThatIsNotMadeYetHasNoBase() throws {
    var locals = Stage.values
    locals[5] = .i32(0)
    let stage = try Stage([variable("x", "int", [0x91, 8])]) { $0.locals = locals }
    #expect(stage.text("x") == "unavailable: local 5 is 0: the function has not made its frame yet")
  }

  @Test func aFrameBaseIsAnAddress() throws {
    var locals = Stage.values
    locals[6] = .i64(0x200)
    let stage = try Stage([variable("x", "int", [0x91, 8])]) {
      $0.locals = locals
      $0.frameBase = [0xed, 0, 6, 0x9f]
    }
    #expect(
      stage.text("x")
        == "unavailable: local 6 holds a i64 and cannot be an address: the debug information does not fit the code")
  }

  /// wasm-opt gives locals other numbers: what the description calls the frame base holds something else.
  @Test func aLocalThatHoldsSomethingElseIsNoFrameBase() throws {
    var locals = Stage.values
    locals[5] = .i32(0x300)
    func stage(_ code: [UInt8]) throws -> Stage {
      try Stage([variable("x", "int", [0x91, 8])]) {
        $0.locals = locals
        $0.code = code
      }
    }
    // i32.const 0x300, local.set 5, nop…
    let constant = try stage([0x41, 0x80, 0x06, 0x21, 5, 1, 1, 1])
    #expect(
      constant.text("x")
        == "unavailable: local 5 holds a constant and no frame: the debug information does not fit the code")
    // local.get 0, i32.load, local.set 5, nop
    let loaded = try stage([0x20, 0, 0x28, 2, 0, 0x21, 5, 1])
    #expect(
      loaded.text("x") == "unavailable: local 5 holds what was read from memory and no frame: "
        + "the debug information does not fit the code")
    // global.get 0, i32.const 16, i32.sub, local.set 5: 0x300 is where the stack may end for all that is known.
    let made = try stage([0x23, 0, 0x41, 0x10, 0x6b, 0x21, 5, 1])
    #expect(made.text("x") == String(0x0b0a0908))
  }

  @Test func withoutLocalsNothingInTheFrameIsKnown() throws {
    let stage = try Stage([variable("x", "int", [0x91, 8]), variable("fixed", "int", [0x03, 0x10, 0, 0, 0])]) {
      $0.locals = []
    }
    #expect(stage.text("x").hasPrefix("unavailable: local 5"))
    #expect(stage.text("fixed") == String(0x13121110))
  }

  @Test func theStackPointerOfACallerIsNotThatOfTheCrash() throws {
    let stage = try Stage([variable("x", "int", [0x91, 8])]) {
      $0.frameBase = [0xed, 3, 0, 0, 0, 0, 0x9f]
      $0.startEntries = [variable("y", "int", [0x91, 8])]
    }
    #expect(stage.text("x") == String(0x0b0a0908))
    // The operands that this dump has of the caller are not those that its code puts there: nothing is worked out then.
    let reason = "the stack pointer in this frame: what the dump says of this frame contradicts its code"
    #expect(stage.text("y", 1) == "unavailable: " + reason)
    #expect(throws: Unavailable(reason)) {
      _ = try stage.session.framePointer(of: stage.session.backtrace(thread: 0)[1], thread: 0)
    }
    #expect(try stage.session.framePointer(of: stage.session.backtrace(thread: 0)[0], thread: 0).address == 0x200)
  }

  // MARK: Globals

  @Test func globalsOfACallerMayHaveChanged() throws {
    let entries = [
      variable("mutable", "int", [0xed, 1, 1, 0x9f]), variable("fixed", "int", [0xed, 3, 2, 0, 0, 0, 0x9f]),
      variable("none", "int", [0xed, 1, 9, 0x9f]),
    ]
    let stage = try Stage(entries) {
      $0.globals += [("counter", 17, true), ("limit", 18, false)]
      $0.startEntries = entries
    }
    #expect(["mutable", "fixed"].map { stage.text($0) } == ["17", "18"])
    #expect(["mutable", "fixed"].map { stage.text($0, 1) } == ["17 [assumed]", "18"])
    #expect(
      stage.nodes(1)["mutable"]?.reason == "global 1 counter may have changed since this frame made its call")
    #expect(stage.text("none") == "unavailable: global 9 is not in the dump")
  }

  /// Statics of position-independent modules count from `__memory_base`, thread-locals from `__tls_base`.
  @Test func basesOfModulesAndThreads() throws {
    let entries = [
      // LLVM's way: the global, an offset, their sum.
      variable("independent", "int", [0xed, 3, 1, 0, 0, 0, 0x03, 0x08, 0, 0, 0, 0x22]),
      variable("local", "int", [0xed, 3, 2, 0, 0, 0, 0x03, 0x04, 0, 0, 0, 0x22]),
      // DWARF's own operation, and GNU's.
      variable("form", "int", [0x0c, 0x04, 0, 0, 0, 0x9b]), variable("gnu", "int", [0x34, 0xe0]),
    ]
    let stage = try Stage(entries) {
      $0.globals += [("__memory_base", 0x100, false), ("__tls_base", 0x110, true)]
      $0.startEntries = entries
    }
    #expect(stage.text("independent") == String(0x0b0a0908))
    #expect(stage.nodes()["independent"]?.address?.offset == 0x108)
    for name in ["local", "form", "gnu"] {
      #expect(stage.text(name) == String(0x17161514), "\(name)")
      #expect(stage.nodes()[name]?.address?.offset == 0x114, "\(name)")
    }
    #expect(stage.text("independent", 1) == String(0x0b0a0908))
    let without = try Stage([variable("form", "int", [0x34, 0xe0])])
    #expect(
      without.text("form")
        == "unavailable: the module names no global __tls_base, from which thread-local addresses count")
  }

  // MARK: Places in the code

  /// A list's entries hold where their ranges say, for a caller at its call and not behind it.
  @Test func locationListsHoldAtTheFramesOwnPlace() throws {
    let plain = try Stage()
    let (trap, call) = (plain.trapAddress, plain.callAddress)
    func list(_ dwarf: inout DwarfBuilder, _ at: UInt64, next: UInt64) -> At {
      let value = dwarf.locationPairs([
        (at &- 2, at, [0x31, 0x9f]), (at, next, [0x32, 0x9f]), (next, next + 8, [0x33, 0x9f]),
      ])
      return At(DwAttribute.location, DwForm.secOffset, value)
    }
    // The addresses count from the unit's first one, which is where `run` starts.
    let base = plain.body.low.rawValue
    let stage = try Stage([]) { options in
      options.dwarf = { dwarf in
        (
          [
            DIE(DwTag.variable, [named("x"), typed("int"), list(&dwarf, trap - base, next: trap - base + 1)]),
            DIE(
              DwTag.variable,
              [
                named("over"), typed("int"),
                At(
                  DwAttribute.location, DwForm.secOffset,
                  dwarf.locationPairs([(0, trap - base, [0x31, 0x9f])])),
              ]),
          ],
          [DIE(DwTag.variable, [named("y"), typed("int"), list(&dwarf, call - base, next: call - base + 2)])]
        )
      }
    }
    #expect(stage.text("x") == "2")
    #expect(stage.text("y", 1) == "2")
    #expect(
      stage.text("over")
        == "unavailable: optimized out here: the debug information has no location for it at this place")
  }

  // MARK: Values on entry

  private static var onEntry: [DIE] {
    [
      variable("i", "int", [0xa3, 3, 0xed, 0, 0, 0x9f]), variable("l", "long long", [0xf3, 3, 0xed, 0, 1, 0x9f]),
      variable("f", "float", [0xa3, 4, 0xed, 0, 2, 0x9f, 0x9f]), variable("d", "double", [0xa3, 3, 0xed, 0, 3, 0x9f]),
      variable("more", "int", [0xa3, 5, 0xed, 0, 0, 0x23, 1, 0x9f]),
      variable("none", "int", [0xa3, 3, 0xed, 0, 4, 0x9f]),
      variable("sum", "int", [0xa3, 3, 0xed, 0, 0, 0x23, 5, 0x9f]),
    ]
  }

  @Test func valuesOnEntryAreTheCallersArguments() throws {
    let stage = try Stage(Self.onEntry)
    #expect(stage.text("i") == "70 [derived]")
    #expect(stage.text("l") == "71 [derived]")
    #expect(stage.text("f") == "72 [derived]" || stage.text("f") == "72.0 [derived]")
    #expect(stage.text("d") == "73 [derived]" || stage.text("d") == "73.0 [derived]")
    #expect(stage.text("sum") == "75 [derived]")
    #expect(stage.text("more") == "unavailable: the value on entry of something that is no parameter")
    #expect(stage.text("none") == "unavailable: local 4 is no parameter")
  }

  @Test func operandsBelowTheArgumentsAreNone() throws {
    let stage = try Stage(Self.onEntry) { $0.callerStack = [.i32(1), .i64(2)] + Stage.arguments }
    #expect(stage.text("i") == "70 [derived]")
    let few = try Stage(Self.onEntry) { $0.callerStack = Array(Stage.arguments.suffix(2)) }
    #expect(few.text("i") == "unavailable: the caller's operand stack does not hold parameter 0")
    let other = try Stage(Self.onEntry) { $0.callerStack = [.i64(70)] + Stage.arguments.dropFirst() }
    #expect(other.text("i") == "unavailable: the caller passed a i64 for parameter 0")
    #expect(other.text("l") == "71 [derived]")
  }

  @Test func aFunctionThatMayHaveCalledItselfInItsPlaceIsNotSure() throws {
    // `run` tail-calls itself on some way: block, br 0, end, then what cannot be reached.
    let stage = try Stage(Self.onEntry) { $0.code = [0x02, 0x40, 0x0c, 0, 0x12, 0, 0x0b, 1] }
    #expect(stage.text("i") == "70 [assumed]")
    #expect(
      stage.nodes()["i"]?.reason == "passed by the caller, if the function has not called itself in its own place since"
    )
  }

  /// An indirect call's index lies on top of the arguments.
  @Test func argumentsOfIndirectCalls() throws {
    func stage(_ index: RecordedValue) throws -> Stage {
      try Stage(Self.onEntry) {
        $0.isIndirect = true
        $0.callerStack = Stage.arguments + [index]
      }
    }
    #expect(try stage(.i32(0)).text("i") == "70 [derived]")
    #expect(try stage(.i32(0)).text("d").hasPrefix("73"))
    // Another element: something between the two frames must have led to this one.
    #expect(try stage(.i32(1)).text("i") == "70 [assumed]")
    #expect(
      try stage(.i32(1)).nodes()["i"]?.reason
        == "passed by an indirect call, which is taken to be of this function")
  }

  /// Without recorded operands the caller's debug information may say what it passed.
  @Test func callSitesDescribeWhatWasPassed() throws {
    let call = try Stage().callAddress
    func site(_ at: At) -> DIE {
      func parameter(_ index: UInt8, _ value: [UInt8]) -> DIE {
        DIE(
          DwTag.callSiteParameter,
          [
            At(DwAttribute.location, DwForm.exprloc, .bytes([0xed, 0, index])),
            At(DwAttribute.callValue, DwForm.exprloc, .bytes(value)),
          ])
      }
      return DIE(
        DwTag.callSite, [at],
        children: [parameter(0, [0x3c]), parameter(1, [0xed, 0, 0, 0x9f]), parameter(3, [0x91, 4])])
    }
    func texts(_ at: At, _ caller: [RecordedValue]) throws -> [String] {
      let stage = try Stage(Self.onEntry) {
        $0.callerStack = Array(Stage.arguments.suffix(1))
        $0.callerLocals = caller
        $0.frameBase = [0x08, 0x40, 0x9f]
        $0.startEntries = [site(at)]
      }
      return ["i", "l", "f"].map { stage.text($0) }
    }
    let here = At(DwAttribute.callPC, DwForm.addr, .address(call))
    let behind = At(DwAttribute.callReturnPC, DwForm.addr, .address(call + 2))
    let other = At(DwAttribute.callPC, DwForm.addr, .address(call - 2))
    let few = "unavailable: the caller's operand stack does not hold parameter"
    #expect(
      try texts(here, [.i32(9)]) == [
        "12 [derived]", "unavailable: its location has fewer bytes than its type", "\(few) 2",
      ])
    #expect(try texts(behind, [.i32(9)])[0] == "12 [derived]")
    #expect(try texts(other, [.i32(9)])[0] == "\(few) 0")
  }

  // MARK: Instances

  @Test func eachInstanceHasItsOwnMemory() throws {
    let entries = [variable("x", "int", [0x03, 0x10, 0, 0, 0]), variable("p", "int*", [0x91, 0])]
    var stage = try Stage(entries)
    #expect(stage.text("x") == String(0x13121110))
    stage.crash.dump.memories.append(
      MemoryImage(
        type: MemoryType(SizeLimits(1)),
        segments: [MemoryImage.Segment(address: 0x10, bytes: Bytes(copying: [1, 0, 0, 0]))], gap: .zero))
    stage.crash.dump.instances.append(CoreDump.Instance(module: 0, memories: [1], globals: [0]))
    var thread = stage.crash.dump.threads[0]
    var frames = Array(thread.frames)
    frames[0].instance = 1
    thread.frames = CoreDump.FrameList(frames)
    stage.crash.dump.threads[0] = thread
    let session = try stage.crash.open()
    let description = session.description(of: session.backtrace(thread: 0)[0], thread: 0)
    #expect(description.locals.map(\.plain) == ["1", "0x0"])
  }
}
