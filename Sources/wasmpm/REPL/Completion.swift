/// What Tab offers, from the table of commands.
enum Completion {
  /// Names the variables that are in scope. libedit's callbacks take no context, and there is one prompt.
  nonisolated(unsafe) static var variables: () -> [String] = { [] }

  /// The word before the cursor and what it may become. Empty where nothing fits.
  static func candidates(for line: String) -> (word: String, names: [String]) {
    var table = CommandTable.commands
    var words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    let last = words.popLast() ?? ""
    words.removeAll(where: \.isEmpty)
    for word in words {
      guard let command = try? CommandTable.find(word, in: table, after: nil) else { return (last, []) }
      switch command.completer {
      // `help info fr` goes on from the top, whatever stood before it.
      case .commands: table = CommandTable.commands
      case .variables: return variables(beginningWith: last)
      case .none:
        guard !command.subcommands.isEmpty else { return (last, []) }
        table = command.subcommands
      }
    }
    // Nobody wants `bt` besides `backtrace` in a list of everything, but who typed `whe` means `where`.
    let names = table.map(\.name).filter { $0.hasPrefix(last) }
    let aliases = last.isEmpty ? [] : table.flatMap(\.aliases).filter { $0.hasPrefix(last) }
    return (last, (names.isEmpty ? aliases : names).sorted())
  }

  /// The variables whose names go on from the last word of an expression.
  private static func variables(beginningWith text: String) -> (word: String, names: [String]) {
    let start = text.lastIndex { !($0.isLetter || $0.isNumber || $0 == "_") }
    let word = start.map { String(text[text.index(after: $0)...]) } ?? text
    return (word, Set(variables().filter { $0.hasPrefix(word) }).sorted())
  }

  /// The longest beginning that all share.
  static func commonPrefix(_ names: [String]) -> String {
    guard var prefix = names.first else { return "" }
    for name in names {
      while !name.hasPrefix(prefix) { prefix.removeLast() }
    }
    return prefix
  }

  /// `names` in columns of a window `width` wide.
  static func columns(_ names: [String], width: Int) -> String {
    let column = (names.map(\.count).max() ?? 0) + 2
    let perLine = max(1, width / column)
    var text = ""
    for (index, name) in names.enumerated() {
      let endsLine = index % perLine == perLine - 1 || index == names.count - 1
      text += endsLine ? name + "\n" : name.padded(column)
    }
    return text
  }
}
