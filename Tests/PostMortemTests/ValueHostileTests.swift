import ByteCursor
import CoreDumpFormat
import PostMortem
import TestSupport
import Testing
import WasmBinary

/// Damaged debug information and damaged dumps: all values of all frames are asked for, and each is shown or has a reason.
@Suite struct ValueHostileTests {
  /// Samples with the seed of their damage.
  static let crashes = RunningTests.samples.filter { !$0.dump.contains("deep") }

  /// The bytes of a module that are debug information, as ranges of the file.
  private static func debugInformation(_ module: Bytes) throws -> [Range<Int>] {
    try SectionReader(module).compactMap { section in
      guard let name = section.name, name.hasPrefix(".debug_"), !section.contents.isEmpty else { return nil }
      let start = section.contents.start - module.start
      // What entries, abbreviations and locations say matters most.
      return name == ".debug_line" || name == ".debug_str" ? nil : start..<start + section.contents.count
    }
  }

  /// How many nodes there are; each has a value, parts or a reason.
  private func check(_ node: ValueNode, _ count: inout Int) {
    count += 1
    if node.trust == .unavailable { #expect(node.reason?.isEmpty == false, "\(node.name ?? "")") }
    for child in node.children { check(child, &count) }
  }

  @Test(arguments: crashes) func flippedBytes(_ recording: RunningTests.Recording) throws {
    let run = try RunningTests.run(recording)
    guard case .trapped(let trap) = run.outcome else {
      Issue.record("no trap")
      return
    }
    let core = try CoreDumpWriter.bytes(of: run.program.coreDump(of: trap))
    let original = try Places.bytes(recording.module)
    let ranges = try Self.debugInformation(original)
    guard !ranges.isEmpty else { return }
    let module = original.array
    let folder = try TemporaryFolder()
    var generator = SeededGenerator(seed: 0xbad)
    var limits = DescriptionLimits()
    limits.nodes = 300
    var opened = 0
    var known = 0
    for turn in 0..<60 {
      var bytes = module
      for _ in 0..<Int.random(in: 1...10, using: &generator) {
        let range = ranges.randomElement(using: &generator)!
        bytes[Int.random(in: range, using: &generator)] =
          Bool.random(using: &generator) ? 0xff : UInt8.random(in: 0...255, using: &generator)
      }
      var dump = core
      if turn % 2 == 1 {
        for _ in 0..<Int.random(in: 1...8, using: &generator) {
          dump[Int.random(in: 0..<dump.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
      }
      var options = SessionOptions()
      options.modulePaths = [try folder.write("\(turn).wasm", bytes)]
      guard let session = try? Session(bytes: Bytes(copying: dump), path: "x.core", options: options) else { continue }
      opened += 1
      for thread in session.threads.indices {
        for frame in session.backtrace(thread: thread).prefix(12) {
          let description = session.description(of: frame, thread: thread, limits: limits)
          var count = 0
          for node in description.arguments + description.locals { check(node, &count) }
          #expect(count <= 301 * (description.arguments.count + description.locals.count))
          known += count
        }
      }
    }
    #expect(opened > 20)
    #expect(known > 0)
  }
}

/// What is kept of a session's frames does not keep the session.
@Suite struct SessionLifetimeTests {
  @Test func aSessionEnds() throws {
    weak var kept: Session?
    try {
      let stage = try Stage([variable("x", "int", [0x91, 8])])
      #expect(stage.nodes()["x"]?.value != nil)
      kept = stage.session
      #expect(kept != nil)
    }()
    #expect(kept == nil)
  }
}
