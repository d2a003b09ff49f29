import DwarfEval

/// How a value is shown in place of its members as the compiler laid them out.
public struct Presentation: Sendable {
  /// What stands below a value. What is not looked at is not read.
  public enum Children: Sendable {
    /// Nothing.
    case none
    /// The members of the type itself.
    case members
    /// Parts with names, in their order.
    case named([(name: String, value: Value)])
    /// Elements that can be reached by their number, `[0]`, `[1]` and so on.
    case elements(count: UInt64, at: @Sendable (UInt64) throws(Unavailable) -> Value)
    /// Elements that are found one from the other (a list, a set): `next` gives the first so many, fewer where the
    /// structure ends or is damaged, in which case it says how.
    case sequence(count: UInt64?, first: @Sendable (Int) -> Found<Value>)
    /// Keys with their values, found one from the other.
    case entries(count: UInt64?, first: @Sendable (Int) -> Found<Entry>)
  }

  /// A key with its value.
  public struct Entry: Sendable {
    public var key: Value
    public var value: Value

    /// An entry.
    public init(_ key: Value, _ value: Value) {
      self.key = key
      self.value = value
    }
  }

  /// What was found, and why no more: a cycle, a link that leads nowhere, memory that is not in the dump.
  public struct Found<Element: Sendable>: Sendable {
    public var elements: [Element] = []
    public var problem: String?

    /// Elements.
    public init(_ elements: [Element] = [], problem: String? = nil) {
      self.elements = elements
      self.problem = problem
    }
  }

  /// The text in the place of a scalar's: a variant's name.
  public var value: String?
  /// The readable form: a string's quoted text, `size=3`.
  public var summary: String?
  /// What stands below.
  public var children: Children
  /// What a smart pointer leads to: `*p` and `p->member` go there. Nil for other types, and for null.
  public var target: Value?
  /// What is shown in the place of the value, by its own type's rules: what a transparent wrapper (an atomic) holds.
  /// Nothing else counts then.
  public var standIn: Value?

  /// A value whose text is the summary, where there is none: what a smart pointer leads to, a variant's value.
  public var text: Value?
  /// How what is shown of `text` is worded; nil as a result for the text as it is.
  public var wording: (@Sendable (String) -> String?)?

  /// As what it wraps.
  public init(standIn: Value) {
    self.standIn = standIn
    children = .none
  }

  /// A presentation.
  public init(
    value: String? = nil, summary: String? = nil, children: Children = .none, target: Value? = nil, text: Value? = nil
  ) {
    self.value = value
    self.summary = summary
    self.children = children
    self.target = target
    self.text = text
  }

  /// A container of elements that are reached by their number.
  public static func container(
    count: UInt64, at element: @escaping @Sendable (UInt64) throws(Unavailable) -> Value
  ) -> Presentation {
    Presentation(summary: "size=\(count)", children: .elements(count: count, at: element))
  }
}

/// A row of the registry: how values of the types that a pattern matches are shown.
public struct Formatter: Sendable {
  /// The type's qualified name without template arguments, inline namespaces (`__1`, `__cxx11`) left out:
  /// `std::vector`, `alloc::vec::Vec`. A `*` at the end stands for any ending.
  public let pattern: String
  /// Makes the presentation; nil where the value turns out to be something else.
  /// - Throws: why the value cannot be read: it is shown as its members then, with the reason.
  public let present: @Sendable (Value) throws(Unavailable) -> Presentation?

  /// A row.
  public init(_ pattern: String, _ present: @escaping @Sendable (Value) throws(Unavailable) -> Presentation?) {
    self.pattern = pattern
    self.present = present
  }
}

/// The formatters, data for the describer, which knows no library's types.
public struct FormatterRegistry: Sendable {
  private var exact: [String: [Formatter]] = [:]
  private var prefixes: [Formatter] = []

  /// All that come with the debugger.
  public static let standard = FormatterRegistry(allFormatters)

  /// These rows.
  public init(_ formatters: [Formatter]) {
    for formatter in formatters {
      if formatter.pattern.hasSuffix("*") {
        prefixes.append(formatter)
      } else {
        exact[formatter.pattern, default: []].append(formatter)
      }
    }
  }

  /// The presentation of a value by the first row that has one; nil where it is shown as it is.
  public func presentation(of value: Value) throws(Unavailable) -> Presentation? {
    var type = value.type
    // A typedef may have a row of its own; mostly what it names has.
    for _ in 0..<16 {
      guard let current = type else { return nil }
      let key = Self.key(current.name)
      for formatter in exact[key] ?? [] {
        if let found = try formatter.present(value.reinterpreted(as: current)) { return found }
      }
      for formatter in prefixes where key.hasPrefix(formatter.pattern.dropLast()) {
        if let found = try formatter.present(value.reinterpreted(as: current)) { return found }
      }
      switch current.kind {
      case .typedef(let next), .qualified(_, let next): type = next
      default: return nil
      }
    }
    return nil
  }

  /// The presentation of a value or of what stands for it, which then is the value.
  public func shown(_ value: inout Value) throws(Unavailable) -> Presentation? {
    // Wrappers in wrappers; debug information that is damaged may have them go in circles.
    for _ in 0..<16 {
      guard let found = try presentation(of: value) else { return nil }
      guard let inner = found.standIn else { return found }
      value = inner
    }
    return nil
  }

  /// The part of a type's name that rows are found by.
  static func key(_ name: String) -> String {
    // Names that begin with `<` (Rust's `<T as U>::V`) are their own keys.
    let key = name.hasPrefix("<") ? name : String(name.prefix { $0 != "<" })
    let parts = key.components(separatedBy: "::").filter { !inlineNamespaces.contains($0) }
    return parts.joined(separator: "::")
  }

  private static let inlineNamespaces: Set<String> = ["__1", "__2", "__ndk1", "__cxx11", "__debug"]
}

extension String {
  /// The parts between occurrences of `separator`.
  fileprivate func components(separatedBy separator: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    parts.append(String(rest))
    return parts
  }
}
