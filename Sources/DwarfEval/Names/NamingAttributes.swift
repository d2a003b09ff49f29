import ByteCursor

/// What the entries of functions, variables and types have in common: how something is called and where it is declared, put
/// together from an entry and those that it refers to (`DW_AT_abstract_origin`, `DW_AT_specification`; DWARF 5, 2.13.2 and
/// 3.3.8). What an entry says itself goes before what those say.
struct NamingAttributes {
  private(set) var name: String?
  private(set) var linkageName: String?
  private(set) var declaration: Declaration?

  // Of the entry that is being read.
  private var reference: FormValue?
  private var file: UInt64?
  private var line: UInt64?

  /// Takes an attribute of an entry of `unit`, where it is one of these.
  mutating func take(_ attribute: DwAttribute, _ value: FormValue, of unit: Unit) {
    switch attribute {
    case .name: if name == nil { name = unit.string(value) }
    case .linkageName, .mipsLinkageName: if linkageName == nil { linkageName = unit.string(value) }
    case .declFile: file = value.unsignedValue
    case .declLine: line = value.unsignedValue
    case .abstractOrigin: reference = value
    case .specification: reference = reference ?? value
    default: break
    }
  }

  /// Ends the entry, which is of `unit`; returns its reference to the entry that says more.
  mutating func endEntry(of unit: Unit) -> FormValue? {
    defer { (reference, file, line) = (nil, nil, nil) }
    // A definition that completes a declaration repeats only what differs: where one of the two is missing it is the
    // declaration's. The file's index counts in the table of the unit that says it.
    let known = declaration
    if known?.file == nil || known?.line == 0, file != nil || line != nil {
      let knowsFile = known?.file != nil
      declaration = Declaration(
        unit: knowsFile ? known?.unit ?? unit : unit, file: knowsFile ? known?.file : file,
        line: known.flatMap { $0.line > 0 ? $0.line : nil } ?? line ?? 0)
    }
    return reference
  }
}
