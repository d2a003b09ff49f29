import ByteCursor
import DwarfEval
import TestSupport
import Testing

@Suite struct LocationListTests {
  /// `[0x10, 0x20) DW_OP_lit1`, a line for each entry.
  private func text(_ list: LocationList, _ encoding: UnitEncoding) -> [String] {
    list.entries.map { entry in
      (entry.range?.description ?? "otherwise") + " " + ExpressionReader.text(entry.expression, encoding: encoding)
    }
  }

  /// What the only variable of `builder`'s first unit says about where it is.
  private func location(_ builder: DwarfBuilder, _ variant: DwarfSections.Variant = .linked) throws
    -> LocationAttribute?
  {
    let bytes = builder.bytes()
    let sections = DwarfSections(variant) { name in
      // The table of addresses is in the linked file.
      bytes(name.hasSuffix(".dwo") ? String(name.dropLast(4)) : name)
    }
    var entries = try Dwarf(sections).units[0].entries()
    while let entry = try entries.next() {
      if entry.tag == .variable { return try entry.location(.location) }
    }
    return nil
  }

  private func list(_ builder: DwarfBuilder, _ variant: DwarfSections.Variant = .linked) throws -> LocationList {
    guard case .list(let list) = try location(builder, variant) else { throw Missing() }
    return list
  }
  private struct Missing: Error {}

  private func unit(_ location: At, bases: [At] = [], base: UInt64 = 0) -> DIE {
    DIE(DwTag.compileUnit, [name("u"), low(base)] + bases, children: [DIE(DwTag.variable, [location])])
  }

  /// With the bases that version 5 has.
  private func bases(_ builder: DwarfBuilder) -> [At] {
    builder.version < 5
      ? []
      : [
        number(.addrBase, builder.addrBase, .secOffset), number(.loclistsBase, builder.rngListsBase, .secOffset),
      ]
  }

  @Test(arguments: encodings.filter { $0.version < 5 }) func readsPairs(_ encoding: UnitEncoding) throws {
    let largest = encoding.largestAddress
    var builder = DwarfBuilder(encoding)
    _ = builder.locationPairs([(1, 2, [0x30])])
    let entries: [(UInt64, UInt64, [UInt8]?)] = [
      (0x10, 0x20, lit(1)), (5, 5, lit(2)), (0x30, 0x28, lit(3)), (0x40, 0x48, []), (0x18, 0x30, lit(4)),
      (largest, 0x1000, nil), (0, 8, lit(5)), (largest - 1, largest - 1, lit(6)), (largest, 1, nil), (2, 3, lit(7)),
      (largest, 0, nil), (2, 5, lit(11)), (largest, 0x2000, nil), (largest - 1, largest, lit(8)), (1, 1, lit(9)),
      (2, 4, lit(10)),
    ]
    let pairs = builder.locationPairs(entries)
    builder.unit(unit(At(DwAttribute.location, encoding.offsetForm, pairs), base: 0x100))
    let list = try list(builder)
    #expect(
      text(list, encoding) == [
        "[0x110, 0x120) DW_OP_lit1", "[0x140, 0x148) ", "[0x118, 0x130) DW_OP_lit4", "[0x1000, 0x1008) DW_OP_lit5",
        "[0x2002, 0x2004) DW_OP_lit10",
      ])
    #expect(list.problem == nil)
    // Where entries overlap all of them are true.
    let location = LocationAttribute.list(list)
    #expect(location.expressions(at: CodeAddress(0x118)).map(\.array) == [lit(1), lit(4)])
    #expect(location.expression(at: CodeAddress(0x118))?.array == lit(1))
    #expect(location.expression(at: CodeAddress(0x120))?.array == lit(4))
    #expect(location.expression(at: CodeAddress(0x130)) == nil)
    #expect(location.expression(at: CodeAddress(0x140))?.array == [])
  }

  @Test(arguments: encodings.filter { $0.version == 5 }, [DwForm.loclistx, .secOffset])
  func readsEveryEntryKind(_ encoding: UnitEncoding, _ form: DwForm) throws {
    let size = Int(encoding.addressSize)
    var builder = DwarfBuilder(encoding)
    let addresses: [UInt64] = [0x1000, 0x1080, 0x3000, encoding.largestAddress]
    _ = builder.locationList { $0.raw([5, 1, 0x30]) }
    let value = builder.locationList {
      $0.raw([4, 0x10, 0x20] ++ block(lit(1)))
      $0.raw([5] ++ block(lit(2)))
      $0.raw([1, 2, 4, 0x10, 0x20] ++ block(lit(3)))
      $0.raw([2, 0, 1] ++ block(lit(4)))
      $0.raw([3, 1, 8] ++ block([]))
      $0.u8(6)
      $0.number(0x9000, size: size)
      // A pair of views belongs to the entry behind it.
      $0.raw([9, 1, 0x80, 1, 4, 1, 2] ++ block(lit(5)))
      $0.u8(7)
      $0.number(0x40, size: size)
      $0.number(0x50, size: size)
      $0.raw(block(lit(6)))
      $0.u8(8)
      $0.number(0x60, size: size)
      $0.raw(u(0x200) ++ block(lit(7)))
      // Removed functions, an empty range, and a live one again.
      $0.raw(
        [1, 3, 4, 0x10, 0x20] ++ block(lit(8)) ++ [3, 3, 9] ++ block(lit(9)) ++ [1, 0, 4, 5, 5] ++ block(lit(10)))
      $0.raw([4, 0, 2] ++ block(lit(11)))
    }
    // Puts the addresses into the table in this order.
    let table = DIE(DwTag.variable, [], children: addresses.map { DIE(DwTag.lexicalBlock, [low($0, .addrx)]) })
    var root = unit(At(DwAttribute.location, form, value), bases: bases(builder), base: 0x500)
    root.children.append(table)
    builder.unit(root)
    let list = try list(builder)
    #expect(
      text(list, encoding) == [
        "[0x510, 0x520) DW_OP_lit1", "otherwise DW_OP_lit2", "[0x3010, 0x3020) DW_OP_lit3",
        "[0x1000, 0x1080) DW_OP_lit4", "[0x1080, 0x1088) ", "[0x9001, 0x9002) DW_OP_lit5", "[0x40, 0x50) DW_OP_lit6",
        "[0x60, 0x260) DW_OP_lit7", "[0x1000, 0x1002) DW_OP_lit11",
      ])
    #expect(list.problem == nil)
    let location = LocationAttribute.list(list)
    // The default holds where no other does.
    #expect(location.expressions(at: CodeAddress(0x515)).map(\.array) == [lit(1)])
    #expect(location.expressions(at: CodeAddress(0x530)).map(\.array) == [lit(2)])
    #expect(location.expressions(at: CodeAddress(0x1001)).map(\.array) == [lit(4), lit(11)])
  }

  /// Version 4's lists in split files: indices for addresses, and four bytes for lengths and offsets.
  @Test func readsSplitLists() throws {
    let encoding = UnitEncoding(version: 4, offsetSize: 4, addressSize: 4)
    var contents = ByteBuilder()
    func add(_ entry: [UInt8], _ expression: [UInt8]) {
      contents.raw(entry)
      contents.u16(UInt16(expression.count))
      contents.raw(expression)
    }
    add([3, 1] ++ fixed(0x20, 4), lit(1))
    add([2, 0, 1], lit(2))
    contents.raw([1, 0])
    add([4] ++ fixed(4, 4) ++ fixed(8, 4), lit(3))
    add([3, 2] ++ fixed(0x20, 4), lit(4))
    contents.u8(0)
    var addresses = ByteBuilder()
    for address: UInt32 in [0x1000, 0x2000, 0xffff_ffff] { addresses.u32(address) }
    var builder = DwarfBuilder(encoding)
    builder.other = [".debug_loc": contents.bytes, ".debug_addr": addresses.bytes]
    builder.unit(unit(At(DwAttribute.location, DwForm.secOffset, .number(0))))
    let list = try list(builder, .split)
    #expect(
      text(list, encoding) == [
        "[0x2000, 0x2020) DW_OP_lit1", "[0x1000, 0x2000) DW_OP_lit2", "[0x1004, 0x1008) DW_OP_lit3",
      ])
    #expect(list.problem == nil)
  }

  @Test func readsExpressions() throws {
    for (version, form): (UInt16, DwForm) in [(2, .block1), (3, .block), (4, .exprloc), (5, .exprloc)] {
      var builder = DwarfBuilder(version: version)
      builder.unit(unit(At(DwAttribute.location, form, .bytes(lit(7)))))
      guard case .expression(let bytes) = try location(builder) else {
        Issue.record("no expression in version \(version)")
        continue
      }
      #expect(bytes.array == lit(7))
      #expect(try location(builder)?.expression(at: CodeAddress(0x123))?.array == lit(7))
    }
    // Since version 4 a constant is no pointer to a list.
    for version: UInt16 in [3, 4] {
      var builder = DwarfBuilder(version: version)
      let pairs = builder.locationPairs([(0x10, 0x20, lit(1))])
      builder.unit(unit(At(DwAttribute.location, DwForm.data4, pairs)))
      #expect((try location(builder) != nil) == (version == 3))
    }
  }

  /// An unit that a linker removed, or binaryen.
  @Test(arguments: [1, 0xffff_fffe, 0xffff_ffff] as [UInt64]) func removedUnits(_ base: UInt64) throws {
    var builder = DwarfBuilder(version: 4)
    let pairs = builder.locationPairs([(0, 0x20, lit(1)), (0x10, 0x20, lit(2))])
    builder.unit(unit(At(DwAttribute.location, DwForm.secOffset, pairs), base: base))
    #expect(try list(builder).entries.isEmpty)
  }

  @Test(arguments: [4, 5] as [UInt16]) func keepsWhatCanBeRead(_ version: UInt16) throws {
    let encoding = UnitEncoding(version: version, offsetSize: 4, addressSize: 4)
    func builder(cut: Int?) -> DwarfBuilder {
      var builder = DwarfBuilder(encoding)
      var at = At(DwAttribute.location, DwForm.secOffset, .number(0))
      if version < 5 {
        _ = builder.locationPairs([(0x10, 0x20, lit(1)), (0x20, 0x30, lit(2))])
      } else {
        at = At(
          DwAttribute.location, DwForm.secOffset,
          builder.locationList { $0.raw([4, 0x10, 0x20, 1, 0x31, 4, 0x20, 0x30, 1, 0x32]) })
      }
      builder.unit(unit(at, bases: bases(builder)))
      let section = version < 5 ? ".debug_loc" : ".debug_loclists"
      if let cut { builder.other = [section: Array(builder.build()[section]!.dropLast(cut))] }
      return builder
    }
    #expect(text(try list(builder(cut: nil)), encoding) == ["[0x10, 0x20) DW_OP_lit1", "[0x20, 0x30) DW_OP_lit2"])
    // Without its end, then without the end of the second entry.
    for (cut, count) in [(1, 2), (version < 5 ? 9 : 2, 1)] {
      let list = try list(builder(cut: cut))
      #expect(list.entries.count == count)
      #expect(list.problem?.rule == .unexpectedEnd)
      #expect(list.problem?.section == (version < 5 ? ".debug_loc" : ".debug_loclists"))
    }
  }

  @Test func saysWhatIsWrong() throws {
    func problem(_ bytes: [UInt8]) throws -> Rule? {
      var builder = DwarfBuilder(version: 5)
      let value = builder.locationList { $0.raw(bytes) }
      builder.unit(unit(At(DwAttribute.location, DwForm.loclistx, value), bases: bases(builder)))
      return try list(builder).problem?.rule
    }
    #expect(try problem([10]) == .unknownLocationListEntry)
    #expect(try problem([3, 9, 1, 0]) == .indexOutOfBounds)
    #expect(try problem([4, 1, 2, 99]) == .unexpectedEnd)
    #expect(try problem([]) == nil)
    // Lists that are not there at all.
    for form: DwForm in [.loclistx, .secOffset] {
      var builder = DwarfBuilder(version: 5)
      _ = builder.locationList { _ in }
      builder.unit(unit(At(DwAttribute.location, form, .number(0x1000)), bases: bases(builder)))
      #expect(throws: ReadError.self) { try location(builder) }
    }
    var limits = Limits()
    limits.locationListEntries = 3
    var builder = DwarfBuilder(version: 4)
    let pairs = builder.locationPairs((0..<9).map { (0x10 + $0, 0x11 + $0, []) })
    builder.unit(unit(At(DwAttribute.location, DwForm.secOffset, pairs)))
    let dwarf = Dwarf(DwarfSections(section: builder.bytes()), limits: limits)
    guard case .list(let list) = try dwarf.units[0].location(.sectionOffset(0)) else { throw Missing() }
    #expect(list.entries.count == 3)
    #expect(list.problem?.rule == .overLimit)
  }

  @Test func survivesRandomBytes() throws {
    var random = SeededGenerator(seed: 0x10c)
    for round in 0..<4000 {
      let encoding = encodings[round % encodings.count]
      var builder = DwarfBuilder(encoding)
      // Few different bytes make more sense than all of them.
      let bytes = (0..<40).map { _ in UInt8.random(in: 0...12, using: &random) }
      builder.other = [".debug_loc": bytes, ".debug_loclists": bytes, ".debug_addr": bytes]
      builder.unit(unit(At(DwAttribute.location, encoding.offsetForm, .number(UInt64(round % 40)))))
      for variant in DwarfSections.Variant.allCases {
        for entry in try list(builder, variant).entries {
          #expect(entry.expression.count <= 40)
        }
      }
    }
  }
}
