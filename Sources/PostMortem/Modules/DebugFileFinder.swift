import ByteCursor
import DwarfEval
import WasmBinary

/// Looks for a module's debug information: `--debug-file`; in the module; the file that `external_debug_info`
/// names, next to the module; the build id under `WASMPM_DEBUG_PATH`; `<module>.debug.wasm` next to the module.
///
/// Each candidate is checked against the module and refused with the reason where it is of another build.
struct DebugFileFinder {
  /// Debug information that was found, or why none was.
  struct Finding {
    var kind: DebugInfoKind = .none
    var path: String?
    var module: WasmModule?
    var problems: [String] = []
  }

  let options: SessionOptions
  let store: ModuleStore

  /// The debug information of `module`, which was read from `path`.
  func find(for module: WasmModule, path: String?) -> Finding {
    var finding = Finding()
    let named = named()
    for candidate in named {
      if accept(candidate, for: module, mustExist: true, into: &finding) { return finding }
    }
    for candidate in inFolders(options.debugFilePaths.filter { !named.contains($0) }, for: module, path: path) {
      if accept(candidate, for: module, mustExist: false, into: &finding) { return finding }
    }
    if Self.hasDwarf(module) {
      finding.kind = .embedded
      finding.path = path
      finding.module = module
      return finding
    }
    for candidate in automatic(for: module, path: path, &finding.problems) {
      if accept(candidate, for: module, mustExist: false, into: &finding) { return finding }
    }
    return finding
  }

  /// Whether a module holds DWARF of its own.
  static func hasDwarf(_ module: WasmModule) -> Bool { module.customSection(".debug_info") != nil }

  private func named() -> [String] {
    options.debugFilePaths.filter { path in
      if SourceMapFinder.isMap(path) { return false }
      if case .failure(.file(let error)) = store.open(path), error.isDirectory { return false }
      return true
    }
  }

  /// `app.wasm.debug.wasm` and `app.debug.wasm`.
  private func debugFileNames(_ path: String?) -> [String] {
    guard let base = path.map(Path.baseName) else { return [] }
    return [base + ".debug.wasm"] + (base.hasSuffix(".wasm") ? [base.dropLast(5) + ".debug.wasm"] : [])
  }

  /// Where the debug file is in folders that the user named: under its own name, by the build id, or as an unstripped
  /// module of the same name.
  private func inFolders(_ folders: [String], for module: WasmModule, path: String?) -> [String] {
    let names = debugFileNames(path) + [buildIDPath(module), path.map(Path.baseName)].compactMap(\.self)
    return folders.flatMap { folder in names.map { Path.join(folder, $0) } }
  }

  private func automatic(for module: WasmModule, path: String?, _ problems: inout [String]) -> [String] {
    let home = path.map(Path.folder)
    var result: [String] = []
    if let url = module.externalDebugInfo {
      let name = Path.baseName(url)
      if url.contains("://") {
        problems.append(
          "the debug information is at \(url), which is not fetched; download it and name it with --debug-file")
      }
      if let home, !name.isEmpty, name != ".." {
        // A relative path stays below the module's folder: the module's word alone opens nothing else.
        let isBelow = !url.contains("://") && !url.hasPrefix("/") && !url.split(separator: "/").contains("..")
        if isBelow { result.append(Path.join(home, url)) }
        result.append(Path.join(home, name))
      }
    }
    if let identifier = buildIDPath(module) { result += options.debugSearchPath.map { Path.join($0, identifier) } }
    if let home { result += debugFileNames(path).map { Path.join(home, $0) } }
    return result
  }

  /// `.build-id/xx/yyyy.debug.wasm`.
  private func buildIDPath(_ module: WasmModule) -> String? {
    guard let text = module.buildID.map(hexadecimal), text.count > 2 else { return nil }
    return ".build-id/\(text.prefix(2))/\(text.dropFirst(2)).debug.wasm"
  }

  private func accept(_ path: String, for module: WasmModule, mustExist: Bool, into finding: inout Finding) -> Bool {
    let result = mustExist ? store.open(path) : store.openIfPresent(path)
    switch result {
    case nil: return false
    case .failure(let error):
      finding.problems.append(error.description)
      return false
    case .success(let file):
      // A split unit's file or a package describes no module on its own: `SplitFiles` looks at those.
      guard let debug = file.modules.first, !SplitFiles.isSplit(debug) else { return false }
      if let reason = Self.mismatch(of: debug, with: module) {
        finding.problems.append("\(path): not the debug file of this module: \(reason)")
        return false
      }
      finding.kind = .separate
      finding.path = path
      finding.module = debug
      return true
    }
  }

  /// Why `debug` cannot be the debug file of `module`; nil where nothing speaks against it.
  static func mismatch(of debug: WasmModule, with module: WasmModule) -> String? {
    guard hasDwarf(debug) else { return "it has no .debug_info section" }
    if let left = debug.buildID, let right = module.buildID, !left.hasSameBytes(as: right) {
      return "its build id is \(hexadecimal(left)), the module's is \(hexadecimal(right))"
    }
    if debug.code != nil {
      // A debug file that keeps the code: every body has to have the same size.
      let (left, right) = (debug.bodies, module.bodies)
      guard left.count == right.count else {
        return "it has \(left.count) function bodies, the module has \(right.count)"
      }
      for (mine, other) in zip(right, left) where mine.contents.count != other.contents.count {
        return
          "function \(mine.function) has \(other.contents.count) bytes in it and \(mine.contents.count) in the module"
      }
      return nil
    }
    // Without code there is nothing but the addresses in the DWARF: functions have to begin where bodies do.
    let dwarf = Dwarf(DwarfSections { debug.customSection($0) })
    var checked = 0
    var wrong: CodeAddress?
    sampling: for unit in dwarf.units.prefix(64) {
      for function in dwarf.functions(in: unit).prefix(64) {
        guard let start = function.ranges.first?.low else { continue }
        checked += 1
        guard let body = module.body(containing: start), body.codeAddress == start else {
          wrong = start
          break sampling
        }
        if checked >= 256 { break sampling }
      }
    }
    if let wrong { return "it has a function at \(wrong), where no function of the module begins" }
    return nil
  }
}

/// Lower-case hexadecimal digits of `bytes`.
func hexadecimal(_ bytes: Bytes) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(decoding: bytes.array.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
