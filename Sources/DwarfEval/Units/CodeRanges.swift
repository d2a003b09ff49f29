import ByteCursor

/// The attributes that say where an entry's code is (DWARF 5, 2.17).
struct CodeAttributes {
  var low: FormValue?
  var high: FormValue?
  var list: FormValue?

  init() {}

  /// Reads all attributes of an entry and keeps these.
  init(
    _ cursor: inout Cursor, _ abbreviation: Abbreviation, table: AbbreviationTable, encoding: UnitEncoding
  ) throws(ReadError) {
    var index = Int(abbreviation.firstAttribute)
    let end = index + Int(abbreviation.attributeCount)
    while index < end {
      let spec = table.attributes[index]
      index += 1
      switch spec.name {
      case .lowPC: low = try cursor.value(of: spec.form, encoding: encoding)
      case .highPC:
        high = try cursor.value(
          of: spec.form, encoding: encoding, implicit: table.constants[Int(spec.constant)])
      case .ranges: list = try cursor.value(of: spec.form, encoding: encoding)
      default: try cursor.skipValue(of: spec.form, encoding: encoding)
      }
    }
  }
}

/// How many bytes of range lists may be read for one table. Honest entries share few lists; in a hostile file
/// every entry could name the same long one.
struct RangeBudget: Sendable {
  private var left: Int

  init(_ sections: DwarfSections) {
    self.init(max(sections.ranges.bytes.count, sections.rngLists.bytes.count))
  }

  fileprivate init(_ size: Int) {
    let (budget, overflow) = size.multipliedReportingOverflow(by: 8)
    left = overflow ? .max : budget
  }

  mutating func spend(_ bytes: Int) throws(ReadError) {
    left -= bytes
    if left < 0 { throw ReadError(.overLimit, section: DebugRanges.name, offset: FileOffset(0)) }
  }
}

/// Turns what one unit's entries say about their code into ranges.
///
/// Holds what this takes of the unit, so that scans over many entries look it up once.
struct CodeRangeReader {
  let encoding: UnitEncoding
  private let lowPC: UInt64
  private let addrBase: DebugAddrBase
  private let rngListsBase: ListsBase<DebugRngLists>
  /// What a split unit's offsets into `.debug_ranges` of the linked file count from.
  private let pairsBase: UInt64
  private let addr: DebugAddr
  private let pairs: DebugRanges
  private let lists: DebugRngLists

  init(_ sections: borrowing DwarfSections, _ header: UnitHeader, _ root: UnitRoot, isSplit: Bool) {
    encoding = header.encoding
    lowPC = root.lowPC ?? 0
    addrBase = root.addrBase ?? .standard(header.encoding)
    rngListsBase = root.rngListsBase ?? .standard(header.encoding)
    // The skeleton's own lists do not count from the base that it has.
    pairsBase = isSplit ? root.gnuRangesBase ?? 0 : 0
    addr = sections.addr
    pairs = sections.ranges
    lists = sections.rngLists
  }

  /// What reading the ranges of one table may cost.
  var budget: RangeBudget { RangeBudget(max(pairs.bytes.count, lists.bytes.count)) }

  /// The range list that `value` points to; nil where it is no pointer to one.
  /// - Throws: `offsetOutOfBounds`, `indexOutOfBounds`.
  func list(_ value: FormValue) throws(ReadError) -> RangeListReader? {
    let offset: UInt64
    if case .rangeListIndex(let index) = value {
      offset = try lists.offset(index, base: rngListsBase, encoding: encoding).rawValue
    } else if let value = value.offsetValue {
      offset = value
    } else {
      return nil
    }
    guard encoding.version >= 5 else {
      return try pairs.list(at: DebugRangesOffset(offset &+ pairsBase), base: lowPC, encoding: encoding)
    }
    return try lists.list(
      at: ListsOffset(offset), base: lowPC, encoding: encoding, addresses: addr, addrBase: addrBase)
  }

  /// The ranges of `entry`; none where a linker removed its code.
  func ranges(of entry: Entry) throws(ReadError) -> [CodeRange] {
    var cursor = entry.values
    var found: [CodeRange] = []
    var budget = budget
    let code = try CodeAttributes(&cursor, entry.abbreviation, table: entry.table, encoding: encoding)
    try append(code, to: &found, budget: &budget)
    return found
  }

  /// Appends the ranges that `code` describes to `found`; those in front of an error are kept.
  /// - Throws: what reading a list throws, `overLimit`.
  func append(_ code: CodeAttributes, to found: inout [CodeRange], budget: inout RangeBudget) throws(ReadError) {
    if let value = code.list {
      guard var reader = try list(value) else { return }
      var spent = 0
      while let range = try reader.next() {
        found.append(range)
        try budget.spend(reader.bytesRead - spent)
        spent = reader.bytesRead
      }
      return try budget.spend(reader.bytesRead - spent)
    }
    guard let low = code.low.flatMap({ addr.address($0, base: addrBase, encoding: encoding) }),
      !encoding.isTombstone(low)
    else { return }
    // Without an end the entry stands for its first address alone (2.17.1).
    let end = code.high.flatMap { self.end($0, low: low) } ?? low &+ 1
    if let range = CodeRange(CodeAddress(low), CodeAddress(end)) { found.append(range) }
  }

  /// The end that `DW_AT_high_pc` says: an address, or since version 4 a distance from `low`.
  private func end(_ value: FormValue, low: UInt64) -> UInt64? {
    if let address = addr.address(value, base: addrBase, encoding: encoding) { return address }
    guard let size = value.unsignedValue else { return nil }
    let (end, overflow) = low.addingReportingOverflow(size)
    return overflow ? nil : end
  }
}

extension Entry {
  /// Where the code of a function, inlined subroutine or block is, as far as that can be read; nil where it says nothing
  /// of code.
  public var codeRanges: [CodeRange]? {
    guard self[.lowPC] != nil || self[.ranges] != nil else { return nil }
    return try? unit.codeRanges().ranges(of: self)
  }
}
