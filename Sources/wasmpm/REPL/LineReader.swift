import Glibc

/// Lines of a pipe or a file descriptor, as they come.
struct LineReader {
  let descriptor: Int32
  private var pending: [UInt8] = []
  private var isAtEnd = false

  init(descriptor: Int32) { self.descriptor = descriptor }

  /// The next line without its ending; nil at the end and where ^C came first.
  mutating func next() -> String? {
    while true {
      if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: pending[..<end], as: UTF8.self)
        pending.removeFirst(end + 1)
        return line
      }
      guard fill() else { return takeRest() }
    }
  }

  /// All whole lines that one read brings; nil at the end.
  mutating func nextBatch() -> [String]? {
    while true {
      if let end = pending.lastIndex(of: UInt8(ascii: "\n")) {
        let text = String(decoding: pending[..<end], as: UTF8.self)
        pending.removeFirst(end + 1)
        return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      }
      guard fill() else { return takeRest().map { [$0] } }
    }
  }

  /// The last line where it has no ending.
  private mutating func takeRest() -> String? {
    guard isAtEnd, !pending.isEmpty else { return nil }
    defer { pending = [] }
    return String(decoding: pending, as: UTF8.self)
  }

  private mutating func fill() -> Bool {
    guard !isAtEnd else { return false }
    let room = 64 << 10
    while true {
      if Interrupt.isRaised { return false }
      guard Interrupt.waitForInput(on: descriptor) else { continue }
      let start = pending.count
      pending.append(contentsOf: repeatElement(0, count: room))
      let count = pending.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + start, room) }
      pending.removeLast(room - max(count, 0))
      if count > 0 { return true }
      if count < 0, errno == EINTR {
        if Interrupt.isRaised { return false }
        continue
      }
      isAtEnd = true
      return false
    }
  }
}

extension StringProtocol {
  /// Without white space at both ends.
  var trimmed: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}
