import TestSupport
import Testing
import WASI
import WasmInterp

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A pipe whose ends are closed when this object is gone.
final class Pipe: @unchecked Sendable {
  let reading: Int32
  private(set) var writing: Int32

  init() throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw SystemFailure(what: "pipe") }
    // Programs that other tests start meanwhile must not inherit an end: it would stay open.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
  }
  deinit {
    close(reading)
    closeWriting()
  }

  func closeWriting() {
    if writing >= 0 { close(writing) }
    writing = -1
  }
  func put(_ text: String) { _ = write(writing, text, text.utf8.count) }
  func take(_ count: Int = 100_000) -> String {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = read(reading, &bytes, count)
    return String(decoding: bytes.prefix(max(got, 0)), as: UTF8.self)
  }
}

/// Standard streams, waiting, and the end of waiting.
@Suite(.timeLimit(.minutes(2))) struct StreamTests {
  let input: Pipe
  let output: Pipe
  let interrupt = Interrupt()
  let program: Program

  init() throws {
    signal(SIGPIPE, SIG_IGN)
    let (input, output) = (try Pipe(), try Pipe())
    (self.input, self.output) = (input, output)
    program = try Program(interrupt: interrupt) {
      $0.standardInput = input.reading
      $0.standardOutput = output.writing
      $0.standardError = -1
    }
  }

  @Test func linesComeAsTheyAre() throws {
    input.put("one\n")
    #expect(try program.read(0) == "one\n")
    input.put("two\nthree")
    #expect(try program.read(0, 5) == "two\nt")
    input.closeWriting()
    #expect(try program.read(0) == "hree")
    #expect(try program.read(0) == "")
    #expect(try program.write(1, "answer") == 6)
    #expect(output.take() == "answer")
  }

  @Test func anEmptyBufferDoesNotWait() throws {
    try program.succeed("fd_read", 0, Program.vectors, 0, Program.result)
    #expect(program.result == 0)
    #expect(try program.read(0, 0) == "")
  }

  @Test func streamsHaveNoPosition() throws {
    program.putWords([UInt32(Program.buffer), 1], at: Program.vectors)
    #expect(try program.call("fd_seek", 0, 1, 0, Program.result) == E.spipe)
    #expect(try program.call("fd_tell", 0, Program.result) == E.spipe)
    #expect(try program.call("fd_pread", 0, Program.vectors, 1, 0, Program.result) == E.spipe)
    #expect(try program.call("fd_pwrite", 1, Program.vectors, 1, 0, Program.result) == E.spipe)
    #expect(try program.call("fd_advise", 0, 0, 0, 0) == E.spipe)
    try program.succeed("fd_fdstat_get", 0, 0x200)
    #expect(program.number(0x200, size: 1) == 0)
    try program.succeed("fd_filestat_get", 1, 0x200)
    #expect(program.number(0x210, size: 1) == 0)
  }

  @Test func aStreamThatIsNotOpenIsNotThere() throws {
    #expect(try program.call("fd_write", 2, Program.vectors, 1, Program.result) == E.badf)
    #expect(try program.call("fd_close", 2) == E.badf)
  }

  @Test func closingLeavesTheHostsStreamOpen() throws {
    try program.succeed("fd_close", 1)
    #expect(throws: Refused(errno: E.badf)) { try program.write(1, "x") }
    #expect(fcntl(output.writing, F_GETFD) != -1)
  }

  @Test func aPipeThatNobodyReads() throws {
    let broken = try Pipe()
    let copy = dup(broken.writing)
    defer { close(copy) }
    var pipe: Pipe? = broken
    let program = try Program { $0.standardOutput = copy }
    withExtendedLifetime(pipe) {}
    _ = consume broken
    pipe = nil
    #expect(throws: Refused(errno: E.pipe)) { try program.write(1, "x") }
  }

  @Test func withoutWaiting() throws {
    try program.succeed("fd_fdstat_set_flags", 0, 4)
    #expect(throws: Refused(errno: E.again)) { _ = try program.read(0) }
    input.put("x")
    #expect(try program.read(0) == "x")
    // The host's descriptor is as it was: others use it.
    #expect(fcntl(input.reading, F_GETFL) & O_NONBLOCK == 0)
    #expect(try program.call("fd_fdstat_set_flags", 0, 1) == E.notsup)

    // A full pipe takes what it can.
    try program.succeed("fd_fdstat_set_flags", 1, 4)
    program.putWords([UInt32(Program.buffer), 0x10000, UInt32(Program.buffer), 0x10000], at: Program.vectors)
    try program.succeed("fd_write", 1, Program.vectors, 2, Program.result)
    #expect(program.result > 0 && program.result < 0x20000)
    #expect(throws: Refused(errno: E.again)) { try program.write(1, "x") }
  }

  // MARK: The end of waiting

  /// Requests an interrupt when the program is likely to wait; correct also where it does not yet. From a thread of its
  /// own: the waiting programs of several tests may take all that tasks run on.
  private func expectInterrupted(_ body: () throws -> Void) {
    var thread = pthread_t()
    let created = pthread_create(
      &thread, nil,
      { context in
        usleep(20_000)
        Unmanaged<Interrupt>.fromOpaque(context!).takeRetainedValue().request()
        return nil
      }, Unmanaged.passRetained(interrupt).toOpaque())
    #expect(created == 0)
    defer { pthread_join(thread, nil) }
    do {
      try body()
      Issue.record("it was not interrupted")
    } catch let trap as Trap {
      #expect(trap.kind == .interrupted)
      #expect(trap.frames.count == 1)
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test func readingIsInterrupted() { expectInterrupted { _ = try program.read(0) } }

  @Test func writingIsInterrupted() {
    program.putWords([UInt32(Program.buffer), 0x10000, UInt32(Program.buffer), 0x10000], at: Program.vectors)
    expectInterrupted { try program.call("fd_write", 1, Program.vectors, 2, Program.result) }
  }

  @Test func sleepingIsInterrupted() {
    // A clock, realtime, in an hour.
    program.putWords([0, 0, 0, 0, 0, 0, 0x3162_4000, 0x346, 0, 0, 0, 0], at: 0x200)
    expectInterrupted { try program.call("poll_oneoff", 0x200, 0x400, 1, Program.result) }
  }

  @Test func waitingForAStreamIsInterrupted() {
    program.putWords([0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], at: 0x200)
    expectInterrupted { try program.call("poll_oneoff", 0x200, 0x400, 1, Program.result) }
  }

  @Test func whatTakesLongIsInterrupted() {
    interrupt.request()
    for (name, arguments) in [("random_get", [0, 1000]), ("sched_yield", [])] {
      #expect(throws: Trap.self) { _ = try program.call(name, arguments) }
    }
  }

  @Test func openingAPipeDoesNotWait() throws {
    let folder = try TemporaryFolder()
    #expect(mkfifo(folder.path + "/pipe", 0o600) == 0)
    let program = try Program(folder: folder.path, interrupt: interrupt)
    #expect(try program.openError("pipe", rights: Program.writing) == 60)
    let reader = try program.open("pipe", rights: Program.reading)
    let writer = try program.open("pipe", rights: Program.writing)
    try program.write(writer, "through")
    #expect(try program.read(reader) == "through")
    // Nothing there, but somebody could write: it waits.
    expectInterrupted { _ = try program.read(reader) }
  }
}
