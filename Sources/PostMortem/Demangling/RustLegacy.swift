import ByteCursor

/// Rust's older mangling: an Itanium nested name, each element a length and that many bytes, the last one
/// `h` and a hash of 16 hexadecimal digits. What an identifier of C++ cannot hold is escaped (`$LT$` for
/// `<`, `..` for `::`).
enum RustLegacy {
  /// The path of a name, given behind `_ZN` and ending in `E`; nil where the last element is not a hash:
  /// then it is a C++ name.
  static func demangle(_ symbol: ArraySlice<UInt8>) -> String? {
    guard let (elements, end) = elements(of: symbol), end == symbol.endIndex, elements.count > 1,
      isHash(symbol[elements[elements.count - 1]])
    else { return nil }
    var text = ""
    for element in elements.dropLast() {
      if !text.isEmpty { text += "::" }
      append(symbol[element], to: &text)
    }
    return text
  }

  /// The index behind the closing `E` of a name in this scheme, prefix included; nil where it is none.
  static func end(of symbol: [UInt8]) -> Int? {
    guard let start = ["_ZN", "__ZN"].first(where: { symbol.starts(with: $0.utf8) })?.utf8.count,
      let (elements, end) = elements(of: symbol[start...]), let last = elements.last, isHash(symbol[last])
    else { return nil }
    return end
  }

  /// The elements up to the `E`, and the index behind it.
  private static func elements(of symbol: ArraySlice<UInt8>) -> (ranges: [Range<Int>], end: Int)? {
    var ranges: [Range<Int>] = []
    var position = symbol.startIndex
    while position < symbol.endIndex {
      if symbol[position] == UInt8(ascii: "E") { return (ranges, position + 1) }
      var length = 0
      let digits = position
      while position < symbol.endIndex, let digit = digitValue(symbol[position]), length <= symbol.count {
        length = length * 10 + digit
        position += 1
      }
      guard position > digits, length > 0, length <= symbol.endIndex - position else { return nil }
      let range = position..<position + length
      // Everything else is escaped, so that a C++ identifier in UTF-8 is no Rust name.
      guard symbol[range].allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
      ranges.append(range)
      position += length
    }
    return nil
  }

  private static func digitValue(_ byte: UInt8) -> Int? {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int(byte - UInt8(ascii: "0")) : nil
  }

  private static func isHash(_ element: ArraySlice<UInt8>) -> Bool {
    element.count == 17 && element.first == UInt8(ascii: "h") && element.dropFirst().allSatisfy(Hexadecimal.isDigit)
  }

  private static let escapes = [
    "SP": "@", "BP": "*", "RF": "&", "LT": "<", "GT": ">", "LP": "(", "RP": ")", "C": ",",
  ]

  /// Appends an element with its escapes resolved; an unknown escape is left as it stands, and so is all
  /// that follows it.
  private static func append(_ element: ArraySlice<UInt8>, to text: inout String) {
    var rest = element
    // An identifier must not begin with `$`, so an underscore stands before it.
    if rest.starts(with: "_$".utf8) { rest.removeFirst() }
    while let first = rest.first {
      if first == UInt8(ascii: "$") {
        let body = rest.dropFirst()
        guard let end = body.firstIndex(of: first), let plain = unescape(body[..<end]) else { break }
        text += plain
        rest = rest[(end + 1)...]
      } else if rest.starts(with: "..".utf8) {
        text += "::"
        rest.removeFirst(2)
      } else {
        text.unicodeScalars.append(Unicode.Scalar(first))
        rest.removeFirst()
      }
    }
    text += String(decoding: rest, as: UTF8.self)
  }

  /// What an escape stands for: a sign's abbreviation, or `u` and the number of a character.
  private static func unescape(_ escape: ArraySlice<UInt8>) -> String? {
    if let plain = escapes[String(decoding: escape, as: UTF8.self)] { return plain }
    guard escape.first == UInt8(ascii: "u"), let number = Hexadecimal.value(escape.dropFirst()),
      let scalar = UInt32(exactly: number).flatMap(Unicode.Scalar.init), scalar.properties.generalCategory != .control
    else { return nil }
    return String(scalar)
  }
}

/// Lower-case hexadecimal digits, as Rust's manglings write them.
enum Hexadecimal {
  static func isDigit(_ byte: UInt8) -> Bool { digitValue(byte) != nil }

  static func digitValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  /// The number of 1 to 16 significant digits; nil for other bytes, more digits or none.
  static func value(_ digits: ArraySlice<UInt8>) -> UInt64? {
    let significant = digits.drop { $0 == UInt8(ascii: "0") }
    guard !digits.isEmpty, significant.count <= 16 else { return nil }
    var value: UInt64 = 0
    for byte in significant {
      guard let digit = digitValue(byte) else { return nil }
      value = value << 4 | UInt64(digit)
    }
    return value
  }
}
