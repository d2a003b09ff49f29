import ByteCursor
import CoreDumpFormat
import WasmBinary

/// Looks for the modules of a dump: `--module`; the name in the dump, as a path and next to the dump; the folders of
/// `WASMPM_MODULE_PATH`; last, a module next to the dump that has the dump's own name.
///
/// Dumps hold no hash of their modules, so each candidate is held against the frames and refused where they
/// contradict it.
struct ModuleFinder {
  /// A module that was found, or why none was.
  struct Finding {
    var module: WasmModule?
    var path: String?
    /// Whether the dump confirms that this is the module.
    var isVerified = false
    var problems: [Problem] = []
  }

  /// What is wrong with a candidate, or with there being none.
  struct Problem {
    /// The candidate's path; nil where there was none.
    var path: String?
    /// A sentence that names the path.
    var text: String
  }

  private struct Candidate {
    var path: String
    /// Whether the user named it: then its absence or refusal is always said.
    var named: Bool
  }

  let options: SessionOptions
  let store: ModuleStore
  /// The dump's path; nil where it came from standard input.
  let corePath: String?
  let file: CoreDumpFile

  /// The modules by their numbers in the dump, and what was said on the way that belongs to no module.
  func find() -> (modules: [Finding], diagnostics: [Diagnostic]) {
    var diagnostics: [Diagnostic] = []
    let named = namedFiles(&diagnostics)
    let names = file.moduleNames.isEmpty ? [""] : file.moduleNames
    var used: Set<String> = []
    var findings = names.indices.map { index -> Finding in
      find(index, name: names[index], alone: names.count == 1, named: named, used: &used)
    }
    // That the file of one module is not that of another is no news.
    for index in findings.indices where findings[index].module != nil {
      findings[index].problems.removeAll { $0.path.map(used.contains) ?? false }
    }
    for path in named where !used.contains(path) {
      if !findings.contains(where: { $0.problems.contains { $0.path == path } }) {
        diagnostics.append(Diagnostic("\(path): no module of the dump fits this file"))
      }
    }
    return (findings, diagnostics)
  }

  /// The files (not folders) among `--module`.
  private func namedFiles(_ diagnostics: inout [Diagnostic]) -> [String] {
    var files: [String] = []
    for path in options.modulePaths {
      switch store.open(path) {
      case .success: files.append(path)
      case .failure(.file(let error)) where error.isDirectory: continue
      case .failure(let error): diagnostics.append(Diagnostic(error.description))
      }
    }
    return files
  }

  private func find(_ index: Int, name: String, alone: Bool, named: [String], used: inout Set<String>) -> Finding {
    var finding = Finding()
    let candidates = candidates(name: name, alone: alone, named: named)
    // What the user named goes before what was found; of each, what the dump confirms before what it does not contradict.
    for group in [candidates.filter(\.named), candidates.filter { !$0.named }] {
      var unverified: (WasmModule, String)?
      for candidate in group {
        guard let (module, fit) = examine(candidate, index, name: name, used: used, problems: &finding.problems) else {
          continue
        }
        guard fit.isVerified else {
          unverified = unverified ?? (module, candidate.path)
          continue
        }
        finding.module = module
        finding.path = candidate.path
        finding.isVerified = true
        used.insert(candidate.path)
        return finding
      }
      if let (module, path) = unverified {
        finding.module = module
        finding.path = path
        used.insert(path)
        return finding
      }
    }
    if finding.problems.isEmpty {
      let text =
        Self.isAnonymous(name) && !alone
        ? "module \(index) has no name in the dump: name its file with --module"
        : "\(Self.isAnonymous(name) ? file.executableName ?? "the module" : name): module not found; name it, or a folder that holds it, with --module"
      finding.problems.append(Problem(path: nil, text: text))
    }
    return finding
  }

  /// The module in a candidate file, unless there is none or the dump contradicts it.
  private func examine(
    _ candidate: Candidate, _ index: Int, name: String, used: Set<String>, problems: inout [Problem]
  ) -> (WasmModule, ModuleFit)? {
    func refuse(_ text: String) { problems.append(Problem(path: candidate.path, text: text)) }
    switch candidate.named ? store.open(candidate.path) : store.openIfPresent(candidate.path) {
    case nil: return nil
    case .failure(let error):
      if candidate.named || error.isDamage { refuse(error.description) }
      return nil
    case .success(let opened):
      // Two modules of one dump are two files, unless a component holds both.
      if opened.modules.count == 1, used.contains(candidate.path) { return nil }
      let fits = opened.modules.map { ModuleFit(of: $0, number: index, in: file, limits: options.limits) }
      // A component's core modules are told apart by name first, then by how well the frames fit.
      let best = opened.modules.indices.max { left, right in
        let same = (opened.modules[left].names.module == name, opened.modules[right].names.module == name)
        return same.0 != same.1 ? same.1 : fits[left].score < fits[right].score
      }
      guard let best else { return nil }
      if let reason = fits[best].refusal {
        // A file that was only tried because the dump names nothing better is no news.
        if candidate.named || !Self.isAnonymous(name) {
          refuse("\(candidate.path): does not match the dump: \(reason)")
        }
        return nil
      }
      return (opened.modules[best], fits[best])
    }
  }

  /// Names that engines invent for modules without one.
  static func isAnonymous(_ name: String) -> Bool { name.isEmpty || name.hasPrefix("<") }

  private func candidates(name: String, alone: Bool, named: [String]) -> [Candidate] {
    // A module without a name is looked for under the executable's.
    var wanted: [String] = Self.isAnonymous(name) ? [] : [name]
    if let executable = file.executableName, !executable.isEmpty, !wanted.contains(executable), alone || wanted.isEmpty
    {
      wanted.append(executable)
    }
    var result: [Candidate] = []
    var seen: Set<String> = []
    func add(_ path: String, named: Bool = false) {
      if seen.insert(path).inserted { result.append(Candidate(path: path, named: named)) }
    }
    func addNames(in folder: String) {
      for name in wanted {
        let base = Path.baseName(name)
        guard !base.isEmpty, base != ".", base != ".." else { continue }
        add(Path.join(folder, base))
        if !base.hasSuffix(".wasm") { add(Path.join(folder, base + ".wasm")) }
      }
    }
    // Of the files that the user named, one with the right name first: two may fit.
    let bases = Set(wanted.flatMap { [Path.baseName($0), Path.baseName($0) + ".wasm"] })
    for path in named where bases.contains(Path.baseName(path)) { add(path, named: true) }
    for path in named { add(path, named: true) }
    let folders = options.modulePaths.filter { !named.contains($0) }
    for folder in folders { addNames(in: folder) }
    for name in wanted { add(name) }
    let home = corePath.map(Path.folder)
    if let home { addNames(in: home) }
    for folder in options.moduleSearchPath { addNames(in: folder) }
    if let corePath, let home, alone { add(Path.join(home, Path.stem(corePath) + ".wasm")) }
    return result
  }
}

extension SessionError {
  /// Whether a file stands there that is not what it should be (rather than one that cannot be opened).
  var isDamage: Bool {
    if case .format = self { return true }
    return false
  }
}
