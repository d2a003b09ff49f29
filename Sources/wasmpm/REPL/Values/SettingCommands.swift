import PostMortem

/// `set`, `show`.
enum SettingCommands {
  /// A setting: a row of what `set print` and `show print` know.
  struct Setting: Sendable {
    let name: String
    let meaning: String
    let read: @Sendable (PrintSettings) -> String
    let write: @Sendable (inout PrintSettings, String) throws(Failure) -> Void
  }

  static let settings: [Setting] = [
    Setting(
      name: "elements", meaning: "elements of an array and characters of a string",
      read: { limit($0.elements) },
      write: { settings, text throws(Failure) in settings.elements = try limit(text) }),
    Setting(
      name: "depth", meaning: "levels of members within members",
      read: { limit($0.depth) }, write: { settings, text throws(Failure) in settings.depth = try limit(text) }),
    Setting(
      name: "repeats", meaning: "equal elements in a row that are shown once",
      read: { limit($0.repeats) }, write: { settings, text throws(Failure) in settings.repeats = try limit(text) }),
    Setting(
      name: "raw", meaning: "library types as their members",
      read: { $0.isRaw ? "on" : "off" }, write: { settings, text throws(Failure) in settings.isRaw = try flag(text) }),
  ]

  private static func limit(_ value: Int?) -> String { value.map { String($0) } ?? "unlimited" }

  private static func limit(_ text: String) throws(Failure) -> Int? {
    if text == "0" || text == "unlimited" { return nil }
    guard let value = Int(text), value > 0 else {
      throw Failure(.usage, "A limit is a number or \"unlimited\", not \"\(text)\".")
    }
    return min(value, PrintSettings.largest)
  }

  private static func flag(_ text: String) throws(Failure) -> Bool {
    switch text {
    case "on", "yes", "1", "": true
    case "off", "no", "0": false
    default: throw Failure(.usage, "\"on\" or \"off\", not \"\(text)\".")
    }
  }

  private static func find(_ name: String) throws(Failure) -> Setting {
    // gdb's name of the depth.
    let name = name == "max-depth" ? "depth" : name
    let matches = settings.filter { $0.name.hasPrefix(name) }
    guard matches.count == 1, !name.isEmpty else {
      let names = settings.map(\.name).joined(separator: ", ")
      throw Failure(.usage, "\"print \(name)\" is no setting: there are \(names).")
    }
    return matches[0]
  }

  static func set(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    let (word, rest) = CommandTable.firstWord(arguments)
    if ["print", "p", "pr"].contains(word) {
      let name = String(rest.prefix { !$0.isWhitespace })
      try find(name).write(&debugger.settings, rest.dropFirst(name.count).trimmed)
      return .done
    }
    let name = arguments.prefix { !$0.isWhitespace }
    if name == carriedLocations {
      debugger.session.carriesLocations = try flag(arguments.dropFirst(name.count).trimmed)
      return .done
    }
    let isVariable = ["variable", "var"].contains(word)
    let expression = isVariable ? rest : arguments
    guard isVariable || expression.hasPrefix("$") else {
      throw Failure(
        .usage, "\"set\" needs \"print SETTING VALUE\", \"\(carriedLocations) on\" or \"$NAME = EXPRESSION\".")
    }
    _ = try debugger.evaluate(expression)
    return .done
  }

  static func show(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    if arguments == carriedLocations {
      showCarriedLocations(debugger)
      return .done
    }
    let (word, rest) = CommandTable.firstWord(arguments)
    switch word {
    case "print", "p", "pr", "":
      for setting in rest.isEmpty ? settings : [try find(rest)] {
        debugger.output.line(
          "print \(setting.name.padded(10))\(setting.read(debugger.settings).padded(11))\(setting.meaning)")
      }
      if word.isEmpty { showCarriedLocations(debugger) }
    case "values": try values(debugger)
    case "convenience", "conv": try convenience(debugger)
    default:
      throw Failure(.usage, "\"show\" knows print, \(carriedLocations), values and convenience, not \"\(word)\".")
    }
    return .done
  }

  /// The name of the setting that is the session's, as it changes what is known and not how it is shown.
  private static let carriedLocations = "carried-locations"

  private static func showCarriedLocations(_ debugger: Debugger) {
    let state = debugger.session.carriesLocations ? "on" : "off"
    debugger.output.line(
      "\(carriedLocations) \(state.padded(11))variables where they were, when their location ended with a block of the code"
    )
  }

  private static func values(_ debugger: Debugger) throws(Failure) {
    let count = debugger.expressions.historyCount
    guard count > 0 else { return debugger.output.line("No values were printed.") }
    let describer = try debugger.describer()
    var printer = debugger.printer
    for number in max(1, count - 9)...count {
      guard let value = debugger.expressions.historyValue(number) else { continue }
      let label = "$\(number) = "
      debugger.output.line(label + printer.text(describer.describe(value), column: label.count))
    }
  }

  private static func convenience(_ debugger: Debugger) throws(Failure) {
    let variables = debugger.expressions.convenience
    guard !variables.isEmpty else { return debugger.output.line("No convenience variables were set.") }
    let describer = try debugger.describer()
    var printer = debugger.printer
    for (name, value) in variables.sorted(by: { $0.key < $1.key }) {
      let label = "$\(name) = "
      debugger.output.line(escaped(label) + printer.text(describer.describe(value), column: label.count))
    }
  }
}
