import ByteCursor
import DwarfEval
import WasmBinary

/// Finds the functions of a module that a person calls by a name.
struct FunctionSearch {
  private let module: DebugModule
  /// Of names in which the source's words need not stand as they are, so many are demangled; a hostile module has
  /// millions that take a millisecond each.
  private static let demangled = 50_000

  init(_ module: DebugModule) { self.module = module }

  /// The functions called `name`, ascending.
  func functions(named name: String) -> [UInt32] {
    guard !name.isEmpty else { return [] }
    let exact = byModule(name)
    if !exact.isEmpty { return exact.sorted() }
    return byDebugInformation(name).union(byDemangling(name)).sorted()
  }

  /// By the name section, else by exports, else by imports.
  private func byModule(_ name: String) -> Set<UInt32> {
    let wasm = module.wasm
    var found = Set(module.functions(linkerNamed: name))
    guard found.isEmpty else { return found }
    if let export = wasm.export(name), export.kind == .function, Int(export.index) < wasm.functionCount {
      return [export.index]
    }
    var index: UInt32 = 0
    for entry in wasm.imports where entry.type.kind == .function {
      if "\(entry.module).\(entry.name)" == name { found.insert(index) }
      index += 1
    }
    return found
  }

  private func byDebugInformation(_ name: String) -> Set<UInt32> {
    guard let dwarf = module.dwarf else { return [] }
    let starts = dwarf.functions(named: name).compactMap { $0.ranges.first?.low }
    return Set(starts.compactMap { module.translation.body(holding: $0)?.function })
  }

  /// By what the module's names mean.
  private func byDemangling(_ name: String) -> Set<UInt32> {
    let ends = ["::" + name, "." + name]
    let word = Self.longestWord(name)
    var left = Self.demangled
    var found: Set<UInt32> = []
    func consider(_ index: UInt32, _ mangled: Bytes) {
      // Most names are left out cheaply: C++ and Rust keep the source's words. Swift replaces those that come again.
      if !Self.contains(mangled, word) {
        guard left > 0, Self.isSwift(mangled) else { return }
        left -= 1
      }
      // Linkers demangle C++ themselves unless they are told not to.
      let text = mangled.string
      let meaning = Demangler.demangle(text) ?? Demangled(language: .cxx, text: text)
      let short = meaning.name
      if meaning.text == name || short == name || ends.contains(where: short.hasSuffix) { found.insert(index) }
    }
    for (index, bytes) in module.linkerNames { consider(index, bytes) }
    for export in module.wasm.exports where export.kind == .function && export.name.hasPrefix("_") {
      consider(export.index, Bytes(copying: Array(export.name.utf8)))
    }
    return found
  }

  /// The longest run of ASCII letters, digits and underscores.
  private static func longestWord(_ name: String) -> [UInt8] {
    let isWord = { (byte: UInt8) in
      byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
    // `operator` is no part of a mangled name.
    let words = name.utf8.split { !isWord($0) }.map { Array($0) }.filter { $0 != Array("operator".utf8) }
    return words.max { $0.count < $1.count } ?? []
  }

  /// Whether a name begins like Swift's: `$s`, `_$s`, `$e` of Embedded Swift, macro expansions.
  private static func isSwift(_ name: Bytes) -> Bool {
    name.count > 2 && (name[0] == UInt8(ascii: "$") || name[1] == UInt8(ascii: "$") || name[0] == UInt8(ascii: "@"))
  }

  private static func contains(_ bytes: Bytes, _ word: [UInt8]) -> Bool {
    guard let first = word.first else { return true }
    guard bytes.count >= word.count else { return false }
    return (0...bytes.count - word.count).contains { start in
      bytes[start] == first && word.indices.allSatisfy { bytes[start + $0] == word[$0] }
    }
  }
}
