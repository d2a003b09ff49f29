import ByteCursor
import Synchronization

/// What was decoded of a part, and why it is not all of it. Both are kept: a part that failed is not tried
/// again.
struct Part<Value: Sendable>: Sendable {
  var value: Value
  var problem: ReadError?
}

/// A value that is made on the first question and kept. Other threads wait while it is being made, so that
/// it is made once; making one may ask another, never itself.
struct Memo<Value: Sendable>: ~Copyable, Sendable {
  private let state = Mutex<Value?>(nil)

  func value(_ make: () -> Value) -> Value {
    state.withLock { state in
      if let value = state { return value }
      let value = make()
      state = value
      return value
    }
  }
}

/// The diagnostics of one file, which come together as its parts are decoded.
final class DiagnosticLog: Sendable {
  private let entries = Mutex<[Diagnostic]>([])
  private let cap: Int

  init(limits: Limits) { cap = max(limits.diagnostics, 1) }

  /// Adds a diagnostic unless it is there already; the last one that is kept says that there are more.
  func add(_ diagnostic: Diagnostic) {
    entries.withLock { entries in
      guard entries.count < cap, !entries.contains(diagnostic) else { return }
      entries.append(entries.count == cap - 1 ? Diagnostic("more problems are not listed") : diagnostic)
    }
  }

  var all: [Diagnostic] { entries.withLock { $0 } }
}
