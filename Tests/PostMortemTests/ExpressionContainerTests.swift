import PostMortem
import TestSupport
import Testing

/// Subscripts, slices and dereferences that a formatter answers, with formatters made for types of `Samples/values-c`.
@Suite struct ExpressionContainerTests {
  /// The program with formatters that say what the types are: `struct packet` a vector, `struct node` a list of what is
  /// `at`, `struct flags` a map, `union number` a smart pointer.
  private func program() throws -> ValuesSession {
    let plain = try ValuesSession()
    let numbers = try (0..<3).map { try plain.value("packet->data[\($0)]") }
    let points = try ["head->at", "head->next->at"].map { try plain.value($0) }
    let entries = try [("first.name", "matrix[0]"), ("7", "matrix[1]"), ("tuesday", "matrix[2]")].map {
      Presentation.Entry(try plain.value($0.0), try plain.value($0.1))
    }
    let target = try plain.value("corners[2]")
    let formatters = FormatterRegistry([
      Formatter("struct packet") { _ in
        .container(count: 3) { (index) throws(Unavailable) in numbers[Int(index)] }
      },
      Formatter("struct node") { _ in
        Presentation(
          children: .sequence(count: nil) { count in
            Presentation.Found(Array(points.prefix(count)), problem: count > 2 ? "a link leads nowhere" : nil)
          })
      },
      Formatter("struct flags") { _ in
        Presentation(children: .entries(count: 3) { count in Presentation.Found(Array(entries.prefix(count))) })
      },
      Formatter("union number") { _ in Presentation(target: target) },
    ])
    return ValuesSession(session: plain.session, formatters: formatters)
  }

  @Test(arguments: [
    ("(*packet)[0]", "1000"), ("(*packet)[2] + 1", "3001"), ("(*packet)[1:3]", "{2000, 3000}"),
    ("(*packet)[day == monday]", "1000"),
    ("first[1].x", "3"), ("first[0:2][1].y", "4"), ("flags[\"first\"][3]", "4"), ("flags[7][0]", "5"),
    ("flags[tuesday]", "{9, 10, 11, 12}"),
    ("flags[1][1]", "10"), ("flags[3 + 4]", "{5, 6, 7, 8}"), ("*number", "{x = 10, y = 20}"), ("number->y", "20"),
    ("number.x", "10"), ("number.bits", "1078530011"),
  ]) func values(_ text: String, _ shown: String) throws { #expect(try program().shown(text) == shown) }

  @Test(arguments: [
    ("(*packet)[3]", "The index 3 is out of range: size=3.", 10..<11),
    ("(*packet)[-1]", "The index -1 is out of range: size=3.", 10..<12),
    ("first[2]", "The value is not available: damaged: a link leads nowhere.", 6..<7),
    ("flags[8]", "There is no such key.", 6..<7),
    ("flags[\"second\"]", "There is no such key.", 6..<14), ("flags[0:1]", "There is no such key.", 0..<10),
    ("(*packet)[2:9]", "The index 3 is out of range: size=3.", 0..<14),
  ]) func errors(_ text: String, _ message: String, _ range: Range<Int>) throws {
    let error = try #require(try program().error(text))
    #expect(error.message == message)
    #expect(error.range == range)
  }
}
