import DwarfEval
import PostMortem
import TestSupport
import Testing

/// Texts in arrays and behind pointers, and scalars that are shown in words of their own.
@Suite struct TextValueTests {
  private static var types: [DIE] {
    [
      base("unsigned char", .unsignedChar, 1), base("char16_t", .utf, 2), base("char32_t", .utf, 4),
      base("wchar_t", .signed, 4), base("unsigned __int128", .unsigned, 16), base("u128", .unsigned, 16),
    ]
  }

  /// An array of `count` elements.
  private static func array(_ element: String, _ count: UInt64, from lower: UInt64? = nil) -> DIE {
    let bounds = (lower.map { [number(.lowerBound, $0)] } ?? []) + [number(.count, count)]
    return DIE(
      DwTag.arrayType, [typed(element)], label: "array", children: [DIE(DwTag.subrangeType, bounds)])
  }

  /// These bytes as an array.
  private func stage(
    _ bytes: [UInt8], _ element: String, _ count: Int? = nil, _ language: DwLanguage = .cPlusPlus14
  ) throws -> Stage {
    try Stage([variable("a", "array", [0x91, 0])]) {
      $0.language = language
      $0.memory = [(0x200, bytes)]
      $0.unitEntries = Self.types + [Self.array(element, UInt64(count ?? bytes.count))]
    }
  }

  private func text(_ bytes: [UInt8], _ element: String = "char", _ count: Int? = nil) throws -> String {
    ValueSample.text(try #require(try stage(bytes, element, count).nodes()["a"]))
  }

  /// What `print/FORMAT` shows.
  private func text(_ stage: Stage, _ format: NumberFormat?) throws -> String {
    let expressions = ExpressionSession(session: stage.session)
    let value = try expressions.evaluate("a", frame: stage.session.backtrace(thread: 0)[0], thread: 0)
    var describer = try #require(expressions.describer(of: value))
    describer.format = format
    return ValueSample.text(describer.describe(value))
  }

  // MARK: Escapes

  /// A digit behind a character that is spelled out is not a part of it.
  @Test func escapesHaveAnEnd() throws {
    #expect(try text([1, 0x61, 0]) == #""\001a""#)
    #expect(try text([1, 0x62, 0x32, 0]) == #""\001b2""#)
    #expect(try text([0x61, 0, 0x31, 0]) == #""a\0001""#)
    #expect(try text([0xff, 0x66, 0x1b, 0x37, 0]) == #""\377f\0337""#)
    #expect(try text([0x22, 0x5c, 0x0a, 0xc3, 0xa9, 0]) == #""\"\\\né""#)
  }

  @Test func escapesAreThoseOfTheLanguage() throws {
    let stage = try Stage([variable("s", "&str", [0x91, 0]), variable("z", "[]u8", [0x91, 0])]) {
      $0.language = .rust
      $0.memory = [(0x200, [0, 3, 0, 0, 4, 0, 0, 0]), (0x300, [1, 0x61, 0xff, 0x30])]
      $0.unitEntries = [
        base("u8", .unsigned, 1), DIE(DwTag.pointerType, [typed("u8")], label: "*u8"),
        record("&str", 8, [member("data_ptr", "*u8", 0), member("length", "unsigned int", 4)]),
        record("[]u8", 8, [member("ptr", "*u8", 0), member("len", "unsigned int", 4)]),
      ]
    }
    #expect(stage.text("s") == #""\u{1}a\xff0""#)
  }

  @Test func stringsInMemory() throws {
    let stage = try stage([1, 0x61, 0, 0x62, 0xc3, 0xa9, 0x63, 0], "char")
    let memory = MemoryExaminer(stage.session, instance: 0)
    #expect(try memory.string(at: 0x200, limit: 10).text == #""\001a""#)
    #expect(try memory.string(at: 0x200, limit: 10).next == 0x203)
    // The limit falls into a character, with which the next part begins.
    #expect(try memory.string(at: 0x203, limit: 2).text == #""b"..."#)
    #expect(try memory.string(at: 0x203, limit: 2).next == 0x204)
    #expect(try memory.string(at: 0x204, limit: 3).text == "\"\u{e9}c\"")
    #expect(throws: Unavailable.self) { try memory.string(at: 0x1_0000, limit: 3) }
  }

  // MARK: Arrays

  @Test func whatFollowsANullIsShown() throws {
    #expect(try text([0x61, 0x62, 0, 0x63, 0x64, 0, 0, 0]) == #""ab\000cd""#)
    #expect(try text([0, 0x61, 0, 0]) == #""\000a""#)
    #expect(try text([0, 0, 0, 0]) == #""""#)
    #expect(try text([0x61, 0x62]) == #""ab""#)
    let row = [UInt8](repeating: 0, count: 12)
    #expect(try text([0x61] + row + [0x62, 0]) == #""a", '\000' <repeats 12 times>, "b""#)
    #expect(try text(row + [0x62, 0]) == #"'\000' <repeats 12 times>, "b""#)
    let stage = try stage([0x61, 0x62, 0, 0x63], "char")
    var printer = ValuePrinter()
    #expect(printer.line(try #require(stage.nodes()["a"])) == #"a = "ab\000c""#)
  }

  @Test func longBuffers() throws {
    let zeros = [UInt8](repeating: 0, count: 290)
    #expect(try text([0x61, 0x62] + zeros + [0]) == #""ab""#)
    #expect(try text([0x61, 0x62] + zeros + [0x63]) == #""ab", '\000' <repeats 198 times>..."#)
    let letters = [UInt8](repeating: 0x78, count: 200)
    #expect(try text(letters) == "\"\(String(repeating: "x", count: 200))\"")
    #expect(try text(letters + [0x78]) == "\"\(String(repeating: "x", count: 200))\"...")
    #expect(try text(letters + [0]) == "\"\(String(repeating: "x", count: 200))\"")
    // 4 GiB of it end behind the memory.
    #expect(try text([0x61, 0], "char", 0xffff_ffff).hasPrefix(#""a"#))
  }

  /// Bytes of `unsigned char` are mostly no text.
  @Test func bytesThatAreNoText() throws {
    #expect(
      try text([0, 0x1c, 0x42, 0, 0, 0], "unsigned char")
        == #"[0 '\0', 28 '\x1c', 66 'B', 0 '\0', 0 '\0', 0 '\0']"#)
    #expect(try text([0xde, 0xff], "unsigned char") == #"[222 '\xde', 255 '\xff']"#)
    #expect(try text([0x68, 0x69, 0x0a, 0], "unsigned char") == #""hi\n""#)
    #expect(try text([0, 0], "unsigned char") == #""""#)
    #expect(try text(try stage([0, 0x1c, 0x42, 0], "unsigned char"), .string) == #""\000\034B""#)
  }

  @Test func stringFormat() throws {
    #expect(try text(try stage([1, 0x62, 0x32, 0], "char"), .string) == #""\001b2""#)
    #expect(try text(try stage([1, 0x62, 0x32, 0], "char"), nil) == #""\001b2""#)
    #expect(try text(try stage([1, 0x62], "char"), .hexadecimal) == "[0x1, 0x62]")
    // What is no text is shown as ever.
    #expect(try text(try stage([7, 0, 0, 0], "int", 1), .string) == "[7]")
  }

  @Test func wideText() throws {
    #expect(try text([0x61, 0, 0xac, 0x20, 0, 0], "char16_t", 3) == "\"a\u{20ac}\"")
    #expect(try text([0x3d, 0xd8, 0x00, 0xde, 0, 0], "char16_t", 3) == "\"\u{1f600}\"")
    #expect(try text([0x3d, 0xd8, 0x62, 0, 0, 0], "char16_t", 3) == #""\u{d83d}b""#)
    #expect(try text([0x61, 0, 0, 0, 0, 0xf6, 1, 0], "char32_t", 2) == "\"a\u{1f600}\"")
    #expect(try text([0x61, 0, 0, 0, 0, 0, 0, 0, 0x62, 0, 0, 0], "wchar_t", 3) == #""a\000b""#)
    // In C these are names of integers.
    let stage = try Stage([variable("a", "array", [0x91, 0]), variable("p", "wide*", [0x91, 12])]) {
      $0.language = .c11
      $0.memory = [(0x200, [0x68, 0, 0, 0, 0x69, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0])]
      $0.unitEntries = [
        DIE(DwTag.typedef, [named("wchar_t"), typed("int")], label: "wide"), Self.array("wide", 3),
        DIE(DwTag.pointerType, [typed("wide")], label: "wide*"),
      ]
    }
    #expect(stage.text("a") == "\"hi\"")
    #expect(ValueSample.text(try #require(stage.nodes()["p"])) == "0x200 \"hi\"")
  }

  @Test func elementsCountFromTheLowerBound() throws {
    let stage = try Stage([variable("a", "array", [0x91, 0])]) {
      $0.memory = [(0x200, [7, 0, 0, 0, 8, 0, 0, 0])]
      $0.unitEntries = [Self.array("int", 2, from: 3)]
    }
    #expect(stage.nodes()["a"]?.children.map(\.name) == ["[3]", "[4]"])
    #expect(stage.nodes()["a"]?.children.map(\.value) == ["7", "8"])
  }

  // MARK: Scalars

  @Test func largeNumbersOfRanges() throws {
    let stage = try Stage([variable("r", "core::ops::range::Range<u128>", [0x91, 0])]) {
      $0.language = .rust
      $0.memory = [(0x200, [0xfe] + [UInt8](repeating: 0xff, count: 31))]
      $0.unitEntries =
        Self.types + [
          record("core::ops::range::Range<u128>", 32, [member("start", "u128", 0), member("end", "u128", 16)])
        ]
    }
    #expect(
      stage.nodes()["r"]?.summary
        == "340282366920938463463374607431768211454..340282366920938463463374607431768211455")
    let swift = try Stage([variable("r", "Swift.Range", [0x91, 0])]) {
      $0.language = .swift
      $0.memory = [(0x200, [0xfe] + [UInt8](repeating: 0xff, count: 31))]
      $0.unitEntries = [
        record("UInt128", 16, []),
        DIE(
          DwTag.structureType, [named("Swift.Range"), number(.byteSize, 32)], label: "Swift.Range",
          children: [DIE(DwTag.templateTypeParameter, [named("Bound"), typed("UInt128")])]),
      ]
    }
    #expect(
      swift.nodes()["r"]?.summary
        == "340282366920938463463374607431768211454..<340282366920938463463374607431768211455")
  }

  @Test func partsOfOtherTypesValues() throws {
    let stage = try Stage([variable("s", "small", [0x91, 0])]) {
      $0.memory = [(0x200, [0x9c, 0xff, 0xff, 0xff])]
      $0.unitEntries = [
        DIE(
          DwTag.subrangeType,
          [named("small"), typed("int"), number(.byteSize, 4), number(.lowerBound, 0), number(.upperBound, 9)],
          label: "small")
      ]
    }
    #expect(stage.text("s") == "-100")
  }

  @Test func extendedFloat() throws {
    func text(_ exponent: UInt16, _ significand: UInt64) throws -> String {
      let bytes = (0..<8).map { UInt8(truncatingIfNeeded: significand >> (8 * $0)) }
      let stage = try Stage([variable("x", "f80", [0x91, 0])]) {
        $0.memory = [(0x200, bytes + [UInt8(exponent & 0xff), UInt8(exponent >> 8)])]
        $0.unitEntries = [base("f80", .float, 16)]
      }
      return stage.text("x")
    }
    #expect(try text(0x3fff, 1 << 63) == "1.0")
    #expect(try text(0xbffb, 0xcccc_cccc_cccc_cccd) == "-0.1")
    #expect(try text(0x4000, 0xc90f_daa2_2168_c235) == "3.1415926535897932385")
    #expect(try text(0x7fff, 1 << 63) == "inf")
    #expect(try text(0x7fff, 3 << 62) == "nan")
    #expect(try text(0, 0) == "0.0")
    #expect(try text(0, 1) == "4e-4951")
    #expect(try text(0x3fff, 1) == "nan")
  }

  @Test func numbersAsCharacters() throws {
    let stage = try stage([], "int", 1)
    let expressions = ExpressionSession(session: stage.session)
    let frame = stage.session.backtrace(thread: 0)[0]
    for (text, shown) in [
      ("97", "97 'a'"), ("300", "300 '\u{12c}'"), ("-2", #"-2 '\xfe'"#), ("1", #"1 '\x01'"#), ("-300", "-300"),
    ] {
      let value = try expressions.evaluate(text, frame: frame, thread: 0)
      var describer = try #require(expressions.describer(of: value))
      describer.format = .character
      #expect(describer.describe(value).value == shown)
    }
  }

  // MARK: References

  @Test func referencesSayTheirAddressOnce() throws {
    let reference = DIE(DwTag.referenceType, [typed("int")], label: "int&")
    let stage = try Stage([variable("r", "int&", [0x91, 0])]) {
      $0.memory = [(0x200, [0, 3, 0, 0]), (0x300, [7, 0, 0, 0])]
      $0.unitEntries = [reference]
    }
    let node = try #require(stage.nodes()["r"])
    var printer = ValuePrinter()
    #expect(printer.line(node) == "r = @0x300: 7")
    #expect(ValuePrinter.short(node) == "7")
  }

  @Test func holesOfClassesWithVirtualBasesAreNotTold() throws {
    let bases = [
      DIE(
        DwTag.inheritance,
        [typed("V"), At(DwAttribute.virtuality, DwForm.data1, .number(1)), number(.dataMemberLocation, 0)])
    ]
    let stage = try Stage([variable("d", "D", [0x91, 0])]) {
      $0.unitEntries = [
        record("V", 4, [member("v", "int", 0)]), record("D", 16, bases + [member("d", "int", 8)]),
        record("P", 16, [member("a", "int", 0), member("b", "int", 8)]),
      ]
    }
    let types = stage.session
    let expressions = ExpressionSession(session: types)
    let value = try expressions.evaluate("d", frame: types.backtrace(thread: 0)[0], thread: 0)
    let text = TypePrinter(showsLayout: true).definition(of: value.type)
    #expect(text.contains("int d;") && !text.contains("XXX"))
  }
}
