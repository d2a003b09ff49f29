import ByteCursor
import TestSupport
import WasmBinary
import WasmInterp

/// Instructions as bytes, the other way round than the room under test reads them.
extension ByteBuilder {
  /// An opcode, with its prefix.
  mutating func opcode(_ opcode: Opcode) {
    if opcode.prefix == 0 {
      u8(UInt8(opcode.number))
    } else {
      u8(opcode.prefix)
      uleb(UInt64(opcode.number))
    }
  }

  /// An instruction with immediates that are as telling as a sample can be; its indices are `index`.
  mutating func sample(_ opcode: Opcode, index: UInt64 = 300) {
    self.opcode(opcode)
    switch opcode.immediateKind {
    case .none: break
    case .blockType: u8(0x7e)
    case .tryTable:
      u8(0x40)
      vector([0, 1, 2, 3] as [UInt8]) {
        $0.u8($1)
        if $1 < 2 { $0.uleb(5) }
        $0.uleb(0)
      }
    case .label: uleb(0)
    case .labelTable: raw([2, 0, 0, 0])
    case .function, .type, .local, .global, .table, .memory, .tag, .data, .element: uleb(index)
    case .typeTable, .typeField, .typeCount, .typeData, .typeElement, .typeType, .dataMemory, .memoryMemory,
      .elementTable, .tableTable:
      uleb(index)
      uleb(index / 100)
    case .types: raw([1, 0x7c])
    case .heapType: sleb(64)
    case .reference, .nullableReference: u8(0x6d)
    case .cast: raw([3, 0, 0x6e, 0x6b])
    case .i32: sleb(-123_456)
    case .i64: sleb(.min)
    case .f32: u32(0x4048_f5c3)
    case .f64: u64(0x4009_21fb_5444_2d18)
    case .v128: raw(0..<16)
    case .memarg: memarg(align: 0, memory: index, offset: 1 << 20)
    case .memargLane:
      memarg(align: 0, offset: 8)
      u8(1)
    case .lane: u8(1)
    case .shuffle: raw((0..<16).reversed())
    case .zero: u8(0)
    }
  }

  /// A memory argument; the alignment as its binary logarithm.
  mutating func memarg(align: UInt8, memory: UInt64? = nil, offset: UInt64) {
    uleb(UInt64(align) | (memory == nil ? 0 : 0x40))
    if let memory { uleb(memory) }
    uleb(offset)
  }
}

/// The bytes of one instruction.
func encoded(_ fill: (inout ByteBuilder) -> Void) -> Bytes {
  var builder = ByteBuilder()
  fill(&builder)
  return Bytes(copying: builder.bytes)
}

/// What a function body of these bytes decodes to, to its end.
func decodeAll(_ body: Bytes, from offset: CodeOffset = CodeOffset(0)) throws(ReadError) -> [Instruction] {
  var decoder = try InstructionDecoder(body, at: offset)
  var result: [Instruction] = []
  while !decoder.isAtEnd { result.append(try decoder.next()) }
  return result
}

/// The only instruction of these bytes.
func decodeOne(_ bytes: [UInt8]) throws(ReadError) -> Instruction {
  var decoder = try InstructionDecoder(Bytes(copying: bytes))
  return try decoder.next()
}

/// The rule that decoding these bytes breaks.
func violation(_ bytes: [UInt8]) -> Rule? {
  do {
    _ = try decodeOne(bytes)
    return nil
  } catch { return error.rule }
}

/// Contents of the code section's bodies, read without the room that reads modules.
func bodies(of module: Bytes) throws -> [Bytes] {
  var result: [Bytes] = []
  var reader = try SectionReader(module)
  while let section = reader.next() {
    guard section.id == .code else { continue }
    var cursor = section.contents.cursor()
    for _ in 0..<(try cursor.uleb32()) { result.append(try cursor.bytes(UInt64(try cursor.uleb32()))) }
  }
  return result
}
