import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// Listings of bodies that no compiler makes.
@Suite struct DisassemblerHostileTests {
  private func lines(_ code: [UInt8], limits: Limits = .standard) throws -> [DisassemblyLine] {
    Array(try DisassemblerTests.disassembler(code: code, limits: limits).lines)
  }

  private func repeated(_ bytes: [UInt8], _ count: Int) -> [UInt8] {
    [UInt8]((0..<count).map { _ in bytes }.joined())
  }

  /// The last line and the rule that it says was broken.
  private func problem(_ code: [UInt8]) throws -> (text: String, rule: Rule)? {
    guard let line = try lines(code).last, case .problem(let error) = line.content else { return nil }
    return (line.text, error.rule)
  }

  @Test func aMalformedInstructionEndsTheListing() throws {
    let lines = try lines([0x41, 1, 0x02, 0x40, 0x1a, 0xff, 0x41, 2, 0x0b, 0x0b])
    #expect(
      lines.map(\.indentedText) == [
        "(func (;0;) (type 0)", "  i32.const 1", "  block", "    drop",
        "    ;; cannot be read on: unknown instruction (0xff)",
      ])
    #expect(lines.last?.codeOffset == CodeOffset(6))
    // The block ends where the reading does.
    #expect(lines[2].block?.end == CodeOffset(6))
    #expect(lines[2].block?.instructionCount == 1)
    let disassembler = try DisassemblerTests.disassembler(code: [0x41, 1, 0xff, 0x0b])
    #expect(disassembler.problem?.rule == .unknownOpcode)
    #expect(
      disassembler.lines(from: CodeOffset(1)).map { DisassemblerTests.text($0) }
        == """
        i32.const 1
        ;; cannot be read on: unknown instruction (0xff)
        """.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"))
    #expect(disassembler.lines(from: CodeOffset(3)) == nil)
  }

  @Test func bodiesThatEndInTheWrongPlace() throws {
    #expect(try problem([0x01])?.rule == .unexpectedEnd)
    #expect(try problem([0x02, 0x40, 0x0b])?.rule == .unexpectedEnd)
    #expect(try problem([0x41])?.rule == .unexpectedEnd)
    #expect(try problem([0x0b, 0x01])?.text == ";; cannot be read on: bytes behind the end of the function")
    #expect(try problem([])?.rule == .unexpectedEnd)
    // `else`, `catch` and `delegate` outside of any block.
    #expect(
      try lines([0x05, 0x07, 0, 0x18, 0, 0x0b]).map(\.text).dropFirst() == [
        "else", "catch 0", "delegate 0", "end", ")",
      ])
  }

  @Test func localsThatCannotBeRead() throws {
    var module = ModuleBuilder()
    module.function(type: module.type([]), rawBody: [0x01, 0x01, 0x11, 0x0b])
    let disassembler = try DisassemblerTests.disassembler(module.fileBytes, 0)
    #expect(
      DisassemblerTests.text(disassembler.lines) == """
        (func (;0;) (type 0)
          ;; cannot be read on: malformed value type (0x11)
        """)
    #expect(disassembler.lines(from: CodeOffset(0)) == nil)
  }

  @Test func manyLocalsAndParametersAreCut() throws {
    var module = ModuleBuilder()
    module.function(
      Array(repeating: .i32, count: 5), [.i64, .i64, .i64, .i64],
      locals: (0..<1000).map { LocalGroup(count: 40, type: $0 % 2 == 0 ? .f32 : .f64) })
    let lines = try DisassemblerTests.disassembler(module.fileBytes, 0, listLimit: 3).lines.map(\.text)
    #expect(
      lines == [
        "(func (;0;) (type 0) (param i32 i32 i32) … (result i64 i64 i64 …)", "(local f32 f32 f32) …", "end", ")",
      ])
  }

  @Test func labelsOfABranchTableAreCut() throws {
    var code = ByteBuilder()
    code.raw([0x02, 0x40, 0x41, 0, 0x0e])
    code.vector(Array(repeating: 0, count: 200_000)) { $0.u8($1) }
    code.raw([0, 0x0b, 0x0b])
    let lines = try DisassemblerTests.disassembler(code: code.bytes, listLimit: 4).lines.map(\.text)
    #expect(lines[3] == "br_table $label0 $label0 $label0 $label0 …")
    #expect(lines[3...].joined().utf8.count < 100)
  }

  /// Each of a million blocks would be indented further than the one around it.
  @Test func deepNestingIsIndentedSoFarOnly() throws {
    let depth = 200_000
    let code = repeated([0x02, 0x40], depth) + [0x0c, 0] + repeated([0x0b], depth + 1)
    var size = 0
    var deepest = 0
    for line in try DisassemblerTests.disassembler(code: code).lines {
      size += line.indentedText.utf8.count
      deepest = max(deepest, line.depth)
    }
    #expect(deepest == depth + 1)
    #expect(size < 2 * depth * (2 * DisassemblyLine.indentedLevels + 20))
  }

  @Test func namesThatHideEachOtherAreFoundInTime() throws {
    // Every block is called the same, and each branch is to the outermost one.
    let depth = 20_000
    var module = ModuleBuilder()
    var code = ByteBuilder()
    code.u8(0)
    for _ in 0..<depth { code.raw([0x02, 0x40]) }
    for _ in 0..<depth {
      code.u8(0x0c)
      code.uleb(UInt64(depth - 1))
    }
    code.raw(Array(repeating: 0x0b, count: depth + 1))
    module.function(type: module.type([]), rawBody: code.bytes)
    module.customSection("name") {
      $0.section(3) {
        $0.raw([1, 0])
        $0.vector(Array(0..<depth)) {
          $0.uleb(UInt64($1))
          $0.name("l")
        }
      }
    }
    let lines = Array(try DisassemblerTests.disassembler(module.fileBytes, 0).lines)
    #expect(lines[depth + 1].text == "br \(depth - 1)")
    #expect(lines[depth].text == "block $l")
  }

  @Test func blocksAreLimited() throws {
    var limits = Limits.standard
    limits.blocks = 3
    let code = repeated([0x02, 0x40, 0x0b], 5) + [0x0b]
    let last = try #require(try lines(code, limits: limits).last)
    #expect(last.text == ";; cannot be read on: value exceeds the limit (0x3)")
    #expect(last.codeOffset == CodeOffset(1 + 3 * 3))
  }

  @Test func longNamesAreCut() throws {
    var module = ModuleBuilder()
    let names = ["b", "c"].map { String(repeating: "a", count: 100_000) + $0 }
    for name in names { module.function(body: [0x10, 0, 0x10, 1, 0x0b], name: name) }
    let lines = try DisassemblerTests.disassembler(module.fileBytes, 1).lines.map(\.text)
    #expect(lines[1].hasPrefix("call $\"#func0 aaaa"))
    #expect(lines[1].hasSuffix("aaab\""))
    #expect(lines[2].hasPrefix("call $\"#func1 aaaa"))
    #expect(lines[2].hasSuffix("aaac\""))
    #expect(lines.allSatisfy { $0.unicodeScalars.count < 450 })
  }

  @Test func namesDoNothingToATerminal() throws {
    var module = ModuleBuilder()
    module.function(body: [0x10, 0, 0x0b], name: "a\u{1b}[2J\u{202e}b\r\n")
    module.nameLocals(of: 0, ["\u{7}"])
    for line in try DisassemblerTests.disassembler(module.fileBytes, 0).lines {
      #expect(
        line.indentedText.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f && $0.value != 0x202e })
    }
  }

  @Test func flippedBytesNeverTrap() throws {
    let file = NamedModule.bytes
    var random = SeededGenerator(seed: 5)
    for _ in 0..<2_000 {
      var bytes = file
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        bytes[Int.random(in: 8..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      guard let module = try? WasmModule(Bytes(copying: bytes)) else { continue }
      let identifiers = ModuleIdentifiers(module)
      var options = Disassembler.Options()
      options.maximumDepth = Bool.random(using: &random) ? 1 : nil
      for body in module.bodies {
        let disassembler = Disassembler(body, in: module, identifiers: identifiers, options: options)
        var end = disassembler.firstInstruction
        for line in disassembler.lines {
          #expect(!line.text.isEmpty)
          if line.length > 0 { end = CodeOffset(line.codeOffset.rawValue + UInt64(line.length)) }
        }
        #expect(end == disassembler.end)
      }
    }
  }
}
