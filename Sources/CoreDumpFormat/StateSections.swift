import ByteCursor
import WasmBinary

// The memory, global and data sections of a dump. They are read here and not by the module reader because
// dialects damage them in ways that a module may not be: a global without a value, more than one memory
// where the rest of the file is cut off.

/// A data segment as it stands in the dump.
struct RawSegment {
  var memory: UInt32
  var address: UInt64
  /// As many of the bytes as the file has.
  var bytes: Bytes
  /// How many bytes the segment says it has.
  var declaredSize: UInt64
}

/// What a dump's memory, global and data sections hold, before memories and segments are put together.
struct StateSections {
  var memories: [MemoryType] = []
  var globals: [CoreDump.Global] = []
  /// Segments that are not empty, in the file's order.
  var segments: [RawSegment] = []
  /// The memories of which there is at least one segment, be it empty.
  var memoriesWithSegments: Set<UInt32> = []
  /// Why segments are missing behind those that were read; nil where all were.
  var segmentsLost: MissingReason?
  /// Whether there is a data section.
  var hasDataSection = false
  /// How many segments there are, empty ones included.
  var segmentCount = 0

  /// Reads one of the three sections and says what it could not read.
  mutating func read(_ section: Section, limits: Limits) -> [Diagnostic] {
    var diagnostics: [Diagnostic] = []
    func lost(_ error: ReadError, _ what: String) {
      diagnostics.append(Diagnostic(error.within(section.title), lost: what))
    }
    switch section.id {
    case .memory:
      do throws(ReadError) { try readMemories(section.contents, limits) } catch {
        lost(error, "memories from number \(memories.count) on are lost")
      }
    case .global:
      do throws(ReadError) { try readGlobals(section.contents, limits) } catch {
        lost(error, "globals from number \(globals.count) on are lost")
      }
    case .data:
      hasDataSection = true
      do throws(ReadError) { try readSegments(section.contents, limits) } catch {
        segmentsLost = section.isTruncated && error.rule == .unexpectedEnd ? .truncated : .damaged
        lost(error, "the memory behind data segment \(segmentCount) is lost")
      }
    default: break
    }
    return diagnostics
  }

  private mutating func readMemories(_ contents: Bytes, _ limits: Limits) throws(ReadError) {
    var cursor = contents.cursor()
    let count = try cursor.uleb32()
    for _ in 0..<count {
      guard memories.count < limits.memories else { throw cursor.error(.overLimit, value: UInt64(count)) }
      memories.append(try cursor.memoryType())
    }
  }

  private mutating func readGlobals(_ contents: Bytes, _ limits: Limits) throws(ReadError) {
    var cursor = contents.cursor()
    let count = try cursor.uleb32()
    for _ in 0..<count {
      guard globals.count < limits.dumpEntries else { throw cursor.error(.overLimit, value: UInt64(count)) }
      let type = try cursor.recordedType()
      let isMutable = try cursor.u8() & 1 == 1
      globals.append(CoreDump.Global(type: type, isMutable: isMutable, value: try cursor.constant()))
    }
  }

  private mutating func readSegments(_ contents: Bytes, _ limits: Limits) throws(ReadError) {
    var cursor = contents.cursor()
    let count = try cursor.uleb32()
    for _ in 0..<count {
      let start = cursor.fileOffset
      let kind = try cursor.uleb32()
      guard kind <= 2 else { throw ReadError(.unknownRecordKind, value: UInt64(kind), offset: start) }
      let memory = kind == 2 ? try cursor.uleb32() : 0
      var address: UInt64?
      if kind != 1 { address = try cursor.constantAddress() }
      let size = UInt64(try cursor.uleb32())
      let isCut = size > UInt64(cursor.remaining)
      let bytes = isCut ? cursor.rest() : try cursor.bytes(size)
      segmentCount += 1
      if let address {
        if memory < limits.memories { memoriesWithSegments.insert(memory) }
        if size > 0 {
          guard segments.count < limits.dumpEntries else { throw ReadError(.overLimit, offset: start) }
          segments.append(RawSegment(memory: memory, address: address, bytes: bytes, declaredSize: size))
        }
      }
      if isCut { throw ReadError(.unexpectedEnd, value: size, offset: start) }
    }
  }
}

extension Cursor {
  /// A value type (5.3.5).
  mutating func recordedType() throws(ReadError) -> RecordedType {
    let type = RecordedType(rawValue: try u8())
    guard type.isNumeric || type == .v128 || type.isReference else {
      throw error(.unknownValueType, value: UInt64(type.rawValue))
    }
    if type == .reference || type == .nullableReference { _ = try sleb33() }
    return type
  }

  /// A constant expression of one instruction, as a global's value.
  ///
  /// A bare `end` (WasmEdge) is a value that was not recorded. A null reference stands for every reference,
  /// since a constant expression has no other way to write one.
  mutating func constant() throws(ReadError) -> RecordedValue {
    let value: RecordedValue
    let opcode = try u8()
    switch opcode {
    case 0x0b: return .missing(.notRecorded)
    case 0x41: value = .i32(try sleb32())
    case 0x42: value = .i64(try sleb64())
    case 0x43: value = .f32(bits: try u32())
    case 0x44: value = .f64(bits: try u64())
    case 0xd0:
      _ = try sleb33()
      value = .missing(.referenceNotRecorded)
    case 0xd2: value = .function(try uleb32())
    case 0xfd:
      let vector = try uleb32()
      guard vector == 12 else { throw error(.unknownConstantExpression, value: UInt64(vector)) }
      let low = try u64()
      value = .v128(low: low, high: try u64())
    default: throw error(.unknownConstantExpression, value: UInt64(opcode))
    }
    try end()
    return value
  }

  /// A constant expression as a segment's address: nil where it is none that a dump can have a value for.
  mutating func constantAddress() throws(ReadError) -> UInt64 {
    let address: UInt64
    let opcode = try u8()
    switch opcode {
    // Signed in the format: an address of 2 GiB and more is a negative number.
    case 0x41: address = UInt64(UInt32(bitPattern: try sleb32()))
    case 0x42: address = UInt64(bitPattern: try sleb64())
    default: throw error(.unknownConstantExpression, value: UInt64(opcode))
    }
    try end()
    return address
  }

  private mutating func end() throws(ReadError) {
    let opcode = try u8()
    guard opcode == 0x0b else { throw error(.unknownConstantExpression, value: UInt64(opcode)) }
  }
}
