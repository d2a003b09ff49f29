import ByteCursor
import CoreDumpFormat

/// Why something is not known: a sentence's end, behind "unavailable: ".
public struct Unavailable: Error, Hashable, Sendable, CustomStringConvertible {
  /// The reason.
  public var reason: String

  /// A reason.
  public init(_ reason: String) { self.reason = reason }

  public var description: String { reason }
}

/// How far something can be relied on, and why no further.
public struct Assurance: Hashable, Sendable {
  /// The rank.
  public var trust: Trust
  /// Why it is not `recorded`; nil where it is, or nothing is to be said.
  public var reason: String?

  /// What a dump says.
  public static let recorded = Assurance(.recorded)

  /// A rank with its reason.
  public init(_ trust: Trust, _ reason: String? = nil) {
    self.trust = trust
    self.reason = reason
  }

  /// What holds for something made of both: the weaker, with its reason.
  public func joined(_ other: Assurance) -> Assurance { other.trust < trust ? other : self }
}

/// Where the bytes of a value are: in a memory of the dump, in pieces here and there, or nowhere but here.
///
/// Nothing is read when one is made. A part of it is another one, so that an array of a billion elements costs no more than
/// those that are looked at.
public struct Storage: Sendable {
  enum Place: Sendable {
    /// From this address on, in a memory of an instance.
    case memory(MemoryAddress, instance: Int)
    /// These bytes, as memory would hold them.
    case bytes([UInt8])
    /// Parts in a row, in bits from the least significant one of the first byte.
    case pieces([Part])
    case unavailable(String)
  }

  /// A part of a value that lies in pieces.
  struct Part: Sendable {
    /// How many bits it has.
    var bitCount: UInt64
    /// Where it is, and where in there it starts.
    var storage: Storage
    var bitOffset: UInt64
  }

  let place: Place
  /// Bytes from the place's start.
  private(set) var offset: UInt64 = 0
  /// How the place is known.
  public var assurance: Assurance
  /// Whether it counts from a null pointer: Wasm has memory there, but nothing of the program's. It has an address all the
  /// same, as `&p->member` has.
  private(set) var isOfNull = false

  init(_ place: Place, _ assurance: Assurance = .recorded) {
    self.place = place
    self.assurance = assurance
  }

  /// Bytes that are known.
  static func bytes(_ bytes: [UInt8], _ assurance: Assurance = .recorded) -> Storage {
    Storage(.bytes(bytes), assurance)
  }

  static func unavailable(_ reason: String) -> Storage {
    Storage(.unavailable(reason), Assurance(.unavailable, reason))
  }

  /// The same place, so many bytes on. Where that leaves the memory it wraps around, as addresses do.
  func advanced(by count: UInt64) -> Storage {
    var result = self
    result.offset = offset &+ count
    return result
  }

  /// The same place, so many bytes on or back.
  /// - Throws: where that is behind all addresses, or in front of them.
  func moved(by distance: Int128) throws(Unavailable) -> Storage {
    let start = Int128(address?.offset ?? offset)
    guard (0...Int128(UInt64.max)).contains(start + distance) else { throw Self.outside }
    return advanced(by: UInt64(truncatingIfNeeded: distance))
  }

  /// Why there is nothing where no address leads.
  static let outside = Unavailable("it would be outside of all memory")

  /// The same, counted from a null pointer.
  var ofNull: Storage {
    var result = self
    result.isOfNull = true
    return result
  }

  /// The same, known no better than `limit` says.
  func weakened(_ limit: Assurance) -> Storage {
    guard absence == nil else { return self }
    var result = self
    if case .pieces(let parts) = place {
      let weaker = parts.map { part in
        Part(bitCount: part.bitCount, storage: part.storage.weakened(limit), bitOffset: part.bitOffset)
      }
      result = Storage(.pieces(weaker), assurance)
      result.offset = offset
    }
    if assurance.trust != .unavailable { result.assurance = assurance.joined(limit) }
    return result
  }

  /// The address of its first byte; nil where it has none.
  public var address: MemoryAddress? {
    guard case .memory(let address, _) = place else { return nil }
    return MemoryAddress(memory: address.memory, address.offset &+ offset)
  }

  /// Why nothing of it is known; nil where something may be.
  var absence: String? {
    if isOfNull { return "it is a null pointer" }
    return if case .unavailable(let reason) = place { reason } else { nil }
  }
}

/// Bytes that were read, as far as they are known.
public struct Contents: Sendable {
  /// The bytes; zero where they are not known.
  public var bytes: [UInt8]
  /// Whether each byte is known; empty where all are.
  private var known: [Bool] = []
  /// Why some are not known: the first reason that was met.
  public var absence: String?
  /// How what is known is known.
  public var assurance: Assurance

  init(_ bytes: [UInt8], _ assurance: Assurance) {
    self.bytes = bytes
    self.assurance = assurance
  }

  /// Bytes of which some are not known, those that `known` says false of.
  init(_ bytes: [UInt8], known: [Bool], absence: String, _ assurance: Assurance) {
    self.bytes = bytes
    self.known = known
    self.absence = absence
    self.assurance = known.contains(true) ? assurance : Assurance(.unavailable, absence)
  }

  /// Bytes of which none is known.
  static func unknown(_ count: Int, _ reason: String) -> Contents {
    var contents = Contents([UInt8](repeating: 0, count: count), Assurance(.unavailable, reason))
    contents.known = [Bool](repeating: false, count: count)
    contents.absence = reason
    return contents
  }

  /// Whether every byte is known.
  public var isComplete: Bool { absence == nil }
  /// Whether a byte is known.
  public func isKnown(_ index: Int) -> Bool { known.isEmpty || known[index] }
  /// How many bytes from the start are known.
  public var knownPrefix: Int { known.firstIndex(of: false) ?? bytes.count }

  /// The bytes, if all are known.
  func complete() throws(Unavailable) -> [UInt8] {
    if let absence { throw Unavailable(absence) }
    return bytes
  }

  mutating func append(_ other: Contents) {
    if !(known.isEmpty && other.known.isEmpty) {
      let mine = known.isEmpty ? [Bool](repeating: true, count: bytes.count) : known
      known = mine + (other.known.isEmpty ? [Bool](repeating: true, count: other.bytes.count) : other.known)
    }
    bytes += other.bytes
    absence = absence ?? other.absence
    // What is unknown has no share in how the rest is known.
    if other.known.isEmpty || other.known.contains(true) {
      assurance = assurance.trust == .unavailable ? other.assurance : assurance.joined(other.assurance)
    }
  }

  /// The bit `index`, counted from the least significant one of the first byte.
  func bit(_ index: UInt64) -> Bool { bytes[Int(index / 8)] >> UInt8(index % 8) & 1 == 1 }
}

/// Reads what values lie in.
struct MemoryReader {
  let dump: CoreDump

  /// More bytes than this are never read at a time.
  static let largest = 1 << 20

  /// The first `count` bytes of a storage.
  func read(_ storage: Storage, count: Int) -> Contents {
    let count = min(max(count, 0), Self.largest)
    if let absence = storage.absence { return .unknown(count, absence) }
    switch storage.place {
    case .unavailable(let reason): return .unknown(count, reason)
    case .bytes(let bytes):
      let start = min(storage.offset, UInt64(bytes.count))
      let part = bytes[Int(start)...].prefix(count)
      var contents = Contents(Array(part), storage.assurance)
      if part.count < count { contents.append(.unknown(count - part.count, "the value ends before")) }
      return contents
    case .memory(let address, let instance):
      return read(address.memory, at: address.offset &+ storage.offset, count, of: instance, storage.assurance)
    case .pieces(let parts): return read(parts, from: storage.offset, count)
    }
  }

  private func read(
    _ index: UInt32, at address: UInt64, _ count: Int, of instance: Int, _ assurance: Assurance
  ) -> Contents {
    guard let memory = dump.memory(Int(index), of: instance) else {
      return .unknown(count, "memory \(index) is not in the dump")
    }
    var contents = Contents([], assurance)
    contents.bytes.reserveCapacity(count)
    var next = address
    while contents.bytes.count < count {
      let left = count - contents.bytes.count
      switch memory.run(at: next) {
      case .recorded(let bytes)?:
        let part = bytes.clamped(0, count: min(left, bytes.count))
        var recorded = Contents([], assurance)
        part.append(to: &recorded.bytes)
        contents.append(recorded)
        next &+= UInt64(part.count)
      case .zero(let length)?:
        let part = Int(min(UInt64(left), length))
        contents.append(Contents([UInt8](repeating: 0, count: part), assurance))
        next &+= UInt64(part)
      case .absent(let length, let reason)?:
        let part = Int(min(UInt64(left), length))
        contents.append(.unknown(part, "memory at \(hexadecimal(next)): \(reason)"))
        next &+= UInt64(part)
      case nil:
        contents.append(.unknown(left, "address \(hexadecimal(next)) is outside of memory \(index)"))
      }
    }
    return contents
  }

  private func read(_ parts: [Storage.Part], from offset: UInt64, _ count: Int) -> Contents {
    var result = PiecedContents(count: count)
    let (start, overflow) = offset.multipliedReportingOverflow(by: 8)
    // Behind all that pieces can describe.
    guard !overflow else { return .unknown(count, "the value ends before") }
    let end = start.addingReportingOverflow(UInt64(count) * 8).partialValue
    guard end >= start else { return .unknown(count, "the value ends before") }
    var position: UInt64 = 0
    for part in parts where position < end {
      let (next, isEndless) = position.addingReportingOverflow(part.bitCount)
      let limit = isEndless ? .max : next
      let (first, last) = (max(start, position), min(end, limit))
      if first < last {
        let (from, isBehind) = part.bitOffset.addingReportingOverflow(first - position)
        let bits = last - first
        let contents =
          isBehind
          ? .unknown(0, "the value ends before")
          : read(part.storage.advanced(by: from / 8), count: Int((from % 8 + bits + 7) / 8))
        result.take(bits, at: first - start, of: contents, from: from % 8)
      }
      position = limit
    }
    return result.contents
  }
}

/// Bytes that are put together of pieces, bit by bit.
private struct PiecedContents {
  private var bytes: [UInt8]
  /// How many bits of each byte are known.
  private var known: [UInt8]
  private var assurance: Assurance?
  private var absence: String?

  init(count: Int) {
    bytes = [UInt8](repeating: 0, count: count)
    known = bytes
  }

  /// Puts `count` bits of `contents`, from its bit `source` on, at bit `place`.
  mutating func take(_ count: UInt64, at place: UInt64, of contents: Contents, from source: UInt64) {
    absence = absence ?? contents.absence
    var isUsed = false
    for bit in 0..<count {
      let index = source + bit
      guard index / 8 < UInt64(contents.bytes.count), contents.isKnown(Int(index / 8)) else { continue }
      isUsed = true
      let target = Int((place + bit) / 8)
      known[target] += 1
      if contents.bit(index) { bytes[target] |= 1 << UInt8((place + bit) % 8) }
    }
    if isUsed { assurance = assurance?.joined(contents.assurance) ?? contents.assurance }
  }

  /// The bytes of which every bit is known.
  var contents: Contents {
    var bytes = bytes
    for index in bytes.indices where known[index] != 8 { bytes[index] = 0 }
    if known.allSatisfy({ $0 == 8 }) { return Contents(bytes, assurance ?? .recorded) }
    let reason = absence ?? "the debug information describes fewer bytes than the type has"
    return Contents(
      bytes, known: known.map { $0 == 8 }, absence: reason, assurance ?? Assurance(.unavailable, reason))
  }
}

/// `0x1f`.
func hexadecimal(_ number: some FixedWidthInteger & UnsignedInteger) -> String { "0x" + String(number, radix: 16) }
