import Glibc
import Synchronization

/// The line on standard error that says what takes so long: after a second, on a terminal only, and gone before
/// anything else is written.
final class Progress: Sendable {
  static let shared = Progress()

  private struct State {
    var started: UInt64?
    var lastShown: UInt64 = 0
    var visible = false
  }
  private let state = Mutex(State())

  /// What `SessionOptions.progress` is set to; nil where nobody would see it.
  static var callback: (@Sendable (String, Double) -> Void)? {
    guard isatty(STDERR_FILENO) == 1, !Terminal.isDumb else { return nil }
    return { what, fraction in Progress.shared.update(what, fraction) }
  }

  /// Work begins: the second counts from here.
  func restart() { state.withLock { $0.started = now() } }

  /// How far the work is; called from any thread.
  func update(_ what: String, _ fraction: Double) {
    state.withLock { state in
      let time = now()
      guard let started = state.started else {
        state.started = time
        return
      }
      // Ten times a second is as often as an eye follows.
      guard time &- started >= 1_000_000_000, time &- state.lastShown >= 100_000_000 else { return }
      state.lastShown = time
      state.visible = true
      let percent = Int(min(max(fraction, 0), 1) * 100)
      put("\r\u{1b}[K\(escaped(what)) … \(percent) %", to: STDERR_FILENO)
    }
  }

  /// Takes the line away.
  func clear() {
    state.withLock { state in
      guard state.visible else { return }
      state.visible = false
      put("\r\u{1b}[K", to: STDERR_FILENO)
    }
  }

}

/// Nanoseconds of a clock that only goes forward.
private func now() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
}
