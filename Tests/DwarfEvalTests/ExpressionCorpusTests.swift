import ByteCursor
import DwarfEval
import TestSupport
import Testing

/// The expressions of real modules.
@Suite struct ExpressionCorpusTests {
  /// Each can be evaluated, and is somewhere, whatever the process answers.
  @Test(arguments: Places.modulesWithLines) func evaluatesAll(_ path: String) throws {
    let sections = try Places.customSections(path)
    let dwarf = Dwarf(DwarfSections { sections[$0] })
    var problems: Set<String> = []
    var count = 0
    for unit in dwarf.units {
      var entries = try unit.entries()
      while let entry = try entries.next() {
        for attribute: DwAttribute in [.location, .frameBase] {
          guard let location = try entry.location(attribute) else { continue }
          for bytes in Self.expressions(location) {
            count += 1
            do throws(ReadError) {
              _ = try Self.evaluate(bytes, unit)
            } catch {
              problems.insert("\(error.rule): \(ExpressionReader.text(bytes, encoding: unit.encoding))")
            }
          }
        }
      }
    }
    #expect(count > 0)
    #expect(problems.isEmpty)
  }

  private static func expressions(_ location: LocationAttribute) -> [Bytes] {
    switch location {
    case .expression(let bytes): [bytes]
    case .list(let list): list.entries.map(\.expression)
    }
  }

  private static func evaluate(_ bytes: Bytes, _ unit: Unit) throws(ReadError) -> [Piece] {
    let process = Process(addressSize: unit.encoding.addressSize)
    var evaluator = ExpressionEvaluator(bytes, scope: unit)
    var step = try evaluator.run()
    while case .needs(let request) = step {
      // All locals hold numbers of an address's size here.
      if case .wasm = request {
        step = try evaluator.resume(process.number(0x64))
      } else {
        step = try evaluator.resume(process.answer(request))
      }
    }
    guard case .finished(let pieces) = step else { return [] }
    return pieces
  }

  /// What llvm-dwarfdump and the specification say of variables of a program in version 5.
  @Test func locatesTheVariablesOfAProgram() throws {
    let sections = try Places.customSections(Places.samples + "/dwarf5/dwarf5.wasm")
    let dwarf = Dwarf(DwarfSections { sections[$0] })
    let function = try #require(dwarf.functions(named: "main").first)
    var entries = try function.unit.entries(from: function.offset)
    var found: [String: LocationAttribute] = [:]
    while let entry = try entries.next() {
      let name = entry[.name].flatMap { function.unit.string($0) } ?? "?"
      if entries.depth == 0 { found["frame base"] = try entry.location(.frameBase) }
      if entry.tag == .variable, found[name] == nil { found[name] = try entry.location(.location) }
    }
    func text(_ name: String, _ address: UInt64) throws -> [String]? {
      guard let bytes = found[name]?.expression(at: CodeAddress(address)) else { return nil }
      return try Self.evaluate(bytes, function.unit).map(\.text)
    }
    #expect(try text("frame base", 0x20) == ["value 0x64 generic of 4 bytes [local 0]"])
    // It lies in memory, 0x78 bytes behind what local 0 holds.
    #expect(try text("m", 0x32) == ["memory 0xdc"])
    #expect(try text("m", 0x38) == nil)
    #expect(try text("i", 0xe6) == ["value 0x0 generic of 4 bytes"])
    #expect(try text("i", 0xe7) == ["value 0x1 generic of 4 bytes"])
    #expect(try text("i", 0x27e) == nil)
    // Another variable without any location.
    #expect(found["lines"] == nil)
  }
}
