import ByteCursor
import TestSupport
import WasmBinary

/// A file of commands and of the modules that they name: what `wasm-tools json-from-wast` or `wast2json` makes of a
/// `.wast` file.
struct SuiteFile {
  /// The file's name without `.wast`.
  let name: String
  let commands: [SuiteCommand]
  /// Where the modules are.
  private let folder: String
  /// What keeps them there.
  private let temporary: TemporaryFolder?

  /// The bytes of a command's module; nil for one that is only there as text.
  func bytes(_ module: SuiteModule) throws -> Bytes? { try module.binary.map { try Places.bytes("\(folder)/\($0)") } }

  /// A file that was converted before: `NAME.json` and its modules.
  init(converted folder: String, name: String) throws {
    guard let json = JSON(try Places.bytes("\(folder)/\(name).json").string) else { throw Failure.notConverted(name) }
    self.init(name: name, folder: folder, temporary: nil, json)
  }

  /// A `.wast` file, converted now.
  init(converting path: String, name: String, with converter: SuiteConverter) throws {
    let temporary = try TemporaryFolder()
    guard let json = converter.convert(path, into: temporary) else { throw Failure.notConverted(name) }
    self.init(name: name, folder: temporary.path, temporary: temporary, json)
  }

  private init(name: String, folder: String, temporary: TemporaryFolder?, _ json: JSON) {
    self.name = name
    self.folder = folder
    self.temporary = temporary
    commands = (json["commands"]?.array ?? []).map { SuiteCommand($0) }
  }

  enum Failure: Error { case notConverted(String) }
}

/// The program that converts `.wast` files: on the search path, or named by the variable WASM_TOOLS or WAST2JSON.
/// `wast2json` does not know the text format of version 3.0.
struct SuiteConverter: Sendable {
  let tool: Tool
  /// Whether it is `wasm-tools`, which converts everything.
  let isComplete: Bool

  /// The best one that is there.
  static let installed: SuiteConverter? = {
    for (name, variable, isComplete) in [("wasm-tools", "WASM_TOOLS", true), ("wast2json", "WAST2JSON", false)] {
      // A program may be on the search path and not run.
      if let tool = Tool(name, variable: variable), tool.output(["--version"]) != nil {
        return SuiteConverter(tool: tool, isComplete: isComplete)
      }
    }
    return nil
  }()

  fileprivate func convert(_ path: String, into folder: TemporaryFolder) -> JSON? {
    if isComplete { return tool.output(["json-from-wast", path, "--wasm-dir", folder.path]).flatMap { JSON($0) } }
    let json = folder.path + "/commands.json"
    guard tool.output(["--enable-all", path, "-o", json]) != nil else { return nil }
    return (try? Places.bytes(json)).flatMap { JSON($0.string) }
  }
}

/// The official test suite beside the checkout.
enum OfficialSuite {
  private static let folder = Places.shared + "/testsuite"
  /// Whether there is a suite to run.
  static let isThere = Places.exists(folder + "/i32.wast")
  /// The files' names without `.wast`, sorted.
  static let names = ((try? TemporaryFolder.names(in: folder)) ?? []).filter { $0.hasSuffix(".wast") }
    .map { String($0.dropLast(5)) }

  static func file(_ name: String, with converter: SuiteConverter) throws -> SuiteFile {
    try SuiteFile(converting: "\(folder)/\(name).wast", name: name, with: converter)
  }
}
