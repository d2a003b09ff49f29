import DwarfEval

/// The text that an array of characters holds, NULs in it included.
struct ArrayText {
  /// As a literal, without the NULs at the end, which are the rest of the buffer. A long row of NULs is counted, as gdb does:
  /// `"abc", '\\000' <repeats 12 times>, "d"`.
  let quoted: String
  /// Whether all of it can be seen, up to the NULs at the end.
  let isPlain: Bool
  /// Whether the elements are `unsigned char` or of the same kind, which holds bytes of anything.
  let isOfBytes: Bool

  /// Nil where the elements are no characters, or some are not known.
  init?(_ value: Value, _ array: ArrayType, count: UInt64, limit: Int) {
    guard let width = array.element?.codeUnitSize,
      case let (size, overflow) = count.multipliedReportingOverflow(by: UInt64(width)),
      !overflow
    else { return nil }
    let most = UInt64(max(limit, 0)) &* UInt64(width)
    let contents = value.surroundings.memory.read(value.storage, count: Int(min(size, most)))
    guard contents.isComplete else { return nil }
    let isCut = size > most && !Self.isEmpty(value, from: most, to: size)
    var bytes = contents.bytes[...]
    if !isCut {
      let end = bytes.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
      bytes = bytes.prefix((end + width - 1) / width * width)
    }
    let base = array.element?.underlying?.base
    // Where `char` has no sign it is still what texts are made of.
    isOfBytes = base?.format == .unsignedCharacter && base?.name != "char"
    isPlain = Self.isPlain(isCut ? CodeUnits.wholeCharacters(bytes) : bytes)
    quoted = Self.quoted(bytes, width, isCut: isCut, .of(array.element?.language))
  }

  /// Whether the rest of a long array is nothing but NULs.
  private static func isEmpty(_ value: Value, from start: UInt64, to end: UInt64) -> Bool {
    guard end - start <= UInt64(MemoryReader.largest) else { return false }
    let contents = value.surroundings.memory.read(value.storage.advanced(by: start), count: Int(end - start))
    return contents.isComplete && contents.bytes.allSatisfy { $0 == 0 }
  }

  private static func isPlain(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let text = String(validating: bytes, as: UTF8.self) else { return false }
    return text.unicodeScalars.allSatisfy { ScalarText.isSeen($0) || ["\n", "\r", "\t"].contains($0) }
  }

  /// Rows of more NULs than these are counted.
  private static let counted = 9

  private static func quoted(_ bytes: ArraySlice<UInt8>, _ width: Int, isCut: Bool, _ escapes: Escapes) -> String {
    var parts: [String] = []
    var (start, index) = (0, 0)
    func isNull(_ place: Int) -> Bool { bytes[place..<place + width].allSatisfy { $0 == 0 } }
    let end = bytes.count - bytes.count % width
    while index < end {
      guard isNull(index) else {
        index += width
        continue
      }
      let first = index
      while index < end, isNull(index) { index += width }
      let count = (index - first) / width
      guard count > counted else { continue }
      if first > start { parts.append(CodeUnits.quoted(bytes[start..<first], width: width, escapes)) }
      parts.append("'\(escapes == .octal ? "\\000" : "\\u{0}")' <repeats \(count) times>")
      start = index
    }
    guard start < end || parts.isEmpty else { return parts.joined(separator: ", ") + (isCut ? "..." : "") }
    parts.append(CodeUnits.quoted(bytes[start..<end], width: width, isCut: isCut, escapes))
    return parts.joined(separator: ", ")
  }
}
