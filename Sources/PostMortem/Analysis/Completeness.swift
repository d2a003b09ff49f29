extension Session {
  /// Why modules of the dump were not found, or what was found does not match, a sentence for each.
  public var missingModules: [String] {
    modules.filter { $0.path == nil }.map { $0.moduleProblems.first ?? "module \($0.title) was not found" }
  }

  /// What a complete report would have and this one has not, a sentence each: modules that were not found, debug
  /// information that functions of the backtrace lack, parts of the dump that were lost.
  public var missing: [String] {
    var missing = missingModules
    var used: Set<Int> = []
    for thread in threads {
      for frame in backtrace(thread: thread.index) { if let module = frame.module { used.insert(module) } }
    }
    for module in modules {
      if module.path != nil { missing += module.moduleProblems }
      if module.path != nil, module.debugInfo.kind == .none, module.debugInfo.sourceMap == nil,
        used.contains(module.index)
      {
        missing.append("module \(module.title) has no debug information")
      }
    }
    for thread in threads where thread.truncated {
      missing.append("frames of thread \(thread.index) are missing from the dump")
    }
    return missing + core.diagnostics.map(\.description)
  }
}
