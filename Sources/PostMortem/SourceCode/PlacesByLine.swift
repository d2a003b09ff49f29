import ByteCursor
import DwarfEval

/// Code of a source line, for `info line` and its like.
public struct LineCode: Hashable, Sendable {
  /// The module that has the code, by its number in the dump.
  public let module: Int
  /// The file's path, as the compiler recorded it.
  public let file: String
  /// The line that has the code, counted from 1; 0 where the compiler made the code up.
  public let line: Int
  /// The code's first address.
  public let start: CodeAddress
  /// The address behind the code's last.
  public let end: CodeAddress
}

extension Session {
  /// The code of a line of the source files whose paths end in the components of `file`, by module and address. A line
  /// without code stands for the next one that has some. Reads the line tables of all modules.
  public func code(ofLine line: Int, file: String) -> [LineCode] {
    debugModules.indices.flatMap { index in
      debugModules[index]?.stretches(ofLine: line) { SourceFiles.path($0, endsWith: file) }
        .map { LineCode($0, module: index) } ?? []
    }
  }

  /// The code around an address of a module of the dump that belongs to one line; nil where no line is known.
  public func lineCode(at address: CodeAddress, module: Int) -> LineCode? {
    guard debugModules.indices.contains(module) else { return nil }
    return debugModules[module]?.stretch(at: address).map { LineCode($0, module: module) }
  }

  /// The code of the first line of the functions called `name` (plain, qualified or the linker's) that have code of
  /// their own; `file` narrows them to those of a source file. Reads the debug information of all modules.
  public func code(ofFunction name: String, file: String?) -> [LineCode] {
    var result: [LineCode] = []
    for (index, module) in debugModules.enumerated() {
      guard let module else { continue }
      for start in module.starts(ofFunction: name) {
        guard let place = module.stretch(at: start).map({ LineCode($0, module: index) }), !result.contains(place),
          file.map({ SourceFiles.path(place.file, endsWith: $0) }) ?? true
        else { continue }
        result.append(place)
      }
    }
    return result
  }

  /// The function that holds an address and the offset in its body; nil outside of every function. The end of a body
  /// is not in it.
  public func function(at address: CodeAddress, module: Int) -> (name: FunctionName, offset: CodeOffset)? {
    guard debugModules.indices.contains(module), let module = debugModules[module],
      let body = module.wasm.body(containing: address), let offset = body.codeOffset(of: address),
      let frame = module.frames(function: body.function, at: nil).last
    else { return nil }
    return (frame.function, offset)
  }
}

extension LineCode {
  fileprivate init(_ stretch: DebugModule.LineStretch, module: Int) {
    self.init(module: module, file: stretch.file, line: stretch.line, start: stretch.start, end: stretch.end)
  }
}
