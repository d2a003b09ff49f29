import ByteCursor
import DwarfEval
import Synchronization
import WasmBinary

/// The files that a module's debug information is split into: `.dwo` for each unit, or a package of them (`.dwp`).
///
/// They are looked for where the user named files or folders (`--debug-file`), where the compiler wrote them, next to the
/// module and its debug file, and under `WASMPM_DEBUG_PATH`. A file counts if it has the unit's identifier: another build
/// left the others. Names come from files, so that only regular files are opened.
///
/// May be used from several threads: `Dwarf` asks from any.
final class SplitFiles: Sendable {
  /// Where a package was found; nil where there is none.
  let packagePath: String?
  private let package: DwarfSections?
  private let options: SessionOptions
  /// The module's file, and that of its debug information where it is another one.
  private let homes: [String]

  private struct State {
    /// What was opened: files hold one unit each, but the name that leads to them may be the same.
    var missing: [String] = []
    var refused: [String] = []
  }
  private let state = Mutex(State())

  /// The split files of the module at `module`, whose debug information is at `debug`.
  init(module: String?, debug: String?, options: SessionOptions) {
    self.options = options
    var homes: [String] = []
    for path in [module, debug].compactMap(\.self) where !homes.contains(path) { homes.append(path) }
    self.homes = homes
    var found: (path: String, sections: DwarfSections)?
    for path in Self.packageCandidates(homes, options) where found == nil {
      found = Self.sections(path, options) { $0.customSection(".debug_cu_index") != nil }.map { (path, $0) }
    }
    packagePath = found?.path
    package = found?.sections
  }

  /// Where `Dwarf` gets its split units from.
  var source: SplitSource { SplitSource(package: package) { [self] in sections($0) } }

  /// Whether a module's file is a split unit's or a package, which describes no module on its own.
  static func isSplit(_ module: WasmModule) -> Bool {
    module.customSection(".debug_info.dwo") != nil || module.customSection(".debug_cu_index") != nil
  }

  // MARK: Problems

  /// What is missing, or of another build, of the files that were asked for: a sentence for each of the two.
  var problems: [String] {
    let state = state.withLock { $0 }
    var problems: [String] = []
    if !state.missing.isEmpty {
      problems.append(
        "\(Self.list(state.missing)): split debug information that was not found; variables and inlined calls of that "
          + "code are not known. Name its folder with --debug-file")
    }
    if !state.refused.isEmpty {
      problems.append("\(Self.list(state.refused)): split debug information of another build (its identifier differs)")
    }
    return problems
  }

  /// The first of some names, and how many there are besides.
  private static func list(_ names: [String]) -> String {
    // What a hostile module calls a file may be long.
    let first = String((names.first ?? "").prefix(400))
    return names.count > 1 ? "\(first) and \(names.count - 1) more" : first
  }

  // MARK: Finding

  /// The sections of a skeleton unit's file.
  private func sections(_ reference: SplitReference) -> DwarfSections? {
    var refused: String?
    for path in candidates(reference) {
      guard let sections = Self.sections(path, options, { $0.customSection(".debug_info.dwo") != nil }) else {
        continue
      }
      if Self.holds(sections, reference.id, options.limits) { return sections }
      refused = refused ?? path
    }
    let name = reference.name ?? "a unit without a name"
    state.withLock { state in
      if let refused {
        if !state.refused.contains(refused) { state.refused.append(refused) }
      } else if !state.missing.contains(name) {
        state.missing.append(name)
      }
    }
    return nil
  }

  /// Whether a file has the unit with this identifier; where there is none nothing can be compared.
  private static func holds(_ sections: DwarfSections, _ id: UInt64?, _ limits: Limits) -> Bool {
    guard let id else { return true }
    return Dwarf(sections, limits: limits).units.contains { !$0.header.isTypeUnit && ($0.root.dwoID ?? id) == id }
  }

  /// The sections of the file at `path`, if it is a regular file with a module in it that `fits`.
  private static func sections(
    _ path: String, _ options: SessionOptions, _ fits: (WasmModule) -> Bool
  ) -> DwarfSections? {
    guard let storage = try? ByteStorage.file(path, kinds: .regular, limits: options.limits),
      let module = try? WasmModule.modules(in: Bytes(storage), limits: options.limits).first, fits(module)
    else { return nil }
    return DwarfSections(.split) { module.customSection($0) }
  }

  // MARK: Where to look

  /// `app.wasm.dwp` and `app.dwp`, in the folders that were named, next to the module and its debug file, and on the
  /// search path; files that were named may be one under any name.
  private static func packageCandidates(_ homes: [String], _ options: SessionOptions) -> [String] {
    let names = homes.flatMap { home in
      let base = Path.baseName(home)
      return [base + ".dwp"] + (base.hasSuffix(".wasm") ? [base.dropLast(5) + ".dwp"] : [])
    }
    func inFolder(_ folder: String) -> [String] { names.map { Path.join(folder, $0) } }
    let near = homes.map(Path.folder).flatMap(inFolder)
    return unique(
      options.debugFilePaths + options.debugFilePaths.flatMap(inFolder) + near
        + options.debugSearchPath.flatMap(inFolder))
  }

  /// The paths at which the file of a skeleton unit may be, the likeliest first.
  func candidates(_ reference: SplitReference) -> [String] {
    guard let name = reference.name, !name.isEmpty else { return options.debugFilePaths }
    // A relative path stays below a folder that only the module's word leads to.
    let isBelow = !name.hasPrefix("/") && !name.split(separator: "/").contains("..")
    let names = (isBelow ? [name] : []) + [Path.baseName(name)]
    func inFolder(_ folder: String) -> [String] {
      names.filter { !$0.isEmpty && $0 != ".." && $0 != "." }.map { Path.join(folder, $0) }
    }
    let recorded = Path.join(reference.compilationDirectory ?? "", name)
    return Self.unique(
      options.debugFilePaths + options.debugFilePaths.flatMap(inFolder) + options.mapped(recorded) + [recorded]
        + homes.map(Path.folder).flatMap(inFolder) + options.debugSearchPath.flatMap(inFolder))
  }

  private static func unique(_ paths: [String]) -> [String] {
    var seen: Set<String> = []
    return paths.filter { seen.insert($0).inserted }
  }
}

extension Dwarf {
  /// Whether units of it stand in files of their own. Reads first entries only where a header does not tell (DWARF 4).
  var isSplit: Bool { !skeletons(limit: 1).isEmpty }

  /// The first units that stand for others in files of their own.
  func skeletons(limit: Int) -> [Unit] {
    var found: [Unit] = []
    let mayHaveOld = !sections.addr.bytes.isEmpty
    for unit in units {
      if found.count >= limit { break }
      let isSkeleton = unit.encoding.version >= 5 ? unit.header.type == .skeleton : mayHaveOld && unit.dwoName != nil
      if isSkeleton { found.append(unit) }
    }
    return found
  }
}
