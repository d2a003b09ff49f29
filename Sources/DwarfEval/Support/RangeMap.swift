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
  /// The highest end of the elements up to each; empty where none overlap, which is the rule.
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
    var ends: [UInt64] = []
    ends.reserveCapacity(sorted.count)
    highest = 0
    for element in sorted {
      highest = max(highest, element.high)
      ends.append(highest)
    }
    reach = ends
  }

  /// The index of the last element that starts at `address` or before it.
  private func last(startingBy address: UInt64) -> Int? {
    var low = 0
    var high = elements.count
    while low < high {
      let middle = (low + high) / 2
      if elements[middle].low <= address { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? low - 1 : nil
  }

  /// What the narrowest range around `address` belongs to.
  func narrowest(containing address: UInt64) -> UInt32? {
    guard let last = last(startingBy: address) else { return nil }
    guard !reach.isEmpty else { return elements[last].high > address ? elements[last].value : nil }
    var best: Element?
    var index = last
    while index >= 0, reach[index] > address {
      let element = elements[index]
      if element.high > address {
        // Of equal ranges the one that was numbered first.
        let width = element.high - element.low
        if let known = best {
          let knownWidth = known.high - known.low
          if width < knownWidth || (width == knownWidth && element.value < known.value) { best = element }
        } else {
          best = element
        }
      }
      index -= 1
    }
    return best?.value
  }

  /// All that hold `address`, the narrowest range first, each once; at most `limit`.
  func all(containing address: UInt64, limit: Int) -> [UInt32] {
    guard let last = last(startingBy: address) else { return [] }
    guard !reach.isEmpty else { return elements[last].high > address ? [elements[last].value] : [] }
    var found: [Element] = []
    var index = last
    while index >= 0, reach[index] > address, found.count < limit {
      if elements[index].high > address { found.append(elements[index]) }
      index -= 1
    }
    found.sort {
      let (left, right) = ($0.high - $0.low, $1.high - $1.low)
      return left != right ? left < right : $0.value < $1.value
    }
    var values: [UInt32] = []
    for element in found where !values.contains(element.value) { values.append(element.value) }
    return values
  }
}
