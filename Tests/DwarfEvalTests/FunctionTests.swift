import ByteCursor
import DwarfEval
import TestSupport
import Testing

@Suite struct FunctionTests {
  /// Three functions, one of them in two pieces, with inlined subroutines in each other, in blocks and in pieces.
  private func program(_ encoding: UnitEncoding) -> DwarfBuilder {
    var builder = DwarfBuilder(encoding)
    let version = encoding.version
    let unit = builder.ranges([(0x10, 0x40), (0x50, 0x58), (0x100, 0x180)])
    let pieces = builder.ranges([(0x30, 0x40), (0x50, 0x58)], index: false)
    let inlined = builder.ranges([(0x110, 0x118), (0x130, 0x140)])
    /// `DW_AT_high_pc` is a distance since version 4 only.
    func end(_ low: UInt64, _ end: UInt64) -> At {
      version < 4 ? high(end) : version == 4 ? size(end - low) : size(end - low, .udata)
    }
    func inline(_ origin: String, _ code: [At], _ line: UInt64, _ children: [DIE] = []) -> DIE {
      DIE(
        DwTag.inlinedSubroutine,
        [reference(.abstractOrigin, origin, version < 3 ? .refUdata : .ref4)] + code + [
          number(.callFile, 1, .data1), number(.callLine, line, .data2), number(.callColumn, line + 1),
        ], children: children)
    }
    let text: DwForm = version < 5 ? .strp : .strx1
    let code: DwForm = version < 5 ? .addr : .addrx
    let bases =
      version < 5
      ? []
      : [
        number(.strOffsetsBase, builder.strOffsetsBase, .secOffset), number(.addrBase, builder.addrBase, .secOffset),
        number(.rnglistsBase, builder.rngListsBase, .secOffset),
      ]
    builder.unit(
      DIE(
        DwTag.compileUnit, [name("a.c", text), low(0, code), unit] + bases,
        children: [
          DIE(DwTag.subprogram, [name("one", text), number(.inline, 1)], label: "one"),
          DIE(DwTag.subprogram, [name("two", text), number(.inline, 1)], label: "two"),
          DIE(DwTag.subprogram, [name("plain", text), low(0x10, code), end(0x10, 0x30)]),
          DIE(DwTag.subprogram, [name("pieces", text), pieces]),
          DIE(DwTag.subprogram, [name("declared", text), flag(.declaration)]),
          DIE(
            DwTag.subprogram, [name("outer", text), low(0x100, code), end(0x100, 0x180)],
            children: [
              DIE(DwTag.formalParameter, [name("x", text)]),
              inline("one", [low(0x104, code), end(0x104, 0x108)], 10),
              DIE(
                DwTag.lexicalBlock, [low(0x110, code), end(0x110, 0x140)],
                children: [
                  inline(
                    "one", [inlined], 20,
                    [
                      DIE(DwTag.formalParameter, [name("y", text)]),
                      DIE(
                        DwTag.lexicalBlock, [],
                        children: [inline("two", [low(0x132, code), end(0x132, 0x136)], 30)]),
                      inline("two", [low(0x138, code), end(0x138, 0x13c)], 40),
                    ])
                ]),
              // What is inlined into a nested function is not inlined into this one.
              DIE(
                DwTag.subprogram, [name("nested", text), low(0x170, code), end(0x170, 0x180)],
                children: [inline("two", [low(0x174, code), end(0x174, 0x178)], 50)]),
              inline("two", [low(0x160, code), end(0x160, 0x164)], 60),
            ]),
        ]))
    return builder
  }

  @Test(arguments: encodings) func findsFunctionsAndWhatWasInlined(_ encoding: UnitEncoding) throws {
    let dwarf = program(encoding).dwarf
    #expect(dwarf.names(at: 0x0f) == [])
    #expect(dwarf.names(at: 0x10) == ["plain"])
    #expect(dwarf.names(at: 0x2f) == ["plain"])
    #expect(dwarf.names(at: 0x30) == ["pieces"])
    #expect(dwarf.names(at: 0x40) == [])
    #expect(dwarf.names(at: 0x57) == ["pieces"])
    #expect(dwarf.names(at: 0x100) == ["outer"])
    #expect(dwarf.names(at: 0x104) == ["one", "outer"])
    #expect(dwarf.names(at: 0x108) == ["outer"])
    #expect(dwarf.names(at: 0x110) == ["one", "outer"])
    #expect(dwarf.names(at: 0x118) == ["outer"])
    #expect(dwarf.names(at: 0x130) == ["one", "outer"])
    #expect(dwarf.names(at: 0x133) == ["two", "one", "outer"])
    #expect(dwarf.names(at: 0x137) == ["one", "outer"])
    #expect(dwarf.names(at: 0x13b) == ["two", "one", "outer"])
    #expect(dwarf.names(at: 0x161) == ["two", "outer"])
    #expect(dwarf.names(at: 0x170) == ["nested"])
    #expect(dwarf.names(at: 0x175) == ["two", "nested"])
    #expect(dwarf.names(at: 0x180) == [])
    let chain = dwarf.inlineChain(at: CodeAddress(0x133))
    #expect(chain.map { $0.callSite?.line } == [30, 20, nil])
    #expect(chain.map { $0.callSite?.column } == [31, 21, nil])
    #expect(chain.map { $0.callSite?.file } == [1, 1, nil])
    let functions = dwarf.functions(in: dwarf.units[0])
    #expect(functions.map { dwarf.info($0)?.name } == ["plain", "pieces", "outer", "nested"])
    #expect(functions.map { $0.ranges.map(\.description) }[1] == ["[0x30, 0x40)", "[0x50, 0x58)"])
    #expect(dwarf.functions(named: "outer") == [functions[2]])
    #expect(dwarf.functions(named: "declared").isEmpty)
    #expect(dwarf.function(containing: CodeAddress(0x171)) == functions[3])
    #expect(dwarf.unit(containing: CodeAddress(0x50)) === dwarf.units[0])
    #expect(dwarf.diagnostics.isEmpty)
  }

  @Test(arguments: encodings) func findsTheSameForManyAtOnce(_ encoding: UnitEncoding) {
    let one = program(encoding).dwarf
    let many = program(encoding).dwarf
    let addresses = (0..<0x200).map { CodeAddress($0) }
    let located = many.locate(addresses)
    #expect(located.count == addresses.count)
    for (address, frames) in zip(addresses, located) {
      #expect(frames.map(\.function) == one.locate(address).map(\.function))
    }
    let preloaded = program(encoding).dwarf
    preloaded.preload(addresses)
    #expect(preloaded.names(at: 0x13b) == ["two", "one", "outer"])
  }

  @Test func leavesRemovedFunctionsOut() {
    for (address, size): (UInt64, UInt64) in [(0, 0x40), (1, 1), (0xffff_ffff, 0x20), (0xffff_fffe, 1)] {
      var builder = DwarfBuilder()
      builder.unit(
        DIE(
          DwTag.compileUnit, [low(0), builder.ranges([(0x10, 0x20), (1, 0x30)])],
          children: [
            DIE(DwTag.subprogram, [name("dead"), low(address), DwarfEvalTests.size(size)]),
            function("live", 0x10, 0x20),
          ]))
      let dwarf = builder.dwarf
      #expect(dwarf.functions(in: dwarf.units[0]).map { dwarf.info($0)?.name } == ["live"])
      #expect(dwarf.names(at: address) == [])
      #expect(dwarf.unit(containing: CodeAddress(0x28)) == nil)
    }
  }

  @Test func takesAFunctionWithoutAnEndForItsFirstAddress() {
    var builder = DwarfBuilder()
    builder.unit(
      DIE(DwTag.compileUnit, [low(0x10), high(0x20)], children: [DIE(DwTag.subprogram, [name("f"), low(0x10)])]))
    #expect(builder.dwarf.names(at: 0x10) == ["f"])
    #expect(builder.dwarf.names(at: 0x11) == [])
  }

  @Test func readsOnlyTheUnitsThatHoldAnAddress() {
    var builder = DwarfBuilder()
    builder.unit(DIE(DwTag.compileUnit, [low(0x10), high(0x20)], children: [function("f", 0x10, 0x20)]))
    // Entries that cannot be read: whoever reads them says so.
    let broken = DIE(DwTag.variable, [At(DwAttribute.name, DwForm(rawValue: 0x7777), .number(1))])
    builder.unit(DIE(DwTag.compileUnit, [low(0x30), high(0x40)], children: [broken, function("g", 0x30, 0x40)]))
    let dwarf = builder.dwarf
    #expect(dwarf.names(at: 0x18) == ["f"])
    #expect(dwarf.names(at: 0x28) == [])
    #expect(dwarf.unit(containing: CodeAddress(0x38)) === dwarf.units[1])
    #expect(dwarf.diagnostics.isEmpty)
    #expect(dwarf.names(at: 0x38) == [])
    #expect(
      dwarf.diagnostics.map(\.message) == [
        "the functions at the end of a unit: unknown attribute form (0x7777)"
      ])
  }

  @Test func readsUnitsThatDoNotSayWhereTheirCodeIs() {
    var builder = DwarfBuilder()
    builder.unit(DIE(DwTag.compileUnit, [low(0x10), high(0x20)], children: [function("f", 0x10, 0x20)]))
    builder.unit(DIE(DwTag.compileUnit, [low(0)], children: [function("g", 0x30, 0x40)]))
    builder.unit(DIE(DwTag.compileUnit, [], children: [function("h", 0x40, 0x50), function("f2", 0x18, 0x1a)]))
    let dwarf = builder.dwarf
    #expect(dwarf.names(at: 0x38) == ["g"])
    #expect(dwarf.names(at: 0x40) == ["h"])
    #expect(dwarf.unit(containing: CodeAddress(0x41)) === dwarf.units[2])
    // A unit that claims an address goes first.
    #expect(dwarf.names(at: 0x18) == ["f"])
    #expect(dwarf.names(at: 0x60) == [])
    #expect(dwarf.locate([0x19, 0x38, 0x40, 0x60].map { CodeAddress($0) }).map(\.count) == [1, 1, 1, 0])
  }

  @Test func ofEqualInlineFunctionsTheOneThatFitsTheBodyCounts() {
    // Two objects define one function; the linker kept the code of one of them, 0x20 to 0x40.
    var builder = DwarfBuilder()
    builder.unit(
      DIE(DwTag.compileUnit, [name("a"), low(0x20), high(0x80)], children: [function("longer", 0x20, 0x48)]))
    builder.unit(DIE(DwTag.compileUnit, [name("b"), low(0x20), high(0x60)], children: [function("kept", 0x20, 0x40)]))
    builder.unit(
      DIE(DwTag.compileUnit, [name("c"), low(0x20), high(0x80)], children: [function("next", 0x40, 0x80)]))
    let dwarf = builder.dwarf
    func names(_ address: UInt64, _ low: UInt64, _ high: UInt64) -> [String?] {
      dwarf.locate(CodeAddress(address), body: CodeRange(CodeAddress(low), CodeAddress(high))).map(\.function)
    }
    #expect(names(0x30, 0x20, 0x40) == ["kept"])
    // The longer one's description reaches into the next function.
    #expect(names(0x44, 0x40, 0x80) == ["next"])
    // Where nothing is known about bodies the first unit counts.
    #expect(dwarf.locate(CodeAddress(0x30)).map(\.function) == ["longer"])
    // A body that fits none exactly: the one that begins there.
    #expect(names(0x44, 0x40, 0x90) == ["next"])
  }

  @Test func prefersTheInnermostClaimWithAFunction() {
    var builder = DwarfBuilder()
    builder.unit(DIE(DwTag.compileUnit, [name("wide"), low(0x10), high(0x100)], children: [function("f", 0x80, 0x90)]))
    builder.unit(
      DIE(DwTag.compileUnit, [name("narrow"), low(0x20), high(0x90)], children: [function("g", 0x20, 0x40)]))
    builder.unit(DIE(DwTag.compileUnit, [name("narrowest"), low(0x28), high(0x2c)]))
    let dwarf = builder.dwarf
    #expect(dwarf.names(at: 0x2a) == ["g"])
    #expect(dwarf.unit(containing: CodeAddress(0x2a))?.name == "narrow")
    #expect(dwarf.names(at: 0x88) == ["f"])
    #expect(dwarf.unit(containing: CodeAddress(0x88))?.name == "wide")
    // No function at all: the innermost claim.
    #expect(dwarf.unit(containing: CodeAddress(0x60))?.name == "narrow")
    #expect(dwarf.unit(containing: CodeAddress(0xf0))?.name == "wide")
    #expect(dwarf.locate([CodeAddress(0x2a), CodeAddress(0x88)]).map { $0.map(\.function) } == [["g"], ["f"]])
  }

  @Test func prefersTheFirstOfUnitsThatClaimTheSame() {
    // Two objects with one inline function: the first one's is linked, and both ones' information leads to it.
    var builder = DwarfBuilder()
    for (unit, end): (String, UInt64) in [("first", 0x30), ("second", 0x28)] {
      builder.unit(DIE(DwTag.compileUnit, [name(unit), low(0x10), high(end)], children: [function(unit, 0x10, end)]))
    }
    #expect(builder.dwarf.names(at: 0x18) == ["first"])
    #expect(builder.dwarf.unit(containing: CodeAddress(0x18))?.name == "first")
  }

  @Test func prefersTheInnermostOfOverlappingFunctions() {
    var builder = DwarfBuilder()
    let functions = [
      function("wide", 0x10, 0x100), function("late", 0x80, 0x90), function("same", 0x80, 0x90),
      function("early", 0x18, 0x20),
    ]
    builder.unit(DIE(DwTag.compileUnit, [low(0x10), high(0x100)], children: functions))
    let dwarf = builder.dwarf
    #expect(dwarf.names(at: 0x10) == ["wide"])
    #expect(dwarf.names(at: 0x1f) == ["early"])
    #expect(dwarf.names(at: 0x20) == ["wide"])
    #expect(dwarf.names(at: 0x88) == ["late"])
    #expect(dwarf.names(at: 0x90) == ["wide"])
    #expect(dwarf.names(at: 0xff) == ["wide"])
  }

  @Test func joinsTheLineTable() throws {
    var lines = LineProgramBuilder()
    lines.files = [.init("a.c"), .init("b.h")]
    lines.setAddress(0x10)
    lines.advanceLine(6)
    lines.copy()
    lines.advancePC(8)
    lines.setFile(2)
    lines.advanceLine(10)
    lines.copy()
    lines.advancePC(8)
    lines.endSequence()
    var builder = DwarfBuilder()
    builder.other = lines.sections()
    builder.unit(
      DIE(
        DwTag.compileUnit,
        [
          name("a.c"), At(DwAttribute.compDir, DwForm.string, .text("/src")), low(0x10), high(0x20),
          number(.stmtList, 0, .secOffset),
        ],
        children: [
          DIE(DwTag.subprogram, [name("in")], label: "in"),
          function(
            "f", 0x10, 0x1c,
            children: [
              DIE(
                DwTag.inlinedSubroutine,
                [
                  reference(.abstractOrigin, "in"), low(0x18), high(0x1c), number(.callFile, 1), number(.callLine, 9),
                ])
            ]),
        ]))
    let dwarf = builder.dwarf
    func text(_ address: UInt64) -> [String] {
      dwarf.locate(CodeAddress(address)).map { "\($0.function ?? "-") \($0.file ?? "-"):\($0.line):\($0.column)" }
    }
    #expect(text(0x10) == ["f /src/a.c:7:0"])
    #expect(text(0x1a) == ["in /src/b.h:17:0", "f /src/a.c:9:0"])
    // Code of no function that the line table knows all the same.
    #expect(text(0x1e) == ["- /src/b.h:17:0"])
    #expect(text(0x20) == [])
    #expect(dwarf.units[0].path(ofFile: 2) == "/src/b.h")
    #expect(dwarf.units[0].path(ofFile: 3) == nil)
  }
}

/// Many overlapping ranges, against looking through all of them.
@Suite struct OverlapTests {
  @Test func findsTheNarrowestOfManyOverlappingFunctions() {
    var random = SeededGenerator(seed: 77)
    for _ in 0..<20 {
      var ranges: [(low: UInt64, high: UInt64)] = []
      for _ in 0..<Int.random(in: 1...40, using: &random) {
        let low = UInt64.random(in: 0x10..<0x200, using: &random)
        ranges.append((low, low + UInt64.random(in: 1...0x60, using: &random)))
      }
      var builder = DwarfBuilder()
      builder.unit(
        DIE(
          DwTag.compileUnit, [low(0x10), high(0x300)],
          children: ranges.enumerated().map { function("\($0)", $1.low, $1.high) }))
      let dwarf = builder.dwarf
      for address in 0x08..<0x280 as Range<UInt64> {
        let holding = ranges.indices.filter { ranges[$0].low <= address && address < ranges[$0].high }
        // Beyond sixteen at one address the answer may be any of them.
        guard holding.count <= 16 else { continue }
        let narrowest = holding.min {
          let (left, right) = (ranges[$0].high - ranges[$0].low, ranges[$1].high - ranges[$1].low)
          return left != right ? left < right : $0 < $1
        }
        #expect(dwarf.names(at: address) == (narrowest.map { ["\($0)"] } ?? []))
      }
    }
  }
}
