import ByteCursor
import CoreDumpFormat
import PostMortem
import WASI

/// A program of `Samples/carried` whose frames are known: what it printed of them at each point, and what is shown of them
/// in a dump from the same point of the same program, optimised and without the printing.
struct HeldValues {
  /// A frame as the program printed it.
  struct Frame {
    var function: String
    /// The line that it was in.
    var line: Int
    /// The bytes of values, by the expressions that say which.
    var values: [(expression: String, bytes: [UInt8])]
  }

  /// The frames of each point, youngest first.
  let points: [[Frame]]

  /// Reads what a program printed: `#` for a point, then a line for each frame, `function line`, each value behind a tab
  /// as `expression=bytes in hexadecimal`.
  init(_ text: String) {
    var points: [[Frame]] = []
    for line in text.split(separator: "\n") {
      if line == "#" {
        points.append([])
        continue
      }
      let parts = line.split(separator: "\t")
      let place = parts[0].split(separator: " ")
      var frame = Frame(function: String(place[0]), line: Int(place[1])!, values: [])
      for part in parts.dropFirst() {
        let equals = part.lastIndex(of: "=")!
        let digits = Array(part[part.index(after: equals)...])
        let bytes = stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...$0 + 1]), radix: 16)! }
        frame.values.append((String(part[..<equals]), bytes))
      }
      points[points.count - 1].append(frame)
    }
    self.points = points
  }

  /// What is shown at one place of the code of a value that a frame holds there.
  struct Site: Hashable {
    var address: UInt64
    var function: String
    var expression: String
  }

  /// How a value is shown.
  enum Outcome: Int, Comparable {
    /// Not at all.
    case none
    /// As it is, without carried locations.
    case plain
    /// Otherwise than it is, without carried locations.
    case plainWrong
    /// As it is, with carried locations.
    case carried
    /// Otherwise than it is, or as known better than `assumed`, with carried locations.
    case carriedWrong

    static func < (left: Outcome, right: Outcome) -> Bool { left.rawValue < right.rawValue }
  }

  /// What came out: of each site the worst of all points.
  struct Measure {
    var outcomes: [Site: Outcome] = [:]
    /// A line for each value that is shown otherwise than it is.
    var differences: Set<String> = []
    /// Points whose frames are not those that the program printed.
    var mismatches: [String] = []

    func count(_ outcome: Outcome) -> Int { outcomes.values.count { $0 == outcome } }
  }

  /// Runs a module to each point and compares.
  func measure(_ module: String, into measure: inout Measure) throws {
    for point in points.indices {
      var options = ProgramOptions()
      options.wasi.arguments = ["\(point + 1)"]
      let program = try Program(path: module, options: options)
      guard case .trapped(let trap) = try program.run() else {
        measure.mismatches.append("\(module) #\(point + 1): no trap")
        continue
      }
      let core = try CoreDumpWriter.bytes(of: program.coreDump(of: trap))
      var session = SessionOptions()
      session.modulePaths = [module]
      try compare(
        points[point], Session(bytes: Bytes(copying: core), path: "held.core", options: session),
        "\(module.split(separator: "/").last!) #\(point + 1)", into: &measure)
    }
  }

  private func compare(_ expected: [Frame], _ session: Session, _ what: String, into measure: inout Measure) {
    // `point` itself and the start have no debug information.
    let frames = Array(session.backtrace(thread: 0)).filter { $0.function.origin == .dwarf }
    func name(_ frame: PostMortem.Frame) -> String {
      frame.function.display.split(separator: ":").last.map { String($0) } ?? ""
    }
    let names = Set(expected.map(\.function))
    let shown = frames.filter { names.contains(name($0)) }
    guard shown.map(name) == expected.map(\.function) else {
      measure.mismatches.append("\(what): \(frames.map(name)) \(expected.map(\.function))")
      return
    }
    let expressions = ExpressionSession(session: session)
    for (frame, held) in zip(shown, expected) {
      guard frame.source?.line == held.line else {
        measure.mismatches.append("\(what): \(held.function):\(held.line) is shown in line \(frame.source?.line ?? 0)")
        continue
      }
      for (expression, bytes) in held.values {
        session.carriesLocations = false
        var outcome = Outcome.none
        var text = ""
        if let plain = value(expression, expressions, frame, bytes.count) {
          outcome = plain.bytes == bytes ? .plain : .plainWrong
          text = "\(plain)"
        } else {
          session.carriesLocations = true
          if let carried = value(expression, expressions, frame, bytes.count) {
            outcome = carried.bytes == bytes && carried.trust == .assumed ? .carried : .carriedWrong
            text = "\(carried)"
          }
        }
        let site = Site(
          address: frame.codeAddress?.rawValue ?? 0, function: held.function, expression: expression)
        measure.outcomes[site] = max(measure.outcomes[site] ?? .none, outcome)
        if outcome == .plainWrong || outcome == .carriedWrong {
          measure.differences.insert(
            "\(outcome): \(what) \(held.function):\(held.line) \(expression) holds \(bytes), shown as \(text)")
        }
      }
    }
  }

  /// The bytes of what is shown of an expression; nil where it is not known.
  private func value(
    _ text: String, _ expressions: ExpressionSession, _ frame: PostMortem.Frame, _ count: Int
  ) -> (bytes: [UInt8], trust: Trust, reason: String)? {
    guard let node = node(text, expressions, frame), node.trust != .unavailable else { return nil }
    let bits: UInt64
    switch node.type {
    case "float": bits = UInt64((node.value.flatMap { Float($0) } ?? .nan).bitPattern)
    case "double": bits = (node.value.flatMap { Double($0) } ?? .nan).bitPattern
    default:
      guard let number = self.node("(unsigned long long)(\(text))", expressions, frame)?.value.flatMap({ UInt64($0) })
      else { return nil }
      bits = number
    }
    return ((0..<count).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64($0))) }, node.trust, node.reason ?? "")
  }

  private func node(_ text: String, _ expressions: ExpressionSession, _ frame: PostMortem.Frame) -> ValueNode? {
    guard let value = try? expressions.evaluate(text, frame: frame, thread: 0) else { return nil }
    return expressions.describer(of: value)?.describe(value)
  }
}
