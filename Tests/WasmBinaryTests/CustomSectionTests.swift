import ByteCursor
import TestSupport
import Testing
import WasmBinary

struct CustomSectionTests {
  private func module(_ name: String, _ contents: [UInt8]) throws -> WasmModule {
    var builder = ModuleBuilder()
    builder.customSection(name) { $0.raw(contents) }
    return try WasmModule(builder.bytes)
  }

  @Test func producers() throws {
    var builder = ModuleBuilder()
    builder.customSection("producers") {
      $0.uleb(2)
      $0.name("language")
      $0.vector(["C11", "Rust"]) {
        $0.name($1)
        $0.name("")
      }
      $0.name("processed-by")
      $0.uleb(1)
      $0.name("clang")
      $0.name("21.0.0")
    }
    #expect(
      try WasmModule(builder.bytes).producers == [
        ProducersField(
          name: "language", values: [.init(name: "C11", version: ""), .init(name: "Rust", version: "")]),
        ProducersField(name: "processed-by", values: [.init(name: "clang", version: "21.0.0")]),
      ])
  }

  @Test func targetFeatures() throws {
    var module = try module("target_features", [3, 0x2b, 1, 0x61, 0x2d, 1, 0x62, 0x3d, 1, 0x63])
    #expect(module.targetFeatures.map(\.description) == ["+a", "-b", "=c"])
    module = try self.module("target_features", [1, 0x2a, 1, 0x61])
    #expect(module.targetFeatures.isEmpty)
    #expect(module.diagnostics.count == 1 && module.diagnostics[0].section == "target_features")
  }

  @Test func identityAndLinks() throws {
    #expect(try module("build_id", [3, 0xaa, 0xbb, 0xcc]).buildID?.array == [0xaa, 0xbb, 0xcc])
    #expect(try module("external_debug_info", [5] + Array("a.dbg".utf8)).externalDebugInfo == "a.dbg")
    #expect(try module("sourceMappingURL", [5] + Array("a.map".utf8)).sourceMappingURL == "a.map")
    let short = try module("build_id", [200, 1, 0xaa])
    #expect(short.buildID == nil && short.buildID == nil)
    #expect(
      short.diagnostics.map(\.description) == [
        "build_id: offset 0x15: the section was not read: unexpected end of data (0xc8)"
      ])
  }

  @Test func dynamicLinking() throws {
    var builder = ModuleBuilder()
    builder.customSection("dylink.0") {
      $0.section(1) { $0.raw([0x80, 0x08, 4, 5, 0]) }
      $0.section(2) { $0.vector(["liba.so", "libb.so"]) { $0.name($1) } }
      $0.section(3) {
        $0.uleb(1)
        $0.name("exported")
        $0.uleb(0x100)
      }
      $0.section(4) {
        $0.uleb(1)
        $0.name("env")
        $0.name("imported")
        $0.uleb(0x10)
      }
      $0.section(5) { $0.vector(["$ORIGIN"]) { $0.name($1) } }
      $0.section(9) { $0.raw([1, 2, 3]) }
    }
    let linking = try #require(try WasmModule(builder.bytes).dynamicLinking)
    let space = try #require(linking.space)
    #expect(space.memorySize == 1024 && space.memoryAlignment == 4)
    #expect(space.tableSize == 5 && space.tableAlignment == 0)
    #expect(linking.needed == ["liba.so", "libb.so"])
    #expect(linking.exports.map(\.name) == ["exported"] && linking.exports[0].flags == 0x100)
    #expect(linking.imports.map(\.module) == ["env"] && linking.imports.map(\.name) == ["imported"])
    #expect(linking.runtimePaths == ["$ORIGIN"])

    let damaged = try module("dylink.0", [2, 3, 1, 1, 0x61, 1, 9, 0])
    #expect(damaged.dynamicLinking?.needed == ["a"] && damaged.dynamicLinking?.space == nil)
    #expect(damaged.diagnostics.count == 1)
  }

  @Test(arguments: ["producers", "target_features", "build_id", "dylink.0", "name", "external_debug_info"])
  func vastCounts(_ name: String) throws {
    let vast: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0x0f]
    let damaged = try module(name, vast)
    touchEverything(damaged)
    #expect(!damaged.diagnostics.isEmpty)
    for contents in [[1] + vast, [1, 0] + vast, [2, 6] + vast + [0]] { touchEverything(try module(name, contents)) }
  }
}
