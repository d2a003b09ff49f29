import ByteCursor

/// The header of a line-number program: how the program is encoded, and the files that its rows and the unit's
/// entries (`DW_AT_decl_file`, `DW_AT_call_file`) refer to (DWARF 5, 6.2.4).
///
/// A class, since units, tables and whoever asks for a path share it. It never changes.
public final class LineProgramHeader: Sendable {
  /// Where the program's header starts.
  public let offset: DebugLineOffset
  /// Where the next program's header starts.
  public let next: DebugLineOffset
  /// The program's own version (it may differ from the unit's), its offset size, and the address size.
  public let encoding: UnitEncoding
  /// The line-number program behind the header.
  public let program: Bytes
  /// What of the header could not be read, or contradicts itself.
  public let diagnostics: [Diagnostic]
  /// The unit's `DW_AT_comp_dir`, to which relative paths are relative.
  public let compilationDirectory: Bytes?

  let parameters: LineProgramParameters
  private let directories: LineEntryTable
  private let files: LineEntryTable
  private let sections: DwarfSections

  /// Reads the header at `offset`.
  ///
  /// Before DWARF 5 the address size is the unit's: `addressSize`. Damage to the tables of directories and files
  /// costs the rest of these tables; the program can be decoded all the same.
  /// - Throws: `offsetOutOfBounds`, `unexpectedEnd`, `reservedLength`, `unknownDwarfVersion`.
  public init(
    at offset: DebugLineOffset, in sections: DwarfSections, addressSize: UInt8 = 4, compilationDirectory: Bytes? = nil
  ) throws(ReadError) {
    do throws(ReadError) {
      var cursor = try sections.line.cursor(at: offset.rawValue)
      var diagnostics: [Diagnostic] = []
      let unit = try Self.unit(&cursor, &diagnostics)
      next = DebugLineOffset(UInt64(cursor.position - sections.line.bytes.start))
      cursor = unit.contents.cursor()
      let version = try cursor.u16()
      guard (2...5).contains(version) else { throw cursor.error(.unknownDwarfVersion, value: UInt64(version)) }
      var size = addressSize
      if version >= 5 {
        size = try cursor.u8()
        // The size of segment selectors: nothing in a line table uses it.
        try cursor.skip(1)
      }
      let encoding = UnitEncoding(version: version, offsetSize: unit.offsetSize, addressSize: size)
      let length = try cursor.offset(encoding)
      var header = cursor
      let lengthFits = length <= UInt64(cursor.remaining)
      if lengthFits { header = try cursor.bytes(length).cursor() }
      parameters = try LineProgramParameters(&header, version: version)

      var directories = LineEntryTable(unit.contents)
      var files = LineEntryTable(unit.contents)
      // Where the program starts if the header's length does not say.
      var behindTables: Bytes?
      do throws(ReadError) {
        if version >= 5 {
          try directories.read(&header, encoding: encoding)
          try files.read(&header, encoding: encoding)
        } else {
          try directories.readTerminated(&header, fields: LineEntryField.directoriesBeforeDwarf5, encoding: encoding)
          try files.readTerminated(&header, fields: LineEntryField.filesBeforeDwarf5, encoding: encoding)
        }
        behindTables = header.rest()
      } catch {
        diagnostics.append(Diagnostic(error.within(DebugLine.name), lost: "directories or files of a line table"))
      }
      if lengthFits {
        program = cursor.rest()
      } else {
        diagnostics.append(
          Diagnostic(
            "a line table's header is longer than its unit", section: DebugLine.name,
            offset: unit.contents.fileOffset))
        program = behindTables ?? cursor.rest().clamped(.max, count: 0)
      }
      self.offset = offset
      self.encoding = encoding
      self.directories = directories
      self.files = files
      self.diagnostics = diagnostics
      self.sections = sections
      self.compilationDirectory = compilationDirectory
    } catch {
      throw error.within(DebugLine.name)
    }
  }

  /// The contents behind a unit's length, which `cursor` leaves behind it.
  private static func unit(
    _ cursor: inout Cursor, _ diagnostics: inout [Diagnostic]
  ) throws(ReadError) -> (contents: Bytes, offsetSize: UInt8) {
    let start = cursor.fileOffset
    let (length, offsetSize) = try cursor.initialLength()
    if length <= UInt64(cursor.remaining) { return (try cursor.bytes(length), offsetSize) }
    diagnostics.append(
      Diagnostic(
        ReadError(.unitTooLong, value: length, section: DebugLine.name, offset: start), lost: "end of a line table"))
    return (cursor.rest(), offsetSize)
  }

  // MARK: What the header says

  /// The size of the smallest instruction in bytes, by which address advances are multiplied.
  public var minimumInstructionLength: UInt8 { UInt8(truncatingIfNeeded: parameters.minimumInstructionLength) }
  /// How many operations an instruction can hold: 1 but for VLIW machines.
  public var maximumOperationsPerInstruction: UInt8 { UInt8(truncatingIfNeeded: parameters.maximumOperations) }
  /// Whether rows start a statement unless the program says otherwise.
  public var defaultIsStatement: Bool { parameters.defaultIsStatement }
  /// The least line advance of a special opcode.
  public var lineBase: Int8 { parameters.lineBase }
  /// How many line advances special opcodes tell apart.
  public var lineRange: UInt8 { parameters.lineRange }
  /// The first special opcode.
  public var opcodeBase: UInt8 { parameters.opcodeBase }
  /// How many LEB128 operands each standard opcode has, the first number being opcode 1's.
  public var standardOpcodeLengths: Bytes { parameters.standardOpcodeLengths }

  // MARK: Directories and files

  /// The valid directory indices: from 1 before DWARF 5, where 0 is the compilation directory; from 0 since.
  public var directoryIndices: Range<Int> { firstIndex..<firstIndex + directories.count }
  /// The valid file indices: from 1 before DWARF 5, from 0 since.
  public var fileIndices: Range<Int> { firstIndex..<firstIndex + files.count }
  private var firstIndex: Int { encoding.version >= 5 ? 0 : 1 }

  /// Directory `index` as the header has it, possibly relative to the compilation directory. Index 0 is the
  /// compilation directory in every version.
  /// - Throws: `indexOutOfBounds` where there is none, and what damaged strings throw.
  public func directory(_ index: UInt64) throws(ReadError) -> Bytes {
    if index == 0, encoding.version < 5 { return compilationDirectory ?? .empty }
    let entry = try entry(index, of: directories)
    return entry.name
  }

  /// File `index`.
  /// - Throws: `indexOutOfBounds` where there is none, and what damaged strings throw.
  public func file(_ index: UInt64) throws(ReadError) -> LineFile { try entry(index, of: files) }

  private func entry(_ index: UInt64, of table: LineEntryTable) throws(ReadError) -> LineFile {
    let (position, isBelow) = index.subtractingReportingOverflow(UInt64(firstIndex))
    guard !isBelow, position < UInt64(table.count) else {
      throw ReadError(.indexOutOfBounds, value: index, section: DebugLine.name, offset: program.fileOffset)
    }
    return try table.entry(Int(position), encoding: encoding, sections: sections)
  }

  /// The file that DW_LNE_define_file defines at `position` in the storage.
  func definedFile(at position: Int) throws(ReadError) -> LineFile {
    var cursor = try program.cursor(at: UInt64(position - program.start))
    return try cursor.lineFile(LineEntryField.filesBeforeDwarf5, encoding: encoding, sections: sections)
  }

  /// The path of file `index`, absolute where the file says enough for it.
  /// - Throws: as `file`. A directory that cannot be read is left out.
  public func path(ofFile index: UInt64) throws(ReadError) -> String { path(of: try file(index)) }

  /// The path of `file`: compilation directory, directory and name, joined at the last part that is absolute.
  ///
  /// Of a part that is longer than any system's paths the beginning: a hundred thousand files may be said to be in a folder
  /// whose name is a megabyte.
  public func path(of file: LineFile) -> String {
    let compilation = compilationDirectory.map(Self.text) ?? ""
    let directory = (try? self.directory(file.directory)).map(Self.text) ?? ""
    // In DWARF 5 directory 0 is the compilation directory as the line table knows it, and may itself be relative:
    // what it would be relative to is not the compilation directory again.
    if file.directory == 0, !directory.isEmpty { return SourcePath.join([directory, Self.text(file.name)]) }
    return SourcePath.join([compilation, directory, Self.text(file.name)])
  }

  /// The longest part of a path, in bytes.
  private static let pathBytes = 8192

  private static func text(_ part: Bytes) -> String { part.clamped(0, count: pathBytes).string }

  // MARK: Rows

  /// The rows of the program in its order.
  public func rows(limits: Limits = .standard) -> LineRows {
    LineRows(parameters, at: program.cursor(), limits: limits)
  }

  /// The rows behind that of `checkpoint`.
  func rows(behind checkpoint: LineCheckpoint) -> LineRows {
    LineRows(parameters, of: program, behind: checkpoint)
  }
}

extension LineProgramParameters {
  /// Reads what stands between the header's length and its tables.
  init(_ cursor: inout Cursor, version: UInt16) throws(ReadError) {
    minimumInstructionLength = UInt64(try cursor.u8())
    // 0 is not allowed; producers that write it mean what 1 says.
    if version >= 4 { maximumOperations = UInt64(max(1, try cursor.u8())) }
    defaultIsStatement = try cursor.u8() != 0
    lineBase = Int8(bitPattern: try cursor.u8())
    lineRange = try cursor.u8()
    if lineRange != 0 { lineRangeReciprocal = (65535 + UInt32(lineRange)) / UInt32(lineRange) }
    opcodeBase = try cursor.u8()
    standardOpcodeLengths = try cursor.bytes(UInt64(max(1, opcodeBase) - 1))
  }
}
