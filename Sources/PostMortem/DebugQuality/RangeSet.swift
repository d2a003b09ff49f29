import ByteCursor
import DwarfEval

/// Code addresses, as ranges that are ascending and do not touch.
struct RangeSet: Sendable {
  private(set) var ranges: [CodeRange] = []

  /// The addresses of `unsorted`, which may overlap.
  init(_ unsorted: [CodeRange]) {
    if unsorted.count < 2 {
      ranges = unsorted
      return
    }
    for range in unsorted.sorted(by: { ($0.low, $0.high) < ($1.low, $1.high) }) {
      if let last = ranges.last, range.low <= last.high {
        if range.high > last.high, let joined = CodeRange(last.low, range.high) { ranges[ranges.count - 1] = joined }
      } else {
        ranges.append(range)
      }
    }
  }

  /// How many addresses there are.
  var count: UInt64 { ranges.reduce(0) { $0 &+ $1.count } }

  /// How many addresses both have.
  func overlap(_ other: RangeSet) -> UInt64 {
    var total: UInt64 = 0
    var (left, right) = (0, 0)
    while left < ranges.count, right < other.ranges.count {
      let (mine, theirs) = (ranges[left], other.ranges[right])
      let low = max(mine.low, theirs.low).rawValue
      let high = min(mine.high, theirs.high).rawValue
      if low < high { total &+= high - low }
      if mine.high < theirs.high { left += 1 } else { right += 1 }
    }
    return total
  }
}
