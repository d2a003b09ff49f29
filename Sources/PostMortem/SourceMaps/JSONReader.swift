import ByteCursor

extension Rule {
  /// A file that should be JSON and is not.
  static let notJSON: Rule = "not what JSON has here"
}

/// Reads JSON (RFC 8259) piece by piece, without making anything of what nobody asks for: the mappings of a source map are
/// a string of many megabytes.
///
/// Tolerant where it costs nothing: what is passed over need not be well-formed.
struct JSONReader {
  private let bytes: Bytes
  private var position = 0

  /// A reader at the first value of `bytes`.
  init(_ bytes: Bytes) { self.bytes = bytes }

  /// A string as it stands in the file, between its quotes.
  struct RawString: Sendable {
    let bytes: Bytes
    /// Whether it has escapes.
    let isEscaped: Bool

    /// The string's UTF-8.
    var utf8: [UInt8] { isEscaped ? JSONReader.unescaped(bytes.array) : bytes.array }
    /// The string, with U+FFFD in place of what is no UTF-8.
    var text: String { isEscaped ? String(decoding: utf8, as: UTF8.self) : bytes.string }
  }

  /// The kinds of values, by their first characters.
  enum Kind { case object, array, string, other }

  /// What stands next.
  mutating func kind() throws(ReadError) -> Kind {
    switch try peek() {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "\""): .string
    default: .other
    }
  }

  /// Reads an object. `member` is called for each of its members with the name, and reads or skips the value.
  mutating func object(_ member: (inout JSONReader, String) throws(ReadError) -> Void) throws(ReadError) {
    try take(UInt8(ascii: "{"))
    if try peek() == UInt8(ascii: "}") { return try take(UInt8(ascii: "}")) }
    while true {
      let name = try string().text
      try take(UInt8(ascii: ":"))
      try member(&self, name)
      if try peek() == UInt8(ascii: "}") { return try take(UInt8(ascii: "}")) }
      try take(UInt8(ascii: ","))
    }
  }

  /// Reads an array. `element` is called for each of its elements, and reads or skips it.
  mutating func array(_ element: (inout JSONReader) throws(ReadError) -> Void) throws(ReadError) {
    try take(UInt8(ascii: "["))
    if try peek() == UInt8(ascii: "]") { return try take(UInt8(ascii: "]")) }
    while true {
      try element(&self)
      if try peek() == UInt8(ascii: "]") { return try take(UInt8(ascii: "]")) }
      try take(UInt8(ascii: ","))
    }
  }

  /// Reads a string.
  mutating func string() throws(ReadError) -> RawString {
    try take(UInt8(ascii: "\""))
    let start = position
    var isEscaped = false
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") {
        return RawString(bytes: bytes.clamped(start, count: position - 1 - start), isEscaped: isEscaped)
      }
      if byte == UInt8(ascii: "\\") {
        isEscaped = true
        position += 1
      }
    }
    throw error(.unterminatedString)
  }

  /// Reads a string, or passes over anything else.
  mutating func stringIfAny() throws(ReadError) -> RawString? {
    if try kind() == .string { return try string() }
    try skip()
    return nil
  }

  /// Reads a whole number that is not negative; nil where another value stands, which is passed over.
  mutating func number() throws(ReadError) -> Int? {
    guard try kind() == .other else {
      try skip()
      return nil
    }
    let start = position
    try skip()
    return Int(bytes.clamped(start, count: position - start).string)
  }

  /// Passes over a value.
  mutating func skip() throws(ReadError) {
    // No recursion: a file may nest as deep as it has bytes.
    var depth = 0
    repeat {
      switch try peek() {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        position += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard depth > 0 else { throw error(.notJSON) }
        depth -= 1
        position += 1
      case UInt8(ascii: "\""): _ = try string()
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        guard depth > 0 else { throw error(.notJSON) }
        position += 1
      default: skipWord()
      }
    } while depth > 0
  }

  /// A number or a literal.
  private mutating func skipWord() {
    repeat { position += 1 } while position < bytes.count && !Self.endsWord(bytes[position])
  }

  private static func endsWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "["),
      UInt8(ascii: "{"), UInt8(ascii: "\""):
      true
    default: false
    }
  }

  /// The next character that is no space.
  private mutating func peek() throws(ReadError) -> UInt8 {
    while position < bytes.count {
      let byte = bytes[position]
      if byte != 0x20, byte != 0x0a, byte != 0x0d, byte != 0x09 { return byte }
      position += 1
    }
    throw error(.unexpectedEnd)
  }

  private mutating func take(_ byte: UInt8) throws(ReadError) {
    let found = try peek()
    guard found == byte else { throw error(.notJSON, value: UInt64(found)) }
    position += 1
  }

  private func error(_ rule: Rule, value: UInt64? = nil) -> ReadError {
    ReadError(rule, value: value, offset: FileOffset(UInt64(bytes.start + min(position, bytes.count))))
  }

  // MARK: Escapes

  /// The string that `raw` stands for (RFC 8259, 7). Escapes that mean nothing stay as they are.
  private static func unescaped(_ raw: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(raw.count)
    var index = 0
    while index < raw.count {
      guard raw[index] == UInt8(ascii: "\\"), index + 1 < raw.count else {
        result.append(raw[index])
        index += 1
        continue
      }
      let kind = raw[index + 1]
      index += 2
      switch kind {
      case UInt8(ascii: "n"): result.append(0x0a)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "r"): result.append(0x0d)
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "f"): result.append(0x0c)
      case UInt8(ascii: "u"):
        var units = [unit(raw, at: index)].compactMap(\.self)
        index += units.isEmpty ? 0 : 4
        // The second half of a pair.
        if let first = units.first, UTF16.isLeadSurrogate(first), index + 1 < raw.count,
          raw[index] == UInt8(ascii: "\\"), raw[index + 1] == UInt8(ascii: "u"), let second = unit(raw, at: index + 2)
        {
          units.append(second)
          index += 6
        }
        result += String(decoding: units, as: UTF16.self).utf8
      default: result.append(kind)
      }
    }
    return result
  }

  private static func unit(_ raw: [UInt8], at index: Int) -> UInt16? {
    guard index + 4 <= raw.count else { return nil }
    return UInt16(String(decoding: raw[index..<index + 4], as: UTF8.self), radix: 16)
  }
}
