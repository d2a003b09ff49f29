import ByteCursor

extension Rule {
  /// A character in a source map's mappings that is neither a base64 digit nor a separator.
  static let badMappingDigit: Rule = "not a base64 digit of a source map's mappings"
  /// A number in a source map's mappings is longer than any number needs to be.
  static let overlongMapping: Rule = "number in a source map's mappings is too long"
  /// A segment of a source map's mappings with two or three numbers, or more than five.
  static let badMappingSegment: Rule = "segment of a source map's mappings has an impossible number of fields"
  /// A segment of a source map that counts to before the start, or beyond 32 bits.
  static let mappingOutOfBounds: Rule = "number in a source map's mappings is out of bounds"
  /// The map is of text, which has lines; a module has one.
  static let mappingsOfText: Rule = "the source map is of a text with several lines, not of a module"
}

/// Reads the mappings of a source map, revision 3: segments of numbers in base64 VLQ, each number the difference to the
/// one before. Of a module the generated line is 0 and the generated column an offset in the file.
struct MappingReader {
  /// A segment: from `offset` on the code is of this place in a source.
  struct Segment: Hashable, Sendable {
    /// From the module file's first byte.
    var offset: UInt32
    /// The source's index; `none` where the code is of no source.
    var source: UInt32
    /// The line, from 0.
    var line: UInt32
    /// The column, from 0.
    var column: UInt32

    /// In place of a source's index: none.
    static let none = UInt32.max
  }

  private let bytes: Bytes
  private var position = 0
  private var offset: Int64 = 0
  private var source: Int64 = 0
  private var line: Int64 = 0
  private var column: Int64 = 0

  init(_ bytes: Bytes) { self.bytes = bytes }

  /// The next segment; nil behind the last.
  mutating func next() throws(ReadError) -> Segment? {
    while position < bytes.count, bytes[position] == UInt8(ascii: ",") { position += 1 }
    guard position < bytes.count else { return nil }
    if bytes[position] == UInt8(ascii: ";") {
      // Lines without segments at the end mean nothing.
      while position < bytes.count, bytes[position] == UInt8(ascii: ";") { position += 1 }
      guard position == bytes.count else { throw error(.mappingsOfText) }
      return nil
    }
    return try segment()
  }

  private mutating func segment() throws(ReadError) -> Segment {
    offset = try sum(offset, number())
    guard !isAtSeparator else {
      return Segment(offset: try index(offset), source: Segment.none, line: 0, column: 0)
    }
    source = try sum(source, number())
    guard !isAtSeparator else { throw error(.badMappingSegment) }
    line = try sum(line, number())
    guard !isAtSeparator else { throw error(.badMappingSegment) }
    column = try sum(column, number())
    // A name: functions have theirs in the name section.
    if !isAtSeparator { _ = try number() }
    guard isAtSeparator else { throw error(.badMappingSegment) }
    let segment = Segment(
      offset: try index(offset), source: try index(source), line: try index(line), column: try index(column))
    guard segment.source != Segment.none else { throw error(.mappingOutOfBounds) }
    return segment
  }

  private var isAtSeparator: Bool {
    position >= bytes.count || bytes[position] == UInt8(ascii: ",") || bytes[position] == UInt8(ascii: ";")
  }

  private mutating func number() throws(ReadError) -> Int64 {
    var value: Int64 = 0
    var shift: Int64 = 0
    while true {
      guard position < bytes.count else { throw error(.unexpectedEnd) }
      guard let digit = Self.digit(bytes[position]) else {
        throw error(.badMappingDigit, value: UInt64(bytes[position]))
      }
      position += 1
      guard shift < 40 else { throw error(.overlongMapping) }
      value |= (digit & 31) << shift
      shift += 5
      if digit & 32 == 0 { return value & 1 == 0 ? value >> 1 : -(value >> 1) }
    }
  }

  private static func digit(_ byte: UInt8) -> Int64? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int64(byte - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): Int64(byte - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int64(byte - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }

  private func sum(_ value: Int64, _ difference: Int64) throws(ReadError) -> Int64 {
    let (sum, overflow) = value.addingReportingOverflow(difference)
    guard !overflow else { throw error(.mappingOutOfBounds) }
    return sum
  }

  private func index(_ value: Int64) throws(ReadError) -> UInt32 {
    guard let index = UInt32(exactly: value) else { throw error(.mappingOutOfBounds) }
    return index
  }

  private func error(_ rule: Rule, value: UInt64? = nil) -> ReadError {
    ReadError(rule, value: value, offset: FileOffset(UInt64(bytes.start + position)))
  }
}
