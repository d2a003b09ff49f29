import ByteCursor
import TestSupport
import Testing
import WasmInterp

@Suite struct BodyReaderTests {
  /// Two runs of locals; then at 5: i32.const 7, call 3, br_table, end.
  let body = Bytes(copying: [2, 3, 0x7f, 1, 0x7c, 0x41, 7, 0x10, 3, 0x0e, 1, 0, 0, 0x0b])

  @Test func findsTheFirstInstruction() throws {
    let reader = try BodyReader(body)
    #expect(reader.localCount == 4)
    #expect(reader.firstInstruction == CodeOffset(5))
    #expect(
      try decodeAll(body, from: reader.firstInstruction).map(\.opcode.name) == ["i32.const", "call", "br_table", "end"])
  }

  @Test func tellsInstructionStarts() throws {
    let reader = try BodyReader(body)
    let starts = (0...20).filter { reader.instruction(at: CodeOffset($0)) != nil }
    #expect(starts == [5, 7, 9, 13])
    let call = try #require(Instruction(at: CodeOffset(7), in: body))
    #expect(call.isCall && call.callee == 3)
    #expect(Instruction(at: CodeOffset(8), in: body) == nil)
    #expect(Instruction(at: CodeOffset(.max), in: body) == nil)
    #expect(Instruction(at: CodeOffset(0), in: .empty) == nil)
  }

  @Test func knowsNothingBehindWhatIsUnreadable() throws {
    let broken = Bytes(copying: [0, 0x01, 0xff, 0x01, 0x0b])
    let reader = try BodyReader(broken)
    #expect(reader.instruction(at: CodeOffset(1))?.opcode.name == "nop")
    #expect(reader.instruction(at: CodeOffset(2)) == nil)
    #expect(reader.instruction(at: CodeOffset(3)) == nil)
  }

  @Test func localsHaveACap() throws {
    let huge = Bytes(copying: [1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0x0b])
    #expect(throws: ReadError(.overLimit, value: 0xffff_ffff, offset: FileOffset(1))) { try BodyReader(huge) }
    let runs = Bytes(copying: [0xff, 0xff, 0xff, 0xff, 0x0f, 1, 0x7f])
    #expect(throws: ReadError.self) { try BodyReader(runs) }
    let many = encoded {
      $0.uleb(3)
      for _ in 0..<3 {
        $0.uleb(20_000)
        $0.u8(0x7f)
      }
      $0.u8(0x0b)
    }
    #expect(throws: ReadError.self) { try BodyReader(many) }
    var limits = Limits()
    limits.locals = 60_000
    #expect(try BodyReader(many, limits: limits).localCount == 60_000)
    #expect(Instruction(at: CodeOffset(13), in: many, limits: limits)?.opcode == .end)
    #expect(Instruction(at: CodeOffset(13), in: many) == nil)
  }

  @Test func everyCutOfABodyIsFine() throws {
    for count in 0..<body.count {
      let cut = try body.slice(0, count: count)
      for offset in 0...UInt64(body.count) {
        let found = Instruction(at: CodeOffset(offset), in: cut)
        #expect(found == nil || found == Instruction(at: CodeOffset(offset), in: body))
      }
    }
  }
}
