/// How a value is known.
public enum Trust: String, Sendable, Hashable, Comparable, CaseIterable {
  /// Nobody knows it; there is a reason to show.
  case unavailable
  /// It holds if memory has not changed between a load and the crash, or if the likeliest reading is right.
  case assumed
  /// It follows from recorded facts.
  case derived
  /// The dump says so.
  case recorded

  /// Weaker before stronger, so that `min` combines what a value rests on.
  public static func < (left: Trust, right: Trust) -> Bool { left.rank < right.rank }
  private var rank: Int { Trust.allCases.firstIndex(of: self)! }
}
