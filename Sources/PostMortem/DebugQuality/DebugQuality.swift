import ByteCursor

/// What debug information says of code, in numbers: of a unit, or of several.
public struct QualityCounts: Sendable, Hashable {
  /// Functions that have code in the module. Where a linker merged several units' copies of a function each counts.
  public var functions = 0
  /// Those of them with a line.
  public var functionsWithLines = 0
  /// Functions that the linker removed: their addresses are tombstones.
  public var deadFunctions = 0
  /// Places where a function was inlined.
  public var inlinedFunctions = 0
  /// Bytes of the functions' code.
  public var functionBytes: UInt64 = 0
  /// Bytes of the same that belong to a line.
  public var lineBytes: UInt64 = 0
  /// Bytes of the same that belong to line 0: the compiler made them up, or no longer knows.
  public var lineZeroBytes: UInt64 = 0
  /// The instructions that are the unit's by its functions; of a file without code none.
  public var instructions = InstructionCounts()
  /// Parameters of functions and of inlined functions.
  public var parameters = VariableCoverage()
  /// Other variables of functions, inlined functions and blocks; static ones too.
  public var locals = VariableCoverage()
  /// Variables outside of functions that are not only declared.
  public var globals = 0
  /// Those of them with a location or a constant value.
  public var globalsLocated = 0
  /// Location lists that cannot be read to their end.
  public var damagedLocationLists = 0
  /// Range lists that cannot be read to their end.
  public var damagedRangeLists = 0
  /// Entries of lists that are about no code: tombstones (1 where binaryen wrote it), and empty ranges.
  public var deadListEntries = 0

  /// Nothing.
  public init() {}

  /// Adds what was counted elsewhere.
  public mutating func add(_ other: QualityCounts) {
    functions += other.functions
    functionsWithLines += other.functionsWithLines
    deadFunctions += other.deadFunctions
    inlinedFunctions += other.inlinedFunctions
    functionBytes &+= other.functionBytes
    lineBytes &+= other.lineBytes
    lineZeroBytes &+= other.lineZeroBytes
    instructions.add(other.instructions)
    parameters.add(other.parameters)
    locals.add(other.locals)
    globals += other.globals
    globalsLocated += other.globalsLocated
    damagedLocationLists += other.damagedLocationLists
    damagedRangeLists += other.damagedRangeLists
    deadListEntries += other.deadListEntries
  }
}

/// Instructions by what the line tables say of them.
public struct InstructionCounts: Sendable, Hashable {
  /// All of them, `end` and the like included.
  public var total = 0
  /// Those of line 0.
  public var lineZero = 0
  /// Those of which no line table says anything.
  public var withoutLine = 0

  /// None.
  public init() {}

  /// Adds what was counted elsewhere.
  public mutating func add(_ other: InstructionCounts) {
    total += other.total
    lineZero += other.lineZero
    withoutLine += other.withoutLine
  }
}

/// The quality of one unit.
public struct UnitQuality: Sendable {
  /// The path of its primary source file as the compiler was given it; nil where none is said.
  public var name: String?
  /// The compiler and its version.
  public var producer: String?
  /// The language, as DWARF calls it: `C_plus_plus_14`.
  public var language: String?
  /// Where the unit starts in `.debug_info` (of a split unit, in that of its own file).
  public var offset: UInt64
  /// The DWARF version.
  public var version: Int
  /// What was counted.
  public var counts = QualityCounts()
  /// Its functions by name, where they were asked for. Those that were inlined everywhere are there too.
  public var functions: [String: FunctionQuality] = [:]
  /// What of it could not be read, a sentence each.
  public var problems: [String] = []
}

/// One function of the source, all its copies together: its own code and where it was inlined.
public struct FunctionQuality: Sendable {
  /// How often it has code of its own.
  public var own = 0
  /// How often it was inlined.
  public var inlined = 0
  /// Bytes of its own code.
  public var codeBytes: UInt64 = 0
  /// Bytes of the same that belong to a line.
  public var lineBytes: UInt64 = 0
  /// Its parameters and variables by name, those of one name together.
  public var variables: [String: VariableCoverage] = [:]
}

/// How good the debug information of a module is.
public struct DebugQuality: Sendable {
  /// Where the debug information is.
  public var debugInfo: DebugInfo
  /// The units that describe code or variables, in the order of the file.
  public var units: [UnitQuality] = []
  /// The units together; its instructions are those of the whole module.
  public var total = QualityCounts()
  /// Functions that the module defines; nil where there is no code at hand that the debug information is about.
  public var definedFunctions: Int?
  /// Those of them of which no unit says anything.
  public var unknownFunctions = 0
  /// What could not be read or is missing, a sentence each.
  public var problems: [String] = []

  /// Whether there is anything to judge.
  public var isEmpty: Bool { units.isEmpty }

  /// The compilers that the units name, with how many units each has, the most frequent first.
  public var producers: [(name: String, units: Int)] { Self.frequencies(units.compactMap(\.producer)) }

  /// The languages that the units name, likewise.
  public var languages: [(name: String, units: Int)] { Self.frequencies(units.compactMap(\.language)) }

  /// The DWARF versions of the units, likewise.
  public var versions: [(name: String, units: Int)] { Self.frequencies(units.map { String($0.version) }) }

  /// The units, the worst first: by the bytes of scope in which a variable's value cannot be had and of code without a
  /// line, then in the order of the file.
  public var worstUnits: [UnitQuality] {
    units.enumerated().sorted { ($1.element.counts.badness, $0.offset) < ($0.element.counts.badness, $1.offset) }
      .map(\.element)
  }

  private static func frequencies(_ names: [String]) -> [(name: String, units: Int)] {
    var counts: [String: Int] = [:]
    for name in names { counts[name, default: 0] += 1 }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
  }
}

extension QualityCounts {
  /// What a debugger cannot tell, in bytes.
  fileprivate var badness: UInt64 {
    parameters.lostBytes &+ locals.lostBytes &+ (functionBytes &- lineBytes)
  }
}
