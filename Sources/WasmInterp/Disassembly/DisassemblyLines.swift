import ByteCursor
import WasmBinary

/// The lines of a listing, made one after the other.
public struct DisassemblyLines: Sequence, IteratorProtocol, Sendable {
  private let disassembler: Disassembler
  private var decoder: InstructionDecoder?
  /// Lines that are to come before any instruction, in reverse.
  private var before: [DisassemblyLine]
  private let isWhole: Bool
  private var left: Int
  private var blocks: OpenBlocks
  /// Whether the last line of the listing was made.
  private var isFinished = false

  init(_ disassembler: Disassembler, before: [DisassemblyLine], isWhole: Bool, limit: Int = .max) {
    self.disassembler = disassembler
    self.before = before.reversed()
    self.isWhole = isWhole
    left = limit
    blocks = OpenBlocks(disassembler)
    decoder = try? InstructionDecoder(disassembler.body.contents, at: disassembler.firstInstruction)
  }

  /// Where the next instruction stands.
  private var offset: CodeOffset { decoder?.codeOffset ?? disassembler.firstInstruction }

  /// Passes over the instructions before `target`; whether one starts there.
  mutating func advance(to target: CodeOffset) -> Bool {
    guard target >= offset, target < disassembler.end else { return false }
    while offset < target {
      guard let opcode = try? decoder?.nextOpcodeSkippingImmediates() else { return false }
      blocks.pass(opcode)
    }
    return offset == target
  }

  public mutating func next() -> DisassemblyLine? {
    if let line = before.popLast() { return line }
    guard left > 0, !isFinished else { return nil }
    left -= 1
    guard offset < disassembler.end else { return last() }
    if let folded = fold() { return folded }
    return instruction() ?? last()
  }

  /// What stands behind the instructions: the reason why there are no more, and the parenthesis.
  private mutating func last() -> DisassemblyLine? {
    isFinished = true
    if let problem = disassembler.problem {
      let value = problem.value.map { " (0x" + String($0, radix: 16) + ")" } ?? ""
      return disassembler.line(
        .problem(problem), text: ";; cannot be read on: \(problem.rule)\(value)", depth: blocks.count + 1, at: offset)
    }
    return isWhole ? disassembler.line(.close, text: ")", depth: 0, at: offset) : nil
  }

  // MARK: Instructions

  private mutating func instruction() -> DisassemblyLine? {
    guard let instruction = try? decoder?.next() else { return nil }
    let opcode = instruction.opcode
    switch opcode {
    case .else, .catch, .catchAll:
      return line(instruction, depth: blocks.count, block: blocks.innermost)
    case .end, .delegate:
      let block = blocks.innermost
      let closed = block.flatMap(disassembler.label(ofBlock:)).map(Identifier.text)
      let depth = Swift.max(blocks.count, 1)
      blocks.pass(opcode)
      return line(instruction, comment: closed ?? note(instruction), depth: depth, block: block)
    case _ where opcode.opensBlock:
      let text = text(instruction)
      blocks.pass(opcode)
      let label = blocks.innermost.flatMap(disassembler.label(ofBlock:)).map { " " + Identifier.text($0) } ?? ""
      // A block's own label stands in front of its type.
      let labelled = opcode.name + label + text.dropFirst(opcode.name.count)
      return line(instruction, text: labelled, depth: blocks.count, block: blocks.innermost)
    default:
      return line(instruction, comment: note(instruction), depth: blocks.count + 1, block: blocks.innermost)
    }
  }

  /// What is said of a branch to the function's own label, which has no name.
  private func note(_ instruction: Instruction) -> String? {
    let label: UInt32
    switch instruction.immediates {
    case .index(let index) where instruction.opcode.immediateKind == .label: label = index
    case .cast(let index, _, _): label = index
    default: return nil
    }
    return Int(label) == blocks.count ? "leaves the function" : nil
  }

  private func line(
    _ instruction: Instruction, text: String? = nil, comment: String? = nil, depth: Int, block: Int?
  ) -> DisassemblyLine {
    disassembler.line(
      .instruction(instruction), text: text ?? self.text(instruction), comment: comment, depth: depth,
      at: instruction.codeOffset, length: instruction.length, block: block)
  }

  private func text(_ instruction: Instruction) -> String {
    let disassembler = disassembler
    var formatter = disassembler.plainFormatter
    if instruction.opcode.namesLabels {
      // Capturing `self` would take the decoder along, too.
      let blocks = blocks
      formatter = disassembler.formatter { label in blocks.visible(label).flatMap(disassembler.label(ofBlock:)) }
    }
    return formatter.text(instruction, in: disassembler.body.contents)
  }

  // MARK: Folding

  /// The instructions from here on that are deeper than is wanted, in one line; nil where there are none.
  private mutating func fold() -> DisassemblyLine? {
    guard let maximum = disassembler.options.maximumDepth, blocks.count > maximum else { return nil }
    let start = offset
    let depth = blocks.count
    let block = blocks.innermost
    var count = 0
    while offset < disassembler.end {
      let before = decoder
      guard let opcode = try? decoder?.nextOpcodeSkippingImmediates() else { break }
      if blocks.count == depth, opcode.partsBlock {
        decoder = before
        break
      }
      blocks.pass(opcode)
      count += 1
    }
    guard count > 0 else { return nil }
    return disassembler.line(
      .folded(instructions: count), text: "… \(count) instruction\(count == 1 ? "" : "s") …", depth: depth + 1,
      at: start, length: Int(offset.rawValue - start.rawValue), block: block)
  }
}

extension Opcode {
  /// Whether labels are among its immediates.
  fileprivate var namesLabels: Bool {
    switch immediateKind {
    case .label, .labelTable, .tryTable, .cast: true
    default: false
    }
  }

  /// Whether it ends or parts the block that it stands in.
  fileprivate var partsBlock: Bool {
    switch self {
    case .end, .else, .catch, .catchAll, .delegate: true
    default: false
    }
  }
}

/// The blocks around an instruction.
struct OpenBlocks: Sendable {
  private let disassembler: Disassembler
  /// Their numbers, outermost first.
  private var open: [UInt32] = []
  /// The number of the next block that opens.
  private var next: UInt32 = 0
  /// For each name of the name section the positions in `open` of the blocks that have it. (Other labels are unique.)
  private var named: [String: [Int]] = [:]

  init(_ disassembler: Disassembler) { self.disassembler = disassembler }

  var count: Int { open.count }
  /// The number of the innermost block; nil in none.
  var innermost: Int? { open.last.map(Int.init) }

  /// Goes past an instruction.
  mutating func pass(_ opcode: Opcode) {
    if opcode.opensBlock {
      if let name = disassembler.labels[next] { named[name, default: []].append(open.count) }
      open.append(next)
      next += 1
    } else if opcode == .end || opcode == .delegate, let block = open.popLast() {
      if let name = disassembler.labels[block] { named[name]?.removeLast() }
    }
  }

  /// The block that a label stands for, unless its name would be understood as that of another one.
  func visible(_ label: UInt32) -> Int? {
    let position = open.count - 1 - Int(label)
    guard position >= 0 else { return nil }
    let block = open[position]
    if let name = disassembler.labels[block], named[name]?.last != position { return nil }
    return Int(block)
  }
}
