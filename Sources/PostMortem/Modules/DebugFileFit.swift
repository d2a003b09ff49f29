import ByteCursor
import DwarfEval
import WasmBinary
import WasmInterp

/// Whether a file holds the debug information of a module: everything that the two have in common is compared.
struct DebugFileFit {
  /// Why the file is none that could be used, whatever module it is held against; nil where it is one.
  private(set) var emptiness: String?
  /// How the build identifiers differ; nil where they are the same, or one of the two has none.
  private(set) var otherBuild: String?
  /// What of the file is about other code than the module's; nil where nothing is.
  private(set) var otherCode: String?

  /// Whether the file has code, and not the module's: it may be that of another link of the same objects.
  private(set) var isOtherLink = false

  /// Why it is not the module's; nil where nothing speaks against it.
  var refusal: String? { emptiness ?? otherBuild ?? otherCode }

  /// Whether nothing but the build identifiers speaks against it.
  var isOnlyOtherBuild: Bool { emptiness == nil && otherBuild != nil && otherCode == nil }

  /// Compares `debug` with `module`; their code only if they are of one build, or all that speaks against it is wanted.
  init(of debug: WasmModule, to module: WasmModule, isThorough: Bool, limits: Limits) {
    let hasDwarf = DebugFileFinder.hasDwarf(debug)
    guard hasDwarf || debug.hasNames && !module.hasNames else {
      emptiness = "it has no .debug_info section"
      return
    }
    var isSameBuild = false
    if let left = debug.buildID, let right = module.buildID, !left.isEmpty {
      isSameBuild = left.hasSameBytes(as: right)
      if !isSameBuild {
        otherBuild = "its build id is \(hexadecimal(left)), the module's is \(hexadecimal(right))"
      }
    }
    if let code = debug.code, let own = module.code { isOtherLink = !code.hasSameBytes(as: own) }
    // What a code map leads to is other code; the map says itself whose.
    guard otherBuild == nil || isThorough, debug.customSection(CodeMap.sectionName) == nil else { return }
    let code = Self.compareCode(of: debug, with: module, isSameBuild: isSameBuild)
    otherCode = code.contradiction
    guard otherCode == nil, !code.isProved, hasDwarf else { return }
    let dwarf = Dwarf(DwarfSections { debug.customSection($0) }, limits: limits)
    otherCode = LineSample(of: dwarf, against: module, limits: limits).contradiction
  }

  /// What the file says of the code besides its debug information: the code itself, where functions begin and end, how
  /// many there are.
  private static func compareCode(
    of debug: WasmModule, with module: WasmModule, isSameBuild: Bool
  ) -> (contradiction: String?, isProved: Bool) {
    if let code = debug.code {
      // Functions with the same code may have changed places.
      if CodeMap.namesContradict(companion: debug, shipped: module) {
        return ("a function's name is another function's in it", false)
      }
      if let own = module.code, own.hasSameBytes(as: code) { return (nil, true) }
      return (compare(FunctionBounds(debug.bodies), with: module) ?? changedBody(debug, module), false)
    }
    if let bounds = debug.recordedBounds {
      if let problem = compare(bounds, with: module) { return (problem, false) }
      // A build identifier and every function's bounds leave no doubt; without one the code's hash does.
      if isSameBuild { return (nil, true) }
      guard let code = module.code, bounds.codeSize == code.count, bounds.codeHash == MurmurHash3(of: code) else {
        return ("its functions have the module's sizes, but other instructions", false)
      }
      return (nil, true)
    }
    // Emscripten's debug files lose the code but say which functions there are.
    if debug.section(.function) != nil, debug.functionTypeIndices != module.functionTypeIndices {
      let (left, right) = (debug.functionCount, module.functionCount)
      return (
        left == right ? "its functions have other types" : "it has \(left) functions, the module has \(right)", false
      )
    }
    return (nil, false)
  }

  private static func compare(_ bounds: FunctionBounds, with module: WasmModule) -> String? {
    let own = FunctionBounds(module.bodies)
    guard bounds.count == own.count else {
      return "it has \(bounds.count) function bodies, the module has \(own.count)"
    }
    guard bounds.firstFunction == own.firstFunction else {
      return "\(bounds.firstFunction) functions are imported in it, \(own.firstFunction) in the module"
    }
    for (left, right) in zip(bounds, own) where left != right {
      if left.size != right.size {
        return "function \(right.function) has \(left.size) bytes in it and \(right.size) in the module"
      }
      return "function \(right.function) begins at \(left.codeAddress) in it and at \(right.codeAddress) in the module"
    }
    return nil
  }

  /// The first function with other instructions, of modules whose functions have the same sizes.
  private static func changedBody(_ debug: WasmModule, _ module: WasmModule) -> String? {
    for (left, right) in zip(debug.bodies, module.bodies) where !left.contents.hasSameBytes(as: right.contents) {
      return "function \(right.function) has other instructions in it than in the module"
    }
    // Nothing but sizes written at other widths, or bytes between functions: no valid module has those.
    return nil
  }
}
