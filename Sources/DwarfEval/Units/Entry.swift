import ByteCursor

/// A debugging information entry (DIE): a place in a unit, whose attributes are read when they are asked for.
public struct Entry: Sendable {
  /// The unit it belongs to.
  public let unit: Unit
  /// Where it starts in its unit.
  public let offset: UnitOffset
  let abbreviation: Abbreviation
  let table: AbbreviationTable
  /// Where its attributes start.
  let values: Cursor

  /// What it describes.
  public var tag: DwTag { abbreviation.tag }
  /// Whether entries follow that belong to it.
  public var hasChildren: Bool { abbreviation.hasChildren }

  /// Where it starts in `.debug_info`, and how other units refer to it (for an entry of `.debug_types`, there).
  public var sectionOffset: UInt64 { unit.header.offset &+ offset.rawValue }

  /// Its attributes in order.
  public var attributes: AttributeReader { AttributeReader(self) }

  /// The value of attribute `name`, nil where it is missing or cannot be read.
  public subscript(name: DwAttribute) -> FormValue? {
    var reader = attributes
    return try? reader.value(of: name)
  }
}

extension Entry: Hashable {
  public static func == (left: Entry, right: Entry) -> Bool {
    left.unit === right.unit && left.offset == right.offset
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(unit))
    hasher.combine(offset)
  }
}

/// Reads the attributes of an entry one by one.
public struct AttributeReader: Sendable {
  private var cursor: Cursor
  private let table: AbbreviationTable
  private let encoding: UnitEncoding
  private var index: Int
  private let end: Int

  init(_ entry: Entry) {
    cursor = entry.values
    table = entry.table
    encoding = entry.unit.encoding
    index = Int(entry.abbreviation.firstAttribute)
    end = index + Int(entry.abbreviation.attributeCount)
  }

  /// The next attribute with its value; nil behind the last.
  /// - Throws: what reading the value throws; nothing behind it can be read.
  public mutating func next() throws(ReadError) -> (name: DwAttribute, value: FormValue)? {
    guard index < end else { return nil }
    let spec = table.attributes[index]
    index += 1
    let value = try cursor.value(
      of: spec.form, encoding: encoding, implicit: table.constants[Int(spec.constant)])
    return (spec.name, value)
  }

  /// The value of the next attribute that is called `name`.
  mutating func value(of name: DwAttribute) throws(ReadError) -> FormValue? {
    while index < end {
      let spec = table.attributes[index]
      index += 1
      if spec.name == name {
        return try cursor.value(of: spec.form, encoding: encoding, implicit: table.constants[Int(spec.constant)])
      }
      try cursor.skipValue(of: spec.form, encoding: encoding)
    }
    return nil
  }
}

extension Unit {
  /// The entry at `offset`.
  /// - Throws: `offsetOutOfBounds` where there is no entry, `unknownAbbreviation`.
  public func entry(at offset: UnitOffset) throws(ReadError) -> Entry {
    do throws(ReadError) {
      guard offset >= header.entriesOffset else {
        throw ReadError(.offsetOutOfBounds, value: offset.rawValue, offset: header.bytes.fileOffset)
      }
      var cursor = try header.bytes.cursor(at: offset.rawValue)
      let table = try abbreviations.get()
      let place = cursor.fileOffset
      let code = try cursor.uleb64()
      guard let abbreviation = table.abbreviation(code) else {
        throw ReadError(.unknownAbbreviation, value: code, offset: place)
      }
      return Entry(unit: self, offset: offset, abbreviation: abbreviation, table: table, values: cursor)
    } catch {
      throw error.within(sectionName)
    }
  }

  /// The unit's first entry.
  public func rootEntry() throws(ReadError) -> Entry { try entry(at: header.entriesOffset) }

  /// A walk over all entries, whose places fit into 32 bits.
  /// - Throws: `offsetOutOfBounds`, `overLimit`.
  func walker(_ table: AbbreviationTable) throws(ReadError) -> EntryWalker {
    let cursor = try header.bytes.cursor(at: header.entriesOffset.rawValue)
    guard header.bytes.count <= Int(UInt32.max) else { throw cursor.error(.overLimit) }
    return EntryWalker(cursor, table: table, encoding: encoding)
  }

  /// All entries from the one at `offset` (the first where it is nil) to the unit's end.
  /// - Throws: `offsetOutOfBounds`, and what reading the abbreviations throws.
  public func entries(from offset: UnitOffset? = nil) throws(ReadError) -> EntryReader {
    let cursor = try header.bytes.cursor(at: (offset ?? header.entriesOffset).rawValue)
    return EntryReader(self, table: try abbreviations.get(), cursor: cursor)
  }
}

/// Entries in the order in which they stand, with their depth.
public struct EntryReader: Sendable {
  private let unit: Unit
  private let table: AbbreviationTable
  private var walker: EntryWalker
  /// The entry whose attributes are yet to be skipped.
  private var pending: Abbreviation?
  /// How deep the entry that `next` returned last stands below the first.
  public private(set) var depth = 0
  private var nextDepth = 0
  private var isDone = false

  init(_ unit: Unit, table: AbbreviationTable, cursor: Cursor) {
    self.unit = unit
    self.table = table
    walker = EntryWalker(cursor, table: table, encoding: unit.encoding)
  }

  /// The next entry; nil at the end of the unit or of the first entry's family.
  /// - Throws: what reading an entry throws; nothing behind it can be read.
  public mutating func next() throws(ReadError) -> Entry? {
    guard !isDone else { return nil }
    // Whatever ends this call without an entry ends the sequence.
    isDone = true
    do throws(ReadError) {
      if let abbreviation = pending {
        try walker.skipAttributes(of: abbreviation)
        if abbreviation.hasChildren { nextDepth += 1 } else if nextDepth == 0 { return nil }
      }
      pending = nil
      while let (start, abbreviation) = try walker.next() {
        guard let abbreviation else {
          nextDepth -= 1
          if nextDepth <= 0 { return nil }
          continue
        }
        isDone = false
        pending = abbreviation
        depth = nextDepth
        return Entry(
          unit: unit, offset: UnitOffset(UInt64(start - unit.header.bytes.start)), abbreviation: abbreviation,
          table: table, values: walker.cursor)
      }
      return nil
    } catch {
      throw error.within(unit.sectionName)
    }
  }
}

/// The inner loop of every scan over entries: finds abbreviations and skips attributes. No references are
/// counted in it, and the whole of it is inlined where it is used.
struct EntryWalker: Sendable {
  var cursor: Cursor
  private let table: AbbreviationTable
  private let abbreviations: [Abbreviation]
  private let steps: [SkipStep]
  private let isDense: Bool
  let encoding: UnitEncoding

  init(_ cursor: Cursor, table: AbbreviationTable, encoding: UnitEncoding) {
    self.cursor = cursor
    self.table = table
    abbreviations = table.abbreviations
    steps = table.steps
    isDense = table.isDense
    self.encoding = encoding
  }

  /// Where the next entry starts and its abbreviation, nil for the null entry that ends a list of siblings;
  /// then the cursor stands at its attributes. Nil at the end of the unit.
  @inline(__always) mutating func next() throws(ReadError) -> (start: Int, Abbreviation?)? {
    guard let first = cursor.peek() else { return nil }
    let start = cursor.position
    // Most codes take one byte, and most tables number them without gaps.
    if first < 0x80, isDense {
      try cursor.skip(1)
      if first == 0 { return (start, nil) }
      let place = Int(first) - 1
      if place < abbreviations.count { return (start, abbreviations[place]) }
      throw ReadError(.unknownAbbreviation, value: UInt64(first), offset: FileOffset(UInt64(start)))
    }
    let code = try cursor.uleb64()
    if code == 0 { return (start, nil) }
    guard let place = table.place(code) else {
      throw ReadError(.unknownAbbreviation, value: code, offset: FileOffset(UInt64(start)))
    }
    return (start, abbreviations[place])
  }

  /// Moves over the attributes of the entry that `next` found.
  @inline(__always) mutating func skipAttributes(of abbreviation: Abbreviation) throws(ReadError) {
    try cursor.skipAttributes(of: abbreviation, steps: steps, encoding: encoding)
  }
}
