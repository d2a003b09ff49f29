import ByteCursor

/// Decodes the contents of one section, entry by entry.
///
/// What is wrong with an entry ends the section, since nothing says where the next one starts; the entries
/// before it are kept. A name that is not UTF-8 ends nothing and is noted in `problem`.
struct SectionDecoder {
  var cursor: Cursor
  let limits: Limits
  /// The first problem.
  private(set) var problem: ReadError?

  private init(_ section: Section, limits: Limits) {
    cursor = section.contents.cursor()
    self.limits = limits
  }

  /// The entries of a section that is one vector; none where there is no such section.
  ///
  /// Each call of `read` appends what one entry of the vector stands for.
  static func vector<Element>(
    _ section: Section?, limits: Limits,
    _ read: (inout SectionDecoder, inout [Element]) throws(ReadError) -> Void
  ) -> Part<[Element]> {
    guard let section else { return Part(value: []) }
    var decoder = SectionDecoder(section, limits: limits)
    var elements: [Element] = []
    do throws(ReadError) {
      let count = try decoder.count()
      // On the file's word alone nothing large is reserved.
      elements.reserveCapacity(Swift.min(count, decoder.cursor.remaining, 4096))
      for _ in 0..<count { try read(&decoder, &elements) }
      try decoder.finish()
    } catch {
      decoder.note(error)
    }
    return Part(value: elements, problem: decoder.problem?.within(section.title))
  }

  /// The one number that is all of a section; nil where there is no such section.
  static func number(_ section: Section?, limits: Limits) -> Part<UInt32?> {
    guard let section else { return Part(value: nil) }
    var decoder = SectionDecoder(section, limits: limits)
    var number: UInt32?
    do throws(ReadError) {
      number = try decoder.cursor.uleb32()
      try decoder.finish()
    } catch {
      decoder.note(error)
    }
    return Part(value: number, problem: decoder.problem?.within(section.title))
  }

  /// The function bodies of the code section, found by hopping from size to size.
  static func bodies(_ section: Section?, firstFunction: UInt32, limits: Limits) -> Part<FunctionBodies> {
    guard let section else {
      return Part(value: FunctionBodies(section: .empty, firstFunction: firstFunction, headers: [0]))
    }
    var decoder = SectionDecoder(section, limits: limits)
    let start = decoder.cursor.position
    var headers: [UInt32] = []
    do throws(ReadError) {
      let count = try decoder.count()
      // A body is a byte at the least. The section's size is a u32: so are offsets in it.
      headers.reserveCapacity(Swift.min(count, decoder.cursor.remaining) + 1)
      var cursor = decoder.cursor
      for _ in 0..<count {
        let header = cursor.position
        let size = Int(try cursor.uleb32())
        headers.append(UInt32(truncatingIfNeeded: header - start))
        guard size <= cursor.remaining else {
          // What there is of the body is kept.
          let offset = FileOffset(UInt64(header))
          _ = cursor.rest()
          decoder.cursor = cursor
          throw ReadError(.bodyTooLong, value: UInt64(size), offset: offset)
        }
        try cursor.skip(size)
        decoder.cursor = cursor
      }
      try decoder.finish()
    } catch {
      decoder.note(error)
    }
    headers.append(UInt32(truncatingIfNeeded: decoder.cursor.position - start))
    return Part(
      value: FunctionBodies(section: section.contents, firstFunction: firstFunction, headers: headers),
      problem: decoder.problem?.within(section.title))
  }

  private mutating func note(_ error: ReadError) {
    if problem == nil { problem = error }
  }

  private mutating func count() throws(ReadError) -> Int { try cursor.vectorCount(cap: limits.entities) }

  private func finish() throws(ReadError) {
    guard cursor.isAtEnd else { throw cursor.error(.sectionSizeMismatch, value: UInt64(cursor.remaining)) }
  }

  /// A name; one that is not UTF-8 is noted, and U+FFFD stands in it.
  private mutating func name() throws(ReadError) -> String {
    let start = cursor.fileOffset
    let bytes = try cursor.bytes(UInt64(try cursor.uleb32()))
    if let name = bytes.validString { return name }
    note(ReadError(.invalidUTF8, offset: start))
    return bytes.string
  }
}

// MARK: Entries

extension SectionDecoder {
  private mutating func kind() throws(ReadError) -> ExternalKind {
    let here = cursor.fileOffset
    let byte = try cursor.u8()
    guard let kind = ExternalKind(rawValue: byte) else {
      throw ReadError(.malformedKind, value: UInt64(byte), offset: here)
    }
    return kind
  }

  /// An import (5.5.5).
  mutating func importEntry() throws(ReadError) -> Import {
    let module = try name()
    let name = try name()
    let type: ImportType
    switch try kind() {
    case .function: type = .function(try cursor.uleb32())
    case .table: type = .table(try cursor.tableType())
    case .memory: type = .memory(try cursor.memoryType())
    case .global: type = .global(try cursor.globalType())
    case .tag: type = .tag(try tag())
    }
    return Import(module: module, name: name, type: type)
  }

  /// A tag's type (5.3.14): the type index.
  mutating func tag() throws(ReadError) -> UInt32 {
    let here = cursor.fileOffset
    let attribute = try cursor.u8()
    guard attribute == 0 else { throw ReadError(.malformedTag, value: UInt64(attribute), offset: here) }
    return try cursor.uleb32()
  }

  /// A table (5.5.7): its type, or 0x40 0x00, its type and the elements' first value.
  mutating func table() throws(ReadError) -> Table {
    guard cursor.peek() == 0x40 else { return Table(type: try cursor.tableType(), initializer: nil) }
    try cursor.skip(1)
    let here = cursor.fileOffset
    let reserved = try cursor.u8()
    guard reserved == 0 else { throw ReadError(.malformedTable, value: UInt64(reserved), offset: here) }
    return Table(type: try cursor.tableType(), initializer: try cursor.constantExpression())
  }

  /// A global (5.5.9).
  mutating func global() throws(ReadError) -> Global {
    Global(type: try cursor.globalType(), initializer: try cursor.constantExpression())
  }

  /// An export (5.5.10).
  mutating func export() throws(ReadError) -> Export {
    Export(name: try name(), kind: try kind(), index: try cursor.uleb32())
  }

  /// An element segment (5.5.12). The flags' bits: 0 not active; 1 a table index, or declarative; 2 expressions.
  mutating func element() throws(ReadError) -> ElementSegment {
    let here = cursor.fileOffset
    let flags = try cursor.uleb32()
    guard flags < 8 else { throw ReadError(.malformedElement, value: UInt64(flags), offset: here) }
    let mode: ElementSegment.Mode
    if flags & 1 == 0 {
      let table = flags & 2 != 0 ? try cursor.uleb32() : 0
      mode = .active(table: table, offset: try cursor.constantExpression())
    } else {
      mode = flags & 2 != 0 ? .declarative : .passive
    }
    let areExpressions = flags & 4 != 0
    var type = ReferenceType(.func, isNullable: areExpressions)
    // The forms without a type are those of the first version: table 0 and functions.
    if flags & 3 != 0 {
      if areExpressions {
        type = try cursor.referenceType()
      } else {
        let here = cursor.fileOffset
        let kind = try cursor.u8()
        guard kind == 0 else { throw ReadError(.malformedElement, value: UInt64(kind), offset: here) }
      }
    }
    return ElementSegment(mode: mode, type: type, elements: try elements(areExpressions: areExpressions))
  }

  private mutating func elements(areExpressions: Bool) throws(ReadError) -> ElementSegment.Elements {
    let count = Int(try cursor.uleb32())
    var first = cursor
    if areExpressions {
      for _ in 0..<count { _ = try cursor.constantExpression() }
    } else {
      for _ in 0..<count { _ = try cursor.uleb32() }
    }
    let bytes = try first.bytes(UInt64(cursor.position - first.position))
    return ElementSegment.Elements(count: count, areExpressions: areExpressions, bytes: bytes)
  }

  /// A data segment (5.5.14). Of one that the section's end cuts off, what is there is kept.
  mutating func data() throws(ReadError) -> DataSegment {
    let here = cursor.fileOffset
    let flags = try cursor.uleb32()
    let mode: DataSegment.Mode
    switch flags {
    case 0: mode = .active(memory: 0, offset: try cursor.constantExpression())
    case 1: mode = .passive
    case 2:
      let memory = try cursor.uleb32()
      mode = .active(memory: memory, offset: try cursor.constantExpression())
    default: throw ReadError(.malformedData, value: UInt64(flags), offset: here)
    }
    let size = UInt64(try cursor.uleb32())
    guard size <= UInt64(cursor.remaining) else {
      note(cursor.error(.unexpectedEnd, value: size))
      return DataSegment(mode: mode, contents: cursor.rest())
    }
    return DataSegment(mode: mode, contents: try cursor.bytes(size))
  }
}
