/// The caps on what a file may make us do. A file says its own sizes, counts and depths; nothing is
/// allocated, recursed or iterated on its word beyond these.
public struct Limits: Sendable {
  /// Bytes read from a pipe or standard input, which cannot be mapped.
  public var streamBytes = 4 << 30
  /// Bytes of a source file that is shown.
  public var sourceBytes = 64 << 20
  /// Bytes of a source map.
  public var sourceMapBytes = 256 << 20
  /// Sources of a source map.
  public var sources = 100_000
  /// Components nested in a component.
  public var componentDepth = 16
  /// Core modules taken out of one component.
  public var componentModules = 10_000
  /// Sections of one module.
  public var sections = 100_000
  /// Entries of one index space of a module: types, functions, exports, data segments and so on (the
  /// implementation limits of the JavaScript API are a million or less).
  public var entities = 1_000_000
  /// Parameters, results, fields or supertypes of one type definition (the JavaScript API's limits: 1000
  /// parameters, 10 000 fields).
  public var typeParts = 10_000
  /// Parameters or results of a function that is validated (the JavaScript API's limit): an instruction costs
  /// that many steps at the most.
  public var signatureParts = 1000
  /// Types above one in the hierarchy of subtypes (the JavaScript API's limit).
  public var subtypeDepth = 63
  /// Blocks nested in a function that is validated.
  public var blockNesting = 1_000_000
  /// Blocks of a function that is disassembled.
  public var blocks = 4_000_000
  /// Operands on the stack of a function that is validated.
  public var operands = 1_000_000
  /// Basic blocks of a function whose data flow is analysed.
  public var basicBlocks = 1_000_000
  /// Entries that the analysis of one function's data flow keeps of a kind, mostly of four bytes: edges, expressions,
  /// locals and operands of states.
  public var dataflowEntries = 16_000_000
  /// Steps that the analysis of one function's data flow takes: values that are joined, and 16 for an instruction. A
  /// compiler's code takes some dozens for an instruction.
  public var dataflowSteps = 400_000_000
  /// Nested names, scopes, entries and types that are followed.
  public var nesting = 256
  /// Links followed from entry to entry (abstract origin, specification).
  public var references = 16
  /// Local variables of one function (the implementation limit of the JavaScript API, 8.4).
  public var locals = 50_000
  /// Frames of one thread that are kept.
  public var frames = 4_000_000
  /// Entries of an operand stack that a core dump records for one frame.
  public var operandStack = 1_000_000
  /// Values of locals and operand stacks of one core dump that are kept.
  public var frameValues = 8_000_000
  /// Memories of a core dump that are kept.
  public var memories = 100_000
  /// Entries of any other vector of a core dump that are kept: modules, instances, globals, data segments.
  public var dumpEntries = 4_000_000
  /// Bytes of a name that is demangled or shown.
  public var nameBytes = 64 << 10
  /// Rows of one line-number program.
  public var lineRows = 8_000_000
  /// Operations executed to evaluate one DWARF expression: it may branch backwards.
  public var expressionOperations = 10_000
  /// Values on the stack of a DWARF expression.
  public var expressionStack = 1000
  /// DWARF expressions whose evaluation waits for that of another: calls, entry values.
  public var expressionDepth = 16
  /// Entries of one location list.
  public var locationListEntries = 100_000
  /// Units of one file's debugging information.
  public var units = 500_000
  /// Diagnostics kept of one file: a hostile file could cause one per byte.
  public var diagnostics = 200

  /// The defaults.
  public init() {}

  /// The defaults.
  public static let standard = Limits()
}
