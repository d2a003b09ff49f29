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

/// A row of the opcode table. Names and signatures stay in the table's text until they are asked for: most
/// processes need a handful.
struct OpcodeRow: Sendable {
  let opcode: Opcode
  let proposal: Proposal
  let immediates: ImmediateKind
  /// The natural alignment in bytes or the number of lanes; 0 where neither applies.
  let scale: UInt8
  let isCall: Bool
  let traps: TrapKinds
  /// Where the name and the signature stand in the text.
  let name: Range<Int>
  let signature: Range<Int>
}

/// The table of opcodes, read from its groups when it is first needed (0.3 ms of a cold process).
///
/// A mistake in a row is a mistake in this project's sources and stops the program.
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
  private let text: TableText

  private init(_ groups: [OpcodeGroup]) {
    var rows: [OpcodeRow] = []
    rows.reserveCapacity(640)
    var rowOfIndex = [Int16](repeating: -1, count: Opcode.indexCount)
    var immediates = [ImmediateKind?](repeating: nil, count: Opcode.indexCount)
    var text = TableText()
    for group in groups {
      text.append(group.rows)
      while let row = text.row(of: group) {
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
    self.text = text
  }

  /// The row of an opcode; there is one, because nothing else makes an `Opcode`.
  subscript(opcode: Opcode) -> OpcodeRow { rows[Int(rowOfIndex[Int(opcode.index)])] }

  /// An opcode's name.
  func name(_ opcode: Opcode) -> String { text.string(self[opcode].name) }

  /// An opcode's signature; nil where it depends on more than the opcode.
  func signature(_ opcode: Opcode) -> StackSignature? {
    let words = text.string(self[opcode].signature).split(separator: " ")
    if words == ["*"] { return nil }
    guard let arrow = words.firstIndex(of: "->") else { preconditionFailure("a signature without an arrow") }
    func types(_ words: ArraySlice<Substring>) -> [OperandType] {
      words.map { word in
        guard let type = OperandType(word: String(word)) else { preconditionFailure("unknown operand \(word)") }
        return type
      }
    }
    return StackSignature(parameters: types(words[..<arrow]), results: types(words[(arrow + 1)...]))
  }
}

/// The text of all groups and the place where the next row starts. Bytes and ranges, because a string for each
/// of some four thousand words would take a millisecond.
private struct TableText {
  private var bytes: [UInt8] = []
  private var position = 0
  /// The immediates of the last row: neighbours mostly have the same.
  private var lastImmediates: (word: Range<Int>, kind: ImmediateKind) = (0..<0, .none)
  private let kinds = ImmediateKind.allCases.map { (word: Array($0.rawValue.utf8), kind: $0) }

  mutating func append(_ rows: String) {
    bytes += rows.utf8
    bytes.append(UInt8(ascii: "\n"))
  }

  func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// The next row; nil behind the last.
  mutating func row(of group: OpcodeGroup) -> OpcodeRow? {
    guard position < bytes.count else { return nil }
    let number = hexadecimal(word())
    let name = word()
    let (kind, scale) = immediates(word())
    let start = position
    var signature = start..<start
    var traps: TrapKinds = []
    var isCall = false
    var areMarks = false
    while true {
      let word = word()
      if word.isEmpty { break }
      if bytes[word.lowerBound] == UInt8(ascii: "!") {
        areMarks = true
      } else if areMarks {
        let mark = mark(word)
        traps.formUnion(mark.traps)
        isCall = isCall || mark.isCall
      } else {
        signature = start..<word.upperBound
      }
    }
    position += 1  // the end of the line
    if kind == .memarg || kind == .memargLane {
      traps.insert(.memoryOutOfBounds)
      if group.proposal == .threads, scale > 1 { traps.insert(.unalignedAtomic) }
    }
    guard !signature.isEmpty, let index = Opcode.index(prefix: group.prefix, number: number) else {
      preconditionFailure("the opcode table has a bad row \(string(name))")
    }
    return OpcodeRow(
      opcode: Opcode(index: index), proposal: group.proposal, immediates: kind, scale: scale, isCall: isCall,
      traps: traps, name: name, signature: signature)
  }

  /// The next word of the line; empty at the line's end, where it stays.
  private mutating func word() -> Range<Int> {
    while bytes[position] == UInt8(ascii: " ") { position += 1 }
    let start = position
    while bytes[position] > UInt8(ascii: " ") { position += 1 }
    return start..<position
  }

  private func hexadecimal(_ word: Range<Int>) -> UInt32 {
    var value: UInt32 = 0
    for byte in bytes[word] {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
      default: preconditionFailure("the opcode table has a bad number \(string(word))")
      }
    }
    return value
  }

  /// Immediates and what stands behind their slash.
  private mutating func immediates(_ word: Range<Int>) -> (ImmediateKind, UInt8) {
    let slash = bytes[word].firstIndex(of: UInt8(ascii: "/")) ?? word.upperBound
    let kindWord = word.lowerBound..<slash
    var scale: UInt8 = 0
    for byte in bytes[slash..<word.upperBound].dropFirst() { scale = scale * 10 + byte - UInt8(ascii: "0") }
    if !bytes[kindWord].elementsEqual(bytes[lastImmediates.word]) {
      guard let found = kinds.first(where: { bytes[kindWord].elementsEqual($0.word) }) else {
        preconditionFailure("the opcode table has unknown immediates \(string(word))")
      }
      lastImmediates = (kindWord, found.kind)
    }
    return (lastImmediates.kind, scale)
  }

  private func mark(_ word: Range<Int>) -> (traps: TrapKinds, isCall: Bool) {
    let mark = string(word)
    // A call needs room for another frame.
    if mark == "call" { return (.stackExhausted, true) }
    guard let trap = TrapKinds.named.first(where: { $0.name == mark }) else {
      preconditionFailure("the opcode table has an unknown mark \(mark)")
    }
    return (trap.kind, false)
  }
}
