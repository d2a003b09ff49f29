/// What a build step lost of the debug information: two builds of one program held against each other, units by their
/// names, functions and variables by theirs.
public struct QualityComparison: Sendable {
  /// The earlier build.
  public let before: DebugQuality
  /// The later build.
  public let after: DebugQuality
  /// The units of either, those that lost most first. Units of one name are paired in their order.
  public let units: [UnitPair]
  /// Functions that had lines and have none, those with most code first.
  public let functions: [LostFunction]
  /// Variables of which less of their scope is covered than before, those that lost most first.
  public let variables: [LostVariable]

  /// A unit in both builds, or in one.
  public struct UnitPair: Sendable {
    /// The unit's name.
    public let name: String
    /// What was counted before; nil where the unit is new.
    public let before: QualityCounts?
    /// What is counted now; nil where the unit is gone.
    public let after: QualityCounts?
  }

  /// A function that had lines.
  public struct LostFunction: Sendable {
    /// What became of it.
    public enum Fate: String, Sendable {
      /// The debug information does not know it any more: it was removed, or its description was.
      case gone
      /// It is described, but without a line.
      case withoutLines = "without-lines"
    }
    /// The unit's name.
    public let unit: String
    /// The linker's name where there is one.
    public let name: String
    public let fate: Fate
    /// Bytes of code that belonged to lines.
    public let lineBytes: UInt64
  }

  /// A variable that is known in less of its scope.
  public struct LostVariable: Sendable {
    /// The unit's name.
    public let unit: String
    /// The function's name, the linker's where there is one.
    public let function: String
    public let name: String
    /// How it was covered.
    public let before: VariableCoverage
    /// How it is covered now.
    public let after: VariableCoverage
    /// The part of the scope that is no longer covered, in bytes of the earlier scope.
    public var lostBytes: UInt64 { QualityComparison.lost(before, after) }
  }

  /// Compares two builds, whose functions were read too (`DebugQuality.init(…, withFunctions: true)`).
  public init(before: DebugQuality, after: DebugQuality) {
    self.before = before
    self.after = after
    let pairs = Self.pairs(before.units, after.units)
    var units: [(pair: UnitPair, lost: UInt64)] = []
    var functions: [LostFunction] = []
    var variables: [LostVariable] = []
    for (name, old, new) in pairs {
      let pair = UnitPair(name: name, before: old?.counts, after: new?.counts)
      units.append((pair, Self.lost(old?.counts, new?.counts)))
      guard let old else { continue }
      for (function, quality) in old.functions {
        let now = new?.functions[function]
        if quality.lineBytes > 0, now == nil || now.map({ $0.own > 0 && $0.lineBytes == 0 }) == true {
          functions.append(
            LostFunction(
              unit: name, name: function, fate: now == nil ? .gone : .withoutLines, lineBytes: quality.lineBytes))
        }
        // A function that is gone takes its variables with it; that is said once.
        guard let now else { continue }
        for (variable, coverage) in quality.variables {
          let rest = now.variables[variable] ?? VariableCoverage()
          guard Self.lost(coverage, rest) > 0 else { continue }
          variables.append(
            LostVariable(unit: name, function: function, name: variable, before: coverage, after: rest))
        }
      }
    }
    self.units = units.enumerated().sorted { ($1.element.lost, $0.offset) < ($0.element.lost, $1.offset) }
      .map(\.element.pair)
    self.functions = functions.sorted { ($1.lineBytes, $0.unit, $0.name) < ($0.lineBytes, $1.unit, $1.name) }
    self.variables = variables.sorted {
      ($1.lostBytes, $0.unit, $0.function, $0.name) < ($0.lostBytes, $1.unit, $1.function, $1.name)
    }
  }

  private static func pairs(
    _ before: [UnitQuality], _ after: [UnitQuality]
  ) -> [(name: String, before: UnitQuality?, after: UnitQuality?)] {
    var places: [String: [Int]] = [:]
    for (index, unit) in after.enumerated().reversed() { places[unit.name ?? "", default: []].append(index) }
    var taken: Set<Int> = []
    var result: [(String, UnitQuality?, UnitQuality?)] = []
    for unit in before {
      let name = unit.name ?? ""
      let place = places[name]?.popLast()
      if let place { taken.insert(place) }
      result.append((name, unit, place.map { after[$0] }))
    }
    for (index, unit) in after.enumerated() where !taken.contains(index) { result.append((unit.name ?? "", nil, unit)) }
    return result
  }

  /// The bytes of `before`'s scope that the share covered has fallen by. What has no scope any more is lost as a whole.
  private static func lost(_ before: VariableCoverage, _ after: VariableCoverage) -> UInt64 {
    lost(before.coveredBytes, of: before.allBytes, after.coveredBytes, of: after.allBytes)
  }

  private static func lost(_ before: QualityCounts?, _ after: QualityCounts?) -> UInt64 {
    guard let before else { return 0 }
    let after = after ?? QualityCounts()
    return lost(before.lineBytes, of: before.functionBytes, after.lineBytes, of: after.functionBytes)
      &+ lost(before.parameters, after.parameters) &+ lost(before.locals, after.locals)
  }

  private static func lost(_ part: UInt64, of whole: UInt64, _ laterPart: UInt64, of laterWhole: UInt64) -> UInt64 {
    guard part > 0, whole > 0 else { return 0 }
    let rest = laterWhole > 0 ? Double(laterPart) / Double(laterWhole) : 0
    // Damaged numbers are of any size.
    return UInt64(exactly: ((Double(part) / Double(whole) - rest) * Double(whole)).rounded()) ?? 0
  }
}
