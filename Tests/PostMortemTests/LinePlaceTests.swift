import ByteCursor
import PostMortem
import TestSupport
import Testing

/// Which code a source line has, and where functions are declared that have no code of their own.
@Suite struct LinePlaceTests {
  private let session: Session
  /// The source, counted from 1.
  private let lines: [String]

  init() throws {
    session = try Session(path: Places.samples + "/structs/structs.core", options: SessionOptions())
    let text = try Places.bytes(Places.samples + "/structs/structs.c").string
    lines = [""] + text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private func line(with text: String) throws -> Int { try #require(lines.firstIndex { $0.contains(text) }) }

  @Test func aLineHasItsCode() throws {
    let crash = try line(with: "/* CRASH")
    let places = session.code(ofLine: crash, file: "structs.c")
    // Inlined three times: for each channel.
    #expect(places.count == 3)
    #expect(places.map(\.line) == [crash, crash, crash])
    #expect(places.map(\.start) == places.map(\.start).sorted())
    for place in places {
      #expect(place.start < place.end)
      #expect(session.frames(at: place.start, module: 0).first?.source?.line == crash)
      #expect(session.lineCode(at: place.start, module: 0) == place)
    }
    let frame = session.backtrace(thread: 0)[0]
    let address = try #require(frame.codeAddress)
    #expect(places.count { $0.start <= address && address < $0.end } == 1)
  }

  @Test func aLineWithoutCodeStandsForTheNext() throws {
    let comment = try line(with: "static struct station station")
    let places = session.code(ofLine: comment, file: "structs.c")
    #expect(try #require(places.first).line > comment)
    #expect(session.code(ofLine: lines.count + 1, file: "structs.c").isEmpty)
    #expect(session.code(ofLine: -1, file: "structs.c").isEmpty)
    #expect(session.code(ofLine: comment, file: "nothing.c").isEmpty)
  }

  @Test func functionsBeginSomewhere() throws {
    let main = session.code(ofFunction: "main", file: nil)
    #expect(try main.map(\.line) == [line(with: "int main(")])
    #expect(session.code(ofFunction: "main", file: "other.c").isEmpty)
    #expect(session.code(ofFunction: "mean", file: nil).isEmpty)
    let (name, offset) = try #require(session.function(at: main[0].start, module: 0))
    #expect(name.display == "main")
    #expect(offset == CodeOffset(0))
    #expect(session.function(at: CodeAddress(0), module: 0) == nil)
  }

  /// All of their calls were inlined: only the declaration tells where they are.
  @Test func functionsWithoutCodeOfTheirOwnAreFound() throws {
    for name in ["mean", "rounded_quotient", "calibrated"] {
      let found = session.location(ofFunction: name)
      #expect(try found.map(\.line) == [line(with: "static inline int \(name)(")])
      #expect(session.location(ofFunction: name, file: "structs.c") == found)
      #expect(session.location(ofFunction: name, file: "other.c").isEmpty)
    }
    #expect(session.location(ofFunction: "nobody").isEmpty)
  }

  @Test func scopesCount() throws {
    let session = try Session(path: Places.samples + "/values-rust/values.core", options: SessionOptions())
    let functions = session.backtrace(thread: 0).map(\.function.display)
    let name = try #require(functions.first { $0.hasPrefix("values::") })
    #expect(!session.location(ofFunction: name).isEmpty)
  }
}
