import ByteCursor

/// `.debug_types`: the type units of DWARF 4 (DWARF 4, 7.5.1.2). Later versions keep them in `.debug_info`.
public struct DebugTypes: DwarfSection {
  public static let name = ".debug_types"
  public let bytes: Bytes
  public init(_ bytes: Bytes) { self.bytes = bytes }
}
