import ByteCursor

/// Reads the operations of an expression one by one, without following branches.
public struct ExpressionReader: Sendable {
  private let bytes: Bytes
  private let encoding: UnitEncoding
  private var cursor: Cursor

  /// The expression in `bytes`, of a unit that is encoded as `encoding` says.
  public init(_ bytes: Bytes, encoding: UnitEncoding) {
    self.bytes = bytes
    self.encoding = encoding
    cursor = bytes.cursor()
  }

  /// Where the next operation starts in the expression.
  public var offset: Int { cursor.position - bytes.start }

  /// The place in the file of what stands at `offset` in the expression.
  func place(_ offset: Int) -> FileOffset { FileOffset(UInt64(bytes.start + offset)) }

  /// The next operation; nil at the end.
  /// - Throws: `unknownOperation`, behind which nothing can be read, `unknownWasmLocation`, and what reading the operands
  ///   throws.
  public mutating func next() throws(ReadError) -> ExpressionOperation? {
    guard !cursor.isAtEnd else { return nil }
    let start = offset
    let place = cursor.fileOffset
    let opcode = DwOperation(rawValue: try cursor.u8())
    guard let layout = OperandKind.layout(of: opcode) else {
      throw ReadError(.unknownOperation, value: UInt64(opcode.rawValue), offset: place)
    }
    var block = Bytes.empty
    let first = try layout.first.map { kind throws(ReadError) in try read(kind, behind: 0, block: &block) } ?? 0
    let second = try layout.second.map { kind throws(ReadError) in try read(kind, behind: first, block: &block) } ?? 0
    return ExpressionOperation(opcode: opcode, offset: start, end: offset, first: first, second: second, block: block)
  }

  /// Goes on behind operation `operation` by its first operand: `DW_OP_skip` and `DW_OP_bra`.
  /// - Throws: `badBranch` where that leaves the expression.
  mutating func branch(_ operation: ExpressionOperation) throws(ReadError) {
    let (target, overflow) = operation.end.addingReportingOverflow(Int(Int16(truncatingIfNeeded: operation.first)))
    guard !overflow, target >= 0, let cursor = try? bytes.cursor(at: UInt64(target)) else {
      throw ReadError(.badBranch, value: operation.first, offset: cursor.fileOffset)
    }
    self.cursor = cursor
  }

  private mutating func read(
    _ kind: OperandKind, behind first: UInt64, block: inout Bytes
  ) throws(ReadError) -> UInt64 {
    switch kind {
    case .u8: return UInt64(try cursor.u8())
    case .s8: return UInt64(bitPattern: Int64(Int8(bitPattern: try cursor.u8())))
    case .u16: return UInt64(try cursor.u16())
    case .s16: return UInt64(bitPattern: Int64(Int16(bitPattern: try cursor.u16())))
    case .u32: return UInt64(try cursor.u32())
    case .s32: return UInt64(bitPattern: Int64(Int32(bitPattern: try cursor.u32())))
    case .u64, .s64: return try cursor.u64()
    case .uleb, .baseType: return try cursor.uleb64()
    case .sleb: return UInt64(bitPattern: try cursor.sleb64())
    case .address: return try cursor.address(encoding)
    case .reference: return try cursor.unsigned(size: Int(encoding.referenceSize))
    case .block, .expression:
      block = try cursor.bytes(try cursor.uleb64())
      return UInt64(block.count)
    case .shortBlock:
      block = try cursor.bytes(UInt64(try cursor.u8()))
      return UInt64(block.count)
    case .wasmIndex: return UInt64(try wasmIndex(kind: first))
    }
  }

  /// The second operand of `DW_OP_WASM_location`: unsigned LEB128, and for kind 3, which linkers relocate, a fixed u32.
  ///
  /// Some older split files have kind 3 as LEB128 too. No module has as many globals as the two readings differ by: four
  /// bytes that make a u32 of a million or more, or that are not all there, are LEB128 with what follows it.
  private mutating func wasmIndex(kind: UInt64) throws(ReadError) -> UInt32 {
    switch kind {
    case 0, 1, 2: return try cursor.uleb32()
    case 3:
      var fixed = cursor
      if let index = try? fixed.u32(), index < Self.globals {
        cursor = fixed
        return index
      }
      return try cursor.uleb32()
    default: throw cursor.error(.unknownWasmLocation, value: kind)
    }
  }

  /// How many globals a module can have (the implementation limit of the JavaScript API).
  private static let globals: UInt32 = 1_000_000

  /// All of an expression as `llvm-dwarfdump` prints it: operations parted by commas, and `<decoding error>` with the bytes
  /// that are left behind the last one that can be read.
  public static func text(_ bytes: Bytes, encoding: UnitEncoding) -> String {
    text(bytes, encoding: encoding, nesting: 0)
  }

  private static func text(_ bytes: Bytes, encoding: UnitEncoding, nesting: Int) -> String {
    var reader = ExpressionReader(bytes, encoding: encoding)
    var parts: [String] = []
    while true {
      let start = reader.offset
      do throws(ReadError) {
        guard let operation = try reader.next() else { break }
        let isNested = OperandKind.layout(of: operation.opcode)?.first == .expression && nesting < 8
        parts.append(
          isNested
            ? "\(operation.opcode)(\(text(operation.block, encoding: encoding, nesting: nesting + 1)))"
            : operation.description)
      } catch {
        let rest = bytes.clamped(start, count: bytes.count - start).array
        parts.append(rest.reduce("<decoding error>") { $0 + ($1 < 16 ? " 0" : " ") + String($1, radix: 16) })
        break
      }
    }
    return parts.joined(separator: ", ")
  }
}
