import ByteCursor
import PostMortem
import TestSupport
import Testing

/// Damaged dumps and damaged modules, from the samples: whatever the bytes say, there is an answer or an error.
@Suite struct HostileTests {
  /// Asks a session for all that it knows.
  private func exercise(_ session: Session) {
    for thread in session.threads {
      let backtrace = session.backtrace(thread: thread.index)
      for frame in backtrace.prefix(64) { _ = (frame.function.display, frame.source) }
      _ = backtrace.folded()
    }
    _ = (session.trap, session.findings, session.missing)
  }

  @Test(arguments: ["structs/structs", "recursion/recursion", "split/app", "dwarf5/dwarf5"])
  func flippedBytesInADump(_ sample: String) throws {
    let original = try Places.bytes(Places.samples + "/\(sample).core").array
    var generator = SeededGenerator(seed: 0x5eed)
    var opened = 0
    for _ in 0..<2500 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      // The path lets the module be found next to the dump.
      guard
        let session = try? Session(
          bytes: Bytes(copying: bytes), path: Places.samples + "/\(sample).core", options: SessionOptions())
      else { continue }
      opened += 1
      exercise(session)
    }
    #expect(opened > 1000)
  }

  @Test func truncatedAtEveryByte() throws {
    let path = Places.samples + "/split/app.core"
    let original = try Places.bytes(path)
    var most = 0
    for length in 0..<original.count {
      guard
        let session = try? Session(bytes: original.clamped(0, count: length), path: path, options: SessionOptions())
      else { continue }
      exercise(session)
      most = max(most, session.threads.first.map { session.dump.threads[$0.index].frames.count } ?? 0)
    }
    #expect(most >= 5)
  }

  @Test(arguments: ["structs/structs.wasm", "dwarf5/dwarf5.wasm", "split/app.debug.wasm"])
  func flippedBytesInAModule(_ sample: String) throws {
    let original = try Places.bytes(Places.samples + "/" + sample).array
    var generator = SeededGenerator(seed: 0xfeed)
    var opened = 0
    for _ in 0..<400 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...40, using: &generator) {
        bytes[Int.random(in: 8..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      guard let symbolizer = try? Symbolizer(bytes: Bytes(copying: bytes), path: "x.wasm", options: SessionOptions())
      else { continue }
      opened += 1
      for step in 0..<40 { _ = symbolizer.frames(at: CodeAddress(UInt64(step * 701))) }
    }
    #expect(opened > 100)
  }
}
