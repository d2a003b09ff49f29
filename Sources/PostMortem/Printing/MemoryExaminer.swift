import ByteCursor
import CoreDumpFormat

/// Memory of an instance as numbers, characters and strings: what gdb's `x` and `find` do.
public struct MemoryExaminer: Sendable {
  private let reader: MemoryReader
  private let image: MemoryImage?
  private let instance: Int
  /// The memory's index.
  public let memory: UInt32

  /// A memory of an instance of the dump.
  public init(_ session: Session, memory: UInt32 = 0, instance: Int) {
    reader = MemoryReader(dump: session.dump)
    image = session.dump.memory(Int(memory), of: instance)
    self.memory = memory
    self.instance = instance
  }

  /// How many bytes the memory has; nil where the dump does not hold it.
  public var size: UInt64? { image?.size }

  private func read(_ address: UInt64, _ count: Int) -> Contents {
    reader.read(Storage(.memory(MemoryAddress(memory: memory, address), instance: instance)), count: count)
  }

  // MARK: Numbers

  /// One unit of memory as a number.
  /// - Parameter unit: bytes: 1, 2, 4 or 8.
  /// - Throws: why it is not known.
  public func number(at address: UInt64, unit: Int, _ format: NumberFormat) throws(Unavailable) -> String {
    let bytes = try read(address, unit).complete()
    if format == .float, let text = ScalarText.float(bytes) { return text }
    let pattern = bytes.reversed().reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
    // gdb fills hexadecimal and binary numbers of memory with zeros.
    let text = ScalarText.integer(Int128(pattern), bits: UInt64(unit * 8), format == .hexadecimal ? .padded : format)
    guard format == .binary else { return text }
    return String(repeating: "0", count: max(0, unit * 8 - text.count)) + text
  }

  // MARK: Strings

  /// The string that ends with a NUL at an address, quoted, and where the next one starts. Of a longer one than `limit`
  /// bytes the beginning.
  /// - Throws: why it is not known.
  public func string(at address: UInt64, limit: Int) throws(Unavailable) -> (text: String, next: UInt64) {
    let place = Storage(.memory(MemoryAddress(memory: memory, address), instance: instance))
    let found = TerminatedText(at: place, in: reader, limit: limit)
    guard let text = found.text else { throw Unavailable(found.problem ?? "it is empty") }
    return (text, address &+ UInt64(found.length))
  }

  // MARK: Search

  /// The addresses in `range` at which these bytes stand, ascending: at most `limit`. What the dump does not hold is left
  /// out.
  /// - Parameter isCancelled: asked now and then.
  public func find(
    _ pattern: [UInt8], in range: Range<UInt64>, limit: Int, isCancelled: () -> Bool = { false }
  ) -> [UInt64] {
    guard let image, let first = pattern.first, UInt64(pattern.count) <= UInt64(Self.chunk) else { return [] }
    let range = range.clamped(to: 0..<image.size)
    let hasNonzero = pattern.contains { $0 != 0 }
    let overlap = UInt64(pattern.count - 1)
    var found: [UInt64] = []
    var next = range.lowerBound
    while next < range.upperBound, found.count < limit, !isCancelled() {
      // Memories are mostly zeros that nobody wrote; nothing but zeros is found in them.
      switch image.run(at: next) {
      case .zero(let length)? where hasNonzero && length > 2 * overlap + 1: next &+= length - overlap
      case .absent(let length, _)?: next &+= max(1, length)
      case nil: return found
      default: break
      }
      guard next < range.upperBound else { break }
      let count = Int(min(UInt64(Self.chunk), range.upperBound - next))
      let contents = read(next, count)
      let known = contents.bytes.prefix(contents.knownPrefix)
      var start = 0
      while start + pattern.count <= known.count, found.count < limit {
        if known[start] == first, known[start..<start + pattern.count].elementsEqual(pattern) {
          found.append(next &+ UInt64(start))
        }
        start += 1
      }
      // The chunk's last bytes may be the beginning of what goes on in the next.
      next &+= UInt64(max(1, known.count == count && count == Self.chunk ? count - Int(overlap) : max(known.count, 1)))
    }
    return found
  }

  private static let chunk = 1 << 18
}

extension Value {
  /// The address that the value means where one is asked for: a pointer's, a number's, or where an array, a record or a
  /// function is.
  /// - Throws: why there is none.
  public func meantAddress() throws(Unavailable) -> MemoryAddress {
    let memory = storage.address?.memory ?? 0
    switch underlying?.kind {
    case .pointer?, .reference?, .rvalueReference?: return MemoryAddress(memory: memory, try pointer())
    case .array?, .record?, .subroutine?:
      guard let address = storage.address else { throw Unavailable(storage.absence ?? "it has no address") }
      return address
    default: return MemoryAddress(memory: 0, UInt64(truncatingIfNeeded: try integer()))
    }
  }

  /// The value as a number.
  /// - Throws: why it is none.
  public func number() throws(Unavailable) -> Int128 {
    if type?.isPointer ?? false { return Int128(try pointer()) }
    return try integer()
  }

  /// The bytes of the value as memory would hold them, at most so many as are read at a time.
  /// - Throws: why they are not known.
  public func memoryBytes() throws(Unavailable) -> [UInt8] { try bytes() }
}
