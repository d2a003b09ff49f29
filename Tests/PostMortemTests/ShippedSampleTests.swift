import ByteCursor
import CoreDumpFormat
import PostMortem
import TestSupport
import Testing
import WASI

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The samples in C and C++, linked twice from the same objects by wasm-ld: with debug information, and shrunk and stripped.
/// What the shrunk one leaves behind is read through the other, and must be what the other's own crash shows.
@Suite @MainActor struct ShippedSampleTests {
  nonisolated static let samples = [
    "crash-c/crash", "classes/classes", "deep/deep", "dwarf5/dwarf5", "inventory/inventory", "recursion/recursion",
    "structs/structs", "values-c/values", "values-cxx/values", "values-cxx-14/values", "values-cxx-gnu/values",
  ]

  /// Which values a dump holds: those of an engine that records none too.
  enum Recording: CaseIterable { case all, none }
  /// What the debug information is in.
  enum DebugFile: CaseIterable { case companion, split }

  private static func dump(_ module: String, _ recording: Recording) throws -> CoreDump {
    var options = ProgramOptions()
    options.limits.frames = 2000
    options.wasi.arguments = ["program"]
    let nowhere = open("/dev/null", O_RDWR)
    defer { close(nowhere) }
    options.wasi.standardInput = nowhere
    options.wasi.standardOutput = nowhere
    options.wasi.standardError = nowhere
    let program = try Program(path: module, options: options)
    guard case .trapped(let trap) = try program.run() else { throw NoTrap() }
    let dump = program.coreDump(of: trap)
    return recording == .all ? dump : dump.withoutRecordedValues()
  }
  private struct NoTrap: Error {}

  private static func session(_ dump: CoreDump, _ module: String, debugFile: String?) throws -> Session {
    var options = SessionOptions()
    options.modulePaths = [module]
    options.debugFilePaths = debugFile.map { [$0] } ?? []
    return try Session(bytes: Bytes(copying: try CoreDumpWriter.bytes(of: dump)), path: "app.core", options: options)
  }

  @Test(arguments: samples, Recording.allCases)
  func theirDumpsShowTheSame(_ sample: String, recording: Recording) throws {
    try Self.compare(Places.samples + "/" + sample, recording)
  }

  /// A query that makes a query, and a trap in what its sorter calls.
  @Test(.enabled(if: Places.hasSQLite, "without `make sqlite`"), arguments: Recording.allCases)
  func dumpsOfSQLiteShowTheSame(_ recording: Recording) throws {
    #expect(try Self.compare(Places.sqlite, recording) > 100)
  }

  /// How many values were compared, of all dumps of a program.
  @discardableResult private static func compare(_ program: String, _ recording: Recording) throws -> Int {
    let companion = program + ".wasm"
    let shipped = program + ".shipped.wasm"
    var compared = 0
    let folder = try TemporaryFolder()
    let split = try CompanionSplit(
      companion: Places.bytes(companion), shipped: Places.bytes(shipped), options: nil)
    #expect(split.survey.mappedFunctions == split.survey.functions && split.survey.relation == .sameObjects)
    let debugFile = try folder.write("app.debug.wasm", split.debug.bytes)
    let full = try Self.session(Self.dump(companion, recording), companion, debugFile: nil)
    let dump = try Self.dump(shipped, recording)
    for file in DebugFile.allCases {
      let shrunk = try Self.session(dump, shipped, debugFile: file == .companion ? companion : debugFile)
      #expect(shrunk.modules[0].debugInfo.kind == .mapped)
      #expect(shrunk.modules[0].problems.isEmpty, "\(shrunk.modules[0].problems)")
      let values = CompanionTests.compare(shrunk, with: full)
      #expect(values > 0, "\(file)")
      compared += values
    }
    return compared
  }
}
