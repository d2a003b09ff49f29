import DwarfEval
import PostMortem
import TestSupport
import Testing

/// Which case an enum of Swift has, where its size and the patterns that it leaves leave one way to tell.
@Suite struct SwiftEnumTests {
  private func enumeration(_ label: String, _ size: UInt64, spare: UInt64 = 0, _ cases: [(String, String?)]) -> DIE {
    let variants = cases.map { name, type in
      DIE(
        DwTag.variant, [], children: [DIE(DwTag.member, [named(name)] + (type.map { [typed($0)] } ?? []))])
    }
    return DIE(
      DwTag.structureType,
      [named(label), number(.byteSize, size)] + (spare > 0 ? [number(.llvmNumExtraInhabitants, spare)] : []),
      label: label, children: [DIE(DwTag.variantPart, [], children: variants)])
  }

  /// What is shown of these bytes as an enum.
  private func text(
    _ bytes: [UInt8], _ size: UInt64, spare: UInt64 = 0, _ cases: [(String, String?)]
  ) throws -> String {
    let object = DIE(
      DwTag.structureType,
      [
        named("C"), number(.byteSize, 4), At(DwAttribute.linkageName, DwForm.string, .text("$s1m1CCD")),
      ], label: "C", children: [member("number", "int", 0)])
    let stage = try Stage([variable("e", "E", [0x91, 0])]) {
      $0.language = .swift
      $0.memory = [(0x200, bytes)]
      $0.unitEntries = [object, record("three", 3, []), enumeration("E", size, spare: spare, cases)]
    }
    return ValueSample.text(try #require(stage.nodes()["e"]))
  }

  @Test func casesAlone() throws {
    let cases: [(String, String?)] = [("a", nil), ("b", nil), ("c", nil)]
    #expect(try text([0], 1, spare: 253, cases) == "a")
    #expect(try text([2], 1, spare: 253, cases) == "c")
    #expect(try text([3], 1, spare: 253, cases) == "!damaged: its case 3 is none of its 3")
    #expect(try text([0], 0, [("only", nil)]) == "only")
    let many: [(String, String?)] = (0..<300).map { ("c\($0)", nil) }
    #expect(try text([0x2b, 0x01], 2, spare: 65236, many) == "c299")
  }

  @Test func oneCaseWithAPayload() throws {
    #expect(try text([0xf8, 0xff, 0xff, 0xff], 4, [("only", "int")]) == "only {0: -8}")
    // As large as a reference, which a box around it is.
    #expect(try text([0, 3, 0, 0], 4, spare: 4096, [("only", "int")]).hasPrefix("!which of its cases (only)"))
    let cases: [(String, String?)] = [("some", "int"), ("none", nil), ("other", nil)]
    #expect(try text([5, 0, 0, 0, 0], 5, cases) == "some {0: 5}")
    #expect(try text([0, 0, 0, 0, 1], 5, cases) == "none")
    #expect(try text([1, 0, 0, 0, 1], 5, cases) == "other")
    #expect(try text([2, 0, 0, 0, 1], 5, cases) == "!damaged: it says case 2 of the 2 that hold nothing")
    #expect(try text([0, 0, 0, 0, 2], 5, cases) == "!damaged: its tag 2 is of none of its cases")
    #expect(
      try text([0, 3, 0, 0], 4, spare: 4095, [("some", "three"), ("none", nil)]).hasPrefix(
        "!which of its cases (some, none)"))
  }

  @Test func severalCasesWithPayloads() throws {
    let cases: [(String, String?)] = [("left", "short"), ("none", nil), ("right", "short")]
    #expect(try text([7, 0, 0], 3, spare: 253, cases) == "left {0: 7}")
    #expect(try text([7, 0, 1], 3, spare: 253, cases) == "right {0: 7}")
    #expect(try text([0, 0, 2], 3, spare: 253, cases) == "none")
    #expect(try text([1, 0, 2], 3, spare: 253, cases) == "!damaged: it says case 1 of the 1 that hold nothing")
    // Some of the payloads' bits say a part of it.
    #expect(try text([7, 0, 1], 3, spare: 125, cases).hasPrefix("!which of its cases (left, none, right)"))
    #expect(try text([7, 0], 2, spare: 125, cases).hasPrefix("!which of its cases (left, none, right)"))
  }

  @Test func aReferenceOrNone() throws {
    let cases: [(String, String?)] = [("object", "C"), ("none", nil), ("other", nil)]
    #expect(try text([0, 0, 0, 0], 4, spare: 4094, cases) == "none")
    #expect(try text([1, 0, 0, 0], 4, spare: 4094, cases) == "other")
    // The object's number stands behind its header of two words.
    #expect(try text([0, 3, 0, 0], 4, spare: 4094, cases) == "object {0: 0x300 {number: \(0x0b0a_0908)}}")
  }

  @Test func whatIsNotDescribed() throws {
    let stage = try Stage([variable("v", "three", [0x91, 0])]) {
      $0.language = .swift
      $0.unitEntries = [record("three", 3, [])]
    }
    let node = try #require(stage.nodes()["v"])
    #expect(node.value == nil && node.reason == "Swift's debug information does not say what it holds")
  }
}
