import TestSupport
import Testing
import WASI

/// `poll_oneoff`: structures are 48 bytes for a subscription, 32 for an event.
@Suite(.timeLimit(.minutes(2))) struct PollTests {
  let input: Pipe
  let output: Pipe
  let folder: TemporaryFolder
  let program: Program
  private let subscriptions = 0x400
  private let events = 0x2000

  init() throws {
    let (input, output) = (try Pipe(), try Pipe())
    (self.input, self.output) = (input, output)
    folder = try TemporaryFolder()
    program = try Program(folder: folder.path) {
      $0.standardInput = input.reading
      $0.standardOutput = output.writing
    }
  }

  private enum Wanted {
    case clock(Int, nanoseconds: Int, isAbsolute: Bool = false)
    case read(Int)
    case write(Int)
  }
  private struct Event: Equatable {
    var index: Int
    var error = 0
    var type: Int
    var bytes = 0
    var isHangup = false
  }

  private func poll(_ wanted: Wanted...) throws -> [Event] {
    program.put(Array(repeating: UInt8(0xee), count: 0x100), at: events)
    for (index, one) in wanted.enumerated() {
      var words = [UInt32](repeating: 0, count: 12)
      words[0] = UInt32(1000 + index)
      words[1] = 0x55
      switch one {
      case .clock(let clock, let nanoseconds, let isAbsolute):
        words[4] = UInt32(clock)
        words[6] = UInt32(truncatingIfNeeded: nanoseconds)
        words[7] = UInt32(truncatingIfNeeded: nanoseconds >> 32)
        words[10] = isAbsolute ? 1 : 0
      case .read(let descriptor): (words[2], words[4]) = (1, UInt32(descriptor))
      case .write(let descriptor): (words[2], words[4]) = (2, UInt32(descriptor))
      }
      program.putWords(words, at: subscriptions + index * 48)
    }
    try program.succeed("poll_oneoff", subscriptions, events, wanted.count, Program.result)
    return (0..<program.result).map { index in
      let place = events + index * 32
      #expect(program.number(place + 4, size: 4) == 0x55)
      return Event(
        index: program.number(place, size: 4) - 1000, error: program.number(place + 8, size: 2),
        type: program.number(place + 10, size: 1), bytes: program.number(place + 16, size: 8),
        isHangup: program.number(place + 24, size: 2) == 1)
    }
  }

  @Test func aClockElapses() throws {
    for clock in [0, 1] {
      try program.succeed("clock_time_get", 1, 0, 0)
      let before = program.number(0, size: 8)
      #expect(try poll(.clock(clock, nanoseconds: 3_000_000)) == [Event(index: 0, type: 0)])
      try program.succeed("clock_time_get", 1, 0, 0)
      #expect(program.number(0, size: 8) >= before + 3_000_000)
    }
    #expect(try poll(.clock(1, nanoseconds: 0)) == [Event(index: 0, type: 0)])
  }

  @Test func aTimeThatIsPastIsTold() throws {
    try program.succeed("clock_time_get", 0, 0, 0)
    let now = program.number(0, size: 8)
    #expect(try poll(.clock(0, nanoseconds: now, isAbsolute: true)) == [Event(index: 0, type: 0)])
    #expect(try poll(.clock(0, nanoseconds: now + 3_000_000, isAbsolute: true)) == [Event(index: 0, type: 0)])
    // Of two times the earlier one ends the wait.
    #expect(
      try poll(.clock(0, nanoseconds: -1, isAbsolute: true), .clock(1, nanoseconds: -1), .clock(1, nanoseconds: 5))
        == [Event(index: 2, type: 0)])
  }

  @Test func streamsThatAreReady() throws {
    #expect(try poll(.read(0), .write(1)) == [Event(index: 1, type: 2)])
    #expect(try poll(.read(0), .clock(1, nanoseconds: 1000)) == [Event(index: 1, type: 0)])
    input.put("four")
    #expect(
      try poll(.clock(1, nanoseconds: -1), .read(0), .write(1)) == [
        Event(index: 1, type: 1, bytes: 4), Event(index: 2, type: 2),
      ])
    input.closeWriting()
    #expect(try poll(.read(0)) == [Event(index: 0, type: 1, bytes: 4, isHangup: true)])
  }

  @Test func filesAreAlwaysReady() throws {
    try folder.write("f", "0123456789".utf8)
    let file = try program.open("f")
    _ = try program.read(file, 4)
    #expect(
      try poll(.read(file), .write(file)) == [Event(index: 0, type: 1, bytes: 6), Event(index: 1, type: 2)])
  }

  @Test func whatCannotBeWaitedForIsToldAtOnce() throws {
    #expect(
      try poll(.read(9), .write(3), .clock(7, nanoseconds: 5), .read(0)) == [
        Event(index: 0, error: E.badf, type: 1), Event(index: 1, error: E.badf, type: 2),
        Event(index: 2, error: E.inval, type: 0),
      ])
  }

  @Test func errors() throws {
    let result = Program.result
    #expect(try program.call("poll_oneoff", subscriptions, events, 0, result) == E.inval)
    #expect(try program.call("poll_oneoff", subscriptions, events, 5000, result) == E.inval)
    #expect(try program.call("poll_oneoff", subscriptions, events, -1, result) == E.inval)
    #expect(try program.call("poll_oneoff", Program.memorySize - 47, events, 1, result) == E.fault)
    #expect(try program.call("poll_oneoff", subscriptions, Program.memorySize - 31, 1, result) == E.fault)
    #expect(try program.call("poll_oneoff", subscriptions, events, 1, -4) == E.fault)
    program.putWords([0, 0, 3], at: subscriptions)
    #expect(try program.call("poll_oneoff", subscriptions, events, 1, result) == E.inval)
  }
}
