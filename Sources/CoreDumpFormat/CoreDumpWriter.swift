import ByteCursor

/// Why a core dump could not be written.
public struct CoreDumpWriteError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The section that is too large for the format, which gives sizes 32 bits.
  public var section: String

  /// What is wrong.
  public var description: String { "\(section): the section is larger than 4 GiB, which the format cannot hold" }
}

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
  /// - Throws: `CoreDumpWriteError` where a section is too large.
  public static func bytes(of dump: CoreDump) throws(CoreDumpWriteError) -> [UInt8] {
    var result: [UInt8] = []
    for part in try parts(of: dump) { part.append(to: &result) }
    return result
  }

  /// Hands the bytes of a dump to `sink`, part by part in order. Recorded memory comes as the ranges that the
  /// images refer to, not copied.
  /// - Throws: `CoreDumpWriteError` before the first part where a section is too large, and what `sink` throws.
  public static func write(_ dump: CoreDump, to sink: (Bytes) throws -> Void) throws {
    for part in try parts(of: dump) { try sink(part) }
  }

  /// The dump in pieces: what is made up for it, and ranges of recorded memory in between.
  private static func parts(of dump: CoreDump) throws(CoreDumpWriteError) -> [Bytes] {
    var head = DumpEncoder()
    head.raw([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])
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
      try head.section(5, "memory") { $0.vector(dump.memories) { $0.memory($1) } }
    }
    if !globals.written.isEmpty {
      try head.section(6, "global") { $0.vector(globals.written) { $0.global($1) } }
    }
    return [Bytes(copying: head.bytes)] + (try dataSection(dump.memories))
  }

  /// The data section: its header and each segment's, with the recorded bytes between them.
  private static func dataSection(_ memories: [MemoryImage]) throws(CoreDumpWriteError) -> [Bytes] {
    var headers: [[UInt8]] = []
    var contents: [Bytes] = []
    func add(_ index: Int, _ memory: MemoryImage, _ address: UInt64, _ bytes: Bytes) {
      var header = DumpEncoder()
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
    var count = DumpEncoder()
    count.uleb(UInt64(headers.count))
    let size = headers.reduce(0) { $0 + $1.count } + contents.reduce(0) { $0 + $1.count } + count.bytes.count
    guard size <= UInt32.max else { throw CoreDumpWriteError(section: "data") }
    var start = DumpEncoder()
    start.raw([11])
    start.uleb(UInt64(size))
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
