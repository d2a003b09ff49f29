import ByteCursor
import CoreDumpFormat
import DwarfEval

extension DwarfType {
  /// The name as people read it: demangled where the language mangles the names of types.
  public var displayName: String { language == .swift ? SwiftTypeName.text(of: self) : name }
}

extension DebugModule {
  /// A type's name as people read it.
  func displayName(of type: DwarfType?) -> String { type?.displayName ?? "void" }
}

extension Session {
  /// The function that a pointer to a function leads to, `<name>`: in Wasm such a pointer is an index in the table. The
  /// table is the dump's where it holds tables, else as the program started with it. Nil where there is none.
  func functionName(tableIndex: UInt64, of module: DebugModule, instance: Int) -> String? {
    guard tableIndex != 0 else { return nil }
    if let table = dump.table(0, of: instance) {
      guard case .function(let owner, let index)? = table[tableIndex], dump.instances.indices.contains(Int(owner)),
        case let number = dump.instances[Int(owner)].module, debugModules.indices.contains(number),
        let target = debugModules[number]
      else { return nil }
      return "<\(target.functionName(of: index))>"
    }
    guard case .function(let index)? = module.code.initialElement(table: 0, index: tableIndex) else { return nil }
    return "<\(module.functionName(of: index))>"
  }
}

extension DebugModule {
  /// A function's name by the debug information where it knows one.
  fileprivate func functionName(of function: UInt32) -> String {
    frames(function: function, at: nil).last?.function.display ?? "function \(function)"
  }
}
