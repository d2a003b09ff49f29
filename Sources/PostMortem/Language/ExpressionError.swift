/// Why an expression has no value: one sentence, and the place in its text that it is about.
public struct ExpressionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of mistake it is, for scripts.
  public enum Kind: String, Sendable, Hashable {
    /// The text is no expression.
    case syntax
    /// A name that nothing has.
    case unknownName
    /// Operands of types that do not go together.
    case type
    /// The value is not known: the reason says why.
    case unavailable
    /// What a dead process cannot do.
    case unsupported
  }

  /// The kind of mistake.
  public var kind: Kind
  /// One sentence.
  public var message: String
  /// The characters that it is about, counted from the start of the expression's text; empty behind its end.
  public var range: Range<Int>

  /// An error.
  public init(_ kind: Kind, _ message: String, at range: Range<Int>) {
    self.kind = kind
    self.message = message
    self.range = range
  }

  public var description: String { message }

  /// The expression with a caret under the place: two lines.
  public func marked(in text: String) -> String {
    let line = text.map { $0.isNewline || $0 == "\t" ? " " : $0 }
    let start = min(range.lowerBound, line.count)
    let count = max(1, min(range.upperBound, line.count) - start)
    return String(line) + "\n" + String(repeating: " ", count: start) + "^" + String(repeating: "~", count: count - 1)
  }
}
