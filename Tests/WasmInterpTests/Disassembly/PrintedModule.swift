import WasmInterp

/// The functions of what `wasm-tools print` writes, as tokens that can be compared with a listing.
struct PrintedModule {
  /// By function index: the header's lines and the instructions, a list of tokens each.
  private(set) var functions: [UInt32: [[String]]] = [:]

  init(_ text: String) {
    var current: (index: UInt32, lines: [[String]])?
    for line in text.split(separator: "\n") {
      let tokens = Tokens(String(line)).all
      if let (index, lines) = current {
        // The parenthesis that closes the function stands for its last `end`.
        if tokens == [")"], line.hasPrefix("  )") {
          functions[index] = lines + [["end"]]
          current = nil
        } else {
          current = (index, lines + [tokens])
        }
      } else if line.hasPrefix("  (func "), let index = Self.index(in: line) {
        let depth = tokens.reduce(0) { $0 + ($1 == "(" ? 1 : $1 == ")" ? -1 : 0) }
        if depth == 0 {
          // All on one line: a function of nothing but its `end`.
          functions[index] = [tokens.dropLast(), ["end"]]
        } else {
          current = (index, [tokens])
        }
      }
    }
  }

  /// The number of the first comment: `(func $name (;12;)`.
  private static func index(in line: Substring) -> UInt32? {
    var isInString = false
    var rest = line[...]
    while let first = rest.first {
      if first == "\\" { rest = rest.dropFirst() }
      if first == "\"" { isInString.toggle() }
      if !isInString, rest.hasPrefix("(;") { return UInt32(rest.dropFirst(2).prefix { $0 != ";" }) }
      rest = rest.dropFirst()
    }
    return nil
  }
}

/// The tokens of a line of the text format, without comments and annotations; escapes in names resolved.
struct Tokens {
  private(set) var all: [String] = []

  init(_ line: String) {
    var rest = line[...]
    while let first = rest.first {
      if first == " " {
        rest = rest.dropFirst()
      } else if rest.hasPrefix(";;") {
        return
      } else if rest.hasPrefix("(;") {
        while !rest.isEmpty, !rest.hasPrefix(";)") { rest = rest.dropFirst() }
        rest = rest.dropFirst(2)
      } else if rest.hasPrefix("(@") {
        while let token = Self.token(&rest), token != ")" {}
      } else if let token = Self.token(&rest) {
        all.append(token)
      }
    }
  }

  private static func token(_ rest: inout Substring) -> String? {
    rest = rest.drop { $0 == " " }
    guard let first = rest.first else { return nil }
    if first == "(" || first == ")" {
      rest = rest.dropFirst()
      return String(first)
    }
    var token = ""
    var isInString = false
    while let character = rest.first {
      if !isInString, " ()".contains(character) { break }
      rest = rest.dropFirst()
      if character == "\"" {
        isInString.toggle()
      } else if character == "\\", let escaped = rest.first {
        token += unescaped(escaped, &rest)
      } else {
        token.append(character)
      }
    }
    return token
  }

  private static func unescaped(_ character: Character, _ rest: inout Substring) -> String {
    rest = rest.dropFirst()
    switch character {
    case "n": return "\n"
    case "t": return "\t"
    case "r": return "\r"
    case "u":
      let digits = rest.dropFirst().prefix { $0 != "}" }
      rest = rest.dropFirst(digits.count + 2)
      return UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init).map { String(Character($0)) } ?? "?"
    default: return String(character)
    }
  }
}

/// Makes instructions of different printers alike: labels become numbers, floats their bits.
struct InstructionNormalizer {
  /// The names of the open blocks.
  private var open: [String?] = []

  mutating func normalized(_ tokens: [String]) -> [String] {
    guard let name = tokens.first else { return tokens }
    // `(local` and its like.
    if name == "(" { return tokens }
    var tokens = tokens
    switch name {
    case "block", "loop", "if", "try", "try_table":
      var label: String?
      if tokens.count > 1, tokens[1].hasPrefix("$") { label = tokens.remove(at: 1) }
      for index in tokens.indices.dropLast() where index > 0 && tokens[index + 1] == ")" {
        // Label and closing parenthesis of a catch clause.
        let start = tokens[..<index].lastIndex(of: "(") ?? 0
        if tokens[start + 1].hasPrefix("catch") { tokens[index] = depth(tokens[index]) }
      }
      open.append(label)
    case "end": _ = open.popLast()
    case "delegate":
      _ = open.popLast()
      tokens[1] = depth(tokens[1])
    case "br_table": for index in tokens.indices.dropFirst() { tokens[index] = depth(tokens[index]) }
    case "rethrow", "br", "br_if", "br_on_null", "br_on_non_null", "br_on_cast", "br_on_cast_fail":
      tokens[1] = depth(tokens[1])
    case "f32.const": tokens[1] = Self.f32(tokens[1])
    case "f64.const": tokens[1] = Self.f64(tokens[1])
    default: break
    }
    return tokens
  }

  private func depth(_ label: String) -> String {
    guard label.hasPrefix("$") else { return label }
    return open.lastIndex { $0 == label }.map { String(open.count - 1 - $0) } ?? "no label \(label)"
  }

  private static func f32(_ text: String) -> String {
    if text.contains("nan") { return text == "nan:0x400000" ? "nan" : text == "-nan:0x400000" ? "-nan" : text }
    return Float(text).map { String($0.bitPattern, radix: 16) } ?? "no number \(text)"
  }

  private static func f64(_ text: String) -> String {
    if text.contains("nan") {
      return text == "nan:0x8000000000000" ? "nan" : text == "-nan:0x8000000000000" ? "-nan" : text
    }
    return Double(text).map { String($0.bitPattern, radix: 16) } ?? "no number \(text)"
  }
}
