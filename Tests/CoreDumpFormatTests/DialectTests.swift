import ByteCursor
import CoreDumpFormat
import TestSupport
import Testing
import WasmBinary

@Suite struct DialectTests {
  static let knowledge = StoryKnowledge([Story.module])

  /// The name that the reader gives a dialect.
  static func name(_ dialect: DumpDialect) -> String {
    switch dialect {
    case .specification, .specificationRaw: "spec"
    case .specificationWithoutInstance: "spec-without-instances"
    case .wasmtime: "wasmtime"
    case .builder022: "wasm-coredump-builder-0.2.2"
    case .rewriter022, .rewriter0113: "xtuc-rewriter"
    case .builder0113: "wasm-coredump-builder-0.1.13"
    case .fourBytes, .builder0112Function, .builder0112Offset: "wasm-coredump-builder-0.1.12"
    case .wasmer: "wasmer"
    case .wasmEdge, .wasmEdgeForWasmgdb: "wasmedge"
    case .wasmEdgeTyped: "wasmedge-typed"
    case .wasmiWithoutOffsets, .wasmiWithoutName: "wasmi"
    }
  }

  @Test(arguments: DumpDialect.allCases)
  func theSameCrashReadsTheSame(_ dialect: DumpDialect) throws {
    let dump = try Story.file(dialect).resolve(using: Self.knowledge)
    #expect(dump.dialect?.name == Self.name(dialect))
    #expect(dump.dialect?.evidence?.score == 1)
    #expect(dump.dialect?.isOldestFirst == false)
    #expect(dump.instances.count == 1)
    #expect(dump.instances[0].module == 0)
    let thread = try #require(dump.threads.first)
    #expect(dump.threads.count == 1)
    #expect(thread.functions == [3, 2, 1])
    #expect(thread.missingFrames == nil)
    #expect(thread.declaredFrameCount == 3)
    #expect(dump.moduleIndex(of: thread.frames[0]) == 0)
    switch dialect {
    case .wasmiWithoutOffsets:
      #expect(thread.offsets == [nil, nil, nil])
      #expect(thread.frames.map(\.missingOffset) == [.recordedAsUnknown, .recordedAsUnknown, .recordedAsUnknown])
    case .builder0112Function:
      #expect(thread.offsets == [nil, nil, nil])
      #expect(thread.frames[0].missingOffset == .notRecorded)
    case .wasmEdge, .wasmEdgeForWasmgdb:
      // The trap's own place is lost; the callers' stand one frame off in the file.
      #expect(thread.offsets == [nil, 30, 9])
      #expect(thread.frames[0].missingOffset == .notRecorded)
    default:
      #expect(thread.offsets == [6, 30, 9])
    }
    checkLocals(thread, dialect)
  }

  private func checkLocals(_ thread: CoreDump.Thread, _ dialect: DumpDialect) {
    let locals = thread.frames.map { Array($0.locals) }
    let f32 = RecordedValue.f32(bits: Float(1.5).bitPattern)
    let f64 = RecordedValue.f64(bits: (-0.25).bitPattern)
    switch dialect {
    case .wasmtime, .builder022, .builder0113, .fourBytes, .wasmer:
      #expect(locals == [[], [], []])
      #expect(thread.frames.allSatisfy { $0.locals.absence == .notRecorded })
      #expect(thread.frames.allSatisfy { $0.operandStack.absence == .notRecorded })
    case .rewriter022, .rewriter0113, .builder0112Function, .builder0112Offset:
      // Parameters of callers are made up, whatever they look like; declared locals are real.
      #expect(
        locals == [
          [.i32(-5)], [.missing(.madeUp), .missing(.madeUp), f32, f64], [.i32(7), .i64(.max)],
        ])
      #expect(thread.frames.allSatisfy { $0.operandStack.absence == .notRecorded })
    case .wasmEdge, .wasmEdgeForWasmgdb:
      #expect(
        locals == [
          [.i32(-5)], [.i32(1_234_567), .missing(.onlyLowBits), f32, .missing(.onlyLowBits)],
          [.i32(7), .missing(.onlyLowBits)],
        ])
      if dialect == .wasmEdge {
        #expect(Array(thread.frames[0].operandStack) == [.untyped(100), .untyped(UInt32(bitPattern: -200))])
        #expect(thread.frames[1].operandStack.absence == nil)
      } else {
        #expect(thread.frames[0].operandStack.isEmpty)
        #expect(thread.frames[0].operandStack.absence == .notRecorded)
      }
    default:
      #expect(locals == [[.i32(-5)], [.i32(1_234_567), .i64(-1 << 40), f32, f64], [.i32(7), .i64(.max)]])
      let missing = RecordedValue.missing(.recordedAsMissing)
      let stack: [RecordedValue] =
        dialect == .wasmEdgeTyped || dialect == .wasmiWithoutOffsets ? [missing, missing] : [.i32(100), .i32(-200)]
      #expect(Array(thread.frames[0].operandStack) == stack)
      #expect(Array(thread.frames[1].operandStack) == [])
      #expect(thread.frames[1].operandStack.absence == nil)
      #expect(Array(thread.frames[2].operandStack) == [missing])
    }
  }

  @Test(arguments: DumpDialect.allCases)
  func withoutModulesHabitsDecide(_ dialect: DumpDialect) throws {
    let dump = try Story.file(dialect).resolve()
    #expect(dump.dialect?.isAssumed == true)
    let thread = try #require(dump.threads.first)
    switch dialect {
    // WasmEdge's entry frame has no function of its own.
    case .wasmEdge, .wasmEdgeForWasmgdb: #expect(thread.functions == [3, 2, nil])
    // One number that could be an offset as well; it is taken for a function's index, and that is said.
    case .builder0112Offset:
      #expect(thread.functions[0] != 3)
      #expect(dump.diagnostics.contains { $0.message.contains("one number") })
    default: #expect(thread.functions == [3, 2, 1])
    }
    switch dialect {
    case .specification, .specificationRaw, .specificationWithoutInstance, .wasmtime, .wasmiWithoutName, .wasmer:
      #expect(thread.offsets == [6, 30, 9])
    case .wasmEdgeTyped:
      // Looks like the document's form in all but the base: a guess that only modules could put right.
      #expect(dump.dialect?.name == "spec")
      #expect(thread.offsets == [5, 25, 4])
    case .wasmiWithoutOffsets: #expect(thread.frames[0].missingOffset == .recordedAsUnknown)
    case .builder0112Function, .builder0112Offset: #expect(thread.frames[0].missingOffset == .notRecorded)
    case .wasmEdge, .wasmEdgeForWasmgdb:
      #expect(thread.frames.map(\.missingOffset) == [.notRecorded, .needsModule, .needsModule])
      // The call's file offset stands in the frame of its callee.
      #expect(thread.frames[0].rawOffset == 0x202 + 30)
    default:
      #expect(thread.frames.allSatisfy { $0.missingOffset == .needsModule })
      #expect(thread.frames.allSatisfy { $0.rawOffset != 0 })
    }
    if dialect != .wasmEdgeTyped { #expect(dump.dialect?.name == Self.name(dialect)) }
    if dialect == .rewriter022 {
      // Without the module the made-up parameters are known by their value.
      #expect(thread.frames[1].locals[0] == .missing(.madeUp))
      #expect(thread.frames[1].locals[1] == .missing(.madeUp))
      #expect(thread.frames[2].locals[0] == .i32(7))
    }
    if dialect == .wasmEdge { #expect(thread.frames[0].locals[0] == .untyped(UInt32(bitPattern: -5))) }
  }

  @Test func aRealParameterOf669IsNotMadeUp() throws {
    var story = Story.crash
    story.frames[0].locals = [.i32(669)]
    let dump = try Story.file(.rewriter022, story).resolve(using: Self.knowledge)
    #expect(dump.threads[0].frames[0].locals[0] == .i32(669))
    // The very first versions made the trapping frame's parameters up, too.
    let old = try Story.file(.builder0112Function, story).resolve(using: Self.knowledge)
    #expect(old.threads[0].frames[0].locals[0] == .missing(.madeUp))
  }

  @Test func wasmEdgeIndirectCall() throws {
    let knowledge = StoryKnowledge(Story.indirect.modules)
    let dump = try Story.file(.wasmEdge, Story.indirect).resolve(using: knowledge)
    // The immediate of an indirect call is a type, not the youngest frame's function.
    #expect(dump.threads[0].functions == [nil, 1])
    #expect(dump.threads[0].offsets == [nil, 9])
    #expect(dump.diagnostics.contains { $0.message.contains("youngest frame") })
    // Without the module it cannot be told from a function's index.
    #expect(try Story.file(.wasmEdge, Story.indirect).resolve().threads[0].functions == [77, nil])
  }

  @Test func wasmEdgeCountsFramesItLeavesOut() throws {
    var bytes = ByteBuilder()
    bytes.moduleHeader()
    bytes.customSection("core") { $0.raw([0, 0]) }
    bytes.customSection("corestack") {
      $0.u8(0)
      $0.name("main")
      // Three frames counted, one of the host left out.
      $0.raw([3, 0, 3, 0x90, 4, 0, 0, 0, 0, 0, 0, 0])
    }
    bytes.customSection("coremodules") { $0.raw([1, 0]) }
    bytes.customSection("coreinstances") { $0.u8(0) }
    let dump = try CoreDumpFile(Bytes(copying: bytes.bytes)).resolve()
    #expect(dump.dialect?.name == "wasmedge")
    #expect(dump.threads[0].functions == [3, nil])
    #expect(dump.threads[0].declaredFrameCount == 3)
    #expect(dump.threads[0].missingFrames == .notRecorded)
    #expect(dump.modules.map(\.name) == [""])
  }

  @Test func wasmEdgeModuleName() throws {
    let file = try Story.file(.wasmEdge)
    #expect(file.moduleNames == ["app.wasm"])
    #expect(file.executableName == "")
    #expect(file.instances.map(\.isAssumed) == [true])
    #expect(file.resolve().diagnostics.contains { $0.message == "module names lack their lengths" })
  }

  @Test func oldestFirst() throws {
    var story = Story.crash
    story.frames.reverse()
    let dump = try Story.file(.specification, story).resolve(using: Self.knowledge)
    #expect(dump.dialect?.isOldestFirst == true)
    #expect(dump.threads[0].functions == [3, 2, 1])
    #expect(dump.threads[0].offsets == [6, 30, 9])
    #expect(dump.diagnostics.contains { $0.message.contains("oldest first") })
  }

  @Test(arguments: CodeOffsetBase.allCases)
  func everyBaseIsRecognised(_ base: CodeOffsetBase) throws {
    var story = Story.crash
    for index in story.frames.indices {
      let function = try #require(Story.module.function(story.frames[index].function))
      let file = function.start + story.frames[index].codeOffset
      switch base {
      case .localsVector: break
      case .firstInstruction: story.frames[index].codeOffset -= function.localsLength
      case .sizeField: story.frames[index].codeOffset += function.sizeFieldLength
      case .codeSection: story.frames[index].codeOffset = file - Story.module.codeSection
      case .file: story.frames[index].codeOffset = file
      }
    }
    let dump = try Story.file(.specification, story).resolve(using: Self.knowledge)
    #expect(dump.dialect?.offsetBase == base)
    #expect(dump.dialect?.evidence?.score == 1)
    #expect(dump.threads[0].offsets == [6, 30, 9])
  }

  @Test func modulesOfAnotherProgramDoNotDecide() throws {
    var other = Story.module
    other.functions = [
      StoryFunction(sizeField: 0x500, length: 8, instructions: [1: .other, 2: .other]),
      StoryFunction(sizeField: 0x510, length: 8, instructions: [1: .other, 2: .other]),
    ]
    let dump = try Story.file(.wasmtime).resolve(using: StoryKnowledge([other]))
    #expect(dump.dialect?.name == "wasmtime")
    #expect(dump.dialect?.offsetBase == .localsVector)
    #expect(dump.diagnostics.contains { $0.message.contains("do not fit") })
    #expect(dump.threads[0].functions == [3, 2, 1])
    #expect(dump.threads[0].frames[1].missingOffset == .outsideOfFunction)
    #expect(dump.threads[0].frames[1].rawOffset == 30)
  }

  @Test func wasmtimeWithoutAddresses() throws {
    var story = Story.crash
    for index in story.frames.indices { story.frames[index].codeOffset = 0 }
    let dump = try Story.file(.wasmtime, story).resolve(using: Self.knowledge)
    #expect(dump.dialect?.name == "wasmtime")
    #expect(
      dump.threads[0].frames.map(\.missingOffset) == [.recordedAsUnknown, .recordedAsUnknown, .recordedAsUnknown])
    #expect(dump.threads[0].functions == [3, 2, 1])
  }

  @Test func twentyFramesMayBeCut() throws {
    var story = Story.crash
    story.frames = story.frames.prefix(1) + Array(repeating: story.frames[1], count: 19)
    #expect(try Story.file(.wasmtime, story).resolve().threads[0].mayBeCut)
    #expect(try !Story.file(.specification, story).resolve().threads[0].mayBeCut)
    story.frames.removeLast()
    #expect(try !Story.file(.wasmtime, story).resolve().threads[0].mayBeCut)
  }

  @Test func severalInstances() throws {
    var story = Story.crash
    var library = Story.module
    library.name = "lib.wasm"
    story.modules = [Story.module, library]
    story.instances = [(1, [0], [0, .max]), (0, [0, .max], [0])]
    story.globals = [.i32(-7, isMutable: true)]
    for index in story.frames.indices { story.frames[index].instance = index == 0 ? 0 : 1 }
    let dump = try Story.file(.wasmtime, story).resolve(using: StoryKnowledge(story.modules))
    #expect(dump.modules.map(\.name) == ["app.wasm", "lib.wasm"])
    #expect(dump.instances.map(\.module) == [1, 0])
    #expect(dump.instances[1].memories == [0, nil])
    #expect(dump.instances[0].globals == [0, nil])
    #expect(dump.threads[0].frames.map { dump.moduleIndex(of: $0) } == [1, 0, 0])
    #expect(dump.global(0, of: 1)?.value == .i32(-7))
    #expect(dump.global(1, of: 0) == nil)
    #expect(dump.memory(0, of: 1)?.size == 65536)
    #expect(dump.memory(1, of: 1) == nil)
  }

  @Test func sharedMemoriesThatWasmtimeDropsAreNoticed() throws {
    var knowledge = Self.knowledge
    knowledge.memoryShapes[0] = [MemoryType(SizeLimits(1, 1), isShared: true), MemoryType(SizeLimits(1))]
    let dump = try Story.file(.wasmtime).resolve(using: knowledge)
    // Memory 0 of the instance is the shared one; the recorded one moves to where it belongs.
    #expect(dump.instances[0].memories == [nil, 0])
    #expect(dump.memory(0, of: 0) == nil)
    #expect(dump.memory(1, of: 0)?.recordedSize == 9)
    #expect(dump.diagnostics.contains { $0.message.contains("memories of instance 0 are not in the dump") })
    // Counts that nothing explains are said and left alone.
    knowledge.memoryShapes[0] = [MemoryType(SizeLimits(1)), MemoryType(SizeLimits(1))]
    let odd = try Story.file(.wasmtime).resolve(using: knowledge)
    #expect(odd.instances[0].memories == [0])
    #expect(odd.diagnostics.contains { $0.message == "instance 0 has 1 memories here and 2 in its module" })
  }

  @Test func globalsThatWasmiDropsAreNoticed() throws {
    var story = Story.crash
    story.globals = [.i32(1, isMutable: true), .f64(2)]
    story.instances = [(0, [0], [0, 1])]
    var knowledge = Self.knowledge
    knowledge.globalTypes[0] = [.i32, .funcref, .f64]
    let dump = try Story.file(.wasmiWithoutName, story).resolve(using: knowledge)
    #expect(dump.instances[0].globals == [0, nil, 1])
    #expect(dump.global(2, of: 0)?.value == .f64(bits: (2.0).bitPattern))
  }

  @Test func globalsOfEveryType() throws {
    var story = Story.crash
    let vector: [UInt8] = (1...16).map { $0 }
    story.globals = [
      .i32(.min, isMutable: true), .i64(.min, isMutable: false), .f32(0.5), .f64(-1), .v128(vector), .funcref,
    ]
    story.instances = [(0, [0], [0, 1, 2, 3, 4, 5])]
    let globals = try Story.file(.wasmtime, story).resolve().globals
    #expect(globals.map(\.isMutable) == [true, false, false, false, false, false])
    #expect(globals.map(\.type) == [.i32, .i64, .f32, .f64, .v128, .funcref])
    #expect(
      globals.map(\.value) == [
        .i32(.min), .i64(.min), .f32(bits: Float(0.5).bitPattern), .f64(bits: (-1.0).bitPattern),
        .v128(low: 0x0807_0605_0403_0201, high: 0x100f_0e0d_0c0b_0a09), .missing(.referenceNotRecorded),
      ])
    // WasmEdge writes types only.
    let bare = try Story.file(.wasmEdge, story).resolve()
    #expect(bare.globals.count == 6)
    #expect(bare.globals.allSatisfy { $0.value == .missing(.notRecorded) })
    #expect(bare.instances[0].globals.count == 6)
  }

  @Test func severalThreadsAndNoFrames() throws {
    var bytes = ByteBuilder()
    bytes.moduleHeader()
    bytes.customSection("core") { $0.raw([0, 1, 0x61]) }
    for (name, frames) in [("worker", [[0, 0, 5, 6, 0, 0] as [UInt8]]), ("main", [])] {
      bytes.customSection("corestack") {
        $0.u8(0)
        $0.name(name)
        $0.vector(frames) { $0.raw($1) }
      }
    }
    let file = try CoreDumpFile(Bytes(copying: bytes.bytes))
    #expect(file.threadNames == ["worker", "main"])
    let dump = file.resolve()
    #expect(dump.threads.map(\.name) == ["worker", "main"])
    #expect(dump.threads.map(\.frames.count) == [1, 0])
    #expect(dump.threads[0].frames[0].functionIndex == 5)
    #expect(dump.executableName == "a")
    // No names: one module that goes by the executable's.
    #expect(dump.modules.map(\.name) == [nil])
    #expect(dump.instances == [CoreDump.Instance(module: 0, isAssumed: true)])
  }

  @Test func instancesOfSeveralModulesAreAssumed() throws {
    var bytes = ByteBuilder()
    bytes.moduleHeader()
    bytes.customSection("coremodules") {
      $0.vector(["a", "b"]) {
        $0.u8(0)
        $0.name($1)
      }
    }
    bytes.customSection("corestack") { $0.raw([0, 0, 1, 0, 1, 2, 3, 0, 0]) }
    let dump = try CoreDumpFile(Bytes(copying: bytes.bytes)).resolve()
    #expect(dump.instances.map(\.module) == [0, 1])
    #expect(dump.instances.map(\.isAssumed) == [true, true])
    #expect(dump.executableName == nil)
    #expect(dump.moduleIndex(of: dump.threads[0].frames[0]) == 1)
    #expect(dump.diagnostics.contains { $0.message.contains("no instances") })
  }
}
