/// A built-in type of C or C++ by any of its spellings, or of Rust or Zig: `long unsigned int`, `u8`.
struct CTypeName {
  let format: BaseType.Format
  /// Bytes; nil for those of an address.
  let size: UInt64?
  /// The spelling that compilers use.
  let name: String
  /// Other spellings that compilers use.
  let spellings: [String]

  /// The type that `text` names; nil where that is no built-in type's name.
  init?(_ text: String) {
    let words = text.split(separator: " ").map(String.init)
    guard !words.isEmpty, words.count <= 5 else { return nil }
    if words.count == 1, let known = Self.single[words[0]] {
      self.init(known.format, known.size, words[0] == "bool" ? ["bool", "_Bool"] : [words[0]])
      return
    }
    var counts: [String: Int] = [:]
    for word in words {
      guard ["signed", "unsigned", "short", "long", "int", "char", "double", "__int128"].contains(word) else {
        return nil
      }
      counts[word, default: 0] += 1
    }
    guard counts.allSatisfy({ $0.value == 1 || ($0.key == "long" && $0.value == 2) }) else { return nil }
    let isUnsigned = counts["unsigned"] != nil
    guard !isUnsigned || counts["signed"] == nil else { return nil }
    let longs = counts["long"] ?? 0
    let kinds = ["short", "char", "double", "__int128"].filter { counts[$0] != nil }
    guard kinds.count + (longs > 0 ? 1 : 0) <= 1 || (kinds == ["double"] && longs == 1) else { return nil }
    let isPlain = kinds.isEmpty || kinds == ["short"]
    guard isPlain || counts["int"] == nil else { return nil }
    if kinds == ["double"] {
      guard !isUnsigned, counts["signed"] == nil else { return nil }
      self.init(.float, longs == 1 ? 16 : 8, [longs == 1 ? "long double" : "double"])
      return
    }
    if kinds == ["char"] {
      let sign = isUnsigned ? "unsigned " : counts["signed"] != nil ? "signed " : ""
      self.init(isUnsigned ? .unsignedCharacter : .signedCharacter, 1, [sign + "char"])
      return
    }
    let sign = isUnsigned ? "unsigned " : ""
    let core = kinds == ["short"] ? "short" : longs == 2 ? "long long" : longs == 1 ? "long" : kinds.first ?? "int"
    let size: UInt64? = ["short": 2, "int": 4, "long long": 8, "__int128": 16][core]
    // clang's spelling, then GCC's.
    self.init(
      isUnsigned ? .unsigned : .signed, size,
      core == "int" || core == "__int128" ? [sign + core] : [sign + core, "\(core) \(sign)int"])
  }

  private init(_ format: BaseType.Format, _ size: UInt64?, _ spellings: [String]) {
    self.format = format
    self.size = size
    self.name = spellings[0]
    self.spellings = spellings
  }

  private static let single: [String: (format: BaseType.Format, size: UInt64?)] = [
    "bool": (.boolean, 1), "_Bool": (.boolean, 1), "float": (.float, 4), "double": (.float, 8),
    "char8_t": (.unicode, 1), "char16_t": (.unicode, 2), "char32_t": (.unicode, 4), "wchar_t": (.signed, 4),
    "int8_t": (.signed, 1), "int16_t": (.signed, 2), "int32_t": (.signed, 4), "int64_t": (.signed, 8),
    "uint8_t": (.unsigned, 1), "uint16_t": (.unsigned, 2), "uint32_t": (.unsigned, 4), "uint64_t": (.unsigned, 8),
    "size_t": (.unsigned, nil), "ssize_t": (.signed, nil), "ptrdiff_t": (.signed, nil), "intptr_t": (.signed, nil),
    "uintptr_t": (.unsigned, nil),
    // Rust's and Zig's.
    "i8": (.signed, 1), "i16": (.signed, 2), "i32": (.signed, 4), "i64": (.signed, 8), "i128": (.signed, 16),
    "u8": (.unsigned, 1), "u16": (.unsigned, 2), "u32": (.unsigned, 4), "u64": (.unsigned, 8), "u128": (.unsigned, 16),
    "isize": (.signed, nil), "usize": (.unsigned, nil), "f32": (.float, 4), "f64": (.float, 8),
  ]
}

extension Dwarf {
  /// A type that no unit describes.
  func type(_ name: CTypeName) -> DwarfType {
    let addressSize = units.first?.encoding.addressSize ?? 4
    let encoding: DwEncoding =
      switch name.format {
      case .boolean: .boolean
      case .float: .float
      case .unicode: .utf
      case .signedCharacter: .signedChar
      case .unsignedCharacter: .unsignedChar
      case .unsigned: .unsigned
      default: .signed
      }
    let base = BaseType(name: name.name, encoding: encoding, format: name.format, bits: nil, isBigEndian: false)
    return DwarfType(
      self,
      made: MadeType(
        .base(base), name: name.name, size: name.size ?? UInt64(addressSize), language: .c, addressSize: addressSize))
  }
}
