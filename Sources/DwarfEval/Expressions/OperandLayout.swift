/// How one operand of an operation is encoded (DWARF 5, 7.7.1).
enum OperandKind: Sendable {
  case u8, s8, u16, s16, u32, s32, u64, s64, uleb, sleb
  /// Of the unit's address size.
  case address
  /// An offset into `.debug_info`; an address's size in version 2.
  case reference
  /// The offset of a base type's entry in the unit, as unsigned LEB128.
  case baseType
  /// A length as unsigned LEB128, and that many bytes.
  case block
  /// A length in one byte, and that many bytes.
  case shortBlock
  /// A block that holds an expression.
  case expression
  /// What the number in front of it says: see `ExpressionReader`.
  case wasmIndex

  var isSigned: Bool {
    switch self {
    case .s8, .s16, .s32, .s64, .sleb: true
    default: false
    }
  }

  /// The operands of `operation`, of which no operation has more than two; nil where the operation is unknown, so that
  /// nothing behind it can be read.
  static func layout(of operation: DwOperation) -> (first: OperandKind?, second: OperandKind?)? {
    switch operation {
    case .addr: return (.address, nil)
    case .const1u, .pick, .derefSize, .xderefSize: return (.u8, nil)
    case .const1s: return (.s8, nil)
    case .const2u, .call2: return (.u16, nil)
    case .const2s, .bra, .skip: return (.s16, nil)
    case .const4u, .call4, .gnuParameterRef: return (.u32, nil)
    case .const4s: return (.s32, nil)
    case .const8u: return (.u64, nil)
    case .const8s: return (.s64, nil)
    case .constu, .plusUconst, .regx, .piece, .addrx, .constx, .gnuAddrIndex, .gnuConstIndex: return (.uleb, nil)
    case .consts, .fbreg: return (.sleb, nil)
    case .bregx: return (.uleb, .sleb)
    case .bitPiece: return (.uleb, .uleb)
    case .callRef, .gnuVariableValue: return (.reference, nil)
    case .implicitPointer, .gnuImplicitPointer: return (.reference, .sleb)
    case .implicitValue: return (.block, nil)
    case .entryValue, .gnuEntryValue: return (.expression, nil)
    case .constType, .gnuConstType: return (.baseType, .shortBlock)
    case .regvalType, .gnuRegvalType: return (.uleb, .baseType)
    case .derefType, .gnuDerefType, .xderefType: return (.u8, .baseType)
    case .convert, .gnuConvert, .reinterpret, .gnuReinterpret: return (.baseType, nil)
    case .wasmLocation: return (.u8, .wasmIndex)
    // It takes a byte that says how what follows is encoded, in the manner of exception tables.
    case .gnuEncodedAddr: return nil
    default:
      if operation.number(from: .breg0) != nil { return (.sleb, nil) }
      return DwOperation.names[operation.rawValue] == nil ? nil : (nil, nil)
    }
  }
}
