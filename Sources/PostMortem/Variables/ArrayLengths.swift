import ByteCursor
import DwarfEval

/// The lengths of arrays that the program computes (C's arrays of variable length), as they are in a frame.
extension FrameInspection {
  /// A type whose lengths are values of this frame with these as numbers, of an array or of one that a pointer or a reference
  /// leads to. Any other type, and one of which a length is not known beyond doubt, as it is.
  func resolved(_ type: DwarfType?) -> DwarfType? {
    guard let type else { return nil }
    switch type.underlying?.kind {
    case .array: return sized(type) ?? type
    case .pointer(let target?): return sized(target)?.pointer ?? type
    case .reference(let target?): return sized(target)?.reference ?? type
    default: return type
    }
  }

  /// An array whose length the program computes with the length that it has; nil for other types, and where it is not known.
  private func sized(_ type: DwarfType) -> DwarfType? {
    guard let underlying = type.underlying, let array = underlying.array, array.fixedCount == nil, !array.isVector,
      array.bitStride == nil, let unit = underlying.entry?.unit
    else { return nil }
    var result = array.element
    for dimension in array.dimensions.reversed() {
      guard let count = count(of: dimension, unit) else { return nil }
      result = result?.array(count)
    }
    return array.dimensions.isEmpty ? nil : result
  }

  private func count(of dimension: ArrayType.Dimension, _ unit: Unit) -> UInt64? {
    if let count = dimension.fixedCount { return count }
    guard dimension.lowerBound.constant == 0 else { return nil }
    if let count = dimension.count { return number(count, unit).flatMap { UInt64(exactly: $0) } }
    // The last index of an empty array is one less than its first.
    guard let last = dimension.upperBound.flatMap({ number($0, unit) }), last >= -1, last < Int128(Int64.max) else {
      return nil
    }
    return UInt64(last + 1)
  }

  /// The value of a bound, if it is known beyond doubt: a wrong length shows what is not there.
  private func number(_ bound: Bound, _ unit: Unit) -> Int128? {
    switch bound {
    case .constant(let number): return Int128(number)
    case .variable(let entry):
      let described = scopes.lazy.flatMap(\.variables).first { $0.entry == entry || $0.origin == entry }
      let value = described.map { state.value(of: $0) } ?? state.value(at: entry)
      guard value.contents().assurance.trust >= .derived else { return nil }
      return try? value.integer()
    case .expression(let form): return number(form, unit)
    }
  }

  /// What an expression leaves as the value of a bound, which is as wide as an address, with a sign.
  private func number(_ form: FormValue, _ unit: Unit) -> Int128? {
    let size = unit.encoding.addressSize
    guard let expression = (try? state.expression(form, of: unit)) ?? nil,
      let pieces = try? state.evaluate(expression, scope: unit), let bound = pieces.frameBase(addressSize: size),
      state.assurance(bound.1).trust >= .derived
    else { return nil }
    return size == 4 ? Int128(Int32(truncatingIfNeeded: bound.address)) : Int128(Int64(bitPattern: bound.address))
  }
}
