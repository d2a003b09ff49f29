/// All commands of the debugger: the one list that dispatch, help, completion and the manual come from.
enum CommandTable {
  static let commands: [Command] = [
    Command(
      name: "backtrace", aliases: ["bt", "where"], group: .stack, syntax: ["", "N", "-N", "full"],
      summary: "Show the frames of the selected thread",
      details: """
        Youngest first, functions inlined into others included. Repetitions of the same functions
        are folded into one line; with a number the N youngest frames are shown, or with -N the N
        oldest, every one of them. The selected frame is marked with an asterisk. With full (which a
        number may follow) the local variables of each frame stand below it.
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
      name: "print", aliases: ["p", "inspect"], group: .values, syntax: ["", "EXPRESSION", "/FORMAT EXPRESSION"],
      summary: "Show the value of an expression",
      details: """
        Expressions are C's, with the names of the selected frame's language: variables, members,
        elements, casts, arithmetic; `a[1:4]` and `a@n` for several elements, `file.c::name` and
        `function::name` for statics, `{TYPE} ADDRESS`. Containers of the standard libraries have
        elements: `v[2]`, `m["key"]`. $pc, $sp, $fp and $local3, $global0, $stack1 are the Wasm state.

        Values get numbers: $1 is the first, $ the last, $$ the one before. Without arguments: the
        last value again. `print $x = EXPRESSION` keeps a value; the dead program's do not change.

        FORMAT is one of x (hexadecimal), d (decimal), u (unsigned), o (octal), t (binary), c
        (character), f (floating-point), a (address), z (hexadecimal with zeros in front), s, and r:
        library types as their members.

        A value that is not known says why; one that rests on an assumption says on which.
        """,
      completer: .variables, run: PrintCommands.print),
    Command(
      name: "output", group: .values, syntax: ["EXPRESSION", "/FORMAT EXPRESSION"],
      summary: "Show a value without a number and without an end of line", completer: .variables,
      run: PrintCommands.output),
    Command(
      name: "x", group: .values, syntax: ["", "ADDRESS", "/COUNT-FORMAT-UNIT ADDRESS"],
      summary: "Show memory",
      details: """
        `x/4xw 0x400` shows four words in hexadecimal. FORMAT is a letter of print's, s (strings that
        end with a NUL) or i (instructions at a code address of the frame's module); UNIT is b, h, w or
        g for 1, 2, 4 or 8 bytes. Without an address it goes on behind what was shown last; what is
        not said stays as it was. ADDRESS is an expression.
        """,
      completer: .variables, repetition: .onward, run: MemoryCommands.examine),
    Command(
      name: "find", group: .values, syntax: ["START, +LENGTH, VALUE…", "START, END, VALUE…", "/UNIT START, …"],
      summary: "Look for values in memory",
      details: """
        Shows the addresses at which the values stand one behind the other. A number has the size of
        its type or that of UNIT (b, h, w, g); of a string the NUL does not count.
        """,
      completer: .variables, run: MemoryCommands.find),
    Command(
      name: "ptype", group: .values, syntax: ["TYPE", "EXPRESSION", "/o TYPE"],
      summary: "Show the definition of a type",
      details: "With /o the offset and size of each member, and the holes between them.", completer: .variables,
      run: TypeCommands.ptype),
    Command(
      name: "whatis", group: .values, syntax: ["EXPRESSION", "TYPE"],
      summary: "Show the name of an expression's type, or what a type's name stands for", completer: .variables,
      run: TypeCommands.whatis),
    Command(
      name: "set", group: .values, syntax: ["print SETTING VALUE", "carried-locations on|off", "$NAME = EXPRESSION"],
      summary: "Change how values are shown, or keep a value under a name",
      details: """
        `set print elements N` (of containers and strings), `set print depth N`, `set print repeats N`:
        0 or unlimited for as many as there are. `set print raw on` shows library types as their
        members. `set carried-locations off` hides variables that are only assumed to be where they
        were, because their location ended with a block of the code. The dead program's own variables
        cannot be changed.
        """,
      run: SettingCommands.set),
    Command(
      name: "show", group: .values, syntax: ["print", "print SETTING", "carried-locations", "values", "convenience"],
      summary: "Show how values are shown, the last values printed, or those kept under names",
      run: SettingCommands.show),

    Command(
      name: "info", aliases: ["i"], group: .info, syntax: ["SUBJECT"],
      summary: "Show what is known of a subject",
      subcommands: [
        Command(
          name: "args", summary: "The arguments of the selected frame", run: VariableCommands.arguments),
        Command(name: "core", summary: "The dump: its file, form, and what could not be read", run: InfoCommands.core),
        Command(
          name: "frame", aliases: ["f"], syntax: ["", "N"],
          summary: "The selected frame, or frame N, with all its addresses", run: InfoCommands.frame),
        Command(
          name: "functions", syntax: ["", "REGEX"],
          summary: "The functions of the debug information, those whose names match", run: VariableCommands.functions),
        Command(
          name: "line", syntax: ["", "PLACE"],
          summary: "The code addresses of a source line: a PLACE of list, or the selected frame's",
          run: InfoLineCommand.run),
        Command(
          name: "locals",
          summary: "The local variables that are in scope in the selected frame, the innermost first",
          run: VariableCommands.locals),
        Command(
          name: "modules", summary: "The modules, where they were found, their debug information",
          run: InfoCommands.modules),
        Command(
          name: "scope", syntax: ["", "FUNCTION"],
          summary: "The variables in scope in the selected frame, or where a function begins, and where each one is",
          run: VariableCommands.scope),
        Command(
          name: "source", summary: "The selected frame's source file and where it was found",
          run: InfoCommands.source),
        Command(
          name: "symbol", syntax: ["ADDRESS"], summary: "The variable that lies at an address of memory",
          completer: .variables, run: VariableCommands.symbol),
        Command(name: "threads", summary: "The threads; the selected one is marked", run: InfoCommands.threads),
        Command(name: "trap", summary: "Why the program stopped, and how that is known", run: InfoCommands.trap),
        Command(
          name: "types", syntax: ["", "REGEX"], summary: "The types of the debug information, those whose names match",
          run: VariableCommands.types),
        Command(
          name: "variables", syntax: ["", "REGEX"],
          summary: "The variables outside of functions and the static ones, those whose names match",
          run: VariableCommands.variables),
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
