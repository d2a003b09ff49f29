import ByteCursor
import DwarfEval
import TestSupport
import Testing

/// Structures, classes and unions with what belongs to them.
@Suite struct RecordTests {
  @Test(arguments: encodings) func readsMembers(_ encoding: UnitEncoding) throws {
    let program = TypeProgram(
      [
        DIE(
          DwTag.classType, [name("C"), number(.byteSize, 24)], label: "C",
          children: [
            DIE(
              DwTag.inheritance,
              [of("B"), number(.dataMemberLocation, 0), number(.accessibility, 1)]),
            DIE(
              DwTag.inheritance,
              [
                of("V"), bytes(.dataMemberLocation, [0x12, 0x06, 0x48, 0x1c, 0x06, 0x22]), number(.virtuality, 1),
                number(.accessibility, 2),
              ]),
            member("a", "int", 4), member("b", "char", 8, [number(.accessibility, 1), flag(.mutable)]),
            DIE(DwTag.member, [name("old"), of("int"), bytes(.dataMemberLocation, [0x23, 0x8c, 0x01])]),
            DIE(DwTag.member, [name("_vptr"), of("int"), flag(.artificial)]),
            DIE(DwTag.member, [of("U"), number(.dataMemberLocation, 16)]),
            DIE(DwTag.member, [name("s"), of("int"), flag(.external), flag(.declaration), number(.constValue, 7)]),
            DIE(DwTag.variable, [name("t"), of("int"), flag(.external), flag(.declaration)]),
            DIE(
              DwTag.subprogram,
              [name("f"), text(.linkageName, "_ZN1C1fEv"), number(.virtuality, 1), number(.accessibility, 1)],
              children: [DIE(DwTag.formalParameter, [of("int"), flag(.artificial)])]),
            DIE(DwTag.subprogram, [name("g")]), DIE(DwTag.typedef, [name("size_type"), of("int")]),
          ]),
        DIE(DwTag.structureType, [name("B"), number(.byteSize, 4)], label: "B", children: [member("x", "int", 0)]),
        DIE(DwTag.structureType, [name("V"), number(.byteSize, 4)], label: "V"),
        DIE(
          DwTag.unionType, [number(.byteSize, 4)], label: "U",
          children: [member("i", "int", 0), member("c", "char", 0)]),
      ], types: ["C", "B", "U"], encoding: encoding)
    let type = try program.type("C")
    let record = try #require(type.record)
    #expect(type.size == 24)
    #expect(type.alignment == 4)
    #expect(record.keyword == .class)
    #expect(record.members.map(\.name) == ["a", "b", "old", "_vptr", nil])
    #expect(record.members.map(\.location.offset) == [4, 8, 140, 0, 16])
    #expect(record.members.map { $0.type?.name } == ["int", "char", "int", "int", "union {...}"])
    #expect(record.members.map(\.accessibility) == [.private, .public, .private, .private, .private])
    #expect(record.members.map(\.isMutable) == [false, true, false, false, false])
    #expect(record.members.map(\.isArtificial) == [false, false, false, true, false])
    #expect(record.staticMembers.map(\.name) == ["s", "t"])
    #expect(record.staticMembers[0].constant?.integer(signed: true) == 7)
    #expect(record.bases.map { $0.type?.name } == ["B", "V"])
    #expect(record.bases.map(\.isVirtual) == [false, true])
    #expect(record.bases.map(\.accessibility) == [.public, .protected])
    #expect(record.bases[0].location.offset == 0)
    guard case .expression(let expression) = record.bases[1].location else {
      Issue.record("no expression")
      return
    }
    #expect(expression.expression?.array == [0x12, 0x06, 0x48, 0x1c, 0x06, 0x22])
    #expect(record.methods.map(\.name) == ["f", "g"])
    #expect(record.methods.map(\.linkageName) == ["_ZN1C1fEv", nil])
    #expect(record.methods.map(\.isVirtual) == [true, false])
    #expect(record.methods.map(\.accessibility) == [.public, .private])
    #expect(try program.type("B").record?.members[0].accessibility == .public)
    #expect(try program.type("U").record?.keyword == .union)
    #expect(!record.isIncomplete)
    #expect(program.dwarf.diagnostics.isEmpty)
  }

  /// `struct { unsigned a : 3; unsigned b : 7; long long c : 33; }`, in both forms.
  @Test func readsBitFieldsOfBothForms() throws {
    func field(_ label: String, _ type: String, _ size: UInt64, _ more: [At]) -> DIE {
      DIE(DwTag.member, [name(label), of(type), number(.bitSize, size)] + more)
    }
    let wide = base("long long", .signed, 8)
    let program = TypeProgram(
      [
        wide,
        DIE(
          DwTag.structureType, [name("New"), number(.byteSize, 16)], label: "new",
          children: [
            field("a", "unsigned int", 3, [number(.dataBitOffset, 0)]),
            field("b", "unsigned int", 7, [number(.dataBitOffset, 3)]),
            field("c", "long long", 33, [number(.dataBitOffset, 64)]),
          ]),
        DIE(
          DwTag.structureType, [name("Old"), number(.byteSize, 16)], label: "old",
          children: [
            field(
              "a", "unsigned int", 3, [number(.byteSize, 4), number(.bitOffset, 29), number(.dataMemberLocation, 0)]),
            field("b", "unsigned int", 7, [number(.bitOffset, 22), number(.dataMemberLocation, 0)]),
            field("c", "alias", 33, [number(.bitOffset, 31), number(.dataMemberLocation, 8)]),
          ]),
        // A field that lies across its storage unit's end.
        DIE(
          DwTag.structureType, [name("Packed"), number(.byteSize, 5)], label: "packed",
          children: [field("d", "unsigned int", 6, [signed(.bitOffset, -4), number(.dataMemberLocation, 0)])]),
        modified(.typedef, "alias", "long long", [name("alias")]),
      ], types: ["new", "old", "packed"])
    let expected = [BitField(offset: 0, size: 3), BitField(offset: 3, size: 7), BitField(offset: 64, size: 33)]
    #expect(try program.type("new").record?.members.map(\.bits) == expected)
    #expect(try program.type("old").record?.members.map(\.bits) == expected)
    #expect(try program.type("packed").record?.members[0].bits == BitField(offset: 30, size: 6))
  }

  @Test func takesMembersOfNoBitsForWhole() throws {
    let none = [number(.bitSize, 0), number(.bitOffset, 32), number(.byteSize, 4)]
    let program = TypeProgram(
      [DIE(DwTag.structureType, [number(.byteSize, 4)], label: "S", children: [member("value", "int", 0, none)])],
      types: ["S"])
    #expect(try program.type("S").record?.members.map(\.bits) == [nil])
  }

  /// What Rust, Swift and Pascal's descendants write for a value that has one of several shapes.
  @Test func readsVariants() throws {
    func variant(_ text: String, _ choice: [At]) -> DIE {
      DIE(DwTag.variant, choice, children: [member(text, "int", 4)])
    }
    func choice(_ value: UInt64, _ form: DwForm) -> At { At(DwAttribute.discrValue, form, .number(value)) }
    let program = TypeProgram(
      [
        base("i8", .signed, 1), base("u8", .unsigned, 1),
        DIE(
          DwTag.structureType, [name("Shape"), number(.byteSize, 8)], label: "Shape",
          children: [
            DIE(
              DwTag.variantPart, [reference(.discr, "tag")],
              children: [
                DIE(DwTag.member, [of("u8"), number(.dataMemberLocation, 2), flag(.artificial)], label: "tag"),
                variant("A", [choice(0, .data1)]), variant("B", [choice(0xff, .data1)]), variant("C", []),
                variant("D", [bytes(.discrList, [1, 10, 20, 0, 0x9e, 1])]),
              ])
          ]),
        DIE(
          DwTag.structureType, [name("Signed"), number(.byteSize, 8)], label: "Signed",
          children: [
            DIE(
              DwTag.variantPart, [of("i8")],
              children: [variant("N", [choice(0xff, .data1)]), variant("R", [bytes(.discrList, [1, 0x70, 0x10])])])
          ]),
        DIE(
          DwTag.structureType, [name("Untold"), number(.byteSize, 8)], label: "Untold",
          children: [DIE(DwTag.variantPart, [], children: [variant("off", []), variant("on", [])])]),
      ], types: ["Shape", "Signed", "Untold"], language: .rust)
    let part = try #require(try program.type("Shape").record?.variantParts.first)
    #expect(part.discriminant?.type?.name == "u8")
    #expect(part.discriminant?.location.offset == 2)
    #expect(part.discriminant?.isArtificial == true)
    #expect(part.variants.map(\.isDefault) == [false, false, true, false])
    func chosen(_ value: Int128) -> String? { part.variant(for: value)?.members.first?.name }
    #expect(chosen(0) == "A")
    #expect(chosen(255) == "B")
    #expect(chosen(7) == "C")
    #expect(chosen(10) == "D" && chosen(15) == "D" && chosen(20) == "D" && chosen(158) == "D")
    let signedPart = try #require(try program.type("Signed").record?.variantParts.first)
    #expect(signedPart.tagType?.name == "i8")
    #expect(signedPart.variants.map(\.values) == [[-1 ... -1], [-16...16]])
    let untold = try #require(try program.type("Untold").record?.variantParts.first)
    #expect(untold.discriminant == nil && untold.tagType == nil)
    #expect(untold.variants.map { $0.members.map(\.name) } == [["off"], ["on"]])
  }

  @Test func followsWhatCompletesADeclaration() throws {
    var builder = DwarfBuilder()
    let declared = DIE(DwTag.structureType, [name("node"), flag(.declaration)], label: "node")
    let other = DIE(
      DwTag.namespace, [name("other")], children: [DIE(DwTag.structureType, [name("node"), number(.byteSize, 99)])])
    builder.unit(
      TypeProgram.unit(
        [
          declared, modified(.pointerType, "p", "node"),
          DIE(DwTag.structureType, [name("lost"), flag(.declaration)], label: "lost"),
          DIE(
            DwTag.namespace, [],
            children: [DIE(DwTag.structureType, [name("own"), flag(.declaration)], label: "own")]),
        ], types: ["node", "p", "lost", "own"]))
    builder.unit(
      TypeProgram.unit([
        other, DIE(DwTag.unionType, [name("node"), number(.byteSize, 3)]),
        DIE(DwTag.namespace, [], children: [DIE(DwTag.structureType, [name("own"), number(.byteSize, 3)])]),
      ]))
    builder.unit(
      TypeProgram.unit([
        DIE(DwTag.classType, [name("node"), number(.byteSize, 12)], children: [member("next", "int", 4)])
      ]))
    let program = TypeProgram(builder.dwarf)
    let type = try program.type("node")
    #expect(type.size == 12)
    #expect(type.record?.members.map(\.name) == ["next"])
    #expect(type.record?.isIncomplete == false)
    #expect(type.definition.entry?.unit.index == 2)
    #expect(try program.type("p").target?.record?.members.count == 1)
    #expect(try program.type("lost").record?.isIncomplete == true)
    #expect(try program.type("lost").size == nil)
    #expect(try program.type("lost").definition == program.type("lost"))
    // Another unit's anonymous namespace is another namespace.
    #expect(try program.type("own").record?.isIncomplete == true)
  }

  @Test func completesDeclarationsByLinkageName() throws {
    var builder = DwarfBuilder()
    func record(_ linkage: String, _ more: [At], _ label: String? = nil) -> DIE {
      DIE(DwTag.structureType, [name("Optional"), text(.linkageName, linkage)] + more, label: label)
    }
    builder.unit(
      TypeProgram.unit(
        [record("$eB", [flag(.declaration)], "d"), record("$eA", [number(.byteSize, 1)])], types: ["d"],
        language: .swift))
    builder.unit(TypeProgram.unit([record("$eB", [number(.byteSize, 2)])], language: .swift))
    #expect(try TypeProgram(builder.dwarf).type("d").size == 2)
  }

  @Test func completesWhatSpecificationsDeclare() throws {
    let program = TypeProgram(
      [
        DIE(
          DwTag.namespace, [name("n")],
          children: [DIE(DwTag.structureType, [name("S"), flag(.declaration)], label: "decl")]),
        DIE(
          DwTag.structureType, [reference(.specification, "decl"), number(.byteSize, 4)], label: "S",
          children: [member("a", "int", 0)]),
      ], types: ["S", "decl"])
    #expect(try program.type("S").name == "n::S")
    #expect(try program.type("S").record?.isIncomplete == false)
    #expect(try program.type("decl").size == 4)
    #expect(try program.type("decl").record?.members.count == 1)
  }

  @Test(arguments: [4, 5] as [UInt16]) func readsTypeUnits(_ version: UInt16) throws {
    var builder = DwarfBuilder(version: version)
    let use = DIE(
      DwTag.namespace, [name("n")],
      children: [
        DIE(DwTag.structureType, [flag(.declaration), number(.signature, 0xabc, .refSig8)], label: "stub"),
        DIE(DwTag.structureType, [name("S"), flag(.declaration), number(.signature, 0xabc, .refSig8)], label: "named"),
      ])
    builder.unit(
      TypeProgram.unit(
        [
          use, DIE(DwTag.pointerType, [number(.type, 0xabc, .refSig8)], label: "p"),
          DIE(
            DwTag.structureType, [name("Lost"), flag(.declaration), number(.signature, 0xdef, .refSig8)], label: "lost"),
        ],
        types: ["stub", "named", "p", "lost"]))
    var unit = DwarfBuilder.Unit(
      version: version,
      DIE(
        DwTag.typeUnit, [number(.language, UInt64(DwLanguage.cPlusPlus14.rawValue), .data2)],
        children: [
          DIE(
            DwTag.namespace, [name("n")],
            children: [
              DIE(
                DwTag.structureType, [name("S"), number(.byteSize, 8)], label: "S",
                children: [DIE(DwTag.member, [name("self"), of("ps"), number(.dataMemberLocation, 4)])])
            ]), DIE(DwTag.pointerType, [of("S")], label: "ps"),
        ]))
    unit.signature = 0xabc
    unit.typeLabel = "S"
    unit.type = 2
    unit.isInTypes = version == 4
    builder.units.append(unit)
    let program = TypeProgram(builder.dwarf)
    for label in ["stub", "named"] {
      let type = try program.type(label)
      #expect(type.size == 8)
      #expect(type.name == "n::S")
      #expect(type.record?.members.map(\.name) == ["self"])
      #expect(type.record?.members[0].type?.target?.record?.members.count == 1)
    }
    #expect(try program.type("p").name == "n::S *")
    #expect(try program.type("lost").record?.isIncomplete == true)
    #expect(program.dwarf.type(named: "n::S")?.size == 8)
  }
}
