/// What an attribute says about its entry (DWARF 5, 7.5.4, table 7.5).
public struct DwAttribute: DwConstant {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  public static let prefix = "DW_AT_"
  public static let names: [UInt16: String] = [
    0x0001: "sibling", 0x0002: "location", 0x0003: "name", 0x0009: "ordering", 0x000b: "byte_size",
    0x000c: "bit_offset", 0x000d: "bit_size", 0x0010: "stmt_list", 0x0011: "low_pc", 0x0012: "high_pc",
    0x0013: "language", 0x0015: "discr", 0x0016: "discr_value", 0x0017: "visibility", 0x0018: "import",
    0x0019: "string_length", 0x001a: "common_reference", 0x001b: "comp_dir", 0x001c: "const_value",
    0x001d: "containing_type", 0x001e: "default_value", 0x0020: "inline", 0x0021: "is_optional",
    0x0022: "lower_bound", 0x0025: "producer", 0x0027: "prototyped", 0x002a: "return_addr", 0x002c: "start_scope",
    0x002e: "bit_stride", 0x002f: "upper_bound", 0x0031: "abstract_origin", 0x0032: "accessibility",
    0x0033: "address_class", 0x0034: "artificial", 0x0035: "base_types", 0x0036: "calling_convention",
    0x0037: "count", 0x0038: "data_member_location", 0x0039: "decl_column", 0x003a: "decl_file", 0x003b: "decl_line",
    0x003c: "declaration", 0x003d: "discr_list", 0x003e: "encoding", 0x003f: "external", 0x0040: "frame_base",
    0x0041: "friend", 0x0042: "identifier_case", 0x0043: "macro_info", 0x0044: "namelist_item", 0x0045: "priority",
    0x0046: "segment", 0x0047: "specification", 0x0048: "static_link", 0x0049: "type", 0x004a: "use_location",
    0x004b: "variable_parameter", 0x004c: "virtuality", 0x004d: "vtable_elem_location", 0x004e: "allocated",
    0x004f: "associated", 0x0050: "data_location", 0x0051: "byte_stride", 0x0052: "entry_pc", 0x0053: "use_UTF8",
    0x0054: "extension", 0x0055: "ranges", 0x0056: "trampoline", 0x0057: "call_column", 0x0058: "call_file",
    0x0059: "call_line", 0x005a: "description", 0x005b: "binary_scale", 0x005c: "decimal_scale", 0x005d: "small",
    0x005e: "decimal_sign", 0x005f: "digit_count", 0x0060: "picture_string", 0x0061: "mutable",
    0x0062: "threads_scaled", 0x0063: "explicit", 0x0064: "object_pointer", 0x0065: "endianity", 0x0066: "elemental",
    0x0067: "pure", 0x0068: "recursive", 0x0069: "signature", 0x006a: "main_subprogram", 0x006b: "data_bit_offset",
    0x006c: "const_expr", 0x006d: "enum_class", 0x006e: "linkage_name", 0x006f: "string_length_bit_size",
    0x0070: "string_length_byte_size", 0x0071: "rank", 0x0072: "str_offsets_base", 0x0073: "addr_base",
    0x0074: "rnglists_base", 0x0075: "dwo_id", 0x0076: "dwo_name", 0x0077: "reference", 0x0078: "rvalue_reference",
    0x0079: "macros", 0x007a: "call_all_calls", 0x007b: "call_all_source_calls", 0x007c: "call_all_tail_calls",
    0x007d: "call_return_pc", 0x007e: "call_value", 0x007f: "call_origin", 0x0080: "call_parameter",
    0x0081: "call_pc", 0x0082: "call_tail_call", 0x0083: "call_target", 0x0084: "call_target_clobbered",
    0x0085: "call_data_location", 0x0086: "call_data_value", 0x0087: "noreturn", 0x0088: "alignment",
    0x0089: "export_symbols", 0x008a: "deleted", 0x008b: "defaulted", 0x008c: "loclists_base", 0x2001: "MIPS_fde",
    0x2002: "MIPS_loop_begin", 0x2003: "MIPS_tail_loop_begin", 0x2004: "MIPS_epilog_begin",
    0x2005: "MIPS_loop_unroll_factor", 0x2006: "MIPS_software_pipeline_depth", 0x2007: "MIPS_linkage_name",
    0x2008: "MIPS_stride", 0x2009: "MIPS_abstract_name", 0x200a: "MIPS_clone_origin", 0x200b: "MIPS_has_inlines",
    0x200c: "MIPS_stride_byte", 0x200d: "MIPS_stride_elem", 0x200e: "MIPS_ptr_dopetype",
    0x200f: "MIPS_allocatable_dopetype", 0x2010: "MIPS_assumed_shape_dopetype", 0x2011: "MIPS_assumed_size",
    0x2101: "sf_names", 0x2102: "src_info", 0x2103: "mac_info", 0x2104: "src_coords", 0x2105: "body_begin",
    0x2106: "body_end", 0x2107: "GNU_vector", 0x210f: "GNU_odr_signature", 0x2110: "GNU_template_name",
    0x2111: "GNU_call_site_value", 0x2112: "GNU_call_site_data_value", 0x2113: "GNU_call_site_target",
    0x2114: "GNU_call_site_target_clobbered", 0x2115: "GNU_tail_call", 0x2116: "GNU_all_tail_call_sites",
    0x2117: "GNU_all_call_sites", 0x2118: "GNU_all_source_call_sites", 0x2119: "GNU_macros", 0x211a: "GNU_deleted",
    0x2130: "GNU_dwo_name", 0x2131: "GNU_dwo_id", 0x2132: "GNU_ranges_base", 0x2133: "GNU_addr_base",
    0x2134: "GNU_pubnames", 0x2135: "GNU_pubtypes", 0x2136: "GNU_discriminator", 0x2137: "GNU_locviews",
    0x2138: "GNU_entry_view", 0x2301: "use_GNAT_descriptive_type", 0x2302: "GNAT_descriptive_type",
    0x2303: "GNU_numerator", 0x2304: "GNU_denominator", 0x2305: "GNU_bias", 0x3e00: "LLVM_include_path",
    0x3e01: "LLVM_config_macros", 0x3e02: "LLVM_sysroot", 0x3e03: "LLVM_tag_offset", 0x3e07: "LLVM_apinotes",
    0x3e0b: "LLVM_num_extra_inhabitants",
    0x3fe1: "APPLE_optimized", 0x3fe2: "APPLE_flags", 0x3fe3: "APPLE_isa", 0x3fe4: "APPLE_block",
    0x3fe5: "APPLE_major_runtime_vers", 0x3fe6: "APPLE_runtime_class", 0x3fe7: "APPLE_omit_frame_ptr",
    0x3fec: "APPLE_objc_complete_type", 0x3fee: "APPLE_objc_direct", 0x3fef: "APPLE_sdk",
  ]
}

extension DwAttribute {
  public static let sibling = DwAttribute(rawValue: 0x0001)
  public static let location = DwAttribute(rawValue: 0x0002)
  public static let name = DwAttribute(rawValue: 0x0003)
  public static let ordering = DwAttribute(rawValue: 0x0009)
  public static let byteSize = DwAttribute(rawValue: 0x000b)
  public static let bitOffset = DwAttribute(rawValue: 0x000c)
  public static let bitSize = DwAttribute(rawValue: 0x000d)
  public static let stmtList = DwAttribute(rawValue: 0x0010)
  public static let lowPC = DwAttribute(rawValue: 0x0011)
  public static let highPC = DwAttribute(rawValue: 0x0012)
  public static let language = DwAttribute(rawValue: 0x0013)
  public static let discr = DwAttribute(rawValue: 0x0015)
  public static let discrValue = DwAttribute(rawValue: 0x0016)
  public static let visibility = DwAttribute(rawValue: 0x0017)
  public static let `import` = DwAttribute(rawValue: 0x0018)
  public static let stringLength = DwAttribute(rawValue: 0x0019)
  public static let commonReference = DwAttribute(rawValue: 0x001a)
  public static let compDir = DwAttribute(rawValue: 0x001b)
  public static let constValue = DwAttribute(rawValue: 0x001c)
  public static let containingType = DwAttribute(rawValue: 0x001d)
  public static let defaultValue = DwAttribute(rawValue: 0x001e)
  public static let inline = DwAttribute(rawValue: 0x0020)
  public static let isOptional = DwAttribute(rawValue: 0x0021)
  public static let lowerBound = DwAttribute(rawValue: 0x0022)
  public static let producer = DwAttribute(rawValue: 0x0025)
  public static let prototyped = DwAttribute(rawValue: 0x0027)
  public static let returnAddr = DwAttribute(rawValue: 0x002a)
  public static let startScope = DwAttribute(rawValue: 0x002c)
  public static let bitStride = DwAttribute(rawValue: 0x002e)
  public static let upperBound = DwAttribute(rawValue: 0x002f)
  public static let abstractOrigin = DwAttribute(rawValue: 0x0031)
  public static let accessibility = DwAttribute(rawValue: 0x0032)
  public static let addressClass = DwAttribute(rawValue: 0x0033)
  public static let artificial = DwAttribute(rawValue: 0x0034)
  public static let baseTypes = DwAttribute(rawValue: 0x0035)
  public static let callingConvention = DwAttribute(rawValue: 0x0036)
  public static let count = DwAttribute(rawValue: 0x0037)
  public static let dataMemberLocation = DwAttribute(rawValue: 0x0038)
  public static let declColumn = DwAttribute(rawValue: 0x0039)
  public static let declFile = DwAttribute(rawValue: 0x003a)
  public static let declLine = DwAttribute(rawValue: 0x003b)
  public static let declaration = DwAttribute(rawValue: 0x003c)
  public static let discrList = DwAttribute(rawValue: 0x003d)
  public static let encoding = DwAttribute(rawValue: 0x003e)
  public static let external = DwAttribute(rawValue: 0x003f)
  public static let frameBase = DwAttribute(rawValue: 0x0040)
  public static let friend = DwAttribute(rawValue: 0x0041)
  public static let identifierCase = DwAttribute(rawValue: 0x0042)
  public static let macroInfo = DwAttribute(rawValue: 0x0043)
  public static let namelistItem = DwAttribute(rawValue: 0x0044)
  public static let priority = DwAttribute(rawValue: 0x0045)
  public static let segment = DwAttribute(rawValue: 0x0046)
  public static let specification = DwAttribute(rawValue: 0x0047)
  public static let staticLink = DwAttribute(rawValue: 0x0048)
  public static let type = DwAttribute(rawValue: 0x0049)
  public static let useLocation = DwAttribute(rawValue: 0x004a)
  public static let variableParameter = DwAttribute(rawValue: 0x004b)
  public static let virtuality = DwAttribute(rawValue: 0x004c)
  public static let vtableElemLocation = DwAttribute(rawValue: 0x004d)
  public static let allocated = DwAttribute(rawValue: 0x004e)
  public static let associated = DwAttribute(rawValue: 0x004f)
  public static let dataLocation = DwAttribute(rawValue: 0x0050)
  public static let byteStride = DwAttribute(rawValue: 0x0051)
  public static let entryPC = DwAttribute(rawValue: 0x0052)
  public static let useUTF8 = DwAttribute(rawValue: 0x0053)
  public static let `extension` = DwAttribute(rawValue: 0x0054)
  public static let ranges = DwAttribute(rawValue: 0x0055)
  public static let trampoline = DwAttribute(rawValue: 0x0056)
  public static let callColumn = DwAttribute(rawValue: 0x0057)
  public static let callFile = DwAttribute(rawValue: 0x0058)
  public static let callLine = DwAttribute(rawValue: 0x0059)
  public static let description = DwAttribute(rawValue: 0x005a)
  public static let binaryScale = DwAttribute(rawValue: 0x005b)
  public static let decimalScale = DwAttribute(rawValue: 0x005c)
  public static let small = DwAttribute(rawValue: 0x005d)
  public static let decimalSign = DwAttribute(rawValue: 0x005e)
  public static let digitCount = DwAttribute(rawValue: 0x005f)
  public static let pictureString = DwAttribute(rawValue: 0x0060)
  public static let mutable = DwAttribute(rawValue: 0x0061)
  public static let threadsScaled = DwAttribute(rawValue: 0x0062)
  public static let explicit = DwAttribute(rawValue: 0x0063)
  public static let objectPointer = DwAttribute(rawValue: 0x0064)
  public static let endianity = DwAttribute(rawValue: 0x0065)
  public static let elemental = DwAttribute(rawValue: 0x0066)
  public static let pure = DwAttribute(rawValue: 0x0067)
  public static let recursive = DwAttribute(rawValue: 0x0068)
  public static let signature = DwAttribute(rawValue: 0x0069)
  public static let mainSubprogram = DwAttribute(rawValue: 0x006a)
  public static let dataBitOffset = DwAttribute(rawValue: 0x006b)
  public static let constExpr = DwAttribute(rawValue: 0x006c)
  public static let enumClass = DwAttribute(rawValue: 0x006d)
  public static let linkageName = DwAttribute(rawValue: 0x006e)
  public static let stringLengthBitSize = DwAttribute(rawValue: 0x006f)
  public static let stringLengthByteSize = DwAttribute(rawValue: 0x0070)
  public static let rank = DwAttribute(rawValue: 0x0071)
  public static let strOffsetsBase = DwAttribute(rawValue: 0x0072)
  public static let addrBase = DwAttribute(rawValue: 0x0073)
  public static let rnglistsBase = DwAttribute(rawValue: 0x0074)
  public static let dwoID = DwAttribute(rawValue: 0x0075)
  public static let dwoName = DwAttribute(rawValue: 0x0076)
  public static let reference = DwAttribute(rawValue: 0x0077)
  public static let rvalueReference = DwAttribute(rawValue: 0x0078)
  public static let macros = DwAttribute(rawValue: 0x0079)
  public static let callAllCalls = DwAttribute(rawValue: 0x007a)
  public static let callAllSourceCalls = DwAttribute(rawValue: 0x007b)
  public static let callAllTailCalls = DwAttribute(rawValue: 0x007c)
  public static let callReturnPC = DwAttribute(rawValue: 0x007d)
  public static let callValue = DwAttribute(rawValue: 0x007e)
  public static let callOrigin = DwAttribute(rawValue: 0x007f)
  public static let callParameter = DwAttribute(rawValue: 0x0080)
  public static let callPC = DwAttribute(rawValue: 0x0081)
  public static let callTailCall = DwAttribute(rawValue: 0x0082)
  public static let callTarget = DwAttribute(rawValue: 0x0083)
  public static let callTargetClobbered = DwAttribute(rawValue: 0x0084)
  public static let callDataLocation = DwAttribute(rawValue: 0x0085)
  public static let callDataValue = DwAttribute(rawValue: 0x0086)
  public static let noreturn = DwAttribute(rawValue: 0x0087)
  public static let alignment = DwAttribute(rawValue: 0x0088)
  public static let exportSymbols = DwAttribute(rawValue: 0x0089)
  public static let deleted = DwAttribute(rawValue: 0x008a)
  public static let defaulted = DwAttribute(rawValue: 0x008b)
  public static let loclistsBase = DwAttribute(rawValue: 0x008c)
  public static let mipsFde = DwAttribute(rawValue: 0x2001)
  public static let mipsLoopBegin = DwAttribute(rawValue: 0x2002)
  public static let mipsTailLoopBegin = DwAttribute(rawValue: 0x2003)
  public static let mipsEpilogBegin = DwAttribute(rawValue: 0x2004)
  public static let mipsLoopUnrollFactor = DwAttribute(rawValue: 0x2005)
  public static let mipsSoftwarePipelineDepth = DwAttribute(rawValue: 0x2006)
  public static let mipsLinkageName = DwAttribute(rawValue: 0x2007)
  public static let mipsStride = DwAttribute(rawValue: 0x2008)
  public static let mipsAbstractName = DwAttribute(rawValue: 0x2009)
  public static let mipsCloneOrigin = DwAttribute(rawValue: 0x200a)
  public static let mipsHasInlines = DwAttribute(rawValue: 0x200b)
  public static let mipsStrideByte = DwAttribute(rawValue: 0x200c)
  public static let mipsStrideElem = DwAttribute(rawValue: 0x200d)
  public static let mipsPtrDopetype = DwAttribute(rawValue: 0x200e)
  public static let mipsAllocatableDopetype = DwAttribute(rawValue: 0x200f)
  public static let mipsAssumedShapeDopetype = DwAttribute(rawValue: 0x2010)
  public static let mipsAssumedSize = DwAttribute(rawValue: 0x2011)
  public static let sfNames = DwAttribute(rawValue: 0x2101)
  public static let srcInfo = DwAttribute(rawValue: 0x2102)
  public static let macInfo = DwAttribute(rawValue: 0x2103)
  public static let srcCoords = DwAttribute(rawValue: 0x2104)
  public static let bodyBegin = DwAttribute(rawValue: 0x2105)
  public static let bodyEnd = DwAttribute(rawValue: 0x2106)
  public static let gnuVector = DwAttribute(rawValue: 0x2107)
  public static let gnuOdrSignature = DwAttribute(rawValue: 0x210f)
  public static let gnuTemplateName = DwAttribute(rawValue: 0x2110)
  public static let gnuCallSiteValue = DwAttribute(rawValue: 0x2111)
  public static let gnuCallSiteDataValue = DwAttribute(rawValue: 0x2112)
  public static let gnuCallSiteTarget = DwAttribute(rawValue: 0x2113)
  public static let gnuCallSiteTargetClobbered = DwAttribute(rawValue: 0x2114)
  public static let gnuTailCall = DwAttribute(rawValue: 0x2115)
  public static let gnuAllTailCallSites = DwAttribute(rawValue: 0x2116)
  public static let gnuAllCallSites = DwAttribute(rawValue: 0x2117)
  public static let gnuAllSourceCallSites = DwAttribute(rawValue: 0x2118)
  public static let gnuMacros = DwAttribute(rawValue: 0x2119)
  public static let gnuDeleted = DwAttribute(rawValue: 0x211a)
  public static let gnuDWOName = DwAttribute(rawValue: 0x2130)
  public static let gnuDWOID = DwAttribute(rawValue: 0x2131)
  public static let gnuRangesBase = DwAttribute(rawValue: 0x2132)
  public static let gnuAddrBase = DwAttribute(rawValue: 0x2133)
  public static let gnuPubnames = DwAttribute(rawValue: 0x2134)
  public static let gnuPubtypes = DwAttribute(rawValue: 0x2135)
  public static let gnuDiscriminator = DwAttribute(rawValue: 0x2136)
  public static let gnuLocviews = DwAttribute(rawValue: 0x2137)
  public static let gnuEntryView = DwAttribute(rawValue: 0x2138)
  public static let useGnatDescriptiveType = DwAttribute(rawValue: 0x2301)
  public static let gnatDescriptiveType = DwAttribute(rawValue: 0x2302)
  public static let gnuNumerator = DwAttribute(rawValue: 0x2303)
  public static let gnuDenominator = DwAttribute(rawValue: 0x2304)
  public static let gnuBias = DwAttribute(rawValue: 0x2305)
  public static let llvmIncludePath = DwAttribute(rawValue: 0x3e00)
  public static let llvmConfigMacros = DwAttribute(rawValue: 0x3e01)
  public static let llvmSysroot = DwAttribute(rawValue: 0x3e02)
  public static let llvmTagOffset = DwAttribute(rawValue: 0x3e03)
  public static let llvmApinotes = DwAttribute(rawValue: 0x3e07)
  public static let llvmNumExtraInhabitants = DwAttribute(rawValue: 0x3e0b)
  public static let appleOptimized = DwAttribute(rawValue: 0x3fe1)
  public static let appleFlags = DwAttribute(rawValue: 0x3fe2)
  public static let appleISA = DwAttribute(rawValue: 0x3fe3)
  public static let appleBlock = DwAttribute(rawValue: 0x3fe4)
  public static let appleMajorRuntimeVers = DwAttribute(rawValue: 0x3fe5)
  public static let appleRuntimeClass = DwAttribute(rawValue: 0x3fe6)
  public static let appleOmitFramePtr = DwAttribute(rawValue: 0x3fe7)
  public static let appleObjCCompleteType = DwAttribute(rawValue: 0x3fec)
  public static let appleObjCDirect = DwAttribute(rawValue: 0x3fee)
  public static let appleSDK = DwAttribute(rawValue: 0x3fef)
}
