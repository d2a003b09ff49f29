import ByteCursor
import WasmBinary

extension Rule {
  /// The file holds no byte.
  public static let emptyFile: Rule = "the file is empty"
  /// An ELF file of type ET_CORE: what a native program leaves.
  public static let elfCore: Rule = "this is an ELF core dump of a native program, not a WebAssembly core dump"
  /// Any other ELF file.
  public static let elfFile: Rule = "this is an ELF file, not a WebAssembly core dump"
  /// A WebAssembly module in the text format.
  public static let wasmText: Rule = "this is WebAssembly text, not a core dump"
  /// Readable text.
  public static let textFile: Rule = "this is a text file, not a core dump"
  /// Neither WebAssembly nor anything else that is recognised.
  public static let notWebAssembly: Rule = "this is not a WebAssembly core dump (no \\0asm at its start)"
  /// A component: modules are dumped, components are not.
  public static let componentNotDump: Rule = "this is a component, not a core dump"
  /// A module without a section that only core dumps have.
  public static let moduleNotDump: Rule = "this is a module, not a core dump"
  /// A module header and nothing behind it that can be read.
  public static let noSections: Rule = "the file ends before its first section"

  /// The byte that starts a record (`core`, a module, an instance, a thread, a frame) is not 0.
  public static let unknownRecordKind: Rule = "unknown kind of record"
  /// The byte that starts a value is none of 0x01, 0x7F, 0x7E, 0x7D, 0x7C.
  public static let unknownValueKind: Rule = "unknown kind of value"
  /// A section goes on behind what it should hold.
  public static let trailingBytes: Rule = "section holds more than it should"
  /// A constant expression that a core dump has no use for.
  public static let unknownConstantExpression: Rule = "unknown constant expression"
  /// A value type that is not known.
  public static let unknownValueType: Rule = "unknown value type"
}

/// Says what a file is that does not start as a WebAssembly file does, so that the message helps.
func describeForeignFile(_ file: Bytes) -> ReadError {
  func error(_ rule: Rule) -> ReadError { ReadError(rule, offset: file.fileOffset) }
  if file.isEmpty { return error(.emptyFile) }
  let head = file.clamped(0, count: 4096)
  if head.count >= 4, head[0] == 0x7f, head[1] == 0x45, head[2] == 0x4c, head[3] == 0x46 {
    // e_type, in the byte order that e_ident[EI_DATA] names; 4 is ET_CORE.
    guard head.count >= 18 else { return error(.elfFile) }
    let isBig = head[5] == 2
    let type = isBig ? UInt16(head[16]) << 8 | UInt16(head[17]) : UInt16(head[17]) << 8 | UInt16(head[16])
    return error(type == 4 ? .elfCore : .elfFile)
  }
  // What is left of a module that was cut inside its magic number.
  let magic: [UInt8] = [0, 0x61, 0x73, 0x6d]
  if head.count < 4, head.array.elementsEqual(magic.prefix(head.count)) { return error(.unexpectedEnd) }
  guard isText(head) else { return error(.notWebAssembly) }
  let start = head.string.drop { $0.isWhitespace }
  return error(start.hasPrefix("(module") || start.hasPrefix("(component") ? .wasmText : .textFile)
}

/// Whether bytes look like text: no control characters but white space and escape sequences.
private func isText(_ bytes: Bytes) -> Bool {
  bytes.array.allSatisfy { byte in
    switch byte {
    case 0x09, 0x0a, 0x0c, 0x0d, 0x1b: true
    case 0x7f: false
    default: byte >= 0x20
    }
  }
}
