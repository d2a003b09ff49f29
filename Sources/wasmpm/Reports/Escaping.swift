import PostMortem

/// What comes from files, made safe for a terminal.
func escaped(_ text: String) -> String { TerminalText.escaped(text) }

/// Whether `scalar` would do something on a terminal other than be seen.
func isInvisible(_ scalar: Unicode.Scalar) -> Bool { TerminalText.isInvisible(scalar) }

/// A source line as a terminal can show it: tabs become spaces up to the next multiple of eight columns, the rest
/// is escaped.
func expanded(_ line: String) -> String {
  guard line.utf8.contains(UInt8(ascii: "\t")) else { return escaped(line) }
  var result = ""
  var column = 0
  for character in line {
    if character == "\t" {
      let spaces = 8 - column % 8
      result += String(repeating: " ", count: spaces)
      column += spaces
    } else {
      let shown = escaped(String(character))
      result += shown
      column += shown.count
    }
  }
  return result
}
