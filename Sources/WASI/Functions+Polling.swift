import WasmInterp

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Something that a program waits for (`subscription`).
private enum Subscription {
  /// A time of a clock, in its nanoseconds.
  case clock(Clock, until: UInt64)
  case descriptor(Descriptor, events: Int32)
  /// What cannot be waited for tells so at once.
  case failed(Errno)
}

/// What is told of it (`event`).
private struct Event {
  var error: Errno?
  var bytes: UInt64 = 0
  var isHangup = false
}

extension WASI {
  /// As many subscriptions as one call may have.
  private static let mostSubscriptions: UInt32 = 4096

  /// Waits until at least one subscription has something to tell, and tells of all that have then.
  func pollOneoff(_ call: Call) throws {
    let memory = try call.memory
    let (input, output, count) = (call.u32(0), call.u32(1), call.u32(2))
    guard count > 0, count <= Self.mostSubscriptions else { throw Errno.inval }
    let records = try memory.record(input, size: count * 48)
    try memory.check(output, UInt64(count) * 32)
    try memory.check(call.u32(3), 4)
    let subscriptions = try (0..<Int(count)).map { try subscription(records, at: $0 * 48) }

    let events = try Self.wait(subscriptions, call)
    var written: UInt32 = 0
    for (index, event) in events.enumerated() {
      guard let event else { continue }
      var record = Record(size: 32)
      record.set(records.get(UInt64.self, at: index * 48), at: 0)
      record.set(event.error?.rawValue ?? Errno.success, at: 8)
      record.set(records.get(UInt8.self, at: index * 48 + 8), at: 10)
      record.set(event.bytes, at: 16)
      record.set(UInt16(event.isHangup ? 1 : 0), at: 24)
      try memory.write(output + written * 32, record.bytes)
      written += 1
    }
    try memory.write(call.u32(3), written)
  }

  private func subscription(_ records: Record, at offset: Int) throws(Errno) -> Subscription {
    let number = records.get(UInt32.self, at: offset + 16)
    switch records.get(UInt8.self, at: offset + 8) {
    case 0:
      guard let clock = Clock(rawValue: number) else { return .failed(.inval) }
      let timeout = records.get(UInt64.self, at: offset + 24)
      let isAbsolute = records.get(UInt16.self, at: offset + 40) & 1 != 0
      // A span is measured by the clock that nobody sets.
      if isAbsolute { return .clock(clock, until: timeout) }
      let steady = clock == .realtime ? .monotonic : clock
      return .clock(steady, until: try steady.now.addingSaturating(timeout))
    case 1: return descriptor(number, .fdRead, POLLIN)
    case 2: return descriptor(number, .fdWrite, POLLOUT)
    default: throw .inval
    }
  }

  private func descriptor(_ number: UInt32, _ right: Rights, _ events: Int32) -> Subscription {
    do throws(Errno) {
      return .descriptor(try descriptors.file(number, [.pollFdReadwrite, right]), events: events)
    } catch {
      return .failed(error)
    }
  }

  /// What each subscription has to tell; nil for nothing.
  private static func wait(_ subscriptions: [Subscription], _ call: Call) throws -> [Event?] {
    var polls: [pollfd] = []
    for case .descriptor(let file, let events) in subscriptions {
      polls.append(pollfd(fd: file.host.number, events: Int16(events), revents: 0))
    }
    while true {
      var patience = UInt64.max
      for subscription in subscriptions {
        switch subscription {
        case .clock(let clock, let until):
          let now = try clock.now
          patience = min(patience, until > now ? until - now : 0)
        case .failed: patience = 0
        case .descriptor: break
        }
      }
      try Waiting.once(&polls, patience, call)
      var next = polls.makeIterator()
      let events = try subscriptions.map { subscription -> Event? in
        switch subscription {
        case .failed(let error): return Event(error: error)
        case .clock(let clock, let until): return try clock.now >= until ? Event() : nil
        case .descriptor(let file, let wanted):
          guard let found = next.next().map({ Int32($0.revents) }), found != 0 else { return nil }
          return event(file, wanted, found)
        }
      }
      if events.contains(where: { $0 != nil }) { return events }
    }
  }

  private static func event(_ file: Descriptor, _ wanted: Int32, _ found: Int32) -> Event {
    if found & POLLNVAL != 0 { return Event(error: .badf) }
    var event = Event(isHangup: found & POLLHUP != 0)
    if wanted == POLLOUT {
      // The other end is closed.
      if found & POLLERR != 0 { event.error = .pipe }
    } else if file.fileType == .regularFile {
      let size = (try? FileStatus(file.host))?.size ?? 0
      event.bytes = UInt64(clamping: size - min(max(Int64(lseek(file.host.number, 0, SEEK_CUR)), 0), size))
    } else {
      var count: Int32 = 0
      if ioctl(file.host.number, UInt(FIONREAD), &count) == 0 { event.bytes = UInt64(clamping: count) }
    }
    return event
  }
}

extension UInt64 {
  /// The sum, or the greatest number.
  fileprivate func addingSaturating(_ other: UInt64) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
