import ByteCursor
import TestSupport
import Testing
import WasmBinary

struct NameTests {
  /// A module with a name section that `fill` writes.
  private func module(_ fill: (inout ByteBuilder) -> Void) throws -> WasmModule {
    var builder = ByteBuilder()
    builder.moduleHeader()
    builder.customSection("name", fill)
    return try WasmModule(Bytes(copying: builder.bytes))
  }

  private func nameMap(_ builder: inout ByteBuilder, _ names: [(UInt32, String)]) {
    builder.vector(names) {
      $0.uleb(UInt64($1.0))
      $0.name($1.1)
    }
  }

  @Test func allSubsections() throws {
    let module = try module { section in
      section.section(0) { $0.name("the module") }
      for id in 1...11 as ClosedRange<UInt8> {
        section.section(id) { builder in
          if [2, 3, 10].contains(id) {
            builder.vector([4, 300] as [UInt32]) {
              $0.uleb(UInt64($1))
              nameMap(&$0, [(0, "zero \(id) of \($1)"), (7, "seven \(id) of \($1)")])
            }
          } else {
            nameMap(&builder, [(0, "zero \(id)"), (200, "größe \(id)")])
          }
        }
      }
      // A subsection of the future.
      section.section(77) { $0.raw([0xff, 0xff]) }
    }
    let names = module.names
    #expect(names.module == "the module")
    let maps: [(UInt8, NameMap)] = [
      (1, names.functions), (4, names.types), (5, names.tables), (6, names.memories), (7, names.globals),
      (8, names.elements), (9, names.data), (11, names.tags),
    ]
    for (id, map) in maps {
      #expect(map.count == 2)
      #expect(map[0] == "zero \(id)" && map[200] == "größe \(id)")
      #expect(map[1] == nil && map[199] == nil && map[201] == nil && map[.max] == nil)
      #expect(map.index(of: "größe \(id)") == 200 && map.index(of: "größe") == nil)
      #expect(map.map(\.index) == [0, 200] && map.map(\.name.string) == ["zero \(id)", "größe \(id)"])
      #expect(map.bytes(of: 0)?.count == "zero \(id)".utf8.count)
    }
    for (id, map) in [(2, names.locals), (3, names.labels), (10, names.fields)] {
      #expect(map.count == 2 && map.indices == [4, 300])
      #expect(map[4][0] == "zero \(id) of 4" && map[300][7] == "seven \(id) of 300")
      #expect(map[300][1] == nil && map[5][0] == nil && map[5].isEmpty)
    }
    #expect(module.diagnostics.isEmpty)
  }

  @Test func builderNames() throws {
    var builder = ModuleBuilder()
    builder.moduleName = "m"
    let f = builder.function([.i32], locals: [LocalGroup(count: 1, type: .i64)], name: "f")
    builder.nameLocals(of: f, ["parameter", "local"])
    let g = builder.global(GlobalType(.i32, isMutable: true), .i32(65536))
    builder.name(.global, g, "__stack_pointer")
    let module = try WasmModule(builder.bytes)
    #expect(module.names.module == "m")
    #expect(module.name(.function, f) == "f")
    #expect(module.names.locals[f][0] == "parameter" && module.names.locals[f][1] == "local")
    #expect(module.names.globals.index(of: "__stack_pointer") == g)
    try module.checkForm()
  }

  @Test func namesThatAreNotUTF8() throws {
    let module = try module {
      $0.section(0) { $0.raw([2, 0x61, 0xff]) }
      $0.section(1) { $0.raw([2, 0, 1, 0xc3, 1, 1, 0x62]) }
    }
    #expect(module.names.functions[1] == "b")
    #expect(module.diagnostics.isEmpty)
    #expect(module.names.functions[0] == "\u{fffd}")
    #expect(module.names.functions[0] == "\u{fffd}")
    #expect(module.names.functions.bytes(of: 0)?.array == [0xc3])
    #expect(module.names.module == "a\u{fffd}")
    #expect(
      module.diagnostics.map(\.description) == [
        "name: offset 0x19: name is not valid UTF-8", "name: offset 0x12: name is not valid UTF-8",
      ])
    // Names are no part of the module's form.
    try module.checkForm()
  }

  @Test func namesOutOfOrder() throws {
    let module = try module { section in
      section.section(1) { nameMap(&$0, [(5, "five"), (1, "one"), (5, "again"), (3, "three"), (1, "again")]) }
      section.section(1) { nameMap(&$0, [(9, "nine")]) }
    }
    let functions = module.names.functions
    #expect(functions.map(\.index) == [1, 3, 5])
    #expect(functions[1] == "one" && functions[3] == "three" && functions[5] == "five" && functions[9] == nil)
  }

  @Test func damage() throws {
    let vast: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0x0f]
    var module = try module {
      $0.section(1) { $0.raw([3, 0, 1, 0x61, 1, 1, 0x62, 2, 9, 0x63]) }
      $0.section(2) { $0.raw([2, 4, 1, 0, 1, 0x78] + vast + vast) }
      $0.section(4) { $0.raw(vast + [0, 1, 0x74]) }
      $0.section(5) { $0.raw([0x80]) }
      $0.raw([7] + vast + [1, 0, 1, 0x67])
    }
    let names = module.names
    #expect(names.functions.count == 2 && names.functions[1] == "b")
    #expect(names.locals.count == 2 && names.locals[4][0] == "x" && names.locals[.max].isEmpty)
    #expect(names.types.count == 1 && names.types[0] == "t")
    #expect(names.tables.isEmpty)
    #expect(names.globals[0] == "g")
    #expect(module.diagnostics.count >= 5)
    #expect(module.diagnostics.allSatisfy { $0.section == "name" })

    module = try self.module { $0.section(0) { $0.raw([9, 0x61]) } }
    #expect(module.names.module == nil)
    #expect(module.diagnostics.count == 1)
  }
}
