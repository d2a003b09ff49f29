import WasmBinary
import WasmInterp

extension WasmInterp.Value {
  /// The values of `texts` as arguments of a function.
  /// - Throws: `usage` where their number or one of them does not fit.
  static func parse(
    _ texts: [String], as type: FunctionType, of function: String
  ) throws(ProgramError) -> [WasmInterp.Value] {
    guard texts.count == type.parameters.count else {
      throw .usage(
        "\(function) takes \(type.parameters.count) argument\(type.parameters.count == 1 ? "" : "s") \(type), not \(texts.count)"
      )
    }
    var values: [WasmInterp.Value] = []
    for (number, (text, type)) in zip(texts, type.parameters).enumerated() {
      guard let value = WasmInterp.Value(text: text, type) else {
        throw .usage("argument \(number + 1) of \(function): '\(text)' is not of type \(type)")
      }
      values.append(value)
    }
    return values
  }

  /// The value of type `type` that a person wrote as `text`: an integer, signed or unsigned, decimal or with `0x`; a
  /// float as Swift and C write it; `null` for a reference. Nil where it is none, and for other references.
  public init?(text: String, _ type: ValueType) {
    switch type {
    case .i32:
      guard let bits = Self.integer(text), Int64(bitPattern: bits) >= Int64(Int32.min) || bits <= UInt64(UInt32.max),
        bits <= UInt64(UInt32.max) || text.hasPrefix("-")
      else { return nil }
      self = .i32(Int32(truncatingIfNeeded: bits))
    case .i64:
      guard let bits = Self.integer(text) else { return nil }
      self = .i64(Int64(bitPattern: bits))
    case .f32:
      guard let value = Float(text) else { return nil }
      self = .f32(value.bitPattern)
    case .f64:
      guard let value = Double(text) else { return nil }
      self = .f64(value.bitPattern)
    case .v128:
      guard text.hasPrefix("0x"), let bits = UInt128(text.dropFirst(2), radix: 16) else { return nil }
      self = .v128(low: UInt64(truncatingIfNeeded: bits), high: UInt64(truncatingIfNeeded: bits >> 64))
    case .reference(let reference):
      guard text == "null", reference.isNullable else { return nil }
      self = .reference(.null(reference.heapType))
    }
  }

  /// A number of 64 bits, signed where it has a sign.
  private static func integer(_ text: String) -> UInt64? {
    let isNegative = text.hasPrefix("-")
    let digits = isNegative ? text.dropFirst() : text[...]
    guard let first = digits.first, first.isHexDigit else { return nil }
    let isHex = digits.hasPrefix("0x") || digits.hasPrefix("0X")
    guard let magnitude = isHex ? UInt64(digits.dropFirst(2), radix: 16) : UInt64(digits, radix: 10) else { return nil }
    guard isNegative else { return magnitude }
    return magnitude <= 1 << 63 ? 0 &- magnitude : nil
  }
}
