import ByteCursor
import CoreDumpFormat
import TestSupport
import Testing
import WasmBinary

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// wasm-tools, where it is at hand: named by `WASM_TOOLS`, or found on the path.
enum WasmTools {
  static let path: String? = {
    if let named = getenv("WASM_TOOLS") { return String(cString: named) }
    let folders = getenv("PATH").map { String(cString: $0) } ?? ""
    return folders.split(separator: ":").map { "\($0)/wasm-tools" }.first { access($0, X_OK) == 0 }
  }()

  /// Runs `wasm-tools COMMAND` on `bytes`: its exit code and what it printed.
  static func run(_ command: String, on bytes: [UInt8]) throws -> (code: Int32, output: String) {
    let file = try TemporaryFile(bytes)
    let output = try TemporaryFile([])
    let code = system("'\(try #require(path))' \(command) '\(file.path)' >'\(output.path)' 2>&1")
    return (code, try Places.bytes(output.path).string)
  }
}

/// A file that goes away with this object.
final class TemporaryFile {
  let path: String
  let descriptor: Int32

  init(_ bytes: [UInt8]) throws {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(folder)/wasmpm-test.XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    try #require(descriptor >= 0)
    try #require(write(descriptor, bytes, bytes.count) == bytes.count)
  }

  deinit {
    close(descriptor)
    unlink(path)
  }
}

@Suite struct WriterTests {
  /// A dump with a bit of everything that the form can hold.
  static let rich: CoreDump = {
    var dump = CoreDump(
      executableName: "prog.wasm", modules: [.init(name: "prog.wasm"), .init(name: "lib.wasm")],
      instances: [
        .init(module: 0, memories: [0, nil], globals: [0, 1, 2, 3, 4, 5]),
        .init(module: 1, memories: [1, 2], globals: [nil, 3]),
      ])
    dump.globals = [
      .init(type: .i32, isMutable: true, value: .i32(-1)), .init(type: .i64, isMutable: false, value: .i64(.min)),
      .init(type: .f32, isMutable: true, value: .f32(bits: 0x7fc0_0001)),
      .init(type: .f64, isMutable: true, value: .f64(bits: 1)),
      .init(type: .v128, isMutable: true, value: .v128(low: 1, high: .max)),
      .init(type: .externref, isMutable: true, value: .missing(.referenceNotRecorded)),
    ]
    let every: CoreDump.Values = [
      .i32(-1), .i32(.max), .i32(64), .i64(.max), .i64(-65), .f32(bits: 0xff80_0000), .f64(bits: 0x7ff8_0000_0000_0001),
      .missing(.recordedAsMissing),
    ]
    dump.threads = [
      CoreDump.Thread(
        name: "main",
        frames: CoreDump.FrameList([
          .init(instance: 1, functionIndex: 7, codeOffset: CodeOffset(300), locals: every, operandStack: every),
          .init(instance: 0, functionIndex: 70000, codeOffset: nil, missingOffset: .recordedAsUnknown),
        ])),
      CoreDump.Thread(name: "worker", frames: CoreDump.FrameList()),
    ]
    func segment(_ address: UInt64, _ bytes: [UInt8]) -> MemoryImage.Segment {
      .init(address: address, bytes: Bytes(copying: bytes))
    }
    dump.memories = [
      MemoryImage(
        type: MemoryType(SizeLimits(40000, 65536)),
        segments: [segment(8, [1, 2]), segment(0x8000_0000, [UInt8](repeating: 3, count: 5000))], gap: .zero),
      MemoryImage(type: MemoryType(SizeLimits(1), is64Bit: true), segments: [segment(100, [4])], gap: .zero),
      MemoryImage(type: MemoryType(SizeLimits(2)), segments: [], gap: .zero),
    ]
    return dump
  }()

  private func expectSame(_ dump: CoreDump, _ other: CoreDump) throws {
    #expect(dump.executableName == other.executableName)
    #expect(dump.modules == other.modules)
    #expect(dump.instances == other.instances)
    #expect(dump.globals == other.globals)
    #expect(dump.threads.map(\.name) == other.threads.map(\.name))
    for (left, right) in zip(dump.threads, other.threads) {
      #expect(left.functions == right.functions)
      #expect(left.offsets == right.offsets)
      #expect(left.frames.map(\.missingOffset) == right.frames.map(\.missingOffset))
      for (one, two) in zip(left.frames, right.frames) {
        #expect(Array(one.locals) == Array(two.locals))
        #expect(Array(one.operandStack) == Array(two.operandStack))
        #expect(one.instance == two.instance)
      }
    }
    #expect(dump.memories.map(\.type) == other.memories.map(\.type))
    for (left, right) in zip(dump.memories, other.memories) {
      #expect(left.segments.map(\.address) == right.segments.map(\.address))
      #expect(zip(left.segments, right.segments).allSatisfy { $0.bytes.hasSameBytes(as: $1.bytes) })
      #expect(left.gap == right.gap)
    }
  }

  @Test func writtenAndReadBack() throws {
    let bytes = try CoreDumpWriter.bytes(of: Self.rich)
    let read = try CoreDumpFile(Bytes(copying: bytes)).resolve()
    #expect(read.dialect?.name == "spec")
    #expect(read.diagnostics.isEmpty)
    try expectSame(Self.rich, read)
    // In pieces it is the same.
    var pieces: [UInt8] = []
    try CoreDumpWriter.write(Self.rich) { $0.append(to: &pieces) }
    #expect(pieces == bytes)
    #expect(try CoreDumpWriter.bytes(of: read) == bytes)
  }

  @Test(arguments: DumpDialect.allCases)
  func everyDialectBecomesASpecificationDump(_ dialect: DumpDialect) throws {
    let knowledge = StoryKnowledge([Story.module])
    let dump = try Story.file(dialect).resolve(using: knowledge)
    let again = try CoreDumpFile(Bytes(copying: try CoreDumpWriter.bytes(of: dump))).resolve(using: knowledge)
    #expect(again.threads[0].functions == dump.threads[0].functions)
    #expect(again.threads[0].offsets == dump.threads[0].offsets)
    // What was missing is not made up.
    for (one, two) in zip(dump.threads[0].frames, again.threads[0].frames) {
      #expect(one.locals.map(\.isMissing) == two.locals.map(\.isMissing))
      #expect(one.locals.absence == two.locals.absence)
    }
  }

  @Test func whatHasNoPlaceIsLeftOut() throws {
    var dump = CoreDump(
      instances: [.init(module: 0, memories: [0], globals: [0, 1])],
      threads: [
        CoreDump.Thread(
          name: "main",
          frames: CoreDump.FrameList([
            .init(instance: 0, functionIndex: nil, codeOffset: nil, locals: [.v128(low: 1, high: 2), .untyped(7)])
          ]))
      ])
    dump.globals = [
      .init(type: .i32, isMutable: true, value: .missing(.notRecorded)),
      .init(type: .i64, isMutable: true, value: .i64(2)),
    ]
    dump.memories = [
      MemoryImage(type: MemoryType(SizeLimits(1)), segments: [], gap: .absent(.notRecorded))
    ]
    let read = try CoreDumpFile(Bytes(copying: try CoreDumpWriter.bytes(of: dump))).resolve()
    #expect(read.global(0, of: 0) == nil)
    #expect(read.global(1, of: 0)?.value == .i64(2))
    #expect(read.memories[0].gap == .absent(.notRecorded))
    #expect(
      Array(read.threads[0].frames[0].locals) == [.missing(.recordedAsMissing), .missing(.recordedAsMissing)])
    #expect(read.threads[0].frames[0].missingOffset == .recordedAsUnknown)
    #expect(read.threads[0].functions == [nil])
  }

  @Test func signedNumbersOfEveryLength() throws {
    var values: [RecordedValue] = []
    for shift in 0..<64 {
      for number in [Int64(1) << Int64(shift), -1 << Int64(shift), Int64(1) << Int64(shift) &- 1] {
        values.append(.i64(number))
        values.append(.i32(Int32(truncatingIfNeeded: number)))
      }
    }
    let frame = CoreDump.Frame(
      instance: 0, functionIndex: 0, codeOffset: CodeOffset(1), locals: CoreDump.Values(values[...]))
    let dump = CoreDump(
      instances: [.init(module: 0)], threads: [.init(name: "main", frames: CoreDump.FrameList([frame]))])
    let read = try CoreDumpFile(Bytes(copying: try CoreDumpWriter.bytes(of: dump))).resolve()
    #expect(Array(read.threads[0].frames[0].locals) == values)
  }

  @Test func manySegments() throws {
    let page = Bytes(copying: [UInt8](repeating: 1, count: 4096))
    let segments = (0..<32768).map { MemoryImage.Segment(address: UInt64($0) * 8192, bytes: page.clamped(0, count: 8)) }
    let dump = CoreDump(
      memories: [MemoryImage(type: MemoryType(SizeLimits(4096)), segments: segments, gap: .zero)])
    var full = dump
    full.executableName = "x"
    let read = try CoreDumpFile(Bytes(copying: try CoreDumpWriter.bytes(of: full))).resolve()
    #expect(read.memories[0].segments.count == 32768)
    #expect(try read.memories[0].read(at: 32767 * 8192, count: 9) == [1, 1, 1, 1, 1, 1, 1, 1, 0])
  }

  @Test func aGibibyteIsNotTouched() throws {
    // A file with a hole: the segment's bytes are there, but on no disk.
    var head = ByteBuilder()
    head.moduleHeader()
    head.customSection("core") { $0.raw([0, 1, 0x78]) }
    head.section(5) { $0.raw([1, 0, 0x80, 0x80, 1]) }
    let size = 1 << 30
    var segment = ByteBuilder()
    segment.raw([1, 0, 0x41, 0, 0x0b])
    segment.uleb(UInt64(size))
    head.u8(11)
    head.uleb(UInt64(segment.bytes.count + size))
    head.raw(segment.bytes)
    let file = try TemporaryFile(head.bytes)
    try #require(ftruncate(file.descriptor, off_t(head.bytes.count + size)) == 0)
    let last: [UInt8] = [0xaa]
    try #require(pwrite(file.descriptor, last, 1, off_t(head.bytes.count + size - 1)) == 1)
    let dump = try CoreDumpFile(try Places.bytes(file.path)).resolve()
    #expect(dump.memories[0].size == UInt64(size))
    #expect(dump.memories[0].recordedSize == UInt64(size))
    #expect(try dump.memories[0].read(at: UInt64(size - 2), count: 2) == [0, 0xaa])
    // Writing hands on the range itself.
    var sizes: [Int] = []
    try CoreDumpWriter.write(dump) { sizes.append($0.count) }
    #expect(sizes.contains(size))
  }

  @Test(.enabled(if: WasmTools.path != nil))
  func otherToolsReadIt() throws {
    let bytes = try CoreDumpWriter.bytes(of: Self.rich)
    let validation = try WasmTools.run("validate --features all", on: bytes)
    #expect(validation.code == 0, "\(validation.output)")
    let listing = try WasmTools.run("dump", on: bytes)
    #expect(listing.code == 0)
    #expect(listing.output.contains(#"modules: ["prog.wasm", "lib.wasm"]"#))
    #expect(listing.output.contains("CoreDumpInstance { module_index: 1, memories: [1, 2], globals: [4294967295, 3] }"))
    let frame = "instanceidx: 1, funcidx: 7, codeoffset: 300, locals: [I32(-1), I32(2147483647), I32(64), "
    #expect(listing.output.contains(frame + "I64(9223372036854775807), I64(-65), "))
    #expect(listing.output.contains("Missing]"))
    #expect(listing.output.contains("instanceidx: 0, funcidx: 70000, codeoffset: 0, locals: [], stack: []"))
    let text = try WasmTools.run("print", on: bytes)
    #expect(text.code == 0)
    #expect(text.output.contains("(global (;0;) (mut i32) i32.const -1)"))
    #expect(text.output.contains("(data (;2;) (memory 1) (i64.const 100) \"\\04\")"))
  }

  @Test(.enabled(if: WasmTools.path != nil && Places.hasCorpus))
  func otherToolsReadRewrittenRealDumps() throws {
    for name in ["dynmain", "mem64", "multimem", "v128glob", "refglob", "traps-O0-deep"] {
      let dump = try CoreDumpFile(try Places.bytes(Places.corpus + "/\(name).core")).resolve()
      let bytes = try CoreDumpWriter.bytes(of: dump)
      let validation = try WasmTools.run("validate --features all", on: bytes)
      #expect(validation.code == 0, "\(name): \(validation.output)")
      let again = try CoreDumpFile(Bytes(copying: bytes)).resolve()
      try expectSame(dump, again)
    }
  }
}
