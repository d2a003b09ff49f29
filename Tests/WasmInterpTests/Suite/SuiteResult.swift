/// What running a file's commands came to.
struct SuiteResult {
  private(set) var passed = 0
  private(set) var failures: [Failure] = []
  /// How many were skipped, by reason.
  private(set) var skipped: [Skip: Int] = [:]
  /// Modules that were refused as they should be, and those of them that were refused in the suite's words.
  private(set) var refused = (count: 0, inSuitesWords: 0)

  struct Failure {
    let line: Int
    /// The command's type.
    let type: String
    let kind: Mismatch
    let detail: String

    var description: String { "line \(line): \(type): \(kind.rawValue): \(detail)" }
  }

  /// Why a command was not run.
  enum Skip: String {
    case textModule = "the module is text, and there is no text parser"
    case annotation = "about the text format's annotations"
    case unknown = "an unknown command"
  }

  /// How a command failed.
  enum Mismatch: String {
    case cannotRun = "an instruction that does not run"
    case wrongResult = "another result"
    case trapped = "a trap"
    case returned = "no trap"
    case otherTrap = "another trap"
    case notInstantiated = "not instantiated"
    case instantiated = "instantiated in spite of its error"
    case refused = "a valid module refused"
    case accepted = "an invalid module accepted"
    case noInstance = "no instance"
    case unreadable = "a command that makes no sense"
  }

  var failed: Int { failures.count }
  var skippedCount: Int { skipped.values.reduce(0, +) }
  /// How many commands there were.
  var count: Int { passed + failed + skippedCount }

  mutating func pass() { passed += 1 }
  mutating func refuse(inSuitesWords: Bool) {
    passed += 1
    refused.count += 1
    if inSuitesWords { refused.inSuitesWords += 1 }
  }
  mutating func skip(_ reason: Skip) { skipped[reason, default: 0] += 1 }
  mutating func fail(_ command: SuiteCommand, _ kind: Mismatch, _ detail: String) {
    failures.append(Failure(line: command.line, type: command.type, kind: kind, detail: detail))
  }

  /// The named reasons of what did not pass, with their numbers: `failed: another result (2); skipped: … (1)`.
  var reasons: String {
    let failed = failures.reduce(into: [:]) { $0["failed: " + $1.kind.rawValue, default: 0] += 1 }
    let skipped = skipped.reduce(into: [:]) { $0["skipped: " + $1.key.rawValue] = $1.value }
    return (failed.sorted { $0.key < $1.key } + skipped.sorted { $0.key < $1.key })
      .map { "\($0.key) (\($0.value))" }.joined(separator: "; ")
  }

  static func += (sum: inout SuiteResult, other: SuiteResult) {
    sum.passed += other.passed
    sum.failures += other.failures
    sum.skipped.merge(other.skipped, uniquingKeysWith: +)
    sum.refused.count += other.refused.count
    sum.refused.inSuitesWords += other.refused.inSuitesWords
  }
}
