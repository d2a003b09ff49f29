import ByteCursor
import DwarfEval
import TestSupport
import Testing

/// Where Swift's stored properties are, by the rules of the language, beside what its compiler says.
@Suite struct SwiftLayoutTests {
  private func program(_ entries: [DIE], _ types: String...) -> TypeProgram {
    var numbers: [DIE] = []
    for (label, size) in [("Int8", 1), ("Int16", 2), ("Float", 4), ("Int64", 8)] as [(String, UInt64)] {
      numbers.append(base("Builtin." + label, .unsigned, size))
      numbers.append(structure(label, size, [member("_value", "Builtin." + label, 0)]))
    }
    return TypeProgram(numbers + entries, types: types, language: .swift)
  }

  private func structure(_ label: String, _ size: UInt64, _ members: [DIE], linkage: String? = nil) -> DIE {
    DIE(
      DwTag.structureType,
      [name(label), number(.byteSize, size)] + (linkage.map { [text(.linkageName, $0)] } ?? []), label: label,
      children: members)
  }

  private func offsets(_ type: DwarfType) -> [UInt64?]? {
    SwiftLayout.record(of: type)?.members.map(\.location.offset)
  }

  /// The compiler rounds each place up to the alignment of the property before.
  @Test func placesPropertiesByTheirOwnAlignment() throws {
    let program = program(
      [
        structure("S", 9, [member("a", "Int8", 0), member("b", "Float", 1), member("c", "Int8", 8)]),
        structure("Inner", 16, [member("a", "Int64", 0), member("s", "S", 8)]),
        structure("Outer", 26, [member("a", "Int8", 0), member("i", "T", 1), member("b", "Int8", 24)]),
        structure("T", 17, [member("a", "Int64", 0), member("s", "S", 8)]),
      ], "S", "T", "Outer", "Inner")
    #expect(try offsets(program.type("S")) == [0, 4, 8])
    #expect(try program.type("S").record?.members.map(\.location.offset) == [0, 1, 8])
    #expect(try offsets(program.type("T")) == [0, 8])
    #expect(try offsets(program.type("Outer")) == [0, 8, 25])
    // Its parts end at 17, not at 16: what that means is not known.
    #expect(try offsets(program.type("Inner")) == [0, nil])
    #expect(try SwiftLayout.stride(of: program.type("S")) == 12)
    #expect(try SwiftLayout.alignment(of: program.type("Outer")) == 8)
  }

  @Test func countsAnObjectsPropertiesFromItsStart() throws {
    let object = structure(
      "C", 0, [member("a", "Int8", 0), member("b", "Int64", 1), member("next", "C", 16)], linkage: "$s1m1CCD")
    let holder = structure("H", 8, [member("a", "Int8", 0), member("c", "C", 1)])
    let program = program([object, holder], "C", "H")
    let type = try program.type("C")
    #expect(SwiftLayout.isClass(type))
    // Two words stand in front; a reference to an object has the size of one.
    #expect(offsets(type) == [8, 16, 24])
    #expect(SwiftLayout.size(of: type) == 4 && SwiftLayout.stride(of: type) == 4)
    #expect(try offsets(program.type("H")) == [0, 4])
  }

  @Test func claimsNothingOfWhatGoesInCircles() throws {
    let program = program(
      [structure("A", 4, [member("a", "Int8", 0), member("b", "B", 1)]), structure("B", 4, [member("a", "A", 0)])],
      "A", "B")
    #expect(try offsets(program.type("A")) == [0, nil])
    #expect(try SwiftLayout.alignment(of: program.type("A")) == nil)
    #expect(try SwiftLayout.stride(of: program.type("B")) == nil)
  }

  @Test func tellsHowManyPatternsAreToSpare() throws {
    let spare = DIE(
      DwTag.structureType, [name("E"), number(.byteSize, 1), number(.llvmNumExtraInhabitants, 0xfd)], label: "E")
    let program = program([spare], "E", "Int8")
    #expect(try SwiftLayout.extraInhabitants(of: program.type("E")) == 253)
    #expect(try SwiftLayout.extraInhabitants(of: program.type("Int8")) == 0)
  }
}
