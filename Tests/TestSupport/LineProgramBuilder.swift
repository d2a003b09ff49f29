/// A line-number program of any version, put together opcode by opcode (DWARF 5, 6.2; DWARF 2, 6.2).
public struct LineProgramBuilder {
  /// A file of the header's table.
  public struct File {
    public var name: String
    public var directory: UInt64
    public var time: UInt64
    public var size: UInt64
    /// 16 bytes; version 5 only.
    public var md5: [UInt8]?
    /// Embedded source; version 5 only.
    public var source: String?

    public init(
      _ name: String, directory: UInt64 = 0, time: UInt64 = 0, size: UInt64 = 0, md5: [UInt8]? = nil,
      source: String? = nil
    ) {
      self.name = name
      self.directory = directory
      self.time = time
      self.size = size
      self.md5 = md5
      self.source = source
    }
  }

  /// Where version 5 keeps its strings.
  public enum StringForm: UInt64, CaseIterable, Sendable {
    case string = 0x08
    case strp = 0x0e
    case strx1 = 0x25
    case lineStrp = 0x1f
  }

  // The header.
  public var version: UInt16
  public var is64Bit: Bool
  public var addressSize: UInt8
  public var minimumInstructionLength: UInt8 = 1
  public var maximumOperations: UInt8 = 1
  public var defaultIsStatement: UInt8 = 1
  public var lineBase: Int8 = -5
  public var lineRange: UInt8 = 14
  public var standardOpcodeLengths: [UInt8] = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1]
  /// Where it is to differ from what `standardOpcodeLengths` says.
  public var opcodeBase: UInt8?
  public var directories: [String] = []
  public var files: [File] = []
  public var stringForm = StringForm.string
  /// What is written in place of the true lengths and counts.
  public var unitLength: UInt64?
  public var headerLength: UInt64?
  public var fileCount: UInt64?
  /// What is written in place of the tables of directories and files.
  public var tables: [UInt8]?

  /// The opcodes.
  public var program = ByteBuilder()

  public init(version: UInt16 = 4, is64Bit: Bool = false, addressSize: UInt8 = 4) {
    self.version = version
    self.is64Bit = is64Bit
    self.addressSize = addressSize
  }

  // MARK: Opcodes

  public mutating func copy() { program.u8(1) }
  public mutating func advancePC(_ operations: UInt64) {
    program.u8(2)
    program.uleb(operations)
  }
  public mutating func advanceLine(_ lines: Int64) {
    program.u8(3)
    program.sleb(lines)
  }
  public mutating func setFile(_ index: UInt64) {
    program.u8(4)
    program.uleb(index)
  }
  public mutating func setColumn(_ column: UInt64) {
    program.u8(5)
    program.uleb(column)
  }
  public mutating func negateStatement() { program.u8(6) }
  public mutating func setBasicBlock() { program.u8(7) }
  public mutating func constAddPC() { program.u8(8) }
  public mutating func fixedAdvancePC(_ bytes: UInt16) {
    program.u8(9)
    program.u16(bytes)
  }
  public mutating func setPrologueEnd() { program.u8(10) }
  public mutating func setEpilogueBegin() { program.u8(11) }
  public mutating func setISA(_ isa: UInt64) {
    program.u8(12)
    program.uleb(isa)
  }
  /// A special opcode, which makes a row. The advances must be such that there is one.
  public mutating func special(operations: UInt64, lines: Int64) {
    let base = UInt64(opcodeBase ?? UInt8(standardOpcodeLengths.count + 1))
    program.u8(UInt8(UInt64(lines - Int64(lineBase)) + UInt64(lineRange) * operations + base))
  }
  /// An extended opcode with its operands; `length` where it is to lie.
  public mutating func extended(_ opcode: UInt8, length: UInt64? = nil, _ operands: [UInt8] = []) {
    program.u8(0)
    program.uleb(length ?? UInt64(operands.count + 1))
    program.u8(opcode)
    program.raw(operands)
  }
  public mutating func endSequence() { extended(1) }
  public mutating func setAddress(_ address: UInt64, size: UInt8? = nil) {
    let count = Int(size ?? addressSize)
    extended(2, (0..<count).map { UInt8(truncatingIfNeeded: address >> (8 * min(UInt64($0), 8))) })
  }
  public mutating func defineFile(_ file: File) {
    var operands = ByteBuilder()
    Self.write(file, to: &operands)
    extended(3, operands.bytes)
  }
  public mutating func setDiscriminator(_ value: UInt64) {
    var operands = ByteBuilder()
    operands.uleb(value)
    extended(4, operands.bytes)
  }

  // MARK: Sections

  /// The sections, by name: `.debug_line` and those that its strings stand in.
  public func sections() -> [String: [UInt8]] {
    // A byte in front, so that no string is at offset 0.
    var strings = StringPool()
    var tables = ByteBuilder()
    if let bytes = self.tables {
      tables.raw(bytes)
    } else if version >= 5 {
      writeTables5(&tables, &strings)
    } else {
      for directory in directories { tables.cString(directory) }
      tables.u8(0)
      for file in files { Self.write(file, to: &tables) }
      tables.u8(0)
    }

    var header = ByteBuilder()
    header.u8(minimumInstructionLength)
    if version >= 4 { header.u8(maximumOperations) }
    header.u8(defaultIsStatement)
    header.u8(UInt8(bitPattern: lineBase))
    header.u8(lineRange)
    header.u8(opcodeBase ?? UInt8(standardOpcodeLengths.count + 1))
    header.raw(standardOpcodeLengths)
    header.raw(tables.bytes)

    var unit = ByteBuilder()
    unit.u16(version)
    if version >= 5 {
      unit.u8(addressSize)
      unit.u8(0)
    }
    offset(headerLength ?? UInt64(header.bytes.count), to: &unit)
    unit.raw(header.bytes)
    unit.raw(program.bytes)

    var line = ByteBuilder()
    if is64Bit { line.u32(0xffff_ffff) }
    offset(unitLength ?? UInt64(unit.bytes.count), to: &line)
    line.raw(unit.bytes)

    var offsets = ByteBuilder()
    if is64Bit { offsets.u32(0xffff_ffff) }
    offset(UInt64(strings.offsets.count) * (is64Bit ? 8 : 4) + 4, to: &offsets)
    offsets.u16(5)
    offsets.u16(0)
    for value in strings.offsets { offset(value, to: &offsets) }
    return [
      ".debug_line": line.bytes, ".debug_str": strings.bytes.bytes, ".debug_line_str": strings.bytes.bytes,
      ".debug_str_offsets": offsets.bytes,
    ]
  }

  private struct StringPool {
    var bytes = ByteBuilder()
    var offsets: [UInt64] = []
    init() { bytes.u8(0) }
    mutating func add(_ text: String) -> UInt64 {
      offsets.append(UInt64(bytes.bytes.count))
      bytes.cString(text)
      return offsets[offsets.count - 1]
    }
  }

  private func writeTables5(_ out: inout ByteBuilder, _ strings: inout StringPool) {
    out.u8(1)
    format(&out, 1, stringForm.rawValue)
    out.uleb(UInt64(directories.count))
    for directory in directories { string(directory, &out, &strings) }

    let hasMD5 = files.contains { $0.md5 != nil }
    let hasSource = files.contains { $0.source != nil }
    out.u8(4 + (hasMD5 ? 1 : 0) + (hasSource ? 1 : 0))
    format(&out, 1, stringForm.rawValue)
    format(&out, 2, 0x0f)  // DW_FORM_udata
    format(&out, 3, 0x06)  // DW_FORM_data4
    format(&out, 4, 0x0f)
    if hasMD5 { format(&out, 5, 0x1e) }  // DW_FORM_data16
    if hasSource { format(&out, 0x2001, stringForm.rawValue) }
    out.uleb(fileCount ?? UInt64(files.count))
    for file in files {
      string(file.name, &out, &strings)
      out.uleb(file.directory)
      out.u32(UInt32(file.time))
      out.uleb(file.size)
      if hasMD5 { out.raw(file.md5 ?? [UInt8](repeating: 0, count: 16)) }
      if hasSource { string(file.source ?? "", &out, &strings) }
    }
  }

  private func format(_ out: inout ByteBuilder, _ content: UInt64, _ form: UInt64) {
    out.uleb(content)
    out.uleb(form)
  }

  private func string(_ text: String, _ out: inout ByteBuilder, _ strings: inout StringPool) {
    switch stringForm {
    case .string: out.cString(text)
    case .strp, .lineStrp: offset(strings.add(text), to: &out)
    case .strx1:
      out.u8(UInt8(strings.offsets.count))
      _ = strings.add(text)
    }
  }

  private func offset(_ value: UInt64, to out: inout ByteBuilder) {
    if is64Bit { out.u64(value) } else { out.u32(UInt32(truncatingIfNeeded: value)) }
  }

  private static func write(_ file: File, to out: inout ByteBuilder) {
    out.cString(file.name)
    out.uleb(file.directory)
    out.uleb(file.time)
    out.uleb(file.size)
  }
}
