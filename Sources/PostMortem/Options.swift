import ByteCursor
import CoreDumpFormat

/// What a user named: where to look for modules, debug files and sources. The library reads neither the
/// environment nor the current user's settings; the front end passes them in.
public struct SessionOptions: Sendable {
  /// `--module`: modules, or folders to look in.
  public var modulePaths: [String] = []
  /// Modules that are in memory already, each with the path that it was read from: they are looked at first, and not
  /// opened again.
  public var openedModules: [(path: String, bytes: Bytes)] = []
  /// `--debug-file`: debug files, or folders to look in.
  public var debugFilePaths: [String] = []
  /// The folders of `WASMPM_MODULE_PATH`.
  public var moduleSearchPath: [String] = []
  /// The folders of `WASMPM_DEBUG_PATH`, which hold `.build-id/xx/yyyy.debug.wasm`.
  public var debugSearchPath: [String] = []
  /// `--source`: folders in which source files are looked for.
  public var sourcePaths: [String] = []
  /// `--source-map FROM=TO`: replacements of a source path's beginning, tried in order.
  public var sourceMap: [SourceMapping] = []
  /// Whether source files are opened at the absolute paths that debug information records, wherever those are. A hostile
  /// module could name any file there, so what ends up in a report that others read should not come from them: then only
  /// files below the folders that are looked in count.
  public var opensRecordedSourcePaths = true
  /// Whether a variable whose location ended with a block of the code is looked for further on, where it was before
  /// (`Session.carriesLocations`).
  public var carriesLocations = true
  /// What stopped the program, where the dump does not say and somebody else does: the engine, in what it printed.
  public var trap: CoreDump.Trap?
  /// The caps on what files may make us do.
  public var limits: Limits = .standard
  /// Called now and then while something takes long: what is being done and how far it is (0 to 1).
  public var progress: (@Sendable (_ what: String, _ fraction: Double) -> Void)?

  /// Nothing named.
  public init() {}

  /// What `--source-map` makes of a path that debug information records, by each rule that applies. `path` may be of
  /// either system's kind; what it is without `.`, `..` and backslashes counts too.
  func mapped(_ path: String) -> [String] {
    let normal = Path.normalized(path.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "/"))
    return sourceMap.compactMap { mapping in
      guard let base = [path, normal].first(where: { $0.hasPrefix(mapping.from) }) else { return nil }
      return mapping.to + base.dropFirst(mapping.from.count)
    }
  }
}

/// One `--source-map FROM=TO`.
public struct SourceMapping: Sendable, Hashable {
  /// What a path begins with.
  public var from: String
  /// What takes its place.
  public var to: String

  /// A mapping.
  public init(from: String, to: String) {
    self.from = from
    self.to = to
  }

  /// `FROM=TO`, or nil where there is no `=` or nothing before it.
  public init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else { return nil }
    self.init(from: String(argument[..<equals]), to: String(argument[argument.index(after: equals)...]))
  }
}
