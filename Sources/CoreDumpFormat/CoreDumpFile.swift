import ByteCursor
import WasmBinary

/// A core dump's sections, read as far as that goes without the modules: the first of two steps. Its names
/// tell which modules to look for; with them, `resolve` makes the dump of it.
public struct CoreDumpFile: Sendable {
  /// A layout of frames that was tried, and how it fits.
  public struct Candidate: Sendable {
    /// The layout.
    public var layout: StackLayout
    /// How well it fits the bytes.
    public var fit: StructuralFit
  }

  /// A `corestack` section.
  struct StackSection: Sendable {
    var contents: Bytes
    var isTruncated: Bool
  }

  /// The sections of the dump in the order in which they stand.
  public let sections: [Section]
  /// The name of what ran (section `core`); nil where there is no such section.
  public private(set) var executableName: String?
  /// The names of section `coremodules`; none where it is absent.
  public private(set) var moduleNames: [String] = []
  /// The instances of section `coreinstances`, or those made up in its absence.
  public private(set) var instances: [CoreDump.Instance] = []
  /// The layouts that fit the frames, the likeliest first by the dump's form alone; never empty.
  public private(set) var candidates: [Candidate] = []
  /// What could not be read.
  public private(set) var diagnostics: [Diagnostic] = []

  let file: Bytes
  let limits: Limits
  private(set) var stacks: [StackSection] = []
  private(set) var state = StateSections()
  private(set) var form = DumpForm()
  /// The section of `wasmpm run`; nil where there is none that can be read.
  private(set) var process: ProcessState?

  /// Reads what stands around the frames, memories and globals of `file`. The memories' bytes are not touched.
  ///
  /// A damaged part costs that part and leaves a diagnostic.
  /// - Throws: what the file is instead where it is no core dump: `emptyFile`, `moduleNotDump`,
  ///   `componentNotDump`, `elfCore`, `elfFile`, `wasmText`, `textFile`, `notWebAssembly`, `noSections`,
  ///   `unknownVersion`, `unexpectedEnd`.
  public init(_ file: Bytes, limits: Limits = .standard) throws(ReadError) {
    self.file = file
    self.limits = limits
    var reader: SectionReader
    do throws(ReadError) { reader = try SectionReader(file) } catch {
      throw error.rule == .badMagic ? describeForeignFile(file) : error
    }
    if reader.kind == .component { throw ReadError(.componentNotDump, offset: file.fileOffset) }
    var sections: [Section] = []
    while sections.count < limits.sections, let section = reader.next() { sections.append(section) }
    self.sections = sections
    if sections.isEmpty { throw reader.problem ?? ReadError(.noSections, offset: FileOffset(UInt64(file.end))) }
    guard sections.contains(where: { DumpForm.ownSections.contains($0.name ?? "") }) else {
      throw ReadError(.moduleNotDump, offset: file.fileOffset)
    }
    read(sections)
    if sections.count == limits.sections { note(Diagnostic("only the first \(sections.count) sections are looked at")) }
    if let problem = reader.problem { note(Diagnostic(problem, lost: "the sections from here on are lost")) }
    assumeInstances()
    form.finish(file: file, state: state, executableName: executableName, instances: instances)
    rankLayouts()
  }

  /// The threads' names, by the likeliest layout; nil for one that could not be read.
  public var threadNames: [String?] {
    stacks.map { (try? FrameReader($0.contents, layout: candidates[0].layout, limits: limits))?.threadName }
  }

  private mutating func note(_ diagnostic: Diagnostic) {
    if diagnostics.count < limits.diagnostics { diagnostics.append(diagnostic) }
  }

  private mutating func read(_ sections: [Section]) {
    for section in sections {
      if section.isTruncated {
        note(Diagnostic("the file ends inside of this section", section: section.title, offset: section.header))
      }
      form.note(section)
      switch (section.id, section.name) {
      case (.custom, "core"):
        var cursor = section.contents.cursor()
        do throws(ReadError) { executableName = try cursor.recordName() } catch {
          note(Diagnostic(error.within("core"), lost: "the executable's name is lost"))
        }
      case (.custom, "coremodules"):
        let modules = ModuleNames(section, limits: limits)
        moduleNames += modules.names
        form.moduleNamesLackLengths = modules.lackLengths
        if let problem = modules.problem {
          note(
            Diagnostic(problem.within("coremodules"), lost: "module names from number \(moduleNames.count) on are lost")
          )
        }
      case (.custom, "coreinstances"):
        let (read, problem) = CoreDump.Instance.read(section, limits: limits)
        instances += read
        if let problem {
          note(
            Diagnostic(problem.within("coreinstances"), lost: "instances from number \(instances.count) on are lost"))
        }
      case (.custom, "corestack"):
        stacks.append(StackSection(contents: section.contents, isTruncated: section.isTruncated))
      case (.custom, ProcessSection.name):
        do throws(ReadError) {
          let state = try ProcessState(section.contents, limits: limits)
          process = state
          for problem in state.problems.prefix(8) {
            note(Diagnostic(problem.within(ProcessSection.name), lost: "what stands behind it in its part is lost"))
          }
          form.hasProcessSection = true
        } catch {
          note(
            Diagnostic(error.within(ProcessSection.name), lost: "the trap's kind, the tables and references are lost"))
        }
      case (.memory, _), (.global, _), (.data, _):
        for diagnostic in state.read(section, limits: limits) { note(diagnostic) }
      default: break
      }
    }
  }

  /// Makes up what a dump without `coreinstances` leaves open: one instance of each module. Only with a single
  /// module is it clear whose the memories and globals are.
  private mutating func assumeInstances() {
    guard instances.isEmpty else { return }
    form.hasInstances = false
    let count = max(moduleNames.count, 1)
    instances = (0..<count).map { CoreDump.Instance(module: $0, isAssumed: true) }
    if count == 1 {
      instances[0].memories = state.memories.indices.map { UInt32($0) }
      instances[0].globals = state.globals.indices.map { UInt32($0) }
    }
  }

  /// Tries every layout on the frames and sorts them by how well they fit; ties go by the dump's form.
  private mutating func rankLayouts() {
    let instanceCount = form.hasInstances ? instances.count : nil
    let tried = StackLayout.all.map { layout in
      let fits = stacks.map {
        StructuralFit.of(
          $0.contents, isTruncated: $0.isTruncated, layout: layout, instanceCount: instanceCount, limits: limits)
      }
      return Candidate(layout: layout, fit: fits.dropFirst().reduce(fits.first ?? StructuralFit()) { $0.adding($1) })
    }
    let best = tried.map(\.fit.ending).max() ?? .complete
    // Where all fail, one that stops at the first frames is no rival of one that stops at a damaged byte later.
    let furthest = tried.map(\.fit.frames).max() ?? 0
    let fitting = tried.filter { $0.fit.ending == best && (best != .broken || $0.fit.frames >= furthest / 2) }
    let ranks = fitting.map { candidate in
      (
        // Among layouts that all fail, the one that gets furthest.
        best == .complete ? 0 : candidate.fit.frames, candidate.fit.framesOfKnownInstances,
        // Without any frames there is nothing to tell layouts apart by: the document's form.
        stacks.isEmpty ? 0 : form.habit(of: candidate.layout)
      )
    }
    // A stable order: ties keep the table's.
    let order = fitting.indices.sorted { ranks[$0] == ranks[$1] ? $0 < $1 : ranks[$0] > ranks[$1] }
    candidates = order.map { fitting[$0] }
  }
}
