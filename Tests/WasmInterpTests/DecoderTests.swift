import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

@Suite struct DecoderTests {
  @Test func everyOpcodeRoundTrips() throws {
    for opcode in Opcode.all {
      let bytes = encoded { $0.sample(opcode) }
      var decoder = try InstructionDecoder(bytes)
      let instruction = try decoder.next()
      #expect(instruction.opcode == opcode, "\(opcode.name)")
      #expect(instruction.length == bytes.count, "\(opcode.name)")
      #expect(instruction.codeOffset == CodeOffset(0))
      #expect(instruction.end == decoder.codeOffset)
      #expect(decoder.isAtEnd)

      var skipping = try InstructionDecoder(bytes)
      #expect(try skipping.nextOpcodeSkippingImmediates() == opcode)
      #expect(skipping.isAtEnd, "\(opcode.name)")
    }
  }

  @Test func everyOpcodeCutShortIsAnErrorThatStaysThere() throws {
    for opcode in Opcode.all {
      let whole = encoded { $0.sample(opcode) }
      for count in 0..<whole.count {
        let bytes = try whole.slice(0, count: count)
        var decoder = try InstructionDecoder(bytes)
        #expect(throws: ReadError.self) { try decoder.next() }
        #expect(decoder.codeOffset == CodeOffset(0))
        #expect(throws: ReadError.self) { try decoder.nextOpcodeSkippingImmediates() }
        #expect(decoder.codeOffset == CodeOffset(0))
      }
    }
  }

  @Test func offsetsCountFromTheBody() throws {
    let file = Bytes(copying: [9, 9, 9, 0x41, 0xe4, 0, 0x1a, 0x0b])
    let body = try file.slice(3, count: 5)
    let instructions = try decodeAll(body)
    #expect(instructions.map(\.codeOffset.rawValue) == [0, 3, 4])
    #expect(instructions.map(\.length) == [3, 1, 1])
    #expect(instructions[0].immediates == .i32(100))
    #expect(throws: ReadError(.offsetOutOfBounds, value: 6, offset: FileOffset(3))) {
      try InstructionDecoder(body, at: CodeOffset(6))
    }
  }

  @Test func unknownOpcodesNameTheirNumberAndPlace() throws {
    #expect(throws: ReadError(.unknownOpcode, value: 0xff, offset: FileOffset(0))) { try decodeOne([0xff]) }
    #expect(throws: ReadError(.unknownOpcode, value: 0xfd_0000_0114, offset: FileOffset(0))) {
      try decodeOne([0xfd, 0x94, 0x02])
    }
    #expect(violation([0xfc, 0xff, 0xff, 0xff, 0xff, 0x0f]) == .unknownOpcode)
    #expect(violation([0xfc, 0xff, 0xff, 0xff, 0xff, 0x1f]) == .overflowingLEB128)
    // A number may be padded.
    #expect(try decodeOne([0xfc, 0x80, 0x80, 0x00]).opcode.name == "i32.trunc_sat_f32_s")
  }

  @Test func constants() throws {
    #expect(try decodeOne([0x41, 0xff, 0xff, 0xff, 0xff, 0x07]).immediates == .i32(.max))
    #expect(try decodeOne([0x41, 0x80, 0x80, 0x80, 0x80, 0x78]).immediates == .i32(.min))
    #expect(violation([0x41, 0x80, 0x80, 0x80, 0x80, 0x08]) == .overflowingLEB128)
    #expect(violation([0x41, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00]) == .overlongLEB128)
    #expect(try decodeOne([0x43, 1, 0, 0xa0, 0x7f]).immediates == .f32(0x7fa0_0001))
    #expect(
      try decodeOne([0xfd, 12] + (1...16)).immediates
        == .v128(low: 0x0807_0605_0403_0201, high: 0x100f_0e0d_0c0b_0a09))
  }

  @Test func memoryArguments() throws {
    func argument(_ bytes: [UInt8]) throws -> MemoryArgument? { try decodeOne(bytes).memoryArgument }
    let plain = try #require(try argument([0x28, 2, 16]))
    #expect((plain.alignmentLog2, plain.memory, plain.offset) == (2, 0, 16))
    let second = try #require(try argument([0x28, 0x42, 3, 16]))
    #expect((second.alignmentLog2, second.memory, second.offset) == (2, 3, 16))
    let wide = try #require(try argument([0x37, 3] + [UInt8](repeating: 0xff, count: 9) + [1]))
    #expect(wide.offset == .max)
    // Alignments that no validator lets pass are read all the same.
    #expect(try argument([0x28, 0x3f, 0])?.alignmentLog2 == 63)
    #expect(violation([0x28, 0x80, 1, 0]) == .malformedMemoryArgument)
    let lane = try decodeOne([0xfd, 84, 0x40, 1, 5, 15])
    #expect(lane.memoryArgument?.memory == 1)
    guard case .memoryLane(_, 15) = lane.immediates else {
      Issue.record("\(lane.immediates)")
      return
    }
    // Padded flags, for both ways of reading.
    for bytes: [UInt8] in [[0x28, 0xc2, 0x00, 3, 16], [0x28, 0x82, 0x00, 16]] {
      var decoder = try InstructionDecoder(Bytes(copying: bytes))
      #expect(try decoder.next().length == bytes.count)
      decoder = try InstructionDecoder(Bytes(copying: bytes))
      _ = try decoder.nextOpcodeSkippingImmediates()
      #expect(decoder.isAtEnd)
    }
  }

  @Test(
    arguments: [
      ([0x40], BlockType.empty), ([0x7f], .value(.i32)), ([0x70], .value(.funcref)), ([0x05], .type(5)),
      ([0xff, 0x00], .type(127)), ([0x63, 0x07], .value(.reference(ReferenceType(.defined(7))))),
      ([0x64, 0x80, 0x01], .value(.reference(ReferenceType(.defined(128), isNullable: false)))),
      ([0x64, 0x6e], .value(.reference(ReferenceType(.any, isNullable: false)))),
    ] as [([UInt8], BlockType)])
  func blockTypes(bytes: [UInt8], type: BlockType) throws {
    for opcode: UInt8 in [0x02, 0x03, 0x04, 0x06] {
      let instruction = try decodeOne([opcode] + bytes)
      #expect(instruction.immediates == .block(type))
      #expect(instruction.length == bytes.count + 1)
      var skipping = try InstructionDecoder(Bytes(copying: [opcode] + bytes))
      _ = try skipping.nextOpcodeSkippingImmediates()
      #expect(skipping.isAtEnd)
    }
  }

  @Test func lists() throws {
    let table = Bytes(copying: [0x0e, 3, 0, 0x81, 0x00, 2, 7])
    guard case .labels(let labels) = try decodeAll(table)[0].immediates else { throw Mismatch() }
    #expect(labels.count == 4)
    #expect(labels.labels(in: table) == [0, 1, 2, 7])

    let select = Bytes(copying: [0x1c, 2, 0x7f, 0x64, 0x70])
    guard case .types(let types) = try decodeAll(select)[0].immediates else { throw Mismatch() }
    #expect(types.types(in: select) == [.i32, .reference(ReferenceType(.func, isNullable: false))])

    let handlers = Bytes(copying: [0x1f, 0x40, 3, 0, 4, 1, 1, 5, 2, 3, 9])
    guard case .tryTable(.empty, let catches) = try decodeAll(handlers)[0].immediates else { throw Mismatch() }
    let clauses = catches.catches(in: handlers)
    #expect(clauses.map(\.tag) == [4, 5, nil])
    #expect(clauses.map(\.passesReference) == [false, true, true])
    #expect(clauses.map(\.label) == [1, 2, 9])
    #expect(violation([0x1f, 0x40, 1, 4, 0]) == .malformedCatchClause)

    // A list asked of other bytes gives what it can.
    #expect(labels.labels(in: .empty) == [])
    #expect(labels.labels(in: Bytes(copying: [0, 0, 9])) == [9])
  }

  @Test func references() throws {
    #expect(try decodeOne([0xd0, 0x70]).immediates == .heapType(.func))
    #expect(try decodeOne([0xd0, 0x12]).immediates == .heapType(.defined(18)))
    #expect(violation([0xd0, 0x40]) == .malformedHeapType)
    #expect(try decodeOne([0xfb, 20, 0x6b]).immediates == .reference(ReferenceType(.struct, isNullable: false)))
    #expect(try decodeOne([0xfb, 21, 0x6b]).immediates == .reference(ReferenceType(.struct)))
    #expect(
      try decodeOne([0xfb, 24, 2, 3, 0x6e, 0x01]).immediates
        == .cast(label: 3, from: ReferenceType(.any, isNullable: false), to: ReferenceType(.defined(1))))
    #expect(violation([0xfb, 24, 4, 3, 0x6e, 0x01]) == .malformedCastFlags)
    #expect(violation([0xfe, 3, 1]) == .zeroByteExpected)
  }

  @Test func calls() throws {
    let call = try decodeOne([0x10, 0x8c, 0x80, 0x80, 0x80, 0x00])
    #expect(call.isCall && call.callee == 12 && call.length == 6)
    let tail = try decodeOne([0x12, 3])
    #expect(tail.isCall && tail.callee == 3)
    let indirect = try decodeOne([0x11, 4, 1])
    #expect(indirect.isCall && indirect.callee == nil && indirect.immediates == .indices(4, 1))
    #expect(try decodeOne([0xd2, 3]).callee == nil)
    #expect(try decodeOne([0x20, 3]).isCall == false)
  }

  @Test func countsThatLieAllocateNothing() throws {
    let huge: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0x0f]
    for start: [UInt8] in [[0x0e], [0x1c], [0x1f, 0x40]] {
      #expect(violation(start + huge) == .unexpectedEnd)
      #expect(violation(start + huge + [UInt8](repeating: 0, count: 1000)) == .unexpectedEnd)
    }
  }

  @Test func deepNestingIsFlat() throws {
    let depth = 300_000
    let bytes = [UInt8]((0..<depth).flatMap { _ in [0x02, 0x40] as [UInt8] }) + [UInt8](repeating: 0x0b, count: depth)
    #expect(try decodeAll(Bytes(copying: bytes)).count == 2 * depth)
  }

  @Test func randomBytesNeverTrap() throws {
    var random = SeededGenerator(seed: 3)
    let formatter = InstructionFormatter()
    for _ in 0..<30_000 {
      let count = Int.random(in: 0..<60, using: &random)
      let prefixes: [UInt8] = [0xfb, 0xfc, 0xfd, 0xfe, 0x0e, 0x1c, 0x1f]
      let bytes = Bytes(
        copying: (0..<count).map { _ in
          Bool.random(using: &random)
            ? UInt8.random(in: 0...255, using: &random) : prefixes.randomElement(using: &random)!
        })
      var decoder = try InstructionDecoder(bytes)
      var end: UInt64 = 0
      while let instruction = try? decoder.next() {
        #expect(instruction.codeOffset.rawValue == end)
        end = instruction.end.rawValue
        #expect(!formatter.text(instruction, in: bytes).isEmpty)
      }
      // What decodes is passed over alike.
      var skipping = try InstructionDecoder(bytes)
      while skipping.codeOffset.rawValue < end { _ = try skipping.nextOpcodeSkippingImmediates() }
      #expect(skipping.codeOffset.rawValue == end)
      while (try? skipping.nextOpcodeSkippingImmediates()) != nil {}
    }
  }
}

/// A value is not of the form that the test is about.
struct Mismatch: Error {}
