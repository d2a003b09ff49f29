import ByteCursor

/// The ranges of one range list, in the form of `.debug_ranges` or of `.debug_rnglists`.
///
/// Empty ranges and those of functions that a linker removed are left out.
public struct RangeListReader: Sendable {
  private var cursor: Cursor
  private let start: Int
  private var list: AddressList
  private let isPairs: Bool
  /// How many entries were left out so far.
  public private(set) var deadEntries = 0

  init(pairs cursor: Cursor, _ list: AddressList) {
    self.init(cursor, list, isPairs: true)
  }

  init(entries cursor: Cursor, _ list: AddressList) {
    self.init(cursor, list, isPairs: false)
  }

  private init(_ cursor: Cursor, _ list: AddressList, isPairs: Bool) {
    self.cursor = cursor
    start = cursor.position
    self.list = list
    self.isPairs = isPairs
  }

  /// How many bytes of the list have been read: what its reading cost, whatever it yielded.
  public var bytesRead: Int { cursor.position - start }

  /// The next range, nil behind the last.
  /// - Throws: `unexpectedEnd`, `unknownRangeListEntry`, `indexOutOfBounds`; the rest of the list is lost then.
  public mutating func next() throws(ReadError) -> CodeRange? {
    do throws(ReadError) {
      while true {
        switch isPairs ? try list.pair(&cursor) : try entry() {
        case .end: return nil
        case .range(let range?): return range
        case .range(nil): deadEntries += 1
        default: break
        }
      }
    } catch {
      throw error.within(isPairs ? DebugRanges.name : DebugRngLists.name)
    }
  }

  private mutating func entry() throws(ReadError) -> AddressList.Entry {
    let place = cursor.fileOffset
    let kind = DwRangeListEntry(rawValue: try cursor.u8())
    guard let common = kind.inLocationLists else {
      throw ReadError(.unknownRangeListEntry, value: UInt64(kind.rawValue), offset: place)
    }
    return try list.entry(common, &cursor)
  }
}

extension DwRangeListEntry {
  /// The kind that says the same in a location list, which has one more: the default location.
  fileprivate var inLocationLists: DwLocationListEntry? {
    if rawValue <= DwRangeListEntry.offsetPair.rawValue { return DwLocationListEntry(rawValue: rawValue) }
    return rawValue <= DwRangeListEntry.startLength.rawValue ? DwLocationListEntry(rawValue: rawValue + 1) : nil
  }
}
