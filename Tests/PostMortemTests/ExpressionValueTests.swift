import PostMortem
import TestSupport
import Testing

/// A session about `Samples/values-c`, whose dump records locals: frames 0 to 2 are `fall`, 3 is `measure`, 4 `main`.
struct ValuesSession {
  let session: Session
  let expressions: ExpressionSession

  init(_ dump: String = "values-c/values.core") throws {
    session = try Session(path: Places.samples + "/" + dump, options: SessionOptions())
    expressions = ExpressionSession(session: session)
  }

  init(session: Session, formatters: FormatterRegistry) {
    self.session = session
    expressions = ExpressionSession(session: session, formatters: formatters)
  }

  func frame(_ number: Int?) -> Frame? { number.map { session.backtrace(thread: 0)[$0] } }

  func value(_ text: String, frame number: Int? = 0) throws -> Value {
    try expressions.evaluate(text, frame: frame(number), thread: 0)
  }

  /// The value as text: a scalar's, a readable form in its place or behind it, members in braces.
  func shown(_ text: String, frame number: Int? = 0) throws -> String {
    let value = try value(text, frame: number)
    let describer = try #require(expressions.describer(of: value))
    return Self.text(describer.describe(value))
  }

  /// The name of the value's type.
  func type(_ text: String, frame number: Int? = 0) throws -> String {
    try value(text, frame: number).type?.name ?? "void"
  }

  /// What is wrong with an expression.
  func error(_ text: String, frame number: Int? = 0) -> ExpressionError? {
    do throws(ExpressionError) {
      _ = try expressions.evaluate(text, frame: frame(number), thread: 0)
      return nil
    } catch {
      return error
    }
  }

  static func text(_ node: ValueNode) -> String {
    if node.trust == .unavailable { return "unavailable: \(node.reason ?? "")" }
    if !node.children.isEmpty || node.isContainer {
      let parts = node.children.map { child in
        node.isContainer ? text(child) : "\(child.name ?? "") = \(text(child))"
      }
      return "{" + parts.joined(separator: ", ") + "}"
    }
    return [node.value, node.summary].compactMap(\.self).joined(separator: " ")
  }
}

/// Expressions about a C program against what C says they are.
@Suite struct ExpressionValueTests {
  let program: ValuesSession

  init() throws { program = try ValuesSession() }

  @Test(arguments: [
    ("1 + 2 * 3", "int", "7"), ("7 / -2", "int", "-3"), ("-7 % 3", "int", "-1"),
    ("1 - 2u", "unsigned int", "4294967295"),
    ("2147483647 + 1", "int", "-2147483648"), ("2147483648", "long long", "2147483648"),
    ("0xffffffff", "unsigned int", "4294967295"),
    ("4294967295", "long long", "4294967295"), ("0xffffffff + 1", "unsigned int", "0"), ("1L", "long", "1"),
    ("1l + 1u", "unsigned long", "2"),
    ("1ull << 63", "unsigned long long", "9223372036854775808"), ("-1 < 0u", "int", "0"), ("-1 < 0", "int", "1"),
    ("-1LL < 0u", "int", "1"),
    ("1 << 31", "int", "-2147483648"), ("1 << 40", "int", "0"), ("-8 >> 1", "int", "-4"),
    ("0x80000000 >> 4", "unsigned int", "134217728"),
    ("~0", "int", "-1"), ("~0u", "unsigned int", "4294967295"), ("!5", "int", "0"), ("!0", "int", "1"),
    ("6 & 3 | 8 ^ 1", "int", "11"),
    ("3 > 2 && 2 > 1", "int", "1"), ("0 && 1 / 0", "int", "0"), ("1 || 1 / 0", "int", "1"),
    ("1 ? 2 : 1 / 0", "int", "2"),
    ("(-2147483647 - 1) / -1", "int", "-2147483648"), ("(-2147483647 - 1) % -1", "int", "0"), ("(1, 2)", "int", "2"),
    ("'a'", "char", "97 'a'"), ("'a' + 1", "int", "98"), ("'\\xff'", "char", "-1 '\\xff'"), ("L'x'", "wchar_t", "120"),
    ("1.5 + 1", "double", "2.5"), ("1.0f / 3", "float", "0.33333334"), ("1 / 3.0", "double", "0.3333333333333333"),
    ("0.1f + 0.2f", "float", "0.3"), ("1.0 / 0", "double", "inf"), ("-0.0", "double", "-0.0"),
    ("1.5 == 3 / 2.0", "int", "1"),
    ("sizeof(int)", "unsigned long", "4"), ("sizeof(long)", "unsigned long", "4"),
    ("sizeof(long long)", "unsigned long", "8"),
    ("sizeof(void *)", "unsigned long", "4"), ("sizeof 1.0", "unsigned long", "8"),
    ("sizeof \"abc\"", "unsigned long", "4"),
    ("sizeof(char[10])", "unsigned long", "10"), ("\"ab\" \"cd\"", "char[5]", "\"abcd\""),
    ("\"abc\"[1]", "char", "98 'b'"),
    ("(unsigned char) 300", "unsigned char", "44 ','"), ("(signed char) 200", "signed char", "-56 '\\xc8'"),
    ("(short) 40000", "short", "-25536"),
    ("(int) 3.99", "int", "3"), ("(int) -3.99", "int", "-3"), ("(_Bool) 0.25", "_Bool", "true"),
    ("(float) 16777217", "float", "16777216.0"),
    ("(unsigned) -1", "unsigned int", "4294967295"), ("(long long) (int) 0x80000000", "long long", "-2147483648"),
    ("(__int128) 1 << 100", "__int128", "1267650600228229401496703205376"), ("(char) 65", "char", "65 'A'"),
  ]) func arithmetic(_ text: String, _ type: String, _ shown: String) throws {
    for frame in [0, nil] {
      #expect(try program.type(text, frame: frame) == type)
      #expect(try program.shown(text, frame: frame) == shown)
    }
  }

  @Test(arguments: [
    ("counter", "int", "41"), ("small", "signed char", "-100 '\\x9c'"), ("large", "unsigned char", "200 '\\xc8'"),
    ("small + large", "int", "100"),
    ("negative_short", "short", "-30000"), ("unsigned_short + 1", "int", "60001"),
    ("unsigned_int + 1", "unsigned int", "4000000001"),
    ("unsigned_int * 2", "unsigned int", "3705032704"), ("long_number - 1", "long", "-123457"),
    ("huge", "long long", "-9000000000000000000"),
    ("huge * 2", "long long", "446744073709551616"),
    ("unsigned_huge + huge", "unsigned long long", "9000000000000000000"),
    ("int128", "__int128", "1267650600228229401496703205376"),
    ("int128 / 3", "__int128", "422550200076076467165567735125"),
    ("unsigned_int128", "unsigned __int128", "340282366920938463463374607431768211455"),
    ("unsigned_int128 + 1", "unsigned __int128", "0"),
    ("unsigned_int128 / 10", "unsigned __int128", "34028236692093846346337460743176821145"),
    ("(float) unsigned_int128 > 3e38", "int", "1"),
    ("yes", "_Bool", "true"), ("yes + yes", "int", "2"), ("!yes", "int", "0"), ("no || yes", "int", "1"),
    ("single", "float", "0.1"), ("single * 3", "float", "0.3"), ("real * 2", "double", "6.5"),
    ("single == 0.1", "int", "0"), ("single == 0.1f", "int", "1"),
    ("extended", "long double", "1.5"), ("extended > 1", "int", "1"), ("(double) extended", "double", "1.5"),
    ("-extended", "long double", "-1.5"),
    ("(int) extended", "int", "1"), ("constant_volatile", "const volatile int", "7"),
    ("constant_volatile * 2", "int", "14"),
    ("values.c::hidden", "int", "5"), ("'values.c'::hidden", "int", "5"), ("::counter", "int", "41"),
    ("hidden + counter", "int", "46"),
  ]) func variables(_ text: String, _ type: String, _ shown: String) throws {
    #expect(try program.type(text) == type)
    #expect(try program.shown(text) == shown)
  }

  @Test(arguments: [
    ("day", "enum weekday", "friday"), ("day == friday", "int", "1"), ("day + 1", "unsigned int", "12"),
    ("friday", "enum weekday", "friday"),
    ("weekday::tuesday", "enum weekday", "tuesday"), ("(enum weekday) 2", "enum weekday", "wednesday"),
    ("(enum weekday) 5", "enum weekday", "5"),
    ("rights", "enum access", "access_read | access_write"),
    ("access_read | access_execute", "enum access", "access_read | access_execute"),
    ("rights & access_write", "enum access", "access_write"), ("rights + 1", "unsigned int", "4"),
    ("depth_level", "enum level", "level_low"),
    ("depth_level < 0", "int", "1"), ("level_low * 2", "int", "-4"), ("monday < friday", "int", "1"),
    ("(int) friday", "int", "11"),
    ("flags.ready", "unsigned int", "1"), ("flags.mode", "unsigned int", "5"), ("flags.delta", "int", "-7"),
    ("flags.delta * 2", "int", "-14"),
    ("flags.mode - 6", "int", "-1"), ("flags.wide", "unsigned long long", "78187493530"),
    ("flags.wide + 1", "unsigned long long", "78187493531"),
    ("flags.day", "enum weekday", "thursday"), ("flags.day == thursday", "int", "1"),
    ("number.real", "float", "3.1415927"),
    ("number.bits", "uint32_t", "1078530011"), ("number.bytes[3]", "uint8_t", "64 '@'"),
    ("&number.bits == &number.real", "int", "1"),
  ]) func enumerationsAndBitFields(_ text: String, _ type: String, _ shown: String) throws {
    #expect(try program.type(text) == type)
    #expect(try program.shown(text) == shown)
  }

  @Test(arguments: [
    ("first.at", "{x = 1, y = -2}"), ("first.at.x", "1"), ("head->next->at.y", "4"), ("head->next->next", "0x0"),
    ("head.next.at.x", "3"),
    ("(*head).pair.high", "8"), ("head->pair.low", "7"), ("first.part", "2.5"), ("second.whole", "99"),
    ("head->next->name[2]", "99 'c'"), ("matrix[1][2]", "7"), ("matrix[1]", "{5, 6, 7, 8}"), ("*matrix[2]", "9"),
    ("**matrix", "1"),
    ("*(*(matrix + 2) + 3)", "12"), ("(*row)[3]", "8"), ("row[1][0]", "9"), ("&matrix[2][0] - &matrix[0][1]", "7"),
    ("sizeof matrix", "48"), ("sizeof matrix[0]", "16"), ("sizeof matrix / sizeof matrix[0][0]", "12"),
    ("matrix[0][1:3]", "{2, 3}"),
    ("matrix[1:3]", "{{5, 6, 7, 8}, {9, 10, 11, 12}}"), ("*matrix[0]@3", "{1, 2, 3}"),
    ("raw[0]", "222 '\\xde'"), ("corners[2]", "{x = 10, y = 20}"), ("corner_pointer->x", "10"),
    ("corner_pointer[1].y", "20"),
    ("corner_pointer[-1]", "{x = 0, y = 0}"), ("(corner_pointer + 2)->y", "20"), ("corner_pointer - corners", "1"),
    ("corner_pointer > corners", "1"),
    ("2[corners].x", "10"), ("buffer", "\"abc\""), ("buffer[1]", "98 'b'"), ("*buffer", "97 'a'"),
    ("greeting[7]", "119 'w'"),
    ("*(int *) anything", "41"), ("anything == &counter", "1"), ("null_pointer", "0x0"), ("!null_pointer", "1"),
    ("null_pointer == 0", "1"),
    ("head && head->next", "1"), ("{int} &counter", "41"), ("{struct point} &corners[2]", "{x = 10, y = 20}"),
    ("packet->count", "3"),
    ("packet->data[2]", "3000"), ("packet->data[0:3]", "{1000, 2000, 3000}"), ("sizeof *packet", "4"),
    ("*packet->data@2", "{1000, 2000}"),
    ("node", "77"), ("node + 1", "78"), ("(node) + 1", "78"), ("sizeof(node)", "4"), ("sizeof(struct node)", "24"),
    ("((struct node *) anything) == &counter", "1"), ("*(short *) &number", "4059"),
    ("(char) number.bits", "-37 '\\xdb'"),
    ("memory(0)[(int) &counter]", "41 ')'"), ("&*head == head", "1"), ("&matrix[0] == matrix", "1"),
    ("(corner) corners[1]", "{x = 10, y = 0}"), ("sizeof(struct flags)", "8"),
  ]) func parts(_ text: String, _ shown: String) throws {
    #expect(try program.shown(text) == shown)
  }

  @Test func pointersAreShownWithWhatTheyLeadTo() throws {
    #expect(try program.shown("greeting + 7").hasSuffix(" \"world\""))
    #expect(try program.type("greeting + 7") == "const char *")
    #expect(try program.shown("operations[1]").hasSuffix(" <multiply>"))
    #expect(try program.shown("*operations[0]").hasSuffix(" <add>"))
    #expect(try program.shown("operations[0] == add") == "1")
    #expect(try program.shown("operations[0] == multiply") == "0")
    #expect(try program.shown("&add == operations[0]") == "1")
    #expect(try program.shown("add").hasSuffix(" <add>"))
    #expect(try program.type("add") == "int (int, int)")
    #expect(try program.type("&add") == "int (*)(int, int)")
    #expect(try program.type("&counter") == "int *")
    #expect(try program.type("&matrix[1]") == "int (*)[4]")
    #expect(try program.type("matrix + 1") == "int (*)[4]")
    #expect(try program.type("corner_pointer - corners") == "long")
  }

  @Test(
    arguments: [
      (0, "level", "0"), (1, "level", "1"), (2, "level", "2"), (0, "local", "0"), (1, "local", "10"),
      (2, "local", "20"),
      (0, "total", "56"), (1, "total", "46"), (2, "total", "26"), (0, "calls", "103"), (4, "fall::calls", "103"),
      (0, "shadow", "3"),
      (0, "sizeof shadow", "4"), (2, "total + local * 2", "66"), (3, "variable", "{0, 1, 4, 9, 16}"),
      (3, "variable[3]", "9"),
      (3, "sizeof variable", "20"), (3, "grid[1]", "{0, -1, -2, -3, -4}"), (3, "grid[1][4]", "-4"), (3, "here.x", "5"),
      (3, "-here.y", "5"),
      (3, "count", "5"), (0, "measure::count", "5"), (0, "counter", "41"), (3, "current(2, 3)", nil),
      (4, "counter", "41"),
    ] as [(Int, String, String?)]) func framesHaveTheirOwn(_ frame: Int, _ text: String, _ shown: String?) throws
  {
    guard let shown else {
      #expect(program.error(text, frame: frame)?.kind == .unsupported)
      return
    }
    #expect(try program.shown(text, frame: frame) == shown)
  }

  @Test func functionsOfOtherFramesAreNotVisibleWithoutTheirName() throws {
    #expect(program.error("calls", frame: 4)?.message == "No symbol \"calls\" in current context.")
    #expect(program.error("local", frame: 3)?.message == "No symbol \"local\" in current context.")
    #expect(program.error("shadow", frame: 1)?.message == "No symbol \"shadow\" in current context.")
  }

  @Test(
    arguments: [
      ("1 / 0", ExpressionError.Kind.type, 2..<3, "Division by zero."),
      ("1 + 5 % (2 - 2)", .type, 6..<7, "Division by zero."),
      ("foo", .unknownName, 0..<3, "No symbol \"foo\" in current context."),
      ("counter + foo", .unknownName, 10..<13, "No symbol \"foo\" in current context."),
      ("first.nothing", .unknownName, 0..<13, "There is no member named nothing."), ("first + 1", .type, 0..<5, nil),
      ("first == second", .type, 0..<5, nil),
      ("!first", .type, 1..<6, nil), ("first ? 1 : 2", .type, 0..<5, nil), ("counter.x", .type, 0..<9, nil),
      ("*counter", .type, 0..<8, "Attempt to take contents of a non-pointer value."),
      ("*anything", .type, 0..<9, "Attempt to take contents of a non-pointer value."),
      ("&1", .type, 1..<2, "Attempt to take address of value not located in memory."),
      ("&flags.mode", .type, 1..<11, "A bit field has no address."), ("counter[0]", .type, 0..<7, nil),
      ("counter = 3", .unsupported, 0..<7, nil),
      ("$pc = 3", .unsupported, 0..<3, nil), ("$1 = 3", .unsupported, 0..<2, nil),
      ("add(1, 2)", .unsupported, 3..<4, nil), ("counter++", .unsupported, 7..<9, nil),
      ("(struct point) first", .type, 0..<20, nil), ("(struct point) 3", .type, 0..<16, nil),
      ("(struct nothing *) 3", .unknownName, 0..<20, "No struct type named nothing."),
      ("counter@0", .type, 8..<9, "Invalid number 0 of repetitions."),
      ("1@3", .type, 0..<1, "Only values in memory can be extended with '@'."),
      ("corner", .type, 0..<6, "Attempt to use a type as an expression."),
      ("$99", .unknownName, 0..<3, "History has not yet reached $99."),
      ("$local99", .unknownName, 0..<8, nil),
      ("memory(7)[0]", .unknownName, 7..<8, "There is no memory 7 in the dump."),
      ("head + head", .type, 5..<6, nil),
      ("1.5 % 2", .type, 4..<5, nil), ("1.5 & 1", .type, 4..<5, nil), ("~1.5", .type, 1..<4, nil),
      ("-head", .type, 1..<5, nil), ("head * 2", .type, 5..<6, nil),
      ("1 << -1", .type, 2..<4, "The shift count is negative."), ("extended + 1", .unsupported, 9..<10, nil),
      ("imaginary + 1", .unsupported, 0..<9, nil),
      ("\"abc\"[9]", .type, 0..<8, nil), ("matrix[3:1]", .type, 7..<10, nil), ("(void) 1 + 1", .type, 0..<8, nil),
      ("sizeof *unknown", .type, 7..<15, nil),
      ("unknown->x", .unavailable, 0..<10, nil),
      ("weekday::nothing", .unknownName, 0..<16, "There is no field named nothing in weekday."),
    ] as [(String, ExpressionError.Kind, Range<Int>, String?)]) func errors(
      _ text: String, _ kind: ExpressionError.Kind, _ range: Range<Int>, _ message: String?
    ) throws
  {
    let error = try #require(program.error(text), "\(text) has a value")
    #expect(error.kind == kind, "\(error.message)")
    #expect(error.range == range, "\(error.message)")
    if let message { #expect(error.message == message) }
  }

  @Test func whatIsNotKnownMakesWhatDependsOnItUnknown() throws {
    // 0xfffffff0 is behind the memory's end.
    #expect(try program.type("*nowhere") == "volatile int")
    #expect(try program.type("*nowhere + 1") == "int")
    for text in [
      "*nowhere", "*nowhere + 1", "-*nowhere", "!*nowhere", "*nowhere == 3", "*nowhere && 1", "(char) *nowhere",
      "1.5 * *nowhere", "{int} 0xfffffff0",
    ] {
      #expect(try program.shown(text) == "unavailable: address 0xfffffff0 is outside of memory 0", "\(text)")
    }
    #expect(try program.shown("removed + 1") == "unavailable: the linker removed it: nothing uses it")
    #expect(try program.shown("0 && *nowhere") == "0")
    let error = try #require(program.error("*nowhere ? 1 : 2"))
    #expect(error.kind == .unavailable)
    #expect(error.message == "The value is not available: address 0xfffffff0 is outside of memory 0.")
    #expect(error.range == 0..<8)
    #expect(program.error("matrix[*nowhere]")?.kind == .unavailable)
    #expect(try program.shown("(int) 1e20").hasPrefix("unavailable: 1e+20 does not fit"))
  }

  @Test func valuesCarryHowTheyAreKnown() throws {
    let value = try program.value("counter + 1")
    #expect(value.storage.assurance.trust == .recorded)
    // A parameter of a caller may have changed: its frame is where the stack pointer was, which a local says.
    let local = try program.value("local + counter", frame: 2)
    #expect(local.storage.assurance.trust >= .derived)
  }

  @Test func conveniencesAndHistory() throws {
    #expect(try program.shown("$nothing") == "void")
    #expect(try program.shown("$x = 5") == "5")
    #expect(try program.shown("$x * 2") == "10")
    #expect(try program.shown("$x += 2") == "7")
    #expect(try program.shown("$p = head, $p->next->at.x") == "3")
    #expect(try program.shown("$x", frame: 3) == "7")
    #expect(program.expressions.convenience.keys.sorted() == ["p", "x"])
    #expect(try program.shown("$") == "void")
    #expect(program.error("$1")?.message == "History has not yet reached $1.")
    #expect(program.expressions.record(try program.value("10")) == 1)
    #expect(program.expressions.record(try program.value("first.at")) == 2)
    #expect(program.expressions.record(try program.value("30")) == 3)
    #expect(program.expressions.historyCount == 3)
    #expect(try program.shown("$ + $1") == "40")
    #expect(try program.shown("$$.y") == "-2")
    #expect(try program.shown("$$2") == "10")
    #expect(try program.shown("$2.x") == "1")
    #expect(program.error("$$3")?.message == "History has not yet reached $0.")
    #expect(program.expressions.historyValue(4) == nil)
  }

  @Test func registersAndWasmState() throws {
    let frame = try #require(program.frame(0))
    let address = try #require(frame.codeAddress)
    #expect(try program.shown("$pc") == "0x" + String(address.rawValue, radix: 16))
    let locals = program.session.wasmLocals(of: frame, thread: 0)
    #expect(locals.count > 2)
    guard case .i32(let first)? = locals.first?.value else {
      Issue.record("local 0 is no i32")
      return
    }
    #expect(try program.shown("$local0") == "\(first)")
    #expect(try program.shown("$sp == $global0") == "1")
    #expect(try program.shown("$__stack_pointer == $global0") == "1")
    // The frame base is what the function's variables count from.
    #expect(try program.shown("$fp <= (void *) &level && (void *) &level < $fp + 200") == "1")
    #expect(try program.shown("$fp < $sp + 200", frame: 0) == "1")
    // Worked out for callers; without optimisation a function's frame begins there.
    #expect(try program.shown("$sp == $fp", frame: 1) == "1")
    #expect(try program.shown("$sp == $global0", frame: 1) == "1")
    #expect(try program.shown("$stack0", frame: 0) != "")
    #expect(program.error("$pc", frame: nil)?.message == "No frame selected.")
    #expect(program.error("$global9")?.kind == .unknownName)
  }

  @Test func typesByName() throws {
    func type(_ text: String) throws -> DwarfTypeName {
      guard let found = try program.expressions.type(named: text, frame: program.frame(0), thread: 0) else {
        return .none
      }
      return found.map { .named($0.name) } ?? .void
    }
    #expect(try type("struct node *") == .named("struct node *"))
    #expect(try type("corner") == .named("corner"))
    #expect(try type("unsigned long long [3]") == .named("unsigned long long[3]"))
    #expect(try type("operation") == .named("operation"))
    #expect(try type("int (*)(char)") == .named("int (*)(char)"))
    #expect(try type("void") == .void)
    #expect(try type("void *") == .named("void *"))
    #expect(try type("enum weekday") == .named("enum weekday"))
    #expect(try type("counter") == .none)
    // A variable of the name comes first, as in an expression.
    #expect(try type("node") == .none)
    #expect(try type("struct nothing") == .none)
    #expect(try type("counter + 1") == .none)
  }

  enum DwarfTypeName: Equatable {
    case named(String)
    case void
    case none
  }

  @Test func withoutFramesThereAreStatics() throws {
    #expect(try program.shown("counter + hidden", frame: nil) == "46")
    #expect(try program.shown("matrix[2][3]", frame: nil) == "12")
    #expect(try program.shown("fall::calls", frame: nil) == "103")
    #expect(program.error("total", frame: nil)?.kind == .unknownName)
    #expect(program.error("$fp", frame: nil)?.message == "No frame selected.")
  }
}
