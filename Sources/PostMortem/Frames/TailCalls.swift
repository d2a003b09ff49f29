import CoreDumpFormat
import WasmInterp

extension Session {
  /// Whether a frame's function was not called by what stands below it on the stack: the call there leads to another
  /// function, which left its place to this one by a tail call. False where the call is not known, and where it may
  /// lead to the function.
  public func hasTailCalls(_ frame: Frame, thread: Int) -> Bool {
    guard dump.threads.indices.contains(thread) else { return false }
    let frames = dump.threads[thread].frames
    let (own, below) = (frame.physicalIndex, frame.physicalIndex + 1)
    guard !frame.inlined, frames.indices.contains(own), frames.indices.contains(below),
      frames[own].instance == frames[below].instance, let function = frames[own].functionIndex,
      let module = debugModule(of: frames[below]), let caller = frames[below].functionIndex,
      let offset = frames[below].codeOffset,
      let instruction = module.code.instruction(function: caller, at: offset), instruction.isCall
    else { return false }
    if let callee = instruction.callee {
      // The host may have called back from an import.
      return callee != function && module.wasm.importEntry(.function, callee) == nil
    }
    guard case .indices(_, let table) = instruction.immediates, instruction.opcode == .callIndirect else {
      return false
    }
    // Of an import that was called through the table the host may have called back.
    guard module.wasm.importedCount(.function) == 0 || module.code.isUnchangingTable(table) else { return false }
    guard case .success(let (value, assurance))? = recovered(thread: thread)?.topOperand(of: below),
      assurance.trust >= .derived, case .i32(let index) = value,
      case .function(let callee)? = module.code.initialElement(
        table: table, index: UInt64(UInt32(bitPattern: index)))
    else { return false }
    // A function that makes no tail call cannot have left its place.
    return callee != function && module.code.hasTailCall(callee)
  }
}
