import ByteCursor

/// What a core dump holds, whichever dialect it was written in: code offsets count from the locals vector,
/// frames run youngest to oldest, and what is missing says why.
///
/// The format is that of `Coredump.md` in WebAssembly/tool-conventions.
public struct CoreDump: Sendable {
  /// A module that took part.
  public struct Module: Hashable, Sendable {
    /// The name as recorded: a path, or a placeholder such as `<anonymous-module-0>`. Nil where no name was
    /// recorded at all.
    public var name: String?
    /// What tells the module's file from others, where the dump has it: those of `wasmpm run` do.
    public var fingerprint: ModuleFingerprint?

    /// A module.
    public init(name: String?, fingerprint: ModuleFingerprint? = nil) {
      self.name = name
      self.fingerprint = fingerprint
    }
  }

  /// An instance of a module, with the dump's memories and globals that its own index spaces refer to.
  public struct Instance: Hashable, Sendable {
    /// The module, an index in `CoreDump.modules` (which may not reach that far in a damaged dump).
    public var module: Int
    /// The instance's memories in the order of its index space, imports included: indices in
    /// `CoreDump.memories`; nil for one that is not in the dump.
    public var memories: [UInt32?]
    /// The instance's globals in the same way.
    public var globals: [UInt32?]
    /// The instance's tables in the same way, as indices in `CoreDump.tables`; empty where the dump has no tables.
    public var tables: [UInt32?]
    /// Whether the dump does not say what is here and it was made up: one instance of each module.
    public var isAssumed: Bool

    /// An instance.
    public init(
      module: Int, memories: [UInt32?] = [], globals: [UInt32?] = [], tables: [UInt32?] = [], isAssumed: Bool = false
    ) {
      self.module = module
      self.memories = memories
      self.globals = globals
      self.tables = tables
      self.isAssumed = isAssumed
    }
  }

  /// A global with its value when the dump was written.
  public struct Global: Hashable, Sendable {
    /// Its type.
    public var type: RecordedType
    /// Whether it can change.
    public var isMutable: Bool
    /// Its value, or why there is none.
    public var value: RecordedValue

    /// A global.
    public init(type: RecordedType, isMutable: Bool, value: RecordedValue) {
      self.type = type
      self.isMutable = isMutable
      self.value = value
    }
  }

  /// The name of what ran (section `core`): a path; nil where there is no such section.
  public var executableName: String?
  /// The modules. A dump that names none has one, which goes by the executable's name.
  public var modules: [Module]
  /// The instances.
  public var instances: [Instance]
  /// The threads in the order of their sections. A dump without frames has a thread without frames, or none.
  public var threads: [Thread]
  /// The memories of all instances.
  public var memories: [MemoryImage]
  /// The globals of all instances.
  public var globals: [Global]
  /// Why the program stopped, where the dump says so: those of `wasmpm run` do.
  public var trap: Trap?
  /// The tables of all instances, where the dump has them: those of `wasmpm run` do.
  public var tables: [Table]
  /// How the dump was written, as far as that can be told; nil for a model that was not read from a file.
  public var dialect: Dialect?
  /// What could not be read, or had to be guessed.
  public var diagnostics: [Diagnostic]

  /// A core dump.
  public init(
    executableName: String? = nil, modules: [Module] = [], instances: [Instance] = [], threads: [Thread] = [],
    memories: [MemoryImage] = [], globals: [Global] = [], trap: Trap? = nil, tables: [Table] = [],
    dialect: Dialect? = nil, diagnostics: [Diagnostic] = []
  ) {
    self.executableName = executableName
    self.modules = modules
    self.instances = instances
    self.threads = threads
    self.memories = memories
    self.globals = globals
    self.trap = trap
    self.tables = tables
    self.dialect = dialect
    self.diagnostics = diagnostics
  }

  /// The module of the function that a frame stands in; nil where its instance or module does not exist.
  public func moduleIndex(of frame: Frame) -> Int? {
    guard instances.indices.contains(frame.instance) else { return nil }
    let module = instances[frame.instance].module
    return modules.indices.contains(module) ? module : nil
  }

  /// An instance's memory by its own index space; nil where the dump does not have it.
  public func memory(_ index: Int, of instance: Int) -> MemoryImage? {
    guard instances.indices.contains(instance), instances[instance].memories.indices.contains(index),
      let recorded = instances[instance].memories[index].map(Int.init), memories.indices.contains(recorded)
    else { return nil }
    return memories[recorded]
  }

  /// An instance's global by its own index space; nil where the dump does not have it.
  public func global(_ index: Int, of instance: Int) -> Global? {
    guard instances.indices.contains(instance), instances[instance].globals.indices.contains(index),
      let recorded = instances[instance].globals[index].map(Int.init), globals.indices.contains(recorded)
    else { return nil }
    return globals[recorded]
  }
}

/// How a dump was written: the dialect's name, and what speaks for it.
public struct Dialect: Hashable, Sendable {
  /// A stable name for machines; see `DialectName`.
  public var name: String
  /// How its frames are laid out.
  public var layout: StackLayout
  /// What its code offsets count from.
  public var offsetBase: CodeOffsetBase
  /// Whether its frames ran oldest first and were turned around.
  public var isOldestFirst: Bool
  /// How well the frames fit the modules at hand; nil where none could be asked.
  public var evidence: Evidence?

  /// Whether the dialect is a guess from the dump's form and its producer's habits alone.
  public var isAssumed: Bool { (evidence?.applicable ?? 0) == 0 }
}

/// The names that `Dialect.name` may have; more may come.
public enum DialectName {
  public static let specification = "spec"
  /// The document's form with the section of `wasmpm run`, in which nothing is left out.
  public static let wasmpm = "wasmpm"
  /// The document before May 2023: frames without an instance.
  public static let specificationWithoutInstance = "spec-without-instances"
  public static let wasmtime = "wasmtime"
  public static let wasmi = "wasmi"
  public static let wasmer = "wasmer"
  /// WasmEdge 0.14 to 0.17.
  public static let wasmEdge = "wasmedge"
  /// WasmEdge as rewritten in 2026.
  public static let wasmEdgeTyped = "wasmedge-typed"
  /// A dump that a rewritten module made in its own memory.
  public static let rewriter = "xtuc-rewriter"
  public static let builder01012 = "wasm-coredump-builder-0.1.12"
  public static let builder01013 = "wasm-coredump-builder-0.1.13"
  public static let builder022 = "wasm-coredump-builder-0.2.2"
}

/// How well a dump's frames, read in one way, fit the modules at hand.
public struct Evidence: Hashable, Sendable {
  /// The sum of the weights of the checks that could be made.
  public var applicable = 0
  /// The sum of the weights of those that held.
  public var passed = 0

  /// The share that held, 0 to 1; 0 where none could be made.
  public var score: Double { applicable == 0 ? 0 : Double(passed) / Double(applicable) }

  mutating func check(_ holds: Bool, weight: Int) {
    applicable += weight
    if holds { passed += weight }
  }
}
