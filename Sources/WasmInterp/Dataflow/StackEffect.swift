import ByteCursor
import WasmBinary

/// How many operands an instruction takes and leaves, and what else it does that data flow follows: an array by
/// `Opcode.index`, made of the tables that validation uses.
struct EffectTable: Sendable {
  static let standard = EffectTable()

  /// What becomes of the operands.
  enum Kind: UInt8, Sendable {
    /// Results of which nothing is known but where they come from.
    case opaque
    /// A number that depends on the operands alone; kept as an expression.
    case numeric
    /// A constant.
    case constant
    /// A plain load from memory.
    case load
    /// Depends on more than the opcode.
    case variable
  }

  struct Row: Sendable {
    var kind = Kind.opaque
    var variable: VariableOpcode?
    var pops: UInt8 = 0
    var pushes: UInt8 = 0
    /// Whether linear memory may be another one afterwards: stores, what other threads may do meanwhile, growing.
    /// (Calls are `variable`.)
    var writesMemory = false
    /// The type of the result of a numeric instruction, constant or load.
    var result = ValueType.i32
  }

  let rows: [Row]

  private init() {
    var rows = [Row](repeating: Row(), count: Opcode.indexCount)
    for opcode in Opcode.all {
      let known = ValidationTable.standard.rows[Int(opcode.index)]
      var row = Row()
      row.variable = known.variable
      row.pops = known.parameterCount
      row.pushes = known.result == .bottom ? 0 : 1
      row.kind = known.variable == nil ? Self.kind(opcode) : .variable
      row.writesMemory = Self.writesMemory(opcode)
      if row.kind != .variable, row.kind != .opaque, case .value(let type)? = opcode.signature?.results.first {
        row.result = type
      }
      rows[Int(opcode.index)] = row
    }
    self.rows = rows
  }

  private static func kind(_ opcode: Opcode) -> Kind {
    switch (opcode.prefix, opcode.number) {
    case (0, 0x45...0xc4), (0xfc, 0...7): .numeric
    case (0, 0x41...0x44): .constant
    case (0, 0x28...0x35): .load
    default: .opaque
    }
  }

  private static func writesMemory(_ opcode: Opcode) -> Bool {
    switch (opcode.prefix, opcode.number) {
    case (0, 0x36...0x3e), (0, 0x40): true
    case (0xfc, 0x08), (0xfc, 0x0a), (0xfc, 0x0b): true
    // v128.store and the stores of a lane.
    case (0xfd, 0x0b), (0xfd, 0x58...0x5b): true
    // All atomics but plain loads: other threads are heard of when waiting and at fences.
    case (0xfe, let number): !(0x10...0x16).contains(number)
    default: false
    }
  }
}

extension ModuleContext {
  /// How many operands an instruction takes and leaves, for the variable opcodes that do not end a basic block.
  func effect(
    of instruction: Instruction, _ opcode: VariableOpcode
  ) throws(DataflowProblem) -> (pops: Int, pushes: Int) {
    switch opcode {
    case .drop, .localSet, .globalSet: return (1, 0)
    case .localGet, .globalGet, .refNull, .refFunc, .structNewDefault: return (0, 1)
    case .localTee, .tableGet, .refIsNull, .refAsNonNull, .structGet, .structGetS, .structGetU, .arrayNewDefault,
      .refTest, .refTestNull, .refCast, .refCastNull, .anyConvertExtern, .externConvertAny, .refI31:
      return (1, 1)
    case .select, .selectTyped: return (3, 1)
    case .tableSet, .structSet: return (2, 0)
    case .arrayNew, .arrayNewData, .arrayNewElem, .arrayGet, .arrayGetS, .arrayGetU, .tableGrow: return (2, 1)
    case .arraySet, .memoryCopy, .tableCopy, .tableFill: return (3, 0)
    case .arrayFill, .arrayInitData, .arrayInitElem: return (4, 0)
    case .arrayCopy: return (5, 0)
    case .arrayNewFixed: return (Int(instruction.immediates.indices.1), 1)
    case .structNew: return (try fieldCount(ofType: instruction.immediates.index), 1)
    case .call, .returnCall:
      let arity = try arity(ofFunction: instruction.immediates.index)
      return (arity.parameters, arity.results)
    case .callIndirect, .returnCallIndirect:
      let arity = try arity(ofType: instruction.immediates.indices.0)
      return (arity.parameters + 1, arity.results)
    case .callRef, .returnCallRef:
      let arity = try arity(ofType: instruction.immediates.index)
      return (arity.parameters + 1, arity.results)
    case .throw: return (try arity(ofTag: instruction.immediates.index), 0)
    case .throwRef: return (1, 0)
    case .unreachable, .block, .loop, .if, .else, .end, .br, .brIf, .brTable, .return, .try, .catch, .catchAll,
      .delegate, .rethrow, .tryTable, .brOnNull, .brOnNonNull, .brOnCast, .brOnCastFail:
      return (0, 0)
    }
  }
}
