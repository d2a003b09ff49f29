import ByteCursor

/// Places by address, for `list *ADDRESS` and its like.
extension Session {
  /// The functions at a code address of a module of the dump, innermost first; empty outside of every function body
  /// and where the module was not found.
  public func frames(at address: CodeAddress, module: Int) -> [SourceFrame] {
    guard debugModules.indices.contains(module), let module = debugModules[module] else { return [] }
    return module.frames(at: address)
  }
}
