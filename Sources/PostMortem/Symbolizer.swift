import ByteCursor
import WasmBinary

/// A module with what its debug information says of its code addresses: what `symbolize` needs, no dump at hand.
public final class Symbolizer {
  /// The module as front ends show it (`index` is 0).
  public let info: ModuleInfo
  private let module: DebugModule

  /// Opens the module at `path` and finds its debug file as a session does. Of a component the first core module
  /// counts.
  /// - Throws: `SessionError` where it is not a module.
  public convenience init(path: String, options: SessionOptions) throws(SessionError) {
    try self.init(path: path, store: ModuleStore(limits: options.limits), options: options)
  }

  /// The same for a module that is in memory. `path` is what messages call it, and next to which debug files are
  /// looked for.
  /// - Throws: `SessionError.format` where it is not a module.
  public convenience init(bytes: Bytes, path: String, options: SessionOptions) throws(SessionError) {
    let store = ModuleStore(limits: options.limits)
    store.add(bytes, at: path)
    try self.init(path: path, store: store, options: options)
  }

  private init(path: String, store: ModuleStore, options: SessionOptions) throws(SessionError) {
    let file: ModuleStore.File
    switch store.open(path) {
    case .success(let opened): file = opened
    case .failure(let error): throw error
    }
    guard let wasm = file.modules.first else {
      throw .format(path: path, ReadError(.noCoreModule, offset: FileOffset(0)))
    }
    module = DebugModule(
      wasm, path: path, index: 0, name: Path.baseName(path),
      finder: DebugFileFinder(options: options, store: store))
    // Whether a source map is one is known when it has been read, and the first address needs it anyway.
    _ = module.sourceMap?.map
    info = module.info
  }

  /// The functions at a code address, innermost first; empty outside of every function body.
  public func frames(at address: CodeAddress) -> [SourceFrame] { module.frames(at: address) }

  /// Several addresses at once, which reads the units they lie in side by side.
  public func frames(at addresses: [CodeAddress]) -> [[SourceFrame]] { module.frames(at: addresses) }

  /// The code address of a place in the module's file; nil outside of the code section.
  public func codeAddress(of offset: FileOffset) -> CodeAddress? { module.wasm.codeAddress(of: offset) }
}

extension Rule {
  /// A component without a core module in it.
  static let noCoreModule: Rule = "the component holds no core module"
}
