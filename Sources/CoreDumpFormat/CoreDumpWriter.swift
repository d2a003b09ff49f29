import ByteCursor
import WasmBinary

/// Writes a core dump in the form of the document: typed values, i32 and i64 as signed LEB128, as wasm-tools reads
/// them.
///
/// What the form has no place for is left out, never made up: a frame's missing offset is 0, which stands for
/// unknown; a global without a value is referred to by 0xFFFFFFFF; vector and reference locals are written as
/// missing. A dump that knows its trap or its tables gets the section of `wasmpm run` as well, which has a place for
/// these and for vectors and references. Nothing in the form says that a range of a memory is not known: absent gaps read back as zeros where
/// the memory has any recorded byte.
public struct CoreDumpWriter {
  /// The bytes of a dump. Its memories are copied: `write` does without.
  /// - Throws: `SectionTooLarge` where a section is too large.
  public static func bytes(of dump: CoreDump) throws(SectionTooLarge) -> [UInt8] {
    var result: [UInt8] = []
    for part in try parts(of: dump) { part.append(to: &result) }
    return result
  }

  /// Hands the bytes of a dump to `sink`, part by part in order. Recorded memory comes as the ranges that the
  /// images refer to, not copied.
  /// - Throws: `SectionTooLarge` before the first part where a section is too large, and what `sink` throws.
  public static func write(_ dump: CoreDump, to sink: (Bytes) throws -> Void) throws {
    for part in try parts(of: dump) { try sink(part) }
  }

  /// The dump in pieces: what is made up for it, and ranges of recorded memory in between.
  private static func parts(of dump: CoreDump) throws(SectionTooLarge) -> [Bytes] {
    var head = SectionEncoder()
    head.raw(ModuleWriter.preamble)
    if let name = dump.executableName {
      try head.customSection("core") { $0.record(name) }
    }
    if dump.modules.contains(where: { $0.name != nil }) {
      try head.customSection("coremodules") {
        $0.vector(dump.modules) { encoder, module in encoder.record(module.name ?? "") }
      }
    }
    // The stack stands before the memory: a dump that is cut off keeps its frames.
    let globals = WrittenGlobals(dump.globals)
    if !dump.instances.isEmpty {
      try head.customSection("coreinstances") {
        $0.vector(dump.instances) { $0.instance($1, globals: globals) }
      }
    }
    for thread in dump.threads {
      try head.customSection("corestack") {
        $0.record(thread.name ?? "")
        $0.vector(thread.frames) { $0.frame($1) }
      }
    }
    // Before the memory as well, for a dump that is cut off.
    if dump.trap != nil || !dump.tables.isEmpty {
      try head.customSection(ProcessSection.name) { $0.process(of: dump, globals: globals) }
    }
    if !dump.memories.isEmpty {
      try head.section(.memory, "memory") { $0.vector(dump.memories) { $0.memory($1) } }
    }
    if !globals.written.isEmpty {
      try head.section(.global, "global") { $0.vector(globals.written) { $0.global($1) } }
    }
    return [Bytes(copying: head.bytes)] + (try dataSection(dump.memories))
  }

  /// The data section: its header and each segment's, with the recorded bytes between them.
  private static func dataSection(_ memories: [MemoryImage]) throws(SectionTooLarge) -> [Bytes] {
    var headers: [[UInt8]] = []
    var contents: [Bytes] = []
    func add(_ index: Int, _ memory: MemoryImage, _ address: UInt64, _ bytes: Bytes) {
      var header = SectionEncoder()
      header.segmentHeader(memory: index, is64: memory.type.is64Bit, address: address, size: bytes.count)
      headers.append(header.bytes)
      contents.append(bytes)
    }
    for (index, memory) in memories.enumerated() {
      for segment in memory.segments { add(index, memory, segment.address, segment.bytes) }
      // A memory of zeros: an empty segment says that it was recorded.
      if memory.segments.isEmpty, memory.gap == .zero { add(index, memory, 0, .empty) }
    }
    if headers.isEmpty { return [] }
    var count = SectionEncoder()
    count.uleb(UInt64(headers.count))
    let size = headers.reduce(0) { $0 + $1.count } + contents.reduce(0) { $0 + $1.count } + count.bytes.count
    var start = SectionEncoder()
    try start.sectionHeader(.data, "data", size: size)
    start.raw(count.bytes)
    var parts: [Bytes] = []
    // Small segments go together with the headers around them: a part each would cost more than the copy.
    var pending = start.bytes
    for (header, bytes) in zip(headers, contents) {
      pending += header
      if bytes.count < 512, pending.count < 1 << 20 {
        bytes.append(to: &pending)
      } else {
        parts.append(Bytes(copying: pending))
        parts.append(bytes)
        pending = []
      }
    }
    parts.append(Bytes(copying: pending))
    return parts
  }
}
