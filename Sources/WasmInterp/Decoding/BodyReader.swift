import ByteCursor
import WasmBinary

/// A function body (5.5.13): the locals that it declares and its instructions.
public struct BodyReader: Sendable {
  /// The body from its locals vector on, without its size.
  public let bytes: Bytes
  /// The declared locals; the parameters are not among them.
  public let locals: LocalDeclarations
  /// How many locals are declared.
  public var localCount: Int { Int(locals.count) }
  /// Where the first instruction stands, behind the locals vector.
  public var firstInstruction: CodeOffset { locals.firstInstruction }

  /// Reads the locals vector.
  /// - Parameter bytes: the body from its locals vector on, without its size.
  /// - Throws: as `LocalDeclarations` does.
  public init(_ bytes: Bytes, limits: Limits = .standard) throws(ReadError) {
    self.bytes = bytes
    locals = try LocalDeclarations(bytes, limits: limits)
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
