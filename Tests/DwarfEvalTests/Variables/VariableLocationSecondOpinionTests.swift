import ByteCursor
import DwarfEval
import TestSupport
import Testing

/// Which expression says where a variable is, at every row of its function's line table, against the lists that
/// `llvm-dwarfdump` prints.
@Suite(.enabled(if: Tool.llvmDwarfdump != nil)) struct VariableLocationSecondOpinionTests {
  static let samples = Places.files(matching: Places.samples + "/*/*.wasm").filter {
    (try? Places.customSections($0))?[".debug_info"] != nil
  }

  @Test(arguments: samples) func sameExpressionAtEveryRow(_ path: String) throws {
    let printed = Tool.llvmDwarfdump?.output(["--debug-info", "--verbose", path])
    let theirs = LocationSecondOpinionTests.locations(printed: try #require(printed)).mapValues { $0.map(Line.init) }
    let sections = try Places.customSections(path)
    let dwarf = Dwarf(DwarfSections { sections[$0] })
    var compared = 0
    var differences: [String] = []
    for unit in dwarf.units {
      guard let table = unit.lineTable else { continue }
      let addresses = Set(table.rows.filter { !$0.isEndSequence }.map(\.address))
      for function in dwarf.functions(in: unit) {
        let rows = addresses.filter { address in function.ranges.contains { $0.contains(address) } }.sorted()
        for address in rows {
          for frame in dwarf.inlineChain(at: address) where frame.unit === unit {
            for variable in dwarf.localScopes(of: frame, at: address).flatMap(\.variables) {
              guard let form = variable.location else { continue }
              compared += 1
              let key = "\(CodeAddress(variable.entry.sectionOffset)) DW_AT_location"
              let ours = try unit.location(form)?.expression(at: address).map {
                ExpressionReader.text($0, encoding: unit.encoding)
              }
              let expected = theirs[key]?.first { $0.range?.contains(address.rawValue) ?? true }?.expression
              if ours != expected {
                differences.append("\(variable.name ?? "") at \(address): \(ours ?? "-"), theirs \(expected ?? "-")")
              }
            }
          }
        }
      }
    }
    #expect(compared > 0)
    #expect(differences.count == 0, "of \(compared), such as \(differences.prefix(3))")
  }

  /// A line of a list, or an expression that always holds.
  private struct Line {
    var range: Range<UInt64>?
    var expression: String

    init(_ text: String) {
      expression = text
      guard text.hasPrefix("[0x"), let colon = text.firstIndex(of: ":") else { return }
      let bounds = text[..<colon].dropFirst().dropLast().split(separator: ",").compactMap { bound in
        UInt64(bound.drop { $0 == " " }.dropFirst(2), radix: 16)
      }
      guard bounds.count == 2, bounds[0] < bounds[1] else { return }
      range = bounds[0]..<bounds[1]
      expression = String(text[colon...].dropFirst(2))
    }
  }
}
