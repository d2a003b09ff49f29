import TestSupport

/// Where the counts of an ordinary run are kept, and how they become a page for people.
enum RecoveryTable {
  static let golden = RecoveryProgram.folder + "/accuracy.txt"
  static let page = Places.root + "/docs/recovery-accuracy.md"

  /// The lines of the golden file by the programs' names.
  static let lines: [String: String] = {
    guard let text = try? Places.bytes(golden).string else { return [:] }
    let lines = text.split(separator: "\n").map(String.init)
    return Dictionary(lines.map { (String($0.prefix { $0 != ":" }), $0) }) { first, _ in first }
  }()

  /// The page: a table in Wasm's terms, one in the user's, of each level and of each program.
  static func page(_ tallies: [(program: RecoveryProgram, tally: RecoveryTally)], points: Int) -> String {
    var levels: [(String, RecoveryTally)] = []
    for level in ["O0", "O1", "O2", "Os"] {
      var sum = RecoveryTally()
      for entry in tallies where entry.program.level == level && entry.program.fuel > 0 { sum += entry.tally }
      levels.append(("-" + level, sum))
    }
    var crashes = RecoveryTally()
    for entry in tallies where entry.program.fuel == 0 { crashes += entry.tally }
    levels.append(("samples and corpus", crashes))
    let rows = tallies.map { ($0.program.name, $0.tally) }
    let moments = tallies.reduce(0) { $0 + $1.tally.moments }
    return """
      # How well values are recovered

      Made by `RecoveryAccuracyTests` (`WASMPM_BLESS=1 WASMPM_RECOVERY_POINTS=\(points)`); an ordinary run of the tests takes
      fewer moments, and compares its counts with `Tests/PostMortemTests/Resources/Recovery/accuracy.txt`.

      Programs run in `wasmpm run` until their fuel is used up, at \(points) random moments each, and to their end, where
      most trap: \(moments) dumps in which everything is recorded. Locals and operand stacks are then taken out
      (`CoreDump.withoutRecordedValues`), recovered, and compared with the recorded ones. The programs are in
      `Tests/PostMortemTests/Resources/Recovery`, the samples in `Samples`, the corpus beside the checkout.

      Each cell: **right and certain** / right but assumed / wrong but assumed / not available, in percent. Wrong and certain
      fails the test. *Live* locals are those that the rest of the function may read. Stack pointers count where the
      truth is known by other means (`StackPointerTruth`).

      ## By level

      \(table(levels))

      ## Live locals that are not known

      A value is known where something in the dump still tells it: memory that was written and not written again, an argument, a
      constant, a branch. At -O1 and above what a loop counts lives in a local alone, and at a random moment in a loop nothing
      else depends on it yet: that is most of what is missing, and no analysis of the dump can bring it back. Callers stand at
      their calls, which pass much of what they hold; the youngest frame, stopped anywhere, has nothing of the kind.

      | | live locals of callers | of youngest frames |
      |---|---:|---:|
      \(levels.map { "| \($0.0) | \(cell($0.1.liveInCallers)) | \(cell($0.1.live.without($0.1.liveInCallers))) |" }
        .joined(separator: "\n"))

      Why those at -O2 are not known:

      | share | reason |
      |---:|---|
      \(reasons(levels.first { $0.0 == "-O2" }?.1.reasons ?? [:]))

      ## By program

      \(table(rows))

      """
  }

  private static func table(_ rows: [(String, RecoveryTally)]) -> String {
    var lines = [
      "| | dumps | frames | locals | live locals | operands | `$sp` | source variables | wrong and certain |",
      "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for (name, tally) in rows {
      let parts = [tally.locals, tally.live, tally.operands, tally.stackPointers, tally.variables]
      lines.append(
        "| \(name) | \(tally.moments) | \(tally.frames) | " + parts.map(cell).joined(separator: " | ")
          + " | \(parts.reduce(0) { $0 + $1.derivedWrong }) |")
    }
    return lines.joined(separator: "\n")
  }

  private static func reasons(_ counts: [String: Int]) -> String {
    let total = max(counts.values.reduce(0, +), 1)
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(8).map { reason, count in
      "| \((count * 1000 / total + 5) / 10) % | \(reason) |"
    }.joined(separator: "\n")
  }

  private static func cell(_ outcomes: RecoveryOutcomes) -> String {
    guard outcomes.total > 0 else { return "" }
    func percent(_ count: Int) -> String {
      let tenths = (count * 2000 / outcomes.total + 1) / 2
      return "\(tenths / 10).\(tenths % 10)"
    }
    return
      "**\(percent(outcomes.derived))** / \(percent(outcomes.assumed)) / \(percent(outcomes.assumedWrong)) / "
      + percent(outcomes.unavailable)
  }
}
