import ByteCursor
import DwarfEval
import TestSupport
import Testing
import WasmBinary

@Suite struct HostileTests {
  private func sample(_ version: UInt16) -> [String: [UInt8]] {
    var builder = DwarfBuilder(version: version)
    let ranges = builder.ranges([(0x10, 0x40), (0x50, 0x80)])
    let text: DwForm = version < 5 ? .strp : .strx
    var bases: [At] = []
    if version == 5 {
      bases = [
        number(.strOffsetsBase, builder.strOffsetsBase, .secOffset),
        number(.rnglistsBase, builder.rngListsBase, .secOffset),
      ]
    }
    builder.unit(
      DIE(
        DwTag.compileUnit, [name("u", text), low(0), ranges] + bases,
        children: [
          DIE(
            DwTag.namespace, [name("n", text)],
            children: [DIE(DwTag.subprogram, [name("decl", text)], label: "d")]),
          DIE(
            DwTag.subprogram, [reference(.specification, "d"), low(0x10), high(0x40)],
            children: [
              DIE(
                DwTag.inlinedSubroutine,
                [reference(.abstractOrigin, "d", .refAddr), ranges, number(.callLine, 4), number(.callFile, 1)])
            ]),
          DIE(DwTag.variable, [At(DwAttribute.location, DwForm.exprloc, .bytes([3, 0, 0, 0, 0]))]),
          function("f", 0x50, 0x80),
        ]))
    return builder.build()
  }

  private func dwarf(_ sections: [String: [UInt8]]) -> Dwarf {
    let bytes = sections.mapValues { Bytes(copying: $0) }
    return Dwarf(DwarfSections { bytes[$0] })
  }

  @Test(arguments: [2, 4, 5] as [UInt16]) func survivesTruncationAtEveryByte(_ version: UInt16) {
    let whole = sample(version)
    #expect(dwarf(whole).readAll() == 2)
    for (name, bytes) in whole {
      for count in 0..<bytes.count {
        var sections = whole
        sections[name] = Array(bytes[..<count])
        let dwarf = dwarf(sections)
        dwarf.readAll()
        _ = dwarf.locate((0..<0x90).map { CodeAddress($0) })
        // Something was lost, and it is said what; but the string that is cut off may be one that nothing asks for.
        if name == ".debug_info", count > 0 { #expect(!dwarf.diagnostics.isEmpty, "\(name) \(count)") }
      }
    }
  }

  @Test(arguments: [2, 4, 5] as [UInt16]) func survivesFlippedBits(_ version: UInt16) {
    let whole = sample(version)
    let names = whole.keys.sorted()
    var random = SeededGenerator(seed: 0xd0a7f + UInt64(version))
    for _ in 0..<4000 {
      var sections = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let name = names.randomElement(using: &random)!
        guard let index = sections[name]!.indices.randomElement(using: &random) else { continue }
        sections[name]![index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      }
      let dwarf = dwarf(sections)
      dwarf.readAll()
      _ = dwarf.locate([0x10, 0x18, 0x3f, 0x50, 0x7f].map { CodeAddress($0) })
    }
  }

  @Test(.enabled(if: Places.hasCorpus), arguments: ["traps-O2.wasm", "traps-dw5-O2.wasm"])
  func survivesFlippedBitsInARealModule(_ module: String) throws {
    var sections: [String: [UInt8]] = [:]
    for section in try SectionReader(try Places.bytes(Places.corpus + "/" + module)) {
      if let name = section.name, name.hasPrefix(".debug") { sections[name] = section.contents.array }
    }
    let names = sections.keys.sorted()
    var random = SeededGenerator(seed: 0x5eed)
    for _ in 0..<60 {
      var damaged = sections
      for _ in 0..<30 {
        let name = names.randomElement(using: &random)!
        let index = damaged[name]!.indices.randomElement(using: &random)!
        damaged[name]![index] = UInt8.random(in: 0...255, using: &random)
      }
      let dwarf = dwarf(damaged)
      dwarf.readAll()
      #expect(dwarf.diagnostics.count <= Limits.standard.diagnostics)
    }
  }

  @Test func capsRangeListsThatEverythingNames() {
    // Ten thousand functions that all name one list of ten thousand ranges: a hundred million ranges if believed.
    var builder = DwarfBuilder()
    let list: [(UInt64, UInt64)] = (0..<10_000 as Range<UInt64>).map { (0x100 + 4 * $0, 0x102 + 4 * $0) }
    let ranges = builder.ranges(list)
    builder.unit(
      DIE(
        DwTag.compileUnit, [low(0x100), high(0x10_0000)],
        children: (0..<10_000).map { _ in DIE(DwTag.subprogram, [ranges]) }))
    let dwarf = builder.dwarf
    #expect(dwarf.function(containing: CodeAddress(0x204)) != nil)
    #expect(dwarf.diagnostics.contains { $0.message.contains("exceeds the limit") })
  }

  @Test func capsAbbreviationTablesThatOverlap() {
    // Units that each start their table one byte further into a long one.
    var table = ByteBuilder()
    for code in 1...20_000 as ClosedRange<UInt64> {
      table.uleb(code)
      table.raw([0x34, 0, 0, 0])
    }
    var info = ByteBuilder()
    for index in 0..<20_000 as Range<UInt32> {
      info.u32(9)
      info.u16(4)
      info.u32(index * 3)
      info.u8(4)
      info.raw([0x7f, 0])
    }
    let dwarf = dwarf([".debug_info": info.bytes, ".debug_abbrev": table.bytes])
    #expect(dwarf.units.count == 20_000)
    #expect(dwarf.unit(containing: CodeAddress(0x10)) == nil)
    #expect(dwarf.diagnostics.contains { $0.message.contains("exceeds the limit") })
  }

  @Test func survivesDeepNesting() {
    // A hundred thousand namespaces in each other, and as many inlined subroutines.
    for tag: DwTag in [.namespace, .inlinedSubroutine] {
      var info = ByteBuilder()
      info.u8(1)
      info.raw([UInt8](repeating: 2, count: 100_000))
      if tag == .namespace { info.raw([3, 0x18, 0, 0, 0, 0x20, 0, 0, 0]) }
      var unit = ByteBuilder()
      unit.u32(UInt32(info.bytes.count + 7 + 9))
      unit.u16(4)
      unit.u32(0)
      unit.u8(4)
      // The unit's root, or a function around all of them.
      let isScope = tag == .namespace
      if !isScope { unit.raw([4, 0x10, 0, 0, 0, 0x20, 0, 0, 0]) } else { unit.raw([5, 1, 0, 0, 0, 0xff, 0, 0, 0]) }
      unit.raw(info.bytes)
      var table = ByteBuilder()
      table.raw([1, 0x34, 0, 0, 0])
      table.uleb(2)
      table.uleb(UInt64(tag.rawValue))
      table.raw([1, 0, 0])
      table.raw([3, 0x2e, 0, 0x11, 1, 0x12, 1, 0, 0])
      table.raw([4, 0x2e, 1, 0x11, 1, 0x12, 1, 0, 0])
      table.raw([5, 0x11, 1, 0x11, 1, 0x12, 1, 0, 0])
      table.u8(0)
      let dwarf = dwarf([".debug_info": unit.bytes, ".debug_abbrev": table.bytes])
      dwarf.readAll()
      if isScope { #expect(dwarf.functions(in: dwarf.units[0]).count == 1) }
    }
  }
}
