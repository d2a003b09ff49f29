/// A mangled name writes a part once and refers to it after that, so 200 bytes can stand for gigabytes of
/// text. The runtimes' demanglers print whatever comes out, so the size is estimated first, and names that
/// could get too large are left alone.
///
/// The estimate does not parse: it takes each reference for everything that stood before its first use.
/// Compilers' names stay below the cap almost always (99.6 % of 75 000 names of a large C++ program).
struct ExpansionEstimate {
  /// What a name may expand to, in letters of its mangled form. The worst names of that estimate take some
  /// milliseconds and megabytes.
  static let maximum = 1 << 18

  /// The size so far.
  private(set) var size = 0
  /// How often the rest is repeated.
  private var factor = 1
  /// What each reference stands for, by its number.
  private var costs: [(number: Int, cost: Int)] = []

  var isTooLarge: Bool { size > Self.maximum }

  /// Counts letters that are printed.
  mutating func add(_ letters: Int) {
    // All three stay below 2³¹ or the sum is too large anyway.
    size = min(size + min(letters, Self.maximum) * factor, 2 * Self.maximum)
  }

  /// Counts a reference by its number. Parts get their numbers in order: what stands for a higher one
  /// before this part's first use contains or follows it.
  mutating func addReference(_ number: Int, ordered: Bool) {
    if let known = costs.first(where: { $0.number == number }) { return add(known.cost + 1) }
    var cost = size
    if ordered { for other in costs where other.number >= number { cost = min(cost, other.cost) } }
    costs.append((number, cost))
    add(cost + 1)
  }

  /// Counts what may be a reference, to anything.
  mutating func addUnknownReference() { add(size + 1) }

  /// All that follows may be printed this often.
  mutating func repeatRest(_ count: Int) {
    factor = min(factor * max(1, min(count, Self.maximum)), Self.maximum)
  }

  /// Counts all so far this often.
  mutating func multiply(by count: Int) { size = min(size * min(count, Self.maximum), 2 * Self.maximum) }
}

private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
private func isUpperCase(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") }
private func isLowerCase(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }

/// The decimal number at a place, and the index behind it; numbers too large for a name are cut.
private func number(in symbol: [UInt8], at start: Int) -> (value: Int, end: Int) {
  var value = 0
  var end = start
  while end < symbol.count, isDigit(symbol[end]) {
    value = min(value * 10 + Int(symbol[end] - UInt8(ascii: "0")), 1 << 20)
    end += 1
  }
  return (value, end)
}

/// Keeps C++ names from the runtime's demangler that would keep it busy.
struct CxxNameGuard {
  private let symbol: [UInt8]
  private var estimate = ExpansionEstimate()
  private var position = 0
  private var templateParameters = 0
  /// Numbers may have been taken for identifiers: references are no longer told apart.
  private var isLost = false

  private init(_ symbol: [UInt8]) { self.symbol = symbol }

  static func accepts(_ symbol: [UInt8]) -> Bool {
    var checker = CxxNameGuard(symbol)
    return checker.accepts()
  }

  private mutating func accepts() -> Bool {
    /// Whether digits here must be the length of an identifier, not another number.
    var beforeIdentifier = true
    while position < symbol.count, !estimate.isTooLarge {
      let byte = symbol[position]
      if isDigit(byte) {
        if !skipIdentifier(certain: beforeIdentifier) { beforeIdentifier = false }
      } else if let reference = reference(at: position) {
        addReference(reference)
        beforeIdentifier = position == 0 || symbol[position - 1] != UInt8(ascii: "L")
        position = reference.end
      } else if let end = simplePackExpansion(at: position) {
        // `DpT_`: each element once.
        estimate.add(2)
        position = end
        beforeIdentifier = false
      } else {
        if isPackOperator(at: position) { estimate.repeatRest(symbol.count) }
        beforeIdentifier = standsBeforeIdentifier(byte)
        estimate.add(1)
        position += 1
      }
    }
    return !estimate.isTooLarge && acceptsConversions() && acceptsUnresolvedNames()
  }

  /// In an unresolved name (`sr`) GNU's demangler (GCC 12) loops for ever at a constructor, destructor or closure
  /// that is none: `_ZNDTsr1aC`. Which letters stand in such a name only a parser knows, so all behind count.
  private func acceptsUnresolvedNames() -> Bool {
    guard let start = symbol.indices.first(where: { matches("sr", at: $0) }) else { return true }
    return symbol.indices[start...].allSatisfy { index in
      let next = index + 1 < symbol.count ? symbol[index + 1] : 0
      switch symbol[index] {
      case UInt8(ascii: "C"): return "123".utf8.contains(next)
      case UInt8(ascii: "D"): return "012Tt".utf8.contains(next)
      case UInt8(ascii: "U"): return "lt".utf8.contains(next)
      default: return true
      }
    }
  }

  /// A conversion operator (`cv`) may use template parameters before their arguments stand, so each could
  /// be anything; and GNU's demangler parses the arguments behind such a parameter twice at each level.
  private mutating func acceptsConversions() -> Bool {
    guard contains("cv") else { return true }
    estimate.multiply(by: 1 + templateParameters)
    let withArguments = symbol.indices.count { index in
      guard symbol[index] == UInt8(ascii: "T"), let end = reference(at: index)?.end, end < symbol.count else {
        return false
      }
      return symbol[end] == UInt8(ascii: "I")
    }
    return withArguments <= 4 && !estimate.isTooLarge
  }

  private func contains(_ operation: StaticString) -> Bool {
    symbol.indices.contains { matches(operation, at: $0) }
  }

  private func matches(_ text: StaticString, at index: Int) -> Bool {
    text.withUTF8Buffer { symbol[index...].starts(with: $0) }
  }

  /// `Dp` and `sp` print a pattern for each element of a pack, `sZ` counts them.
  private func isPackOperator(at index: Int) -> Bool {
    matches("Dp", at: index) || matches("sp", at: index) || matches("sZ", at: index)
  }

  /// The end of `DpT_`, with `R`, `O`, `P` or `K` between, unless template arguments follow.
  private func simplePackExpansion(at index: Int) -> Int? {
    guard matches("Dp", at: index) else { return nil }
    let end = symbol[(index + 2)...].firstIndex { !"ROPK".utf8.contains($0) } ?? symbol.count
    guard end < symbol.count, symbol[end] == UInt8(ascii: "T"), let reference = reference(at: end),
      reference.end >= symbol.count || symbol[reference.end] != UInt8(ascii: "I")
    else { return nil }
    return end
  }

  /// The letters behind which digits always are an identifier's length.
  private func standsBeforeIdentifier(_ byte: UInt8) -> Bool {
    let previous = position > 0 ? symbol[position - 1] : 0
    // `fpK3_` numbers a parameter, `DB3_` a width; `L` begins a literal.
    guard previous != UInt8(ascii: "p"), previous != UInt8(ascii: "D"), previous != UInt8(ascii: "L") else {
      return false
    }
    if byte == UInt8(ascii: "t") { return previous == UInt8(ascii: "S") }
    return "NIJPROKBZ".utf8.contains(byte)
  }

  /// Steps over an identifier, or over digits that cannot be the length of one; false for those.
  private mutating func skipIdentifier(certain: Bool) -> Bool {
    let (length, start) = number(in: symbol, at: position)
    guard length > 0, length <= symbol.count - start else {
      estimate.add(start - position)
      position = start
      return false
    }
    let end = start + length
    estimate.add(end - position)
    if !certain {
      // Perhaps a number, and what follows is not an identifier's text at all.
      for index in start..<end {
        if isDigit(symbol[index]) { isLost = true }
        if isPackOperator(at: index) { estimate.repeatRest(symbol.count) }
        if reference(at: index) != nil { estimate.addUnknownReference() }
      }
    }
    position = end
    return true
  }

  /// A substitution `S_`, `S0_` … or a template parameter `T_`, `T0_` …
  private struct Reference {
    var isTemplateParameter: Bool
    var number: Int
    var end: Int
  }

  private func reference(at start: Int) -> Reference? {
    let letter = symbol[start]
    guard letter == UInt8(ascii: "S") || letter == UInt8(ascii: "T") else { return nil }
    var number = 0
    var end = start + 1
    while end < symbol.count, isDigit(symbol[end]) || isUpperCase(symbol[end]) {
      let digit = isDigit(symbol[end]) ? symbol[end] - UInt8(ascii: "0") : symbol[end] - UInt8(ascii: "A") + 10
      number = min(number * 36 + Int(digit), 1 << 20)
      end += 1
    }
    guard end < symbol.count, symbol[end] == UInt8(ascii: "_") else { return nil }
    return Reference(
      isTemplateParameter: letter == UInt8(ascii: "T"), number: end == start + 1 ? 0 : number + 1, end: end + 1)
  }

  private mutating func addReference(_ reference: Reference) {
    if reference.isTemplateParameter { templateParameters += 1 }
    if isLost {
      estimate.addUnknownReference()
    } else if reference.isTemplateParameter {
      // Below all substitutions, each for itself: parameters of several templates share their numbers.
      estimate.addReference(-1 - reference.number, ordered: false)
    } else {
      estimate.addReference(reference.number, ordered: true)
    }
  }
}

/// Keeps Swift names from the runtime's demangler that would keep it busy.
struct SwiftNameGuard {
  private let symbol: [UInt8]
  private var estimate = ExpansionEstimate()
  private var position = 0

  private init(_ symbol: [UInt8]) { self.symbol = symbol }

  static func accepts(_ symbol: [UInt8]) -> Bool {
    var checker = SwiftNameGuard(symbol)
    return checker.accepts()
  }

  private mutating func accepts() -> Bool {
    /// Whether digits here must be the length of an identifier: behind a small letter or `_` they may be an index.
    var beforeIdentifier = true
    while position < symbol.count, !estimate.isTooLarge {
      let byte = symbol[position]
      if isDigit(byte) {
        skipIdentifier(certain: beforeIdentifier)
        beforeIdentifier = true
      } else {
        position += 1
        if byte == UInt8(ascii: "A") { addSubstitutions() } else { estimate.add(1) }
        beforeIdentifier = !isLowerCase(byte) && byte != UInt8(ascii: "_")
      }
    }
    return !estimate.isTooLarge
  }

  /// Steps over an identifier, `3foo`, or over digits that cannot be the length of one. A `0` in front of
  /// the number says that words of earlier identifiers stand in it.
  private mutating func skipIdentifier(certain: Bool) {
    let (length, start) = number(in: symbol, at: position)
    guard length > 0, length <= symbol.count - start else {
      estimate.add(start - position)
      position = start
      return
    }
    let end = start + length
    estimate.add(end - position)
    if !certain {
      for index in start..<end where symbol[index] == UInt8(ascii: "A") {
        estimate.addUnknownReference()
        if index + 1 < symbol.count, isDigit(symbol[index + 1]) { estimate.repeatRest(.max) }
      }
    }
    position = end
  }

  /// Substitutions behind an `A`: small letters, the last one a capital. A number in front of a letter
  /// repeats it; one in front of `_` is the index itself.
  private mutating func addSubstitutions() {
    while position < symbol.count {
      let (count, letter) = number(in: symbol, at: position)
      guard letter < symbol.count else { return }
      let byte = symbol[letter]
      let index: Int
      switch byte {
      case UInt8(ascii: "_"): index = 26 + count
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): index = Int(byte - UInt8(ascii: "A"))
      case UInt8(ascii: "a")...UInt8(ascii: "z"): index = Int(byte - UInt8(ascii: "a"))
      default: return
      }
      position = letter + 1
      let repeats = byte == UInt8(ascii: "_") ? 1 : max(count, 1)
      for _ in 0..<repeats where !estimate.isTooLarge { estimate.addReference(index, ordered: true) }
      if !isLowerCase(byte) { return }
    }
  }
}
