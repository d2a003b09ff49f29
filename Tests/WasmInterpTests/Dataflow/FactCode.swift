import ByteCursor
import TestSupport
import WasmBinary
import WasmInterp

/// Writes a body whose places can be named.
struct FactCode {
  private(set) var code = ByteBuilder()
  private(set) var marks: [String: UInt64] = [:]

  /// Names the place of the next instruction, which is a `nop`.
  mutating func mark(_ name: String) {
    self.name(name)
    code.u8(0x01)
  }

  /// Names the place of the next instruction.
  mutating func name(_ name: String) { marks[name] = UInt64(code.bytes.count) }

  mutating func op(_ bytes: UInt8...) { code.raw(bytes) }
  mutating func get(_ local: UInt8) { op(0x20, local) }
  mutating func set(_ local: UInt8) { op(0x21, local) }
  mutating func i32(_ value: Int64) {
    code.u8(0x41)
    code.sleb(value)
  }
  mutating func add(_ value: Int64) {
    i32(value)
    op(0x6a)
  }
  mutating func call(_ function: UInt8) { op(0x10, function) }

  private mutating func access(_ opcode: UInt8, _ offset: UInt64, _ memory: UInt8) {
    code.raw(memory == 0 ? [opcode, 0] : [opcode, 0x40, memory])
    code.uleb(offset)
  }
  mutating func load(_ opcode: UInt8 = 0x28, offset: UInt64 = 0, memory: UInt8 = 0) { access(opcode, offset, memory) }
  mutating func store(_ opcode: UInt8 = 0x36, offset: UInt64 = 0, memory: UInt8 = 0) {
    access(opcode, offset, memory)
  }

  /// Stores a constant.
  mutating func put(_ value: Int64, at local: UInt8, offset: UInt64 = 0, _ opcode: UInt8 = 0x36) {
    get(local)
    i32(value)
    store(opcode, offset: offset)
  }

  /// The prologue of a frame, whose address goes to local 5.
  mutating func frame(_ size: Int64) {
    op(0x23, 0)
    i32(size)
    op(0x6b, 0x22, 5, 0x24, 0)
  }

  mutating func block(_ fill: (inout FactCode) -> Void) { nest(0x02, fill) }
  mutating func loop(_ fill: (inout FactCode) -> Void) { nest(0x03, fill) }
  mutating func `if`(_ fill: (inout FactCode) -> Void) { nest(0x04, fill) }
  private mutating func nest(_ opcode: UInt8, _ fill: (inout FactCode) -> Void) {
    op(opcode, 0x40)
    fill(&self)
    op(0x0b)
  }
}

/// A function [i32 i32 i32] -> [] with three more locals and what is in its states and facts, as text. The module has
/// the stack pointer in global 0, an i32 in global 1; function 0 is [i32 i32] -> [i32] and 1 is [] -> [], both
/// imported.
struct FactFunction {
  let analysis: FunctionAnalysis
  private let marks: [String: UInt64]

  init(
    memories: [MemoryType] = [MemoryType(SizeLimits(1))], importsMemories: Bool = false, movers: Set<UInt32> = [],
    limits: Limits = .standard, _ fill: (inout FactCode) -> Void
  ) throws {
    var code = FactCode()
    fill(&code)
    code.op(0x0b)
    // Behind the locals vector.
    marks = code.marks.mapValues { $0 + 3 }
    var builder = ModuleBuilder()
    builder.importFunction("env", "f", [.i32, .i32], [.i32])
    builder.importFunction("env", "g")
    for memory in memories {
      if importsMemories { builder.importMemory("env", "memory", memory) } else { builder.memory(memory) }
    }
    builder.tag([.i32])
    builder.table(TableType(ReferenceType(.func), SizeLimits(4)))
    builder.global(GlobalType(.i32, isMutable: true), .i32(65536))
    builder.global(GlobalType(.i32, isMutable: true), .i32(1))
    builder.name(.global, 0, "__stack_pointer")
    builder.function(
      [.i32, .i32, .i32], [], locals: [LocalGroup(count: 3, type: .i32)], body: code.code.bytes)
    let module = try WasmModule(builder.bytes)
    var context = ModuleContext(module)
    context.stackPointerMovers = movers
    analysis = try FunctionAnalysis(module.bodies[0], in: context, limits: limits)
  }

  func offset(_ mark: String) -> CodeOffset { CodeOffset(marks[mark] ?? 0) }

  /// What memory holds at a place, the first that was found out first; `?` where it may have been written since.
  func memory(_ mark: String, hasCalled: Bool = true) -> [String]? {
    analysis.facts(at: offset(mark), hasCalled: hasCalled)?.memory.reversed().map { fact in
      let offset = fact.offset == 0 ? "" : "+\(fact.offset)"
      let memory = fact.memory == 0 ? "" : "\(fact.memory):"
      return "\(fact.opcode.name) \(memory)\(analysis.values.text(fact.address))\(offset) = "
        + "\(analysis.values.text(fact.value))\(fact.isIntact ? "" : " ?")"
    }
  }

  func conditions(_ mark: String) -> [String]? {
    analysis.facts(at: offset(mark))?.conditions.reversed().map { fact in
      let value = analysis.values.text(fact.value)
      switch fact.test {
      case .isZero: return "\(value) == 0"
      case .isNotZero: return "\(value) != 0"
      case .equals(let number): return "\(value) is \(number)"
      }
    }
  }
}
