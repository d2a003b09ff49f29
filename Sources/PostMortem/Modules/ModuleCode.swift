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
  private var tailCalls: [UInt32: Bool] = [:]
  private var starts: ModuleInstructionStarts

  private struct Site: Hashable {
    var function: UInt32
    var offset: CodeOffset
  }

  init(_ module: WasmModule, limits: Limits) {
    self.module = module
    self.limits = limits
    starts = ModuleInstructionStarts(module, limits: limits)
  }

  /// Whether an instruction starts at `address`.
  func isInstruction(at address: CodeAddress) -> Bool { starts.contains(address) }

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

  /// Whether the branch at `offset` decides between going on and `unreachable`. Compilers fold such a pair into one
  /// conditional trap, which they attribute to the branch.
  func guardsUnreachable(_ branch: Instruction, function: UInt32) -> Bool {
    guard branch.opcode == .brIf, case .index(let label) = branch.immediates, let reader = reader(function),
      var decoder = try? InstructionDecoder(reader.bytes, at: branch.end)
    else { return false }
    var depth = 0
    var isFirst = true
    while let instruction = try? decoder.next() {
      if isFirst, instruction.opcode == .unreachable { return true }
      isFirst = false
      if instruction.opcode.opensBlock {
        depth += 1
      } else if instruction.opcode == .end || instruction.opcode == .delegate {
        // Behind the end of the block that is branched to stands what the taken branch goes on with. (Where that
        // is a loop, the branch goes back, and what stands behind it says nothing.)
        if depth == -Int(label) {
          return blockIsNoLoop(endingAt: instruction, reader) && (try? decoder.next())?.opcode == .unreachable
        }
        depth -= 1
      }
    }
    return false
  }

  private func blockIsNoLoop(endingAt end: Instruction, _ reader: BodyReader) -> Bool {
    guard var decoder = try? reader.instructions else { return false }
    var open: [Opcode] = []
    while let instruction = try? decoder.next() {
      if instruction.opcode.opensBlock {
        open.append(instruction.opcode)
      } else if instruction.opcode == .end || instruction.opcode == .delegate {
        let opened = open.popLast()
        if instruction.codeOffset == end.codeOffset { return opened != .loop }
      }
    }
    return false
  }

  /// Whether a function has a tail call, by which it may leave its frame to another function.
  func hasTailCall(_ function: UInt32) -> Bool {
    if let known = tailCalls[function] { return known }
    let found = findTailCall(function)
    tailCalls[function] = found
    return found
  }

  private func findTailCall(_ function: UInt32) -> Bool {
    guard let reader = reader(function), var decoder = try? reader.instructions else { return false }
    while let opcode = try? decoder.nextOpcodeSkippingImmediates() {
      if opcode == .returnCall || opcode == .returnCallIndirect || opcode == .returnCallRef { return true }
    }
    return false
  }

  /// What the module's code writes; nil where there is too much code to look, or some that cannot be read.
  private(set) lazy var writes: ModuleWrites? = ModuleWrites(of: module, limits: limits)

  /// Whether a table holds all the time what the module puts there at its start: nothing in the module writes tables, and
  /// nobody else gets at this one.
  func isUnchangingTable(_ table: UInt32) -> Bool {
    Int(table) >= module.importedCount(.table) && module.exportName(.table, table) == nil && writes?.tables == false
  }

  /// The first instruction's offset.
  func firstInstruction(_ function: UInt32) -> CodeOffset? { reader(function)?.firstInstruction }

  private func reader(_ function: UInt32) -> BodyReader? {
    if let known = readers[function] { return known }
    let reader = module.body(function).flatMap { try? BodyReader($0.contents, limits: limits) }
    readers[function] = reader
    return reader
  }

  /// What a table has at an index when the program starts, by the module's active element segments; nil where the
  /// module does not say it (an imported table, an initialiser that is not a constant).
  func initialElement(table: UInt32, index: UInt64) -> TrapInference.TableElement? {
    guard module.tables.indices.contains(Int(table)), Int(table) >= module.importedCount(.table) else { return nil }
    guard index < module.tables[Int(table)].type.limits.minimum else { return .outOfBounds }
    guard module.tables[Int(table)].initializer == nil else { return nil }
    let globals = module.initialGlobalValues()
    var found: TrapInference.TableElement = .null
    for segment in module.elements {
      guard case .active(let owner, let offset) = segment.mode, owner == table else { continue }
      let value = offset.evaluate { Int($0) < globals.count ? globals[Int($0)] : nil }
      guard let start = value?.address else { return nil }
      guard index >= start, index - start < UInt64(segment.elements.count) else { continue }
      var elements = segment.elements.makeIterator()
      for _ in 0..<index - start { _ = elements.next() }
      found = elements.next()?.function.map { .function($0) } ?? .null
    }
    return found
  }
}

extension WasmModule {
  /// Whether a function has the type with this index, or one of the same shape.
  func function(_ function: UInt32, hasType type: UInt32) -> Bool {
    guard let left = functionType(function), let right = functionType(ofType: type) else { return true }
    return left == right
  }
}

extension ConstantValue {
  /// An integer as an address: unsigned.
  fileprivate var address: UInt64? {
    switch self {
    case .i32(let value): UInt64(UInt32(bitPattern: value))
    case .i64(let value): UInt64(bitPattern: value)
    default: nil
    }
  }
}
