import PostMortem

/// `info locals`, `info args`, `info scope`, `info variables`, `info types`, `info functions`, `info symbol`.
enum VariableCommands {
  static func locals(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    let frame = try debugger.frame()
    let variables = debugger.session.locals(of: frame, thread: debugger.selectedThread)
    return try show(variables, "No locals.", frame, debugger)
  }

  static func arguments(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    let frame = try debugger.frame()
    let variables = debugger.session.arguments(of: frame, thread: debugger.selectedThread)
    return try show(variables, "No arguments.", frame, debugger)
  }

  private static func show(
    _ variables: [FrameVariable], _ nothing: String, _ frame: Frame, _ debugger: Debugger
  ) throws(Failure) -> Outcome {
    guard debugger.session.describer(of: frame) != nil else {
      throw Failure(.unavailable, "No debug information describes the variables of frame \(frame.index).")
    }
    guard frame.codeAddress != nil else {
      let reason = frame.note ?? "where it stands in its function is not"
      throw Failure(.unavailable, "The variables of frame \(frame.index) are not known: \(reason).")
    }
    let nodes = try write(variables, of: frame, debugger, indent: 0)
    if nodes.isEmpty { debugger.output.line(nothing) }
    return .variables(nodes)
  }

  /// Writes variables, a line or more each; those that others hide say so.
  @discardableResult
  static func write(
    _ variables: [FrameVariable], of frame: Frame, _ debugger: Debugger, indent: Int
  ) throws(Failure) -> [ValueNode] {
    let describer = try debugger.describer(of: frame)
    var printer = debugger.printer
    var nodes: [ValueNode] = []
    for variable in variables {
      guard !Interrupt.isRaised else { break }
      let node = describer.describe(variable)
      nodes.append(node)
      debugger.output.line(
        printer.line(node, indent: indent) + (variable.isShadowed ? " (hidden by an inner one)" : ""))
    }
    return nodes
  }

  static func scope(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    let variables: [Session.PlacedVariable]
    if arguments.isEmpty {
      variables = debugger.session.placedVariables(of: try debugger.frame(), thread: debugger.selectedThread)
    } else {
      let name = arguments.trimmed
      let module = try? debugger.frame().module
      guard let found = debugger.session.placedVariables(ofFunction: name, preferring: module) else {
        throw Failure(.notFound, "Function \"\(escaped(clipped(name)))\" not defined.")
      }
      variables = found
    }
    if variables.isEmpty { debugger.output.line("No variables are in scope.") }
    for variable in variables {
      let kind = variable.isParameter ? "argument" : variable.scope == 0 ? "variable" : "variable of a block"
      let size = variable.size.map { ", length \($0)" } ?? ""
      debugger.output.line(
        "\(escaped(clipped(variable.name))) is \(kind == "argument" ? "an" : "a") \(kind), "
          + escaped(clipped(variable.location, to: 1000)) + size)
    }
    return .done
  }

  // MARK: Searches

  static func variables(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    try search(debugger, arguments, "variable") { $0.variables(where: $1) }
  }

  static func types(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    try search(debugger, arguments, "type") { $0.types(where: $1) }
  }

  static func functions(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    try search(debugger, arguments, "function") { $0.functions(where: $1) }
  }

  private static func search(
    _ debugger: Debugger, _ pattern: String, _ what: String,
    _ find: (SymbolSearch, @Sendable (String) -> Bool) -> [Symbol]
  ) throws(Failure) -> Outcome {
    let wanted: NamePattern
    do throws(NamePattern.Problem) { wanted = try NamePattern(pattern) } catch {
      throw Failure(.usage, "\"\(pattern)\" is no regular expression: \(error.reason).")
    }
    let matches: @Sendable (String) -> Bool = { wanted.matches($0) }
    var found: [Symbol] = []
    for module in debugger.session.modules {
      if let search = SymbolSearch(debugger.session, module: module.index) { found += find(search, matches) }
    }
    if found.isEmpty {
      debugger.output.line(pattern.isEmpty ? "No \(what)s are known." : "No \(what) matches \"\(escaped(pattern))\".")
      return .done
    }
    write(found, to: debugger.output)
    return .done
  }

  /// The declarations, by the files that they stand in.
  private static func write(_ symbols: [Symbol], to output: Output) {
    let byFile = Dictionary(grouping: symbols) { $0.file ?? "" }
    for (index, file) in byFile.keys.sorted(by: { $1.isEmpty || (!$0.isEmpty && $0 < $1) }).enumerated() {
      guard !Interrupt.isRaised else { return }
      if index > 0 { output.line() }
      output.line(output.style(.file, file.isEmpty ? "Without a place:" : "File \(escaped(clipped(file))):"))
      var seen: Set<String> = []
      let rows = (byFile[file] ?? []).sorted { ($0.line ?? 0, $0.name) < ($1.line ?? 0, $1.name) }
      for row in rows {
        let line = (row.line.map { "\($0):" } ?? "").padded(8) + escaped(clipped(row.declaration, to: 1000)) + ";"
        // Each unit that includes a header declares what is in it.
        if seen.insert(line).inserted { output.line(line) }
      }
    }
  }

  // MARK: Addresses

  static func symbol(_ debugger: Debugger, _ arguments: String) throws(Failure) -> Outcome {
    guard !arguments.isEmpty else { throw Failure(.usage, "\"info symbol\" needs an address.") }
    let frame = try debugger.frame()
    let address: UInt64
    let value = try debugger.evaluate(arguments)
    if let code = debugger.expressions.code(of: value, frame: frame, thread: debugger.selectedThread) {
      debugger.output.line("\(escaped(clipped(code.name))) in code at \(code.address)")
      return .done
    }
    do throws(Unavailable) { address = try value.meantAddress().offset } catch {
      throw Failure(error)
    }
    let name = debugger.session.symbol(at: address, frame: frame, thread: debugger.selectedThread)
    guard let name else { throw Failure(.notFound, "No symbol matches \(arguments).") }
    debugger.output.line("\(escaped(clipped(name))) in memory")
    return .done
  }
}
