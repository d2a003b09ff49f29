import ByteCursor

extension Rule {
  /// A line table's entries would take no bytes, so that their number means nothing.
  public static let emptyLineEntry: Rule = "line table entries without contents"
}

/// A file of a line table (DWARF 5, 6.2.4.1).
public struct LineFile: Sendable {
  /// The name or path.
  public internal(set) var name = Bytes.empty
  /// The index of the directory that a relative name is relative to.
  public internal(set) var directory: UInt64 = 0
  /// When the file was last modified, as the producer counts time; nil where it does not say.
  public internal(set) var modificationTime: UInt64?
  /// The file's size in bytes; nil where the producer does not say.
  public internal(set) var size: UInt64?
  /// The 16 bytes of the contents' MD5 digest.
  public internal(set) var md5: Bytes?
  /// The contents, where the producer embedded them (`DW_LNCT_LLVM_source`).
  public internal(set) var source: Bytes?

  /// Takes over what a field of the entry says.
  mutating func set(
    _ content: DwLineContent, to value: FormValue, encoding: UnitEncoding, sections: DwarfSections
  ) throws(ReadError) {
    switch content {
    case .path: name = try sections.string(value, encoding: encoding) ?? .empty
    case .directoryIndex: directory = value.unsignedValue ?? 0
    // 0 stands for "not known" in both.
    case .timestamp: modificationTime = value.unsignedValue.flatMap { $0 == 0 ? nil : $0 }
    case .size: size = value.unsignedValue.flatMap { $0 == 0 ? nil : $0 }
    case .md5: if case .data16(let digest) = value { md5 = digest }
    case .llvmSource:
      // Where only some of a unit's files have their source embedded, the others have an empty one.
      source = try sections.string(value, encoding: encoding).flatMap { $0.isEmpty ? nil : $0 }
    default: break
    }
  }
}

extension Cursor {
  /// An entry of `fields`.
  mutating func lineFile(
    _ fields: [LineEntryField], encoding: UnitEncoding, sections: DwarfSections
  ) throws(ReadError) -> LineFile {
    var file = LineFile()
    for field in fields {
      let value = try value(of: field.form, encoding: encoding)
      try file.set(field.content, to: value, encoding: encoding, sections: sections)
    }
    return file
  }
}

/// What a field of a directory or file entry holds, and how.
struct LineEntryField: Sendable {
  let content: DwLineContent
  let form: DwForm

  // The fixed formats of DWARF 2 to 4, in the terms of DWARF 5.
  static let directoriesBeforeDwarf5 = [LineEntryField(content: .path, form: .string)]
  static let filesBeforeDwarf5 = [
    LineEntryField(content: .path, form: .string), LineEntryField(content: .directoryIndex, form: .udata),
    LineEntryField(content: .timestamp, form: .udata), LineEntryField(content: .size, form: .udata),
  ]
}

/// The directories or the files of a line table: where each entry stands. Entries are decoded when asked for,
/// since a unit that includes hundreds of files needs the names of a few.
struct LineEntryTable: Sendable {
  private let unit: Bytes
  private var fields: [LineEntryField] = []
  /// Where the entries start in `unit`. (A section of a module is smaller than 4 GiB.)
  private var offsets: [UInt32] = []

  /// An empty table in the contents of `unit`.
  init(_ unit: Bytes) { self.unit = unit }

  var count: Int { offsets.count }

  /// Entry `position`, counted from 0.
  func entry(_ position: Int, encoding: UnitEncoding, sections: DwarfSections) throws(ReadError) -> LineFile {
    var cursor = try unit.cursor(at: UInt64(offsets[position]))
    return try cursor.lineFile(fields, encoding: encoding, sections: sections)
  }

  /// Finds the entries of a table of DWARF 5, which starts with its format.
  mutating func read(_ cursor: inout Cursor, encoding: UnitEncoding) throws(ReadError) {
    for _ in 0..<(try cursor.u8()) {
      let content = try cursor.uleb64()
      let code = try cursor.uleb64()
      guard let form = UInt16(exactly: code) else { throw cursor.error(.unknownForm, value: code) }
      fields.append(
        LineEntryField(content: DwLineContent(rawValue: UInt16(clamping: content)), form: DwForm(rawValue: form)))
    }
    let count = try cursor.uleb64()
    // No entry takes less than a byte, so that a count that lies ends where the bytes do.
    guard count == 0 || fields.contains(where: { $0.form.fixedSize(encoding) != 0 }) else {
      throw cursor.error(.emptyLineEntry, value: count)
    }
    offsets.reserveCapacity(Int(min(count, UInt64(cursor.remaining))))
    var left = count
    while left > 0 {
      try readEntry(&cursor, encoding: encoding)
      left -= 1
    }
  }

  /// Finds the entries of a table up to the empty name that ends it, as before DWARF 5.
  mutating func readTerminated(
    _ cursor: inout Cursor, fields: [LineEntryField], encoding: UnitEncoding
  ) throws(ReadError) {
    self.fields = fields
    while true {
      guard let first = cursor.peek() else { throw cursor.error(.unexpectedEnd) }
      if first == 0 { break }
      try readEntry(&cursor, encoding: encoding)
    }
    try cursor.skip(1)
  }

  private mutating func readEntry(_ cursor: inout Cursor, encoding: UnitEncoding) throws(ReadError) {
    let start = cursor.position - unit.start
    for field in fields { try cursor.skipValue(of: field.form, encoding: encoding) }
    offsets.append(UInt32(truncatingIfNeeded: start))
  }
}
