/// JSON, written as it is said: a report may have hundreds of thousands of frames, and an encoder that builds the
/// document first was measured to need 400 MB for 260 000 of them.
///
/// Members whose value is nil are left out. Everything a terminal would act on is written as `\uXXXX`.
final class JSONWriter {
  private let output: Output
  private var needsComma = false

  init(_ output: Output) { self.output = output }

  /// The end of a line: one object per line.
  func endLine() {
    needsComma = false
    output.write("\n")
  }

  // MARK: Objects

  func object(_ members: () -> Void) { nest("{", "}", members) }

  func member(_ name: String, _ value: String?) {
    guard let value else { return }
    key(name)
    string(value)
  }

  func member(_ name: String, _ value: Int?) {
    guard let value else { return }
    key(name)
    raw(String(value))
  }

  func member(_ name: String, _ value: Bool?) {
    guard let value else { return }
    key(name)
    raw(value ? "true" : "false")
  }

  func member(_ name: String, _ members: () -> Void) {
    key(name)
    object(members)
  }

  func member<Elements: Sequence>(_ name: String, _ elements: Elements, _ write: (Elements.Element) -> Void) {
    key(name)
    nest("[", "]") { for element in elements { write(element) } }
  }

  func member(_ name: String, strings: [String]) { member(name, strings) { self.string($0) } }

  // MARK: Values

  /// A number, or `null` where a list has a gap.
  func value(_ number: Int?) { raw(number.map(String.init) ?? "null") }

  func string(_ value: String) {
    separate()
    // Nearly every string is plain.
    if value.utf8.allSatisfy(Self.isPlain) {
      output.write("\"")
      output.write(value)
      output.write("\"")
      return
    }
    var bytes: [UInt8] = [UInt8(ascii: "\"")]
    bytes.reserveCapacity(value.utf8.count + 2)
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": bytes += #"\""#.utf8
      case "\\": bytes += #"\\"#.utf8
      case "\n": bytes += #"\n"#.utf8
      case "\t": bytes += #"\t"#.utf8
      case "\r": bytes += #"\r"#.utf8
      case " "..<"\u{7f}": bytes.append(UInt8(truncatingIfNeeded: scalar.value))
      default:
        if isInvisible(scalar) {
          for unit in String(scalar).utf16 {
            let digits = String(unit, radix: 16)
            bytes += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
          }
        } else {
          bytes += String(scalar).utf8
        }
      }
    }
    bytes.append(UInt8(ascii: "\""))
    output.write(bytes: bytes)
  }

  /// Whether `byte` is an ASCII character that stands for itself.
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7f && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  private func raw(_ text: String) {
    separate()
    output.write(text)
  }

  private func key(_ name: String) {
    string(name)
    output.write(":")
    needsComma = false
  }

  private func separate() {
    if needsComma { output.write(",") }
    needsComma = true
  }

  private func nest(_ opening: String, _ closing: String, _ body: () -> Void) {
    separate()
    output.write(opening)
    needsComma = false
    body()
    output.write(closing)
    needsComma = true
  }
}
