import ByteCursor
import DwarfEval
import WasmBinary
import WasmInterp

/// What a debug file knows of a module that the module has lost, and what it calls otherwise.
extension DebugModule {
  // MARK: Names

  /// What the linker calls a function: by the name section, or that of the debug file where the module has lost its own.
  func linkerName(of function: UInt32) -> String? {
    if let name = wasm.names.functions[function] { return name.isEmpty ? nil : name }
    guard wasm.names.functions.isEmpty, let debugFile, let described = describedFunction(function),
      let name = debugFile.names.functions[described], !name.isEmpty
    else { return nil }
    return name
  }

  /// The index by which the debug file knows a function; nil where that is not sure.
  private func describedFunction(_ function: UInt32) -> UInt32? {
    guard let codeMap else { return function }
    guard codeMap.survey.relation != .different || isNameKnown(function, codeMap) else { return nil }
    return codeMap.companionFunction(of: function)
  }

  /// Whether a function of a module of another source is the one in the debug file that the map leads to: a function that was
  /// exported, named or called so, or that has this code alone. Where both modules count alike a function that was changed is
  /// still the one between the two beside it, if these were not.
  private func isNameKnown(_ function: UInt32, _ codeMap: CodeMap) -> Bool {
    guard codeMap.hasSameOrder else { return codeMap.isCertain(function) }
    func isSame(_ function: UInt32) -> Bool { wasm.body(function) == nil || (try? codeMap.map(of: function)) != nil }
    return isSame(function) || isSame(function &- 1) && isSame(function &+ 1)
  }

  /// The functions that the linker calls so: by the name section, or that of the debug file where the module has lost its own.
  func functions(linkerNamed name: String) -> [UInt32] {
    let wanted = Bytes(copying: Array(name.utf8))
    return linkerNames.filter { $0.name.hasSameBytes(as: wanted) }.map(\.function)
  }

  /// The functions that have names for the linker, with these names, in no order.
  var linkerNames: [(function: UInt32, name: Bytes)] {
    let own = wasm.names.functions
    guard own.isEmpty, let debugFile else {
      return own.filter { Int($0.index) < wasm.functionCount }.map { ($0.index, $0.name) }
    }
    let names = debugFile.names.functions
    return (0..<UInt32(clamping: wasm.functionCount)).compactMap { function in
      describedFunction(function).flatMap { names.bytes(of: $0) }.map { (function, $0) }
    }
  }

  /// What the linker calls a global, in the same way.
  func globalName(_ global: UInt32) -> String? {
    let own = wasm.names.globals
    guard own.isEmpty, let debugFile else { return own[global] }
    guard let codeMap else { return debugFile.names.globals[global] }
    return debugFile.names.globals.first { codeMap.shippedGlobal(of: $0.index) == global }?.name.string
  }

  /// The global that the linker calls so.
  func globalIndex(linkerNamed name: String) -> UInt32? {
    let own = wasm.names.globals
    guard own.isEmpty, let debugFile else { return own.index(of: name) }
    let described = debugFile.names.globals.index(of: name)
    let index = described.flatMap { global in codeMap.map { $0.shippedGlobal(of: global) } ?? global }
    return index.flatMap { Int($0) < wasm.globals.count ? $0 : nil }
  }

  /// What the linker calls the data segments.
  var dataNames: NameMap {
    let own = wasm.names.data
    guard own.isEmpty, let debugFile, hasDescribedMemory, debugFile.names.data.count == wasm.data.count else {
      return own
    }
    return debugFile.names.data
  }

  // MARK: What the debug information speaks of

  /// Whether addresses of memory in the debug information are the module's.
  var hasDescribedMemory: Bool { codeMap?.hasSameMemory ?? true }

  /// The place that an expression of the debug information means; nil where the module has none that is known.
  func place(_ described: WasmPlace) -> WasmPlace? {
    guard let codeMap, case .global(let index) = described else { return described }
    return codeMap.shippedGlobal(of: index).map { .global($0) }
  }
}
