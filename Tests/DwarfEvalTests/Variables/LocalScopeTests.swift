import ByteCursor
import DwarfEval
import TestSupport
import Testing

/// Variables of a function at an address.
@Suite struct LocalScopeTests {
  private func program(_ encoding: UnitEncoding) -> Dwarf {
    var builder = DwarfBuilder(encoding)
    let expression: DwForm = encoding.version < 4 ? .block1 : .exprloc
    func at(_ operations: [UInt8]) -> At { bytes(.location, operations, expression) }
    let place = at([0x91, 8])
    let pieces = builder.ranges([(0x20, 0x28), (0x30, 0x38)], index: false)
    func local(_ text: String, _ more: [At] = []) -> DIE {
      DIE(DwTag.variable, [name(text), of("int")] + (more.isEmpty ? [place] : more))
    }
    func concrete(_ tag: DwTag, _ origin: String, _ more: [At]) -> DIE {
      DIE(tag, [reference(.abstractOrigin, origin)] + more)
    }
    let bases =
      encoding.version < 5 ? [] : [number(.rnglistsBase, builder.rngListsBase, .secOffset)]
    var root = TypeProgram.unit([
      DIE(
        DwTag.subprogram, [name("helper"), number(.inline, 1)], label: "helper",
        children: [
          DIE(DwTag.formalParameter, [name("a"), of("int"), number(.declFile, 1), number(.declLine, 3)], label: "a"),
          DIE(DwTag.formalParameter, [name("b"), of("char"), number(.declLine, 3)], label: "b"),
          DIE(DwTag.variable, [name("gone"), of("int"), number(.declLine, 4)], label: "gone"),
          DIE(DwTag.variable, [name("kept"), of("int"), number(.declLine, 5)], label: "kept"),
          DIE(DwTag.variable, [name("always"), of("int"), At(DwAttribute.constValue, DwForm.sdata, .signed(-4))]),
          DIE(
            DwTag.variable,
            [name("once"), of("int"), at([3, 0, 1, 0, 0] + (encoding.addressSize == 8 ? [0, 0, 0, 0] : []))]),
          DIE(
            DwTag.lexicalBlock, [], label: "inner",
            children: [
              DIE(DwTag.variable, [name("in"), of("int")], label: "in"),
              DIE(DwTag.variable, [name("lost"), of("int")]),
            ]),
        ]),
      function(
        "outer", 0x10, 0x80,
        children: [
          DIE(DwTag.formalParameter, [name("this"), of("int"), flag(.artificial), place]),
          DIE(DwTag.formalParameter, [name("n"), of("int"), place]),
          DIE(
            DwTag.gnuFormalParameterPack, [name("rest")],
            children: [DIE(DwTag.formalParameter, [name("rest0"), of("int"), place])]), local("first"),
          local("calls", [at([3, 4, 1, 0, 0] + (encoding.addressSize == 8 ? [0, 0, 0, 0] : []))]),
          DIE(
            DwTag.lexicalBlock, [low(0x18), high(0x60)],
            children: [
              local("n"), local("x"),
              DIE(DwTag.lexicalBlock, [pieces], children: [local("n"), local("x"), local("x")]),
              DIE(DwTag.lexicalBlock, [low(0x28), high(0x30)], children: [local("other")]),
              DIE(DwTag.lexicalBlock, [], children: [local("anywhere")]),
            ]), local("second"),
          DIE(
            DwTag.inlinedSubroutine, [reference(.abstractOrigin, "helper"), low(0x64), high(0x70)],
            children: [
              concrete(.formalParameter, "b", [place]),
              concrete(.formalParameter, "a", [At(DwAttribute.constValue, DwForm.udata, .number(7))]),
              concrete(.variable, "kept", [place]), DIE(DwTag.variable, [name("extra"), of("int"), place]),
              DIE(
                DwTag.lexicalBlock, [reference(.abstractOrigin, "inner"), low(0x68), high(0x6c)],
                children: [concrete(.variable, "in", [place])]),
            ]),
          function("nested", 0x70, 0x78, children: [local("theirs")]),
        ]),
    ])
    root.attributes += bases
    builder.unit(root)
    return builder.dwarf
  }

  /// `depth name`, with `!` where another one hides it, `-` where it is optimised out.
  private func text(_ dwarf: Dwarf, _ address: UInt64, frame: Int = 0) -> [[String]] {
    let chain = dwarf.inlineChain(at: CodeAddress(address))
    guard frame < chain.count else { return [] }
    return dwarf.localScopes(of: chain[frame], at: CodeAddress(address)).map { scope in
      scope.variables.map { "\($0.depth) \($0.name ?? "?")\($0.isShadowed ? "!" : "")\($0.isOptimizedOut ? "-" : "")" }
    }
  }

  @Test(arguments: encodings) func findsTheBlocksAroundAnAddress(_ encoding: UnitEncoding) {
    let dwarf = program(encoding)
    let own = ["0 this", "0 n", "0 rest0", "0 first", "0 calls", "0 second"]
    let hidden = own.map { $0 == "0 n" ? "0 n!" : $0 }
    #expect(text(dwarf, 0x10) == [own])
    #expect(text(dwarf, 0x18) == [["2 anywhere"], ["1 n", "1 x"], hidden])
    #expect(text(dwarf, 0x20) == [["2 anywhere"], ["2 n", "2 x!", "2 x"], ["1 n!", "1 x!"], hidden])
    #expect(text(dwarf, 0x2f) == [["2 anywhere"], ["2 other"], ["1 n", "1 x"], hidden])
    #expect(text(dwarf, 0x37) == [["2 anywhere"], ["2 n", "2 x!", "2 x"], ["1 n!", "1 x!"], hidden])
    #expect(text(dwarf, 0x38) == [["2 anywhere"], ["1 n", "1 x"], hidden])
    #expect(text(dwarf, 0x60) == [own])
    #expect(text(dwarf, 0x72) == [["0 theirs"]])
    #expect(text(dwarf, 0x80) == [])
    #expect(dwarf.diagnostics.isEmpty)
  }

  @Test(arguments: encodings) func joinsInlinedVariablesWithTheirSource(_ encoding: UnitEncoding) throws {
    let dwarf = program(encoding)
    let own = ["0 a", "0 b", "0 gone-", "0 kept", "0 always", "0 once", "0 extra"]
    #expect(text(dwarf, 0x64) == [own])
    #expect(text(dwarf, 0x68) == [["1 in", "1 lost-"], own])
    // The function that it was inlined into has its own.
    #expect(text(dwarf, 0x68, frame: 1) == [["0 this", "0 n", "0 rest0", "0 first", "0 calls", "0 second"]])
    let frame = dwarf.inlineChain(at: CodeAddress(0x64))[0]
    let variables = try #require(dwarf.localScopes(of: frame, at: CodeAddress(0x64)).first).variables
    #expect(variables.map { $0.type?.name } == ["int", "char", "int", "int", "int", "int", "int"])
    #expect(variables.map(\.kind) == [.parameter, .parameter, .local, .local, .local, .staticLocal, .local])
    #expect(variables.map { $0.declaration?.line } == [3, 3, 4, 5, nil, nil, nil])
    #expect(variables[0].declaration?.file == 1)
    #expect(variables[0].constant?.integer(signed: true) == 7)
    #expect(variables[4].constant?.integer(signed: true) == -4)
    #expect(variables[1].location?.expression?.array == [0x91, 8])
    #expect(variables[1].entry != variables[1].origin)
    #expect(variables[2].entry == variables[2].origin)
  }

  @Test func tellsKindsApart() throws {
    let dwarf = program(encodings[0])
    let function = try #require(dwarf.function(containing: CodeAddress(0x10)))
    let variables = try #require(dwarf.localScopes(of: function, at: CodeAddress(0x10)).last).variables
    #expect(variables.map(\.kind) == [.parameter, .parameter, .parameter, .local, .staticLocal, .local])
    #expect(variables.map(\.isArtificial) == [true, false, false, false, false, false])
    #expect(dwarf.qualifiedName(variables[4]) == "outer::calls")
  }

  @Test func readsConstantsOfAllForms() throws {
    func value(_ form: DwForm, _ value: DwarfBuilder.Value) -> At { At(DwAttribute.constValue, form, value) }
    let forms: [(String, At)] = [
      ("data1", value(.data1, .number(0xfe))), ("data4", value(.data4, .number(0xffff_fffe))),
      ("data8", value(.data8, .number(.max))),
      ("udata", value(.udata, .number(300))), ("sdata", value(.sdata, .signed(-300))),
      ("block", value(.block1, .bytes([0xff, 0xff]))), ("string", value(.string, .text("hi"))),
      ("large", value(.block1, .bytes([UInt8](repeating: 1, count: 17)))),
    ]
    let program = TypeProgram(
      [function("f", 0x10, 0x20, children: forms.map { DIE(DwTag.variable, [name($0.0), of("int"), $0.1]) })])
    let function = try #require(program.dwarf.function(containing: CodeAddress(0x10)))
    let variables = program.dwarf.localScopes(of: function, at: CodeAddress(0x10))[0].variables
    #expect(variables.map { $0.constant?.integer(signed: true) } == [-2, -2, -1, 300, -300, -1, nil, nil])
    #expect(
      variables.map { $0.constant?.integer(signed: false) } == [
        0xfe, 0xffff_fffe, Int128(UInt64.max), 300, -300, 0xffff, nil, nil,
      ])
    guard case .string(let text)? = variables[6].constant, case .bytes(let bytes)? = variables[7].constant else {
      Issue.record("other constants")
      return
    }
    #expect(text.string == "hi")
    #expect(bytes.count == 17)
    #expect(variables.allSatisfy { !$0.isOptimizedOut })
  }

  @Test(arguments: [false, true]) func readsCallSites(isGNU: Bool) throws {
    func expression(_ attribute: DwAttribute, _ operations: [UInt8]) -> At { bytes(attribute, operations, .exprloc) }
    let parameter = DIE(
      isGNU ? DwTag.gnuCallSiteParameter : .callSiteParameter,
      [expression(.location, [0xed, 0, 0]), expression(isGNU ? .gnuCallSiteValue : .callValue, [0x37])])
    let known = DIE(
      isGNU ? DwTag.gnuCallSite : .callSite,
      isGNU
        ? [reference(.abstractOrigin, "callee"), low(0x18)]
        : [
          reference(.callOrigin, "callee"), At(DwAttribute.callReturnPC, DwForm.addr, .address(0x18)),
          At(DwAttribute.callPC, DwForm.addr, .address(0x14)),
        ],
      children: [parameter])
    let indirect = DIE(
      isGNU ? DwTag.gnuCallSite : .callSite,
      [
        At(isGNU ? DwAttribute.lowPC : .callReturnPC, DwForm.addr, .address(0x28)),
        expression(isGNU ? .gnuCallSiteTarget : .callTarget, [0xed, 0, 1]), flag(isGNU ? .gnuTailCall : .callTailCall),
      ])
    let program = TypeProgram([
      DIE(DwTag.subprogram, [name("callee"), flag(.declaration)], label: "callee"),
      function(
        "f", 0x10, 0x40,
        children: [
          known, DIE(DwTag.lexicalBlock, [low(0x20), high(0x30)], children: [indirect]),
          function("nested", 0x30, 0x38, children: [known]),
        ]),
    ])
    let dwarf = program.dwarf
    let sites = dwarf.callSites(of: try #require(dwarf.function(containing: CodeAddress(0x10))))
    #expect(sites.map(\.returnAddress) == [CodeAddress(0x18), CodeAddress(0x28)])
    #expect(sites.map(\.address) == (isGNU ? [nil, nil] : [CodeAddress(0x14), nil]))
    #expect(sites.map(\.isTailCall) == [false, true])
    #expect(sites[0].callee.flatMap { $0[.name] }.flatMap { dwarf.units[0].string($0) } == "callee")
    #expect(sites[0].parameters.map { $0.location?.expression?.array } == [[0xed, 0, 0]])
    #expect(sites[0].parameters.map { $0.value?.expression?.array } == [[0x37]])
    #expect(sites[1].callee == nil)
    #expect(sites[1].target?.expression?.array == [0xed, 0, 1])
  }

  @Test func knowsDeclarationsOfWhatIsElsewhere() throws {
    let program = TypeProgram([
      function(
        "f", 0x10, 0x20,
        children: [
          DIE(DwTag.variable, [name("far"), of("int"), flag(.declaration), flag(.external)]),
          DIE(DwTag.variable, [name("lost"), of("int")]),
        ]), DIE(DwTag.variable, [name("far"), of("int"), bytes(.location, [3, 1, 0, 0, 0], .exprloc)]),
    ])
    let function = try #require(program.dwarf.function(containing: CodeAddress(0x10)))
    let variables = program.dwarf.localScopes(of: function, at: CodeAddress(0x10))[0].variables
    #expect(variables.map(\.isDeclaration) == [true, false])
    #expect(variables.map(\.isOptimizedOut) == [false, true])
    #expect(program.dwarf.variables(named: "far").map(\.storage) == [.address])
  }
}
