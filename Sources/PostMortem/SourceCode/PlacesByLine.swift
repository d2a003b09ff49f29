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
    guard let line = UInt32(exactly: line) else { return [] }
    return debugModules.indices.flatMap { index in
      guard let module = debugModules[index], let dwarf = module.dwarf else { return [LineCode]() }
      return dwarf.places(line: line) { SourceFiles.path($0, endsWith: file) }
        .compactMap { LineCode($0, module: index, module.translation) }
    }
  }

  /// The code around an address of a module of the dump that belongs to one line; nil where no line is known.
  public func lineCode(at address: CodeAddress, module: Int) -> LineCode? {
    guard debugModules.indices.contains(module), let found = debugModules[module], let dwarf = found.dwarf,
      let described = found.translation.described(address)
    else { return nil }
    return dwarf.place(at: described).flatMap { LineCode($0, module: module, found.translation) }
  }

  /// The code of the first line of the functions called `name` (plain, qualified or the linker's) that have code of
  /// their own; `file` narrows them to those of a source file. Reads the debug information of all modules.
  public func code(ofFunction name: String, file: String?) -> [LineCode] {
    var result: [LineCode] = []
    for (index, module) in debugModules.enumerated() {
      guard let module, let dwarf = module.dwarf else { continue }
      for start in dwarf.functions(named: name).compactMap(\.ranges.first?.low) {
        guard let place = dwarf.place(at: start).flatMap({ LineCode($0, module: index, module.translation) }),
          !result.contains(place),
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
  /// Nil for code that the module does not have.
  fileprivate init?(_ place: LinePlace, module: Int, _ translation: CodeTranslation) {
    guard translation.isOfThisSource(file: place.file),
      let described = CodeRange(place.span.row.address, place.span.end),
      let range = translation.range(of: described)
    else { return nil }
    self.init(
      module: module, file: place.file, line: Int(place.span.row.line), start: range.low, end: range.high)
  }
}
