import ByteCursor
import DwarfEval

/// Reads where code and variables of a unit are, and counts what is wrong with it.
struct ListReading {
  private let unit: Unit
  private let budget: QualityBudget
  private let limit: Int
  private(set) var damagedLocationLists = 0
  private(set) var damagedRangeLists = 0
  private(set) var deadEntries = 0

  init(_ unit: Unit, budget: QualityBudget, limits: Limits) {
    self.unit = unit
    self.budget = budget
    limit = limits.locationListEntries
  }

  /// Where the code of an entry is.
  enum Code {
    /// It has none, or says nothing of it.
    case none
    /// A linker removed it.
    case dead
    case ranges(RangeSet)
  }

  /// What an entry says of its code.
  mutating func code(_ facts: EntryFacts) -> Code {
    if let list = facts.ranges { return code(in: list) }
    guard let low = facts.low.flatMap({ unit.address($0) }) else { return .none }
    guard !unit.encoding.isTombstone(low) else { return .dead }
    var high: UInt64?
    if let value = facts.high { high = unit.address(value) ?? value.unsignedValue.flatMap { low.sum($0) } }
    return high.flatMap { CodeRange(CodeAddress(low), CodeAddress($0)) }.map { .ranges(RangeSet([$0])) } ?? .none
  }

  private mutating func code(in list: FormValue) -> Code {
    guard !budget.isSpent(.lists) else {
      damagedRangeLists += 1
      return .none
    }
    var found: [CodeRange] = []
    var dead = 0
    do throws(ReadError) {
      guard var reader = try unit.rangeList(list) else { return .none }
      var isWhole = true
      defer { dead = reader.deadEntries }
      while let range = try reader.next() {
        found.append(range)
        isWhole = found.count < limit
        if !isWhole { break }
      }
      if !isWhole || !budget.spend(reader.bytesRead, of: .lists) { damagedRangeLists += 1 }
    } catch {
      damagedRangeLists += 1
    }
    deadEntries += dead
    return found.isEmpty ? dead > 0 ? .dead : .none : .ranges(RangeSet(found))
  }

  /// Where a variable is.
  struct Location {
    /// Whether it is somewhere at some place.
    var isLocated = false
    /// Bytes of its scope in which it is somewhere.
    var covered: UInt64 = 0
    /// Bytes of its scope for which an empty expression says that it is nowhere.
    var nowhere: UInt64 = 0
  }

  /// Where the variable with the location `value` is, in its scope.
  mutating func location(_ value: FormValue, in scope: RangeSet, bytes: UInt64) -> Location {
    if let expression = value.expression {
      return expression.isEmpty
        ? Location(nowhere: bytes) : Location(isLocated: true, covered: bytes)
    }
    guard !budget.isSpent(.lists) else {
      damagedLocationLists += 1
      return Location()
    }
    var located: [CodeRange] = []
    var all: [CodeRange] = []
    var isDefault = false
    var dead = 0
    do throws(ReadError) {
      guard var reader = try unit.locationList(value) else {
        damagedLocationLists += 1
        return Location()
      }
      var isWhole = true
      defer { dead = reader.deadEntries }
      while let entry = try reader.next() {
        guard let range = entry.range else {
          isDefault = isDefault || !entry.expression.isEmpty
          continue
        }
        all.append(range)
        if !entry.expression.isEmpty { located.append(range) }
        isWhole = all.count < limit
        if !isWhole { break }
      }
      if !isWhole || !budget.spend(reader.bytesRead, of: .lists) { damagedLocationLists += 1 }
    } catch {
      damagedLocationLists += 1
    }
    deadEntries += dead
    if isDefault { return Location(isLocated: true, covered: bytes) }
    let covered = located.isEmpty ? 0 : RangeSet(located).overlap(scope)
    let nowhere = all.count == located.count ? 0 : RangeSet(all).overlap(scope) &- covered
    return Location(isLocated: !located.isEmpty, covered: covered, nowhere: nowhere)
  }
}

extension UInt64 {
  /// The sum, unless it leaves 64 bits.
  fileprivate func sum(_ other: UInt64) -> UInt64? {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? nil : sum
  }
}
