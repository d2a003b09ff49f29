import ByteCursor
import DwarfEval
import WasmInterp

/// Where a variable is that its location list says nothing of, because a range of the list ended with its block.
///
/// LLVM gives a variable's place for one basic block at a time. Native targets extend the ranges along the paths of the code
/// (`LiveDebugValues`); the WebAssembly target does not, so a range stops where its block ends although a Wasm local holds
/// the variable further on. This makes up for it, as a forward data flow over the control-flow graph. Its states are sets
/// of locals that all hold the variable:
///
/// - A range that reaches its block's last instruction lives on behind the block. (Behind its end there may be `block`,
///   `loop`, `try` and `end`, which do nothing: LLVM has them in the next block.)
/// - A range that ends with instructions behind it in its block was ended by the compiler: the variable changed. So it is
///   where another range begins, and with a local that is written: LLVM does not end a range for that.
/// - A copy of a local (`local.get 1`, `local.set 2`) holds the variable too.
/// - Where paths meet, a local counts that holds the variable on all of them. LLVM loses the description of a variable at the
///   start of a loop above all: that it is a constant on the way in and in local 5 on the way back says that it is in
///   local 5, if that has this value on the way in.
/// - If a copy is written in a loop, it was made for that: the variable may be what the copy is from then on.
/// - A constant by itself is not carried: most variables start with one, and what they change to is often not said.
/// - What belongs to a scope of the source does not survive blocks without code of the scope, nor the way back to the
///   start of a loop around the scope: that is another instance of the variable.
struct CarriedLocations {
  /// A range of the list, in the function's code.
  struct Entry {
    var range: Range<UInt64>
    var footing: Footing
  }

  /// What a location's expression is, as far as it matters here.
  enum Footing: Equatable {
    /// The value of a local.
    case local(UInt32)
    /// A number.
    case constant(UInt64)
    /// Anything else, which is not carried: operands are gone with the next instruction, and of what is computed, lies in
    /// memory or in pieces the measure found none that was right.
    case none
  }

  /// What is carried.
  struct Carried: Equatable {
    /// The locals that hold it, ascending.
    var locals: [UInt32]
    /// The variable's value on all paths, where that is a number.
    var constant: UInt64?
    /// Whether the list names one of the locals, and not constants alone.
    var isNamed: Bool
    /// Where the range ended that it is from: the first of several.
    var end: UInt64
  }

  /// What is known at a place: nothing yet, as no path was followed there; where it is; that nobody knows.
  fileprivate enum State: Equatable {
    case unvisited
    case carried(Carried)
    case none
  }

  private let flow: FunctionFlow
  /// By their starts, without overlap.
  private let entries: [Entry]
  /// Where the code of the variable's scope is, ascending; nil where it is in scope everywhere.
  private let scope: [Range<UInt64>]?
  /// By local: those that it is copied to somewhere.
  private let successors: [UInt32: Set<UInt32>]
  /// Whether a local has a value at the end of a block.
  private let isConstant: (_ local: UInt32, _ value: UInt64, _ block: Int) -> Bool

  /// How often a block is looked at. Sets of locals shrink, and nested loops are not deep: it takes a handful.
  private static let mostVisits = 32
  /// Of more locals that hold one variable, the first count. Functions with more blocks, and scopes in more pieces, are no
  /// compiler's.
  private static let mostCopies = 16
  private static let mostBlocks = 200_000
  private static let mostPieces = 1024

  /// - Parameters:
  ///   - entries: the ranges, in whatever order.
  ///   - scope: where the code of the block is in which the variable is declared; nil for all of the function.
  ///   - isConstant: whether a local is known to have a value at the end of a block.
  init(
    _ flow: FunctionFlow, entries: [Entry], scope: [Range<UInt64>]?,
    isConstant: @escaping (_ local: UInt32, _ value: UInt64, _ block: Int) -> Bool
  ) {
    self.flow = flow
    self.entries = Self.disjoint(entries)
    self.scope = scope
    self.isConstant = isConstant
    var successors: [UInt32: Set<UInt32>] = [:]
    for write in flow.writes {
      if case .local(let source) = write.source { successors[source, default: []].insert(write.local) }
    }
    self.successors = successors
  }

  /// Ranges without overlap, by their starts. (Where ranges overlap, all are true.)
  private static func disjoint(_ entries: [Entry]) -> [Entry] {
    var result: [Entry] = []
    for entry in entries.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      let start = max(entry.range.lowerBound, result.last?.range.upperBound ?? 0)
      guard start < entry.range.upperBound else { continue }
      result.append(Entry(range: start..<entry.range.upperBound, footing: entry.footing))
    }
    return result
  }

  // MARK: The answer

  /// What is carried to the instruction at `offset`; nil where nothing is.
  func location(at offset: CodeOffset) -> Carried? {
    guard let block = flow.graph.block(containing: offset), flow.graph.blocks[block].isReachable,
      flow.graph.blocks.count <= Self.mostBlocks, (scope?.count ?? 0) <= Self.mostPieces
    else { return nil }
    var exits = [State](repeating: .unvisited, count: flow.graph.blocks.count)
    var visits = [UInt8](repeating: 0, count: exits.count)
    var isDirty = [Bool](repeating: false, count: exits.count)
    isDirty[0] = true
    var first = 0
    while first < isDirty.count {
      // Where a back edge makes another sweep necessary, it starts at its target.
      var next = isDirty.count
      for block in first..<isDirty.count where isDirty[block] {
        isDirty[block] = false
        visits[block] += 1
        let state = visits[block] > Self.mostVisits ? .none : exit(of: block, entry(of: block, exits))
        guard state != exits[block] else { continue }
        exits[block] = state
        for edge in flow.graph.successors(of: block) where visits[Int(edge.target)] <= Self.mostVisits {
          isDirty[Int(edge.target)] = true
          if Int(edge.target) <= block { next = min(next, Int(edge.target)) }
        }
      }
      first = next
    }
    guard case .carried(let carried) = state(in: block, entry(of: block, exits), before: offset.rawValue),
      carried.isNamed, !carried.locals.isEmpty
    else { return nil }
    return carried
  }

  // MARK: Where paths meet

  /// The state at a block's start.
  private func entry(of block: Int, _ exits: [State]) -> State {
    if block == 0 { return .none }
    var incoming: [(block: Int, state: Carried)] = []
    for index in flow.graph.predecessors(of: block) {
      let edge = flow.graph.edges[Int(index)]
      switch exits[Int(edge.source)] {
      case .unvisited: continue
      case .none: return .none
      case .carried(let carried):
        if edge.isBackEdge, !isInScopeThroughout(loopAt: block) { return .none }
        incoming.append((Int(edge.source), carried))
      }
    }
    guard let first = incoming.first else { return .unvisited }
    return incoming.count == 1 ? .carried(first.state) : joined(incoming, at: block)
  }

  private func joined(_ incoming: [(block: Int, state: Carried)], at block: Int) -> State {
    var result = incoming[0].state
    result.end = incoming.map(\.state.end).min()!
    result.isNamed = incoming.contains(where: \.state.isNamed)
    if incoming.contains(where: { $0.state.constant != result.constant }) { result.constant = nil }
    let all = Set(incoming.flatMap(\.state.locals))
    result.locals = all.filter { local in
      incoming.allSatisfy { block, state in
        state.locals.contains(local) || state.constant.map { isConstant(local, $0, block) } ?? false
      }
    }.sorted()
    guard !result.locals.isEmpty || result.constant != nil else { return .none }
    // A copy was made that is no longer one.
    let isMoved =
      flow.graph.blocks[block].isLoopHeader && incoming.contains { !$0.state.locals.allSatisfy(result.locals.contains) }
    return isMoved && incoming.allSatisfy({ $0.state.constant == nil }) ? .none : .carried(result)
  }

  // MARK: Within a block

  private func exit(of block: Int, _ entry: State) -> State {
    state(in: block, entry, before: flow.graph.blocks[block].end.rawValue)
  }

  /// The state before the instruction at `offset` of a block, or behind its last one.
  private func state(in block: Int, _ entry: State, before offset: UInt64) -> State {
    let (start, end) = (flow.graph.blocks[block].start.rawValue, flow.graph.blocks[block].end.rawValue)
    guard start < end else { return entry }
    var state = isInScope(block) || entry == .unvisited ? entry : .none
    var position = start
    var index = firstEntry(endingBehind: start)
    while index < entries.count, entries[index].range.lowerBound < offset {
      let entry = entries[index]
      state = behind(position..<max(position, entry.range.lowerBound), state)
      state = behind(entry, in: start..<end)
      position = max(position, entry.range.upperBound)
      index += 1
    }
    return behind(position..<max(position, offset), state)
  }

  /// What is left of a state behind instructions of which the list says nothing.
  private func behind(_ range: Range<UInt64>, _ state: State) -> State {
    guard case .carried(var carried) = state else { return state }
    for write in flow.writes[flow.writes(from: CodeOffset(range.lowerBound), to: CodeOffset(range.upperBound))] {
      let holds =
        switch write.source {
        case .local(let source): carried.locals.contains(source)
        case .constant(let value): carried.constant == value
        case .other: false
        }
      if holds, !carried.locals.contains(write.local), carried.locals.count < Self.mostCopies {
        carried.locals = (carried.locals + [write.local]).sorted()
      } else if !holds {
        let next = successors[write.local] ?? []
        carried.locals.removeAll { $0 == write.local || next.contains($0) }
      }
    }
    return carried.locals.isEmpty && carried.constant == nil ? .none : .carried(carried)
  }

  /// The state behind a range, or behind the block in which it goes on.
  private func behind(_ entry: Entry, in block: Range<UInt64>) -> State {
    let upper = min(entry.range.upperBound, block.upperBound)
    let lower = min(max(entry.range.lowerBound, block.lowerBound), upper)
    guard flow.instructions(from: CodeOffset(upper), to: CodeOffset(block.upperBound)).allSatisfy(\.opcode.isMarker)
    else {
      return .none
    }
    var carried = Carried(locals: [], constant: nil, isNamed: true, end: entry.range.upperBound)
    switch entry.footing {
    case .none: return .none
    case .constant(let value): (carried.constant, carried.isNamed) = (value, false)
    case .local(let local):
      carried.locals = [local]
      // What the copies are that were made before the range began.
      for write in flow.writes[flow.writes(from: CodeOffset(block.lowerBound), to: CodeOffset(lower))] {
        switch write.source {
        case .local(local) where write.local != local && carried.locals.count < Self.mostCopies:
          carried.locals = Set(carried.locals + [write.local]).sorted()
        default: carried.locals = write.local == local ? [local] : carried.locals.filter { $0 != write.local }
        }
      }
    }
    return behind(lower..<upper, .carried(carried)).keeping(entry.footing)
  }

  /// The first range that ends behind a place.
  private func firstEntry(endingBehind offset: UInt64) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].range.upperBound <= offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  // MARK: Scopes

  /// Whether a block has code of the variable's scope.
  private func isInScope(_ block: Int) -> Bool {
    guard let scope else { return true }
    let (start, end) = (flow.graph.blocks[block].start.rawValue, flow.graph.blocks[block].end.rawValue)
    return scope.contains { $0.lowerBound < end && $0.upperBound > start }
  }

  /// Whether the scope is around the whole loop that starts with a block.
  private func isInScopeThroughout(loopAt block: Int) -> Bool {
    guard let scope, let end = flow.graph.blocks[block].loopEnd else { return true }
    guard let first = scope.first?.lowerBound, let last = scope.map(\.upperBound).max() else { return false }
    return first <= flow.graph.blocks[block].start.rawValue && last >= end.rawValue
  }
}

extension CarriedLocations.State {
  /// The state, unless it has lost the local that the list names: the range went on although it was written.
  fileprivate func keeping(_ footing: CarriedLocations.Footing) -> Self {
    guard case .local(let local) = footing, case .carried(let carried) = self else { return self }
    return carried.locals.contains(local) ? self : .none
  }
}

extension Opcode {
  /// Whether it does nothing but mark a place in the code.
  fileprivate var isMarker: Bool { opensBlock && self != .if || self == .end }
}
