import ByteCursor

/// An entry of a location list: an expression and where it holds.
public struct LocationListEntry: Sendable {
  /// Where the expression holds; nil where it holds wherever no other entry's does (`DW_LLE_default_location`).
  public let range: CodeRange?
  public let expression: Bytes
}

/// The entries of one location list, in the form of `.debug_loc` or of `.debug_loclists`.
///
/// Entries with empty ranges and those of functions that a linker removed are left out. Entries may overlap: all of them
/// are true then.
public struct LocationListReader: Sendable {
  /// How a list is encoded.
  enum Kind: Sendable {
    /// Up to version 4 (DWARF 4, 2.6.2).
    case pairs
    /// In the split files that GNU's tools and LLVM wrote before version 5: indices into `.debug_addr`.
    case split
    /// Since version 5 (DWARF 5, 2.6.2 and 7.7.3).
    case entries
  }

  private var cursor: Cursor
  private var list: AddressList
  private let kind: Kind
  private let start: Int
  /// How many entries were left out so far.
  public private(set) var deadEntries = 0

  init(_ cursor: Cursor, _ kind: Kind, _ list: AddressList) {
    self.cursor = cursor
    self.kind = kind
    self.list = list
    start = cursor.position
  }

  /// How many bytes of the list have been read: what its reading cost, whatever it yielded.
  public var bytesRead: Int { cursor.position - start }

  /// The next entry, nil behind the last.
  /// - Throws: `unexpectedEnd`, `unknownLocationListEntry`, `indexOutOfBounds`; the rest of the list is lost then.
  public mutating func next() throws(ReadError) -> LocationListEntry? {
    do throws(ReadError) {
      while true {
        let entry: AddressList.Entry
        switch kind {
        case .pairs: entry = try list.pair(&cursor)
        case .split: entry = try splitEntry()
        case .entries:
          let place = cursor.fileOffset
          let code = DwLocationListEntry(rawValue: try cursor.u8())
          if code == .defaultLocation { return LocationListEntry(range: nil, expression: try expression()) }
          entry = code == .gnuViewPair ? try viewPair() : try list.entry(code, &cursor)
          if case .other = entry { throw unknown(code, place) }
        }
        switch entry {
        case .end: return nil
        case .base, .other: break
        case .range(let range):
          // A dead entry has an expression all the same.
          let expression = try expression()
          if let range { return LocationListEntry(range: range, expression: expression) }
          deadEntries += 1
        }
      }
    } catch {
      throw error.within(kind == .entries ? DebugLocLists.name : DebugLoc.name)
    }
  }

  private mutating func expression() throws(ReadError) -> Bytes {
    try cursor.bytes(kind == .entries ? try cursor.uleb64() : UInt64(try cursor.u16()))
  }

  /// Which of several lines at one address a range begins and ends with: nothing that Wasm code has.
  private mutating func viewPair() throws(ReadError) -> AddressList.Entry {
    try cursor.skipLEB()
    try cursor.skipLEB()
    return .base
  }

  /// The kinds have version 5's numbers; lengths and offsets are of four bytes.
  private mutating func splitEntry() throws(ReadError) -> AddressList.Entry {
    let place = cursor.fileOffset
    let code = DwLocationListEntry(rawValue: try cursor.u8())
    switch code {
    case .endOfList, .baseAddressx, .startxEndx: return try list.entry(code, &cursor)
    case .startxLength:
      let low = try list.address(try cursor.uleb64())
      return .range(list.absolute(low, length: UInt64(try cursor.u32())))
    case .offsetPair:
      let low = UInt64(try cursor.u32())
      return .range(list.relative(low, UInt64(try cursor.u32())))
    default: throw unknown(code, place)
    }
  }

  private func unknown(_ code: DwLocationListEntry, _ place: FileOffset) -> ReadError {
    ReadError(.unknownLocationListEntry, value: UInt64(code.rawValue), offset: place)
  }
}
