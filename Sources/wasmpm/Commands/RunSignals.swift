import Glibc
import Synchronization
import WasmInterp

/// The signals that stop a program that `run` runs: ^C, a polite kill, and the alarm of `--timeout`.
enum RunSignals {
  /// What the handlers request.
  static let interrupt = WasmInterp.Interrupt()
  private static let last = Atomic<Int32>(0)
  private static let numbers = [SIGINT, SIGTERM, SIGALRM]

  /// Whether it was the alarm that stopped the program.
  static var timeIsUp: Bool { last.load(ordering: .relaxed) == SIGALRM }
  /// The status that says which signal it was, as shells count.
  static var exitStatus: Int32 { 128 + max(last.load(ordering: .relaxed), SIGINT) }

  /// While `body` runs, the signals stop the program and not us; the second one stops us.
  /// - Parameter seconds: when the alarm comes; nil for never.
  static func stopping<Result>(after seconds: Double?, _ body: () throws -> Result) rethrows -> Result {
    // Touched here: a handler must not be the first to initialise them.
    last.store(0, ordering: .relaxed)
    interrupt.clear()
    var before = numbers.map { _ in sigaction() }
    for (index, number) in numbers.enumerated() {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { RunSignals.handle($0) }
      sigaction(number, &action, &before[index])
    }
    // The program is told about a closed pipe, as WASI has it.
    signal(SIGPIPE, SIG_IGN)
    setAlarm(after: seconds ?? 0)
    defer {
      setAlarm(after: 0)
      for (index, number) in numbers.enumerated() { sigaction(number, &before[index], nil) }
      signal(SIGPIPE, SIG_DFL)
    }
    return try body()
  }

  private static func handle(_ number: Int32) {
    guard interrupt.isRequested else {
      last.store(number, ordering: .relaxed)
      interrupt.request()
      return
    }
    // It does not stop, or what comes after it takes too long.
    if number != SIGALRM { LastRites.perform(number) }
  }

  private static func setAlarm(after seconds: Double) {
    var timer = itimerval()
    timer.it_value.tv_sec = Int(seconds)
    // None at all would mean never.
    timer.it_value.tv_usec = seconds > 0 ? max(Int((seconds - seconds.rounded(.down)) * 1e6), 1) : 0
    setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, nil)
  }
}
