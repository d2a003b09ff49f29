import DwarfEval
import PostMortem
import TestSupport
import Testing

/// Rust's pointers to trait objects, whose type the description of their table of functions tells.
@Suite struct RustTraitObjectTests {
  /// `item` points to what lies at 0x300 with the table at 0x340, in which the size stands.
  private func stage(size: UInt8, others: [DIE] = [], type name: String = "&dyn shop::Item") throws -> Stage {
    try Stage([variable("item", name, [0x91, 0])]) {
      $0.language = .rust
      $0.memory = [
        (0x200, [0, 3, 0, 0, 0x40, 3, 0, 0]), (0x300, [5, 0, 0, 0, 6, 0, 0, 0]),
        (0x340, [0, 0, 0, 0, size, 0, 0, 0, 4]),
      ]
      $0.unitEntries =
        [
          record("Book", 8, [member("pages", "int", 0), member("price", "int", 4)]), record("Pen", 8, []),
          record("dyn shop::Item", 0, []), DIE(DwTag.pointerType, [typed("dyn shop::Item")], label: "data"),
          record(name, 8, [member("pointer", "data", 0), member("vtable", "int*", 4)]),
        ] + table("Book") + others
    }
  }

  private func table(_ type: String) -> [DIE] {
    [
      DIE(
        DwTag.structureType,
        [
          named("<\(type) as shop::Item>::{vtable_type}"), number(.byteSize, 12),
          At(DwAttribute.containingType, DwForm.ref4, .label(type)),
        ], label: "table of \(type)"),
      variable("<\(type) as shop::Item>::{vtable}", "table of \(type)", [0x03, 0x40, 0x03, 0, 0]),
    ]
  }

  @Test func theTableTellsTheType() throws {
    for name in ["&dyn shop::Item", "&mut dyn shop::Item", "*const dyn shop::Item"] {
      let stage = try stage(size: 8, type: name)
      let node = try #require(stage.nodes()["item"])
      #expect(node.value == "0x300")
      #expect(node.summary == "(Book)")
      let object = try #require(node.children.first)
      #expect(object.name == "*" && object.type == "Book" && object.trust == .derived)
      #expect(object.children.map(\.plain) == ["5 [derived]", "6 [derived]"])
    }
  }

  @Test func expressionsGoThrough() throws {
    let stage = try stage(size: 8)
    let frame = stage.session.backtrace(thread: 0)[0]
    let expressions = ExpressionSession(session: stage.session)
    let value = try expressions.evaluate("(*item).price + item.pages", frame: frame, thread: 0)
    #expect(expressions.describer(of: value)?.describe(value).value == "11")
  }

  @Test func whatIsNotSureIsNotSaid() throws {
    // Another size than the type's: the description is of another build, or the pointer is damaged.
    #expect(try stage(size: 12).nodes()["item"]?.summary == "trait object")
    // Two types whose functions are the same share a table.
    #expect(try stage(size: 8, others: table("Pen")).nodes()["item"]?.summary == "trait object")
  }
}
