import ByteCursor

// The custom sections that tools agree on (the tool-conventions documents ProducersSection, Linking's target
// features, BuildId, ExternalDebugInfo and DynamicLinking).

/// One field of the `producers` section: what took part in making the module in one role.
public struct ProducersField: Hashable, Sendable {
  /// The role: `language`, `processed-by` or `sdk`.
  public let name: String
  /// Who played it.
  public let values: [Value]

  public init(name: String, values: [Value]) {
    self.name = name
    self.values = values
  }

  /// A tool or language.
  public struct Value: Hashable, Sendable {
    public let name: String
    /// May be empty.
    public let version: String

    public init(name: String, version: String) {
      self.name = name
      self.version = version
    }
  }
}

/// An entry of the `target_features` section.
public struct TargetFeature: Hashable, Sendable, CustomStringConvertible {
  /// How the module stands to the feature.
  public enum Policy: UInt8, Hashable, Sendable {
    /// `+`: the module uses it.
    case used = 0x2b
    /// `-`: nothing linked into the module may use it.
    case disallowed = 0x2d
    /// `=`: everything linked into the module has to use it (an older form).
    case required = 0x3d
  }

  public let policy: Policy
  /// Its name, `simd128` for example.
  public let name: String

  /// `+simd128`.
  public var description: String { String(UnicodeScalar(policy.rawValue)) + name }
}

extension Cursor {
  /// A name in a custom section; U+FFFD stands where it is not UTF-8, since nothing depends on it.
  mutating func looseName() throws(ReadError) -> String { try bytes(UInt64(try uleb32())).string }

  mutating func producers() throws(ReadError) -> [ProducersField] {
    var fields: [ProducersField] = []
    for _ in 0..<(try uleb32()) {
      let name = try looseName()
      var values: [ProducersField.Value] = []
      for _ in 0..<(try uleb32()) {
        values.append(ProducersField.Value(name: try looseName(), version: try looseName()))
      }
      fields.append(ProducersField(name: name, values: values))
    }
    return fields
  }

  mutating func targetFeatures() throws(ReadError) -> [TargetFeature] {
    var features: [TargetFeature] = []
    for _ in 0..<(try uleb32()) {
      let here = fileOffset
      let byte = try u8()
      guard let policy = TargetFeature.Policy(rawValue: byte) else {
        throw ReadError(.malformedFeature, value: UInt64(byte), offset: here)
      }
      features.append(TargetFeature(policy: policy, name: try looseName()))
    }
    return features
  }
}

extension Rule {
  /// A target feature is marked with none of `+`, `-` and `=`.
  static let malformedFeature: Rule = "malformed target feature"
}

// MARK: dylink.0

/// The `dylink.0` section (DynamicLinking.md): what a dynamic linker needs to load a shared library.
public struct DynamicLinking: Hashable, Sendable {
  /// Memory and table that the loader has to set aside.
  public struct Space: Hashable, Sendable {
    /// In bytes.
    public var memorySize: UInt32
    /// The binary logarithm of the alignment in bytes.
    public var memoryAlignment: UInt32
    /// In elements.
    public var tableSize: UInt32
    /// The binary logarithm of the alignment in elements.
    public var tableAlignment: UInt32
  }

  /// A symbol with its flags, as those of the `linking` section's symbol table (WASM_SYM_…).
  public struct Symbol: Hashable, Sendable {
    /// The module that it is imported from; nil for exports.
    public var module: String?
    public var name: String
    public var flags: UInt32
  }

  /// The space that the module needs; nil where it does not say.
  public internal(set) var space: Space?
  /// The libraries that have to be loaded before.
  public internal(set) var needed: [String] = []
  /// Exports with flags.
  public internal(set) var exports: [Symbol] = []
  /// Imports with flags.
  public internal(set) var imports: [Symbol] = []
  /// Where libraries are looked for.
  public internal(set) var runtimePaths: [String] = []

  /// Reads what can be read into `self`.
  mutating func read(_ contents: Bytes) throws(ReadError) {
    var cursor = contents.cursor()
    while !cursor.isAtEnd {
      let number = try cursor.u8()
      var inner = try cursor.bytes(UInt64(try cursor.uleb32())).cursor()
      switch number {
      case 1:
        space = Space(
          memorySize: try inner.uleb32(), memoryAlignment: try inner.uleb32(), tableSize: try inner.uleb32(),
          tableAlignment: try inner.uleb32())
      case 2: for _ in 0..<(try inner.uleb32()) { needed.append(try inner.looseName()) }
      case 3:
        for _ in 0..<(try inner.uleb32()) {
          exports.append(Symbol(module: nil, name: try inner.looseName(), flags: try inner.uleb32()))
        }
      case 4:
        for _ in 0..<(try inner.uleb32()) {
          imports.append(
            Symbol(module: try inner.looseName(), name: try inner.looseName(), flags: try inner.uleb32()))
        }
      case 5: for _ in 0..<(try inner.uleb32()) { runtimePaths.append(try inner.looseName()) }
      default: break
      }
    }
  }
}
