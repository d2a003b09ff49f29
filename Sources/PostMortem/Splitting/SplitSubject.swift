import ByteCursor
import CoreDumpFormat
import WasmBinary
import WasmInterp

/// Opens what is to be split, or says why it cannot be.
enum SplitSubject {
  /// The module in `file`: a whole one that was linked and has code.
  static func module(in file: Bytes, limits: Limits) throws(SplitError) -> WasmModule {
    let module: WasmModule
    do throws(ReadError) { module = try WasmModule(file, limits: limits) } catch {
      throw SplitError(
        .unsuitable,
        error.rule == .isComponent
          ? "this is a component; split the core modules before they are put together" : error.description)
    }
    if (try? SniffedFile(file, limits: limits)) == .coreDump {
      throw SplitError(.unsuitable, "this is a core dump, not a module")
    }
    if SplitFiles.isSplit(module) {
      throw SplitError(.unsuitable, "this is split debug information (a .dwo file or a package of them), not a module")
    }
    // What opening has not read and what is read here: everything that both files are made from.
    _ = (module.bodies, module.functionCount, module.buildID, module.externalDebugInfo)
    if let damage = module.diagnostics.first {
      throw SplitError(.unsuitable, "the module is damaged: \(damage)")
    }
    guard module.code != nil else {
      throw SplitError(
        .unsuitable,
        DebugFileFinder.hasDwarf(module) ? "this is a debug file: it has no code" : "the module has no code")
    }
    // Debug information of an object file counts from its own sections until it is linked.
    if module.customSection("linking") != nil, module.imports.contains(where: { $0.name == "__linear_memory" }) {
      throw SplitError(.unsuitable, "this is an object file, which has to be linked first")
    }
    return module
  }

  /// - Throws: `nothingToSplit` where there is no debug information, and no names where these count.
  static func requireDebugInfo(_ module: WasmModule, orNames: Bool) throws(SplitError) {
    if DebugFileFinder.hasDwarf(module) { return }
    if let url = module.externalDebugInfo {
      throw SplitError(
        .nothingToSplit, "the module was split before: it says that its debug information is in \(url)")
    }
    guard orNames, module.customSection("name") != nil else {
      let what = orNames ? "neither debug information nor names" : "no debug information"
      throw SplitError(.nothingToSplit, "the module has \(what) that could be split off")
    }
  }
}

extension Section {
  /// What a section is for, as far as splitting is concerned.
  enum Purpose {
    /// DWARF.
    case debugging
    /// The `name` section.
    case names
    /// What a linker left that it would need to link again.
    case linking
    /// `build_id`.
    case identifier
    /// `external_debug_info`, and what else only split modules and debug files have: it is made anew.
    case splitting
    /// What the program or its engine may need, and what nobody here knows.
    case running
  }

  /// What it is for.
  var purpose: Purpose {
    guard id == .custom, let name else { return .running }
    switch name {
    case "name": return .names
    case "build_id": return .identifier
    case "external_debug_info", FunctionBounds.sectionName, NameSection.debugFileSectionName, CodeMap.sectionName:
      return .splitting
    case "linking": return .linking
    default:
      if name.hasPrefix(".debug_") { return .debugging }
      return name.hasPrefix("reloc.") ? .linking : .running
    }
  }
}

extension WasmModule {
  /// The build identifier, unless it is empty.
  var usableBuildID: [UInt8]? {
    guard let identifier = buildID, !identifier.isEmpty else { return nil }
    return identifier.array
  }
}
