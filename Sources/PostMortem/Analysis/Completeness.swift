extension Session {
  /// What a complete report would have and this one has not, a sentence each: modules that were not found, debug
  /// information that functions of the backtrace lack, parts of the dump that were lost.
  public var missing: [String] {
    var missing: [String] = []
    var used: Set<Int> = []
    for thread in threads {
      for frame in backtrace(thread: thread.index) { if let module = frame.module { used.insert(module) } }
    }
    for module in modules {
      if module.path == nil {
        missing.append("module \(module.name) was not found")
      } else if module.debugInfo.kind == .none, used.contains(module.index) {
        missing.append("module \(module.name) has no debug information")
      }
    }
    for thread in threads where thread.truncated {
      missing.append("frames of thread \(thread.index) are missing from the dump")
    }
    return missing + core.diagnostics.map(\.description)
  }
}
