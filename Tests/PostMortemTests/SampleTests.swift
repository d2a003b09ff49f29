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
      if let line = expected.line { #expect(frame.source?.line == line, "frame \(frame.index), \(frame.function.display)") }
    }
  }

  @Test(arguments: stories) func trapIsTheExpectedOne(_ story: Story) throws {
    let session = try Session(path: Places.samples + "/" + story.dump, options: SessionOptions())
    let kind = try #require(TrapText.kind(of: story.trap))
    let trap = session.trap
    #expect(trap.kind == kind || (trap.trust < .derived && trap.possibleKinds.contains(kind)), "\(trap)")
  }

  /// Names are written by different hands: symbolizers write `4u` for `4U`, Zig's compiler numbers its functions, and
  /// a function may be called by its linker's name.
  private static func isSame(_ name: FunctionName, _ expected: String) -> Bool {
    func plain(_ text: String) -> String { text.lowercased().filter { !$0.isWhitespace } }
    let names = [name.display, name.linkageName].compactMap(\.self).map(plain)
    let wanted = plain(expected)
    return names.contains { name in
      name == wanted || name.hasSuffix("::" + wanted) || name.hasSuffix("." + wanted)
        || wanted.hasSuffix("." + (name.components(separatedBy: "__func_").first ?? name))
        || wanted.hasSuffix("::" + name) || wanted.hasPrefix(name + "(") || wanted.components(separatedBy: "(")[0].hasSuffix(name)
        || name.hasSuffix("." + wanted.components(separatedBy: "(")[0])
    }
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
