import ByteCursor
import DwarfEval
import TestSupport

typealias DIE = DwarfBuilder.Entry
typealias At = DwarfBuilder.Attribute

/// The versions and formats that every part is tested in.
let encodings: [UnitEncoding] = [2, 3, 4, 5].flatMap { version in
  [4, 8].flatMap { offset in
    [4, 8].map { address in UnitEncoding(version: version, offsetSize: offset, addressSize: address) }
  }
}

extension UnitEncoding {
  /// The form of offsets into other sections.
  var offsetForm: DwForm { version >= 4 ? .secOffset : offsetSize == 8 ? .data8 : .data4 }
}

extension DwarfBuilder {
  init(_ encoding: UnitEncoding) {
    self.init(version: encoding.version, is64Bit: encoding.offsetSize == 8, addressSize: encoding.addressSize)
  }

  var dwarf: Dwarf { Dwarf(DwarfSections(section: bytes())) }

  /// The attribute `DW_AT_ranges` with the ranges, in the form that the version has.
  mutating func ranges(_ ranges: [(UInt64, UInt64)], index: Bool = true) -> At {
    if version < 5 {
      return At(DwAttribute.ranges, version < 4 ? is64Bit ? DwForm.data8 : .data4 : .secOffset, pairs(ranges))
    }
    let size = Int(addressSize)
    let list = rangeList {
      for (low, high) in ranges {
        $0.u8(DwRangeListEntry.startEnd.rawValue)
        $0.number(low, size: size)
        $0.number(high, size: size)
      }
    }
    return At(DwAttribute.ranges, index ? DwForm.rnglistx : .secOffset, list)
  }
}

func name(_ text: String, _ form: DwForm = .string) -> At { At(DwAttribute.name, form, .text(text)) }
func low(_ address: UInt64, _ form: DwForm = .addr) -> At { At(DwAttribute.lowPC, form, .address(address)) }
/// `DW_AT_high_pc` as an address.
func high(_ address: UInt64) -> At { At(DwAttribute.highPC, DwForm.addr, .address(address)) }
/// `DW_AT_high_pc` as a distance.
func size(_ count: UInt64, _ form: DwForm = .data4) -> At { At(DwAttribute.highPC, form, .number(count)) }
func flag(_ attribute: DwAttribute) -> At { At(attribute, DwForm.flag, .number(1)) }
func number(_ attribute: DwAttribute, _ value: UInt64, _ form: DwForm = .udata) -> At {
  At(attribute, form, .number(value))
}
func reference(_ attribute: DwAttribute, _ label: String, _ form: DwForm = .ref4) -> At {
  At(attribute, form, .label(label))
}
/// A subprogram with code.
func function(
  _ text: String, _ from: UInt64, _ to: UInt64, _ more: [At] = [], label: String? = nil, children: [DIE] = []
) -> DIE {
  DIE(DwTag.subprogram, [name(text), low(from), high(to)] + more, label: label, children: children)
}

extension Dwarf {
  /// The names of the functions at an address, innermost first.
  func names(at address: UInt64) -> [String] {
    inlineChain(at: CodeAddress(address)).map { info($0)?.name ?? "?" }
  }
  /// The qualified name of the innermost function at an address.
  func qualifiedName(at address: UInt64) -> String? {
    inlineChain(at: CodeAddress(address)).first.flatMap { info($0) }.flatMap { qualifiedName($0) }
  }
  /// Reads everything there is to read about functions; how many there are.
  @discardableResult func readAll() -> Int {
    var count = 0
    for unit in units {
      for function in functions(in: unit) {
        count += 1
        _ = info(function).flatMap { qualifiedName($0) }
        for range in function.ranges.prefix(8) { _ = locate(range.low) }
      }
      if var entries = try? unit.entries() {
        while let entry = try? entries.next() {
          var attributes = entry.attributes
          while let (_, value) = try? attributes.next() {
            _ = unit.string(value)
            _ = unit.address(value)
          }
        }
      }
    }
    return count
  }
}
