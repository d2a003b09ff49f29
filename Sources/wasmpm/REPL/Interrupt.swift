import Glibc
import Synchronization

/// ^C and the terminal's other signals while the prompt is open. Handlers only set flags; who reads or writes looks
/// at them.
enum Interrupt {
  private static let interrupted = Atomic(false)
  private static let resized = Atomic(false)
  private static let continued = Atomic(false)

  /// From now on ^C stops the command or drops the line, not the program.
  static func install() {
    // Touched here: a handler must not be the first to initialise them.
    interrupted.store(false, ordering: .relaxed)
    resized.store(false, ordering: .relaxed)
    continued.store(false, ordering: .relaxed)
    makePipe()
    handle(SIGINT) { _ in
      // A second ^C before anyone has looked at the first: a command that neither writes nor asks. The person means it.
      if Interrupt.interrupted.exchange(true, ordering: .relaxed) {
        LastRites.putTerminalRight()
        _exit(130)
      }
      Interrupt.wake()
    }
    handle(SIGWINCH) { _ in
      Interrupt.resized.store(true, ordering: .relaxed)
      Interrupt.wake()
    }
    handle(SIGCONT) { _ in
      Interrupt.continued.store(true, ordering: .relaxed)
      Interrupt.wake()
    }
  }

  // MARK: Waiting

  /// A pipe that handlers write to: a signal that comes between looking at the flags and waiting for a key, or that
  /// another thread gets, has to end the wait as well.
  private static let wakeUp = Atomic<Int32>(-1)
  private static let wakeUpReader = Atomic<Int32>(-1)

  /// Waits until `descriptor` can be read; false where a signal came first and the flags want a look.
  static func waitForInput(on descriptor: Int32) -> Bool {
    let reader = wakeUpReader.load(ordering: .relaxed)
    var polls = [
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0), pollfd(fd: reader, events: Int16(POLLIN), revents: 0),
    ]
    guard poll(&polls, 2, -1) > 0 else { return errno != EINTR }
    guard polls[1].revents != 0 else { return true }
    var bytes: [UInt8] = Array(repeating: 0, count: 64)
    while read(reader, &bytes, bytes.count) == bytes.count {}
    return false
  }

  private static func makePipe() {
    guard wakeUp.load(ordering: .relaxed) < 0 else { return }
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    wakeUpReader.store(ends[0], ordering: .relaxed)
    wakeUp.store(ends[1], ordering: .relaxed)
  }

  /// Ends a wait; callable from a signal handler.
  private static func wake() {
    let before = errno
    var byte: UInt8 = 0
    _ = write(wakeUp.load(ordering: .relaxed), &byte, 1)
    errno = before
  }

  /// Whether ^C came since `reset`.
  static var isRaised: Bool { interrupted.load(ordering: .relaxed) }

  /// A new command or line begins.
  static func reset() { interrupted.store(false, ordering: .relaxed) }

  /// Whether the window's size changed since the last time this was asked.
  static func takeResized() -> Bool { resized.exchange(false, ordering: .relaxed) }

  /// Whether the program was stopped and goes on, since the last time this was asked.
  static func takeContinued() -> Bool { continued.exchange(false, ordering: .relaxed) }

  private static func handle(_ signal: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    // Without SA_RESTART: a read that waits for a key has to come back.
    sigaction(signal, &action, nil)
  }
}
