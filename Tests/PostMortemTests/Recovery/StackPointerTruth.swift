import ByteCursor
import CoreDumpFormat
import PostMortem
import WasmBinary
import WasmInterp

/// What the stack pointer was in each frame of a dump with everything recorded, without the unwinder.
///
/// The youngest frame's is the global's value. A function that never sets the global has it as its caller had. A function
/// that LLVM compiled has it, at each of its calls, where its frame begins: in the local that the debugging information
/// calls the frame base, of which the value was recorded. That is not so of functions with arrays of variable length
/// (`RecoveryStackPointerTests` replays the program for these).
final class StackPointerTruth {
  /// Functions of the programs that move the stack pointer in the middle.
  static let moving: Set<String> = ["variable", "allocated", "both"]

  private let module: WasmModule
  /// The global, by LLVM's habit the first.
  let global: UInt32?
  private var setters: [UInt32: Bool] = [:]

  init(_ module: WasmModule) {
    self.module = module
    // Of a module without names it is the first.
    let isMutable = module.globals.first?.type.isMutable ?? false
    global =
      module.names.globals.index(of: "__stack_pointer")
      ?? (module.importedCount(.global) == 0 && isMutable ? 0 : nil)
  }

  /// The stack pointer of each physical frame of the crashed thread; nil where the truth is not known.
  func pointers(_ full: Session) -> [UInt64?] {
    let frames = full.dump.threads[0].frames
    var result = [UInt64?](repeating: nil, count: frames.count)
    guard let global, full.modules.count == 1, let youngest = frames.first,
      let now = full.dump.global(Int(global), of: youngest.instance)?.value.bits
    else { return result }
    let backtrace = full.backtrace(thread: 0)
    // Oldest first: what the frame's caller had.
    var callers = initial
    for physical in frames.indices.reversed() {
      guard let function = frames[physical].functionIndex else { return result }
      var pointer = callers
      if setsPointer(function) {
        let frame = backtrace[backtrace.index(ofPhysical: physical)]
        pointer = nil
        if !Self.moving.contains(frame.function.display),
          let base = try? full.framePointer(of: frame, thread: 0), base.assurance.trust == .recorded
        {
          pointer = base.address
        }
      }
      result[physical] = physical == 0 ? now : pointer
      callers = pointer
    }
    return result
  }

  /// What the global holds before anything runs.
  private var initial: UInt64? {
    guard let global, module.globals.indices.contains(Int(global)) else { return nil }
    return module.globals[Int(global)].initializer?.literal?.offset
  }

  private func setsPointer(_ function: UInt32) -> Bool {
    if let known = setters[function] { return known }
    var found = true
    if let body = module.body(function), let global, let declarations = try? module.locals(of: body).declarations {
      found = (try? Self.sets(global, body.contents, from: declarations.firstInstruction)) ?? true
    }
    setters[function] = found
    return found
  }

  private static func sets(_ global: UInt32, _ body: Bytes, from start: CodeOffset) throws -> Bool {
    var decoder = try InstructionDecoder(body, at: start)
    while decoder.codeOffset.rawValue < UInt64(body.count) {
      let instruction = try decoder.next()
      if instruction.opcode.name == "global.set", instruction.immediates == .index(global) { return true }
    }
    return false
  }
}

extension RecordedValue {
  /// An integer's bits.
  var bits: UInt64? {
    switch self {
    case .i32(let value): UInt64(UInt32(bitPattern: value))
    case .i64(let value): UInt64(bitPattern: value)
    default: nil
    }
  }
}

extension ExpressionSession {
  /// What `print $sp` says in a frame.
  func stackPointer(of frame: Frame) throws -> (value: UInt64?, trust: Trust, reason: String?) {
    let value = try evaluate("(unsigned long)$sp", frame: frame, thread: 0)
    guard let node = describer(frame: frame)?.describe(value) else { return (nil, .unavailable, "no module") }
    return (node.value.flatMap { UInt64($0) }, node.trust, node.reason)
  }
}
