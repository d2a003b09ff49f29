import ByteCursor
import TestSupport
import WasmBinary
import WasmInterp

/// Runs a module that may be anything, with little of everything.
enum HostileRun {
  enum Outcome: Equatable {
    /// Not read, or not valid.
    case refused
    case notInstantiated
    /// Ran; how its calls ended, by export. Nil: with results.
    case ran([String: Trap.Kind?])
  }

  static var limits: ExecutionLimits {
    var limits = ExecutionLimits()
    limits.frames = 2000
    limits.stackSlots = 1 << 18
    limits.memoryBytes = 64 << 20
    limits.tableElements = 100_000
    limits.codeBytes = 64 << 20
    limits.heapBytes = 1 << 20
    limits.fuel = 100_000
    return limits
  }

  /// Reads, validates and instantiates the module, and calls all its exported functions with zeros.
  static func run(_ bytes: Bytes, limits: ExecutionLimits = limits) -> Outcome {
    guard let module = try? WasmModule(bytes), (try? Validator.validate(module)) != nil else { return .refused }
    guard let store = try? Store(limits: limits) else { return .notInstantiated }
    let imports = HostileImports(module, store)
    guard let instance = try? store.instantiate(module, imports: { imports[$0, $1] }) else { return .notInstantiated }
    var ends: [String: Trap.Kind?] = [:]
    for export in module.exports where export.kind == .function {
      guard case .function(let function)? = instance.export(export.name) else { continue }
      do throws(Trap) {
        let results = try store.invoke(function, function.type.parameters.map(zero))
        precondition(results.count == function.type.results.count)
        ends[export.name] = .some(nil)
      } catch {
        ends[export.name] = error.kind
      }
    }
    return .ran(ends)
  }

  /// A value of a type that has a default; of others, a null all the same.
  static func zero(_ type: ValueType) -> Value {
    switch type {
    case .i32: .i32(0)
    case .i64: .i64(0)
    case .f32: .f32(0)
    case .f64: .f64(0)
    case .v128: .v128(low: 0, high: 0)
    case .reference(let type): .reference(.null(type.heapType))
    }
  }
}

/// Something for each import of a module: functions that do nothing, memories, tables and globals of the least size.
struct HostileImports {
  private struct Key: Hashable {
    let module: String
    let name: String
  }
  private var externals: [Key: External] = [:]

  init(_ module: WasmModule, _ store: Store) {
    for entry in module.imports {
      let external: External?
      switch entry.type {
      case .function(let index):
        // What may not be null cannot be made from nothing.
        let type = Int(index) < module.types.count ? module.types[Int(index)].function : nil
        external = type.flatMap { type in
          type.results.allSatisfy { $0.reference?.isNullable ?? true }
            ? .function(store.hostFunction(type) { _, _ in type.results.map(HostileRun.zero) }) : nil
        }
      case .memory(let type): external = store.memory(type).map { .memory($0) }
      case .table(let type): external = store.table(type, initial: .null(type.element.heapType)).map { .table($0) }
      case .global(let type): external = .global(store.global(type, HostileRun.zero(type.value)))
      case .tag: external = nil
      }
      externals[Key(module: entry.module, name: entry.name)] = external
    }
  }

  subscript(module: String, name: String) -> External? { externals[Key(module: module, name: name)] }
}
