import ByteCursor
import DwarfEval
import TestSupport
import Testing

func text(_ attribute: DwAttribute, _ text: String) -> At { At(attribute, DwForm.string, .text(text)) }
func signed(_ attribute: DwAttribute, _ value: Int64) -> At { At(attribute, DwForm.sdata, .signed(value)) }
func bytes(_ attribute: DwAttribute, _ bytes: [UInt8], _ form: DwForm = .block1) -> At {
  At(attribute, form, .bytes(bytes))
}
/// `DW_AT_type`.
func of(_ label: String, _ form: DwForm = .ref4) -> At { reference(.type, label, form) }
/// A base type, whose label is its name.
func base(_ text: String, _ encoding: DwEncoding, _ size: UInt64, _ more: [At] = []) -> DIE {
  DIE(
    DwTag.baseType,
    [name(text), number(.encoding, UInt64(encoding.rawValue), .data1), number(.byteSize, size, .data1)] + more,
    label: text)
}
func member(_ text: String, _ type: String, _ offset: UInt64, _ more: [At] = []) -> DIE {
  DIE(DwTag.member, [name(text), of(type), number(.dataMemberLocation, offset)] + more)
}
/// A modifier of `target`, or of nothing.
func modified(_ tag: DwTag, _ label: String, _ target: String?, _ more: [At] = []) -> DIE {
  DIE(tag, more + (target.map { [of($0)] } ?? []), label: label)
}

/// A program of one unit with a few base types and `entries`. Types are looked up by the labels that the variables at
/// the unit's end are called after.
struct TypeProgram {
  let dwarf: Dwarf

  init(
    _ entries: [DIE], types labels: [String] = [], language: DwLanguage = .cPlusPlus14,
    encoding: UnitEncoding = UnitEncoding(version: 4, offsetSize: 4, addressSize: 4), producer: String = "test"
  ) {
    var builder = DwarfBuilder(encoding)
    builder.unit(Self.unit(entries, types: labels, language: language, producer: producer))
    dwarf = builder.dwarf
  }

  init(_ dwarf: Dwarf) { self.dwarf = dwarf }

  static func unit(
    _ entries: [DIE], types labels: [String] = [], language: DwLanguage = .cPlusPlus14, producer: String = "test"
  ) -> DIE {
    let common = [
      base("int", .signed, 4), base("char", .signedChar, 1), base("unsigned int", .unsigned, 4),
      base("bool", .boolean, 1),
    ]
    return DIE(
      DwTag.compileUnit,
      [name("t.cpp"), text(.producer, producer), number(.language, UInt64(language.rawValue), .data2)],
      children: common + entries + labels.map { DIE(DwTag.variable, [name("v_" + $0), of($0)]) })
  }

  /// The type with the label `label`.
  func type(_ label: String, unit: Int = 0) throws -> DwarfType {
    var reader = try dwarf.units[unit].entries()
    while let entry = try reader.next() {
      if entry.tag == .variable, let name = entry[.name].flatMap({ entry.unit.string($0) }), name == "v_" + label {
        return try #require(entry[.type].flatMap { dwarf.type($0, from: entry.unit) })
      }
    }
    throw MissingLabel(label: label)
  }

  struct MissingLabel: Error { let label: String }
}
