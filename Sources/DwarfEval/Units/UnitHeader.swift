import ByteCursor

/// The header of a unit (DWARF 5, 7.5.1; earlier versions 7.5.1.1).
public struct UnitHeader: Sendable {
  /// The section the unit stands in.
  public enum Section: Hashable, Sendable {
    case info, types
  }
  public let section: Section
  /// Where the unit starts in its section.
  public let offset: UInt64
  /// The unit from its header's first byte: what `UnitOffset` counts in. Cut off where the section ends before it.
  public let bytes: Bytes
  public let encoding: UnitEncoding
  /// What the header says; versions before 5 say no more than `compile` (which may be a partial unit) or `type`.
  public let type: DwUnitType
  public let abbrevOffset: DebugAbbrevOffset
  /// Where the entries start.
  public let entriesOffset: UnitOffset
  /// A type unit's signature.
  public let typeSignature: UInt64?
  /// The entry of a type unit that describes its type.
  public let typeOffset: UnitOffset?
  /// What joins a skeleton unit and its split unit, where the header says it (version 5).
  public let dwoID: UInt64?

  /// Whether the unit describes one type and holds no code.
  public var isTypeUnit: Bool { type == .type || type == .splitType }
}

/// The headers of a section's units, each found by the length of the one before.
struct UnitHeaderReader {
  private let section: UnitHeader.Section
  private let name: String
  private let bytes: Bytes
  private var cursor: Cursor
  /// What could not be read.
  private(set) var problems: [Diagnostic] = []

  init(_ section: UnitHeader.Section, in sections: DwarfSections) {
    self.section = section
    bytes = section == .info ? sections.info.bytes : sections.types.bytes
    name = section == .info ? DebugInfo.name : DebugTypes.name
    cursor = bytes.cursor()
  }

  /// The next unit whose header can be read.
  mutating func next() -> UnitHeader? {
    while !cursor.isAtEnd {
      let start = cursor.position
      do throws(ReadError) {
        let (length, offsetSize) = try cursor.initialLength()
        // Linkers pad with zeros.
        if length == 0 { continue }
        var size = length
        if length > UInt64(cursor.remaining) {
          let error = ReadError(.unitTooLong, value: length, section: name, offset: FileOffset(UInt64(start)))
          problems.append(Diagnostic(error, lost: "the end of a unit"))
          size = UInt64(cursor.remaining)
        }
        var header = try cursor.bytes(size).cursor()
        if let unit = try read(&header, start: start, offsetSize: offsetSize) { return unit }
      } catch {
        problems.append(Diagnostic(error.within(name), lost: "a unit"))
        // Behind a length that cannot be read there is no next unit.
        if error.rule == .reservedLength || error.rule == .unexpectedEnd { break }
      }
    }
    return nil
  }

  private func read(_ cursor: inout Cursor, start: Int, offsetSize: UInt8) throws(ReadError) -> UnitHeader? {
    let place = cursor.fileOffset
    let version = try cursor.u16()
    guard (2...5).contains(version) else {
      throw ReadError(.unknownDwarfVersion, value: UInt64(version), offset: place)
    }
    func offset() throws(ReadError) -> UInt64 { offsetSize == 8 ? try cursor.u64() : UInt64(try cursor.u32()) }
    var type: DwUnitType = section == .types ? .type : .compile
    let abbreviations: UInt64
    let addressSize: UInt8
    if version >= 5 {
      type = DwUnitType(rawValue: try cursor.u8())
      addressSize = try cursor.u8()
      abbreviations = try offset()
    } else {
      abbreviations = try offset()
      addressSize = try cursor.u8()
    }
    guard [1, 2, 4, 8].contains(addressSize) else {
      throw ReadError(.badAddressSize, value: UInt64(addressSize), offset: place)
    }
    var dwoID: UInt64?
    var signature: UInt64?
    var typeOffset: UInt64?
    switch type {
    case .compile, .partial: break
    case .skeleton, .splitCompile: dwoID = try cursor.u64()
    case .type, .splitType:
      signature = try cursor.u64()
      typeOffset = try offset()
    default: throw ReadError(.unknownUnitType, value: UInt64(type.rawValue), offset: place)
    }
    let unit = bytes.clamped(start - bytes.start, count: cursor.end - start)
    return UnitHeader(
      section: section, offset: UInt64(start - bytes.start), bytes: unit,
      encoding: UnitEncoding(version: version, offsetSize: offsetSize, addressSize: addressSize), type: type,
      abbrevOffset: DebugAbbrevOffset(abbreviations), entriesOffset: UnitOffset(UInt64(cursor.position - start)),
      typeSignature: signature, typeOffset: typeOffset.map { UnitOffset($0) }, dwoID: dwoID)
  }
}
