import ByteCursor
import DwarfEval
import TestSupport
import Testing

@Suite struct LineHeaderTests {
  private func builder(_ version: UInt16) -> LineProgramBuilder {
    var program = LineProgramBuilder(version: version)
    if version >= 5 {
      program.directories = ["/home/me", "src", "/usr/include"]
      program.files = [
        .init("main.c", directory: 0, time: 12, size: 34), .init("main.c", directory: 0),
        .init("util.c", directory: 1), .init("stdio.h", directory: 2), .init("/abs/x.h", directory: 1),
      ]
    } else {
      program.directories = ["src", "/usr/include"]
      program.files = [
        .init("main.c", directory: 0, time: 12, size: 34), .init("util.c", directory: 1),
        .init("stdio.h", directory: 2), .init("/abs/x.h", directory: 1),
      ]
    }
    return program
  }

  @Test(arguments: LineFormat.all) func fields(_ format: LineFormat) throws {
    var program = format.builder()
    program.minimumInstructionLength = 2
    program.maximumOperations = 3
    program.defaultIsStatement = 0
    program.lineBase = -7
    program.lineRange = 11
    program.copy()
    let header = try program.header()
    #expect(header.encoding.version == format.version)
    #expect(header.encoding.offsetSize == (format.is64Bit ? 8 : 4))
    // Before version 5 it is what the unit says, which the test does not.
    #expect(header.encoding.addressSize == (format.version == 5 ? format.addressSize : 4))
    #expect(header.minimumInstructionLength == 2)
    #expect(header.maximumOperationsPerInstruction == (format.version >= 4 ? 3 : 1))
    #expect(header.defaultIsStatement == false)
    #expect(header.lineBase == -7)
    #expect(header.lineRange == 11)
    #expect(header.opcodeBase == 13)
    #expect(header.standardOpcodeLengths.array == program.standardOpcodeLengths)
    #expect(header.program.array == [1])
    #expect(header.next.rawValue == UInt64(program.sections()[".debug_line"]!.count))
    #expect(header.diagnostics.isEmpty)
    #expect(header.fileIndices.isEmpty)
  }

  @Test(arguments: [2, 3, 4] as [UInt16]) func filesBeforeDwarf5(_ version: UInt16) throws {
    let header = try builder(version).header(compilationDirectory: "/home/me")
    #expect(header.directoryIndices == 1..<3)
    #expect(header.fileIndices == 1..<5)
    #expect(try header.directory(0).string == "/home/me")
    #expect(try header.directory(1).string == "src")
    #expect(try header.path(ofFile: 1) == "/home/me/main.c")
    #expect(try header.path(ofFile: 2) == "/home/me/src/util.c")
    #expect(try header.path(ofFile: 3) == "/usr/include/stdio.h")
    #expect(try header.path(ofFile: 4) == "/abs/x.h")
    #expect(try header.file(1).modificationTime == 12)
    #expect(try header.file(1).size == 34)
    #expect(try header.file(2).size == nil)
    #expect(throws: ReadError.self) { try header.file(0) }
    #expect(throws: ReadError.self) { try header.path(ofFile: 5) }
    #expect(throws: ReadError.self) { try header.directory(3) }
    #expect(throws: ReadError.self) { try header.path(ofFile: .max) }
    let bare = try builder(version).header()
    #expect(try bare.path(ofFile: 1) == "main.c")
    #expect(try bare.path(ofFile: 2) == "src/util.c")
  }

  @Test(arguments: LineProgramBuilder.StringForm.allCases, [false, true])
  func filesOfDwarf5(_ form: LineProgramBuilder.StringForm, is64Bit: Bool) throws {
    var program = builder(5)
    program.is64Bit = is64Bit
    program.stringForm = form
    let header = try program.header(compilationDirectory: "/home/me")
    #expect(header.directoryIndices == 0..<3)
    #expect(header.fileIndices == 0..<5)
    #expect(try header.path(ofFile: 0) == "/home/me/main.c")
    #expect(try header.path(ofFile: 1) == "/home/me/main.c")
    #expect(try header.path(ofFile: 2) == "/home/me/src/util.c")
    #expect(try header.path(ofFile: 3) == "/usr/include/stdio.h")
    #expect(try header.path(ofFile: 4) == "/abs/x.h")
    #expect(try header.file(0).modificationTime == 12)
    #expect(try header.file(0).size == 34)
    #expect(try header.file(0).md5 == nil)
    #expect(try header.file(0).source == nil)
    #expect(throws: ReadError.self) { try header.path(ofFile: 5) }
    // What the unit says is needed for relative directories only.
    #expect(try program.header().path(ofFile: 0) == "/home/me/main.c")
  }

  @Test func relativeCompilationDirectory() throws {
    var program = builder(5)
    program.directories[0] = "build"
    let header = try program.header(compilationDirectory: "build")
    #expect(try header.path(ofFile: 0) == "build/main.c")
    #expect(try header.path(ofFile: 2) == "build/src/util.c")
    // Clang with -fdebug-compilation-dir= writes an empty one.
    program.directories[0] = ""
    #expect(try program.header(compilationDirectory: "/x").path(ofFile: 0) == "/x/main.c")
    #expect(try program.header(compilationDirectory: "").path(ofFile: 0) == "main.c")
  }

  @Test(arguments: LineProgramBuilder.StringForm.allCases)
  func digestAndSource(_ form: LineProgramBuilder.StringForm) throws {
    var program = LineProgramBuilder(version: 5)
    program.stringForm = form
    program.directories = ["/"]
    program.files = [
      .init("a.c", md5: Array(1...16), source: "int main() {\n}\n"), .init("b.c", md5: Array(2...17)),
    ]
    let header = try program.header()
    let first = try header.file(0)
    #expect(first.name.string == "a.c")
    #expect(first.md5?.array == Array(1...16))
    #expect(first.source?.string == "int main() {\n}\n")
    #expect(try header.file(1).md5?.array == Array(2...17))
    #expect(try header.file(1).source == nil)
  }

  @Test func filesThatTheProgramDefines() throws {
    var program = builder(4)
    program.setAddress(0x100)
    program.defineFile(.init("late.c", directory: 1, size: 9))
    program.setFile(5)
    program.copy()
    program.endSequence()
    let header = try program.header(compilationDirectory: "/c")
    let table = LineTable(header)
    #expect(table.fileIndices == 1..<6)
    #expect(try table.path(ofFile: 5) == "/c/src/late.c")
    #expect(try table.file(5).size == 9)
    #expect(try table.path(ofFile: 1) == "/c/main.c")
    #expect(throws: ReadError.self) { try table.file(6) }
    #expect(throws: ReadError.self) { try table.file(0) }
    #expect(table.places(line: 1, files: [5]).map(\.row.address.rawValue) == [])
  }

  @Test func windowsPaths() {
    #expect(SourcePath.join(["C:\\proj", "src", "a.c"]) == "C:\\proj\\src\\a.c")
    #expect(SourcePath.join(["C:\\proj\\", "a.c"]) == "C:\\proj\\a.c")
    #expect(SourcePath.join(["C:/proj", "src/a.c"]) == "C:/proj/src/a.c")
    #expect(SourcePath.join(["/proj", "D:\\x\\a.c"]) == "D:\\x\\a.c")
    #expect(SourcePath.join(["C:\\proj", "\\\\server\\share\\a.c"]) == "\\\\server\\share\\a.c")
    #expect(SourcePath.join(["/proj", "C:a.c"]) == "/proj/C:a.c")
  }

  @Test func joining() {
    #expect(SourcePath.join([]) == "")
    #expect(SourcePath.join(["", "", "a.c"]) == "a.c")
    #expect(SourcePath.join(["/x", "../y", "./a.c"]) == "/x/../y/./a.c")
    #expect(SourcePath.join(["/x/", "a.c"]) == "/x/a.c")
    #expect(SourcePath.join(["/", "a.c"]) == "/a.c")
    #expect(
      SourcePath.join(["wasisdk://v25.0/build", "wasisdk://v25.0/include", "a.h"]) == "wasisdk://v25.0/include/a.h")
    #expect(SourcePath.isAbsolute("/rustc/0123"))
    #expect(!SourcePath.isAbsolute("lib:a/b.c"))
    #expect(!SourcePath.isAbsolute("1://x"))
    #expect(!SourcePath.isAbsolute(""))
  }

  // MARK: Broken headers

  @Test func unknownVersions() throws {
    for version: UInt16 in [0, 1, 6, 0xffff] {
      let program = LineProgramBuilder(version: version)
      let error = #expect(throws: ReadError.self) { try program.header() }
      #expect(error?.rule == .unknownDwarfVersion)
      #expect(error?.section == ".debug_line")
    }
  }

  @Test func offsetBehindTheSection() throws {
    let sections = LineProgramBuilder().dwarf
    #expect(throws: ReadError.self) { try LineProgramHeader(at: DebugLineOffset(1 << 40), in: sections) }
    #expect(throws: ReadError.self) {
      try LineProgramHeader(at: DebugLineOffset(UInt64(sections.line.bytes.count)), in: sections)
    }
  }

  @Test(arguments: [false, true]) func unitBeyondTheSection(is64Bit: Bool) throws {
    var program = builder(4)
    program.is64Bit = is64Bit
    program.unitLength = is64Bit ? .max - 7 : 0xffff_ffef
    program.setAddress(0x100)
    program.copy()
    let header = try program.header()
    #expect(header.diagnostics.count == 1)
    #expect(Array(header.rows()).count == 1)
    #expect(header.next.rawValue == UInt64(program.sections()[".debug_line"]!.count))
  }

  @Test(arguments: [2, 4, 5] as [UInt16]) func headerBeyondTheUnit(_ version: UInt16) throws {
    var program = builder(version)
    program.headerLength = 0xffff_fff0
    program.setAddress(0x100)
    program.copy()
    let header = try program.header()
    // The program is where the tables end.
    #expect(header.diagnostics.count == 1)
    #expect(Array(header.rows()).map(\.address.rawValue) == [0x100])
  }

  @Test func headerTooShortForItsTables() throws {
    for version: UInt16 in [4, 5] {
      var program = builder(version)
      program.headerLength = version == 5 ? 60 : 30
      let header = try program.header(compilationDirectory: "/c")
      #expect(header.diagnostics.count == 1)
      #expect(header.fileIndices.count < 4)
    }
  }

  @Test func countsThatLie() throws {
    var program = builder(5)
    program.fileCount = .max
    program.setAddress(0x100)
    program.copy()
    let header = try program.header()
    #expect(header.diagnostics.count == 1)
    // What there is of them can be read, and the program too.
    #expect(header.fileIndices.count == 5)
    #expect(try header.path(ofFile: 3) == "/usr/include/stdio.h")
    #expect(Array(header.rows()).count == 1)
  }

  @Test func entriesWithoutContents() throws {
    for format: [UInt8] in [[0], [1, 1, 0x19], [2, 1, 0x21, 2, 0x19]] {
      var program = LineProgramBuilder(version: 5)
      program.tables = format + [0xff, 0xff, 0xff, 0xff, 0x7f]
      let header = try program.header()
      #expect(header.diagnostics.first?.message.contains("without contents") == true)
      #expect(header.fileIndices.isEmpty)
      #expect(header.directoryIndices.isEmpty)
    }
  }

  @Test func unknownFormsCostTheFiles() throws {
    var program = LineProgramBuilder(version: 5)
    program.tables = [1, 1, 0x7e, 1, 0, 0, 0, 0]
    program.setAddress(0x100)
    program.copy()
    let header = try program.header()
    #expect(header.diagnostics.count == 1)
    #expect(Array(header.rows()).count == 1)
  }

  @Test func unknownContentsAreSkipped() throws {
    var program = LineProgramBuilder(version: 5)
    // DW_LNCT 0x2fff as a block1, then the path.
    program.tables = [0, 0, 2, 0xff, 0x5f, 0x0a, 1, 0x08, 1, 3, 9, 9, 9, 0x61, 0]
    let header = try program.header()
    #expect(header.diagnostics.isEmpty)
    #expect(try header.path(ofFile: 0) == "a")
  }

  @Test func stringOffsetsBehindTheSection() throws {
    var program = LineProgramBuilder(version: 5)
    program.tables = [0, 0, 1, 1, 0x1f, 1, 0xff, 0xff, 0xff, 0x7f]
    let header = try program.header()
    let error = #expect(throws: ReadError.self) { try header.file(0) }
    #expect(error?.section == ".debug_line_str")
  }
}
