import WasmBinary

/// What a module puts into its memories for good: data segments that linkers name as constant (`.rodata`).
struct ConstantData {
  private struct Segment {
    var memory: UInt32
    var start: UInt64
    var contents: [UInt8]
  }
  private let segments: [Segment]

  /// - Parameter names: those of the data segments, by their index.
  init(_ module: WasmModule, names: NameMap) {
    let globals = module.initialGlobalValues()
    let found: [Segment] = module.data.enumerated().compactMap { index, segment in
      guard let name = names[UInt32(index)], name == ".rodata" || name.hasPrefix(".rodata."),
        !segment.contents.isEmpty,
        case .active(let memory, let offset) = segment.mode
      else { return nil }
      switch offset.evaluate({ Int($0) < globals.count ? globals[Int($0)] : nil }) {
      case .i32(let start)?:
        return Segment(memory: memory, start: UInt64(UInt32(bitPattern: start)), contents: segment.contents.array)
      case .i64(let start)?:
        return Segment(memory: memory, start: UInt64(bitPattern: start), contents: segment.contents.array)
      default: return nil
      }
    }
    // Linkers make one, or a few.
    segments = Array(found.prefix(64))
  }

  /// Whether `count` bytes at an address are constant, and in memory are what the module put there.
  func holds(_ memory: UInt32, _ address: UInt64, _ count: Int, read: (UInt64, Int) -> [UInt8]?) -> Bool {
    for segment in segments where segment.memory == memory && address >= segment.start {
      let offset = address - segment.start
      guard offset <= UInt64(segment.contents.count), UInt64(segment.contents.count) - offset >= UInt64(count) else {
        continue
      }
      let expected = segment.contents[Int(offset)..<Int(offset) + count]
      return read(address, count).map { $0.elementsEqual(expected) } ?? false
    }
    return false
  }
}
