import ByteCursor

/// A value that a constant expression can have, as far as reading a module can know it.
public enum ConstantValue: Hashable, Sendable {
  case i32(Int32)
  case i64(Int64)
  /// The bit pattern, so that a NaN keeps its payload.
  case f32(UInt32)
  /// The bit pattern.
  case f64(UInt64)
  /// Bytes 0 to 7 and 8 to 15, little-endian.
  case v128(low: UInt64, high: UInt64)
  /// A null reference of the heap type.
  case null(HeapType)
  /// A reference to a function, by function index.
  case function(UInt32)

  /// The value as an offset in a memory or table: i32 and i64 are unsigned there. Nil for other types.
  public var offset: UInt64? {
    switch self {
    case .i32(let value): return UInt64(UInt32(bitPattern: value))
    case .i64(let value): return UInt64(bitPattern: value)
    default: return nil
    }
  }
}

/// An initialiser or a segment's offset (3.4.7, 5.4.9): instructions up to their `end`, undecoded.
public struct ConstantExpression: Sendable {
  /// The instructions with the terminating `end`.
  public let bytes: Bytes

  /// The value, where the expression needs no global for it.
  public var literal: ConstantValue? { evaluate { _ in nil } }

  /// The value: constants, `ref.null`, `ref.func`, `global.get` and the extended constants' additions,
  /// subtractions and multiplications.
  /// - Parameter global: the value of a global, by global index.
  /// - Returns: nil where the expression is invalid, makes an object (`struct.new`, `ref.i31` and their like)
  ///   or needs a global whose value is not known.
  public func evaluate(_ global: (UInt32) -> ConstantValue?) -> ConstantValue? {
    var cursor = bytes.cursor()
    var stack: [ConstantValue] = []
    while let byte = try? cursor.u8() {
      let value: ConstantValue?
      switch ConstantOpcode(rawValue: byte) {
      case .end: return stack.count == 1 ? stack[0] : nil
      case .i32Const: value = (try? cursor.sleb32()).map { .i32($0) }
      case .i64Const: value = (try? cursor.sleb64()).map { .i64($0) }
      case .f32Const: value = (try? cursor.u32()).map { .f32($0) }
      case .f64Const: value = (try? cursor.u64()).map { .f64($0) }
      case .refNull: value = (try? cursor.heapType()).map { .null($0) }
      case .refFunc: value = (try? cursor.uleb32()).map { .function($0) }
      case .globalGet: value = (try? cursor.uleb32()).flatMap { global($0) }
      case .vectorPrefix:
        guard let number = try? cursor.uleb32(), number == ConstantOpcode.v128Const,
          let low = try? cursor.u64(), let high = try? cursor.u64()
        else { return nil }
        value = .v128(low: low, high: high)
      case .i32Add: value = Self.combine(&stack, &+, { _, _ in nil })
      case .i32Sub: value = Self.combine(&stack, &-, { _, _ in nil })
      case .i32Mul: value = Self.combine(&stack, &*, { _, _ in nil })
      case .i64Add: value = Self.combine(&stack, { _, _ in nil }, &+)
      case .i64Sub: value = Self.combine(&stack, { _, _ in nil }, &-)
      case .i64Mul: value = Self.combine(&stack, { _, _ in nil }, &*)
      case .objectPrefix, nil: return nil
      }
      guard let value else { return nil }
      stack.append(value)
    }
    return nil
  }

  /// The two topmost values combined; nil where they are missing or not of the operation's type.
  private static func combine(
    _ stack: inout [ConstantValue], _ narrow: (Int32, Int32) -> Int32?, _ wide: (Int64, Int64) -> Int64?
  ) -> ConstantValue? {
    guard let right = stack.popLast(), let left = stack.popLast() else { return nil }
    switch (left, right) {
    case (.i32(let left), .i32(let right)): return narrow(left, right).map { .i32($0) }
    case (.i64(let left), .i64(let right)): return wide(left, right).map { .i64($0) }
    default: return nil
    }
  }
}

/// The instructions of constant expressions (3.4.7).
private enum ConstantOpcode: UInt8 {
  case end = 0x0b
  case globalGet = 0x23
  case i32Const = 0x41
  case i64Const = 0x42
  case f32Const = 0x43
  case f64Const = 0x44
  case i32Add = 0x6a
  case i32Sub = 0x6b
  case i32Mul = 0x6c
  case i64Add = 0x7c
  case i64Sub = 0x7d
  case i64Mul = 0x7e
  case refNull = 0xd0
  case refFunc = 0xd2
  /// struct.new and its like.
  case objectPrefix = 0xfb
  case vectorPrefix = 0xfd

  /// Behind `vectorPrefix`.
  static let v128Const: UInt32 = 12
}

extension Cursor {
  /// A constant expression, up to and including its `end`.
  /// - Throws: `constantExpressionRequired` at an instruction that cannot stand in one, since only the known
  ///   ones can be skipped.
  public mutating func constantExpression() throws(ReadError) -> ConstantExpression {
    var start = self
    while true {
      let here = fileOffset
      let byte = try u8()
      switch ConstantOpcode(rawValue: byte) {
      case .end: return ConstantExpression(bytes: try start.bytes(UInt64(position - start.position)))
      case .i32Const: _ = try sleb32()
      case .i64Const: _ = try sleb64()
      case .f32Const: try skip(4)
      case .f64Const: try skip(8)
      case .globalGet, .refFunc: _ = try uleb32()
      case .refNull: _ = try heapType()
      case .i32Add, .i32Sub, .i32Mul, .i64Add, .i64Sub, .i64Mul: break
      case .vectorPrefix:
        let number = try uleb32()
        guard number == ConstantOpcode.v128Const else {
          throw ReadError(.constantExpressionRequired, value: UInt64(number), offset: here)
        }
        try skip(16)
      case .objectPrefix:
        let number = try uleb32()
        switch number {
        // struct.new, struct.new_default, array.new, array.new_default: a type.
        case 0, 1, 6, 7: _ = try uleb32()
        // array.new_fixed: a type and a length.
        case 8:
          _ = try uleb32()
          _ = try uleb32()
        // any.convert_extern, extern.convert_any, ref.i31.
        case 26, 27, 28: break
        default: throw ReadError(.constantExpressionRequired, value: UInt64(number), offset: here)
        }
      case nil: throw ReadError(.constantExpressionRequired, value: UInt64(byte), offset: here)
      }
    }
  }
}
