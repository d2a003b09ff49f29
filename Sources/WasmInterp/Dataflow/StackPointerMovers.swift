import ByteCursor
import WasmBinary

extension ModuleContext {
  /// What sets the stack pointer for others is a few instructions.
  private static let moverBytes = 64

  /// Finds the functions of a module that return with another stack pointer than they were called with, among those
  /// of a few instructions that set it (`stackPointerMovers`).
  public func findStackPointerMovers(in module: WasmModule, limits: Limits = .standard) -> Set<UInt32> {
    guard let stackPointer else { return [] }
    var result: Set<UInt32> = []
    for body in module.bodies where body.contents.count < Self.moverBytes {
      guard sets(stackPointer, body, limits), let analysis = try? FunctionAnalysis(body, in: self, limits: limits),
        let value = analysis.exit?.global(stackPointer), analysis.values[value] != .stackPointer(0)
      else { continue }
      result.insert(body.function)
    }
    return result
  }

  private func sets(_ global: UInt32, _ body: FunctionBody, _ limits: Limits) -> Bool {
    guard var decoder = try? BodyReader(body.contents).instructions else { return false }
    while !decoder.isAtEnd {
      guard let instruction = try? decoder.next() else { return false }
      if VariableOpcode(instruction.opcode) == .globalSet, instruction.immediates.index == global { return true }
    }
    return false
  }
}
