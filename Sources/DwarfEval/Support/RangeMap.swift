/// Which numbered thing holds an address: half-open ranges, sorted for binary search. They may overlap.
struct RangeMap: Sendable {
  struct Element: Sendable {
    let low: UInt64
    let high: UInt64
    let value: UInt32

    func isBefore(_ other: Element) -> Bool {
      low != other.low ? low < other.low : high != other.high ? high > other.high : value < other.value
    }
  }

  /// The ranges, ascending.
  let elements: [Element]
  /// Where ranges overlap, which is the exception, the elements are read as a balanced tree: each span of them has its
  /// middle one as its root, and here stands at the root's place the highest end in the span.
  private let reach: [UInt64]

  /// The map of `unsorted`, in which empty ranges have no place.
  init(_ unsorted: [Element]) {
    var sorted = unsorted
    // Units and linkers mostly write in order of address, and looking is far cheaper than sorting.
    var isSorted = true
    var index = 1
    while index < sorted.count, isSorted {
      isSorted = !sorted[index].isBefore(sorted[index - 1])
      index += 1
    }
    if !isSorted { sorted.sort { $0.isBefore($1) } }
    elements = sorted
    var highest: UInt64 = 0
    var overlap = false
    for element in sorted {
      overlap = overlap || element.low < highest
      highest = max(highest, element.high)
    }
    guard overlap else {
      reach = []
      return
    }
    var ends = [UInt64](repeating: 0, count: sorted.count)
    _ = Self.measure(sorted, 0..<sorted.count, &ends)
    reach = ends
  }

  private static func measure(_ elements: [Element], _ span: Range<Int>, _ ends: inout [UInt64]) -> UInt64 {
    guard !span.isEmpty else { return 0 }
    let middle = (span.lowerBound + span.upperBound) / 2
    let left = measure(elements, span.lowerBound..<middle, &ends)
    let right = measure(elements, middle + 1..<span.upperBound, &ends)
    ends[middle] = max(elements[middle].high, left, right)
    return ends[middle]
  }

  /// The one element that holds `address`, where none overlap.
  private func only(containing address: UInt64) -> Element? {
    var low = 0
    var high = elements.count
    while low < high {
      let middle = (low + high) / 2
      if elements[middle].low <= address { low = middle + 1 } else { high = middle }
    }
    return low > 0 && elements[low - 1].high > address ? elements[low - 1] : nil
  }

  /// Appends the elements of `span` that hold `address` to `found`, those that start last first; up to `limit`.
  private func collect(_ address: UInt64, _ span: Range<Int>, limit: Int, to found: inout [Element]) {
    guard !span.isEmpty else { return }
    let middle = (span.lowerBound + span.upperBound) / 2
    guard reach[middle] > address else { return }
    if elements[middle].low <= address {
      collect(address, middle + 1..<span.upperBound, limit: limit, to: &found)
      guard found.count < limit else { return }
      if elements[middle].high > address { found.append(elements[middle]) }
    }
    guard found.count < limit else { return }
    collect(address, span.lowerBound..<middle, limit: limit, to: &found)
  }

  /// The elements that hold `address`, where some overlap, those that start last first.
  ///
  /// No more than sixteen: more at one address are garbage.
  private func holding(_ address: UInt64) -> [Element] {
    var found: [Element] = []
    collect(address, 0..<elements.count, limit: 16, to: &found)
    return found
  }

  /// What the ranges around `address` belong to, each once: what starts last first, and of what starts together that
  /// with the least number.
  func all(containing address: UInt64) -> [UInt32] {
    if reach.isEmpty { return only(containing: address).map { [$0.value] } ?? [] }
    let found = holding(address).sorted { $0.low != $1.low ? $0.low > $1.low : $0.value < $1.value }
    var values: [UInt32] = []
    for element in found where !values.contains(element.value) { values.append(element.value) }
    return values
  }

  /// What the narrowest range around `address` belongs to; of equal ranges the one with the least number.
  func narrowest(containing address: UInt64) -> UInt32? {
    if reach.isEmpty { return only(containing: address)?.value }
    let least = holding(address).min {
      let (left, right) = ($0.high - $0.low, $1.high - $1.low)
      return left != right ? left < right : $0.value < $1.value
    }
    return least?.value
  }
}
