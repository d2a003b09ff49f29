import ByteCursor
import WasmBinary

/// What instructions do to sets of facts.
struct FactEffects {
  /// A set becomes what is kept of it, and what is added.
  struct Effect {
    var kept: [UInt64]
    var added: [UInt64]

    /// Goes on with taking facts away.
    mutating func keep(_ bits: UInt64, word: Int) {
      kept[word] &= bits
      added[word] &= bits
    }
  }

  /// The facts that bits stand for, as in `FactSolver`.
  let words: Int
  private let factWords: Int
  private let sites: FactSites
  private let context: ModuleContext
  private let candidates: FactCandidates
  /// The fact of a load or store, by its offset.
  private var numbers: [UInt32: Int] = [:]
  /// By root: the facts there, and the same by each 16 bytes.
  private var byRoot: [[Int]]
  private var byPlace: [Place: [Int]] = [:]
  private var rootMasks: [[UInt64]?]
  private var own: [UInt64]
  private var others: [UInt64]
  private var byMemory: [UInt32: [UInt64]] = [:]

  private struct Place: Hashable {
    let root: Int32
    let number: UInt64
  }

  init(_ candidates: FactCandidates, _ sites: FactSites, _ context: ModuleContext) {
    self.candidates = candidates
    self.sites = sites
    self.context = context
    let count = candidates.events.count
    factWords = (count + 63) / 64
    words = 2 * factWords + (candidates.conditions.count + 63) / 64
    byRoot = [[Int]](repeating: [], count: sites.rootCount)
    rootMasks = [[UInt64]?](repeating: nil, count: sites.rootCount)
    let nothing = [UInt64](repeating: 0, count: factWords)
    (own, others) = (nothing, nothing)
    for (number, event) in candidates.events.enumerated() {
      let root = Int(event.place.root)
      let (word, bit) = (number / 64, UInt64(1) << UInt64(number % 64))
      numbers[event.at] = number
      byRoot[root].append(number)
      byPlace[Place(root: event.place.root, number: event.place.start >> 4), default: []].append(number)
      if rootMasks[root] == nil { rootMasks[root] = nothing }
      rootMasks[root]?[word] |= bit
      byMemory[event.memory, default: nothing][word] |= bit
      switch event.region {
      case .ownFrame: own[word] |= bit
      case .other: others[word] |= bit
      case .derived: break
      }
    }
  }

  /// The effect of no instruction.
  var none: Effect {
    Effect(kept: [UInt64](repeating: .max, count: words), added: [UInt64](repeating: 0, count: words))
  }

  // MARK: Bits

  /// Where a condition's bit is.
  func position(_ condition: Int) -> (word: Int, bit: UInt64) {
    (2 * factWords + condition / 64, 1 << UInt64(condition % 64))
  }

  func holds(_ number: Int, _ bits: [UInt64]) -> Bool { bits[number / 64] >> UInt64(number % 64) & 1 != 0 }
  func isIntact(_ number: Int, _ bits: [UInt64]) -> Bool {
    bits[factWords + number / 64] >> UInt64(number % 64) & 1 != 0
  }
  func hasCondition(_ number: Int, _ bits: [UInt64]) -> Bool {
    let (word, bit) = position(number)
    return bits[word] & bit != 0
  }

  private func remove(_ number: Int, _ effect: inout Effect) {
    let bit: UInt64 = 1 << UInt64(number % 64)
    effect.keep(~bit, word: number / 64)
    effect.keep(~bit, word: factWords + number / 64)
  }

  // MARK: Blocks

  /// Adds what the instructions of a block do, in their order.
  /// - Parameters:
  ///   - end: the first instruction that is not executed any more.
  ///   - call: one that has begun, if it is a call.
  func apply(_ block: Int, to effect: inout Effect, before end: UInt32 = .max, entering call: UInt32? = nil) {
    for event in sites.events(of: block) {
      if event.at < end {
        apply(event, &effect)
      } else {
        if event.at == call, event.kind == .call { apply(event, &effect) }
        return
      }
    }
  }

  // MARK: Instructions

  private func apply(_ event: MemoryEvent, _ effect: inout Effect) {
    switch event.kind {
    case .load: break
    case .call: call(event, &effect)
    case .store, .write: write(event, &effect)
    }
    guard let number = numbers[event.at] else { return }
    let bit: UInt64 = 1 << UInt64(number % 64)
    effect.added[number / 64] |= bit
    if event.region == .ownFrame || !context.isShared(event.memory) {
      effect.added[factWords + number / 64] |= bit
    }
  }

  private func write(_ event: MemoryEvent, _ effect: inout Effect) {
    let root = Int(event.place.root)
    let same = event.place.width == nil ? nil : rootMasks[root]
    for word in 0..<factWords {
      var intact = same?[word] ?? 0
      switch event.region {
      case .ownFrame: intact |= others[word]
      case .other: intact |= own[word]
      case .derived: break
      }
      effect.keep(intact | elsewhere(event.memory, word), word: factWords + word)
    }
    guard let width = event.place.width else { return }
    if width > 16 {
      for number in byRoot[root] { remove(number, ifIn: event.place, &effect) }
      return
    }
    var previous: UInt64?
    // A place of 16 bytes or less begins in one of these, if it has bytes in common.
    for address in [event.place.start &- 15, event.place.start, event.place.start &+ width &- 1] {
      let number = (address & event.place.mask) >> 4
      guard number != previous else { continue }
      previous = number
      for fact in byPlace[Place(root: event.place.root, number: number)] ?? [] {
        remove(fact, ifIn: event.place, &effect)
      }
    }
  }

  private func remove(_ number: Int, ifIn place: MemoryPlace, _ effect: inout Effect) {
    if candidates.events[number].place.overlaps(place) { remove(number, &effect) }
  }

  /// The facts of a word that are about memories that a write to `memory` cannot be in.
  private func elsewhere(_ memory: UInt32, _ word: Int) -> UInt64 {
    guard byMemory.count > 1 || byMemory[memory] == nil else { return 0 }
    var bits: UInt64 = 0
    for (other, facts) in byMemory where other != memory && context.areDistinct(memory, other) { bits |= facts[word] }
    return bits
  }

  /// What is called writes what it likes, but of the stack only what lies below the stack pointer.
  private func call(_ event: MemoryEvent, _ effect: inout Effect) {
    for word in 0..<factWords {
      var intact: UInt64 = 0
      var rest = own[word]
      while rest != 0, let stackPointer = event.slot {
        let position = rest.trailingZeroBitCount
        rest &= rest - 1
        if candidates.events[word * 64 + position].slot?.isNotBelow(stackPointer) ?? false {
          intact |= 1 << UInt64(position)
        }
      }
      effect.keep(intact, word: factWords + word)
    }
  }
}

extension ModuleContext {
  /// Whether other threads may write a memory at any time.
  func isShared(_ memory: UInt32) -> Bool {
    Int(memory) >= memories.count || memories[Int(memory)].isShared
  }

  /// Whether two memories of different index are not the same one: imports may be.
  func areDistinct(_ first: UInt32, _ second: UInt32) -> Bool {
    first != second && (Int(first) >= importedMemories || Int(second) >= importedMemories)
  }
}
