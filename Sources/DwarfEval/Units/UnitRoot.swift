import ByteCursor

/// What the first entry of a unit says about the unit (DWARF 5, 3.1).
///
/// Strings are not looked up before they are asked for: finding the unit of an address reads all roots.
public struct UnitRoot: Sendable {
  public private(set) var tag = DwTag.null
  public private(set) var hasChildren = false
  public private(set) var language: DwLanguage?
  /// The unit's first address, from which its range and location lists count.
  public private(set) var lowPC: UInt64?
  /// Where the line number program starts.
  public private(set) var lineProgram: DebugLineOffset?
  public private(set) var strOffsetsBase: DebugStrOffsetsBase?
  public private(set) var addrBase: DebugAddrBase?
  public private(set) var rngListsBase: ListsBase<DebugRngLists>?
  /// Where the unit's offsets of location lists start in `.debug_loclists`.
  public private(set) var locListsBase: ListsBase<DebugLocLists>?
  /// `DW_AT_GNU_ranges_base` of a skeleton unit: what the range lists of its split unit count from.
  public private(set) var gnuRangesBase: UInt64?
  /// What joins a skeleton unit and its split unit, from the attribute or the header.
  public private(set) var dwoID: UInt64?
  private(set) var name: FormValue?
  private(set) var compDir: FormValue?
  private(set) var producer: FormValue?
  private(set) var dwoName: FormValue?
  private(set) var low: FormValue?
  private(set) var high: FormValue?
  private(set) var ranges: FormValue?

  /// A unit that cannot be read.
  init() {}

  /// Whether the unit's entries stand in another file. Up to version 4 such a unit names that file and has what only
  /// the linker knows; it may have a few entries of its own, of inlined calls.
  var isSkeleton: Bool { tag == .skeletonUnit || (dwoName != nil && (addrBase != nil || lineProgram != nil)) }

  /// Reads the root of the unit `header` describes; of a split unit `skeleton` says what the linker knows.
  init(
    _ header: UnitHeader, sections: borrowing DwarfSections, abbreviations: AbbreviationCache,
    skeleton: UnitRoot? = nil
  ) throws(ReadError) {
    let encoding = header.encoding
    dwoID = header.dwoID
    var cursor = try header.bytes.cursor(at: header.entriesOffset.rawValue)
    if cursor.isAtEnd { return }
    let code = try cursor.uleb64()
    // A unit without entries.
    if code == 0 { return }
    let layout = try abbreviations.declaration(of: code, at: header.abbrevOffset, encoding: encoding)
    tag = layout.tag
    hasChildren = layout.hasChildren
    for spec in layout.attributes {
      let value = try cursor.value(
        of: spec.form, encoding: encoding, implicit: layout.constants[Int(spec.constant)])
      switch spec.name {
      case .name: name = value
      case .compDir: compDir = value
      case .producer: producer = value
      case .language: language = value.unsignedValue.flatMap { UInt16(exactly: $0) }.map(DwLanguage.init(rawValue:))
      case .lowPC: low = value
      case .highPC: high = value
      case .ranges: ranges = value
      case .stmtList: lineProgram = value.offsetValue.map { DebugLineOffset($0) }
      case .strOffsetsBase: strOffsetsBase = value.offsetValue.map { DebugStrOffsetsBase($0) }
      case .addrBase, .gnuAddrBase: addrBase = value.offsetValue.map { DebugAddrBase($0) }
      case .rnglistsBase: rngListsBase = value.offsetValue.map { ListsBase($0) }
      case .loclistsBase: locListsBase = value.offsetValue.map { ListsBase($0) }
      case .gnuRangesBase: gnuRangesBase = value.offsetValue
      case .dwoID, .gnuDWOID: dwoID = value.unsignedValue
      case .dwoName, .gnuDWOName: dwoName = value
      default: break
      }
    }
    if let skeleton {
      // Where code is and how addresses are found is the linker's to say (DWARF 5, 3.1.3).
      addrBase = addrBase ?? skeleton.addrBase
      lineProgram = skeleton.lineProgram
      gnuRangesBase = skeleton.gnuRangesBase
      if low == nil { lowPC = skeleton.lowPC }
    }
    // Only now is the base of the address table known.
    if let low { lowPC = sections.addr.address(low, base: addrBase ?? .standard(encoding), encoding: encoding) }
  }
}
