import ByteCursor
import DwarfEval

/// Which code addresses of a unit belong to a line and which to line 0: a line table with nothing else left in it.
struct LineRuns: Sendable {
  /// Addresses of one kind.
  private struct Run {
    let low: UInt64
    var high: UInt64
    let isLineZero: Bool
  }
  private var runs: [Run] = []
  /// How many addresses of either kind there are up to the end of each run.
  private var sums: [(line: UInt64, lineZero: UInt64)] = []
  /// Why the line program ended early, where it did.
  private(set) var problem: ReadError?

  /// No addresses.
  init() {}

  /// What the rows of a line program say.
  init(_ rows: LineRows) {
    var rows = rows
    var sequence: [LineRow] = []
    var isSorted = true
    while let row = rows.next() {
      if let last = sequence.last, row.address < last.address { isSorted = false }
      sequence.append(row)
      guard row.isEndSequence else { continue }
      if !isSorted { sequence.sort { ($0.address, $0.isEndSequence ? 1 : 0) < ($1.address, $1.isEndSequence ? 1 : 0) } }
      add(sequence)
      sequence.removeAll(keepingCapacity: true)
      isSorted = true
    }
    // A program that breaks off: how far the last row reaches is not known.
    add(sequence)
    problem = rows.problem
    if !zip(runs, runs.dropFirst()).allSatisfy({ $0.high <= $1.low }) { settleOverlaps() }
    sums.reserveCapacity(runs.count)
    var sum: (line: UInt64, lineZero: UInt64) = (0, 0)
    for run in runs {
      if run.isLineZero { sum.lineZero &+= run.high &- run.low } else { sum.line &+= run.high &- run.low }
      sums.append(sum)
    }
  }

  private mutating func add(_ rows: [LineRow]) {
    for (row, next) in zip(rows, rows.dropFirst()) where row.address < next.address {
      let run = Run(low: row.address.rawValue, high: next.address.rawValue, isLineZero: row.line == 0)
      if let last = runs.last, last.high == run.low, last.isLineZero == run.isLineZero {
        runs[runs.count - 1].high = run.high
      } else {
        runs.append(run)
      }
    }
  }

  /// Where sequences overlap the one that starts last counts, as in lookups.
  private mutating func settleOverlaps() {
    runs.sort { ($0.low, $0.high) < ($1.low, $1.high) }
    for index in runs.indices.dropLast() where runs[index].high > runs[index + 1].low {
      runs[index].high = runs[index + 1].low
    }
  }

  /// Where runs of addresses of one kind start.
  var starts: some Sequence<CodeAddress> { runs.lazy.map { CodeAddress($0.low) } }

  /// The first run that ends behind `address`.
  private func first(behind address: UInt64) -> Int {
    var low = 0
    var high = runs.count
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].high <= address { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// How many addresses of `range` belong to a line, and how many to line 0.
  func bytes(in range: CodeRange) -> (line: UInt64, lineZero: UInt64) {
    let (end, start) = (bytes(below: range.high.rawValue), bytes(below: range.low.rawValue))
    return (end.line &- start.line, end.lineZero &- start.lineZero)
  }

  private func bytes(below address: UInt64) -> (line: UInt64, lineZero: UInt64) {
    let index = first(behind: address)
    var (line, lineZero) = index > 0 ? sums[index - 1] : (0, 0)
    if index < runs.count, runs[index].low < address {
      if runs[index].isLineZero { lineZero &+= address - runs[index].low } else { line &+= address - runs[index].low }
    }
    return (line, lineZero)
  }

  /// Goes through addresses that ascend.
  struct Walk {
    private let runs: LineRuns
    private var index: Int

    init(_ runs: LineRuns, from address: CodeAddress) {
      self.runs = runs
      index = runs.first(behind: address.rawValue)
    }

    /// Whether `address` belongs to line 0; nil where to none.
    mutating func isLineZero(_ address: UInt64) -> Bool? {
      while index < runs.runs.count, runs.runs[index].high <= address { index += 1 }
      guard index < runs.runs.count, runs.runs[index].low <= address else { return nil }
      return runs.runs[index].isLineZero
    }
  }
}
