import ByteCursor

/// The number that starts a section (5.5.2), an open set.
public struct SectionID: RawRepresentable, Hashable, Sendable {
  /// The byte in the file.
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let custom = SectionID(rawValue: 0)
  public static let type = SectionID(rawValue: 1)
  public static let `import` = SectionID(rawValue: 2)
  public static let function = SectionID(rawValue: 3)
  public static let table = SectionID(rawValue: 4)
  public static let memory = SectionID(rawValue: 5)
  public static let global = SectionID(rawValue: 6)
  public static let export = SectionID(rawValue: 7)
  public static let start = SectionID(rawValue: 8)
  public static let element = SectionID(rawValue: 9)
  public static let code = SectionID(rawValue: 10)
  public static let data = SectionID(rawValue: 11)
  public static let dataCount = SectionID(rawValue: 12)
  public static let tag = SectionID(rawValue: 13)

  /// How messages call the section; nil for a number that the specification does not know.
  public var title: String? {
    let names = [
      "custom", "type", "import", "function", "table", "memory", "global", "export", "start", "element", "code",
      "data", "datacount", "tag",
    ]
    return Int(rawValue) < names.count ? names[Int(rawValue)] : nil
  }

  /// The place of the section in a module: each may only be followed by sections with a higher one (5.5.18).
  /// Nil for custom sections, which may stand anywhere, and for unknown numbers.
  var place: Int? {
    let order: [SectionID] = [
      .type, .import, .function, .table, .memory, .tag, .global, .export, .start, .element, .dataCount, .code, .data,
    ]
    return order.firstIndex(of: self)
  }
}

/// One section of a module or a component, not yet decoded.
public struct Section: Sendable {
  /// Which section it is.
  public let id: SectionID
  /// A custom section's name; nil for the others and where the name itself is damaged.
  public let name: String?
  /// The file offset of the section's first byte (its number).
  public let header: FileOffset
  /// What the section holds: behind its size, and for a custom section behind its name.
  public let contents: Bytes
  /// Whether the file ends before the section does: `contents` is what is left of it.
  public let isTruncated: Bool

  /// How messages call it: a custom section's name, the standard sections' names.
  public var title: String { name ?? id.title ?? "section \(id.rawValue)" }
}

/// What the first eight bytes of a WebAssembly file say that it is.
public enum FileKind: Hashable, Sendable {
  /// A core module (version 1). Core dumps and debug files are such modules.
  case module
  /// A component (layer 1), which holds core modules.
  case component
}

/// The sections of a WebAssembly file in the order in which they stand, read one header at a time.
///
/// A section that is cut off by the file's end is returned with what is left of it and ends the
/// sequence; a damaged section header ends it with `problem`.
public struct SectionReader: Sequence, IteratorProtocol, Sendable {
  /// What the file is.
  public let kind: FileKind
  /// Why the sequence ended before the file did.
  public private(set) var problem: ReadError?
  private var cursor: Cursor

  /// Reads the magic number and the version.
  /// - Throws: `badMagic`, `unknownVersion`, `unexpectedEnd`.
  public init(_ file: Bytes) throws(ReadError) {
    cursor = file.cursor()
    let start = cursor.fileOffset
    guard file.count >= 4, file[0] == 0, file[1] == 0x61, file[2] == 0x73, file[3] == 0x6d else {
      throw ReadError(.badMagic, offset: start)
    }
    try cursor.skip(4)
    let version = try cursor.u32()
    switch version {
    case 1: kind = .module
    // Version 13 (0x0d), layer 1: components as of the preview that tools agree on.
    case let v where v >> 16 == 1: kind = .component
    default: throw ReadError(.unknownVersion, value: UInt64(version), offset: FileOffset(start.rawValue + 4))
    }
  }

  /// The next section.
  public mutating func next() -> Section? {
    guard problem == nil, !cursor.isAtEnd else { return nil }
    let header = cursor.fileOffset
    do throws(ReadError) {
      let id = SectionID(rawValue: try cursor.u8())
      let size = UInt64(try cursor.uleb32())
      let isTruncated = size > UInt64(cursor.remaining)
      var contents = isTruncated ? cursor.rest() : try cursor.bytes(size)
      var name: String?
      if id == .custom {
        var inner = contents.cursor()
        if let text = try? inner.name() {
          name = text
          contents = inner.rest()
        }
      }
      return Section(id: id, name: name, header: header, contents: contents, isTruncated: isTruncated)
    } catch {
      problem = error
      return nil
    }
  }
}
