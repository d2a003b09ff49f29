import ByteCursor
import TestSupport
import Testing
import WasmBinary

/// Asks a module everything there is to ask; returns a number that depends on the answers.
@discardableResult func touchEverything(_ module: WasmModule) -> Int {
  var sum = module.sections.count + module.types.count + module.imports.count + module.functionCount
  sum += module.tables.count + module.memories.count + module.globals.count + module.exports.count
  sum += module.tags.count + Int(module.start ?? 0) / 1000 + Int(module.dataCount ?? 0) / 1000
  for type in module.types { sum += "\(type)".utf8.count }
  for section in module.sections { sum += section.title.utf8.count + module.customSections(section.title).count }
  for memory in module.memories { sum += memory.description.utf8.count + (memory.minimumBytes == nil ? 0 : 1) }
  for table in module.tables { sum += table.type.description.utf8.count + (table.initializer?.literal == nil ? 0 : 1) }
  for segment in module.elements {
    if case .active(_, let offset) = segment.mode, offset.literal?.offset != nil { sum += 1 }
    sum += segment.elements.functions.count
  }
  for segment in module.data {
    if case .active(_, let offset) = segment.mode, offset.evaluate({ _ in .i32(1) })?.offset != nil { sum += 1 }
    sum += segment.contents.count
  }
  sum += module.initialGlobalValues { _ in .i32(5) }.count
  for body in module.bodies {
    sum += body.contents.count
    sum += module.body(containing: body.codeAddress) == nil ? 0 : 1
    sum += module.body(containing: body.fileOffset)?.contents.count ?? 0
    sum += (try? module.locals(of: body).count) ?? 0
    sum += module.functionType(body.function)?.parameters.count ?? 0
    sum += body.codeOffset(of: body.end) == nil ? 0 : 1
  }
  for index in 0..<UInt32(20) {
    for kind in [ExternalKind.function, .table, .memory, .global, .tag] {
      sum += module.name(kind, index)?.utf8.count ?? 0
    }
    sum += module.names.locals[index].count + module.names.labels[index].count + module.names.fields[index].count
  }
  for map in [
    module.names.functions, module.names.types, module.names.tables, module.names.memories, module.names.globals,
    module.names.elements, module.names.data, module.names.tags,
  ] {
    for (index, name) in map { sum += name.count + (map[index] == nil ? 0 : 1) }
  }
  sum += module.names.module?.utf8.count ?? 0
  sum += module.producers.count + module.targetFeatures.count + (module.buildID?.count ?? 0)
  sum += module.externalDebugInfo?.utf8.count ?? 0
  sum += module.sourceMappingURL?.utf8.count ?? 0
  sum += module.dynamicLinking?.needed.count ?? 0
  try? module.checkForm()
  for diagnostic in module.diagnostics { sum += diagnostic.description.utf8.count }
  return sum
}

/// Damaged files: nothing but the damaged part may suffer.
struct HostileTests {
  /// A module with something in every section.
  private func everything() -> [UInt8] {
    var builder = ModuleBuilder()
    builder.moduleName = "everything"
    builder.importFunction("env", "f", [.i32], [.i64])
    builder.importMemory("env", "m", MemoryType(SizeLimits(1, 2), isShared: true))
    builder.importGlobal("env", "g", GlobalType(.i32))
    builder.importTable("env", "t", TableType(.externref, SizeLimits(1)))
    builder.importTag("env", "e", [.i32])
    builder.rawType(defining: 2) { $0.raw([0x4e, 2, 0x50, 0, 0x5f, 1, 0x78, 1, 0x4f, 1, 3, 0x5f, 1, 0x78, 1]) }
    let f = builder.function(
      [.i32], [.i32], locals: [LocalGroup(count: 3, type: .i64), LocalGroup(count: 1, type: .f32)],
      body: [0x20, 0, 0x0b], name: "f", export: "f")
    builder.nameLocals(of: f, ["a", "b"])
    builder.function(body: [0x0b], name: "g")
    builder.table(TableType(.funcref, SizeLimits(3, 9)), initializer: [0xd2, 1, 0x0b])
    builder.memory(MemoryType(SizeLimits(1), is64Bit: true, pageSizeLog2: 0))
    builder.tag([.i32])
    builder.global(GlobalType(.i32, isMutable: true), initializer: [0x23, 0, 0x41, 5, 0x6a, 0x0b])
    builder.global(GlobalType(.v128), .v128(low: 1, high: 2))
    builder.name(.global, 1, "stack")
    builder.start(2)
    builder.elements(at: 1, [1, 2])
    builder.rawElements { $0.raw([5, 0x70, 2, 0xd2, 1, 0x0b, 0xd0, 0x70, 0x0b]) }
    builder.data(at: .i32(1024), [1, 2, 3])
    builder.passiveData([4, 5])
    builder.customSection("producers") { $0.raw([1, 3, 0x73, 0x64, 0x6b, 1, 1, 0x61, 1, 0x31]) }
    builder.customSection("target_features") { $0.raw([1, 0x2b, 1, 0x61]) }
    builder.customSection("build_id") { $0.raw([2, 0xaa, 0xbb]) }
    builder.customSection("external_debug_info") { $0.name("x.debug.wasm") }
    builder.customSection("sourceMappingURL") { $0.name("x.map") }
    builder.customSection("dylink.0") {
      $0.section(1) { $0.raw([1, 2, 3, 4]) }
      $0.section(2) { $0.raw([1, 1, 0x61]) }
    }
    return builder.fileBytes
  }

  @Test func everythingIsWellFormed() throws {
    let module = try WasmModule(Bytes(copying: everything()))
    try module.checkForm()
    touchEverything(module)
    #expect(module.diagnostics.isEmpty)
    // All standard sections but the custom one.
    #expect(Set(module.sections.map(\.id.rawValue)) == Set(0...13))
  }

  @Test func truncatedAtEveryByte() throws {
    let whole = everything()
    let intact = try WasmModule(Bytes(copying: whole))
    let ends = Set(intact.sections.map { $0.contents.end } + [8])
    for count in 0..<whole.count {
      do throws(ReadError) {
        let module = try WasmModule(Bytes(copying: whole.prefix(count)))
        touchEverything(module)
        #expect(count >= 8)
        // Sections that were whole before the cut are as they were.
        for (section, old) in zip(module.sections, intact.sections) where !section.isTruncated {
          #expect(section.id == old.id && section.contents.hasSameBytes(as: old.contents))
        }
        #expect(module.diagnostics.isEmpty == ends.contains(count))
      } catch {
        #expect(count < 8)
      }
    }
  }

  private func flip(_ whole: [UInt8], rounds: Int, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<rounds {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let position = Int.random(in: 8..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[position] = 0xff
        case 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes.remove(at: position)
        default: bytes[position] = UInt8.random(in: 0...255, using: &random)
        }
      }
      for module in (try? WasmModule.modules(in: Bytes(copying: bytes))) ?? [] { touchEverything(module) }
    }
  }

  @Test func flippedBytes() { flip(everything(), rounds: 20_000, seed: 42) }

  @Test func flippedBytesOfAComponent() {
    var component = ByteBuilder()
    component.raw([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0])
    let whole = everything()
    component.section(1) { $0.raw(whole) }
    component.section(4) {
      $0.raw([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0])
      $0.section(1) { $0.raw(whole) }
    }
    flip(component.bytes, rounds: 5_000, seed: 43)
  }

  @Test(.enabled(if: Places.hasCorpus)) func flippedBytesOfARealModule() throws {
    flip(try Places.bytes(Places.corpus + "/traps-O0.wasm").array, rounds: 300, seed: 44)
    flip(try Places.bytes(Places.corpus + "/caller.wasm").array, rounds: 10_000, seed: 45)
    flip(try Places.bytes(Places.corpus + "/gc.wasm").array, rounds: 5_000, seed: 46)
  }
}
