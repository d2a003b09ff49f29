import ByteCursor
import WasmBinary

/// One decoded instruction of a function body or a constant expression.
///
/// It owns no memory: lists in it (`ImmediateList`) say where they stand in the body.
public struct Instruction: Hashable, Sendable {
  /// Which instruction it is.
  public let opcode: Opcode
  /// Where its first byte stands.
  public let codeOffset: CodeOffset
  /// How many bytes it has, opcode and immediates.
  public let length: Int
  /// What follows the opcode; of the form that `opcode.immediateKind` says.
  public let immediates: Immediates

  /// Where the next instruction stands.
  public var end: CodeOffset { CodeOffset(codeOffset.rawValue &+ UInt64(length)) }

  /// Whether it calls a function (tail calls included).
  public var isCall: Bool { opcode.isCall }

  /// The function that a direct call (`call`, `return_call`) calls, by function index.
  public var callee: UInt32? {
    guard opcode == .call || opcode == .returnCall, case .index(let index) = immediates else { return nil }
    return index
  }

  /// Where it accesses memory, for instructions with a memory argument.
  public var memoryArgument: MemoryArgument? {
    switch immediates {
    case .memory(let argument), .memoryLane(let argument, _): argument
    default: nil
    }
  }
}

/// What follows an opcode.
public enum Immediates: Hashable, Sendable {
  case none
  /// A block's type.
  case block(BlockType)
  /// A `try_table`: its type and catch clauses.
  case tryTable(BlockType, catches: ImmediateList)
  /// One index; `opcode.immediateKind.indexSpaces` says of what.
  case index(UInt32)
  /// Two indices, in the order of the binary format; `opcode.immediateKind.indexSpaces` says of what.
  case indices(UInt32, UInt32)
  /// The labels of a `br_table`, the default label last: `count` includes it.
  case labels(ImmediateList)
  /// The types of a `select`.
  case types(ImmediateList)
  /// The heap type of `ref.null`.
  case heapType(HeapType)
  /// The type of `ref.test` and `ref.cast`.
  case reference(ReferenceType)
  /// `br_on_cast` and `br_on_cast_fail`.
  case cast(label: UInt32, from: ReferenceType, to: ReferenceType)
  case i32(Int32)
  case i64(Int64)
  /// The bit pattern, so that a NaN keeps its payload.
  case f32(UInt32)
  /// The bit pattern.
  case f64(UInt64)
  /// Bytes 0 to 7 and 8 to 15, little-endian.
  case v128(low: UInt64, high: UInt64)
  /// The lanes of `i8x16.shuffle`, a byte each: the first eight and the last eight, little-endian.
  case shuffle(low: UInt64, high: UInt64)
  case memory(MemoryArgument)
  case memoryLane(MemoryArgument, lane: UInt8)
  case lane(UInt8)
}

/// Where a load or store accesses memory (5.4, memarg).
public struct MemoryArgument: Hashable, Sendable {
  /// The binary logarithm of the alignment that the access is said to have; below 64.
  public let alignmentLog2: UInt8
  /// The memory.
  public let memory: UInt32
  /// What is added to the address operand.
  public let offset: UInt64
}

/// A list in an instruction's immediates that stays in the body: a body may hold many long ones.
public struct ImmediateList: Hashable, Sendable {
  /// How many elements it has. Each was read when the instruction was decoded.
  public let count: Int
  /// Where its first element stands.
  public let codeOffset: CodeOffset
}

/// A catch clause of a `try_table` (5.4.1).
public struct CatchClause: Hashable, Sendable {
  /// The exceptions that it catches, by tag index; nil for all.
  public let tag: UInt32?
  /// Whether the exception itself is handed over too (`catch_ref`, `catch_all_ref`).
  public let passesReference: Bool
  /// Where to branch; 0 is the block around the `try_table`.
  public let label: UInt32
}

extension ImmediateList {
  /// The elements as labels (`Immediates.labels`).
  /// - Parameters:
  ///   - body: the body that the instruction was decoded from.
  ///   - limit: how many elements are enough.
  public func labels(in body: Bytes, limit: Int = .max) -> [UInt32] {
    elements(in: body, limit) { (cursor) throws(ReadError) in try cursor.uleb32() }
  }

  /// The elements as types (`Immediates.types`).
  /// - Parameters:
  ///   - body: the body that the instruction was decoded from.
  ///   - limit: how many elements are enough.
  public func types(in body: Bytes, limit: Int = .max) -> [ValueType] {
    elements(in: body, limit) { (cursor) throws(ReadError) in try cursor.valueType() }
  }

  /// The elements as catch clauses (`Immediates.tryTable`).
  /// - Parameters:
  ///   - body: the body that the instruction was decoded from.
  ///   - limit: how many elements are enough.
  public func catches(in body: Bytes, limit: Int = .max) -> [CatchClause] {
    elements(in: body, limit) { (cursor) throws(ReadError) in try cursor.catchClause() }
  }

  private func elements<Element>(
    in body: Bytes, _ limit: Int, _ read: (inout Cursor) throws(ReadError) -> Element
  ) -> [Element] {
    guard var cursor = try? body.cursor(at: codeOffset.rawValue) else { return [] }
    let count = min(count, max(limit, 0))
    var result: [Element] = []
    result.reserveCapacity(min(count, cursor.remaining))
    for _ in 0..<count {
      guard let element = try? read(&cursor) else { break }
      result.append(element)
    }
    return result
  }
}

extension Cursor {
  /// A catch clause.
  mutating func catchClause() throws(ReadError) -> CatchClause {
    let here = fileOffset
    let kind = try u8()
    guard kind < 4 else { throw ReadError(.malformedCatchClause, value: UInt64(kind), offset: here) }
    let tag = kind < 2 ? try uleb32() : nil
    return CatchClause(tag: tag, passesReference: kind & 1 != 0, label: try uleb32())
  }
}
