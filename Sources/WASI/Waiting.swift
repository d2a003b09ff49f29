import WasmInterp

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Waits in slices, between which an interrupt is looked for.
enum Waiting {
  /// The longest wait that nothing can end, in nanoseconds.
  static let slice: UInt64 = 50_000_000

  /// Waits for events of `poll` at a stream.
  /// - Throws: `again` instead of waiting where the program wants it so, `badf` where the host has nothing open there;
  ///   `Trap` for an interrupt.
  static func wait(for file: Descriptor, _ events: Int32, _ call: Call) throws {
    var polls = [pollfd(fd: file.host.number, events: Int16(events), revents: 0)]
    while true {
      try once(&polls, file.flags.contains(.nonblock) ? 0 : slice, call)
      let found = Int32(polls[0].revents)
      if found & POLLNVAL != 0 { throw Errno.badf }
      // A stream that has ended, or is broken, is for the system call to tell.
      if found != 0 { return }
      if file.flags.contains(.nonblock) { throw Errno.again }
    }
  }

  /// Waits once, until a descriptor is ready, a signal comes or the time is up: at most a slice.
  static func once(_ polls: inout [pollfd], _ nanoseconds: UInt64, _ call: Call) throws {
    try call.checkInterrupt()
    let time = min(nanoseconds, slice)
    if polls.isEmpty {
      // `poll` counts milliseconds.
      var time = timespec(nanoseconds: time)
      nanosleep(&time, nil)
    } else if poll(&polls, nfds_t(polls.count), Int32((time + 999_999) / 1_000_000)) < 0 {
      let error = Errno.ofLastCall
      guard error == .intr || error == .again else { throw error }
      for index in polls.indices { polls[index].revents = 0 }
    }
    try call.checkInterrupt()
  }
}
