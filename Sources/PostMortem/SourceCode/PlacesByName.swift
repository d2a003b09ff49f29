/// Places by name, for `list` and its like.
extension Session {
  /// Where functions called `name` (plain, qualified or the linker's) begin in the source: the line of their first
  /// instruction, or where they are declared if all their calls were inlined. `file` narrows them to those of a source
  /// file. Reads the debug information of all modules.
  public func location(ofFunction name: String, file: String? = nil) -> [SourcePosition] {
    var result: [SourcePosition] = []
    for (index, module) in debugModules.compactMap(\.self).enumerated() {
      options.progress?("searching the debug information", Double(index) / Double(debugModules.count))
      for position in module.locations(ofFunction: name) where !result.contains(position) {
        if let file, !SourceFiles.path(position.file, endsWith: file) { continue }
        result.append(position)
      }
    }
    return result
  }

  /// The source files that the debug information names and whose paths end in the components of `name`: `a.c` finds
  /// `/src/a.c`. Reads the line tables' headers of all modules.
  public func sourceFiles(named name: String) -> [String] {
    var result: [String] = []
    for module in debugModules.compactMap(\.self) {
      for path in module.sourcePaths where SourceFiles.path(path, endsWith: name) && !result.contains(path) {
        result.append(path)
      }
    }
    return result
  }
}

extension DebugModule {
  /// Where functions called `name` begin: the line of their first instruction. Where none has code of its own, those
  /// that were inlined are looked for, which begin where they are declared.
  fileprivate func locations(ofFunction name: String) -> [SourcePosition] {
    guard let dwarf else {
      return starts(ofFunction: name).compactMap { frames(at: $0).last?.source }
    }
    let own = dwarf.functions(named: name).compactMap { function in
      function.ranges.first.flatMap { dwarf.locate($0.low).last?.position }.flatMap(SourcePosition.init)
    }.filter { translation.isOfThisSource(file: $0.file) }
    guard own.isEmpty else { return own }
    return dwarf.inlinedFunctions(named: name).compactMap(\.declaration).compactMap { declaration in
      declaration.path.flatMap { translation.isOfThisSource(file: $0) ? $0 : nil }.map {
        SourcePosition(file: $0, line: Int(exactly: declaration.line).flatMap { $0 > 0 ? $0 : nil })
      }
    }
  }
}
