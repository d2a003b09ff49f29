import ByteCursor
import DwarfEval
import PostMortem
import TestSupport
import Testing
import WasmBinary

/// Companions that nobody compiled.
@Suite struct HostileCompanionTests {
  /// A module with a function of twenty instructions, and behind it others of a few.
  private static func module(others: Int) -> ModuleBuilder {
    var module = ModuleBuilder()
    module.function(body: [UInt8](repeating: 1, count: 19) + [0x0b], name: "kept")
    for number in 0..<others {
      var body = ByteBuilder()
      body.raw([0x41])
      body.sleb(Int64(number))
      body.raw([0x1a, 0x0b])
      module.function(body: body.bytes, name: "other\(number)")
    }
    return module
  }

  /// The line that a companion gives the one function of a module. The companion has a number of others too, each of a unit of its
  /// own; these units share one line program, of a hundred thousand rows.
  private static func line(besides others: Int) throws -> Int? {
    var module = module(others: others)
    let bodies = try WasmModule(module.bytes).bodies
    func lines(_ file: String, _ body: FunctionBody, rows: Int) -> [UInt8] {
      var lines = LineProgramBuilder()
      lines.files = [.init(file)]
      lines.setAddress(body.codeAddress.rawValue)
      lines.advanceLine(6)
      for _ in 0..<rows { lines.special(operations: 0, lines: 0) }
      lines.advancePC(UInt64(body.contents.count))
      lines.endSequence()
      return lines.sections()[".debug_line"] ?? []
    }
    let shared = lines("other.c", bodies[1], rows: 100_000)
    var dwarf = DwarfBuilder()
    dwarf.other = [".debug_line": shared + lines("kept.c", bodies[0], rows: 1)]
    for (position, body) in bodies.enumerated() {
      let name = position == 0 ? "kept" : "other"
      let code = [
        At(DwAttribute.lowPC, DwForm.addr, .address(body.codeAddress.rawValue)),
        At(DwAttribute.highPC, DwForm.data4, .number(UInt64(body.contents.count))),
      ]
      let program = At(DwAttribute.stmtList, DwForm.secOffset, .number(position == 0 ? UInt64(shared.count) : 0))
      dwarf.unit(
        DIE(
          DwTag.compileUnit, [At(DwAttribute.name, DwForm.string, .text(name + ".c")), program] + code,
          children: [DIE(DwTag.subprogram, [At(DwAttribute.name, DwForm.string, .text(name))] + code)]))
    }
    for (name, bytes) in dwarf.build().sorted(by: { $0.key < $1.key }) {
      module.customSection(name) { $0.raw(bytes) }
    }
    let folder = try TemporaryFolder()
    var options = SessionOptions()
    options.debugFilePaths = [try folder.write("companion.wasm", module.bytes.array)]
    let shipped = Self.module(others: 0).bytes
    let symbolizer = try Symbolizer(path: folder.write("app.wasm", shipped.array), options: options)
    let body = try WasmModule(shipped).bodies[0]
    let frame = try #require(symbolizer.frames(at: CodeAddress(body.codeAddress.rawValue + 3)).first)
    #expect(frame.function.display == "kept")
    return frame.source?.line
  }

  /// Units of functions that the module does not have are gone through for the files that these name: of three units that is
  /// little, however much they share; of three hundred that share their files it is too much.
  @Test func unitsThatShareALineProgram() throws {
    #expect(try Self.line(besides: 3) == 7)
    #expect(try Self.line(besides: 300) == nil)
  }
}
