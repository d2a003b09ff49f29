import DwarfEval

/// Names of Swift's types. The debug information has them mangled; `const`, which it says of what `let` declares, is no part
/// of the language's types.
enum SwiftTypeName {
  /// The name as the source has it, `Swift.Array<Swift.Int32>`.
  static func text(of type: DwarfType) -> String {
    var type = type
    for _ in 0..<8 {
      guard case .qualified(_, let next?) = type.kind else { break }
      type = next
    }
    for mangled in candidates(type) {
      if let text = Demangler.demangle(mangled)?.text { return text }
    }
    return type.name
  }

  /// The mangled names that it has, the one that says most first.
  private static func candidates(_ type: DwarfType) -> [String] {
    var names: [String] = []
    // A generic type with its size holds a member without a name, whose type is the same one with its arguments.
    if case .record(let record) = type.kind, record.members.count == 1, record.members[0].name == nil,
      let inner = record.members[0].type?.simpleName, isMangled(inner)
    {
      names.append(inner)
    }
    if let name = type.linkageName { names.append(name) }
    if let name = type.simpleName, isMangled(name) { names.append(name) }
    return names
  }

  private static func isMangled(_ name: String) -> Bool { name.hasPrefix("$s") || name.hasPrefix("$e") }
}
