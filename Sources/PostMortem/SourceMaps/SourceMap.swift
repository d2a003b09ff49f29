import ByteCursor

extension Rule {
  /// A source map of a revision that we do not know.
  static let unknownSourceMapVersion: Rule = "unknown version of a source map"
  /// A source map without mappings.
  static let noMappings: Rule = "the source map has no mappings"
  /// A source map that is put together of others, which nobody writes for modules.
  static let indexedSourceMap: Rule = "the source map is an index of others, which is not supported"
}

/// A source map of a module (ECMA-426, the revision 3 of old): which place in the source the code from a file offset on
/// belongs to. It knows lines, and neither functions nor variables.
public struct SourceMap: Sendable {
  /// Where each stretch of code starts, ascending; of several at one offset the last one counts.
  let segments: [MappingReader.Segment]
  /// The paths of the sources, which are put together with the root when asked for.
  private let paths: [JSONReader.RawString?]
  private let root: String
  /// The texts of the sources, where the map has them.
  private let contents: [JSONReader.RawString?]

  /// A stretch of code that belongs to one place in a source.
  public struct Place: Hashable, Sendable {
    /// The path, as the map has it; nil where the map says that the code is of no source.
    public let source: String?
    /// The line, from 1.
    public let line: Int
    /// The column, from 1.
    public let column: Int
    /// Where the code starts in the module's file.
    public let start: FileOffset
    /// Where the next stretch starts; nil where this is the last.
    public let end: FileOffset?
  }

  /// Reads a map.
  /// - Throws: `overLimit` for a file larger than the limits allow, `notJSON`, `unknownSourceMapVersion`,
  ///   `indexedSourceMap`, `noMappings` and what reading the mappings throws. The offsets are those in the map.
  public init(_ bytes: Bytes, limits: Limits = .standard) throws(ReadError) {
    guard bytes.count <= limits.sourceMapBytes else {
      throw ReadError(.overLimit, value: UInt64(bytes.count), offset: bytes.fileOffset)
    }
    var root = ""
    var paths: [JSONReader.RawString?] = []
    var contents: [JSONReader.RawString?] = []
    var mappings: JSONReader.RawString?
    var version: Int? = 3
    var isIndex = false
    var reader = JSONReader(Self.withoutGuard(bytes))
    try reader.object { (reader, name) throws(ReadError) in
      switch name {
      case "version": version = try reader.number()
      case "sourceRoot": root = try reader.stringIfAny()?.text.clipped(toBytes: Self.pathBytes) ?? ""
      case "sources": paths = try Self.strings(&reader, limits)
      case "sourcesContent": contents = try Self.strings(&reader, limits)
      case "mappings": mappings = try reader.stringIfAny()
      case "sections":
        isIndex = true
        try reader.skip()
      default: try reader.skip()
      }
    }
    guard version == 3 else {
      throw ReadError(
        .unknownSourceMapVersion, value: version.flatMap { UInt64(exactly: $0) }, offset: bytes.fileOffset)
    }
    guard let mappings else { throw ReadError(isIndex ? .indexedSourceMap : .noMappings, offset: bytes.fileOffset) }
    // Base64 needs no escapes, and whoever writes `\/` can be understood.
    var mapped = MappingReader(mappings.isEscaped ? Bytes(copying: mappings.utf8) : mappings.bytes)
    var segments: [MappingReader.Segment] = []
    var isSorted = true
    while let segment = try mapped.next() {
      if let last = segments.last, segment.offset < last.offset { isSorted = false }
      segments.append(segment)
    }
    if !isSorted { segments.sort { $0.offset < $1.offset } }
    self.segments = segments
    self.paths = paths
    let folder = root.hasPrefix("file://") ? String(root.dropFirst(7)) : root
    self.root = folder.utf8.count <= Self.rootBytes / max(paths.count, 1) ? folder : ""
    self.contents = contents
  }

  /// A list of strings, gaps included.
  private static func strings(_ reader: inout JSONReader, _ limits: Limits) throws(ReadError) -> [JSONReader.RawString?]
  {
    guard try reader.kind() == .array else {
      try reader.skip()
      return []
    }
    var result: [JSONReader.RawString?] = []
    try reader.array { (reader) throws(ReadError) in
      let string = try reader.stringIfAny()
      if result.count < limits.sources { result.append(string) }
    }
    return result
  }

  /// Without the line that keeps browsers from running a map as a script.
  private static func withoutGuard(_ bytes: Bytes) -> Bytes {
    guard bytes.count >= 4, bytes[0] == UInt8(ascii: ")"), bytes[1] == UInt8(ascii: "]") else { return bytes }
    var index = 0
    while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
    return bytes.clamped(index, count: bytes.count)
  }

  /// Bytes of a path that count.
  private static let pathBytes = 4096
  /// Bytes of all paths' roots together: with more of them the root is left out. (Nobody has 10 000 sources below a folder
  /// whose path is longer than 1 600 bytes, and a hostile map could have a long root for each of a million sources.)
  private static let rootBytes = 16 << 20

  /// How many sources there are.
  var sourceCount: Int { paths.count }

  /// The path of a source: file URLs are paths, and the root stands in front of relative ones. Nil where there is none.
  func source(_ index: Int) -> String? {
    guard paths.indices.contains(index), let path = paths[index] else { return nil }
    let text = path.text.clipped(toBytes: Self.pathBytes)
    let source = text.hasPrefix("file://") ? String(text.dropFirst(7)) : text
    guard !root.isEmpty, !source.hasPrefix("/"), !source.contains("://") else { return source }
    return root.hasSuffix("/") ? root + source : root + "/" + source
  }

  /// The paths of all sources.
  public var sources: [String] { paths.indices.compactMap { source($0) } }

  /// Where segment `index` lies.
  private func place(_ index: Int) -> Place {
    let segment = segments[index]
    var next = index + 1
    while next < segments.count, segments[next].offset == segment.offset { next += 1 }
    return Place(
      source: source(Int(segment.source)), line: Int(segment.line) + 1, column: Int(segment.column) + 1,
      start: FileOffset(UInt64(segment.offset)),
      end: next < segments.count ? FileOffset(UInt64(segments[next].offset)) : nil)
  }

  /// What the map says of the code at `offset`: the last segment that does not start behind it. Nil in front of the first.
  public func place(at offset: FileOffset) -> Place? {
    var low = 0
    var high = segments.count
    while low < high {
      let middle = (low + high) / 2
      if UInt64(segments[middle].offset) <= offset.rawValue { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? place(low - 1) : nil
  }

  /// The code of `line` in the sources that `isSource` accepts, ascending; a line without code stands for the next one of
  /// its source that has some. Stretches of one line that follow each other are one.
  public func places(line: Int, isSource: (String) -> Bool) -> [Place] {
    guard line >= 1 else { return [] }
    let wanted = Set(paths.indices.filter { source($0).map(isSource) ?? false }.map { UInt32($0) })
    guard !wanted.isEmpty else { return [] }
    // Of several segments at one offset the last one counts.
    func counts(_ index: Int) -> Bool {
      index + 1 == segments.count || segments[index + 1].offset != segments[index].offset
    }
    var best: [UInt32: UInt32] = [:]
    for (index, segment) in segments.enumerated()
    where counts(index) && wanted.contains(segment.source) && Int(segment.line) + 1 >= line {
      best[segment.source] = min(best[segment.source] ?? .max, segment.line)
    }
    var result: [Place] = []
    for (index, segment) in segments.enumerated() where counts(index) && best[segment.source] == segment.line {
      let place = place(index)
      if let last = result.last, last.end == place.start, last.source == place.source {
        result[result.count - 1] = Place(
          source: last.source, line: last.line, column: last.column, start: last.start, end: place.end)
      } else {
        result.append(place)
      }
    }
    return result
  }

  /// The text of a source that the map carries itself.
  public func content(of source: String) -> Bytes? {
    guard let index = contents.indices.first(where: { contents[$0] != nil && self.source($0) == source }),
      let text = contents[index]
    else { return nil }
    return text.isEscaped ? Bytes(copying: text.utf8) : text.bytes
  }
}
