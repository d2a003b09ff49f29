import ByteCursor
import WasmBinary

/// Reads instructions one after the other (5.4).
///
/// It knows the form of each instruction and nothing of the module: indices, types and the nesting of blocks
/// are for validation to check. Nesting is not tracked: the end of the bytes is the end.
public struct InstructionDecoder: Sendable {
  /// What is decoded.
  public let body: Bytes
  private var cursor: Cursor
  /// `OpcodeTable.immediates`, held here because reaching a global costs a check each time.
  private let kinds: [ImmediateKind?]

  /// A decoder of the instructions from `offset` to the end of `body`.
  /// - Parameters:
  ///   - body: a function body from its locals vector on, without its size; or a constant expression.
  ///   - offset: where an instruction starts. A body's first is `BodyReader.firstInstruction`.
  /// - Throws: `offsetOutOfBounds` where `offset` is behind the end.
  public init(_ body: Bytes, at offset: CodeOffset = CodeOffset(0)) throws(ReadError) {
    self.body = body
    cursor = try body.cursor(at: offset.rawValue)
    kinds = OpcodeTable.standard.immediates
  }

  /// Where the next instruction starts.
  public var codeOffset: CodeOffset { CodeOffset(UInt64(cursor.position - body.start)) }
  /// Whether there are no more instructions.
  public var isAtEnd: Bool { cursor.isAtEnd }

  // MARK: Decoding

  /// The next instruction with its immediates.
  ///
  /// Where it throws, the decoder stays at the instruction that could not be read.
  /// - Throws: `unexpectedEnd` (also where `isAtEnd`), `unknownOpcode` and what the immediates' parts throw.
  public mutating func next() throws(ReadError) -> Instruction {
    let start = codeOffset
    do throws(ReadError) {
      let (opcode, kind) = try opcode()
      let immediates = try immediates(kind)
      return Instruction(
        opcode: opcode, codeOffset: start, length: Int(codeOffset.rawValue - start.rawValue), immediates: immediates)
    } catch {
      rewind(to: start)
      throw error
    }
  }

  /// The opcode of the next instruction, whose immediates are passed over: for scanning, several times as fast
  /// as `next`.
  ///
  /// Immediates are only measured: a LEB128 number that is too long or too large for its place is passed over
  /// like any other. Where it throws, the decoder stays at the instruction that could not be read.
  /// - Throws: `unexpectedEnd` (also where `isAtEnd`), `unknownOpcode`.
  public mutating func nextOpcodeSkippingImmediates() throws(ReadError) -> Opcode {
    let start = codeOffset
    do throws(ReadError) {
      let (opcode, kind) = try opcode()
      try cursor.skipImmediates(kind)
      return opcode
    } catch {
      rewind(to: start)
      throw error
    }
  }

  private mutating func rewind(to start: CodeOffset) {
    if let before = try? body.cursor(at: start.rawValue) { cursor = before }
  }

  @inline(__always)
  private mutating func opcode() throws(ReadError) -> (Opcode, ImmediateKind) {
    let byte = try cursor.u8()
    if byte >= 0xFB, byte != 0xFF { return try prefixedOpcode(byte) }
    guard let kind = kinds[Int(byte)] else {
      throw ReadError(.unknownOpcode, value: UInt64(byte), offset: FileOffset(UInt64(cursor.position - 1)))
    }
    return (Opcode(index: UInt16(byte)), kind)
  }

  private mutating func prefixedOpcode(_ prefix: UInt8) throws(ReadError) -> (Opcode, ImmediateKind) {
    let here = FileOffset(UInt64(cursor.position - 1))
    let number = try cursor.uleb32()
    guard let index = Opcode.index(prefix: prefix, number: number), let kind = kinds[Int(index)] else {
      throw ReadError(.unknownOpcode, value: UInt64(prefix) << 32 | UInt64(number), offset: here)
    }
    return (Opcode(index: index), kind)
  }

  // MARK: Immediates

  private mutating func immediates(_ kind: ImmediateKind) throws(ReadError) -> Immediates {
    switch kind {
    case .none: return .none
    case .function, .type, .local, .global, .table, .memory, .tag, .data, .element, .label:
      return .index(try cursor.uleb32())
    case .typeTable, .typeField, .typeCount, .typeData, .typeElement, .typeType, .dataMemory, .memoryMemory,
      .elementTable, .tableTable:
      return .indices(try cursor.uleb32(), try cursor.uleb32())
    case .memarg: return .memory(try memoryArgument())
    case .memargLane: return .memoryLane(try memoryArgument(), lane: try cursor.u8())
    case .i32: return .i32(try cursor.sleb32())
    case .i64: return .i64(try cursor.sleb64())
    case .f32: return .f32(try cursor.u32())
    case .f64: return .f64(try cursor.u64())
    case .v128: return .v128(low: try cursor.u64(), high: try cursor.u64())
    case .blockType: return .block(try cursor.blockType())
    case .tryTable: return .tryTable(try cursor.blockType(), catches: try catches())
    case .labelTable: return .labels(try labels())
    case .types: return .types(try types())
    case .heapType: return .heapType(try cursor.heapType())
    case .reference: return .reference(ReferenceType(try cursor.heapType(), isNullable: false))
    case .nullableReference: return .reference(ReferenceType(try cursor.heapType()))
    case .cast: return try cast()
    case .lane: return .lane(try cursor.u8())
    case .shuffle: return .shuffle(low: try cursor.u64(), high: try cursor.u64())
    case .zero:
      let here = cursor.fileOffset
      let byte = try cursor.u8()
      guard byte == 0 else { throw ReadError(.zeroByteExpected, value: UInt64(byte), offset: here) }
      return .none
    }
  }

  private mutating func memoryArgument() throws(ReadError) -> MemoryArgument {
    let here = cursor.fileOffset
    let flags = try cursor.uleb32()
    // Bit 6 says that the memory's index follows; without it, it is memory 0.
    guard flags < 0x80 else { throw ReadError(.malformedMemoryArgument, value: UInt64(flags), offset: here) }
    let memory = flags & 0x40 != 0 ? try cursor.uleb32() : 0
    return MemoryArgument(
      alignmentLog2: UInt8(flags & 0x3f), memory: memory, offset: try cursor.uleb64())
  }

  private mutating func cast() throws(ReadError) -> Immediates {
    let here = cursor.fileOffset
    let flags = try cursor.u8()
    guard flags < 4 else { throw ReadError(.malformedCastFlags, value: UInt64(flags), offset: here) }
    let label = try cursor.uleb32()
    let from = ReferenceType(try cursor.heapType(), isNullable: flags & 1 != 0)
    return .cast(label: label, from: from, to: ReferenceType(try cursor.heapType(), isNullable: flags & 2 != 0))
  }

  /// The count of a list and, next to be read, its elements: `extra` more than the count says. Each takes a byte
  /// at least.
  private mutating func list(extra: UInt64 = 0) throws(ReadError) -> ImmediateList {
    let count = UInt64(try cursor.uleb32()) + extra
    guard count <= UInt64(cursor.remaining) else { throw cursor.error(.unexpectedEnd, value: count) }
    return ImmediateList(count: Int(count), codeOffset: codeOffset)
  }

  private mutating func labels() throws(ReadError) -> ImmediateList {
    let list = try list(extra: 1)
    for _ in 0..<list.count { _ = try cursor.uleb32() }
    return list
  }

  private mutating func types() throws(ReadError) -> ImmediateList {
    let list = try list()
    for _ in 0..<list.count { _ = try cursor.valueType() }
    return list
  }

  private mutating func catches() throws(ReadError) -> ImmediateList {
    let list = try list()
    for _ in 0..<list.count { _ = try cursor.catchClause() }
    return list
  }
}
