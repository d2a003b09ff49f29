import ByteCursor
import CoreDumpFormat
import WasmBinary
import WasmInterp

/// A module's instructions, asked for by function and offset. Answers are kept: the frames of a recursion
/// ask the same question again and again, and each answer takes a scan of the body.
final class ModuleCode {
  let module: WasmModule
  private let limits: Limits
  private var instructions: [Site: Instruction?] = [:]
  private var readers: [UInt32: BodyReader?] = [:]

  private struct Site: Hashable {
    var function: UInt32
    var offset: CodeOffset
  }

  init(_ module: WasmModule, limits: Limits) {
    self.module = module
    self.limits = limits
  }

  /// The instruction that starts at `offset` in a function's body; nil where none does.
  func instruction(function: UInt32, at offset: CodeOffset) -> Instruction? {
    let site = Site(function: function, offset: offset)
    if let known = instructions[site] { return known }
    let found = reader(function)?.instruction(at: offset)
    instructions[site] = found
    return found
  }

  /// The constants that the instructions right before `offset` push, the last pushed last. Nothing can jump
  /// between them, so they are the topmost operands whenever `offset` is reached.
  func constants(function: UInt32, before offset: CodeOffset) -> [Instruction] {
    guard let reader = reader(function), var decoder = try? reader.instructions else { return [] }
    var run: [Instruction] = []
    while decoder.codeOffset < offset {
      guard let instruction = try? decoder.next() else { return [] }
      switch instruction.immediates {
      case .i32, .i64, .f32, .f64: run.append(instruction)
      default: run.removeAll(keepingCapacity: true)
      }
    }
    return decoder.codeOffset == offset ? run : []
  }

  /// Whether a function has a tail call, by which it may leave its frame to another function.
  func hasTailCall(_ function: UInt32) -> Bool {
    guard let reader = reader(function), var decoder = try? reader.instructions else { return false }
    while let opcode = try? decoder.nextOpcodeSkippingImmediates() {
      if opcode == .returnCall || opcode == .returnCallIndirect || opcode == .returnCallRef { return true }
    }
    return false
  }

  /// The first instruction's offset.
  func firstInstruction(_ function: UInt32) -> CodeOffset? { reader(function)?.firstInstruction }

  private func reader(_ function: UInt32) -> BodyReader? {
    if let known = readers[function] { return known }
    let reader = module.body(function).flatMap { try? BodyReader($0.contents, limits: limits) }
    readers[function] = reader
    return reader
  }
}
