import ByteCursor
import DwarfEval
import TestSupport

// Expressions put together by hand: `op(.constu, u(5)) ++ op(.stackValue)`. The usual operator has so many meanings that
// the compiler gives up on long tables of them.
infix operator ++ : AdditionPrecedence
func ++ (left: [UInt8], right: [UInt8]) -> [UInt8] { left + right }

func op(_ operation: DwOperation, _ operands: [UInt8]...) -> [UInt8] {
  [operation.rawValue] + operands.flatMap { $0 }
}
/// The operation `number` behind `first` in a row of 32.
func op(_ first: DwOperation, number: UInt8, _ operands: [UInt8]...) -> [UInt8] {
  [first.rawValue + number] + operands.flatMap { $0 }
}
func lit(_ number: UInt8) -> [UInt8] { op(.lit0, number: number) }
/// Unsigned LEB128.
func u(_ value: UInt64) -> [UInt8] {
  var builder = ByteBuilder()
  builder.uleb(value)
  return builder.bytes
}
/// Signed LEB128.
func s(_ value: Int64) -> [UInt8] {
  var builder = ByteBuilder()
  builder.sleb(value)
  return builder.bytes
}
/// A number of `size` bytes.
func fixed(_ value: Int64, _ size: Int) -> [UInt8] {
  var builder = ByteBuilder()
  builder.number(UInt64(bitPattern: value), size: size)
  return builder.bytes
}
/// A block: its length and its bytes.
func block(_ bytes: [UInt8]) -> [UInt8] { u(UInt64(bytes.count)) + bytes }
let oneToSixteen: [UInt8] = Array(1...16)
/// A constant of a base type of the scope.
func typed(_ entry: UInt64, _ value: Int64, size: Int) -> [UInt8] {
  op(.constType, u(entry), [UInt8(size)], fixed(value, size))
}
/// A constant of the scope's type `f64`, or of `f32`.
func typed(_ value: Double) -> [UInt8] { typed(Scope.f64, Int64(bitPattern: value.bitPattern), size: 8) }
func typed(_ value: Float) -> [UInt8] { typed(Scope.f32, Int64(value.bitPattern), size: 4) }
func wasm(_ kind: UInt8, _ index: UInt64) -> [UInt8] { op(.wasmLocation, [kind], u(index)) }

/// A unit with base types and a table of addresses.
struct Scope: ExpressionScope {
  var encoding = UnitEncoding(version: 5, offsetSize: 4, addressSize: 4)
  var addresses: [UInt64] = [0x1000, 0x2000]

  static let (i8, u8, i16, u16, i32, u32, i64, u64, i128, f32, f64, f128):
    (
      UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64
    ) = (0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c)
  static let types: [UInt64: StackType] = [
    i8: .signed(1), u8: .unsigned(1), i16: .signed(2), u16: .unsigned(2), i32: .signed(4), u32: .unsigned(4),
    i64: .signed(8), u64: .unsigned(8), i128: .signed(16), f32: .float32, f64: .float64,
    f128: StackType(.float, byteSize: 16)!,
  ]

  static func size(_ addressSize: UInt8, version: UInt16 = 5) -> Scope {
    Scope(encoding: UnitEncoding(version: version, offsetSize: 4, addressSize: addressSize))
  }
  func stackType(at offset: UnitOffset) -> StackType? { Self.types[offset.rawValue] }
  func indexedAddress(_ index: UInt64) -> UInt64? {
    index < UInt64(addresses.count) ? addresses[Int(index)] : nil
  }
}

/// What expressions ask.
struct Process {
  var addressSize: UInt8 = 4
  var locals: [TypedValue] = [
    .wasmInteger(0x64, byteSize: 4, addressSize: 4), .wasmInteger(.max, byteSize: 8, addressSize: 4),
    .float(Float(1.5)),
  ]
  /// Byte `n` of memory is the low byte of `n` times 17.
  var answers: [String: ExpressionAnswer] = [:]

  func number(_ value: UInt64) -> ExpressionAnswer {
    .value(TypedValue(.generic(addressSize), bits: UInt128(value)))
  }

  /// `answers` is asked first, by what the request says of itself.
  func answer(_ request: ExpressionRequest) -> ExpressionAnswer {
    if let answer = answers[request.description] { return answer }
    switch request {
    case .wasm(.local(let index)):
      return index < locals.count ? .value(locals[Int(index)]) : .unavailable()
    case .wasm(.global(let index)): return number(0x700 + UInt64(index))
    case .wasm(.operand(let index)): return number(0x800 + UInt64(index))
    case .memory(let address, let size):
      let bytes = (0..<UInt64(size)).map { UInt8(truncatingIfNeeded: (address &+ $0) &* 17) }
      return .value(TypedValue(.unsigned(size), littleEndian: bytes))
    case .frameBase: return number(0x5000)
    case .callFrameAddress: return number(0x6000)
    case .threadLocal(let offset): return number(0x9000 &+ offset)
    case .objectAddress: return number(0xa000)
    case .entryValue(let bytes): return number(0xe000 + UInt64(bytes.count))
    case .parameter(let offset): return number(0xf000 + offset.rawValue)
    case .variable: return number(0xb000)
    case .location: return .noExpression
    case .address(let address): return number(address)
    }
  }

  func run(
    _ bytes: [UInt8], scope: Scope? = nil, stack: [ExpressionEvaluator.Operand] = [], depth: Int = 0,
    limits: Limits = .standard
  ) throws(ReadError) -> [Piece] {
    var evaluator = ExpressionEvaluator(
      Bytes(copying: bytes), scope: scope ?? .size(addressSize), stack: stack, depth: depth, limits: limits)
    var step = try evaluator.run()
    while case .needs(let request) = step { step = try evaluator.resume(answer(request)) }
    guard case .finished(let pieces) = step else { return [] }
    return pieces
  }

  /// The value of an expression that `DW_OP_stack_value` is added to.
  func value(_ bytes: [UInt8], scope: Scope? = nil) throws(ReadError) -> TypedValue? {
    let pieces = try run(bytes + op(.stackValue), scope: scope)
    guard pieces.count == 1, case .value(let value) = pieces[0].location else { return nil }
    return value
  }

  /// What is wrong with an expression.
  func rule(_ bytes: [UInt8], scope: Scope? = nil, depth: Int = 0, limits: Limits = .standard) -> Rule? {
    do throws(ReadError) {
      _ = try run(bytes, scope: scope, depth: depth, limits: limits)
      return nil
    } catch {
      return error.rule
    }
  }
}

extension Piece {
  /// `8: memory 0x10 [local 3]`: the size in bits where there is one, the location, the origin.
  var text: String {
    var text = bitSize.map { "\($0)\(bitOffset == 0 ? "" : "@\(bitOffset)"): " } ?? ""
    switch location {
    case .memory(let address): text += "memory \(CodeAddress(address))"
    case .value(let value): text += "value \(CodeAddress(UInt64(truncatingIfNeeded: value.bits))) \(value.type)"
    case .bytes(let bytes): text += "bytes \(bytes.array)"
    case .implicitPointer(let entry, let offset): text += "pointer \(entry)+\(offset)"
    case .empty: text += "empty"
    case .unavailable(let reason): text += "\(reason)"
    }
    return text + (origin.map { " [\($0)]" } ?? "")
  }
}
