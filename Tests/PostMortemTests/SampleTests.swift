import PostMortem
import TestSupport
import Testing

/// The samples' dumps against what their builders and two other symbolizers agreed on (`Samples/EXPECTED.txt`).
@Suite struct SampleTests {
  /// A line of `EXPECTED.txt`.
  struct Story: Sendable, CustomTestStringConvertible {
    let dump: String
    let trap: String
    let frames: [Expected]
    var testDescription: String { dump }

    struct Expected: Sendable {
      var function: String
      var line: Int?
      var inlined: Bool
    }
  }

  static let stories: [Story] = {
    guard let text = try? Places.bytes(Places.samples + "/EXPECTED.txt").string else { return [] }
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      let parts = line.components(separatedBy: " | ")
      return Story(dump: parts[0], trap: parts[2], frames: parts[3...].flatMap(expected))
    }
  }()

  /// `name:12 (inlined)`, `name:12 (x20)`, `name`.
  private static func expected(_ text: String) -> [Story.Expected] {
    var rest = Substring(text)
    var inlined = false
    var count = 1
    if rest.hasSuffix(" (inlined)") {
      inlined = true
      rest = rest.dropLast(10)
    }
    if rest.hasSuffix(")"), let open = rest.lastIndex(of: "("), rest[open...].hasPrefix("(x"),
      let number = Int(rest[open...].dropFirst(2).dropLast())
    {
      count = number
      rest = rest[..<rest.index(before: open)]
    }
    var line: Int?
    if let colon = rest.lastIndex(of: ":"), let number = Int(rest[rest.index(after: colon)...]) {
      line = number
      rest = rest[..<colon]
    }
    return Array(repeating: Story.Expected(function: String(rest), line: line, inlined: inlined), count: count)
  }

  @Test func everySampleIsExpected() { #expect(Self.stories.count >= 10) }

  @Test(arguments: stories) func framesAreTheExpectedOnes(_ story: Story) throws {
    let session = try Session(path: Places.samples + "/" + story.dump, options: SessionOptions())
    let backtrace = session.backtrace(thread: 0)
    #expect(backtrace.count == story.frames.count)
    for (frame, expected) in zip(backtrace, story.frames) {
      #expect(Self.isSame(frame.function, expected.function), "frame \(frame.index) is \(frame.function)")
      #expect(frame.inlined == expected.inlined, "frame \(frame.index)")
      if let line = expected.line {
        #expect(frame.source?.line == line, "frame \(frame.index), \(frame.function.display)")
      }
    }
  }

  @Test(arguments: stories) func trapIsTheExpectedOne(_ story: Story) throws {
    let session = try Session(path: Places.samples + "/" + story.dump, options: SessionOptions())
    let kind = try #require(TrapText.kind(of: story.trap))
    let trap = session.trap
    #expect(trap.kind == kind || (trap.trust < .derived && trap.possibleKinds.contains(kind)), "\(trap)")
  }

  /// Names are written by different hands: generic arguments and parameters stand in other places, Zig's compiler
  /// numbers its functions, and clang renames a `main` with arguments for the linker. What has to be the same is the
  /// function's own name; without any of that, all of it.
  private static func isSame(_ name: FunctionName, _ expected: String) -> Bool {
    if name.display == expected || name.linkageName == expected { return true }
    if expected == "main" { return name.linkageName == "__main_argc_argv" }
    let own = ownName(name.display)
    return !own.isEmpty && (own == ownName(expected) || name.linkageName.map(ownName) == ownName(expected))
  }

  /// The last part of a qualified name, without what stands in brackets.
  private static func ownName(_ text: String) -> String {
    var depth = 0
    var plain = ""
    for character in text.components(separatedBy: "__func_")[0] {
      if character == "<" || character == "(" { depth += 1 }
      if depth == 0 { plain.append(character) }
      if character == ">" || character == ")" { depth -= 1 }
    }
    let parts = plain.split(whereSeparator: { $0 == ":" || $0 == "." })
    return parts.last.map(String.init) ?? plain
  }
}

/// Traps in Wasmtime's words.
enum TrapText {
  static func kind(of text: String) -> TrapKind? {
    switch text {
    case "wasm `unreachable` instruction executed": .unreachable
    case "out of bounds memory access": .memoryOutOfBounds
    case "integer divide by zero": .integerDivideByZero
    case "integer overflow": .integerOverflow
    case "invalid conversion to integer": .invalidConversion
    case "uninitialized element": .indirectCallNull
    case "indirect call type mismatch": .indirectCallType
    case "undefined element: out of bounds table access": .tableOutOfBounds
    case "call stack exhausted": .stackExhausted
    case "unaligned atomic": .unalignedAtomic
    case "null reference": .nullReference
    default: nil
    }
  }
}

extension StringProtocol {
  /// The parts between occurrences of `separator`; Foundation has it, and is not needed for it.
  func components(separatedBy separator: String) -> [String] {
    var parts: [String] = []
    var rest = Substring(self)
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }
}
