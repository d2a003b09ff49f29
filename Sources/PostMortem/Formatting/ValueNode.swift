import ByteCursor

/// A value as it is shown: VARIABLE of the contract.
public struct ValueNode: Sendable {
  /// The variable's or member's name, `[3]` for an element, `["key"]` for a key's value; nil for a value alone.
  public var name: String?
  /// The type's name; `void` where there is none.
  public var type: String
  /// A scalar's text; nil for aggregates.
  public var value: String?
  /// The readable form: a string's quoted text, `size=N`, what a pointer leads to.
  public var summary: String?
  /// Members or elements, as many as are shown.
  public var children: [ValueNode] = []
  /// How many children are left out; nil for none.
  public var omitted: UInt64?
  /// Where it is; nil where it has no address.
  public var address: MemoryAddress?
  /// How it is known.
  public var trust: Trust
  /// Why no better, or why not at all; nil where nothing is to be said.
  public var reason: String?
  /// The depth of the block that it is declared in; nil outside of functions and for members.
  public var scope: Int?
  /// Whether its children are elements of a container rather than members.
  public var isContainer = false
  /// Whether the names of its children are keys that are worth saying, rather than numbers in a row.
  public var hasKeys = false

  /// A node without children.
  public init(
    name: String? = nil, type: String, value: String? = nil, summary: String? = nil, trust: Trust = .recorded,
    reason: String? = nil
  ) {
    self.name = name
    self.type = type
    self.value = value
    self.summary = summary
    self.trust = trust
    self.reason = reason
  }

  /// What is shown of a value that is not known.
  static func unavailable(_ name: String?, type: String, _ reason: String, address: MemoryAddress? = nil) -> ValueNode {
    var node = ValueNode(name: name, type: type, trust: .unavailable, reason: reason)
    node.address = address
    return node
  }
}

/// How much of a value is shown.
public struct DescriptionLimits: Sendable {
  /// Elements of a container.
  public var elements = 200
  /// Members of a record.
  public var members = 200
  /// Bytes of a string.
  public var stringBytes = 200
  /// Levels of children.
  public var depth = 6
  /// Nodes of one description, so that no nesting makes more of it than a person or a file can take.
  public var nodes = 5_000

  /// The usual.
  public init() {}

  /// A line's worth: scalars and strings, and of containers their size.
  public static let brief: DescriptionLimits = {
    var limits = DescriptionLimits()
    (limits.elements, limits.members, limits.stringBytes, limits.depth, limits.nodes) = (0, 0, 40, 1, 50)
    return limits
  }()

  /// What a report has of each variable.
  public static let report: DescriptionLimits = {
    var limits = DescriptionLimits()
    (limits.elements, limits.members, limits.depth, limits.nodes) = (50, 100, 4, 500)
    return limits
  }()
}
