import ByteCursor
import DwarfEval
import PostMortem
import TestSupport
import Testing
import WasmBinary

/// Debug information in numbers: counted by hand on a small module, and as llvm-dwarfdump counts on the samples.
@Suite struct DebugQualityTests {
  /// Two functions of ten bytes, at 2 and at 13, of which the unit describes the first.
  private static func module(_ change: (inout [String: [UInt8]]) -> Void = { _ in }) -> WasmModule? {
    var lines = LineProgramBuilder()
    lines.files = [.init("a.c")]
    lines.setAddress(2)
    for (distance, line) in [(0, 5), (4, 0), (2, 7)] as [(UInt64, Int64)] {
      if distance > 0 { lines.advancePC(distance) }
      lines.advanceLine(line - (line == 5 ? 1 : line == 0 ? 5 : 0))
      lines.copy()
    }
    lines.advancePC(4)
    lines.endSequence()

    let local: [UInt8] = [0xed, 0, 0, 0x9f]
    var dwarf = DwarfBuilder()
    dwarf.other = lines.sections()
    func named(_ name: String, _ more: [At] = []) -> [At] { [At(DwAttribute.name, DwForm.string, .text(name))] + more }
    func code(_ low: UInt64, _ size: UInt64) -> [At] {
      [At(DwAttribute.lowPC, DwForm.addr, .address(low)), At(DwAttribute.highPC, DwForm.data4, .number(size))]
    }
    let expression = At(DwAttribute.location, DwForm.exprloc, .bytes(local))
    let list = dwarf.locationPairs([(0, 2, local), (2, 4, [])])
    let inlined = DIE(
      DwTag.inlinedSubroutine, [At(DwAttribute.abstractOrigin, DwForm.ref4, .label("abstract"))] + code(6, 4),
      children: [
        DIE(
          DwTag.formalParameter, [At(DwAttribute.abstractOrigin, DwForm.ref4, .label("x")), expression])
      ])
    let function = DIE(
      DwTag.subprogram, named("f") + code(2, 10),
      children: [
        DIE(DwTag.formalParameter, named("a", [expression])),
        DIE(DwTag.variable, named("b", [At(DwAttribute.location, DwForm.secOffset, list)])),
        DIE(DwTag.variable, named("c")),
        inlined,
      ])
    let abstract = DIE(
      DwTag.subprogram, named("g", [At(DwAttribute.inline, DwForm.data1, .number(1))]), label: "abstract",
      children: [DIE(DwTag.formalParameter, named("x"), label: "x"), DIE(DwTag.variable, named("y"), label: "y")])
    let dead = DIE(
      DwTag.subprogram, named("dead") + code(0xffff_ffff, 4), children: [DIE(DwTag.variable, named("z"))])
    let fixed = At(DwAttribute.location, DwForm.exprloc, .bytes([3, 0, 4, 0, 0]))
    let declared = At(DwAttribute.declaration, DwForm.flagPresent, .number(1))
    dwarf.unit(
      DIE(
        DwTag.compileUnit,
        named("a.c") + [At(DwAttribute.stmtList, DwForm.secOffset, .number(0))] + [
          At(DwAttribute.producer, DwForm.string, .text("by hand")),
          At(DwAttribute.language, DwForm.data2, .number(12)),
        ] + code(2, 10),
        children: [
          DIE(DwTag.variable, named("global", [fixed])), DIE(DwTag.variable, named("lost")),
          DIE(DwTag.variable, named("elsewhere", [declared])), abstract, function, dead,
        ]))
    var built = dwarf.build()
    change(&built)
    var module = ModuleBuilder()
    for name in ["f", "h"] { module.function(body: [UInt8](repeating: 1, count: 8) + [0x0b], name: name) }
    for (name, bytes) in built.sorted(by: { $0.key < $1.key }) { module.customSection(name) { $0.raw(bytes) } }
    return try? WasmModule(module.bytes)
  }

  private static func judge(_ module: WasmModule?, withFunctions: Bool = false) throws -> DebugQuality {
    DebugQuality(try #require(module), path: nil, options: SessionOptions(), withFunctions: withFunctions)
  }

  @Test func countsAreThoseByHand() throws {
    let quality = try Self.judge(Self.module())
    #expect(quality.units.count == 1)
    let unit = try #require(quality.units.first)
    #expect(unit.name == "a.c" && unit.producer == "by hand" && unit.language == "C99" && unit.version == 4)
    #expect(unit.problems.isEmpty && quality.problems.isEmpty)
    let counts = unit.counts
    #expect(counts.functions == 1 && counts.functionsWithLines == 1)
    #expect(counts.deadFunctions == 1 && counts.inlinedFunctions == 1)
    #expect(counts.functionBytes == 10 && counts.lineBytes == 8 && counts.lineZeroBytes == 2)
    // The locals vector is no instruction; the others are of a byte each, two of them at line 0.
    #expect(counts.instructions.total == 9 && counts.instructions.lineZero == 2 && counts.instructions.withoutLine == 0)
    #expect(quality.total.instructions.total == 18 && quality.total.instructions.withoutLine == 9)
    #expect(quality.definedFunctions == 2 && quality.unknownFunctions == 1)
    // a covers its 10 bytes, x the 4 of where it was inlined.
    #expect(counts.parameters.count == 2 && counts.parameters.located == 2 && counts.parameters.missing == 0)
    #expect(counts.parameters.scopeBytes == 14 && counts.parameters.coveredBytes == 14)
    // b is somewhere in 2 of 10 bytes and said to be nowhere in 2, c has none; y is not even mentioned.
    #expect(counts.locals.count == 2 && counts.locals.located == 1 && counts.locals.missing == 1)
    #expect(counts.locals.scopeBytes == 20 && counts.locals.coveredBytes == 2 && counts.locals.nowhereBytes == 2)
    #expect(counts.locals.missingBytes == 4)
    #expect(counts.globals == 2 && counts.globalsLocated == 1)
    #expect(counts.damagedLocationLists == 0 && counts.damagedRangeLists == 0 && counts.deadListEntries == 0)
  }

  @Test func functionsHaveTheirVariables() throws {
    let functions = try #require(try Self.judge(Self.module(), withFunctions: true).units.first).functions
    #expect(functions.keys.sorted() == ["f", "g"])
    #expect(functions["f"]?.own == 1 && functions["f"]?.inlined == 0 && functions["f"]?.lineBytes == 8)
    #expect(functions["g"]?.own == 0 && functions["g"]?.inlined == 1)
    #expect(functions["f"]?.variables.keys.sorted() == ["a", "b", "c"])
    #expect(functions["g"]?.variables["x"]?.coveredBytes == 4 && functions["g"]?.variables["y"]?.missing == 1)
  }

  @Test func damagedListsAreCounted() throws {
    let damaged = Self.module({ sections in
      // The list ends within its second entry.
      sections[".debug_loc"] = sections[".debug_loc"].map { Array($0.prefix(18)) }
    })
    let counts = try #require(try Self.judge(damaged).units.first).counts
    #expect(counts.damagedLocationLists == 1)
    #expect(counts.locals.coveredBytes == 2 && counts.locals.nowhereBytes == 0)
  }

  @Test func aModuleWithoutDebugInformationHasNone() throws {
    var module = ModuleBuilder()
    module.function()
    let quality = try Self.judge(try WasmModule(module.bytes))
    #expect(quality.isEmpty && quality.debugInfo.kind == .none && quality.total == QualityCounts())
  }

  // MARK: Comparison

  @Test func whatAStepLostIsTold() throws {
    let before = try Self.judge(Self.module(), withFunctions: true)
    let after = try Self.judge(
      Self.module({ sections in
        sections[".debug_loc"] = sections[".debug_loc"].map { [UInt8](repeating: 0, count: $0.count) }
        sections[".debug_line"] = nil
      }), withFunctions: true)
    let comparison = QualityComparison(before: before, after: after)
    #expect(comparison.units.count == 1)
    #expect(comparison.functions.map(\.name) == ["f"] && comparison.functions.first?.fate == .withoutLines)
    #expect(comparison.functions.first?.lineBytes == 8)
    #expect(comparison.variables.map { "\($0.function) \($0.name) \($0.lostBytes)" } == ["f b 2"])
    let unchanged = QualityComparison(before: before, after: before)
    #expect(unchanged.functions.isEmpty && unchanged.variables.isEmpty)
  }

  @Test func whatIsStrippedIsGone() throws {
    var bare = ModuleBuilder()
    bare.function()
    let comparison = QualityComparison(
      before: try Self.judge(Self.module(), withFunctions: true),
      after: try Self.judge(try WasmModule(bare.bytes), withFunctions: true))
    #expect(comparison.functions.map(\.fate) == [.gone])
    #expect(comparison.variables.isEmpty)
    #expect(comparison.units.first?.after == nil)
  }

  // MARK: Second opinion

  /// Samples that llvm-dwarfdump reads. Of others (inventory) it counts blocks of functions that the linker removed.
  static let samples = [
    "crash-c/crash.wasm", "dwarf5/dwarf5.wasm", "structs/structs.wasm", "deep/deep.wasm",
    "carried/objects-O2.wasm", "carried/records-Os.wasm", "rustpanic/rustpanic.wasm", "zigparse/zigparse.wasm",
    "values-c/values.wasm",
  ]

  @Test(.enabled(if: Tool.llvmDwarfdump != nil, "llvm-dwarfdump is not installed"), arguments: samples)
  func countsAreThoseOfLLVM(_ sample: String) throws {
    let path = Places.samples + "/" + sample
    guard let text = Tool.llvmDwarfdump?.output(["--statistics", path]), text.contains("#bytes within functions") else {
      Issue.record("llvm-dwarfdump says nothing of \(sample)")
      return
    }
    func number(_ name: String) -> UInt64? {
      text.split(separator: "\n").first { $0.contains("\"\(name)\":") }
        .flatMap { UInt64($0.split(separator: " ").last?.filter(\.isNumber) ?? "") }
    }
    let total = DebugQuality(
      try WasmModule(try Places.bytes(path)), path: path, options: SessionOptions()
    ).total
    #expect(total.functionBytes == number("#bytes within functions"))
    for (name, coverage) in [("params", total.parameters), ("local_vars", total.locals)] {
      #expect(coverage.scopeBytes == number("sum_all_\(name)(#bytes in parent scope)"))
      #expect(
        coverage.coveredBytes + coverage.nowhereBytes
          == number("sum_all_\(name)(#bytes in parent scope covered by DW_AT_location)"))
    }
  }

  // MARK: Hostile input

  @Test func damagedModulesAreJudged() throws {
    let bytes = try Places.bytes(Places.samples + "/dwarf5/dwarf5.wasm").array
    var generator = Xorshift(seed: 20)
    var judged = 0
    for _ in 0..<60 {
      var damaged = bytes
      for _ in 0..<40 {
        damaged[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
      }
      guard let module = try? WasmModule(Bytes(copying: damaged)) else { continue }
      let quality = DebugQuality(module, path: nil, options: SessionOptions(), withFunctions: true)
      _ = QualityComparison(before: quality, after: quality).variables.count
      judged += 1
    }
    #expect(judged > 10)
  }

  /// Numbers that look random and are the same each time.
  private struct Xorshift {
    private var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }
    mutating func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
  }
}
