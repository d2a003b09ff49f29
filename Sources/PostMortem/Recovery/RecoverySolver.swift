import WasmInterp

/// The order in which things are worked out.
struct RecoverySolver {
  let builder: RecoveryBuilder
  let knowledge: [FrameKnowledge?]
  let links: [ThreadRecovery.Link?]
  let stackLinks: [Int?]

  /// How often frames that contradict themselves are left out before nothing is trusted any more.
  private static let attempts = 4

  func solve() -> ThreadRecovery {
    // A frame whose proofs contradict each other has told its neighbours things that may be wrong: they are worked out
    // again without it.
    var contradictory: Set<Int> = []
    for _ in 0..<Self.attempts {
      let recovery = solve(without: contradictory)
      let found = recovery.contradictoryFrames
      if found.isEmpty { return recovery }
      contradictory.formUnion(found)
    }
    return ThreadRecovery(knowledge, without: Set(knowledge.indices), links: links, stackLinks: stackLinks)
  }

  private func solve(without contradictory: Set<Int>) -> ThreadRecovery {
    var recovery = seeded(.recorded, without: contradictory)
    let ends = builder.outerEnds(stackLinks)
    if stacksFit(recovery, ends) {
      for end in ends {
        guard let node = recovery.frames[end.frame]?.entryStackPointer, !recovery.frames[end.frame]![node].isKnown
        else { continue }
        recovery.learn(end.frame, node, end.initial, end.isCertain ? .derived : .assumed, .initialStackPointer)
      }
      recovery.solveProved()
    } else {
      recovery = seeded(.assumed, without: contradictory)
    }
    if settleIndirectCalls(&recovery) { recovery.solveProved() }
    recovery.solveAssumed()
    return recovery
  }

  /// What is proved of the frames, and how far the dump's stack pointers are trusted.
  private func seeded(_ stackPointers: Basis.Rank, without contradictory: Set<Int>) -> ThreadRecovery {
    var recovery = ThreadRecovery(knowledge, without: contradictory, links: links, stackLinks: stackLinks)
    builder.seed(&recovery, stackPointers: stackPointers)
    recovery.solveProved()
    return recovery
  }

  /// Whether the stack pointers are in order: each frame's no higher than its caller's, and the oldest frame's where the
  /// stack starts.
  private func stacksFit(_ recovery: ThreadRecovery, _ ends: [(frame: Int, initial: UInt64, isCertain: Bool)]) -> Bool {
    for frame in recovery.frames.indices {
      guard let knowledge = recovery.frames[frame] else { continue }
      guard let entry = knowledge.entryStackPointer.map({ knowledge[$0] }), entry.isKnown,
        let before = knowledge.graph.stackPointer.map({ knowledge[$0] }), before.isKnown
      else { continue }
      // A stack that has grown below address 0 goes on at the other end.
      if Int32(truncatingIfNeeded: entry.bits &- before.bits) < 0 { return false }
    }
    return ends.allSatisfy { end in
      guard let knowledge = recovery.frames[end.frame], let entry = knowledge.entryStackPointer.map({ knowledge[$0] }),
        entry.isKnown
      else { return true }
      return entry.bits == end.initial || !end.isCertain
    }
  }

  private func settleIndirectCalls(_ recovery: inout ThreadRecovery) -> Bool {
    var isNew = false
    var targets: [RecoveryBuilder.IndirectCall: Bool?] = [:]
    for frame in links.indices {
      guard let link = links[frame], link.assumption != nil, let index = link.index,
        let known = recovery.frames[frame + 1]?[index], known.basis.rank >= .derived,
        let call = builder.indirectCall(frame, known.bits)
      else { continue }
      // Each answer looks through the table's segments.
      let leads: Bool?
      if let found = targets[call] {
        leads = found
      } else {
        leads = builder.leadsToCallee(frame, known.bits)
        targets[call] = .some(leads)
      }
      guard let leads else { continue }
      recovery.settle(frame, isCertain: leads)
      isNew = true
    }
    return isNew
  }
}
