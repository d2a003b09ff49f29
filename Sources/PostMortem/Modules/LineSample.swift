import ByteCursor
import DwarfEval
import WasmBinary
import WasmInterp

/// Holds debug information against a module's code where nothing else tells that they belong together: functions have to
/// begin where bodies do, and rows of line tables where instructions do.
///
/// Compilers' tables pass without exception. Of another build a function may have the same size, but then its instructions
/// are others; so those of which the debug information says that they end where the body does are looked at row by row.
/// (Of one inline function of several objects a linker keeps one's code and relocates all descriptions to it: those that
/// end elsewhere are others'.)
struct LineSample {
  /// Why the debug information is of other code; nil where nothing speaks against it.
  private(set) var contradiction: String?
  /// Functions whose rows were looked at.
  private(set) var functions = 0
  /// Rows that were looked at.
  private(set) var rows = 0

  /// What is looked at: units, spread over all, and functions of each, until so many bytes of debug information or of
  /// code were read. A small program is looked at whole.
  private static let units = 64
  private static let functionsPerUnit = 64
  private static let debugBytes = 512 << 10
  private static let codeBytes = 256 << 10

  init(of dwarf: Dwarf, against module: WasmModule, limits: Limits) {
    let bodies = module.bodies
    var debugBudget = Self.debugBytes
    var codeBudget = Self.codeBytes
    for unit in Self.sample(of: dwarf.units) where debugBudget > 0 {
      debugBudget -= unit.header.bytes.count
      for range in Self.spread(Self.functionRanges(of: unit, in: dwarf), over: Self.functionsPerUnit) {
        guard let body = bodies.body(containing: range.low), body.codeAddress == range.low else {
          contradiction = "it has a function at \(range.low), where no function of the module begins"
          return
        }
        guard range.high == body.end, codeBudget > body.contents.count else { continue }
        codeBudget -= body.contents.count
        functions += 1
        if let row = strayRow(unit, body, limits: limits) {
          contradiction = "it has a line at \(row), where no instruction of function \(body.function) begins"
          return
        }
      }
    }
  }

  /// Where a unit's functions are; of one whose functions stand in a file of their own, what its line table says.
  private static func functionRanges(of unit: Unit, in dwarf: Dwarf) -> [CodeRange] {
    let functions = dwarf.functions(in: unit)
    guard functions.isEmpty, unit.dwoName != nil else { return functions.compactMap(\.ranges.first) }
    return unit.lineTable?.sequences.compactMap { CodeRange($0.start, $0.end) } ?? []
  }

  /// Units evenly spread over all, in an order in which the first ones are spread too.
  private static func sample(of units: [Unit]) -> [Unit] {
    func rank(_ unit: Unit) -> UInt32 { UInt32(truncatingIfNeeded: unit.index) &* 0x9e37_79b9 }
    return spread(units.filter { !$0.header.isTypeUnit }, over: self.units).sorted { rank($0) < rank($1) }
  }

  /// A row of a body's that does not stand at the beginning of an instruction (or of the body).
  private mutating func strayRow(_ unit: Unit, _ body: FunctionBody, limits: Limits) -> CodeAddress? {
    guard let table = unit.lineTable, let sequence = table.sequence(holding: body.codeAddress) else { return nil }
    let starts = InstructionStarts(body, limits: limits)
    for row in table.rows(of: sequence) where row.address >= body.codeAddress && row.address < body.end {
      rows += 1
      if !starts.contains(row.address) { return row.address }
    }
    return nil
  }

  /// Some elements, evenly spread.
  private static func spread<Element>(_ elements: [Element], over count: Int) -> [Element] {
    guard elements.count > count else { return elements }
    return (0..<count).map { elements[$0 * elements.count / count] }
  }
}
