/// An expression of the prompt's language: C's operators and precedence, with names of C, C++, Rust, Swift and Zig.
public indirect enum Syntax: Sendable {
  /// `isDecimal` is false of hexadecimal, octal and binary numbers, whose types differ in C.
  case integer(UInt128, suffix: String, isDecimal: Bool)
  case float(Double, isSingle: Bool)
  case character(UInt32, prefix: String)
  case string([UInt8], prefix: String)
  /// `a`, `ns::a`, `file.c::a`, `function::a`, `::a`.
  case name(QualifiedName)
  /// `$name`: a convenience variable, a register, a part of the Wasm state.
  case dollar(String)
  /// `$`, `$$` (n = 1), `$$n`: the value so many before the newest.
  case recent(Int)
  /// `$n`: the value with this number.
  case history(Int)
  case unary(UnaryOperator, Node)
  /// `at` is where the operator stands.
  case binary(BinaryOperator, Node, Node, at: Range<Int>)
  case conditional(Node, Node, Node)
  case cast(TypeName, Node)
  /// `dynamic_cast<T>(x)`
  case dynamicCast(TypeName, Node)
  /// `reinterpret_cast<T>(x)`
  case reinterpretCast(TypeName, Node)
  case sizeOf(Node)
  case sizeOfType(TypeName)
  case alignOf(Node)
  case alignOfType(TypeName)
  /// `.`; the name may be qualified with that of a base class: `Base::member`.
  case member(Node, String)
  /// `->`
  case memberOfTarget(Node, String)
  case element(Node, Node)
  /// `a[1:4]`: elements 1, 2, 3.
  case slice(Node, Node, Node)
  /// `a@n`: n objects like `a` in a row.
  case repeated(Node, Node)
  /// `{type} address`
  case object(TypeName, Node)
  /// `memory(1)`: the bytes of a memory.
  case memory(Node)
  case assignment(Node, Node)
  case sequence(Node, Node)

  /// An expression with its place in the text.
  public struct Node: Sendable {
    public var syntax: Syntax
    /// The characters of the text.
    public var range: Range<Int>
  }
}

/// A name with the scopes in front of it.
public struct QualifiedName: Hashable, Sendable, CustomStringConvertible {
  /// The scopes, outermost first: namespaces, classes, a function or a file.
  public var scopes: [String]
  /// The name itself, template arguments included.
  public var name: String
  /// Whether `::` stands in front of it all: the global scope.
  public var isGlobal: Bool

  /// A name.
  public init(scopes: [String] = [], _ name: String, isGlobal: Bool = false) {
    self.scopes = scopes
    self.name = name
    self.isGlobal = isGlobal
  }

  /// With `::` in between.
  public var description: String { (scopes + [name]).joined(separator: "::") }
}

/// A type as a cast names it: `unsigned long *`, `struct node`, `ns::T<int>[3]`.
public struct TypeName: Hashable, Sendable {
  /// What is put behind the base type, in the order of reading: the first is nearest to the base.
  public enum Derivation: Hashable, Sendable {
    case pointer
    case reference
    case array(UInt64?)
    /// A function that takes these.
    case function([TypeName])
  }
  /// The name, without `struct` and the like, with `::` between scopes; base types with their words in C's usual order.
  public var base: String
  /// `struct`, `union`, `enum` or `class`, where it is said.
  public var tag: String?
  public var derivations: [Derivation] = []
}

/// An operator in front of its operand.
public enum UnaryOperator: String, Sendable {
  case plus = "+"
  case minus = "-"
  case not = "!"
  case complement = "~"
  case dereference = "*"
  case addressOf = "&"
}

/// An operator between its operands.
public enum BinaryOperator: String, Sendable {
  case multiply = "*"
  case divide = "/"
  case remainder = "%"
  case add = "+"
  case subtract = "-"
  case shiftLeft = "<<"
  case shiftRight = ">>"
  case less = "<"
  case greater = ">"
  case lessOrEqual = "<="
  case greaterOrEqual = ">="
  case equal = "=="
  case notEqual = "!="
  case bitAnd = "&"
  case bitXor = "^"
  case bitOr = "|"
  case and = "&&"
  case or = "||"

  /// C's precedence; higher binds closer.
  var precedence: Int {
    switch self {
    case .or: 1
    case .and: 2
    case .bitOr: 3
    case .bitXor: 4
    case .bitAnd: 5
    case .equal, .notEqual: 6
    case .less, .greater, .lessOrEqual, .greaterOrEqual: 7
    case .shiftLeft, .shiftRight: 9
    case .add, .subtract: 10
    case .multiply, .divide, .remainder: 11
    }
  }
}

/// gdb's `@` binds closer than comparisons and looser than shifts.
let repeatedPrecedence = 8
