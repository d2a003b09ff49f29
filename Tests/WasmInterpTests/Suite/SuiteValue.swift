import WasmBinary
import WasmInterp

/// An argument, or what a result has to be.
indirect enum SuiteValue: Sendable, Hashable {
  /// A number of type i32, i64, f32 or f64.
  case number(ValueType, SuiteLane)
  /// A vector of lanes of so many bits.
  case vector(laneBits: Int, [SuiteLane])
  /// A reference; `type` is the text format's word (`externref`, `nullref`) or `refnull` for any null. The value is
  /// the host's number for it, `null`, or nil for any value of the type (`ref.func`, `ref.array`).
  case reference(type: String, value: String?)
  /// One of these.
  case either([SuiteValue])

  init?(_ json: JSON) {
    guard let type = json["type"]?.string else { return nil }
    switch type {
    case "i32": self.init(.i32, bits: 32, json)
    case "i64": self.init(.i64, bits: 64, json)
    case "f32": self.init(.f32, bits: 32, json)
    case "f64": self.init(.f64, bits: 64, json)
    case "v128":
      guard let lane = json["lane_type"]?.string, let bits = Int(lane.dropFirst()), let values = json["value"]?.array
      else { return nil }
      let lanes = values.compactMap { $0.string.flatMap { SuiteLane($0, bits: bits) } }
      guard lanes.count == values.count, lanes.count * bits == 128 else { return nil }
      self = .vector(laneBits: bits, lanes)
    case "either":
      let values = json["values"]?.array ?? []
      let alternatives = values.compactMap { SuiteValue($0) }
      guard alternatives.count == values.count else { return nil }
      self = .either(alternatives)
    default: self = .reference(type: type, value: json["value"]?.string)
    }
  }

  private init?(_ type: ValueType, bits: Int, _ json: JSON) {
    guard let lane = json["value"]?.string.flatMap({ SuiteLane($0, bits: bits) }) else { return nil }
    self = .number(type, lane)
  }

  // MARK: As an argument

  /// The value that is passed; nil for a pattern that is none.
  var argument: Value? {
    switch self {
    case .number(let type, .bits(let bits)):
      switch type {
      case .i32: return .i32(Int32(truncatingIfNeeded: bits))
      case .i64: return .i64(Int64(bitPattern: bits))
      case .f32: return .f32(UInt32(truncatingIfNeeded: bits))
      case .f64: return .f64(bits)
      default: return nil
      }
    case .vector(let laneBits, let lanes):
      var halves: [UInt64] = [0, 0]
      for (index, lane) in lanes.enumerated() {
        guard case .bits(let bits) = lane else { return nil }
        halves[index * laneBits / 64] |= bits << UInt64(index * laneBits % 64)
      }
      return .v128(low: halves[0], high: halves[1])
    case .reference(let type, let value?):
      guard value == "null" else { return UInt64(value).map { .reference(.external($0)) } }
      return Self.heapTypes[type].map { .reference(.null($0)) }
    case .number, .reference, .either: return nil
    }
  }

  private static let heapTypes: [String: HeapType] = [
    "anyref": .any, "eqref": .eq, "i31ref": .i31, "structref": .struct, "arrayref": .array, "nullref": .none,
    "funcref": .func, "nullfuncref": .nofunc, "externref": .extern, "nullexternref": .noextern, "exnref": .exn,
    "nullexnref": .noexn,
  ]

  // MARK: As a pattern

  func matches(_ value: Value) -> Bool {
    switch (self, value) {
    case (.either(let alternatives), _): alternatives.contains { $0.matches(value) }
    case (.number(.i32, let lane), .i32(let number)): lane == .bits(UInt64(UInt32(bitPattern: number)))
    case (.number(.i64, let lane), .i64(let number)): lane == .bits(UInt64(bitPattern: number))
    case (.number(.f32, let lane), .f32(let bits)): lane.matches(UInt64(bits), width: 32)
    case (.number(.f64, let lane), .f64(let bits)): lane.matches(bits, width: 64)
    case (.vector(let laneBits, let lanes), .v128(let low, let high)):
      lanes.enumerated().allSatisfy { index, lane in
        let half = index * laneBits < 64 ? low : high
        let bits = half >> UInt64(index * laneBits % 64)
        return lane.matches(laneBits == 64 ? bits : bits & (1 << UInt64(laneBits) - 1), width: laneBits)
      }
    case (.reference(let type, let value), .reference(let reference)): Self.matches(type, value, reference)
    default: false
    }
  }

  private static func matches(_ type: String, _ value: String?, _ reference: Reference) -> Bool {
    if value == "null" || value == nil && type.contains("null") {
      if case .null = reference { return true }
      return false
    }
    switch reference {
    case .null: return false
    // What the host passed may have been converted to `any` and back.
    case .external(let number): return ["externref", "anyref"].contains(type) && (value == nil || value == "\(number)")
    case .function: return type == "funcref" && value == nil
    case .exception: return type == "exnref" && value == nil
    case .i31: return ["i31ref", "eqref", "anyref", "externref"].contains(type) && value == nil
    case .object: return ["structref", "arrayref", "eqref", "anyref", "externref"].contains(type) && value == nil
    }
  }
}

/// A number or a lane of a vector.
enum SuiteLane: Sendable, Hashable {
  /// The bit pattern, in the low bits.
  case bits(UInt64)
  /// A NaN whose payload is the canonical one; of either sign.
  case canonicalNaN
  /// A NaN whose payload has its most significant bit set at least.
  case arithmeticNaN

  fileprivate init?(_ text: String, bits: Int) {
    switch text {
    case "nan:canonical": self = .canonicalNaN
    case "nan:arithmetic": self = .arithmeticNaN
    default:
      guard let number = UInt64(text) ?? Int64(text).map({ UInt64(bitPattern: $0) }) else { return nil }
      self = .bits(bits == 64 ? number : number & (1 << UInt64(bits) - 1))
    }
  }

  /// Whether a lane of `width` bits is as this says.
  fileprivate func matches(_ bits: UInt64, width: Int) -> Bool {
    // The exponent and the most significant bit of the payload.
    let quiet: UInt64 = width == 32 ? 0x7fc0_0000 : 0x7ff8_0000_0000_0000
    let withoutSign: UInt64 = width == 32 ? 0x7fff_ffff : 0x7fff_ffff_ffff_ffff
    switch self {
    case .bits(let expected): return bits == expected
    case .canonicalNaN: return bits & withoutSign == quiet
    case .arithmeticNaN: return bits & quiet == quiet
    }
  }
}

extension SuiteValue: CustomStringConvertible {
  /// `i32:1`, `v128:[0 nan:canonical]`, `externref:2`, `funcref`.
  var description: String {
    switch self {
    case .number(let type, let lane): "\(type):\(lane)"
    case .vector(_, let lanes): "v128:[\(lanes.map(\.description).joined(separator: " "))]"
    case .reference(let type, let value): value.map { "\(type):\($0)" } ?? type
    case .either(let values): values.map(\.description).joined(separator: " or ")
    }
  }
}

extension SuiteLane: CustomStringConvertible {
  var description: String {
    switch self {
    case .bits(let bits): "0x" + String(bits, radix: 16)
    case .canonicalNaN: "nan:canonical"
    case .arithmeticNaN: "nan:arithmetic"
    }
  }
}
