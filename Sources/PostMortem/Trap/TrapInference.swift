import ByteCursor
import CoreDumpFormat
import WasmInterp

/// Tells the kind of a trap from the instruction at the youngest frame's offset, the values that the dump
/// recorded of that frame, and the depth of the stack: dumps do not record why the program stopped.
struct TrapInference {
  /// The instruction at the youngest offset; nil where the offset or the module is unknown.
  var instruction: Instruction?
  /// The instruction as text.
  var text: String?
  /// The operand stack before the instruction, bottom first, as far as it is known.
  var operands: [RecordedValue]
  /// How many bytes each memory of the instance has, where the dump holds it.
  var memoryBytes: (UInt32) -> UInt64?
  /// How many physical frames the thread has in the dump.
  var depth: Int
  /// Whether the frame's function was only just entered: no offset for it, though its callers have theirs.
  var stoppedOnEntry: Bool
  /// Whether the youngest frame's instruction calls an imported function, and its name.
  var importedCallee: String?
  /// Whether the instruction is a branch around `unreachable`.
  var guardsUnreachable = false
  /// What the table element that a `call_indirect` names is, by its index: known from the module's element segments.
  var tableElement: (_ table: UInt32, _ index: UInt64) -> TableElement? = { _, _ in nil }
  /// The type, by its number, that a `call_indirect` asks for is that of this function.
  var hasType: (_ function: UInt32, _ type: UInt32) -> Bool = { _, _ in true }
  /// Whether the dump was cut, so that its depth says little.
  var isCut = false
  /// Whether the stack repeats itself.
  var recursion: (names: [String], frames: Int)?

  /// What a table has at an index when the program starts.
  enum TableElement: Hashable { case outOfBounds, null, function(UInt32) }

  /// A stack this deep is taken to be exhausted when the youngest instruction can be stopped by that: engines give
  /// a program half a megabyte or more, of which a frame takes some tens of bytes.
  static let deepStack = 1000

  /// Whether what the operands are may tell more than the instruction does.
  var dependsOnOperands: Bool {
    guard let instruction else { return false }
    let kinds = instruction.opcode.possibleTraps.subtracting(.stackExhausted)
    return kinds.names.count > 1 || instruction.memoryArgument != nil
  }

  func trap() -> Trap {
    guard let instruction else { return withoutInstruction() }
    let kinds = instruction.opcode.possibleTraps
    if instruction.isCall, let exhausted = stackExhaustion() { return exhausted }
    if guardsUnreachable {
      return Trap(
        kind: .unreachable, trust: .assumed, instruction: text,
        message: "\(TrapKind.unreachable.title), right behind this branch")
    }
    if let kind = indirectCall(instruction) {
      return Trap(
        kind: kind, trust: .assumed, instruction: text,
        message: "\(kind.title), as the table was at the program's start")
    }
    var possible = kinds.subtracting(.stackExhausted)
    var address: MemoryAddress?
    var certain = false
    if let exact = fromOperands(instruction, address: &address) {
      possible = exact
      certain = true
    }
    let known = possible.names.compactMap(TrapKind.init(rawValue:))
    let other = possible.names.count - known.count
    if let only = known.first, known.count == 1, other == 0 {
      return Trap(
        kind: only, trust: .derived, instruction: text, address: address, message: message(only, at: address))
    }
    if certain, known.isEmpty == false {
      return Trap(
        kind: known[0], trust: .derived, possibleKinds: known, instruction: text, address: address,
        message: message(known[0], at: address))
    }
    // A quotient overflows only for the smallest number divided by −1: division by zero is the likelier by far.
    if possible == [.integerDivideByZero, .integerOverflow] {
      return Trap(
        kind: .integerDivideByZero, trust: .assumed, possibleKinds: known, instruction: text,
        message:
          "\(TrapKind.integerDivideByZero.title) (or, less likely, \(TrapKind.integerOverflow.title): the operands are not recorded)"
      )
    }
    // An atomic access out of bounds is as good a guess as an unaligned one: no guess at all.
    if !possible.isEmpty {
      let words = possible.names.map { name in
        TrapKind(rawValue: name)?.title ?? name.split(separator: "-").joined(separator: " ")
      }
      return Trap(
        kind: .unknown, trust: .unavailable, possibleKinds: known, instruction: text, address: address,
        message: words.count == 1
          ? words[0] : "one of: " + words.joined(separator: ", ") + " (the dump does not tell which)")
    }
    if let importedCallee {
      return Trap(
        kind: .unknown, trust: .unavailable, instruction: text,
        message: "stopped inside the imported function \(importedCallee)")
    }
    if instruction.isCall {
      return Trap(
        kind: .unknown, trust: .unavailable, possibleKinds: [.stackExhausted], instruction: text,
        message: "stopped at a call; the stack is too shallow to be exhausted")
    }
    return Trap(
      kind: .unknown, trust: .unavailable, instruction: text,
      message: "this instruction does not trap: the engine stopped the program (out of fuel, deadline or interrupt)")
  }

  /// Without an instruction only the depth of the stack can tell.
  private func withoutInstruction() -> Trap {
    if stoppedOnEntry {
      if let exhausted = stackExhaustion() { return exhausted }
      return Trap(
        kind: .unknown, trust: .unavailable, possibleKinds: [.stackExhausted],
        message: "stopped on entering the function: out of fuel, deadline, interrupt, or the stack is exhausted")
    }
    return Trap(
      kind: .unknown, trust: .unavailable,
      message: depth == 0 ? "the dump has no frames" : "the dump does not record it, and the instruction is not known")
  }

  private func stackExhaustion() -> Trap? {
    guard depth >= Self.deepStack || (stoppedOnEntry && recursion != nil) else { return nil }
    let through = recursion.map { ", recursion of " + $0.names.joined(separator: ", ") } ?? ""
    return Trap(
      kind: .stackExhausted, trust: .assumed, instruction: text,
      message: "\(TrapKind.stackExhausted.title): \(depth)\(isCut ? " or more" : "") frames\(through)")
  }

  /// What is wrong with an indirect call whose index is known.
  private func indirectCall(_ instruction: Instruction) -> TrapKind? {
    guard instruction.opcode == .callIndirect || instruction.opcode == .returnCallIndirect,
      case .indices(let type, let table) = instruction.immediates, let index = operands.last?.address,
      let element = tableElement(table, index)
    else { return nil }
    switch element {
    case .outOfBounds: return .tableOutOfBounds
    case .null: return .indirectCallNull
    case .function(let function): return hasType(function, type) ? nil : .indirectCallType
    }
  }

  private func message(_ kind: TrapKind, at address: MemoryAddress?) -> String {
    address.map { "\(kind.title) at \($0)" } ?? kind.title
  }

  /// What the recorded operands prove; nil where they are not recorded or prove nothing.
  private func fromOperands(_ instruction: Instruction, address: inout MemoryAddress?) -> TrapKinds? {
    guard let parameters = instruction.opcode.signature?.parameters.count, parameters > 0 else { return nil }
    // What is known is the top of the stack.
    let unknown = [RecordedValue](repeating: .missing(.notRecorded), count: max(0, parameters - self.operands.count))
    let operands = unknown + self.operands.suffix(parameters)
    let kinds = instruction.opcode.possibleTraps
    if kinds.contains(.integerDivideByZero) {
      guard let divisor = operands[1].integer else { return nil }
      if divisor == 0 { return .integerDivideByZero }
      return kinds.contains(.integerOverflow) && divisor == -1 ? .integerOverflow : nil
    }
    if kinds.contains(.invalidConversion) {
      guard let isNaN = operands[0].isNaN else { return nil }
      return isNaN ? .invalidConversion : .integerOverflow
    }
    if let access = instruction.memoryArgument, let base = operands[0].address {
      let (sum, overflow) = base.addingReportingOverflow(access.offset)
      let place = MemoryAddress(memory: access.memory, overflow ? .max : sum)
      address = place
      guard kinds.contains(.unalignedAtomic), let size = memoryBytes(access.memory) else { return nil }
      let width = UInt64(instruction.opcode.naturalAlignment ?? 1)
      return overflow || sum > size || size - sum < width ? .memoryOutOfBounds : .unalignedAtomic
    }
    return nil
  }
}

extension RecordedValue {
  /// The constant that an instruction pushes; missing for other instructions.
  init(_ instruction: Instruction) {
    switch instruction.immediates {
    case .i32(let value): self = .i32(value)
    case .i64(let value): self = .i64(value)
    case .f32(let bits): self = .f32(bits: bits)
    case .f64(let bits): self = .f64(bits: bits)
    default: self = .missing(.notRecorded)
    }
  }

  /// An integer's value, as signed.
  fileprivate var integer: Int64? {
    switch self {
    case .i32(let value): Int64(value)
    case .i64(let value): value
    default: nil
    }
  }

  /// An integer as an address: unsigned.
  fileprivate var address: UInt64? {
    switch self {
    case .i32(let value): UInt64(UInt32(bitPattern: value))
    case .i64(let value): UInt64(bitPattern: value)
    default: nil
    }
  }

  /// Whether a float is no number.
  fileprivate var isNaN: Bool? {
    switch self {
    case .f32(let bits): Float(bitPattern: bits).isNaN
    case .f64(let bits): Double(bitPattern: bits).isNaN
    default: nil
    }
  }
}
