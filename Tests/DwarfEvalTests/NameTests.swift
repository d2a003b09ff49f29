import ByteCursor
import DwarfEval
import TestSupport
import Testing

@Suite struct NameTests {
  @Test(arguments: encodings) func followsReferencesAcrossUnits(_ encoding: UnitEncoding) throws {
    var builder = DwarfBuilder(encoding)
    builder.unit(
      DIE(
        DwTag.compileUnit, [low(0x10), high(0x40), number(.language, 0x21)],
        children: [
          // A definition of what another unit declares, behind this one.
          DIE(
            DwTag.subprogram,
            [reference(.specification, "declaration", .refAddr), low(0x10), high(0x20), number(.declLine, 70)]),
          // A concrete instance of an abstract one, which completes a declaration.
          DIE(
            DwTag.subprogram, [reference(.specification, "declaration", .refAddr), number(.inline, 1)],
            label: "abstract"),
          DIE(
            DwTag.subprogram, [reference(.abstractOrigin, "abstract", .refUdata), low(0x20), high(0x30)],
            children: [
              DIE(DwTag.inlinedSubroutine, [reference(.abstractOrigin, "free", .refAddr), low(0x28), high(0x2c)])
            ]),
        ]))
    builder.unit(
      DIE(
        DwTag.compileUnit, [number(.language, 0x1a)],
        children: [
          DIE(
            DwTag.namespace, [name("a")],
            children: [
              DIE(
                DwTag.namespace, [],
                children: [
                  DIE(
                    DwTag.classType, [name("B<int>")],
                    children: [
                      DIE(DwTag.member, [name("m")]),
                      DIE(
                        DwTag.subprogram,
                        [
                          name("f"), At(DwAttribute.linkageName, DwForm.string, .text("_ZN1a1f")),
                          flag(.external), flag(.noreturn), number(.declFile, 3), number(.declLine, 40),
                        ], label: "declaration"),
                    ])
                ]),
              DIE(
                DwTag.subprogram,
                [
                  name("free"), At(DwAttribute.mipsLinkageName, DwForm.string, .text("_ZN1a4free")),
                  flag(.artificial),
                ], label: "free"),
            ])
        ]))
    let dwarf = builder.dwarf
    let info = try #require(dwarf.inlineChain(at: CodeAddress(0x10)).first.flatMap { dwarf.info($0) })
    #expect(info.name == "f")
    #expect(info.linkageName == "_ZN1a1f")
    #expect(info.language == .cPlusPlus11)
    #expect(info.isExternal)
    #expect(info.isNoReturn)
    #expect(!info.isArtificial)
    // The definition says only the line; its file is the declaration's, of the table of that unit.
    #expect(info.declaration?.file == 3)
    #expect(info.declaration?.line == 70)
    #expect(info.declaration?.unit === dwarf.units[1])
    #expect(dwarf.qualifiedName(info) == "a::(anonymous namespace)::B<int>::f")
    #expect(dwarf.qualifiedName(at: 0x20) == "a::(anonymous namespace)::B<int>::f")
    #expect(dwarf.qualifiedName(at: 0x28) == "a::free")
    let free = try #require(dwarf.inlineChain(at: CodeAddress(0x28)).first.flatMap { dwarf.info($0) })
    #expect(free.linkageName == "_ZN1a4free")
    #expect(free.isArtificial)
    #expect(free.declaration == nil)
    #expect(dwarf.functions(named: "a::(anonymous namespace)::B<int>::f").count == 2)
    #expect(dwarf.functions(named: "_ZN1a1f").count == 2)
    #expect(dwarf.diagnostics.isEmpty)
  }

  @Test func namesScopesThatAreDeclaredElsewhere() {
    var builder = DwarfBuilder()
    var type = DwarfBuilder.Unit(
      DIE(
        DwTag.typeUnit, [],
        children: [
          DIE(DwTag.namespace, [name("t")], children: [DIE(DwTag.structureType, [name("Type")], label: "type")])
        ]))
    type.isInTypes = true
    type.signature = 77
    type.typeLabel = "type"
    builder.units = [type]
    builder.unit(
      DIE(
        DwTag.compileUnit, [low(0x10), high(0x50)],
        children: [
          DIE(
            DwTag.namespace, [name("n")],
            children: [
              DIE(
                DwTag.classType, [name("Outer")],
                children: [DIE(DwTag.classType, [name("Inner"), flag(.declaration)], label: "inner")]),
              function("g", 0x28, 0x30),
            ]),
          DIE(DwTag.classType, [reference(.specification, "inner")], children: [function("f", 0x10, 0x18)]),
          DIE(
            DwTag.structureType, [At(DwAttribute.signature, DwForm.refSig8, .number(77)), flag(.declaration)],
            children: [function("m", 0x18, 0x20)]),
          DIE(DwTag.unionType, [], children: [function("u", 0x20, 0x28)]),
          function(
            "local", 0x30, 0x50,
            children: [
              DIE(
                DwTag.lexicalBlock, [],
                children: [DIE(DwTag.structureType, [name("L")], children: [function("l", 0x40, 0x48)])])
            ]),
        ]))
    let dwarf = builder.dwarf
    #expect(dwarf.qualifiedName(at: 0x10) == "n::Outer::Inner::f")
    #expect(dwarf.qualifiedName(at: 0x18) == "t::Type::m")
    #expect(dwarf.qualifiedName(at: 0x20) == "(anonymous union)::u")
    #expect(dwarf.qualifiedName(at: 0x28) == "n::g")
    #expect(dwarf.qualifiedName(at: 0x40) == "local::L::l")
    #expect(dwarf.qualifiedName(at: 0x30) == "local")
  }

  @Test func writesScopesAsTheLanguageDoes() {
    for (language, expected): (DwLanguage, String) in [(.swift, "M.S.f"), (.zig, "M.S.f"), (.rust, "M::S::f")] {
      var builder = DwarfBuilder()
      builder.unit(
        DIE(
          DwTag.compileUnit, [low(0x10), high(0x20), number(.language, UInt64(language.rawValue))],
          children: [
            DIE(
              DwTag.module, [name("M")],
              children: [DIE(DwTag.structureType, [name("S")], children: [function("f", 0x10, 0x20)])])
          ]))
      #expect(builder.dwarf.qualifiedName(at: 0x10) == expected)
    }
  }

  @Test func survivesReferencesThatLeadInCircles() {
    var builder = DwarfBuilder()
    builder.unit(
      DIE(
        DwTag.compileUnit, [low(0x10), high(0x60)],
        children: [
          DIE(
            DwTag.subprogram, [reference(.abstractOrigin, "self"), low(0x10), high(0x20)], label: "self"),
          DIE(
            DwTag.subprogram, [reference(.abstractOrigin, "b", .refAddr), low(0x20), high(0x30)], label: "a"),
          DIE(DwTag.subprogram, [reference(.specification, "a"), name("b")], label: "b"),
          DIE(
            DwTag.classType, [reference(.specification, "class"), name("C")], label: "class",
            children: [function("m", 0x30, 0x40)]),
          // Out of the unit, out of the section, into the middle of nothing.
          DIE(DwTag.subprogram, [number(.abstractOrigin, 0xffff, .ref4), low(0x40), high(0x44), name("out")]),
          DIE(DwTag.subprogram, [number(.abstractOrigin, 0xffff_ffff, .refAddr), low(0x44), high(0x48), name("far")]),
          DIE(DwTag.subprogram, [number(.abstractOrigin, 1, .ref4), low(0x48), high(0x4c), name("header")]),
          DIE(DwTag.subprogram, [number(.abstractOrigin, 5, .refSig8), low(0x4c), high(0x50), name("type")]),
          DIE(DwTag.subprogram, [number(.abstractOrigin, 5, .gnuRefAlt), low(0x50), high(0x54), name("alt")]),
        ]))
    let dwarf = builder.dwarf
    #expect(dwarf.names(at: 0x10) == ["?"])
    #expect(dwarf.names(at: 0x20) == ["b"])
    #expect(dwarf.qualifiedName(at: 0x30)?.hasSuffix("C::m") == true)
    #expect(
      [0x40, 0x44, 0x48, 0x4c, 0x50].map { dwarf.names(at: $0) } == [["out"], ["far"], ["header"], ["type"], ["alt"]])
  }

  @Test func readsStringsWhereverTheyAre() {
    for encoding in encodings {
      var builder = DwarfBuilder(encoding)
      var forms: [DwForm] = [.string, .strp, .lineStrp, .gnuStrIndex]
      if encoding.version == 5 { forms += [.strx, .strx1, .strx2, .strx3, .strx4] }
      let bases = encoding.version == 5 ? [number(.strOffsetsBase, builder.strOffsetsBase, .secOffset)] : []
      builder.unit(
        DIE(
          DwTag.compileUnit, [low(0x10), high(0x100)] + bases,
          children: forms.enumerated().map { index, form in
            DIE(
              DwTag.subprogram,
              [name("\(form)", form), low(UInt64(0x10 + index)), high(UInt64(0x11 + index))])
          }))
      let dwarf = builder.dwarf
      for (index, form) in forms.enumerated() { #expect(dwarf.names(at: UInt64(0x10 + index)) == ["\(form)"]) }
    }
  }

  @Test func readsAddressesWhereverTheyAre() {
    for encoding in encodings {
      var builder = DwarfBuilder(encoding)
      var forms: [DwForm] = [.addr, .gnuAddrIndex]
      if encoding.version == 5 { forms += [.addrx, .addrx1, .addrx2, .addrx3, .addrx4] }
      let bases = encoding.version == 5 ? [number(.addrBase, builder.addrBase, .secOffset)] : []
      builder.unit(
        DIE(
          DwTag.compileUnit, [low(0x10), high(0x100)] + bases,
          children: forms.enumerated().map { index, form in
            DIE(
              DwTag.subprogram,
              [
                name("\(form)"), low(UInt64(0x10 + 4 * index), form),
                At(DwAttribute.highPC, form, .address(UInt64(0x14 + 4 * index))),
              ])
          }))
      let dwarf = builder.dwarf
      for (index, form) in forms.enumerated() { #expect(dwarf.names(at: UInt64(0x13 + 4 * index)) == ["\(form)"]) }
    }
  }

  @Test func capsNames() {
    var builder = DwarfBuilder()
    let long = String(repeating: "x", count: 1000)
    builder.unit(DIE(DwTag.compileUnit, [low(0x10), high(0x20)], children: [function(long, 0x10, 0x20)]))
    var limits = Limits()
    limits.nameBytes = 100
    let dwarf = Dwarf(DwarfSections(section: builder.bytes()), limits: limits)
    #expect(dwarf.names(at: 0x10).first?.count == 100)
  }
}
