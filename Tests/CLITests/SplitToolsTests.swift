import ByteCursor
import TestSupport
import Testing
import WasmBinary

/// What others say of the files that `wasmpm split` writes.
@Suite struct SplitToolsTests {
  private static let samples = ["structs/structs", "dwarf5/dwarf5", "embeddedswift/embeddedswift", "zigparse/zigparse"]

  private func split(_ sample: String, _ options: String = "") throws -> (
    folder: TemporaryFolder, stripped: String, debug: String
  ) {
    let folder = try TemporaryFolder()
    let run = try Executable.run(
      "wasmpm split Samples/\(sample).wasm --output $TMP/s.wasm --debug-file $TMP/d.wasm \(options)", in: folder)
    #expect(run.status == 0, "\(run.errors)")
    #expect(try TemporaryFolder.names(in: folder.path).filter { !$0.hasPrefix(".std") } == ["d.wasm", "s.wasm"])
    return (folder, folder.path + "/s.wasm", folder.path + "/d.wasm")
  }

  @Test(.enabled(if: Tool.wasmTools != nil), arguments: samples) func bothAreValid(_ sample: String) throws {
    let files = try split(sample)
    let tools = try #require(Tool.wasmTools)
    for path in [files.stripped, files.debug] {
      #expect(tools.output(["validate", "--features", "all", path]) != nil, "\(path)")
    }
    // The code is the same to the last byte: so is its text, but for names.
    let whole = try #require(tools.output(["strip", "--all", "-t", Places.samples + "/\(sample).wasm"]))
    #expect(tools.output(["strip", "--all", "-t", files.stripped]) == whole)
  }

  /// Tables, entries and locations of the debug file are those of the whole module.
  @Test(.enabled(if: Tool.llvmDwarfdump != nil), arguments: samples) func debugInformationIsAllThere(_ sample: String)
    throws
  {
    let files = try split(sample)
    let dump = try #require(Tool.llvmDwarfdump)
    func text(_ path: String) throws -> [Substring] {
      let text = try #require(dump.output(["--all", path]))
      // The first line names the file.
      return Array(text.split(separator: "\n").dropFirst())
    }
    let whole = try text(Places.samples + "/\(sample).wasm")
    #expect(whole.count > 1000)
    #expect(try text(files.debug) == whole)
    #expect(try text(files.stripped).filter { $0.contains("DW_TAG") || $0.hasPrefix("0x") } == [])
  }

  /// Symbols by address, from the debug file alone.
  @Test(.enabled(if: Tool.llvmSymbolizer != nil)) func llvmSymbolizerReadsIt() throws {
    let files = try split("structs/structs")
    let symbolizer = try #require(Tool.llvmSymbolizer)
    let lines = symbolizer.output(["--obj=\(files.debug)", "0x294"])
    #expect(lines?.contains("run_day") == true, "\(lines ?? "")")
    #expect(lines?.contains("structs.c:91:16") == true)
  }
}
