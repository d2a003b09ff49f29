import ByteCursor
import TestSupport
import Testing
import WasmBinary
import WasmInterp

@Suite struct DisassemblerTests {
  static func disassembler(
    _ file: [UInt8], _ function: UInt32, maximumDepth: Int? = nil, listLimit: Int = 64, limits: Limits = .standard
  ) throws -> Disassembler {
    let module = try WasmModule(Bytes(copying: file), limits: limits)
    var options = Disassembler.Options()
    options.maximumDepth = maximumDepth
    options.listLimit = listLimit
    return Disassembler(
      try #require(module.body(function)), in: module, identifiers: ModuleIdentifiers(module), options: options)
  }

  /// A disassembler of a function without parameters and locals, whose instructions are `code`.
  static func disassembler(code: [UInt8], listLimit: Int = 64, limits: Limits = .standard) throws -> Disassembler {
    var module = ModuleBuilder()
    module.function(body: code)
    return try disassembler(module.fileBytes, 0, listLimit: listLimit, limits: limits)
  }

  static func text(_ lines: some Sequence<DisassemblyLine>) -> String {
    lines.map(\.indentedText).joined(separator: "\n")
  }

  @Test func aWholeFunction() throws {
    let disassembler = try Self.disassembler(NamedModule.bytes, 2)
    #expect(disassembler.problem == nil)
    #expect(
      Self.text(disassembler.lines) == """
        (func $"run it" (;2;) (type $unary) (param $x i32) (result i32)
          (local $y i32) (local i64) (local $"#local3 y" i64)
          block $outer
            loop $label0 (result i32)
              local.get $x
              br_if $outer
              i32.const -1
              br $label0
            end ;; $label0
            drop
            local.get $x
            if
              i32.const 1
              global.set $counter
            else
              local.get $y
              br_if 2 ;; leaves the function
            end
            local.get $x
            br_table $outer $outer $outer
          end ;; $outer
          block $twice
            block $twice
              br 1
            end ;; $twice
          end ;; $twice
          try_table (catch_all 0)
          end
          i32.const 0
          i32.load $scratch offset=4
          drop
          i32.const 0
          i32.const 0
          i32.const 0
          memory.init $scratch $bytes
          ref.null $point
          struct.get $point $y
          call $named
          call $env.log
          local.get $x
          i32.const 0
          call_indirect (type $unary)
          drop
          local.get $x
          block $label1 (type $unary) (param i32) (result i32)
          end ;; $label1
          end
        )
        """)
  }

  /// Exports and imports name functions that the name section does not; what it names twice is told apart.
  @Test func functionsNames() throws {
    func first(_ function: UInt32) throws -> String {
      try Self.disassembler(NamedModule.bytes, function).lines.prefix(1).map(\.text).joined()
    }
    #expect(try first(3) == "(func $outside (;3;) (type $unary) (param i32) (result i32)")
    #expect(try first(4) == ##"(func $"#func4 run it" (;4;) (type $unary) (param i32) (result i32)"##)
    #expect(try first(5) == ##"(func $"#func5 " (;5;) (type $unary) (param i32) (result i32)"##)
  }

  @Test func deepBlocksAreFolded() throws {
    func lines(_ depth: Int) throws -> [String] {
      try Self.disassembler(NamedModule.bytes, 2, maximumDepth: depth).lines.map(\.indentedText)
    }
    #expect(
      try lines(0)[2..<9] == [
        "  block $outer", "    … 17 instructions …", "  end ;; $outer", "  block $twice", "    … 3 instructions …",
        "  end ;; $twice", "  try_table (catch_all 0)",
      ])
    #expect(
      try lines(1)[2..<13] == [
        "  block $outer", "    loop $label0 (result i32)", "      … 4 instructions …", "    end ;; $label0", "    drop",
        "    local.get $x", "    if", "      … 2 instructions …", "    else", "      … 2 instructions …", "    end",
      ])
    #expect(try lines(2) == Self.disassembler(NamedModule.bytes, 2).lines.map(\.indentedText))
    // Every instruction is counted, shown or not.
    for depth in 0...2 {
      let disassembler = try Self.disassembler(NamedModule.bytes, 2, maximumDepth: depth)
      var count = 0
      var next = disassembler.firstInstruction
      for line in disassembler.lines {
        switch line.content {
        case .instruction: count += 1
        case .folded(let instructions): count += instructions
        default: continue
        }
        #expect(line.codeOffset == next)
        next = CodeOffset(next.rawValue + UInt64(line.length))
      }
      #expect(count == disassembler.instructionCount)
      #expect(next == disassembler.end)
    }
  }

  // MARK: Parts

  @Test func linesFromAnyInstruction() throws {
    let disassembler = try Self.disassembler(NamedModule.bytes, 2)
    let whole = Array(disassembler.lines)
    for (index, line) in whole.enumerated() {
      guard case .instruction = line.content else { continue }
      let rest = try #require(disassembler.lines(from: line.codeOffset))
      #expect(Self.text(rest) == Self.text(whole[index..<(whole.count - 1)]))
      let three = try #require(disassembler.lines(from: line.codeOffset, count: 3))
      #expect(Self.text(three) == Self.text(whole[index..<min(index + 3, whole.count - 1)]))
      // In the middle of an instruction none starts.
      for distance in 1..<UInt64(max(line.length, 1)) {
        let middle = CodeOffset(line.codeOffset.rawValue + distance)
        #expect(disassembler.lines(from: middle) == nil)
        #expect(disassembler.instructionStart(containing: middle) == line.codeOffset)
      }
    }
    #expect(disassembler.lines(from: CodeOffset(0)) == nil)
    #expect(disassembler.lines(from: disassembler.end) == nil)
    #expect(disassembler.lines(from: CodeOffset(.max)) == nil)
    #expect(disassembler.instructionStart(containing: CodeOffset(0)) == nil)
    #expect(disassembler.instructionStart(containing: disassembler.end) == nil)
  }

  @Test func addressesOfAllKinds() throws {
    let file = NamedModule.bytes
    let module = try WasmModule(Bytes(copying: file))
    let body = try #require(module.body(4))
    let lines = try Self.disassembler(file, 4).lines.filter { $0.length > 0 }
    #expect(lines.map(\.codeOffset.rawValue) == [1, 3, 5, 7])
    #expect(lines.map(\.length) == [2, 2, 2, 1])
    for line in lines {
      #expect(line.codeAddress == body.codeAddress(of: line.codeOffset))
      #expect(line.fileOffset == body.fileOffset(of: line.codeOffset))
      guard case .instruction(let instruction) = line.content else { continue }
      #expect(file[Int(line.fileOffset.rawValue)] == UInt8(instruction.opcode.number))
    }
  }

  @Test func linesKnowTheirBlocks() throws {
    let lines = Array(try Self.disassembler(NamedModule.bytes, 2).lines)
    func block(_ text: String) -> BlockExtent? { lines.first { $0.text == text }?.block }
    let outer = try #require(block("block $outer"))
    #expect(outer.number == 0)
    #expect(outer.instructionCount == 17)
    #expect(block("br_table $outer $outer $outer") == outer)
    #expect(lines.first { $0.comment == "$outer" }?.block == outer)
    let loop = try #require(block("loop $label0 (result i32)"))
    #expect(loop.number == 1)
    #expect(loop.instructionCount == 4)
    #expect(loop.start > outer.start && loop.end < outer.end)
    #expect(block("else") == block("if"))
    #expect(block("else")?.instructionCount == 5)
    #expect(block("call $named") == nil)
    // What belongs to a block lies in it.
    for line in lines where line.length > 0 {
      guard let block = line.block else { continue }
      #expect(line.codeOffset >= block.start && line.codeOffset < block.end)
    }
  }

  @Test func legacyExceptions() throws {
    let code: [UInt8] = [
      0x06, 0x40, 0x06, 0x40, 0x18, 0, 0x06, 0x40, 0x18, 1, 0x07, 0, 0x09, 0, 0x19, 0x0b, 0x0b,
    ]
    #expect(
      Self.text(try Self.disassembler(code: code).lines) == """
        (func (;0;) (type 0)
          try $label0
            try
            delegate $label0
            try
            delegate 1 ;; leaves the function
          catch 0
            rethrow $label0
          catch_all
          end ;; $label0
          end
        )
        """)
  }
}
