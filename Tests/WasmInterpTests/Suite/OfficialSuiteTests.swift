import TestSupport
import Testing

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Every command of the official test suite beside the checkout, against the committed table. `WASM_SUITE_FILE` picks
/// one file, whose failures are all printed; `WASMPM_BLESS=1` writes the table anew.
@Suite(.enabled(if: SuiteConverter.installed != nil && OfficialSuite.isThere), .serialized)
struct OfficialSuiteTests {
  private static let path = Places.root + "/Tests/WasmInterpTests/OfficialSuite.md"

  @Test func everyCommandOfTheOfficialSuite() throws {
    let converter = try #require(SuiteConverter.installed)
    let only = getenv("WASM_SUITE_FILE").map { String(cString: $0) }
    var rows: [SuiteTable.Row] = []
    for name in OfficialSuite.names where only == nil || only == name {
      guard let file = try? OfficialSuite.file(name, with: converter) else {
        // The lesser converter knows less of the text format.
        #expect(!converter.isComplete, "\(name) could not be converted")
        print("\(name): not converted")
        continue
      }
      let result = try SuiteRunner.run(file)
      #expect(result.count == file.commands.count)
      rows.append(SuiteTable.Row(name, result))
      print("\(name): \(result.passed) passed, \(result.failed) failed, \(result.skippedCount) skipped")
      for failure in result.failures.prefix(only == nil ? 3 : .max) { print("  \(failure.description)") }
      fflush(nil)
    }
    let table = SuiteTable(rows: rows)
    print(table.summary)
    guard only == nil else { return }
    if Blessing.isOn, converter.isComplete {
      try Blessing.write(table.text, to: Self.path)
      return
    }
    let text = try Places.bytes(Self.path).string
    let blessed = SuiteTable.numbers(in: text)
    for row in rows {
      guard let expected = blessed[row.name] else {
        Issue.record("\(row.name) is not in the table: WASMPM_BLESS=1 writes it anew")
        continue
      }
      if converter.isComplete {
        // More is as telling as less: the table has to say what is true.
        #expect(row.numbers == expected, "\(row.name): passed, failed, skipped; WASMPM_BLESS=1 writes the table anew")
      } else {
        #expect(row.numbers[1] <= expected[1], "\(row.name): failed")
      }
    }
    if converter.isComplete {
      #expect(Set(rows.map(\.name)) == Set(blessed.keys))
      // The reasons too, and in whose words modules are refused.
      let isUpToDate = table.text == text
      #expect(isUpToDate, "WASMPM_BLESS=1 writes the table anew")
    }
  }
}
