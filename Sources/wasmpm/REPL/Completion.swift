/// What Tab offers, from the table of commands.
enum Completion {
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
