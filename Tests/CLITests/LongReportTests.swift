import TestSupport
import Testing

/// Reports for people stay short whatever a dump holds.
@Suite struct LongReportTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A dump of frames whose functions follow no pattern, in modules that are nowhere.
  private static func dump(frames: Int, modules: Int, name: String = "m") -> [UInt8] {
    var file = ByteBuilder()
    file.moduleHeader()
    file.customSection("core") {
      $0.u8(0)
      $0.name("program")
    }
    file.customSection("coremodules") {
      $0.vector(Array(0..<modules)) {
        $0.u8(0)
        $0.name("\(name)\($1).wasm")
      }
    }
    file.customSection("coreinstances") {
      $0.vector(Array(0..<modules)) {
        $0.u8(0)
        $0.uleb(UInt64($1))
        $0.raw([0, 0])
      }
    }
    var random = SeededGenerator(seed: 1)
    file.customSection("corestack") {
      $0.u8(0)
      $0.name("main")
      $0.vector(Array(0..<frames)) { builder, _ in
        builder.raw([0, 0])
        builder.uleb(random.next() >> 40)
        builder.raw([0x10, 0, 0])
      }
    }
    return file.bytes
  }

  private func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

  @Test(arguments: ["text", "markdown"]) func theMiddleOfALongBacktraceIsLeftOut(format: String) throws {
    try folder.write("long.core", Self.dump(frames: 1000, modules: 1))
    let shown = lines(try Executable.run("wasmpm report --format \(format) $TMP/long.core", in: folder).output)
    #expect(shown.count { $0.hasPrefix("  #") } == 120)
    #expect(shown.contains("      … 880 more frames"))
    #expect(shown.contains { $0.hasPrefix("  #99 ") })
    #expect(shown.contains { $0.hasPrefix("  #980 ") })
    let complete = lines(try Executable.run("wasmpm $TMP/long.core --batch --ex bt", in: folder).output)
    #expect(complete.count { $0.dropFirst(2).hasPrefix("#") } == 1000)
  }

  @Test func aBacktraceThatFitsIsWhole() throws {
    try folder.write("fits.core", Self.dump(frames: 120, modules: 1))
    let shown = lines(try Executable.run("wasmpm report $TMP/fits.core", in: folder).output)
    #expect(shown.count { $0.hasPrefix("  #") } == 120)
    #expect(!shown.contains { $0.contains("more frame") })
  }

  @Test func manyModulesAreCounted() throws {
    try folder.write("many.core", Self.dump(frames: 1, modules: 5000))
    let shown = lines(try Executable.run("wasmpm report $TMP/many.core", in: folder).output)
    #expect(shown.contains("  … 4980 more modules"))
    #expect(shown.count < 300)
  }

  @Test func longNamesAreClipped() throws {
    try folder.write("name.core", Self.dump(frames: 1, modules: 1, name: String(repeating: "n", count: 50_000)))
    let report = try Executable.run("wasmpm report $TMP/name.core", in: folder).output
    #expect(report.utf8.count < 10_000)
    #expect(report.contains("…"))
  }
}
