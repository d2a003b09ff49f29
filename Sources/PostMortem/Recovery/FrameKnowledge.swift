import ByteCursor
import CoreDumpFormat
import WasmInterp

/// What is known of one frame: the values of its graph's nodes, worked out forwards and backwards until nothing new
/// comes of it.
struct FrameKnowledge {
  typealias Index = PointGraph.Index

  let graph: PointGraph
  /// The frame's number in its thread, youngest first.
  let physical: Int
  /// The global that is the stack pointer; nil for none.
  let stackPointerGlobal: UInt32?
  /// Whether other threads may have written memory meanwhile.
  let isShared: Bool
  /// Reads the bytes of a memory, the first being the least significant; nil where they are not known.
  let read: (_ memory: UInt32, _ address: UInt64, _ count: Int) -> UInt64?
  /// Whether these bytes are part of what the program cannot change, and are as the module has them.
  let isConstantData: (_ memory: UInt32, _ address: UInt64, _ count: Int) -> Bool
  /// How many pages a memory has in the dump, and whether it always had as many.
  let memoryPages: (_ memory: UInt32) -> (pages: UInt64, isFixed: Bool)?
  private(set) var known: [Known]
  /// What recorded facts speak against, or two assumptions disagree about: nodes that stay unknown.
  private(set) var isBlocked: [Bool]
  /// Facts about memory that recorded facts speak against.
  var refuted: Set<Int> = []
  /// Whether proved facts contradict each other: then nothing of the frame is to be trusted.
  private(set) var isContradictory = false
  /// Whether something has become known since the last sweep.
  private var isDirty = true
  /// Whether the set of assumptions has to be thought over: one was refuted, or two disagree.
  var needsRestart = false
  /// Weeds out values that a node cannot have: the address of an access that was out of bounds.
  private var excludes: ((Index, UInt64) -> Bool)?

  init(
    _ graph: PointGraph, physical: Int, stackPointerGlobal: UInt32?, isShared: Bool,
    read: @escaping (UInt32, UInt64, Int) -> UInt64?, isConstantData: @escaping (UInt32, UInt64, Int) -> Bool,
    memoryPages: @escaping (UInt32) -> (pages: UInt64, isFixed: Bool)?
  ) {
    self.memoryPages = memoryPages
    self.graph = graph
    self.physical = physical
    self.stackPointerGlobal = stackPointerGlobal
    self.isShared = isShared
    self.read = read
    self.isConstantData = isConstantData
    known = [Known](repeating: .nothing, count: graph.nodes.count)
    isBlocked = [Bool](repeating: false, count: graph.nodes.count)
    for (index, node) in graph.nodes.enumerated() {
      guard case .constant(let bits) = node else { continue }
      known[index] = Known(bits: bits, basis: Basis(rank: .recorded, cause: Causes.code))
    }
  }

  subscript(index: Index) -> Known { known[Int(index)] }

  /// Forgets all assumptions, but not what is blocked.
  mutating func forgetAssumptions() {
    for index in known.indices where known[index].basis.rank == .assumed { known[index] = .nothing }
    needsRestart = false
    isDirty = true
  }

  // MARK: Learning

  /// Takes note of a node's bits.
  /// - Returns: whether that is news.
  @discardableResult
  mutating func learn(_ index: Index, _ bits: UInt64, _ basis: Basis, _ causes: Causes) -> Bool {
    let position = Int(index)
    guard !isBlocked[position], basis.rank != .nothing else { return false }
    if let excludes, excludes(index, bits) {
      if basis.rank == .assumed { refute(basis, causes) } else { isContradictory = true }
      return false
    }
    let old = known[position]
    guard old.isKnown else {
      known[position] = Known(bits: bits, basis: basis)
      isDirty = true
      return true
    }
    if old.bits == bits {
      guard old.basis.rank < basis.rank else { return false }
      known[position].basis = basis
      isDirty = true
      return true
    }
    switch (old.basis.rank, basis.rank) {
    case (.assumed, .assumed):
      // One of them is wrong, and nothing says which.
      isBlocked[position] = true
      known[position] = .nothing
      needsRestart = true
    case (.assumed, _):
      refute(old.basis, causes)
      known[position] = Known(bits: bits, basis: basis)
      needsRestart = true
      isDirty = true
      return true
    case (_, .assumed): refute(basis, causes)
    default: isContradictory = true
    }
    return false
  }

  /// Takes note of values that nodes do not have, before anything is worked out.
  mutating func exclude(_ isExcluded: @escaping (Index, UInt64) -> Bool) {
    excludes = isExcluded
    for index in known.indices where known[index].isKnown && isExcluded(Index(index), known[index].bits) {
      isContradictory = true
    }
  }

  /// Takes note that what is proved of the frame does not fit to what is proved of another.
  mutating func contradict() { isContradictory = true }

  /// Puts away an assumption that led to something wrong.
  private mutating func refute(_ basis: Basis, _ causes: Causes) {
    guard case .unchanged(let access, _, _) = causes[basis.cause] else { return }
    refutations.append(access)
    needsRestart = true
  }
  private(set) var refutations: [RememberedAccess] = []

  mutating func takeRefutations() -> [RememberedAccess] {
    defer { refutations = [] }
    return refutations
  }

  /// Whether what is proved does not fit together: a result its operands, memory what was written there.
  var contradictsItself: Bool {
    func proved(_ index: Index) -> UInt64? {
      known[Int(index)].basis.rank >= .derived ? known[Int(index)].bits : nil
    }
    if isContradictory { return true }
    for index in graph.nodes.indices {
      guard let bits = proved(Index(index)), let computed = graph.evaluate(index, known: proved) else { continue }
      if computed != bits { return true }
    }
    for fact in graph.memoryFacts where fact.access.isLoad && fact.isIntact && !isShared {
      guard let operand = proved(fact.address), let value = proved(fact.value),
        let address = fact.access.address(operand),
        let bytes = read(fact.access.memory, address, fact.access.byteCount)
      else { continue }
      if fact.access.loaded(bytes) != value { return true }
    }
    return false
  }

  // MARK: Working out

  /// Works out what follows from what is known.
  /// - Parameter assuming: whether memory that may have changed counts.
  /// - Returns: whether anything new came of it.
  mutating func sweep(assuming: Bool, _ causes: inout Causes) -> Bool {
    var isNew = false
    var rounds = 0
    while isDirty, !isContradictory, rounds < 16 {
      isDirty = false
      rounds += 1
      forward(&causes)
      joins(&causes)
      memory(assuming, &causes)
      if rounds == 1 { memorySizes(assuming, &causes) }
      if rounds == 1 { conditions(causes) }
      backward(&causes)
      if isDirty { isNew = true }
    }
    return isNew
  }

  private mutating func forward(_ causes: inout Causes) {
    for index in graph.nodes.indices where known[index].basis.rank < .derived {
      guard let bits = graph.evaluate(index, known: { known[Int($0)].isKnown ? known[Int($0)].bits : nil }),
        let basis = basis(of: index, &causes), basis.rank > known[index].basis.rank
      else { continue }
      learn(Index(index), bits, basis, causes)
    }
  }

  /// What a computed node rests on.
  private func basis(of index: Int, _ causes: inout Causes) -> Basis? {
    switch graph.nodes[index] {
    case .constant, .parameter, .entryGlobal, .opaque: return nil
    case .stackPointer(let base, _), .aligned(let base, _, _, _):
      return Basis(rank: min(known[Int(base)].basis.rank, .derived), cause: known[Int(base)].basis.cause)
    case .operation(_, let first, let second, let third):
      if let third, let second {
        let chosen = known[Int(third)].bits & 0xffff_ffff != 0 ? first : second
        return causes.joined(known[Int(third)].basis, known[Int(chosen)].basis)
      }
      guard let second else {
        return Basis(rank: min(known[Int(first)].basis.rank, .derived), cause: known[Int(first)].basis.cause)
      }
      return causes.joined(known[Int(first)].basis, known[Int(second)].basis)
    }
  }

  private mutating func backward(_ causes: inout Causes) {
    for index in graph.nodes.indices.reversed() where known[index].isKnown {
      guard case .operation(_, let first, let second, let third) = graph.nodes[index] else {
        if case .stackPointer(let base, _) = graph.nodes[index], known[Int(base)].basis.rank < known[index].basis.rank {
          for (node, bits) in graph.implied(by: index, bits: known[index].bits, known: { _ in nil }) {
            learn(
              node, bits, Basis(rank: min(known[index].basis.rank, .derived), cause: known[index].basis.cause), causes)
          }
        }
        continue
      }
      let operands = [first, second, third].compactMap(\.self)
      guard operands.contains(where: { known[Int($0)].basis.rank < min(known[index].basis.rank, .derived) }) else {
        continue
      }
      let found = graph.implied(
        by: index, bits: known[index].bits, known: { known[Int($0)].isKnown ? known[Int($0)].bits : nil })
      for (node, bits) in found {
        var basis = Basis(rank: min(known[index].basis.rank, .derived), cause: known[index].basis.cause)
        for other in operands where other != node && known[Int(other)].isKnown {
          basis = causes.joined(basis, known[Int(other)].basis)
        }
        guard basis.rank > known[Int(node)].basis.rank else { continue }
        learn(node, bits, basis, causes)
      }
    }
  }

  private mutating func conditions(_ causes: Causes) {
    let basis = Basis(rank: .derived, cause: Causes.condition)
    for condition in graph.conditions {
      switch condition.test {
      case .isZero: learn(condition.value, 0, basis, causes)
      case .isNotZero:
        if graph.widths[Int(condition.value)] == 1 { learn(condition.value, 1, basis, causes) }
      case .equals(let number): learn(condition.value, UInt64(number), basis, causes)
      }
    }
  }

  // MARK: Ways

  /// What a value is that depends on the way that the program took, where all ways but one are known not to have been.
  private mutating func joins(_ causes: inout Causes) {
    for join in graph.joins {
      var basis = Basis(rank: .derived, cause: Causes.condition)
      var possible: PointGraph.Index?
      var count = 0
      for input in join.inputs {
        if let against = input.tests.first(where: {
          known[Int($0.value)].isKnown && !$0.holds(known[Int($0.value)].bits)
        }) {
          basis = causes.joined(basis, known[Int(against.value)].basis)
        } else {
          possible = input.value
          count += 1
        }
      }
      guard count == 1, let possible else { continue }
      let (inner, outer) = (known[Int(possible)], known[Int(join.node)])
      if inner.isKnown {
        let joined = causes.joined(basis, inner.basis)
        if joined.rank > outer.basis.rank { learn(join.node, inner.bits, joined, causes) }
      } else if outer.isKnown {
        learn(possible, outer.bits, causes.joined(basis, outer.basis), causes)
      }
    }
  }

  private mutating func memorySizes(_ assuming: Bool, _ causes: inout Causes) {
    for size in graph.memorySizes where !known[Int(size.node)].isKnown {
      guard let (pages, isFixed) = memoryPages(size.memory) else { continue }
      let isCertain = isFixed || size.isCurrent && !isShared
      guard isCertain || assuming else { continue }
      learn(
        size.node, pages,
        Basis(rank: isCertain ? .derived : .assumed, cause: causes.add(isCertain ? .memorySize : .memoryNotGrown)),
        causes)
    }
  }

  // MARK: Memory

  private mutating func memory(_ assuming: Bool, _ causes: inout Causes) {
    for (number, fact) in graph.memoryFacts.enumerated()
    where !refuted.contains(number) && !isBlocked[Int(fact.value)] {
      let place = known[Int(fact.address)]
      guard place.isKnown, known[Int(fact.value)].basis.rank < .derived,
        let address = fact.access.address(place.bits)
      else { continue }
      let count = fact.access.byteCount
      let isIntact = fact.isIntact && !isShared
      let isConstant = !isIntact && fact.access.isLoad && isConstantData(fact.access.memory, address, count)
      guard isIntact || isConstant || assuming else { continue }
      // A store of fewer bits than the operand may have tells no more than these.
      guard fact.access.isLoad || fact.access.storesAll(of: graph.widths[Int(fact.value)]) else { continue }
      let rank: Basis.Rank = isIntact || isConstant ? min(place.basis.rank, .derived) : .assumed
      guard rank > known[Int(fact.value)].basis.rank || rank == .assumed,
        let bytes = read(fact.access.memory, address, count)
      else { continue }
      let bits = fact.access.loaded(bytes)
      if known[Int(fact.value)].isKnown, known[Int(fact.value)].bits == bits, rank == .assumed { continue }
      let cause: UInt32
      if rank == .assumed, place.basis.rank > .assumed {
        cause = causes.add(.unchanged(RememberedAccess(frame: physical, fact: number), address, fact.at))
      } else if rank == .assumed {
        cause = causes.several(place.basis.cause)
      } else {
        cause = causes.add(isIntact ? .intact(address, fact.at) : .constantData(address, fact.at))
      }
      learn(fact.value, bits, Basis(rank: rank, cause: cause), causes)
    }
  }
}

extension PointGraph.Condition {
  /// Whether the condition can hold where its value has these bits.
  fileprivate func holds(_ bits: UInt64) -> Bool {
    switch test {
    case .isZero: bits & 0xffff_ffff == 0
    case .isNotZero: bits & 0xffff_ffff != 0
    case .equals(let number): bits & 0xffff_ffff == UInt64(number)
    }
  }
}

extension NumericAccess {
  /// Whether a store writes all bits that its operand can have.
  fileprivate func storesAll(of width: UInt8) -> Bool {
    byteCount == 8 || Int(resultBits) == byteCount * 8 || Int(width) <= byteCount * 8
  }
}
