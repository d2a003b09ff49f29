/// Identifiers of the text format (6.3.5).
enum Identifier {
  /// `$name`, or `$"name"` with escapes where `name` has characters that do not stand in a plain identifier.
  /// Nothing in the result can control a terminal.
  static func text(_ name: String) -> String {
    if !name.isEmpty, name.utf8.allSatisfy(isPlain) { return "$" + name }
    var result = "$\""
    for scalar in name.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where isInvisible(scalar): result += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// The characters of a plain identifier: idchar.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      return true
    default: return "!#$%&'*+-./:<=>?@\\^_`|~".utf8.contains(byte)
    }
  }

  /// Characters that act in place of showing: control codes, direction marks and their like.
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: return true
    default: return false
    }
  }
}
