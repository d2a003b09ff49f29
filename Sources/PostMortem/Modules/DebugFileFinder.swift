import ByteCursor
import DwarfEval
import WasmBinary
import WasmInterp

/// Looks for a module's debug information: `--debug-file`; in the module; the file that `external_debug_info`
/// names, next to the module; the build id under `WASMPM_DEBUG_PATH`; `<module>.debug.wasm` next to the module.
///
/// Each candidate is compared with the module (`DebugFileFit`) and refused with the reason where it is of another build.
struct DebugFileFinder {
  /// Debug information that was found, or why none was.
  struct Finding {
    var kind: DebugInfoKind = .none
    var path: String?
    var module: WasmModule?
    /// Of debug information that is of a companion of the module.
    var codeMap: CodeMap?
    var problems: [String] = []
  }

  /// A path to look at, and how it was come by.
  private struct Candidate {
    enum Origin {
      /// `--debug-file` named the file itself: it is to be used.
      case named
      /// Something says that the debug file is there: what is wrong with it is news.
      case expected
      /// A place where one may be.
      case guessed
    }
    var path: String
    var origin: Origin
  }

  let options: SessionOptions
  let store: ModuleStore

  /// The debug information of `module`, which was read from `path`.
  func find(for module: WasmModule, path: String?) -> Finding {
    var finding = Finding()
    let named = named()
    for path in named {
      if accept(Candidate(path: path, origin: .named), for: module, into: &finding) { return finding }
    }
    let folders = options.debugFilePaths.filter { !named.contains($0) }
    for candidate in inFolders(folders, for: module, path: path) {
      if accept(candidate, for: module, into: &finding) { return finding }
    }
    if Self.hasDwarf(module) {
      finding.kind = .embedded
      finding.path = path
      finding.module = module
      return finding
    }
    for candidate in automatic(for: module, path: path) {
      if accept(candidate, for: module, into: &finding) { return finding }
    }
    if let absence = absence(for: module, refused: finding.problems) { finding.problems.append(absence) }
    return finding
  }

  /// Whether a module holds DWARF of its own.
  static func hasDwarf(_ module: WasmModule) -> Bool { module.customSection(".debug_info") != nil }

  // MARK: Where to look

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

  /// Where the debug file is in folders that the user named: under the name that the module says, under its own, by the
  /// build id, or as an unstripped module of the same name.
  private func inFolders(_ folders: [String], for module: WasmModule, path: String?) -> [Candidate] {
    let names =
      externalNames(module).map(Path.baseName) + debugFileNames(path)
      + [buildIDPath(module), path.map(Path.baseName)].compactMap(\.self)
    return folders.flatMap { folder in names.map { Candidate(path: Path.join(folder, $0), origin: .guessed) } }
  }

  private func automatic(for module: WasmModule, path: String?) -> [Candidate] {
    let home = path.map(Path.folder)
    var result: [Candidate] = []
    if let home {
      for name in externalNames(module) {
        // A relative path stays below the module's folder: the module's word alone opens nothing else.
        let isBelow = !name.contains("://") && !name.hasPrefix("/") && !name.split(separator: "/").contains("..")
        if isBelow { result.append(Candidate(path: Path.join(home, name), origin: .expected)) }
        result.append(Candidate(path: Path.join(home, Path.baseName(name)), origin: .expected))
      }
    }
    if let identifier = buildIDPath(module) {
      result += options.debugSearchPath.map { Candidate(path: Path.join($0, identifier), origin: .expected) }
    }
    if let home { result += debugFileNames(path).map { Candidate(path: Path.join(home, $0), origin: .expected) } }
    return result
  }

  /// What `external_debug_info` may mean as a path: as it stands there, and decoded as a URL is.
  private func externalNames(_ module: WasmModule) -> [String] {
    guard let url = module.externalDebugInfo else { return [] }
    return [url, DebugURL.decoded(url)].compactMap(\.self).filter { !["", ".", ".."].contains(Path.baseName($0)) }
  }

  /// `.build-id/xx/yyyy.debug.wasm`.
  private func buildIDPath(_ module: WasmModule) -> String? {
    guard let text = module.buildID.map(hexadecimal), text.count > 2 else { return nil }
    return ".build-id/\(text.prefix(2))/\(text.dropFirst(2)).debug.wasm"
  }

  /// What to say of debug information that the module speaks of and that was not found.
  private func absence(for module: WasmModule, refused: [String]) -> String? {
    guard let url = module.externalDebugInfo, refused.isEmpty else { return nil }
    let build = module.buildID.map { $0.isEmpty ? "" : " (build id \(hexadecimal($0)))" } ?? ""
    return url.contains("://")
      ? "the debug information is at \(url)\(build), which is not fetched; download it and name it with --debug-file"
      : "the debug file \(url)\(build) was not found; name it, or a folder that holds it, with --debug-file"
  }

  // MARK: Candidates

  private func accept(_ candidate: Candidate, for module: WasmModule, into finding: inout Finding) -> Bool {
    let path = candidate.path
    switch candidate.origin == .named ? store.open(path) : store.openIfPresent(path) {
    case nil: return false
    case .failure(let error):
      finding.problems.append(error.description)
      return false
    case .success(let file):
      // A split unit's file or a package describes no module on its own: `SplitFiles` looks at those. A component has
      // several modules, of which one may be this one before it was stripped.
      var refusal: Refusal?
      for debug in file.modules where !SplitFiles.isSplit(debug) {
        do throws(Refusal) {
          try use(debug, candidate, for: module, into: &finding)
          return true
        } catch {
          refusal = refusal ?? error
        }
      }
      // In a folder the module itself may stand under one of the names.
      if let refusal, candidate.origin != .guessed || !refusal.isEmptiness {
        finding.problems.append("\(path): not the debug file of this module: \(refusal.reason)")
      }
      return false
    }
  }

  /// Why a file is no debug file of a module.
  private struct Refusal: Error {
    let reason: String
    /// Whether that is so of any module.
    var isEmptiness = false
  }

  /// Takes `debug` for the debug file of `module`. A file with the code of another link of the same objects, or with a map of
  /// it, is its companion: the map leads from one to the other.
  private func use(
    _ debug: WasmModule, _ candidate: Candidate, for module: WasmModule, into finding: inout Finding
  ) throws(Refusal) {
    let isNamed = candidate.origin == .named
    let fit = DebugFileFit(of: debug, to: module, isThorough: isNamed, limits: options.limits)
    if let reason = fit.emptiness { throw Refusal(reason: reason, isEmptiness: true) }
    var map: CodeMap?
    if let section = debug.customSection(CodeMap.sectionName) {
      do throws(CodeMap.Unmapped) { map = try CodeMap(section: section, shipped: module) } catch {
        throw Refusal(reason: error.description)
      }
    } else if fit.isOtherLink, let reason = fit.refusal {
      do throws(CodeMap.Unmapped) { map = try CodeMap(companion: debug, shipped: module) } catch {
        throw Refusal(reason: "\(reason); \(error)")
      }
    }
    // The build identifier of another link is another one too.
    if let reason = fit.refusal, !fit.isOtherLink {
      guard isNamed, fit.isOnlyOtherBuild else { throw Refusal(reason: reason) }
      finding.problems.append(
        "\(candidate.path): \(reason); used all the same, as --debug-file names it and its code fits")
    }
    // One with nothing but names has no lines.
    finding.kind = map != nil ? .mapped : Self.hasDwarf(debug) ? .separate : .none
    finding.codeMap = map
    finding.path = candidate.path
    finding.module = debug
  }
}

/// Lower-case hexadecimal digits of `bytes`.
func hexadecimal(_ bytes: Bytes) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(decoding: bytes.array.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
