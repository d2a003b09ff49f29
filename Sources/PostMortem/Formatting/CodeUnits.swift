import DwarfEval

/// Texts of code units of one, two or four bytes: UTF-8, UTF-16 and UTF-32.
enum CodeUnits {
  /// The text in quotes; units that are no characters are spelled out.
  /// - Parameter width: bytes of a unit.
  /// - Parameter isCut: whether more follows. A character that the cut falls into is left out: it would look like damage.
  static func quoted(
    _ bytes: some Collection<UInt8>, width: Int = 1, isCut: Bool = false, _ escapes: Escapes = .octal
  ) -> String {
    let bytes = Array(bytes)
    switch width {
    case 1: return ScalarText.string(isCut ? wholeCharacters(bytes[...]) : bytes[...], isCut: isCut, escapes)
    case 2:
      var units = units(bytes, width).map { UInt16(truncatingIfNeeded: $0) }
      if isCut, let last = units.last, UTF16.isLeadSurrogate(last) { units.removeLast() }
      return quoted(utf16: units, isCut: isCut, escapes)
    default:
      let units = units(bytes, width)
      return quoted(units.map { Unicode.Scalar($0) }, units, isCut: isCut, escapes)
    }
  }

  /// The bytes without a character of UTF-8 that lacks its end.
  static func wholeCharacters(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let start = bytes.suffix(4).lastIndex(where: { $0 & 0xc0 != 0x80 }), bytes[start] >= 0xc0 else {
      return bytes
    }
    let length = bytes[start] >= 0xf0 ? 4 : bytes[start] >= 0xe0 ? 3 : 2
    return bytes.endIndex - start < length ? bytes[..<start] : bytes
  }

  private static func units(_ bytes: [UInt8], _ width: Int) -> [UInt32] {
    stride(from: 0, to: bytes.count - bytes.count % width, by: width).map { start in
      bytes[start..<start + width].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
  }

  private static func quoted(utf16 units: [UInt16], isCut: Bool, _ escapes: Escapes) -> String {
    var scalars: [Unicode.Scalar?] = []
    var numbers: [UInt32] = []
    var index = 0
    while index < units.count {
      let unit = units[index]
      if UTF16.isLeadSurrogate(unit), index + 1 < units.count, UTF16.isTrailSurrogate(units[index + 1]) {
        scalars.append(UTF16.decode(UTF16.EncodedScalar([unit, units[index + 1]])))
        numbers.append(0)
        index += 2
      } else {
        scalars.append(Unicode.Scalar(unit))
        numbers.append(UInt32(unit))
        index += 1
      }
    }
    return quoted(scalars, numbers, isCut: isCut, escapes)
  }

  private static func quoted(
    _ scalars: [Unicode.Scalar?], _ numbers: [UInt32], isCut: Bool, _ escapes: Escapes
  ) -> String {
    var text = "\""
    for (scalar, number) in zip(scalars, numbers) {
      text +=
        scalar.map { ScalarText.escape($0, quote: "\"", escapes) } ?? "\\u{" + String(number, radix: 16) + "}"
    }
    return text + (isCut ? "\"..." : "\"")
  }
}

/// A text in memory that a NUL ends, as far as it is shown.
struct TerminatedText {
  /// The text in quotes; nil where nothing of it is known.
  let text: String?
  /// Why it is not known up to its end; nil where it is, or where its length is the only reason.
  let problem: String?
  /// Bytes from its start to what follows the NUL, or to what is not shown.
  let length: Int

  /// Reads the text at a place.
  /// - Parameter width: bytes of a code unit.
  /// - Parameter limit: the most code units that are shown.
  init(at place: Storage, in memory: MemoryReader, width: Int = 1, limit: Int, _ escapes: Escapes = .octal) {
    let limit = min(max(limit, 0), MemoryReader.largest / 8)
    let contents = memory.read(place, count: (limit + 1) * width)
    let known = contents.bytes.prefix(contents.knownPrefix - contents.knownPrefix % width)
    let end = stride(from: 0, to: known.count, by: width).first { known[$0..<$0 + width].allSatisfy { $0 == 0 } }
    if let end {
      (text, problem, length) = (CodeUnits.quoted(known[..<end], width: width, escapes), nil, end + width)
      return
    }
    guard !known.isEmpty else {
      (text, problem, length) = (nil, contents.absence ?? "its text is not known", 0)
      return
    }
    let isLong = known.count > limit * width
    var shown = isLong ? known.prefix(limit * width) : known
    // What follows begins with the character that is left out.
    if width == 1, case let whole = CodeUnits.wholeCharacters(shown), !whole.isEmpty { shown = whole }
    text = CodeUnits.quoted(shown, width: width, isCut: true, escapes)
    problem = isLong ? nil : contents.absence
    length = max(shown.count, 1)
  }
}

extension Value {
  /// The text up to a NUL that a pointer leads to, as far as it is shown.
  func terminatedText() throws(Unavailable) -> String {
    let found = TerminatedText(
      at: try dereferenced().storage, in: surroundings.memory, limit: DescriptionLimits().stringBytes,
      .of(type?.language))
    guard let text = found.text else { throw Unavailable(found.problem ?? "its text is not known") }
    return text
  }
}

extension DwarfType {
  /// Bytes of a code unit where values are characters that texts are made of; nil for other types. In C `wchar_t` and its
  /// kin are names of integers. Rust's texts are bytes, whatever its `char` is.
  var codeUnitSize: Int? {
    guard let size, [1, 2, 4].contains(size) else { return nil }
    var type = self
    for _ in 0..<16 {
      if let name = type.simpleName, Self.wideCharacters.contains(name) { return Int(size) }
      switch type.kind {
      case .typedef(let next?), .qualified(_, let next?): type = next
      case .base(let base): return base.isCharacter && (size == 1 || type.language != .rust) ? Int(size) : nil
      default: return nil
      }
    }
    return nil
  }

  private static let wideCharacters: Set<String> = ["wchar_t", "char16_t", "char32_t"]
}
