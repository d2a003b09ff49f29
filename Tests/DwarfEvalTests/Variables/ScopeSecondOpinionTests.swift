import ByteCursor
import DwarfEval
import TestSupport
import Testing

/// The variables in scope at every row of the samples' line tables against what llvm-dwarfdump says about the entries.
@Suite(.enabled(if: Tool.llvmDwarfdump != nil)) struct ScopeSecondOpinionTests {
  static let modules = Places.files(matching: Places.samples + "/*/*.wasm").filter {
    (try? Places.customSections($0))?[".debug_info"] != nil
  }

  @Test(arguments: modules) func agreesAtEveryRow(_ path: String) throws {
    let sections = try Places.customSections(path)
    let dwarf = Dwarf(DwarfSections { sections[$0] })
    let dump = EntryDump(try #require(Tool.llvmDwarfdump?.output(["--debug-info", path])))
    var count = 0
    for unit in dwarf.units {
      guard let table = unit.lineTable else { continue }
      for address in Set(table.rows.filter { !$0.isEndSequence }.map(\.address)) {
        for frame in dwarf.inlineChain(at: address) where frame.unit === unit {
          let entry = try #require(dump.entries[unit.header.offset + frame.offset.rawValue])
          #expect(entry.holds(address.rawValue))
          let ours = dwarf.localScopes(of: frame, at: address).flatMap { scope in
            scope.variables.map {
              EntryDump.Variable(
                origin: $0.origin.sectionOffset, depth: $0.depth, name: $0.name, line: $0.declaration?.line ?? 0,
                type: $0.type?.entry?.sectionOffset)
            }
          }
          let theirs = dump.variables(of: entry, at: address.rawValue)
          count += theirs.count
          #expect(Set(ours) == Set(theirs), "\(address)")
          #expect(ours.count == theirs.count, "\(address)")
        }
      }
    }
    // Two programs of plain numbers and texts have none.
    #expect(count > 0 || path.contains("/carried/"))
    #expect(dwarf.diagnostics.isEmpty)
  }

  /// Types with plain names, which the other reader writes as we do but for C's keywords.
  @Test(arguments: modules) func agreesAboutTypeNames(_ path: String) throws {
    let sections = try Places.customSections(path)
    let dwarf = Dwarf(DwarfSections { sections[$0] })
    let dump = EntryDump(try #require(Tool.llvmDwarfdump?.output(["--debug-info", path])))
    var names: [UInt64: Substring] = [:]
    for entry in dump.entries.values {
      if let (offset, name) = entry.type, let name, !name.isEmpty { names[offset] = name }
    }
    var count = 0
    for unit in dwarf.units where unit.sourceLanguage != .swift && unit.sourceLanguage != .zig {
      var reader = try unit.entries()
      while let entry = try reader.next() {
        guard let theirs = names[entry.sectionOffset],
          theirs.allSatisfy({ $0.isLetter || $0.isNumber || "_: *&[]".contains($0) }),
          theirs != "std::nullptr_t", !theirs.contains("structure "), !theirs.contains("class "),
          !theirs.contains("union "),
          // It does not know restrict and atomic types, nor the names that Rust gives to pointers and arrays.
          !theirs.hasPrefix("restrict"), !theirs.hasPrefix("atomic "),
          unit.sourceLanguage != .rust || theirs.allSatisfy({ !"*&[]".contains($0) })
        else { continue }
        let words = dwarf.type(describedBy: entry).name.split(separator: " ", omittingEmptySubsequences: false)
        let ours = words.filter { !["struct", "union", "enum"].contains($0) }.joined(separator: " ")
        count += 1
        // It leaves functions out of names; of the samples of C++'s libraries some have lost their own.
        #expect(ours == theirs || ours.hasSuffix("(anonymous)::" + theirs))
      }
    }
    #expect(count > 0 || dwarf.units.allSatisfy { $0.sourceLanguage == .zig })
  }

  /// Sizes of records, and where their members are. (What Swift's compiler says is put right.)
  @Test(arguments: modules) func agreesAboutRecords(_ path: String) throws {
    let sections = try Places.customSections(path)
    let dwarf = Dwarf(DwarfSections { sections[$0] })
    let dump = EntryDump(try #require(Tool.llvmDwarfdump?.output(["--debug-info", path])))
    var count = 0
    for unit in dwarf.units where unit.sourceLanguage != .swift {
      var reader = try unit.entries()
      while let entry = try reader.next() {
        guard [.structureType, .classType, .unionType].contains(entry.tag) else { continue }
        let theirs = try #require(dump.entries[entry.sectionOffset])
        guard theirs.attributes["DW_AT_declaration"] == nil else { continue }
        let type = dwarf.type(describedBy: entry)
        let record = try #require(type.record)
        #expect(type.size == theirs.reference("DW_AT_byte_size"))
        let members = theirs.children.compactMap { dump.entries[$0] }.filter {
          $0.tag == "DW_TAG_member" && $0.attributes["DW_AT_external"] == nil
        }
        #expect(record.members.map { $0.entry.sectionOffset } == members.map(\.offset))
        for (member, other) in zip(record.members, members) {
          count += 1
          #expect(member.type?.entry?.sectionOffset == other.type?.0)
          if let size = other.reference("DW_AT_bit_size"), size > 0 {
            #expect(member.bits?.size == size)
            #expect(member.bits.map { UInt64($0.offset) } == other.firstBit)
          } else {
            #expect(member.bits == nil)
            #expect(member.location.offset == other.reference("DW_AT_data_member_location"))
          }
        }
      }
    }
    // Two programs of plain numbers and texts have none.
    #expect(count > 0 || path.contains("/carried/"))
    #expect(dwarf.diagnostics.isEmpty)
  }
}

/// What llvm-dwarfdump prints about entries.
private struct EntryDump {
  struct Entry {
    let offset: UInt64
    let tag: Substring
    let depth: Int
    var attributes: [Substring: Substring] = [:]
    var ranges: [Range<UInt64>] = []
    var children: [UInt64] = []

    func reference(_ name: Substring) -> UInt64? {
      attributes[name].flatMap { EntryDump.number($0.prefix { $0 != " " }) }
    }
    var type: (UInt64, Substring?)? {
      guard let text = attributes["DW_AT_type"], let offset = reference("DW_AT_type") else { return nil }
      let quoted = text.firstIndex(of: "\"").map { text[text.index(after: $0)...].dropLast() }
      return (offset, quoted)
    }
    /// The first bit of a bit field, in either form (DWARF 3, 5.5.6).
    var firstBit: UInt64? {
      if let bit = reference("DW_AT_data_bit_offset") { return bit }
      guard let size = reference("DW_AT_bit_size"), let fromTop = reference("DW_AT_bit_offset"),
        let storage = reference("DW_AT_byte_size")
      else { return nil }
      return 8 * ((reference("DW_AT_data_member_location") ?? 0) + storage) - fromTop - size
    }
    var hasCode: Bool { attributes["DW_AT_low_pc"] != nil || attributes["DW_AT_ranges"] != nil }
    func holds(_ address: UInt64) -> Bool { ranges.contains { $0.contains(address) } }
  }

  struct Variable: Hashable {
    let origin: UInt64
    let depth: Int
    let name: String?
    let line: UInt64
    let type: UInt64?
  }

  private(set) var entries: [UInt64: Entry] = [:]

  init(_ text: String) {
    var open: [UInt64] = []
    var current: UInt64?
    var isInRanges = false
    for line in text.split(separator: "\n") {
      if line.hasPrefix("0x") {
        isInRanges = false
        current = nil
        guard let colon = line.firstIndex(of: ":"), let offset = Self.number(line[..<colon]) else { continue }
        let rest = line[line.index(after: colon)...]
        let name = rest.drop { $0 == " " }
        guard name.hasPrefix("DW_TAG_") else { continue }
        let depth = (rest.count - name.count - 1) / 2
        if open.count > depth { open.removeLast(open.count - depth) }
        if let parent = open.last { entries[parent]?.children.append(offset) }
        open.append(offset)
        entries[offset] = Entry(offset: offset, tag: name, depth: depth)
        current = offset
      } else if let current {
        let trimmed = line.drop { $0 == " " }
        if trimmed.hasPrefix("DW_AT_") {
          guard let tab = trimmed.firstIndex(of: "\t") else { continue }
          let name = trimmed[..<tab]
          isInRanges = name == "DW_AT_ranges"
          var value = trimmed[trimmed.index(after: tab)...].dropFirst()
          if value.hasSuffix(")") { value = value.dropLast() }
          entries[current]?.attributes[name] = value
          if name == "DW_AT_high_pc", let low = entries[current]?.reference("DW_AT_low_pc"),
            let high = Self.number(value), low < high
          {
            entries[current]?.ranges = [low..<high]
          }
        } else if isInRanges, trimmed.hasPrefix("[") {
          let bounds = trimmed.dropFirst().split(separator: ",")
          let end = bounds.last?.drop { $0 == " " }.prefix { $0 != ")" }
          if bounds.count == 2, let low = Self.number(bounds[0]), let high = end.flatMap({ Self.number($0) }),
            low < high, low > 1
          {
            entries[current]?.ranges.append(low..<high)
          }
        }
      }
    }
  }

  static func number(_ text: Substring) -> UInt64? {
    text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : nil
  }

  /// The variables of `frame` that are in scope at `address`, and those of the source that have no counterpart.
  func variables(of frame: Entry, at address: UInt64) -> [Variable] {
    var found: [Variable] = []
    func visit(_ scope: Entry, _ depth: Int) {
      var origins: Set<UInt64> = []
      for child in scope.children.compactMap({ entries[$0] }) {
        if Self.isVariable(child) {
          let variable = variable(child, depth)
          origins.insert(variable.origin)
          found.append(variable)
        } else if child.tag == "DW_TAG_lexical_block", !child.hasCode || child.holds(address) {
          visit(child, depth + 1)
        }
      }
      guard let source = scope.reference("DW_AT_abstract_origin").flatMap({ entries[$0] }) else { return }
      for child in source.children.compactMap({ entries[$0] })
      where Self.isVariable(child) && !origins.contains(child.offset) {
        found.append(variable(child, depth))
      }
    }
    visit(frame, 0)
    return found
  }

  private static func isVariable(_ entry: Entry) -> Bool {
    entry.tag == "DW_TAG_variable" || entry.tag == "DW_TAG_formal_parameter"
  }

  private func variable(_ entry: Entry, _ depth: Int) -> Variable {
    var source = entry
    var name: Substring?
    var line: UInt64 = 0
    var type: UInt64?
    while true {
      name = name ?? source.attributes["DW_AT_name"]
      if line == 0 { line = source.attributes["DW_AT_decl_line"].flatMap { UInt64($0) } ?? 0 }
      type = type ?? source.type?.0
      guard let next = source.reference("DW_AT_abstract_origin") ?? source.reference("DW_AT_specification"),
        let target = entries[next]
      else { break }
      source = target
    }
    return Variable(
      origin: source.offset, depth: depth, name: name.map { String($0.dropFirst().dropLast()) }, line: line, type: type)
  }
}
