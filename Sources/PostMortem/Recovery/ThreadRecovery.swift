import ByteCursor
import CoreDumpFormat
import WasmBinary
import WasmInterp

/// The state of a thread's frames as far as the dump and the code let it be known: locals, operands, globals and the
/// stack pointer of each frame, whether or not what wrote the dump recorded them.
///
/// Each frame's code gives a graph of expressions (`PointGraph`). What is recorded is put in: memory, the globals,
/// what locals there are. Each frame works out what follows, forwards and backwards, and hands over to its neighbours:
/// what a caller had on its operand stack is what its callee was given. First with what is proved alone, until
/// nothing new comes of it; then with memory that may have changed since, where proved facts overrule what was assumed.
struct ThreadRecovery {
  private(set) var frames: [FrameKnowledge?]
  private(set) var causes = Causes()
  private(set) var links: [Link?]
  /// What was taken in as an assumption.
  private var assumptions: [(frame: Int, node: PointGraph.Index, known: Known)] = []
  private let stackLinks: [Int?]

  /// How a frame was called by the next older one.
  struct Link {
    /// The argument's node in the caller for each parameter.
    var arguments: [PointGraph.Index]
    /// The operand that an indirect call takes its function's number from.
    var index: PointGraph.Index?
    /// What passing rests on; nil where it is certain.
    var assumption: String?
    /// Whether globals other than the stack pointer are what they were at the call.
    var keepsGlobals: Bool
  }

  /// The frames that were left out because what is proved of them contradicts itself.
  let leftOut: Set<Int>

  /// - Parameters:
  ///   - frames: the thread's frames, youngest first; nil for one that cannot be analysed.
  ///   - leftOut: frames of which nothing is to be trusted.
  ///   - links: for each frame, how the next older one called it; nil where that is not known.
  ///   - stackLinks: for each frame, the next older one that has the same stack pointer; nil for none.
  init(_ frames: [FrameKnowledge?], without leftOut: Set<Int>, links: [Link?], stackLinks: [Int?]) {
    self.frames = frames.enumerated().map { leftOut.contains($0) ? nil : $1 }
    self.leftOut = leftOut
    self.links = links
    self.stackLinks = stackLinks
  }

  // MARK: Solving

  /// How often what was assumed is thought over, at the most.
  private static let restarts = 8

  /// Takes in what a dump records of a frame: of a node, its bits.
  mutating func record(_ frame: Int, _ node: PointGraph.Index, _ bits: UInt64) {
    frames[frame]?.learn(node, bits, Basis(rank: .recorded, cause: Causes.recorded), causes)
  }

  /// Takes in something that is not recorded as such.
  mutating func learn(_ frame: Int, _ node: PointGraph.Index, _ bits: UInt64, _ rank: Basis.Rank, _ cause: Cause) {
    let basis = Basis(rank: rank, cause: causes.add(cause))
    // Assumptions are forgotten when they are thought over; these are where it starts.
    if rank == .assumed { assumptions.append((frame, node, Known(bits: bits, basis: basis))) }
    frames[frame]?.learn(node, bits, basis, causes)
  }

  /// Weeds out what the youngest frame's trap proves wrong: values that a node does not have.
  mutating func excludeAddresses(of node: PointGraph.Index, _ isExcluded: @escaping (UInt64) -> Bool) {
    frames[0]?.exclude { $0 == node && isExcluded($1) }
  }

  /// An indirect call turns out to lead to the frame, or to another function, which left its place to it.
  mutating func settle(_ frame: Int, isCertain: Bool) {
    if isCertain { links[frame]?.assumption = nil } else { links[frame] = nil }
  }

  /// Works out all that is proved.
  mutating func solveProved() { propagate(assuming: false) }

  /// Works out what holds if memory has not changed; after `solveProved`.
  mutating func solveAssumed() {
    forgetAssumptions()
    var restart = 0
    while true {
      propagate(assuming: true)
      var isOver = true
      for frame in frames.indices where frames[frame]?.needsRestart == true {
        isOver = false
        for access in frames[frame]!.takeRefutations() { frames[access.frame]?.refuted.insert(access.fact) }
      }
      guard !isOver, restart < Self.restarts else { return }
      restart += 1
      forgetAssumptions()
    }
  }

  /// Frames of which proved facts do not fit together.
  var contradictoryFrames: [Int] { frames.indices.filter { frames[$0]?.contradictsItself ?? false } }

  private mutating func forgetAssumptions() {
    for frame in frames.indices { frames[frame]?.forgetAssumptions() }
    for (frame, node, known) in assumptions { frames[frame]?.learn(node, known.bits, known.basis, causes) }
  }

  private mutating func propagate(assuming: Bool) {
    // Outwards and back again; each turn carries news along the whole thread.
    for round in 0..<6 {
      var isNew = false
      for frame in frames.indices {
        if sweep(frame, assuming) { isNew = true }
        if exchange(frame) { isNew = true }
      }
      for frame in frames.indices.reversed() {
        if exchange(frame) { isNew = true }
        if sweep(frame, assuming) { isNew = true }
      }
      if !isNew, round > 0 { return }
    }
  }

  /// Works out one frame.
  private mutating func sweep(_ frame: Int, _ assuming: Bool) -> Bool {
    // Moved out, so that its arrays are changed in place.
    guard var own = frames[frame], !own.isContradictory else { return false }
    frames[frame] = nil
    defer { frames[frame] = own }
    return own.sweep(assuming: assuming, &causes)
  }

  /// Hands over what a frame and its caller know of each other.
  private mutating func exchange(_ frame: Int) -> Bool {
    var isNew = false
    if let older = stackLinks[frame], let pointer = frames[frame]?.entryStackPointer,
      let before = frames[older]?.graph.stackPointer
    {
      if tell(frame, pointer, older, before, Causes.stackPointer, nil) { isNew = true }
    }
    guard let link = links[frame], let callee = frames[frame]?.graph else { return isNew }
    for (parameter, node) in callee.parameters where Int(parameter) < link.arguments.count {
      if tell(frame, node, frame + 1, link.arguments[Int(parameter)], Causes.passed, link.assumption) { isNew = true }
    }
    if link.keepsGlobals, let caller = frames[frame + 1]?.graph {
      for (global, before) in caller.globals {
        guard let node = callee.entryGlobals[global] else { continue }
        if tell(frame, node, frame + 1, before, Causes.passed, link.assumption) { isNew = true }
      }
    }
    return isNew
  }

  /// Lets two nodes that are the same value know of each other.
  private mutating func tell(
    _ callee: Int, _ inner: PointGraph.Index, _ caller: Int, _ outer: PointGraph.Index, _ cause: UInt32,
    _ assumption: String?
  ) -> Bool {
    guard let left = frames[callee]?[inner], let right = frames[caller]?[outer],
      frames[callee]?.isContradictory == false, frames[caller]?.isContradictory == false
    else { return false }
    func handed(_ basis: Basis, _ cause: UInt32) -> Basis {
      if let assumption, basis.rank > .assumed {
        return Basis(rank: .assumed, cause: causes.add(.call(assumption)))
      }
      guard basis.rank > .assumed else { return basis }
      if case .intact = causes[basis.cause] { return Basis(rank: .derived, cause: basis.cause) }
      return Basis(rank: .derived, cause: cause)
    }
    if assumption == nil, min(left.basis.rank, right.basis.rank) >= .derived, left.bits != right.bits {
      // Nothing says which of the two frames is not what it seems.
      frames[callee]!.contradict()
      frames[caller]!.contradict()
      return false
    }
    var isNew = false
    let least: Basis.Rank = assumption == nil ? .derived : .assumed
    if left.isKnown,
      min(left.basis.rank, least) > right.basis.rank
        || (right.isKnown && left.bits != right.bits)
    {
      let basis = handed(left.basis, cause == Causes.passed ? Causes.received : cause)
      if frames[caller]!.learn(outer, left.bits, basis, causes) { isNew = true }
    }
    if right.isKnown, min(right.basis.rank, least) > left.basis.rank {
      if frames[callee]!.learn(inner, right.bits, handed(right.basis, cause), causes) { isNew = true }
    }
    return isNew
  }
}

extension FrameKnowledge {
  /// The node of the stack pointer on entry, of a function that says so: where it is known before the instruction.
  var entryStackPointer: PointGraph.Index? { stackPointerGlobal.flatMap { graph.entryGlobals[$0] } }
}
