import ByteCursor
import DwarfEval
import WasmBinary

extension DebugModule {
  /// What the source map says of an address in `body`; nil where it says nothing. What it says in front of the function
  /// does not reach into it.
  func mappedPlace(at address: CodeAddress, in body: FunctionBody) -> SourceMap.Place? {
    guard let map = sourceMap?.map, let offset = body.codeOffset(of: address).flatMap({ body.fileOffset(of: $0) }),
      let place = map.place(at: offset), place.source != nil,
      let start = wasm.codeAddress(of: place.start), start >= body.header, isPlace(start, in: body)
    else { return nil }
    return place
  }

  /// Whether a place of the map can be one of the body's: an instruction starts there, or it is in front of them all. A map of
  /// another build fits most functions and this one not.
  private func isPlace(_ start: CodeAddress, in body: FunctionBody) -> Bool {
    guard let offset = body.codeOffset(of: start), let first = code.firstInstruction(body.function), offset > first
    else { return true }
    return code.isInstruction(at: start)
  }

  /// The frame at an address as the source map has it: inlined functions it does not know.
  func mappedFrames(at address: CodeAddress, in body: FunctionBody) -> [SourceFrame] {
    guard let place = mappedPlace(at: address, in: body), let source = place.source else { return [] }
    let position = SourcePosition(file: source, line: place.line, column: place.column)
    return [SourceFrame(function: name(of: body.function), source: position, inlined: false)]
  }

  // MARK: Lines

  /// Code of one line, at the module's addresses: DWARF's word, or where there is none the source map's.
  struct LineStretch {
    let file: String
    /// From 1; 0 for code that belongs to no line.
    let line: Int
    let start: CodeAddress
    let end: CodeAddress

    /// Nil for code that the module does not have, and for lines that may not be those of its source.
    init?(_ place: LinePlace, _ translation: CodeTranslation) {
      guard translation.isOfThisSource(file: place.file),
        let described = CodeRange(place.span.row.address, place.span.end),
        let range = translation.range(of: described)
      else { return nil }
      self.init(file: place.file, line: Int(place.span.row.line), start: range.low, end: range.high)
    }

    init(file: String, line: Int, start: CodeAddress, end: CodeAddress) {
      self.file = file
      self.line = line
      self.start = start
      self.end = end
    }
  }

  /// The code of a line of the files that `isFile` accepts, ascending.
  func stretches(ofLine line: Int, isFile: @Sendable (String) -> Bool) -> [LineStretch] {
    if let dwarf {
      guard let line = UInt32(exactly: line) else { return [] }
      return dwarf.places(line: line, isFile: isFile).compactMap { LineStretch($0, translation) }
    }
    return sourceMap?.map?.places(line: line, isSource: isFile).compactMap { stretch($0) } ?? []
  }

  /// The line that the code at `address` belongs to.
  func stretch(at address: CodeAddress) -> LineStretch? {
    if let dwarf {
      return translation.described(address).flatMap { dwarf.place(at: $0) }.flatMap { LineStretch($0, translation) }
    }
    guard let body = wasm.body(containing: address), let place = mappedPlace(at: address, in: body) else { return nil }
    return stretch(place)
  }

  /// A place of the map by addresses. It ends with its function at the latest.
  private func stretch(_ place: SourceMap.Place) -> LineStretch? {
    guard let file = place.source, let start = wasm.codeAddress(of: place.start),
      let body = wasm.body(containing: start)
    else { return nil }
    let end = place.end.flatMap { wasm.codeAddress(of: $0) }.map { min($0, body.end) } ?? body.end
    return LineStretch(file: file, line: place.line, start: start, end: end)
  }

  /// The first addresses of the functions called `name` that have code of their own.
  func starts(ofFunction name: String) -> [CodeAddress] {
    if let dwarf {
      return dwarf.functions(named: name).compactMap(\.ranges.first?.low).compactMap { translation.address(of: $0) }
    }
    guard sourceMap?.map != nil else { return [] }
    return FunctionSearch(self).functions(named: name).compactMap { wasm.body($0) }.map { body in
      // The locals vector may belong to what was there before.
      code.firstInstruction(body.function).flatMap { body.codeAddress(of: $0) } ?? body.codeAddress
    }
  }
}
