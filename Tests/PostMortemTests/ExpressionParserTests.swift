import PostMortem
import Testing

/// How texts are cut into words and put together: precedence, casts, names, and where errors point.
@Suite struct ExpressionParserTests {
  /// Names that stand for types in these tests.
  private static let types: Set<String> = [
    "node", "u8", "ns::T", "vector<int>", "map<int, char>", "pair<int, vector<int>>", "&str", "&[node]",
    "&mut [ns::T]", "*const [node]", "&dyn ns::T",
  ]

  private func parse(_ text: String) throws -> String {
    try ExpressionParser.parse(text) { Self.types.contains($0) }.written
  }

  private func error(_ text: String) -> ExpressionError? {
    do throws(ExpressionError) {
      _ = try ExpressionParser.parse(text) { Self.types.contains($0) }
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("1 + 2 * 3", "(1 + (2 * 3))"), ("1 * 2 + 3", "((1 * 2) + 3)"), ("8 - 4 - 2", "((8 - 4) - 2)"),
    ("a / b % c", "((a / b) % c)"), ("1 << 2 + 3", "(1 << (2 + 3))"), ("a & b == c", "(a & (b == c))"),
    ("a | b ^ c & d", "(a | (b ^ (c & d)))"), ("a && b || c && d", "((a && b) || (c && d))"),
    ("a < b == c > d", "((a < b) == (c > d))"), ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
    ("a || b ? c, d : e", "((a || b) ? (c, d) : e)"), ("-a * b", "((-a) * b)"), ("!a == b", "((!a) == b)"),
    ("~-+a", "(~(-(+a)))"), ("*p->q", "(*(p->q))"), ("&a[1].b", "(&((a[1]).b))"), ("- -1", "(-(-1))"),
    ("a && &b", "(a && (&b))"), ("**p", "(*(*p))"), ("a, b, c", "((a, b), c)"), ("(a, b)", "(a, b)"),
    ("$x = $y = 3", "($x = ($y = 3))"), ("$x += 2", "($x = ($x + 2))"), ("$x <<= 2", "($x = ($x << 2))"),
  ]) func precedence(_ text: String, _ expected: String) throws { #expect(try parse(text) == expected) }

  @Test(arguments: [
    ("a@3", "(a @ 3)"), ("*a@3", "((*a) @ 3)"), ("a + 1@2", "((a + 1) @ 2)"), ("a@2 == b", "((a @ 2) == b)"),
    ("a << 1@2", "((a << 1) @ 2)"), ("a[1:4]", "(a[1:4])"), ("a[1..4]", "(a[1:4])"),
    ("a[b ? 1 : 2:3]", "(a[(b ? 1 : 2):3])"), ("{int} 16 + 1", "(({int} 16) + 1)"), ("{node *} &a", "({node *} (&a))"),
    ("memory(1)[0x10]", "((memory 1)[16])"), ("memory + 1", "(memory + 1)"),
  ]) func extensions(_ text: String, _ expected: String) throws { #expect(try parse(text) == expected) }

  @Test(arguments: [
    // A name in parentheses is a cast only where it is a type's and an operand follows.
    ("(node) + 1", "((node) (+1))"), ("(other) + 1", "(other + 1)"), ("(node)->x", "(node->x)"),
    ("(node).x", "(node.x)"),
    ("(node)", "node"), ("(node) == 1", "(node == 1)"), ("(node *) p->q", "((node *) (p->q))"),
    ("(node * 2)", "(node * 2)"),
    ("(struct other) x", "((struct other) x)"), ("(unsigned) -1", "((unsigned int) (-1))"),
    ("(long unsigned int) 1", "((unsigned long) 1)"), ("(long long int unsigned)1", "((unsigned long long) 1)"),
    ("(const char *const *) p", "((char * *) p)"), ("(char const *) p", "((char *) p)"),
    ("(int[3]) x", "((int [3]) x)"),
    ("(int (*)[3]) x", "((int [3] *) x)"), ("(int (*)(char, node *)) f", "((int (char, node *) *) f)"),
    ("(void (*)(void)) f", "((void (void) *) f)"), ("(ns::T *) p", "((ns::T *) p)"),
    ("(int) (char) x", "((int) ((char) x))"),
    ("(int) x * 2", "(((int) x) * 2)"), ("(int) x[1]", "((int) (x[1]))"), ("(*const node) p", "((node *) p)"),
    ("(u8) 1", "((u8) 1)"), ("(str)[0]", "(str[0])"), ("(int[2][3]) x", "((int [3] [2]) x)"),
    ("sizeof(node)", "(sizeof node)"), ("sizeof(other)", "(sizeof-value other)"),
    ("sizeof node", "(sizeof-value node)"),
    ("sizeof(int) * 2", "((sizeof int) * 2)"), ("sizeof (x)[1]", "(sizeof-value (x[1]))"),
    ("sizeof x + 1", "((sizeof-value x) + 1)"),
    ("_Alignof(int)", "(alignof int)"), ("-x as u8 + 1", "(((u8) (-x)) + 1)"),
    ("x as int as node", "((node) ((int) x))"), ("x as &[node] + 1", "(((&[node]) x) + 1)"),
    ("(&str) x", "((&str) x)"), ("(&other) - 1", "((&other) - 1)"), ("sizeof(&mut [ns::T])", "(sizeof &mut [ns::T])"),
    ("sizeof(*const [node])", "(sizeof *const [node])"), ("sizeof(&dyn ns::T)", "(sizeof &dyn ns::T)"),
    ("sizeof(&other)", "(sizeof-value (&other))"), ("x as &node", "((node *) x)"), ("x as &mut node", "((node *) x)"),
    ("x as [node; 3]", "((node [3]) x)"), ("x as &[int; 2]", "((int [2] *) x)"),
  ]) func casts(_ text: String, _ expected: String) throws { #expect(try parse(text) == expected) }

  @Test(arguments: [
    ("vector<int>::count", "vector<int>::count"), ("a < b", "(a < b)"), ("a < b > c", "((a < b) > c)"),
    ("(vector<int>) x", "((vector<int>) x)"), ("(map<int,char> *) x", "((map<int, char> *) x)"),
    ("(pair<int,vector<int>> *) x", "((pair<int, vector<int>> *) x)"), ("a<3>::b", "a<3>::b"), ("::a::b", "::a::b"),
    ("values.c::count + 1", "(values.c::count + 1)"), ("'values.c'::count", "values.c::count"), ("a.b.c", "((a.b).c)"),
    ("x ? a::b : c", "(x ? a::b : c)"), ("o.node::x", "(o.node::x)"), ("t.0", "(t.0)"),
    ("t.0.1 + .5", "(((t.0).1) + 0.5)"), ("r#match", "match"),
    ("core::option::Option<u8>::None", "core::option::Option<u8>::None"),
    ("<node as ns::T>::f", "<node as ns::T>::f"), ("&<vector<int> as ns::T>::f", "(&<vector<int> as ns::T>::f)"),
    ("a < b::c", "(a < b::c)"),
  ]) func names(_ text: String, _ expected: String) throws { #expect(try parse(text) == expected) }

  @Test(
    arguments: [
      ("0x1F", "31"), ("0b101", "5"), ("0o17", "15"), ("017", "15"), ("1'000", nil), ("1_000", "1000"), ("08", nil),
      ("1.5", "1.5"),
      ("1e3", "1000.0"), (".5f", "0.5f"), ("0x1.8p1", "3.0"), ("10ull", "10ull"), ("0x10u8", "16u8"), ("1f", "1.0f"),
      ("3z", "3z"),
      ("340282366920938463463374607431768211455", "340282366920938463463374607431768211455"),
      ("340282366920938463463374607431768211456", nil), ("1x", nil), ("0x", nil), ("1..2", nil), ("'a'", "'97"),
      ("'\\n'", "'10"),
      ("'\\x41'", "'65"), ("'\\101'", "'65"), ("L'\\u20ac'", "L'8364"), ("''", nil), ("'a", nil),
      ("\"a\" \"b\"", "\"ab\""),
      ("\"\\xff\\0\"", "\"[255, 0]"), ("u8\"\u{e9}\"", "u8\"\u{e9}\""), ("\"a", nil), ("'\\q'", nil),
      ("$", "$0"), ("$$", "$$1"), ("$$3", "$$3"), ("$12", "$#12"), ("$pc", "$pc"), ("$local3", "$local3"), ("$$x", nil),
    ] as [(String, String?)]) func literals(_ text: String, _ expected: String?) throws
  {
    guard let expected else {
      #expect(error(text)?.kind == .syntax, "\(text)")
      return
    }
    #expect(try parse(text) == expected)
  }

  @Test(arguments: [
    ("1 +", "   ^ The expression ends too early."), ("", "^ An expression is missing."),
    ("1 2", "  ^ A syntax error in expression, near `2'."),
    ("(1", "  ^ ')' is missing here."), ("a[1", "   ^ ']' is missing here."), ("a ? b", "     ^ ':' is missing here."),
    ("a.", "  ^ The name of a member is missing here."), ("1 # 2", "  ^ A syntax error in expression, near `# 2'."),
    ("a ` b", "  ^ Unexpected character '`'."), ("0x1G + 1", "^~~~ Invalid number \"0x1G\"."),
    ("x + \"abc", "    ^~~~ Unterminated string."),
    ("a * * / b", "      ^ A value is missing here."), ("{int 3", "     ^ '}' is missing here."),
  ]) func carets(_ text: String, _ expected: String) throws {
    let error = try #require(self.error(text), "\(text) is an expression")
    #expect(error.kind == .syntax)
    let lines = error.marked(in: text).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[1] + " " + error.message == expected)
  }

  @Test(arguments: ["x++", "--x", "f(1)", "a.b(2)", "++x + 1"]) func whatChangesIsRefused(_ text: String) {
    #expect(error(text)?.kind == .unsupported)
  }

  @Test func rangesCoverWhatTheyAreAbout() throws {
    let text = "1 + (2 * x) / y"
    let node = try ExpressionParser.parse(text) { _ in false }
    #expect(node.range == 0..<15)
    guard case .binary(.add, _, let right, let place) = node.syntax else {
      Issue.record("no sum")
      return
    }
    #expect(place == 2..<3)
    #expect(right.range == 4..<15)
    guard case .binary(.divide, let product, _, let division) = right.syntax else {
      Issue.record("no quotient")
      return
    }
    #expect(product.range == 4..<11)
    #expect(division == 12..<13)
  }

  @Test func nestingHasALimit() {
    #expect(error(String(repeating: "(", count: 5000))?.message == "The expression is nested too deeply.")
    #expect(error(String(repeating: "!", count: 5000) + "1")?.message == "The expression is nested too deeply.")
    #expect(error(String(repeating: "a ? ", count: 1000))?.message == "The expression is nested too deeply.")
    #expect(error(String(repeating: "a", count: 20_000))?.message == "The expression is too long.")
    #expect(throws: Never.self) {
      try parse(String(repeating: "(", count: 50) + "1" + String(repeating: ")", count: 50))
    }
  }

  @Test func typesAlone() throws {
    func type(_ text: String) throws -> String? {
      try ExpressionParser.parseType(text) { Self.types.contains($0) }?.written
    }
    #expect(try type("unsigned") == "unsigned int")
    #expect(try type("struct whatever **") == "struct whatever * *")
    #expect(try type("node[2]") == "node [2]")
    #expect(try type("ns::T") == "ns::T")
    #expect(try type("other") == nil)
    #expect(try type("int x") == nil)
    #expect(try type("1") == nil)
    #expect(try type("void") == "void")
  }
}

extension Syntax.Node {
  /// The expression with all its parentheses.
  fileprivate var written: String {
    switch syntax {
    case .integer(let value, let suffix, _): "\(value)\(suffix)"
    case .float(let value, let isSingle): "\(value)" + (isSingle ? "f" : "")
    case .character(let code, let prefix): "\(prefix)'\(code)"
    case .string(let bytes, let prefix):
      prefix
        + (bytes.contains { $0 == 0 || $0 == 255 } ? "\"\(bytes)" : "\"\(String(decoding: bytes, as: UTF8.self))\"")
    case .name(let name): (name.isGlobal ? "::" : "") + name.description
    case .dollar(let name): "$" + name
    case .recent(let distance): distance == 0 ? "$0" : "$$\(distance)"
    case .history(let number): "$#\(number)"
    case .unary(let operation, let operand): "(\(operation.rawValue)\(operand.written))"
    case .binary(let operation, let left, let right, _): "(\(left.written) \(operation.rawValue) \(right.written))"
    case .conditional(let condition, let yes, let no): "(\(condition.written) ? \(yes.written) : \(no.written))"
    case .cast(let type, let operand): "((\(type.written)) \(operand.written))"
    case .dynamicCast(let type, let operand): "(dynamic (\(type.written)) \(operand.written))"
    case .reinterpretCast(let type, let operand): "(reinterpret (\(type.written)) \(operand.written))"
    case .sizeOf(let operand): "(sizeof-value \(operand.written))"
    case .sizeOfType(let type): "(sizeof \(type.written))"
    case .alignOf(let operand): "(alignof-value \(operand.written))"
    case .alignOfType(let type): "(alignof \(type.written))"
    case .member(let base, let name): "(\(base.written).\(name))"
    case .memberOfTarget(let base, let name): "(\(base.written)->\(name))"
    case .element(let base, let index): "(\(base.written)[\(index.written)])"
    case .slice(let base, let first, let last): "(\(base.written)[\(first.written):\(last.written)])"
    case .repeated(let first, let count): "(\(first.written) @ \(count.written))"
    case .object(let type, let address): "({\(type.written)} \(address.written))"
    case .memory(let index): "(memory \(index.written))"
    case .assignment(let target, let source): "(\(target.written) = \(source.written))"
    case .sequence(let left, let right): "(\(left.written), \(right.written))"
    }
  }
}

extension TypeName {
  fileprivate var written: String {
    var text = (tag.map { $0 + " " } ?? "") + base
    for derivation in derivations {
      switch derivation {
      case .pointer: text += " *"
      case .reference: text += " &"
      case .array(let count): text += " [\(count.map { "\($0)" } ?? "")]"
      case .function(let parameters): text += " (\(parameters.map(\.written).joined(separator: ", ")))"
      }
    }
    return text
  }
}
