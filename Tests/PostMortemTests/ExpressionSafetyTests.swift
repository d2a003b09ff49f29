import DwarfEval
import PostMortem
import TestSupport
import Testing

/// What expressions must not make up: values behind null pointers and behind memory, numbers of pointers.
@Suite struct ExpressionSafetyTests {
  let program: ValuesSession
  let classes: ValuesSession

  init() throws {
    program = try ValuesSession()
    classes = try ValuesSession("classes/classes.core")
  }

  @Test(arguments: [
    "*(int *) 0", "((int *) 0)[1]", "*((int **) 0)[0]", "((garden::Placed *) 0)->y", "*(garden::Placed *) 0",
    "((garden::Placed *) 0)->y + 1", "(int &) *(int *) 0",
  ]) func nullPointersLeadNowhere(_ text: String) throws {
    #expect(try classes.shown(text) == "unavailable: it is a null pointer")
  }

  @Test func membersOfNullHaveAddresses() throws {
    #expect(try classes.shown("&((garden::Placed *) 0)->y == (int *) 4") == "true")
    #expect(try classes.shown("(garden::Placed *) 0 == nullptr") == "true")
  }

  @Test(arguments: [
    "(int *) 4 + 4611686018427387904", "(int *) 0 - 1", "(int *) 4 + 1073741823", "(char *) 4 - 5",
  ]) func pointersDoNotWrap(_ text: String) throws {
    #expect(try program.shown(text) == "unavailable: the result is no address")
  }

  @Test(arguments: [
    ("(int *) 8 - 2", "0x0"), ("(char *) 4294967294 + 1 == (char *) 4294967295", "1"), ("2 + (int *) 8", "0x10"),
  ]) func pointersMove(_ text: String, _ shown: String) throws {
    #expect(try program.shown(text) == shown)
  }

  @Test(arguments: ["9223372036854775807", "-9223372036854775807 - 1", "4611686018427387904"])
  func indicesDoNotWrap(_ index: String) throws {
    let stage = try Stage(array("m", isVector: false))
    let stageProgram = ValuesSession(session: stage.session, formatters: .standard)
    #expect(try stageProgram.shown("m[1]") == String(0x0706_0504))
    #expect(
      stageProgram.error("m[\(index)]")?.message == "The value is not available: it would be outside of all memory.")
    #expect(
      stageProgram.error("(&m[0])[\(index)]")?.message
        == "The value is not available: it would be outside of all memory.")
  }

  /// A vector is no array: it turns into no pointer.
  @Test(arguments: ["v + 1", "v == v", "!v", "-v", "1 + v", "v && 1"])
  func vectorsAreNotComputedWith(_ text: String) throws {
    let stage = try Stage(array("v", isVector: true))
    let stageProgram = ValuesSession(session: stage.session, formatters: .standard)
    #expect(try stageProgram.shown("v[1]") == String(0x0706_0504))
    #expect(stageProgram.error(text)?.kind == .unsupported)
  }

  /// A variable of four numbers in memory at 0x200.
  private func array(_ name: String, isVector: Bool) -> [DIE] {
    let flag = isVector ? [At(DwAttribute.gnuVector, DwForm.flagPresent, .number(0))] : []
    let type = DIE(
      DwTag.arrayType, [typed("int")] + flag, label: "array",
      children: [DIE(DwTag.subrangeType, [typed("int"), number(.count, 4)])])
    return [type, variable(name, "array", [0x91, 0])]
  }

  @Test(arguments: [
    ("sizeof(1 / 0)", "unsigned long", "4"), ("sizeof(1 ? 2 : 3.0)", "unsigned long", "8"),
    ("sizeof(1 << -1)", "unsigned long", "4"), ("1 ? 2 : 3.0", "double", "2.0"), ("0 ? 1 : 2ll", "long long", "2"),
    ("1 ? 1 : 2ll", "long long", "1"), ("1 ? -1 : 0u", "unsigned int", "4294967295"), ("1 ? 2 : 1 / 0", "int", "2"),
    ("1 ? 'a' : 'b'", "char", "97 'a'"),
  ]) func typesOfWhatIsNotEvaluated(_ text: String, _ type: String, _ shown: String) throws {
    #expect(try program.type(text) == type)
    #expect(try program.shown(text) == shown)
  }

  @Test func whatIsNotEvaluatedAssignsNothing() throws {
    _ = try program.value("sizeof($unset = 3)")
    _ = try program.value("1 ? 0 : ($other = 1)")
    #expect(program.expressions.convenience.isEmpty)
    _ = try program.value("1 ? ($set = 1) : 0")
    #expect(program.expressions.convenience.keys.sorted() == ["set"])
  }

  // MARK: Names and casts

  @Test(arguments: [
    ("garden::(anonymous namespace)::secret", "99"), ("static_cast<Named *>(this) == &self", "true"),
    ("static_cast<Plant *>(static_cast<Placed *>(this)) == this", "true"),
    ("static_cast<short>(70000)", "4464"), ("const_cast<int &>(count)", "132"),
    ("(char *) reinterpret_cast<Placed *>(this) - (char *) this", "0"),
    ("(char *) static_cast<Placed *>(this) - (char *) this", "8"),

    ("dynamic_cast<Named *>((Plant *) 0)", "0x0"),
  ]) func castsByName(_ text: String, _ shown: String) throws {
    #expect(try classes.shown(text) == shown)
  }

  /// The sample says no classes (`-fno-rtti`), so where the object of a virtual base begins is not known.
  @Test func noWayLeadsDownFromAVirtualBase() throws {
    #expect(try classes.shown("(Rooted *) (Named *) &root").hasPrefix("unavailable: "))
    #expect(try classes.shown("dynamic_cast<Plant *>((Named *) &root)").hasPrefix("unavailable: "))
  }

  @Test func unknownTypesAreNone() throws {
    #expect(try program.expressions.type(named: "nosuch", frame: program.frame(0), thread: 0) == nil)
  }

  @Test func functionsHaveCode() throws {
    let main = try program.value("main", frame: 4)
    let code = try #require(program.expressions.code(of: main, frame: program.frame(4), thread: 0))
    #expect(code.name == "main")
    let frame = try #require(program.frame(4)?.codeAddress)
    #expect(code.address <= frame && frame.rawValue - code.address.rawValue < 4096)
    let number = try program.value("1", frame: 4)
    #expect(program.expressions.code(of: number, frame: program.frame(4), thread: 0) == nil)
    let placed = try #require(program.session.placedVariables(ofFunction: "fall", preferring: nil))
    #expect(!placed.isEmpty)
    #expect(program.session.placedVariables(ofFunction: "nosuch", preferring: nil) == nil)
  }
}

/// Beside a pointer a number is a count, also where numbers take the type of what they meet.
@MainActor @Suite struct SmallTypePointerTests {
  @Test(arguments: [
    ("c_text - 1 + 1 == c_text", "true"), ("c_text + 1 == &c_text[1]", "true"),
    ("&numbers[0] + 2 == &numbers[2]", "true"),
  ]) func zig(_ expression: String, _ text: String) throws {
    #expect(try ValueSample("values-zig").evaluated(expression, in: "texts") == text)
  }

  @Test(arguments: [
    ("raw + 2 - 1 == &numbers[1]", "true"), ("*(raw + 1)", "-1"), ("&numbers[0] + 1 == raw + 1", "true"),
  ]) func rust(_ expression: String, _ text: String) throws {
    #expect(try ValueSample("values-rust").evaluated(expression, in: "values::texts_and_lists") == text)
  }

  @Test func zigsEnumerators() throws {
    #expect(try ValueSample("values-zig").evaluated("unit == Unit.pascal", in: "kinds") == "true")
    #expect(try ValueSample("values-zig").evaluated("Unit.kelvin", in: "kinds") == "kelvin")
  }
}
