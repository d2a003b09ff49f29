import DwarfEval

/// A value that can be computed with, and what C's conversions need to know of its type.
struct Operand {
  enum Kind {
    case integer(IntegerFormat)
    case floating(FloatFormat)
    /// A pointer to something; nil for `void`.
    case pointer(DwarfType?)
  }
  let kind: Kind
  /// The type without names and qualifiers.
  let type: DwarfType
  let value: Value

  /// How the operand is known.
  var assurance: Assurance { value.assurance }

  /// The type that it takes part in arithmetic with (C17, 6.3.1.1): `int` for what is smaller.
  func promoted(_ types: BasicTypes) -> (type: DwarfType, format: IntegerFormat)? {
    guard case .integer(let format) = kind else { return nil }
    // A bit field counts with the bits that it has.
    let bits = value.bits?.size ?? format.bits
    if format.rank < .int || (format.rank == .int && bits < 32) { return (types[.int], .int) }
    if let enumeration = type.enumeration {
      let underlying = enumeration.underlying?.underlying
      return (underlying.flatMap { IntegerFormat($0) == nil ? nil : $0 } ?? types.integer(format), format)
    }
    return (type, format)
  }

  /// The integer's bits, wrapped to its type.
  func pattern() throws(Unavailable) -> UInt128 {
    switch kind {
    case .integer(let format): return format.wrapped(try value.pattern())
    case .pointer: return UInt128(try value.pointer())
    case .floating: throw Unavailable("it is no integer")
    }
  }

  /// The number as binary64.
  func real() throws(Unavailable) -> Double {
    switch kind {
    case .integer(let format):
      let pattern = try pattern()
      return format.isSigned ? Double(format.number(pattern)) : Double(pattern)
    case .floating(let format):
      let (number, isExact) = format.number(try value.bytes())
      guard isExact else { throw Unavailable("numbers that need more than 64 bits are not computed with") }
      return number
    case .pointer: throw Unavailable("it is no number")
    }
  }
}

extension Evaluator {
  /// A value as an operand: references are followed, arrays and functions become pointers (C17, 6.3.2.1).
  /// - Throws: `type` for what cannot be computed with.
  func operand(of value: Value, _ range: Range<Int>) throws(ExpressionError) -> Operand {
    var value = value.referent
    // Numbers in wrappers: Swift's integers, Rust's atomics.
    if value.type?.record != nil { _ = scope.shown(&value) }
    guard let type = value.underlying else { throw notANumber(value, range) }
    switch type.kind {
    case .base, .enumeration, .subrange:
      if let format = IntegerFormat(type) { return Operand(kind: .integer(format), type: type, value: value) }
      if let format = FloatFormat(type) { return Operand(kind: .floating(format), type: type, value: value) }
      if let base = type.base, base.format != .unsupported {
        throw ExpressionError(.unsupported, "Numbers of type \(type.name) are not computed with.", at: range)
      }
      throw notANumber(value, range)
    case .pointer(let target): return Operand(kind: .pointer(target), type: type, value: value)
    case .unspecified where (1...8).contains(type.size ?? 0):
      return Operand(kind: .pointer(nil), type: type, value: value)
    case .array(let array) where array.isVector:
      throw ExpressionError(.unsupported, "Vectors like \(type.name) are not computed with.", at: range)
    case .array(let array):
      let pointer = try addressOfFirst(value, array, range)
      return Operand(kind: .pointer(pointer.type?.target), type: pointer.type ?? type, value: pointer)
    case .subroutine:
      let pointer = scope.pointer(toFunction: value)
      return Operand(kind: .pointer(type), type: pointer.type ?? type, value: pointer)
    default: throw notANumber(value, range)
    }
  }

  private func notANumber(_ value: Value, _ range: Range<Int>) -> ExpressionError {
    ExpressionError(
      .type, "Argument to arithmetic operation not a number or boolean: it is of type \(value.type?.name ?? "void").",
      at: range)
  }

  /// The pointer that an array turns into.
  private func addressOfFirst(
    _ value: Value, _ array: ArrayType, _ range: Range<Int>
  ) throws(ExpressionError) -> Value {
    let lower = array.dimensions.first?.lowerBound.constant ?? 0
    let first = try known(range) { () throws(Unavailable) in try value.element(lower) }
    return try address(of: first, range)
  }

  /// A pointer to a value that lies in memory.
  func address(of value: Value, _ range: Range<Int>) throws(ExpressionError) -> Value {
    if value.function != nil { return scope.pointer(toFunction: value) }
    let type = value.type?.pointer ?? types.pointerToVoid
    if value.bits != nil { throw ExpressionError(.type, "A bit field has no address.", at: range) }
    if let absence = value.storage.absence, !value.storage.isOfNull {
      return value.sibling(type, .unavailable(absence))
    }
    guard let address = value.storage.address else {
      throw ExpressionError(.type, "Attempt to take address of value not located in memory.", at: range)
    }
    let size = Int(clamping: type.size ?? 4)
    var pointer = value.sibling(
      type, .bytes(littleEndian(UInt128(address.offset), count: size), value.storage.assurance))
    if address.memory != 0 { pointer.targetMemory = address.memory }
    return pointer
  }

  /// The integer that an index or a count is.
  func integer(of node: Syntax.Node) throws(ExpressionError) -> Int128 {
    try integer(of: try value(of: node), node.range)
  }

  func integer(of value: Value, _ range: Range<Int>) throws(ExpressionError) -> Int128 {
    let operand = try operand(of: value, range)
    guard case .integer(let format) = operand.kind else {
      throw ExpressionError(.type, "An integer is needed here.", at: range)
    }
    return format.number(try known(range) { () throws(Unavailable) in try operand.pattern() })
  }

  /// Whether a condition holds.
  func truth(of node: Syntax.Node) throws(ExpressionError) -> Bool {
    let operand = try operand(of: try value(of: node), node.range)
    return try known(node.range) { () throws(Unavailable) in try truth(of: operand) }
  }

  func truth(of operand: Operand) throws(Unavailable) -> Bool {
    if case .floating(let format) = operand.kind { return format.number(try operand.value.bytes()).value != 0 }
    return try operand.pattern() != 0
  }
}
