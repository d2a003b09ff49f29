import ByteCursor

/// Puts right where Swift's compiler says that stored properties are.
///
/// It writes for each property where the one before ends, rounded up to the alignment of that one instead of its own:
/// of `Int8, Float, Bool` it says 0, 1, 8 where they are at 0, 4, 8 (measured with Swift 6.3). What a property's own
/// alignment is follows from its type, from where the next one is said to be, and from where the structure ends.
struct SwiftLayout {
  private let reader: TypeReader
  /// Types that may yet be looked at.
  private var budget = 500

  init(_ reader: TypeReader) { self.reader = reader }

  /// `members` of a record of `size` bytes at the places where they are.
  mutating func corrected(_ members: [Member], size recordSize: UInt64?) -> [Member] {
    var corrected = members
    for (index, member) in members.enumerated() {
      guard let stated = member.location.offset, let entry = member.type?.entry else { continue }
      var alignment = alignment(of: entry, depth: 0) ?? 1
      if let size = size(of: entry) {
        let next = index + 1 < members.count ? members[index + 1].location.offset : nil
        let fitting = ([1, 2, 4, 8, 16] as [UInt64]).first { candidate in
          if let next { return Self.round(stated &+ size, up: candidate) == next }
          return Self.round(stated, up: candidate) &+ size == recordSize
        }
        alignment = max(alignment, fitting ?? 1)
      }
      corrected[index].location = .offset(Self.round(stated, up: alignment))
    }
    return corrected
  }

  private static func round(_ offset: UInt64, up alignment: UInt64) -> UInt64 {
    (offset &+ alignment &- 1) & ~(alignment &- 1)
  }

  /// Found without the types' details: the record that is being read may be among them.
  private func size(of entry: Entry) -> UInt64? {
    reader.behindNames(entry).flatMap { $0[.byteSize]?.unsignedValue }
  }

  /// A power of two; nil where the debugging information does not say enough.
  private mutating func alignment(of entry: Entry, depth: Int) -> UInt64? {
    budget -= 1
    guard budget > 0, depth < 32, let entry = reader.behindNames(entry, andEnumerations: true) else { return nil }
    switch entry.tag {
    case .pointerType, .referenceType: return UInt64(entry.unit.encoding.addressSize)
    case .baseType: return entry[.byteSize]?.unsignedValue.flatMap { $0.nonzeroBitCount == 1 ? min($0, 16) : nil }
    case .structureType, .unionType:
      var greatest: UInt64?
      var types: [Entry] = []
      reader.dwarf.forEachChild(of: entry) { child in
        guard child.tag == .member, types.count < 256 else { return }
        if let type = child[.type].flatMap({ reader.dwarf.entry($0, from: child.unit) }) { types.append(type) }
      }
      for type in types {
        if let alignment = alignment(of: type, depth: depth + 1) { greatest = max(greatest ?? 1, alignment) }
      }
      return greatest
    default: return nil
    }
  }
}
