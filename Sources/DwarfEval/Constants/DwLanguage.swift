/// A unit's source language (DWARF 5, 7.12, table 7.17, and the later list of dwarfstd.org).
public struct DwLanguage: DwConstant {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  public static let prefix = "DW_LANG_"
  public static let names: [UInt16: String] = [
    0x0001: "C89", 0x0002: "C", 0x0003: "Ada83", 0x0004: "C_plus_plus", 0x0005: "Cobol74", 0x0006: "Cobol85",
    0x0007: "Fortran77", 0x0008: "Fortran90", 0x0009: "Pascal83", 0x000a: "Modula2", 0x000b: "Java", 0x000c: "C99",
    0x000d: "Ada95", 0x000e: "Fortran95", 0x000f: "PLI", 0x0010: "ObjC", 0x0011: "ObjC_plus_plus", 0x0012: "UPC",
    0x0013: "D", 0x0014: "Python", 0x0015: "OpenCL", 0x0016: "Go", 0x0017: "Modula3", 0x0018: "Haskell",
    0x0019: "C_plus_plus_03", 0x001a: "C_plus_plus_11", 0x001b: "OCaml", 0x001c: "Rust", 0x001d: "C11",
    0x001e: "Swift", 0x001f: "Julia", 0x0020: "Dylan", 0x0021: "C_plus_plus_14", 0x0022: "Fortran03",
    0x0023: "Fortran08", 0x0024: "RenderScript", 0x0025: "BLISS", 0x0026: "Kotlin", 0x0027: "Zig", 0x0028: "Crystal",
    0x002a: "C_plus_plus_17", 0x002b: "C_plus_plus_20", 0x002c: "C17", 0x002d: "Fortran18", 0x002e: "Ada2005",
    0x002f: "Ada2012", 0x0030: "HIP", 0x0031: "Assembly", 0x0032: "C_sharp", 0x0033: "Mojo", 0x0034: "GLSL",
    0x0035: "GLSL_ES", 0x0036: "HLSL", 0x0037: "OpenCL_CPP", 0x0038: "CPP_for_OpenCL", 0x0039: "SYCL",
    0x003a: "C_plus_plus_23", 0x003b: "Odin", 0x003c: "P4", 0x003d: "Metal", 0x003e: "C23", 0x003f: "Fortran23",
    0x0040: "Ruby", 0x0041: "Move", 0x0042: "Hylo", 0x0043: "V", 0x8001: "Mips_Assembler",
  ]
}

extension DwLanguage {
  public static let c89 = DwLanguage(rawValue: 0x0001)
  public static let c = DwLanguage(rawValue: 0x0002)
  public static let ada83 = DwLanguage(rawValue: 0x0003)
  public static let cPlusPlus = DwLanguage(rawValue: 0x0004)
  public static let cobol74 = DwLanguage(rawValue: 0x0005)
  public static let cobol85 = DwLanguage(rawValue: 0x0006)
  public static let fortran77 = DwLanguage(rawValue: 0x0007)
  public static let fortran90 = DwLanguage(rawValue: 0x0008)
  public static let pascal83 = DwLanguage(rawValue: 0x0009)
  public static let modula2 = DwLanguage(rawValue: 0x000a)
  public static let java = DwLanguage(rawValue: 0x000b)
  public static let c99 = DwLanguage(rawValue: 0x000c)
  public static let ada95 = DwLanguage(rawValue: 0x000d)
  public static let fortran95 = DwLanguage(rawValue: 0x000e)
  public static let pli = DwLanguage(rawValue: 0x000f)
  public static let objC = DwLanguage(rawValue: 0x0010)
  public static let objCPlusPlus = DwLanguage(rawValue: 0x0011)
  public static let upc = DwLanguage(rawValue: 0x0012)
  public static let d = DwLanguage(rawValue: 0x0013)
  public static let python = DwLanguage(rawValue: 0x0014)
  public static let openCL = DwLanguage(rawValue: 0x0015)
  public static let go = DwLanguage(rawValue: 0x0016)
  public static let modula3 = DwLanguage(rawValue: 0x0017)
  public static let haskell = DwLanguage(rawValue: 0x0018)
  public static let cPlusPlus03 = DwLanguage(rawValue: 0x0019)
  public static let cPlusPlus11 = DwLanguage(rawValue: 0x001a)
  public static let ocaml = DwLanguage(rawValue: 0x001b)
  public static let rust = DwLanguage(rawValue: 0x001c)
  public static let c11 = DwLanguage(rawValue: 0x001d)
  public static let swift = DwLanguage(rawValue: 0x001e)
  public static let julia = DwLanguage(rawValue: 0x001f)
  public static let dylan = DwLanguage(rawValue: 0x0020)
  public static let cPlusPlus14 = DwLanguage(rawValue: 0x0021)
  public static let fortran03 = DwLanguage(rawValue: 0x0022)
  public static let fortran08 = DwLanguage(rawValue: 0x0023)
  public static let renderScript = DwLanguage(rawValue: 0x0024)
  public static let bliss = DwLanguage(rawValue: 0x0025)
  public static let kotlin = DwLanguage(rawValue: 0x0026)
  public static let zig = DwLanguage(rawValue: 0x0027)
  public static let crystal = DwLanguage(rawValue: 0x0028)
  public static let cPlusPlus17 = DwLanguage(rawValue: 0x002a)
  public static let cPlusPlus20 = DwLanguage(rawValue: 0x002b)
  public static let c17 = DwLanguage(rawValue: 0x002c)
  public static let fortran18 = DwLanguage(rawValue: 0x002d)
  public static let ada2005 = DwLanguage(rawValue: 0x002e)
  public static let ada2012 = DwLanguage(rawValue: 0x002f)
  public static let hip = DwLanguage(rawValue: 0x0030)
  public static let assembly = DwLanguage(rawValue: 0x0031)
  public static let cSharp = DwLanguage(rawValue: 0x0032)
  public static let mojo = DwLanguage(rawValue: 0x0033)
  public static let glsl = DwLanguage(rawValue: 0x0034)
  public static let glslEs = DwLanguage(rawValue: 0x0035)
  public static let hlsl = DwLanguage(rawValue: 0x0036)
  public static let openCLCPP = DwLanguage(rawValue: 0x0037)
  public static let cppForOpenCL = DwLanguage(rawValue: 0x0038)
  public static let sycl = DwLanguage(rawValue: 0x0039)
  public static let cPlusPlus23 = DwLanguage(rawValue: 0x003a)
  public static let odin = DwLanguage(rawValue: 0x003b)
  public static let p4 = DwLanguage(rawValue: 0x003c)
  public static let metal = DwLanguage(rawValue: 0x003d)
  public static let c23 = DwLanguage(rawValue: 0x003e)
  public static let fortran23 = DwLanguage(rawValue: 0x003f)
  public static let ruby = DwLanguage(rawValue: 0x0040)
  public static let move = DwLanguage(rawValue: 0x0041)
  public static let hylo = DwLanguage(rawValue: 0x0042)
  public static let v = DwLanguage(rawValue: 0x0043)
  public static let mipsAssembler = DwLanguage(rawValue: 0x8001)
}
