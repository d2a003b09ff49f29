import ByteCursor

/// The names of one kind of thing, by index (7.4.1 name map). Names become strings when they are asked for.
public struct NameMap: Sequence, Sendable {
  /// What the offsets count in.
  private let bytes: Bytes
  /// The named indices, ascending.
  private let named: [UInt32]
  /// Where the length of each one's name stands.
  private let offsets: [UInt32]
  private let log: DiagnosticLog

  /// How many names there are.
  public var count: Int { named.count }
  /// Whether there are none.
  public var isEmpty: Bool { named.isEmpty }

  /// A map without names.
  static func empty(log: DiagnosticLog) -> NameMap { NameMap(bytes: .empty, named: [], offsets: [], log: log) }

  private init(bytes: Bytes, named: [UInt32], offsets: [UInt32], log: DiagnosticLog) {
    self.bytes = bytes
    self.named = named
    self.offsets = offsets
    self.log = log
  }

  /// Reads the map at a cursor, which moves behind it. What is damaged ends the map and is logged.
  init(_ cursor: inout Cursor, log: DiagnosticLog) throws(ReadError) {
    let count = try cursor.uleb32()
    var rest = cursor
    bytes = rest.rest()
    self.log = log
    let start = cursor.position
    var named: [UInt32] = []
    var offsets: [UInt32] = []
    // An entry takes two bytes at the least.
    let expected = Swift.min(Int(count), cursor.remaining / 2)
    named.reserveCapacity(expected)
    offsets.reserveCapacity(expected)
    var isAscending = true
    var problem: ReadError?
    do throws(ReadError) {
      for _ in 0..<count {
        let index = try cursor.uleb32()
        let offset = UInt32(truncatingIfNeeded: cursor.position - start)
        try cursor.skip(UInt64(try cursor.uleb32()))
        if let last = named.last, last >= index { isAscending = false }
        named.append(index)
        offsets.append(offset)
      }
    } catch {
      problem = error
    }
    if !isAscending { Self.sort(&named, &offsets) }
    self.named = named
    self.offsets = offsets
    if let problem { log.add(Diagnostic(problem.within("name"), lost: "some names are lost")) }
  }

  /// Puts entries in order that are not as they should be; of several with one index the first counts.
  private static func sort(_ named: inout [UInt32], _ offsets: inout [UInt32]) {
    let order = named.indices.sorted { (named[$0], $0) < (named[$1], $1) }
    let (oldNamed, oldOffsets) = (named, offsets)
    named.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
    for position in order where named.last != oldNamed[position] {
      named.append(oldNamed[position])
      offsets.append(oldOffsets[position])
    }
  }

  /// The name of an index. U+FFFD stands in it where the bytes are not UTF-8, and a diagnostic says so.
  public subscript(index: UInt32) -> String? {
    guard let name = bytes(of: index) else { return nil }
    if let text = name.validString { return text }
    log.add(Diagnostic("\(Rule.invalidUTF8)", section: "name", offset: name.fileOffset))
    return name.string
  }

  /// The name of an index as it stands in the file.
  public func bytes(of index: UInt32) -> Bytes? {
    var low = 0
    var high = named.count
    while low < high {
      let middle = low + (high - low) / 2
      if named[middle] < index { low = middle + 1 } else { high = middle }
    }
    guard low < named.count, named[low] == index else { return nil }
    return name(at: low)
  }

  /// The first index of this name; looks at all of them.
  public func index(of name: String) -> UInt32? {
    let wanted = Bytes(copying: Array(name.utf8))
    for (index, bytes) in self where bytes.hasSameBytes(as: wanted) { return index }
    return nil
  }

  private func name(at position: Int) -> Bytes {
    var cursor = bytes.clamped(Int(offsets[position]), count: bytes.count).cursor()
    // Was read when the map was.
    guard let count = try? cursor.uleb32(), let name = try? cursor.bytes(UInt64(count)) else { return .empty }
    return name
  }

  /// The names in the order of their indices.
  public func makeIterator() -> Iterator { Iterator(map: self) }

  public var underestimatedCount: Int { count }

  public struct Iterator: IteratorProtocol {
    let map: NameMap
    var position = 0

    public mutating func next() -> (index: UInt32, name: Bytes)? {
      guard position < map.named.count else { return nil }
      defer { position += 1 }
      return (map.named[position], map.name(at: position))
    }
  }
}

/// Names of things that belong to other things, by both indices (7.4.1 indirect name map): a function's
/// locals, a structure's fields.
public struct IndirectNameMap: Sendable {
  private let bytes: Bytes
  /// The outer indices, in the file's order (ascending in a valid module).
  private let owners: [UInt32: UInt32]
  private let log: DiagnosticLog

  static func empty(log: DiagnosticLog) -> IndirectNameMap {
    IndirectNameMap(bytes: .empty, owners: [:], log: log)
  }

  private init(bytes: Bytes, owners: [UInt32: UInt32], log: DiagnosticLog) {
    self.bytes = bytes
    self.owners = owners
    self.log = log
  }

  /// Finds the maps at a cursor, without reading their names.
  init(_ cursor: inout Cursor, log: DiagnosticLog) throws(ReadError) {
    var rest = cursor
    bytes = rest.rest()
    self.log = log
    let start = cursor.position
    var owners: [UInt32: UInt32] = [:]
    var problem: ReadError?
    do throws(ReadError) {
      for _ in 0..<(try cursor.uleb32()) {
        let owner = try cursor.uleb32()
        let offset = UInt32(truncatingIfNeeded: cursor.position - start)
        if owners[owner] == nil { owners[owner] = offset }
        for _ in 0..<(try cursor.uleb32()) {
          _ = try cursor.uleb32()
          try cursor.skip(UInt64(try cursor.uleb32()))
        }
      }
    } catch {
      problem = error
    }
    self.owners = owners
    if let problem { log.add(Diagnostic(problem.within("name"), lost: "some names are lost")) }
  }

  /// How many have named parts.
  public var count: Int { owners.count }
  /// The indices of those that have named parts, ascending.
  public var indices: [UInt32] { owners.keys.sorted() }

  /// The names of the parts of one; empty where there are none. Decodes them at each call.
  public subscript(owner: UInt32) -> NameMap {
    guard let offset = owners[owner] else { return .empty(log: log) }
    var cursor = bytes.clamped(Int(offset), count: bytes.count).cursor()
    return (try? NameMap(&cursor, log: log)) ?? .empty(log: log)
  }
}
