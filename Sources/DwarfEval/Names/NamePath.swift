/// A name with scopes, as people write it: `ns::T`, `file.c::count`, `a.b`.
struct NamePath {
  /// Without spaces, and without the `::` in front that stands for the outermost scope.
  let bytes: [UInt8]

  init(_ text: String) {
    var bytes = text.utf8.filter { $0 != UInt8(ascii: " ") }
    if bytes.starts(with: Self.colons) { bytes.removeFirst(2) }
    self.bytes = bytes
  }

  static let colons = Array("::".utf8)
  static let dot = [UInt8(ascii: ".")]

  /// What the thing itself may be called, without scopes: all of it, or what stands behind the last separator.
  var lastParts: [[UInt8]] {
    [bytes] + [Self.colons, Self.dot].compactMap { Self.lastPart(of: bytes, separator: $0) }
  }

  /// What stands in front of the first `::` and what behind it.
  var first: (head: [UInt8], rest: NamePath)? {
    guard bytes.count > 2 else { return nil }
    for index in 1..<bytes.count - 1 where bytes[index] == Self.colons[0] && bytes[index + 1] == Self.colons[0] {
      return (Array(bytes[..<index]), NamePath(bytes: Array(bytes[(index + 2)...])))
    }
    return nil
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// What stands behind the last `separator` that is not in brackets of any kind; nil where there is none.
  static func lastPart(of name: [UInt8], separator: [UInt8]) -> [UInt8]? {
    var depth = 0
    var index = name.count - 1
    while index >= separator.count - 1 {
      switch name[index] {
      case UInt8(ascii: ">"), UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth += 1
      case UInt8(ascii: "<"), UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth -= 1
      default:
        let start = index + 1 - separator.count
        if depth == 0, index < name.count - 1, start > 0, name[start...index].elementsEqual(separator) {
          return Array(name[(index + 1)...])
        }
      }
      index -= 1
    }
    return nil
  }

  /// How well this names what has the name `name` in `scopes`, the innermost first; nil for not at all.
  func rank(_ name: String, in scopes: [Dwarf.EnclosingScope], separator: String) -> Rank? {
    func joined(_ scopes: [Dwarf.EnclosingScope]) -> [UInt8] {
      Array(
        (scopes.reversed().map(\.name) + [name]).joined(separator: separator).utf8.filter { $0 != UInt8(ascii: " ") })
    }
    let whole = joined(scopes)
    if whole == bytes { return .exact }
    let visible = joined(scopes.filter { !$0.isTransparent })
    if visible == bytes { return .transparent }
    for candidate in [whole, visible]
    where candidate.count > bytes.count && candidate.suffix(bytes.count).elementsEqual(bytes) {
      let front = candidate.dropLast(bytes.count)
      if front.suffix(2).elementsEqual(Self.colons) || front.last == Self.dot[0] { return .inner }
    }
    return nil
  }

  /// How well a path names something, the best first.
  enum Rank: Int, Comparable {
    /// With all scopes.
    case exact
    /// Without inline and anonymous namespaces.
    case transparent
    /// With the file in front.
    case file
    /// Without outer scopes.
    case inner

    static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }
  }
}
