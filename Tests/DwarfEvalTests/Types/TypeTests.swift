import ByteCursor
import DwarfEval
import TestSupport
import Testing

/// Types of every kind but records.
@Suite struct TypeTests {
  @Test(arguments: [
    ("bool", DwEncoding.boolean, 1, BaseType.Format.boolean), ("char", .signedChar, 1, .signedCharacter),
    ("uchar", .unsignedChar, 1, .unsignedCharacter), ("ascii", .ascii, 1, .unsignedCharacter),
    ("char8_t", .utf, 1, .unicode), ("char16_t", .utf, 2, .unicode), ("char32_t", .utf, 4, .unicode),
    ("ucs", .ucs, 4, .unicode), ("short", .signed, 2, .signed), ("u64", .unsigned, 8, .unsigned),
    ("i128", .signed, 16, .signed), ("u128", .unsigned, 16, .unsigned), ("half", .float, 2, .float),
    ("float", .float, 4, .float), ("double", .float, 8, .float), ("long double", .float, 16, .float),
    ("f80", .float, 16, .extendedFloat), ("x87", .float, 12, .extendedFloat), ("odd", .float, 3, .unsupported),
    ("complex", .complexFloat, 16, .complexFloat), ("imaginary", .imaginaryFloat, 8, .imaginaryFloat),
    ("address", .address, 4, .address), ("decimal", .decimalFloat, 8, .unsupported),
    ("packed", .packedDecimal, 5, .unsupported), ("user", DwEncoding(rawValue: 0x90), 4, .unsupported),
  ])
  func readsBaseTypes(_ name: String, _ encoding: DwEncoding, _ size: Int, _ format: BaseType.Format) throws {
    let program = TypeProgram([DIE(DwTag.variable, [named("v_t"), of("t")]), entry(name, encoding, size)])
    let type = try program.type("t")
    let base = try #require(type.base)
    #expect(base.format == format)
    #expect(base.encoding == encoding)
    #expect(base.name == name)
    #expect(base.bits == nil)
    #expect(type.size == UInt64(size))
    #expect(type.name == name)
    #expect(type.isSigned == [.signed, .signedCharacter].contains(format))
  }

  private func named(_ text: String) -> At { At(DwAttribute.name, DwForm.string, .text(text)) }
  private func entry(_ text: String, _ encoding: DwEncoding, _ size: Int) -> DIE {
    DIE(
      DwTag.baseType,
      [named(text), number(.encoding, UInt64(encoding.rawValue), .data1), number(.byteSize, UInt64(size), .data1)],
      label: "t")
  }

  @Test func readsBitsOfBaseTypes() throws {
    let program = TypeProgram(
      [
        base("u3", .unsigned, 1, [number(.bitSize, 3)]),
        base("i24", .signed, 4, [number(.bitSize, 24), number(.dataBitOffset, 8)]),
        base("top", .unsigned, 4, [number(.bitSize, 5), number(.bitOffset, 1, .data1)]),
        base("big", .unsigned, 4, [number(.endianity, 1)]),
        DIE(DwTag.baseType, [number(.encoding, 7), number(.bitSize, 12)], label: "bits"),
      ], types: ["u3", "i24", "top", "big", "bits"])
    #expect(try program.type("u3").base?.bits == BitField(offset: 0, size: 3))
    #expect(try program.type("i24").base?.bits == BitField(offset: 8, size: 24))
    #expect(try program.type("top").base?.bits == BitField(offset: 26, size: 5))
    #expect(try program.type("big").base?.isBigEndian == true)
    #expect(try program.type("big").base?.bits == nil)
    #expect(try program.type("bits").size == 2)
  }

  @Test(arguments: encodings) func readsPointers(_ encoding: UnitEncoding) throws {
    let address = UInt64(encoding.addressSize)
    let program = TypeProgram(
      [
        modified(.pointerType, "p", "int"), modified(.pointerType, "void", nil),
        modified(.pointerType, "narrow", "int", [number(.byteSize, 2)]), modified(.referenceType, "r", "int"),
        modified(.rvalueReferenceType, "rr", "int"),
        DIE(DwTag.structureType, [name("S"), number(.byteSize, 8)], label: "S"),
        modified(.ptrToMemberType, "data", "int", [reference(.containingType, "S")]),
        DIE(DwTag.subroutineType, [of("int")], label: "f", children: [DIE(DwTag.formalParameter, [of("char")])]),
        modified(.ptrToMemberType, "method", "f", [reference(.containingType, "S")]),
        modified(.pointerType, "fp", "f"),
      ], types: ["p", "void", "narrow", "r", "rr", "data", "method", "fp"], encoding: encoding)
    for label in ["p", "void", "r", "rr", "data", "fp"] { #expect(try program.type(label).size == address) }
    #expect(try program.type("narrow").size == 2)
    #expect(try program.type("method").size == 2 * address)
    #expect(try program.type("p").target?.name == "int")
    #expect(try program.type("void").target == nil)
    #expect(try program.type("void").isPointer)
    let names = try ["p", "void", "r", "rr", "data", "method", "fp"].map { try program.type($0).name }
    #expect(names == ["int *", "void *", "int &", "int &&", "int S::*", "int (S::*)(char)", "int (*)(char)"])
    guard case .memberPointer(let target, let owner) = try program.type("data").kind else {
      Issue.record("not a member pointer")
      return
    }
    #expect(target?.name == "int")
    #expect(owner?.name == "S")
    #expect(program.dwarf.diagnostics.isEmpty)
  }

  @Test func readsArrays() throws {
    func array(_ label: String, _ bounds: [[At]], _ element: String = "int", _ more: [At] = []) -> DIE {
      DIE(
        DwTag.arrayType, [of(element)] + more, label: label,
        children: bounds.map { DIE(DwTag.subrangeType, $0) })
    }
    let program = TypeProgram(
      [
        array("count", [[number(.count, 3)]]), array("upper", [[number(.upperBound, 3, .data1)]]),
        array("matrix", [[number(.count, 3)], [number(.count, 4)]]), array("unknown", [[]]),
        array("none", [[number(.upperBound, 0xffff_ffff, .data4)]]),
        array("minus", [[signed(.count, -1)]]),
        array("shifted", [[signed(.lowerBound, -2), signed(.upperBound, 2)]]),
        array("empty", [[number(.count, 0)]]), array("huge", [[number(.count, 1 << 60)]]),
        array("huger", [[number(.count, 1 << 40)], [number(.count, 1 << 40)]]),
        array("strided", [[number(.count, 5)]], "int", [number(.byteStride, 8)]),
        array("bits", [[number(.count, 12)]], "bool", [number(.bitStride, 1)]),
        array("vector", [[number(.count, 4)]], "int", [flag(.gnuVector)]),
        array("nested", [[number(.count, 2)]], "matrix"),
        DIE(DwTag.variable, [name("n"), flag(.artificial)], label: "n"),
        array("vla", [[reference(.count, "n")]]), array("vle", [[bytes(.upperBound, [0x91, 0x10], .exprloc)]]),
        DIE(
          DwTag.arrayType, [of("int")], label: "indexed",
          children: [
            DIE(
              DwTag.enumerationType, [],
              children: [
                DIE(DwTag.enumerator, [name("a"), number(.constValue, 0)]),
                DIE(DwTag.enumerator, [name("b"), number(.constValue, 1)]),
              ])
          ]),
      ],
      types: [
        "count", "upper", "matrix", "unknown", "none", "minus", "shifted", "empty", "huge", "huger", "strided", "bits",
        "vector", "nested", "vla", "vle", "indexed",
      ])
    func check(_ label: String, _ count: UInt64?, _ size: UInt64?, _ name: String) throws {
      let type = try program.type(label)
      #expect(type.array?.fixedCount == count, "\(label)")
      #expect(type.size == size, "\(label)")
      #expect(type.name == name, "\(label)")
    }
    try check("count", 3, 12, "int[3]")
    try check("upper", 4, 16, "int[4]")
    try check("matrix", 12, 48, "int[3][4]")
    try check("unknown", nil, nil, "int[]")
    try check("none", 0, 0, "int[0]")
    try check("minus", nil, nil, "int[]")
    try check("shifted", 5, 20, "int[5]")
    try check("empty", 0, 0, "int[0]")
    try check("huge", 1 << 60, 1 << 62, "int[1152921504606846976]")
    try check("huger", nil, nil, "int[1099511627776][1099511627776]")
    try check("strided", 5, 40, "int[5]")
    try check("bits", 12, 2, "bool[12]")
    try check("vector", 4, 16, "int[4]")
    try check("nested", 2, 96, "int[2][3][4]")
    try check("vla", nil, nil, "int[]")
    try check("vle", nil, nil, "int[]")
    try check("indexed", 2, 8, "int[2]")
    #expect(try program.type("vector").array?.isVector == true)
    #expect(try program.type("vector").alignment == 16)
    #expect(try program.type("unknown").array?.dimensions[0].isUnknown == true)
    #expect(try program.type("shifted").array?.dimensions[0].lowerBound.constant == -2)
    guard case .variable(let entry)? = try program.type("vla").array?.dimensions[0].count else {
      Issue.record("no variable")
      return
    }
    #expect(entry[.name].flatMap { entry.unit.string($0) } == "n")
    guard case .expression(let value)? = try program.type("vle").array?.dimensions[0].upperBound else {
      Issue.record("no expression")
      return
    }
    #expect(value.expression?.array == [0x91, 0x10])
  }

  @Test func countsFromOneInFortran() throws {
    let program = TypeProgram(
      [
        DIE(DwTag.arrayType, [of("int")], label: "a", children: [DIE(DwTag.subrangeType, [number(.upperBound, 5)])])
      ], types: ["a"], language: .fortran90)
    #expect(try program.type("a").array?.fixedCount == 5)
    #expect(try program.type("a").array?.dimensions[0].lowerBound.constant == 1)
  }

  @Test func readsEnumerations() throws {
    func enumerators(_ values: [(String, At)]) -> [DIE] {
      values.map { DIE(DwTag.enumerator, [name($0.0), $0.1]) }
    }
    func value(_ number: UInt64, _ form: DwForm = .udata) -> At { At(DwAttribute.constValue, form, .number(number)) }
    let program = TypeProgram(
      [
        DIE(
          DwTag.enumerationType, [name("Unit"), of("char"), flag(.enumClass), number(.byteSize, 1)], label: "scoped",
          children: enumerators([("a", value(0xff, .data1)), ("b", value(1, .data1))])),
        DIE(
          DwTag.enumerationType, [name("Mode"), of("unsigned int"), number(.byteSize, 4)], label: "flags",
          children: enumerators([
            ("none", value(0)), ("r", value(1)), ("w", value(2)), ("x", value(4)), ("all", value(7)),
          ])),
        DIE(
          DwTag.enumerationType, [name("Row"), number(.byteSize, 4)], label: "row",
          children: enumerators([("p", value(1)), ("q", value(2)), ("r", value(3)), ("s", value(4))])),
        DIE(
          DwTag.enumerationType, [name("Neg"), number(.byteSize, 4)], label: "negative",
          children: enumerators([("m", signed(.constValue, -1)), ("z", signed(.constValue, 5))])),
        DIE(
          DwTag.enumerationType, [name("Big"), number(.byteSize, 8)], label: "big",
          children: enumerators([("max", value(.max))])),
        DIE(
          DwTag.enumerationType, [name("Sized"), of("unsigned int")], label: "sized"),
      ], types: ["scoped", "flags", "row", "negative", "big", "sized"])
    func values(_ label: String) throws -> [String] {
      try #require(try program.type(label).enumeration).enumerators.map { "\($0.name)=\($0.value)" }
    }
    #expect(try values("scoped") == ["a=-1", "b=1"])
    #expect(try program.type("scoped").enumeration?.isScoped == true)
    #expect(try program.type("scoped").enumeration?.isFlags == false)
    #expect(try program.type("scoped").isSigned)
    #expect(try values("flags") == ["none=0", "r=1", "w=2", "x=4", "all=7"])
    #expect(try program.type("flags").enumeration?.isFlags == true)
    #expect(try program.type("flags").enumeration?.underlying?.name == "unsigned int")
    #expect(try program.type("row").enumeration?.isFlags == false)
    #expect(try values("negative") == ["m=-1", "z=5"])
    #expect(try program.type("negative").isSigned)
    #expect(try values("big") == ["max=18446744073709551615"])
    #expect(try !program.type("big").isSigned)
    #expect(try program.type("sized").size == 4)
    #expect(try program.type("flags").name == "Mode")
  }

  @Test func numbersTheCasesThatSwiftLeavesOut() throws {
    let cases = ["low", "medium", "high"].map { DIE(DwTag.enumerator, [name($0), number(.constValue, 0)]) }
    let program = TypeProgram(
      [DIE(DwTag.enumerationType, [name("Level"), number(.byteSize, 1)], label: "e", children: cases)], types: ["e"],
      language: .swift)
    #expect(try program.type("e").enumeration?.enumerators.map(\.value) == [0, 1, 2])
  }

  @Test func readsOtherTypes() throws {
    let program = TypeProgram(
      [
        DIE(DwTag.unspecifiedType, [name("decltype(nullptr)")], label: "null"),
        modified(.typedef, "word", "unsigned int", [name("word")]),
        modified(.typedef, "words", "word", [name("words")]),
        modified(.constType, "const", "words"), modified(.volatileType, "volatile", "const"),
        modified(.atomicType, "atomic", "int"), modified(.pointerType, "p", "int"),
        modified(.restrictType, "restrict", "p"), modified(.templateAlias, "alias", "int", [name("alias<int>")]),
        DIE(
          DwTag.subrangeType, [name("digit"), of("int"), number(.lowerBound, 1), number(.upperBound, 9)], label: "digit"
        ),
        DIE(DwTag.setType, [name("colours"), number(.byteSize, 4)], label: "set"),
        DIE(DwTag.namelist, [name("list")], label: "list"), modified(.typedef, "nothing", nil, [name("nothing")]),
      ], types: ["null", "words", "volatile", "atomic", "restrict", "alias", "digit", "set", "list", "nothing"])
    guard case .unspecified = try program.type("null").kind, case .opaque(.setType) = try program.type("set").kind,
      case .opaque(.namelist) = try program.type("list").kind,
      case .subrange(let digit) = try program.type("digit").kind
    else {
      Issue.record("other kinds")
      return
    }
    #expect(try program.type("null").name == "decltype(nullptr)")
    #expect(try program.type("set").name == "colours")
    #expect(try program.type("set").size == 4)
    #expect(digit.lowerBound.constant == 1 && digit.upperBound?.constant == 9)
    #expect(try program.type("digit").size == 4)
    #expect(try program.type("volatile").underlying?.name == "unsigned int")
    #expect(try program.type("volatile").size == 4)
    #expect(try program.type("volatile").name == "volatile const words")
    #expect(try program.type("atomic").name == "_Atomic int")
    #expect(try program.type("restrict").name == "int *restrict")
    #expect(try program.type("restrict").isPointer)
    #expect(try program.type("alias").underlying?.name == "int")
    #expect(try program.type("nothing").underlying == nil)
    #expect(try program.type("nothing").size == nil)
  }

  @Test func makesTypesOfOthers() throws {
    let program = TypeProgram([], types: ["int"])
    let type = try program.type("int")
    #expect(type.pointer.name == "int *")
    #expect(type.pointer.size == 4)
    #expect(type.pointer.pointer.target?.name == "int *")
    #expect(type.array(3).name == "int[3]")
    #expect(type.array(3).size == 12)
    #expect(type.array(.max).size == nil)
    #expect(type.array(3).pointer.name == "int (*)[3]")
  }

  @Test func keepsWhatTypesNeedAndNothingElse() throws {
    weak var dwarf: Dwarf?
    do {
      func make() throws -> DwarfType {
        let program = TypeProgram(
          [
            DIE(DwTag.structureType, [name("S"), number(.byteSize, 4)], label: "S", children: [member("p", "p", 0)]),
            modified(.pointerType, "p", "S"),
          ], types: ["S"])
        dwarf = program.dwarf
        return try program.type("S")
      }
      let type = try make()
      // The only one left that holds on to it.
      #expect(type.record?.members[0].type?.target?.record?.members[0].type?.name == "S *")
      #expect(type.pointer.array(2).name == "S *[2]")
      withExtendedLifetime(type) { #expect(dwarf != nil) }
    }
    #expect(dwarf == nil)
  }
}
