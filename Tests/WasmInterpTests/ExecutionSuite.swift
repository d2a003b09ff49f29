import ByteCursor
import TestSupport
import WasmBinary
import WasmInterp

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Runs the commands of one file of the official test suite, as `wasm-tools json-from-wast` writes them.
final class SuiteRunner {
  private(set) var passed = 0
  private(set) var failed = 0
  private(set) var skipped = 0
  /// The first failures, for people.
  private(set) var failures: [String] = []
  private let folder: String
  private let store: Store
  private var named: [String: Instance] = [:]
  private var registered: [String: Instance] = [:]
  private var definitions: [String: WasmModule] = [:]
  private var current: Instance?
  private var spectest: [String: External] = [:]

  init(folder: String) throws {
    self.folder = folder
    var limits = ExecutionLimits()
    limits.frames = 20_000
    limits.fuel = 2_000_000_000
    store = try Store(limits: limits)
    func print(_ types: [ValueType]) -> External { .function(store.hostFunction(FunctionType(types)) { _, _ in [] }) }
    spectest["print"] = print([])
    spectest["print_i32"] = print([.i32])
    spectest["print_i64"] = print([.i64])
    spectest["print_f32"] = print([.f32])
    spectest["print_f64"] = print([.f64])
    spectest["print_i32_f32"] = print([.i32, .f32])
    spectest["print_f64_f64"] = print([.f64, .f64])
    spectest["global_i32"] = .global(store.global(GlobalType(.i32), .i32(666)))
    spectest["global_i64"] = .global(store.global(GlobalType(.i64), .i64(666)))
    spectest["global_f32"] = .global(store.global(GlobalType(.f32), .f32(Float(666.6).bitPattern)))
    spectest["global_f64"] = .global(store.global(GlobalType(.f64), .f64(666.6.bitPattern)))
    spectest["table"] = store.table(TableType(.funcref, SizeLimits(10, 20)), initial: .null(.func)).map { .table($0) }
    spectest["table64"] = store.table(TableType(.funcref, SizeLimits(10, 20), is64Bit: true), initial: .null(.func)).map
    {
      .table($0)
    }
    spectest["memory"] = store.memory(MemoryType(SizeLimits(1, 2))).map { .memory($0) }
  }

  func run(_ commands: [JSON]) {
    for command in commands { run(command) }
  }

  private func pass() { passed += 1 }
  private func fail(_ command: JSON, _ reason: String) {
    failed += 1
    if failures.count < 8 {
      failures.append("line \(command["line"]?.text ?? "?"): \(command["type"]?.text ?? ""): \(reason)")
    }
  }

  private func module(_ command: JSON) throws -> WasmModule {
    guard let file = command["filename"]?.text else { throw SuiteError.noFile }
    return try WasmModule(try Places.bytes("\(folder)/\(file)"))
  }

  private func instantiate(_ module: WasmModule) throws -> Instance {
    try store.instantiate(module) { [registered, spectest] module, name in
      module == "spectest" ? spectest[name] : registered[module]?.export(name)
    }
  }

  private func run(_ command: JSON) {
    let type = command["type"]?.text ?? ""
    switch type {
    case "module", "module_instance":
      current = nil
      do {
        let opened: WasmModule
        if type == "module" {
          opened = try module(command)
        } else if let found = definitions[command["module"]?.text ?? ""] {
          opened = found
        } else {
          throw SuiteError.noFile
        }
        let instance = try instantiate(opened)
        current = instance
        if let name = (type == "module" ? command["name"] : command["instance"])?.text { named[name] = instance }
        pass()
      } catch {
        fail(command, "\(error)")
      }
    case "module_definition":
      if let opened = try? module(command) {
        definitions[command["name"]?.text ?? ""] = opened
        pass()
      } else {
        fail(command, "not read")
      }
    case "register":
      if let instance = command["name"]?.text.map({ named[$0] }) ?? current {
        registered[command["as"]?.text ?? ""] = instance
        pass()
      } else {
        fail(command, "no module")
      }
    case "action": outcome(command) { if case .failure(let error) = $0 { "\(error)" } else { nil } }
    case "assert_return":
      let expected = command["expected"]?.elements ?? []
      outcome(command) { result in
        switch result {
        case .failure(let error): return "\(error)"
        case .success(let values):
          guard values.count == expected.count else { return "\(values.count) results" }
          for (value, pattern) in zip(values, expected) where !Self.matches(value, pattern) {
            return "\(value), not \(pattern)"
          }
          return nil
        }
      }
    case "assert_trap", "assert_exhaustion", "assert_exception":
      outcome(command) { result in
        guard case .failure(let error) = result else { return "it returned" }
        guard let trap = error as? Trap else { return "\(error)" }
        let message = command["text"]?.text ?? ""
        if type == "assert_exhaustion" { return trap.kind == .stackExhausted ? nil : "\(trap.kind)" }
        if type == "assert_exception" { return trap.kind == .uncaughtException ? nil : "\(trap.kind)" }
        return Self.says(trap.kind, message) ? nil : "\(trap.kind), not \(message)"
      }
    case "assert_uninstantiable":
      do {
        _ = try instantiate(try module(command))
        fail(command, "it was instantiated")
      } catch InstantiationError.trap {
        pass()
      } catch { fail(command, "\(error)") }
    case "assert_unlinkable":
      do {
        _ = try instantiate(try module(command))
        fail(command, "it was linked")
      } catch InstantiationError.missingImport {
        pass()
      } catch InstantiationError.incompatibleImport {
        pass()
      } catch { fail(command, "\(error)") }
    default: skipped += 1  // assert_invalid and assert_malformed are the validator's
    }
  }

  private func outcome(_ command: JSON, _ check: (Result<[Value], any Error>) -> String?) {
    guard let action = command["action"] else {
      // A module that traps when it is instantiated.
      let result: Result<[Value], any Error>
      do {
        _ = try instantiate(try module(command))
        result = .success([])
      } catch InstantiationError.trap(let trap) {
        result = .failure(trap)
      } catch { result = .failure(error) }
      if let reason = check(result) { fail(command, reason) } else { pass() }
      return
    }
    let instance = action["module"]?.text.map { named[$0] } ?? current
    guard let instance else {
      fail(command, "no module")
      return
    }
    let result: Result<[Value], any Error>
    let name = action["field"]?.text ?? ""
    switch instance.export(name) {
    case .global(let global)?: result = .success([global.value])
    case .function(let function)?:
      let arguments = (action["args"]?.elements ?? []).compactMap { Self.value($0) }
      guard arguments.count == function.type.parameters.count else {
        fail(command, "arguments of \(name)")
        return
      }
      do { result = .success(try store.invoke(function, arguments)) } catch { result = .failure(error) }
    default:
      fail(command, "no export \(name)")
      return
    }
    if let reason = check(result) {
      fail(command, "\(name): \(reason)")
    } else {
      pass()
    }
  }

  /// Whether the suite's message is about this kind of trap.
  private static func says(_ kind: Trap.Kind, _ message: String) -> Bool {
    switch kind {
    case .unreachable: message == "unreachable"
    case .memoryOutOfBounds: message == "out of bounds memory access"
    case .tableOutOfBounds: message == "out of bounds table access" || message.hasPrefix("undefined element")
    case .integerDivideByZero: message == "integer divide by zero"
    case .integerOverflow: message == "integer overflow"
    case .invalidConversion: message == "invalid conversion to integer"
    case .indirectCallNull: message.hasPrefix("uninitialized element") || message.hasPrefix("undefined element")
    case .indirectCallType: message == "indirect call type mismatch"
    case .stackExhausted: message == "call stack exhausted"
    case .unalignedAtomic: message == "unaligned atomic"
    case .nullReference: message.hasPrefix("null ")
    case .castFailure: message == "cast failure"
    case .arrayOutOfBounds: message == "out of bounds array access"
    case .unsharedWait: message == "expected shared memory"
    default: false
    }
  }

  // MARK: Values

  private static func integer(_ text: String) -> UInt64? { UInt64(text) ?? Int64(text).map { UInt64(bitPattern: $0) } }

  private static func value(_ json: JSON) -> Value? {
    let text = json["value"]?.text ?? ""
    switch json["type"]?.text ?? "" {
    case "i32": return integer(text).map { .i32(Int32(truncatingIfNeeded: $0)) }
    case "i64": return integer(text).map { .i64(Int64(bitPattern: $0)) }
    case "f32": return integer(text).map { .f32(UInt32(truncatingIfNeeded: $0)) }
    case "f64": return integer(text).map { .f64($0) }
    case "v128":
      let lanes = json["value"]?.elements.compactMap { $0.text } ?? []
      let width = laneWidth(json)
      var bytes: [UInt8] = []
      for lane in lanes {
        guard let bits = integer(lane) else { return nil }
        for byte in 0..<width { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * byte))) }
      }
      guard bytes.count == 16 else { return nil }
      return .v128(low: number(bytes[0..<8]), high: number(bytes[8..<16]))
    case "externref", "hostref":
      return .reference(text == "null" || text.isEmpty ? .null(.extern) : .external(UInt64(text) ?? 0))
    case "funcref": return .reference(.null(.func))
    default: return text == "null" || text.isEmpty ? .reference(.null(.any)) : nil
    }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func laneWidth(_ json: JSON) -> Int {
    switch json["lane_type"]?.text ?? "" {
    case "i8": 1
    case "i16": 2
    case "i32", "f32": 4
    default: 8
    }
  }

  private static func matches(_ value: Value, _ pattern: JSON) -> Bool {
    if pattern["type"]?.text == "either" {
      return pattern["values"]?.elements.contains { matches(value, $0) } ?? false
    }
    let text = pattern["value"]?.text
    switch value {
    case .f32(let bits): return matches32(bits, text ?? "")
    case .f64(let bits): return matches64(bits, text ?? "")
    case .v128(let low, let high):
      let lanes = pattern["value"]?.elements.compactMap { $0.text } ?? []
      let width = laneWidth(pattern)
      guard lanes.count * width == 16 else { return false }
      for (index, lane) in lanes.enumerated() {
        let position = index * width
        let bits = (position < 8 ? low : high) >> UInt64(8 * (position % 8))
        switch pattern["lane_type"]?.text ?? "" {
        case "f32": if !matches32(UInt32(truncatingIfNeeded: bits), lane) { return false }
        case "f64": if !matches64(bits, lane) { return false }
        default:
          let mask: UInt64 = width == 8 ? .max : 1 << UInt64(8 * width) - 1
          guard let wanted = integer(lane), wanted & mask == bits & mask else { return false }
        }
      }
      return true
    case .reference(let reference):
      switch reference {
      case .null: return text == nil || text == "null"
      case .external(let number): return text == nil || text == String(number)
      case .function: return pattern["type"]?.text?.contains("func") ?? false && text != "null"
      default: return text != "null"
      }
    default: return value == self.value(pattern)
    }
  }

  private static func matches32(_ bits: UInt32, _ text: String) -> Bool {
    switch text {
    case "nan:canonical": bits & 0x7fff_ffff == 0x7fc0_0000
    case "nan:arithmetic": bits & 0x7fc0_0000 == 0x7fc0_0000
    default: integer(text).map { UInt32(truncatingIfNeeded: $0) } == bits
    }
  }
  private static func matches64(_ bits: UInt64, _ text: String) -> Bool {
    switch text {
    case "nan:canonical": bits & 0x7fff_ffff_ffff_ffff == 0x7ff8_0000_0000_0000
    case "nan:arithmetic": bits & 0x7ff8_0000_0000_0000 == 0x7ff8_0000_0000_0000
    default: integer(text) == bits
    }
  }

  enum SuiteError: Error { case noFile }
}

extension JSON {
  /// A string, or a number as text.
  fileprivate var text: String? { string ?? int.map { String($0) } }
  /// An array's elements; none of anything else.
  fileprivate var elements: [JSON] { array ?? [] }
}
