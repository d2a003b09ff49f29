import Glibc
import Synchronization

/// What has to be put right when a signal ends or stops the program: the terminal's modes, a file that is half
/// written. The handlers do only what a handler may do, then let the signal do what it does by default.
enum LastRites {
  // Memory that is made once, before a handler can run: a handler must not be the first to touch a global variable,
  // nor meet one that is being written.
  nonisolated(unsafe) private static let modes = UnsafeMutablePointer<termios>.allocate(capacity: 1)
  private static let hasModes = Atomic(false)
  /// The names of the files to remove, in memory that is never freed: a command writes two at the most.
  private static let firstDoomed = Atomic<UInt>(0)
  private static let secondDoomed = Atomic<UInt>(0)

  /// From now on the terminal at standard input gets its present modes back when a signal ends or stops the program.
  static func restoreTerminal() {
    guard tcgetattr(STDIN_FILENO, modes) == 0 else { return }
    hasModes.store(true, ordering: .sequentiallyConsistent)
    for signal in [SIGTERM, SIGHUP, SIGQUIT, SIGTSTP] { handle(signal) }
  }

  /// What is to be removed when a signal ends the program.
  struct Doom {
    fileprivate let name: UInt
  }

  /// From now on the file at `path` is removed when a signal ends the program. (Of more than two files at a time the third
  /// would stay.)
  static func remove(onDeath path: String) -> Doom {
    let doom = Doom(name: UInt(bitPattern: strdup(path)))
    if !exchange(firstDoomed, 0, doom.name) { _ = exchange(secondDoomed, 0, doom.name) }
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { handle(signal) }
    return doom
  }

  /// The file stays.
  static func keep(_ doom: Doom) {
    if !exchange(firstDoomed, doom.name, 0) { _ = exchange(secondDoomed, doom.name, 0) }
  }

  private static func exchange(_ slot: borrowing Atomic<UInt>, _ old: UInt, _ new: UInt) -> Bool {
    slot.compareExchange(expected: old, desired: new, ordering: .sequentiallyConsistent).exchanged
  }

  /// Puts the terminal right; callable from a signal handler.
  static func putTerminalRight() {
    // In the background the terminal is someone else's.
    guard hasModes.load(ordering: .sequentiallyConsistent), tcgetpgrp(STDIN_FILENO) == getpgrp() else { return }
    tcsetattr(STDIN_FILENO, TCSADRAIN, modes)
  }

  private static func handle(_ signal: Int32) {
    var action = sigaction()
    // Who ignores a signal (nohup) goes on to do so.
    guard sigaction(signal, nil, &action) == 0, !isIgnored(action) else { return }
    action = sigaction()
    action.__sigaction_handler.sa_handler = { LastRites.perform($0) }
    sigfillset(&action.sa_mask)
    sigaction(signal, &action, nil)
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: UInt.self) == 1
  }

  /// The handler. All other signals are blocked while it runs (where another handler calls it: should be).
  static func perform(_ signal: Int32) {
    let before = errno
    putTerminalRight()
    if signal != SIGTSTP {
      remove(firstDoomed.load(ordering: .sequentiallyConsistent))
      remove(secondDoomed.load(ordering: .sequentiallyConsistent))
    }
    var action = sigaction()
    var own = sigaction()
    action.__sigaction_handler.sa_handler = nil  // SIG_DFL
    sigaction(signal, &action, &own)
    raise(signal)
    var only = sigset_t()
    sigemptyset(&only)
    sigaddset(&only, signal)
    // Here it ends, or stops until SIGCONT.
    pthread_sigmask(SIG_UNBLOCK, &only, nil)
    pthread_sigmask(SIG_BLOCK, &only, nil)
    sigaction(signal, &own, nil)
    errno = before
  }

  private static func remove(_ name: UInt) {
    if let path = UnsafePointer<CChar>(bitPattern: name) { unlink(path) }
  }
}
