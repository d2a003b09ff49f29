import ByteCursor
import DwarfEval

/// Code addresses, as ranges that are ascending and do not touch.
struct RangeSet: Sendable {
  private(set) var ranges: [CodeRange] = []
  /// How many addresses stand before each range: in a hostile file thousands of variables have a scope of thousands of
  /// ranges, so none is gone through for a question about an overlap.
  private var before: [UInt64] = []
  /// How many addresses there are.
  private(set) var count: UInt64 = 0

  /// The addresses of `unsorted`, which may overlap.
  init(_ unsorted: [CodeRange]) {
    if unsorted.count < 2 {
      ranges = unsorted
    } else {
      for range in unsorted.sorted(by: { ($0.low, $0.high) < ($1.low, $1.high) }) {
        if let last = ranges.last, range.low <= last.high {
          if range.high > last.high, let joined = CodeRange(last.low, range.high) { ranges[ranges.count - 1] = joined }
        } else {
          ranges.append(range)
        }
      }
    }
    before.reserveCapacity(ranges.count)
    for range in ranges {
      before.append(count)
      count &+= range.count
    }
  }

  /// How many addresses both have.
  func overlap(_ other: RangeSet) -> UInt64 {
    let (few, many) = ranges.count < other.ranges.count ? (self, other) : (other, self)
    return few.ranges.reduce(0) { $0 &+ (many.count(below: $1.high) &- many.count(below: $1.low)) }
  }

  /// How many of the addresses are less than `address`.
  private func count(below address: CodeAddress) -> UInt64 {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].low < address { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return 0 }
    let last = ranges[low - 1]
    return before[low - 1] &+ (min(address, last.high).rawValue &- last.low.rawValue)
  }
}
