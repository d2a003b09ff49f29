import ByteCursor
import CoreDumpFormat
import DwarfEval
import PostMortem
import TestSupport
import Testing
import WasmBinary

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Whether a source file is still the one that was compiled.
@Suite struct SourceChangeTests {
  private static let text = "int main(void) { return 1; }\n"
  /// As `md5sum` has it.
  private static let digest: [UInt8] = [
    0xb4, 0xe9, 0x72, 0x1e, 0xcf, 0x9b, 0x09, 0x91,
    0x19, 0xed, 0xbf, 0x08, 0xd1, 0x33, 0xbe, 0xc0,
  ]

  /// What is said of `main.c`, which has `text` and was modified at the second 1 000 000, where `file` is what the line
  /// table knows of it.
  private func change(_ version: UInt16, _ file: LineProgramBuilder.File) throws -> String? {
    let folder = try TemporaryFolder()
    let source = try folder.write("main.c", Self.text.utf8)
    var times = [timeval(tv_sec: 1_000_000, tv_usec: 0), timeval(tv_sec: 1_000_000, tv_usec: 0)]
    #expect(utimes(source, &times) == 0)
    var lines = LineProgramBuilder(version: version)
    lines.directories = [folder.path]
    var file = file
    file.name = "main.c"
    file.directory = version >= 5 ? 0 : 1
    lines.files = [file]
    lines.setAddress(2)
    lines.setFile(version >= 5 ? 0 : 1)
    lines.copy()
    lines.advancePC(2)
    lines.endSequence()
    var dwarf = DwarfBuilder(version: version)
    dwarf.other = lines.sections()
    dwarf.unit(
      DIE(
        DwTag.compileUnit,
        [
          At(DwAttribute.stmtList, DwForm.secOffset, .number(0)), At(DwAttribute.lowPC, DwForm.addr, .address(2)),
          At(DwAttribute.highPC, DwForm.data4, .number(2)),
        ]))
    var module = ModuleBuilder()
    module.function(body: [0x00, 0x0b], name: "main", export: "_start")
    for (name, bytes) in dwarf.build().sorted(by: { $0.key < $1.key }) { module.customSection(name) { $0.raw(bytes) } }
    try folder.write("app.wasm", module.fileBytes)
    let dump = CoreDump(
      executableName: "app.wasm", modules: [CoreDump.Module(name: "app.wasm")],
      instances: [CoreDump.Instance(module: 0)],
      threads: [
        CoreDump.Thread(
          name: "main",
          frames: CoreDump.FrameList([CoreDump.Frame(instance: 0, functionIndex: 0, codeOffset: CodeOffset(1))]))
      ])
    let session = try Session(
      path: try folder.write("app.core", try CoreDumpWriter.bytes(of: dump)), options: SessionOptions())
    let frame = try #require(session.backtrace(thread: 0).first)
    let position = try #require(frame.source)
    let found = try #require(session.sources.text(of: position.file))
    #expect(found.line(1) == "int main(void) { return 1; }")
    let message = found.change?.takeMessage()
    #expect(found.change?.takeMessage() == nil)
    return message.map { String($0.dropFirst(source.utf8.count + 1)) }
  }

  @Test func theDigestDecides() throws {
    #expect(try change(5, .init("", md5: Self.digest)) == nil)
    #expect(try change(5, .init("", time: 5, size: 5, md5: Self.digest)) == nil)
    #expect(
      try change(5, .init("", md5: [UInt8](repeating: 7, count: 16)))
        == "has changed since it was compiled (its MD5 is another)")
  }

  @Test func sizeAndTimeCountBeforeVersion5() throws {
    #expect(try change(4, .init("")) == nil)
    #expect(try change(4, .init("", time: 1_000_000, size: UInt64(Self.text.utf8.count))) == nil)
    #expect(
      try change(4, .init("", time: 1_000_000, size: 7))
        == "has changed since it was compiled (it has 29 bytes and had 7)")
    #expect(
      try change(4, .init("", time: 999_999))
        == "may have changed since it was compiled (it was modified at another time)")
  }
}
