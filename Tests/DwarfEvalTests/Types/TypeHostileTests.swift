import ByteCursor
import DwarfEval
import TestSupport
import Testing
import WasmBinary

extension Dwarf {
  /// Asks everything that can be asked about types and variables; how many types there were.
  @discardableResult func readEverything() -> Int {
    var count = 0
    func look(_ type: DwarfType) {
      count += 1
      _ = (type.name, type.size, type.alignment, type.isSigned, type.target, type.linkageName, type.declaration?.line)
      _ = type.declaration(of: "x")
      _ = type.definition.name
      if let record = type.record {
        for member in record.members + record.variantParts.flatMap({ $0.variants.flatMap(\.members) }) {
          _ = (member.type?.size, member.type?.name)
        }
        for part in record.variantParts { _ = part.variant(for: 1) }
      }
      _ = type.enumeration?.isFlags
      _ = type.array?.fixedCount
    }
    for unit in contentUnits {
      guard var entries = try? unit.entries() else { continue }
      while let entry = try? entries.next() {
        look(type(describedBy: entry))
        if let type = entry[.type].flatMap({ type($0, from: unit) }) { look(type) }
      }
      for function in functions(in: unit) {
        _ = callSites(of: function).count
        for range in function.ranges.prefix(4) {
          for address in [range.low, CodeAddress((range.low.rawValue &+ range.high.rawValue) / 2)] {
            for frame in inlineChain(at: address) {
              for scope in localScopes(of: frame, at: address) {
                for variable in scope.variables { _ = (variable.type?.name, qualifiedName(variable), variable.storage) }
              }
            }
          }
        }
      }
      for variable in variables(in: unit) { _ = qualifiedName(variable) }
    }
    _ = types { _ in true }.count
    _ = variables { _ in true }.count
    _ = type(named: "ns::T")
    _ = variables(named: "f::x")
    return count
  }
}

@Suite struct TypeHostileTests {
  private func sections(_ version: UInt16) -> [String: [UInt8]] {
    var builder = DwarfBuilder(version: version)
    builder.unit(
      TypeProgram.unit(
        [
          DIE(
            DwTag.namespace, [name("ns")],
            children: [
              DIE(
                DwTag.structureType, [name("T"), number(.byteSize, 24)], label: "T",
                children: [
                  DIE(DwTag.inheritance, [of("B"), number(.dataMemberLocation, 0), number(.virtuality, 1)]),
                  member("self", "p", 0), member("bits", "int", 4, [number(.bitSize, 3), number(.bitOffset, 5)]),
                  DIE(
                    DwTag.variantPart, [reference(.discr, "tag")],
                    children: [
                      DIE(DwTag.member, [of("int"), number(.dataMemberLocation, 8)], label: "tag"),
                      DIE(DwTag.variant, [number(.discrValue, 1)], children: [member("v", "a", 12)]),
                      DIE(DwTag.variant, [bytes(.discrList, [1, 2, 9, 0, 7])], children: [member("w", "e", 12)]),
                    ]), DIE(DwTag.templateTypeParameter, [name("X"), of("int")]),
                ])
            ]), DIE(DwTag.structureType, [name("B"), flag(.declaration)], label: "B"),
          DIE(DwTag.structureType, [name("B"), number(.byteSize, 4)]), modified(.pointerType, "p", "T"),
          modified(.typedef, "td", "a", [name("td")]), modified(.constType, "c", "td"),
          DIE(DwTag.arrayType, [of("int")], label: "a", children: [DIE(DwTag.subrangeType, [number(.count, 3)])]),
          DIE(
            DwTag.enumerationType, [name("E"), of("int")], label: "e",
            children: [DIE(DwTag.enumerator, [name("one"), number(.constValue, 1)])]),
          DIE(DwTag.subroutineType, [of("p")], label: "f", children: [DIE(DwTag.formalParameter, [of("c")])]),
          DIE(
            DwTag.subprogram, [name("abstract"), number(.inline, 1)], label: "abs",
            children: [
              DIE(DwTag.formalParameter, [name("q"), of("f")], label: "q")
            ]),
          function(
            "f", 0x10, 0x80,
            children: [
              DIE(DwTag.formalParameter, [name("x"), of("c"), bytes(.location, [0x91, 4], .exprloc)]),
              DIE(
                DwTag.lexicalBlock, [low(0x20), high(0x60)],
                children: [DIE(DwTag.variable, [name("y"), of("e"), bytes(.location, [3, 1, 0, 0, 0], .exprloc)])]),
              DIE(
                DwTag.inlinedSubroutine, [reference(.abstractOrigin, "abs"), low(0x40), high(0x50)],
                children: [DIE(DwTag.formalParameter, [reference(.abstractOrigin, "q")])]),
              DIE(
                DwTag.callSite, [reference(.callOrigin, "abs")],
                children: [DIE(DwTag.callSiteParameter, [bytes(.callValue, [0x31], .exprloc)])]),
            ]),
        ], types: ["c", "f", "e"]))
    return builder.build()
  }

  private func dwarf(_ sections: [String: [UInt8]]) -> Dwarf {
    let bytes = sections.mapValues { Bytes(copying: $0) }
    return Dwarf(DwarfSections { bytes[$0] })
  }

  @Test(arguments: [4, 5] as [UInt16]) func survivesFlippedBits(_ version: UInt16) {
    let whole = sections(version)
    let untouched = dwarf(whole)
    #expect(untouched.readEverything() > 60)
    #expect(untouched.diagnostics.isEmpty)
    let names = whole.keys.sorted()
    var random = SeededGenerator(seed: 0x7e9 + UInt64(version))
    for _ in 0..<3000 {
      var sections = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let name = names.randomElement(using: &random)!
        guard let index = sections[name]!.indices.randomElement(using: &random) else { continue }
        sections[name]![index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      }
      dwarf(sections).readEverything()
    }
  }

  @Test(arguments: [4, 5] as [UInt16]) func survivesTruncationAtEveryByte(_ version: UInt16) {
    let whole = sections(version)
    for (name, bytes) in whole {
      for count in 0..<bytes.count {
        var sections = whole
        sections[name] = Array(bytes[..<count])
        dwarf(sections).readEverything()
      }
    }
  }

  @Test(arguments: ["structs/structs.wasm", "dwarf5/dwarf5.wasm"]) func survivesFlippedBitsInASample(_ path: String)
    throws
  {
    let whole = try Places.customSections(Places.samples + "/" + path).filter { $0.key.hasPrefix(".debug") }.mapValues(
      \.array)
    let names = whole.keys.sorted()
    var random = SeededGenerator(seed: 0x5a3)
    for _ in 0..<20 {
      var sections = whole
      for _ in 0..<40 {
        let name = names.randomElement(using: &random)!
        let index = sections[name]!.indices.randomElement(using: &random)!
        sections[name]![index] = UInt8.random(in: 0...255, using: &random)
      }
      let dwarf = dwarf(sections)
      dwarf.readEverything()
      #expect(dwarf.diagnostics.count <= Limits.standard.diagnostics)
    }
  }

  @Test func followsCirclesToTheLimitOnly() throws {
    let tags: [DwTag] = [
      .typedef, .constType, .pointerType, .referenceType, .arrayType, .subroutineType, .enumerationType, .subrangeType,
      .ptrToMemberType, .templateAlias,
    ]
    for tag in tags {
      // Of itself, and of each other.
      let own = TypeProgram([DIE(tag, [of("t"), reference(.containingType, "t")], label: "t")], types: ["t"])
      #expect(own.dwarf.readEverything() > 0)
      let other = TypeProgram([modified(tag, "t", "u"), modified(.typedef, "u", "t", [name("u")])], types: ["t"])
      #expect(other.dwarf.readEverything() > 0)
      let completed = TypeProgram(
        [DIE(tag, [name("x"), flag(.declaration), of("t"), reference(.specification, "t")], label: "t")], types: ["t"])
      #expect(completed.dwarf.readEverything() > 0)
    }
    let typedef = TypeProgram([modified(.typedef, "t", "t", [name("t")])], types: ["t"])
    #expect(try typedef.type("t").underlying == nil)
    #expect(try typedef.type("t").size == nil)
    #expect(try typedef.type("t").name == "t")
    let pointer = TypeProgram([modified(.pointerType, "t", "t")], types: ["t"])
    #expect(try pointer.type("t").name.utf8.count <= Limits.standard.nameBytes)
    #expect(try pointer.type("t").size == 4)
  }

  @Test func survivesRecordsThatHoldThemselves() throws {
    let many = (0..<50).map { member("m\($0)", "t", 0) }
    let program = TypeProgram(
      [
        DIE(
          DwTag.structureType, [name("t")], label: "t",
          children: many + [
            DIE(DwTag.inheritance, [of("t")]), DIE(DwTag.templateTypeParameter, [of("t")]),
            DIE(DwTag.templateTypeParameter, [of("t")]),
            DIE(DwTag.variantPart, [of("t")], children: [DIE(DwTag.variant, [], children: [member("v", "t", 0)])]),
          ]),
        DIE(
          DwTag.subroutineType, [of("f")], label: "f",
          children: (0..<50).map { _ in DIE(DwTag.formalParameter, [of("f")]) }),
      ], types: ["t", "f"])
    #expect(program.dwarf.readEverything() > 0)
    #expect(try program.type("t").name.hasPrefix("t<"))
    #expect(try program.type("t").size == nil)
    #expect(try program.type("f").name.utf8.count <= 2 * Limits.standard.nameBytes)
  }

  @Test func survivesCountsThatLie() throws {
    let program = TypeProgram(
      [
        DIE(
          DwTag.arrayType, [of("a")], label: "a",
          children: (0..<40).map { _ in DIE(DwTag.subrangeType, [number(.count, .max)]) }),
        DIE(
          DwTag.arrayType, [of("int"), number(.byteStride, .max)], label: "b",
          children: [DIE(DwTag.subrangeType, [number(.count, .max)])]),
        DIE(
          DwTag.arrayType, [of("int")], label: "c",
          children: [DIE(DwTag.subrangeType, [signed(.lowerBound, .min), signed(.upperBound, .max)])]),
        DIE(
          DwTag.structureType, [name("s"), number(.byteSize, .max)], label: "s",
          children: [
            member("x", "int", .max, [number(.bitSize, .max), signed(.bitOffset, .min), number(.byteSize, .max)]),
            member("y", "int", 1 << 62, [number(.bitSize, 3), number(.dataBitOffset, .max)]),
          ]), base("huge", .signed, 255, [number(.bitSize, .max), signed(.bitOffset, .min)]),
      ], types: ["a", "b", "c", "s", "huge"])
    #expect(program.dwarf.readEverything() > 0)
    #expect(try program.type("a").size == nil)
    #expect(try program.type("b").size == nil)
    #expect(try program.type("c").size == nil)
    #expect(try program.type("s").pointer.target?.array(.max).size == nil)
  }

  @Test func survivesDeepNesting() throws {
    // A hundred thousand blocks in each other, and as many structures; all around one address.
    for tag: DwTag in [.lexicalBlock, .structureType, .variantPart, .enumerationType] {
      var info = ByteBuilder()
      info.raw([UInt8](repeating: 2, count: 100_000))
      info.raw([3, 0x78, 0])
      var unit = ByteBuilder()
      unit.u32(UInt32(info.bytes.count + 7 + 10))
      unit.u16(4)
      unit.u32(0)
      unit.u8(4)
      unit.raw([5])
      unit.raw([4, 0x10, 0, 0, 0, 0x20, 0, 0, 0])
      unit.raw(info.bytes)
      var table = ByteBuilder()
      table.uleb(2)
      table.uleb(UInt64(tag.rawValue))
      table.raw([1, 0, 0])
      table.raw([3, 0x34, 0, 0x03, 0x08, 0, 0])
      table.raw([4, 0x2e, 1, 0x11, 1, 0x12, 1, 0, 0])
      table.raw([5, 0x11, 1, 0, 0])
      table.u8(0)
      let dwarf = dwarf([".debug_info": unit.bytes, ".debug_abbrev": table.bytes])
      let function = try #require(dwarf.function(containing: CodeAddress(0x18)))
      let scopes = dwarf.localScopes(of: function, at: CodeAddress(0x18))
      #expect(scopes.count <= Limits.standard.nesting)
      if tag == .lexicalBlock { #expect(scopes.first?.variables.map(\.name) == ["x"]) }
      _ = dwarf.variables(in: dwarf.units[0])
      let inner = try dwarf.units[0].entry(at: UnitOffset(0x1000))
      _ = (dwarf.type(describedBy: inner).name, dwarf.type(describedBy: inner).record?.members.count)
    }
  }
}
