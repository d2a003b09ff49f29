import ByteCursor
import TestSupport
import Testing
import WasmBinary

struct ComponentTests {
  private func core(_ name: String) -> [UInt8] {
    var builder = ModuleBuilder()
    builder.function(name: name)
    return builder.fileBytes
  }

  private func component(_ sections: [(UInt8, [UInt8])]) -> [UInt8] {
    var builder = ByteBuilder()
    builder.raw([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0])
    for (id, contents) in sections { builder.section(id) { $0.raw(contents) } }
    return builder.bytes
  }

  @Test func modulesInOrder() throws {
    let inner = component([(1, core("second")), (4, component([(1, core("third"))]))])
    let bytes = Bytes(copying: component([(7, [0]), (1, core("first")), (4, inner), (1, core("last")), (0, [0])]))
    let modules = try WasmModule.modules(in: bytes)
    #expect(modules.map { $0.name(.function, 0) } == ["first", "second", "third", "last"])
    let file = try WasmFile(bytes)
    #expect(file.kind == .component && file.diagnostics.isEmpty && file.modules.count == 4)
    // File offsets are the component's.
    for module in modules {
      let body = try #require(module.body(0))
      #expect(bytes[Int(body.fileOffset.rawValue)] == 0 && bytes[Int(body.fileOffset.rawValue) + 1] == 0x0b)
      #expect(module.body(containing: body.fileOffset)?.function == 0)
      #expect(body.codeAddress == CodeAddress(2))
    }
  }

  @Test func aModuleIsItself() throws {
    let modules = try WasmModule.modules(in: Bytes(copying: core("only")))
    #expect(modules.count == 1 && modules[0].name(.function, 0) == "only")
    #expect(try WasmFile(Bytes(copying: core("only"))).kind == .module)
    #expect(throws: ReadError.self) { try WasmModule.modules(in: Bytes(copying: [1, 2, 3, 4, 5, 6, 7, 8])) }
  }

  @Test func damagedParts() throws {
    let bytes = component([(1, [1, 2, 3]), (4, [0]), (1, core("good")), (4, core("in a component's place"))])
    let file = try WasmFile(Bytes(copying: bytes))
    #expect(file.modules.map { $0.name(.function, 0) } == ["good"])
    #expect(file.diagnostics.count == 2 && file.diagnostics.allSatisfy { $0.section == "component" })
    let cut = try WasmFile(Bytes(copying: component([(1, core("good")), (1, core("cut off"))]).dropLast(3)))
    #expect(cut.modules.count == 2 && cut.modules[0].name(.function, 0) == "good")
    #expect(cut.modules[1].names.functions.isEmpty && cut.modules[1].bodies.count == 1)
    #expect(cut.diagnostics.count == 1)
  }

  @Test func nesting() throws {
    var bytes = component([(1, core("deep"))])
    for _ in 0..<16 { bytes = component([(4, bytes)]) }
    #expect(try WasmModule.modules(in: Bytes(copying: bytes)).count == 1)
    for _ in 0..<500 { bytes = component([(4, bytes)]) }
    let file = try WasmFile(Bytes(copying: bytes))
    #expect(file.modules.isEmpty && file.diagnostics.count == 1)
  }

  @Test func caps() throws {
    var limits = Limits()
    limits.componentModules = 3
    let bytes = Bytes(copying: component((0..<6).map { (1, core("f\($0)")) }))
    #expect(try WasmFile(bytes, limits: limits).modules.count == 3)
    // Sections are counted over all modules; each has four.
    limits = Limits()
    limits.sections = 10
    #expect(try WasmFile(bytes, limits: limits).modules.map(\.sections.count) == [4, 4, 2, 0, 0, 0])
  }
}
