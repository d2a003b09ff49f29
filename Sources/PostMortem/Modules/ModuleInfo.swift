import ByteCursor

/// How the debug information of a module was come by. The names are those of the report's schema.
public enum DebugInfoKind: String, Sendable, Hashable { case embedded, separate, mapped, split, none }

/// Where a module's debug information is.
public struct DebugInfo: Sendable, Hashable {
  /// How it was come by.
  public var kind: DebugInfoKind
  /// The file it is in; nil where there is none.
  public var path: String?
  /// The highest DWARF version of its units.
  public var dwarfVersion: Int?
  /// Where there is no DWARF: the file with the source map that gives lines, which may be the module's.
  public var sourceMap: String?
}

/// A module of the dump as a front end shows it.
public struct ModuleInfo: Sendable {
  /// Its number in the dump.
  public var index: Int
  /// Its name in the dump.
  public var name: String
  /// What to call it: its name's last component, or that of the file where the dump has no name for it.
  public var title: String {
    if !ModuleFinder.isAnonymous(name) { return Path.baseName(name) }
    return path.map(Path.baseName) ?? "module \(index)"
  }
  /// The file it was found in; nil where it was not found.
  public var path: String?
  /// Lower-case hexadecimal.
  public var buildID: String?
  /// Its debug information.
  public var debugInfo: DebugInfo
  /// Whether the dump confirms that this is the module: an instruction of it is where the dump needs one. Where nothing
  /// does, the module is only not contradicted.
  public var isVerified = true
  /// Why it was not found, why a candidate was refused, what of it could not be read. A sentence each.
  public var moduleProblems: [String] = []
  /// Why a debug file was refused. A sentence each.
  public var debugFileProblems: [String] = []
  /// All that is wrong with it.
  public var problems: [String] { moduleProblems + debugFileProblems }
}
