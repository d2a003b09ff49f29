import ByteCursor

/// The subprograms of one unit that have code, found in one pass over its entries.
struct FunctionTable: Sendable {
  /// Where each function's entry starts in the unit, ascending.
  let offsets: [UInt32]
  private let map: RangeMap

  /// The functions' ranges, ascending, with the functions' numbers.
  var ranges: [RangeMap.Element] { map.elements }

  /// Reads the entries of `unit`; what cannot be read is missing and noted.
  init(_ unit: Unit) {
    var scan = Scan(unit)
    scan.run()
    offsets = scan.offsets
    map = RangeMap(scan.ranges)
  }

  /// The number of the function whose code holds `address`.
  func function(containing address: CodeAddress) -> Int? {
    map.narrowest(containing: address.rawValue).map { Int($0) }
  }

  private struct Scan {
    let unit: Unit
    let codeRanges: CodeRangeReader
    var budget: RangeBudget
    var offsets: [UInt32] = []
    var ranges: [RangeMap.Element] = []
    /// The ranges of one function.
    var found: [CodeRange] = []

    init(_ unit: Unit) {
      self.unit = unit
      codeRanges = unit.codeRanges()
      budget = codeRanges.budget
    }

    mutating func run() {
      guard !unit.header.isTypeUnit, let table = try? unit.abbreviations.get() else { return }
      do throws(ReadError) {
        try walk(table)
      } catch {
        unit.context.log.add(error.within(unit.sectionName), lost: "the functions at the end of a unit")
      }
    }

    private mutating func walk(_ table: AbbreviationTable) throws(ReadError) {
      let origin = unit.header.bytes.start
      var walker = try unit.walker(table)
      while let (start, abbreviation) = try walker.next() {
        guard let abbreviation else { continue }
        if abbreviation.role == .function {
          let code = try CodeAttributes(&walker.cursor, abbreviation, table: table, encoding: unit.encoding)
          add(code, offset: start - origin)
        } else {
          try walker.skipAttributes(of: abbreviation)
        }
      }
    }

    private mutating func add(_ code: CodeAttributes, offset: Int) {
      found.removeAll(keepingCapacity: true)
      do throws(ReadError) {
        try codeRanges.append(code, to: &found, budget: &budget)
      } catch {
        unit.context.log.add(error, lost: "a function's address ranges")
      }
      guard !found.isEmpty, offsets.count < Int(UInt32.max) else { return }
      let number = UInt32(offsets.count)
      offsets.append(UInt32(truncatingIfNeeded: offset))
      for range in found {
        ranges.append(RangeMap.Element(low: range.low.rawValue, high: range.high.rawValue, value: number))
      }
    }
  }
}
