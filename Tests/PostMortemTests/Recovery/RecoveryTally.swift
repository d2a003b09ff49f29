/// How well things of one kind were recovered.
struct RecoveryOutcomes: Hashable {
  /// Right, and said to be certain.
  var derived = 0
  /// Right, and said to be assumed.
  var assumed = 0
  /// Wrong, but said to be assumed.
  var assumedWrong = 0
  /// Wrong though said to be certain: never.
  var derivedWrong = 0
  /// Not shown.
  var unavailable = 0

  var total: Int { derived + assumed + assumedWrong + derivedWrong + unavailable }

  mutating func count(_ outcome: RecoveryOutcome) {
    switch outcome {
    case .derived: derived += 1
    case .assumed: assumed += 1
    case .assumedWrong: assumedWrong += 1
    case .derivedWrong: derivedWrong += 1
    case .unavailable: unavailable += 1
    }
  }

  static func += (left: inout Self, right: Self) {
    left.derived += right.derived
    left.assumed += right.assumed
    left.assumedWrong += right.assumedWrong
    left.derivedWrong += right.derivedWrong
    left.unavailable += right.unavailable
  }

  /// What is left without a part of them.
  func without(_ part: Self) -> Self {
    var rest = self
    rest.derived -= part.derived
    rest.assumed -= part.assumed
    rest.assumedWrong -= part.assumedWrong
    rest.derivedWrong -= part.derivedWrong
    rest.unavailable -= part.unavailable
    return rest
  }

  /// The counts as the golden file has them.
  var text: String { "\(derived)/\(assumed)/\(assumedWrong)/\(derivedWrong)/\(unavailable)" }
}

/// What became of one thing.
enum RecoveryOutcome { case derived, assumed, assumedWrong, derivedWrong, unavailable }

/// What came of comparing moments of a program with the truth.
struct RecoveryTally: Hashable {
  var moments = 0
  var frames = 0
  /// Every Wasm local of every frame.
  var locals = RecoveryOutcomes()
  /// Those that the rest of the function may still read.
  var live = RecoveryOutcomes()
  /// Those of them that are of frames which wait in a call.
  var liveInCallers = RecoveryOutcomes()
  /// Entries of the operand stacks.
  var operands = RecoveryOutcomes()
  /// The stack pointers of frames of which the truth is known.
  var stackPointers = RecoveryOutcomes()
  /// The variables of the source that the full dump shows.
  var variables = RecoveryOutcomes()
  /// What is certain and wrong, each a sentence.
  var failures: [String] = []
  /// Of live locals that are not known or assumed wrongly, why, with how often.
  var missing: [String: Int] = [:]
  /// The same by the reason alone, without its numbers.
  var reasons: [String: Int] = [:]

  mutating func fail(_ text: String) { if failures.count < 20 { failures.append(text) } }

  static func += (left: inout Self, right: Self) {
    left.moments += right.moments
    left.frames += right.frames
    left.locals += right.locals
    left.live += right.live
    left.liveInCallers += right.liveInCallers
    left.operands += right.operands
    left.stackPointers += right.stackPointers
    left.variables += right.variables
    for failure in right.failures { left.fail(failure) }
    left.missing.merge(right.missing) { $0 + $1 }
    left.reasons.merge(right.reasons) { $0 + $1 }
  }

  /// A line of the golden file.
  func line(_ name: String) -> String {
    """
    \(name): moments \(moments), frames \(frames), locals \(locals.text), live \(live.text), operands \(operands.text), \
    $sp \(stackPointers.text), variables \(variables.text)
    """
  }
}
