import ByteCursor
import WasmBinary

/// How long the companion's instructions are, as far as their opcodes and numbers tell: linkers pad what they relocate.
///
/// A linker writes every function's index at full width and no local's; of constants and offsets those that are addresses,
/// which have values of their own kind. So most lengths need not be written down.
struct WidthModel: Sendable {
  /// How an instruction with an opcode is padded.
  enum Rule: UInt8, Sendable {
    /// It is not; exceptions say where it is.
    case never = 0
    /// Always.
    case always = 1
    /// Where its constant or offset is among `addresses`.
    case addresses = 2
  }

  struct Entry: Sendable {
    var rule: Rule
    /// The padded instruction's bytes, opcode included.
    var length: Int
  }

  /// The rules by `Opcode.index`; nil for opcodes whose instructions have the same length in both modules.
  private(set) var entries = [Entry?](repeating: nil, count: Opcode.indexCount)
  /// The numbers that are taken for addresses.
  var addresses: Range<Int64> = 0..<0

  subscript(opcode: Opcode) -> Entry? {
    get { entries[Int(opcode.index)] }
    set { entries[Int(opcode.index)] = newValue }
  }

  /// The opcodes that have rules.
  var opcodes: [Opcode] { Opcode.all.filter { self[$0] != nil } }

  /// The length in the companion that the rules give an instruction, and the one that a wrong guess would mean.
  func lengths(_ entry: Entry, shipped: Int, number: Int64?) -> (expected: Int, other: Int) {
    let isPadded =
      switch entry.rule {
      case .never: false
      case .always: true
      case .addresses: number.map(addresses.contains) ?? false
      }
    return isPadded ? (entry.length, shipped) : (shipped, entry.length)
  }
}

/// Reads a shipped body's instructions as far as `WidthModel` needs them.
struct InstructionScanner {
  private var cursor: Cursor
  private let start: Int
  private let kinds = OpcodeTable.standard.immediates
  /// The last number that was read: of a memory argument, the offset.
  private var last = LastNumber()

  /// A scanner behind a body's locals vector.
  init(_ body: Bytes) throws(ReadError) {
    cursor = body.cursor()
    start = cursor.position
    try cursor.localDeclarations(into: &last)
  }

  var isAtEnd: Bool { cursor.isAtEnd }
  /// Where the next instruction starts in the body.
  var offset: Int { cursor.position - start }

  /// The next instruction: its opcode, and its constant or offset where it has one.
  ///
  /// What two modules have in common byte for byte is mapped without a look at what its numbers say (`LockStep`), and has to be
  /// passed here too: of an instruction whose immediates mean nothing only the length is told.
  mutating func next() throws(ReadError) -> (opcode: Opcode, number: Int64?) {
    let (opcode, kind) = try cursor.opcode(kinds)
    let start = cursor.position
    do throws(ReadError) { return (opcode, try number(kind)) } catch {
      cursor.rewind(to: start)
      try cursor.skipImmediates(kind)
      return (opcode, nil)
    }
  }

  /// Reads immediates; returns the constant or the offset among them.
  @inline(__always)
  private mutating func number(_ kind: ImmediateKind) throws(ReadError) -> Int64? {
    switch kind {
    case .none: return nil
    case .local, .label, .function, .global:
      try cursor.skipLEB()
      return nil
    case .i32: return Int64(try cursor.sleb32())
    case .i64: return try cursor.sleb64()
    case .memarg:
      try cursor.immediates(kind, into: &last)
      return Int64(bitPattern: last.value)
    default:
      try cursor.skipImmediates(kind)
      return nil
    }
  }
}

/// Keeps the last number of an instruction.
private struct LastNumber: ImmediateSink {
  private(set) var value: UInt64 = 0
  mutating func take(_ space: ImmediateSpace, _ value: UInt64) { self.value = value }
}
