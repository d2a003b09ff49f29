import ArgumentParser
import ByteCursor
import CoreDumpFormat
import PostMortem
import WasmBinary

/// `wasmpm inspect`: what a file holds.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what a dump, a module, a component or a debug file holds.",
    discussion: """
      Sections with their offsets and sizes, counts, names, producers, features, build id and debug information; of a \
      dump its form, threads, memories and globals, and what of it could not be read.

      With --disassemble the code of a module instead: each instruction with its offset in its function's body and in \
      the file. With --debug-quality how good the debug information is: how much of the code has lines, of how many \
      variables the place is known in how much of their scope, by compilation unit; with --compare what of that FILE \
      lacks and OTHER, an earlier build or the input of a build step, has.

      Exit status: 0 done, 1 there is no such function, 2 usage, 3 the file cannot be read.
      """)

  /// The formats.
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(help: "The file; - is standard input.")
  var file: String

  @Option(help: "What to write: text, or json (one line).")
  var format: Format = .text

  @Option(
    help: ArgumentHelp("Show the instructions of a function, by name or index, or of all.", valueName: "function"))
  var disassemble: String?

  @Flag(name: .customLong("debug-quality"), help: "Judge the debug information.")
  var debugQuality = false

  @Option(
    help: ArgumentHelp("With --debug-quality: the build that FILE is held against.", valueName: "other"))
  var compare: String?

  @Flag(help: "With --debug-quality: show all units, functions and variables, not the worst ones alone.")
  var all = false

  @OptionGroup(title: "Where to look")
  var common: CommonOptions

  func validate() throws {
    if !debugQuality, compare != nil || all {
      throw ValidationError("\(all ? "--all" : "--compare") goes with --debug-quality")
    }
    if debugQuality, disassemble != nil {
      throw ValidationError("--debug-quality and --disassemble exclude each other")
    }
    if file == "-", compare == "-" { throw ValidationError("standard input can be read once only") }
    if disassemble != nil, format != .text { throw ValidationError("--disassemble writes text only") }
  }

  func run() throws {
    let (bytes, kind, content) = try Self.open(file)
    let output = common.standardOutput
    if let disassemble {
      guard kind != .coreDump else {
        throw Failure(.unreadable, "\(fileTitle(file)): a core dump has no code; its module has")
      }
      try CodeInspection(path: file, file: content, options: common.session).write(disassemble, to: output)
      return output.flush()
    }
    if debugQuality {
      try writeQuality(of: content, kind, to: output)
      return output.flush()
    }
    if kind == .coreDump, let module = content.modules.first {
      let session = try Session.open(bytes, path: file, common.session)
      write(DumpInspection(session: session, module: module), to: output)
    } else {
      write(ModuleInspection(path: file, file: content, size: bytes.count), to: output)
    }
    output.flush()
  }

  /// The file at `path`, and what it is.
  private static func open(_ path: String) throws(Failure) -> (Bytes, SniffedFile, WasmFile) {
    let bytes: Bytes
    do throws(FileError) {
      bytes = Bytes(try path == "-" ? ByteStorage.standardInput() : ByteStorage.file(path))
    } catch {
      throw Failure(.unreadable, error.description)
    }
    do throws(ReadError) {
      return (bytes, try SniffedFile(bytes), try WasmFile(bytes))
    } catch {
      throw Failure(.unreadable, "\(fileTitle(path)): \(error)")
    }
  }

  private func writeQuality(of content: WasmFile, _ kind: SniffedFile, to output: Output) throws(Failure) {
    func judge(_ path: String, _ content: WasmFile, _ kind: SniffedFile) throws(Failure) -> QualityInspection {
      guard kind != .coreDump else {
        throw Failure(.unreadable, "\(fileTitle(path)): a core dump has no debug information; its module has")
      }
      Progress.shared.restart()
      return QualityInspection(
        path: path, file: content, options: common.session, withFunctions: compare != nil, showsAll: all)
    }
    let quality = try judge(file, content, kind)
    guard let compare else { return write(quality, to: output) }
    let (_, otherKind, other) = try Self.open(compare)
    write(QualityComparisonInspection(quality, with: try judge(compare, other, otherKind)), to: output)
  }

  private func write(_ inspection: some Inspection, to output: Output) {
    switch format {
    case .text: inspection.writeText(to: output)
    case .json:
      let json = JSONWriter(output)
      inspection.writeJSON(to: json)
      json.endLine()
    }
  }
}

/// What is shown of a file.
protocol Inspection {
  func writeText(to output: Output)
  func writeJSON(to json: JSONWriter)
}

/// The version of the schema of `inspect --format json`, `wasmpm-inspect`; its rules are those of the report's.
let inspectSchemaVersion = 1
