import Synchronization

/// A value that is computed on first need, at most once, and kept; results and failures alike.
///
/// Two threads that need it at once wait for each other. So what computes the value under one memo must not
/// need another memo of the same kind: a unit's tables are made from that unit's entries alone.
struct Memo<Value: Sendable>: ~Copyable, Sendable {
  private let value = Mutex<Value?>(nil)

  /// The value, which `make` gives the first time.
  func get(_ make: () -> Value) -> Value {
    value.withLock { stored in
      if let known = stored { return known }
      let made = make()
      stored = made
      return made
    }
  }

  /// The value if there is one yet.
  var known: Value? { value.withLock { $0 } }
}

/// A value that is shared rather than copied.
final class Box<Value: Sendable>: Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}
