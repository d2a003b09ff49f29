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

/// A program whose crashes and moments tell how well its state is recovered from a dump that holds none.
struct RecoveryProgram: Sendable, CustomTestStringConvertible {
  /// What failures and tables call it: `trees-O2`.
  var name: String
  /// The module's path.
  var module: String
  /// The program's arguments.
  var arguments: [String] = []
  var preloads: [(name: String, path: String)] = []
  /// About as much fuel as it takes to its end; 0 where only the end counts.
  var fuel: UInt64 = 0
  /// Frames at most; nil for the usual.
  var depth: Int?
  /// The exported function that is called; nil for `_start`.
  var function: String?

  var testDescription: String { name }

  /// The optimisation level, by the name: `O0`; nil where that is not said.
  var level: String? {
    name.split(separator: "-").first { ["O0", "O1", "O2", "Os"].contains($0) }.map(String.init)
  }

  /// The folder of the programs that were written for this.
  static let folder = Places.root + "/Tests/PostMortemTests/Resources/Recovery"

  /// How much fuel the programs take at -O0, -O1, -O2 and -Os; the last is their end.
  private static let fuel: [String: [UInt64]] = [
    "chain": [1156, 1156, 1144, 1156], "dispatch": [1360, 976, 772, 928], "floats": [8896, 8224, 6880, 8224],
    "frames": [13120, 12544, 6112, 12544], "interpreter": [9280, 7936, 7936, 8032],
    "machine": [2512, 2248, 1096, 1180], "matrix": [18112, 5728, 940, 5824], "narrow": [1456, 688, 586, 676],
    "recursion": [4192, 5824, 5248, 5728], "sorting": [8800, 5728, 5728, 5920], "strings": [15232, 9280, 7840, 8512],
    "table": [12736, 9184, 7360, 8800], "trees": [11008, 4144, 4096, 5536], "variadic": [2656, 2608, 2608, 2608],
    "wide": [7840, 5920, 4864, 5920],
  ]

  /// The programs of that folder, each at four levels and some in other ways.
  static let written: [RecoveryProgram] = {
    let names = (try? TemporaryFolder.names(in: folder)) ?? []
    return names.filter { $0.hasSuffix(".wasm") }.map { file in
      let parts = file.dropLast(5).split(separator: "-").map(String.init)
      let level = ["O0", "O1", "O2", "Os"].firstIndex(of: parts[1]) ?? 0
      return RecoveryProgram(
        name: String(file.dropLast(5)), module: folder + "/" + file, fuel: fuel[parts[0]]?[level] ?? 1000)
    }
  }()

  /// The samples, and the traps of the corpus beside the checkout: their ends.
  static let crashes: [RecoveryProgram] = (RunningTests.samples + RunningTests.corpus).map { recording in
    let stem = recording.dump.hasPrefix(Places.samples) ? "sample " : "corpus "
    return RecoveryProgram(
      name: stem + recording.testDescription.split(separator: "/").last!.dropLast(5),
      module: recording.module, arguments: recording.arguments, preloads: recording.preloads,
      depth: recording.trap == "call stack exhausted" ? 300 : nil)
  }
}

/// A moment of a program: its dump with everything recorded, and what is left of it without recorded values.
struct RecoveryMoment {
  /// When it is, in the words of a failure.
  var when: String
  /// The crash with all values recorded: the truth.
  let full: Session
  /// The same crash as Wasmtime would have recorded it.
  let stripped: Session

  /// Runs a program until its fuel is used up, or to its end; nil where it ended without a trap.
  init?(_ program: RecoveryProgram, fuel: UInt64? = nil) throws {
    guard let (dump, files) = try Self.run(program, fuel: fuel) else { return nil }
    func session(_ dump: CoreDump, _ name: String, trap: CoreDump.Trap? = nil) throws -> Session {
      var settings = SessionOptions()
      settings.openedModules = files
      settings.trap = trap
      return try Session(bytes: Bytes(copying: try CoreDumpWriter.bytes(of: dump)), path: name, options: settings)
    }
    full = try session(dump, "full.core")
    // Wasmtime stops for fuel where no instruction can trap, which says why it stopped. Here it can be anywhere.
    stripped = try session(dump.withoutRecordedValues(), "stripped.core", trap: fuel == nil ? nil : dump.trap)
    when = "\(program.name), " + (fuel.map { "fuel \($0)" } ?? "at its end")
  }

  /// The dump of a program's moment alone.
  static func dump(_ program: RecoveryProgram, fuel: UInt64? = nil) throws -> CoreDump? {
    try run(program, fuel: fuel)?.dump
  }

  private static func run(
    _ program: RecoveryProgram, fuel: UInt64?
  ) throws -> (dump: CoreDump, files: [(path: String, bytes: Bytes)])? {
    var options = ProgramOptions()
    options.limits.fuel = fuel
    if let depth = program.depth { options.limits.frames = depth }
    options.wasi.arguments = program.arguments
    options.preloads = program.preloads
    options.invoke = program.function
    let nowhere = open("/dev/null", O_RDWR)
    defer { close(nowhere) }
    options.wasi.standardInput = nowhere
    options.wasi.standardOutput = nowhere
    options.wasi.standardError = nowhere
    let running = try Program(path: program.module, options: options)
    guard case .trapped(let trap) = try running.run() else { return nil }
    // Fuel that outlasts the program: this moment is its end.
    if fuel != nil, trap.kind != .outOfFuel { return nil }
    return (running.coreDump(of: trap), running.files)
  }

  /// The frames that are compared, by their numbers in the dump: of many those at both ends.
  var frames: [Int] {
    let count = full.dump.threads.first?.frames.count ?? 0
    return count <= 60 ? Array(0..<count) : Array(0..<30) + Array(count - 30..<count)
  }
}

/// Numbers that are the same in every run.
struct RepeatableNumbers: RandomNumberGenerator {
  private var state: UInt64

  /// - Parameter seed: any text.
  init(_ seed: String) { state = seed.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 } }

  mutating func next() -> UInt64 {
    // SplitMix64.
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
