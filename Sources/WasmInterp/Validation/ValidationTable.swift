import WasmBinary

/// The opcode table as validation needs it: an array by `Opcode.index`.
///
/// A mistake in it is a mistake in this project's sources and stops the program.
struct ValidationTable: Sendable {
  static let standard = ValidationTable()

  /// What an opcode does to the operand stack.
  struct Row: Sendable {
    /// For opcodes whose effect depends on more than the opcode; nil if `parameters` and `result` are all.
    var variable: VariableOpcode?
    /// What the immediates index or hold.
    var immediates: ImmediateKind = .none
    var parameterCount: UInt8 = 0
    /// The natural alignment of a memory access, as its binary logarithm, or the number of lanes.
    var scale: UInt8 = 0
    /// Whether the alignment of the access has to be the natural one.
    var isAtomic = false
    /// Whether it may stand in a constant expression (3.4.7).
    var isConstant = false
    /// Whether its proposal is among the features.
    var isEnabled = false
    /// Operands, the topmost first; behind the last, `bottom`.
    var parameters: (StackType, StackType, StackType) = (.bottom, .bottom, .bottom)
    /// The result; `bottom` for none.
    var result = StackType.bottom
  }

  /// Stands in rows for the address type of the memory or table that the immediates name.
  static let address = StackType(rawValue: 16)

  let rows: [Row]

  private init() {
    var rows = [Row](repeating: Row(), count: Opcode.indexCount)
    var variables = 0
    for opcode in Opcode.all {
      var row = Row()
      row.immediates = opcode.immediateKind
      row.isEnabled = true
      row.isAtomic = opcode.prefix == 0xFE
      if let alignment = opcode.naturalAlignment { row.scale = UInt8(alignment.trailingZeroBitCount) }
      if row.immediates == .lane || row.immediates == .shuffle { row.scale = UInt8(opcode.laneCount ?? 0) }
      if let signature = opcode.signature {
        let parameters = signature.parameters.reversed().map(Self.type)
        precondition(parameters.count <= 3 && signature.results.count <= 1, "a signature that has no room")
        row.parameterCount = UInt8(parameters.count)
        row.parameters.0 = parameters.count > 0 ? parameters[0] : .bottom
        row.parameters.1 = parameters.count > 1 ? parameters[1] : .bottom
        row.parameters.2 = parameters.count > 2 ? parameters[2] : .bottom
        row.result = signature.results.first.map(Self.type) ?? .bottom
        row.isConstant = Self.constants.contains(opcode.name)
      } else {
        guard let variable = VariableOpcode(opcode) else { preconditionFailure("\(opcode.name) has no signature") }
        row.variable = variable
        row.isConstant = variable.isConstant
        variables += 1
      }
      rows[Int(opcode.index)] = row
    }
    precondition(variables == VariableOpcode.allCases.count, "an opcode has a signature and is called variable")
    self.rows = rows
  }

  /// The instructions of constant expressions (3.4.7) that have a signature.
  private static let constants: Set<String> = [
    "i32.const", "i64.const", "f32.const", "f64.const", "v128.const", "i32.add", "i32.sub", "i32.mul", "i64.add",
    "i64.sub", "i64.mul",
  ]

  private static func type(_ operand: OperandType) -> StackType {
    switch operand {
    case .address: address
    case .value(.i32): .i32
    case .value(.i64): .i64
    case .value(.f32): .f32
    case .value(.f64): .f64
    case .value(.v128): .v128
    case .value(.reference(let type)):
      StackType(AbstractHeapType(type.heapType) ?? .bottom, isNullable: type.isNullable)
    }
  }
}
