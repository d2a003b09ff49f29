import ByteCursor
import WasmBinary

/// Says which of one module's functions, types, globals and the like stand for which of the other's.
protocol IndexRelation {
  /// Whether the companion's entry `companion` of an index space may be the shipped module's entry `shipped`.
  mutating func allows(_ space: ImmediateSpace, _ companion: UInt32, _ shipped: UInt32) -> Bool
  /// Whether an index means the same in both modules.
  var isIdentity: Bool { get }
}

/// Why two function bodies are not the same code.
public struct BodyMismatch: Error, Hashable, Sendable, CustomStringConvertible {
  /// What differs.
  enum Reason: Hashable, Sendable {
    case locals
    case opcode(companion: Opcode, shipped: Opcode)
    case immediate(Opcode)
    case index(Opcode)
    case length
    case damage(Rule)
  }

  /// Where the instruction stands in the companion's body.
  public let companion: CodeOffset
  /// Where it stands in the shipped body.
  public let shipped: CodeOffset
  let reason: Reason

  public var description: String {
    switch reason {
    case .locals: "its locals differ"
    case .opcode(let left, let right): "\(right.name) at offset \(shipped) is \(left.name) in the companion"
    case .immediate(let opcode): "\(opcode.name) at offset \(shipped) has another immediate in the companion"
    case .index(let opcode): "\(opcode.name) at offset \(shipped) is of something else in the companion"
    case .length: "one of the two bodies goes on behind offset \(shipped)"
    case .damage(let rule): "the code at offset \(shipped) cannot be read: \(rule)"
    }
  }
}

/// Decodes two bodies side by side that are to hold the same instructions.
struct LockStep<Relation: IndexRelation> {
  private(set) var relation: Relation
  private let kinds = OpcodeTable.standard.immediates
  /// The numbers of an instruction of each body, where they are not compared as they are read.
  private var leftNumbers = NumberList()
  private var rightNumbers = NumberList()

  init(_ relation: Relation) { self.relation = relation }

  /// Reads both bodies, from their locals vectors on, to their ends, and notes the instructions in `trace`.
  mutating func compare(
    companion: Bytes, shipped: Bytes, _ trace: inout FunctionTrace
  ) throws(BodyMismatch) {
    var left = companion.cursor()
    var right = shipped.cursor()
    // Where the last instructions begin.
    var start = (companion: 0, shipped: 0)
    let reason: BodyMismatch.Reason?
    do throws(ReadError) {
      reason = try steps(&left, &right, &start, &trace)
    } catch {
      reason = .damage(error.rule)
    }
    guard let reason else { return }
    throw BodyMismatch(
      companion: CodeOffset(UInt64(start.companion)), shipped: CodeOffset(UInt64(start.shipped)), reason: reason)
  }

  private mutating func steps(
    _ left: inout Cursor, _ right: inout Cursor, _ start: inout (companion: Int, shipped: Int),
    _ trace: inout FunctionTrace
  ) throws(ReadError) -> BodyMismatch.Reason? {
    let (leftStart, rightStart) = (left.position, right.position)
    leftNumbers.removeAll()
    rightNumbers.removeAll()
    try left.localDeclarations(into: &leftNumbers)
    try right.localDeclarations(into: &rightNumbers)
    guard areTheSameNumbers() else { return .locals }
    while !left.isAtEnd, !right.isAtEnd {
      if relation.isIdentity { try passCommonCode(&left, &right, (leftStart, rightStart), &trace) }
      if left.isAtEnd || right.isAtEnd { break }
      start = (left.position &- leftStart, right.position &- rightStart)
      trace.instruction(companion: start.companion, shipped: start.shipped)
      let (opcode, kind) = try left.opcode(kinds)
      let (other, _) = try right.opcode(kinds)
      guard opcode == other else { return .opcode(companion: opcode, shipped: other) }
      guard try areTheSame(kind, &left, &right) else {
        return kind.indexSpaces.isEmpty ? .immediate(opcode) : .index(opcode)
      }
    }
    start = (left.position - leftStart, right.position - rightStart)
    return left.isAtEnd && right.isAtEnd ? nil : .length
  }

  /// Passes over the instructions that are the same byte for byte: as indices mean the same, so do they.
  @inline(__always)
  private func passCommonCode(
    _ left: inout Cursor, _ right: inout Cursor, _ starts: (left: Int, right: Int), _ trace: inout FunctionTrace
  ) throws(ReadError) {
    let first = left.position
    let end = first + left.commonPrefix(with: right)
    let distance = right.position - starts.right - (first - starts.left)
    var position = first
    while position < end {
      let (_, kind) = try left.opcode(kinds)
      try left.skipImmediates(kind)
      if left.position > end { break }
      trace.instruction(companion: position &- starts.left, shipped: position &- starts.left &+ distance)
      position = left.position
    }
    left.rewind(to: position)
    try right.skip(position - first)
  }

  /// Whether the immediates at both cursors agree. The kinds that most instructions have are compared at once.
  @inline(__always)
  private mutating func areTheSame(
    _ kind: ImmediateKind, _ left: inout Cursor, _ right: inout Cursor
  ) throws(ReadError) -> Bool {
    switch kind {
    case .none: return true
    case .local, .label: return try left.uleb32() == right.uleb32()
    case .function: return relation.allows(.function, try left.uleb32(), try right.uleb32())
    case .global: return relation.allows(.global, try left.uleb32(), try right.uleb32())
    case .i32: return try left.sleb32() == right.sleb32()
    case .memarg:
      let flags = try left.uleb32()
      guard try flags == right.uleb32() else { return false }
      if flags & 0x40 != 0, !relation.allows(.memory, try left.uleb32(), try right.uleb32()) { return false }
      return try left.uleb64() == right.uleb64()
    default:
      leftNumbers.removeAll()
      rightNumbers.removeAll()
      try left.immediates(kind, into: &leftNumbers)
      try right.immediates(kind, into: &rightNumbers)
      return areTheSameNumbers()
    }
  }

  private mutating func areTheSameNumbers() -> Bool {
    guard leftNumbers.entries.count == rightNumbers.entries.count else { return false }
    for (left, right) in zip(leftNumbers.entries, rightNumbers.entries) {
      guard left.space == right.space else { return false }
      if left.space == .plain {
        guard left.value == right.value else { return false }
      } else {
        // An index has 32 bits.
        let (a, b) = (UInt32(truncatingIfNeeded: left.value), UInt32(truncatingIfNeeded: right.value))
        guard relation.allows(left.space, a, b) else { return false }
      }
    }
    return true
  }
}

/// The numbers of one instruction.
private struct NumberList: ImmediateSink {
  private(set) var entries: [(space: ImmediateSpace, value: UInt64)] = []

  mutating func removeAll() { entries.removeAll(keepingCapacity: true) }
  mutating func take(_ space: ImmediateSpace, _ value: UInt64) { entries.append((space, value)) }
}
