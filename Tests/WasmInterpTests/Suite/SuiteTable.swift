/// The table of what passes, as it is committed.
struct SuiteTable {
  struct Row {
    let name: String
    let result: SuiteResult

    init(_ name: String, _ result: SuiteResult) {
      self.name = name
      self.result = result
    }

    /// Passed, failed, skipped.
    var numbers: [Int] { [result.passed, result.failed, result.skippedCount] }
    fileprivate var text: String {
      "| \(name) | \(result.passed) | \(result.failed) | \(result.skippedCount) | \(result.reasons) |"
    }
  }

  let rows: [Row]

  private var total: Row { Row("**all**", rows.reduce(into: SuiteResult()) { $0 += $1.result }) }

  /// One line for people.
  var summary: String {
    let total = total.result
    return "all: \(total.passed) passed, \(total.failed) failed, \(total.skippedCount) skipped; "
      + "\(total.refused.count) modules refused, \(total.refused.inSuitesWords) of them in the suite's words"
  }

  /// The file's text.
  var text: String {
    let total = total
    return """
      # The official test suite

      What the interpreter and the validator make of the commands of WebAssembly's official test suite (core 3.0 and
      relaxed SIMD), file by file. `OfficialSuiteTests` runs them all and fails where a number differs;
      `WASMPM_BLESS=1` writes this file anew. Of \(total.result.refused.count) invalid or malformed modules that are
      refused, \(total.result.refused.inSuitesWords) are refused in the suite's words.

      | file | passed | failed | skipped | why |
      |---|--:|--:|--:|---|
      \((rows.sorted { $0.name < $1.name } + [total]).map(\.text).joined(separator: "\n"))

      """
  }

  /// Passed, failed and skipped by file name, as the text of a table says.
  static func numbers(in text: String) -> [String: [Int]] {
    var result: [String: [Int]] = [:]
    for line in text.split(separator: "\n") where line.hasPrefix("| ") {
      let cells = line.split(separator: "|").map { $0.drop { $0 == " " }.prefix { $0 != " " } }
      let numbers = cells.dropFirst().prefix(3).compactMap { Int($0) }
      if numbers.count == 3, let name = cells.first, !name.hasPrefix("**") { result[String(name)] = numbers }
    }
    return result
  }
}
