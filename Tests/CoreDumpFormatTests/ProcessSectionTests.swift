import ByteCursor
import CoreDumpFormat
import TestSupport
import Testing
import WasmBinary

/// The section of `wasmpm run`: what the document's form cannot hold comes back.
@Suite struct ProcessSectionTests {
  static let everyReference: [RecordedReference] = [
    .null, .function(instance: 1, index: 70000), .hostFunction, .external(.max), .exception(3), .i31(0x7fff_ffff),
    .object(1 << 40),
  ]

  /// A dump with a trap, tables, and values of every kind in two threads.
  static let complete: CoreDump = {
    var dump = WriterTests.rich
    dump.trap = CoreDump.Trap(kind: "integer-divide-by-zero", message: "a — message")
    dump.tables = [
      CoreDump.Table(
        type: .funcref,
        runs: [.init(0..<1, .null), .init(1..<300, .function(instance: 0, index: 2)), .init(300..<1 << 33, .null)]),
      CoreDump.Table(type: .externref, is64Bit: true, runs: []),
    ]
    dump.instances[0].tables = [0, nil]
    dump.instances[1].tables = [1]
    dump.globals[5].value = .reference(.external(9))
    let references = everyReference.map { RecordedValue.reference($0) }
    let wide = CoreDump.Values(
      ArraySlice([.i32(1), .v128(low: 0x0123_4567_89ab_cdef, high: .max)] + references + [.i64(-2)]))
    var frames = Array(dump.threads[0].frames)
    frames.append(.init(instance: 0, functionIndex: 1, codeOffset: CodeOffset(4), locals: wide, operandStack: wide))
    dump.threads[0] = CoreDump.Thread(name: "main", frames: CoreDump.FrameList(frames))
    let young = CoreDump.Frame(
      instance: 1, functionIndex: 2, codeOffset: CodeOffset(8), locals: wide, operandStack: [])
    dump.threads[1] = CoreDump.Thread(name: "worker", frames: CoreDump.FrameList([young]))
    return dump
  }()

  @Test func writtenAndReadBack() throws {
    let bytes = try CoreDumpWriter.bytes(of: Self.complete)
    let read = try CoreDumpFile(Bytes(copying: bytes)).resolve()
    #expect(read.dialect?.name == DialectName.wasmpm)
    #expect(read.diagnostics.isEmpty)
    #expect(read.trap == Self.complete.trap)
    #expect(read.tables == Self.complete.tables)
    #expect(read.instances == Self.complete.instances)
    #expect(read.globals == Self.complete.globals)
    #expect(read.threads.count == 2)
    for (thread, expected) in zip(read.threads, Self.complete.threads) {
      for (frame, expected) in zip(thread.frames, expected.frames) {
        #expect(Array(frame.locals) == Array(expected.locals))
        #expect(Array(frame.operandStack) == Array(expected.operandStack))
        // Everything is recorded: an empty vector is an answer.
        #expect(frame.locals.absence == nil)
        #expect(frame.operandStack.absence == nil)
      }
    }
    #expect(read.memories.map(\.gap) == [.zero, .zero, .zero])
  }

  @Test func tablesAnswerByIndex() {
    let table = Self.complete.tables[0]
    #expect(table.count == 1 << 33)
    #expect(table[0] == .null)
    #expect(table[1] == .function(instance: 0, index: 2))
    #expect(table[299] == .function(instance: 0, index: 2))
    #expect(table[300] == .null)
    #expect(table[1 << 33] == nil)
    #expect(Self.complete.tables[1][0] == nil)
    #expect(Self.complete.table(0, of: 0) == table)
    #expect(Self.complete.table(1, of: 0) == nil)
    #expect(Self.complete.table(2, of: 0) == nil)
  }

  /// The parts of a section `wasmpm`, each with its number, in a dump of one frame without values.
  private func dump(version: UInt8 = 1, _ parts: [(UInt8, [UInt8])]) throws -> CoreDump {
    var contents: [UInt8] = [version]
    for (number, bytes) in parts { contents += [number, UInt8(bytes.count)] + bytes }
    let name = Array("wasmpm".utf8)
    var bytes = try CoreDumpWriter.bytes(
      of: CoreDump(
        executableName: "p", modules: [.init(name: "p")], instances: [.init(module: 0)],
        threads: [
          .init(
            name: "main", frames: CoreDump.FrameList([.init(instance: 0, functionIndex: 0, codeOffset: CodeOffset(1))]))
        ]))
    bytes += [0, UInt8(contents.count + name.count + 1), UInt8(name.count)] + name + contents
    return try CoreDumpFile(Bytes(copying: bytes)).resolve()
  }

  @Test func unknownPartsAreSkipped() throws {
    let read = try dump([(200, [1, 2, 3]), (1, [1, 0x78, 0])])
    #expect(read.trap == CoreDump.Trap(kind: "x"))
    #expect(read.dialect?.name == DialectName.wasmpm)
  }

  @Test func anotherVersionIsSaid() throws {
    let read = try dump(version: 2, [(1, [1, 0x78, 0])])
    #expect(read.trap == nil)
    #expect(read.dialect?.name == DialectName.specification)
    #expect(read.diagnostics.contains { $0.description.contains("unknown version of the section wasmpm") })
  }

  @Test func whatRefersToNothingIsDropped() throws {
    // A local of a frame, of a thread and of a slot that are not there; tables of an instance that is not there.
    let value: [UInt8] = [0x63, 5, 7]
    let read = try dump([
      (4, [3, 0, 9, 0] + value + [9, 0, 0] + value + [0, 0, 9] + value), (3, [3, 1, 0, 0, 0]), (6, [1, 9] + value),
    ])
    #expect(read.threads[0].frames[0].locals.isEmpty)
    #expect(read.instances.count == 1)
    #expect(read.instances[0].tables == [0])
    #expect(read.table(0, of: 0) == nil)
  }

  @Test func impossibleRunsAreErrors() throws {
    // An empty run; runs that together are longer than 64 bits.
    let many: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]
    for runs in [[1, 0, 0], [2] + many + [0] + many + [0]] as [[UInt8]] {
      let read = try dump([(2, [1, 0x70, 0] + runs)])
      // What stands before the impossible run is kept.
      #expect(read.tables.map(\.runs.count) == [runs.count > 3 ? 1 : 0])
      #expect(read.diagnostics.contains { $0.description.contains("impossible number of table elements") })
    }
  }

  @Test func flippedBytesDoNoHarm() throws {
    let whole = try CoreDumpWriter.bytes(of: Self.complete)
    var generator = SeededGenerator(seed: 0x77)
    for _ in 0..<3000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: 8..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      guard let dump = readAll(Bytes(copying: bytes), nil) else { continue }
      for table in dump.tables { _ = (table.count, table[0], table[.max], table[299]) }
    }
  }
}
