import ByteCursor
import CoreDumpFormat
import TestSupport
import Testing
import WasmBinary

@Suite struct ForeignFileTests {
  private func rule(_ bytes: [UInt8]) -> Rule? {
    do throws(ReadError) {
      _ = try CoreDumpFile(Bytes(copying: bytes))
      return nil
    } catch {
      return error.rule
    }
  }

  @Test func whatAFileIsInstead() {
    #expect(rule([]) == .emptyFile)
    #expect(rule([0]) == .unexpectedEnd)
    #expect(rule([0, 0x61, 0x73, 0x6d, 1, 0]) == .unexpectedEnd)
    #expect(rule([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) == .noSections)
    #expect(rule([0, 0x61, 0x73, 0x6d, 7, 0, 0, 0]) == .unknownVersion)
    #expect(rule([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]) == .componentNotDump)
    #expect(rule([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 1, 0]) == .moduleNotDump)
    #expect(rule(Array("hello\n".utf8)) == .textFile)
    #expect(rule(Array("  (module)".utf8)) == .wasmText)
    #expect(rule([1, 2, 3, 4, 5]) == .notWebAssembly)
    var elf: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 9)
    #expect(rule(elf) == .elfFile)
    #expect(rule(elf + [4, 0]) == .elfCore)
    #expect(rule(elf + [3, 0]) == .elfFile)
    elf[5] = 2
    #expect(rule(elf + [0, 4]) == .elfCore)
  }

  @Test func anErrorSaysWhatItIs() throws {
    let error = #expect(throws: ReadError.self) {
      try CoreDumpFile(Bytes(copying: [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 10, 1, 0]))
    }
    #expect(error?.description == "offset 0x0: this is a module, not a core dump")
  }
}
