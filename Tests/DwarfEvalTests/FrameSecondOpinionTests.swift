import ByteCursor
import DwarfEval
import TestSupport
import Testing

/// Functions, what was inlined into them, and lines of real modules against what another reader of DWARF says.
@Suite(.enabled(if: Tool.wasmTools != nil)) struct FrameSecondOpinionTests {
  @Test(arguments: Places.modulesWithLines) func agreesAboutEveryRow(_ path: String) throws {
    let sections = try Places.customSections(path)
    let dwarf = Dwarf(DwarfSections { sections[$0] })
    let addresses = Self.addresses(of: dwarf)
    #expect(!addresses.isEmpty)
    for start in stride(from: 0, to: addresses.count, by: 5000) {
      let some = Array(addresses[start..<min(start + 5000, addresses.count)])
      let others = try #require(Self.frames(at: some, in: path))
      #expect(others.count == some.count)
      for (address, (ours, theirs)) in zip(some, zip(dwarf.locate(some), others)) {
        #expect(ours.count == theirs.count, "\(address)")
        for (frame, text) in zip(ours, theirs) { compare(frame, text, address) }
      }
    }
    #expect(dwarf.diagnostics.isEmpty)
  }

  /// Every row's address, and every function's first and last, but for those of functions that two units describe:
  /// the other reader takes the shorter one for true, and the code of the module says that it is the first.
  private static func addresses(of dwarf: Dwarf) -> [CodeAddress] {
    var addresses: Set<CodeAddress> = []
    var functions: [CodeRange] = []
    for unit in dwarf.units {
      if let table = unit.lineTable {
        for row in table.rows where !row.isEndSequence && table.lookup(row.address) != nil {
          addresses.insert(row.address)
        }
      }
      for range in dwarf.functions(in: unit).flatMap(\.ranges) {
        functions.append(range)
        addresses.insert(range.low)
        addresses.insert(CodeAddress(range.high.rawValue - 1))
      }
    }
    functions.sort { ($0.low, $0.high) < ($1.low, $1.high) }
    let ambiguous = zip(functions, functions.dropFirst()).filter { $1.low < $0.high }.flatMap { [$0, $1] }
    return addresses.filter { address in !ambiguous.contains { $0.contains(address) } }.sorted()
  }

  /// What the other reader prints for each address: `function path:line:column`, with less where it knows less.
  private static func frames(at addresses: [CodeAddress], in path: String) -> [[Substring]]? {
    let arguments = ["addr2line", "--code-section-relative", path] + addresses.map(\.description)
    guard let printed = Tool.wasmTools?.output(arguments) else { return nil }
    var frames: [[Substring]] = []
    for line in printed.split(separator: "\n") {
      if line.hasPrefix("0x"), let colon = line.firstIndex(of: ":") {
        let text = line[colon...].dropFirst(2)
        frames.append(text.hasPrefix("no dwarf frames") ? [] : [text])
      } else if !frames.isEmpty {
        frames[frames.count - 1].append(line.drop { $0 == "\t" || $0 == " " })
      }
    }
    return frames
  }

  private func compare(_ frame: SourceFrame, _ text: Substring, _ address: CodeAddress) {
    let function = frame.linkageName ?? frame.function ?? "-"
    // The other reader demangles.
    if !function.hasPrefix("_Z"), !function.hasPrefix("_R"), frame.frame != nil {
      #expect(text == function || text.hasPrefix(function + " "), "\(address)")
    }
    if frame.line > 0, let file = frame.file?.split(separator: "/").last {
      // A column that is not known is 0, or left out.
      let place = "\(file):\(frame.line)"
      #expect(
        text.hasSuffix("\(place):\(frame.column)") || frame.column == 0 && text.hasSuffix(place), "\(address)")
    } else {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      #expect(parts.count < 3 || Int(parts[parts.count - 1]) == nil, "\(address): \(text)")
    }
  }
}

extension Tool {
  fileprivate static let wasmTools = Tool("wasm-tools", variable: "WASM_TOOLS")
}
