import DwarfEval

/// The hash table of hashbrown, which the standard library's maps and sets are: a byte for each bucket says whether it is
/// full (its highest bit is 0), and the buckets lie below these bytes, the first one nearest.
struct RustHashTable {
  private let table: Value
  private let entry: DwarfType?
  private let stride: UInt64
  private let control: UInt64
  private let buckets: UInt64
  /// How many entries the table says that it has.
  let count: UInt64
  private let assurance: Assurance

  private init(_ map: Value) throws(Unavailable) {
    // std's map has hashbrown's map as its base, a set has a map.
    let raw = try map.member(anyOf: "base.map.table", "base.table", "map.table", "table")
    table = raw.member(named: "table") ?? raw
    entry = raw.argument("T")
    guard let stride = entry?.size else { throw Unavailable("the type of its entries is not known") }
    self.stride = stride
    let pointer = try table.member("ctrl").dataPointer()
    control = try pointer.pointer()
    assurance = pointer.contents().assurance
    count = try table.member("items").count()
    let mask = try table.member("bucket_mask").count()
    let (buckets, overflow) = mask.addingReportingOverflow(1)
    guard !overflow, buckets.nonzeroBitCount == 1 else {
      throw Unavailable("damaged: the mask \(hexadecimal(mask)) is no power of two less one")
    }
    guard count < buckets || (count == 0 && buckets == 1) else {
      throw Unavailable("damaged: \(count) entries in \(buckets) buckets")
    }
    self.buckets = buckets
    guard count > 0 else { return }
    try table.checkExtent(control, buckets, 1)
    let (size, isTooLarge) = buckets.multipliedReportingOverflow(by: stride)
    guard !isTooLarge, size <= control else {
      throw Unavailable("damaged: \(buckets) buckets of \(stride) bytes do not fit below \(hexadecimal(control))")
    }
  }

  /// `HashMap`.
  static func map(_ value: Value) throws(Unavailable) -> Presentation? {
    let table = try RustHashTable(value)
    return Presentation(
      summary: "size=\(table.count)",
      children: .entries(count: table.count) { limit in
        let found = table.find(limit)
        return Presentation.Found(
          found.elements.compactMap { entry in
            guard let key = entry.member(named: "__0"), let value = entry.member(named: "__1") else { return nil }
            return Presentation.Entry(key, value)
          }, problem: found.problem)
      })
  }

  /// `HashSet`: a map to nothing.
  static func set(_ value: Value) throws(Unavailable) -> Presentation? {
    let table = try RustHashTable(value)
    return Presentation(
      summary: "size=\(table.count)",
      children: .sequence(count: table.count) { limit in
        let found = table.find(limit)
        return Presentation.Found(found.elements.compactMap { $0.member(named: "__0") }, problem: found.problem)
      })
  }

  /// The first full buckets.
  private func find(_ limit: Int) -> Presentation.Found<Value> {
    var found = Presentation.Found<Value>()
    let wanted = Int(min(count, UInt64(max(limit, 0))))
    var bucket: UInt64 = 0
    while found.elements.count < wanted, bucket < buckets {
      let part = min(buckets - bucket, Self.step)
      let contents = table.surroundings.memory.read(
        table.object(nil, at: control &+ bucket, assurance).storage, count: Int(part))
      guard contents.isComplete else {
        found.problem = contents.absence
        return found
      }
      for (index, byte) in contents.bytes.enumerated() where byte & 0x80 == 0 && found.elements.count < wanted {
        let number = bucket + UInt64(index)
        found.elements.append(table.object(entry, at: control &- (number + 1) &* stride, assurance))
      }
      bucket += part
    }
    if found.elements.count < wanted {
      found.problem = "it says that it has \(count) entries, and \(found.elements.count) buckets are full"
    }
    return found
  }

  /// Control bytes read at a time.
  private static let step: UInt64 = 1 << 14
}
