import ByteCursor

/// A section that is larger than the format's 32-bit sizes can say.
public struct SectionTooLarge: Error, Hashable, Sendable, CustomStringConvertible {
  /// The section's name.
  public let section: String

  /// An error about a section of this name.
  public init(section: String) { self.section = section }

  /// What is wrong.
  public var description: String { "\(section): the section is larger than 4 GiB, which the format cannot hold" }
}

/// Bytes in the making, with what the binary format needs (5.1 to 5.5): numbers, names, vectors, sections.
public struct SectionEncoder: Sendable {
  /// What was written so far.
  public var bytes: [UInt8] = []

  /// Nothing yet.
  public init() {}

  /// Bytes as they are.
  @inlinable public mutating func raw(_ values: some Sequence<UInt8>) { bytes.append(contentsOf: values) }

  /// Unsigned LEB128 (5.2.2), as short as it can be.
  @inlinable public mutating func uleb(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// Signed LEB128 (5.2.2), as short as it can be.
  @inlinable public mutating func sleb(_ value: Int64) {
    var rest = value
    // The last group is the one whose sign bit stands for all that follow.
    while rest < -0x40 || rest > 0x3f {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest) & 0x7f)
  }

  /// The low `size` bytes of a number, the lowest first.
  @inlinable public mutating func little(_ value: UInt64, size: Int) {
    for shift in 0..<size { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * shift))) }
  }

  /// A name (5.2.4).
  @inlinable public mutating func name(_ text: String) {
    uleb(UInt64(text.utf8.count))
    raw(text.utf8)
  }

  /// A vector (5.1.3): the count, then what `write` writes of each element.
  @inlinable public mutating func vector<Elements: Collection>(
    _ elements: Elements, _ write: (inout SectionEncoder, Elements.Element) -> Void
  ) {
    uleb(UInt64(elements.count))
    for element in elements { write(&self, element) }
  }

  /// A section (5.5.2) with the contents that `fill` writes; `title` is what errors call it.
  public mutating func section(
    _ id: SectionID, _ title: String, _ fill: (inout SectionEncoder) -> Void
  ) throws(SectionTooLarge) {
    var contents = SectionEncoder()
    fill(&contents)
    try sectionHeader(id, title, size: contents.bytes.count)
    raw(contents.bytes)
  }

  /// A custom section (5.5.3).
  public mutating func customSection(
    _ name: String, _ fill: (inout SectionEncoder) -> Void
  ) throws(SectionTooLarge) {
    try section(.custom, name) {
      $0.name(name)
      fill(&$0)
    }
  }

  /// What stands in front of a section's `size` bytes of contents.
  public mutating func sectionHeader(_ id: SectionID, _ title: String, size: Int) throws(SectionTooLarge) {
    guard size <= UInt32.max else { throw SectionTooLarge(section: title) }
    raw([id.rawValue])
    uleb(UInt64(size))
  }
}
