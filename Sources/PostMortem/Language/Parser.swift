/// Parses an expression of the prompt's language.
public struct ExpressionParser {
  /// Whether a name stands for a type, which is what tells a cast from a parenthesis.
  let isType: (String) -> Bool
  private let tokens: [Token]
  var position = 0
  private var depth = 0
  /// Nesting beyond this is nobody's expression.
  static let maximumDepth = 200

  /// Parses an expression; the whole text has to be one.
  /// - Parameter isType: whether a name, qualified with `::`, stands for a type in the program.
  /// - Throws: `syntax`, with the place; `unsupported` for what a dead process cannot do.
  public static func parse(_ text: String, isType: @escaping (String) -> Bool) throws(ExpressionError) -> Syntax.Node {
    var parser = ExpressionParser(tokens: try Lexer.tokens(text), isType: isType)
    if parser.token.kind == .end { throw parser.error("An expression is missing.") }
    let node = try parser.sequence()
    guard parser.token.kind == .end else {
      throw parser.error("A syntax error in expression, near `\(parser.rest(of: text))'.")
    }
    return node
  }

  /// Parses the name of a type; the whole text has to be one. Nil where it is none.
  /// - Throws: `syntax`, with the place.
  public static func parseType(_ text: String, isType: @escaping (String) -> Bool) throws(ExpressionError) -> TypeName?
  {
    var parser = ExpressionParser(tokens: try Lexer.tokens(text), isType: isType)
    guard let type = try parser.typeName(), parser.token.kind == .end else { return nil }
    return type
  }

  private init(tokens: [Token], isType: @escaping (String) -> Bool) {
    self.tokens = tokens
    self.isType = isType
  }

  var token: Token { tokens[position] }
  func ahead(_ distance: Int) -> Token { tokens[min(position + distance, tokens.count - 1)] }

  func error(_ message: String) -> ExpressionError { ExpressionError(.syntax, message, at: token.range) }

  private func changing(_ symbol: String) -> ExpressionError {
    ExpressionError(.unsupported, "Operator '\(symbol)': a dead process does not change.", at: token.range)
  }

  private func rest(of text: String) -> String { String(Array(text)[token.range.lowerBound...].prefix(40)) }

  func isAt(_ symbol: String) -> Bool { token.kind == .symbol(symbol) }

  mutating func take(_ symbol: String) -> Bool {
    guard isAt(symbol) else { return false }
    position += 1
    return true
  }

  mutating func expect(_ symbol: String) throws(ExpressionError) {
    guard take(symbol) else { throw error("'\(symbol)' is missing here.") }
  }

  /// Everything from `start` to the last token that was taken.
  private func range(from start: Int) -> Range<Int> {
    let end = position > 0 ? tokens[position - 1].range.upperBound : start
    return start..<max(start, end)
  }

  mutating func nested<Result>(
    _ body: (inout ExpressionParser) throws(ExpressionError) -> Result
  ) throws(ExpressionError) -> Result {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { throw error("The expression is nested too deeply.") }
    return try body(&self)
  }

  // MARK: Operators

  private mutating func sequence() throws(ExpressionError) -> Syntax.Node {
    var left = try assignment()
    while take(",") {
      let right = try assignment()
      left = .init(syntax: .sequence(left, right), range: left.range.lowerBound..<right.range.upperBound)
    }
    return left
  }

  private mutating func assignment() throws(ExpressionError) -> Syntax.Node {
    try nested { (parser) throws(ExpressionError) in
      let left = try parser.conditional()
      guard case .symbol(let symbol) = parser.token.kind, symbol == "=" || Self.compound[symbol] != nil else {
        return left
      }
      let place = parser.token.range
      parser.position += 1
      var right = try parser.assignment()
      let range = left.range.lowerBound..<right.range.upperBound
      if let operation = Self.compound[symbol] {
        right = .init(syntax: .binary(operation, left, right, at: place), range: range)
      }
      return .init(syntax: .assignment(left, right), range: range)
    }
  }

  /// `a += b` stands for `a = a + b`.
  private static let compound: [String: BinaryOperator] = [
    "+=": .add, "-=": .subtract, "*=": .multiply, "/=": .divide, "%=": .remainder, "<<=": .shiftLeft,
    ">>=": .shiftRight, "&=": .bitAnd, "|=": .bitOr, "^=": .bitXor,
  ]

  private mutating func conditional() throws(ExpressionError) -> Syntax.Node {
    let condition = try binary(1)
    guard take("?") else { return condition }
    let yes = try nested { (parser) throws(ExpressionError) in try parser.sequence() }
    try expect(":")
    let no = try nested { (parser) throws(ExpressionError) in try parser.conditional() }
    return .init(
      syntax: .conditional(condition, yes, no), range: condition.range.lowerBound..<no.range.upperBound)
  }

  private mutating func binary(_ least: Int) throws(ExpressionError) -> Syntax.Node {
    var left = try converted(try unary())
    while case .symbol(let symbol) = token.kind {
      if symbol == "@", least <= repeatedPrecedence {
        position += 1
        let count = try binary(repeatedPrecedence + 1)
        left = .init(syntax: .repeated(left, count), range: left.range.lowerBound..<count.range.upperBound)
        continue
      }
      guard let operation = BinaryOperator(rawValue: symbol), operation.precedence >= least else { break }
      let place = token.range
      position += 1
      let right = try nested { (parser) throws(ExpressionError) in try parser.binary(operation.precedence + 1) }
      left = .init(
        syntax: .binary(operation, left, right, at: place), range: left.range.lowerBound..<right.range.upperBound)
    }
    return left
  }

  /// Rust's casts: `x as u32`, looser than signs and closer than all else.
  private mutating func converted(_ operand: Syntax.Node) throws(ExpressionError) -> Syntax.Node {
    var node = operand
    while token.kind == .name("as") {
      position += 1
      guard let type = try typeName() else { throw error("A type is missing here.") }
      node = .init(syntax: .cast(type, node), range: range(from: node.range.lowerBound))
    }
    return node
  }

  private mutating func unary() throws(ExpressionError) -> Syntax.Node {
    try nested { (parser) throws(ExpressionError) in try parser.unaryBody() }
  }

  private mutating func unaryBody() throws(ExpressionError) -> Syntax.Node {
    let start = token.range.lowerBound
    if case .symbol(let symbol) = token.kind {
      if let operation = UnaryOperator(rawValue: symbol) {
        position += 1
        let operand = try unary()
        return .init(syntax: .unary(operation, operand), range: range(from: start))
      }
      // Two signs in a row come as one symbol.
      if symbol == "--" || symbol == "++" { throw changing(symbol) }
      if symbol == "(", let cast = try cast() { return cast }
      if symbol == "{" {
        position += 1
        guard let type = try typeName() else { throw error("A type is missing here.") }
        try expect("}")
        let operand = try unary()
        return .init(syntax: .object(type, operand), range: range(from: start))
      }
    }
    if case .name(let word) = token.kind, word == "sizeof" || word == "alignof" || word == "_Alignof" {
      let isSize = word == "sizeof"
      position += 1
      if isAt("(") {
        let before = position
        position += 1
        if let type = try typeName(), take(")") {
          return .init(syntax: isSize ? .sizeOfType(type) : .alignOfType(type), range: range(from: start))
        }
        position = before
      }
      let operand = try unary()
      return .init(syntax: isSize ? .sizeOf(operand) : .alignOf(operand), range: range(from: start))
    }
    return try postfix(try primary())
  }

  /// A cast, where the parenthesis holds a type.
  private mutating func cast() throws(ExpressionError) -> Syntax.Node? {
    let before = position
    let start = token.range.lowerBound
    position += 1
    // What no operand can begin with makes `(x)` a value in parentheses.
    guard let type = try typeName(), take(")"), mayBeginOperand else {
      position = before
      return nil
    }
    let operand = try unary()
    return .init(syntax: .cast(type, operand), range: range(from: start))
  }

  private static let castsByName: Set<String> = ["static_cast", "dynamic_cast", "reinterpret_cast", "const_cast"]

  /// `static_cast<T>(x)` and its like, behind the word.
  private mutating func cast(by word: String) throws(ExpressionError) -> Syntax {
    try expect("<")
    guard let type = try typeName() else { throw error("A type is missing here.") }
    try expect(">")
    try expect("(")
    let operand = try nested { (parser) throws(ExpressionError) in try parser.sequence() }
    try expect(")")
    switch word {
    case "dynamic_cast": return .dynamicCast(type, operand)
    case "reinterpret_cast": return .reinterpretCast(type, operand)
    default: return .cast(type, operand)
    }
  }

  private var mayBeginOperand: Bool {
    switch token.kind {
    case .end: return false
    case .symbol(let symbol):
      return ["(", "{", "::", "++", "--"].contains(symbol) || UnaryOperator(rawValue: symbol) != nil
    default: return true
    }
  }

  private mutating func postfix(_ base: Syntax.Node) throws(ExpressionError) -> Syntax.Node {
    var node = base
    let start = base.range.lowerBound
    while case .symbol(let symbol) = token.kind {
      switch symbol {
      case ".", "->":
        position += 1
        let name = try memberName()
        node = .init(
          syntax: symbol == "." ? .member(node, name) : .memberOfTarget(node, name), range: range(from: start))
      case "[":
        position += 1
        let first = try sequence()
        if take(":") || take("..") {
          let last = try sequence()
          try expect("]")
          node = .init(syntax: .slice(node, first, last), range: range(from: start))
        } else {
          try expect("]")
          node = .init(syntax: .element(node, first), range: range(from: start))
        }
      case "++", "--": throw changing(symbol)
      case "(": throw ExpressionError(.unsupported, "A function cannot be called in a dead process.", at: token.range)
      default: return node
      }
    }
    return node
  }

  private mutating func memberName() throws(ExpressionError) -> String {
    switch token.kind {
    case .name(let name), .quoted(let name):
      position += 1
      // A base class in front: `object.Base::member`.
      var path = name + (templateArguments(of: name) ?? "")
      while isAt("::"), case .name(let inner) = ahead(1).kind {
        position += 2
        path += "::" + inner
      }
      return path
    // A tuple's field.
    case .integer(let number, _, _):
      position += 1
      return String(number)
    default: throw error("The name of a member is missing here.")
    }
  }

  // MARK: Operands

  private mutating func primary() throws(ExpressionError) -> Syntax.Node {
    let start = token.range.lowerBound
    func node(_ syntax: Syntax) -> Syntax.Node { .init(syntax: syntax, range: range(from: start)) }
    switch token.kind {
    case .integer(let value, let suffix, let isDecimal):
      position += 1
      return node(.integer(value, suffix: suffix, isDecimal: isDecimal))
    case .float(let value, let isSingle):
      position += 1
      return node(.float(value, isSingle: isSingle))
    case .character(let code, let prefix):
      position += 1
      return node(.character(code, prefix: prefix))
    case .string(var bytes, let prefix):
      position += 1
      // Neighbours are one string, as in C.
      while case .string(let more, _) = token.kind {
        bytes += more
        position += 1
      }
      return node(.string(bytes, prefix: prefix))
    case .dollar(let name):
      position += 1
      return node(try dollar(name))
    case .symbol("(") where !isAtAnonymousNamespace:
      position += 1
      let inner = try sequence()
      try expect(")")
      return .init(syntax: inner.syntax, range: range(from: start))
    case .name("memory") where ahead(1).kind == .symbol("("):
      position += 2
      let index = try sequence()
      try expect(")")
      return node(.memory(index))
    case .name(let word) where Self.castsByName.contains(word) && ahead(1).kind == .symbol("<"):
      position += 1
      return node(try cast(by: word))
    case .name, .quoted, .symbol("::"), .symbol("<"), .symbol("("):
      let name = try qualifiedName()
      return node(.name(name))
    case .end: throw error("The expression ends too early.")
    default: throw error("A value is missing here.")
    }
  }

  private func dollar(_ name: String) throws(ExpressionError) -> Syntax {
    if name.isEmpty { return .recent(0) }
    if name.hasPrefix("$") {
      let number = name.dropFirst()
      if number.isEmpty { return .recent(1) }
      guard let distance = Int(number) else {
        throw error("'$\(name)' is neither a variable nor a value of the history.")
      }
      return .recent(distance)
    }
    if let number = Int(name) { return .history(number) }
    return .dollar(name)
  }

  // MARK: Names

  /// `a`, `a::b`, `a<b>::c`, `'a b'::c`, `file.c::a`, `::a`.
  mutating func qualifiedName() throws(ExpressionError) -> QualifiedName {
    let isGlobal = take("::")
    var parts: [String] = []
    repeat {
      switch token.kind {
      case .name(var name):
        position += 1
        if parts.isEmpty, let file = fileName(name) { name = file }
        name += templateArguments(of: (parts + [name]).joined(separator: "::")) ?? ""
        parts.append(name)
      case .quoted(let name):
        position += 1
        parts.append(name)
      case .symbol("~"):
        position += 1
        guard case .name(let name) = token.kind else { throw error("A name is missing here.") }
        position += 1
        parts.append("~" + name)
      case .symbol("(") where isAtAnonymousNamespace:
        position += 4
        parts.append("(anonymous namespace)")
      // Rust's paths through a trait: `<T as Trait>::f`.
      case .symbol("<") where !parts.isEmpty || ahead(1).kind != .end:
        guard let text = balanced() else { throw error("A name is missing here.") }
        parts.append(text)
      default: throw error("A name is missing here.")
      }
    } while take("::")
    return QualifiedName(scopes: Array(parts.dropLast()), parts[parts.count - 1], isGlobal: isGlobal)
  }

  /// Whether `(anonymous namespace)::` stands here, as names in it are shown.
  var isAtAnonymousNamespace: Bool {
    isAt("(") && ahead(1).kind == .name("anonymous") && ahead(2).kind == .name("namespace")
      && ahead(3).kind == .symbol(")") && ahead(4).kind == .symbol("::")
  }

  /// The name of a file in front of `::`: a point in it is none between a value and its member.
  private mutating func fileName(_ first: String) -> String? {
    var name = first
    var distance = 0
    while ahead(distance).kind == .symbol("."), case .name(let part) = ahead(distance + 1).kind {
      name += "." + part
      distance += 2
    }
    guard distance > 0, ahead(distance).kind == .symbol("::") else { return nil }
    // `object.Base::member` has a class there.
    if case .name(let last) = ahead(distance - 1).kind, isType(last) { return nil }
    position += distance
    return name
  }

  /// The template arguments behind a name, where they make it the name of something; nil where `<` compares.
  private mutating func templateArguments(of name: String) -> String? {
    guard isAt("<") else { return nil }
    let before = position
    if let text = balanced(), isType(name + text) || isAt("::") { return text }
    position = before
    return nil
  }

  /// The text from one bracket to the other that belongs to it, written as debug information does: a space behind a comma.
  mutating func balanced(_ opening: String = "<", _ closing: String = ">") -> String? {
    var level = 0
    var text = ""
    repeat {
      switch token.kind {
      case .symbol(let symbol):
        if symbol == opening { level += 1 }
        if symbol == closing { level -= 1 }
        if symbol == closing + closing { level -= 2 }
        text += symbol == "," || symbol == ";" ? symbol + " " : symbol
      case .name(let name):
        // Two words in a row keep their space.
        if let last = text.last,
          last.isLetter || last.isNumber || last == "_" || ("*>])".contains(last) && token.isSpaced)
        {
          text += " "
        }
        text += name
      case .integer(let value, let suffix, _): text += "\(value)\(suffix)"
      case .character(let code, _): text += "'\(Unicode.Scalar(code).map(String.init) ?? "?")'"
      default: return nil
      }
      position += 1
    } while level > 0
    return level == 0 ? text : nil
  }
}
