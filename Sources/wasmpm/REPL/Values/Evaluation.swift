import PostMortem

/// How values are shown: what `set print` changes.
struct PrintSettings {
  /// Elements of a container, members of a record and bytes of a string; nil for as many as there are.
  var elements: Int? = 200
  /// Levels of members in members; nil for all of them.
  var depth: Int? = 6
  /// Equal elements in a row from this number on are shown once; nil for never.
  var repeats: Int? = 10
  /// Whether library types are shown as the compiler laid them out.
  var isRaw = false

  /// No answer is larger than this, whatever was set: a hostile dump has containers of 2³¹ elements.
  static let largest = 100_000

  /// The same for the library.
  var limits: DescriptionLimits {
    var limits = DescriptionLimits()
    limits.elements = elements ?? Self.largest
    limits.stringBytes = elements ?? Self.largest
    limits.depth = depth ?? 64
    limits.nodes = max(limits.nodes, min(limits.elements * 4, 2 * Self.largest))
    return limits
  }
}

extension Debugger {
  /// The value of an expression in the selected frame.
  /// - Throws: `Failure` with the expression and a caret under the place.
  func evaluate(_ text: String) throws(Failure) -> Value {
    do throws(ExpressionError) {
      return try expressions.evaluate(text, frame: try? frame(), thread: selectedThread)
    } catch {
      throw Failure(error, in: text)
    }
  }

  /// What describes a value.
  /// - Throws: `unavailable` where nothing does.
  func describer(of value: Value, _ request: FormatRequest? = nil) throws(Failure) -> Describer {
    try adjusted(expressions.describer(of: value), request)
  }

  /// What describes values of a frame, the selected one if none is given.
  /// - Throws: `unavailable` where nothing describes any.
  func describer(of wanted: Frame? = nil) throws(Failure) -> Describer {
    try adjusted(expressions.describer(frame: wanted ?? (try? frame())), nil)
  }

  private func adjusted(_ found: Describer?, _ request: FormatRequest?) throws(Failure) -> Describer {
    guard var describer = found else {
      throw Failure(.unavailable, "No debug information describes values here.")
    }
    describer.limits = settings.limits
    describer.format = request?.format
    describer.isRaw = settings.isRaw || request?.isRaw ?? false
    return describer
  }

  /// What writes values as text.
  var printer: ValuePrinter {
    var printer = ValuePrinter(width: output.width)
    printer.repeats = settings.repeats ?? .max
    return printer
  }

  /// The instance whose memory commands read.
  var instance: Int { (try? frame())?.instance ?? 0 }
}

extension Failure {
  /// Why an expression has no value, its text with a caret in front.
  init(_ error: ExpressionError, in text: String) {
    let kind: Kind =
      switch error.kind {
      case .syntax: .syntax
      case .unknownName: .unknownName
      case .type: .type
      case .unavailable: .unavailable
      case .unsupported: .unsupported
      }
    self.init(kind, error.message)
    context = error.marked(in: text).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// Why something is not known.
  init(_ reason: Unavailable) { self.init(.unavailable, reason.reason.capitalizedFirst + ".") }
}
