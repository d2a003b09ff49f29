/// An operation of a DWARF expression (DWARF 5, 7.7.1, table 7.9), with those that GNU and LLVM added.
public struct DwOperation: DwConstant {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let prefix = "DW_OP_"
  public static let names: [UInt8: String] = {
    var names = single
    for number in 0..<32 as Range<UInt8> {
      names[lit0.rawValue + number] = "lit\(number)"
      names[reg0.rawValue + number] = "reg\(number)"
      names[breg0.rawValue + number] = "breg\(number)"
    }
    return names
  }()

  /// All but those that come in rows of 32.
  private static let single: [UInt8: String] = [
    0x03: "addr", 0x06: "deref", 0x08: "const1u", 0x09: "const1s", 0x0a: "const2u", 0x0b: "const2s", 0x0c: "const4u",
    0x0d: "const4s", 0x0e: "const8u", 0x0f: "const8s", 0x10: "constu", 0x11: "consts", 0x12: "dup", 0x13: "drop",
    0x14: "over", 0x15: "pick", 0x16: "swap", 0x17: "rot", 0x18: "xderef", 0x19: "abs", 0x1a: "and", 0x1b: "div",
    0x1c: "minus", 0x1d: "mod", 0x1e: "mul", 0x1f: "neg", 0x20: "not", 0x21: "or", 0x22: "plus", 0x23: "plus_uconst",
    0x24: "shl", 0x25: "shr", 0x26: "shra", 0x27: "xor", 0x28: "bra", 0x29: "eq", 0x2a: "ge", 0x2b: "gt", 0x2c: "le",
    0x2d: "lt", 0x2e: "ne", 0x2f: "skip", 0x90: "regx", 0x91: "fbreg", 0x92: "bregx", 0x93: "piece", 0x94: "deref_size",
    0x95: "xderef_size", 0x96: "nop", 0x97: "push_object_address", 0x98: "call2", 0x99: "call4", 0x9a: "call_ref",
    0x9b: "form_tls_address", 0x9c: "call_frame_cfa", 0x9d: "bit_piece", 0x9e: "implicit_value", 0x9f: "stack_value",
    0xa0: "implicit_pointer", 0xa1: "addrx", 0xa2: "constx", 0xa3: "entry_value", 0xa4: "const_type",
    0xa5: "regval_type", 0xa6: "deref_type", 0xa7: "xderef_type", 0xa8: "convert", 0xa9: "reinterpret",
    0xe0: "GNU_push_tls_address", 0xed: "WASM_location", 0xf0: "GNU_uninit", 0xf1: "GNU_encoded_addr",
    0xf2: "GNU_implicit_pointer", 0xf3: "GNU_entry_value", 0xf4: "GNU_const_type", 0xf5: "GNU_regval_type",
    0xf6: "GNU_deref_type", 0xf7: "GNU_convert", 0xf9: "GNU_reinterpret", 0xfa: "GNU_parameter_ref",
    0xfb: "GNU_addr_index", 0xfc: "GNU_const_index", 0xfd: "GNU_variable_value",
  ]

  /// Where this operation stands in the row of 32 that starts at `first`; nil where it stands outside.
  func number(from first: DwOperation) -> UInt8? {
    rawValue >= first.rawValue && rawValue - first.rawValue < 32 ? rawValue - first.rawValue : nil
  }
}

extension DwOperation {
  public static let addr = DwOperation(rawValue: 0x03)
  public static let deref = DwOperation(rawValue: 0x06)
  public static let const1u = DwOperation(rawValue: 0x08)
  public static let const1s = DwOperation(rawValue: 0x09)
  public static let const2u = DwOperation(rawValue: 0x0a)
  public static let const2s = DwOperation(rawValue: 0x0b)
  public static let const4u = DwOperation(rawValue: 0x0c)
  public static let const4s = DwOperation(rawValue: 0x0d)
  public static let const8u = DwOperation(rawValue: 0x0e)
  public static let const8s = DwOperation(rawValue: 0x0f)
  public static let constu = DwOperation(rawValue: 0x10)
  public static let consts = DwOperation(rawValue: 0x11)
  public static let dup = DwOperation(rawValue: 0x12)
  public static let drop = DwOperation(rawValue: 0x13)
  public static let over = DwOperation(rawValue: 0x14)
  public static let pick = DwOperation(rawValue: 0x15)
  public static let swap = DwOperation(rawValue: 0x16)
  public static let rot = DwOperation(rawValue: 0x17)
  public static let xderef = DwOperation(rawValue: 0x18)
  public static let abs = DwOperation(rawValue: 0x19)
  public static let and = DwOperation(rawValue: 0x1a)
  public static let div = DwOperation(rawValue: 0x1b)
  public static let minus = DwOperation(rawValue: 0x1c)
  public static let mod = DwOperation(rawValue: 0x1d)
  public static let mul = DwOperation(rawValue: 0x1e)
  public static let neg = DwOperation(rawValue: 0x1f)
  public static let not = DwOperation(rawValue: 0x20)
  public static let or = DwOperation(rawValue: 0x21)
  public static let plus = DwOperation(rawValue: 0x22)
  public static let plusUconst = DwOperation(rawValue: 0x23)
  public static let shl = DwOperation(rawValue: 0x24)
  public static let shr = DwOperation(rawValue: 0x25)
  public static let shra = DwOperation(rawValue: 0x26)
  public static let xor = DwOperation(rawValue: 0x27)
  public static let bra = DwOperation(rawValue: 0x28)
  public static let eq = DwOperation(rawValue: 0x29)
  public static let ge = DwOperation(rawValue: 0x2a)
  public static let gt = DwOperation(rawValue: 0x2b)
  public static let le = DwOperation(rawValue: 0x2c)
  public static let lt = DwOperation(rawValue: 0x2d)
  public static let ne = DwOperation(rawValue: 0x2e)
  public static let skip = DwOperation(rawValue: 0x2f)
  /// `DW_OP_lit0`, the first of 32: the numbers 0 to 31.
  public static let lit0 = DwOperation(rawValue: 0x30)
  /// `DW_OP_reg0`, the first of 32: the registers 0 to 31.
  public static let reg0 = DwOperation(rawValue: 0x50)
  /// `DW_OP_breg0`, the first of 32: the registers 0 to 31 and an offset.
  public static let breg0 = DwOperation(rawValue: 0x70)
  public static let regx = DwOperation(rawValue: 0x90)
  public static let fbreg = DwOperation(rawValue: 0x91)
  public static let bregx = DwOperation(rawValue: 0x92)
  public static let piece = DwOperation(rawValue: 0x93)
  public static let derefSize = DwOperation(rawValue: 0x94)
  public static let xderefSize = DwOperation(rawValue: 0x95)
  public static let nop = DwOperation(rawValue: 0x96)
  public static let pushObjectAddress = DwOperation(rawValue: 0x97)
  public static let call2 = DwOperation(rawValue: 0x98)
  public static let call4 = DwOperation(rawValue: 0x99)
  public static let callRef = DwOperation(rawValue: 0x9a)
  public static let formTLSAddress = DwOperation(rawValue: 0x9b)
  public static let callFrameCFA = DwOperation(rawValue: 0x9c)
  public static let bitPiece = DwOperation(rawValue: 0x9d)
  public static let implicitValue = DwOperation(rawValue: 0x9e)
  public static let stackValue = DwOperation(rawValue: 0x9f)
  public static let implicitPointer = DwOperation(rawValue: 0xa0)
  public static let addrx = DwOperation(rawValue: 0xa1)
  public static let constx = DwOperation(rawValue: 0xa2)
  public static let entryValue = DwOperation(rawValue: 0xa3)
  public static let constType = DwOperation(rawValue: 0xa4)
  public static let regvalType = DwOperation(rawValue: 0xa5)
  public static let derefType = DwOperation(rawValue: 0xa6)
  public static let xderefType = DwOperation(rawValue: 0xa7)
  public static let convert = DwOperation(rawValue: 0xa8)
  public static let reinterpret = DwOperation(rawValue: 0xa9)
  public static let gnuPushTLSAddress = DwOperation(rawValue: 0xe0)
  public static let wasmLocation = DwOperation(rawValue: 0xed)
  public static let gnuUninit = DwOperation(rawValue: 0xf0)
  public static let gnuEncodedAddr = DwOperation(rawValue: 0xf1)
  public static let gnuImplicitPointer = DwOperation(rawValue: 0xf2)
  public static let gnuEntryValue = DwOperation(rawValue: 0xf3)
  public static let gnuConstType = DwOperation(rawValue: 0xf4)
  public static let gnuRegvalType = DwOperation(rawValue: 0xf5)
  public static let gnuDerefType = DwOperation(rawValue: 0xf6)
  public static let gnuConvert = DwOperation(rawValue: 0xf7)
  public static let gnuReinterpret = DwOperation(rawValue: 0xf9)
  public static let gnuParameterRef = DwOperation(rawValue: 0xfa)
  public static let gnuAddrIndex = DwOperation(rawValue: 0xfb)
  public static let gnuConstIndex = DwOperation(rawValue: 0xfc)
  public static let gnuVariableValue = DwOperation(rawValue: 0xfd)
}
