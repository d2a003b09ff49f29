/// The rule of a format that some bytes violate.
///
/// An open set: each room declares the rules of its own format as static members, so that this room need
/// not know what the others read.
public struct Rule: Hashable, Sendable, RawRepresentable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// What went wrong, in words that follow "file: section: offset:".
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral value: String) { self.rawValue = value }
  public var description: String { rawValue }
}

extension Rule {
  /// The bytes end before what is being read does.
  public static let unexpectedEnd: Rule = "unexpected end of data"
  /// A LEB128 number takes more bytes than its width allows (Wasm 5.2.2, DWARF 5 7.6).
  public static let overlongLEB128: Rule = "LEB128 number is too long"
  /// A LEB128 number does not fit in its width.
  public static let overflowingLEB128: Rule = "LEB128 number is too large"
  /// A string has no terminating NUL byte.
  public static let unterminatedString: Rule = "string is not terminated"
  /// A name is not well-formed UTF-8.
  public static let invalidUTF8: Rule = "name is not valid UTF-8"
  /// A count, size or depth is over its cap in `Limits`.
  public static let overLimit: Rule = "value exceeds the limit"
  /// An offset points outside of what it points into.
  public static let offsetOutOfBounds: Rule = "offset is out of bounds"
}

/// Why bytes could not be read: the violated rule, its raw value, and where.
public struct ReadError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The violated rule.
  public var rule: Rule
  /// The raw value that violates it, where there is one.
  public var value: UInt64?
  /// The section's name, where a section is being read.
  public var section: String?
  /// The offset in the file (or in the owned bytes) at which reading failed.
  public var offset: FileOffset

  /// An error at `offset`.
  public init(_ rule: Rule, value: UInt64? = nil, section: String? = nil, offset: FileOffset) {
    self.rule = rule
    self.value = value
    self.section = section
    self.offset = offset
  }

  /// The same error, said to lie in `section` unless it already names one.
  public func within(_ section: String) -> ReadError {
    var copy = self
    if copy.section == nil { copy.section = section }
    return copy
  }

  /// `section: offset 0x12: rule (value)`.
  public var description: String {
    let place = section.map { "\($0): " } ?? ""
    let raw = value.map { " (0x" + String($0, radix: 16) + ")" } ?? ""
    return "\(place)offset \(offset): \(rule)\(raw)"
  }
}

/// What a reader could not read, or had to guess: it goes on and says so.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
  /// What was lost or guessed, a sentence without its full stop.
  public var message: String
  /// The section it is about.
  public var section: String?
  /// The offset in the file.
  public var offset: FileOffset?

  /// A diagnostic.
  public init(_ message: String, section: String? = nil, offset: FileOffset? = nil) {
    self.message = message
    self.section = section
    self.offset = offset
  }

  /// An error that cost a part, and what it cost.
  public init(_ error: ReadError, lost: String) {
    let raw = error.value.map { " (0x" + String($0, radix: 16) + ")" } ?? ""
    self.init("\(lost): \(error.rule)\(raw)", section: error.section, offset: error.offset)
  }

  /// `section: offset 0x12: message`.
  public var description: String {
    (section.map { "\($0): " } ?? "") + (offset.map { "offset \($0): " } ?? "") + message
  }
}
