import ByteCursor

/// Writes types as a person does in the language of their unit.
///
/// C's syntax puts a declarator inside out: what surrounds a name is collected on the way from the outermost type to
/// the innermost.
struct TypeNameWriter {
  private let dwarf: Dwarf
  /// Steps that may yet be taken: types that refer to themselves twice would take exponentially many.
  private var budget = 2000
  private var depth = 0

  init(_ dwarf: Dwarf) { self.dwarf = dwarf }

  /// The name of `type`.
  mutating func name(of type: DwarfType) -> String { declaration(of: "", type, in: type.language) }

  /// How `declarator`, a name with what stands around it, is declared to be of `type`; `void` is written as in
  /// `language`.
  mutating func declaration(of declarator: String, _ type: DwarfType?, in language: SourceLanguage) -> String {
    budget -= 1
    depth += 1
    defer { depth -= 1 }
    guard let type else { return join(language == .rust ? "()" : "void", declarator) }
    guard budget > 0, depth <= dwarf.limits.nesting, declarator.utf8.count <= dwarf.limits.nameBytes else {
      return join("…", declarator)
    }
    // Where a compiler names what C writes with symbols, it does so in its language's way.
    if let name = type.givenName { return join(name, declarator) }
    switch type.language {
    case .rust: if let text = inRust(type) { return join(text, declarator) }
    case .zig: if let text = inZig(type) { return join(text, declarator) }
    default: break
    }
    return inC(declarator, type)
  }

  private func join(_ type: String, _ declarator: String) -> String {
    declarator.isEmpty || declarator.utf8.first == UInt8(ascii: "[") ? type + declarator : "\(type) \(declarator)"
  }

  // MARK: Languages

  private mutating func inC(_ declarator: String, _ type: DwarfType) -> String {
    let language = type.language
    switch type.kind {
    case .pointer(let target): return indirect("*", declarator, target, language)
    case .reference(let target): return indirect("&", declarator, target, language)
    case .rvalueReference(let target): return indirect("&&", declarator, target, language)
    case .memberPointer(let target, let owner):
      return indirect((owner.map { scopedName(of: $0) } ?? "") + "::*", declarator, target, language)
    case .qualified(let qualifier, let target):
      let word = qualifier.rawValue
      // A pointer's qualifiers stand behind its star, others in front of everything.
      guard isIndirect(target) else { return "\(word) \(declaration(of: declarator, target, in: language))" }
      let joint = declarator.isEmpty || declarator.utf8.first == UInt8(ascii: "[") ? "" : " "
      return declaration(of: word + joint + declarator, target, in: language)
    case .array(let array):
      var suffix = array.dimensions.isEmpty ? "[]" : ""
      for dimension in array.dimensions { suffix += "[\(dimension.fixedCount.map { String($0) } ?? "")]" }
      return declaration(of: declarator + suffix, array.element, in: language)
    case .subroutine(let subroutine):
      var parameters = parameters(subroutine, language)
      if parameters.isEmpty, language == .c, subroutine.isPrototyped { parameters = ["void"] }
      return declaration(
        of: "\(declarator)(\(parameters.joined(separator: ", ")))", subroutine.result, in: language)
    default: return join(scopedName(of: type), declarator)
    }
  }

  /// `declarator` is a pointer, or the like, to `target`.
  private mutating func indirect(
    _ symbol: String, _ declarator: String, _ target: DwarfType?, _ language: SourceLanguage
  ) -> String {
    if let target, target.givenName == nil {
      switch target.kind {
      case .array, .subroutine: return declaration(of: "(\(symbol)\(declarator))", target, in: language)
      default: break
      }
    }
    return declaration(of: symbol + declarator, target, in: language)
  }

  private func isIndirect(_ type: DwarfType?) -> Bool {
    guard let type, type.givenName == nil else { return false }
    switch type.kind {
    case .pointer, .reference, .rvalueReference, .memberPointer: return true
    // `const volatile` of a pointer.
    case .qualified(_, let target):
      guard let target, target.givenName == nil, case .pointer = target.kind else { return false }
      return true
    default: return false
    }
  }

  private mutating func parameters(_ subroutine: SubroutineType, _ language: SourceLanguage) -> [String] {
    // A list that is long beyond use ends in dots too.
    var parameters: [String] = []
    for type in subroutine.parameters.prefix(256) { parameters.append(declaration(of: "", type, in: language)) }
    if subroutine.isVariadic || subroutine.parameters.count > 256 { parameters.append("...") }
    return parameters
  }

  private mutating func inRust(_ type: DwarfType) -> String? {
    func written(_ type: DwarfType?) -> String { declaration(of: "", type, in: .rust) }
    switch type.kind {
    case .pointer(let target): return "*const " + written(target)
    case .reference(let target), .rvalueReference(let target): return "&" + written(target)
    case .qualified(_, let target): return written(target)
    case .array(let array):
      var text = written(array.element)
      if array.dimensions.isEmpty { return "[\(text)]" }
      for dimension in array.dimensions.reversed() {
        text = dimension.fixedCount.map { "[\(text); \($0)]" } ?? "[\(text)]"
      }
      return text
    case .subroutine(let subroutine):
      let head = "fn(\(parameters(subroutine, .rust).joined(separator: ", ")))"
      return subroutine.result == nil ? head : head + " -> " + written(subroutine.result)
    default: return nil
    }
  }

  private mutating func inZig(_ type: DwarfType) -> String? {
    func written(_ type: DwarfType?) -> String { declaration(of: "", type, in: .zig) }
    switch type.kind {
    case .pointer(let target), .reference(let target), .rvalueReference(let target): return "*" + written(target)
    case .qualified(let qualifier, let target): return "\(qualifier.rawValue) \(written(target))"
    case .array(let array):
      let counts = array.dimensions.map { $0.fixedCount.map { String($0) } ?? "" }
      if array.isVector { return "@Vector(\(counts.joined(separator: ", ")), \(written(array.element)))" }
      return (counts.isEmpty ? [""] : counts).map { "[\($0)]" }.joined() + written(array.element)
    case .subroutine(let subroutine):
      return "fn (\(parameters(subroutine, .zig).joined(separator: ", "))) \(written(subroutine.result))"
    default: return nil
    }
  }

  // MARK: Names

  /// The name of a type that has one, with its scopes.
  private mutating func scopedName(of type: DwarfType) -> String {
    budget -= 1
    guard let entry = type.entry else { return type.simpleName ?? "?" }
    let keyword = type.keyword
    guard var name = type.simpleName, !name.isEmpty else { return keyword.map { $0 + " {...}" } ?? bare(type) }
    if type.language == .cPlusPlus, !name.utf8.contains(UInt8(ascii: "<")) { name += templateArguments(of: type) }
    if type.language.namesHaveKeywords, let keyword { return "\(keyword) \(name)" }
    guard !type.language.namesAreComplete else { return name }
    let scopes = dwarf.scopes(around: dwarf.declaration(of: entry), besides: name.utf8.count).map(\.name)
    return (scopes.reversed() + [name]).joined(separator: entry.unit.root.language?.scopeSeparator ?? "::")
  }

  /// What a type without a name is called: Zig has such integers.
  private func bare(_ type: DwarfType) -> String {
    if case .base(let base) = type.kind, let size = type.size, size <= 32 {
      let bits = base.bits?.size ?? size * 8
      switch base.format {
      case .signed: return "i\(bits)"
      case .unsigned: return "u\(bits)"
      default: break
      }
    }
    return "?"
  }

  /// What a template's instance is made with, where the compiler leaves it out of the name.
  private mutating func templateArguments(of type: DwarfType) -> String {
    guard depth < 32, case .record(let record) = type.kind, !record.templateArguments.isEmpty else { return "" }
    depth += 1
    defer { depth -= 1 }
    return "<\(arguments(record.templateArguments).joined(separator: ", "))>"
  }

  private mutating func arguments(_ arguments: [TemplateArgument]) -> [String] {
    var texts: [String] = []
    for argument in arguments.prefix(256) where budget > 0 {
      switch argument {
      case .type(_, let type): texts.append(declaration(of: "", type, in: .cPlusPlus))
      case .template(_, let name): texts.append(name)
      case .pack(_, let members): texts += self.arguments(members)
      case .value(_, let type, let value): texts.append(text(of: value, type))
      }
    }
    return texts
  }

  private func text(of value: ConstantValue?, _ type: DwarfType?) -> String {
    guard let number = value?.integer(signed: type?.isSigned ?? false) else { return "…" }
    if type?.base?.format == .boolean { return number == 0 ? "false" : "true" }
    let suffixes = [
      "unsigned int": "U", "unsigned long": "UL", "unsigned long long": "ULL", "long": "L", "long long": "LL",
    ]
    return String(number) + (type?.underlying?.simpleName.flatMap { suffixes[$0] } ?? "")
  }
}

extension DwarfType {
  /// How a variable called `name` of this type is declared in its language: `int (*f)(char)`, `x: i32`.
  public func declaration(of name: String) -> String {
    switch language {
    case .rust, .zig, .swift: return "\(name): \(self.name)"
    case .c, .cPlusPlus, .other:
      var writer = TypeNameWriter(dwarf)
      return writer.declaration(of: name, self, in: language)
    }
  }

  /// The name that a compiler gave a pointer, an array or a function's type, which C only writes with symbols.
  fileprivate var givenName: String? {
    guard let name = simpleName, !name.isEmpty else { return nil }
    switch kind {
    // A function's name is not its type's.
    case .subroutine: return entry?.tag == .subprogram ? nil : name
    case .pointer, .reference, .rvalueReference, .memberPointer, .array, .qualified: return name
    default: return nil
    }
  }

  /// The word in front of the name in C.
  fileprivate var keyword: String? {
    switch kind {
    case .record(let record): record.keyword.rawValue
    case .enumeration: "enum"
    default: nil
    }
  }
}
