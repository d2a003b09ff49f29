import ByteCursor
import WasmBinary

/// Why a module is not valid (3): the violated rule, and where.
public struct ValidationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The violated rule, in the words of the specification's test suite.
  public var rule: Rule
  /// What was found and what was wanted.
  public var detail: String?
  /// Whether the module cannot even be decoded (5): `rule` is then that of a `ReadError`.
  public var isMalformed: Bool
  /// The function in whose body the violation is, by function index.
  public var function: UInt32?
  /// Where in the body it is: the first byte of the instruction.
  public var codeOffset: CodeOffset?
  /// The section's name.
  public var section: String?
  /// Where in the file it is; the section's start where nothing more is known.
  public var offset: FileOffset

  /// `code: function 3 at 0x1f (offset 0x8a): type mismatch: expected i32, found f64`.
  public var description: String {
    let place = section.map { "\($0): " } ?? ""
    let about = detail.map { ": \($0)" } ?? ""
    guard let function else { return "\(place)offset \(offset): \(rule)\(about)" }
    let at = codeOffset.map { " at \($0)" } ?? ""
    return "\(place)function \(function)\(at) (offset \(offset)): \(rule)\(about)"
  }
}

/// A violated rule whose place is not known yet: what the parts of the validator throw.
struct Violation: Error {
  let rule: Rule
  var detail: String?
  /// The error of a decoder, which knows its place.
  var readError: ReadError?

  init(_ rule: Rule, _ detail: String? = nil) {
    self.rule = rule
    self.detail = detail
  }

  init(_ error: ReadError) {
    rule = error.rule
    detail = error.value.map { "0x" + String($0, radix: 16) }
    readError = error
  }

  /// An index that nothing stands behind: `unknown local`, `7`.
  static func unknown(_ rule: Rule, _ index: UInt32) -> Violation { Violation(rule, String(index)) }

  /// The same with a place.
  func at(_ offset: FileOffset, section: String?) -> ValidationError {
    ValidationError(
      rule: rule, detail: detail, isMalformed: readError != nil, section: readError?.section ?? section,
      offset: readError?.offset ?? offset)
  }
}

// The rules of validation (3), in the words of the specification's test suite.
extension Rule {
  public static let typeMismatch: Rule = "type mismatch"
  public static let unknownType: Rule = "unknown type"
  public static let unknownFunction: Rule = "unknown function"
  public static let unknownTable: Rule = "unknown table"
  public static let unknownMemory: Rule = "unknown memory"
  public static let unknownGlobal: Rule = "unknown global"
  public static let unknownTag: Rule = "unknown tag"
  public static let unknownLocal: Rule = "unknown local"
  public static let unknownLabel: Rule = "unknown label"
  public static let unknownField: Rule = "unknown field"
  public static let unknownElementSegment: Rule = "unknown elem segment"
  public static let unknownDataSegment: Rule = "unknown data segment"
  /// An instruction names a data segment in a module that has no data count section (5.5.16).
  public static let dataCountRequired: Rule = "data count section required"
  public static let alignmentTooLarge: Rule = "alignment must not be larger than natural"
  /// An atomic access has to be said to be aligned as it is.
  public static let atomicAlignment: Rule = "atomic alignment must be natural"
  public static let offsetOutOfRange: Rule = "offset out of range"
  public static let invalidLane: Rule = "invalid lane index"
  public static let invalidResultArity: Rule = "invalid result arity"
  /// A local whose type has no default is read before it is written (3.4.1).
  public static let uninitializedLocal: Rule = "uninitialized local"
  public static let immutableGlobal: Rule = "immutable global"
  public static let immutableField: Rule = "immutable field"
  public static let immutableArray: Rule = "immutable array"
  public static let arrayTypesDiffer: Rule = "array types do not match"
  public static let arrayOfReferences: Rule = "array type is not numeric or vector"
  /// `ref.func` of a function that the module does not mention outside of its bodies (3.5.16, C.refs).
  public static let undeclaredReference: Rule = "undeclared function reference"
  /// A definition does not match the type that it extends, or that one is final or stands behind it (3.2.11).
  public static let badSubtype: Rule = "sub type does not match super type"
  public static let memorySize: Rule = "memory size must be at most 65536 pages (4GiB)"
  /// The same of a memory with addresses of 64 bits.
  public static let memorySize64: Rule = "memory size must be at most 2**48 pages (2**64 bytes)"
  public static let tableSize: Rule = "table size must be at most 2**32-1"
  public static let minimumAboveMaximum: Rule = "size minimum must not be greater than maximum"
  public static let sharedMemoryMaximum: Rule = "shared memory must have maximum"
  /// A page size other than 64 KiB (or, with custom page sizes, a byte).
  public static let invalidPageSize: Rule = "invalid custom page size"
  public static let duplicateExport: Rule = "duplicate export name"
  public static let badStart: Rule = "start function"
  public static let tagWithResults: Rule = "non-empty tag result type"
  /// A body or an expression ends inside of a block (5.4.1).
  public static let endExpected: Rule = "END opcode expected"
  /// A body goes on behind its last `end`.
  public static let bodyTooShort: Rule = "section size mismatch"
  /// `else` without `if`, or a second one.
  public static let unexpectedElse: Rule = "else without if"
  /// A field or element type has no default value (3.3.9).
  public static let notDefaultable: Rule = "field type is not defaultable"
  /// `catch`, `catch_all` or `delegate` where no `try` can be ended or continued.
  public static let unexpectedCatch: Rule = "catch without try"
  /// The label of `rethrow` is not of a clause that has caught something.
  public static let invalidRethrow: Rule = "invalid rethrow label"
  /// An instruction of a proposal that is not among the features.
  public static let disabledInstruction: Rule = "illegal opcode"
}
