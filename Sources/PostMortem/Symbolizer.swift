import ByteCursor

/// A module with what its debug information says of its code addresses: what `symbolize` needs, no dump at hand.
public final class Symbolizer {
  /// The module as front ends show it (`index` is 0).
  public let info: ModuleInfo

  /// Opens the module at `path` and finds its debug file as a session does.
  /// - Throws: `SessionError` where it is not a module.
  public init(path: String, options: SessionOptions) throws(SessionError) {
    throw .file(FileError(path: path, reason: "not yet"))
  }

  /// The functions at a code address, innermost first; empty outside of every function body.
  public func frames(at address: CodeAddress) -> [SourceFrame] { [] }

  /// Several addresses at once, which reads the units they lie in side by side.
  public func frames(at addresses: [CodeAddress]) -> [[SourceFrame]] { addresses.map { frames(at: $0) } }

  /// The code address of a place in the module's file; nil outside of the code section.
  public func codeAddress(of offset: FileOffset) -> CodeAddress? { nil }
}
