import ByteCursor

/// Which offsets of a function's body in one module stand for which in the other's, where both hold the same
/// instructions and only the widths of LEB128 numbers differ.
///
/// Companion and shipped module are told apart by their roles: the debug information is of the companion's code, the
/// program ran as the shipped one.
public struct FunctionMap: Sendable {
  /// Bytes of the companion's body, from its locals vector on.
  public let companionSize: UInt32
  /// Bytes of the shipped body.
  public let shippedSize: UInt32
  /// Places behind which the distance between the two offsets is another: the shipped offset of the instruction, and the
  /// companion's; both ascend. The first place is the first instruction.
  private let shippedBreaks: [UInt32]
  private let companionBreaks: [UInt32]
  /// A bit for each byte of the shipped body at which an instruction starts.
  private let starts: [UInt64]

  /// A map as a scan of the bodies left it.
  init(companionSize: UInt32, shippedSize: UInt32, _ trace: FunctionTrace) {
    self.companionSize = companionSize
    self.shippedSize = shippedSize
    shippedBreaks = trace.shippedBreaks
    companionBreaks = trace.companionBreaks
    starts = trace.starts
  }

  /// The companion's offset of the instruction that starts at `offset` of the shipped body; at the body's end, that of the
  /// companion's end. Nil where no instruction starts.
  public func companionOffset(of offset: CodeOffset) -> CodeOffset? {
    if offset.rawValue == UInt64(shippedSize) { return CodeOffset(UInt64(companionSize)) }
    guard let shipped = UInt32(exactly: offset.rawValue), startsInstruction(shipped),
      let index = Self.last(notBehind: shipped, in: shippedBreaks)
    else { return nil }
    return CodeOffset(UInt64(companionBreaks[index]) + UInt64(shipped - shippedBreaks[index]))
  }

  /// The shipped offset of the instruction that starts at `offset` of the companion's body; at its end, that of the shipped
  /// body's end. Nil where no instruction starts.
  public func shippedOffset(of offset: CodeOffset) -> CodeOffset? {
    if offset.rawValue == UInt64(companionSize) { return CodeOffset(UInt64(shippedSize)) }
    guard let companion = UInt32(exactly: offset.rawValue),
      let index = Self.last(notBehind: companion, in: companionBreaks)
    else { return nil }
    let (shipped, overflow) = shippedBreaks[index].addingReportingOverflow(companion - companionBreaks[index])
    // The last instruction before a place may be longer in the companion than in the shipped body.
    let isBefore = index + 1 >= shippedBreaks.count || shipped < shippedBreaks[index + 1]
    return !overflow && isBefore && startsInstruction(shipped) ? CodeOffset(UInt64(shipped)) : nil
  }

  /// The shipped offset of the first instruction that starts at `offset` of the companion's body or behind it: what a bound of
  /// a range becomes. The bodies' starts and ends correspond.
  public func shippedBound(of offset: CodeOffset) -> CodeOffset {
    guard offset.rawValue > 0 else { return offset }
    let end = CodeOffset(UInt64(shippedSize))
    guard offset.rawValue < UInt64(companionSize) else { return end }
    let companion = UInt32(offset.rawValue)
    var shipped = UInt64(shippedBreaks.first ?? shippedSize)
    if let index = Self.last(notBehind: companion, in: companionBreaks) {
      shipped = UInt64(shippedBreaks[index]) + UInt64(companion - companionBreaks[index])
      if index + 1 < shippedBreaks.count { shipped = min(shipped, UInt64(shippedBreaks[index + 1])) }
    }
    while shipped < UInt64(shippedSize), !startsInstruction(UInt32(shipped)) { shipped += 1 }
    return min(CodeOffset(shipped), end)
  }

  /// The shipped offsets at which instructions start, ascending.
  public var instructionOffsets: [CodeOffset] {
    (0..<shippedSize).lazy.filter { startsInstruction($0) }.map { CodeOffset(UInt64($0)) }
  }

  private func startsInstruction(_ offset: UInt32) -> Bool {
    offset < shippedSize && starts[Int(offset >> 6)] >> UInt64(offset & 63) & 1 == 1
  }

  /// The last of ascending numbers that is not greater than `value`.
  private static func last(notBehind value: UInt32, in numbers: [UInt32]) -> Int? {
    var low = 0
    var high = numbers.count
    while low < high {
      let middle = low + (high - low) / 2
      if numbers[middle] <= value { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? low - 1 : nil
  }
}

/// What a scan notes for a `FunctionMap`.
struct FunctionTrace {
  fileprivate(set) var shippedBreaks: [UInt32] = []
  fileprivate(set) var companionBreaks: [UInt32] = []
  fileprivate(set) var starts: [UInt64]
  private var distance: Int?

  /// Of a shipped body of `size` bytes; nothing is noted where `isKept` is false.
  init(size: Int, isKept: Bool = true) {
    starts = isKept ? [UInt64](repeating: 0, count: (size + 63) / 64) : []
  }

  /// Notes an instruction, each behind the last one. The offsets are within the bodies.
  @inline(__always)
  mutating func instruction(companion: Int, shipped: Int) {
    guard !starts.isEmpty else { return }
    starts[shipped >> 6] |= 1 << UInt64(shipped & 63)
    guard companion &- shipped != distance else { return }
    distance = companion &- shipped
    shippedBreaks.append(UInt32(truncatingIfNeeded: shipped))
    companionBreaks.append(UInt32(truncatingIfNeeded: companion))
  }
}
