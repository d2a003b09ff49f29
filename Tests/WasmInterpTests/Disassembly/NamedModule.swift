import TestSupport
import WasmBinary

/// A module in which everything that can have a name has one, some of them the same, some of them strange.
enum NamedModule {
  static let bytes: [UInt8] = {
    var module = ModuleBuilder()
    let i32 = module.type([.i32], [.i32])  // 0: unary
    module.rawType { $0.raw([0x5f, 2, 0x7f, 0, 0x7f, 1]) }  // 1: point
    module.importFunction("env", "log", [.i32])  // function 0, without a name
    module.importFunction("env", "named", [.i32], [.i32])  // function 1
    module.table(TableType(.funcref, SizeLimits(4)))
    module.memory(MemoryType(SizeLimits(1)))
    module.memory(MemoryType(SizeLimits(1)))
    module.tag([.i32])
    module.global(GlobalType(.i32, isMutable: true), .i32(0))
    module.export("outside", .function, 3)
    module.rawElements {
      $0.raw([1, 0])
      $0.vector([0] as [UInt8]) { $0.u8($1) }
    }
    module.passiveData([1, 2, 3])
    module.function(
      type: i32, rawBody: locals([(1, 0x7f), (2, 0x7e)]) + main)  // function 2
    module.function(type: i32, rawBody: locals([]) + [0x20, 0, 0x0b])  // 3: exported, without a name
    module.function(type: i32, rawBody: locals([]) + [0x20, 0, 0x10, 2, 0x10, 5, 0x0b])  // 4: named like 2
    module.function(type: i32, rawBody: locals([]) + [0x20, 0, 0x0b])  // 5: an empty name
    module.customSection("name", names)
    return module.fileBytes
  }()

  private static func locals(_ groups: [(UInt8, UInt8)]) -> [UInt8] {
    [UInt8(groups.count)] + groups.flatMap { [$0.0, $0.1] }
  }

  private static let main: [UInt8] = [
    0x02, 0x40,  // block $outer
    0x03, 0x7f,  // loop (result i32), label0
    0x20, 0,  // local.get $x
    0x0d, 1,  // br_if $outer
    0x41, 0x7f,  // i32.const -1
    0x0c, 0,  // br label0
    0x0b,
    0x1a,  // drop
    0x20, 0,
    0x04, 0x40,  // if, to which nothing branches
    0x41, 1, 0x24, 0,  // global.set $counter
    0x05,  // else
    0x20, 1, 0x0d, 2,  // br_if 2: out of the function
    0x0b,
    0x20, 0,
    0x0e, 2, 0, 0, 0,  // br_table $outer $outer $outer
    0x0b,
    0x02, 0x40,  // block $twice
    0x02, 0x40,  // block $twice
    0x0c, 1,  // br 1, whose name the inner one hides
    0x0b,
    0x0b,
    0x1f, 0x40, 1, 2, 0,  // try_table (catch_all 0)
    0x0b,
    0x41, 0, 0x28, 0x42, 1, 4, 0x1a,  // i32.load $scratch offset=4
    0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 8, 0, 1,  // memory.init $scratch $bytes
    0xd0, 1,  // ref.null $point
    0xfb, 2, 1, 1,  // struct.get $point $y
    0x10, 1,  // call $named
    0x10, 0,  // call 0
    0x20, 0, 0x41, 0, 0x11, 0, 0, 0x1a,  // call_indirect (type $unary)
    0x20, 0,
    0x02, 0,  // block (type $unary)
    0x0b,
    0x0b,
  ]

  private static func names(_ section: inout ByteBuilder) {
    func map(_ builder: inout ByteBuilder, _ entries: [(UInt64, String)]) {
      builder.vector(entries) {
        $0.uleb($1.0)
        $0.name($1.1)
      }
    }
    func maps(_ builder: inout ByteBuilder, of owner: UInt64, _ entries: [(UInt64, String)]) {
      builder.uleb(1)
      builder.uleb(owner)
      map(&builder, entries)
    }
    section.section(1) { map(&$0, [(1, "named"), (2, "run it"), (4, "run it"), (5, "")]) }
    section.section(2) { maps(&$0, of: 2, [(0, "x"), (1, "y"), (3, "y")]) }
    section.section(3) { maps(&$0, of: 2, [(0, "outer"), (3, "twice"), (4, "twice"), (6, "label1")]) }
    section.section(4) { map(&$0, [(0, "unary"), (1, "point")]) }
    section.section(5) { map(&$0, [(0, "callbacks")]) }
    section.section(6) { map(&$0, [(0, "heap"), (1, "scratch")]) }
    section.section(7) { map(&$0, [(0, "counter")]) }
    section.section(8) { map(&$0, [(0, "functions")]) }
    section.section(9) { map(&$0, [(0, "bytes")]) }
    section.section(10) { maps(&$0, of: 1, [(0, "x"), (1, "y")]) }
    section.section(11) { map(&$0, [(0, "failure")]) }
  }
}
