import ByteCursor
import WasmBinary
import WasmInterp

/// A debug file for a shipped module, made of its companion: another link of the same objects, with the debug information
/// that the shipped module's link could not keep (docs/debug-files.md).
///
/// Of the companion's code and data nothing is kept: a code map says where its code is in the shipped module.
public struct CompanionSplit: Sendable {
  /// The debug file.
  public let debug: ModuleWriter
  /// The shipped module without what only debugging needs, with a build identifier and the debug file's place; nil where
  /// it was not asked for.
  public let stripped: ModuleWriter?
  /// What the debug file and the shipped module have in common; nil where the shipped module, which stays as it is, has none.
  public let buildID: [UInt8]?
  /// Whether the identifier was made from the shipped module's contents.
  public let madeBuildID: Bool
  /// How much of the shipped module's code the companion has.
  public let survey: CodeMapSurvey
  /// The bytes of the code map's section; 0 where both have the same code to the byte, which needs none.
  public let mapSize: Int

  /// Makes the debug file for the module in `shipped` of the one in `companion`.
  /// - Parameter options: how to strip the shipped module; nil where it stays as it is.
  /// - Throws: `SplitError` where one of the two cannot be used, or they are not of one program.
  public init(
    companion: Bytes, shipped: Bytes, options: ModuleSplit.Options?, limits: Limits = .standard
  ) throws(SplitError) {
    let source = try Self.module(companion, "the companion", limits)
    let target = try Self.module(shipped, "the shipped module", limits)
    try SplitSubject.requireDebugInfo(source, orNames: false)
    let map: CodeMap
    do throws(CodeMap.Unmapped) {
      map = try CodeMap(companion: source, shipped: target)
    } catch {
      throw SplitError(.mismatch, "not the companion of the shipped module: \(error)")
    }
    survey = map.survey
    if let refusal = survey.refusal {
      throw SplitError(.mismatch, "not the companion of the shipped module: \(refusal)")
    }
    let identifier = target.usableBuildID
    madeBuildID = identifier == nil && options != nil
    buildID = madeBuildID ? MurmurHash3(of: shipped).bytes : identifier
    do throws(SectionTooLarge) {
      if let options, let buildID {
        stripped = try ModuleSplit.stripped(target, buildID: buildID, options)
      } else {
        stripped = nil
      }
      var writer = ModuleWriter()
      // Both by the companion's addresses and indices, from which the map leads on.
      try writer.appendDebugInfo(of: source)
      if let buildID { try writer.appendBuildID(buildID) }
      try writer.appendFunctionBounds(target.bodies)
      let isSame = source.code.map { code in target.code?.hasSameBytes(as: code) ?? false } ?? false
      let encoded = isSame ? [] : map.encoded()
      if !isSame { try writer.appendCustom(CodeMap.sectionName, Bytes(copying: encoded)) }
      mapSize = encoded.count
      debug = writer
    } catch {
      throw SplitError(.unsuitable, error.description)
    }
  }

  private static func module(_ file: Bytes, _ what: String, _ limits: Limits) throws(SplitError) -> WasmModule {
    do throws(SplitError) { return try SplitSubject.module(in: file, limits: limits) } catch {
      throw SplitError(error.kind, "\(what): \(error)")
    }
  }
}
