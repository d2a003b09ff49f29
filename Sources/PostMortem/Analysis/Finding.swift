/// Something about the crash that a person would want to be told.
public struct Finding: Sendable, Hashable {
  /// How much it matters.
  public enum Severity: String, Sendable, Hashable { case info, warning, error }
  /// A stable name: `deep-recursion`, `truncated-backtrace`, …
  public var id: String
  /// How much it matters.
  public var severity: Severity
  /// One sentence.
  public var summary: String
  /// More, where there is more to say.
  public var detail: String?

  /// A finding.
  public init(id: String, severity: Severity, summary: String, detail: String? = nil) {
    self.id = id
    self.severity = severity
    self.summary = summary
    self.detail = detail
  }
}
