import ByteCursor
import DwarfEval
import TestSupport
import Testing

@Suite struct LineRowsTests {
  @Test(arguments: LineFormat.all) func everyOpcode(_ format: LineFormat) throws {
    var program = format.builder()
    program.setAddress(0x100)
    program.advanceLine(9)
    program.setColumn(3)
    program.setFile(2)
    program.setDiscriminator(7)
    program.setISA(1)
    program.setBasicBlock()
    program.copy()
    program.setPrologueEnd()
    program.special(operations: 4, lines: -2)
    program.negateStatement()
    program.advancePC(300)
    program.setEpilogueBegin()
    program.copy()
    program.constAddPC()
    program.special(operations: 1, lines: 0)
    program.fixedAdvancePC(0x1234)
    program.advanceLine(-7)
    program.copy()
    program.advancePC(2)
    program.endSequence()
    program.setAddress(0x50)
    program.copy()
    program.advancePC(1)
    program.endSequence()
    // (255 - 13) / 14 = 17 for DW_LNS_const_add_pc.
    #expect(
      try program.rows().map(\.text) == [
        "0x100 10:3 2 d7 isa1 stmt block",
        "0x104 8:3 2 isa1 stmt prologue",
        "0x230 8:3 2 isa1 epilogue",
        "0x242 8:3 2 isa1",
        "0x1476 1:3 2 isa1",
        "0x1478 1:3 2 isa1 end",
        "0x50 1:0 1 stmt",
        "0x51 1:0 1 stmt end",
      ])
  }

  @Test(arguments: [(-5, 14, 13), (-3, 12, 10), (1, 4, 13), (-128, 255, 1), (127, 1, 13), (0, 242, 0)])
  func everySpecialOpcode(lineBase: Int, lineRange: Int, opcodeBase: Int) throws {
    for opcode in max(opcodeBase, 1)...255 {
      var program = LineProgramBuilder()
      program.lineBase = Int8(lineBase)
      program.lineRange = UInt8(lineRange)
      program.standardOpcodeLengths = [UInt8](repeating: 0, count: max(opcodeBase, 1) - 1)
      program.opcodeBase = UInt8(opcodeBase)
      program.setAddress(0x1000)
      program.program.u8(UInt8(opcode))
      let row = try #require(try program.rows().first)
      #expect(row.address.rawValue == UInt64(0x1000 + (opcode - opcodeBase) / lineRange))
      let line = 1 + lineBase + (opcode - opcodeBase) % lineRange
      #expect(row.line == UInt32(truncatingIfNeeded: line))
    }
  }

  @Test func instructionLength() throws {
    var program = LineProgramBuilder(version: 3)
    program.minimumInstructionLength = 4
    program.setAddress(0x100)
    program.special(operations: 2, lines: 1)
    program.advancePC(3)
    program.copy()
    program.constAddPC()
    program.copy()
    // This advance counts bytes.
    program.fixedAdvancePC(3)
    program.endSequence()
    #expect(
      try program.rows().map(\.text) == [
        "0x108 2:0 1 stmt", "0x114 2:0 1 stmt", "0x158 2:0 1 stmt", "0x15b 2:0 1 stmt end",
      ])
  }

  @Test func severalOperationsInAnInstruction() throws {
    var program = LineProgramBuilder(version: 4)
    program.minimumInstructionLength = 8
    program.maximumOperations = 3
    program.setAddress(0x100)
    program.special(operations: 1, lines: 1)
    program.special(operations: 1, lines: 1)
    program.special(operations: 1, lines: 1)
    program.advancePC(5)
    program.copy()
    program.advancePC(1)
    program.copy()
    program.advancePC(1)
    program.fixedAdvancePC(8)
    program.copy()
    program.advancePC(2)
    program.setAddress(0x200)
    program.endSequence()
    #expect(
      try program.rows().map(\.text) == [
        "0x100 2:0 1 op1 stmt", "0x100 3:0 1 op2 stmt", "0x108 4:0 1 stmt", "0x110 4:0 1 op2 stmt",
        "0x118 4:0 1 stmt", "0x120 4:0 1 stmt", "0x200 4:0 1 stmt end",
      ])
    // Version 3 has no such field, and 0 means 1.
    program.maximumOperations = 0
    #expect(try program.rows().allSatisfy { $0.operationIndex == 0 })
    #expect(try program.header().maximumOperationsPerInstruction == 1)
  }

  @Test func unknownOpcodesAreSkippedByTheirLengths() throws {
    var program = LineProgramBuilder()
    program.standardOpcodeLengths += [2, 0]
    program.setAddress(0x100)
    program.program.u8(13)
    program.program.uleb(1 << 62)
    program.program.uleb(5, width: 12)
    program.program.u8(14)
    program.extended(0x80, [1, 1, 1, 1, 1])
    program.extended(0x05)
    program.copy()
    program.endSequence()
    #expect(try program.rows().map(\.text) == ["0x100 1:0 1 stmt", "0x100 1:0 1 stmt end"])
  }

  @Test func lengthsOfKnownOpcodesDoNotMatter() throws {
    var program = LineProgramBuilder()
    program.standardOpcodeLengths = [UInt8](repeating: 255, count: 12)
    program.setAddress(0x100)
    program.setColumn(4)
    program.copy()
    program.endSequence()
    #expect(try program.rows().map(\.text) == ["0x100 1:4 1 stmt", "0x100 1:4 1 stmt end"])
  }

  @Test func fewerStandardOpcodes() throws {
    // DWARF 2 ends with opcode 9: 10 is a special opcode there.
    var program = LineProgramBuilder(version: 2)
    program.standardOpcodeLengths = [0, 1, 1, 1, 1, 0, 0, 0, 1]
    program.setAddress(0x100)
    program.program.u8(10)
    #expect(try program.rows().map(\.line) == [UInt32(bitPattern: -4)])
  }

  @Test func addressesOfOtherSizes() throws {
    var program = LineProgramBuilder()
    for size: UInt8 in [1, 2, 4, 8] {
      program.setAddress(0x70, size: size)
      program.copy()
    }
    // Of these sizes the address is not known, so that the rows are left out.
    for size: UInt8 in [0, 3, 5, 16] {
      program.setAddress(0x70, size: size)
      program.copy()
    }
    program.setAddress(0x80)
    program.endSequence()
    #expect(try program.rows().map(\.address.rawValue) == [0x70, 0x70, 0x70, 0x70, 0x80])
    #expect(try program.header().rows().problem == nil)
  }

  @Test(arguments: [4, 8] as [UInt8]) func deadCodeIsLeftOut(_ size: UInt8) throws {
    let largest = size == 4 ? UInt64(UInt32.max) : .max
    var program = LineProgramBuilder(version: 5, addressSize: size)
    for tombstone in [largest, largest - 1, 0, 1] {
      program.setAddress(tombstone)
      program.special(operations: 3, lines: 2)
      program.special(operations: 3, lines: 2)
      program.advancePC(8)
      program.endSequence()
    }
    program.setAddress(2)
    program.copy()
    program.advancePC(8)
    program.endSequence()
    let table = try program.table()
    #expect(Array(table.rows).map(\.text) == ["0x2 1:0 1 stmt", "0xa 1:0 1 stmt end"])
    #expect(table.sequences.map(\.start.rawValue) == [2])
    #expect(table.diagnostics.isEmpty)
  }

  @Test func deadPartOfASequence() throws {
    var program = LineProgramBuilder()
    program.setAddress(0x10)
    program.copy()
    program.setAddress(0xffff_ffff)
    program.setBasicBlock()
    program.copy()
    program.setAddress(0x20)
    program.copy()
    program.advancePC(4)
    program.endSequence()
    #expect(
      try program.rows().map(\.text) == ["0x10 1:0 1 stmt", "0x20 1:0 1 stmt", "0x24 1:0 1 stmt end"])
  }

  @Test func numbersWrapAround() throws {
    var program = LineProgramBuilder()
    program.minimumInstructionLength = 255
    program.setAddress(0x1000)
    program.advanceLine(-5)
    program.advancePC(.max)
    program.copy()
    program.advanceLine(.min)
    program.setFile(.max)
    program.setColumn(.max)
    program.setISA(.max)
    program.setDiscriminator(.max)
    program.copy()
    let rows = try program.rows()
    #expect(rows.map(\.address.rawValue) == [0xf01, 0xf01])
    #expect(rows.map(\.line) == [UInt32(bitPattern: -4), UInt32(bitPattern: -4)])
    // A file that cannot exist, a column that is not known.
    #expect(rows.map(\.file) == [1, .max])
    #expect(rows.map(\.column) == [0, 0])
    #expect(rows.map(\.isa) == [0, .max])
    #expect(rows.map(\.discriminator) == [0, .max])
  }

  @Test func paddingBehindTheLastSequence() throws {
    var program = LineProgramBuilder()
    program.setAddress(0x100)
    program.copy()
    program.endSequence()
    program.program.raw([0, 0, 0, 0, 0, 0])
    let table = try program.table()
    #expect(table.rowCount == 2)
    #expect(table.diagnostics.isEmpty)
  }

  @Test func defaultIsNoStatement() throws {
    var program = LineProgramBuilder()
    program.defaultIsStatement = 0
    program.setAddress(0x100)
    program.copy()
    program.negateStatement()
    program.copy()
    program.endSequence()
    program.setAddress(0x200)
    program.copy()
    #expect(try program.rows().map(\.isStatement) == [false, true, true, false])
  }

  // MARK: Broken programs

  private func problem(_ program: LineProgramBuilder, limits: Limits = .standard) throws -> ReadError? {
    var rows = try program.header().rows(limits: limits)
    while rows.next() != nil {}
    #expect(rows.next() == nil)
    return rows.problem
  }

  @Test func zeroLineRange() throws {
    var program = LineProgramBuilder()
    program.lineRange = 0
    program.setAddress(0x100)
    program.copy()
    var constant = program
    program.program.u8(200)
    program.copy()
    #expect(try program.rows().map(\.text) == ["0x100 1:0 1 stmt"])
    #expect(try problem(program)?.rule == .zeroLineRange)
    constant.constAddPC()
    #expect(try problem(constant)?.rule == .zeroLineRange)
  }

  @Test func extendedOpcodesThatLie() throws {
    var beyond = LineProgramBuilder()
    beyond.setAddress(0x100)
    beyond.copy()
    var long = beyond
    beyond.extended(4, length: 100, [1, 1])
    #expect(try problem(beyond)?.rule == .unexpectedEnd)
    #expect(try beyond.rows().count == 1)
    long.extended(4, length: 2, [0x81, 0x81, 0x01])
    long.copy()
    #expect(try problem(long)?.rule == .extendedOpcodeTooLong)
  }

  @Test func rowsHaveACap() throws {
    var program = LineProgramBuilder()
    program.setAddress(0x100)
    for _ in 0..<10 { program.special(operations: 1, lines: 1) }
    program.endSequence()
    var limits = Limits()
    limits.lineRows = 4
    #expect(try program.rows(limits: limits).count == 4)
    #expect(try problem(program, limits: limits)?.rule == .overLimit)
    let table = try program.table(limits: limits)
    #expect(table.rowCount == 4)
    #expect(table.diagnostics.count == 1)
    #expect(table.lookup(CodeAddress(0x103))?.line == 4)
    // What the cap cut off is not there by another door.
    #expect(table.sequences.map { table.rows(of: $0).count } == [4])
    #expect(table.lookup(CodeAddress(0x105)) == nil)
    limits.lineRows = 11
    #expect(try program.table(limits: limits).diagnostics.isEmpty)
  }
}
