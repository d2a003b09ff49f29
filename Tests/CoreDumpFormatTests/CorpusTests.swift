import ByteCursor
import CoreDumpFormat
import TestSupport
import Testing
import WasmBinary

/// Every dump of the corpus, with values that another reader of the format gives.
@Suite(.enabled(if: Places.hasCorpus)) struct CorpusTests {
  private func dump(_ name: String) throws -> CoreDump {
    try CoreDumpFile(try Places.bytes(Places.corpus + "/\(name).core")).resolve()
  }

  /// Frame counts, then function and offset of the youngest and the oldest.
  static let frames: [(name: String, count: Int, youngest: (UInt32, UInt32), oldest: (UInt32, UInt32))] = [
    ("atomic", 1, (0, 3), (0, 3)), ("big64", 1, (0, 31), (0, 31)), ("bulk", 1, (0, 10), (0, 10)),
    ("caller-noaddrmap", 3, (0, 0), (2, 0)), ("caller", 3, (0, 41), (2, 10)), ("comp", 2, (0, 12), (1, 3)),
    ("div", 2, (0, 5), (1, 5)), ("divovf", 2, (0, 5), (1, 9)), ("dynmain", 3, (0, 13), (2, 9)),
    ("fltglob", 1, (0, 1), (0, 1)), ("gc", 1, (0, 6), (0, 6)), ("loop-fuel", 2, (0, 1), (1, 3)),
    ("mem64", 1, (0, 18), (0, 18)), ("multimem", 1, (0, 22), (0, 22)), ("nullel", 1, (0, 3), (0, 3)),
    ("oob", 2, (0, 11), (1, 3)), ("refglob", 1, (1, 1), (1, 1)), ("ret", 2, (0, 3), (2, 2)),
    ("shared", 1, (0, 8), (0, 8)), ("shipped-O2-oob", 6, (9, 27), (73, 1)), ("sig", 1, (1, 3), (1, 3)),
    ("so-20", 20, (0, 0), (0, 6)), ("so", 20000, (0, 0), (0, 6)), ("toob", 1, (0, 3), (0, 3)),
    ("traps-O0-abort", 7, (18, 1), (72, 1)), ("traps-O0-assert", 8, (18, 1), (72, 1)),
    ("traps-O0-deep", 10919, (12, 0), (72, 1)), ("traps-O0-div", 6, (10, 51), (72, 1)),
    ("traps-O0-null", 6, (16, 43), (72, 1)), ("traps-O0-oob", 6, (9, 101), (72, 1)),
    ("traps-O0-sig", 6, (11, 44), (72, 1)), ("traps-O0-unreach", 6, (13, 35), (72, 1)),
    ("traps-O2-abort", 7, (19, 1), (73, 1)), ("traps-O2-assert", 8, (19, 1), (73, 1)),
    ("traps-O2-deep", 10918, (13, 0), (73, 1)), ("traps-O2-div", 6, (10, 29), (73, 1)),
    ("traps-O2-null", 6, (16, 8), (73, 1)), ("traps-O2-oob", 6, (9, 30), (73, 1)),
    ("traps-O2-sig", 6, (12, 3), (73, 1)), ("traps-O2-unreach", 6, (14, 8), (73, 1)),
    ("traps-dw5-O2-oob", 6, (9, 30), (73, 1)), ("traps-stripped-oob", 6, (9, 101), (72, 1)),
    ("trunc", 1, (0, 10), (0, 10)), ("v128glob", 1, (0, 23), (0, 23)),
  ]

  @Test(arguments: frames.map(\.name))
  func framesOfEveryDump(_ name: String) throws {
    let expected = try #require(Self.frames.first { $0.name == name })
    let dump = try dump(name)
    #expect(dump.dialect?.name == "wasmtime")
    #expect(dump.dialect?.offsetBase == .localsVector)
    #expect(dump.diagnostics.isEmpty)
    #expect(dump.threads.count == 1)
    #expect(dump.threads[0].name == "main")
    let frames = dump.threads[0].frames
    #expect(frames.count == expected.count)
    for (frame, (function, offset)) in [(frames.first, expected.youngest), (frames.last, expected.oldest)] {
      let frame = try #require(frame)
      #expect(frame.functionIndex == function)
      #expect(frame.rawOffset == offset)
      #expect(frame.codeOffset == (offset == 0 ? nil : CodeOffset(UInt64(offset))))
      #expect(frame.locals.absence == .notRecorded)
    }
    #expect(dump.threads[0].mayBeCut == (expected.count == 20))
  }

  @Test func everyDumpIsListed() throws {
    let index = try Places.bytes(Places.corpus + "/INDEX.txt").string
    let names = index.split(separator: "\n").compactMap { $0.split(separator: " ").first?.dropLast(5) }
    #expect(Set(names.map(String.init)) == Set(Self.frames.map(\.name)))
  }

  @Test func namesAndInstances() throws {
    let linked = try dump("dynmain")
    #expect(linked.executableName == "dynmain.wasm")
    #expect(linked.modules.map(\.name) == ["<anonymous-module-0>", "<anonymous-module-1>"])
    #expect(
      linked.instances == [
        CoreDump.Instance(module: 1, memories: [0], globals: [0, 1]),
        CoreDump.Instance(module: 0, memories: [0, 1], globals: [0, 2]),
      ])
    #expect(linked.threads[0].frames.map(\.instance) == [0, 1, 1])
    #expect(linked.threads[0].frames.map { linked.moduleIndex(of: $0) } == [1, 0, 0])
    #expect(linked.global(1, of: 1)?.value == .i64(9))
    #expect(linked.globals.map(\.value) == [.i32(1234), .f64(bits: 4_614_500_768_194_494_464), .i64(9)])
    #expect(try dump("traps-O0-oob").modules.map(\.name) == ["traps-O0.wasm"])
    #expect(try dump("comp").modules.map(\.name) == ["m"])
  }

  @Test func memories() throws {
    let big = try dump("big64").memories[0]
    #expect(big.size == 2048 * 65536)
    #expect(big.segments.count == 2048)
    #expect(big.recordedSize == 2048)
    #expect(big.gap == .zero)
    let wide = try dump("mem64").memories[0]
    #expect(wide.type == MemoryType(SizeLimits(2, 10), is64Bit: true))
    #expect(try dump("multimem").memories.map(\.size) == [65536, 131072])
    // A memory of zeros has no segment, and no data section at all.
    #expect(try dump("oob").memories[0].read(at: 65528, count: 8) == [0, 0, 0, 0, 0, 0, 0, 0])
    #expect(try dump("shared").memories.isEmpty)
    #expect(try dump("traps-O0-deep").memories[0].recordedSize == 699_603)
    #expect(try dump("traps-O0-oob").memories[0].segments.count == 4)
  }

  @Test func globals() throws {
    #expect(
      try dump("refglob").globals.map(\.value)[..<2]
        == [.missing(.referenceNotRecorded), .missing(.referenceNotRecorded)])
    let vector = try dump("v128glob").globals
    #expect(vector.map(\.type) == [.v128, .i32])
    guard case .v128 = vector[0].value else {
      Issue.record("a vector")
      return
    }
    #expect(try dump("fltglob").globals.map(\.type).prefix(3) == [.f32, .f64, .i64])
    #expect(try dump("gc").globals.map(\.value) == [.missing(.referenceNotRecorded)])
  }

  @Test func largeDumps() throws {
    for (name, count, function, segments) in [
      ("yosys-fuel", 14, 1411, 193), ("yosys-oom", 20, 691, 213), ("yosys-stack", 8, 1299, 136),
    ] as [(String, Int, UInt32, Int)] {
      let path = Places.shared + "/corpus/yosys/\(name).core"
      guard Places.exists(path) else { continue }
      let dump = try CoreDumpFile(try Places.bytes(path)).resolve()
      #expect(dump.dialect?.name == "wasmtime")
      #expect(dump.threads[0].frames.count == count)
      #expect(dump.threads[0].frames[0].functionIndex == function)
      #expect(dump.threads[0].mayBeCut == (count == 20))
      #expect(dump.memories[0].segments.count == segments)
      #expect(dump.globals.count == 102)
    }
  }
}
