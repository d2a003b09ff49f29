import ByteCursor
import DwarfEval
import TestSupport
import Testing

/// Line tables of real modules against what LLVM's tools say.
@Suite struct LineSecondOpinionTests {
  private static func headers(_ path: String) throws -> [LineProgramHeader] {
    let sections = try Places.customSections(path)
    let dwarf = DwarfSections { sections[$0] }
    var headers: [LineProgramHeader] = []
    var offset = DebugLineOffset(0)
    while offset.rawValue < UInt64(dwarf.line.bytes.count) {
      let header = try LineProgramHeader(at: offset, in: dwarf)
      headers.append(header)
      offset = header.next
    }
    return headers
  }

  /// What `llvm-dwarfdump --debug-line` prints, taken apart.
  private struct Dump {
    var rows: [String] = []
    /// `index name directory` of each file, a table after the other.
    var files: [String] = []
    private var columns: [Substring] = []
    private var sequence: [String] = []
    private var isDead = false

    init(_ text: String) {
      var file: Substring = ""
      for line in text.split(separator: "\n") {
        if line.hasPrefix("0x") {
          add(line.split(separator: " "))
        } else if line.hasPrefix("Address ") {
          columns = line.split(separator: " ")
        } else if line.hasPrefix("file_names[") {
          file = line.dropFirst("file_names[".count).prefix { $0 != "]" }.drop { $0 == " " }
        } else if let name = line.range(of: "name: ", after: "           ") {
          file += " " + name.dropFirst().dropLast()
        } else if let directory = line.range(of: "dir_index: ", after: "      ") {
          files.append("\(file) \(directory)")
        }
      }
    }

    private mutating func add(_ fields: [Substring]) {
      func number(_ name: Substring) -> UInt64 {
        guard let column = columns.firstIndex(of: name), column < fields.count else { return 0 }
        return UInt64(fields[column]) ?? 0
      }
      let address = UInt64(fields[0].dropFirst(2), radix: 16) ?? 0
      // Code that the linker dropped: LLVM does not know all tombstones.
      if sequence.isEmpty { isDead = address <= 1 || address == 0xffff_fffe }
      let flags = fields.dropFirst((columns.firstIndex(of: "Flags") ?? 0))
      var row = "\(CodeAddress(address)) \(number("Line")):\(number("Column")) \(number("File"))"
      if number("Discriminator") != 0 { row += " d\(number("Discriminator"))" }
      if number("ISA") != 0 { row += " isa\(number("ISA"))" }
      if number("OpIndex") != 0 { row += " op\(number("OpIndex"))" }
      let names = [
        ("is_stmt", "stmt"), ("basic_block", "block"), ("prologue_end", "prologue"), ("epilogue_begin", "epilogue"),
        ("end_sequence", "end"),
      ]
      for (theirs, ours) in names where flags.contains(Substring(theirs)) { row += " " + ours }
      sequence.append(row)
      if flags.contains("end_sequence") {
        if !isDead { rows += sequence }
        sequence = []
      }
    }
  }

  @Test(.enabled(if: Tool.llvmDwarfdump != nil), arguments: Places.modulesWithLines)
  func sameRowsAndFiles(_ path: String) throws {
    let text = Tool.llvmDwarfdump?.output(["--debug-line", path])
    let dump = Dump(try #require(text))
    var rows: [String] = []
    var files: [String] = []
    for header in try Self.headers(path) {
      let table = LineTable(header)
      #expect(table.diagnostics.isEmpty)
      rows += table.rows.map(\.text)
      for index in header.fileIndices {
        let file = try header.file(UInt64(index))
        files.append("\(index) \(file.name.string) \(file.directory)")
      }
    }
    #expect(!rows.isEmpty)
    #expect(rows.count == dump.rows.count)
    #expect(zip(rows, dump.rows).first { $0 != $1 } == nil)
    #expect(files == dump.files)
  }

  /// Every row's address is found again, with the last row at that address.
  @Test(arguments: Places.modulesWithLines) func everyRowIsFound(_ path: String) throws {
    for header in try Self.headers(path) {
      let table = LineTable(header)
      for sequence in table.sequences {
        let rows = table.rows(of: sequence)
        for (row, next) in zip(rows, rows.dropFirst()) where row.address < next.address {
          // Two sequences at one place are the compiler's business.
          guard table.sequence(holding: row.address) == sequence else { continue }
          #expect(table.span(holding: row.address)?.row == row)
          #expect(table.span(holding: row.address)?.end == next.address)
        }
      }
    }
  }
}

/// The functions, lines and inlined calls at the addresses of real modules against what `llvm-symbolizer` says.
@Suite struct LocateSecondOpinionTests {
  /// How many addresses of a module are compared: of larger ones every n-th.
  private static let enough = 20_000

  /// A frame as both sides tell it.
  private struct Opinion: Equatable, CustomStringConvertible {
    var function: String
    var file: String
    var line: String

    var description: String { "\(function) \(file):\(line)" }

    /// `/a/./b` is `/a/b`, and a path that we take for absolute may be relative to LLVM.
    static func == (left: Opinion, right: Opinion) -> Bool {
      let (ours, theirs) = (plain(left.file), plain(right.file))
      return left.function == right.function && left.line == right.line
        && (ours == theirs || theirs.suffix(ours.count + 1) == "/" + ours)
    }

    private static func plain(_ path: String) -> String {
      path.split(separator: "/", omittingEmptySubsequences: false).filter { $0 != "." }.joined(separator: "/")
    }
  }

  @Test(.enabled(if: Tool.llvmSymbolizer != nil), arguments: Places.modulesWithLines)
  func sameFunctionsAndLines(_ path: String) throws {
    let sections = try Places.customSections(path)
    let dwarf = Dwarf(DwarfSections { sections[$0] })
    let tables = dwarf.units.compactMap(\.lineTable)
    let ambiguous = Self.ambiguous(tables)
    var addresses: Set<CodeAddress> = []
    for table in tables { for row in table.rows where !row.isEndSequence { addresses.insert(row.address) } }
    let sorted = addresses.filter { address in !ambiguous.contains { $0.contains(address) } }.sorted()
    let step = sorted.count / Self.enough + 1
    let asked = sorted.indices.filter { $0 % step == 0 }.map { sorted[$0] }
    let answer = Self.symbolize(path, asked)
    let theirs = try #require(answer)
    #expect(theirs.count == asked.count)
    let ours = dwarf.locate(asked).map { frames in
      frames.map {
        Opinion(
          function: $0.function ?? "??", file: $0.file ?? "??", line: "\($0.line):\($0.column)")
      }
    }
    var differences: [String] = []
    for (index, address) in asked.enumerated() where ours[index] != theirs[index] {
      differences.append("\(address): \(ours[index]), but llvm-symbolizer: \(theirs[index])")
    }
    #expect(differences.count == 0, "of \(asked.count), such as \(differences.prefix(3))")
  }

  /// Where sequences overlap that are not the same: two objects had the same inline function, compiled differently.
  /// The linker kept one but relocated both ones' debugging information to it, and which is true is anyone's guess.
  private static func ambiguous(_ tables: [LineTable]) -> [Range<CodeAddress>] {
    let ranges = tables.flatMap(\.sequences).map { $0.start..<$0.end }
      .sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    var found: [Range<CodeAddress>] = []
    var last: Range<CodeAddress>?
    for range in ranges {
      if let known = last, range != known, range.overlaps(known) {
        found.append(known.lowerBound..<max(known.upperBound, range.upperBound))
      }
      if range.upperBound > last?.upperBound ?? CodeAddress(0) { last = range }
    }
    return found
  }

  private static func symbolize(_ path: String, _ addresses: [CodeAddress]) -> [[Opinion]]? {
    // Not linkage names: for these the tool prefers the symbol table, whose addresses it takes for others.
    let arguments = ["--obj=\(path)", "--functions=short", "--no-demangle", "--inlines", "--output-style=LLVM"]
    let input = addresses.map(\.description).joined(separator: "\n") + "\n"
    guard let text = Tool.llvmSymbolizer?.output(arguments, input: input) else { return nil }
    var opinions: [[Opinion]] = []
    var frames: [Opinion] = []
    var function: Substring?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty {
        if !frames.isEmpty { opinions.append(frames) }
        frames = []
        function = nil
      } else if let name = function {
        // file:line:column, and colons in the file's path.
        let parts = line.split(separator: ":", omittingEmptySubsequences: false)
        frames.append(
          Opinion(
            function: String(name), file: parts.dropLast(2).joined(separator: ":"),
            line: parts.suffix(2).joined(separator: ":")))
        function = nil
      } else {
        function = line
      }
    }
    return opinions
  }
}

extension Substring {
  /// What follows `key`, where the line is `indent`, `key` and more.
  fileprivate func range(of key: String, after indent: String) -> Substring? {
    let start = indent + key
    return hasPrefix(start) ? dropFirst(start.count) : nil
  }
}
