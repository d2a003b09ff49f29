import ByteCursor
import CoreDumpFormat
import WasmBinary

/// A module parted into what is shipped and what debugging needs (docs/debug-files.md).
///
/// Both are made of the module's sections, byte for byte; nothing is decoded or encoded anew. The same module and options
/// give the same bytes.
public struct ModuleSplit: Sendable {
  /// What a person may choose.
  public struct Options: Sendable {
    /// Whether the stripped module keeps its `name` section, of which engines make backtraces. The debug file has it anyway.
    public var keepsNames = false
    /// What the stripped module says of where its debug file is: a URL that counts from the module's own.
    public var debugURL: String

    /// The usual ones.
    public init(debugURL: String) { self.debugURL = debugURL }
  }

  /// The module without what only debugging needs.
  public let stripped: ModuleWriter
  /// The debug file.
  public let debug: ModuleWriter
  /// What both have in common.
  public let buildID: [UInt8]
  /// Whether the module had no build identifier, so that one was made from its contents.
  public let madeBuildID: Bool

  /// Splits the module in `file`.
  /// - Throws: `SplitError` where the file is no module with code, is damaged, or holds nothing to be split off.
  public init(_ file: Bytes, options: Options, limits: Limits = .standard) throws(SplitError) {
    let module = try SplitSubject.module(in: file, limits: limits)
    try SplitSubject.requireDebugInfo(module, orNames: !options.keepsNames)
    let identifier = module.usableBuildID
    madeBuildID = identifier == nil
    buildID = identifier ?? MurmurHash3(of: file).bytes
    do throws(SectionTooLarge) {
      stripped = try Self.stripped(module, buildID: buildID, options)
      debug = try Self.debugFile(of: module, buildID: buildID)
    } catch {
      throw SplitError(.unsuitable, error.description)
    }
  }

  /// A module without its debug information, with a build identifier and the debug file's place.
  static func stripped(
    _ module: WasmModule, buildID: [UInt8], _ options: Options
  ) throws(SectionTooLarge) -> ModuleWriter {
    var writer = ModuleWriter()
    let hasIdentifier = module.usableBuildID.map { $0 == buildID } ?? false
    for section in module.sections {
      switch section.purpose {
      case .debugging, .linking, .splitting: continue
      case .names where !options.keepsNames: continue
      case .identifier where !hasIdentifier: continue
      default: writer.append(section, of: module)
      }
    }
    if !hasIdentifier { try writer.appendBuildID(buildID) }
    try writer.appendExternalDebugInfo(options.debugURL)
    return writer
  }

  /// Everything of a module that debugging needs besides the stripped module: debug sections, names, the build identifier,
  /// and where functions begin and end.
  private static func debugFile(of module: WasmModule, buildID: [UInt8]) throws(SectionTooLarge) -> ModuleWriter {
    var writer = ModuleWriter()
    try writer.appendDebugInfo(of: module)
    try writer.appendBuildID(buildID)
    try writer.appendFunctionBounds(module.bodies)
    return writer
  }
}

extension ModuleWriter {
  /// The debug sections and names of a module with code, for a file without.
  mutating func appendDebugInfo(of module: WasmModule) throws(SectionTooLarge) {
    for section in module.sections where section.purpose == .debugging { append(section, of: module) }
    if let names = module.customSection("name") { try appendCustom(NameSection.debugFileSectionName, names) }
  }

  /// The `wasmpm.functions` section.
  mutating func appendFunctionBounds(_ bodies: FunctionBodies) throws(SectionTooLarge) {
    try appendCustom(FunctionBounds.sectionName) { FunctionBounds.write(bodies, to: &$0) }
  }
}
