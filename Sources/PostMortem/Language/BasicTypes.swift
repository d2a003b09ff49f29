import DwarfEval

/// The types that the language itself has: of literals, of comparisons, of `sizeof`. Made rather than looked up, which
/// would read all units of a program for `1 + 2`.
final class BasicTypes {
  let dwarf: Dwarf
  private var known: [Name: DwarfType] = [:]

  init(_ dwarf: Dwarf) { self.dwarf = dwarf }

  enum Name: String {
    case char
    case unsignedChar = "unsigned char"
    case int
    case unsignedInt = "unsigned int"
    case long
    case unsignedLong = "unsigned long"
    case longLong = "long long"
    case unsignedLongLong = "unsigned long long"
    case int128 = "__int128"
    case unsignedInt128 = "unsigned __int128"
    case bool, float, double
    case char8 = "char8_t"
    case char16 = "char16_t"
    case char32 = "char32_t"
    case wideChar = "wchar_t"
  }

  subscript(name: Name) -> DwarfType {
    if let type = known[name] { return type }
    guard let type = dwarf.builtinType(named: name.rawValue) else { preconditionFailure("no type \(name.rawValue)") }
    known[name] = type
    return type
  }

  private(set) lazy var pointerToVoid = dwarf.pointerToVoid
  /// What the program counter is of.
  private(set) lazy var codeAddress = dwarf.addressType(named: "code address")

  /// Bytes of an address.
  var addressSize: UInt64 { UInt64(dwarf.addressSize) }

  /// The type that an operation of C's makes where no operand has it.
  func integer(_ format: IntegerFormat) -> DwarfType {
    switch (format.rank, format.isSigned) {
    case (.bool, _): self[.bool]
    case (.char, true), (.short, true), (.int, true): self[.int]
    case (.char, false), (.short, false), (.int, false): self[.unsignedInt]
    case (.long, true): self[.long]
    case (.long, false): self[.unsignedLong]
    case (.longLong, true): self[.longLong]
    case (.longLong, false): self[.unsignedLongLong]
    case (.int128, true): self[.int128]
    case (.int128, false): self[.unsignedInt128]
    }
  }

  /// The type of an integer literal (C17, 6.4.4.1): the first that holds it of those that its form allows.
  func literal(_ value: UInt128, suffix: String, isDecimal: Bool) -> DwarfType {
    if let last = suffix.last, last.isNumber || suffix.hasSuffix("size"), let type = dwarf.builtinType(named: suffix) {
      return type
    }
    let isUnsigned = suffix.contains("u")
    let longs = suffix.count { $0 == "l" }
    let isSize = suffix.contains("z")
    var candidates: [Name] = []
    func add(_ signed: Name, _ unsigned: Name) {
      if !isUnsigned { candidates.append(signed) }
      if isUnsigned || !isDecimal { candidates.append(unsigned) }
    }
    if longs == 0, !isSize { add(.int, .unsignedInt) }
    if longs < 2 { add(.long, .unsignedLong) }
    add(.longLong, .unsignedLongLong)
    add(.int128, .unsignedInt128)
    for name in candidates {
      let type = self[name]
      guard let format = IntegerFormat(type) else { continue }
      if value >> UInt128(format.bits - 1) <= (format.isSigned ? 0 : 1) { return type }
    }
    return self[.unsignedInt128]
  }
}
