/// What a frame's code offset counts from.
public enum CodeOffsetBase: String, Hashable, Sendable, CaseIterable {
  /// The body's locals vector, behind the size: what `CodeOffset` means.
  case localsVector = "locals vector"
  /// The first instruction, behind the locals.
  case firstInstruction = "first instruction"
  /// The body's size, with which its entry in the code section begins.
  case sizeField = "size field"
  /// The code section's contents, as DWARF counts.
  case codeSection = "code section"
  /// The module file's first byte.
  case file = "file"
}

/// How a dialect writes a thread's frames: what is there, in which order, in which encoding. A dialect is
/// a line of `StackLayout.all`, not code of its own.
public struct StackLayout: Hashable, Sendable {
  /// How counts, indices and offsets are written.
  public enum Numbers: Hashable, Sendable { case leb, fourBytes }
  /// Where in the code a frame says that it is.
  public enum Location: Hashable, Sendable {
    /// A function index, then an offset.
    case functionAndOffset
    /// One number only, which is the function's index.
    case functionOnly
    /// One number only, which is an offset in the code section.
    case offsetOnly
  }
  /// Where the counts of locals and operand stack entries stand.
  public enum Counts: Hashable, Sendable {
    /// Each before its values: two vectors.
    case each
    /// Both before all values.
    case both
    /// A count of locals, and no operand stack.
    case localsOnly
  }

  /// A stable name for machines: what distinguishes this line of the table.
  public var name: String
  public var numbers = Numbers.leb
  /// Whether a word of four bytes without use follows the number of frames.
  public var hasSizeWord = false
  /// Whether each frame begins with a 0 byte.
  public var hasFrameTag = true
  /// Whether a frame says which instance it belongs to.
  public var hasInstance = false
  public var location = Location.functionAndOffset
  public var counts = Counts.each
  public var values = ValueEncoding.signedLEB
  /// Whether the operand stack's values follow its count.
  public var hasStackValues = true
  /// Whether a frame's offset is that of the call in the next older frame: every offset is one off, and the
  /// youngest frame's is lost. Its function index is then the call's immediate.
  public var offsetIsCallers = false
  /// Whether a frame may be left out though it was counted.
  public var mayCountMoreFrames = false
  /// What offsets are known or likely to count from, the likeliest first.
  public var bases: [CodeOffsetBase]

  /// The document's form, and wasm-tools': typed values as signed LEB128 behind their counts.
  static let specification = StackLayout(
    name: "instance, vectors, signed LEB128", hasInstance: true,
    bases: [.localsVector, .firstInstruction, .sizeField, .codeSection, .file])
  /// The same as the document reads to whoever takes its i32 for four bytes.
  static let specificationRaw = StackLayout(
    name: "instance, vectors, little-endian", hasInstance: true, values: .littleEndian,
    bases: [.localsVector, .firstInstruction, .sizeField, .codeSection, .file])
  /// wasm-coredump-builder 0.2.2 with the rewriter of that time, and WasmEdge's rewritten writer for wasmgdb.
  static let countsFirst = StackLayout(
    name: "instance, counts first, little-endian", hasInstance: true, counts: .both, values: .littleEndian,
    bases: [.firstInstruction, .localsVector, .codeSection, .sizeField, .file])
  /// The document before May 2023, as the first Wasmtime with dumps wrote it.
  static let specificationWithoutInstance = StackLayout(
    name: "no instance, vectors, signed LEB128", bases: [.localsVector, .firstInstruction, .codeSection, .file])
  /// wasm-coredump-builder 0.1.13 to 0.2.1 with the rewriter of that time, and Wasmer.
  static let countsFirstWithoutInstance = StackLayout(
    name: "no instance, counts first, little-endian", counts: .both, values: .littleEndian,
    bases: [.codeSection, .localsVector, .firstInstruction, .sizeField, .file])
  /// WasmEdge 0.14 to 0.17.
  static let wasmEdge = StackLayout(
    name: "no instance, counts first, low 32 bits", counts: .both, values: .lowBits, offsetIsCallers: true,
    mayCountMoreFrames: true, bases: [.file])
  /// The same with its option for wasmgdb: the operand stack is counted but not written.
  static let wasmEdgeForWasmgdb = StackLayout(
    name: "no instance, counts first, low 32 bits, no stack values", counts: .both, values: .lowBits,
    hasStackValues: false, offsetIsCallers: true, mayCountMoreFrames: true, bases: [.file])
  /// wasm-coredump-encoder between the two: numbers of four bytes, but tags and no stray word.
  static let fourBytes = StackLayout(
    name: "no instance, counts first, four-byte numbers", numbers: .fourBytes, counts: .both,
    values: .littleEndian, bases: [.codeSection, .localsVector, .firstInstruction, .sizeField, .file])
  /// wasm-coredump-builder up to 0.1.12 and the rewriter of that time. What the one number means changed: an
  /// offset in the code section at first, then a function index.
  static let fourBytesFunction = StackLayout(
    name: "four-byte numbers, function only", numbers: .fourBytes, hasSizeWord: true, hasFrameTag: false,
    location: .functionOnly, counts: .localsOnly, values: .littleEndian, bases: [.localsVector])
  static let fourBytesOffset = StackLayout(
    name: "four-byte numbers, offset only", numbers: .fourBytes, hasSizeWord: true, hasFrameTag: false,
    location: .offsetOnly, counts: .localsOnly, values: .littleEndian, bases: [.codeSection])
  /// No source of these was found; they are what remains of "numbers of four bytes, a stray word, no tag"
  /// once function and offset are both there.
  static let fourBytesBoth = StackLayout(
    name: "four-byte numbers, function and offset", numbers: .fourBytes, hasSizeWord: true, hasFrameTag: false,
    counts: .localsOnly, values: .littleEndian, bases: [.codeSection, .localsVector, .firstInstruction])
  static let fourBytesBothAndStack = StackLayout(
    name: "four-byte numbers, function, offset and stack", numbers: .fourBytes, hasSizeWord: true,
    hasFrameTag: false, counts: .both, values: .littleEndian,
    bases: [.codeSection, .localsVector, .firstInstruction])

  /// Every layout that is tried, the likeliest first.
  public static let all: [StackLayout] = [
    .specification, .specificationRaw, .countsFirst, .specificationWithoutInstance, .countsFirstWithoutInstance,
    .wasmEdge, .wasmEdgeForWasmgdb, .fourBytes, .fourBytesFunction, .fourBytesOffset, .fourBytesBoth,
    .fourBytesBothAndStack,
  ]
}
