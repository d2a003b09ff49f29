import ByteCursor

/// The debug sections of one file. Sections that the file has not are empty.
public struct DwarfSections: Sendable {
  /// Which of the file's two sets these are.
  public let variant: Variant
  public let info: DebugInfo
  public let types: DebugTypes
  public let abbrev: DebugAbbrev
  public let str: DebugStr
  public let lineStr: DebugLineStr
  public let strOffsets: DebugStrOffsets
  public let addr: DebugAddr
  public let ranges: DebugRanges
  public let rngLists: DebugRngLists
  public let line: DebugLine
  public let loc: DebugLoc
  public let locLists: DebugLocLists
  /// Of a package, where its split units' parts stand.
  let unitIndex: Bytes
  /// Of a package, where its type units' parts stand.
  let typeIndex: Bytes

  static let unitIndexName = ".debug_cu_index"
  static let typeIndexName = ".debug_tu_index"

  /// Which of a file's two sets of sections is meant.
  public enum Variant: Hashable, Sendable, CaseIterable {
    /// `.debug_info` and so on.
    case linked
    /// `.debug_info.dwo` and so on: what a split unit is made of (DWARF 5, 7.3.2).
    case split
  }

  /// The sections that `section` finds by name. Nothing of them is read.
  public init(_ variant: Variant = .linked, section: (String) -> Bytes?) {
    func find<Section: DwarfSection>(_ type: Section.Type) -> Section {
      Section(section(variant == .split ? type.name + ".dwo" : type.name) ?? .empty)
    }
    self.variant = variant
    info = find(DebugInfo.self)
    types = find(DebugTypes.self)
    abbrev = find(DebugAbbrev.self)
    str = find(DebugStr.self)
    lineStr = find(DebugLineStr.self)
    strOffsets = find(DebugStrOffsets.self)
    addr = find(DebugAddr.self)
    ranges = find(DebugRanges.self)
    rngLists = find(DebugRngLists.self)
    line = find(DebugLine.self)
    loc = find(DebugLoc.self)
    locLists = find(DebugLocLists.self)
    // Only packages have these, and in those they have no `.dwo` in their names.
    unitIndex = section(Self.unitIndexName) ?? .empty
    typeIndex = section(Self.typeIndexName) ?? .empty
  }

  /// These sections of a package cut down by `part`, which is not asked for sections that all units share.
  func cut(_ part: (PackageIndex.Column, Bytes) -> Bytes) -> DwarfSections {
    var cut: [String: Bytes] = [DebugStr.name: str.bytes, DebugLineStr.name: lineStr.bytes]
    cut[DebugInfo.name] = part(.info, info.bytes)
    cut[DebugTypes.name] = part(.types, types.bytes)
    cut[DebugAbbrev.name] = part(.abbrev, abbrev.bytes)
    cut[DebugLine.name] = part(.line, line.bytes)
    cut[DebugLoc.name] = part(.loc, loc.bytes)
    cut[DebugLocLists.name] = part(.locLists, locLists.bytes)
    cut[DebugStrOffsets.name] = part(.strOffsets, strOffsets.bytes)
    cut[DebugRngLists.name] = part(.rngLists, rngLists.bytes)
    return DwarfSections { cut[$0] }
  }

  /// These sections of a split file with those that only the linked file has: addresses, and up to version 4 ranges.
  func joined(with linked: DwarfSections) -> DwarfSections {
    var sections: [String: Bytes] = [:]
    for section: any DwarfSection in [
      info, types, abbrev, str, lineStr, strOffsets, linked.addr, linked.ranges, rngLists, line, loc, locLists,
    ] { sections[type(of: section).name] = section.bytes }
    return DwarfSections { sections[$0] }
  }

  /// The text of a string value, wherever it stands; nil where `value` is no string or lies in a supplementary file.
  ///
  /// `strOffsetsBase` is the unit's; without one an index counts from the section's first part.
  /// - Throws: what the string sections throw.
  public func string(
    _ value: FormValue, encoding: UnitEncoding, strOffsetsBase: DebugStrOffsetsBase? = nil
  ) throws(ReadError) -> Bytes? {
    switch value {
    case .string(let bytes): return bytes
    case .stringOffset(let offset): return try str.string(at: offset)
    case .lineStringOffset(let offset): return try lineStr.string(at: offset)
    case .stringIndex(let index):
      let base = strOffsetsBase ?? .standard(encoding)
      return try str.string(at: try strOffsets.offset(index, base: base, encoding: encoding))
    default: return nil
    }
  }
}
