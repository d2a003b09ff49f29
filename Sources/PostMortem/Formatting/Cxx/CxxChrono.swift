import ByteCursor
import DwarfEval

/// Durations and points in time.
let cxxChronoFormatters: [Formatter] = [
  cxx("chrono::duration") { value throws(Unavailable) in
    guard let duration = try CxxDuration(value) else { return nil }
    return Presentation(summary: try duration.text)
  },
  cxx("chrono::time_point") { value throws(Unavailable) in
    guard let member = value.find("__d_", "__d"), let duration = try CxxDuration(member) else { return nil }
    let clock = value.typeArgument(0)?.simpleName ?? "clock"
    if clock == "system_clock", let date = duration.date { return Presentation(summary: date) }
    return Presentation(summary: "\(try duration.text) since the epoch of \(clock)")
  },
]

/// A number of ticks, each of a fraction of seconds.
private struct CxxDuration {
  private let ticks: Value
  private let numerator: Int128
  private let denominator: Int128

  /// Nil where it is no duration of a known library.
  init?(_ value: Value) throws(Unavailable) {
    guard let ticks = value.find("__rep_", "__r"), let arguments = value.typeArgument(1)?.record?.templateArguments,
      arguments.count == 2
    else { return nil }
    let numbers = arguments.map { argument -> Int128? in
      if case .value(_, _, let constant) = argument { constant?.integer(signed: true) } else { nil }
    }
    guard let numerator = numbers[0], let denominator = numbers[1], numerator > 0, denominator > 0 else { return nil }
    (self.ticks, self.numerator, self.denominator) = (ticks, numerator, denominator)
  }

  /// `1500ms`, as C++20 prints it.
  var text: String {
    get throws(Unavailable) {
      let number =
        if let base = ticks.type?.base { try ScalarText.text(ticks, base, nil) } else { String(try ticks.integer()) }
      return number + unit
    }
  }

  private var unit: String {
    if numerator == 1 {
      let units: [Int128: String] = [1: "s", 1_000: "ms", 1_000_000: "us", 1_000_000_000: "ns"]
      return units[denominator] ?? "[1/\(denominator)]s"
    }
    guard denominator == 1 else { return "[\(numerator)/\(denominator)]s" }
    let units: [Int128: String] = [60: "min", 3_600: "h", 86_400: "d", 604_800: "w"]
    return units[numerator] ?? "[\(numerator)]s"
  }

  /// The time that it is since 1970, UTC, where it is a whole number of ticks of at most a second, or days.
  var date: String? {
    guard ticks.type?.base?.format == .signed || ticks.type?.base?.format == .unsigned,
      let count = try? ticks.integer(), denominator <= 1_000_000_000
    else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: numerator)
    guard !overflow else { return nil }
    let (seconds, fraction) = Self.floor(product, denominator)
    let (days, rest) = Self.floor(seconds, 86_400)
    guard abs(days) < 4_000_000 else { return nil }
    func two(_ number: Int128) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (year, month, day) = Self.civil(days)
    var text = "\(year)-\(two(month))-\(two(day)) \(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))"
    if denominator > 1 {
      var digits = String(fraction * 1_000_000_000 / denominator)
      digits = String(repeating: "0", count: max(0, 9 - digits.count)) + digits
      let kept = denominator <= 1_000 ? 3 : denominator <= 1_000_000 ? 6 : 9
      text += "." + digits.prefix(kept)
    }
    return text + " UTC"
  }

  private static func floor(_ number: Int128, _ divisor: Int128) -> (Int128, Int128) {
    let (quotient, rest) = number.quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
  }

  /// The day of the Gregorian calendar, so many days after 1970-01-01: years are counted from March, in eras of 400 years.
  private static func civil(_ days: Int128) -> (Int128, Int128, Int128) {
    let (era, dayOfEra) = floor(days + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }
}
