import ByteCursor
import CoreDumpFormat
import WasmInterp

/// Makes the core dump of a program that trapped in our interpreter: every instance, frame, local, operand, memory,
/// global and table as they are.
struct DumpRecorder {
  /// A module's instance, and what the dump calls the module.
  struct Loaded {
    var name: String
    var instance: Instance
  }

  /// The program's modules in the order in which they were instantiated, each with one instance.
  let loaded: [Loaded]
  /// The program's name in the dump.
  let executable: String
  /// Whether memories are recorded; without them a dump is good for a backtrace only.
  var recordsMemory = true

  private let numbers: [ObjectIdentifier: Int]
  private let store: Store

  init(executable: String, loaded: [Loaded], store: Store) {
    self.executable = executable
    self.loaded = loaded
    self.store = store
    numbers = Dictionary(
      loaded.enumerated().map { (ObjectIdentifier($1.instance), $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The dump of what `trap` ended. Its memories are the program's own: they hold until it runs on.
  func dump(of trap: WasmInterp.Trap, kind: TrapKind, message: String) -> CoreDump {
    var memories = Shared<Memory>()
    var globals = Shared<Global>()
    var tables = Shared<WasmInterp.Table>()
    let instances = loaded.enumerated().map { number, loaded in
      CoreDump.Instance(
        module: number, memories: loaded.instance.memories.map { memories.number(of: $0) },
        globals: loaded.instance.globals.map { globals.number(of: $0) },
        tables: loaded.instance.tables.map { tables.number(of: $0) })
    }
    let frames = trap.frames.map { activation in
      CoreDump.Frame(
        instance: numbers[ObjectIdentifier(activation.instance)] ?? 0, functionIndex: activation.functionIndex,
        codeOffset: activation.codeOffset, locals: values(activation.locals),
        operandStack: values(activation.operandStack))
    }
    return CoreDump(
      executableName: executable,
      modules: loaded.map {
        CoreDump.Module(name: $0.name, fingerprint: ModuleFingerprint(of: $0.instance.module.file))
      }, instances: instances,
      threads: [CoreDump.Thread(name: "main", frames: CoreDump.FrameList(frames))],
      memories: memories.all.map(image), globals: globals.all.map(global),
      trap: CoreDump.Trap(kind: kind.rawValue, message: message), tables: tables.all.map(table))
  }

  /// Entities that several instances may share, each with a number.
  private struct Shared<Entity: AnyObject> {
    private(set) var all: [Entity] = []
    private var numbers: [ObjectIdentifier: UInt32] = [:]

    mutating func number(of entity: Entity) -> UInt32 {
      if let known = numbers[ObjectIdentifier(entity)] { return known }
      let number = UInt32(all.count)
      numbers[ObjectIdentifier(entity)] = number
      all.append(entity)
      return number
    }
  }

  private func image(_ memory: Memory) -> MemoryImage {
    var type = memory.type
    type.limits.minimum = memory.pages
    let contents = recordsMemory ? memory.contents() : []
    return MemoryImage(
      type: type, segments: contents.map { MemoryImage.Segment(address: $0.address, bytes: $0.bytes) }, gap: .zero)
  }

  private func global(_ global: Global) -> CoreDump.Global {
    CoreDump.Global(
      type: RecordedType(global.type.value), isMutable: global.type.isMutable, value: value(global.value))
  }

  private func table(_ table: WasmInterp.Table) -> CoreDump.Table {
    var runs: [CoreDump.Table.Run] = []
    table.forEach { index, element in
      let element = reference(element)
      if runs.last?.element == element {
        runs[runs.count - 1].range = runs[runs.count - 1].range.lowerBound..<index + 1
      } else {
        runs.append(CoreDump.Table.Run(index..<index + 1, element))
      }
    }
    return CoreDump.Table(
      type: RecordedType(.reference(table.type.element)), is64Bit: table.type.is64Bit, runs: runs)
  }

  // MARK: Values

  private func values(_ values: [WasmInterp.Value]) -> CoreDump.Values { CoreDump.Values(values.map(value)[...]) }

  /// A value as a dump records it.
  func value(_ value: WasmInterp.Value) -> RecordedValue {
    switch value {
    case .i32(let value): .i32(value)
    case .i64(let value): .i64(value)
    case .f32(let bits): .f32(bits: bits)
    case .f64(let bits): .f64(bits: bits)
    case .v128(let low, let high): .v128(low: low, high: high)
    case .reference(let value): .reference(reference(value))
    }
  }

  private func reference(_ reference: Reference) -> RecordedReference {
    switch reference {
    case .null: return .null
    case .function(let number):
      guard let function = store.function(number), let instance = function.instance,
        let known = numbers[ObjectIdentifier(instance)]
      else { return .hostFunction }
      return .function(instance: UInt32(known), index: function.index)
    case .external(let number): return .external(number)
    case .exception(let number): return .exception(UInt64(number))
    case .i31(let value): return .i31(value)
    case .object(let number): return .object(UInt64(number))
    }
  }
}
