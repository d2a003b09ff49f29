import ByteCursor

/// An operation of an expression with its operands.
public struct ExpressionOperation: Sendable {
  public let opcode: DwOperation
  /// Where it starts in its expression.
  public let offset: Int
  /// Where the next one starts.
  public let end: Int
  /// The operands as numbers, sign-extended where they are signed; 0 where there are none. Of a block, its length.
  public let first: UInt64
  public let second: UInt64
  /// The operand that is bytes; empty where there is none.
  public let block: Bytes
}

extension ExpressionOperation: CustomStringConvertible {
  /// The operation as `llvm-dwarfdump` prints it: `DW_OP_fbreg +12`. Base types are shown by their entries' offsets, and the
  /// expression of an entry value in bytes: `ExpressionReader.text` knows how to read it.
  public var description: String {
    guard let layout = OperandKind.layout(of: opcode) else { return opcode.description }
    var text = opcode.description
    for (kind, value) in [(layout.first, first), (layout.second, second)] {
      guard let kind else { continue }
      if kind.isSigned {
        let number = Int64(bitPattern: value)
        text += number < 0 ? " \(number)" : " +\(number)"
      } else {
        text += " 0x" + String(value, radix: 16)
      }
      if kind == .block || kind == .shortBlock || kind == .expression {
        for byte in block.array { text += " 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16) }
      }
    }
    return text
  }
}

/// What a Wasm module keeps values in: where `DW_OP_WASM_location` takes one from.
public enum WasmPlace: Hashable, Sendable, CustomStringConvertible {
  /// A local of the frame's function, parameters included.
  case local(UInt32)
  /// A global of the frame's instance.
  case global(UInt32)
  /// An entry of the frame's operand stack, counted from the bottom.
  case operand(UInt32)

  public var description: String {
    switch self {
    case .local(let index): "local \(index)"
    case .global(let index): "global \(index)"
    case .operand(let index): "operand \(index)"
    }
  }
}

extension ExpressionOperation {
  /// Where `DW_OP_WASM_location` takes a value from; nil for another operation.
  public var wasmPlace: WasmPlace? {
    guard opcode == .wasmLocation, let index = UInt32(exactly: second) else { return nil }
    switch first {
    case 0: return .local(index)
    case 1, 3: return .global(index)
    case 2: return .operand(index)
    default: return nil
    }
  }
}
