/// What an address is counted from.
enum AddressRoot: Hashable, Sendable {
  /// Zero.
  case zero
  /// The stack pointer on entry.
  case stackPointer
  /// The stack pointer on entry plus `from`, rounded down.
  case aligned(from: Int64, alignmentLog2: UInt8)
  case value(ValueID)
}

extension ValueTable {
  /// An address as a root and what is added to it.
  func address(_ id: ValueID) -> (root: AddressRoot, addend: UInt64) {
    let node = node(id)
    switch node.kind {
    case .constant: return (.zero, node.wide)
    case .stackPointer: return (.stackPointer, node.wide)
    case .aligned:
      let (from, offset) = aligned(node)
      return (.aligned(from: from, alignmentLog2: node.type), UInt64(bitPattern: offset))
    case .operation where node.opcode == Opcode.i32Add.index || node.opcode == Opcode.i64Add.index:
      let right = self.node(ValueID(index: node.b))
      guard right.kind == .constant else { return (.value(id), 0) }
      return (.value(ValueID(index: node.a)), right.wide)
    default: return (.value(id), 0)
    }
  }
}

/// Bytes of memory that an instruction accesses, counted from a root.
///
/// Addresses are sums modulo the address type's range, and what an instruction adds to them leads out of memory where
/// it leaves that range: as accesses that lie outside of memory trap, those that do not are where the sum modulo the
/// range says. So two places with one root and memory are as far apart, modulo the range, as their starts.
struct MemoryPlace: Sendable {
  /// A number for the memory and the root.
  let root: Int32
  /// Modulo the range.
  let start: UInt64
  /// How many bytes; nil where that is not known.
  let width: UInt64?
  /// The largest address.
  let mask: UInt64

  /// Whether both have bytes in common, given that their roots are the same.
  func overlaps(_ other: MemoryPlace) -> Bool {
    guard let width, let otherWidth = other.width else { return true }
    return (other.start &- start) & mask < width || (start &- other.start) & mask < otherWidth
  }
}

/// Where a place is in the function's own frame: below the stack pointer on entry.
struct FrameSlot: Hashable, Sendable {
  let root: AddressRoot
  /// From the root to its first byte.
  let start: Int64
  /// How far at least, and at most, it is from the stack pointer on entry to its first byte.
  let lowest: Int64
  let highest: Int64

  /// Frames are not larger, and sums do not overflow.
  private static let reach: Int64 = 1 << 31

  /// - Parameter addend: from the root to the first byte, of as many bits as `mask` has.
  init?(root: AddressRoot, addend: UInt64, mask: UInt64) {
    start = mask == .max ? Int64(bitPattern: addend) : Int64(Int32(truncatingIfNeeded: addend))
    guard start > -Self.reach, start < Self.reach else { return nil }
    self.root = root
    switch root {
    case .stackPointer: (lowest, highest) = (start, start)
    case .aligned(let from, let alignment):
      guard from > -Self.reach, from < Self.reach, alignment < 31 else { return nil }
      highest = from + start
      lowest = highest - (1 << Int64(alignment)) + 1
    case .zero, .value: return nil
    }
  }

  /// Whether so many bytes lie below the stack pointer on entry.
  func isInFrame(width: UInt64?) -> Bool {
    guard let width, width < UInt64(Self.reach) else { return false }
    return highest + Int64(width) <= 0
  }

  /// Whether it certainly does not lie below the place that `other` begins at.
  func isNotBelow(_ other: FrameSlot) -> Bool {
    root == other.root ? start >= other.start : lowest >= other.highest
  }
}
