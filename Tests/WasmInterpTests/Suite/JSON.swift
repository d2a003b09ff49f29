/// A JSON value, as far as the converted test suite needs one: all its numbers are small integers.
enum JSON {
  case null
  case bool(Bool)
  case number(Int)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  /// Reads a document; nil where it is not JSON.
  init?(_ text: String) {
    var reader = JSONReader(bytes: Array(text.utf8))
    guard let value = reader.value(depth: 0) else { return nil }
    self = value
  }

  subscript(key: String) -> JSON? {
    if case .object(let members) = self { members[key] } else { nil }
  }
  var string: String? { if case .string(let text) = self { text } else { nil } }
  var int: Int? { if case .number(let number) = self { number } else { nil } }
  var array: [JSON]? { if case .array(let elements) = self { elements } else { nil } }
}

private struct JSONReader {
  let bytes: [UInt8]
  var position = 0

  private mutating func skipSpace() {
    while position < bytes.count, bytes[position] <= 0x20 { position += 1 }
  }

  /// Passes over a byte, if it is the next one.
  private mutating func take(_ character: Character) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == character.asciiValue else { return false }
    position += 1
    return true
  }

  private mutating func take(word: String) -> Bool {
    guard bytes[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  mutating func value(depth: Int) -> JSON? {
    skipSpace()
    guard position < bytes.count, depth < 64 else { return nil }
    switch bytes[position] {
    case UInt8(ascii: "\""): return string().map { .string($0) }
    case UInt8(ascii: "["):
      position += 1
      var elements: [JSON] = []
      if take("]") { return .array([]) }
      repeat {
        guard let element = value(depth: depth + 1) else { return nil }
        elements.append(element)
      } while take(",")
      return take("]") ? .array(elements) : nil
    case UInt8(ascii: "{"):
      position += 1
      var members: [String: JSON] = [:]
      if take("}") { return .object([:]) }
      repeat {
        skipSpace()
        guard let key = string(), take(":"), let member = value(depth: depth + 1) else { return nil }
        members[key] = member
      } while take(",")
      return take("}") ? .object(members) : nil
    case UInt8(ascii: "t"): return take(word: "true") ? .bool(true) : nil
    case UInt8(ascii: "f"): return take(word: "false") ? .bool(false) : nil
    case UInt8(ascii: "n"): return take(word: "null") ? .null : nil
    default:
      let digits = bytes[position...].prefix { $0 == UInt8(ascii: "-") || ($0 >= 0x30 && $0 <= 0x39) }
      position += digits.count
      return Int(String(decoding: digits, as: UTF8.self)).map { .number($0) }
    }
  }

  private mutating func string() -> String? {
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return nil }
    position += 1
    var text: [UInt16] = []
    var start = position
    var result = ""
    /// Escapes may be halves of surrogate pairs: they are decoded when something else follows.
    func flush() {
      if !text.isEmpty { result += String(decoding: text, as: UTF16.self) }
      text = []
    }
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        flush()
        result += String(decoding: bytes[start..<position], as: UTF8.self)
        position += 1
        return result
      case UInt8(ascii: "\\"):
        if start < position {
          flush()
          result += String(decoding: bytes[start..<position], as: UTF8.self)
        }
        guard let unit = escape() else { return nil }
        text.append(unit)
        start = position
      default:
        if start == position { flush() }
        position += 1
      }
    }
    return nil
  }

  private mutating func escape() -> UInt16? {
    guard position + 1 < bytes.count else { return nil }
    defer { position += 2 }
    switch bytes[position + 1] {
    case UInt8(ascii: "n"): return 0x0a
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "r"): return 0x0d
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "f"): return 0x0c
    case UInt8(ascii: "u"):
      guard position + 5 < bytes.count else { return nil }
      defer { position += 4 }
      return UInt16(String(decoding: bytes[position + 2..<position + 6], as: UTF8.self), radix: 16)
    case let byte: return UInt16(byte)
    }
  }
}
