/// A word of an expression.
struct Token: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case name(String)
    /// `$`, `$1`, `$$2`, `$pc`, `$name`: what follows the first dollar sign.
    case dollar(String)
    /// `isDecimal` tells `255` from `0xff`, `0377` and `0b11111111`, whose types differ in C.
    case integer(UInt128, suffix: String, isDecimal: Bool)
    case float(Double, isSingle: Bool)
    case character(UInt32, prefix: String)
    case string([UInt8], prefix: String)
    /// A name in quotes, of any characters.
    case quoted(String)
    /// An operator or a bracket.
    case symbol(String)
    case end
  }
  let kind: Kind
  /// The characters of the text.
  let range: Range<Int>
  /// Whether white space stands in front of it.
  let isSpaced: Bool
}

/// Cuts the text of an expression into words.
struct Lexer {
  private let text: [Character]
  private var position = 0
  /// What stands in front: behind an operand a point is a member's, and digits behind that are a tuple's field.
  private var previous: Token?

  init(_ text: String) { self.text = Array(text) }

  /// All words, and one that stands for the end.
  /// - Throws: `syntax` where characters make no word.
  static func tokens(_ text: String) throws(ExpressionError) -> [Token] {
    var lexer = Lexer(text)
    guard lexer.text.count <= maximumLength else {
      throw ExpressionError(.syntax, "The expression is too long.", at: maximumLength..<maximumLength)
    }
    var tokens: [Token] = []
    repeat {
      tokens.append(try lexer.next())
      lexer.previous = tokens.last
    } while tokens.last?.kind != .end
    return tokens
  }

  /// More characters than these are nobody's expression.
  static let maximumLength = 10_000

  /// Longer ones first.
  private static let symbols = [
    "<<=", ">>=", "->", "::", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+=", "-=", "*=", "/=", "%=", "&=", "|=",
    "^=", "++", "--", "..",
    "+", "-", "*", "/", "%", "&", "|", "^", "~", "!", "<", ">", "=", "?", ":", ",", ".", "(", ")", "[", "]", "{", "}",
    "@", "#", ";",
  ].map(Array.init)

  private func peek(_ distance: Int = 0) -> Character? {
    position + distance < text.count ? text[position + distance] : nil
  }

  private mutating func next() throws(ExpressionError) -> Token {
    let before = position
    while let character = peek(), character.isWhitespace { position += 1 }
    let isSpaced = position > before
    let start = position
    func token(_ kind: Token.Kind) -> Token { Token(kind: kind, range: start..<position, isSpaced: isSpaced) }
    guard let first = peek() else { return token(.end) }
    if first == "$" {
      position += 1
      if peek() == "$" { position += 1 }
      takeName()
      return token(.dollar(String(text[start + 1..<position])))
    }
    if Self.startsName(first) {
      takeName()
      let name = String(text[start..<position])
      if let quote = peek(), quote == "'" || quote == "\"", ["L", "u", "U", "u8", "b"].contains(name) {
        return token(try quoted(prefix: name, from: start))
      }
      // Rust's raw identifiers.
      if name == "r", peek() == "#", let after = peek(1), Self.startsName(after) {
        position += 1
        takeName()
        return token(.name(String(text[(start + 2)..<position])))
      }
      return token(.name(name))
    }
    if previous?.kind == .symbol("."), first.isASCIIDigit {
      return token(.integer(field(), suffix: "", isDecimal: true))
    }
    if first.isASCIIDigit || (first == "." && peek(1)?.isASCIIDigit == true && !isBehindOperand) {
      return token(try number(start))
    }
    if first == "'" || first == "\"" { return token(try quoted(prefix: "", from: start)) }
    for symbol in Self.symbols where text[position...].starts(with: symbol) {
      position += symbol.count
      return token(.symbol(String(symbol)))
    }
    throw ExpressionError(.syntax, "Unexpected character '\(first)'.", at: start..<start + 1)
  }

  private static func startsName(_ character: Character) -> Bool { character.isLetter || character == "_" }

  private mutating func takeName() {
    while let character = peek(), character.isLetter || character.isNumber || character == "_" { position += 1 }
  }

  // MARK: Numbers

  private var isBehindOperand: Bool {
    switch previous?.kind {
    case .name?, .quoted?, .dollar?, .symbol(")")?, .symbol("]")?: true
    // `t.0.1`
    case .integer?: position > 0 && previous?.range.upperBound == position
    default: false
    }
  }

  /// The number of a tuple's field: of `0.1` only the 0.
  private mutating func field() -> UInt128 {
    var value: UInt128 = 0
    while let digit = peek(), digit.isASCIIDigit, value < 1 << 64 {
      value = value * 10 + UInt128(digit.wholeNumberValue ?? 0)
      position += 1
    }
    return value
  }

  private mutating func number(_ start: Int) throws(ExpressionError) -> Token.Kind {
    // As C has it: everything that may belong to a number belongs to it.
    while let character = peek() {
      if character.isASCII, character.isLetter || character.isNumber || character == "_" {
        position += 1
      } else if character == ".", peek(1) != ".", !text[start..<position].contains(".") {
        position += 1
      } else if character == "+" || character == "-", position > start, isExponent(start) {
        position += 1
      } else {
        break
      }
    }
    let word = String(text[start..<position]).lowercased().filter { $0 != "_" }
    if let kind = Self.integer(word) ?? Self.float(word) { return kind }
    if word.utf8.count > 38, word.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
      throw ExpressionError(.syntax, "Numeric constant too large.", at: start..<position)
    }
    throw ExpressionError(.syntax, "Invalid number \"\(String(text[start..<position]))\".", at: start..<position)
  }

  /// Whether the last character taken is the sign of an exponent's beginning.
  private func isExponent(_ start: Int) -> Bool {
    let isHex = position - start > 1 && text[start] == "0" && (text[start + 1] == "x" || text[start + 1] == "X")
    let last = text[position - 1]
    return isHex ? last == "p" || last == "P" : last == "e" || last == "E"
  }

  private static let suffixes: Set<String> = [
    "", "u", "l", "ul", "lu", "ll", "ull", "llu", "z", "uz", "zu", "i8", "i16", "i32", "i64", "i128", "u8", "u16",
    "u32",
    "u64", "u128", "usize", "isize",
  ]

  private static func integer(_ word: String) -> Token.Kind? {
    var radix = 10
    var digits = word[...]
    for (prefix, value) in [("0x", 16), ("0b", 2), ("0o", 8)] where word.hasPrefix(prefix) {
      radix = value
      digits = digits.dropFirst(2)
    }
    let count = digits.prefix { $0.hexDigitValue.map { $0 < radix } ?? false }.count
    let suffix = String(digits.dropFirst(count))
    digits = digits.prefix(count)
    // A leading zero is octal, as in C.
    let isDecimal = radix == 10 && !(digits.count > 1 && digits.first == "0")
    if radix == 10, !isDecimal { radix = 8 }
    guard suffixes.contains(suffix), let value = UInt128(digits, radix: radix) else { return nil }
    return .integer(value, suffix: suffix, isDecimal: isDecimal)
  }

  private static func float(_ word: String) -> Token.Kind? {
    // Digits alone are no such number: `08` is none at all.
    guard word.contains(where: { ".epf".contains($0) }) else { return nil }
    var digits = word[...]
    var isSingle = false
    let isHex = word.hasPrefix("0x")
    for suffix in ["f32", "f64", "f", "l"] where digits.hasSuffix(suffix) && !(isHex && !word.contains("p")) {
      digits = digits.dropLast(suffix.count)
      isSingle = suffix.hasPrefix("f") && suffix != "f64"
      break
    }
    if digits.hasSuffix(".") { digits += "0" }
    if digits.hasPrefix(".") { digits = "0" + digits }
    return Double(digits).map { .float($0, isSingle: isSingle) }
  }

  // MARK: Quotes

  private mutating func quoted(prefix: String, from start: Int) throws(ExpressionError) -> Token.Kind {
    let quote = text[position]
    position += 1
    var scalars: [UInt32] = []
    var bytes: [UInt8] = []
    let content = position
    while let character = peek(), character != quote {
      if character == "\\" {
        let value = try escape()
        scalars.append(value.code)
        bytes += value.isByte ? [UInt8(truncatingIfNeeded: value.code)] : Self.utf8(value.code)
      } else {
        scalars += character.unicodeScalars.map(\.value)
        bytes += String(character).utf8
        position += 1
      }
    }
    guard peek() != nil else {
      // Rust's lifetimes and gdb's quoted names begin alike; neither stands alone.
      throw ExpressionError(.syntax, "Unterminated \(quote == "'" ? "character" : "string").", at: start..<position)
    }
    let name = String(text[content..<position])
    position += 1
    if quote == "\"" { return .string(bytes, prefix: prefix) }
    if scalars.count == 1 { return .character(scalars[0], prefix: prefix) }
    guard !scalars.isEmpty else { throw ExpressionError(.syntax, "Empty character.", at: start..<position) }
    return .quoted(name)
  }

  private static func utf8(_ code: UInt32) -> [UInt8] { Unicode.Scalar(code).map { Array(String($0).utf8) } ?? [] }

  /// A backslash and what follows; `isByte` where it stands for a byte rather than a character.
  private mutating func escape() throws(ExpressionError) -> (code: UInt32, isByte: Bool) {
    let start = position
    position += 1
    guard let character = peek() else { throw ExpressionError(.syntax, "Unterminated escape.", at: start..<position) }
    position += 1
    func digits(_ radix: Int, atMost limit: Int) -> UInt32? {
      var value: UInt32 = 0
      var count = 0
      while count < limit, let digit = peek()?.hexDigitValue, digit < radix {
        value = value &* UInt32(radix) &+ UInt32(digit)
        position += 1
        count += 1
      }
      return count > 0 ? value : nil
    }
    let simple: [Character: UInt32] = [
      "n": 10, "t": 9, "r": 13, "a": 7, "b": 8, "f": 12, "v": 11, "e": 27, "\\": 92, "'": 39, "\"": 34, "?": 63,
    ]
    if let code = simple[character] { return (code, false) }
    switch character {
    case "x": if let code = digits(16, atMost: 2) { return (code, true) }
    case "u":
      if peek() == "{" {
        position += 1
        if let code = digits(16, atMost: 6), peek() == "}" {
          position += 1
          return (code, false)
        }
      } else if let code = digits(16, atMost: 4) {
        return (code, false)
      }
    case "U": if let code = digits(16, atMost: 8) { return (code, false) }
    case "0"..."7":
      position -= 1
      if let code = digits(8, atMost: 3) { return (code, true) }
    default: break
    }
    throw ExpressionError(.syntax, "Unknown escape.", at: start..<position)
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
