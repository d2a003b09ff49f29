import ByteCursor

/// The type of a recorded value, by the byte that stands for it in the binary format (Wasm 5.3); an open set.
///
/// A reference type of the long form keeps only its first byte (0x63, 0x64): a dump has no values of it.
public struct RecordedType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The type's first byte.
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let i32 = RecordedType(rawValue: 0x7f)
  public static let i64 = RecordedType(rawValue: 0x7e)
  public static let f32 = RecordedType(rawValue: 0x7d)
  public static let f64 = RecordedType(rawValue: 0x7c)
  public static let v128 = RecordedType(rawValue: 0x7b)
  public static let funcref = RecordedType(rawValue: 0x70)
  public static let externref = RecordedType(rawValue: 0x6f)
  /// Any reference type of the long form that may be null (`ref null ht`).
  public static let nullableReference = RecordedType(rawValue: 0x63)
  /// Any reference type of the long form that may not be null (`ref ht`).
  public static let reference = RecordedType(rawValue: 0x64)

  /// Whether it is i32, i64, f32 or f64: the types that a dump's frames can hold.
  public var isNumeric: Bool { (0x7c...0x7f).contains(rawValue) }
  /// Whether it is a reference type: an abstract heap type's short form, or the long form.
  public var isReference: Bool { (0x63...0x74).contains(rawValue) }

  /// The name in the text format.
  public var description: String {
    switch self {
    case .i32: "i32"
    case .i64: "i64"
    case .f32: "f32"
    case .f64: "f64"
    case .v128: "v128"
    case .funcref: "funcref"
    case .externref: "externref"
    default: isReference ? "ref" : "type 0x" + String(rawValue, radix: 16)
    }
  }
}

/// Why something is not in a dump. A reason reaches the user in place of a value.
public enum MissingReason: UInt8, Hashable, Sendable, CustomStringConvertible {
  /// The dump says that the value is missing (0x01): optimised out, or not reachable for the producer.
  case recordedAsMissing
  /// The producer never records it.
  case notRecorded
  /// The file ends before it.
  case truncated
  /// The bytes that should hold it cannot be read.
  case damaged
  /// The producer wrote a made-up value in its place (the rewriter's parameters of calling frames).
  case madeUp
  /// Only the low 32 bits of a wider value were recorded.
  case onlyLowBits
  /// A null reference, which the producer writes for every reference, whatever it was.
  case referenceNotRecorded
  /// The dump refers to it by the index 0xFFFFFFFF, which stands for nothing.
  case noIndex
  /// There is more of it than the limits allow to keep.
  case overLimit

  /// Words that follow "unavailable:".
  public var description: String {
    switch self {
    case .recordedAsMissing: "recorded as missing"
    case .notRecorded: "not recorded by what wrote the dump"
    case .truncated: "the dump is cut off before it"
    case .damaged: "the dump is damaged here"
    case .madeUp: "what wrote the dump puts a made-up value here"
    case .onlyLowBits: "only its low 32 bits were recorded"
    case .referenceNotRecorded: "references are not recorded"
    case .noIndex: "the dump refers to nothing here"
    case .overLimit: "beyond the limits of what is kept"
    }
  }
}

/// A value of a local, of an operand stack entry or of a global.
public enum RecordedValue: Hashable, Sendable {
  case i32(Int32)
  case i64(Int64)
  /// A 32-bit float's bits: a NaN keeps its payload.
  case f32(bits: UInt32)
  /// A 64-bit float's bits.
  case f64(bits: UInt64)
  /// A vector: its low and its high 64 bits.
  case v128(low: UInt64, high: UInt64)
  /// A reference to a function of the module.
  case function(UInt32)
  /// A reference of whatever kind, null included, as `wasmpm run` records it.
  case reference(RecordedReference)
  /// 32 bits whose type was not recorded (WasmEdge), where no module tells it.
  case untyped(UInt32)
  /// No value.
  case missing(MissingReason)

  /// The value's type, where it has one.
  public var type: RecordedType? {
    switch self {
    case .i32: .i32
    case .i64: .i64
    case .f32: .f32
    case .f64: .f64
    case .v128: .v128
    case .function: .funcref
    case .reference: .nullableReference
    case .untyped, .missing: nil
    }
  }

  /// What the rewriter writes for parameter `number` of a calling frame, whatever its type and value.
  static func madeUpParameter(_ number: Int) -> RecordedValue { .i32(669 &+ Int32(truncatingIfNeeded: number)) }

  /// Whether there is no value.
  public var isMissing: Bool {
    if case .missing = self { true } else { false }
  }
}

extension RecordedValue: CustomStringConvertible {
  /// The value as a person reads it: a signed decimal integer, the shortest text of a float that reads back the same,
  /// sixteen bytes in hexadecimal, what a reference refers to; `unavailable: …` where there is none.
  public var description: String {
    switch self {
    case .i32(let value): return String(value)
    case .i64(let value): return String(value)
    case .f32(let bits): return "\(Float(bitPattern: bits))"
    case .f64(let bits): return "\(Double(bitPattern: bits))"
    case .v128(let low, let high):
      let digits = String(UInt128(high) << 64 | UInt128(low), radix: 16)
      return "0x" + String(repeating: "0", count: 32 - digits.count) + digits
    case .function(let index): return "function \(index)"
    case .reference(let reference): return reference.description
    case .untyped(let bits): return "0x" + String(bits, radix: 16)
    case .missing(let reason): return "unavailable: \(reason)"
    }
  }
}

/// How a dialect writes the value behind its type byte.
public enum ValueEncoding: Hashable, Sendable {
  /// i32 and i64 as signed LEB128, floats as little-endian bytes.
  case signedLEB
  /// Everything as little-endian bytes.
  case littleEndian
  /// Every value as type i32 and four little-endian bytes, whatever it is.
  case lowBits
}

extension Cursor {
  /// One value of a frame (`value` in the core dump document).
  /// - Throws: `unknownValueKind` besides what the parts throw.
  mutating func frameValue(_ encoding: ValueEncoding) throws(ReadError) -> RecordedValue {
    let kind = try u8()
    switch (kind, encoding) {
    case (0x7f, .lowBits): return .untyped(try u32())
    case (0x01, .lowBits): break
    case (0x01, _): return .missing(.recordedAsMissing)
    case (0x7f, .signedLEB): return .i32(try sleb32())
    case (0x7e, .signedLEB): return .i64(try sleb64())
    case (0x7f, .littleEndian): return .i32(Int32(bitPattern: try u32()))
    case (0x7e, .littleEndian): return .i64(Int64(bitPattern: try u64()))
    case (0x7d, .signedLEB), (0x7d, .littleEndian): return .f32(bits: try u32())
    case (0x7c, .signedLEB), (0x7c, .littleEndian): return .f64(bits: try u64())
    default: break
    }
    throw error(.unknownValueKind, value: UInt64(kind))
  }
}
