import ByteCursor
import WasmBinary

/// The globals that are written, and where each went.
struct WrittenGlobals {
  /// Those with a value, and references, of which a dump has only the type.
  private(set) var written: [CoreDump.Global] = []
  private var indices: [UInt32] = []

  init(_ globals: [CoreDump.Global]) {
    for global in globals {
      let isWritten = !global.value.isMissing || global.type.isReference
      indices.append(isWritten ? UInt32(clamping: written.count) : .max)
      if isWritten { written.append(global) }
    }
  }

  /// The index in the written dump of a global of the model; 0xFFFFFFFF for one that is not written.
  func index(_ index: UInt32?) -> UInt32 {
    guard let index, Int(index) < indices.count else { return .max }
    return indices[Int(index)]
  }
}

// What a dump's sections are made of.
extension SectionEncoder {
  /// A 0 byte and a name.
  mutating func record(_ text: String) {
    raw([0])
    name(text)
  }

  mutating func instance(_ instance: CoreDump.Instance, globals: WrittenGlobals) {
    raw([0])
    uleb(UInt64(UInt32(clamping: instance.module)))
    vector(instance.memories) { $0.uleb(UInt64($1 ?? .max)) }
    vector(instance.globals) { $0.uleb(UInt64(globals.index($1))) }
  }

  mutating func frame(_ frame: CoreDump.Frame) {
    raw([0])
    uleb(UInt64(UInt32(clamping: frame.instance)))
    uleb(UInt64(frame.functionIndex ?? .max))
    uleb(UInt64(UInt32(clamping: frame.codeOffset?.rawValue ?? 0)))
    vector(frame.locals) { $0.value($1) }
    vector(frame.operandStack) { $0.value($1) }
  }

  mutating func value(_ value: RecordedValue) {
    switch value {
    case .i32(let number):
      raw([0x7f])
      sleb(Int64(number))
    case .i64(let number):
      raw([0x7e])
      sleb(number)
    case .f32(let bits):
      raw([0x7d])
      little(UInt64(bits), size: 4)
    case .f64(let bits):
      raw([0x7c])
      little(bits, size: 8)
    case .v128, .function, .reference, .untyped, .missing: raw([0x01])
    }
  }

  mutating func memory(_ memory: MemoryImage) {
    let type = memory.type
    let pageSize = max(type.pageSize, 1)
    let isCustom = pageSize != 65536
    // Recorded bytes behind the stated size: as many pages as they need.
    let pages = max(type.limits.minimum, memory.size / pageSize + (memory.size % pageSize > 0 ? 1 : 0))
    let maximum = type.limits.maximum.flatMap { $0 >= pages ? $0 : nil } ?? (type.isShared ? pages : nil)
    let flags: [(Bool, UInt8)] = [(maximum != nil, 1), (type.isShared, 2), (type.is64Bit, 4), (isCustom, 8)]
    raw([flags.reduce(0) { $1.0 ? $0 | $1.1 : $0 }])
    uleb(pages)
    if let maximum { uleb(maximum) }
    if isCustom { uleb(UInt64(pageSize.trailingZeroBitCount)) }
  }

  mutating func global(_ global: CoreDump.Global) {
    // A reference of the long form is written by the nearest short one: its value is null either way.
    let isLong = global.type == .nullableReference || global.type == .reference
    let type = isLong ? RecordedType.externref : global.type
    raw([type.rawValue, global.isMutable ? 1 : 0])
    switch global.value {
    case .i32(let number):
      raw([0x41])
      sleb(Int64(number))
    case .i64(let number):
      raw([0x42])
      sleb(number)
    case .f32(let bits):
      raw([0x43])
      little(UInt64(bits), size: 4)
    case .f64(let bits):
      raw([0x44])
      little(bits, size: 8)
    case .v128(let low, let high):
      raw([0xfd, 12])
      little(low, size: 8)
      little(high, size: 8)
    case .untyped(let bits):
      raw([0x41])
      sleb(Int64(Int32(bitPattern: bits)))
    // The function would have to exist in the dump.
    case .function, .reference, .missing: raw([0xd0, type.rawValue])
    }
    raw([0x0b])
  }

  mutating func segmentHeader(memory: Int, is64: Bool, address: UInt64, size: Int) {
    if memory == 0 {
      raw([0])
    } else {
      raw([2])
      uleb(UInt64(memory))
    }
    if is64 {
      raw([0x42])
      sleb(Int64(bitPattern: address))
    } else {
      raw([0x41])
      sleb(Int64(Int32(truncatingIfNeeded: address)))
    }
    raw([0x0b])
    uleb(UInt64(size))
  }
}
