import Dispatch

/// Work that is done on all processors.
public enum Parallel {
  /// Calls `body` for each piece of work, the largest first.
  /// - Parameter size: how large a piece is, in whatever unit.
  public static func forEach<Work: Sendable>(
    _ work: [Work], size: (Work) -> Int, _ body: @Sendable (Work) -> Void
  ) {
    if work.count < 2 { return work.forEach(body) }
    let ordered = work.sorted { size($0) > size($1) }
    DispatchQueue.concurrentPerform(iterations: ordered.count) { body(ordered[$0]) }
  }
}
