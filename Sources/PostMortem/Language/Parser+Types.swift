// How the names of types are written: those of C and C++, and what Rust writes differently.
extension ExpressionParser {
  private static let qualifiers: Set<String> = ["const", "volatile", "restrict", "_Atomic", "mut", "register"]
  private static let tags: Set<String> = ["struct", "union", "enum", "class", "typename"]
  private static let sizes: Set<String> = ["unsigned", "signed", "long", "short"]
  /// Words that always name a type. Others that C's headers define may be anyone's variables.
  private static let plain: Set<String> = [
    "void", "float", "bool", "_Bool", "wchar_t", "char8_t", "char16_t", "char32_t",
  ]

  /// A type's name, where one stands here; what was taken of something else is put back by the caller.
  mutating func typeName() throws(ExpressionError) -> TypeName? {
    if let type = try nested({ (parser) throws(ExpressionError) in try parser.rustType() }) { return type }
    // Rust and Swift write pointers in front: `*const T`, `&T`.
    var leading: [TypeName.Derivation] = []
    if isRustPointer {
      position += 2
      leading.append(.pointer)
    }
    var words: [String] = []
    var tag: String?
    var named: String?
    loop: while true {
      switch token.kind {
      case .name(let word) where Self.qualifiers.contains(word): position += 1
      case .name(let word) where Self.tags.contains(word) && tag == nil && words.isEmpty && named == nil:
        position += 1
        tag = word
      case .name(let word)
      where tag == nil && named == nil && (Self.sizes.contains(word) || isWord(word, after: words)):
        position += 1
        words.append(word)
      case .name, .quoted, .symbol("::"):
        guard words.isEmpty, named == nil else { break loop }
        let before = position
        let name = try qualifiedName().description
        guard tag != nil || isType(name) || Self.plain.contains(name) else {
          position = before
          break loop
        }
        named = name
      default: break loop
      }
    }
    guard let base = named ?? Self.baseName(words) else { return nil }
    var type = TypeName(base: base, tag: tag == "typename" ? nil : tag)
    type.derivations = leading
    try declarator(&type)
    return type
  }

  /// Rust's types that begin with a sign: `&[T]`, `&mut str`, `*const dyn Trait`, which the debug information has under these
  /// names, `&T`, and `[T; 3]`. Nil for all else, with nothing taken.
  private mutating func rustType() throws(ExpressionError) -> TypeName? {
    let before = position
    if let name = try wideName(), isType(name) { return TypeName(base: name) }
    position = before
    if take("["), var type = try typeName(), take(";"), case .integer(let count, _, _) = token.kind {
      position += 1
      if take("]") {
        type.derivations.append(.array(UInt64(clamping: count)))
        return type
      }
    }
    position = before
    if take("&") {
      if token.kind == .name("mut") { position += 1 }
      if var type = try typeName() {
        type.derivations.append(.pointer)
        return type
      }
    }
    position = before
    return nil
  }

  /// What may be the name of a pointer to something whose size or type only the running program knows.
  private mutating func wideName() throws(ExpressionError) -> String? {
    var name: String
    if isRustPointer, case .name(let word) = ahead(1).kind {
      position += 2
      name = "*\(word) "
    } else if take("&") {
      name = "&"
      if token.kind == .name("mut") {
        position += 1
        name = "&mut "
      }
    } else {
      return nil
    }
    switch token.kind {
    case .symbol("["): return balanced("[", "]").map { name + $0 }
    case .name("dyn"):
      position += 1
      guard case .name = token.kind else { return nil }
      return name + "dyn " + (try qualifiedName().description)
    case .name(let word) where ahead(1).kind != .symbol("::"):
      position += 1
      return name + word
    default: return nil
    }
  }

  private var isRustPointer: Bool {
    guard token.kind == .symbol("*"), case .name(let word) = ahead(1).kind else { return false }
    return word == "const" || word == "mut"
  }

  /// Whether `word` goes on with a base type of several words: `unsigned int`.
  private func isWord(_ word: String, after words: [String]) -> Bool {
    ["int", "char", "double", "__int128"].contains(word) && !words.contains(word)
  }

  /// C's usual name of a base type: `unsigned long`, whatever the order of its words and with `int` left out or not.
  private static func baseName(_ words: [String]) -> String? {
    guard !words.isEmpty else { return nil }
    let longs = words.count { $0 == "long" }
    let isUnsigned = words.contains("unsigned")
    if words.contains("double") { return longs > 0 ? "long double" : "double" }
    if words.contains("char") {
      return isUnsigned ? "unsigned char" : words.contains("signed") ? "signed char" : "char"
    }
    if words.contains("__int128") { return isUnsigned ? "unsigned __int128" : "__int128" }
    let size = words.contains("short") ? "short" : longs > 1 ? "long long" : longs == 1 ? "long" : "int"
    return (isUnsigned ? "unsigned " : "") + size
  }

  /// `*`, `&`, `[3]`, `(*)(int)` behind a base type.
  private mutating func declarator(_ type: inout TypeName) throws(ExpressionError) {
    while case .symbol(let symbol) = token.kind {
      guard type.derivations.count < Self.maximumDepth else { throw error("The type is nested too deeply.") }
      if symbol == "*" || symbol == "&" || symbol == "&&" {
        position += 1
        type.derivations.append(symbol == "*" ? .pointer : .reference)
        while case .name(let word) = token.kind, Self.qualifiers.contains(word) { position += 1 }
      } else if symbol == "[" {
        try arrays(&type)
      } else if symbol == "(", ahead(1).kind == .symbol("*") || ahead(1).kind == .symbol("&") {
        position += 1
        var inner: [TypeName.Derivation] = []
        while isAt("*") || isAt("&") {
          inner.append(isAt("*") ? .pointer : .reference)
          position += 1
        }
        try expect(")")
        if isAt("[") {
          try arrays(&type)
        } else if take("(") {
          type.derivations.append(.function(try parameters()))
        }
        type.derivations += inner
      } else {
        return
      }
    }
  }

  private mutating func arrays(_ type: inout TypeName) throws(ExpressionError) {
    var counts: [UInt64?] = []
    while take("[") {
      guard counts.count < Self.maximumDepth else { throw error("The type is nested too deeply.") }
      if case .integer(let count, _, _) = token.kind {
        position += 1
        counts.append(UInt64(clamping: count))
      } else {
        counts.append(nil)
      }
      try expect("]")
    }
    // `int[3][4]` is three arrays of four.
    type.derivations += counts.reversed().map { .array($0) }
  }

  private mutating func parameters() throws(ExpressionError) -> [TypeName] {
    var types: [TypeName] = []
    while !take(")") {
      guard let type = try nested({ (parser) throws(ExpressionError) in try parser.typeName() }) else {
        throw error("A type is missing here.")
      }
      types.append(type)
      if !take(","), !isAt(")") { throw error("')' is missing here.") }
    }
    return types
  }
}
