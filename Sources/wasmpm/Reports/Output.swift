import ByteCursor
import Glibc

/// Where text goes: a file descriptor, through a large buffer, or memory.
///
/// A class, because whoever writes shares one buffer.
final class Output {
  private enum Target {
    case descriptor(Int32)
    case file(OutputFile)
    case memory

    var descriptor: Int32? {
      switch self {
      case .descriptor(let descriptor): descriptor
      case .file(let file): file.descriptor
      case .memory: nil
      }
    }
  }
  private let target: Target
  private var buffer: [UInt8] = []
  private static let capacity = 64 << 10

  /// How it looks.
  let style: Style
  private let fixedWidth: Int?

  /// Standard output, or another descriptor that stays open.
  init(descriptor: Int32 = STDOUT_FILENO, style: Style) {
    target = .descriptor(descriptor)
    self.style = style
    fixedWidth = nil
    buffer.reserveCapacity(Output.capacity)
  }

  /// Memory: `text` takes what was written.
  init(toMemory style: Style, width: Int = 100) {
    target = .memory
    self.style = style
    fixedWidth = width
  }

  /// The file at `path`, which becomes what was written when `finish` is called and is left alone before.
  /// - Throws: `Failure` where it cannot be written.
  convenience init(path: String) throws(Failure) { self.init(file: try OutputFile(path)) }

  /// A file that was opened before.
  init(file: OutputFile) {
    target = .file(file)
    style = Style(colored: false)
    fixedWidth = 100
  }

  /// Columns that a line should not exceed.
  var width: Int {
    if let fixedWidth { return fixedWidth }
    return target.descriptor.map(Terminal.width) ?? 100
  }

  /// Writes `text` as it is: what comes from files has to be `escaped` before.
  func write(_ text: String) {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= Output.capacity { drain() }
  }

  /// Writes `text` and ends the line.
  func line(_ text: String = "") {
    buffer.append(contentsOf: text.utf8)
    buffer.append(UInt8(ascii: "\n"))
    if buffer.count >= Output.capacity { drain() }
  }

  /// Writes bytes that are already what they should be.
  func write(bytes: some Sequence<UInt8>) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= Output.capacity { drain() }
  }

  /// Writes bytes past the buffer: many, which need no copy.
  func write(_ bytes: Bytes) {
    drain()
    bytes.withUnsafeBytes { drain($0) }
  }

  /// Hands everything to the system.
  func flush() { drain() }

  /// Hands everything to the system; what was written to a file takes its place now.
  /// - Throws: `Failure` where it cannot.
  func finish() throws(Failure) {
    drain()
    if case .file(let file) = target { try file.commit() }
  }

  /// What was written to memory, which is empty afterwards.
  func takeText() -> String {
    defer { buffer.removeAll(keepingCapacity: true) }
    return String(decoding: buffer, as: UTF8.self)
  }

  private func drain() {
    guard target.descriptor != nil, !buffer.isEmpty else { return }
    buffer.withUnsafeBytes { drain($0) }
    buffer.removeAll(keepingCapacity: true)
  }

  private func drain(_ bytes: UnsafeRawBufferPointer) {
    // ^C stops the flood, not the program: what is still to come of this command is dropped.
    guard let descriptor = target.descriptor, let start = bytes.baseAddress, !Interrupt.isRaised else { return }
    Progress.shared.clear()
    var done = 0
    while done < bytes.count, !Interrupt.isRaised {
      let count = Glibc.write(descriptor, start + done, bytes.count - done)
      if count >= 0 {
        done += count
      } else if errno == EAGAIN {
        var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = Glibc.poll(&poll, 1, -1)
      } else if errno != EINTR {
        // A reader that has seen enough (`| head`) is no failure worth a word.
        if errno != EPIPE { complain("cannot write: \(systemError())") }
        if case .file(let file) = target { file.discard() }
        exit(1)
      }
    }
  }
}

/// The system's words for `errno`.
func systemError() -> String {
  let text = String(cString: strerror(errno))
  return text.prefix(1).lowercased() + text.dropFirst()
}

/// One line on standard error, `wasmpm: …`. Escapes: messages quote what files say.
func complain(_ message: String) {
  Progress.shared.clear()
  put("wasmpm: \(escaped(message))\n", to: STDERR_FILENO)
}

/// Writes `text` at once, past every buffer.
func put(_ text: String, to descriptor: Int32) {
  let bytes = Array(text.utf8)
  bytes.withUnsafeBytes { _ = Glibc.write(descriptor, $0.baseAddress!, $0.count) }
}
