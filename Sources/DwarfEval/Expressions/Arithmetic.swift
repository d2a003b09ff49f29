import ByteCursor

/// The arithmetic and logical operations (DWARF 5, 2.5.1.4) and the comparisons (2.5.1.5).
///
/// Both operands must be of one type. LLVM breaks that rule wherever an i64 local meets a constant, so a generic operand
/// beside an integer takes that one's type, unless its upper bits would have to be guessed.
extension TypedValue {
  /// The result of an operation on one value.
  /// - Throws: `typeMismatch`, `unsupportedValueType`.
  func applying(_ operation: DwOperation) throws(RuleError) -> TypedValue {
    if let number = floatingPoint {
      switch operation {
      case .abs: return .floating(number.magnitude, type)
      case .neg: return .floating(-number, type)
      default: throw RuleError(.typeMismatch)
      }
    }
    guard type.isIntegral else { throw RuleError(.unsupportedValueType) }
    switch operation {
    case .neg: return TypedValue(type, bits: 0 &- bits, wide: wide.map { 0 &- $0 })
    case .not: return TypedValue(type, bits: ~bits, wide: wide.map { ~$0 })
    // An absolute value; that of the least number is itself.
    default: return signed < 0 && type.kind != .unsigned ? TypedValue(type, bits: 0 &- bits) : self
    }
  }

  /// The result of an operation on two values, of which `right` was on top.
  /// - Throws: `typeMismatch`, `unsupportedValueType`, `divisionByZero`.
  static func apply(_ operation: DwOperation, _ left: TypedValue, _ right: TypedValue) throws(RuleError) -> TypedValue {
    switch operation {
    case .shl, .shr, .shra: return try shift(operation, left, right)
    default: break
    }
    let (left, right) = try unified(left, right)
    if let first = left.floatingPoint, let second = right.floatingPoint {
      return try floating(operation, first, second, left.type)
    }
    guard left.type.isIntegral else { throw RuleError(.unsupportedValueType) }
    switch operation {
    case .div, .mod: return try divide(operation, left, right)
    default: return integral(operation, left, right)
    }
  }

  /// Whether `left` and `right` compare as `operation` says. Generic values compare as signed ones.
  /// - Throws: `typeMismatch`, `unsupportedValueType`.
  static func compare(_ operation: DwOperation, _ left: TypedValue, _ right: TypedValue) throws(RuleError) -> Bool {
    let (left, right) = try unified(left, right)
    func holds<Number: Comparable>(_ left: Number, _ right: Number) -> Bool {
      switch operation {
      case .eq: left == right
      case .ne: left != right
      case .lt: left < right
      case .le: left <= right
      case .gt: left > right
      default: left >= right
      }
    }
    if let first = left.floatingPoint, let second = right.floatingPoint { return holds(first, second) }
    guard left.type.isIntegral else { throw RuleError(.unsupportedValueType) }
    return left.type.kind == .unsigned ? holds(left.bits, right.bits) : holds(left.signed, right.signed)
  }

  // MARK: Types

  private static func unified(
    _ left: TypedValue, _ right: TypedValue
  ) throws(RuleError) -> (TypedValue, TypedValue) {
    if left.type == right.type { return (left, right) }
    if left.type.kind == .generic { return (try left.taking(right.type), right) }
    if right.type.kind == .generic { return (left, try right.taking(left.type)) }
    throw RuleError(.typeMismatch)
  }

  /// A generic value as one of the integral `type`.
  private func taking(_ type: StackType) throws(RuleError) -> TypedValue {
    guard type.isIntegral else { throw RuleError(.typeMismatch) }
    if type.byteSize <= self.type.byteSize { return TypedValue(type, bits: bits) }
    if type.byteSize <= 8, let wide { return TypedValue(type, bits: UInt128(wide)) }
    // A number whose sign bit is clear is the same, signed or not.
    guard wide == nil || wide == UInt64(exactly: bits), signed >= 0 else { throw RuleError(.typeMismatch) }
    return TypedValue(type, bits: bits)
  }

  // MARK: Operations

  private static func floating(
    _ operation: DwOperation, _ left: Double, _ right: Double, _ type: StackType
  ) throws(RuleError) -> TypedValue {
    // Single precision by way of double is exact for these operations: the result is rounded as if it were calculated once.
    switch operation {
    case .plus: return .floating(left + right, type)
    case .minus: return .floating(left - right, type)
    case .mul: return .floating(left * right, type)
    case .div: return .floating(left / right, type)
    default: throw RuleError(.typeMismatch)
    }
  }

  /// The operations whose low bits depend on their operands' low bits alone.
  private static func integral(_ operation: DwOperation, _ left: TypedValue, _ right: TypedValue) -> TypedValue {
    func result<Bits: FixedWidthInteger>(_ left: Bits, _ right: Bits) -> Bits {
      switch operation {
      case .plus: left &+ right
      case .minus: left &- right
      case .mul: left &* right
      case .and: left & right
      case .or: left | right
      default: left ^ right
      }
    }
    var wide: UInt64?
    let low = result(left.bits, right.bits)
    if let first = left.wide, let second = right.wide {
      wide = result(first, second)
    } else if operation == .and, let mask = left.wide ?? right.wide, UInt128(mask) <= left.type.mask {
      // Whatever the other's upper bits are.
      wide = UInt64(truncatingIfNeeded: low & left.type.mask)
    }
    return TypedValue(left.type, bits: low, wide: wide)
  }

  /// A generic value is divided as a signed number; a generic remainder is unsigned, as it is in GDB: the standard makes
  /// the division alone signed.
  private static func divide(
    _ operation: DwOperation, _ left: TypedValue, _ right: TypedValue
  ) throws(RuleError) -> TypedValue {
    guard right.bits != 0 else { throw RuleError(.divisionByZero) }
    let isSigned = left.type.kind == .signed || (left.type.kind == .generic && operation == .div)
    guard isSigned else {
      return TypedValue(left.type, bits: operation == .div ? left.bits / right.bits : left.bits % right.bits)
    }
    // The least number by -1 is itself, and leaves nothing.
    let (quotient, overflow) = left.signed.dividedReportingOverflow(by: right.signed)
    if operation == .div {
      return TypedValue(left.type, bits: overflow ? left.bits : UInt128(bitPattern: quotient))
    }
    return TypedValue(left.type, bits: overflow ? 0 : UInt128(bitPattern: left.signed % right.signed))
  }

  /// By the type's width and more (or a negative distance) nothing is left but the sign.
  private static func shift(
    _ operation: DwOperation, _ left: TypedValue, _ right: TypedValue
  ) throws(RuleError) -> TypedValue {
    guard left.type.kind != .opaque, right.type.kind != .opaque else { throw RuleError(.unsupportedValueType) }
    guard left.type.isIntegral, right.type.isIntegral else { throw RuleError(.typeMismatch) }
    let width = UInt128(left.type.bitSize)
    let isOut = right.bits >= width
    switch operation {
    case .shl:
      let wide = left.wide.map { right.bits < 64 ? $0 << UInt64(right.bits) : 0 }
      return TypedValue(left.type, bits: isOut ? 0 : left.bits << right.bits, wide: wide)
    case .shr:
      return TypedValue(left.type, bits: isOut ? 0 : left.bits >> right.bits)
    default:
      let distance = isOut ? Int128(width - 1) : Int128(right.bits)
      return TypedValue(left.type, bits: UInt128(bitPattern: left.signed >> distance))
    }
  }
}
