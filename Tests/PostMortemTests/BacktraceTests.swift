import ByteCursor
import CoreDumpFormat
import PostMortem
import TestSupport
import Testing
import WasmBinary

/// Long backtraces: numbering, folding, recursion, dumps that were cut.
@Suite struct BacktraceTests {
  /// A program of functions that each hold `call 0` … `call 4` at offsets 1, 3, 5, 7, 9, and a dump of it whose frames are
  /// the functions in `order`, youngest first.
  private func crash(_ order: [UInt32], executable: String = "app.wasm") throws -> Crash {
    var crash = try Crash()
    for name in ["a", "b", "c", "d", "_start"] {
      let index = crash.module.function(
        body: [0x10, 0, 0x10, 1, 0x10, 2, 0x10, 3, 0x10, 4, 0x00, 0x0b])
      crash.module.name(.function, index, name)
      if name == "_start" { crash.module.export(name, .function, index) }
    }
    var frames: [CoreDump.Frame] = []
    for (index, function) in order.enumerated() {
      // The trap is at `unreachable`; a caller stands at its call of the frame before.
      frames.append(Crash.frame(function, index == 0 ? 11 : 1 + 2 * UInt64(order[index - 1])))
    }
    crash.thread(frames)
    return crash
  }

  private func named(_ name: String) -> FunctionName { FunctionName(display: name, origin: .nameSection) }

  @Test func mutualRecursionFolds() throws {
    let order: [UInt32] = [2] + (0..<3000).map { $0 % 2 } + [4]
    let session = try crash(order).open()
    let backtrace = session.backtrace(thread: 0)
    #expect(backtrace.count == 3002)
    #expect(backtrace[1].function.display == "a")
    #expect(backtrace[3000].function.display == "b")
    #expect(backtrace[3001].function.display == "_start")
    #expect(
      backtrace.folded() == [
        .frames(0..<7), .repeated(7..<2999, period: 2, functions: [named("a"), named("b")]), .frames(2999..<3002),
      ])
    let recursion = try #require(backtrace.recursion())
    #expect(recursion.names == ["a", "b"])
    #expect(recursion.frames == 3000)
    #expect(session.findings.map(\.id).contains("deep-recursion"))
  }

  @Test func recursionWithoutAPeriodIsRecognised() throws {
    var generator = SeededGenerator(seed: 7)
    let order = (0..<3000).map { _ in UInt32.random(in: 0...2, using: &generator) } + [3, 4]
    let session = try crash(order).open()
    let recursion = try #require(session.backtrace(thread: 0).recursion())
    #expect(Set(recursion.names) == ["a", "b", "c"])
    #expect(recursion.frames == 3000)
  }

  @Test func shortBacktracesDoNotFold() throws {
    let backtrace = try crash([0, 0, 0, 0, 0, 0, 4]).open().backtrace(thread: 0)
    #expect(backtrace.folded() == [.frames(0..<7)])
    #expect(backtrace.recursion() == nil)
  }

  @Test func twoRecursionsFoldApart() throws {
    let order = [UInt32](repeating: 0, count: 100) + [2] + [UInt32](repeating: 1, count: 60) + [4]
    let runs = try crash(order).open().backtrace(thread: 0).folded()
    #expect(
      runs == [
        .frames(0..<3), .repeated(3..<99, period: 1, functions: [named("a")]), .frames(99..<104),
        .repeated(104..<160, period: 1, functions: [named("b")]), .frames(160..<162),
      ])
  }

  @Test func framesWithoutModuleHaveTheirNumbers() throws {
    let session = try crash([2, 1, 4]).open(moduleName: "")
    let frames = Array(session.backtrace(thread: 0))
    #expect(frames.map(\.function.display) == ["function 2", "function 1", "function 4"])
    #expect(frames.map(\.codeOffset) == [CodeOffset(11), CodeOffset(5), CodeOffset(3)])
    #expect(frames.allSatisfy { $0.source == nil && $0.fileOffset == nil })
    #expect(session.modules[0].path == nil)
    #expect(
      session.modules[0].problems == ["app.wasm: module not found; name it, or a folder that holds it, with --module"])
    #expect(session.missing.count == 1)
  }

  @Test func quarterOfAMillionFrames() throws {
    let order = [UInt32](repeating: 3, count: 260_000) + [4]
    let backtrace = try crash(order).open().backtrace(thread: 0)
    #expect(backtrace.count == 260_001)
    #expect(
      backtrace.folded() == [
        .frames(0..<3), .repeated(3..<259_999, period: 1, functions: [named("d")]), .frames(259_999..<260_001),
      ])
    #expect(backtrace[260_000].function.display == "_start")
  }

  @Test func everyKindOfAddress() throws {
    let crash = try crash([2, 4])
    let frame = try crash.open().backtrace(thread: 0)[0]
    let body = try #require(try WasmModule(crash.module.bytes).body(2))
    #expect(frame.codeOffset == CodeOffset(11))
    #expect(frame.codeAddress == body.codeAddress(of: CodeOffset(11)))
    #expect(frame.fileOffset == body.fileOffset(of: CodeOffset(11)))
    #expect(crash.module.fileBytes[Int(frame.fileOffset!.rawValue)] == 0x00)  // unreachable
  }
}
