import DwarfEval
import Testing

@Suite struct ConstantsTests {
  @Test func haveTheSpecificationsNames() {
    #expect(DwTag.subprogram.description == "DW_TAG_subprogram")
    #expect(DwTag.gnuCallSite.description == "DW_TAG_GNU_call_site")
    #expect(DwAttribute.lowPC.description == "DW_AT_low_pc")
    #expect(DwAttribute.mipsLinkageName.description == "DW_AT_MIPS_linkage_name")
    #expect(DwForm.gnuStrpAlt.description == "DW_FORM_GNU_strp_alt")
    #expect(DwUnitType.splitCompile.description == "DW_UT_split_compile")
    #expect(DwLanguage.cPlusPlus14.description == "DW_LANG_C_plus_plus_14")
    #expect(DwLanguage.zig.description == "DW_LANG_Zig")
    #expect(DwRangeListEntry.startxLength.description == "DW_RLE_startx_length")
    #expect(DwLocationListEntry.defaultLocation.description == "DW_LLE_default_location")
    #expect(DwLineOpcode.advancePC.description == "DW_LNS_advance_pc")
    #expect(DwLineExtendedOpcode.setDiscriminator.description == "DW_LNE_set_discriminator")
    #expect(DwLineContent.md5.description == "DW_LNCT_MD5")
    #expect(DwChildren.yes.description == "DW_CHILDREN_yes")
  }

  @Test func haveTheSpecificationsNumbers() {
    #expect(DwTag.compileUnit.rawValue == 0x11)
    #expect(DwTag.inlinedSubroutine.rawValue == 0x1d)
    #expect(DwTag.skeletonUnit.rawValue == 0x4a)
    #expect(DwAttribute.highPC.rawValue == 0x12)
    #expect(DwAttribute.ranges.rawValue == 0x55)
    #expect(DwAttribute.linkageName.rawValue == 0x6e)
    #expect(DwForm.secOffset.rawValue == 0x17)
    #expect(DwForm.addrx4.rawValue == 0x2c)
    #expect(DwLanguage.rust.rawValue == 0x1c)
  }

  @Test func keepUnknownValues() {
    let tag = DwTag(rawValue: 0x4fff)
    #expect(tag.rawValue == 0x4fff)
    #expect(tag.description == "DW_TAG_0x4fff")
    #expect(DwRangeListEntry(rawValue: 0x42).description == "DW_RLE_0x42")
  }
}
