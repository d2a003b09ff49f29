import DwarfEval

extension Evaluator {
  // MARK: One operand

  func unary(
    _ operation: UnaryOperator, _ node: Syntax.Node, _ range: Range<Int>
  ) throws(ExpressionError) -> Value {
    let value = try value(of: node)
    switch operation {
    case .addressOf: return try address(of: value.referent, node.range)
    case .dereference: return try dereference(value, range)
    case .not:
      let operand = try operand(of: value, node.range)
      do throws(Unavailable) { return truth(!(try truth(of: operand)), operand.assurance) } catch {
        return unavailable(scope.truthType, error.reason)
      }
    case .plus, .minus, .complement: return try signed(operation, try operand(of: value, node.range), node.range)
    }
  }

  private func signed(
    _ operation: UnaryOperator, _ operand: Operand, _ range: Range<Int>
  ) throws(ExpressionError) -> Value {
    switch operand.kind {
    case .floating(let format) where operation != .complement:
      do throws(Unavailable) {
        var bytes = try operand.value.bytes()
        // The sign alone changes, so that numbers of any precision keep theirs.
        if operation == .minus, bytes.count == format.rawValue { bytes[bytes.count - 1] ^= 0x80 }
        return made(operand.type, bytes, operand.assurance)
      } catch {
        return unavailable(operand.type, error.reason)
      }
    case .integer(let own):
      guard let (type, format) = keepsSmallTypes ? (operand.type, own) : operand.promoted(types) else { break }
      do throws(Unavailable) {
        let pattern = format.converted(try operand.pattern(), from: own)
        let result = operation == .minus ? 0 &- pattern : operation == .complement ? ~pattern : pattern
        return number(format.wrapped(result), type, operand.assurance)
      } catch {
        return unavailable(type, error.reason)
      }
    default: break
    }
    throw ExpressionError(.type, "Operator '\(operation.rawValue)' does not apply to \(operand.type.name).", at: range)
  }

  /// Whether the language computes in the types that the operands have, however small.
  var keepsSmallTypes: Bool {
    switch scope.language {
    case .rust, .zig, .swift: true
    case .c, .cPlusPlus, .other: false
    }
  }

  private func dereference(_ value: Value, _ range: Range<Int>) throws(ExpressionError) -> Value {
    let value = value.referent
    if value.function != nil { return value }
    switch value.underlying?.kind {
    case .pointer(let target?):
      if case .subroutine = target.underlying?.kind {
        do throws(Unavailable) { return scope.function(at: try value.pointer(), of: value, target) } catch {
          return value.sibling(target, .unavailable(error.reason))
        }
      }
      return value.target(target)
    case .array(let array) where !array.isVector:
      let lower = array.dimensions.first?.lowerBound.constant ?? 0
      return try known(range) { () throws(Unavailable) in try value.element(lower) }
    case .record?: if let target = scope.presentation(of: value)?.target { return target }
    default: break
    }
    throw ExpressionError(.type, "Attempt to take contents of a non-pointer value.", at: range)
  }

  // MARK: Two operands

  func binary(
    _ operation: BinaryOperator, _ left: Syntax.Node, _ right: Syntax.Node, _ place: Range<Int>
  ) throws(ExpressionError) -> Value {
    if operation == .and || operation == .or { return try logical(operation, left, right) }
    let (leftValue, rightValue) = (try value(of: left), try value(of: right))
    var (first, second) = (try operand(of: leftValue, left.range), try operand(of: rightValue, right.range))
    if keepsSmallTypes {
      // A number without a suffix is of the type that it meets.
      // But beside a pointer it is a count.
      if case .pointer = first.kind {
      } else if case .pointer = second.kind {
      } else if Self.isPlainNumber(left.syntax) {
        first = try operand(of: try cast(leftValue, to: second.type, left.range), left.range)
      } else if Self.isPlainNumber(right.syntax), operation != .shiftLeft, operation != .shiftRight {
        second = try operand(of: try cast(rightValue, to: first.type, right.range), right.range)
      }
    }
    switch (first.kind, second.kind) {
    case (.pointer, _), (_, .pointer): return try pointers(operation, first, second, place)
    case (.floating, _), (_, .floating): return try reals(operation, first, second, place)
    case (.integer, .integer): return try integers(operation, first, second, place)
    }
  }

  /// `c ? a : b`. Of two numbers the result is of the type that they have in common (C17, 6.5.15).
  func conditional(
    _ condition: Syntax.Node, _ yes: Syntax.Node, _ no: Syntax.Node
  ) throws(ExpressionError) -> Value {
    let isTrue = try truth(of: condition)
    let value = try value(of: isTrue ? yes : no)
    let range = isTrue ? yes.range : no.range
    guard !keepsSmallTypes, let other = try? unevaluated(isTrue ? no : yes), let first = try? operand(of: value, range),
      let second = try? operand(of: other, range)
    else { return value }
    switch (first.kind, second.kind) {
    case (.integer, .integer) where first.type == second.type: return value
    case (.integer, .integer):
      guard let type = commonType(first, second, .add)?.type, type != first.type else { return value }
      return try cast(value, to: type, range)
    case (.floating, .floating), (.floating, .integer), (.integer, .floating):
      let type = floatingType(first, second).0
      return type == first.type ? value : try cast(value, to: type, range)
    default: return value
    }
  }

  private static func isPlainNumber(_ syntax: Syntax) -> Bool {
    switch syntax {
    case .integer(_, let suffix, _): suffix.isEmpty
    case .unary(.minus, let operand): isPlainNumber(operand.syntax)
    default: false
    }
  }

  /// `&&` and `||`: the right operand counts only where the left one does not decide.
  private func logical(
    _ operation: BinaryOperator, _ left: Syntax.Node, _ right: Syntax.Node
  ) throws(ExpressionError) -> Value {
    let first = try operand(of: try value(of: left), left.range)
    do throws(Unavailable) {
      let isTrue = try truth(of: first)
      if isTrue == (operation == .or) { return truth(isTrue, first.assurance) }
    } catch {
      return unavailable(scope.truthType, error.reason)
    }
    let second = try operand(of: try value(of: right), right.range)
    do throws(Unavailable) {
      return truth(try truth(of: second), first.assurance.joined(second.assurance))
    } catch {
      return unavailable(scope.truthType, error.reason)
    }
  }

  private func mistyped(_ operation: BinaryOperator, _ left: Operand, _ right: Operand, _ place: Range<Int>)
    -> ExpressionError
  {
    ExpressionError(
      .type, "Operator '\(operation.rawValue)' does not apply to \(left.type.name) and \(right.type.name).", at: place)
  }

  // MARK: Integers

  private func integers(
    _ operation: BinaryOperator, _ left: Operand, _ right: Operand, _ place: Range<Int>
  ) throws(ExpressionError) -> Value {
    guard case .integer(let leftFormat) = left.kind, case .integer(let rightFormat) = right.kind else {
      throw mistyped(operation, left, right, place)
    }
    let isShift = operation == .shiftLeft || operation == .shiftRight
    guard let (type, format) = isShift ? promotedAlone(left) : commonType(left, right, operation) else {
      throw mistyped(operation, left, right, place)
    }
    let patterns: (UInt128, UInt128)
    do throws(Unavailable) { patterns = (try left.pattern(), try right.pattern()) } catch {
      return unavailable(operation.isComparison ? scope.truthType : type, error.reason)
    }
    let assurance = left.assurance.joined(right.assurance)
    let first = format.converted(patterns.0, from: leftFormat)
    let second = format.converted(patterns.1, from: rightFormat)
    if let truth = Self.compare(operation, format, first, second) { return self.truth(truth, assurance) }
    do throws(IntegerFormat.Fault) {
      let result =
        isShift
        ? try format.shift(operation, first, by: rightFormat.number(patterns.1))
        : try format.apply(operation, first, second)
      return number(result, type, assurance)
    } catch {
      if isUnevaluated { return unavailable(type, "it is not evaluated") }
      let message = error == .divisionByZero ? "Division by zero." : "The shift count is negative."
      throw ExpressionError(.type, message, at: place)
    }
  }

  private func promotedAlone(_ operand: Operand) -> (type: DwarfType, format: IntegerFormat)? {
    guard keepsSmallTypes, case .integer(let format) = operand.kind else { return operand.promoted(types) }
    return (operand.type, format)
  }

  /// The usual arithmetic conversions of two integers (C17, 6.3.1.8).
  private func commonType(
    _ left: Operand, _ right: Operand, _ operation: BinaryOperator
  ) -> (type: DwarfType, format: IntegerFormat)? {
    guard case .integer(let leftFormat) = left.kind, case .integer(let rightFormat) = right.kind else { return nil }
    // Flags that are put together stay flags.
    let isBitwise = operation == .bitAnd || operation == .bitOr || operation == .bitXor
    if isBitwise, left.type == right.type, left.type.enumeration != nil { return (left.type, leftFormat) }
    if keepsSmallTypes, leftFormat == rightFormat { return (left.type, leftFormat) }
    // A program counter moved on is one.
    for operand in [left, right] where operand.type.base?.format == .address {
      if case .integer(let format) = operand.kind { return (operand.type, format) }
    }
    guard let first = left.promoted(types), let second = right.promoted(types) else { return nil }
    if first.format.isSigned == second.format.isSigned {
      return first.format.rank >= second.format.rank ? first : second
    }
    let (unsigned, signed) = first.format.isSigned ? (second, first) : (first, second)
    if unsigned.format.rank >= signed.format.rank { return unsigned }
    if signed.format.bits > unsigned.format.bits { return signed }
    let format = IntegerFormat(bits: signed.format.bits, isSigned: false, rank: signed.format.rank)
    return (types.integer(format), format)
  }

  private static func compare(
    _ operation: BinaryOperator, _ format: IntegerFormat, _ left: UInt128, _ right: UInt128
  ) -> Bool? {
    switch operation {
    case .equal: left == right
    case .notEqual: left != right
    case .less: format.isLess(left, right)
    case .greater: format.isLess(right, left)
    case .lessOrEqual: !format.isLess(right, left)
    case .greaterOrEqual: !format.isLess(left, right)
    default: nil
    }
  }

  // MARK: Floating-point numbers

  private func reals(
    _ operation: BinaryOperator, _ left: Operand, _ right: Operand, _ place: Range<Int>
  ) throws(ExpressionError) -> Value {
    let (type, format) = floatingType(left, right)
    let isArithmetic = [.add, .subtract, .multiply, .divide].contains(operation)
    guard operation.isComparison || isArithmetic else { throw mistyped(operation, left, right, place) }
    if isArithmetic, format == .quadruple {
      throw ExpressionError(.unsupported, "Arithmetic with \(type.name) is not supported.", at: place)
    }
    let assurance = left.assurance.joined(right.assurance)
    do throws(Unavailable) {
      // What C rounds to the common type before it computes is rounded here too.
      let first = format.number(format.bytes(try left.real())).value
      let second = format.number(format.bytes(try right.real())).value
      switch operation {
      case .equal: return truth(first == second, assurance)
      case .notEqual: return truth(first != second, assurance)
      case .less: return truth(first < second, assurance)
      case .greater: return truth(first > second, assurance)
      case .lessOrEqual: return truth(first <= second, assurance)
      case .greaterOrEqual: return truth(first >= second, assurance)
      case .add: return made(type, format.bytes(first + second), assurance)
      case .subtract: return made(type, format.bytes(first - second), assurance)
      case .multiply: return made(type, format.bytes(first * second), assurance)
      default: return made(type, format.bytes(first / second), assurance)
      }
    } catch {
      return unavailable(operation.isComparison ? scope.truthType : type, error.reason)
    }
  }

  private func floatingType(_ left: Operand, _ right: Operand) -> (DwarfType, FloatFormat) {
    switch (left.kind, right.kind) {
    case (.floating(let first), .floating(let second)): first >= second ? (left.type, first) : (right.type, second)
    case (.floating(let format), _): (left.type, format)
    case (_, .floating(let format)): (right.type, format)
    default: (types[.double], .double)
    }
  }
}

extension BinaryOperator {
  /// Whether it yields what is true or false.
  var isComparison: Bool {
    switch self {
    case .less, .greater, .lessOrEqual, .greaterOrEqual, .equal, .notEqual: true
    default: false
    }
  }
}
