import ByteCursor

/// What a person should be told about a crash besides the trap itself.
struct Findings {
  let session: Session

  /// All findings, the telling ones first.
  func all() -> [Finding] {
    ended() + recursion() + truncation() + offsets() + modules()
  }

  /// The program ended itself.
  private func ended() -> [Finding] {
    guard let ending = session.ending else { return [] }
    var summary = ending.summary
    if let index = ending.frame, let thread = session.crashedThread {
      let frame = session.backtrace(thread: thread)[index]
      summary += " in \(frame.function.display)"
      if let source = frame.source { summary += " at \(source.fileName)" + (source.line.map { ":\($0)" } ?? "") }
      summary += " (frame \(index))"
    }
    return [Finding(id: ending.id, severity: .error, summary: summary)]
  }

  private func recursion() -> [Finding] {
    guard let thread = session.crashedThread else { return [] }
    let isCut = session.threads[thread].truncated
    guard let recursion = session.backtrace(thread: thread).recursion(least: isCut ? 12 : Backtrace.deepRecursion)
    else {
      return []
    }
    var names: [String] = []
    for name in recursion.names where !names.contains(name) { names.append(name) }
    let how = names.count == 1 ? "\(names[0]) calls itself" : names.joined(separator: ", ") + " call each other"
    return [
      Finding(
        id: "deep-recursion", severity: session.trap.kind == .stackExhausted ? .error : .warning,
        summary: "deep recursion, \(recursion.frames)\(isCut ? " or more" : "") frames: \(how)")
    ]
  }

  private func truncation() -> [Finding] {
    session.threads.filter(\.truncated).map { thread in
      let frames = session.dump.threads[thread.index].frames.count
      let declared = session.dump.threads[thread.index].declaredFrameCount
      let detail =
        declared > frames
        ? "The dump says that there are \(declared) frames and holds \(frames) of them."
        : "Wasmtime keeps 20 frames unless it is told otherwise: run it with -D max-backtrace=N to record more."
      return Finding(
        id: "truncated-backtrace", severity: .warning,
        summary: "the backtrace is cut: older frames than the \(frames) of it are not in the dump", detail: detail)
    }
  }

  private func offsets() -> [Finding] {
    guard let thread = session.crashedThread else { return [] }
    let frames = session.dump.threads[thread].frames
    guard frames.count > 1, frames.prefix(64).allSatisfy({ $0.codeOffset == nil || $0.codeOffset?.rawValue == 0 })
    else {
      return []
    }
    return [
      Finding(
        id: "no-code-offsets", severity: .warning,
        summary: "the dump records no code offsets: there are functions, but no lines",
        detail: "Wasmtime leaves them out when it runs with -D address-map=n, or a module compiled so.")
    ]
  }

  private func modules() -> [Finding] { session.modules.flatMap(Self.findings(of:)) }

  private static func findings(of module: ModuleInfo) -> [Finding] {
    var findings: [Finding] = []
    func add(_ id: String, _ severity: Finding.Severity, _ summary: String, _ details: [String] = []) {
      findings.append(
        Finding(
          id: id, severity: severity, summary: summary, detail: details.isEmpty ? nil : details.joined(separator: "; "))
      )
    }
    guard module.path != nil else {
      add(
        "module-not-found", .warning, "\(module.title) was not found: functions have no names and no lines",
        module.moduleProblems)
      return findings
    }
    if !module.isVerified {
      add(
        "module-not-verified", .warning, "nothing in the dump confirms that \(module.title) is the module that ran",
        ["No frame stands at an instruction of it that could tell: what is said of its functions may be wrong."])
    }
    if !module.moduleProblems.isEmpty {
      add("module-mismatch", .warning, "about \(module.title): \(module.moduleProblems.joined(separator: "; "))")
    }
    if module.debugInfo.kind == .none {
      add(
        "no-debug-info", .info,
        module.debugInfo.sourceMap.map {
          "\(module.title) has a source map and no debug information: lines are those of \($0), variables are unknown"
        } ?? "\(module.title) has no debug information: functions have no lines",
        module.debugFileProblems)
    } else if !module.debugFileProblems.isEmpty {
      add("debug-file-mismatch", .warning, module.debugFileProblems.joined(separator: "; "))
    }
    return findings
  }
}
