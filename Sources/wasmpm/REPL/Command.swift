import PostMortem

/// One command of the debugger: everything that dispatch, help, completion and the manual need to know of it.
struct Command: Sendable {
  /// What it is typed as.
  let name: String
  /// Other names, which win over abbreviations.
  var aliases: [String] = []
  /// The heading it stands under in `help`.
  var group: Group = .info
  /// Its forms, without the name: `[N]`.
  var syntax: [String] = [""]
  /// One line without a full stop.
  let summary: String
  /// More, where there is more to say: whole lines.
  var details = ""
  /// What Tab offers behind it.
  var completer: Completer = .none
  /// What an empty line does after it.
  var repetition: Repetition = .again
  /// Commands that stand behind its name, as in `info frame`.
  var subcommands: [Command] = []
  /// What it does. The text is what stands behind its name, trimmed.
  var run: @Sendable (Debugger, String) throws(Failure) -> Outcome = { _, _ throws(Failure) in .done }

  /// The headings of `help`, in its order.
  enum Group: String, CaseIterable, Sendable {
    case stack = "Stack"
    case source = "Source"
    case values = "Values"
    case info = "What is known"
    case session = "Session"
  }

  /// What completes an argument.
  enum Completer: Sendable {
    case none
    /// The names of all commands.
    case commands
    /// The names of the variables that are in scope.
    case variables
  }

  /// What an empty line does after a command.
  enum Repetition: Sendable {
    /// The same again.
    case again
    /// The command without its arguments, which goes on where it stopped; `-` is kept.
    case onward
    /// Nothing.
    case nothing
  }
}

/// What a command came to.
enum Outcome: Sendable {
  case done
  /// It showed these frames of the selected thread.
  case frames(Range<Int>)
  /// It showed a value.
  case value(ValueNode)
  /// It showed these variables.
  case variables([ValueNode])
  /// Leave, with this status or the usual one.
  case quit(Int32?)
}

/// The resolved first words of a line.
struct Invocation {
  /// The command, the innermost where it has subcommands.
  let command: Command
  /// Its full name: `info frame`.
  let path: String
  /// What stands behind.
  let arguments: String
}
