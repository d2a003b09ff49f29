import ByteCursor

/// What a skeleton unit says about the file that holds its split unit (DWARF 5, 3.1.2).
public struct SplitReference: Hashable, Sendable {
  /// The file's path as the compiler was given it (`DW_AT_dwo_name`).
  public let name: String?
  /// The compiler's working directory, to which a relative path is relative.
  public let compilationDirectory: String?
  /// What the split unit has to have as well.
  public let id: UInt64?
}

/// Where split units come from. This room opens no files: who opens `Dwarf` supplies their sections.
public struct SplitSource: Sendable {
  /// Gives the sections of the `.dwo` file of one skeleton unit (`DwarfSections(.split)`); nil where there is none.
  /// Called at most once for each skeleton unit, on first need, from any thread. It must not ask the `Dwarf` that calls.
  public typealias File = @Sendable (SplitReference) -> DwarfSections?

  let package: DwarfSections?
  let file: File?

  /// Split units come from the package (`.dwp`) with the sections `package` first, and from the files that `file` gives.
  public init(package: DwarfSections? = nil, file: File? = nil) {
    self.package = package
    self.file = file
  }
}

/// What a split unit takes over from the skeleton unit in the linked file.
struct Skeleton: Sendable {
  let root: UnitRoot
  let encoding: UnitEncoding
  /// The sections of the linked file: its line table describes the split unit's code.
  let sections: DwarfSections
  let compilationDirectory: Bytes?

  init(_ unit: Unit) {
    root = unit.root
    encoding = unit.encoding
    sections = unit.context.sections
    compilationDirectory = root.compDir.flatMap {
      try? unit.context.sections.string($0, encoding: unit.encoding, strOffsetsBase: unit.root.strOffsetsBase)
    }
  }
}

extension Rule {
  /// A package index whose table does not fit its section, or whose version we do not know.
  public static let badPackageIndex: Rule = "malformed index of a DWARF package"
}
