import ByteCursor
import WasmBinary

/// Where a function's body lies in its module, and what locals it has.
public struct BodyShape: Hashable, Sendable {
  /// The file offset of the body's size field: where its entry in the code section begins.
  public var sizeField: FileOffset
  /// The file offset of the body's locals vector: where code offset 0 is.
  public var start: FileOffset
  /// Bytes from there to the body's end.
  public var length: UInt64
  /// The offset of the first instruction, behind the locals vector.
  public var firstInstruction: CodeOffset
  /// The file offset of the code section's contents: where code address 0 is.
  public var codeSection: FileOffset
  /// How many of the locals are parameters.
  public var parameterCount: Int
  /// The types of all locals, parameters first.
  public var localTypes: [RecordedType]

  /// A body's place and locals.
  public init(
    sizeField: FileOffset, start: FileOffset, length: UInt64, firstInstruction: CodeOffset,
    codeSection: FileOffset, parameterCount: Int, localTypes: [RecordedType]
  ) {
    self.sizeField = sizeField
    self.start = start
    self.length = length
    self.firstInstruction = firstInstruction
    self.codeSection = codeSection
    self.parameterCount = parameterCount
    self.localTypes = localTypes
  }

  /// What `raw`, counted from `base`, is as a code offset; nil where that is outside of the body.
  func codeOffset(_ raw: UInt32, from base: CodeOffsetBase) -> CodeOffset? {
    let raw = UInt64(raw)
    let file: FileOffset? =
      switch base {
      case .localsVector: start.advanced(by: raw)
      case .firstInstruction: start.advanced(by: firstInstruction.rawValue)?.advanced(by: raw)
      case .sizeField: sizeField.advanced(by: raw)
      case .codeSection: codeSection.advanced(by: raw)
      case .file: FileOffset(raw)
      }
    guard let distance = file?.distance(from: start), distance < length else { return nil }
    return CodeOffset(distance)
  }
}

/// What stands at a code offset.
public enum InstructionShape: Hashable, Sendable {
  /// The offset is not an instruction's first byte.
  case notAnInstruction
  /// A call of any kind; the called function's index where the instruction names it.
  case call(callee: UInt32?)
  /// Another instruction.
  case other
}

/// What is known of the modules that a dump names: the reader asks it to tell dialects apart and to make
/// code offsets of a dump's numbers. Modules are numbered as in `CoreDumpFile.moduleNames` (a dump without
/// names has one module, 0). Any answer may be nil: not known.
///
/// The same questions come again for the frames of a deep recursion: answer quickly.
public protocol ModuleKnowledge {
  /// How many functions the module has, imports included; nil where the module is not at hand.
  func functionCount(module: Int) -> Int?
  /// A function's body; nil for an import and for an index that does not exist.
  func body(module: Int, function: UInt32) -> BodyShape?
  /// What stands at an offset of a function's body.
  func instruction(module: Int, function: UInt32, at offset: CodeOffset) -> InstructionShape?
  /// The function whose body (size field excluded) holds the byte at `offset` of the module's file.
  func function(module: Int, containing offset: FileOffset) -> UInt32?
  /// The file offset of the code section's contents.
  func codeSection(module: Int) -> FileOffset?
  /// The module's memories, imports included.
  func memories(module: Int) -> [MemoryType]?
  /// The types of the module's globals, imports included.
  func globals(module: Int) -> [RecordedType]?
}

extension ModuleKnowledge {
  public func codeSection(module: Int) -> FileOffset? { nil }
  public func memories(module: Int) -> [MemoryType]? { nil }
  public func globals(module: Int) -> [RecordedType]? { nil }
}
