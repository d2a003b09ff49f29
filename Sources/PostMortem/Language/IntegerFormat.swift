import DwarfEval

/// An integer type as C's conversions see it (C17, 6.3.1.1).
struct IntegerFormat: Hashable, Sendable {
  /// How many bits there are, 1 to 128.
  var bits: UInt64
  var isSigned: Bool
  /// The conversion rank: of two types the one of the greater rank holds the result.
  var rank: Rank

  /// Ranks in their order. On targets where they are of one size, `int` and `long` differ in nothing else.
  enum Rank: Int, Comparable, Sendable {
    case bool, char, short, int, long, longLong, int128
    static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }
  }

  static let int = IntegerFormat(bits: 32, isSigned: true, rank: .int)

  /// The bits that the type keeps of a number.
  func wrapped(_ pattern: UInt128) -> UInt128 { bits >= 128 ? pattern : pattern & ((1 << UInt128(bits)) - 1) }

  /// The number that wrapped bits stand for; of an unsigned type of 128 bits what a signed one would hold.
  func number(_ pattern: UInt128) -> Int128 {
    guard isSigned, bits < 128 else { return Int128(truncatingIfNeeded: pattern) }
    let unused = Int128(128 - bits)
    return (Int128(truncatingIfNeeded: pattern) << unused) >> unused
  }

  /// The bits of this type for the number that `pattern` is of `other`.
  func converted(_ pattern: UInt128, from other: IntegerFormat) -> UInt128 {
    if rank == .bool { return pattern == 0 ? 0 : 1 }
    return wrapped(UInt128(truncatingIfNeeded: other.number(pattern)))
  }

  /// What is wrong with operands.
  enum Fault: Error {
    case divisionByZero
    case negativeShift
  }

  /// The result of an operation on wrapped bits of this type, wrapped.
  /// - Parameter right: of a shift any count.
  func apply(_ operation: BinaryOperator, _ left: UInt128, _ right: UInt128) throws(Fault) -> UInt128 {
    switch operation {
    case .add: return wrapped(left &+ right)
    case .subtract: return wrapped(left &- right)
    case .multiply: return wrapped(left &* right)
    case .divide, .remainder:
      guard right != 0 else { throw .divisionByZero }
      guard isSigned else { return operation == .divide ? left / right : left % right }
      let (dividend, divisor) = (number(left), number(right))
      // The lowest number divided by -1 wraps around.
      let result =
        operation == .divide
        ? dividend.dividedReportingOverflow(by: divisor) : dividend.remainderReportingOverflow(dividingBy: divisor)
      return wrapped(UInt128(truncatingIfNeeded: result.partialValue))
    case .bitAnd: return left & right
    case .bitOr: return left | right
    case .bitXor: return left ^ right
    default: return left
    }
  }

  /// A shift by a number of bits, as many places as that is: what is shifted out is gone.
  func shift(_ operation: BinaryOperator, _ left: UInt128, by count: Int128) throws(Fault) -> UInt128 {
    guard count >= 0 else { throw .negativeShift }
    let places = min(count, 128)
    if operation == .shiftLeft { return places >= Int128(bits) ? 0 : wrapped(left << UInt128(places)) }
    return isSigned ? wrapped(UInt128(truncatingIfNeeded: number(left) >> places)) : left >> UInt128(places)
  }

  /// Whether `left` is less than `right`.
  func isLess(_ left: UInt128, _ right: UInt128) -> Bool {
    isSigned ? number(left) < number(right) : left < right
  }
}

extension IntegerFormat {
  /// That of an integer, a character, a truth value or an enumeration's value; nil for other types.
  init?(_ type: DwarfType) {
    guard let type = type.underlying else { return nil }
    switch type.kind {
    case .base(let base):
      switch base.format {
      case .boolean, .signed, .unsigned, .signedCharacter, .unsignedCharacter, .unicode, .address: break
      default: return nil
      }
      guard let size = type.size, (1...16).contains(size) else { return nil }
      let bits = base.bits.map { min(max($0.size, 1), 128) } ?? size * 8
      self.init(bits: bits, isSigned: type.isSigned, rank: Self.rank(base, size: size))
    case .enumeration(let enumeration):
      guard let size = type.size, (1...16).contains(size) else { return nil }
      let rank = enumeration.underlying?.base.map { Self.rank($0, size: size) } ?? Self.rank(size: size)
      self.init(bits: size * 8, isSigned: type.isSigned, rank: rank)
    case .subrange:
      guard let size = type.size, (1...16).contains(size) else { return nil }
      self.init(bits: size * 8, isSigned: type.isSigned, rank: Self.rank(size: size))
    default: return nil
    }
  }

  private static func rank(_ base: BaseType, size: UInt64) -> Rank {
    if base.format == .boolean { return .bool }
    let name = base.name ?? ""
    if size == 4, name.contains("long") || name.hasSuffix("size") { return .long }
    return rank(size: size)
  }

  private static func rank(size: UInt64) -> Rank {
    switch size {
    case 1: .char
    case 2: .short
    case 3, 4: .int
    case 5...8: .longLong
    default: .int128
    }
  }
}
