import ByteCursor
import CoreDumpFormat
import WasmBinary

/// Whether a module is the one that a dump's frames ran in.
struct ModuleFit {
  /// How much speaks for the module, for choosing between several; 0 where nothing could be held against it.
  var score: Int
  /// Why it cannot be the module; nil where nothing, or too little, speaks against it.
  var refusal: String?

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
        } else if frame.codeOffset != nil {
          good += 1
        }
      }
    }
    for (index, instance) in dump.instances.enumerated() where instance.module == number && !instance.isAssumed {
      if let problem = Self.globalProblem(of: instance, in: dump, module: module) {
        bad.append("instance \(index): \(problem)")
      }
    }
    score = good - 4 * bad.count
    // One damaged frame in a dump full of fitting ones does not make it another module.
    if let first = bad.first, good < 8 * bad.count { refusal = first }
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
      // A frame that was only just entered stands on its locals vector.
      if offset.rawValue == 0 { return nil }
      return "frame \(index): no instruction of function \(function) begins at offset \(offset)"
    }
    if index > 0, !instruction.isCall {
      return "frame \(index): the instruction at offset \(offset) of function \(function) is not a call"
    }
    if index > 0, let callee, callee.sameInstance == frame.instance, let named = instruction.callee,
      named != callee.function, module.body(named) != nil, !endsInTailCall(named, in: code)
    {
      return "frame \(index) calls function \(named), but the frame above is in function \(callee.function)"
    }
    return nil
  }

  /// Whether a function could have left its frame to another by a tail call.
  private static func endsInTailCall(_ function: UInt32, in code: ModuleCode) -> Bool {
    code.hasTailCall(function)
  }

  private static func globalProblem(of instance: CoreDump.Instance, in dump: CoreDump, module: WasmModule) -> String? {
    guard !instance.globals.isEmpty, !dump.globals.isEmpty else { return nil }
    let globals = module.globals
    guard instance.globals.count == globals.count else {
      return "the dump has \(instance.globals.count) globals, the module has \(globals.count)"
    }
    for (index, recorded) in instance.globals.enumerated() {
      guard let recorded, dump.globals.indices.contains(Int(recorded)) else { continue }
      let (left, right) = (dump.globals[Int(recorded)].type, RecordedType(globals[index].type.value))
      if left != right, !(left.isReference && right.isReference) {
        return "global \(index) is \(left) in the dump and \(right) in the module"
      }
    }
    return nil
  }
}
