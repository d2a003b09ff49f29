import DwarfEval
import PostMortem
import TestSupport
import Testing

/// Pointers to members of C++ classes.
@Suite struct MemberPointerTests {
  /// `struct base { int a; }; struct S : base { int x; union { int u; float f; }; int bits : 3; }`, and pointers into it.
  private static func program(isIndirect: Bool = true, _ memory: [(UInt64, [UInt8])]) throws -> ValuesSession {
    func pointer(_ label: String, _ target: String) -> DIE {
      DIE(
        DwTag.ptrToMemberType, [typed(target), At(DwAttribute.containingType, DwForm.ref4, .label("S"))], label: label)
    }
    let types = [
      DIE(
        DwTag.structureType, [named("base"), number(.byteSize, 4)], label: "base", children: [member("a", "int", 0)]),
      DIE(
        DwTag.unionType, [number(.byteSize, 4)], label: "choice",
        children: [member("u", "int", 0), member("f", "float", 0), member("v", "int", 0)]),
      DIE(
        DwTag.structureType, [named("S"), number(.byteSize, 16)], label: "S",
        children: [
          DIE(DwTag.inheritance, [typed("base"), number(.dataMemberLocation, 0)]), member("x", "int", 4),
          DIE(DwTag.member, [typed("choice"), number(.dataMemberLocation, 8)]),
        ]),
      DIE(DwTag.subroutineType, [typed("int")], label: "method"), pointer("data", "int"), pointer("floating", "float"),
      pointer("function", "method"),
    ]
    let stage = try Stage([
      variable("first", "data", [0x91, 0]), variable("second", "data", [0x91, 4]),
      variable("third", "data", [0x91, 8]), variable("real", "floating", [0x91, 8]),
      variable("none", "data", [0x91, 12]), variable("beyond", "data", [0x91, 16]),
      variable("called", "function", [0x91, 32]), variable("nothing", "function", [0x91, 40]),
      variable("virtual", "function", [0x91, 48]), variable("moved", "function", [0x91, 56]),
    ]) {
      $0.unitEntries = types
      $0.isIndirect = isIndirect
      $0.memory = memory
    }
    return ValuesSession(session: stage.session, formatters: .standard)
  }

  private static func words(_ numbers: [Int32]) -> [UInt8] {
    numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }
  }

  private static func usual() throws -> ValuesSession {
    try program([(0x200, words([0, 4, 8, -1, 12])), (0x220, words([1, 0, 0, 0, 4, 1, 1, 16]))])
  }

  @Test func dataMembersAreNamed() throws {
    let program = try Self.usual()
    #expect(try program.shown("first") == "&base::a")
    #expect(try program.shown("second") == "&S::x")
    #expect(try program.shown("real") == "&S::f")
    #expect(try program.shown("none") == "NULL")
  }

  /// Two members of the type share the offset, or there is none.
  @Test func whatCannotBeToldIsANumber() throws {
    let program = try Self.usual()
    #expect(try program.shown("third") == "8")
    #expect(try program.shown("beyond") == "12")
  }

  @Test func functionsAreNamed() throws {
    let program = try Self.usual()
    #expect(try program.shown("nothing") == "NULL")
    #expect(try program.shown("virtual") == "0x4 virtual function of S, 4 bytes into its table")
    #expect(try program.shown("called").hasPrefix("0x1"))
    #expect(try program.shown("moved").hasSuffix("this adjustment 8"))
  }
}
