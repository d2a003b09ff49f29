import ByteCursor
import WasmBinary

/// What a number in an instruction is, for whoever compares code of two links of a program.
enum ImmediateSpace: UInt8, Sendable {
  /// A number by itself: a constant, a local, a label, an offset.
  case plain
  // What linkers number anew.
  case function, type, global, table, memory, tag, data, element

  init(_ space: IndexSpace) {
    switch space {
    case .function: self = .function
    case .type: self = .type
    case .global: self = .global
    case .table: self = .table
    case .memory: self = .memory
    case .tag: self = .tag
    case .data: self = .data
    case .element: self = .element
    case .local, .label, .field, .count: self = .plain
    }
  }
}

/// Takes the numbers of an instruction one by one.
protocol ImmediateSink {
  /// - Parameter value: signed numbers are extended to 64 bits.
  mutating func take(_ space: ImmediateSpace, _ value: UInt64)
}

extension Cursor {
  /// Reads the immediates of an instruction by value: widths of LEB128 numbers do not show.
  mutating func immediates(_ kind: ImmediateKind, into sink: inout some ImmediateSink) throws(ReadError) {
    switch kind {
    case .none: break
    case .i32: sink.take(.plain, UInt64(bitPattern: Int64(try sleb32())))
    case .i64: sink.take(.plain, UInt64(bitPattern: try sleb64()))
    case .f32: sink.take(.plain, UInt64(try u32()))
    case .f64: sink.take(.plain, try u64())
    case .v128, .shuffle:
      sink.take(.plain, try u64())
      sink.take(.plain, try u64())
    case .lane, .zero: sink.take(.plain, UInt64(try u8()))
    case .memarg: try memoryArgument(into: &sink)
    case .memargLane:
      try memoryArgument(into: &sink)
      sink.take(.plain, UInt64(try u8()))
    case .blockType: try blockType(into: &sink)
    case .tryTable:
      try blockType(into: &sink)
      try list(into: &sink) { (cursor, sink) throws(ReadError) in
        let clause = try cursor.catchClause()
        sink.take(.plain, clause.passesReference ? 1 : 0)
        if let tag = clause.tag { sink.take(.tag, UInt64(tag)) } else { sink.take(.plain, .max) }
        sink.take(.plain, UInt64(clause.label))
      }
    case .labelTable:
      try list(into: &sink) { (cursor, sink) throws(ReadError) in sink.take(.plain, UInt64(try cursor.uleb32())) }
      sink.take(.plain, UInt64(try uleb32()))
    case .types:
      try list(into: &sink) { (cursor, sink) throws(ReadError) in try cursor.valueType(into: &sink) }
    case .heapType, .reference, .nullableReference: Self.take(try heapType(), &sink)
    case .cast:
      sink.take(.plain, UInt64(try u8()))
      sink.take(.plain, UInt64(try uleb32()))
      Self.take(try heapType(), &sink)
      Self.take(try heapType(), &sink)
    default:
      for space in kind.indexSpaces { sink.take(ImmediateSpace(space), UInt64(try uleb32())) }
    }
  }

  private mutating func memoryArgument(into sink: inout some ImmediateSink) throws(ReadError) {
    let flags = try uleb32()
    sink.take(.plain, UInt64(flags))
    if flags & 0x40 != 0 { sink.take(.memory, UInt64(try uleb32())) }
    sink.take(.plain, try uleb64())
  }

  private mutating func blockType(into sink: inout some ImmediateSink) throws(ReadError) {
    switch try blockType() {
    case .empty: sink.take(.plain, 0)
    case .type(let index): sink.take(.type, UInt64(index))
    case .value(let type): Self.take(type, &sink)
    }
  }

  /// A value type, as it stands in a locals vector too.
  mutating func valueType(into sink: inout some ImmediateSink) throws(ReadError) {
    Self.take(try valueType(), &sink)
  }

  private static func take(_ type: ValueType, _ sink: inout some ImmediateSink) {
    switch type {
    case .i32: sink.take(.plain, 1)
    case .i64: sink.take(.plain, 2)
    case .f32: sink.take(.plain, 3)
    case .f64: sink.take(.plain, 4)
    case .v128: sink.take(.plain, 5)
    case .reference(let reference):
      sink.take(.plain, reference.isNullable ? 6 : 7)
      take(reference.heapType, &sink)
    }
  }

  private static func take(_ type: HeapType, _ sink: inout some ImmediateSink) {
    if case .defined(let index) = type { return sink.take(.type, UInt64(index)) }
    let abstract: UInt64 =
      switch type {
      case .any: 0
      case .eq: 1
      case .i31: 2
      case .struct: 3
      case .array: 4
      case .none: 5
      case .func: 6
      case .nofunc: 7
      case .extern: 8
      case .noextern: 9
      case .exn: 10
      case .noexn: 11
      case .defined: 12
      }
    sink.take(.plain, abstract)
  }

  private mutating func list<Sink: ImmediateSink>(
    into sink: inout Sink, _ element: (inout Cursor, inout Sink) throws(ReadError) -> Void
  ) throws(ReadError) {
    let count = try uleb32()
    // Each element takes a byte at least.
    guard UInt64(count) <= UInt64(remaining) else { throw error(.unexpectedEnd, value: UInt64(count)) }
    sink.take(.plain, UInt64(count))
    for _ in 0..<count { try element(&self, &sink) }
  }

  /// A body's locals vector (5.5.13).
  mutating func localDeclarations(into sink: inout some ImmediateSink) throws(ReadError) {
    try list(into: &sink) { (cursor, sink) throws(ReadError) in
      sink.take(.plain, UInt64(try cursor.uleb32()))
      try cursor.valueType(into: &sink)
    }
  }

  /// An opcode and what follows it.
  @inline(__always)
  mutating func opcode(_ kinds: [ImmediateKind?]) throws(ReadError) -> (Opcode, ImmediateKind) {
    let here = position
    let byte = try u8()
    var index: UInt16? = UInt16(byte)
    var number = UInt32(byte)
    if byte >= 0xFB, byte != 0xFF {
      number = try uleb32()
      index = Opcode.index(prefix: byte, number: number)
    }
    guard let index, let kind = kinds[Int(index)] else {
      throw ReadError(.unknownOpcode, value: UInt64(number), offset: FileOffset(UInt64(here)))
    }
    return (Opcode(index: index), kind)
  }
}
