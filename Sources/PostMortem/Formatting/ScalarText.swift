import DwarfEval

/// How a person wants numbers to be shown: gdb's letters.
public enum NumberFormat: Character, Sendable, CaseIterable {
  case hexadecimal = "x"
  case decimal = "d"
  case unsigned = "u"
  case octal = "o"
  case binary = "t"
  case character = "c"
  case float = "f"
  case string = "s"
  case address = "a"
  case instruction = "i"
  /// Hexadecimal with zeros in front, as wide as the type.
  case padded = "z"
}

/// How characters that cannot be seen are spelled out in a text. Each way has an end of its own, so that no digit of the text
/// that follows counts as a part of it.
enum Escapes {
  /// C's: three octal digits.
  case octal
  /// `\u{1}`, and two hexadecimal digits for a byte that is no character: Rust's, Zig's and Swift's.
  case braces

  /// Those of a language.
  static func of(_ language: SourceLanguage?) -> Escapes {
    language == .rust || language == .zig || language == .swift ? .braces : .octal
  }
}

/// Numbers, characters and truth values as text.
enum ScalarText {
  /// A value of a base type by the type's own format.
  static func text(_ value: Value, _ base: BaseType, _ format: NumberFormat?) throws(Unavailable) -> String {
    let size = value.size ?? 0
    switch base.format {
    case .float: return try float(value, Int(clamping: size), format)
    case .complexFloat, .imaginaryFloat:
      let bytes = try value.scalarBytes()
      let half = base.format == .complexFloat ? bytes.count / 2 : bytes.count
      let parts = [0, half].filter { $0 < bytes.count }.map { float(Array(bytes[$0..<$0 + half])) ?? "?" }
      return parts.count == 2 ? "\(parts[0]) + \(parts[1])i" : (parts.first ?? "?") + "i"
    case .extendedFloat where format == nil || format == .float || format == .decimal || format == .string:
      return try extended(value.scalarBytes())
    case .extendedFloat, .unsupported:
      return "0x"
        + (try value.scalarBytes()).reversed().map { byte in
          let digits = String(byte, radix: 16)
          return digits.count == 1 ? "0" + digits : digits
        }.joined()
    default: break
    }
    let number = try value.integer()
    // What is no text is shown as it is where one is asked for.
    if let format, format != .string { return integer(number, bits: value.bits?.size ?? size &* 8, format) }
    switch base.format {
    case .boolean: return number == 0 ? "false" : number == 1 ? "true" : String(number)
    case .signedCharacter, .unsignedCharacter: return character(number)
    case .unicode: return unicode(UInt32(truncatingIfNeeded: number))
    case .address: return hexadecimal(UInt64(truncatingIfNeeded: number))
    // The largest of 128 bits are beyond what a signed number holds.
    case .unsigned: return String(UInt128(truncatingIfNeeded: number))
    default: return String(number)
    }
  }

  // MARK: Integers

  /// An integer of so many bits in a format.
  static func integer(_ number: Int128, bits: UInt64, _ format: NumberFormat) -> String {
    let width = min(max(bits, 1), 128)
    let mask: UInt128 = width == 128 ? .max : (1 << UInt128(width)) - 1
    let pattern = UInt128(truncatingIfNeeded: number) & mask
    func padded(_ radix: Int, _ digits: UInt64) -> String {
      let text = String(pattern, radix: radix)
      return String(repeating: "0", count: max(0, Int(digits) - text.count)) + text
    }
    switch format {
    case .hexadecimal, .address: return "0x" + String(pattern, radix: 16)
    case .padded: return "0x" + padded(16, (width + 3) / 4)
    case .unsigned: return String(pattern)
    case .octal: return pattern == 0 ? "0" : "0" + String(pattern, radix: 8)
    case .binary: return String(pattern, radix: 2)
    case .character: return character(signed(pattern, width))
    case .float where width == 32: return float(littleEndian(pattern, count: 4)) ?? String(number)
    case .float where width == 64: return float(littleEndian(pattern, count: 8)) ?? String(number)
    default: return String(signed(pattern, width))
    }
  }

  private static func signed(_ pattern: UInt128, _ width: UInt64) -> Int128 {
    let unused = Int128(128 - width)
    return (Int128(truncatingIfNeeded: pattern) << unused) >> unused
  }

  // MARK: Characters

  /// `97 'a'`, `254 '\xfe'`; larger numbers as characters of Unicode, those that are none alone.
  static func character(_ number: Int128) -> String {
    guard (-128...255).contains(number) else {
      return UInt32(exactly: number).flatMap { Unicode.Scalar($0) }.map { unicode($0.value) } ?? String(number)
    }
    let byte = UInt8(truncatingIfNeeded: number)
    let digits = String(byte, radix: 16)
    let isSeen = (0x20..<0x7f).contains(byte) || [9, 10, 13, 0].contains(byte)
    // Alone in its quotes it can have C's hexadecimal escape.
    let text = isSeen ? single(Unicode.Scalar(byte)) : "\\x" + (digits.count < 2 ? "0" : "") + digits
    return "\(number) '\(text)'"
  }

  private static func single(_ scalar: Unicode.Scalar) -> String {
    scalar == "\0" ? "\\0" : escape(scalar, quote: "'", .braces)
  }

  /// `8364 '€'`.
  static func unicode(_ code: UInt32) -> String {
    let text = Unicode.Scalar(code).map(single) ?? "\\u{" + String(code, radix: 16) + "}"
    return "\(code) '\(text)'"
  }

  /// A character as a literal alone: `'a'`, `'\xfe'`; nil where it is not known, and for types that are called otherwise:
  /// `int8_t` is a character only by the debug information.
  static func literal(_ value: Value) -> String? {
    guard let base = value.underlying?.base, base.format == .unicode || (base.isCharacter && base.name == "char"),
      let number = try? value.integer()
    else { return nil }
    let text = base.format == .unicode ? unicode(UInt32(truncatingIfNeeded: number)) : character(number)
    return text.firstIndex(of: "'").map { String(text[$0...]) }
  }

  /// A byte that is no character, as it stands in a string.
  private static func escape(_ byte: UInt8, _ escapes: Escapes) -> String {
    escapes == .octal ? octal(byte) : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  private static func octal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 8)
    return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
  }

  /// A character as it stands in a literal: what cannot be seen is spelled out.
  static func escape(_ scalar: Unicode.Scalar, quote: Character, _ escapes: Escapes) -> String {
    switch scalar {
    case "\n": return "\\n"
    case "\t": return "\\t"
    case "\r": return "\\r"
    case "\\": return "\\\\"
    case _ where Character(scalar) == quote: return "\\" + String(scalar)
    default: break
    }
    guard !isSeen(scalar) else { return String(scalar) }
    return escapes == .octal && scalar.isASCII
      ? octal(UInt8(scalar.value)) : "\\u{" + String(scalar.value, radix: 16) + "}"
  }

  /// Whether a character can be seen as itself.
  static func isSeen(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: false
    default: true
    }
  }

  /// Bytes as a quoted string: UTF-8 where it is, other bytes spelled out.
  /// - Parameter isCut: whether more follows, which three points behind the quote say.
  static func string(_ bytes: some Collection<UInt8>, isCut: Bool = false, _ escapes: Escapes = .octal) -> String {
    let bytes = Array(bytes)
    var text = "\""
    var decoder = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var position = 0
    loop: while true {
      switch decoder.parseScalar(from: &iterator) {
      case .valid(let encoded):
        text += escape(Unicode.UTF8.decode(encoded), quote: "\"", escapes)
        position += encoded.count
      case .error(let length):
        for byte in bytes[position..<min(position + length, bytes.count)] { text += escape(byte, escapes) }
        position += length
      case .emptyInput: break loop
      }
    }
    return text + (isCut ? "\"..." : "\"")
  }

  // MARK: Floats

  private static func float(_ value: Value, _ size: Int, _ format: NumberFormat?) throws(Unavailable) -> String {
    let bytes = try value.scalarBytes()
    if let format, ![.float, .decimal, .string].contains(format), bytes.count <= 16 {
      let pattern = bytes.reversed().reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
      return integer(Int128(truncatingIfNeeded: pattern), bits: UInt64(bytes.count * 8), format)
    }
    guard let text = float(bytes) else {
      throw Unavailable("floating-point numbers of \(size) bytes are not supported")
    }
    return text
  }

  /// The shortest text that reads back as the same number of IEEE 754's binary16, 32, 64 or 128.
  static func float(_ bytes: [UInt8]) -> String? {
    let pattern = bytes.reversed().reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
    switch bytes.count {
    case 2: return "\(Float16(bitPattern: UInt16(pattern)))"
    case 4: return "\(Float(bitPattern: UInt32(pattern)))"
    case 8: return "\(Double(bitPattern: UInt64(pattern)))"
    case 16: return quadruple(pattern)
    default: return nil
    }
  }

  /// A number of the x87's format, which is in the first ten bytes. It has the bit in front of its fraction written out.
  private static func extended(_ bytes: [UInt8]) throws(Unavailable) -> String {
    guard bytes.count >= 10 else { throw Unavailable("ten bytes make a number of this format, not \(bytes.count)") }
    let significand = bytes[..<8].reversed().reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
    let sign = bytes[9] & 0x80 != 0 ? "-" : ""
    let exponent = Int(bytes[9] & 0x7f) << 8 | Int(bytes[8])
    let isWhole = significand >> 63 == 1
    if exponent == 0x7fff { return sign + (isWhole && significand == 1 << 63 ? "inf" : "nan") }
    // The processor computes with no others.
    if exponent > 0, !isWhole { return sign + "nan" }
    if significand == 0 { return sign + "0.0" }
    return sign
      + DecimalDigits(
        significand, exponent: max(exponent, 1) - 16383 - 63, precision: 64, isSmallest: exponent <= 1
      ).text
  }

  /// A binary128 number.
  private static func quadruple(_ pattern: UInt128) -> String {
    let sign = pattern >> 127 == 1 ? "-" : ""
    let exponent = Int((pattern >> 112) & 0x7fff)
    let fraction = pattern & ((1 << 112) - 1)
    if exponent == 0x7fff { return fraction == 0 ? sign + "inf" : sign + "nan" }
    if exponent == 0, fraction == 0 { return sign + "0.0" }
    // Subnormal numbers have the exponent of the smallest others, without the bit in front of the fraction.
    let significand = exponent == 0 ? fraction : fraction | 1 << 112
    return sign
      + DecimalDigits(
        significand, exponent: max(exponent, 1) - 16383 - 112, precision: 113, isSmallest: exponent <= 1
      ).text
  }
}

extension Value {
  /// A number as its type shows it.
  func numberText() throws(Unavailable) -> String {
    guard let base = underlying?.base else { return String(try integer()) }
    return try ScalarText.text(self, base, nil)
  }
}
