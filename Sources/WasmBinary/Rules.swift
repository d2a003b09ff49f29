import ByteCursor

// What a module can do wrong in its form (Wasm 5). Breaking a rule of validation (Wasm 3) is for the
// validator to find; reading goes on then.
extension Rule {
  /// The first four bytes are not `\0asm` (5.5.18).
  public static let badMagic: Rule = "not a WebAssembly file (no \\0asm at its start)"
  /// The four bytes behind the magic number are neither a module's version nor a component's.
  public static let unknownVersion: Rule = "unknown version of the WebAssembly binary format"
  /// The file is a component where a core module is wanted: `WasmFile` finds the modules inside.
  public static let isComponent: Rule = "is a component, not a core module"
  /// A section says that it is longer than the file.
  public static let sectionTooLong: Rule = "section is longer than the file"
  /// A section's contents end before the section does.
  public static let sectionSizeMismatch: Rule = "section has bytes behind its contents"
  /// A section's number is not one of 5.5.2.
  public static let unknownSection: Rule = "unknown section number"
  /// A section stands behind one that has to follow it, or occurs again (5.5.18).
  public static let sectionOrder: Rule = "section is out of order or occurs twice"
  /// As many function bodies as functions declared there are not (5.5.18).
  public static let functionCountMismatch: Rule = "function and code section have inconsistent lengths"
  /// As many data segments as the data count section says there are not (5.5.18).
  public static let dataCountMismatch: Rule = "data count and data section have inconsistent lengths"
  /// A function body says that it is longer than the code section.
  public static let bodyTooLong: Rule = "function body is longer than the code section"

  /// No type starts with this byte (5.3.13).
  public static let malformedType: Rule = "malformed type"
  /// No value type or storage type starts with this byte (5.3.5).
  public static let malformedValueType: Rule = "malformed value type"
  /// No reference type starts with this byte (5.3.4).
  public static let malformedReferenceType: Rule = "malformed reference type"
  /// A negative number that stands for no abstract heap type (5.3.3).
  public static let malformedHeapType: Rule = "malformed heap type"
  /// A mutability other than 0 and 1 (5.3.12).
  public static let malformedMutability: Rule = "malformed mutability"
  /// Flags of limits that mean nothing here (5.3.10).
  public static let malformedLimits: Rule = "malformed limits flags"
  /// A page size that is not a power of two of 64 bits.
  public static let malformedPageSize: Rule = "malformed page size"
  /// An import's or export's kind is none of 5.5.5.
  public static let malformedKind: Rule = "malformed import or export kind"
  /// A tag's attribute is not 0 (5.3.14).
  public static let malformedTag: Rule = "malformed tag attribute"
  /// A table's initial value is announced by other bytes than 0x40 0x00 (5.5.7).
  public static let malformedTable: Rule = "malformed table"
  /// An element segment's flags or kind are none of 5.5.12.
  public static let malformedElement: Rule = "malformed element segment kind"
  /// A data segment's flags are none of 5.5.14.
  public static let malformedData: Rule = "malformed data segment kind"
  /// An instruction that a constant expression cannot contain (3.4.7).
  public static let constantExpressionRequired: Rule = "constant expression required"
  /// The module has no readable type for this function.
  public static let unknownFunctionType: Rule = "function has no readable type"
}
