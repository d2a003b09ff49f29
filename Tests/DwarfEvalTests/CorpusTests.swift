import ByteCursor
import DwarfEval
import TestSupport
import Testing
import WasmBinary

/// Real modules; what is expected was read off llvm-symbolizer and llvm-dwarfdump.
@Suite(.enabled(if: Places.hasCorpus)) struct CorpusTests {
  private func dwarf(_ module: String) throws -> Dwarf {
    var sections: [String: Bytes] = [:]
    for section in try SectionReader(try Places.bytes(Places.corpus + "/" + module)) {
      if let name = section.name { sections[name] = section.contents }
    }
    return Dwarf(DwarfSections { sections[$0] })
  }

  private func text(_ frames: [SourceFrame]) -> [String] {
    frames.map {
      let file = $0.file?.split(separator: "/").last.map { String($0) } ?? "-"
      return "\($0.linkageName ?? $0.function ?? "-") \(file):\($0.line)"
    }
  }

  @Test(arguments: ["traps-O0.wasm", "traps-O2.wasm", "traps-dw5-O2.wasm"])
  func locatesAddresses(_ module: String) throws {
    let expected: [(UInt64, [String])]
    switch module {
    case "traps-O0.wasm":
      expected = [
        (0x110, ["__main_argc_argv traps.c:43"]),
        (0x2ef, ["oob traps.c:16"]),
        (0x729, ["try_init_allocator malloc.c:5227", "dlmalloc malloc.c:4599"]),
        (0x5b0, ["null traps.c:40"]),
      ]
    case "traps-O2.wasm":
      expected = [
        (0x4e, ["__main_argc_argv traps.c:0"]),
        (0x110, ["__main_argc_argv traps.c:45"]),
        (0x13c, ["__main_argc_argv traps.c:0"]),
        (0x2ef, ["deep traps.c:28"]),
        (0x6a1, ["init_bins malloc.c:0", "try_init_allocator malloc.c:5243", "dlmalloc malloc.c:4599"]),
        (0x729, ["init_top malloc.c:0", "try_init_allocator malloc.c:5244", "dlmalloc malloc.c:4599"]),
      ]
    case "traps-dw5-O2.wasm":
      expected = [
        (0x4e, ["__main_argc_argv traps.c:0"]),
        (0x110, ["__main_argc_argv traps.c:45"]),
        (0x13c, ["__main_argc_argv traps.c:0"]),
        (0x2ef, ["deep traps.c:28"]),
        (0x6a1, ["init_bins malloc.c:0", "try_init_allocator malloc.c:5243", "dlmalloc malloc.c:4599"]),
        (0x729, ["init_top malloc.c:0", "try_init_allocator malloc.c:5244", "dlmalloc malloc.c:4599"]),
      ]
    default: return
    }
    let dwarf = try dwarf(module)
    for (address, frames) in expected { #expect(text(dwarf.locate(CodeAddress(address))) == frames) }
    let all = dwarf.locate(expected.map { CodeAddress($0.0) })
    for (found, (_, frames)) in zip(all, expected) { #expect(text(found) == frames) }
    #expect(dwarf.diagnostics.isEmpty)
  }

  @Test func readsAllFunctions() throws {
    for (module, count) in [("traps-O0.wasm", 64), ("traps-O2.wasm", 65), ("traps-dw5-O2.wasm", 65)] {
      let dwarf = try dwarf(module)
      #expect(dwarf.units.count == 42)
      #expect(dwarf.units.reduce(0) { $0 + dwarf.functions(in: $1).count } == count)
      for function in dwarf.units.flatMap({ dwarf.functions(in: $0) }) {
        #expect(dwarf.info(function)?.name != nil)
        for range in function.ranges {
          #expect(dwarf.function(containing: range.low) == function)
          #expect(dwarf.unit(containing: range.low) === function.unit)
        }
      }
      #expect(dwarf.diagnostics.isEmpty)
    }
  }
}
