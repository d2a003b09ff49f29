import ByteCursor
import WasmBinary
import WasmInterp

/// Runs the commands of one file, in a store of their own.
struct SuiteRunner {
  private(set) var result = SuiteResult()
  private let file: SuiteFile
  private let store: Store
  private let spectest: SpecTest
  /// Instances by their names in the file.
  private var named: [String: Instance] = [:]
  /// Instances by the name that they are imported from. (Strings would be equal more often than their bytes.)
  private var registered: [[UInt8]: Instance] = [:]
  private var definitions: [String?: WasmModule] = [:]
  private var current: Instance?

  /// What all commands of the file come to.
  static func run(_ file: SuiteFile) throws -> SuiteResult {
    var runner = try SuiteRunner(file)
    for command in file.commands { runner.run(command) }
    return runner.result
  }

  private init(_ file: SuiteFile) throws {
    self.file = file
    var limits = ExecutionLimits()
    limits.frames = 20_000
    limits.fuel = 2_000_000_000
    store = try Store(limits: limits)
    spectest = SpecTest(in: store)
  }

  private mutating func run(_ command: SuiteCommand) {
    switch command.kind {
    case .module(let module, let name):
      current = nil
      guard let opened = valid(module, command) else { return }
      make(opened, name, command)
    case .definition(let module, let name):
      guard let opened = valid(module, command) else { return }
      definitions[name] = opened
      definitions[nil] = opened
      result.pass()
    case .instance(let name, let definition):
      current = nil
      guard let opened = definitions[definition] else { return result.fail(command, .unreadable, "no definition") }
      make(opened, name, command)
    case .register(let module, let name):
      guard let instance = instance(name) else { return result.fail(command, .noInstance, name ?? "") }
      registered[Array(module.utf8)] = instance
      result.pass()
    case .action(let action):
      perform(action, command) { if case .failure(let trap) = $0 { Self.unexpected(trap) } else { nil } }
    case .assertReturn(let action, let expected): perform(action, command) { Self.judge($0, expected) }
    case .assertTrap(let action, let text): perform(action, command) { Self.judge($0, trap: text) }
    case .assertExhaustion(let action, _): perform(action, command) { Self.judge($0, .stackExhausted) }
    case .assertException(let action): perform(action, command) { Self.judge($0, .uncaughtException) }
    case .assertInvalid(let module, let text), .assertMalformed(let module, let text): refuse(module, text, command)
    case .assertAnnotation: result.skip(.annotation)
    case .assertUninstantiable(let module, let text):
      link(module, command) { error in
        guard case .trap(let trap) = error else { return false }
        return SuiteMessages.name(trap.kind, text)
      }
    case .assertUnlinkable(let module, let text):
      link(module, command) { error in
        switch error {
        case .missingImport: text == "unknown import"
        case .incompatibleImport: text == "incompatible import type"
        default: false
        }
      }
    case .unknown: result.skip(.unknown)
    }
  }

  // MARK: Modules

  private static func open(_ bytes: Bytes) throws -> WasmModule {
    let module = try WasmModule(bytes)
    try Validator.validate(module)
    return module
  }

  /// A module that should be valid; nil where it is not there or refused, which is in the result then.
  private mutating func valid(_ module: SuiteModule, _ command: SuiteCommand) -> WasmModule? {
    do {
      guard let bytes = try file.bytes(module) else {
        result.skip(.textModule)
        return nil
      }
      return try Self.open(bytes)
    } catch {
      result.fail(command, .refused, "\(error)")
      return nil
    }
  }

  private func instantiate(_ module: WasmModule) throws(InstantiationError) -> Instance {
    try store.instantiate(module) { [registered, spectest] module, name in
      registered[Array(module.utf8)]?.export(name) ?? (module == "spectest" ? spectest[name] : nil)
    }
  }

  private mutating func make(_ module: WasmModule, _ name: String?, _ command: SuiteCommand) {
    do throws(InstantiationError) {
      let instance = try instantiate(module)
      current = instance
      if let name { named[name] = instance }
      result.pass()
    } catch { result.fail(command, Self.kind(error), error.description) }
  }

  /// A valid module whose instantiation has to fail as `isExpected` says.
  private mutating func link(
    _ module: SuiteModule, _ command: SuiteCommand, _ isExpected: (InstantiationError) -> Bool
  ) {
    guard let opened = valid(module, command) else { return }
    do throws(InstantiationError) {
      _ = try instantiate(opened)
      result.fail(command, .instantiated, "")
    } catch {
      if isExpected(error) {
        result.pass()
      } else {
        result.fail(command, Self.kind(error), error.description)
      }
    }
  }

  private mutating func refuse(_ module: SuiteModule, _ text: String, _ command: SuiteCommand) {
    let bytes: Bytes
    do {
      guard let found = try file.bytes(module) else { return result.skip(.textModule) }
      bytes = found
    } catch { return result.fail(command, .unreadable, "\(error)") }
    var rule = ""
    do {
      _ = try Self.open(bytes)
      return result.fail(command, .accepted, text)
    } catch let error as ReadError {
      rule = error.rule.rawValue
    } catch let error as ValidationError {
      rule = error.rule.rawValue
    } catch {}
    result.refuse(inSuitesWords: rule.hasPrefix(text) || text.hasPrefix(rule))
  }

  private static func kind(_ error: InstantiationError) -> SuiteResult.Mismatch {
    switch error {
    case .invalid: .cannotRun
    case .trap(let trap) where trap.kind == .unsupported: .cannotRun
    default: .notInstantiated
    }
  }

  // MARK: Actions

  private func instance(_ name: String?) -> Instance? { name.map { named[$0] } ?? current }

  /// What is wrong, and more of it for people.
  private typealias Fault = (kind: SuiteResult.Mismatch, detail: String)

  private mutating func perform(
    _ action: SuiteAction, _ command: SuiteCommand, _ judge: (Result<[Value], Trap>) -> Fault?
  ) {
    guard let instance = instance(action.instance) else { return result.fail(command, .noInstance, action.field) }
    let outcome: Result<[Value], Trap>
    switch (instance.export(action.field), action.arguments) {
    case (.global(let global)?, nil): outcome = .success([global.value])
    case (.function(let function)?, let patterns?):
      let arguments = patterns.compactMap(\.argument)
      guard arguments.count == patterns.count, arguments.count == function.type.parameters.count else {
        return result.fail(command, .unreadable, "arguments of \(action.field)")
      }
      do throws(Trap) {
        outcome = .success(try store.invoke(function, arguments))
      } catch { outcome = .failure(error) }
    default: return result.fail(command, .unreadable, "no export \(action.field)")
    }
    if let fault = judge(outcome) {
      result.fail(command, fault.kind, "\(action.field): \(fault.detail)")
    } else {
      result.pass()
    }
  }

  private static func unexpected(_ trap: Trap) -> Fault {
    (trap.kind == .unsupported ? .cannotRun : .trapped, "\(trap.kind.rawValue) \(trap.message)")
  }

  private static func judge(_ outcome: Result<[Value], Trap>, _ expected: [SuiteValue]) -> Fault? {
    switch outcome {
    case .failure(let trap): unexpected(trap)
    case .success(let values):
      values.count == expected.count && zip(expected, values).allSatisfy { $0.matches($1) }
        ? nil : (.wrongResult, "\(values), not \(expected)")
    }
  }

  private static func judge(_ outcome: Result<[Value], Trap>, trap text: String) -> Fault? {
    judge(outcome, text) { SuiteMessages.name($0, text) }
  }

  private static func judge(_ outcome: Result<[Value], Trap>, _ kind: Trap.Kind) -> Fault? {
    judge(outcome, kind.rawValue) { $0 == kind }
  }

  private static func judge(
    _ outcome: Result<[Value], Trap>, _ wanted: String, _ isExpected: (Trap.Kind) -> Bool
  ) -> Fault? {
    switch outcome {
    case .success(let values): (.returned, "\(values), not \(wanted)")
    case .failure(let trap) where isExpected(trap.kind): nil
    case .failure(let trap) where trap.kind == .unsupported: unexpected(trap)
    case .failure(let trap): (.otherTrap, "\(trap.kind.rawValue), not \(wanted)")
    }
  }
}

/// The suite's messages of traps.
enum SuiteMessages {
  /// Whether a message is about this kind of trap.
  static func name(_ kind: Trap.Kind, _ message: String) -> Bool {
    switch kind {
    case .unreachable: message == "unreachable"
    case .memoryOutOfBounds: message == "out of bounds memory access"
    case .tableOutOfBounds: message == "out of bounds table access" || message.hasPrefix("undefined element")
    case .integerDivideByZero: message == "integer divide by zero"
    case .integerOverflow: message == "integer overflow"
    case .invalidConversion: message == "invalid conversion to integer"
    case .indirectCallNull: message.hasPrefix("uninitialized element")
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
}
