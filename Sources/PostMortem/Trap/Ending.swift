/// How a program ended itself on purpose: abort, a panic, a failed assertion.
public struct Ending: Sendable, Hashable {
  /// A stable name: `abort-called`, `rust-panic`, …
  public var id: String
  /// What happened, without who did it: `a Rust panic was raised`.
  public var summary: String
  /// The youngest frame of the crashed thread outside of the machinery that ends programs: where a person looks first.
  public var frame: Int?
}

extension Session {
  /// Recognises the machinery at the young end of the crashed thread.
  func findEnding() -> Ending? {
    // A function that is called `abort` but was not stopped by `unreachable` is something else.
    guard let thread = crashedThread, trap.kind == .unreachable || trap.kind == .unknown else { return nil }
    let frames = backtrace(thread: thread).prefix(200)
    for machinery in Machinery.rows {
      // The machinery is what stands at the young end without a break: a `catch_unwind` further down says nothing.
      let end = frames.firstIndex { !machinery.holds($0.function) } ?? frames.endIndex
      guard frames[..<end].contains(where: { machinery.isShown(by: $0.function) }) else { continue }
      return Ending(id: machinery.id, summary: machinery.summary, frame: end < frames.endIndex ? end : nil)
    }
    return nil
  }
}
