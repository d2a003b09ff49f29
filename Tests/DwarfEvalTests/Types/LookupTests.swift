import ByteCursor
import Dispatch
import DwarfEval
import Synchronization
import TestSupport
import Testing

/// Finding things by what they are called.
@Suite struct LookupTests {
  private func program() -> Dwarf {
    var builder = DwarfBuilder()
    func address(_ value: UInt8) -> At { bytes(.location, [3, value, 0, 0, 0], .exprloc) }
    func global(_ text: String, _ place: UInt8, _ more: [At] = []) -> DIE {
      DIE(DwTag.variable, [name(text), of("int"), address(place)] + more)
    }
    builder.unit(
      TypeProgram.unit([
        DIE(
          DwTag.namespace, [name("std")],
          children: [
            DIE(
              DwTag.namespace, [name("__1"), flag(.exportSymbols)],
              children: [
                DIE(DwTag.structureType, [name("pair<int, a::B<char> >"), number(.byteSize, 8)]), global("cout", 1),
              ])
          ]),
        DIE(DwTag.namespace, [], children: [global("hidden", 2)]),
        DIE(
          DwTag.structureType, [name("node"), number(.byteSize, 4)],
          children: [
            DIE(DwTag.member, [name("made"), of("int"), flag(.external), flag(.declaration)], label: "made")
          ]),
        DIE(DwTag.variable, [reference(.specification, "made"), address(3)]),
        DIE(DwTag.enumerationType, [name("colour"), number(.byteSize, 4)]), global("count", 4),
        DIE(DwTag.variable, [name("only"), of("int"), flag(.external), flag(.declaration)]),
        function(
          "step", 0x10, 0x20,
          children: [
            global("calls", 5),
            DIE(DwTag.variable, [name("count"), of("int"), bytes(.location, [0x91, 8], .exprloc)]),
            DIE(DwTag.lexicalBlock, [low(0x12), high(0x18)], children: [global("deep", 6)]),
          ]),
        base("long unsigned int", .unsigned, 4), modified(.typedef, "u", "unsigned int", [name("uint8_t")]),
      ]))
    builder.unit(
      DIE(
        DwTag.compileUnit, [name("src/other.c"), number(.language, UInt64(DwLanguage.c11.rawValue), .data2)],
        children: [
          base("int", .signed, 4), DIE(DwTag.structureType, [name("node"), number(.byteSize, 16)]), global("count", 7),
          global("only", 8, [flag(.external)]),
          DIE(DwTag.variable, [name("limit"), of("int"), number(.constValue, 9)]),
        ]))
    return builder.dwarf
  }

  @Test func findsTypes() throws {
    let dwarf = program()
    let units = dwarf.units
    #expect(dwarf.type(named: "node")?.size == 4)
    #expect(dwarf.type(named: "struct node")?.size == 4)
    #expect(dwarf.type(named: "class node")?.size == 4)
    #expect(dwarf.type(named: "struct node", preferring: units[1])?.size == 16)
    #expect(dwarf.type(named: "union node") == nil)
    #expect(dwarf.type(named: "enum colour")?.name == "colour")
    #expect(dwarf.type(named: "struct colour") == nil)
    #expect(dwarf.type(named: "std::__1::pair<int, a::B<char> >")?.size == 8)
    #expect(dwarf.type(named: "std::pair<int,a::B<char>>")?.size == 8)
    #expect(dwarf.type(named: "::std::pair<int, a::B<char>>")?.size == 8)
    #expect(dwarf.type(named: "pair<int, a::B<char>>")?.size == 8)
    #expect(dwarf.type(named: "other::pair<int, a::B<char>>") == nil)
    #expect(dwarf.type(named: "nothing") == nil)
    #expect(dwarf.type(named: "") == nil)
  }

  @Test func findsBuiltInTypesInAnySpelling() throws {
    let dwarf = program()
    for spelling in ["unsigned long", "long unsigned int", "unsigned long int", "long unsigned"] {
      #expect(dwarf.type(named: spelling)?.name == "long unsigned int")
      #expect(dwarf.type(named: spelling)?.entry != nil)
    }
    #expect(dwarf.type(named: "unsigned")?.entry != nil)
    // What the program itself says counts.
    #expect(dwarf.type(named: "uint8_t")?.size == 4)
    let made: [(String, String, UInt64, BaseType.Format)] = [
      ("short int", "short", 2, .signed), ("unsigned char", "unsigned char", 1, .unsignedCharacter),
      ("long long", "long long", 8, .signed), ("signed", "int", 4, .signed), ("double", "double", 8, .float),
      ("long double", "long double", 16, .float), ("uint64_t", "uint64_t", 8, .unsigned),
      ("size_t", "size_t", 4, .unsigned), ("long", "long", 4, .signed),
      ("unsigned __int128", "unsigned __int128", 16, .unsigned),
      ("_Bool", "_Bool", 1, .boolean), ("char16_t", "char16_t", 2, .unicode),
    ]
    for (spelling, name, size, format) in made {
      let type = try #require(dwarf.type(named: spelling), "\(spelling)")
      #expect(type.name == name)
      #expect(type.size == size)
      #expect(type.base?.format == format)
    }
    for wrong in ["long char", "unsigned double", "long long long", "short long", "unsigned signed", "int int"] {
      #expect(dwarf.type(named: wrong) == nil, "\(wrong)")
    }
  }

  @Test func findsVariables() throws {
    let dwarf = program()
    func found(_ path: String, unit: Int? = nil) -> [String] {
      dwarf.variables(named: path, preferring: unit.map { dwarf.units[$0] }).map {
        "\(dwarf.qualifiedName($0) ?? "?") \($0.location?.expression?.array[1] ?? 0)"
      }
    }
    #expect(found("count") == ["count 4", "count 7"])
    #expect(found("count", unit: 1) == ["count 7", "count 4"])
    #expect(found("other.c::count") == ["count 7"])
    #expect(found("src/other.c::count") == ["count 7"])
    #expect(found("t.cpp::count") == ["count 4"])
    #expect(found("ther.c::count") == [])
    #expect(found("std::__1::cout") == ["std::__1::cout 1"])
    #expect(found("std::cout") == ["std::__1::cout 1"])
    #expect(found("cout") == ["std::__1::cout 1"])
    #expect(found("hidden") == ["(anonymous namespace)::hidden 2"])
    #expect(found("node::made") == ["node::made 3"])
    #expect(found("step::calls") == ["step::calls 5"])
    #expect(found("step::deep") == ["step::deep 6"])
    #expect(found("t.cpp::step::calls") == ["step::calls 5"])
    #expect(found("calls") == ["step::calls 5"])
    #expect(found("only") == ["only 8"])
    #expect(found("step::count") == [])
    #expect(dwarf.variables(named: "limit").first?.constant?.integer(signed: true) == 9)
    #expect(dwarf.variables(named: "node::made").first?.kind == .member)
    #expect(dwarf.variables(named: "step::calls").first?.kind == .staticLocal)
    #expect(dwarf.variables(named: "hidden").first?.kind == .global)
    #expect(dwarf.variables(in: dwarf.units[0]).map(\.name) == ["cout", "hidden", "made", "count", "calls", "deep"])
    #expect(dwarf.variables(in: dwarf.units[1]).map(\.name) == ["count", "only", "limit"])
  }

  @Test func listsWhatAPredicateTakes() throws {
    let dwarf = program()
    #expect(dwarf.types { $0.contains("node") }.map { $0.size } == [4, 16])
    #expect(dwarf.types { $0.hasPrefix("std") }.map(\.name) == ["std::__1::pair<int, a::B<char> >"])
    #expect(dwarf.variables { $0.hasSuffix("count") }.map { $0.entry.unit.index } == [0, 1])
    #expect(dwarf.variables { $0.hasPrefix("step::") }.map(\.name) == ["calls", "deep"])
    #expect(dwarf.functions { $0 == "step" }.count == 1)
    #expect(dwarf.functions { $0 == "stop" }.isEmpty)
  }

  @Test func tellsWhereVariablesAreKept() {
    func storage(_ expression: [UInt8]) -> VariableStorage {
      var builder = DwarfBuilder()
      builder.unit(
        TypeProgram.unit([DIE(DwTag.variable, [name("x"), of("int"), bytes(.location, expression, .exprloc)])]))
      let dwarf = builder.dwarf
      return dwarf.variables(named: "x").first?.storage ?? .other
    }
    #expect(storage([0x03, 1, 0, 0, 0]) == .address)
    #expect(storage([0xa1, 5]) == .address)
    #expect(storage([0xfb, 5]) == .address)
    #expect(storage([0x03, 1, 0, 0, 0, 0x9b]) == .threadLocal)
    #expect(storage([0x0c, 1, 0, 0, 0, 0xe0]) == .threadLocal)
    #expect(storage([0xed, 3, 2, 0, 0, 0, 0x03, 4, 0, 0, 0, 0x22]) == .global(2))
    #expect(storage([0xed, 1, 1, 0xa1, 0, 0x22]) == .global(1))
    #expect(storage([0xed, 0, 1, 0x9f]) == .other)
    #expect(storage([0x91, 4]) == .other)
    #expect(storage([]) == .other)
  }

  /// Everything at once from several threads, as one thread sees it.
  @Test func answersSeveralThreads() throws {
    let sections = try Places.customSections(Places.samples + "/rustpanic/rustpanic.wasm")
    @Sendable func describe(_ dwarf: Dwarf) -> [String] {
      dwarf.types { _ in true }.map { "\($0.name) \($0.size ?? 0) \($0.alignment ?? 0)" }
    }
    let expected = describe(Dwarf(DwarfSections { sections[$0] }))
    #expect(expected.count > 300)
    let shared = Dwarf(DwarfSections { sections[$0] })
    let results = Mutex<[[String]]>([])
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      let result = describe(shared)
      results.withLock { $0.append(result) }
    }
    #expect(results.withLock { $0.allSatisfy { $0 == expected } })
  }
}
