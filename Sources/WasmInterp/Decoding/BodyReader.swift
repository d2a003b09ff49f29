import ByteCursor
import WasmBinary

/// A function body's instructions: where they start, and which instruction stands at an offset.
///
/// What the locals are is WasmBinary's to say (`FunctionBody.localDeclarations`).
public struct BodyReader: Sendable {
  /// The body from its locals vector on, without its size.
  public let bytes: Bytes
  /// How many locals are declared; the parameters are not among them.
  public let localCount: Int
  /// Where the first instruction stands, behind the locals vector.
  public let firstInstruction: CodeOffset

  /// Passes over the locals vector (5.5.13).
  /// - Parameter bytes: the body from its locals vector on, without its size.
  /// - Throws: `overLimit` for more locals than `limits.locals`, and what types and numbers throw.
  public init(_ bytes: Bytes, limits: Limits = .standard) throws(ReadError) {
    var cursor = bytes.cursor()
    var total = 0
    for _ in 0..<(try cursor.uleb32()) {
      let here = cursor.fileOffset
      let count = try cursor.uleb32()
      total += Int(count)
      guard total <= limits.locals else { throw ReadError(.overLimit, value: UInt64(count), offset: here) }
      _ = try cursor.valueType()
    }
    self.bytes = bytes
    localCount = total
    firstInstruction = CodeOffset(UInt64(cursor.position - bytes.start))
  }

  /// A decoder at the first instruction.
  public var instructions: InstructionDecoder {
    get throws(ReadError) { try InstructionDecoder(bytes, at: firstInstruction) }
  }

  /// The instruction that starts at `offset`.
  ///
  /// Instructions have no marks at which they start, so the body is scanned from its first one: the time grows
  /// with `offset`. What many frames ask of one function is worth keeping.
  /// - Returns: nil where no instruction starts there (in the middle of one, in the locals vector, behind the
  ///   end) or where one before it is not readable.
  public func instruction(at offset: CodeOffset) -> Instruction? {
    guard offset >= firstInstruction, offset.rawValue < UInt64(bytes.count), var decoder = try? instructions else {
      return nil
    }
    while decoder.codeOffset < offset {
      guard (try? decoder.nextOpcodeSkippingImmediates()) != nil else { return nil }
    }
    return decoder.codeOffset == offset ? try? decoder.next() : nil
  }
}

extension Instruction {
  /// The instruction that starts at `offset` of `body`, a function body from its locals vector on; nil where
  /// none does. `BodyReader.instruction(at:)` for a body that is asked once.
  public init?(at offset: CodeOffset, in body: Bytes, limits: Limits = .standard) {
    guard let found = (try? BodyReader(body, limits: limits))?.instruction(at: offset) else { return nil }
    self = found
  }
}
