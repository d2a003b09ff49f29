import PostMortem

/// What stands behind the slash of `print/x`, `x/4xw`, `output/d`: a count, a format, a unit.
struct FormatRequest {
  /// How many; nil where it is not said.
  var count: Int?
  /// How numbers are shown; nil where it is not said.
  var format: NumberFormat?
  /// Bytes of a unit; nil where it is not said.
  var unit: Int?
  /// Whether library types are shown as their members (`/r`).
  var isRaw = false

  /// Reads what `arguments` begin with, and removes it.
  /// - Throws: `usage` for letters that mean nothing.
  init(_ arguments: inout String) throws(Failure) {
    guard arguments.hasPrefix("/") else { return }
    let word = arguments.dropFirst().prefix { !$0.isWhitespace }
    arguments = arguments.dropFirst(word.count + 1).trimmed
    let isNegative = word.hasPrefix("-")
    let digits = word.drop { $0 == "-" }.prefix { $0.isASCII && $0.isNumber }
    if !digits.isEmpty {
      guard let number = Int(digits), number <= 1 << 24 else {
        throw Failure(.usage, "The count \(digits) is too large.")
      }
      count = isNegative ? 0 - number : number
    }
    for letter in word.drop(while: { $0 == "-" || ($0.isASCII && $0.isNumber) }) {
      switch letter {
      case "b": unit = 1
      case "h": unit = 2
      case "w": unit = 4
      case "g": unit = 8
      case "r": isRaw = true
      default:
        guard let format = NumberFormat(rawValue: letter) else {
          throw Failure(.usage, "Undefined output format \"\(letter)\": one of x d u o t c f s a i z r, and b h w g.")
        }
        self.format = format
      }
    }
  }
}

/// The parts of `text` between commas that stand outside of quotes and brackets.
func splitAtCommas(_ text: String) -> [String] {
  var parts: [String] = []
  var part = ""
  var depth = 0
  var quote: Character?
  var isEscaped = false
  for character in text {
    if let open = quote {
      if isEscaped {
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == open {
        quote = nil
      }
    } else {
      switch character {
      case "\"", "'": quote = character
      case "(", "[", "{": depth += 1
      case ")", "]", "}": depth -= 1
      case "," where depth <= 0:
        parts.append(part.trimmed)
        part = ""
        continue
      default: break
      }
    }
    part.append(character)
  }
  parts.append(part.trimmed)
  return parts
}
