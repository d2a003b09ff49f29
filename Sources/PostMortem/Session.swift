import ByteCursor
import CoreDumpFormat
import DwarfEval
import WasmBinary
import WasmInterp

/// Why a dump could not be opened.
public enum SessionError: Error, Sendable, CustomStringConvertible {
  /// The file cannot be read.
  case file(FileError)
  /// The file is not what it should be, or too damaged to be read.
  case format(path: String, ReadError)

  /// `path: section: offset 0x12: rule`.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .format(let path, let error): "\(path): \(error)"
    }
  }
}

/// A thread of the dump.
public struct ThreadInfo: Sendable {
  /// Its number in the dump.
  public var index: Int
  /// Its name in the dump.
  public var name: String
  /// Whether it is the one that crashed.
  public var crashed: Bool
  /// Whether frames are missing at its old end: the dump was cut.
  public var truncated: Bool
}

/// What the dump says about itself.
public struct CoreInfo: Sendable {
  /// The path that was opened; `-` for standard input.
  public var path: String
  /// Bytes.
  public var size: Int
  /// Which producer's form it has.
  public var dialect: String
  /// The program, as the dump names it.
  public var executable: String?
  /// What could not be read or had to be guessed.
  public var diagnostics: [Diagnostic]
}

/// An opened core dump: the debugger's face. Everything is read when first asked for and kept.
///
/// Not thread-safe: a session belongs to one thread of the caller.
public final class Session {
  /// What the dump says about itself.
  public let core: CoreInfo
  /// The dump as it was read.
  public let dump: CoreDump
  /// The dump's modules, by their numbers in it.
  public var modules: [ModuleInfo] { debugModules.indices.map { debugModules[$0]?.info ?? openedModules[$0] } }
  /// The dump's threads, by their numbers in it.
  public let threads: [ThreadInfo]
  /// The thread that crashed; nil where the dump has no threads.
  public let crashedThread: Int?
  /// Finds and reads source files.
  public let sources: SourceFiles

  /// Whether a variable of which its location list says nothing at a frame's place is looked for where it was before, as
  /// long as nothing speaks against it. Values that are found so are `assumed`.
  public var carriesLocations: Bool

  let debugModules: [DebugModule?]
  /// What was known on opening, of modules that were not found too.
  private let openedModules: [ModuleInfo]
  let options: SessionOptions
  private var backtraces: [Int: Backtrace] = [:]
  var inspections: [InspectionKey: FrameInspection?] = [:]
  /// By the place in the code: a deep recursion has few.
  var scopes: [ScopeKey: [LocalScope]] = [:]
  /// By thread.
  var recoveries: [Int: RecoveredThread] = [:]
  var sharedGlobals: [Int: Bool] = [:]
  /// By module; those that were asked for.
  var disassemblies: [Int: ModuleDisassembly] = [:]

  /// Opens the dump at `path`; `-` is standard input.
  /// - Throws: `SessionError` where there is no dump that can be read.
  public convenience init(path: String, options: SessionOptions) throws(SessionError) {
    let storage: ByteStorage
    do throws(FileError) {
      storage =
        path == "-"
        ? try ByteStorage.standardInput(beginningWith: [0, 0x61, 0x73, 0x6d], limits: options.limits)
        : try ByteStorage.file(path, limits: options.limits)
    } catch {
      throw .file(error)
    }
    try self.init(bytes: Bytes(storage), path: path, options: options)
  }

  /// Opens a dump that is in memory. `path` is what messages call it, and next to which modules are looked for.
  /// - Throws: `SessionError.format` where there is no dump that can be read.
  public init(bytes: Bytes, path: String, options: SessionOptions) throws(SessionError) {
    let file: CoreDumpFile
    do throws(ReadError) { file = try CoreDumpFile(bytes, limits: options.limits) } catch {
      throw .format(path: path == "-" ? "standard input" : path, error)
    }
    let store = ModuleStore(limits: options.limits)
    var options = options
    for opened in options.openedModules { store.add(opened.bytes, at: opened.path) }
    options.modulePaths = options.openedModules.map(\.path) + options.modulePaths
    let corePath = path == "-" ? nil : path
    let finder = ModuleFinder(options: options, store: store, corePath: corePath, file: file)
    let (found, findingProblems) = finder.find()
    let debugFinder = DebugFileFinder(options: options, store: store)
    var debugModules: [DebugModule?] = []
    var modules: [ModuleInfo] = []
    for (index, finding) in found.enumerated() {
      options.progress?("opening modules", Double(index) / Double(found.count))
      let name = file.moduleNames.indices.contains(index) ? file.moduleNames[index] : file.executableName ?? ""
      if let wasm = finding.module {
        let module = DebugModule(
          wasm, path: finding.path, index: index, name: name, finding: finding, finder: debugFinder)
        debugModules.append(module)
        modules.append(module.info)
      } else {
        debugModules.append(nil)
        modules.append(
          ModuleInfo(
            index: index, name: name, path: nil, buildID: nil,
            debugInfo: DebugInfo(kind: .none, path: nil, dwarfVersion: nil),
            moduleProblems: finding.problems.map(\.text)))
      }
    }
    var known: [Int: ModuleCode] = [:]
    for (index, module) in debugModules.enumerated() { known[index] = module?.code }
    var dump = file.resolve(using: KnownModules(known))
    dump.trap = dump.trap ?? options.trap

    self.options = options
    carriesLocations = options.carriesLocations
    self.dump = dump
    openedModules = modules
    self.debugModules = debugModules
    core = CoreInfo(
      path: path, size: bytes.count, dialect: dump.dialect?.name ?? "unknown", executable: dump.executableName,
      diagnostics: dump.diagnostics + findingProblems)
    // Every producer writes the thread that trapped first, most write no other.
    crashedThread = dump.threads.isEmpty ? nil : 0
    threads = dump.threads.enumerated().map { index, thread in
      ThreadInfo(
        index: index, name: thread.name ?? "", crashed: index == 0,
        truncated: Self.isCut(thread, in: dump, modules: debugModules))
    }
    var folders: [String] = []
    for folder in (modules.compactMap(\.path) + [corePath].compactMap(\.self)).map(Path.folder)
    where !folders.contains(folder) { folders.append(folder) }
    let opened = debugModules.compactMap(\.self)
    sources = SourceFiles(options: options, folders: folders) { path in
      var knowledge = SourceFiles.Knowledge()
      for module in opened {
        let records = module.sourceRecords(of: path)
        knowledge.records += records
        knowledge.text = knowledge.text ?? records.lazy.compactMap(\.text).first ?? module.embeddedSource(of: path)
      }
      return knowledge
    }
  }

  /// Whether frames are missing at a thread's old end: some could not be read, or the producer stops at a number of
  /// frames and the oldest one is no function that a program starts in.
  private static func isCut(_ thread: CoreDump.Thread, in dump: CoreDump, modules: [DebugModule?]) -> Bool {
    if thread.declaredFrameCount > thread.frames.count { return true }
    guard thread.mayBeCut, let oldest = thread.frames.last else { return false }
    guard let number = dump.moduleIndex(of: oldest), modules.indices.contains(number), let module = modules[number],
      let function = oldest.functionIndex
    else { return true }
    return !module.isEntryPoint(function)
  }

  // MARK: Frames

  /// The frames of a thread, youngest first. Empty for a number that no thread has.
  public func backtrace(thread: Int) -> Backtrace {
    if let known = backtraces[thread] { return known }
    guard dump.threads.indices.contains(thread) else { return Backtrace() }
    let backtrace = makeBacktrace(dump.threads[thread].frames)
    backtraces[thread] = backtrace
    return backtrace
  }

  private struct SiteKey: Hashable {
    var instance: Int
    var function: UInt32?
    var codeOffset: CodeOffset?
    var rawOffset: UInt32
    var enteredOnly: Bool
  }

  private func makeBacktrace(_ frames: CoreDump.FrameList) -> Backtrace {
    var sites: [Backtrace.Site] = []
    var numbers: [SiteKey: UInt32] = [:]
    var siteOf: [UInt32] = []
    siteOf.reserveCapacity(frames.count)
    let onEntry = stoppedOnEntry(frames)
    for (index, frame) in frames.enumerated() {
      if index % 8192 == 0 { options.progress?("reading the backtrace", Double(index) / Double(frames.count)) }
      let key = SiteKey(
        instance: frame.instance, function: frame.functionIndex, codeOffset: frame.codeOffset,
        rawOffset: frame.rawOffset, enteredOnly: index == 0 && onEntry)
      if let number = numbers[key] {
        siteOf.append(number)
        continue
      }
      let number = UInt32(truncatingIfNeeded: sites.count)
      sites.append(site(of: frame, enteredOnly: key.enteredOnly))
      numbers[key] = number
      siteOf.append(number)
    }
    return Backtrace(sites: sites, siteOf: siteOf)
  }

  /// Whether the youngest frame's function was only just entered, where engines look for room on the stack, for fuel
  /// and for interrupts: its offset lies in the locals vector, or is the one that stands for "unknown", though the
  /// producer records its callers'.
  func stoppedOnEntry(_ frames: CoreDump.FrameList) -> Bool {
    guard let youngest = frames.first else { return false }
    if let offset = youngest.codeOffset, offset.rawValue != 0 {
      guard let function = youngest.functionIndex,
        let first = debugModule(of: youngest)?.code.firstInstruction(function)
      else { return false }
      return offset < first
    }
    let isUnknown = youngest.codeOffset != nil || youngest.missingOffset == .recordedAsUnknown
    return isUnknown && frames.count > 1 && frames[1].codeOffset.map { $0.rawValue != 0 } ?? false
  }

  /// The module of a frame's function; nil where it was not found.
  func debugModule(of frame: CoreDump.Frame) -> DebugModule? {
    dump.moduleIndex(of: frame).flatMap { debugModules.indices.contains($0) ? debugModules[$0] : nil }
  }

  private func site(of frame: CoreDump.Frame, enteredOnly: Bool) -> Backtrace.Site {
    let number = dump.moduleIndex(of: frame)
    let module = debugModule(of: frame)
    var note = frame.missingOffset.map { "code offset unavailable: \($0)" }
    guard let function = frame.functionIndex else {
      let unknown = SourceFrame(
        function: FunctionName(display: "unknown function", origin: .index), source: nil, inlined: false)
      return Backtrace.Site(
        chain: [unknown], module: number, instance: frame.instance, functionIndex: nil,
        codeOffset: frame.codeOffset, note: note ?? "the dump does not say the function")
    }
    guard let module else {
      let name = FunctionName(display: "function \(function)", origin: .index)
      return Backtrace.Site(
        chain: [SourceFrame(function: name, source: nil, inlined: false)], module: number, instance: frame.instance,
        functionIndex: function, codeOffset: frame.codeOffset, note: note)
    }
    let body = module.wasm.body(function)
    var offset = frame.codeOffset
    var chain: [SourceFrame]
    if enteredOnly {
      offset = nil
      note = "stopped on entering the function"
      chain = module.frames(function: function, at: CodeOffset(0)).suffix(1)
    } else {
      chain = module.frames(function: function, at: offset)
    }
    if body == nil {
      note = note ?? (Int(function) < module.wasm.functionCount ? nil : "the module has no such function")
    }
    return Backtrace.Site(
      chain: chain, module: number, instance: frame.instance, functionIndex: function, codeOffset: offset,
      codeAddress: offset.flatMap { body?.codeAddress(of: $0) },
      fileOffset: offset.flatMap { body?.fileOffset(of: $0) },
      note: note)
  }

  // MARK: The crash

  /// The crash, as far as the dump lets it be known.
  public private(set) lazy var trap: Trap = makeTrap()

  /// How the program ended itself, if it did.
  public private(set) lazy var ending: Ending? = findEnding()

  /// What else a person should be told: recursion, missing frames, abort and panic recognised, what does not match.
  public private(set) lazy var findings: [Finding] = Findings(session: self).all()

  private func makeTrap() -> Trap {
    guard let thread = crashedThread, let youngest = dump.threads[thread].frames.first else {
      let unknown = Trap(kind: .unknown, trust: .unavailable, message: "the dump has no frames")
      return dump.trap.map { unknown.settled(by: $0) } ?? unknown
    }
    let frames = dump.threads[thread].frames
    let module = debugModule(of: youngest)
    let onEntry = stoppedOnEntry(frames)
    var inference = TrapInference(
      instruction: nil, text: nil, operands: youngest.operandStack.map { $0 },
      memoryBytes: { [dump] index in dump.memory(Int(index), of: youngest.instance)?.size }, depth: frames.count,
      stoppedOnEntry: onEntry)
    inference.isCut = threads[thread].truncated
    // A cut stack shows the end of a recursion only.
    inference.recursion = backtrace(thread: thread).recursion(least: inference.isCut ? 12 : Backtrace.deepRecursion)
    if let module, let function = youngest.functionIndex, let offset = youngest.codeOffset, !onEntry,
      let instruction = module.code.instruction(function: function, at: offset)
    {
      inference.instruction = instruction
      inference.text = module.text(of: instruction, in: function)
      inference.guardsUnreachable = module.code.guardsUnreachable(instruction, function: function)
      inference.tableElement = { module.code.initialElement(table: $0, index: $1) }
      inference.hasType = { module.wasm.function($0, hasType: $1) }
      if let callee = instruction.callee, module.wasm.importEntry(.function, callee) != nil {
        inference.importedCallee = module.name(of: callee).display
      }
      if inference.operands.isEmpty {
        inference.operands = module.code.constants(function: function, before: offset).map(RecordedValue.init)
        if inference.dependsOnOperands {
          return settled(trap(inference, operands: recoveredOperands(of: youngest, thread: thread)), module)
        }
      }
    }
    return settled(inference.trap(), module)
  }

  /// The operands of a thread's youngest frame as far as they can be worked out, bottom first.
  private func recoveredOperands(of frame: CoreDump.Frame, thread: Int) -> [(RecordedValue, Trust)] {
    guard let recovery = recovered(thread: thread), let module = debugModule(of: frame),
      let function = frame.functionIndex, let offset = frame.codeOffset,
      let types = module.operandTypes(function: function, at: offset)
    else { return [] }
    return types.enumerated().map { index, type in
      guard let type, case .success(let (value, assurance)) = recovery.operand(index, of: 0, type: type) else {
        return (.missing(.notRecorded), .unavailable)
      }
      return (value, assurance.trust)
    }
  }

  /// What follows from operands that were worked out: from those that are proved first, and from the others what these
  /// leave open.
  private func trap(_ inference: TrapInference, operands: [(value: RecordedValue, trust: Trust)]) -> Trap {
    guard !operands.isEmpty else { return inference.trap() }
    var inference = inference
    // Constants right before the instruction are known even where its function cannot be analysed.
    var operands = operands
    for (index, constant) in zip(operands.indices.reversed(), inference.operands.reversed())
    where operands[index].value.isMissing && !constant.isMissing {
      operands[index] = (constant, .derived)
    }
    inference.operands = operands.map { $0.trust >= .derived ? $0.value : .missing(.notRecorded) }
    var proved = inference.trap()
    guard proved.address == nil, operands.contains(where: { $0.trust == .assumed }) else { return proved }
    inference.operands = operands.map(\.value)
    let likely = inference.trap()
    if let address = likely.address, likely.kind == proved.kind {
      proved.message += ", likely at \(address), if memory has not changed"
    } else if likely.kind != .unknown, likely.kind != proved.kind {
      proved.kind = likely.kind
      proved.trust = .assumed
      proved.message = likely.message + ", if memory has not changed"
    }
    return proved
  }

  private func settled(_ trap: Trap, _ module: DebugModule?) -> Trap {
    var trap = trap
    if let recorded = dump.trap { return trap.settled(by: recorded) }
    // An instruction of what may be another module proves nothing.
    if trap.trust == .derived, module?.info.isVerified == false {
      trap.trust = .assumed
      trap.message += " (nothing in the dump confirms that this is the module)"
    }
    return trap
  }
}
