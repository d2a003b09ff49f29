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
      the file.

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

  @OptionGroup(title: "Where to look")
  var common: CommonOptions

  func validate() throws {
    if disassemble != nil, format != .text { throw ValidationError("--disassemble writes text only") }
  }

  func run() throws {
    let bytes: Bytes
    do throws(FileError) {
      bytes = Bytes(try file == "-" ? ByteStorage.standardInput() : ByteStorage.file(file))
    } catch {
      throw Failure(.unreadable, error.description)
    }
    let content: WasmFile
    let kind: SniffedFile
    do throws(ReadError) {
      kind = try SniffedFile(bytes)
      content = try WasmFile(bytes)
    } catch {
      throw Failure(.unreadable, "\(fileTitle(file)): \(error)")
    }
    let output = common.standardOutput
    if let disassemble {
      guard kind != .coreDump else {
        throw Failure(.unreadable, "\(fileTitle(file)): a core dump has no code; its module has")
      }
      try CodeInspection(path: file, file: content, options: common.session).write(disassemble, to: output)
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
