import ByteCursor
import PostMortem
import TestSupport
import Testing

/// What is shown of the variables of optimised programs, against what the programs say that they hold.
@MainActor @Suite struct CarriedTruthTests {
  private static let programs = ["text", "numbers", "records", "objects", "puzzles"]
  private static let levels = ["O1", "O2", "O3", "Os"]
  private static let document = Places.root + "/docs/carried-locations.md"

  /// `docs/carried-locations.md` has the table that comes out; `WASMPM_BLESS=1` writes it anew.
  @Test func theTableIsAsItIsWritten() throws {
    let folder = Places.samples + "/carried/"
    var lines = [
      "| level | values held | shown as the list says | of these wrong | carried besides | of these wrong |",
      "|---|---|---|---|---|---|",
    ]
    var all: [HeldValues.Outcome: Int] = [:]
    for level in Self.levels {
      var counts: [HeldValues.Outcome: Int] = [:]
      for program in Self.programs {
        let held = HeldValues(try Places.bytes(folder + program + ".truth").string)
        #expect(held.points.count > 20, "\(program)")
        var measure = HeldValues.Measure()
        try held.measure(folder + "\(program)-\(level).wasm", into: &measure)
        #expect(measure.differences.filter { $0.hasPrefix("carriedWrong") } == [])
        // Frames that are not shown as they are in the source: calls that were joined, tail recursion.
        #expect(measure.mismatches.count < held.points.count, "\(measure.mismatches)")
        for outcome in measure.outcomes.values { counts[outcome, default: 0] += 1 }
      }
      lines.append(Self.row("-" + level, counts))
      all.merge(counts, uniquingKeysWith: +)
    }
    lines.append(Self.row("all", all))
    let (carried, wrong) = (all[.carried] ?? 0, all[.carriedWrong] ?? 0)
    #expect(carried > 40)
    #expect(wrong * 100 < carried)

    let table = lines.joined(separator: "\n") + "\n"
    let text = try Places.bytes(Self.document).string
    let start = try #require(text.place(of: "| level |"))
    let end = try #require(text[start...].place(of: "\n\n"))
    if Blessing.isOn {
      try Blessing.write(String(text[..<start]) + table + String(text[end...].dropFirst()), to: Self.document)
    } else {
      #expect(text[start..<end] + "\n" == table)
    }
  }

  private static func row(_ name: String, _ counts: [HeldValues.Outcome: Int]) -> String {
    let (plain, plainWrong) = (counts[.plain] ?? 0, counts[.plainWrong] ?? 0)
    let (carried, carriedWrong) = (counts[.carried] ?? 0, counts[.carriedWrong] ?? 0)
    let cells = [counts.values.reduce(0, +), plain + plainWrong, plainWrong, carried + carriedWrong, carriedWrong]
    return "| \(name) | " + cells.map { "\($0)" }.joined(separator: " | ") + " |"
  }
}

extension StringProtocol {
  /// Where a text begins in this one.
  fileprivate func place(of text: String) -> Index? {
    indices.first { self[$0...].hasPrefix(text) }
  }
}
