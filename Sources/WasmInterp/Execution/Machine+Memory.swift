import ByteCursor
import WasmBinary

extension Machine {
  /// Runs an access to a memory that is not memory 0 with 32-bit addresses, an atomic one or one of a vector.
  /// `a`: result, `b`: how many bytes, `c`: `MemoryAccess`, the list: three operands, lane, offset, memory.
  @inline(never) func accessMemory(_ pc: CodePointer, _ frame: FramePointer) -> Trap.Kind? {
    let memory = MemoryPointer(bits: pc.wideWord(6)).memory
    let access = MemoryAccess(rawValue: pc.c)
    let base = access.contains(.address64) ? frame[pc.word(0)] : UInt64(frame.u32(pc.word(0)))
    let (address, overflow) = base.addingReportingOverflow(pc.wideWord(4))
    let size = UInt64(UInt32(bitPattern: pc.b))
    let value = frame[pc.word(1)]
    if pc.x >= 0x180, pc.x < 0x200, address & (size - 1) != 0 { return .unalignedAtomic }
    guard !overflow, address <= memory.size, size <= memory.size - address else { return .memoryOutOfBounds }
    if pc.x >= 0x200 { return Vector.access(pc, frame, memory, address) }
    if pc.x >= 0x180 { return atomic(pc, frame, memory, address, size, isShared: access.contains(.shared)) }
    switch pc.x {
    case 0x28, 0x2a, 0x35: frame[pc.a] = UInt64(memory.load(address, as: UInt32.self))
    case 0x29, 0x2b: frame[pc.a] = memory.load(address, as: UInt64.self)
    case 0x2c: frame.put(pc.a, Int32(memory.load(address, as: Int8.self)))
    case 0x2d, 0x31: frame[pc.a] = UInt64(memory.load(address, as: UInt8.self))
    case 0x2e: frame.put(pc.a, Int32(memory.load(address, as: Int16.self)))
    case 0x2f, 0x33: frame[pc.a] = UInt64(memory.load(address, as: UInt16.self))
    case 0x30: frame.put(pc.a, Int64(memory.load(address, as: Int8.self)))
    case 0x32: frame.put(pc.a, Int64(memory.load(address, as: Int16.self)))
    case 0x34: frame.put(pc.a, Int64(memory.load(address, as: Int32.self)))
    case 0x36, 0x38, 0x3e: memory.store(address, UInt32(truncatingIfNeeded: value))
    case 0x37, 0x39: memory.store(address, value)
    case 0x3a, 0x3c: memory.store(address, UInt8(truncatingIfNeeded: value))
    case 0x3b, 0x3d: memory.store(address, UInt16(truncatingIfNeeded: value))
    default: return .unsupported
    }
    return nil
  }

  /// An atomic access; with one thread, an access like any other.
  private func atomic(
    _ pc: CodePointer, _ frame: FramePointer, _ memory: LinearMemory, _ address: UInt64, _ size: UInt64, isShared: Bool
  ) -> Trap.Kind? {
    let mask: UInt64 = size == 8 ? .max : 1 << (size * 8) - 1
    func load() -> UInt64 {
      switch size {
      case 1: UInt64(memory.load(address, as: UInt8.self))
      case 2: UInt64(memory.load(address, as: UInt16.self))
      case 4: UInt64(memory.load(address, as: UInt32.self))
      default: memory.load(address, as: UInt64.self)
      }
    }
    func store(_ value: UInt64) {
      switch size {
      case 1: memory.store(address, UInt8(truncatingIfNeeded: value))
      case 2: memory.store(address, UInt16(truncatingIfNeeded: value))
      case 4: memory.store(address, UInt32(truncatingIfNeeded: value))
      default: memory.store(address, value)
      }
    }
    let operand = frame[pc.word(1)]
    let number = pc.x - 0x180
    switch number {
    case 0x00: frame[pc.a] = 0  // notify: nobody waits
    case 0x01, 0x02:
      // Nobody else could end the wait: it times out at once, unless the value differs.
      if !isShared { return .unsharedWait }
      frame[pc.a] = load() == operand & mask ? 2 : 1
    case 0x10...0x16: frame[pc.a] = load()
    case 0x17...0x1d: store(operand)
    case 0x1e...0x47:
      let old = load()
      frame[pc.a] = old
      switch (number - 0x1e) / 7 {
      case 0: store(old &+ operand)
      case 1: store(old &- operand)
      case 2: store(old & operand)
      case 3: store(old | operand)
      case 4: store(old ^ operand)
      default: store(operand)
      }
    case 0x48...0x4e:
      let old = load()
      let replacement = frame[pc.word(2)]
      frame[pc.a] = old
      if old == operand & mask { store(replacement) }
    default: return .unsupported
    }
    return nil
  }
}

/// What an access needs to know of its memory's type.
struct MemoryAccess: OptionSet {
  let rawValue: Int32
  static let address64 = MemoryAccess(rawValue: 1)
  static let shared = MemoryAccess(rawValue: 2)

  init(rawValue: Int32) { self.rawValue = rawValue }
  init(_ type: MemoryType) {
    self = []
    if type.is64Bit { insert(.address64) }
    if type.isShared { insert(.shared) }
  }
}
