/// The opcodes whose effect on the operand stack depends on more than the opcode: those that the opcode table
/// marks with `*`. (Building `ValidationTable` checks that they are the same.)
///
/// The raw value is the prefix shifted by eight bits and the number.
enum VariableOpcode: UInt16, CaseIterable {
  case unreachable = 0x00
  case block = 0x02
  case loop = 0x03
  case `if` = 0x04
  case `else` = 0x05
  case `try` = 0x06
  case `catch` = 0x07
  case `throw` = 0x08
  case rethrow = 0x09
  case throwRef = 0x0a
  case end = 0x0b
  case br = 0x0c
  case brIf = 0x0d
  case brTable = 0x0e
  case `return` = 0x0f
  case call = 0x10
  case callIndirect = 0x11
  case returnCall = 0x12
  case returnCallIndirect = 0x13
  case callRef = 0x14
  case returnCallRef = 0x15
  case delegate = 0x18
  case catchAll = 0x19
  case drop = 0x1a
  case select = 0x1b
  case selectTyped = 0x1c
  case tryTable = 0x1f
  case localGet = 0x20
  case localSet = 0x21
  case localTee = 0x22
  case globalGet = 0x23
  case globalSet = 0x24
  case tableGet = 0x25
  case tableSet = 0x26
  case refNull = 0xd0
  case refIsNull = 0xd1
  case refFunc = 0xd2
  case refAsNonNull = 0xd4
  case brOnNull = 0xd5
  case brOnNonNull = 0xd6

  case structNew = 0xfb00
  case structNewDefault = 0xfb01
  case structGet = 0xfb02
  case structGetS = 0xfb03
  case structGetU = 0xfb04
  case structSet = 0xfb05
  case arrayNew = 0xfb06
  case arrayNewDefault = 0xfb07
  case arrayNewFixed = 0xfb08
  case arrayNewData = 0xfb09
  case arrayNewElem = 0xfb0a
  case arrayGet = 0xfb0b
  case arrayGetS = 0xfb0c
  case arrayGetU = 0xfb0d
  case arraySet = 0xfb0e
  case arrayFill = 0xfb10
  case arrayCopy = 0xfb11
  case arrayInitData = 0xfb12
  case arrayInitElem = 0xfb13
  case refTest = 0xfb14
  case refTestNull = 0xfb15
  case refCast = 0xfb16
  case refCastNull = 0xfb17
  case brOnCast = 0xfb18
  case brOnCastFail = 0xfb19
  case anyConvertExtern = 0xfb1a
  case externConvertAny = 0xfb1b
  case refI31 = 0xfb1c

  case memoryCopy = 0xfc0a
  case tableCopy = 0xfc0e
  case tableGrow = 0xfc0f
  case tableFill = 0xfc11

  init?(_ opcode: Opcode) {
    guard opcode.number < 0x100 else { return nil }
    self.init(rawValue: UInt16(opcode.prefix) << 8 | UInt16(opcode.number))
  }

  /// Whether it may stand in a constant expression (3.4.7).
  var isConstant: Bool {
    switch self {
    case .end, .globalGet, .refNull, .refFunc, .structNew, .structNewDefault, .arrayNew, .arrayNewDefault,
      .arrayNewFixed, .anyConvertExtern, .externConvertAny, .refI31:
      true
    default: false
    }
  }
}
