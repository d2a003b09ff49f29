import WasmBinary

/// Which entries of the companion's index spaces stand for which of the shipped module's.
struct IndexCorrespondence: IndexRelation, Sendable {
  /// No entry.
  static let none = UInt32.max

  /// The shipped function of each of the companion's, `none` where there is none; nil where both count alike.
  var functions: [UInt32]?
  /// The same of globals.
  var globals: [UInt32]?
  /// Numbers for the companion's and the shipped module's types, alike for types that are; nil where both count alike.
  private let types: (companion: [UInt32], shipped: [UInt32])?

  init(companion: WasmModule, shipped: WasmModule) {
    types = Self.classes(companion.types, shipped.types)
  }

  var isIdentity: Bool { functions == nil && globals == nil && types == nil }

  @inline(__always)
  func allows(_ space: ImmediateSpace, _ companion: UInt32, _ shipped: UInt32) -> Bool {
    switch space {
    case .function: Self.leads(functions, companion, shipped)
    case .global: Self.leads(globals, companion, shipped)
    case .type: areTheSame(types: companion, shipped)
    // Linkers have one table and one memory, and write segments in the order of the objects.
    default: companion == shipped
    }
  }

  @inline(__always)
  private static func leads(_ targets: [UInt32]?, _ companion: UInt32, _ shipped: UInt32) -> Bool {
    guard let targets else { return companion == shipped }
    return Int(companion) < targets.count && targets[Int(companion)] == shipped && shipped != none
  }

  /// Whether two types are alike.
  func areTheSame(types companion: UInt32, _ shipped: UInt32) -> Bool {
    guard let types else { return companion == shipped }
    guard Int(companion) < types.companion.count, Int(shipped) < types.shipped.count else { return false }
    return types.companion[Int(companion)] == types.shipped[Int(shipped)]
  }

  private static func classes(_ companion: [SubType], _ shipped: [SubType]) -> ([UInt32], [UInt32])? {
    if companion == shipped { return nil }
    var numbers: [FunctionType: UInt32] = [:]
    // Types that mention others are alike only where all of the two sections is.
    func number(_ type: SubType, _ index: Int) -> UInt32 {
      guard let function = type.function, !function.mentionsTypes else {
        return .max - UInt32(truncatingIfNeeded: index)
      }
      if let known = numbers[function] { return known }
      let number = UInt32(truncatingIfNeeded: numbers.count)
      numbers[function] = number
      return number
    }
    let left = companion.enumerated().map { number($1, 2 * $0) }
    return (left, shipped.enumerated().map { number($1, 2 * $0 + 1) })
  }
}

extension FunctionType {
  /// Whether it has references to types that the module defines.
  fileprivate var mentionsTypes: Bool {
    (parameters + results).contains {
      if case .defined? = $0.reference?.heapType { true } else { false }
    }
  }
}

/// Finds out which functions and globals stand for which, from code in which all else agrees.
struct IndexVotes: IndexRelation {
  let known: IndexCorrespondence
  /// By shipped function: whether one of the companion's stands for it already.
  let isTaken: [Bool]
  private var functions = Votes()
  private var globals = Votes()

  init(_ known: IndexCorrespondence, isTaken: [Bool]) {
    self.known = known
    self.isTaken = isTaken
  }

  var isIdentity: Bool { known.isIdentity }

  mutating func allows(_ space: ImmediateSpace, _ companion: UInt32, _ shipped: UInt32) -> Bool {
    if known.allows(space, companion, shipped) { return true }
    switch space {
    case .function:
      guard let targets = known.functions, Int(companion) < targets.count,
        targets[Int(companion)] == IndexCorrespondence.none, Int(shipped) < isTaken.count, !isTaken[Int(shipped)]
      else { return false }
      functions.add(companion, shipped)
      return true
    case .global:
      guard let targets = known.globals, Int(companion) < targets.count,
        targets[Int(companion)] == IndexCorrespondence.none
      else { return false }
      globals.add(companion, shipped)
      return true
    default: return false
    }
  }

  /// The functions that nothing speaks against.
  var agreedFunctions: [(companion: UInt32, shipped: UInt32)] { functions.agreed }
  /// The globals that nothing speaks against.
  var agreedGlobals: [(companion: UInt32, shipped: UInt32)] { globals.agreed }

  private struct Votes {
    /// The one partner of an entry, or `none` where there are several.
    private var forward: [UInt32: UInt32] = [:]
    private var backward: [UInt32: UInt32] = [:]

    mutating func add(_ companion: UInt32, _ shipped: UInt32) {
      if forward[companion, default: shipped] != shipped {
        forward[companion] = IndexCorrespondence.none
      } else {
        forward[companion] = shipped
      }
      backward[shipped] = backward[shipped, default: companion] == companion ? companion : IndexCorrespondence.none
    }

    var agreed: [(companion: UInt32, shipped: UInt32)] {
      forward.filter { $0.value != IndexCorrespondence.none && backward[$0.value] == $0.key }
        .map { ($0.key, $0.value) }.sorted { $0.companion < $1.companion }
    }
  }
}
