import ByteCursor
import DwarfEval
import TestSupport
import Testing

@Suite struct UnitTests {
  @Test(arguments: encodings) func readsHeadersAndRoots(_ encoding: UnitEncoding) throws {
    var builder = DwarfBuilder(encoding)
    builder.unit(
      DIE(
        DwTag.compileUnit,
        [
          name("a.c", .strp), At(DwAttribute.compDir, DwForm.string, .text("/src")),
          At(DwAttribute.producer, DwForm.strp, .text("a compiler")), number(.language, 0x1d, .data2),
          low(0x100), number(.stmtList, 0x40, encoding.offsetForm),
        ]))
    builder.unit(DIE(DwTag.partialUnit, [name("b.c")], children: [DIE(DwTag.baseType, [name("int")])]))
    let dwarf = builder.dwarf
    #expect(dwarf.units.count == 2)
    let unit = try #require(dwarf.units.first)
    #expect(unit.encoding == encoding)
    #expect(unit.header.offset == 0)
    #expect(unit.root.tag == .compileUnit)
    #expect(!unit.root.hasChildren)
    #expect(unit.name == "a.c")
    #expect(unit.compDir == "/src")
    #expect(unit.producer == "a compiler")
    #expect(unit.root.language == .c11)
    #expect(unit.root.lowPC == 0x100)
    #expect(unit.root.lineProgram == DebugLineOffset(0x40))
    let second = dwarf.units[1]
    #expect(second.header.offset == UInt64(unit.header.bytes.count))
    #expect(second.root.tag == .partialUnit)
    #expect(second.root.hasChildren)
    #expect(second.name == "b.c")
    #expect(dwarf.unit(holding: DebugInfoOffset(second.header.offset + 3)) === second)
    #expect(dwarf.unit(holding: DebugInfoOffset(second.header.offset - 1)) === unit)
    #expect(dwarf.unit(holding: DebugInfoOffset(1 << 40)) == nil)
    #expect(dwarf.diagnostics.isEmpty)
  }

  @Test(arguments: [4, 8] as [UInt8]) func readsTypeSkeletonAndSplitUnits(_ offsetSize: UInt8) throws {
    var builder = DwarfBuilder(UnitEncoding(version: 5, offsetSize: offsetSize, addressSize: 4))
    func add(_ type: DwUnitType, _ root: DIE, typeLabel: String? = nil) {
      var unit = DwarfBuilder.Unit(version: 5, is64Bit: offsetSize == 8, root)
      unit.type = type.rawValue
      unit.signature = 0x1122
      unit.typeLabel = typeLabel
      unit.dwoID = 0x3344
      builder.units.append(unit)
    }
    add(.compile, DIE(DwTag.compileUnit, [name("c")]))
    add(.partial, DIE(DwTag.partialUnit, [name("p")]))
    add(
      .type, DIE(DwTag.typeUnit, [], children: [DIE(DwTag.structureType, [name("S")], label: "S")]), typeLabel: "S")
    add(
      .skeleton,
      DIE(DwTag.skeletonUnit, [At(DwAttribute.dwoName, DwForm.string, .text("x.dwo")), low(0x40), size(0x10)]))
    add(.splitCompile, DIE(DwTag.compileUnit, [name("s")]))
    add(DwUnitType(rawValue: 0x42), DIE(DwTag.compileUnit, [name("unknown")]))
    add(.compile, DIE(DwTag.compileUnit, [name("last")]))
    let dwarf = builder.dwarf
    #expect(dwarf.units.map(\.header.type) == [.compile, .partial, .type, .skeleton, .splitCompile, .compile])
    #expect(dwarf.units[2].header.typeSignature == 0x1122)
    #expect(dwarf.typeUnit(signature: 0x1122) === dwarf.units[2])
    #expect(dwarf.typeUnit(signature: 0x1123) == nil)
    let typeEntry = try dwarf.units[2].entry(at: try #require(dwarf.units[2].header.typeOffset))
    #expect(typeEntry[.name].flatMap { typeEntry.unit.string($0) } == "S")
    #expect(dwarf.units[3].header.dwoID == 0x3344)
    #expect(dwarf.units[3].root.dwoID == 0x3344)
    #expect(dwarf.units[3].dwoName == "x.dwo")
    #expect(dwarf.unit(containing: CodeAddress(0x48)) === dwarf.units[3])
    #expect(dwarf.function(containing: CodeAddress(0x48)) == nil)
    #expect(dwarf.units[5].name == "last")
    #expect(
      dwarf.diagnostics.map(\.message) == ["a unit: unknown unit type (0x42)", "the split unit x.dwo is missing"])
  }

  @Test func readsTypeUnitsOfVersion4() throws {
    var builder = DwarfBuilder()
    var unit = DwarfBuilder.Unit(
      DIE(DwTag.typeUnit, [], children: [DIE(DwTag.classType, [name("T")], label: "T")]))
    unit.isInTypes = true
    unit.signature = 99
    unit.typeLabel = "T"
    builder.units = [unit]
    builder.unit(
      DIE(
        DwTag.compileUnit, [],
        children: [DIE(DwTag.variable, [At(DwAttribute.type, DwForm.refSig8, .number(99))])]))
    let dwarf = builder.dwarf
    #expect(dwarf.units.map(\.header.section) == [.info, .types])
    var entries = try dwarf.units[0].entries()
    _ = try entries.next()
    let variable = try #require(try entries.next())
    let type = dwarf.entry(try #require(variable[.type]), from: variable.unit)
    #expect(type?[.name].flatMap { type?.unit.string($0) } == "T")
  }

  @Test func hopsOverWhatItCannotRead() throws {
    var builder = DwarfBuilder()
    builder.unit(DIE(DwTag.compileUnit, [name("a")]))
    var wrong = DwarfBuilder.Unit(DIE(DwTag.compileUnit, [name("wrong")]))
    wrong.version = 6
    builder.units.append(wrong)
    var odd = DwarfBuilder.Unit(DIE(DwTag.compileUnit, [name("odd")]))
    odd.addressSize = 5
    builder.units.append(odd)
    builder.unit(DIE(DwTag.compileUnit, [name("b")]))
    var info = builder.build()
    // Padding between and behind units, and a length that is reserved.
    info[".debug_info"] = info[".debug_info"]! + [0, 0, 0, 0, 0, 0, 0, 0, 0xf8, 0xff, 0xff, 0xff, 1, 2, 3]
    let sections = info.mapValues { Bytes(copying: $0) }
    let dwarf = Dwarf(DwarfSections { sections[$0] })
    #expect(dwarf.units.map { $0.name ?? "" } == ["a", "b"])
    #expect(
      dwarf.diagnostics.map(\.message) == [
        "a unit: unknown DWARF version (0x6)", "a unit: unsupported address size (0x5)",
        "a unit: unit length is a reserved value (0xfffffff8)",
      ])
    #expect(dwarf.diagnostics.allSatisfy { $0.section == ".debug_info" })
  }

  @Test func readsWhatIsLeftOfAnUnitThatIsCutOff() throws {
    var builder = DwarfBuilder()
    builder.unit(DIE(DwTag.compileUnit, [name("a")], children: [function("f", 0x10, 0x20)]))
    builder.units[0].length = 10_000
    let dwarf = builder.dwarf
    #expect(dwarf.units.count == 1)
    #expect(dwarf.names(at: 0x10) == ["f"])
    #expect(dwarf.diagnostics.map(\.message) == ["the end of a unit: unit is longer than its section (0x2710)"])
  }

  @Test func capsUnits() {
    var builder = DwarfBuilder()
    for _ in 0..<20 { builder.unit(DIE(DwTag.compileUnit)) }
    var limits = Limits()
    limits.units = 7
    let dwarf = Dwarf(DwarfSections(section: builder.bytes()), limits: limits)
    #expect(dwarf.units.count == 7)
    #expect(dwarf.diagnostics.count == 1)
  }

  @Test(arguments: DwarfSections.Variant.allCases) func findsSectionsByName(_ variant: DwarfSections.Variant) {
    var asked: [String] = []
    let sections = DwarfSections(variant) {
      asked.append($0)
      return Bytes(copying: $0.utf8)
    }
    let suffix = variant == .split ? ".dwo" : ""
    #expect(asked.count == 14)
    #expect(sections.info.bytes.string == ".debug_info" + suffix)
    #expect(sections.strOffsets.bytes.string == ".debug_str_offsets" + suffix)
    #expect(sections.rngLists.bytes.string == ".debug_rnglists" + suffix)
    #expect(DwarfSections { _ in nil }.info.bytes.isEmpty)
  }

  @Test(arguments: [1, 3, 1000] as [UInt64]) func readsEntries(_ step: UInt64) throws {
    var builder = DwarfBuilder()
    var unit = DwarfBuilder.Unit(
      DIE(
        DwTag.compileUnit, [name("u")],
        children: [
          DIE(DwTag.namespace, [name("n")], children: [DIE(DwTag.baseType, [name("int"), number(.byteSize, 4)])]),
          DIE(
            DwTag.variable,
            [
              At(DwAttribute.location, DwForm.exprloc, .bytes([3, 1, 2, 3, 4])), name("v"),
              At(DwAttribute.constValue, DwForm.implicitConst, .signed(-5)),
              At(DwAttribute.declLine, DwForm.indirect, .indirect(DwForm.udata.rawValue, .number(300))),
            ], label: "v"),
          DIE(DwTag.pointerType),
        ]))
    unit.codeStep = step
    builder.units = [unit]
    let dwarf = builder.dwarf
    var entries = try dwarf.units[0].entries()
    var lines: [String] = []
    while let entry = try entries.next() {
      lines.append("\(entries.depth) \(entry.tag) \(entry[.name].flatMap { entry.unit.string($0) } ?? "-")")
      #expect(try entry.unit.entry(at: entry.offset) == entry)
    }
    #expect(
      lines == [
        "0 DW_TAG_compile_unit u", "1 DW_TAG_namespace n", "2 DW_TAG_base_type int", "1 DW_TAG_variable v",
        "1 DW_TAG_pointer_type -",
      ])
    #expect(try entries.next() == nil)
    // A family alone.
    entries = try dwarf.units[0].entries()
    _ = try entries.next()
    let namespace = try #require(try entries.next())
    _ = try entries.next()
    let variable = try #require(try entries.next())
    var family = try dwarf.units[0].entries(from: namespace.offset)
    var count = 0
    while try family.next() != nil { count += 1 }
    #expect(count == 2)
    var attributes = variable.attributes
    var names: [DwAttribute] = []
    while let (name, _) = try attributes.next() { names.append(name) }
    #expect(names == [.location, .name, .constValue, .declLine])
    #expect(variable[.location]?.expression?.array == [3, 1, 2, 3, 4])
    #expect(variable[.constValue]?.signedValue == -5)
    #expect(variable[.declLine]?.unsignedValue == 300)
    #expect(variable[.type] == nil)
    #expect(throws: ReadError.self) { try dwarf.units[0].entry(at: UnitOffset(2)) }
    #expect(throws: ReadError.self) { try dwarf.units[0].entry(at: UnitOffset(.max)) }
  }

  @Test func keepsAbbreviationsInFrontOfDamage() throws {
    var builder = DwarfBuilder()
    builder.unit(DIE(DwTag.compileUnit, [name("u")], children: [function("f", 0x10, 0x20)]))
    let whole = builder.build()
    let table = whole[".debug_abbrev"]!
    // Children that are neither yes nor no, a name without a form, a tag beyond 16 bits.
    for damage: [UInt8] in [[3, 0x2e, 7, 0, 0], [3, 0x2e, 0, 3, 0, 0, 0], [3, 0x80, 0x80, 0x80, 0x01, 0, 0, 0]] {
      builder.other[".debug_abbrev"] = table.dropLast() + damage + [0]
      let dwarf = builder.dwarf
      #expect(dwarf.names(at: 0x18) == ["f"])
      #expect(
        dwarf.diagnostics.map(\.message.description).allSatisfy {
          $0.hasPrefix("the end of an abbreviation table: malformed abbreviation declaration")
        })
      #expect(dwarf.diagnostics.count == 1)
    }
    builder.other[".debug_abbrev"] = []
    let dwarf = builder.dwarf
    #expect(dwarf.units[0].name == nil)
    #expect(dwarf.diagnostics.map(\.message) == ["a unit's first entry: abbreviation code is not in the table (0x1)"])
  }
}
