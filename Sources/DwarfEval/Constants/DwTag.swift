/// What an entry describes (DWARF 5, 7.5.3, table 7.3).
public struct DwTag: DwConstant {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  public static let prefix = "DW_TAG_"
  public static let names: [UInt16: String] = [
    0x0000: "null", 0x0001: "array_type", 0x0002: "class_type", 0x0003: "entry_point", 0x0004: "enumeration_type",
    0x0005: "formal_parameter", 0x0008: "imported_declaration", 0x000a: "label", 0x000b: "lexical_block",
    0x000d: "member", 0x000f: "pointer_type", 0x0010: "reference_type", 0x0011: "compile_unit", 0x0012: "string_type",
    0x0013: "structure_type", 0x0015: "subroutine_type", 0x0016: "typedef", 0x0017: "union_type",
    0x0018: "unspecified_parameters", 0x0019: "variant", 0x001a: "common_block", 0x001b: "common_inclusion",
    0x001c: "inheritance", 0x001d: "inlined_subroutine", 0x001e: "module", 0x001f: "ptr_to_member_type",
    0x0020: "set_type", 0x0021: "subrange_type", 0x0022: "with_stmt", 0x0023: "access_declaration",
    0x0024: "base_type", 0x0025: "catch_block", 0x0026: "const_type", 0x0027: "constant", 0x0028: "enumerator",
    0x0029: "file_type", 0x002a: "friend", 0x002b: "namelist", 0x002c: "namelist_item", 0x002d: "packed_type",
    0x002e: "subprogram", 0x002f: "template_type_parameter", 0x0030: "template_value_parameter",
    0x0031: "thrown_type", 0x0032: "try_block", 0x0033: "variant_part", 0x0034: "variable", 0x0035: "volatile_type",
    0x0036: "dwarf_procedure", 0x0037: "restrict_type", 0x0038: "interface_type", 0x0039: "namespace",
    0x003a: "imported_module", 0x003b: "unspecified_type", 0x003c: "partial_unit", 0x003d: "imported_unit",
    0x003f: "condition", 0x0040: "shared_type", 0x0041: "type_unit", 0x0042: "rvalue_reference_type",
    0x0043: "template_alias", 0x0044: "coarray_type", 0x0045: "generic_subrange", 0x0046: "dynamic_type",
    0x0047: "atomic_type", 0x0048: "call_site", 0x0049: "call_site_parameter", 0x004a: "skeleton_unit",
    0x004b: "immutable_type", 0x4081: "MIPS_loop", 0x4101: "format_label", 0x4102: "function_template",
    0x4103: "class_template", 0x4104: "GNU_BINCL", 0x4105: "GNU_EINCL", 0x4106: "GNU_template_template_param",
    0x4107: "GNU_template_parameter_pack", 0x4108: "GNU_formal_parameter_pack", 0x4109: "GNU_call_site",
    0x410a: "GNU_call_site_parameter", 0x4200: "APPLE_property", 0x6000: "LLVM_annotation",
  ]
}

extension DwTag {
  public static let null = DwTag(rawValue: 0x0000)
  public static let arrayType = DwTag(rawValue: 0x0001)
  public static let classType = DwTag(rawValue: 0x0002)
  public static let entryPoint = DwTag(rawValue: 0x0003)
  public static let enumerationType = DwTag(rawValue: 0x0004)
  public static let formalParameter = DwTag(rawValue: 0x0005)
  public static let importedDeclaration = DwTag(rawValue: 0x0008)
  public static let label = DwTag(rawValue: 0x000a)
  public static let lexicalBlock = DwTag(rawValue: 0x000b)
  public static let member = DwTag(rawValue: 0x000d)
  public static let pointerType = DwTag(rawValue: 0x000f)
  public static let referenceType = DwTag(rawValue: 0x0010)
  public static let compileUnit = DwTag(rawValue: 0x0011)
  public static let stringType = DwTag(rawValue: 0x0012)
  public static let structureType = DwTag(rawValue: 0x0013)
  public static let subroutineType = DwTag(rawValue: 0x0015)
  public static let typedef = DwTag(rawValue: 0x0016)
  public static let unionType = DwTag(rawValue: 0x0017)
  public static let unspecifiedParameters = DwTag(rawValue: 0x0018)
  public static let variant = DwTag(rawValue: 0x0019)
  public static let commonBlock = DwTag(rawValue: 0x001a)
  public static let commonInclusion = DwTag(rawValue: 0x001b)
  public static let inheritance = DwTag(rawValue: 0x001c)
  public static let inlinedSubroutine = DwTag(rawValue: 0x001d)
  public static let module = DwTag(rawValue: 0x001e)
  public static let ptrToMemberType = DwTag(rawValue: 0x001f)
  public static let setType = DwTag(rawValue: 0x0020)
  public static let subrangeType = DwTag(rawValue: 0x0021)
  public static let withStmt = DwTag(rawValue: 0x0022)
  public static let accessDeclaration = DwTag(rawValue: 0x0023)
  public static let baseType = DwTag(rawValue: 0x0024)
  public static let catchBlock = DwTag(rawValue: 0x0025)
  public static let constType = DwTag(rawValue: 0x0026)
  public static let constant = DwTag(rawValue: 0x0027)
  public static let enumerator = DwTag(rawValue: 0x0028)
  public static let fileType = DwTag(rawValue: 0x0029)
  public static let friend = DwTag(rawValue: 0x002a)
  public static let namelist = DwTag(rawValue: 0x002b)
  public static let namelistItem = DwTag(rawValue: 0x002c)
  public static let packedType = DwTag(rawValue: 0x002d)
  public static let subprogram = DwTag(rawValue: 0x002e)
  public static let templateTypeParameter = DwTag(rawValue: 0x002f)
  public static let templateValueParameter = DwTag(rawValue: 0x0030)
  public static let thrownType = DwTag(rawValue: 0x0031)
  public static let tryBlock = DwTag(rawValue: 0x0032)
  public static let variantPart = DwTag(rawValue: 0x0033)
  public static let variable = DwTag(rawValue: 0x0034)
  public static let volatileType = DwTag(rawValue: 0x0035)
  public static let dwarfProcedure = DwTag(rawValue: 0x0036)
  public static let restrictType = DwTag(rawValue: 0x0037)
  public static let interfaceType = DwTag(rawValue: 0x0038)
  public static let namespace = DwTag(rawValue: 0x0039)
  public static let importedModule = DwTag(rawValue: 0x003a)
  public static let unspecifiedType = DwTag(rawValue: 0x003b)
  public static let partialUnit = DwTag(rawValue: 0x003c)
  public static let importedUnit = DwTag(rawValue: 0x003d)
  public static let condition = DwTag(rawValue: 0x003f)
  public static let sharedType = DwTag(rawValue: 0x0040)
  public static let typeUnit = DwTag(rawValue: 0x0041)
  public static let rvalueReferenceType = DwTag(rawValue: 0x0042)
  public static let templateAlias = DwTag(rawValue: 0x0043)
  public static let coarrayType = DwTag(rawValue: 0x0044)
  public static let genericSubrange = DwTag(rawValue: 0x0045)
  public static let dynamicType = DwTag(rawValue: 0x0046)
  public static let atomicType = DwTag(rawValue: 0x0047)
  public static let callSite = DwTag(rawValue: 0x0048)
  public static let callSiteParameter = DwTag(rawValue: 0x0049)
  public static let skeletonUnit = DwTag(rawValue: 0x004a)
  public static let immutableType = DwTag(rawValue: 0x004b)
  public static let mipsLoop = DwTag(rawValue: 0x4081)
  public static let formatLabel = DwTag(rawValue: 0x4101)
  public static let functionTemplate = DwTag(rawValue: 0x4102)
  public static let classTemplate = DwTag(rawValue: 0x4103)
  public static let gnuBincl = DwTag(rawValue: 0x4104)
  public static let gnuEincl = DwTag(rawValue: 0x4105)
  public static let gnuTemplateTemplateParam = DwTag(rawValue: 0x4106)
  public static let gnuTemplateParameterPack = DwTag(rawValue: 0x4107)
  public static let gnuFormalParameterPack = DwTag(rawValue: 0x4108)
  public static let gnuCallSite = DwTag(rawValue: 0x4109)
  public static let gnuCallSiteParameter = DwTag(rawValue: 0x410a)
  public static let appleProperty = DwTag(rawValue: 0x4200)
  public static let llvmAnnotation = DwTag(rawValue: 0x6000)
}
