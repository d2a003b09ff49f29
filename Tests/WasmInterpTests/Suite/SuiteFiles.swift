import ByteCursor
import TestSupport
import WasmBinary

/// A file of the official test suite: its commands, and the modules that they name as bytes.
///
/// The files are text; `wasm-tools` (on the search path, or named by the variable WASM_TOOLS) converts them.
struct SuiteFile: Sendable {
  /// The file's name without `.wast`.
  let name: String
  let commands: [SuiteCommand]
  /// The modules by file name.
  private let modules: [String: Bytes]

  /// The bytes of a command's module; nil for one that is only there as text.
  func bytes(_ module: SuiteModule) -> Bytes? { module.binary.flatMap { modules[$0] } }

  /// All files, converted when they are first asked for; empty where the suite or the tool is absent.
  static let all: [SuiteFile] = load()
  /// Whether there is a suite to run.
  static var isPresent: Bool { tool != nil && Places.exists(folder + "/address.wast") }

  private static let folder = Places.shared + "/testsuite"
  private static let tool = Tool("wasm-tools", variable: "WASM_TOOLS")

  private static func load() -> [SuiteFile] {
    guard let tool, let names = try? TemporaryFolder.names(in: folder) else { return [] }
    return names.filter { $0.hasSuffix(".wast") }.map { file in
      // A file that cannot be converted is one without commands, which the tests notice.
      SuiteFile(converting: "\(folder)/\(file)", name: String(file.dropLast(5)), tool: tool)
    }
  }

  private init(converting path: String, name: String, tool: Tool) {
    self.name = name
    guard let temporary = try? TemporaryFolder(),
      let json = tool.output(["json-from-wast", path, "--wasm-dir", temporary.path]).flatMap({ JSON($0) }),
      let files = try? TemporaryFolder.names(in: temporary.path)
    else {
      commands = []
      modules = [:]
      return
    }
    commands = (json["commands"]?.array ?? []).map { SuiteCommand($0) }
    modules = files.reduce(into: [:]) { modules, file in
      // Copied: the folder is gone in a moment.
      if let mapped = try? Places.bytes("\(temporary.path)/\(file)") { modules[file] = Bytes(copying: mapped.array) }
    }
  }
}

/// A module that a command names.
struct SuiteModule: Sendable {
  /// The file with the binary; nil for a module that is only there as text, which asserts something of text.
  let binary: String?

  fileprivate init(_ json: JSON) {
    binary = json["module_type"]?.string == "text" ? json["binary_filename"]?.string : json["filename"]?.string
  }
}

/// A command of a test file.
struct SuiteCommand: Sendable {
  enum Kind: Sendable {
    /// Instantiates a module, which is the current one then.
    case module(SuiteModule, name: String?)
    /// Keeps a module to be instantiated later.
    case definition(SuiteModule, name: String?)
    /// Instantiates a kept module.
    case instance(name: String?, definition: String?)
    /// Makes the exports of an instance (nil: the current one) importable from `module`.
    case register(module: String, instance: String?)
    case action(SuiteAction)
    case assertReturn(SuiteAction, [SuiteValue])
    case assertTrap(SuiteAction, text: String)
    case assertExhaustion(SuiteAction, text: String)
    case assertException(SuiteAction)
    case assertInvalid(SuiteModule, text: String)
    case assertMalformed(SuiteModule, text: String)
    case assertUnlinkable(SuiteModule, text: String)
    /// Instantiating the module traps.
    case assertUninstantiable(SuiteModule, text: String)
    /// A command of another kind, or one that could not be read.
    case unknown(String)
  }

  /// The line in the `.wast` file.
  let line: Int
  let kind: Kind

  fileprivate init(_ json: JSON) {
    line = json["line"]?.int ?? 0
    kind = Self.kind(json)
  }

  private static func kind(_ json: JSON) -> Kind {
    let type = json["type"]?.string ?? ""
    let text = json["text"]?.string ?? ""
    let name = json["name"]?.string
    switch type {
    case "module": return .module(SuiteModule(json), name: name)
    case "module_definition": return .definition(SuiteModule(json), name: name)
    case "module_instance": return .instance(name: json["instance"]?.string, definition: json["module"]?.string)
    case "register": return .register(module: json["as"]?.string ?? "", instance: name)
    case "assert_invalid": return .assertInvalid(SuiteModule(json), text: text)
    case "assert_malformed": return .assertMalformed(SuiteModule(json), text: text)
    case "assert_unlinkable": return .assertUnlinkable(SuiteModule(json), text: text)
    case "assert_uninstantiable": return .assertUninstantiable(SuiteModule(json), text: text)
    default:
      guard let action = json["action"].flatMap({ SuiteAction($0) }) else { return .unknown(type) }
      return self.action(type, action, json, text: text)
    }
  }

  private static func action(_ type: String, _ action: SuiteAction, _ json: JSON, text: String) -> Kind {
    switch type {
    case "action": return .action(action)
    case "assert_return":
      let expected = json["expected"]?.array ?? []
      let values = expected.compactMap { SuiteValue($0) }
      return values.count == expected.count ? .assertReturn(action, values) : .unknown(type)
    case "assert_trap": return .assertTrap(action, text: text)
    case "assert_exhaustion": return .assertExhaustion(action, text: text)
    case "assert_exception": return .assertException(action)
    default: return .unknown(type)
    }
  }
}

/// Something that is done with an instance.
struct SuiteAction: Sendable {
  /// The arguments of a call; nil for reading a global.
  let arguments: [SuiteValue]?
  /// The name of the export.
  let field: String
  /// The name of the instance; nil for the current one.
  let instance: String?

  fileprivate init?(_ json: JSON) {
    guard let field = json["field"]?.string, let type = json["type"]?.string else { return nil }
    self.field = field
    instance = json["module"]?.string
    guard type == "invoke" else {
      arguments = nil
      return
    }
    let given = json["args"]?.array ?? []
    let values = given.compactMap { SuiteValue($0) }
    guard values.count == given.count else { return nil }
    arguments = values
  }
}

/// An argument, or what a result has to be.
indirect enum SuiteValue: Sendable, Hashable {
  /// A number of type i32, i64, f32 or f64.
  case number(ValueType, SuiteLane)
  /// A vector of lanes of so many bits, which are floating point or integers.
  case vector(laneBits: Int, isFloat: Bool, [SuiteLane])
  /// A reference; `type` is the text format's word (`externref`, `nullref`) or `refnull` for any null. The value is
  /// the host's number for it, `null`, or nil for any value of the type (`ref.func`, `ref.array`).
  case reference(type: String, value: String?)
  /// One of these.
  case either([SuiteValue])

  fileprivate init?(_ json: JSON) {
    guard let type = json["type"]?.string else { return nil }
    switch type {
    case "i32": self.init(.i32, bits: 32, json)
    case "i64": self.init(.i64, bits: 64, json)
    case "f32": self.init(.f32, bits: 32, json)
    case "f64": self.init(.f64, bits: 64, json)
    case "v128":
      guard let lane = json["lane_type"]?.string, let bits = Int(lane.dropFirst()), let values = json["value"]?.array
      else { return nil }
      let lanes = values.compactMap { $0.string.flatMap { SuiteLane($0, bits: bits) } }
      guard lanes.count == values.count, lanes.count * bits == 128 else { return nil }
      self = .vector(laneBits: bits, isFloat: lane.hasPrefix("f"), lanes)
    case "either":
      let values = json["values"]?.array ?? []
      let alternatives = values.compactMap { SuiteValue($0) }
      guard alternatives.count == values.count else { return nil }
      self = .either(alternatives)
    default: self = .reference(type: type, value: json["value"]?.string)
    }
  }

  private init?(_ type: ValueType, bits: Int, _ json: JSON) {
    guard let lane = json["value"]?.string.flatMap({ SuiteLane($0, bits: bits) }) else { return nil }
    self = .number(type, lane)
  }
}

/// A number or a lane of a vector.
enum SuiteLane: Sendable, Hashable {
  /// The bit pattern, in the low bits.
  case bits(UInt64)
  /// A NaN whose payload is the canonical one; of either sign.
  case canonicalNaN
  /// A NaN whose payload has its most significant bit set at least.
  case arithmeticNaN

  fileprivate init?(_ text: String, bits: Int) {
    switch text {
    case "nan:canonical": self = .canonicalNaN
    case "nan:arithmetic": self = .arithmeticNaN
    default:
      guard let number = UInt64(text) ?? Int64(text).map({ UInt64(bitPattern: $0) }) else { return nil }
      self = .bits(bits == 64 ? number : number & (1 << UInt64(bits) - 1))
    }
  }
}
