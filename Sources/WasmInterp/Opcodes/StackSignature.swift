import WasmBinary

/// What an instruction takes from the operand stack and leaves there, where its opcode alone says so.
public struct StackSignature: Hashable, Sendable {
  /// The operands, the topmost last.
  public let parameters: [OperandType]
  /// The results, the topmost last.
  public let results: [OperandType]
}

/// The type of an operand in the opcode table.
public enum OperandType: Hashable, Sendable {
  /// Always this type.
  case value(ValueType)
  /// `i32` or `i64`: the address type of the memory or table that the immediates name.
  case address

  /// The type that the opcode table writes as `word`.
  init?(word: String) {
    switch word {
    case "i32": self = .value(.i32)
    case "i64": self = .value(.i64)
    case "f32": self = .value(.f32)
    case "f64": self = .value(.f64)
    case "v128": self = .value(.v128)
    case "eqref": self = .value(.reference(ReferenceType(.eq)))
    case "arrayref": self = .value(.reference(ReferenceType(.array)))
    case "i31ref": self = .value(.reference(ReferenceType(.i31)))
    case "addr": self = .address
    default: return nil
    }
  }
}
