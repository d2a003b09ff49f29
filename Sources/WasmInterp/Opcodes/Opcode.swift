/// An instruction's opcode: an entry of the opcode table, which says all that is the same in each instruction
/// with this opcode.
///
/// There is no value without an entry.
public struct Opcode: Hashable, Sendable {
  /// A small number, different for each opcode and dense enough to index an array of `indexCount` elements.
  /// The same in each run, but nothing that a file may hold.
  public let index: UInt16

  /// One more than the largest `index`.
  public static let indexCount = 0x400

  /// `index` must have a row in the table.
  init(index: UInt16) { self.index = index }

  /// The opcode with this number (5.4).
  /// - Parameters:
  ///   - prefix: 0xFB, 0xFC, 0xFD or 0xFE; 0 for an opcode of a single byte.
  ///   - number: the LEB128 number behind the prefix, or the single byte.
  /// - Returns: nil where there is no such instruction.
  public init?(prefix: UInt8 = 0, number: UInt32) {
    guard let index = Self.index(prefix: prefix, number: number),
      OpcodeTable.standard.immediates[Int(index)] != nil
    else { return nil }
    self.index = index
  }

  /// All opcodes.
  public static var all: [Opcode] { OpcodeTable.standard.rows.map(\.opcode) }

  // MARK: Number

  // The index space: a range of indices for each prefix, as large as the numbers behind it need.
  private static let firstFB: UInt16 = 0x100
  private static let firstFC: UInt16 = 0x140
  private static let firstFE: UInt16 = 0x180
  private static let firstFD: UInt16 = 0x200

  /// Where an opcode stands in arrays by index; nil for numbers beyond those that have a place.
  @inline(__always)
  static func index(prefix: UInt8, number: UInt32) -> UInt16? {
    let (first, count): (UInt16, UInt32) =
      switch prefix {
      case 0: (0, 0x100)
      case 0xFB: (firstFB, 0x40)
      case 0xFC: (firstFC, 0x40)
      case 0xFD: (firstFD, 0x200)
      case 0xFE: (firstFE, 0x80)
      default: (0, 0)
      }
    return number < count ? first + UInt16(truncatingIfNeeded: number) : nil
  }

  /// The byte before the number: 0xFB, 0xFC, 0xFD or 0xFE, or 0 for an opcode of a single byte.
  public var prefix: UInt8 {
    switch index {
    case ..<Self.firstFB: 0
    case ..<Self.firstFC: 0xFB
    case ..<Self.firstFE: 0xFC
    case ..<Self.firstFD: 0xFE
    default: 0xFD
    }
  }

  /// The number behind the prefix, or the single byte.
  public var number: UInt32 {
    switch prefix {
    case 0xFB: UInt32(index - Self.firstFB)
    case 0xFC: UInt32(index - Self.firstFC)
    case 0xFD: UInt32(index - Self.firstFD)
    case 0xFE: UInt32(index - Self.firstFE)
    default: UInt32(index)
    }
  }

  // MARK: What the table says

  private var row: OpcodeRow { OpcodeTable.standard[self] }

  /// The name in the text format. Unique but for `select`, `ref.test` and `ref.cast`, each of which has two
  /// opcodes with different immediates.
  public var name: String { OpcodeTable.standard.name(self) }
  /// What brought the instruction.
  public var proposal: Proposal { row.proposal }
  /// What follows the opcode.
  public var immediateKind: ImmediateKind { row.immediates }
  /// What the instruction does to the operand stack, or nil where that depends on more than the opcode
  /// (immediates, types of the module, or whatever follows being unreachable).
  public var signature: StackSignature? { OpcodeTable.standard.signature(self) }
  /// The traps that the instruction can raise itself (not what a called function raises).
  public var possibleTraps: TrapKinds { row.traps }
  /// Whether the instruction calls a function: `call`, `call_indirect`, `call_ref` and their tail calls.
  public var isCall: Bool { row.isCall }
  /// Whether the instruction opens a block, which an `end` closes (for a legacy `try`, an `end` or a `delegate`).
  public var opensBlock: Bool { row.immediates == .blockType || row.immediates == .tryTable }
  /// The natural alignment of a memory access, which is its width in bytes; nil for other instructions.
  public var naturalAlignment: Int? {
    row.immediates == .memarg || row.immediates == .memargLane ? Int(row.scale) : nil
  }
  /// How many lanes the vector has that a lane immediate selects from; nil for other instructions.
  public var laneCount: Int? {
    switch row.immediates {
    case .lane: Int(row.scale)
    case .memargLane: row.scale == 0 ? nil : 16 / Int(row.scale)
    case .shuffle: 32
    default: nil
    }
  }
}

/// The opcodes that code speaks of. (A test checks each against the table.)
extension Opcode {
  public static let unreachable = Opcode(index: 0x00)
  public static let block = Opcode(index: 0x02)
  public static let loop = Opcode(index: 0x03)
  public static let `if` = Opcode(index: 0x04)
  public static let `else` = Opcode(index: 0x05)
  public static let `try` = Opcode(index: 0x06)
  public static let `catch` = Opcode(index: 0x07)
  public static let end = Opcode(index: 0x0B)
  public static let br = Opcode(index: 0x0C)
  public static let brIf = Opcode(index: 0x0D)
  public static let brTable = Opcode(index: 0x0E)
  public static let `return` = Opcode(index: 0x0F)
  public static let call = Opcode(index: 0x10)
  public static let globalSet = Opcode(index: 0x24)
  public static let callIndirect = Opcode(index: 0x11)
  public static let returnCall = Opcode(index: 0x12)
  public static let returnCallIndirect = Opcode(index: 0x13)
  public static let callRef = Opcode(index: 0x14)
  public static let returnCallRef = Opcode(index: 0x15)
  public static let delegate = Opcode(index: 0x18)
  public static let catchAll = Opcode(index: 0x19)
  public static let tryTable = Opcode(index: 0x1F)
}
