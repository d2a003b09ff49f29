import ByteCursor
import DwarfEval

/// The expressions of a debugger session: evaluates them, keeps the history of values and the convenience variables.
public final class ExpressionSession {
  private let session: Session
  private let formatters: FormatterRegistry
  private var history: [Value] = []
  /// The convenience variables by name, without the `$`. `evaluate("$x = 3")` sets one.
  public private(set) var convenience: [String: Value] = [:]
  /// The scope of the last question: the next is mostly about the same frame.
  private var lastScope: EvaluationScope?

  /// More convenience variables than these are not kept.
  private static let mostVariables = 10_000

  /// Nothing is evaluated yet. `formatters` know the elements of containers and what smart pointers lead to.
  public init(session: Session, formatters: FormatterRegistry = .standard) {
    self.session = session
    self.formatters = formatters
  }

  /// The value of an expression. What it depends on and is not known makes the value unavailable, with the reason;
  /// where not even its type or place follows, an error says so.
  /// - Parameter frame: nil where no frame is selected (no dump frames).
  /// - Throws: what is wrong, and where in the text.
  public func evaluate(_ text: String, frame: Frame?, thread: Int) throws(ExpressionError) -> Value {
    let scope = scope(frame, thread)
    return try DeepStack.run { () throws(ExpressionError) in
      let node = try ExpressionParser.parse(text) { scope.isType($0) }
      return try Evaluator(owner: self, scope: scope).value(of: node)
    }
  }

  /// The type that a text names: `struct node *`, `ns::T`, `unsigned long [3]`.
  /// - Returns: nil where the text names no type; `.some(nil)` for `void`.
  /// - Throws: `syntax` where the text is cut into no words, `type` for a type that cannot be.
  public func type(named text: String, frame: Frame?, thread: Int) throws(ExpressionError) -> DwarfType?? {
    let scope = scope(frame, thread)
    do throws(ExpressionError) {
      return try DeepStack.run { () throws(ExpressionError) -> DwarfType?? in
        guard let name = try ExpressionParser.parseType(text, isType: { scope.isType($0) }) else { return nil }
        return .some(try Evaluator(owner: self, scope: scope).type(name, 0..<text.count))
      }
    } catch {
      if error.kind == .unknownName { return nil }
      throw error
    }
  }

  /// Where the first instruction of a function is that a value is or points to, and its module's number in the dump; nil for other values
  /// and for functions without code.
  public func code(of value: Value, frame: Frame?, thread: Int) -> (address: CodeAddress, module: Int, name: String)? {
    var value = value.referent
    if value.function == nil, case .pointer(let target?)? = value.underlying?.kind,
      case .subroutine? = target.underlying?.kind, let index = try? value.pointer()
    {
      value = scope(frame, thread).function(at: index, of: value, target)
    }
    guard let function = value.function, let module = scope(frame, thread).place(function.module)?.module,
      let body = module.wasm.body(function.index), let locals = try? module.wasm.locals(of: body),
      let address = body.codeAddress(of: locals.declarations.firstInstruction)
    else { return nil }
    return (address, function.module, function.name)
  }

  // MARK: History

  /// Keeps a value as the next `$n` and returns n.
  @discardableResult public func record(_ value: Value) -> Int {
    history.append(value)
    return history.count
  }

  /// How many values the history has: the newest's number.
  public var historyCount: Int { history.count }

  /// `$number`; nil where the history has no such value.
  public func historyValue(_ number: Int) -> Value? {
    (1...max(1, history.count)).contains(number) && number <= history.count ? history[number - 1] : nil
  }

  /// Sets a convenience variable; false where there is no room.
  func setConvenience(_ name: String, _ value: Value) -> Bool {
    guard convenience[name] != nil || convenience.count < Self.mostVariables else { return false }
    convenience[name] = value
    return true
  }

  // MARK: Descriptions

  /// A describer for values of a frame's module; without a frame of the first module. Nil where no module was found.
  public func describer(frame: Frame?) -> Describer? {
    let modules = session.debugModules.compactMap(\.self)
    let module = modules.first { $0.info.index == frame?.module } ?? modules.first
    return module.map { Describer(session: session, module: $0, registry: formatters) }
  }

  /// A describer for a value, of the module that it is of.
  public func describer(of value: Value) -> Describer? {
    let modules = session.debugModules.compactMap(\.self)
    let module = modules.first { $0.info.index == value.surroundings.module } ?? modules.first
    return module.map { Describer(session: session, module: $0, registry: formatters) }
  }

  private func scope(_ frame: Frame?, _ thread: Int) -> EvaluationScope {
    if let lastScope, lastScope.thread == thread, lastScope.frame?.index == frame?.index { return lastScope }
    let scope = EvaluationScope(session: session, formatters: formatters, frame: frame, thread: thread)
    lastScope = scope
    return scope
  }
}
