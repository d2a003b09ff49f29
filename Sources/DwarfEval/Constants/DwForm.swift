/// How an attribute's value is encoded (DWARF 5, 7.5.6, table 7.6).
public struct DwForm: DwConstant {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  public static let prefix = "DW_FORM_"
  public static let names: [UInt16: String] = [
    0x0001: "addr", 0x0003: "block2", 0x0004: "block4", 0x0005: "data2", 0x0006: "data4", 0x0007: "data8",
    0x0008: "string", 0x0009: "block", 0x000a: "block1", 0x000b: "data1", 0x000c: "flag", 0x000d: "sdata",
    0x000e: "strp", 0x000f: "udata", 0x0010: "ref_addr", 0x0011: "ref1", 0x0012: "ref2", 0x0013: "ref4",
    0x0014: "ref8", 0x0015: "ref_udata", 0x0016: "indirect", 0x0017: "sec_offset", 0x0018: "exprloc",
    0x0019: "flag_present", 0x001a: "strx", 0x001b: "addrx", 0x001c: "ref_sup4", 0x001d: "strp_sup", 0x001e: "data16",
    0x001f: "line_strp", 0x0020: "ref_sig8", 0x0021: "implicit_const", 0x0022: "loclistx", 0x0023: "rnglistx",
    0x0024: "ref_sup8", 0x0025: "strx1", 0x0026: "strx2", 0x0027: "strx3", 0x0028: "strx4", 0x0029: "addrx1",
    0x002a: "addrx2", 0x002b: "addrx3", 0x002c: "addrx4", 0x1f01: "GNU_addr_index", 0x1f02: "GNU_str_index",
    0x1f20: "GNU_ref_alt", 0x1f21: "GNU_strp_alt", 0x2001: "LLVM_addrx_offset",
  ]
}

extension DwForm {
  public static let addr = DwForm(rawValue: 0x0001)
  public static let block2 = DwForm(rawValue: 0x0003)
  public static let block4 = DwForm(rawValue: 0x0004)
  public static let data2 = DwForm(rawValue: 0x0005)
  public static let data4 = DwForm(rawValue: 0x0006)
  public static let data8 = DwForm(rawValue: 0x0007)
  public static let string = DwForm(rawValue: 0x0008)
  public static let block = DwForm(rawValue: 0x0009)
  public static let block1 = DwForm(rawValue: 0x000a)
  public static let data1 = DwForm(rawValue: 0x000b)
  public static let flag = DwForm(rawValue: 0x000c)
  public static let sdata = DwForm(rawValue: 0x000d)
  public static let strp = DwForm(rawValue: 0x000e)
  public static let udata = DwForm(rawValue: 0x000f)
  public static let refAddr = DwForm(rawValue: 0x0010)
  public static let ref1 = DwForm(rawValue: 0x0011)
  public static let ref2 = DwForm(rawValue: 0x0012)
  public static let ref4 = DwForm(rawValue: 0x0013)
  public static let ref8 = DwForm(rawValue: 0x0014)
  public static let refUdata = DwForm(rawValue: 0x0015)
  public static let indirect = DwForm(rawValue: 0x0016)
  public static let secOffset = DwForm(rawValue: 0x0017)
  public static let exprloc = DwForm(rawValue: 0x0018)
  public static let flagPresent = DwForm(rawValue: 0x0019)
  public static let strx = DwForm(rawValue: 0x001a)
  public static let addrx = DwForm(rawValue: 0x001b)
  public static let refSup4 = DwForm(rawValue: 0x001c)
  public static let strpSup = DwForm(rawValue: 0x001d)
  public static let data16 = DwForm(rawValue: 0x001e)
  public static let lineStrp = DwForm(rawValue: 0x001f)
  public static let refSig8 = DwForm(rawValue: 0x0020)
  public static let implicitConst = DwForm(rawValue: 0x0021)
  public static let loclistx = DwForm(rawValue: 0x0022)
  public static let rnglistx = DwForm(rawValue: 0x0023)
  public static let refSup8 = DwForm(rawValue: 0x0024)
  public static let strx1 = DwForm(rawValue: 0x0025)
  public static let strx2 = DwForm(rawValue: 0x0026)
  public static let strx3 = DwForm(rawValue: 0x0027)
  public static let strx4 = DwForm(rawValue: 0x0028)
  public static let addrx1 = DwForm(rawValue: 0x0029)
  public static let addrx2 = DwForm(rawValue: 0x002a)
  public static let addrx3 = DwForm(rawValue: 0x002b)
  public static let addrx4 = DwForm(rawValue: 0x002c)
  public static let gnuAddrIndex = DwForm(rawValue: 0x1f01)
  public static let gnuStrIndex = DwForm(rawValue: 0x1f02)
  public static let gnuRefAlt = DwForm(rawValue: 0x1f20)
  public static let gnuStrpAlt = DwForm(rawValue: 0x1f21)
  public static let llvmAddrxOffset = DwForm(rawValue: 0x2001)
}
