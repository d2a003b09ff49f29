import WasmInterp

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Moves bytes between the program's buffers and a file or stream.
///
/// The host must never wait where an interrupt cannot reach it. Hence what may have to wait is waited for before
/// (`Waiting`), and the call itself moves no more than goes through then.
struct Transfer {
  let call: Call
  let file: Descriptor
  /// Where in the file; nil for its current position.
  let offset: Int64?

  /// As many bytes as are moved at once.
  private static let chunk = 1 << 18
  /// As many bytes as a pipe takes without waiting when it says that it can be written (`PIPE_BUF`).
  #if os(Linux)
    private static let pipeChunk = 4096
  #else
    private static let pipeChunk = 512
  #endif

  /// Reads until the buffers are full or the file has ended; of a stream what is there.
  /// - Returns: the number of bytes.
  func fill(_ buffers: BufferCursor) throws -> UInt32 {
    try whole(buffers) { buffers, position in
      let size = Int(min(buffers.remaining, UInt64(Self.chunk)))
      let bytes = try attempt(POLLIN) { () throws(Errno) in try readChunk(size, at: position) }
      try buffers.fill(bytes)
      return (bytes.count, mayGoOn: bytes.count == size && !file.canBlock)
    }
  }

  /// Writes everything, unless an error comes in between.
  /// - Returns: the number of bytes.
  func drain(_ buffers: BufferCursor) throws -> UInt32 {
    try whole(buffers) { buffers, position in
      let bytes = try buffers.peek(file.canBlock ? Self.pipeChunk : Self.chunk)
      let count = try attempt(POLLOUT) { () throws(Errno) in try writeChunk(bytes, at: position) }
      buffers.advance(count)
      return (count, mayGoOn: true)
    }
  }

  /// Does a step until nothing remains; an error behind the first step ends the transfer, but is not its result.
  private func whole(
    _ buffers: BufferCursor, _ step: (inout BufferCursor, Int64?) throws -> (count: Int, mayGoOn: Bool)
  ) throws -> UInt32 {
    var buffers = buffers
    var done: UInt32 = 0
    var mayGoOn = true
    while buffers.remaining > 0, mayGoOn {
      do {
        let (position, overflow) = (offset ?? 0).addingReportingOverflow(Int64(done))
        if overflow { throw Errno.inval }
        let count: Int
        (count, mayGoOn) = try step(&buffers, offset == nil ? nil : position)
        done += UInt32(count)
      } catch let error as Errno {
        if done == 0 { throw error }
        break
      }
    }
    return done
  }

  /// Waits where that may be needed, then does it.
  private func attempt<Result>(_ events: Int32, _ body: () throws(Errno) -> Result) throws -> Result {
    let waits = file.canBlock && offset == nil
    while true {
      try call.checkInterrupt()
      if waits { try Waiting.wait(for: file, events, call) }
      do throws(Errno) { return try body() } catch {
        // Somebody else was faster, and the host's descriptor does not wait: once more.
        guard error == .again, waits, !file.flags.contains(.nonblock) else { throw error }
      }
    }
  }

  private func readChunk(_ size: Int, at position: Int64?) throws(Errno) -> [UInt8] {
    let number = file.host.number
    var bytes = [UInt8](repeating: 0, count: size)
    let count = try check {
      guard let position else { return read(number, &bytes, size) }
      return pread(number, &bytes, size, off_t(position))
    }
    bytes.removeSubrange(count...)
    return bytes
  }

  private func writeChunk(_ bytes: [UInt8], at position: Int64?) throws(Errno) -> Int {
    let number = file.host.number
    return try check {
      guard let position else { return write(number, bytes, bytes.count) }
      return pwrite(number, bytes, bytes.count, off_t(position))
    }
  }
}
