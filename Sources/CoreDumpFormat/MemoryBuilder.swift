import ByteCursor
import WasmBinary

/// Puts the dump's memories and data segments together, with what the dialect means by what it leaves out.
struct MemoryBuilder {
  /// What had to be guessed.
  private(set) var diagnostics: [Diagnostic] = []
  private let file: CoreDumpFile
  private let dialect: String
  /// Wasmtime writes memory in whole chunks of this size; what is left behind the last is lost.
  private static let wasmtimeChunk: UInt64 = 4096

  init(file: CoreDumpFile, dialect: String) {
    self.file = file
    self.dialect = dialect
  }

  /// The images of all memories that the dump declares.
  mutating func build(instances: [CoreDump.Instance], knowledge: (any ModuleKnowledge)?) -> [MemoryImage] {
    let state = file.state
    var types = state.memories
    if let knowledge { correctPageSizes(&types, instances, knowledge) }
    if dialect == DialectName.rewriter, let image = linearMemory(state) { return [image] }
    var segments = [[MemoryImage.Segment]](repeating: [], count: types.count)
    var homeless = 0
    for segment in state.segments {
      guard Int(segment.memory) < types.count else {
        homeless += 1
        continue
      }
      segments[Int(segment.memory)].append(MemoryImage.Segment(address: segment.address, bytes: segment.bytes))
    }
    if homeless > 0 {
      diagnostics.append(Diagnostic("\(homeless) data segments are of memories that do not exist", section: "data"))
    }
    return types.indices.map { index in
      let image = MemoryImage(
        type: types[index], segments: segments[index], gap: gap(of: UInt32(index)),
        holes: holes(of: UInt32(index), types[index]))
      if image.size > types[index].size {
        diagnostics.append(
          Diagnostic("memory \(index) has data behind its stated size of \(types[index].size) bytes", section: "data"))
      }
      return image
    }
  }

  /// Wasmtime states pages of 64 KiB whatever the memory's own are; the module has them right.
  private mutating func correctPageSizes(
    _ types: inout [MemoryType], _ instances: [CoreDump.Instance], _ knowledge: any ModuleKnowledge
  ) {
    for instance in instances {
      guard let known = knowledge.memories(module: instance.module), known.count == instance.memories.count else {
        continue
      }
      for (index, type) in zip(instance.memories, known) {
        guard let index = index.flatMap({ Int(exactly: $0) }), index < types.count,
          types[index].pageSizeLog2 != type.pageSizeLog2
        else { continue }
        types[index].pageSizeLog2 = type.pageSizeLog2
        diagnostics.append(
          Diagnostic("memory \(index) is taken to have pages of \(type.pageSize) bytes, as its module says"))
      }
    }
  }

  private func gap(of memory: UInt32) -> MemoryImage.Gap {
    let state = file.state
    switch dialect {
    case DialectName.wasmtime: return .zero
    case DialectName.wasmpm where state.segmentsLost == nil: return .zero
    case _ where state.segmentsLost != nil: return .absent(state.segmentsLost == .truncated ? .truncated : .damaged)
    case DialectName.wasmEdgeTyped: return .zero
    case DialectName.specification, DialectName.specificationWithoutInstance, DialectName.wasmi:
      // The document does not say what a gap is. A dump is a module, whose memories start as zeros; but a
      // producer that writes no segment at all of a memory has not recorded it.
      return state.memoriesWithSegments.contains(memory) ? .zero : .absent(.notRecorded)
    default: return .absent(.notRecorded)
    }
  }

  /// What is not known of a Wasmtime memory although gaps are zeros. Its segments stand in the order of memories
  /// and addresses: where the file is cut, all before the last segment is known.
  private func holes(of memory: UInt32, _ type: MemoryType) -> [MemoryImage.Hole] {
    guard dialect == DialectName.wasmtime else { return [] }
    var holes: [MemoryImage.Hole] = []
    let size = type.size
    let tail = size % Self.wasmtimeChunk
    if tail > 0 { holes.append(MemoryImage.Hole(size - tail..<size, .notRecorded)) }
    if let lost = file.state.segmentsLost {
      let last = file.state.segments.last
      let known: UInt64 =
        switch last {
        case let last? where memory < last.memory: size
        case let last? where memory == last.memory: last.address &+ UInt64(last.bytes.count)
        default: 0
        }
      if known < size { holes.append(MemoryImage.Hole(known..<size, lost == .truncated ? .truncated : .damaged)) }
    }
    return holes
  }

  /// The memory of a dump that is its own memory: byte n of the file is byte n of the memory. Where the segment
  /// says that its bytes begin is a byte off for some sizes; where they stand in the file is not. What lies
  /// before them was overwritten with the dump's sections.
  private func linearMemory(_ state: StateSections) -> MemoryImage? {
    guard var type = state.memories.first else { return nil }
    type.limits.minimum = type.limits.maximum ?? type.limits.minimum
    let segments = state.segments.prefix(1).map { segment in
      let offset = segment.bytes.start - file.file.start
      // The segment may end a byte before the memory does; the file has that byte.
      let end = min(UInt64(file.file.count), type.size)
      let count = Int(truncatingIfNeeded: end) - offset
      return MemoryImage.Segment(
        address: UInt64(offset), bytes: file.file.clamped(offset, count: max(count, segment.bytes.count)))
    }
    var holes: [MemoryImage.Hole] = []
    let known = segments.first?.end ?? 0
    if known < type.size { holes.append(MemoryImage.Hole(known..<type.size, .truncated)) }
    return MemoryImage(type: type, segments: Array(segments), gap: .absent(.overwritten), holes: holes)
  }
}
