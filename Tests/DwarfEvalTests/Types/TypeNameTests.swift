import ByteCursor
import DwarfEval
import TestSupport
import Testing

/// Types as people write them.
@Suite struct TypeNameTests {
  /// `int`, with what is put around it from the inside out.
  private func written(_ steps: [DwTag], language: DwLanguage = .c11, producer: String = "test") throws -> String {
    var entries: [DIE] = []
    var target = "int"
    for (index, tag) in steps.enumerated() {
      let label = "t\(index)"
      switch tag {
      case .arrayType:
        entries.append(
          DIE(
            tag, [of(target)], label: label, children: [DIE(DwTag.subrangeType, [number(.count, UInt64(index) + 2)])]))
      case .subroutineType:
        entries.append(
          DIE(
            tag, [of(target), flag(.prototyped)], label: label,
            children: [DIE(DwTag.formalParameter, [of("char")]), DIE(DwTag.unspecifiedParameters)]))
      default: entries.append(modified(tag, label, target))
      }
      target = label
    }
    let program = TypeProgram(entries, types: [target], language: language, producer: producer)
    let type = try program.type(target)
    return type.name
  }

  @Test(
    arguments: [
      ([], "int"), ([.constType], "const int"), ([.constType, .pointerType], "const int *"),
      ([.pointerType, .constType], "int *const"), ([.constType, .pointerType, .constType], "const int *const"),
      ([.pointerType, .pointerType], "int **"), ([.pointerType, .constType, .pointerType], "int *const *"),
      ([.pointerType, .constType, .volatileType], "int *const volatile"),
      ([.arrayType], "int[2]"), ([.arrayType, .pointerType], "int (*)[2]"), ([.pointerType, .arrayType], "int *[3]"),
      ([.arrayType, .arrayType], "int[3][2]"), ([.constType, .arrayType], "const int[3]"),
      ([.subroutineType], "int (char, ...)"), ([.subroutineType, .pointerType], "int (*)(char, ...)"),
      ([.subroutineType, .pointerType, .constType], "int (*const)(char, ...)"),
      ([.subroutineType, .pointerType, .arrayType], "int (*[4])(char, ...)"),
      ([.subroutineType, .pointerType, .arrayType, .pointerType], "int (*(*)[4])(char, ...)"),
      ([.subroutineType, .pointerType, .subroutineType], "int (*(char, ...))(char, ...)"),
      ([.pointerType, .subroutineType], "int *(char, ...)"), ([.pointerType, .restrictType], "int *restrict"),
    ] as [([DwTag], String)]) func writesDeclarators(_ steps: [DwTag], _ expected: String) throws
  {
    #expect(try written(steps) == expected)
  }

  @Test func declaresVariables() throws {
    let program = TypeProgram(
      [
        DIE(DwTag.arrayType, [of("p")], label: "a", children: [DIE(DwTag.subrangeType, [number(.count, 3)])]),
        modified(.pointerType, "p", "f"),
        DIE(DwTag.subroutineType, [], label: "f", children: [DIE(DwTag.formalParameter, [of("int")])]),
        modified(.referenceType, "r", "int"), modified(.constType, "c", "p"),
      ], types: ["a", "r", "c", "int"])
    #expect(try program.type("a").declaration(of: "table") == "void (*table[3])(int)")
    #expect(try program.type("r").declaration(of: "x") == "int &x")
    #expect(try program.type("c").declaration(of: "f") == "void (*const f)(int)")
    #expect(try program.type("int").declaration(of: "n") == "int n")
  }

  @Test func writesEmptyParameters() throws {
    func program(_ language: DwLanguage, _ attributes: [At], _ children: [DIE]) -> TypeProgram {
      TypeProgram(
        [DIE(DwTag.subroutineType, attributes, label: "f", children: children)], types: ["f"], language: language)
    }
    let open = program(.c11, [], [DIE(DwTag.unspecifiedParameters)])
    #expect(try open.type("f").name == "void ()")
    guard case .subroutine(let type) = try open.type("f").kind else { return }
    #expect(!type.isPrototyped && !type.isVariadic)
    let closed = program(.c11, [flag(.prototyped)], [])
    #expect(try closed.type("f").name == "void (void)")
    let plus = program(.cPlusPlus14, [], [])
    #expect(try plus.type("f").name == "void ()")
  }

  @Test func writesTheLanguagesOwnWay() throws {
    #expect(try written([.pointerType], language: .rust) == "*const int")
    #expect(try written([.referenceType], language: .rust) == "&int")
    #expect(try written([.arrayType], language: .rust) == "[int; 2]")
    #expect(try written([.arrayType, .arrayType], language: .rust) == "[[int; 2]; 3]")
    #expect(try written([.subroutineType, .pointerType], language: .rust) == "*const fn(char, ...) -> int")
    let zig = "zig 0.14.0"
    #expect(try written([.pointerType], language: .c99, producer: zig) == "*int")
    #expect(try written([.constType, .pointerType], language: .c99, producer: zig) == "*const int")
    #expect(try written([.arrayType, .pointerType], language: .c99, producer: zig) == "*[2]int")
  }

  @Test func takesTheNamesThatCompilersGive() throws {
    let program = TypeProgram(
      [
        modified(.pointerType, "r", "int", [name("&i32")]), modified(.constType, "c", "r"),
        modified(.pointerType, "f", nil, [name("fn()")]),
      ], types: ["r", "c", "f"], language: .rust)
    #expect(try program.type("r").name == "&i32")
    #expect(try program.type("c").name == "&i32")
    #expect(try program.type("f").name == "fn()")
    #expect(try program.type("r").declaration(of: "x") == "x: &i32")
    #expect(try program.type("r").target?.name == "int")
  }

  @Test func qualifiesNames() throws {
    func structure(_ text: String?, _ label: String, _ children: [DIE] = []) -> DIE {
      DIE(
        DwTag.structureType, (text.map { [name($0)] } ?? []) + [number(.byteSize, 1)], label: label, children: children)
    }
    let entries = [
      DIE(
        DwTag.namespace, [name("a")],
        children: [
          DIE(
            DwTag.namespace, [],
            children: [structure("H", "hidden", [structure("I", "inner"), structure(nil, "nameless")])]),
          DIE(DwTag.namespace, [name("__1"), flag(.exportSymbols)], children: [structure("V", "inline")]),
        ]),
      function("f", 0x10, 0x20, children: [structure("L", "local")]),
    ]
    let labels = ["hidden", "inner", "nameless", "inline", "local"]
    let program = TypeProgram(entries, types: labels)
    #expect(
      try labels.map { try program.type($0).name } == [
        "a::(anonymous namespace)::H", "a::(anonymous namespace)::H::I", "struct {...}", "a::__1::V", "f::L",
      ])
    let swift = TypeProgram(entries, types: ["inline"], language: .swift)
    #expect(try swift.type("inline").name == "a.__1.V")
    let c = TypeProgram(entries, types: ["inner", "local"], language: .c11)
    #expect(try c.type("inner").name == "struct I")
    #expect(try c.type("local").name == "struct L")
  }

  @Test func addsTemplateArgumentsThatTheNameLeavesOut() throws {
    let arguments = [
      DIE(DwTag.templateTypeParameter, [name("T"), of("char")]),
      DIE(DwTag.templateValueParameter, [name("N"), of("unsigned int"), number(.constValue, 4)]),
      DIE(DwTag.templateValueParameter, [name("B"), of("bool"), number(.constValue, 1)]),
      DIE(
        DwTag.gnuTemplateParameterPack, [name("Ts")],
        children: [DIE(DwTag.templateTypeParameter, [of("int")]), DIE(DwTag.templateTypeParameter, [])]),
      DIE(DwTag.gnuTemplateTemplateParam, [name("C"), text(.gnuTemplateName, "std::list")]),
    ]
    let program = TypeProgram(
      [
        DIE(DwTag.structureType, [name("Box"), number(.byteSize, 1)], label: "bare", children: arguments),
        DIE(DwTag.structureType, [name("Box<char>"), number(.byteSize, 1)], label: "full", children: arguments),
      ], types: ["bare", "full"])
    #expect(try program.type("bare").name == "Box<char, 4U, true, int, void, std::list>")
    #expect(try program.type("full").name == "Box<char>")
    let record = try #require(try program.type("bare").record)
    #expect(record.templateArguments.map(\.name) == ["T", "N", "B", "Ts", "C"])
    guard case .pack(_, let pack) = record.templateArguments[3] else { return }
    #expect(pack.count == 2)
  }
}
