/// The exception handlers of a function by what they cover.
struct HandlerTable {
  /// What a `try_table` covers, and its clauses.
  private struct Region {
    let range: Range<Int>
    let clauses: Range<Int>
    /// The next larger region around this one.
    var parent: Int?
  }
  private let handlers: [Translation.Handler]
  /// In the order of their ends: regions nest, so that inner ones come first.
  private var regions: [Region] = []

  /// - Parameter handlers: the clauses of each `try_table` in a row, in the order of their ends.
  init(_ handlers: [Translation.Handler]) {
    self.handlers = handlers
    var start = 0
    for index in handlers.indices
    where index + 1 == handlers.count || handlers[index + 1].range != handlers[index].range {
      regions.append(Region(range: handlers[index].range, clauses: start..<index + 1, parent: nil))
      start = index + 1
    }
    // Backwards, the regions on the stack are those that are still open.
    var open: [Int] = []
    for index in regions.indices.reversed() {
      while let last = open.last, regions[last].range.lowerBound > regions[index].range.lowerBound { open.removeLast() }
      regions[index].parent = open.last
      open.append(index)
    }
  }

  /// The innermost handler around an internal instruction that catches, by its tag or anything.
  func handler(at index: Int, catching: (UInt32) -> Bool) -> Translation.Handler? {
    // The first region that ends behind the instruction: it, or one around it, is the innermost that covers it.
    var low = 0
    var high = regions.count
    while low < high {
      let middle = low + (high - low) / 2
      if regions[middle].range.upperBound > index { high = middle } else { low = middle + 1 }
    }
    var region = low < regions.count ? low : nil
    while let number = region {
      let current = regions[number]
      if current.range.contains(index),
        let found = handlers[current.clauses].first(where: { $0.tag.map(catching) ?? true })
      {
        return found
      }
      region = current.parent
    }
    return nil
  }
}
