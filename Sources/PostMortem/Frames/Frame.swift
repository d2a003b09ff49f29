import ByteCursor

/// A place in the source as the debug information says it.
public struct SourcePosition: Sendable, Hashable {
  /// The path as the compiler recorded it, joined with its folders.
  public var file: String
  /// The line, counted from 1; nil where the compiler made the code up (DWARF's line 0).
  public var line: Int?
  /// The column in bytes, counted from 1; nil where none is recorded.
  public var column: Int?

  /// A position.
  public init(file: String, line: Int?, column: Int? = nil) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// The last component of `file`.
  public var fileName: String { Path.baseName(file) }
}

/// Where a function's name comes from, best first.
public enum NameOrigin: String, Sendable, Hashable {
  /// The debug information.
  case dwarf
  /// The module's name section.
  case nameSection = "name-section"
  /// An export of the module.
  case export
  /// An import: `module.name`.
  case `import`
  /// Nothing names it: `function 12`.
  case index
}

/// A function as a frame shows it.
public struct FunctionName: Sendable, Hashable {
  /// What a person reads: qualified, demangled, without parameters.
  public var display: String
  /// The linker's name, mangled, where it is known.
  public var linkageName: String?
  /// Who says so.
  public var origin: NameOrigin

  /// A name.
  public init(display: String, linkageName: String? = nil, origin: NameOrigin) {
    self.display = display
    self.linkageName = linkageName
    self.origin = origin
  }
}

/// One function at one place, inlined or not: what a code address stands for in the source.
public struct SourceFrame: Sendable, Hashable {
  /// The function.
  public var function: FunctionName
  /// The place in it: for the innermost frame the address's own line, for the others the call that was
  /// inlined there.
  public var source: SourcePosition?
  /// Whether the next frame out is the same Wasm function, into which this one was inlined.
  public var inlined: Bool

  /// A frame.
  public init(function: FunctionName, source: SourcePosition?, inlined: Bool) {
    self.function = function
    self.source = source
    self.inlined = inlined
  }
}

/// One line of a backtrace.
public struct Frame: Sendable {
  /// The number of the frame in its thread, inlined frames counted, youngest 0.
  public var index: Int
  /// The number of the frame in the dump, inlined frames not counted.
  public var physicalIndex: Int
  /// Whether the function was inlined into the next frame's.
  public var inlined: Bool
  /// The function.
  public var function: FunctionName
  /// The place in the source. For every frame but the youngest it is the call.
  public var source: SourcePosition?
  /// The module, by its number in the dump.
  public var module: Int?
  /// The instance, by its number in the dump.
  public var instance: Int?
  /// The function's index in its module, imports counted; nil where the dump does not say it.
  public var functionIndex: UInt32?
  /// The offset in the function's body; nil where the producer did not record a usable one.
  public var codeOffset: CodeOffset?
  /// The same place as DWARF counts it; nil without the module.
  public var codeAddress: CodeAddress?
  /// The same place in the module's file; nil without the module.
  public var fileOffset: FileOffset?
  /// Why something of the frame is unknown, a sentence; nil where nothing is.
  public var note: String?
}
