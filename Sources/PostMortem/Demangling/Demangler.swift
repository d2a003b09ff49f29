import ByteCursor

/// A linkage name in the form its programmer wrote it.
public struct Demangled: Sendable, Equatable {
  /// The mangling scheme, which says the source language.
  public enum Language: Sendable, Equatable {
    /// The Itanium C++ ABI's.
    case cxx
    /// Rust's older one: an Itanium nested name that ends in a hash.
    case rustLegacy
    /// Rust's newer one (RFC 2603).
    case rustV0
    /// Swift's.
    case swift
  }

  /// The scheme of the name.
  public var language: Language
  /// Everything the name says: parameters, and what a compiler appended to a copy as `[clone .cold]`.
  /// Hashes and disambiguators of Rust names are left out.
  public var text: String

  /// The function without its parameters and result, for backtraces.
  public var name: String { Demangler.functionName(text, language: language) }
}

/// Turns linkage names into source names.
///
/// Takes names as Wasm tools leave them: with an underscore too many in front, with the suffix of an
/// optimiser's copy behind. A name may come from a hostile file: whatever it holds, a call takes some
/// milliseconds, a few megabytes and less than half a megabyte of stack.
public enum Demangler {
  /// The source form of a mangled name; nil where the name is not mangled (C, or demangled by the linker
  /// already), is malformed, or would expand beyond all reason.
  public static func demangle(_ name: String) -> Demangled? {
    guard name.utf8.count <= Limits.standard.nameBytes else { return nil }
    var symbol = Array(name.utf8)
    let copy = removeCopyMark(from: &symbol)
    if symbol.starts(with: "__".utf8), symbol.count > 2, isSchemeLetter(symbol[2]) { symbol.removeFirst() }
    guard var result = scheme(of: symbol) else { return nil }
    if let copy { result.text += " [clone \(copy)]" }
    return result
  }

  /// Tries the schemes whose prefix the symbol has.
  private static func scheme(of symbol: [UInt8]) -> Demangled? {
    if symbol.starts(with: "_R".utf8) {
      return RustV0.demangle(symbol.dropFirst(2)).map { Demangled(language: .rustV0, text: $0) }
    }
    if symbol.starts(with: "_ZN".utf8), let text = RustLegacy.demangle(symbol.dropFirst(3)) {
      return Demangled(language: .rustLegacy, text: text)
    }
    if symbol.starts(with: "_Z".utf8) {
      return CxxRuntime.demangle(symbol).map { Demangled(language: .cxx, text: $0) }
    }
    if swiftPrefixes.contains(where: { symbol.starts(with: $0.utf8) }) {
      return SwiftRuntime.demangle(symbol).map { Demangled(language: .swift, text: $0) }
    }
    return nil
  }

  /// Swift's prefixes: of 5 and later, of 4.2, of Embedded Swift, of 4, of macro expansions. The runtime reads no
  /// names of versions before.
  private static let swiftPrefixes = ["$s", "_$s", "$S", "_$S", "$e", "_$e", "_T0", "@__swiftmacro_"]

  /// The letter behind `_` that a doubled underscore may stand before: `__ZN…`, `__RNv…`, `__T0…`.
  private static func isSchemeLetter(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "Z") || byte == UInt8(ascii: "R") || byte == UInt8(ascii: "T")
  }

  /// Cuts what marks an optimiser's copy of a function and returns it (`.cold`, `.isra.0`), without what
  /// only tells link-time copies apart (`.llvm.1234`). Mangled names hold no space, and a dot only within
  /// the elements of Rust's older scheme, which an `E` closes.
  private static func removeCopyMark(from symbol: inout [UInt8]) -> String? {
    var mark: ArraySlice<UInt8>
    if let space = symbol.firstIndex(of: UInt8(ascii: " ")) {
      guard symbol[space...].starts(with: " [clone".utf8), symbol.last == UInt8(ascii: "]") else { return nil }
      mark = symbol[(space + " [clone".utf8.count)...].dropLast()
      mark = mark.drop { $0 == UInt8(ascii: " ") }
      let text = String(decoding: mark, as: UTF8.self)
      symbol.removeSubrange(space...)
      return text.isEmpty ? nil : text
    }
    guard let start = RustLegacy.end(of: symbol) ?? symbol.firstIndex(of: UInt8(ascii: ".")) else { return nil }
    mark = symbol[start...]
    guard mark.first == UInt8(ascii: ".") else { return nil }
    let text = String(decoding: withoutLinkTimeNumber(mark), as: UTF8.self)
    symbol.removeSubrange(start...)
    return text.isEmpty ? nil : text
  }

  /// The mark without `.llvm.` and the number behind it.
  private static func withoutLinkTimeNumber(_ mark: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let marker = Array(".llvm.".utf8)
    for start in mark.indices where mark[start...].starts(with: marker) {
      let number = mark[(start + marker.count)...]
      let rest = number.drop { $0 != UInt8(ascii: ".") }
      return mark[..<start] + rest
    }
    return mark
  }
}
