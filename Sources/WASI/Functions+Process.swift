import WasmInterp

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The arguments or the environment as the program gets them: strings with a zero behind each.
struct StringList {
  private let strings: [[UInt8]]
  private let count: Int

  init(_ strings: [String]) {
    self.strings = strings.map { Array($0.utf8) + [0] }
    count = self.strings.reduce(0) { $0 + $1.count }
  }

  /// Writes how many strings there are and the size of all.
  func writeSizes(_ call: Call) throws {
    let memory = try call.memory
    guard let strings = UInt32(exactly: strings.count), let bytes = UInt32(exactly: count) else {
      throw Errno.overflow
    }
    try memory.write(call.u32(0), strings)
    try memory.write(call.u32(1), bytes)
  }

  /// Writes an array of pointers, and the strings that they point to.
  func write(_ call: Call) throws {
    let memory = try call.memory
    try memory.check(call.u32(0), UInt64(strings.count) * 4)
    try memory.check(call.u32(1), UInt64(count))
    var pointer = call.u32(0)
    var address = call.u32(1)
    for string in strings {
      try memory.write(pointer, address)
      try memory.write(address, string)
      // Past the last there may be no address any more.
      pointer &+= 4
      address &+= UInt32(string.count)
    }
  }
}

/// `clockid`
enum Clock: UInt32 {
  case realtime, monotonic, processCPUTime, threadCPUTime

  var host: clockid_t {
    switch self {
    case .realtime: CLOCK_REALTIME
    case .monotonic: CLOCK_MONOTONIC
    case .processCPUTime: CLOCK_PROCESS_CPUTIME_ID
    case .threadCPUTime: CLOCK_THREAD_CPUTIME_ID
    }
  }

  /// Nanoseconds since the clock's start.
  var now: UInt64 {
    get throws(Errno) {
      var time = timespec()
      try check { clock_gettime(host, &time) }
      return time.nanoseconds
    }
  }

  /// In nanoseconds.
  var resolution: UInt64 {
    get throws(Errno) {
      var time = timespec()
      try check { clock_getres(host, &time) }
      return time.nanoseconds
    }
  }
}

// Arguments, clocks, randomness, the end.
extension WASI {
  func argsSizesGet(_ call: Call) throws { try arguments.writeSizes(call) }
  func argsGet(_ call: Call) throws { try arguments.write(call) }
  func environSizesGet(_ call: Call) throws { try environment.writeSizes(call) }
  func environGet(_ call: Call) throws { try environment.write(call) }

  func clockResGet(_ call: Call) throws {
    guard let clock = Clock(rawValue: call.u32(0)) else { throw Errno.inval }
    try call.memory.write(call.u32(1), try clock.resolution)
  }

  func clockTimeGet(_ call: Call) throws {
    guard let clock = Clock(rawValue: call.u32(0)) else { throw Errno.inval }
    try call.memory.write(call.u32(2), try clock.now)
  }

  func randomGet(_ call: Call) throws {
    let memory = try call.memory
    let count = call.u32(1)
    try memory.check(call.u32(0), UInt64(count))
    // The system gives as many at once.
    var chunk = [UInt8](repeating: 0, count: 256)
    var done: UInt32 = 0
    while done < count {
      try call.checkInterrupt()
      let size = min(count - done, UInt32(chunk.count))
      try check { getentropy(&chunk, Int(size)) }
      try memory.write(call.u32(0) + done, chunk.prefix(Int(size)))
      done += size
    }
  }

  func procExit(_ call: Call) throws { throw ProcessExit(code: call.u32(0)) }

  /// Programs have no signals here.
  func procRaise(_ call: Call) throws { throw Errno.notsup }

  func schedYield(_ call: Call) throws {
    try call.checkInterrupt()
    sched_yield()
  }

  /// There are no sockets but those among the standard streams, and these can be read and written only.
  func socketCall(_ call: Call) throws {
    let type = try descriptors.get(call.u32(0)).fileType
    throw type == .streamSocket || type == .datagramSocket ? Errno.notsup : Errno.notsock
  }
}
