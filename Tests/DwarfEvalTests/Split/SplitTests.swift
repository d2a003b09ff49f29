import ByteCursor
import DwarfEval
import Synchronization
import TestSupport
import Testing

/// Split units, of files and of packages. The modules are those of `Fixtures/build.sh`.
@Suite struct SplitTests {
  static let fixtures = Places.root + "/Tests/DwarfEvalTests/Fixtures/"

  static func sections(_ file: String, _ variant: DwarfSections.Variant = .linked) throws -> DwarfSections {
    let sections = try Places.customSections(fixtures + file)
    return DwarfSections(variant) { sections[$0] }
  }

  /// The linked module of DWARF `version` with its split units from a package, or from a file for each of them.
  private func dwarf(_ version: Int, packaged: Bool) throws -> Dwarf {
    let linked = try Self.sections("split\(version).wasm")
    if packaged { return Dwarf(linked, split: SplitSource(package: try Self.sections("split\(version).dwp", .split))) }
    return Dwarf(linked, split: SplitSource { $0.name.flatMap { try? Self.sections($0, .split) } })
  }

  private static let ways: [(Int, Bool)] = [(4, false), (4, true), (5, false), (5, true)]

  @Test(arguments: ways) func locatesAddresses(_ version: Int, packaged: Bool) throws {
    let dwarf = try dwarf(version, packaged: packaged)
    func text(_ address: UInt64) -> [String] {
      dwarf.locate(CodeAddress(address)).map { "\($0.function ?? "-") \($0.file ?? "-"):\($0.line)" }
    }
    #expect(text(0x02) == ["run ./shelves.cpp:29"])
    #expect(text(0x40) == ["run ./shelves.cpp:31"])
    #expect(text(0xa7) == ["sum ./shelves.cpp:22"])
    #expect(text(0xb7) == ["worth ./shelves.cpp:10", "sum ./shelves.cpp:22"])
    #expect(text(0x11d) == ["offer ./offers.cpp:21"])
    #expect(text(0x139) == [])
    let all = dwarf.locate([0x40, 0xb7, 0x11d].map { CodeAddress($0) })
    #expect(all.map { $0.map(\.function) } == [["run"], ["worth", "sum"], ["offer"]])
    #expect(
      dwarf.units.map { dwarf.functions(in: $0).compactMap { dwarf.info($0)?.name } } == [["run", "sum"], ["offer"]])
    #expect(dwarf.functions(named: "offer").first?.ranges.map(\.description) == ["[0x101, 0x139)"])
    #expect(dwarf.contents(of: dwarf.units[0]).name == "shelves.cpp")
    #expect(dwarf.contents(of: dwarf.units[0]).compDir == ".")
    #expect(dwarf.contents(of: dwarf.units[0]).producer?.hasPrefix("clang version 21") == true)
    #expect(dwarf.unit(containing: CodeAddress(0x110)) === dwarf.contents(of: dwarf.units[1]))
    #expect(dwarf.diagnostics.isEmpty)
  }

  @Test(arguments: ways) func findsVariables(_ version: Int, packaged: Bool) throws {
    let dwarf = try dwarf(version, packaged: packaged)
    func text(_ address: UInt64) -> [[String]] {
      dwarf.inlineChain(at: CodeAddress(address)).map { frame in
        dwarf.localScopes(of: frame, at: CodeAddress(address)).flatMap { scope in
          scope.variables.map {
            "\($0.depth) \($0.type?.declaration(of: $0.name ?? "?") ?? "?"):\($0.declaration?.line ?? 0)"
          }
        }
      }
    }
    let sum = [
      "2 int twice:21", "1 int i:20", "0 const shop::Shelf<shop::Price> *shelves:18", "0 int n:18",
      "0 shop::Kind kind:18", "0 int result:19",
    ]
    #expect(text(0xa7) == [sum])
    #expect(text(0xb7) == [["0 const shop::Shelf<shop::Price> *this:0"], sum])
    #expect(
      text(0x11d) == [["2 int cents:20", "1 int left:19", "0 int asked:17", "0 int n:16", "0 shop::Offer *o:18"]])
    let globals = dwarf.contentUnits.map { unit in dwarf.variables(in: unit).compactMap { dwarf.qualifiedName($0) } }
    #expect(globals == [["total", "shop::Shelf<shop::Price>::made"], ["offers", "offer::asked", "last"]])
    for path in ["total", "shop::Shelf<shop::Price>::made", "offer::asked", "offers"] {
      let variable = try #require(dwarf.variables(named: path).first, "\(path)")
      #expect(variable.storage == .address, "\(path)")
    }
    // Of this one the compiler left nothing.
    let last = try #require(dwarf.variables(named: "offers.cpp::last").first)
    #expect(last.type?.name == "shop::Offer")
    #expect(last.isOptimizedOut && last.kind == .global)
    #expect(dwarf.diagnostics.isEmpty)
  }

  @Test(arguments: ways) func readsTypes(_ version: Int, packaged: Bool) throws {
    let dwarf = try dwarf(version, packaged: packaged)
    let shelf = try #require(dwarf.type(named: "shop::Shelf<shop::Price>"))
    #expect(shelf.size == 12)
    let members = try #require(shelf.record).members
    #expect(members.map(\.name) == ["item", "count"])
    #expect(members.map { $0.type?.name } == ["shop::Price", "unsigned int"])
    #expect(members[1].bits == BitField(offset: 64, size: 12))
    #expect(members[0].type?.record?.members.map(\.name) == ["euros", "cents"])
    let offer = try #require(dwarf.type(named: "Offer")?.record)
    #expect(
      offer.members.map { $0.type?.declaration(of: $0.name ?? "?") } == [
        "shop::Price price", "const char *text", "shop::Offer *next",
      ])
    let kind = try #require(dwarf.variables(named: "total").first?.type)
    #expect(kind.name == "int")
    let frame = try #require(dwarf.inlineChain(at: CodeAddress(0xa7)).first)
    let parameter = dwarf.localScopes(of: frame, at: CodeAddress(0xa7)).last?.variables.first { $0.name == "kind" }
    #expect(parameter?.type?.enumeration?.enumerators.map(\.name) == ["Tool", "Toy"])
    #expect(parameter?.type?.enumeration?.isScoped == true)
    #expect(parameter?.type?.size == 1)
  }

  @Test(arguments: [4, 5]) func worksWithoutSplitUnits(_ version: Int) throws {
    let asked = Mutex<[SplitReference]>([])
    let dwarf = Dwarf(
      try Self.sections("split\(version).wasm"),
      split: SplitSource { reference in
        asked.withLock { $0.append(reference) }
        return nil
      })
    // The line table is in the linked file.
    #expect(dwarf.locate(CodeAddress(0x40)).map { "\($0.function ?? "-") \($0.line)" } == ["- 31"])
    #expect(dwarf.functions(in: dwarf.units[0]).isEmpty)
    _ = dwarf.locate(CodeAddress(0x42))
    _ = dwarf.locate(CodeAddress(0x110))
    #expect(asked.withLock { $0.map(\.name) } == ["shelves\(version).dwo", "offers\(version).dwo"])
    #expect(asked.withLock { $0.allSatisfy { $0.id != nil && $0.compilationDirectory == "." } })
    #expect(
      dwarf.diagnostics.map(\.message) == [
        "the split unit shelves\(version).dwo is missing", "the split unit offers\(version).dwo is missing",
      ])
  }

  @Test(arguments: [4, 5]) func refusesSplitUnitsOfAnotherBuild(_ version: Int) throws {
    let other = try Self.sections("offers\(version).dwo", .split)
    let dwarf = Dwarf(try Self.sections("split\(version).wasm"), split: SplitSource { _ in other })
    #expect(dwarf.functions(in: dwarf.units[0]).isEmpty)
    #expect(dwarf.functions(in: dwarf.units[1]).count == 1)
    #expect(dwarf.diagnostics.map(\.message) == ["the split unit shelves\(version).dwo is of another build"])
  }

  @Test(arguments: [4, 5]) func survivesDamagedPackages(_ version: Int) throws {
    let linked = try Self.sections("split\(version).wasm")
    let whole = try Places.customSections(Self.fixtures + "split\(version).dwp").mapValues(\.array)
    func check(_ sections: [String: [UInt8]]) {
      let bytes = sections.mapValues { Bytes(copying: $0) }
      let dwarf = Dwarf(linked, split: SplitSource(package: DwarfSections(.split) { bytes[$0] }))
      dwarf.readEverything()
    }
    for name in [".debug_cu_index", ".debug_tu_index"] {
      let index = try #require(whole[name])
      for count in 0..<index.count {
        var sections = whole
        sections[name] = Array(index[..<count])
        check(sections)
      }
    }
    var random = SeededGenerator(seed: 0xd3b + UInt64(version))
    let names = whole.keys.filter { $0.hasPrefix(".debug") }.sorted()
    for _ in 0..<400 {
      var sections = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let name = names.randomElement(using: &random)!
        let index = sections[name]!.indices.randomElement(using: &random)!
        sections[name]![index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      }
      check(sections)
    }
  }
}
