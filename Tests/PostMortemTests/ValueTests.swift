import CoreDumpFormat
import DwarfEval
import PostMortem
import TestSupport
import Testing

/// What values are made of: bit fields, bases, arrays, pointers.
@Suite struct ValueTests {
  private func signed(_ attribute: DwAttribute, _ value: Int64) -> At { At(attribute, DwForm.sdata, .signed(value)) }

  /// 0x200 holds 00 01 02 03 04 05 06 07.
  @Test func bitFields() throws {
    let stage = try Stage([variable("r", "fields", [0x91, 0])]) {
      $0.memory = [(0x200, [0xb5, 0x8f, 0x00, 0xff, 0x12, 0x34, 0x56, 0x78])]
      $0.unitEntries = [
        record(
          "fields", 8,
          [
            // DWARF 4's form: bits from the start of the record.
            DIE(DwTag.member, [named("low"), typed("unsigned int"), number(.bitSize, 3), number(.dataBitOffset, 0)]),
            DIE(DwTag.member, [named("sign"), typed("int"), number(.bitSize, 3), number(.dataBitOffset, 3)]),
            DIE(
              DwTag.member, [named("across"), typed("unsigned int"), number(.bitSize, 6), number(.dataBitOffset, 6)]),
            DIE(DwTag.member, [named("flag"), typed("bool"), number(.bitSize, 1), number(.dataBitOffset, 15)]),
            // DWARF 2's form: from the top of a storage unit of four bytes.
            DIE(
              DwTag.member,
              [
                named("old"), typed("int"), number(.byteSize, 4), number(.bitSize, 8), number(.bitOffset, 0),
                number(.dataMemberLocation, 0),
              ]),
            DIE(
              DwTag.member,
              [
                named("second"), typed("unsigned int"), number(.byteSize, 4), number(.bitSize, 4),
                number(.bitOffset, 28),
                number(.dataMemberLocation, 4),
              ]),
            DIE(DwTag.member, [named("wide"), typed("int"), number(.bitSize, 400), number(.dataBitOffset, 0)]),
            DIE(DwTag.member, [named("before"), typed("int"), number(.bitSize, 4), signed(.dataBitOffset, -64)]),
          ])
      ]
    }
    let children = try #require(stage.nodes()["r"]).children
    // 0xb5 is 10110101, 0x8f is 10001111.
    let texts = children.map(\.plain)
    #expect(texts.prefix(6) == ["5", "-2", "62", "true", "-1", "2"])
    #expect(texts.suffix(2).allSatisfy { $0.hasPrefix("unavailable: ") }, "\(texts)")
    #expect(children.prefix(6).allSatisfy { $0.address == nil })
  }

  /// Zig's and Clang's vectors of truth values have a bit for each: 0x0d, 0x02.
  @Test func vectorsOfBits() throws {
    func vector(_ label: String, _ size: UInt64, _ count: UInt64) -> DIE {
      DIE(
        DwTag.arrayType, [typed("bool"), number(.byteSize, size), At(DwAttribute.gnuVector, DwForm.flag, .number(1))],
        label: label, children: [DIE(DwTag.subrangeType, [number(.count, count)])])
    }
    let stage = try Stage([variable("four", "v4", [0x91, 0]), variable("ten", "v10", [0x91, 0])]) {
      $0.memory = [(0x200, [0x0d, 0x02])]
      $0.unitEntries = [vector("v4", 1, 4), vector("v10", 2, 10)]
    }
    #expect(stage.nodes()["four"]?.children.map(\.value) == ["true", "false", "true", "true"])
    let ten = stage.nodes()["ten"]?.children.map(\.value)
    #expect(ten == [true, false, true, true, false, false, false, false, false, true].map { "\($0)" })
  }

  @Test func bitFieldsInPiecesAndLocals() throws {
    let stage = try Stage([variable("r", "fields", local(4)), variable("half", "fields", local(4) + [0x93, 1])]) {
      $0.unitEntries = [
        record(
          "fields", 4,
          [
            DIE(DwTag.member, [named("a"), typed("unsigned int"), number(.bitSize, 4), number(.dataBitOffset, 4)]),
            DIE(DwTag.member, [named("b"), typed("unsigned int"), number(.bitSize, 8), number(.dataBitOffset, 8)]),
          ])
      ]
    }
    #expect(stage.text("r") == "{a 4, b \(0x43)}")
    #expect(
      stage.text("half")
        == "{a 4, b unavailable: the debug information describes fewer bytes than the type has}")
  }

  /// The place of a virtual base stands in the table of virtual functions.
  @Test func virtualBases() throws {
    let expression: [UInt8] = [0x12, 0x06, 0x48, 0x1c, 0x06, 0x22]
    func derived(_ expression: [UInt8]) -> DIE {
      DIE(
        DwTag.structureType, [named("derived"), number(.byteSize, 16)], label: "derived",
        children: [
          DIE(
            DwTag.inheritance,
            [
              typed("pair"), number(.virtuality, 1),
              At(DwAttribute.dataMemberLocation, DwForm.exprloc, .bytes(expression)),
            ]),
          member("own", "int", 4),
        ])
    }
    func stage(_ expression: [UInt8], table: UInt8 = 0x40) throws -> Stage {
      try Stage([variable("o", "derived", [0x91, 0]), variable("v", "derived", local(0) + [0x93, 4])]) {
        // The object's pointer to its table at 0x340, 24 bytes before which stands 8.
        $0.memory = [(0x200, [table, 3, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0]), (0x328, [8, 0, 0, 0])]
        $0.unitEntries = [derived(expression)]
      }
    }
    let right = try stage(expression)
    #expect(right.text("o") == "{pair {a 1, b 2}, own 7}")
    #expect(right.nodes()["o"]?.children[0].address?.offset == 0x208)
    // A value without an address has no table.
    #expect(
      right.text("v").hasPrefix("{pair unavailable: where it lies in the object is not known, own unavailable: "))
    // Rubbish instead of a place.
    #expect(try stage([0x06, 0x06, 0x06, 0x06]).text("o").contains("own 7"))
    #expect(try stage([0xff]).text("o").hasPrefix("{pair unavailable: where it lies in the object cannot be told"))
  }

  @Test func basesThatGoInCirclesEnd() throws {
    func circle(_ name: String, _ other: String) -> DIE {
      let base = DIE(DwTag.inheritance, [typed(other), number(.dataMemberLocation, 0)])
      return DIE(
        DwTag.structureType, [named(name), number(.byteSize, 8)], label: name, children: [base, base, base])
    }
    let stage = try Stage([variable("c", "one", [0x91, 0])]) {
      $0.unitEntries = [circle("one", "two"), circle("two", "one")]
    }
    #expect(stage.nodes()["c"] != nil)
  }

  @Test func arrays() throws {
    func array(_ label: String, _ bounds: [At?]) -> DIE {
      DIE(
        DwTag.arrayType, [typed("int")], label: label,
        children: bounds.map { DIE(DwTag.subrangeType, $0.map { [$0] } ?? []) })
    }
    let stage = try Stage([
      variable("two", "grid", [0x91, 0]), variable("huge", "huge", [0x91, 0]), variable("open", "open", [0x91, 0]),
      variable("__count", "int", [0x33, 0x9f], label: "count"), variable("vla", "vla", [0x91, 0]),
      variable("__gone", "int", nil, label: "gone"), variable("lost", "lost", [0x91, 0]),
      variable("__last", "int", [0x30, 0x20, 0x9f], label: "last"), variable("none", "none", [0x91, 0]),
    ]) {
      $0.unitEntries = [
        array("grid", [number(.count, 2), number(.upperBound, 2)]), array("huge", [number(.count, 1_000_000_000)]),
        array("open", [nil]), array("lost", [At(DwAttribute.count, DwForm.ref4, .label("gone"))]),
        array("vla", [At(DwAttribute.count, DwForm.ref4, .label("count"))]),
        array("none", [At(DwAttribute.upperBound, DwForm.ref4, .label("last"))]),
      ]
    }
    func int(_ start: Int) -> String { String(start + (start + 1) << 8 + (start + 2) << 16 + (start + 3) << 24) }
    let rows = [0, 12].map { row in "{" + (0..<3).map { "[\($0)] \(int(row + 4 * $0))" }.joined(separator: ", ") + "}" }
    #expect(stage.text("two") == "{[0] \(rows[0]), [1] \(rows[1])}")
    let huge = try #require(stage.nodes()["huge"])
    #expect(huge.children.count == 200)
    #expect(huge.omitted == 999_999_800)
    #expect(stage.nodes()["open"]?.reason == "how many elements it has is not known")
    #expect(stage.text("vla") == "{[0] \(int(0)), [1] \(int(4)), [2] \(int(8))}")
    #expect(stage.nodes()["lost"]?.reason == "how many elements it has is not known")
    // -1 is the last index of an array without elements.
    #expect(stage.nodes()["none"]?.children.isEmpty == true)
    #expect(stage.nodes()["none"]?.reason == nil)
  }

  @Test func pointers() throws {
    let stage = try Stage([
      variable("p", "int*", [0x91, 0]), variable("text", "char*", [0x91, 4]), variable("null", "char*", [0x91, 8]),
      variable("wild", "char*", [0x91, 12]), variable("ref", "int&", [0x91, 0]),
      variable("nowhere", "int&", [0x91, 8]),
      variable("inLocal", "int*", local(5)),
    ]) {
      $0.memory = [
        (0x200, [0x10, 0, 0, 0, 0x40, 2, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]), (0x240, Array("hi\n\0".utf8)),
      ]
      $0.unitEntries = [
        DIE(DwTag.pointerType, [typed("char")], label: "char*"),
        DIE(DwTag.referenceType, [typed("int")], label: "int&"),
      ]
    }
    #expect(stage.text("p") == "0x10")
    #expect(stage.nodes()["text"]?.value == "0x240")
    #expect(stage.nodes()["text"]?.summary == "\"hi\\n\"")
    #expect(stage.nodes()["null"]?.value == "0x0")
    #expect(stage.nodes()["null"]?.summary == nil)
    #expect(stage.nodes()["wild"]?.value == "0xffffffff")
    #expect(stage.nodes()["wild"]?.reason == "address 0xffffffff is outside of memory 0")
    #expect(stage.text("ref") == String(0x13121110))
    #expect(stage.nodes()["nowhere"]?.reason == "it is a null pointer")
    #expect(stage.nodes()["nowhere"]?.value == nil)
    #expect(stage.text("inLocal") == "0x200")
  }
}
