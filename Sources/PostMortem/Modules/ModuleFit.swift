import ByteCursor
import CoreDumpFormat
import WasmBinary

/// Whether a module is the one that a dump's frames ran in.
struct ModuleFit {
  /// How much speaks for the module, for choosing between several; 0 where nothing could be held against it.
  var score: Int
  /// Whether something of the dump, an instruction at the least, is as it has to be in this module and would hardly be
  /// in another. Where nothing is, the module is only not contradicted.
  var isVerified: Bool
  /// Why it cannot be the module; nil where nothing, or too little, speaks against it.
  var refusal: String?

  /// What it counts that the module is the very file that ran: more than any frames.
  private static let sameFile = 100_000

  /// Holds `module` against the frames of the dump's module `number`.
  init(of module: WasmModule, number: Int, in file: CoreDumpFile, limits: Limits) {
    let code = ModuleCode(module, limits: limits)
    let dump = file.resolve(using: KnownModules([number: code]))
    var good = 0
    var bad: [String] = []
    for thread in dump.threads {
      var seen: Set<UInt64> = []
      var callee: (function: UInt32, sameInstance: Int)?
      for (index, frame) in thread.frames.enumerated() {
        defer { callee = frame.functionIndex.map { ($0, frame.instance) } }
        guard dump.moduleIndex(of: frame) == number, let function = frame.functionIndex else { continue }
        // The same place by the same callee says the same again.
        let key = UInt64(function) << 32 | (frame.codeOffset?.rawValue ?? UInt64(frame.rawOffset)) & 0xffff_ffff
        guard seen.insert(key &* 31 &+ UInt64(callee?.function ?? 0)).inserted, seen.count < 4096 else { continue }
        if let problem = Self.problem(of: frame, function, index: index, callee: callee, in: code) {
          bad.append(problem)
        } else if Self.isTelling(frame, function, index: index, in: code) {
          good += 1
        }
      }
    }
    var contradictions: [String] = []
    for (index, instance) in dump.instances.enumerated() where instance.module == number && !instance.isAssumed {
      // Wasmtime writes these sections always, and lists all memories and globals but shared ones; of a dump by others
      // an empty list says nothing.
      let isComplete =
        dump.dialect?.name == DialectName.wasmtime
        && [SectionID.memory, .global, .data].allSatisfy { id in file.sections.contains { $0.id == id } }
      if let problem = Self.problem(of: index, instance, isComplete: isComplete, in: dump, module: module) {
        contradictions.append(problem)
      }
    }
    // What the dump's own shape says of its producer is not to be outvoted by a module that is to be tested.
    if let habit = file.resolve().dialect?.name, habit == DialectName.wasmtime, let name = dump.dialect?.name,
      name != habit
    {
      contradictions.append("it would fit only if \(name) had written the dump, which looks like \(habit)'s")
    }
    // Another file may be the same program all the same, with its debug information for example.
    if let recorded = dump.modules.indices.contains(number) ? dump.modules[number].fingerprint : nil,
      recorded.size == UInt64(module.file.count), recorded == ModuleFingerprint(of: module.file)
    {
      good += Self.sameFile
    }
    bad = contradictions + bad
    score = good - 4 * bad.count
    isVerified = good > 0 && bad.isEmpty
    // One damaged frame in a dump full of fitting ones does not make it another module.
    if let first = bad.first, good < 8 * bad.count || !contradictions.isEmpty { refusal = first }
  }

  private static func problem(
    of frame: CoreDump.Frame, _ function: UInt32, index: Int, callee: (function: UInt32, sameInstance: Int)?,
    in code: ModuleCode
  ) -> String? {
    let module = code.module
    guard Int(function) < module.functionCount else {
      return "frame \(index) is in function \(function), the module has \(module.functionCount)"
    }
    guard module.body(function) != nil else {
      return "frame \(index) is in function \(function), which the module imports"
    }
    guard let offset = frame.codeOffset else {
      if frame.missingOffset == .outsideOfFunction {
        return "frame \(index) is at offset 0x\(String(frame.rawOffset, radix: 16)), outside of function \(function)"
      }
      return nil
    }
    guard let instruction = code.instruction(function: function, at: offset) else {
      // A program that was stopped on entering a function stands on the function's locals vector.
      if index == 0, let first = code.firstInstruction(function), offset < first { return nil }
      return "frame \(index): no instruction of function \(function) begins at offset \(offset)"
    }
    if index > 0, !instruction.isCall {
      return "frame \(index): the instruction at offset \(offset) of function \(function) is not a call"
    }
    if index > 0, let callee, callee.sameInstance == frame.instance, let named = instruction.callee,
      named != callee.function, module.body(named) != nil, !code.hasTailCall(named)
    {
      return "frame \(index) calls function \(named), but the frame above is in function \(callee.function)"
    }
    return nil
  }

  /// Whether a frame's place is one at which a frame can stand, which most instructions are not: a call for a caller, for
  /// the youngest one what can trap, or where engines interrupt a program.
  private static func isTelling(_ frame: CoreDump.Frame, _ function: UInt32, index: Int, in code: ModuleCode) -> Bool {
    guard let offset = frame.codeOffset, let instruction = code.instruction(function: function, at: offset) else {
      return false
    }
    return index > 0 || !instruction.opcode.possibleTraps.isEmpty || instruction.opcode == .loop
      || code.guardsUnreachable(instruction, function: function)
  }

  /// How an instance's memories and globals contradict the module's.
  private static func problem(
    of index: Int, _ instance: CoreDump.Instance, isComplete: Bool, in dump: CoreDump, module: WasmModule
  ) -> String? {
    let memories = module.memories.filter { !$0.isShared }
    if isComplete || !instance.memories.isEmpty, instance.memories.count != memories.count,
      instance.memories.count != module.memories.count
    {
      return "instance \(index) has \(instance.memories.count) memories in the dump, the module has \(memories.count)"
    }
    if instance.memories.count == module.memories.count {
      for (number, type) in module.memories.enumerated() {
        guard let image = dump.memory(number, of: index), let least = type.minimumBytes, image.size < least else {
          continue
        }
        return "memory \(number) has \(image.size) bytes in the dump, at least \(least) in the module"
      }
    }
    let globals = module.globals
    if isComplete || !instance.globals.isEmpty, instance.globals.count != globals.count {
      return "instance \(index) has \(instance.globals.count) globals in the dump, the module has \(globals.count)"
    }
    for (number, type) in globals.map(\.type).enumerated() {
      guard let recorded = dump.global(number, of: index) else { continue }
      let (left, right) = (recorded.type, RecordedType(type.value))
      if left != right, !(left.isReference && right.isReference) {
        return "global \(number) is \(left) in the dump and \(right) in the module"
      }
    }
    return nil
  }
}
