import ByteCursor

/// What an attribute says about where something is: `DW_AT_location`, `DW_AT_frame_base` and others (DWARF 5, 2.6).
public enum LocationAttribute: Sendable {
  /// It is there wherever the entry is in scope. An empty expression says that it is nowhere.
  case expression(Bytes)
  /// Where it is depends on the address.
  case list(LocationList)

  /// The expressions that hold at `address`, in the order of the list; the default one where no other does.
  public func expressions(at address: CodeAddress) -> [Bytes] {
    switch self {
    case .expression(let bytes): return [bytes]
    case .list(let list): return list.expressions(at: address)
    }
  }

  /// The expression that holds at `address`, the first of several; nil where the variable is nowhere there.
  public func expression(at address: CodeAddress) -> Bytes? { expressions(at: address).first }
}

/// A location list, as far as it could be read.
public struct LocationList: Sendable {
  /// The entries in order, without dead and empty ones. They may overlap.
  public let entries: [LocationListEntry]
  /// Why the list has no more entries, where that is not because it ended.
  public let problem: ReadError?

  init(_ reader: LocationListReader, limit: Int) {
    var reader = reader
    var entries: [LocationListEntry] = []
    var problem: ReadError?
    do throws(ReadError) {
      while let entry = try reader.next() {
        guard entries.count < limit else {
          throw ReadError(.overLimit, value: UInt64(limit), offset: entry.expression.fileOffset)
        }
        entries.append(entry)
      }
    } catch {
      problem = error
    }
    self.entries = entries
    self.problem = problem
  }

  func expressions(at address: CodeAddress) -> [Bytes] {
    let found = entries.filter { $0.range?.contains(address) ?? false }
    return (found.isEmpty ? entries.filter { $0.range == nil } : found).map(\.expression)
  }
}

extension Unit {
  /// The location that `value` is or points to; nil where it is neither an expression nor a list.
  /// - Throws: `offsetOutOfBounds`, `indexOutOfBounds` where there is no list. What is wrong in a list is its `problem`.
  public func location(_ value: FormValue) throws(ReadError) -> LocationAttribute? {
    if let bytes = value.expression { return .expression(bytes) }
    guard let reader = try locationList(value) else { return nil }
    return .list(LocationList(reader, limit: context.limits.locationListEntries))
  }

  /// The location list that `value` points to; nil where it is no pointer to one.
  /// - Throws: `offsetOutOfBounds`, `indexOutOfBounds`.
  public func locationList(_ value: FormValue) throws(ReadError) -> LocationListReader? {
    let (sections, root) = (context.sections, root)
    let base = root.lowPC ?? 0
    let addrBase = root.addrBase ?? .standard(encoding)
    let offset: UInt64
    switch value {
    case .locationListIndex(let index):
      let table = root.locListsBase ?? .standard(encoding)
      offset = try sections.locLists.offset(index, base: table, encoding: encoding).rawValue
    case .sectionOffset(let place): offset = place
    // Versions 2 and 3 have no form of their own for offsets; since then these are constants.
    case .data where encoding.version < 4:
      guard let place = value.offsetValue else { return nil }
      offset = place
    default: return nil
    }
    if encoding.version >= 5 {
      return try sections.locLists.list(
        at: ListsOffset(offset), base: base, encoding: encoding, addresses: sections.addr, addrBase: addrBase)
    }
    if sections.variant == .split {
      return try sections.loc.splitList(
        at: DebugLocOffset(offset), base: base, encoding: encoding, addresses: sections.addr, addrBase: addrBase)
    }
    return try sections.loc.list(at: DebugLocOffset(offset), base: base, encoding: encoding)
  }
}

extension Entry {
  /// Where attribute `name` says that something is; nil where it is missing or says nothing of that kind.
  /// - Throws: as `Unit.location` does.
  public func location(_ name: DwAttribute) throws(ReadError) -> LocationAttribute? {
    guard let value = self[name] else { return nil }
    return try unit.location(value)
  }
}
