import ByteCursor

/// Puts a module together of sections of other modules, byte for byte, and of new ones.
///
/// Sections of a file are referred to, not copied, however large they are; neighbours that were neighbours before are
/// one piece. The same calls give the same bytes.
public struct ModuleWriter: Sendable {
  /// The first eight bytes of a module (5.5.16): the magic number and version 1.
  public static let preamble: [UInt8] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]

  /// The module's bytes in order, in pieces.
  public private(set) var parts: [Bytes]

  /// A module without sections.
  public init() { parts = [Bytes(copying: Self.preamble)] }

  /// How many bytes the module has.
  public var count: Int { parts.reduce(0) { $0 + $1.count } }

  /// A section as it stands in `module`, with its header: its size keeps the width that it has there.
  ///
  /// One that the file's end cuts off stays cut off.
  public mutating func append(_ section: Section, of module: WasmModule) {
    let start = Int(section.header.rawValue) - module.file.start
    let bytes = module.file.clamped(start, count: section.contents.end - module.file.start - start)
    if let last = parts.last, last.storage === bytes.storage, last.end == bytes.start {
      parts[parts.count - 1] = module.file.clamped(
        last.start - module.file.start, count: last.count + bytes.count)
    } else {
      parts.append(bytes)
    }
  }

  /// A custom section with the contents that `fill` writes.
  public mutating func appendCustom(
    _ name: String, _ fill: (inout SectionEncoder) -> Void
  ) throws(SectionTooLarge) {
    var encoder = SectionEncoder()
    try encoder.customSection(name, fill)
    parts.append(Bytes(copying: encoder.bytes))
  }

  /// A custom section with these contents, which are not copied.
  public mutating func appendCustom(_ name: String, _ contents: Bytes) throws(SectionTooLarge) {
    var header = SectionEncoder()
    var title = SectionEncoder()
    title.name(name)
    try header.sectionHeader(.custom, name, size: title.bytes.count + contents.count)
    parts.append(Bytes(copying: header.bytes + title.bytes))
    parts.append(contents)
  }

  /// The `build_id` section (tool-conventions, BuildId.md): what a module and its debug file have in common.
  public mutating func appendBuildID(_ identifier: some Collection<UInt8>) throws(SectionTooLarge) {
    try appendCustom("build_id") { $0.vector(identifier) { $0.bytes.append($1) } }
  }

  /// The `external_debug_info` section (tool-conventions, Debugging.md): where the debug file is, a URL that counts
  /// from the module's own.
  public mutating func appendExternalDebugInfo(_ url: String) throws(SectionTooLarge) {
    try appendCustom("external_debug_info") { $0.name(url) }
  }

  /// The module as one array.
  public var bytes: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(count)
    for part in parts { part.append(to: &result) }
    return result
  }
}
