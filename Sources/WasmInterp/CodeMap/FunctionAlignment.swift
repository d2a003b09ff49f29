import ByteCursor
import Synchronization
import WasmBinary

/// Finds for each function that the shipped module defines the companion's.
///
/// Two links of the same objects mostly have the same functions in the same order, and then a look at some of them says so.
/// Otherwise functions are found by their names and exports, by hashes of their code that only one function on either side
/// has, next to others that were found, and as what others that were found call.
struct FunctionAlignment {
  /// What was found: functions and globals of the companion by index.
  private(set) var indices: IndexCorrespondence
  /// Whether both modules count their functions alike.
  let isIdentity: Bool

  private let companion: WasmModule
  private let shipped: WasmModule
  private let left: FunctionBodies
  private let right: FunctionBodies
  /// By the functions that each module defines, in order.
  private var partnerOfShipped: [Int?]
  private var partnerOfCompanion: [Int?]
  /// Whether partners are guessed by now; the positions in the shipped module of those that were.
  private var isGuessing = false
  private var guessed: Set<Int> = []

  /// Functions that are looked at to see whether both modules count alike, and bytes.
  private static let samples = 64
  private static let sampledBytes = 64 << 10
  /// How often what is called is looked at anew.
  private static let rounds = 4

  init(companion: WasmModule, shipped: WasmModule) {
    self.companion = companion
    self.shipped = shipped
    left = companion.bodies
    right = shipped.bodies
    indices = IndexCorrespondence(companion: companion, shipped: shipped)
    partnerOfShipped = Array(repeating: nil, count: right.count)
    partnerOfCompanion = Array(repeating: nil, count: left.count)
    isIdentity = Self.countAlike(companion, shipped, indices)
    if !isIdentity { align() }
  }

  /// The position among the companion's bodies of the one for a shipped body.
  func partner(ofShipped position: Int) -> Int? { isIdentity ? position : partnerOfShipped[position] }
  /// The position among the shipped bodies of the one for a companion's.
  func partner(ofCompanion position: Int) -> Int? { isIdentity ? position : partnerOfCompanion[position] }

  /// Whether the partner of a shipped body was guessed by where it stands among others, as several have the same code.
  func isGuessed(_ position: Int) -> Bool { guessed.contains(position) }

  // MARK: Counting alike

  private static func countAlike(_ companion: WasmModule, _ shipped: WasmModule, _ indices: IndexCorrespondence) -> Bool
  {
    let (left, right) = (companion.bodies, shipped.bodies)
    let (leftTypes, rightTypes) = (companion.functionTypeIndices, shipped.functionTypeIndices)
    guard left.count == right.count, leftTypes.count == rightTypes.count,
      companion.globals.map(\.type) == shipped.globals.map(\.type),
      functionImports(companion) == functionImports(shipped),
      zip(leftTypes, rightTypes).allSatisfy({ indices.areTheSame(types: $0, $1) }),
      !namesContradict(companion, shipped)
    else { return false }
    var lockStep = LockStep(indices)
    var trace = FunctionTrace(size: 0, isKept: false)
    var budget = sampledBytes
    var isFirst = true
    let stride = max(left.count / samples, 1)
    for position in Swift.stride(from: 0, to: left.count, by: stride) {
      let body = left[position].contents
      // One at least, however large it is.
      guard body.count <= budget || isFirst else { continue }
      budget -= min(body.count, budget)
      isFirst = false
      do throws(BodyMismatch) {
        try lockStep.compare(companion: body, shipped: right[position].contents, &trace)
      } catch { return false }
    }
    return true
  }

  /// Whether a name, or an export, is of one function in the companion and of another in the shipped module.
  static func namesContradict(_ companion: WasmModule, _ shipped: WasmModule) -> Bool {
    let theirs = exported(companion)
    if exported(shipped).contains(where: { name, function in theirs[name].map { $0 != function } ?? false }) {
      return true
    }
    guard !shipped.names.functions.isEmpty, !companion.names.functions.isEmpty else { return false }
    let names = named(companion)
    return named(shipped).contains { name, function in
      // Several functions may have one name.
      guard let function, let other = names[name] ?? nil else { return false }
      return other != function
    }
  }

  private static func functionImports(_ module: WasmModule) -> [String] {
    module.imports.filter { $0.type.kind == .function }.map { "\($0.module)\u{0}\($0.name)" }
  }

  // MARK: Finding each

  private mutating func align() {
    indices.functions = Array(repeating: IndexCorrespondence.none, count: companion.functionCount)
    if companion.globals.map(\.type) != shipped.globals.map(\.type) {
      indices.globals = Array(repeating: IndexCorrespondence.none, count: companion.globals.count)
    }
    pairImports()
    pairNames()
    let kinds = OpcodeTable.standard.immediates
    let hashes = (left: Self.hashes(left, companion, kinds), right: Self.hashes(right, shipped, kinds))
    pairHashes(hashes.left, hashes.right)
    for _ in 0..<Self.rounds { if !pairCallees(hashes.left, hashes.right) { break } }
    isGuessing = true
    pairNeighbours(hashes.left, hashes.right)
    for _ in 0..<Self.rounds { if !pairCallees(hashes.left, hashes.right) { break } }
    pairGaps(hashes.left, hashes.right)
  }

  /// Makes two defined functions partners, unless one has another already or their types differ.
  private mutating func pair(_ companionPosition: Int, _ shippedPosition: Int) {
    guard left.indices.contains(companionPosition), right.indices.contains(shippedPosition),
      partnerOfCompanion[companionPosition] == nil, partnerOfShipped[shippedPosition] == nil
    else { return }
    let function = left.firstFunction + UInt32(companionPosition)
    let other = right.firstFunction + UInt32(shippedPosition)
    guard haveTheSameType(function, other) else { return }
    partnerOfCompanion[companionPosition] = shippedPosition
    partnerOfShipped[shippedPosition] = companionPosition
    if isGuessing { guessed.insert(shippedPosition) }
    indices.functions?[Int(function)] = other
  }

  private func haveTheSameType(_ companionFunction: UInt32, _ shippedFunction: UInt32) -> Bool {
    let (left, right) = (companion.functionTypeIndices, shipped.functionTypeIndices)
    guard Int(companionFunction) < left.count, Int(shippedFunction) < right.count else { return false }
    return indices.areTheSame(types: left[Int(companionFunction)], right[Int(shippedFunction)])
  }

  private mutating func pairImports() {
    var places: [String: UInt32] = [:]
    for (index, name) in Self.functionImports(shipped).enumerated() where places[name] == nil {
      places[name] = UInt32(index)
    }
    for (index, name) in Self.functionImports(companion).enumerated() {
      if let place = places.removeValue(forKey: name), haveTheSameType(UInt32(index), place) {
        indices.functions?[index] = place
      }
    }
  }

  /// By names and exports that one function on either side has.
  private mutating func pairNames() {
    for (mine, theirs) in [
      (Self.exported(companion), Self.exported(shipped)), (Self.named(companion), Self.named(shipped)),
    ] {
      for (name, function) in mine.sorted(by: { ($0.value ?? 0) < ($1.value ?? 0) }) {
        guard let function, let other = theirs[name] ?? nil, function >= left.firstFunction,
          other >= right.firstFunction
        else { continue }
        pair(Int(function - left.firstFunction), Int(other - right.firstFunction))
      }
    }
  }

  /// Functions by name; nil for a name that several have.
  private static func named(_ module: WasmModule) -> [String: UInt32?] {
    var result: [String: UInt32?] = [:]
    for (index, name) in module.names.functions where !name.isEmpty {
      let text = name.string
      result[text] = result[text] == nil ? .some(index) : .some(nil)
    }
    return result
  }

  private static func exported(_ module: WasmModule) -> [String: UInt32?] {
    var result: [String: UInt32?] = [:]
    for export in module.exports where export.kind == .function { result[export.name] = .some(export.index) }
    return result
  }

  private static func hashes(_ bodies: FunctionBodies, _ module: WasmModule, _ kinds: [ImmediateKind?]) -> [UInt64?] {
    let chunk = 256
    let result = Mutex([UInt64?](repeating: nil, count: bodies.count))
    Parallel.forEach(Array(stride(from: 0, to: bodies.count, by: chunk)), size: { -$0 }) { start in
      let range = start..<min(start + chunk, bodies.count)
      let hashes = range.map { BodyHash.of(bodies[$0].contents, kinds) }
      result.withLock { for (position, hash) in zip(range, hashes) { $0[position] = hash } }
    }
    return result.withLock { $0 }
  }

  private mutating func pairHashes(_ mine: [UInt64?], _ theirs: [UInt64?]) {
    /// The one free position with a hash; nil where there are several.
    func unique(_ hashes: [UInt64?], _ partners: [Int?]) -> [UInt64: Int?] {
      var result: [UInt64: Int?] = [:]
      for (position, hash) in hashes.enumerated() {
        guard let hash, partners[position] == nil else { continue }
        result[hash] = result[hash] == nil ? .some(position) : .some(nil)
      }
      return result
    }
    let others = unique(theirs, partnerOfShipped)
    for (hash, position) in unique(mine, partnerOfCompanion) {
      if let position, let other = others[hash] ?? nil { pair(position, other) }
    }
  }

  /// Codes, by hash, that as many functions have on either side: of others one link has left some out, and which of them
  /// is left nobody knows.
  private static func balanced(_ mine: [UInt64?], _ theirs: [UInt64?]) -> Set<UInt64> {
    var counts: [UInt64: Int] = [:]
    for case let hash? in mine { counts[hash, default: 0] += 1 }
    for case let hash? in theirs { counts[hash, default: 0] -= 1 }
    return Set(counts.lazy.filter { $0.value == 0 }.map(\.key))
  }

  /// Of functions with the same code those that stand next to functions that were found.
  private mutating func pairNeighbours(_ mine: [UInt64?], _ theirs: [UInt64?]) {
    let balanced = Self.balanced(mine, theirs)
    func step(from position: Int, by step: Int) {
      let next = position + step
      guard left.indices.contains(next), let other = partnerOfCompanion[position],
        right.indices.contains(other + step), let hash = mine[next], hash == theirs[other + step],
        balanced.contains(hash)
      else { return }
      pair(next, other + step)
    }
    for position in left.indices { step(from: position, by: 1) }
    for position in left.indices.reversed() { step(from: position, by: -1) }
  }

  /// What functions that were found call at the same places. Whether there was anything new.
  private mutating func pairCallees(_ mine: [UInt64?], _ theirs: [UInt64?]) -> Bool {
    var isTaken = [Bool](repeating: false, count: shipped.functionCount)
    for target in indices.functions ?? [] where Int(target) < isTaken.count { isTaken[Int(target)] = true }
    var lockStep = LockStep(IndexVotes(indices, isTaken: isTaken))
    var trace = FunctionTrace(size: 0, isKept: false)
    for position in left.indices {
      guard let partner = partnerOfCompanion[position], let hash = mine[position], hash == theirs[partner] else {
        continue
      }
      do throws(BodyMismatch) {
        try lockStep.compare(companion: left[position].contents, shipped: right[partner].contents, &trace)
      } catch { continue }
    }
    for (global, other) in lockStep.relation.agreedGlobals where Int(other) < shipped.globals.count {
      if companion.globals[Int(global)].type == shipped.globals[Int(other)].type {
        indices.globals?[Int(global)] = other
      }
    }
    let before = partnerOfShipped.count { $0 != nil }
    for (function, other) in lockStep.relation.agreedFunctions {
      guard function >= left.firstFunction, other >= right.firstFunction else { continue }
      pair(Int(function - left.firstFunction), Int(other - right.firstFunction))
    }
    return partnerOfShipped.count { $0 != nil } > before
  }

  /// As many functions on either side between two that were found are taken for each other: their code decides.
  private mutating func pairGaps(_ mine: [UInt64?], _ theirs: [UInt64?]) {
    let balanced = Self.balanced(mine, theirs)
    var position = 0
    while position < left.count {
      guard partnerOfCompanion[position] == nil else {
        position += 1
        continue
      }
      var end = position
      while end < left.count, partnerOfCompanion[end] == nil { end += 1 }
      let start = position == 0 ? 0 : partnerOfCompanion[position - 1]! + 1
      let stop = end == left.count ? right.count : partnerOfCompanion[end]!
      if stop - start == end - position, stop > start, (start..<stop).allSatisfy({ partnerOfShipped[$0] == nil }) {
        for offset in 0..<(end - position) {
          if let hash = mine[position + offset], hash == theirs[start + offset], !balanced.contains(hash) { continue }
          pair(position + offset, start + offset)
        }
      }
      position = end
    }
  }
}
