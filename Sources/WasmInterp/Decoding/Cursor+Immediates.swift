import ByteCursor
import WasmBinary

extension Cursor {
  /// Moves over the immediates of an instruction, which are only measured.
  @inline(__always)
  mutating func skipImmediates(_ kind: ImmediateKind) throws(ReadError) {
    switch kind {
    case .none: break
    case .function, .type, .local, .global, .table, .memory, .tag, .data, .element, .label, .i32, .i64:
      try skipLEB()
    case .typeTable, .typeField, .typeCount, .typeData, .typeElement, .typeType, .dataMemory, .memoryMemory,
      .elementTable, .tableTable:
      try skipLEB()
      try skipLEB()
    case .memarg: try skipMemoryArgument()
    case .f32: try skip(4)
    case .f64: try skip(8)
    case .v128, .shuffle: try skip(16)
    case .lane, .zero: try skip(1)
    case .memargLane:
      try skipMemoryArgument()
      try skip(1)
    case .blockType: try skipType()
    case .heapType, .reference, .nullableReference: try skipLEB()
    case .labelTable, .tryTable, .types, .cast:
      var sink = NoSink()
      try immediates(kind, into: &sink)
    }
  }

  @inline(__always)
  private mutating func skipMemoryArgument() throws(ReadError) {
    let flags = try u8()
    if flags & 0x40 != 0 || flags >= 0x80 {
      try skipLongMemoryArgument(flags)
    } else {
      try skipLEB()
    }
  }

  private mutating func skipLongMemoryArgument(_ first: UInt8) throws(ReadError) {
    if first >= 0x80 { try skipLEB() }
    if first & 0x40 != 0 { try skipLEB() }
    try skipLEB()
  }

  /// A block type: a number, but for the two forms of references that a heap type follows.
  @inline(__always)
  private mutating func skipType() throws(ReadError) {
    let first = try u8()
    if first >= 0x80 || first == 0x63 || first == 0x64 { try skipLEB() }
  }
}

/// Where numbers go that nobody wants.
private struct NoSink: ImmediateSink {
  mutating func take(_ space: ImmediateSpace, _ value: UInt64) {}
}
