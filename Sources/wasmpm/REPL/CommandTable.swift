/// All commands of the debugger: the one list that dispatch, help, completion and the manual come from.
enum CommandTable {
  static let commands: [Command] = [
    Command(
      name: "backtrace", aliases: ["bt", "where"], group: .stack, syntax: ["", "N", "-N"],
      summary: "Show the frames of the selected thread",
      details: """
        Youngest first, functions inlined into others included. Repetitions of the same functions
        are folded into one line; with a number the N youngest frames are shown, or with -N the N
        oldest, every one of them. The selected frame is marked with an asterisk.
        """,
      run: StackCommands.backtrace),
    Command(
      name: "frame", aliases: ["f"], group: .stack, syntax: ["", "N", "level N", "function NAME"],
      summary: "Select frame N, or show the selected one",
      details: """
        Shows the frame and its source line. Frame 0 is the youngest: where it crashed. With
        function, the youngest frame of the function NAME.
        """,
      run: StackCommands.frame),
    Command(
      name: "up", group: .stack, syntax: ["", "N"],
      summary: "Select the caller, or the frame N callers up", run: StackCommands.up),
    Command(
      name: "down", aliases: ["d"], group: .stack, syntax: ["", "N"],
      summary: "Select the frame that was called, or N frames down", run: StackCommands.down),
    Command(
      name: "thread", aliases: ["t"], group: .stack, syntax: ["", "N"],
      summary: "Select thread N, or say which is selected", run: StackCommands.thread),

    Command(
      name: "list", aliases: ["l"], group: .source,
      syntax: ["", "-", ".", "PLACE", "FIRST,LAST", "FIRST,", ",LAST"],
      summary: "Show lines of the source",
      details: """
        Without arguments: the ten lines around the selected frame's, then the ten after the last
        ones shown. `-` shows the ten before the last ones, `.` those around the frame again. With
        one PLACE the ten lines around it; with FIRST,LAST these lines; with one of them left out,
        ten lines from FIRST on, or up to LAST.

        A PLACE is a line number N in the file shown last, +N or -N lines from the last one shown,
        FILE:N, FUNCTION, FILE:FUNCTION, or *ADDRESS: a code address of the selected frame's module.
        A file's last folders are enough to name it.
        """,
      repetition: .onward, run: ListCommand.run),
    Command(
      name: "disassemble", aliases: ["disas"], group: .source,
      syntax: ["", "FUNCTION", "0xOFFSET", "*ADDRESS", "…,+COUNT", "/s /r /a …"],
      summary: "Show the instructions of a function",
      details: """
        Without arguments those of the selected frame's function, into which others may be inlined;
        `=>` marks the instruction where the frame stopped. FUNCTION is a name (in the source, or
        the linker's) or an index. 0xOFFSET begins at that offset of the frame's function, *ADDRESS
        at a code address of the frame's module; ,+COUNT behind any of them shows so many.

        Each instruction has its offset in the function's body and in the module's file. With /s
        the source lines stand between them, with /r their bytes, with /a also their address in
        the code section, which is DWARF's. Labels that nothing names are called $label0 and so on.
        """,
      run: DisassembleCommand.run),

    Command(
      name: "info", aliases: ["i"], group: .info, syntax: ["SUBJECT"],
      summary: "Show what is known of a subject",
      subcommands: [
        Command(name: "core", summary: "The dump: its file, form, and what could not be read", run: InfoCommands.core),
        Command(
          name: "frame", aliases: ["f"], syntax: ["", "N"],
          summary: "The selected frame, or frame N, with all its addresses", run: InfoCommands.frame),
        Command(
          name: "modules", summary: "The modules, where they were found, their debug information",
          run: InfoCommands.modules),
        Command(
          name: "source", summary: "The selected frame's source file and where it was found",
          run: InfoCommands.source),
        Command(name: "threads", summary: "The threads; the selected one is marked", run: InfoCommands.threads),
        Command(name: "trap", summary: "Why the program stopped, and how that is known", run: InfoCommands.trap),
      ]),

    Command(
      name: "help", aliases: ["h"], group: .session, syntax: ["", "COMMAND", "--markdown"],
      summary: "List the commands, or explain one",
      details: "With --markdown the reference of all commands, as docs/commands.md has it.", completer: .commands,
      run: HelpCommand.run),
    Command(
      name: "quit", aliases: ["q", "exit"], group: .session, syntax: ["", "N"],
      summary: "Leave, with exit status N", repetition: .nothing, run: SessionCommands.quit),
  ]

  /// The command that `line` begins with; nil for an empty line.
  /// - Throws: `unknownCommand`, `ambiguousCommand`.
  static func resolve(_ line: String) throws(Failure) -> Invocation? {
    let line = line.trimmed
    guard !line.isEmpty else { return nil }
    var (word, rest) = firstWord(line)
    var command = try find(word.isEmpty ? String(line.prefix(1)) : word, in: commands, after: nil)
    var path = command.name
    while !command.subcommands.isEmpty {
      (word, rest) = firstWord(rest)
      // `info` alone explains itself.
      guard !word.isEmpty else { break }
      command = try find(word, in: command.subcommands, after: path)
      path += " " + command.name
    }
    return Invocation(command: command, path: path, arguments: rest)
  }

  /// The command of a name, an alias, or an abbreviation that only one has.
  static func find(_ word: String, in table: [Command], after path: String?) throws(Failure) -> Command {
    if let exact = table.first(where: { $0.name == word || $0.aliases.contains(word) }) { return exact }
    let candidates = table.filter { $0.name.hasPrefix(word) || $0.aliases.contains { $0.hasPrefix(word) } }
    let full = (path.map { $0 + " " } ?? "") + word
    switch candidates.count {
    case 1: return candidates[0]
    case 0:
      throw Failure(.unknownCommand, "Undefined command: \"\(full)\". Try \"help\(path.map { " " + $0 } ?? "")\".")
    default:
      let names = candidates.map(\.name).joined(separator: ", ")
      throw Failure(.ambiguousCommand, "Ambiguous command \"\(full)\": \(names).")
    }
  }

  /// The word of letters, digits, `-` and `_` that `line` begins with, and the rest, trimmed.
  static func firstWord(_ line: String) -> (word: String, rest: String) {
    // `list-` and `frame3` are no words of ours, so a word ends where letters do.
    let end = line.firstIndex { !($0.isLetter || $0 == "_") } ?? line.endIndex
    return (String(line[..<end]), line[end...].trimmed)
  }
}
