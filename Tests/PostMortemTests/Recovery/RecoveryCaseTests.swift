import ByteCursor
import CoreDumpFormat
import PostMortem
import TestSupport
import Testing

/// A small program with one thing about it that matters for recovery, and what is expected of it.
///
/// The text says it in comments: `;; expect FRAME local N: VALUE HOW`, or `operand N`, or `sp`. Frames are numbered from the
/// youngest, VALUE is the truth, and HOW is one of `Expectation.Manner`.
struct RecoveryCase: Sendable, CustomTestStringConvertible {
  struct Expectation: Sendable, Hashable {
    enum Place: Sendable, Hashable {
      case local(Int), operand(Int), stackPointer
    }
    enum Manner: String, Sendable {
      /// Right, and certain.
      case derived
      /// Right, whether certain or not.
      case known
      /// Not said to be certain; nothing proves it.
      case unproved
      /// Right, or not shown.
      case honest
      /// Not shown: nothing tells it, or what tells it is contradicted.
      case unavailable
    }
    var frame: Int
    var place: Place
    var value: String
    var manner: Manner
  }

  var name: String
  var expectations: [Expectation]
  var testDescription: String { name }
  var module: String { Self.folder + "/" + name + ".wasm" }

  static let folder = RecoveryProgram.folder + "/Cases"

  static let all: [RecoveryCase] = {
    let names = (try? TemporaryFolder.names(in: folder)) ?? []
    return names.filter { $0.hasSuffix(".wat") }.map { file in
      let text = (try? Places.bytes(folder + "/" + file).string) ?? ""
      let lines = text.split(separator: "\n").filter { $0.hasPrefix(";; expect ") }
      return RecoveryCase(name: String(file.dropLast(4)), expectations: lines.compactMap { Self.expectation($0) })
    }
  }()

  /// `;; expect 1 local 0: 65488 derived`.
  private static func expectation(_ line: Substring) -> Expectation? {
    let words = line.split { $0 == " " || $0 == ":" }.dropFirst(2).map(String.init)
    guard words.count >= 4, let frame = Int(words[0]), let manner = Expectation.Manner(rawValue: words.last!) else {
      return nil
    }
    let place: Expectation.Place? =
      switch (words[1], Int(words[2])) {
      case ("sp", _): .stackPointer
      case ("local", let number?): .local(number)
      case ("operand", let number?): .operand(number)
      default: nil
      }
    return place.map { Expectation(frame: frame, place: $0, value: words[words.count - 2], manner: manner) }
  }
}

/// Every kind of prologue, join, loop, escaped slot, aliasing store, and guess that must not be made.
@Suite struct RecoveryCaseTests {
  @Test func thereAreCases() throws {
    #expect(RecoveryCase.all.count >= 47)
    for entry in RecoveryCase.all {
      let text = try Places.bytes(RecoveryCase.folder + "/" + entry.name + ".wat").string
      let lines = text.split(separator: "\n").count { $0.hasPrefix(";; expect") }
      #expect(lines > 0 && lines == entry.expectations.count, "\(entry.name)")
    }
  }

  /// The modules that are kept are what the texts say.
  @Test(.enabled(if: Tool.wasmTools != nil), arguments: RecoveryCase.all)
  func modulesAreOfTheTexts(_ entry: RecoveryCase) throws {
    let tool = try #require(Tool.wasmTools)
    let text = try #require(tool.output(["print", entry.module]))
    #expect(text == tool.output(["print", RecoveryCase.folder + "/" + entry.name + ".wat"]))
  }

  /// Of all cases one has a frame that what is below it did not call.
  @Test(arguments: RecoveryCase.all) func tailCallsAreTold(_ entry: RecoveryCase) throws {
    var program = RecoveryProgram(name: entry.name, module: entry.module)
    program.function = "run"
    let session = try #require(try RecoveryMoment(program)).stripped
    let found = session.backtrace(thread: 0).map { session.hasTailCalls($0, thread: 0) }
    #expect(found == found.indices.map { entry.name == "tail-call" && $0 == 0 })
  }

  @Test(arguments: RecoveryCase.all) func expectationsHold(_ entry: RecoveryCase) throws {
    var program = RecoveryProgram(name: entry.name, module: entry.module)
    program.function = "run"
    let moment = try #require(try RecoveryMoment(program))
    let comparison = try RecoveryComparison(program, file: Places.bytes(program.module))
    comparison.compare(moment)
    for failure in comparison.tally.failures { Issue.record("\(failure)") }
    for expectation in entry.expectations { try check(expectation, moment) }
  }

  private func check(_ expectation: RecoveryCase.Expectation, _ moment: RecoveryMoment) throws {
    let frames = moment.full.dump.threads[0].frames
    try #require(frames.indices.contains(expectation.frame))
    let recorded = frames[expectation.frame]
    let backtrace = moment.stripped.backtrace(thread: 0)
    let frame = backtrace[backtrace.index(ofPhysical: expectation.frame)]
    let found: (value: String, trust: Trust, reason: String?)
    switch expectation.place {
    case .local(let number):
      try #require(recorded.locals.indices.contains(number))
      #expect(recorded.locals[number].description == expectation.value, "the truth")
      found = shown(moment.stripped.wasmLocals(of: frame, thread: 0), number)
    case .operand(let number):
      try #require(recorded.operandStack.indices.contains(number))
      #expect(recorded.operandStack[number].description == expectation.value, "the truth")
      found = shown(moment.stripped.operandStack(of: frame, thread: 0) ?? [], number)
    case .stackPointer:
      let expressions = ExpressionSession(session: moment.stripped)
      let pointer = try expressions.stackPointer(of: frame)
      found = (pointer.value.map { String($0) } ?? "", pointer.trust, pointer.reason)
    }
    let isRight = found.value == expectation.value
    let holds =
      switch expectation.manner {
      case .derived: isRight && found.trust >= .derived
      case .known: isRight && found.trust >= .assumed
      case .unproved: found.trust <= .assumed
      case .honest: isRight || found.trust == .unavailable
      case .unavailable: found.trust == .unavailable
      }
    #expect(
      holds,
      "frame \(expectation.frame), \(expectation.place): \(found.value) [\(found.trust)] \(found.reason ?? ""), not \(expectation.value) [\(expectation.manner)]"
    )
  }

  private func shown(_ values: [WasmValue], _ index: Int) -> (String, Trust, String?) {
    guard values.indices.contains(index) else { return ("", .unavailable, "there is none") }
    return (values[index].value.description, values[index].trust, values[index].reason)
  }
}
