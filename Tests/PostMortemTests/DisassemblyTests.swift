import ByteCursor
import CoreDumpFormat
import PostMortem
import TestSupport
import Testing
import WasmBinary
import WasmInterp

@Suite struct DisassemblyTests {
  private func module(_ names: [String?]) throws -> ModuleDisassembly {
    var module = ModuleBuilder()
    module.importFunction("env", "log")
    for name in names { module.function(body: [0x10, 0, 0x0b], name: name) }
    module.export("outside", .function, 1)
    return ModuleDisassembly(try WasmModule(module.bytes), path: nil, options: SessionOptions())
  }

  // MARK: Names

  @Test func functionsByTheModulesNames() throws {
    let code = try module(["_ZN4math6divideEii", "divide", "same", "same", nil])
    #expect(code.functions(named: "_ZN4math6divideEii") == [1])
    #expect(code.functions(named: "outside") == [1])
    #expect(code.functions(named: "env.log") == [0])
    #expect(code.functions(named: "same") == [3, 4])
    // The linker's name wins over what another one means.
    #expect(code.functions(named: "divide") == [2])
    // The name section's name wins over an export.
    #expect(try self.module([nil, "outside"]).functions(named: "outside") == [2])
    #expect(code.functions(named: "") == [])
    #expect(code.functions(named: "nobody") == [])
    #expect(code.definedFunctions == 1..<6)
    #expect(code.functionCount == 6)
  }

  @Test func functionsByWhatTheirNamesMean() throws {
    let code = try module([
      "_ZN4math6divideEii", "_ZN4mathplERKNS_1VES2_", "_RNvCs1234_7mycrate3foo",
      "_ZN4core3ptr9read_cell17h0123456789abcdefE",
      "$e13embeddedswift8carryOut_2inSiAA7CommandO_AA4RoomCtF", "std::vec<int>::push(int, int) const", "subdivide",
    ])
    #expect(code.functions(named: "divide") == [1])
    #expect(code.functions(named: "math::divide") == [1])
    #expect(code.functions(named: "math::divide(int, int)") == [1])
    #expect(code.functions(named: "mycrate::foo") == [3])
    #expect(code.functions(named: "read_cell") == [4])
    #expect(code.functions(named: "embeddedswift.carryOut") == [5])
    #expect(code.functions(named: "carryOut") == [5])
    #expect(code.functions(named: "push") == [6])
    #expect(code.functions(named: "std::vec<int>::push") == [6])
    #expect(code.functions(named: "math::operator+") == [2])
    #expect(code.functions(named: "math") == [])
  }

  @Test func functionsByTheDebugInformation() throws {
    let session = try Session(path: Places.samples + "/split/app.core", options: SessionOptions())
    let code = try #require(session.disassembly(module: 0))
    // The names that the frames have.
    for frame in session.backtrace(thread: 0) where frame.module == 0 && !frame.inlined {
      guard let index = frame.functionIndex, code.definedFunctions.contains(index) else { continue }
      #expect(code.functions(named: frame.function.display).contains(index), "\(frame.function.display)")
      #expect(code.name(of: index).display == frame.function.display)
    }
    #expect(session.disassembly(module: 99) == nil)
    #expect(session.disassembly(module: 0) === code)
  }

  // MARK: Listings

  @Test func callsSayWhatTheirMangledNamesMean() throws {
    var module = ModuleBuilder()
    module.function(body: [0x10, 0, 0x10, 1, 0x0b], name: "_ZN4math6divideEii")
    module.function(name: "plain")
    let code = ModuleDisassembly(try WasmModule(module.bytes), path: nil, options: SessionOptions())
    let listing = try #require(code.listing(of: 0))
    #expect(listing.disassembler.lines.map(\.text)[1] == "call $_ZN4math6divideEii")
    #expect(listing.disassembler.lines.map(listing.demangledName) == ["math::divide", "math::divide", nil, nil, nil])
    #expect(!listing.hasSource)
    #expect(listing.source(at: CodeOffset(1)) == nil)
    let bytes = listing.disassembler.lines.map { listing.bytes(of: $0).array }
    #expect(bytes == [[], [0x10, 0], [0x10, 1], [0x0b], []])
    #expect(code.listing(of: 2) == nil)
    #expect(try self.module([]).listing(of: 0) == nil)
  }

  /// Each line of each frame's function: what the frames say of their own, and rows of the line table that hold as far
  /// as they say.
  @Test(arguments: ["structs/structs", "recursion/recursion", "inventory/inventory", "rustpanic/rustpanic"])
  func sourcesOfInstructions(sample: String) throws {
    let session = try Session(path: "\(Places.samples)/\(sample).core", options: SessionOptions())
    var known = 0
    for frame in session.backtrace(thread: 0) {
      guard let module = frame.module, let function = frame.functionIndex, let offset = frame.codeOffset,
        let listing = session.disassembly(module: module)?.listing(of: function)
      else { continue }
      #expect(listing.function == function)
      let line = try #require(listing.disassembler.lines(from: offset, count: 1)?.first { _ in true })
      #expect(line.fileOffset == frame.fileOffset)
      #expect(line.codeAddress == frame.codeAddress)
      guard let (source, end) = listing.source(at: offset) else { continue }
      known += 1
      #expect(end > offset)
      // The innermost frame at that place.
      let innermost = session.backtrace(thread: 0).first { $0.physicalIndex == frame.physicalIndex }
      #expect(source.source == innermost?.source)
      #expect(source.function == innermost?.function)
      for line in listing.disassembler.lines where line.codeOffset >= offset && line.codeOffset < end {
        guard line.length > 0 else { continue }
        #expect(listing.source(at: line.codeOffset)?.frame.source == source.source)
      }
    }
    #expect(known >= 5)
  }
}
