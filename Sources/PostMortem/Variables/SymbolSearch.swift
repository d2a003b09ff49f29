import ByteCursor
import CoreDumpFormat
import DwarfEval

/// A variable, type or function that a search of the debug information found.
public struct Symbol: Sendable {
  /// How it is declared in its language: `static int count`, `int main(void)`.
  public var declaration: String
  /// Its qualified name.
  public var name: String
  /// The file that declares it; nil where that is not said.
  public var file: String?
  /// The line of the declaration.
  public var line: Int?
}

/// What the debug information of a module names.
public struct SymbolSearch {
  private let module: DebugModule
  private let dwarf: Dwarf
  /// More symbols than these are no answer that a person reads.
  static let largest = 20_000

  /// The search in a module of the dump; nil where there is no debug information.
  public init?(_ session: Session, module number: Int) {
    guard session.debugModules.indices.contains(number), let module = session.debugModules[number],
      let dwarf = module.dwarf
    else { return nil }
    self.module = module
    self.dwarf = dwarf
  }

  /// The variables that are there all the time whose qualified name `predicate` takes.
  public func variables(where predicate: @Sendable (String) -> Bool) -> [Symbol] {
    dwarf.variables(where: predicate).lazy.filter { !$0.isArtificial }.prefix(Self.largest).map { variable in
      let name = dwarf.qualifiedName(variable) ?? "(unnamed)"
      let prefix = variable.isExternal ? "" : "static "
      let text = variable.type?.declaration(of: name) ?? name
      return symbol(prefix + text, name, variable.declaration)
    }
  }

  /// The types with a name that `predicate` takes.
  public func types(where predicate: @Sendable (String) -> Bool) -> [Symbol] {
    dwarf.types(where: predicate).prefix(Self.largest).map { type in
      let name = type.displayName
      if case .typedef(let target) = type.kind {
        return symbol("typedef \(target?.declaration(of: name) ?? "void \(name)")", name, type.declaration)
      }
      return symbol(name, name, type.declaration)
    }
  }

  /// The functions with code whose qualified name `predicate` takes.
  public func functions(where predicate: @Sendable (String) -> Bool) -> [Symbol] {
    dwarf.functions(where: predicate).prefix(Self.largest).compactMap { function in
      guard let info = dwarf.info(function), let name = dwarf.qualifiedName(info) else { return nil }
      return symbol(declaration(of: name, info), name, info.declaration)
    }
  }

  private func declaration(of name: String, _ info: FunctionInfo) -> String {
    guard case .subroutine(let type) = dwarf.type(describedBy: info.origin).kind else { return name }
    switch info.origin.unit.sourceLanguage {
    case .c, .cPlusPlus, .other:
      return (info.isExternal ? "" : "static ") + TypePrinter.declaration(of: name, type)
    case .rust, .zig, .swift:
      let head = TypePrinter.declaration(of: "fn \(name)", type, hasResult: false)
      return type.result.map { "\(head) -> \($0.displayName)" } ?? head
    }
  }

  private func symbol(_ declaration: String, _ name: String, _ place: Declaration?) -> Symbol {
    Symbol(
      declaration: declaration, name: name, file: place?.path,
      line: place.flatMap { $0.line == 0 ? nil : Int(exactly: $0.line) })
  }
}

extension Session {
  /// The variable in whose bytes an address of a frame's memory lies, `table + 4`; nil where there is none. Reads all units.
  public func symbol(at address: UInt64, frame: Frame, thread: Int) -> String? {
    guard let inspection = inspection(of: frame, thread: thread) else { return nil }
    let dwarf = inspection.state.dwarf
    for variable in dwarf.variables(where: { _ in true }) where variable.storage != .other {
      guard let start = inspection.state.value(of: variable).storage.address?.offset, start <= address,
        address - start < max(variable.type?.size ?? 1, 1)
      else { continue }
      let name = dwarf.qualifiedName(variable) ?? "(unnamed)"
      return address == start ? name : "\(name) + \(address - start)"
    }
    return nil
  }
}
