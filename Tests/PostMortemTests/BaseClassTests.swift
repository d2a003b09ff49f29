import DwarfEval
import PostMortem
import TestSupport
import Testing

/// Members of classes with many bases, of which there are exponentially many paths, and of such as cannot be.
@Suite struct BaseClassTests {
  /// `C0` with an `x`; each `Cn` inherits from `An`, `Bn` and `Dn`, each of which inherits from `C(n-1)`.
  private static func hierarchy(levels: Int) -> [DIE] {
    func type(_ name: String, _ bases: [String], _ members: [DIE] = []) -> DIE {
      let parts = bases.enumerated().map { index, base in
        DIE(DwTag.inheritance, [typed(base), number(.dataMemberLocation, UInt64(index * 4))])
      }
      return DIE(
        DwTag.classType, [named(name), number(.byteSize, 64)], label: name, children: parts + members)
    }
    var types = [type("C0", [], [member("x", "int", 0)]), type("Other", [], [member("y", "int", 0)])]
    for level in 1...levels {
      for side in ["A", "B", "D"] { types.append(type("\(side)\(level)", ["C\(level - 1)"])) }
      types.append(type("C\(level)", ["A\(level)", "B\(level)", "D\(level)"]))
    }
    types.append(type("Deep", ["C\(levels)", "Other"]))
    types.append(type("Own", ["Own"], [member("z", "int", 4)]))
    return types
  }

  private func program() throws -> ValuesSession {
    let stage = try Stage([
      variable("deep", "Deep", [0x91, 0]), variable("own", "Own", [0x91, 0]),
    ]) { $0.unitEntries = Self.hierarchy(levels: 40) }
    return ValuesSession(session: stage.session, formatters: .standard)
  }

  @Test func membersAreFoundWithoutWalkingAllPaths() throws {
    let program = try program()
    #expect(program.error("deep.nosuch")?.message == "There is no member named nosuch.")
    #expect(program.error("(deep).Nosuch::x")?.message == "There is no member named Nosuch::x.")
    #expect(program.error("deep.x")?.message.hasPrefix("Request for member x is ambiguous: C0::x") ?? false)
    #expect(try program.shown("deep.y") == String(0x0706_0504))
    #expect(try program.shown("&((Other &) deep).y == (char *) &deep + 4") == "true")
    #expect(program.error("(C0 *) &deep")?.message == "C0 is an ambiguous base class of Deep.")
    #expect(program.error("(Own) deep")?.message == "Invalid cast of Deep to Own.")
  }

  @Test func aClassThatInheritsFromItselfEnds() throws {
    let program = try program()
    #expect(program.error("own.nosuch")?.message == "There is no member named nosuch.")
    #expect(try program.shown("own.z") == String(0x0706_0504))
  }

  /// Before DWARF 5 a constant member has no entry but that in its class.
  @Test func constantsOfClasses() throws {
    let constant = DIE(
      DwTag.member,
      [
        named("sc"), typed("int"), At(DwAttribute.external, DwForm.flagPresent, .number(0)),
        At(DwAttribute.declaration, DwForm.flagPresent, .number(0)),
        At(DwAttribute.constValue, DwForm.sdata, .signed(-7)),
      ])
    let null = DIE(DwTag.unspecifiedType, [named("decltype(nullptr)")], label: "null")
    let owner = DIE(DwTag.classType, [named("MP"), number(.byteSize, 4)], label: "MP", children: [constant])
    let heir = DIE(
      DwTag.classType, [named("Heir"), number(.byteSize, 4)], label: "Heir",
      children: [DIE(DwTag.inheritance, [typed("MP"), number(.dataMemberLocation, 0)])])
    let stage = try Stage([variable("heir", "Heir", [0x91, 0]), variable("np", "null", [0x91, 8])]) {
      $0.unitEntries = [owner, heir, null]
      $0.memory = [(0x208, [0, 0, 0, 0])]
    }
    let program = ValuesSession(session: stage.session, formatters: .standard)
    #expect(try program.shown("MP::sc") == "-7")
    #expect(try program.shown("Heir::sc + 1") == "-6")
    #expect(try program.shown("heir.sc") == "-7")
    #expect(program.error("MP::nosuch")?.message == "There is no field named nosuch in MP.")
    #expect(try program.shown("np") == "0x0")
    #expect(try program.shown("np == nullptr") == "true")
  }
}
