import ByteCursor
import CoreDumpFormat
import WASI
import WasmBinary
import WasmInterp

/// What a program is given, and how much of it.
public struct ProgramOptions: Sendable {
  /// What WASI's functions offer to the program. The arguments' first one, the program's name, is put in front of them.
  public var wasi = WASIConfiguration()
  /// Modules that are instantiated before the program, each under a name that later ones import from.
  public var preloads: [(name: String, path: String)] = []
  /// The exported function to call; nil for `_start`, with which a command begins.
  public var invoke: String?
  /// How much the program may use.
  public var limits = ExecutionLimits()
  /// The caps on what the modules' files may make us do.
  public var fileLimits: Limits = .standard

  /// Nothing is given.
  public init() {}
}

/// Why a program does not run.
public enum ProgramError: Error, Sendable, CustomStringConvertible {
  /// What was asked for cannot be meant: a file or folder that is not there, arguments that do not fit.
  case usage(String)
  /// The module cannot run: it is none, it is not valid, or something that it needs is missing.
  case cannotRun(String)

  /// One line.
  public var description: String {
    switch self {
    case .usage(let text), .cannotRun(let text): text
    }
  }
}

/// How a run ended.
public enum ProgramOutcome {
  /// The function returned these values; none for `_start`.
  case returned([RecordedValue])
  /// The program ended itself with this code.
  case exited(UInt32)
  /// It trapped, or was stopped.
  case trapped(ProgramTrap)
}

/// A trap of a running program with what a dump says of it.
public struct ProgramTrap: Sendable {
  /// What happened, in the report's words.
  public var kind: TrapKind
  /// What more there is to say; empty where nothing is.
  public var message: String
  /// The activations.
  let trap: WasmInterp.Trap
}

/// A WebAssembly program that our interpreter runs: a module with what it is linked with. Not thread-safe.
public final class Program {
  /// Stops the program from a signal handler or another thread; `interruption` says why it was done.
  public let interrupt: WasmInterp.Interrupt
  /// What a requested interrupt is recorded as.
  public var interruption: () -> TrapKind = { .interrupted }

  private let path: String
  private let options: ProgramOptions
  private let store: Store
  private let wasi: WASI
  private var loaded: [DumpRecorder.Loaded] = []
  private var registered: [String: Instance] = [:]
  private var main: Instance?

  /// Opens and validates the modules; nothing of them runs yet.
  ///
  /// - Parameter path: the program's module.
  public init(path: String, options: ProgramOptions, interrupt: WasmInterp.Interrupt = WasmInterp.Interrupt())
    throws(ProgramError)
  {
    self.path = path
    self.options = options
    self.interrupt = interrupt
    var configuration = options.wasi
    configuration.arguments.insert(path, at: 0)
    do throws(WASIError) { wasi = try WASI(configuration) } catch { throw .usage(error.description) }
    do throws(InstantiationError) { store = try Store(limits: options.limits, interrupt: interrupt) } catch {
      throw .cannotRun("\(error)")
    }
    for (name, path) in options.preloads { modules.append((name, path, try Self.open(path, options))) }
    modules.append((nil, path, try Self.open(path, options)))
    try findFunction()
  }

  private var modules: [(name: String?, path: String, module: WasmModule)] = []

  private static func open(_ path: String, _ options: ProgramOptions) throws(ProgramError) -> WasmModule {
    let bytes: Bytes
    do throws(FileError) { bytes = Bytes(try ByteStorage.file(path, limits: options.fileLimits)) } catch {
      throw .usage(error.description)
    }
    let module: WasmModule
    do throws(ReadError) {
      let kind = try sniff(bytes)
      if kind == .coreDump { throw ReadError(.dumpNotModule, offset: bytes.fileOffset) }
      if kind == .component { throw ReadError(.componentCannotRun, offset: bytes.fileOffset) }
      module = try WasmModule(bytes, limits: options.fileLimits)
    } catch {
      throw .cannotRun("\(path): \(error)")
    }
    do throws(ValidationError) { try Validator.validate(module, limits: options.fileLimits) } catch {
      throw .cannotRun("\(path): \(Self.describe(error, in: module))")
    }
    return module
  }

  /// What the file is; its errors are about modules, not dumps.
  private static func sniff(_ bytes: Bytes) throws(ReadError) -> SniffedFile {
    do throws(ReadError) { return try SniffedFile(bytes) } catch {
      switch error.rule {
      case .elfCore, .elfFile, .textFile, .notWebAssembly: throw ReadError(.notModule, offset: error.offset)
      case .wasmText: throw ReadError(.textNotModule, offset: error.offset)
      default: throw error
      }
    }
  }

  /// With the function's name, where it has one.
  private static func describe(_ error: ValidationError, in module: WasmModule) -> String {
    guard let function = error.function, let name = module.name(.function, function) else { return error.description }
    return "\(error) (in \(name))"
  }

  /// Refuses what `run` could not call, before anything runs.
  private func findFunction() throws(ProgramError) {
    guard let module = modules.last?.module else { return }
    guard let export = module.export(entryName), export.kind == .function,
      let type = module.functionType(export.index)
    else {
      throw options.invoke == nil
        ? .cannotRun("\(path): the module exports no function _start: name one with --invoke")
        : .usage("\(path): the module exports no function \(entryName)")
    }
    if options.invoke == nil {
      guard type.parameters.isEmpty, type.results.isEmpty else {
        throw .cannotRun("\(path): _start is of type \(type): name a function with --invoke")
      }
    } else {
      _ = try WasmInterp.Value.parse(options.wasi.arguments, as: type, of: entryName)
    }
  }

  private var entryName: String { options.invoke ?? "_start" }

  // MARK: Running

  /// Links and runs the program. To be called once.
  public func run() throws(ProgramError) -> ProgramOutcome {
    for (index, entry) in modules.enumerated() {
      switch try instantiate(entry.module, at: entry.path) {
      case .failure(let outcome): return outcome
      case .success(let instance):
        if let name = entry.name {
          registered[name] = instance
        } else {
          main = instance
        }
        // A reactor is ready for calls after `_initialize`.
        if index < modules.count - 1 || options.invoke != nil,
          case .function(let initialize)? = instance.export("_initialize"),
          let ending = Self.ending(call(initialize, []))
        {
          return ending
        }
      }
    }
    guard case .function(let function)? = main?.export(entryName) else {
      throw .usage("\(path): the module exports no function \(entryName)")
    }
    let arguments =
      options.invoke == nil ? [] : try WasmInterp.Value.parse(options.wasi.arguments, as: function.type, of: entryName)
    return call(function, arguments)
  }

  /// The modules' files: for a `Session` about the program's crash.
  public var files: [(path: String, bytes: Bytes)] { modules.map { ($0.path, $0.module.file) } }

  private enum Instantiation {
    case success(Instance)
    case failure(ProgramOutcome)
  }

  private func instantiate(_ module: WasmModule, at path: String) throws(ProgramError) -> Instantiation {
    let missing = module.imports.filter { external(module: $0.module, name: $0.name) == nil }
    if let first = missing.first {
      let more = missing.count > 1 ? " (and \(missing.count - 1) more)" : ""
      throw .cannotRun("\(path): nothing provides the import \(first.module).\(first.name)\(more)")
    }
    do throws(InstantiationError) {
      let instance = try store.instantiate(module) { self.external(module: $0, name: $1) }
      loaded.append(DumpRecorder.Loaded(name: path, instance: instance))
      return .success(instance)
    } catch {
      guard case .trap(let trap) = error else { throw .cannotRun("\(path): \(error)") }
      // What was instantiated so far is part of the dump.
      if let last = store.instances.last, !loaded.contains(where: { $0.instance === last }) {
        loaded.append(DumpRecorder.Loaded(name: path, instance: last))
      }
      return .failure(outcome(of: trap))
    }
  }

  private func external(module: String, name: String) -> External? {
    registered[module]?.export(name) ?? wasi.external(module: module, name: name, in: store)
  }

  private func call(_ function: Function, _ arguments: [WasmInterp.Value]) -> ProgramOutcome {
    do throws(WasmInterp.Trap) {
      return .returned(try store.invoke(function, arguments).map(recorder.value))
    } catch {
      return outcome(of: error)
    }
  }

  /// An outcome after which nothing more is called.
  private static func ending(_ outcome: ProgramOutcome) -> ProgramOutcome? {
    if case .returned = outcome { nil } else { outcome }
  }

  private func outcome(of trap: WasmInterp.Trap) -> ProgramOutcome {
    if let exit = trap.hostError as? ProcessExit { return .exited(exit.code) }
    let kind: TrapKind =
      switch trap.kind {
      case .interrupted: interruption()
      case .unsupported: .unknown
      default: TrapKind(rawValue: trap.kind.rawValue) ?? .unknown
      }
    return .trapped(ProgramTrap(kind: kind, message: message(of: trap), trap: trap))
  }

  /// What more there is to say of a trap: of an exception its tag and its values.
  private func message(of trap: WasmInterp.Trap) -> String {
    guard let exception = trap.exception else { return trap.message }
    let values = exception.values.map { recorder.value($0).description }.joined(separator: ", ")
    return "\(tagName(exception.tag))(\(values))"
  }

  /// A tag by the name that a module gives it.
  private func tagName(_ tag: Tag) -> String {
    for loaded in loaded {
      guard let index = loaded.instance.tags.firstIndex(where: { $0 === tag }) else { continue }
      return loaded.instance.module.name(.tag, UInt32(index)) ?? "tag \(index)"
    }
    return "a tag of the host's"
  }

  // MARK: The dump

  private var recorder: DumpRecorder { DumpRecorder(executable: path, loaded: loaded, store: store) }

  /// The core dump of a trap, in the document's form with the section of our own. The memories in it are the program's
  /// own, which is not to run on before the dump is written.
  /// - Parameter recordsMemory: without memories a dump is small, and good for a backtrace only.
  public func coreDump(of trap: ProgramTrap, recordsMemory: Bool = true) -> CoreDump {
    var recorder = recorder
    recorder.recordsMemory = recordsMemory
    return recorder.dump(of: trap.trap, kind: trap.kind, message: trap.message)
  }
}

extension Rule {
  /// Something else was given where a module has to be.
  static let notModule: Rule = "this is not a WebAssembly module (no \\0asm at its start)"
  /// The same of a module in the text format.
  static let textNotModule: Rule = "this is WebAssembly text, not a module: translate it (wasm-tools parse, wat2wasm)"
  /// A component was given where a core module has to be.
  static let componentCannotRun: Rule = "this is a component: only core modules run here"
}
