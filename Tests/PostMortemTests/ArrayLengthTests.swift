import DwarfEval
import PostMortem
import TestSupport
import Testing
import WasmBinary

/// Arrays whose lengths the program computes, and expressions that refer to other variables.
@Suite struct ArrayLengthTests {
  private func array(_ label: String, _ element: String, _ bounds: [At]) -> DIE {
    DIE(DwTag.arrayType, [typed(element)], label: label, children: bounds.map { DIE(DwTag.subrangeType, [$0]) })
  }

  private func int(_ start: Int) -> String {
    String(start + (start + 1) << 8 + (start + 2) << 16 + (start + 3) << 24)
  }

  @Test func boundsAreExpressions() throws {
    func upper(_ expression: [UInt8]) -> At { At(DwAttribute.upperBound, DwForm.exprloc, .bytes(expression)) }
    let stage = try Stage([
      variable("one", "one", [0x91, 0]), variable("memory", "memory", [0x91, 0]),
      variable("empty", "empty", [0x91, 0]),
      variable("negative", "negative", [0x91, 0]), variable("gone", "gone", [0x91, 0]),
      variable("object", "object", [0x91, 0]),
    ]) {
      $0.memory = [(0x300, [2, 0, 0, 0])]
      $0.unitEntries = [
        // DW_OP_lit1
        array("one", "int", [upper([0x31])]),
        // DW_OP_const2u 0x300, DW_OP_deref
        array("memory", "int", [upper([0x0a, 0, 3, 0x06])]),
        // DW_OP_lit0, DW_OP_lit1, DW_OP_minus: -1 in 32 bits
        array("empty", "int", [upper([0x30, 0x31, 0x1c])]),
        array("negative", "int", [upper([0x30, 0x32, 0x1c])]),
        // Local 99 does not exist.
        array("gone", "int", [upper([0xed, 0, 99, 0x9f])]),
        // DW_OP_push_object_address, which a frame has none of.
        array("object", "int", [upper([0x97])]),
      ]
    }
    #expect(stage.text("one") == "{[0] \(int(0)), [1] \(int(4))}")
    #expect(stage.text("memory") == "{[0] \(int(0)), [1] \(int(4)), [2] \(int(8))}")
    #expect(stage.nodes()["empty"]?.children.isEmpty == true)
    #expect(stage.nodes()["empty"]?.reason == nil)
    for name in ["negative", "gone", "object"] {
      #expect(stage.nodes()[name]?.reason == "how many elements it has is not known", "\(name)")
      #expect(stage.nodes()[name]?.children.isEmpty == true)
    }
  }

  @Test func pointersLeadToThem() throws {
    let stage = try Stage([
      variable("__rows", "int", [0x32, 0x9f], label: "rows"),
      variable("__columns", "int", [0x33, 0x9f], label: "columns"),
      variable("p", "pointer", [0x91, 0]), variable("grid", "grid", [0x91, 0]),
    ]) {
      $0.memory = [(0x200, [0x40, 0, 0, 0])]
      $0.unitEntries = [
        array("row", "short", [At(DwAttribute.count, DwForm.ref4, .label("columns"))]),
        DIE(DwTag.pointerType, [typed("row")], label: "pointer"),
        array(
          "grid", "char",
          [At(DwAttribute.count, DwForm.ref4, .label("rows")), At(DwAttribute.count, DwForm.ref4, .label("columns"))]),
      ]
    }
    let frame = stage.session.backtrace(thread: 0)[0]
    let expressions = ExpressionSession(session: stage.session)
    func size(_ text: String) throws -> String? {
      let value = try expressions.evaluate(text, frame: frame, thread: 0)
      return stage.session.describer(of: frame)?.describe(value).value
    }
    #expect(try size("sizeof(*p)") == "6")
    #expect(try size("sizeof(grid)") == "6")
    #expect(try size("(*p)[2]") == String(0x44 + 0x45 << 8))
  }

  // MARK: Other variables

  /// The expressions name entries by their offsets, which are those of the same program with others in their place.
  @Test func expressionsReferToVariables() throws {
    func stage(_ offset: UInt64) throws -> Stage {
      try Stage([
        variable("x", "int", [0x91, 8]), variable("pair", "pair", [0x91, 8]),
        // DW_OP_GNU_variable_value, DW_OP_plus_uconst 1, DW_OP_stack_value
        variable("y", "int", [0xfd] + littleEndian(offset) + [0x23, 1, 0x9f]),
      ])
    }
    let offset = try #require(Self.offset(of: "x", try stage(0)))
    #expect(try stage(offset).text("y") == String(0x0b0a0908 + 1))
    let own = try #require(Self.offset(of: "y", try stage(0)))
    #expect(try stage(own).text("y") == "unavailable: the debug information refers to itself")
    #expect(
      try stage(0xffff).text("y") == "unavailable: the variable that an expression refers to is not described")
  }

  @Test func expressionsReferToWhatTheCallerPassed() throws {
    let call = try Stage().callAddress
    func stage(_ offset: UInt64, value: UInt8 = 0x3c) throws -> Stage {
      try Stage([
        DIE(DwTag.formalParameter, [named("n"), typed("int")], label: "n"),
        // DW_OP_GNU_parameter_ref, DW_OP_stack_value
        variable("y", "int", [0xfa] + littleEndian(offset) + [0x9f]),
      ]) {
        $0.callerStack = []
        $0.startEntries = [
          DIE(
            DwTag.callSite, [At(DwAttribute.callPC, DwForm.addr, .address(call))],
            children: [
              DIE(
                DwTag.callSiteParameter,
                [
                  At(DwAttribute.callParameter, DwForm.ref4, .label("n")),
                  At(DwAttribute.callValue, DwForm.exprloc, .bytes([value])),
                ])
            ])
        ]
      }
    }
    let offset = try #require(Self.offset(of: "n", try stage(0)))
    #expect(try stage(offset).text("y") == "12 [derived]")
    #expect(try stage(offset, value: 0x3d).text("y") == "13 [derived]")
    let other = try #require(Self.offset(of: "y", try stage(0)))
    #expect(try stage(other).text("y") == "unavailable: the caller's debug information does not say what it passed")
  }

  private func littleEndian(_ number: UInt64) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  /// Where the first entry with a name starts: the unit is the first one, so that its offsets are the section's.
  private static func offset(of name: String, _ stage: Stage) throws -> UInt64? {
    let module = try WasmModule(stage.crash.module.bytes)
    let dwarf = Dwarf(DwarfSections { module.customSection($0) })
    var entries = try #require(dwarf.units.first).entries()
    while let entry = try entries.next() {
      if entry[.name].flatMap({ entry.unit.string($0) }) == name { return entry.offset.rawValue }
    }
    return nil
  }
}
