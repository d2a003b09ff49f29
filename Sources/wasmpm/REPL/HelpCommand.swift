/// `help`.
enum HelpCommand {
  static func run(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    if arguments == "--markdown" {
      manual(to: debugger.output)
      return .done
    }
    guard let invocation = try CommandTable.resolve(arguments) else {
      overview(to: debugger.output)
      return .done
    }
    explain(invocation.command, path: invocation.path, to: debugger.output)
    return .done
  }

  /// All commands by groups.
  static func overview(to output: Output) {
    for group in Command.Group.allCases {
      let commands = CommandTable.commands.filter { $0.group == group }
      guard !commands.isEmpty else { continue }
      output.line(output.style(.heading, group.rawValue))
      for command in commands {
        let names = ([command.name] + command.aliases).joined(separator: ", ")
        output.line("  \(names.padded(24))\(command.summary)")
      }
      output.line()
    }
    output.line("\"help COMMAND\" says more. Names may be abbreviated as long as they are unambiguous; an empty line")
    output.line("repeats the last command.")
  }

  /// One command.
  static func explain(_ command: Command, path: String, to output: Output) {
    output.line(command.summary + ".")
    output.line()
    for form in command.syntax { output.line("  " + (form.isEmpty ? path : "\(path) \(form)")) }
    if !command.aliases.isEmpty {
      // A subcommand's alias stands behind the same first words.
      let prefix = path.split(separator: " ").dropLast().map { $0 + " " }.joined()
      output.line()
      output.line("Also: " + command.aliases.map { prefix + $0 }.joined(separator: ", "))
    }
    if !command.details.isEmpty {
      output.line()
      output.line(command.details)
    }
    guard !command.subcommands.isEmpty else { return }
    output.line()
    for subcommand in command.subcommands {
      output.line("  \("\(path) \(subcommand.name)".padded(24))\(subcommand.summary)")
    }
  }

  /// The reference of all commands, which is kept as `docs/commands.md`.
  static func manual(to output: Output) {
    output.line("# Commands of the prompt")
    output.line()
    output.line("Written by `help --markdown` from the table of commands (`Sources/wasmpm/REPL/CommandTable.swift`).")
    output.line("Names may be abbreviated as long as they are unambiguous; an empty line repeats the last command.")
    for group in Command.Group.allCases {
      let commands = CommandTable.commands.filter { $0.group == group }
      guard !commands.isEmpty else { continue }
      output.line("\n## \(group.rawValue)")
      for command in commands { entry(command, path: command.name, to: output) }
    }
  }

  private static func entry(_ command: Command, path: String, to output: Output) {
    output.line("\n### `\(path)`\n\n\(command.summary).")
    if !command.aliases.isEmpty {
      output.line("Also: " + command.aliases.map { "`\($0)`" }.joined(separator: ", ") + ".")
    }
    if command.syntax != [""] {
      output.line()
      for form in command.syntax { output.line("    " + (form.isEmpty ? path : "\(path) \(form)")) }
    }
    if !command.details.isEmpty { output.line("\n" + command.details) }
    for subcommand in command.subcommands { entry(subcommand, path: "\(path) \(subcommand.name)", to: output) }
  }
}
