import ByteCursor
import DwarfEval
import TestSupport
import Testing

/// Where the variables and frames of real modules are, against what `llvm-dwarfdump` says.
@Suite(.enabled(if: Tool.llvmDwarfdump != nil)) struct LocationSecondOpinionTests {
  /// Expressions and lists by the entry's offset and the attribute's name; a list has a line for each entry.
  typealias Locations = [String: [String]]

  @Test(arguments: Places.modulesWithLines) func sameLocations(_ path: String) throws {
    let printed = Tool.llvmDwarfdump?.output(["--debug-info", "--verbose", path])
    let theirs = Self.locations(printed: try #require(printed))
    let ours = try Self.locations(path)
    #expect(!ours.isEmpty)
    #expect(ours.count == theirs.count)
    var differences: [String] = []
    for (key, lines) in ours where theirs[key] != lines {
      differences.append("\(key): \(lines), but llvm-dwarfdump: \(theirs[key] ?? [])")
    }
    #expect(differences.count == 0, "of \(ours.count), such as \(differences.sorted().prefix(3))")
  }

  private static func locations(_ path: String) throws -> Locations {
    let sections = try Places.customSections(path)
    let dwarf = Dwarf(DwarfSections { sections[$0] })
    var found: Locations = [:]
    for unit in dwarf.units {
      func text(_ bytes: Bytes) -> String { ExpressionReader.text(bytes, encoding: unit.encoding) }
      var entries = try unit.entries()
      while let entry = try entries.next() {
        var attributes = entry.attributes
        while let (name, value) = try attributes.next() {
          let lines: [String]
          if let bytes = value.expression {
            lines = [text(bytes)]
          } else if name == .location || name == .frameBase, case .list(let list)? = try unit.location(value) {
            #expect(list.problem == nil)
            lines = list.entries.map { ($0.range?.description ?? "<default>") + ": " + text($0.expression) }
          } else {
            continue
          }
          found["\(CodeAddress(entry.sectionOffset)) \(name)"] = lines
        }
      }
    }
    return found
  }

  static func locations(printed: String) -> Locations {
    var found: Locations = [:]
    var entry: Substring = ""
    var key: String?
    for line in printed.split(separator: "\n") {
      var text = line.drop { $0 == " " }
      if line.hasPrefix("0x"), let colon = line.firstIndex(of: ":") {
        entry = line[..<colon]
      } else if text.hasPrefix("DW_AT_"), let tab = text.firstIndex(of: "\t") {
        key = nil
        let name = text[..<tab].prefix { $0 != " " }
        text = text[tab...].dropFirst(2)
        let isList = text.hasPrefix("0x") || text.hasPrefix("indexed (")
        guard text.hasPrefix("DW_OP_") || text.hasPrefix("<empty>") || (isList && text.hasSuffix(": ")) else {
          continue
        }
        key = "\(CodeAddress(number(entry))) \(name)"
        found[key!] = isList ? [] : [plain(text.dropLast())]
      } else if let key, text.hasPrefix("["), let colon = text.firstIndex(of: ":") {
        let range = text[..<colon].dropFirst().dropLast().split(separator: ",").map { number($0.drop { $0 == " " }) }
        // The other reader does not know what a linker removed.
        guard range.count == 2, range[0] < range[1], range[0] > 1, range[0] < 0xffff_fffe else { continue }
        var expression = text[colon...].dropFirst(2)
        // The last line ends the attribute.
        if expression.hasSuffix(")"), !isBalanced(expression) { expression = expression.dropLast() }
        found[key]?.append("[\(CodeAddress(range[0])), \(CodeAddress(range[1]))): \(plain(expression))")
      }
    }
    return found
  }

  private static func number(_ text: Substring) -> UInt64 { UInt64(text.dropFirst(2), radix: 16) ?? .max }

  private static func isBalanced(_ text: Substring) -> Bool {
    text.filter { $0 == "(" }.count == text.filter { $0 == ")" }.count
  }

  /// An expression without the names of base types: `(0x2a -> 0x4f) "int"` is `0x2a`.
  private static func plain(_ text: Substring) -> String {
    if text == "<empty>" { return "" }
    let parts = text.split(separator: ", ").map { part -> String in
      guard let open = part.firstRange(of: " (0x"), let arrow = part.firstRange(of: " -> ") else { return String(part) }
      return part[..<open.lowerBound] + " 0x"
        + String(number(part[open.lowerBound..<arrow.lowerBound].dropFirst(2)), radix: 16)
    }
    return parts.joined(separator: ", ")
  }
}
