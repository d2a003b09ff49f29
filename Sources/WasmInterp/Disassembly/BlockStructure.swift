import ByteCursor
import WasmBinary

/// Where the blocks of a function body begin and end and which of them are branched to: what the lines of a listing
/// need to know of what stands behind them.
struct BlockStructure: Sendable {
  /// A block. Sixteen bytes, because there can be one for every two bytes of a body (whose size has 32 bits).
  struct Block: Sendable {
    /// Where the instruction stands that opens it.
    var start: UInt32
    /// Behind the instruction that closes it.
    var end: UInt32
    /// How many instructions stand between the two.
    var instructions: UInt32
    /// One more than the number of the label that it is given; 0 where nothing branches to it. (Of a block that has a
    /// name it says only that something does.)
    var label: UInt32
  }

  /// In the order in which they open.
  private(set) var blocks: [Block] = []
  /// How many instructions were read.
  private(set) var instructionCount = 0
  /// Behind the last instruction that was read.
  private(set) var end: CodeOffset
  /// Why the body cannot be read on from `end`; nil where that is its end.
  private(set) var problem: ReadError?

  /// That of a body whose instructions cannot be found.
  init() { end = CodeOffset(0) }

  /// Decodes the instructions of `reader` once, from the first to the last that can be read.
  /// - Parameter labels: the names that blocks have; the others get numbers.
  init(_ reader: BodyReader, labels: LabelNames, limits: Limits) {
    end = reader.firstInstruction
    var open: [UInt32] = []
    var isClosed = false
    do throws(ReadError) {
      var decoder = try reader.instructions
      while !decoder.isAtEnd {
        let here = FileOffset(UInt64(reader.bytes.start) &+ end.rawValue)
        guard !isClosed else { throw ReadError(.bytesBehindEnd, offset: here) }
        let instruction = try decoder.next()
        guard !instruction.opcode.opensBlock || blocks.count < limits.blocks else {
          throw ReadError(.overLimit, value: UInt64(limits.blocks), offset: here)
        }
        markTargets(of: instruction, open: open, reader.bytes)
        instructionCount += 1
        end = instruction.end
        if instruction.opcode.opensBlock {
          open.append(UInt32(blocks.count))
          blocks.append(
            Block(start: offset(instruction.codeOffset), end: 0, instructions: UInt32(instructionCount), label: 0))
        } else if instruction.opcode == .end || instruction.opcode == .delegate {
          if let block = open.popLast() {
            close(block, behind: 1)
          } else {
            isClosed = instruction.opcode == .end
          }
        }
      }
      if !isClosed {
        throw ReadError(.unexpectedEnd, offset: FileOffset(UInt64(reader.bytes.end)))
      }
    } catch {
      problem = error
    }
    for block in open { close(block, behind: 0) }
    numberLabels(labels)
  }

  /// Ends a block before the last `closers` instructions that were read.
  private mutating func close(_ block: UInt32, behind closers: Int) {
    blocks[Int(block)].end = offset(end)
    blocks[Int(block)].instructions = UInt32(instructionCount - closers) - blocks[Int(block)].instructions
  }

  private func offset(_ offset: CodeOffset) -> UInt32 { UInt32(truncatingIfNeeded: offset.rawValue) }

  // MARK: Labels

  private mutating func markTargets(of instruction: Instruction, open: [UInt32], _ body: Bytes) {
    switch instruction.immediates {
    case .index(let label) where instruction.opcode.immediateKind == .label:
      // What a `delegate` names is counted from outside of its `try`.
      mark(label, open, skipping: instruction.opcode == .delegate ? 1 : 0)
    case .cast(let label, _, _): mark(label, open)
    case .labels(let list):
      // Without an array of them: a table may have as many as the body has bytes.
      guard var cursor = try? body.cursor(at: list.codeOffset.rawValue) else { return }
      for _ in 0..<list.count {
        guard let label = try? cursor.uleb32() else { return }
        mark(label, open)
      }
    case .tryTable(_, let list):
      guard var cursor = try? body.cursor(at: list.codeOffset.rawValue) else { return }
      for _ in 0..<list.count {
        guard let clause = try? cursor.catchClause() else { return }
        mark(clause.label, open)
      }
    default: break
    }
  }

  private mutating func mark(_ label: UInt32, _ open: [UInt32], skipping inner: Int = 0) {
    let position = open.count - 1 - inner - Int(label)
    if position >= 0 { blocks[Int(open[position])].label = 1 }
  }

  private mutating func numberLabels(_ labels: LabelNames) {
    let taken = labels.takenNumbers
    var next: UInt32 = 0
    for index in blocks.indices where blocks[index].label != 0 && !labels.hasName(UInt32(index)) {
      while taken.contains(next) { next += 1 }
      next += 1
      blocks[index].label = next
    }
  }
}

extension Rule {
  /// A function body goes on behind the `end` that closes it.
  public static let bytesBehindEnd: Rule = "bytes behind the end of the function"
}
