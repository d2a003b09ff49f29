/// Reads a regular expression (`NamePattern` says which ones).
struct PatternReader {
  private let text: [Unicode.Scalar]
  private var position = 0
  private var depth = 0

  private static let maximumDepth = 100
  private static let mostRepetitions = 1000

  init(_ text: String) { self.text = Array(text.unicodeScalars) }

  private var next: Unicode.Scalar? { position < text.count ? text[position] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    position += 1
    return true
  }

  private func problem(_ reason: String) -> NamePattern.Problem { NamePattern.Problem(reason: reason) }

  /// All of the text.
  mutating func pattern() throws(NamePattern.Problem) -> PatternNode {
    let node = try alternatives()
    guard position == text.count else { throw problem("'(' is missing in front of a ')'") }
    return node
  }

  private mutating func alternatives() throws(NamePattern.Problem) -> PatternNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { throw problem("it is nested too deeply") }
    var parts = [try sequence()]
    while take("|") { parts.append(try sequence()) }
    return parts.count == 1 ? parts[0] : .either(parts)
  }

  private mutating func sequence() throws(NamePattern.Problem) -> PatternNode {
    var parts: [PatternNode] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      var part = try atom()
      var count = 0
      while let (least, most) = try repetition() {
        count += 1
        guard count <= 8 else { throw problem("it repeats what is repeated too often") }
        part = .repeated(part, least: least, most: most)
      }
      parts.append(part)
    }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  /// `*`, `+`, `?`, `{2}`, `{2,}`, `{2,5}`, with a `?` behind it that says nothing where only matching counts.
  private mutating func repetition() throws(NamePattern.Problem) -> (least: Int, most: Int?)? {
    let range: (Int, Int?)
    if take("*") {
      range = (0, nil)
    } else if take("+") {
      range = (1, nil)
    } else if take("?") {
      return (0, 1)
    } else if next == "{" {
      position += 1
      let least = try number() ?? 0
      let most = take(",") ? try number() : least
      guard take("}") else { throw problem("'}' is missing") }
      guard most.map({ $0 >= least }) ?? true else { throw problem("a repetition's limits are the wrong way round") }
      range = (least, most)
    } else {
      return nil
    }
    _ = take("?")
    return range
  }

  private mutating func number() throws(NamePattern.Problem) -> Int? {
    var value: Int?
    while let scalar = next, CharacterClass.digit.contains(scalar) {
      position += 1
      value = (value ?? 0) * 10 + Int(scalar.value) - 48
      guard value! <= Self.mostRepetitions else { throw problem("it repeats something too often") }
    }
    return value
  }

  private mutating func atom() throws(NamePattern.Problem) -> PatternNode {
    guard let scalar = next else { return .empty }
    position += 1
    switch scalar {
    case "(":
      if take("?"), !take(":") { throw problem("groups of this kind are not known") }
      let inner = try alternatives()
      guard take(")") else { throw problem("')' is missing") }
      return inner
    case "[": return .one(try characters())
    case ".": return .one(.any)
    case "^": return .assertion(.start)
    case "$": return .assertion(.end)
    case "*", "+", "?", "{": throw problem("there is nothing to repeat in front of '\(scalar)'")
    case "\\":
      if take("b") || take("<") || take(">") { return .assertion(.wordBoundary) }
      if take("B") { return .assertion(.noWordBoundary) }
      return .one(try escape())
    default: return .one(CharacterClass(ranges: [scalar...scalar]))
    }
  }

  /// What stands behind a backslash.
  private mutating func escape() throws(NamePattern.Problem) -> CharacterClass {
    guard let scalar = next else { throw problem("nothing follows the '\\'") }
    position += 1
    func negated(_ members: CharacterClass) -> CharacterClass {
      CharacterClass(ranges: members.ranges, isNegated: true)
    }
    switch scalar {
    case "d": return .digit
    case "D": return negated(.digit)
    case "w": return .word
    case "W": return negated(.word)
    case "s": return .space
    case "S": return negated(.space)
    case "1"..."9": throw problem("there are no back references")
    case "a"..."z", "A"..."Z", "0": throw problem("'\\\(scalar)' is not known")
    default: return CharacterClass(ranges: [scalar...scalar])
    }
  }

  /// The characters in brackets, of which the first was taken.
  private mutating func characters() throws(NamePattern.Problem) -> CharacterClass {
    var members = CharacterClass(ranges: [])
    members.isNegated = take("^")
    var isFirst = true
    while let scalar = next, scalar != "]" || isFirst {
      isFirst = false
      position += 1
      var low = scalar
      if scalar == "\\" {
        let escaped = try escape()
        guard escaped.ranges.count == 1, escaped.ranges[0].lowerBound == escaped.ranges[0].upperBound,
          !escaped.isNegated
        else {
          guard !escaped.isNegated else { throw problem("a negated class stands in brackets") }
          members.ranges += escaped.ranges
          continue
        }
        low = escaped.ranges[0].lowerBound
      }
      guard next == "-", position + 1 < text.count, text[position + 1] != "]" else {
        members.ranges.append(low...low)
        continue
      }
      position += 1
      guard let high = next, high >= low else { throw problem("a range of characters is the wrong way round") }
      position += 1
      members.ranges.append(low...high)
    }
    guard take("]") else { throw problem("']' is missing") }
    return members
  }
}
