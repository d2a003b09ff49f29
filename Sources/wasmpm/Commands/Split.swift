import ArgumentParser
import ByteCursor
import PostMortem
import WasmBinary

/// `wasmpm split`: a module for shipping, and a debug file for whoever reads its dumps.
struct Split: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Part a module into what is shipped and a debug file.",
    discussion: """
      The stripped module has the code, the data and everything else that runs, byte for byte, but no debug \
      information and no names; the debug file has those. Both get the same build id, made from the module's contents \
      where it has none, by which they find each other; the stripped module also says where the debug file is.

      With --shipped the debug file is for another module: one that was linked of the same objects, without debug \
      information and with compressed relocations for example. MODULE is its companion then, of which only the debug \
      information is kept, with a map of the code. The shipped module stays as it is, unless --output says where a \
      stripped one goes.

      The same modules give the same bytes. Files that exist are not replaced without --force.

      Exit status: 0 done, 1 nothing to be split off, the modules do not fit, or a file cannot be written, 2 usage, 3 a \
      module cannot be read.
      """)

  @Argument(help: "The module with the debug information.")
  var module: String

  @Option(help: ArgumentHelp("Where the stripped module goes.", valueName: "file"))
  var output: String?

  @Option(name: .customLong("debug-file"), help: ArgumentHelp("Where the debug file goes.", valueName: "file"))
  var debugFile: String

  @Option(help: ArgumentHelp("The module that is shipped, another link of the same objects.", valueName: "file"))
  var shipped: String?

  @Flag(name: .customLong("keep-names"), help: "Leave the functions' names in the stripped module too.")
  var keepNames = false

  @Option(
    name: .customLong("debug-url"),
    help: ArgumentHelp(
      "Where the stripped module says that the debug file is (otherwise next to it).", valueName: "url"))
  var debugURL: String?

  @Flag(help: "Replace files that exist.")
  var force = false

  func validate() throws {
    for (option, path) in [("--output", output), ("--debug-file", debugFile)] where path == "" || path == "-" {
      throw ValidationError("\(option) needs a file's path, not '\(path ?? "")'")
    }
    guard let output else {
      if shipped == nil { throw ValidationError("--output is missing: where the stripped module goes") }
      if keepNames || debugURL != nil {
        throw ValidationError("--keep-names and --debug-url are for the stripped module, for which --output is missing")
      }
      return
    }
    if OutputFile.areSame(output, debugFile) { throw ValidationError("--output and --debug-file are the same file") }
  }

  func run() throws {
    let file = try open(module)
    let options = output.map { output in
      var options = ModuleSplit.Options(debugURL: debugURL ?? DebugURL.reference(to: debugFile, from: output))
      options.keepsNames = keepNames
      return options
    }
    if let shipped {
      let target = try open(shipped)
      let split = try attempt { () throws(SplitError) in
        try CompanionSplit(companion: file, shipped: target, options: options)
      }
      let isOnDisk = try write(split.debug, split.stripped)
      if isOnDisk { say(split, sizes: (file.count, target.count)) }
    } else if let options {
      let split = try attempt { () throws(SplitError) in try ModuleSplit(file, options: options) }
      let isOnDisk = try write(split.debug, split.stripped)
      if isOnDisk { say(split, size: file.count) }
    }
  }

  private func open(_ path: String) throws(Failure) -> Bytes {
    do throws(FileError) { return Bytes(try ByteStorage.file(path)) } catch {
      throw Failure(.unreadable, error.description)
    }
  }

  private func attempt<Result>(_ split: () throws(SplitError) -> Result) throws(Failure) -> Result {
    do throws(SplitError) { return try split() } catch {
      throw Failure(error.kind == .unsuitable ? .unreadable : .unavailable, "\(module): \(error)")
    }
  }

  /// Writes both files; neither is there before both are written.
  /// - Returns: whether they are files on disk: what goes to a pipe or a device may be standard output, where nothing else
  ///   belongs.
  private func write(_ debug: ModuleWriter, _ stripped: ModuleWriter?) throws(Failure) -> Bool {
    var files: [OutputFile] = []
    for (path, writer) in [(debugFile, debug), (output, stripped)] {
      guard let path, let writer else { continue }
      let file = try OutputFile(path, replacing: force)
      for part in writer.parts { try file.write(part) }
      files.append(file)
    }
    let areOnDisk = files.allSatisfy(\.isRegular)
    for file in files { try file.commit() }
    return areOnDisk
  }

  // MARK: Words

  private func say(_ split: ModuleSplit, size: Int) {
    say([
      ("module", "\(module), \(sizeText(size))"),
      ("stripped", "\(output ?? ""), \(sizeText(split.stripped.count))"),
      ("debug file", "\(debugFile), \(sizeText(split.debug.count))"),
      ("build id", buildID(split.buildID, made: split.madeBuildID)),
    ])
  }

  private func say(_ split: CompanionSplit, sizes: (companion: Int, shipped: Int)) {
    let survey = split.survey
    let share = survey.mappedFunctions == survey.functions ? "all" : "\(grouped(survey.mappedFunctions)) of the"
    let map = split.mapSize == 0 ? "the same code" : "code map of \(sizeText(split.mapSize))"
    say([
      ("companion", "\(module), \(sizeText(sizes.companion))"),
      ("shipped", "\(shipped ?? ""), \(sizeText(sizes.shipped))"),
      ("stripped", split.stripped.map { "\(output ?? ""), \(sizeText($0.count))" }),
      ("debug file", "\(debugFile), \(sizeText(split.debug.count))"),
      ("functions", "\(share) \(counted(survey.functions, "function")), \(map)"),
      ("build id", split.buildID.map { buildID($0, made: split.madeBuildID) } ?? "none in the shipped module"),
    ])
    for (function, reason) in survey.unmapped.prefix(Self.listed) {
      complain("function \(function) of the shipped module has no debug information: \(reason)")
    }
    let more = survey.functions - survey.mappedFunctions - Self.listed
    if more > 0 { complain("so have \(grouped(more)) more") }
  }

  /// Functions without counterpart that are listed.
  private static let listed = 5

  private func buildID(_ identifier: [UInt8], made: Bool) -> String {
    Bytes(copying: identifier).hexadecimal + (made ? " (made from the contents)" : "")
  }

  private func say(_ facts: [(label: String, text: String?)]) {
    let output = Output(style: Style(colored: false))
    var lines = Facts(output)
    for fact in facts { lines.add(fact.label, fact.text) }
    lines.write()
    output.flush()
  }
}
