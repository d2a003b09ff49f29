import ByteCursor

/// The units of one set of sections: of the linked file, of a split file, or of one unit's part of a package.
final class UnitList: Sendable {
  let context: DwarfContext
  private let unitsMemo = Memo<[Unit]>()
  private let typeUnitsMemo = Memo<Box<[UInt64: Int]>>()

  init(_ context: DwarfContext) { self.context = context }

  /// Those of `.debug_info`, then those of `.debug_types`, in the order in which they stand.
  var units: [Unit] {
    unitsMemo.get {
      let limits = context.limits
      var units: [Unit] = []
      for section in [UnitHeader.Section.info, .types] {
        var reader = UnitHeaderReader(section, in: context.sections)
        while units.count < limits.units, let header = reader.next() {
          units.append(Unit(header, index: units.count, context: context))
        }
        if units.count >= limits.units {
          context.log.add(Diagnostic("the file has more than \(limits.units) units; the others are not read"))
        }
        for problem in reader.problems { context.log.add(problem) }
      }
      return units
    }
  }

  /// The unit of `.debug_info` that holds the entry at `offset`.
  func unit(holding offset: DebugInfoOffset) -> Unit? {
    let units = units
    var low = 0
    var high = units.count
    while low < high {
      let middle = (low + high) / 2
      let header = units[middle].header
      if header.section == .info, header.offset <= offset.rawValue { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return nil }
    let unit = units[low - 1]
    return offset.rawValue - unit.header.offset < UInt64(unit.header.bytes.count) ? unit : nil
  }

  /// The type unit with `signature`.
  func typeUnit(signature: UInt64) -> Unit? {
    let units = units
    let places = typeUnitsMemo.get {
      var places: [UInt64: Int] = [:]
      for unit in units {
        if let signature = unit.header.typeSignature, places[signature] == nil { places[signature] = unit.index }
      }
      return Box(places)
    }
    return places.value[signature].map { units[$0] }
  }
}
