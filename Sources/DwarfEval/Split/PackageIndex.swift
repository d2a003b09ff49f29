import ByteCursor

/// `.debug_cu_index` or `.debug_tu_index` of a package file (`.dwp`): where the parts of each split unit stand
/// (DWARF 5, 7.3.5; version 2 is GNU's for DWARF 4).
struct PackageIndex: Sendable {
  /// A section that units contribute to. The two versions number them differently.
  enum Column: Sendable {
    case info, types, abbrev, line, loc, locLists, strOffsets, rngLists
  }

  /// Rows of the table of contributions, by the unit's identifier.
  private var rows: [UInt64: Int] = [:]
  private var columns: [Column?] = []
  private var offsets = Bytes.empty
  private var sizes = Bytes.empty

  /// An index without units.
  init() {}

  /// Reads the index in `bytes`; `section` is its name for messages.
  /// - Throws: `badPackageIndex`, `unexpectedEnd`.
  init(_ bytes: Bytes, section: String) throws(ReadError) {
    guard !bytes.isEmpty else { return }
    do throws(ReadError) {
      try read(bytes)
    } catch {
      throw error.within(section)
    }
  }

  private mutating func read(_ bytes: Bytes) throws(ReadError) {
    var cursor = bytes.cursor()
    // Version 2 has four bytes for the version, 5 two bytes and two of padding, which read the same.
    let version = try cursor.u32()
    guard version == 2 || version == 5 else { throw cursor.error(.badPackageIndex, value: UInt64(version)) }
    let columnCount = UInt64(try cursor.u32())
    let unitCount = UInt64(try cursor.u32())
    let slotCount = UInt64(try cursor.u32())
    var hashes = try cursor.bytes(slotCount * 8).cursor()
    var indices = try cursor.bytes(slotCount * 4).cursor()
    var header = try cursor.bytes(columnCount * 4).cursor()
    while !header.isAtEnd { columns.append(Column(try header.u32(), version: version)) }
    let (cells, overflow) = columnCount.multipliedReportingOverflow(by: unitCount)
    let (size, tooLarge) = cells.multipliedReportingOverflow(by: 4)
    guard !overflow, !tooLarge else { throw cursor.error(.badPackageIndex, value: unitCount) }
    offsets = try cursor.bytes(size)
    sizes = try cursor.bytes(size)
    // The table of hashes is small beside what it leads to: read as a whole, it needs no probing.
    while !hashes.isAtEnd {
      let hash = try hashes.u64()
      let row = UInt64(try indices.u32())
      // Rows count from 1; 0 marks an empty slot.
      guard row > 0 else { continue }
      guard row <= unitCount else { throw cursor.error(.badPackageIndex, value: row) }
      if rows[hash] == nil { rows[hash] = Int(row) - 1 }
    }
  }

  /// The identifiers of all units, ascending.
  var ids: [UInt64] { rows.keys.sorted() }

  /// The sections of `package` cut down to what the unit `id` contributed, so that offsets count as in a file of its
  /// own; nil where the index has no such unit.
  func sections(of id: UInt64, in package: DwarfSections) -> DwarfSections? {
    guard let row = rows[id] else { return nil }
    var parts: [Column: (offset: UInt64, size: UInt64)] = [:]
    for (number, column) in columns.enumerated() {
      guard let column else { continue }
      let place = UInt64(row * columns.count + number) * 4
      guard var offset = try? offsets.cursor(at: place), var size = try? sizes.cursor(at: place),
        let start = try? offset.u32(), let count = try? size.u32()
      else { continue }
      parts[column] = (UInt64(start), UInt64(count))
    }
    return package.cut { column, bytes in
      // A unit that contributes nothing to a section has nothing there.
      guard let part = parts[column] else { return .empty }
      return bytes.clamped(Int(min(part.offset, UInt64(bytes.count))), count: Int(part.size))
    }
  }
}

extension PackageIndex.Column {
  /// The column that an index of `version` gives the number `number`; nil for sections that we do not read.
  fileprivate init?(_ number: UInt32, version: UInt32) {
    switch (number, version) {
    case (1, _): self = .info
    case (2, 2): self = .types
    case (3, _): self = .abbrev
    case (4, _): self = .line
    case (5, 2): self = .loc
    case (5, _): self = .locLists
    case (6, _): self = .strOffsets
    case (8, 5): self = .rngLists
    default: return nil
    }
  }
}
