/// What a dump, a module, debug information or a source file says, made safe for a terminal: every such string
/// goes through here before it is shown.
///
/// Control characters could move the cursor, rename the window or forge output (`\x1b`), and invisible format
/// characters, the bidirectional overrides above all, could make a name read as another (`\u{202e}`). A backslash
/// stays as it is: paths and mangled names would suffer, and a name that only looks escaped does no harm.
public enum TerminalText {
  /// `text` without what a terminal would act on.
  public static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: mayNeedEscape) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if let escape = escape(of: scalar) { result += escape } else { result.unicodeScalars.append(scalar) }
    }
    return result
  }

  /// Whether `scalar` would do something on a terminal other than be seen.
  public static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }

  /// A cheap refusal: the bytes that can start something to escape. 0xc2 begins the C1 controls, 0xd8–0xdd, 0xe0–0xe3,
  /// 0xef and 0xf0–0xf3 the format characters.
  private static func mayNeedEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == 0x7f || byte >= 0xc2
  }

  private static func escape(of scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "\n": return "\\n"
    case "\r": return "\\r"
    case "\t": return "\\t"
    default: break
    }
    guard isInvisible(scalar) else { return nil }
    let digits = String(scalar.value, radix: 16)
    return scalar.value < 0x100 ? "\\x" + (digits.count < 2 ? "0" : "") + digits : "\\u{\(digits)}"
  }
}
