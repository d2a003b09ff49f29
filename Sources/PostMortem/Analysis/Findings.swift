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
      summary += " by \(frame.function.display)"
      if let source = frame.source { summary += " at \(source.fileName)" + (source.line.map { ":\($0)" } ?? "") }
      summary += " (frame \(index))"
    }
    return [Finding(id: ending.id, severity: .error, summary: summary)]
  }

  private func recursion() -> [Finding] {
    guard let thread = session.crashedThread,
      let (names, count) = session.backtrace(thread: thread).recursion(
        least: session.threads[thread].truncated ? 12 : Backtrace.deepRecursion)
    else { return [] }
    let unique = names.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let through = unique.count == 1 ? "\(unique[0]) calls itself" : unique.joined(separator: " → ") + " → …"
    return [
      Finding(
        id: "deep-recursion", severity: session.trap.kind == .stackExhausted ? .error : .warning,
        summary: "deep recursion, \(count)\(session.threads[thread].truncated ? " or more" : "") frames: \(through)")
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

  private func modules() -> [Finding] {
    session.modules.flatMap { module -> [Finding] in
      let name = module.title
      if module.path == nil {
        return [
          Finding(
            id: "module-not-found", severity: .warning,
            summary: "\(name) was not found: functions have no names and no lines",
            detail: module.problems.joined(separator: "; "))
        ]
      }
      if module.debugInfo.kind == .none {
        return [
          Finding(
            id: "no-debug-info", severity: .info, summary: "\(name) has no debug information: functions have no lines",
            detail: module.problems.isEmpty ? nil : module.problems.joined(separator: "; "))
        ]
      }
      return []
    }
  }
}
