extension Demangler {
  /// The function that a demangled name is of, without parameters and result: `Inventory<int>::add` of
  /// `void Inventory<int>::add(int, int) const`. Text that does not look like a function comes back as it is.
  public static func functionName(_ text: String, language: Demangled.Language) -> String {
    switch language {
    case .cxx: CxxFunctionName(text).name
    case .rustLegacy, .rustV0: String(decoding: withoutCopyMark(ArraySlice(text.utf8)), as: UTF8.self)
    case .swift: SwiftFunctionName(text).name
    }
  }

  /// Demangled text without what marks a compiler's copy (` [clone .cold]`, ` (.cold)`) or the condition of an overload.
  fileprivate static func withoutCopyMark(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard text.last == UInt8(ascii: "]") || text.last == UInt8(ascii: ")") else { return text }
    for mark in [" [clone ", " [enable_if:", " (."] {
      let start = text.indices.last { text[$0] == UInt8(ascii: " ") && text[$0...].starts(with: mark.utf8) }
      if let start { return withoutCopyMark(text[..<start]) }
    }
    return text
  }
}

/// Cuts the parameters, what qualifies the function behind them, and the result off a C++ function.
private struct CxxFunctionName {
  private var text: ArraySlice<UInt8>
  private let whole: String

  init(_ text: String) {
    whole = text
    self.text = Demangler.withoutCopyMark(ArraySlice(text.utf8))
  }

  var name: String {
    var shortened = self
    return shortened.shorten() ? String(decoding: shortened.text, as: UTF8.self) : whole
  }

  /// False where the text is not of the known shape.
  private mutating func shorten() -> Bool {
    while let qualifier = Self.qualifiers.first(where: { endsWith($0) }) { text = text.dropLast(qualifier.utf8.count) }
    // Without parameters it is a variable or a table: nothing to cut.
    guard text.last == UInt8(ascii: ")") else { return true }
    guard let open = matchingOpen() else { return false }
    // `operator()` of a name that has no parameters.
    if text[..<open].elementsEqual("operator".utf8) || endsWith("::operator()") { return true }
    text = text[..<open]
    // A function that returns a pointer to a function has more behind its parameters.
    guard let last = text.last, last != UInt8(ascii: ")") || endsWith("operator()") else { return false }
    return cutResult()
  }

  private static let qualifiers = [" const", " volatile", " &&", " &", " noexcept"]

  private func endsWith(_ end: String) -> Bool { text.suffix(end.utf8.count).elementsEqual(end.utf8) }

  /// The parenthesis that the last one closes.
  private func matchingOpen() -> Int? {
    var depth = 0
    for index in text.indices.reversed() {
      switch text[index] {
      case UInt8(ascii: ")"): depth += 1
      case UInt8(ascii: "("): depth -= 1
      default: continue
      }
      if depth == 0 { return index }
    }
    return nil
  }

  /// Cuts what stands before the last space outside of all brackets, unless it belongs to the name: that of an
  /// operator, and the words before what a thunk leads to.
  private mutating func cutResult() -> Bool {
    var depth = 0
    var start = text.startIndex
    var index = text.startIndex
    while index < text.endIndex {
      switch text[index] {
      case UInt8(ascii: "<"), UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
      case UInt8(ascii: ">") where index > text.startIndex && text[index - 1] == UInt8(ascii: "-"):
        break
      case UInt8(ascii: ">"), UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth -= 1
        if depth < 0 { return false }
      case UInt8(ascii: "o") where startsOperator(at: index):
        // Its own signs are no brackets; in the middle of a name they could be anything.
        if depth == 0 {
          text = text[start...]
          return true
        }
        index = endOfOperator(at: index)
        continue
      case UInt8(ascii: " ") where depth == 0:
        // What a thunk leads to stands behind it in full.
        if text[..<index].suffix(9).elementsEqual(" thunk to".utf8) { return true }
        start = index + 1
      default:
        break
      }
      index += 1
    }
    guard depth == 0 else { return false }
    text = text[start...]
    return !text.isEmpty
  }

  private func startsOperator(at index: Int) -> Bool {
    let word = Array("operator".utf8)
    guard text[index...].starts(with: word) else { return false }
    let end = index + word.count
    guard end < text.endIndex, !Self.isIdentifier(text[end]) else { return false }
    return index == text.startIndex || !Self.isIdentifier(text[index - 1])
  }

  /// The index behind the operator's signs.
  private func endOfOperator(at index: Int) -> Int {
    let signs = index + 8
    if text[signs...].starts(with: "()".utf8) { return signs + 2 }
    return text[signs...].firstIndex { !"<>-=!+*/%^&|~,".utf8.contains($0) } ?? text.endIndex
  }

  private static func isIdentifier(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...0xff:
      true
    default: false
    }
  }
}

/// Cuts parameters and results off a Swift declaration and those it stands in: `closure #1 in main.run` of
/// `closure #1 (Swift.Int) -> () in main.run() -> ()`.
private struct SwiftFunctionName {
  private let text: ArraySlice<UInt8>

  init(_ text: String) { self.text = Demangler.withoutCopyMark(ArraySlice(text.utf8)) }

  var name: String {
    var name: [UInt8] = []
    for part in parts {
      let shortened = Self.declaration(part)
      if shortened.isEmpty { return String(decoding: text, as: UTF8.self) }
      if !name.isEmpty { name += " in ".utf8 }
      name += shortened
    }
    return String(decoding: name, as: UTF8.self)
  }

  /// The declarations around, innermost first.
  private var parts: [ArraySlice<UInt8>] {
    var parts: [ArraySlice<UInt8>] = []
    var depth = 0
    var start = text.startIndex
    for index in text.indices {
      depth += Self.nesting(text, at: index)
      if depth == 0, text[index] == UInt8(ascii: " "), text[index...].starts(with: " in ".utf8) {
        parts.append(text[start..<index])
        start = index + 4
      }
    }
    parts.append(text[start...])
    return parts
  }

  /// How a byte changes the depth of brackets; the `>` of an arrow does not.
  private static func nesting(_ text: ArraySlice<UInt8>, at index: Int) -> Int {
    switch text[index] {
    case UInt8(ascii: "("), UInt8(ascii: "<"), UInt8(ascii: "["): 1
    case UInt8(ascii: ">") where index > text.startIndex && text[index - 1] == UInt8(ascii: "-"): 0
    case UInt8(ascii: ")"), UInt8(ascii: ">"), UInt8(ascii: "]"): -1
    default: 0
    }
  }

  /// A declaration up to its parameters, its type or its generic parameters.
  private static func declaration(_ part: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    // The signs of an operator are no brackets.
    for fixity in [" infix(", " prefix(", " postfix("] {
      let place = part.indices.first { part[$0] == UInt8(ascii: " ") && part[$0...].starts(with: fixity.utf8) }
      if let place { return part[..<(place + fixity.utf8.count - 1)] }
    }
    var depth = 0
    var generic: Int?
    for index in part.indices {
      let byte = part[index]
      // Private declarations and extensions stand in parentheses themselves: `main.(run in _0A1B)()`.
      if depth == 0, byte == UInt8(ascii: "("), index > part.startIndex, part[index - 1] != UInt8(ascii: ".") {
        return trimmed(part[..<(generic ?? index)])
      }
      if depth == 0, byte == UInt8(ascii: " "),
        part[index...].starts(with: " -> ".utf8) || part[index...].starts(with: " : ".utf8)
      {
        return trimmed(part[..<index])
      }
      if depth == 0, byte == UInt8(ascii: "<") {
        generic = index
      } else if depth == 0, byte != UInt8(ascii: ">") {
        generic = nil
      }
      depth += nesting(part, at: index)
    }
    return trimmed(part)
  }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    text.last == UInt8(ascii: " ") ? text.dropLast() : text
  }
}
