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
    handle(SIGINT) { _ in
      // A second ^C before anyone has looked at the first: a command that neither writes nor asks. The person means it.
      if Interrupt.interrupted.exchange(true, ordering: .relaxed) { _exit(130) }
    }
    handle(SIGWINCH) { _ in Interrupt.resized.store(true, ordering: .relaxed) }
    handle(SIGCONT) { _ in Interrupt.continued.store(true, ordering: .relaxed) }
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
