import ByteCursor
import WasmBinary

/// Why bytes of a memory are not known.
public enum MemoryAbsence: UInt8, Hashable, Sendable, CustomStringConvertible {
  /// What wrote the dump left it out.
  case notRecorded
  /// The file ends before it.
  case truncated
  /// The bytes of the dump that should hold it cannot be read.
  case damaged
  /// The dump was written over it: the rewriter's dump is made in the memory that it dumps.
  case overwritten

  /// Words that follow "unavailable:".
  public var description: String {
    switch self {
    case .notRecorded: "not in the dump"
    case .truncated: "the dump is cut off before it"
    case .damaged: "the dump is damaged here"
    case .overwritten: "overwritten by the dump itself"
    }
  }
}

/// Why memory could not be read.
public struct MemoryError: Error, Hashable, Sendable {
  /// What is wrong at `address`.
  public enum Kind: Hashable, Sendable {
    /// The address is behind the memory's end.
    case outOfBounds
    /// The byte is not in the dump.
    case absent(MemoryAbsence)
  }
  /// What is wrong.
  public var kind: Kind
  /// The first byte that could not be read.
  public var address: UInt64

  /// An error at `address`.
  public init(kind: Kind, address: UInt64) {
    self.kind = kind
    self.address = address
  }
}

/// What a dump holds of one linear memory: the recorded bytes as ranges of the mapped file, nothing copied.
public struct MemoryImage: Sendable {
  /// Consecutive recorded bytes.
  public struct Segment: Sendable {
    /// The first byte's address.
    public var address: UInt64
    /// The bytes.
    public var bytes: Bytes

    /// `bytes` at `address`.
    public init(address: UInt64, bytes: Bytes) {
      self.address = address
      self.bytes = bytes
    }

    /// The address behind the last byte. (Never overflows in an image: segments are clipped to 64 bits.)
    public var end: UInt64 { address &+ UInt64(bytes.count) }
  }

  /// What lies between the segments.
  public enum Gap: Hashable, Sendable {
    /// Zeros, which the producer does not spell out.
    case zero
    /// Bytes that are not known.
    case absent(MemoryAbsence)
  }

  /// A range that is not known although other gaps may be zero.
  public struct Hole: Hashable, Sendable {
    /// The addresses.
    public var range: Range<UInt64>
    /// Why they are not known.
    public var reason: MemoryAbsence

    /// A hole.
    public init(_ range: Range<UInt64>, _ reason: MemoryAbsence) {
      self.range = range
      self.reason = reason
    }
  }

  /// What is known of the bytes from some address on.
  public enum Run: Sendable {
    /// These bytes were recorded.
    case recorded(Bytes)
    /// So many zeros.
    case zero(UInt64)
    /// So many bytes that are not known.
    case absent(UInt64, MemoryAbsence)
  }

  /// The memory's type as the dump states it (its page size as the module states it, where one is known).
  public var type: MemoryType
  /// The memory's size in bytes.
  public let size: UInt64
  /// The recorded bytes by ascending address, without overlaps, none of them empty.
  public let segments: [Segment]
  /// What lies between them.
  public let gap: Gap
  /// What is not known in spite of `gap`, by ascending address.
  public let holes: [Hole]

  /// An image. Where segments overlap, the later one holds, as when a module is instantiated.
  ///
  /// A segment beyond the stated size makes the memory larger: recorded bytes are better evidence than a
  /// page count in unknown units. What lies beyond the memory's address range is dropped.
  public init(type: MemoryType, segments: [Segment], gap: Gap, holes: [Hole] = []) {
    self.type = type
    self.gap = gap
    let limit: UInt64 = type.is64Bit ? .max : 1 << 32
    self.segments = Self.resolvingOverlaps(of: segments, below: limit)
    size = max(min(type.size, limit), self.segments.last?.end ?? 0)
    self.holes = holes.filter { !$0.range.isEmpty }.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }

  /// How many bytes were recorded.
  public var recordedSize: UInt64 { segments.reduce(0) { $0 &+ UInt64($1.bytes.count) } }

  /// What is known from `address` on, as far as one answer holds; nil at and behind the memory's end.
  public func run(at address: UInt64) -> Run? {
    guard address < size else { return nil }
    let next = firstSegment(endingAfter: address)
    var end = size
    if next < segments.count {
      let segment = segments[next]
      if segment.address <= address {
        let offset = Int(truncatingIfNeeded: address - segment.address)
        return .recorded(segment.bytes.clamped(offset, count: segment.bytes.count - offset))
      }
      end = min(end, segment.address)
    }
    for hole in holes where hole.range.upperBound > address {
      if hole.range.lowerBound <= address {
        return .absent(min(end, hole.range.upperBound) - address, hole.reason)
      }
      end = min(end, hole.range.lowerBound)
      break
    }
    switch gap {
    case .zero: return .zero(end - address)
    case .absent(let reason): return .absent(end - address, reason)
    }
  }

  /// The `count` bytes from `address`, if all of them are known.
  /// - Throws: `MemoryError` with the first address that is not known.
  public func read(at address: UInt64, count: Int) throws(MemoryError) -> [UInt8] {
    guard count > 0 else { return [] }
    guard address < size, UInt64(count) <= size - address else {
      throw MemoryError(kind: .outOfBounds, address: max(address, size))
    }
    var result: [UInt8] = []
    var next = address
    var left = UInt64(count)
    while left > 0 {
      guard let run = run(at: next) else { throw MemoryError(kind: .outOfBounds, address: next) }
      var got: UInt64
      switch run {
      case .recorded(let bytes):
        let part = bytes.clamped(0, count: Int(truncatingIfNeeded: min(left, UInt64(bytes.count))))
        part.append(to: &result)
        got = UInt64(part.count)
      case .zero(let length):
        got = min(left, length)
        result.append(contentsOf: repeatElement(0, count: Int(truncatingIfNeeded: got)))
      case .absent(_, let reason):
        throw MemoryError(kind: .absent(reason), address: next)
      }
      left -= got
      next &+= got
    }
    return result
  }

  /// A little-endian number of `size` bytes (1 to 8), if all of them are known.
  public func number(at address: UInt64, size width: Int) throws(MemoryError) -> UInt64 {
    if case .recorded(let bytes)? = run(at: address), bytes.count >= width, (1...8).contains(width) {
      return (0..<width).reduce(0) { $0 | UInt64(bytes[$1]) << UInt64(8 * $1) }
    }
    let bytes = try read(at: address, count: min(max(width, 0), 8))
    return bytes.enumerated().reduce(0) { $0 | UInt64($1.element) << UInt64(8 * $1.offset) }
  }

  /// The index of the first segment that ends behind `address`.
  private func firstSegment(endingAfter address: UInt64) -> Int {
    var low = 0
    var high = segments.count
    while low < high {
      let middle = (low + high) / 2
      if segments[middle].end > address { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

// MARK: Overlaps

extension MemoryImage {
  /// The segments sorted and cut so that none overlaps another; where they did, the later in `segments` is kept.
  static func resolvingOverlaps(of segments: [Segment], below limit: UInt64) -> [Segment] {
    let clipped = segments.compactMap { segment -> Segment? in
      guard segment.address < limit else { return nil }
      let count = min(UInt64(segment.bytes.count), limit - segment.address)
      guard count > 0 else { return nil }
      return Segment(
        address: segment.address, bytes: segment.bytes.clamped(0, count: Int(truncatingIfNeeded: count)))
    }
    // What engines write is sorted already.
    let isSorted = zip(clipped, clipped.dropFirst()).allSatisfy { $0.end <= $1.address }
    return isSorted ? clipped : sweep(clipped)
  }

  /// A sweep over the segments by address with a heap of those that are open, the latest on top: n log n.
  private static func sweep(_ segments: [Segment]) -> [Segment] {
    let order = segments.indices.sorted { segments[$0].address < segments[$1].address }
    var open = MaxHeap()
    var result: [Segment] = []
    var lastSource: Int?
    var next = 0
    var position: UInt64 = 0
    while next < order.count || !open.isEmpty {
      if open.isEmpty { position = segments[order[next]].address }
      while next < order.count, segments[order[next]].address <= position {
        open.insert(order[next])
        next += 1
      }
      guard let top = open.top else { continue }
      let segment = segments[top]
      if segment.end <= position {
        open.removeTop()
        continue
      }
      // The top holds up to its end, or to where another opens (which may lie above it).
      let end = next < order.count ? min(segment.end, segments[order[next]].address) : segment.end
      let offset = Int(truncatingIfNeeded: position - segment.address)
      let count = Int(truncatingIfNeeded: end - position)
      if lastSource == top, let last = result.last, last.end == position {
        // Another segment opened below this one: still the same run.
        result[result.count - 1].bytes = segment.bytes.clamped(
          offset - last.bytes.count, count: last.bytes.count + count)
      } else {
        result.append(Segment(address: position, bytes: segment.bytes.clamped(offset, count: count)))
        lastSource = top
      }
      position = end
    }
    return result
  }

  /// A binary heap of indices with the largest on top.
  private struct MaxHeap {
    private var items: [Int] = []
    var isEmpty: Bool { items.isEmpty }
    var top: Int? { items.first }

    mutating func insert(_ item: Int) {
      items.append(item)
      var child = items.count - 1
      while child > 0 {
        let parent = (child - 1) / 2
        if items[parent] >= items[child] { break }
        items.swapAt(parent, child)
        child = parent
      }
    }

    mutating func removeTop() {
      guard let last = items.popLast(), !items.isEmpty else { return }
      items[0] = last
      var parent = 0
      while true {
        var largest = parent
        for child in [2 * parent + 1, 2 * parent + 2] where child < items.count && items[child] > items[largest] {
          largest = child
        }
        if largest == parent { return }
        items.swapAt(parent, largest)
        parent = largest
      }
    }
  }
}

extension MemoryType {
  /// The size in bytes when the dump was written, which stands in the place of the minimum; at most 2^64 - 1.
  var size: UInt64 { minimumBytes ?? .max }
}
