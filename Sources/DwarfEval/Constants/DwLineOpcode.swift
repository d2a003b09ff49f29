/// A standard opcode of line number programs (DWARF 5, 7.22, table 7.25).
public struct DwLineOpcode: DwConstant {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let prefix = "DW_LNS_"
  public static let names: [UInt8: String] = [
    0x00: "extended_op", 0x01: "copy", 0x02: "advance_pc", 0x03: "advance_line", 0x04: "set_file", 0x05: "set_column",
    0x06: "negate_stmt", 0x07: "set_basic_block", 0x08: "const_add_pc", 0x09: "fixed_advance_pc",
    0x0a: "set_prologue_end", 0x0b: "set_epilogue_begin", 0x0c: "set_isa",
  ]
}

extension DwLineOpcode {
  public static let extendedOp = DwLineOpcode(rawValue: 0x00)
  public static let copy = DwLineOpcode(rawValue: 0x01)
  public static let advancePC = DwLineOpcode(rawValue: 0x02)
  public static let advanceLine = DwLineOpcode(rawValue: 0x03)
  public static let setFile = DwLineOpcode(rawValue: 0x04)
  public static let setColumn = DwLineOpcode(rawValue: 0x05)
  public static let negateStmt = DwLineOpcode(rawValue: 0x06)
  public static let setBasicBlock = DwLineOpcode(rawValue: 0x07)
  public static let constAddPC = DwLineOpcode(rawValue: 0x08)
  public static let fixedAdvancePC = DwLineOpcode(rawValue: 0x09)
  public static let setPrologueEnd = DwLineOpcode(rawValue: 0x0a)
  public static let setEpilogueBegin = DwLineOpcode(rawValue: 0x0b)
  public static let setISA = DwLineOpcode(rawValue: 0x0c)
}
