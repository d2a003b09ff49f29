import ByteCursor
import WasmBinary

/// The control-flow graph of a function's body.
///
/// Blocks stand in the order of the code, which is one in which every edge but the back edges leads forward: what
/// reverse post-order is wanted for. (Wasm's control is structured: the only way back is a branch to a loop.)
/// The last block is the exit: it has no instructions, and whatever returns leads there with the results.
public struct ControlFlowGraph: Sendable {
  /// The body from its locals vector on.
  public let body: Bytes
  public let blocks: [BasicBlock]
  /// The edges, by source. Those from unreachable blocks are left out.
  public let edges: [ControlFlowEdge]
  /// The first edge of each block in `edges`, and at last their count.
  private let firstSuccessor: [UInt32]
  /// The edges by target, as indices in `edges`.
  private let incoming: [UInt32]
  private let firstPredecessor: [UInt32]

  /// Joins blocks with the edges between them.
  /// - Parameter edges: with targets that are blocks, in whatever order.
  init(body: Bytes, blocks: [BasicBlock], edges: [ControlFlowEdge]) {
    self.body = body
    let (sorted, firstSuccessor) = Self.sort(edges, by: \.source, count: blocks.count)
    var blocks = blocks
    if !blocks.isEmpty { blocks[0].isReachable = true }
    var kept: [ControlFlowEdge] = []
    kept.reserveCapacity(sorted.count)
    var first: [UInt32] = []
    first.reserveCapacity(blocks.count + 1)
    // One pass is enough: a back edge comes from within its loop, which is entered by its header alone.
    for index in blocks.indices {
      first.append(UInt32(kept.count))
      guard blocks[index].isReachable else { continue }
      for edge in sorted[Int(firstSuccessor[index])..<Int(firstSuccessor[index + 1])] {
        blocks[Int(edge.target)].isReachable = true
        if edge.isBackEdge { blocks[Int(edge.target)].isLoopHeader = true }
        kept.append(edge)
      }
    }
    first.append(UInt32(kept.count))
    self.blocks = blocks
    self.edges = kept
    self.firstSuccessor = first
    let positions = Array(kept.indices)
    (incoming, firstPredecessor) = {
      let (order, first) = Self.sort(positions, by: { kept[$0].target }, count: blocks.count)
      return (order.map(UInt32.init), first)
    }()
  }

  /// Sorts by a number below `count`, keeping the order of equals; and where each number starts.
  private static func sort<Element>(
    _ elements: [Element], by key: (Element) -> UInt32, count: Int
  ) -> ([Element], first: [UInt32]) {
    guard let some = elements.first else { return ([], [UInt32](repeating: 0, count: count + 1)) }
    var first = [UInt32](repeating: 0, count: count + 1)
    for element in elements { first[Int(key(element)) + 1] += 1 }
    for index in 0..<count { first[index + 1] += first[index] }
    var next = first
    var sorted = [Element](repeating: some, count: elements.count)
    for element in elements {
      let place = Int(key(element))
      sorted[Int(next[place])] = element
      next[place] += 1
    }
    return (sorted, first)
  }

  // MARK: Asking

  /// The exit's index in `blocks`.
  public var exit: Int { blocks.count - 1 }

  /// The edges that leave a block.
  public func successors(of block: Int) -> ArraySlice<ControlFlowEdge> {
    edges[Int(firstSuccessor[block])..<Int(firstSuccessor[block + 1])]
  }

  /// The edges that lead to a block, as indices in `edges`, by source.
  public func predecessors(of block: Int) -> ArraySlice<UInt32> {
    incoming[Int(firstPredecessor[block])..<Int(firstPredecessor[block + 1])]
  }

  /// The block that holds the code at `offset`; nil outside of the instructions.
  public func block(containing offset: CodeOffset) -> Int? {
    var low = 0
    var high = blocks.count
    while low < high {
      let middle = low + (high - low) / 2
      if blocks[middle].start <= offset { low = middle + 1 } else { high = middle }
    }
    // Of blocks that start at the same place, all but the last are empty.
    return low > 0 && offset < blocks[low - 1].end ? low - 1 : nil
  }
}

/// Instructions that are executed one after the other: branches lead to the first alone and leave from the last.
public struct BasicBlock: Hashable, Sendable {
  /// How a block ends.
  public enum Terminator: Hashable, Sendable {
    /// The next block starts here because branches lead there.
    case `fallthrough`
    /// `br`
    case branch
    /// `br_if`, `br_on_null` and their like.
    case conditionalBranch
    /// `if`
    case `if`
    /// `br_table`
    case branchTable
    case `return`
    /// `return_call` and its like.
    case tailCall
    /// A call within a `try` or `try_table`, which may lead to a handler.
    case call
    /// `throw`, `throw_ref`, `rethrow`
    case `throw`
    case unreachable
    /// No instruction: chooses the handler of an exception that leaves a `try` or `try_table`.
    case dispatch
    /// No instruction: the function's end.
    case exit
  }

  /// The first instruction.
  public let start: CodeOffset
  /// Behind the last instruction.
  public internal(set) var end: CodeOffset
  public internal(set) var terminator: Terminator
  /// How many operands are on the stack at its start.
  public let entryHeight: Int
  /// Whether a path leads here from the function's start, whatever conditions are.
  public internal(set) var isReachable = false
  /// Whether a back edge leads here.
  public internal(set) var isLoopHeader = false
  /// Of the first block in a `loop`: where the loop's code ends.
  public internal(set) var loopEnd: CodeOffset?
  /// Of the first block in a `loop`: how many operands lie below the loop's parameters.
  var loopFloor = 0

  init(start: CodeOffset, entryHeight: Int, terminator: Terminator = .fallthrough) {
    self.start = start
    end = start
    self.entryHeight = entryHeight
    self.terminator = terminator
  }
}

/// A way from the end of a block to the start of another.
public struct ControlFlowEdge: Hashable, Sendable {
  /// When it is taken.
  public enum Kind: Hashable, Sendable {
    /// Always, and without a branch.
    case `fallthrough`
    /// By a branch; of a conditional one and of `if`, where the condition holds.
    case taken
    /// Where the condition does not hold.
    case notTaken
    /// By `br_table`: for this operand alone; nil where several lead here or the default does.
    case tableCase(UInt32?)
    /// By an exception that a call or `throw` raises; leads to a `dispatch`.
    case exception
    /// From a `dispatch` to a handler; the clause's number in its `try` or `try_table`.
    case catchClause(UInt32)
  }

  public let source: UInt32
  public internal(set) var target: UInt32
  public internal(set) var kind: Kind
  /// Whether it leads back to the start of a loop.
  public let isBackEdge: Bool
  /// How many of the topmost operands are taken along; below them are as many of the lowest as the target wants.
  let kept: Int
  /// How many operands lie above those.
  let dropped: Int
  /// How many values of an exception are pushed.
  let caught: Int
}
