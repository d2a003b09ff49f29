import PostMortem
import TestSupport
import Testing

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What is recovered from dumps without recorded values, against dumps of the same moments that have them.
///
/// An ordinary run takes a few moments of each program, always the same, and compares the counts with those that are
/// kept: what gets better or worse shows. `WASMPM_RECOVERY_POINTS=1000` takes so many moments; then only what is certain
/// and wrong counts. `WASMPM_RECOVERY_EXPLAIN=1` prints why live locals are not known. `WASMPM_BLESS=1` keeps the counts, or with more moments writes `docs/recovery-accuracy.md`.
@Suite struct RecoveryAccuracyTests {
  /// How many moments are taken by fuel.
  static let points = getenv("WASMPM_RECOVERY_POINTS").flatMap { Int(String(cString: $0)) }
  static let usualPoints = 5

  /// Takes a program's moments and compares them.
  static func tally(_ program: RecoveryProgram) throws -> RecoveryTally {
    let comparison = try RecoveryComparison(program, file: Places.bytes(program.module))
    if let moment = try RecoveryMoment(program) { comparison.compare(moment) }
    guard program.fuel > 0 else { return comparison.tally }
    var numbers = RepeatableNumbers(program.name)
    for _ in 0..<(points ?? usualPoints) {
      let fuel = UInt64.random(in: 1...program.fuel, using: &numbers)
      if let moment = try RecoveryMoment(program, fuel: fuel) { comparison.compare(moment) }
    }
    return comparison.tally
  }

  static let programs = RecoveryProgram.written + RecoveryProgram.crashes

  @Test func thereArePrograms() {
    #expect(RecoveryProgram.written.count == 66)
    for level in ["O0", "O1", "O2", "Os"] {
      #expect(RecoveryProgram.written.count { $0.level == level } >= 15, "\(level)")
    }
  }

  @Test(.enabled(if: !Blessing.isOn), arguments: programs)
  func whatIsCertainIsRight(_ program: RecoveryProgram) throws {
    let tally = try Self.tally(program)
    for failure in tally.failures { Issue.record("\(failure)") }
    if getenv("WASMPM_RECOVERY_EXPLAIN") != nil {
      for (reason, count) in tally.missing.sorted(by: { $0.value > $1.value }) {
        print("\(program.name): \(count) × \(reason)")
      }
    }
    #expect(tally.moments > 0)
    #expect(tally.frames > 0)
    // Samples and corpus read their arguments, the path of the module among them: where they lie may matter.
    guard Self.points == nil, RecoveryProgram.written.contains(where: { $0.name == program.name }) else { return }
    #expect(RecoveryTable.lines[program.name] == tally.line(program.name))
  }

  /// All in a row, as the files are of all.
  @Test(.enabled(if: Blessing.isOn)) func countsAreKept() throws {
    let tallies = try Self.programs.map { (program: $0, tally: try Self.tally($0)) }
    for (_, tally) in tallies { for failure in tally.failures { Issue.record("\(failure)") } }
    if let points = Self.points {
      try Blessing.write(RecoveryTable.page(tallies, points: points), to: RecoveryTable.page)
    } else {
      // Lines of the corpus are kept with the others: they are compared where it is there.
      let lines = tallies.map { $0.tally.line($0.program.name) }
      try Blessing.write(lines.joined(separator: "\n") + "\n", to: RecoveryTable.golden)
    }
  }
}
