import WasmBinary
import WasmInterp

/// The module `spectest` that the suite's modules import: functions that print (here: nothing), globals, a memory and
/// tables.
struct SpecTest {
  private let exports: [String: External]

  init(in store: Store) {
    func print(_ types: ValueType...) -> External { .function(store.hostFunction(FunctionType(types)) { _, _ in [] }) }
    func table(is64Bit: Bool) -> External? {
      store.table(TableType(.funcref, SizeLimits(10, 20), is64Bit: is64Bit), initial: .null(.func)).map { .table($0) }
    }
    var exports: [String: External] = [
      "print": print(), "print_i32": print(.i32), "print_i64": print(.i64), "print_f32": print(.f32),
      "print_f64": print(.f64), "print_i32_f32": print(.i32, .f32), "print_f64_f64": print(.f64, .f64),
      "global_i32": .global(store.global(GlobalType(.i32), .i32(666))),
      "global_i64": .global(store.global(GlobalType(.i64), .i64(666))),
      "global_f32": .global(store.global(GlobalType(.f32), .f32(Float(666.6).bitPattern))),
      "global_f64": .global(store.global(GlobalType(.f64), .f64(666.6.bitPattern))),
    ]
    exports["table"] = table(is64Bit: false)
    exports["table64"] = table(is64Bit: true)
    exports["memory"] = store.memory(MemoryType(SizeLimits(1, 2))).map { .memory($0) }
    self.exports = exports
  }

  subscript(name: String) -> External? { exports[name] }
}
