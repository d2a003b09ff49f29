import ByteCursor
import DwarfEval
import TestSupport
import Testing

@Suite struct LineTableTests {
  /// A sequence with the rows (address, line), which ends at `end`.
  private func add(_ rows: [(UInt64, Int64)], end: UInt64, to program: inout LineProgramBuilder) {
    var line: Int64 = 1
    for row in rows {
      program.setAddress(row.0)
      program.advanceLine(row.1 - line)
      line = row.1
      program.copy()
    }
    program.setAddress(end)
    program.endSequence()
  }

  private func line(_ table: LineTable, _ address: UInt64) -> UInt32? { table.lookup(CodeAddress(address))?.line }

  @Test func lookup() throws {
    var program = LineProgramBuilder()
    add([(0x200, 20), (0x204, 0), (0x208, 22)], end: 0x20c, to: &program)
    add([(0x100, 10), (0x110, 11), (0x110, 12), (0x118, 13)], end: 0x120, to: &program)
    let table = try program.table()
    #expect(table.sequences.map(\.start.rawValue) == [0x100, 0x200])
    #expect(table.sequences.map(\.end.rawValue) == [0x120, 0x20c])
    #expect(table.rowCount == 9)
    #expect(line(table, 0xff) == nil)
    #expect(line(table, 0x100) == 10)
    #expect(line(table, 0x10f) == 10)
    // Of several rows at one address the last.
    #expect(line(table, 0x110) == 12)
    #expect(line(table, 0x117) == 12)
    #expect(line(table, 0x11f) == 13)
    // The end is not part of the sequence.
    #expect(line(table, 0x120) == nil)
    #expect(line(table, 0x1ff) == nil)
    // Line 0 is said as it is.
    #expect(line(table, 0x206) == 0)
    #expect(line(table, 0x20b) == 22)
    #expect(line(table, .max) == nil)
    let span = try #require(table.span(holding: CodeAddress(0x112)))
    #expect(span.row.address.rawValue == 0x110)
    #expect(span.end.rawValue == 0x118)
    #expect(table.span(holding: CodeAddress(0x11a))?.end.rawValue == 0x120)
  }

  @Test func emptySequences() throws {
    var program = LineProgramBuilder()
    add([(0x100, 1)], end: 0x100, to: &program)
    add([(0x100, 2)], end: 0x80, to: &program)
    program.endSequence()
    add([(0x100, 3)], end: 0x101, to: &program)
    let table = try program.table()
    #expect(table.sequences.count == 1)
    #expect(line(table, 0x100) == 3)
    #expect(table.rows(of: table.sequences[0]).map(\.line) == [3, 3])
  }

  @Test func rowsThatGoBackwards() throws {
    var program = LineProgramBuilder()
    add([(0x100, 1), (0x120, 2), (0x110, 3), (0x110, 4), (0x130, 5), (0x90, 6)], end: 0x140, to: &program)
    let table = try program.table()
    #expect(table.sequences.map(\.start.rawValue) == [0x90])
    let expected: [(UInt64, UInt32)] = [
      (0x90, 6), (0xff, 6), (0x100, 1), (0x10f, 1), (0x110, 4), (0x11f, 4), (0x120, 2), (0x12f, 2), (0x130, 5),
      (0x13f, 5),
    ]
    for (address, expected) in expected { #expect(line(table, address) == expected) }
    #expect(table.span(holding: CodeAddress(0x115))?.end.rawValue == 0x120)
    #expect(line(table, 0x140) == nil)
  }

  @Test func sequencesThatOverlap() throws {
    var program = LineProgramBuilder()
    add([(0x100, 1)], end: 0x200, to: &program)
    add([(0x120, 2)], end: 0x130, to: &program)
    add([(0x140, 3)], end: 0x150, to: &program)
    let table = try program.table()
    #expect(line(table, 0x110) == 1)
    #expect(line(table, 0x125) == 2)
    #expect(line(table, 0x135) == 1)
    #expect(line(table, 0x145) == 3)
    #expect(line(table, 0x1ff) == 1)
    #expect(line(table, 0x200) == nil)
  }

  @Test func programThatBreaksOff() throws {
    var program = LineProgramBuilder()
    add([(0x100, 1)], end: 0x110, to: &program)
    program.setAddress(0x200)
    program.copy()
    program.special(operations: 4, lines: 4)
    let table = try program.table()
    #expect(table.diagnostics.map(\.message) == ["the last sequence of a line number program has no end"])
    #expect(line(table, 0x10f) == 1)
    #expect(line(table, 0x203) == 1)
    // How far the last row reaches is not known.
    #expect(line(table, 0x204) == 5)
    #expect(line(table, 0x205) == nil)
    program.program.raw([0, 5])
    let broken = try program.table()
    #expect(broken.diagnostics.count == 1)
    #expect(broken.diagnostics.first?.section == ".debug_line")
    #expect(line(broken, 0x204) == 5)
  }

  /// Lookups through the checkpoints of long sequences find what a look at all rows finds.
  @Test(arguments: [true, false]) func longSequences(isAscending: Bool) throws {
    var random = SeededGenerator(seed: isAscending ? 1 : 2)
    var program = LineProgramBuilder(version: 5)
    var rows: [(UInt64, Int64)] = []
    var address: UInt64 = 0x1000
    for index in 0..<3000 {
      rows.append((address, Int64(index + 1)))
      address += UInt64.random(in: 0...5, using: &random)
      if !isAscending, Int.random(in: 0..<50, using: &random) == 0 { address -= 30 }
    }
    let end = rows.map(\.0).max()! + 4
    add(rows, end: end, to: &program)
    let table = try program.table()
    #expect(table.sequences.map(\.isAscending) == [isAscending])
    #expect(table.rows(of: table.sequences[0]).count == 3001)
    for address in table.sequences[0].start.rawValue..<end {
      let best = rows.map(\.0).filter { $0 <= address }.max()
      let expected = rows.last { $0.0 == best }!
      let span = try #require(table.span(holding: CodeAddress(address)))
      #expect(span.row.line == UInt32(expected.1))
      #expect(span.end.rawValue == rows.map(\.0).filter { $0 > address }.min() ?? end)
    }
    #expect(line(table, end) == nil)
  }

  @Test func fromLinesToAddresses() throws {
    var program = LineProgramBuilder()
    program.files = [.init("a.c"), .init("b.h")]
    program.setAddress(0x100)
    program.advanceLine(9)
    program.copy()  // 10 at 0x100
    program.special(operations: 4, lines: 1)  // 11 at 0x104
    program.setColumn(5)
    program.special(operations: 4, lines: 0)  // 11 at 0x108: the same place
    program.setFile(2)
    program.special(operations: 4, lines: 0)  // b.h:11 at 0x10c
    program.setFile(1)
    program.negateStatement()
    program.special(operations: 4, lines: 0)  // 11 at 0x110, no statement
    program.negateStatement()
    program.special(operations: 4, lines: 0)  // 11 at 0x114
    program.special(operations: 4, lines: 3)  // 14 at 0x118
    program.advancePC(8)
    program.endSequence()
    program.setAddress(0x80)
    program.advanceLine(10)
    program.copy()  // 11 at 0x80
    program.advancePC(2)
    program.endSequence()
    let table = try program.table()
    func places(_ line: UInt32, _ files: [UInt32] = [1]) -> [String] {
      table.places(line: line, files: files).map { "\($0.row.line) \($0.row.address)-\($0.end)" }
    }
    #expect(places(10) == ["10 0x100-0x104"])
    #expect(places(11) == ["11 0x80-0x82", "11 0x104-0x10c", "11 0x114-0x118"])
    #expect(places(11, [1, 2]) == ["11 0x80-0x82", "11 0x104-0x10c", "11 0x10c-0x110", "11 0x114-0x118"])
    // A line without code stands for the next one that has some.
    #expect(places(12) == ["14 0x118-0x120"])
    #expect(places(1) == ["10 0x100-0x104"])
    #expect(places(3, [2]) == ["11 0x10c-0x110"])
    #expect(places(15) == [])
    #expect(places(0) == [])
    #expect(places(11, [7, .max]) == [])
    #expect(places(11, []) == [])
  }

  @Test func linesWithoutStatements() throws {
    var program = LineProgramBuilder()
    program.files = [.init("a.c")]
    program.setAddress(0x100)
    program.negateStatement()
    program.copy()
    program.advancePC(4)
    program.endSequence()
    let places = try program.table().places(line: 1, files: [1])
    #expect(places.map(\.row.address.rawValue) == [0x100])
  }
}
