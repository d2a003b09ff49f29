import TestSupport
import Testing
import WasmBinary

/// Listings of modules that no compiler makes, as they reach a terminal.
@Suite struct DisassembleTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes a module and a dump of it with one frame, in function 0 at `offset`.
  private func write(_ module: ModuleBuilder, offset: UInt64) throws {
    try folder.write("app.wasm", module.fileBytes)
    var file = ByteBuilder()
    file.moduleHeader()
    file.customSection("core") {
      $0.u8(0)
      $0.name("app.wasm")
    }
    file.customSection("coremodules") {
      $0.vector([0]) { builder, _ in
        builder.u8(0)
        builder.name("app.wasm")
      }
    }
    file.customSection("coreinstances") { $0.raw([1, 0, 0, 0, 0]) }
    file.customSection("corestack") {
      $0.u8(0)
      $0.name("main")
      $0.raw([1, 0, 0, 0])
      $0.uleb(offset)
      $0.raw([0, 0])
    }
    try folder.write("app.core", file.bytes)
  }

  private func lines(_ text: String) -> [Substring] { text.split(separator: "\n") }

  @Test func namesDoNothingToTheTerminal() throws {
    var module = ModuleBuilder()
    module.importFunction("\u{1b}]0;title\u{7}", "\u{202e}x")
    module.function(body: [0x10, 0, 0x10, 1, 0x00, 0x0b], name: "a\u{1b}[31mb\r\n")
    try write(module, offset: 5)
    let inspected = try Executable.run("wasmpm inspect $TMP/app.wasm --disassemble all", in: folder)
    #expect(inspected.status == 0)
    #expect(inspected.output.contains(#"(func $"a\u{1b}[31mb\u{d}\n" (;1;)"#))
    #expect(inspected.output.contains(#"call $"\u{1b}]0;title\u{7}.\u{202e}x""#))
    let missing = try Executable.run("wasmpm inspect $TMP/app.wasm --disassemble 0", in: folder)
    #expect(missing.status == 1)
    for text in [inspected.output, missing.errors] {
      #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0.value != 0x7f && $0 != "\u{202e}" })
    }
  }

  @Test func aMalformedInstructionEndsTheListing() throws {
    var module = ModuleBuilder()
    module.function(body: [0x41, 1, 0x02, 0x40, 0xff, 0x0b])
    module.function(body: [0x01, 0x0b])
    try folder.write("app.wasm", module.fileBytes)
    let run = try Executable.run("wasmpm inspect $TMP/app.wasm --disassemble all", in: folder)
    #expect(run.status == 0)
    #expect(
      lines(run.output).map { $0.drop { " 0123456789abcdefx".contains($0) } } == [
        "(func (;0;) (type 0)", "offset  in file", "i32.const 1", "lock",
        ";; cannot be read on: unknown instruction (0xff)", "(func (;1;) (type 0)", "offset  in file", "nop", "nd", ")",
      ])
  }

  /// A function may have as many instructions as its file has bytes.
  @Test func longFunctionsAreShownInParts() throws {
    var module = ModuleBuilder()
    module.function(body: [UInt8](repeating: 0x01, count: 150_000) + [0x00, 0x0b], name: "long")
    try write(module, offset: 150_001)
    func answer(_ command: String) throws -> [Substring] {
      lines(try Executable.run("wasmpm $TMP/app.core --batch --ex '\(command)'", in: folder).output)
    }
    let first = try answer("disassemble")
    #expect(first.count == 100_002)
    let more = try #require(first.last)
    let command = try #require(more.split(separator: "\"").dropFirst().first)
    #expect(command.hasPrefix("disassemble *0x"))
    let second = try answer(String(command))
    #expect(second.count { $0.hasSuffix("  nop") } + first.count { $0.hasSuffix("  nop") } == 150_000)
    #expect(second.dropLast().last?.hasPrefix("=> ") == true)
    #expect(second.dropLast().last?.hasSuffix("  unreachable") == true)
  }
}
