import ByteCursor
import CoreDumpFormat
import TestSupport
import Testing
import WasmBinary

@Suite struct MemoryImageTests {
  private func segment(_ address: UInt64, _ bytes: [UInt8]) -> MemoryImage.Segment {
    MemoryImage.Segment(address: address, bytes: Bytes(copying: bytes))
  }

  @Test func readsAcrossSegmentsAndGaps() throws {
    let image = MemoryImage(
      type: MemoryType(SizeLimits(1)), segments: [segment(10, [1, 2, 3]), segment(13, [4]), segment(20, [5, 6])],
      gap: .zero)
    #expect(image.size == 65536)
    #expect(image.recordedSize == 6)
    #expect(try image.read(at: 8, count: 14) == [0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 5, 6])
    #expect(try image.number(at: 10, size: 4) == 0x0403_0201)
    #expect(try image.number(at: 20, size: 2) == 0x0605)
    #expect(try image.read(at: 65536, count: 0) == [])
    #expect(throws: MemoryError(kind: .outOfBounds, address: 65536)) { try image.read(at: 65535, count: 2) }
    #expect(throws: MemoryError(kind: .outOfBounds, address: .max)) { try image.read(at: .max, count: 1) }
    #expect(image.run(at: 65536) == nil)
    guard case .zero(let length)? = image.run(at: 14) else {
      Issue.record("a gap")
      return
    }
    #expect(length == 6)
  }

  @Test func absentGapsAndHoles() throws {
    let absent = MemoryImage(
      type: MemoryType(SizeLimits(1)), segments: [segment(4, [9])], gap: .absent(.notRecorded))
    #expect(throws: MemoryError(kind: .absent(.notRecorded), address: 5)) { try absent.read(at: 4, count: 2) }
    #expect(try absent.read(at: 4, count: 1) == [9])
    let holes = MemoryImage(
      type: MemoryType(SizeLimits(1)), segments: [segment(4, [9])], gap: .zero,
      holes: [.init(100..<200, .truncated), .init(0..<0, .damaged)])
    #expect(try holes.read(at: 0, count: 100).reduce(0) { $0 + Int($1) } == 9)
    #expect(throws: MemoryError(kind: .absent(.truncated), address: 100)) { try holes.read(at: 99, count: 2) }
    #expect(try holes.read(at: 200, count: 3) == [0, 0, 0])
    guard case .absent(let length, .truncated)? = holes.run(at: 150) else {
      Issue.record("a hole")
      return
    }
    #expect(length == 50)
  }

  @Test func laterSegmentsWin() throws {
    let image = MemoryImage(
      type: MemoryType(SizeLimits(1)),
      segments: [
        segment(0, [1, 1, 1, 1, 1, 1, 1, 1]), segment(2, [2, 2]), segment(3, [3, 3, 3]), segment(2, [4]),
      ], gap: .zero)
    #expect(try image.read(at: 0, count: 9) == [1, 1, 4, 3, 3, 3, 1, 1, 0])
    #expect(zip(image.segments, image.segments.dropFirst()).allSatisfy { $0.end <= $1.address })
    // A segment hidden whole, and one that covers the others.
    let hidden = MemoryImage(
      type: MemoryType(SizeLimits(1)), segments: [segment(5, [7]), segment(0, [8, 8, 8, 8, 8, 8, 8])], gap: .zero)
    #expect(hidden.segments.count == 1)
    #expect(try hidden.read(at: 5, count: 1) == [8])
  }

  @Test func randomOverlapsAgreeWithPlainCopying() throws {
    var random = SeededGenerator(seed: 7)
    for round in 0..<300 {
      var plain = [UInt8](repeating: 0, count: 400)
      let segments = (0..<Int.random(in: 1...20, using: &random)).map { index in
        let address = Int.random(in: 0..<300, using: &random)
        let bytes = [UInt8](repeating: UInt8(index + 1), count: Int.random(in: 0...80, using: &random))
        plain.replaceSubrange(address..<address + bytes.count, with: bytes)
        return segment(UInt64(address), bytes)
      }
      let image = MemoryImage(type: MemoryType(SizeLimits(1)), segments: segments, gap: .zero)
      #expect(try image.read(at: 0, count: 400) == plain, "round \(round)")
    }
  }

  @Test func manyOverlappingSegments() throws {
    // Each reaches far into the following ones: quadratic work would show.
    let block = Bytes(copying: [UInt8](repeating: 5, count: 1 << 20))
    let segments = (0..<32768).map { MemoryImage.Segment(address: UInt64($0) * 16, bytes: block) }
    let image = MemoryImage(type: MemoryType(SizeLimits(1024)), segments: segments, gap: .zero)
    #expect(image.segments.last?.end == 32767 * 16 + 1 << 20)
    #expect(try image.read(at: 0, count: 1 << 20) == block.array)
    let backwards = MemoryImage(type: MemoryType(SizeLimits(1024)), segments: segments.reversed(), gap: .zero)
    #expect(backwards.recordedSize == image.recordedSize)
  }

  @Test func addressesAtTheEdge() throws {
    let edge = MemoryImage(
      type: MemoryType(SizeLimits(1), is64Bit: true), segments: [segment(.max - 2, [1, 2, 3, 4, 5])], gap: .zero)
    #expect(edge.segments.first?.bytes.count == 2)
    #expect(edge.size == .max)
    #expect(try edge.read(at: .max - 2, count: 2) == [1, 2])
    let narrow = MemoryImage(
      type: MemoryType(SizeLimits(1)), segments: [segment(0xffff_fffe, [1, 2, 3])], gap: .zero)
    #expect(narrow.size == 1 << 32)
    #expect(narrow.recordedSize == 2)
    // A page count that overflows.
    #expect(MemoryImage(type: MemoryType(SizeLimits(.max)), segments: [], gap: .zero).size == 1 << 32)
    #expect(MemoryImage(type: MemoryType(SizeLimits(.max), is64Bit: true), segments: [], gap: .zero).size == .max)
    // Recorded bytes behind the stated size make the memory larger.
    #expect(MemoryImage(type: MemoryType(SizeLimits(0)), segments: [segment(7, [1])], gap: .zero).size == 8)
  }
}

@Suite struct DumpMemoryTests {
  @Test(arguments: DumpDialect.allCases)
  func memoryOfEveryDialect(_ dialect: DumpDialect) throws {
    let dump = try Story.file(dialect).resolve(using: StoryKnowledge([Story.module]))
    switch dialect {
    case .builder0112Function, .builder0112Offset:
      #expect(dump.memories.isEmpty)
    case .wasmer:
      // A backtrace only: no pages, and nothing to be read.
      #expect(dump.memories[0].size == 0)
    case .wasmEdge, .wasmEdgeForWasmgdb:
      #expect(dump.memories[0].size == 65536)
      #expect(throws: MemoryError(kind: .absent(.notRecorded), address: 0x1000)) {
        try dump.memories[0].read(at: 0x1000, count: 4)
      }
    case .rewriter022, .rewriter0113:
      let memory = dump.memories[0]
      #expect(memory.size == 65536)
      #expect(try memory.read(at: 0x1000, count: 4) == [1, 2, 3, 4])
      #expect(try memory.read(at: 0x8000, count: 6) == Array("hello\0".utf8))
      #expect(try memory.read(at: 65535, count: 1) == [0])
      // The dump lies over the memory's start.
      #expect(throws: MemoryError(kind: .absent(.overwritten), address: 0)) { try memory.read(at: 0, count: 8) }
    default:
      let memory = dump.memories[0]
      #expect(memory.size == 65536)
      #expect(try memory.read(at: 0x1000, count: 5) == [1, 2, 3, 4, 0])
      #expect(try memory.read(at: 0x8000, count: 6) == Array("hello\0".utf8))
      #expect(try memory.read(at: 0, count: 16) == [UInt8](repeating: 0, count: 16))
    }
  }

  @Test func rewriterMemoryOfManySizes() throws {
    // The runtime's sums are off by one for some sizes; where the bytes stand in the file is not.
    for pages in 1...3 {
      for count in [1, 2, 5, 40, 400] {
        var story = Story.crash
        story.pages = pages
        story.frames = [story.frames[0]] + Array(repeating: story.frames[1], count: count)
        story.memory = [(pages * 65536 - 4, [1, 2, 3, 4]), (60000, [9])]
        let dump = try Story.file(.rewriter022, story).resolve()
        #expect(dump.dialect?.name == "xtuc-rewriter")
        let memory = try #require(dump.memories.first)
        #expect(memory.size == UInt64(pages * 65536))
        #expect(try memory.read(at: 60000, count: 1) == [9])
        #expect(try memory.read(at: UInt64(pages * 65536 - 4), count: 4) == [1, 2, 3, 4])
      }
    }
  }

  @Test func noDataMeansZerosOnlyForWasmtime() throws {
    var story = Story.crash
    story.memory = []
    #expect(try Story.file(.wasmtime, story).resolve().memories[0].gap == .zero)
    #expect(try Story.file(.specification, story).resolve().memories[0].gap == .absent(.notRecorded))
  }

  @Test func customPages() throws {
    var story = Story.crash
    // 5000 pages of one byte, which Wasmtime states as if they had 64 KiB: its last chunk is lost.
    story.pages = 5000
    story.memory = [(100, [1])]
    var knowledge = StoryKnowledge([Story.module])
    knowledge.memoryShapes[0] = [MemoryType(SizeLimits(5000), pageSizeLog2: 0)]
    let memory = try Story.file(.wasmtime, story).resolve(using: knowledge).memories[0]
    #expect(memory.size == 5000)
    #expect(memory.holes == [.init(4096..<5000, .notRecorded)])
    #expect(try memory.read(at: 4095, count: 1) == [0])
    #expect(throws: MemoryError(kind: .absent(.notRecorded), address: 4096)) { try memory.read(at: 4096, count: 1) }
  }

  @Test func aCutDataSection() throws {
    for dialect in [DumpDialect.wasmtime, .specification] {
      var story = Story.crash
      story.memory = [(0x1000, [1, 2, 3, 4]), (0x2000, [UInt8](repeating: 7, count: 100)), (0x3000, [8])]
      let whole = DumpBuilder.bytes(story, as: dialect)
      // Inside of the second segment; Wasmtime's frames stand behind the data and are lost with it.
      let cut = try #require(whole.indices.last { whole[$0] == 7 }) - 50
      let dump = try CoreDumpFile(Bytes(copying: whole.prefix(cut))).resolve()
      let memory = dump.memories[0]
      #expect(try memory.read(at: 0x1000, count: 4) == [1, 2, 3, 4])
      #expect(try memory.read(at: 0x2000, count: 49) == [UInt8](repeating: 7, count: 49))
      #expect(throws: MemoryError(kind: .absent(.truncated), address: 0x2031)) {
        try memory.read(at: 0x2000, count: 100)
      }
      #expect(throws: MemoryError.self) { try memory.read(at: 0x3000, count: 1) }
      #expect(dump.diagnostics.contains { $0.section == "data" && $0.message.contains("lost") })
    }
  }

  @Test func segmentsOfOtherMemories() throws {
    var bytes = ByteBuilder()
    bytes.moduleHeader()
    bytes.customSection("core") { $0.raw([0, 0]) }
    bytes.section(5) { $0.raw([2, 0, 1, 4, 2]) }
    bytes.section(11) {
      $0.raw([4])
      // Memory 1 with a 64-bit address, a passive segment, memory 9 that is not there, memory 0 above 2 GiB.
      $0.raw([2, 1, 0x42, 0x80, 0x80, 4, 0x0b, 1, 5])
      $0.raw([1, 2, 6, 6])
      $0.raw([2, 9, 0x41, 0, 0x0b, 1, 7])
      $0.raw([0, 0x41, 0x80, 0x80, 0x80, 0x80, 0x78, 0x0b, 1, 8])
    }
    let dump = try CoreDumpFile(Bytes(copying: bytes.bytes)).resolve()
    #expect(dump.memories.count == 2)
    #expect(dump.memories[1].type.is64Bit)
    #expect(try dump.memories[1].read(at: 0x10000, count: 1) == [5])
    #expect(try dump.memories[0].read(at: 0x8000_0000, count: 1) == [8])
    #expect(dump.diagnostics.map(\.message).contains("1 data segments are of memories that do not exist"))
    #expect(dump.diagnostics.contains { $0.message.contains("behind its stated size") })
  }
}
