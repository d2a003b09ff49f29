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
    var problems: [String] = []
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
      findings[index].problems.removeAll { problem in used.contains { problem.hasPrefix($0 + ":") } }
    }
    for path in named where !used.contains(path) {
      let reasons = findings.flatMap(\.problems).filter { $0.hasPrefix(path + ":") }
      if reasons.isEmpty { diagnostics.append(Diagnostic("\(path): no module of the dump fits this file")) }
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
    for candidate in candidates(name: name, alone: alone, named: named) {
      switch store.openIfPresent(candidate.path) {
      case nil: continue
      case .failure(let error):
        if candidate.named || error.isDamage { finding.problems.append(error.description) }
      case .success(let opened):
        let fits = opened.modules.map { ModuleFit(of: $0, number: index, in: file, limits: options.limits) }
        // A component's core modules are told apart by name first, then by how well the frames fit.
        let order = opened.modules.indices.sorted { left, right in
          let same = (opened.modules[left].names.module == name, opened.modules[right].names.module == name)
          if same.0 != same.1 { return same.0 }
          return fits[left].score > fits[right].score
        }
        guard let best = order.first else { continue }
        if let reason = fits[best].refusal {
          // A file that was only tried because the dump names nothing better is no news.
          guard candidate.named || !Self.isAnonymous(name) else { continue }
          finding.problems.append("\(candidate.path): does not match the dump: \(reason)")
          continue
        }
        // Two modules of one dump are two files, unless a component holds both.
        if opened.modules.count == 1, !used.insert(candidate.path).inserted { continue }
        finding.module = opened.modules[best]
        finding.path = candidate.path
        used.insert(candidate.path)
        return finding
      }
    }
    if finding.problems.isEmpty {
      let wanted =
        Self.isAnonymous(name)
        ? (alone ? file.executableName ?? "the module" : "module \(index), which has no name in the dump") : name
      finding.problems.append("\(wanted): module not found; name it, or a folder that holds it, with --module")
    }
    return finding
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
