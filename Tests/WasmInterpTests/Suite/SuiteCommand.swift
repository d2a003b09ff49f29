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
    /// Instantiates a kept module (nil: the last one).
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
    /// The text format's annotations are wrong, of which a binary module has none.
    case assertAnnotation
    case assertUnlinkable(SuiteModule, text: String)
    /// Instantiating the module traps.
    case assertUninstantiable(SuiteModule, text: String)
    /// A command of another kind, or one that could not be read.
    case unknown
  }

  /// The line in the `.wast` file.
  let line: Int
  /// The converter's word for the command.
  let type: String
  let kind: Kind

  /// The module that the command is about, where it names a file.
  var module: SuiteModule? {
    switch kind {
    case .module(let module, _), .definition(let module, _), .assertInvalid(let module, _),
      .assertMalformed(let module, _), .assertUnlinkable(let module, _), .assertUninstantiable(let module, _):
      module
    default: nil
    }
  }

  init(_ json: JSON) {
    line = json["line"]?.int ?? 0
    type = json["type"]?.string ?? ""
    kind = Self.kind(type, json)
  }

  private static func kind(_ type: String, _ json: JSON) -> Kind {
    let text = json["text"]?.string ?? ""
    let name = json["name"]?.string
    switch type {
    case "module": return .module(SuiteModule(json), name: name)
    case "module_definition": return .definition(SuiteModule(json), name: name)
    case "module_instance": return .instance(name: json["instance"]?.string, definition: json["module"]?.string)
    case "register": return .register(module: json["as"]?.string ?? "", instance: name)
    case "assert_invalid": return .assertInvalid(SuiteModule(json), text: text)
    case "assert_malformed": return .assertMalformed(SuiteModule(json), text: text)
    case "assert_invalid_custom", "assert_malformed_custom": return .assertAnnotation
    case "assert_unlinkable": return .assertUnlinkable(SuiteModule(json), text: text)
    case "assert_uninstantiable": return .assertUninstantiable(SuiteModule(json), text: text)
    default:
      guard let action = json["action"].flatMap({ SuiteAction($0) }) else { return .unknown }
      return self.action(type, action, json, text: text)
    }
  }

  private static func action(_ type: String, _ action: SuiteAction, _ json: JSON, text: String) -> Kind {
    switch type {
    case "action": return .action(action)
    case "assert_return":
      let expected = json["expected"]?.array ?? []
      let values = expected.compactMap { SuiteValue($0) }
      return values.count == expected.count ? .assertReturn(action, values) : .unknown
    case "assert_trap": return .assertTrap(action, text: text)
    case "assert_exhaustion": return .assertExhaustion(action, text: text)
    case "assert_exception": return .assertException(action)
    default: return .unknown
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
