import CoreDumpFormat
import PostMortem
import TestSupport
import Testing

/// Programs that ended themselves, told from the functions at the young end of the stack.
@Suite struct EndingTests {
  /// A session of a dump whose frames are functions with these names, youngest first, stopped at `unreachable`.
  private func session(_ names: [String]) throws -> Session {
    var crash = try Crash()
    var frames: [CoreDump.Frame] = []
    for (index, name) in names.enumerated() {
      // Each function calls the one before it.
      let body: [UInt8] = index == 0 ? [0x00, 0x0b] : [0x10, UInt8(index - 1), 0x0b]
      crash.module.name(.function, crash.module.function(body: body), name)
      frames.append(Crash.frame(UInt32(index), 1))
    }
    crash.thread(frames)
    return try crash.open()
  }

  @Test func abortNamesItsCaller() throws {
    let ending = try #require(try session(["abort", "check", "main", "_start"]).ending)
    #expect(ending.id == "abort-called")
    #expect(ending.frame == 1)
  }

  @Test func anAssertionIsMoreThanAnAbort() throws {
    let ending = try #require(try session(["abort", "__assert_fail", "check", "main"]).ending)
    #expect(ending.id == "assertion-failed")
    #expect(ending.frame == 2)
  }

  @Test func aPanicEndsInTheCodeThatPanicked() throws {
    let ending = try #require(
      try session([
        "__rust_start_panic", "rust_panic", "std::panicking::rust_panic_with_hook", "core::panicking::panic_fmt",
        "core::option::unwrap_failed", "app::parse", "app::main", "std::rt::lang_start",
      ]).ending)
    #expect(ending.id == "rust-panic")
    #expect(ending.frame == 5)
  }

  @Test func whatStandsFurtherDownSaysNothing() throws {
    let session = try session([
      "app::boom", "app::main", "std::panicking::try::do_call", "std::panic::catch_unwind", "std::rt::lang_start",
    ])
    #expect(session.ending == nil)
    #expect(session.findings.map(\.id).contains("rust-panic") == false)
  }

  @Test func memoryThatRanOut() throws {
    let ending = try #require(
      try session(["abort", "abort_message", "__throw_bad_alloc_shim()", "operator new(unsigned long)", "grow", "main"])
        .ending)
    #expect(ending.id == "out-of-memory")
    #expect(ending.frame == 4)
  }
}
