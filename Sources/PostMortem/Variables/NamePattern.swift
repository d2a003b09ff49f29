/// A regular expression for names: what `info functions` and its like search with.
///
/// It is POSIX's extended syntax with the classes that Perl made usual: `.`, `[a-z]`, `\d \w \s \b`, `( )`, `|`, `*`, `+`,
/// `?`, `{2,5}`, `^`, `$`. All that it may match is followed at the same time (Thompson's construction), so the time for a
/// name is that of its length times the pattern's, whatever the pattern: one that backtracks can take for ever. Hence there
/// are no back references.
public struct NamePattern: Sendable {
  /// What is wrong with a pattern.
  public struct Problem: Error, Sendable {
    /// A sentence's end: `')' is missing`.
    public let reason: String
  }

  enum Step: Sendable {
    case one(CharacterClass)
    /// Goes on at both places.
    case split(Int, Int)
    case jump(Int)
    case assertion(Assertion)
    case match
  }

  enum Assertion: Sendable {
    case start, end, wordBoundary, noWordBoundary
  }

  private let steps: [Step]
  /// More steps than these are not made of a pattern: `(x{1000}){1000}`.
  static let mostSteps = 10_000

  /// Reads a pattern.
  /// - Throws: why it is none.
  public init(_ pattern: String) throws(Problem) {
    var reader = PatternReader(pattern)
    var compiler = PatternCompiler()
    try compiler.add(try reader.pattern())
    steps = compiler.steps + [.match]
  }

  /// Whether the pattern matches somewhere in `text`.
  public func matches(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    var current = Threads(count: steps.count)
    var next = current
    for position in 0...scalars.count {
      // A match may start anywhere.
      if follow(0, scalars, position, &current) { return true }
      guard position < scalars.count else { break }
      next.removeAll()
      for place in current.places {
        guard case .one(let members) = steps[place], members.contains(scalars[position]) else { continue }
        if follow(place + 1, scalars, position + 1, &next) { return true }
      }
      swap(&current, &next)
    }
    return false
  }

  /// Adds what is to be tried at a position from a step on; true where the pattern ends there.
  private func follow(_ start: Int, _ text: [Unicode.Scalar], _ position: Int, _ threads: inout Threads) -> Bool {
    var waiting = [start]
    while let place = waiting.popLast() {
      guard threads.insert(place) else { continue }
      switch steps[place] {
      case .one: break
      case .match: return true
      case .jump(let target): waiting.append(target)
      case .split(let first, let second): waiting += [second, first]
      case .assertion(let assertion): if Self.holds(assertion, text, position) { waiting.append(place + 1) }
      }
    }
    return false
  }

  private static func holds(_ assertion: Assertion, _ text: [Unicode.Scalar], _ position: Int) -> Bool {
    func isWord(_ index: Int) -> Bool { text.indices.contains(index) && CharacterClass.word.contains(text[index]) }
    return switch assertion {
    case .start: position == 0
    case .end: position == text.count
    case .wordBoundary: isWord(position - 1) != isWord(position)
    case .noWordBoundary: isWord(position - 1) == isWord(position)
    }
  }

  /// The steps that are to be tried at a position, each once.
  private struct Threads {
    private(set) var places: [Int] = []
    private var isIn: [Bool]

    init(count: Int) { isIn = [Bool](repeating: false, count: count) }

    mutating func insert(_ place: Int) -> Bool {
      guard !isIn[place] else { return false }
      isIn[place] = true
      places.append(place)
      return true
    }

    mutating func removeAll() {
      for place in places { isIn[place] = false }
      places.removeAll(keepingCapacity: true)
    }
  }
}

/// A set of characters, as `[a-z_]` and `\w` are.
struct CharacterClass: Sendable {
  var ranges: [ClosedRange<Unicode.Scalar>]
  var isNegated = false

  static let any = CharacterClass(ranges: [], isNegated: true)
  static let digit = CharacterClass(ranges: ["0"..."9"])
  static let word = CharacterClass(ranges: ["0"..."9", "A"..."Z", "_"..."_", "a"..."z"])
  static let space = CharacterClass(ranges: ["\t"..."\r", " "..." "])

  func contains(_ scalar: Unicode.Scalar) -> Bool { ranges.contains { $0.contains(scalar) } != isNegated }
}

/// A pattern as it is nested.
indirect enum PatternNode {
  case empty
  case one(CharacterClass)
  case assertion(NamePattern.Assertion)
  case sequence([PatternNode])
  case either([PatternNode])
  /// `most` is nil for any number.
  case repeated(PatternNode, least: Int, most: Int?)
}

/// Makes steps of a pattern.
private struct PatternCompiler {
  private(set) var steps: [NamePattern.Step] = []
  /// Repetitions of nothing make no steps.
  private var budget = 4 * NamePattern.mostSteps

  mutating func add(_ node: PatternNode) throws(NamePattern.Problem) {
    budget -= 1
    guard steps.count < NamePattern.mostSteps, budget > 0 else { throw NamePattern.Problem(reason: "it is too large") }
    switch node {
    case .empty: break
    case .one(let members): steps.append(.one(members))
    case .assertion(let assertion): steps.append(.assertion(assertion))
    case .sequence(let parts): for part in parts { try add(part) }
    case .either(let parts): try add(either: parts)
    case .repeated(let part, let least, let most):
      for _ in 0..<least { try add(part) }
      guard let most else {
        let split = steps.count
        steps.append(.jump(0))
        try add(part)
        steps.append(.jump(split))
        steps[split] = .split(split + 1, steps.count)
        return
      }
      var splits: [Int] = []
      for _ in least..<max(least, most) {
        splits.append(steps.count)
        steps.append(.jump(0))
        try add(part)
      }
      for split in splits { steps[split] = .split(split + 1, steps.count) }
    }
  }

  private mutating func add(either parts: [PatternNode]) throws(NamePattern.Problem) {
    var jumps: [Int] = []
    for part in parts.dropLast() {
      let split = steps.count
      steps.append(.jump(0))
      try add(part)
      jumps.append(steps.count)
      steps.append(.jump(0))
      steps[split] = .split(split + 1, steps.count)
    }
    if let last = parts.last { try add(last) }
    for jump in jumps { steps[jump] = .jump(steps.count) }
  }
}
