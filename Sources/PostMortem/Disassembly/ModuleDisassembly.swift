import ByteCursor
import WasmBinary
import WasmInterp

/// The code of a module as text: its functions by name, and the listing of each.
///
/// Not thread-safe, as the session that it belongs to.
public final class ModuleDisassembly {
  private let module: DebugModule
  private lazy var identifiers = ModuleIdentifiers(module.wasm)
  private lazy var search = FunctionSearch(module)

  init(_ module: DebugModule) { self.module = module }

  /// That of a module without a dump. Its debug information is found as a session finds it; of what is found nothing
  /// is read before it is needed.
  /// - Parameter path: what the module was read from, next to which debug files are looked for.
  public convenience init(_ wasm: WasmModule, path: String?, options: SessionOptions) {
    let finder = DebugFileFinder(options: options, store: ModuleStore(limits: options.limits))
    self.init(DebugModule(wasm, path: path, index: 0, name: path.map(Path.baseName) ?? "", finder: finder))
  }

  /// The module as a front end shows it.
  public var info: ModuleInfo { module.info }

  /// How many functions the module has, imported ones among them.
  public var functionCount: Int { module.wasm.functionCount }

  /// The functions that have code.
  public var definedFunctions: Range<UInt32> {
    let bodies = module.wasm.bodies
    return bodies.firstFunction..<bodies.firstFunction + UInt32(truncatingIfNeeded: bodies.count)
  }

  /// What a function is called: by the debug information, else by the module.
  public func name(of function: UInt32) -> FunctionName {
    module.frames(function: function, at: nil).last?.function ?? module.name(of: function)
  }

  /// The functions called `name`, ascending: by what the module itself calls them (the linker's name, an export), else
  /// by their names in the source, with or without scopes and parameters. Reads the debug information where the module
  /// knows no such name.
  public func functions(named name: String) -> [UInt32] { search.functions(named: name) }

  /// The function whose code an address lies in; nil outside of all.
  public func function(containing address: CodeAddress) -> UInt32? { module.wasm.body(containing: address)?.function }

  /// The listing of a function; nil for one that is imported, and for an index that none has.
  public func listing(of function: UInt32, options: Disassembler.Options = .init()) -> FunctionListing? {
    guard let body = module.wasm.body(function) else { return nil }
    return FunctionListing(
      Disassembler(body, in: module.wasm, identifiers: identifiers, options: options), of: module)
  }
}

extension Session {
  /// The code of a module of the dump; nil where it was not found.
  public func disassembly(module: Int) -> ModuleDisassembly? {
    guard debugModules.indices.contains(module), let found = debugModules[module] else { return nil }
    if let known = disassemblies[module] { return known }
    let disassembly = ModuleDisassembly(found)
    disassemblies[module] = disassembly
    return disassembly
  }
}
