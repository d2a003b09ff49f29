import ByteCursor

/// A section of lists since version 5, whose parts have a table of their lists' offsets (DWARF 5, 7.28 and 7.29).
public protocol ListsSection: DwarfSection {}

/// An offset into a section of lists.
public struct ListsOffset<Section: ListsSection>: SectionOffset {
  public let rawValue: UInt64
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// Where a unit's table of offsets of lists starts: behind a part's header (`DW_AT_rnglists_base`, `DW_AT_loclists_base`).
public struct ListsBase<Section: ListsSection>: SectionOffset {
  public let rawValue: UInt64
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// What holds where no attribute says it, in split units: the first part.
  public static func standard(_ encoding: UnitEncoding) -> ListsBase {
    ListsBase(encoding.offsetSize == 8 ? 20 : 12)
  }
}

extension ListsSection {
  /// The offset of list `index`: the table of offsets at `base` counts from `base`.
  /// - Throws: `indexOutOfBounds`, `offsetOutOfBounds`.
  public func offset(
    _ index: UInt64, base: ListsBase<Self>, encoding: UnitEncoding
  ) throws(ReadError) -> ListsOffset<Self> {
    var cursor = try cursor(element: index, size: UInt64(encoding.offsetSize), base: base.rawValue)
    let relative = try cursor.offset(encoding)
    let (offset, overflow) = base.rawValue.addingReportingOverflow(relative)
    guard !overflow else {
      throw ReadError(.offsetOutOfBounds, value: relative, section: Self.name, offset: bytes.fileOffset)
    }
    return ListsOffset(offset)
  }
}
