import ArgumentParser
import ByteCursor
import Glibc
import PostMortem

/// `wasmpm report`: what happened, without questions.
struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell what happened: the trap, the backtrace, what else is worth knowing.",
    discussion: """
      With --format json every dump is one line: an object of the schema wasmpm-report. A dump that cannot be read is \
      said on standard error and does not stop the others.

      Exit status: 0 done, 2 usage, 3 no dump could be read, 4 (with --strict) something was missing.
      """)

  /// The formats.
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, markdown, json }

  @Argument(help: "The dumps; - is standard input.")
  var cores: [String] = []

  @Option(
    name: .customLong("files-from"),
    help: ArgumentHelp("A file with a dump's path a line; - is standard input.", valueName: "file"))
  var filesFrom: String?

  @Option(help: "What to write: text, markdown or json.")
  var format: Format = .text

  @Option(name: .shortAndLong, help: ArgumentHelp("The file to write to.", valueName: "file"))
  var output: String?

  @Flag(help: "Exit with 4 when something was missing: a module, debug information, a part of the dump.")
  var strict = false

  @OptionGroup(title: "Where to look")
  var common: CommonOptions

  func validate() throws {
    guard !cores.isEmpty || filesFrom != nil else { throw ValidationError("no dump is named") }
    guard cores.count(where: { $0 == "-" }) + (filesFrom == "-" ? 1 : 0) <= 1 else {
      throw ValidationError("standard input can be read once only")
    }
  }

  func run() throws {
    let paths = try cores + listedPaths()
    guard !paths.isEmpty else {
      throw Failure(.unreadable, "\(fileTitle(filesFrom ?? "-")): no dump is named")
    }
    let output: Output = if let path = self.output { try Output(path: path) } else { common.standardOutput }
    var options = common.session
    // Others read reports: a module's word must not put any file's lines into them.
    options.opensRecordedSourcePaths = false
    var readable = 0
    var isComplete = true
    for path in paths {
      do throws(Failure) {
        let session = try Session.open(path, options)
        write(session, to: output, isFirst: readable == 0)
        output.flush()
        readable += 1
        for what in strict ? session.missing : session.missingModules {
          complain("\(fileTitle(path)): \(what)")
          isComplete = false
        }
      } catch {
        complain(error.message)
        isComplete = false
      }
    }
    guard readable > 0 else { throw Exit.unreadable }
    try output.finish()
    if strict && !isComplete { throw Exit.incomplete }
  }

  private func write(_ session: Session, to output: Output, isFirst: Bool) {
    if !isFirst && format != .json { output.line() }
    switch format {
    case .text: TextReport(session: session, output: output).write()
    case .markdown: MarkdownReport(session: session, output: output).write()
    case .json: JSONWriter(output).report(session)
    }
  }

  private func listedPaths() throws -> [String] {
    guard let filesFrom else { return [] }
    do throws(FileError) {
      let list = try filesFrom == "-" ? ByteStorage.standardInput() : ByteStorage.file(filesFrom)
      // Names may hold every other character that some call the end of a line (U+2028, a form feed).
      return Bytes(list).array.split(separator: UInt8(ascii: "\n")).compactMap { line in
        let path = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        return path.isEmpty ? nil : String(decoding: path, as: UTF8.self)
      }
    } catch {
      throw Failure(.unreadable, error.description)
    }
  }
}
