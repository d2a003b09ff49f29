import ByteCursor
import CoreDumpFormat
import TestSupport
import Testing

/// Reads a dump and touches all of it, as a session would.
@discardableResult
func readAll(_ bytes: Bytes, _ knowledge: (any ModuleKnowledge)?) -> CoreDump? {
  guard let file = try? CoreDumpFile(bytes) else { return nil }
  _ = file.threadNames
  let dump = file.resolve(using: knowledge)
  for thread in dump.threads {
    for frame in thread.frames.prefix(50) {
      _ = dump.moduleIndex(of: frame)
      _ = frame.locals.count + frame.operandStack.count
    }
  }
  for index in dump.instances.indices.prefix(50) {
    _ = dump.memory(0, of: index)
    _ = dump.global(0, of: index)
  }
  for memory in dump.memories.prefix(50) {
    _ = try? memory.read(at: 0x1000, count: 64)
    _ = try? memory.read(at: memory.size &- 8, count: 16)
  }
  return dump
}

@Suite struct HostileTests {
  static let knowledge = StoryKnowledge([Story.module])

  @Test(arguments: DumpDialect.allCases)
  func truncatedAtEveryByte(_ dialect: DumpDialect) throws {
    var story = Story.crash
    story.globals = [.i32(5, isMutable: true)]
    story.instances = [(0, [0], [0])]
    let whole = DumpBuilder.bytes(story, as: dialect)
    let complete = try CoreDumpFile(Bytes(copying: whole)).resolve(using: Self.knowledge)
    let expected = complete.threads[0]
    var mostFrames = 0
    // Behind the stack, dumps of whole memories go on for 64 KiB.
    for length in 0...min(whole.count, 2000) {
      guard let dump = readAll(Bytes(copying: whole.prefix(length)), Self.knowledge) else { continue }
      guard let thread = dump.threads.first else { continue }
      // Where the cut leaves too little to know the dialect by, the frames may mean something else.
      guard dump.dialect?.layout == complete.dialect?.layout else { continue }
      // What was read before stays, and nothing is made up.
      #expect(thread.frames.count >= mostFrames, "\(length)")
      mostFrames = thread.frames.count
      #expect(thread.functions == Array(expected.functions.prefix(mostFrames)), "\(length)")
      for (frame, whole) in zip(thread.frames, expected.frames) {
        for (value, wholeValue) in zip(frame.locals, whole.locals) {
          #expect(value == wholeValue || value == .missing(.truncated), "\(length)")
        }
        for (value, wholeValue) in zip(frame.operandStack, whole.operandStack) { #expect(value == wholeValue) }
      }
      if thread.frames.count < thread.declaredFrameCount {
        #expect(thread.missingFrames == .truncated || thread.missingFrames == .notRecorded, "\(length)")
        #expect(!dump.diagnostics.isEmpty)
      }
    }
    #expect(mostFrames == 3)
  }

  @Test(arguments: DumpDialect.allCases)
  func flippedBytes(_ dialect: DumpDialect) throws {
    var story = Story.crash
    story.globals = [.i32(5, isMutable: true), .v128([UInt8](repeating: 1, count: 16)), .funcref]
    story.instances = [(0, [0], [0, 1, 2])]
    let whole = DumpBuilder.bytes(story, as: dialect)
    let reach = min(whole.count, 600)
    var random = SeededGenerator(seed: UInt64(dialect.rawValue.utf8.reduce(0) { Int($0) * 31 % 65521 + Int($1) }))
    for round in 0..<500 {
      var bytes = whole.prefix(4096)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<reach, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      readAll(Bytes(copying: bytes), round % 2 == 0 ? Self.knowledge : nil)
    }
  }

  @Test(.enabled(if: Places.hasCorpus))
  func flippedBytesOfRealDumps() throws {
    var random = SeededGenerator(seed: 20)
    for name in ["dynmain", "multimem", "v128glob", "refglob", "so-20", "traps-O0-oob", "mem64", "comp"] {
      let whole = try Places.bytes(Places.corpus + "/\(name).core").array
      for round in 0..<500 {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...5, using: &random) {
          bytes[Int.random(in: 8..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        if round % 10 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count / 2, using: &random)) }
        readAll(Bytes(copying: bytes), nil)
      }
    }
  }

  @Test func aFrameCutInItsValuesIsKept() throws {
    let whole = DumpBuilder.bytes(Story.crash, as: .specification)
    // Behind the second of the second frame's four locals.
    let mark: [UInt8] = [0x7d, 0, 0, 0xc0, 0x3f]
    let at = try #require(whole.indices.first { whole[$0...].starts(with: mark) })
    for knowledge in [Self.knowledge, nil] {
      let dump = try CoreDumpFile(Bytes(copying: whole.prefix(at + 2))).resolve(using: knowledge)
      let thread = dump.threads[0]
      #expect(thread.functions == [3, 2])
      #expect(thread.offsets == [6, 30])
      #expect(
        Array(thread.frames[1].locals)
          == [.i32(1_234_567), .i64(-1 << 40), .missing(.truncated), .missing(.truncated)])
      #expect(thread.frames[1].operandStack.absence == .truncated)
      #expect(thread.missingFrames == .truncated)
      #expect(thread.declaredFrameCount == 3)
    }
  }

  @Test func aDamagedPartCostsThatPart() throws {
    var story = Story.crash
    story.globals = [.i32(5, isMutable: true)]
    let whole = DumpBuilder.bytes(story, as: .wasmtime)
    // The tag of the second frame.
    let mark: [UInt8] = [0, 0, 2, 30, 0, 0]
    let at = try #require(whole.indices.first { whole[$0...].starts(with: mark) })
    var bytes = whole
    bytes[at] = 9
    let dump = try CoreDumpFile(Bytes(copying: bytes)).resolve()
    #expect(dump.dialect?.name == "wasmtime")
    #expect(dump.threads[0].functions == [3])
    #expect(dump.threads[0].declaredFrameCount == 3)
    #expect(dump.threads[0].missingFrames == .damaged)
    #expect(dump.globals.map(\.value) == [.i32(5)])
    #expect(try dump.memories[0].read(at: 0x1000, count: 4) == [1, 2, 3, 4])
    let diagnostic = try #require(dump.diagnostics.first { $0.section == "corestack" })
    #expect(diagnostic.message == "2 of 3 frames are lost: unknown kind of record (0x9)")
    #expect(diagnostic.offset == FileOffset(UInt64(at + 1)))
  }

  /// Sections whose counts promise far more than there is.
  @Test func hostileCounts() throws {
    let huge: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0x0f]
    func dump(_ fill: (inout ByteBuilder) -> Void) throws -> CoreDump {
      var bytes = ByteBuilder()
      bytes.moduleHeader()
      bytes.customSection("core") { $0.raw([0, 0]) }
      fill(&bytes)
      return try CoreDumpFile(Bytes(copying: bytes.bytes)).resolve(using: Self.knowledge)
    }
    let stack = try dump { $0.customSection("corestack") { $0.raw([0, 0] + huge + [0, 0, 1, 2, 0, 0]) } }
    #expect(stack.threads[0].functions == [1])
    #expect(stack.threads[0].declaredFrameCount == 0xffff_ffff)
    let locals = try dump { $0.customSection("corestack") { $0.raw([0, 0, 1, 0, 0, 1, 2] + huge + [1, 1, 1]) } }
    #expect(locals.threads[0].frames.count <= 1)
    #expect(try dump { $0.customSection("coremodules") { $0.raw(huge + [0, 1, 0x61]) } }.modules.map(\.name) == ["a"])
    #expect(try dump { $0.customSection("coremodules") { $0.raw([1, 0] + huge) } }.modules.count == 1)
    let instances = try dump { $0.customSection("coreinstances") { $0.raw(huge + [0, 0, 0, 0, 0, 1] + huge) } }
    #expect(instances.instances.count == 1)
    #expect(try dump { $0.section(5) { $0.raw(huge + [0, 1]) } }.memories.count == 1)
    #expect(try dump { $0.section(6) { $0.raw(huge + [0x7f, 0, 0x41, 1, 0x0b]) } }.globals.count == 1)
    let data = try dump {
      $0.section(5) { $0.raw([1, 0, 1]) }
      $0.section(11) { $0.raw(huge + [0, 0x41, 0, 0x0b] + huge + [1, 2, 3]) }
    }
    #expect(data.memories[0].recordedSize == 3)
    #expect(data.memories[0].gap == .absent(.damaged))
    // A frame's instance and an instance's module that do not exist.
    let far = try dump {
      $0.customSection("coreinstances") { $0.raw([1, 0] + huge + [1] + huge + [1, 0x7f]) }
      $0.customSection("corestack") { $0.raw([0, 0, 1, 0] + huge + [1, 2, 0, 0]) }
    }
    #expect(far.instances == [CoreDump.Instance(module: 0xffff_ffff, memories: [nil], globals: [127])])
    #expect(far.threads[0].frames[0].instance == 0xffff_ffff)
    #expect(far.moduleIndex(of: far.threads[0].frames[0]) == nil)
    #expect(far.global(0, of: 0) == nil)
  }

  @Test func manyFrames() throws {
    var bytes = ByteBuilder()
    bytes.moduleHeader()
    let count = 260_000
    bytes.customSection("corestack") {
      $0.raw([0, 0])
      $0.uleb(UInt64(count))
      $0.raw([0, 0, 3, 6, 0, 0])
      for _ in 1..<count { $0.raw([0, 0, 2, 30, 0, 0]) }
    }
    let dump = try CoreDumpFile(Bytes(copying: bytes.bytes)).resolve(using: Self.knowledge)
    let frames = dump.threads[0].frames
    #expect(frames.count == count)
    #expect(frames[count - 1].codeOffset == CodeOffset(30))
    #expect(frames[count - 1].functionIndex == 2)
    #expect(frames.valueCount == 0)
  }

  @Test func limitsHold() throws {
    var limits = Limits()
    limits.frames = 2
    limits.frameValues = 3
    let bytes = Bytes(copying: DumpBuilder.bytes(Story.crash, as: .specification))
    let dump = try CoreDumpFile(bytes, limits: limits).resolve(using: Self.knowledge)
    #expect(dump.threads[0].frames.count == 2)
    #expect(dump.threads[0].missingFrames == .overLimit)
    #expect(Array(dump.threads[0].frames[0].locals) == [.i32(-5)])
    #expect(dump.threads[0].frames[1].locals.absence == .overLimit)
    #expect(dump.diagnostics.contains { $0.message.contains("not kept") })
  }

  @Test func everyValueEncoding() throws {
    func locals(_ bytes: [UInt8], _ count: UInt8) throws -> [RecordedValue] {
      var builder = ByteBuilder()
      builder.moduleHeader()
      builder.customSection("coreinstances") { $0.raw([1, 0, 0, 0, 0]) }
      builder.customSection("corestack") { $0.raw([0, 0, 1, 0, 0, 1, 9, count] + bytes + [0]) }
      return Array(try CoreDumpFile(Bytes(copying: builder.bytes)).resolve().threads[0].frames[0].locals)
    }
    #expect(try locals([0x7f, 0x7f, 0x7f, 0x3f, 0x01], 3) == [.i32(-1), .i32(63), .missing(.recordedAsMissing)])
    #expect(try locals([0x7f, 0x80, 0x80, 0x80, 0x80, 0x78], 1) == [.i32(.min)])
    #expect(try locals([0x7e, 0xc0, 0xbb, 0x78], 1) == [.i64(-123456)])
    #expect(
      try locals([0x7e, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f], 1) == [.i64(.min)])
    // A NaN keeps its payload.
    #expect(try locals([0x7d, 1, 2, 0xc0, 0x7f], 1) == [.f32(bits: 0x7fc0_0201)])
    #expect(try locals([0x7c, 1, 2, 3, 4, 5, 6, 7, 8], 1) == [.f64(bits: 0x0807_0605_0403_0201)])
    // Four little-endian bytes where the document's form does not fit.
    #expect(try locals([0x7f, 0xff, 0xff, 0xff, 0xff], 1) == [.i32(-1)])
  }
}
