import ByteCursor

/// A value on the stack of an expression, or the value of a variable that has no place of its own.
///
/// A generic value has the size of an address, 4 bytes in most modules. LLVM nevertheless writes constants of 64 bits and
/// masks like `DW_OP_constu 0xffffffff, DW_OP_and` for variables of 64 bits. So a generic value remembers what it would be
/// with 64 bits wherever that can be told, without ever calculating differently for it.
public struct TypedValue: Sendable {
  public let type: StackType
  /// The value's bits, zero beyond its size.
  public let bits: UInt128
  /// Of a generic value of less than 8 bytes: the value with 64 bits; nil where its upper bits are not known.
  let wide: UInt64?

  /// The value of `type` with the low bits of `bits`. Nothing is known beyond a generic value's size.
  public init(_ type: StackType, bits: UInt128) { self.init(type, bits: bits, wide: nil) }

  init(_ type: StackType, bits: UInt128, wide: UInt64?) {
    self.type = type
    self.bits = bits & type.mask
    self.wide = type.kind == .generic && type.byteSize < 8 ? wide : nil
  }

  /// The value of `type` that stands little-endian in `bytes`, of which those beyond its size do not count.
  public init(_ type: StackType, littleEndian bytes: some Sequence<UInt8>) {
    var bits: UInt128 = 0
    for (index, byte) in bytes.prefix(16).enumerated() { bits |= UInt128(byte) << UInt128(8 * index) }
    self.init(type, bits: bits)
  }

  /// A generic value as a constant says it: `bits` with 64 bits, cut to the size of an address.
  static func constant(_ bits: UInt64, _ type: StackType) -> TypedValue {
    TypedValue(type, bits: UInt128(bits), wide: bits)
  }

  public static func float(_ value: Float) -> TypedValue { TypedValue(.float32, bits: UInt128(value.bitPattern)) }
  public static func float(_ value: Double) -> TypedValue { TypedValue(.float64, bits: UInt128(value.bitPattern)) }

  /// What a Wasm integer local or operand of `byteSize` bytes is to an expression: a generic value where it has an
  /// address's size, otherwise a signed integer (the operations that LLVM writes for it mean its own width).
  public static func wasmInteger(_ bits: UInt64, byteSize: UInt8, addressSize: UInt8) -> TypedValue {
    TypedValue(byteSize == addressSize ? .generic(addressSize) : .signed(byteSize), bits: UInt128(bits))
  }

  // MARK: Reading

  /// The value as an unsigned number: its bits.
  public var unsigned: UInt128 { bits }

  /// The value as a signed number: its bits, the highest of which is the sign.
  public var signed: Int128 {
    let shift = Int128(128 - type.bitSize)
    return Int128(bitPattern: bits << UInt128(128 - type.bitSize)) >> shift
  }

  /// An integer as its type means it, a generic one unsigned; nil where it is none or leaves 128 signed bits.
  public var integer: Int128? {
    switch type.kind {
    case .generic, .unsigned: return Int128(exactly: bits)
    case .signed: return signed
    case .float, .opaque: return nil
    }
  }

  /// A floating-point number; nil where it is none.
  public var floatingPoint: Double? {
    guard type.kind == .float else { return nil }
    return type.byteSize == 4
      ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
      : Double(bitPattern: UInt64(truncatingIfNeeded: bits))
  }

  /// The value as an address of `addressSize` bytes; nil where it is no integer or does not fit.
  public func address(_ addressSize: UInt8) -> UInt64? {
    guard type.isIntegral, bits <= StackType.generic(addressSize).mask else { return nil }
    return UInt64(exactly: bits)
  }

  /// The bits of a variable of `byteSize` bytes (at most 16) that has this value: cut, or extended by the type's sign;
  /// nil where the upper bits of a generic value are not known, or where the value is no integer and too short.
  public func bits(byteSize: UInt8) -> UInt128? {
    let target = StackType.unsigned(byteSize)
    if target.byteSize <= type.byteSize { return bits & target.mask }
    switch type.kind {
    case .unsigned: return bits
    case .signed: return UInt128(bitPattern: signed) & target.mask
    case .generic: return target.byteSize <= 8 ? wide.map { UInt128($0) & target.mask } : nil
    case .float, .opaque: return nil
    }
  }

  // MARK: Conversion

  /// `DW_OP_convert` (DWARF 5, 2.5.1.6): the same number in another type. A generic value counts as unsigned unless its
  /// upper bits are known.
  /// - Throws: the rule that forbids it: `unsupportedValueType`, or `notRepresentable` for a floating-point number that the
  ///   integer cannot hold.
  public func converted(to target: StackType) throws(RuleError) -> TypedValue {
    if type == target { return self }
    guard type.kind != .opaque, target.kind != .opaque else { throw RuleError(.unsupportedValueType) }
    if let number = floatingPoint {
      if target.kind == .float { return .floating(number, target) }
      return TypedValue(target, bits: try Self.integer(number, target))
    }
    if target.kind == .float {
      // From the widest integer at once, so that it is rounded once.
      let isNegative = type.kind == .signed && signed < 0
      if target.byteSize == 4 { return isNegative ? .float(Float(signed)) : .float(Float(bits)) }
      return isNegative ? .float(Double(signed)) : .float(Double(bits))
    }
    switch type.kind {
    case .signed:
      return TypedValue(
        target, bits: UInt128(bitPattern: signed), wide: UInt64(truncatingIfNeeded: signed))
    case .generic where wide != nil && target.byteSize <= 8:
      return TypedValue(target, bits: UInt128(wide ?? 0), wide: wide)
    default: return TypedValue(target, bits: bits, wide: UInt64(exactly: bits))
    }
  }

  /// `DW_OP_reinterpret` (DWARF 5, 2.5.1.6): the same bits in another type.
  /// - Throws: `typeMismatch` where the sizes differ.
  public func reinterpreted(as target: StackType) throws(RuleError) -> TypedValue {
    guard target.byteSize == type.byteSize else { throw RuleError(.typeMismatch) }
    return TypedValue(target, bits: bits, wide: target.kind == type.kind ? wide : nil)
  }

  static func floating(_ number: Double, _ type: StackType) -> TypedValue {
    type.byteSize == 4 ? .float(Float(number)) : .float(number)
  }

  /// `number` without its fraction.
  private static func integer(_ number: Double, _ type: StackType) throws(RuleError) -> UInt128 {
    let whole = number.rounded(.towardZero)
    if type.kind != .signed, let value = UInt128(exactly: whole), value <= type.mask { return value }
    // A generic value may be a negative one too.
    if type.kind != .unsigned, let value = Int128(exactly: whole) {
      let limit = Int128(1) << Int128(type.bitSize - 1)
      if type.byteSize == 16 || (value < limit && value >= -limit) { return UInt128(bitPattern: value) }
    }
    throw RuleError(.notRepresentable)
  }
}

extension TypedValue: Hashable {
  /// Whether type and bits are the same, whatever is known of upper bits.
  public static func == (left: TypedValue, right: TypedValue) -> Bool {
    left.type == right.type && left.bits == right.bits
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(type)
    hasher.combine(bits)
  }
}

/// A rule that a value breaks: what the evaluator turns into a `ReadError` with the operation's place.
public struct RuleError: Error, Hashable, Sendable {
  public let rule: Rule
  public init(_ rule: Rule) { self.rule = rule }
}
