import DwarfEval

/// Finds the bytes and bits between members that none of them uses.
struct Holes {
  /// The bit behind the last one that a member uses; nil once that is not known.
  private var end: UInt64?

  /// Those of a record, whose base classes and table of virtual functions come first.
  init(_ record: RecordType) {
    var end: UInt64? = 0
    func add(_ offset: UInt64?, _ size: UInt64?) {
      guard let known = end, let offset, let size else { return end = nil }
      end = max(known, Self.bits(offset &+ size))
    }
    for base in record.bases where !base.isVirtual { add(base.location.offset, base.type?.size) }
    // Where virtual bases lie, an entry only says for each whole object; a class's size counts them.
    if Self.hasVirtualBase(record) { end = nil }
    for member in record.members where member.isArtificial && member.name?.hasPrefix("_vptr") ?? false {
      add(member.location.offset, member.type?.size)
    }
    self.end = end
  }

  /// What is unused in front of a member, as a comment; nil for nothing. Members come in the order of the source.
  mutating func before(_ member: Member) -> String? {
    guard let offset = member.location.offset else {
      end = nil
      return nil
    }
    let start = member.bits.flatMap { UInt64(exactly: $0.offset) } ?? Self.bits(offset)
    let size = member.bits?.size ?? member.type?.size.map(Self.bits)
    defer { end = size.flatMap { size in end.map { max($0, start &+ size) } } }
    guard let end, start > end else { return nil }
    return Self.comment(start - end, "hole")
  }

  /// What is unused behind the last member.
  func atEnd(_ size: UInt64?) -> String? {
    guard let end, let size, Self.bits(size) > end, end > 0 else { return nil }
    return Self.comment(Self.bits(size) - end, "padding")
  }

  /// Whether one of the classes that a record inherits from, however far up, is a virtual base.
  private static func hasVirtualBase(_ record: RecordType) -> Bool {
    var rest = record.bases
    // Damaged debug information has classes that inherit from themselves.
    var budget = 256
    while let base = rest.popLast(), budget > 0 {
      budget -= 1
      if base.isVirtual { return true }
      rest += base.type?.record?.bases.prefix(budget) ?? []
    }
    return false
  }

  private static func bits(_ bytes: UInt64) -> UInt64 { min(bytes, .max / 16) &* 8 }

  private static func comment(_ bits: UInt64, _ what: String) -> String {
    let amount = bits % 8 == 0 ? "\(TypePrinter.padded(bits / 8, 2))-byte" : "\(TypePrinter.padded(bits, 2))-bit"
    let text = "/* XXX \(amount) \(what)"
    return text + String(repeating: " ", count: max(1, 25 - text.count)) + "*/"
  }
}

extension TypePrinter {
  /// `/*      8: 3   |       4 */`: a member's offset, its first bit if it is a bit field, and its size.
  static func margin(of member: Member, _ place: Place, isShared: Bool = false) -> String {
    let size = member.type?.size.map { padded($0, 8) } ?? "       ?"
    guard !isShared else { return "/*             " + " " + size + " */" }
    var offset = member.location.offset.map { $0 &+ place.offset }
    var bit = "      "
    if let bits = member.bits, let first = UInt64(exactly: bits.offset) {
      offset = place.offset &+ first / 8
      bit = ": \(first % 8)   "
    }
    return "/* " + (offset.map { padded($0, 6) } ?? "     ?") + bit + "|" + size + " */"
  }

  static func padded(_ number: UInt64, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

// MARK: Rust

extension TypePrinter {
  /// A structure, tuple or enumeration of Rust; false for what Rust has as others do.
  mutating func write(
    rust type: DwarfType, _ record: RecordType, _ before: String, _ behind: String, _ indent: Int, _ place: Place,
    _ margin: String
  ) -> Bool {
    guard record.keyword != .union, !record.isIncomplete else { return false }
    let name = type.displayName
    if let part = record.variantParts.first {
      add(before + "enum \(name) {", indent, margin)
      for variant in part.variants {
        guard budget > 0 else { break }
        for member in variant.members { write(variant: member, indent + 4, place) }
      }
      total(type, indent)
      add("}" + behind, indent)
      return true
    }
    // Tuples are called `(i32, u8)`.
    let heading = before + (name.hasPrefix("(") ? name : "struct \(name)")
    guard !record.members.isEmpty else {
      add(heading + behind, indent, margin)
      return true
    }
    if Self.isTuple(record), !showsLayout {
      add(heading + (name.hasPrefix("(") ? "" : Self.tuple(record)) + behind, indent, margin)
      return true
    }
    add(heading + " {", indent, margin)
    fields(of: record, indent + 4, place, size: type.size)
    total(type, indent)
    add("}" + behind, indent)
    return true
  }

  private mutating func total(_ type: DwarfType, _ indent: Int) {
    guard showsLayout, let size = type.size else { return }
    add("")
    add("/* total size: \(Self.padded(size, 4)) bytes */", indent + 4)
  }

  private mutating func write(variant member: Member, _ indent: Int, _ place: Place) {
    let name = member.name ?? "?"
    guard let record = member.type?.record, !record.members.isEmpty else { return add(name + ",", indent) }
    if !showsLayout {
      let fields = record.members.map { "\($0.name ?? "?"): \($0.type?.displayName ?? "()")" }.joined(separator: ", ")
      return add(name + (Self.isTuple(record) ? Self.tuple(record) : " {\(fields)}") + ",", indent)
    }
    add(name + " {", indent, Self.margin(of: member, place))
    let inner = Place(offset: place.offset &+ (member.location.offset ?? 0))
    self.fields(of: record, indent + 4, inner, size: nil)
    add("},", indent)
  }

  private mutating func fields(of record: RecordType, _ indent: Int, _ place: Place, size: UInt64?) {
    var holes = Holes(record)
    // The compiler orders fields as it likes.
    let members =
      showsLayout
      ? record.members.sorted { $0.location.offset ?? 0 < $1.location.offset ?? 0 } : record.members
    for member in members {
      guard budget > 0 else { return add("...", indent) }
      // The tag of an enumeration stands where its variants leave room: no hole is told there.
      if showsLayout, size != nil, let hole = holes.before(member) { add("", 0, hole) }
      let margin = showsLayout ? Self.margin(of: member, place) : ""
      add("\(member.name ?? "?"): \(member.type?.displayName ?? "()"),", indent, margin)
    }
    if showsLayout, let padding = holes.atEnd(size) { add("", 0, padding) }
  }

  /// Whether the fields have numbers for names.
  private static func isTuple(_ record: RecordType) -> Bool {
    !record.members.isEmpty && record.members.enumerated().allSatisfy { $1.name == "__\($0)" }
  }

  private static func tuple(_ record: RecordType) -> String {
    "(" + record.members.map { $0.type?.displayName ?? "()" }.joined(separator: ", ") + ")"
  }
}
