import ByteCursor
import WasmBinary

extension Machine {
  /// Runs an access to a memory that is not memory 0 with 32-bit addresses, an atomic one or one of a vector.
  /// `a`: result, `b`: memory, `c`: lane, the list: operands, then the offset.
  @inline(never) func accessMemory(_ pc: CodePointer, _ frame: FramePointer, _ context: ContextPointer) -> Trap.Kind? {
    let entity = context.instance.memories[Int(UInt32(bitPattern: pc.b))]
    let memory = entity.pointer.memory
    let base = entity.type.is64Bit ? frame[pc.word(0)] : UInt64(frame.u32(pc.word(0)))
    let (address, overflow) = base.addingReportingOverflow(pc.wideWord(4))
    let size = MemoryAccess.sizes[Int(pc.x)]
    let value = frame[pc.word(1)]
    if pc.x >= 0x180, pc.x < 0x200, address & (size - 1) != 0 { return .unalignedAtomic }
    guard !overflow, address <= memory.size, size <= memory.size - address else { return .memoryOutOfBounds }
    if pc.x >= 0x200 { return Vector.access(pc, frame, memory, address) }
    if pc.x >= 0x180 { return atomic(pc, frame, memory, address, size, isShared: entity.type.isShared) }
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
      if old == operand { store(replacement) }
    default: return .unsupported
    }
    return nil
  }
}

/// What accesses to memory have in common.
enum MemoryAccess {
  /// Bytes that an instruction reads or writes, by `Opcode.index`.
  static let sizes: [UInt64] = {
    var table = [UInt64](repeating: 1, count: Opcode.indexCount)
    for opcode in Opcode.all { table[Int(opcode.index)] = UInt64(opcode.naturalAlignment ?? 1) }
    return table
  }()
}
