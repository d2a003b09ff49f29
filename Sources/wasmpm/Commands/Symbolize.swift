import ArgumentParser
import ByteCursor
import CoreDumpFormat
import Glibc
import PostMortem

/// `wasmpm symbolize`: addresses to functions and lines, in the manner of addr2line.
struct Symbolize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say which functions and source lines addresses of a module stand for.",
    discussion: """
      Addresses are hexadecimal with 0x, or decimal. They count from the code section's contents, as DWARF does; with \
      --file-offsets from the file's first byte, as engines print them. Without addresses they are read from standard \
      input, one a line.

      Exit status: 0 done, 1 an input line is not an address, 2 usage, 3 the module cannot be read.
      """)

  /// The formats.
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(help: "The module.")
  var module: String

  @Argument(help: "The addresses.")
  var addresses: [String] = []

  @Flag(name: .customLong("file-offsets"), help: "Addresses count from the start of the module's file.")
  var fileOffsets = false

  @Option(help: "What to write: text, or json (an object a line).")
  var format: Format = .text

  @OptionGroup(title: "Where to look")
  var common: CommonOptions

  func validate() throws {
    for address in addresses where Self.number(address) == nil {
      throw ValidationError("'\(address)' is not an address")
    }
  }

  func run() throws {
    let symbolizer: Symbolizer
    Progress.shared.restart()
    try requireModule()
    do throws(SessionError) {
      symbolizer = try Symbolizer(path: module, options: common.session)
    } catch {
      throw Failure(.unreadable, error.description)
    }
    for problem in symbolizer.info.problems { complain(problem) }
    let output = common.standardOutput
    guard addresses.isEmpty else {
      answer(addresses, symbolizer, output)
      output.flush()
      return
    }
    // Batches of what has arrived: a thousand piped addresses are looked up together, and whoever asks one at a time
    // and waits gets each answer at once.
    var reader = LineReader(descriptor: STDIN_FILENO)
    var allValid = true
    while let lines = reader.nextBatch() {
      let wanted = lines.map { $0.trimmed }.filter { !$0.isEmpty }
      if !answer(wanted, symbolizer, output) { allValid = false }
      output.flush()
    }
    if !allValid { throw Exit.failed }
  }

  /// A dump is a module by its form, in which no address would be found.
  /// - Throws: what the file is where it is no module or component.
  private func requireModule() throws(Failure) {
    let file: Bytes
    do throws(FileError) { file = Bytes(try ByteStorage.file(module)) } catch {
      throw Failure(.unreadable, error.description)
    }
    do throws(ReadError) {
      if try SniffedFile(file) == .coreDump { throw ReadError(.dumpNotModule, offset: file.fileOffset) }
    } catch {
      throw Failure(.unreadable, "\(module): \(error)")
    }
  }

  /// A number in hexadecimal with `0x`, or in decimal.
  static func number(_ text: String) -> UInt64? {
    text.hasPrefix("0x") || text.hasPrefix("0X") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
  }

  /// Answers in order; false where one is no address.
  @discardableResult
  private func answer(_ texts: [String], _ symbolizer: Symbolizer, _ output: Output) -> Bool {
    let numbers = texts.map(Self.number)
    let codeAddresses = numbers.map { number -> CodeAddress? in
      guard let number else { return nil }
      return fileOffsets ? symbolizer.codeAddress(of: FileOffset(number)) : CodeAddress(number)
    }
    var frames = symbolizer.frames(at: codeAddresses.compactMap { $0 })[...]
    for (index, text) in texts.enumerated() {
      if numbers[index] == nil { complain("'\(text)' is not an address") }
      let found = codeAddresses[index] == nil ? [] : frames.popFirst() ?? []
      switch format {
      case .text: write(text, found, output)
      case .json: write(text, codeAddresses[index], found, JSONWriter(output))
      }
    }
    return !numbers.contains(nil)
  }

  private func write(_ text: String, _ frames: [SourceFrame], _ output: Output) {
    guard !frames.isEmpty else { return output.line("\(escaped(text)): ??") }
    let style = output.style
    for (index, frame) in frames.enumerated() {
      let lead = index == 0 ? "\(escaped(text)): " : " (inlined by) "
      let place = frame.source.map { FrameText.position($0, full: true) } ?? "??"
      output.line(lead + style(.function, FrameText.name(frame.function)) + " at " + style(.file, place))
    }
  }

  private func write(_ text: String, _ address: CodeAddress?, _ frames: [SourceFrame], _ json: JSONWriter) {
    json.object {
      json.member("address", text)
      json.member("codeAddress", address?.description)
      json.member("frames", frames) { frame in
        json.object {
          json.member("inlined", frame.inlined)
          json.member("function", frame.function.display)
          json.member("linkageName", frame.function.linkageName)
          json.source(frame.source, sources: nil)
        }
      }
    }
    json.endLine()
  }
}
