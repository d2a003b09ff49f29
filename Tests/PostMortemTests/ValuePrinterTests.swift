import ByteCursor
import PostMortem
import Testing

/// What `ValuePrinter` makes of nodes, which need no dump.
@Suite struct ValuePrinterTests {
  private func integer(_ value: Int, _ name: String? = nil) -> ValueNode {
    ValueNode(name: name, type: "int", value: String(value))
  }

  private func list(_ values: [Int], omitted: UInt64? = nil) -> ValueNode {
    var node = ValueNode(type: "int[]")
    node.children = values.enumerated().map { integer($1, "[\($0)]") }
    node.isContainer = true
    node.omitted = omitted
    return node
  }

  private func text(_ node: ValueNode, width: Int = 100) -> String {
    var printer = ValuePrinter(width: width)
    return printer.text(node)
  }

  @Test func scalarsAndWhatTheyLeadTo() {
    #expect(text(integer(-5)) == "-5")
    #expect(text(ValueNode(type: "char *", value: "0x1040", summary: "\"text\"")) == "0x1040 \"text\"")
    var reference = integer(7)
    (reference.type, reference.address, reference.summary) = ("int &", .init(0x20), nil)
    #expect(text(reference) == "@0x20: 7")
  }

  @Test func recordsAndContainers() {
    var record = ValueNode(type: "struct point")
    record.children = [integer(1, "x"), integer(2, "y")]
    #expect(text(record) == "{x = 1, y = 2}")
    #expect(text(record, width: 10) == "{\n  x = 1,\n  y = 2\n}")
    var inner = record
    inner.name = "(anonymous)"
    record.children.append(inner)
    #expect(text(record) == "{x = 1, y = 2, {x = 1, y = 2}}")
    var vector = list([1, 2, 3])
    vector.summary = "size=3"
    #expect(text(vector) == "size=3 {1, 2, 3}")
    var map = ValueNode(type: "map", summary: "size=1")
    (map.children, map.isContainer, map.hasKeys) = ([integer(1, "[\"a\"]")], true, true)
    #expect(text(map) == "size=1 {[\"a\"] = 1}")
  }

  @Test func repetitionsAreFolded() {
    let zeros = Array(repeating: 0, count: 10)
    #expect(text(list(zeros)) == "{0 <repeats 10 times>}")
    #expect(text(list([1] + zeros + [2])) == "{1, 0 <repeats 10 times>, 2}")
    #expect(text(list(Array(zeros.dropLast()))) == "{0, 0, 0, 0, 0, 0, 0, 0, 0}")
    var printer = ValuePrinter()
    printer.repeats = .max
    #expect(printer.text(list(zeros)) == "{0, 0, 0, 0, 0, 0, 0, 0, 0, 0}")
  }

  @Test func whatIsLeftOutIsSaid() {
    #expect(text(list([1, 2], omitted: 98)) == "{1, 2, ... 98 more}")
    #expect(text(list([], omitted: 98)) == "{...}")
    #expect(text(list([])) == "{}")
  }

  @Test func listsFillLines() {
    #expect(text(list([100, 200, 300, 400]), width: 12) == "{\n  100, 200,\n  300, 400\n}")
  }

  @Test func whatIsNotKnownSaysWhy() {
    func unknown(_ reason: String) -> ValueNode { ValueNode(type: "int", trust: .unavailable, reason: reason) }
    #expect(text(unknown("local 3 is not recorded")) == "<unavailable: local 3 is not recorded>")
    #expect(text(unknown("optimized out here: no location")) == "<optimized out>")
    var printer = ValuePrinter()
    let long = unknown(String(repeating: "why ", count: 20))
    #expect(printer.text(long).contains("why why"))
    #expect(printer.text(long) == "<unavailable: as above>")
    #expect(ValuePrinter.short(long) == "<unavailable>")
  }

  @Test func whatIsAssumedSaysOnWhat() {
    var node = integer(5)
    (node.trust, node.reason) = (.assumed, "global 1 may have changed")
    #expect(text(node) == "5 (assumed: global 1 may have changed)")
    // The members of what is assumed are so for the same reason.
    var record = ValueNode(type: "struct s", trust: .assumed, reason: "global 1 may have changed")
    node.name = "a"
    record.children = [node]
    #expect(text(record) == "(assumed: global 1 may have changed) {a = 5}")
    var damaged = list([1])
    (damaged.summary, damaged.reason) = ("size=3", "damaged: the list goes in a circle")
    #expect(text(damaged) == "size=3 (damaged: the list goes in a circle) {1}")
  }

  @Test func textFromFilesIsEscaped() {
    var printer = ValuePrinter()
    let hostile = ValueNode(name: "a\n\u{1b}[2J", type: "int", value: "RED\u{202e}")
    #expect(printer.line(hostile) == "a\\n\\x1b[2J = RED\\u{202e}")
    #expect(ValuePrinter.short(hostile) == "RED\\u{202e}")
    let reason = ValueNode(type: "int", trust: .unavailable, reason: "\u{1b}[31m")
    #expect(printer.text(reason) == "<unavailable: \\x1b[31m>")
  }

  @Test func linesOfBacktracesAreShort() {
    var record = ValueNode(type: "struct point")
    record.children = [integer(1, "x")]
    #expect(ValuePrinter.short(record) == "...")
    let long = ValueNode(type: "char *", value: "0x10", summary: "\"" + String(repeating: "a", count: 99) + "\"")
    let short = ValuePrinter.short(long, limit: 20)
    #expect(short == "0x10 \"aaaaaaaaaa\"...")
  }
}
