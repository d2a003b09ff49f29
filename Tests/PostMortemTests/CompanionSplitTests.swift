import ByteCursor
import PostMortem
import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// Debug files that are made of the companion of a shipped module.
@Suite struct CompanionSplitTests {
  private static let options = ModuleSplit.Options(debugURL: "app.debug.wasm")
  private static func module(_ writer: ModuleWriter?) throws -> WasmModule {
    try WasmModule(Bytes(copying: try #require(writer).bytes))
  }
  private static func refusal(_ companion: Bytes, _ shipped: Bytes) -> String {
    do {
      _ = try CompanionSplit(companion: companion, shipped: shipped, options: nil)
      return "split"
    } catch { return error.description }
  }

  /// A program of functions whose code tells them apart, each by its number: it computes with the number and calls the host.
  private static func program(_ functions: [Int], padded: Bool) -> ModuleBuilder {
    var builder = ModuleBuilder()
    builder.importFunction("env", "log", [.i32])
    builder.global(GlobalType(.i32, isMutable: true), .i32(1))
    builder.memory(MemoryType(SizeLimits(1)))
    let host: [UInt8] = padded ? [0x80, 0x80, 0x80, 0x80, 0x00] : [0x00]
    for number in functions {
      var steps: [UInt8] = []
      for step in 0...number { steps += [0x41, UInt8(step % 50 + number), 0x10] + host }
      builder.function(
        body: steps + [0x0b], name: padded ? "f\(number)" : nil, export: number == functions[0] ? "first" : nil)
    }
    if padded { for name in [".debug_info", ".debug_line"] { builder.customSection(name) { $0.raw(name.utf8) } } }
    return builder
  }

  @Test func whatIsKept() throws {
    let companion = Self.program([3, 4, 5, 6], padded: true)
    let shipped = Self.program([3, 4, 5, 6], padded: false).bytes
    let split = try CompanionSplit(companion: companion.bytes, shipped: shipped, options: nil)
    #expect(split.stripped == nil && split.buildID == nil && !split.madeBuildID)
    #expect(split.survey.mappedFunctions == 4 && split.survey.functions == 4)
    let debug = try Self.module(split.debug)
    #expect(
      debug.sections.map(\.title) == [
        ".debug_info", ".debug_line", "wasmpm.names", "wasmpm.functions", "wasmpm.codemap",
      ])
    #expect(debug.customSection("wasmpm.codemap")?.count == split.mapSize)
    // The functions are the shipped module's, and the map is of its code.
    let target = try WasmModule(shipped)
    #expect(debug.recordedBounds.map(Array.init) == Array(FunctionBounds(target.bodies)))
    let map = try CodeMap(section: try #require(debug.customSection("wasmpm.codemap")), shipped: target)
    let whole = try WasmModule(companion.bytes)
    for body in target.bodies {
      // Behind the locals vector: a constant of two bytes, a call of two (six in the companion), a constant again.
      let mapped = try map.companionAddress(of: CodeOffset(5), in: body.function)
      #expect(mapped == whole.body(body.function)?.codeAddress(of: CodeOffset(9)))
    }
    #expect(debug.names.functions[2] == "f4")
  }

  @Test func theShippedModuleIsStrippedOnRequest() throws {
    let companion = Self.program([3, 4, 5, 6], padded: true).bytes
    let shipped = Self.program([3, 4, 5, 6], padded: false).bytes
    let split = try CompanionSplit(companion: companion, shipped: shipped, options: Self.options)
    let (stripped, debug) = (try Self.module(split.stripped), try Self.module(split.debug))
    #expect(split.madeBuildID)
    #expect(stripped.buildID?.array == split.buildID)
    #expect(debug.buildID?.array == split.buildID)
    #expect(stripped.externalDebugInfo == "app.debug.wasm")
    #expect(stripped.code?.array == (try WasmModule(shipped)).code?.array)
    // Again, and the same.
    let again = try CompanionSplit(companion: companion, shipped: shipped, options: Self.options)
    #expect(again.debug.bytes == split.debug.bytes)
    #expect(again.stripped?.bytes == split.stripped?.bytes)
  }

  @Test func theSameCodeNeedsNoMap() throws {
    let whole = try Places.bytes(Places.samples + "/structs/structs.wasm")
    let shipped = Bytes(copying: try ModuleSplit(whole, options: Self.options).stripped.bytes)
    let split = try CompanionSplit(companion: whole, shipped: shipped, options: nil)
    #expect(split.mapSize == 0)
    #expect(try Self.module(split.debug).customSection("wasmpm.codemap") == nil)
    #expect(split.buildID == (try WasmModule(shipped)).buildID?.array)
    let folder = try TemporaryFolder()
    let path = try folder.write("app.wasm", shipped.array)
    try folder.write("app.debug.wasm", split.debug.bytes)
    let symbolizer = try Symbolizer(path: path, options: SessionOptions())
    #expect(symbolizer.frames(at: CodeAddress(0x294)).last?.source?.line == 91)
  }

  @Test func refusals() throws {
    let companion = Self.program([3, 4, 5], padded: true).bytes
    let shipped = Self.program([3, 4, 5], padded: false).bytes
    #expect(Self.refusal(shipped, shipped) == "the module has no debug information that could be split off")
    #expect(
      Self.refusal(companion, .empty)
        == "the shipped module: offset 0x0: not a WebAssembly file (no \\0asm at its start)")
    #expect(
      Self.refusal(.empty, shipped) == "the companion: offset 0x0: not a WebAssembly file (no \\0asm at its start)")
    let other = try Places.bytes(Places.samples + "/recursion/recursion.wasm")
    #expect(Self.refusal(other, shipped).hasPrefix("not the companion of the shipped module: "))
    let structs = try Places.bytes(Places.samples + "/structs/structs.wasm")
    #expect(Self.refusal(structs, shipped).hasPrefix("not the companion of the shipped module: "))
  }

  /// A shrunk module with its debug file says of each instruction what the whole module says of it.
  @Test(arguments: ["structs/structs", "inventory/inventory", "dwarf5/dwarf5"])
  func aShrunkModuleSaysTheSame(_ sample: String) throws {
    let file = try Places.bytes(Places.samples + "/" + sample + ".wasm")
    let whole = try WasmModule(file)
    let shrunk = try ShrunkModule(whole)
    let split = try CompanionSplit(companion: file, shipped: Bytes(copying: shrunk.bytes), options: Self.options)
    let folder = try TemporaryFolder()
    let path = try folder.write("app.wasm", try #require(split.stripped).bytes)
    try folder.write("app.debug.wasm", split.debug.bytes)
    let expected = try Symbolizer(bytes: file, path: "whole.wasm", options: SessionOptions())
    let actual = try Symbolizer(path: path, options: SessionOptions())
    #expect(actual.info.debugInfo.kind == .mapped)
    #expect(actual.info.problems == [])
    let target = try WasmModule(Places.bytes(path))
    var addresses: [(whole: CodeAddress, shrunk: CodeAddress)] = []
    for (position, offsets) in shrunk.offsets.enumerated() {
      let bodies = (whole.bodies[position], target.bodies[position])
      for place in offsets.dropLast().enumerated() where place.offset % 5 == 0 {
        addresses.append(
          (
            CodeAddress(bodies.0.codeAddress.rawValue + UInt64(place.element.padded)),
            CodeAddress(bodies.1.codeAddress.rawValue + UInt64(place.element.shrunk))
          ))
      }
    }
    #expect(addresses.count > 2000)
    let (left, right) = (expected.frames(at: addresses.map(\.whole)), actual.frames(at: addresses.map(\.shrunk)))
    for index in addresses.indices {
      #expect(left[index].map(\.function) == right[index].map(\.function), "\(addresses[index])")
      #expect(left[index].map(\.source) == right[index].map(\.source), "\(addresses[index])")
    }
    #expect(left.filter { $0.first?.source != nil }.count > addresses.count / 2)
  }

  /// Real links of the corpus: the file is small, and the map is less than 3 % of the code.
  @Test(.enabled(if: Places.hasCorpus)) func ofTheCorpus() throws {
    let companion = try Places.bytes(Places.corpus + "/companion-O2.wasm")
    let shipped = try Places.bytes(Places.corpus + "/shipped-O2.wasm")
    let split = try CompanionSplit(companion: companion, shipped: shipped, options: nil)
    #expect(split.survey.mappedFunctions == split.survey.functions)
    let code = try #require(try WasmModule(shipped).code)
    #expect(split.mapSize * 100 < code.count * 3)
    #expect(split.buildID == (try WasmModule(shipped)).buildID?.array)
    #expect(split.debug.count < companion.count - (try WasmModule(companion)).code!.count)
  }
}
