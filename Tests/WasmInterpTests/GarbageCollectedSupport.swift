import TestSupport
import Testing
import WasmBinary
import WasmInterp

/// Instructions as bytes.
enum Code {
  static func get(_ local: UInt8) -> [UInt8] { [0x20, local] }
  static func set(_ local: UInt8) -> [UInt8] { [0x21, local] }
  static func i32(_ value: Int32) -> [UInt8] {
    var builder = ByteBuilder()
    builder.u8(0x41)
    builder.sleb(Int64(value))
    return builder.bytes
  }
  static let drop: [UInt8] = [0x1a]
  static let end: [UInt8] = [0x0b]
  static let add: [UInt8] = [0x6a]
  static func null(_ type: UInt8) -> [UInt8] { [0xd0, type] }
  static let equal: [UInt8] = [0xd3]

  /// An instruction of the GC proposal: its number, then its immediates of a byte each.
  static func gc(_ number: UInt8, _ immediates: UInt8...) -> [UInt8] { [0xfb, number] + immediates }

  /// A loop that counts a local down from what it is to 0.
  static func countDown(_ local: UInt8, _ body: [UInt8]...) -> [UInt8] {
    [0x03, 0x40] + body.flatMap { $0 } + get(local) + i32(1) + [0x6b, 0x22, local, 0x0d, 0] + end
  }
}

/// A module whose types are those that these tests share, to be run.
struct ObjectModule {
  // Types by index.
  /// A structure of a field of each width: i32, i64, i8, i16, f32, f64, v128, anyref.
  static let mixed: UInt8 = 0
  /// `(struct (field (mut i32)) (field (mut (ref null $node))))`, to be extended.
  static let node: UInt8 = 1
  /// A subtype of it with one more field, an i64.
  static let longNode: UInt8 = 2
  static let bytes: UInt8 = 3
  static let words: UInt8 = 4
  static let nodes: UInt8 = 5
  static let vectors: UInt8 = 6
  static let shorts: UInt8 = 7
  static let nodeReference = ValueType.reference(ReferenceType(.defined(UInt32(node))))

  var builder = ModuleBuilder()

  init() {
    builder.rawType {
      $0.raw([0x5f, 8, 0x7f, 1, 0x7e, 1, 0x78, 1, 0x77, 1, 0x7d, 1, 0x7c, 1, 0x7b, 1, 0x6e, 1])
    }
    builder.rawType { $0.raw([0x50, 0, 0x5f, 2, 0x7f, 1, 0x63, 1, 1]) }
    builder.rawType { $0.raw([0x50, 1, 1, 0x5f, 3, 0x7f, 1, 0x63, 1, 1, 0x7e, 0]) }
    builder.rawType { $0.raw([0x5e, 0x78, 1]) }
    builder.rawType { $0.raw([0x5e, 0x7f, 1]) }
    builder.rawType { $0.raw([0x5e, 0x63, 1, 1]) }
    builder.rawType { $0.raw([0x5e, 0x7b, 1]) }
    builder.rawType { $0.raw([0x5e, 0x77, 1]) }
  }

  /// Adds the function `name`.
  @discardableResult mutating func function(
    _ name: String = "f", _ parameters: [ValueType] = [], _ results: [ValueType] = [], locals: [ValueType] = [],
    _ body: [UInt8]...
  ) -> UInt32 {
    builder.function(
      parameters, results, locals: locals.map { LocalGroup(count: 1, type: $0) },
      body: body.flatMap { $0 } + Code.end, export: name)
  }

  /// An instance of the module, which has to be valid, in a store of its own.
  func running(
    heapBytes: UInt64 = 1 << 30, imports: (Store) -> External? = { _ in nil }
  ) throws -> RunningObjects {
    var limits = ExecutionLimits()
    limits.heapBytes = heapBytes
    let store = try Store(limits: limits)
    let module = try WasmModule(builder.bytes)
    try Validator.validate(module)
    return RunningObjects(store: store, instance: try store.instantiate(module) { _, _ in imports(store) })
  }

  /// What the function `f` returns.
  func run(_ arguments: [Value] = []) throws -> [Value] { try running().call("f", arguments) }

  /// How the function `f` traps.
  func trap(_ arguments: [Value] = [], heapBytes: UInt64 = 1 << 30) throws -> Trap.Kind? {
    do {
      _ = try running(heapBytes: heapBytes).call("f", arguments)
      return nil
    } catch let trap as Trap { return trap.kind }
  }
}

struct RunningObjects {
  let store: Store
  let instance: Instance

  func call(_ name: String, _ arguments: [Value] = []) throws -> [Value] {
    guard case .function(let function)? = instance.export(name) else {
      Issue.record("no function \(name)")
      return []
    }
    return try store.invoke(function, arguments)
  }

  /// The object that the only result of a call refers to.
  func object(_ name: String, _ arguments: [Value] = []) throws -> HeapObject? {
    guard case .reference(.object(let number))? = try call(name, arguments).first else { return nil }
    return store.object(number)
  }
}
