import ByteCursor
import DwarfEval
import TestSupport
import Testing

/// Damaged line tables: every one is read to an end, without a trap.
@Suite struct LineHostileTests {
  private static func sample(_ format: LineFormat, _ form: LineProgramBuilder.StringForm) -> LineProgramBuilder {
    var program = format.builder()
    program.stringForm = form
    program.directories = ["/home/me", "src"]
    program.files = [
      .init("a.c", time: 3, size: 4, md5: Array(0...15), source: "x\n"), .init("b.c", directory: 1),
    ]
    program.maximumOperations = format.is64Bit ? 3 : 1
    program.setAddress(0x100)
    for step: Int64 in 1...40 {
      program.setColumn(UInt64(step))
      program.special(operations: 2, lines: step % 5)
      if step % 7 == 0 { program.negateStatement() }
      if step % 11 == 0 { program.advancePC(200) }
      if step % 13 == 0 { program.constAddPC() }
    }
    program.setDiscriminator(4)
    program.fixedAdvancePC(8)
    program.setFile(2)
    program.setPrologueEnd()
    program.copy()
    program.endSequence()
    program.setAddress(0x40)
    program.defineFile(.init("c.c", directory: 2))
    program.advanceLine(100)
    program.setEpilogueBegin()
    program.setISA(2)
    program.copy()
    program.advancePC(5)
    program.endSequence()
    return program
  }

  /// Asks everything there is to ask.
  private static func read(_ sections: [String: [UInt8]]) -> Int {
    let bytes = sections.mapValues { Bytes(copying: $0) }
    let dwarf = DwarfSections { bytes[$0] }
    var known = 0
    var offset = DebugLineOffset(0)
    while offset.rawValue < UInt64(dwarf.line.bytes.count) {
      guard let header = try? LineProgramHeader(at: offset, in: dwarf) else { break }
      offset = header.next
      let table = LineTable(header)
      for file in table.fileIndices { if let path = try? table.path(ofFile: UInt64(file)) { known += path.utf8.count } }
      for row in table.rows {
        known += table.span(holding: row.address) == nil ? 0 : 1
        _ = try? table.path(ofFile: UInt64(row.file))
      }
      for sequence in table.sequences {
        known += table.rows(of: sequence).count
        if let last = table.lookup(CodeAddress(sequence.end.rawValue - 1)) {
          known += table.places(line: last.line, files: [last.file]).count
        }
      }
    }
    return known
  }

  @Test(arguments: LineFormat.all) func truncatedAnywhere(_ format: LineFormat) {
    let sections = Self.sample(format, .string).sections()
    let whole = sections[".debug_line"]!
    var last = 0
    for count in 0...whole.count {
      var cut = sections
      cut[".debug_line"] = Array(whole[..<count])
      let known = Self.read(cut)
      // What is there is read: more bytes never give less, but for what is asked of the program's last row.
      #expect(known >= last - 8, "cut at \(count)")
      last = known
    }
    #expect(last > 100)
  }

  @Test(arguments: LineFormat.all) func flippedBytes(_ format: LineFormat) {
    var random = SeededGenerator(seed: UInt64(format.version) << 8 | UInt64(format.addressSize))
    for form in LineProgramBuilder.StringForm.allCases {
      let sections = Self.sample(format, form).sections()
      for _ in 0..<1000 {
        var damaged = sections
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          let name = random.next() % 8 == 0 ? ".debug_str_offsets" : ".debug_line"
          let place = Int.random(in: 0..<sections[name]!.count, using: &random)
          damaged[name]![place] = random.next() % 4 == 0 ? 0xff : UInt8.random(in: 0...255, using: &random)
        }
        _ = Self.read(damaged)
      }
    }
  }

  @Test func randomPrograms() {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<3000 {
      var program = LineProgramBuilder(version: UInt16.random(in: 2...5, using: &random))
      program.lineRange = UInt8.random(in: 0...255, using: &random)
      program.lineBase = Int8.random(in: -128...127, using: &random)
      program.minimumInstructionLength = UInt8.random(in: 0...255, using: &random)
      program.maximumOperations = UInt8.random(in: 0...255, using: &random)
      program.setAddress(random.next(), size: 8)
      for _ in 0..<200 { program.program.u8(UInt8.random(in: 0...255, using: &random) >> UInt8(random.next() % 5)) }
      _ = Self.read(program.sections())
    }
  }

  /// Rows that go backwards are found among all others; no question may go through all of them.
  @Test func aHundredThousandQuestionsAboutAsManyRowsThatGoBackwards() throws {
    let count: UInt64 = 200_000
    var program = LineProgramBuilder()
    program.setAddress(0x102)
    program.copy()
    program.setAddress(0x100)
    program.copy()
    for step in 1..<count { program.special(operations: 1, lines: step % 2 == 0 ? -1 : 1) }
    program.advancePC(1)
    program.endSequence()
    let table = try program.table()
    #expect(table.sequences.map(\.isAscending) == [false])
    for step in 0..<count {
      let span = try #require(table.span(holding: CodeAddress(0x100 + step)))
      guard span.row.line == 1 + UInt32(step % 2), span.end.rawValue == 0x101 + step else {
        Issue.record("\(step): \(span)")
        break
      }
    }
  }

  @Test func ofPartsOfPathsThatNoSystemHasTheBeginningIsKept() throws {
    var program = LineProgramBuilder(version: 5)
    program.directories = ["/w", String(repeating: "d", count: 100_000)]
    program.files = [.init(String(repeating: "f", count: 8192), directory: 1)]
    let path = try program.table().path(ofFile: 0)
    #expect(path.utf8.count == 2 * 8192 + 1)
    #expect(path.hasPrefix("ddd") && path.hasSuffix("fff"))
  }
}
