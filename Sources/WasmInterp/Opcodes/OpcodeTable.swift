/// Rows of the opcode table that share a prefix and a proposal.
///
/// A row is a line of words:
///
///     number name immediates signature [! marks]
///
/// - number: two or more hexadecimal digits, the opcode behind the prefix
/// - name: as the text format writes it
/// - immediates: an `ImmediateKind`; behind a slash the natural alignment in bytes of a memory access or the
///   number of lanes of a vector
/// - signature: operands `->` results, or `*` where it depends on more than the opcode
/// - marks: `call` for a call, and the names of the traps (`TrapKinds`) that are not clear from the rest
struct OpcodeGroup: Sendable {
  let proposal: Proposal
  /// The byte before the number, 0 for none.
  let prefix: UInt8
  let rows: String

  init(proposal: Proposal, prefix: UInt8 = 0, rows: String) {
    self.proposal = proposal
    self.prefix = prefix
    self.rows = rows
  }

  static let all: [OpcodeGroup] = [
    control, numeric, signExtension, saturatingConversion, bulkMemory, references, tables, tailCalls,
    exceptions, legacyExceptions, functionReferences, referenceEquality, gc, simd, relaxedSIMD, threads,
  ]
}

/// A row of the opcode table.
struct OpcodeRow: Sendable {
  let opcode: Opcode
  let name: String
  let proposal: Proposal
  let immediates: ImmediateKind
  /// The natural alignment in bytes or the number of lanes; 0 where neither applies.
  let scale: UInt8
  let signature: StackSignature?
  let isCall: Bool
  let traps: TrapKinds
}

/// The table of opcodes, read from its groups when it is first needed.
struct OpcodeTable: Sendable {
  /// The table.
  static let standard = OpcodeTable(OpcodeGroup.all)

  /// The rows in the order of the groups.
  let rows: [OpcodeRow]
  /// The row of an opcode by `Opcode.index`, negative where there is none.
  private let rowOfIndex: [Int16]
  /// The immediates of an opcode by `Opcode.index`, nil where there is no such opcode: what decoding needs,
  /// a byte each.
  let immediates: [ImmediateKind?]

  private init(_ groups: [OpcodeGroup]) {
    var rows: [OpcodeRow] = []
    rows.reserveCapacity(640)
    var rowOfIndex = [Int16](repeating: -1, count: Opcode.indexCount)
    var immediates = [ImmediateKind?](repeating: nil, count: Opcode.indexCount)
    var parser = RowParser()
    for group in groups {
      parser.parse(group) { row in
        let index = Int(row.opcode.index)
        precondition(rowOfIndex[index] < 0, "the opcode table has a number twice")
        rowOfIndex[index] = Int16(rows.count)
        immediates[index] = row.immediates
        rows.append(row)
      }
    }
    self.rows = rows
    self.rowOfIndex = rowOfIndex
    self.immediates = immediates
  }

  /// The row of an opcode; there is one, because nothing else makes an `Opcode`.
  subscript(opcode: Opcode) -> OpcodeRow { rows[Int(rowOfIndex[Int(opcode.index)])] }
}

/// Reads rows. What is wrong in a row is a mistake in this project's sources and stops the program.
private struct RowParser {
  /// Few words make up hundreds of rows: each is looked up once.
  private var kinds: [String: ImmediateKind] = [:]
  private var operands: [String: [OperandType]] = [:]
  private var marks: [String: TrapKinds] = [:]

  init() {
    for kind in ImmediateKind.allCases { kinds[kind.rawValue] = kind }
    for (kind, name) in TrapKinds.named { marks[name] = kind }
  }

  mutating func parse(_ group: OpcodeGroup, _ body: (OpcodeRow) -> Void) {
    let text = Array(group.rows.utf8)
    var start = 0
    while start < text.count {
      let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
      body(row(words(text[start..<end]), of: group))
      start = end + 1
    }
  }

  private func words(_ line: ArraySlice<UInt8>) -> [String] {
    line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
  }

  private mutating func row(_ words: [String], of group: OpcodeGroup) -> OpcodeRow {
    precondition(words.count >= 4, "a row of the opcode table is incomplete")
    guard let number = UInt32(words[0], radix: 16),
      let index = Opcode.index(prefix: group.prefix, number: number)
    else { preconditionFailure("the opcode table has a bad number \(words[0])") }
    let immediates = words[2].split(separator: "/")
    guard let kind = kinds[String(immediates[0])] else {
      preconditionFailure("the opcode table has unknown immediates \(words[2])")
    }
    let scale = immediates.count > 1 ? UInt8(immediates[1]) ?? 0 : 0
    let mark = words.firstIndex(of: "!") ?? words.count
    var traps: TrapKinds = []
    var isCall = false
    for word in words[mark...].dropFirst() {
      if word == "call" {
        isCall = true
        traps.insert(.stackExhausted)
      } else if let kind = marks[word] {
        traps.insert(kind)
      } else {
        preconditionFailure("the opcode table has an unknown mark \(word)")
      }
    }
    if kind == .memarg || kind == .memargLane {
      traps.insert(.memoryOutOfBounds)
      if group.proposal == .threads, scale > 1 { traps.insert(.unalignedAtomic) }
    }
    return OpcodeRow(
      opcode: Opcode(index: index), name: words[1], proposal: group.proposal, immediates: kind, scale: scale,
      signature: signature(words[3..<mark]), isCall: isCall, traps: traps)
  }

  private mutating func signature(_ words: ArraySlice<String>) -> StackSignature? {
    if words.first == "*" { return nil }
    guard let arrow = words.firstIndex(of: "->") else {
      preconditionFailure("the opcode table has a signature without an arrow")
    }
    return StackSignature(parameters: types(words[..<arrow]), results: types(words[(arrow + 1)...]))
  }

  private mutating func types(_ words: ArraySlice<String>) -> [OperandType] {
    if words.isEmpty { return [] }
    let key = words.joined(separator: " ")
    if let known = operands[key] { return known }
    let types = words.map { word in
      guard let type = OperandType(word: word) else {
        preconditionFailure("the opcode table has an unknown type \(word)")
      }
      return type
    }
    operands[key] = types
    return types
  }
}
