import ByteCursor

/// Which units claim an address, from what their first entries say alone.
struct AddressIndex: Sendable {
  private let map: RangeMap
  /// Units that say nothing about where their code is; only their functions tell.
  let unclaiming: [UInt32]

  init(_ units: [Unit], context: DwarfContext) {
    var elements: [RangeMap.Element] = []
    var unclaiming: [UInt32] = []
    var budget = RangeBudget(context.sections)
    for unit in units where !unit.header.isTypeUnit {
      let number = UInt32(truncatingIfNeeded: unit.index)
      guard let claims = unit.claims(budget: &budget) else {
        if unit.root.hasChildren || unit.root.isSkeleton { unclaiming.append(number) }
        continue
      }
      for range in claims {
        elements.append(RangeMap.Element(low: range.low.rawValue, high: range.high.rawValue, value: number))
      }
    }
    map = RangeMap(elements)
    self.unclaiming = unclaiming
  }

  /// The units that claim `address`: those whose claim starts last first, and of claims that start together the
  /// first unit's.
  ///
  /// Where two objects define one inline function the linker keeps the first one's code but relocates both ones'
  /// debugging information to it: what the first unit says is true.
  func units(claiming address: CodeAddress) -> [UInt32] { map.all(containing: address.rawValue) }
}
