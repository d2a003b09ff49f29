/// An extended opcode of line number programs (DWARF 5, 7.22, table 7.26).
public struct DwLineExtendedOpcode: DwConstant {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let prefix = "DW_LNE_"
  public static let names: [UInt8: String] = [
    0x01: "end_sequence", 0x02: "set_address", 0x03: "define_file", 0x04: "set_discriminator",
  ]
}

extension DwLineExtendedOpcode {
  public static let endSequence = DwLineExtendedOpcode(rawValue: 0x01)
  public static let setAddress = DwLineExtendedOpcode(rawValue: 0x02)
  public static let defineFile = DwLineExtendedOpcode(rawValue: 0x03)
  public static let setDiscriminator = DwLineExtendedOpcode(rawValue: 0x04)
}
