import ByteCursor
import WasmBinary

/// The ways through a function's code and what it writes to its locals: what a look at each instruction tells, for a small
/// part of the time that `FunctionAnalysis` takes.
public struct FunctionFlow: Sendable {
  /// A `local.set` or `local.tee`.
  public struct LocalWrite: Hashable, Sendable {
    /// Where what is written comes from.
    public enum Source: Hashable, Sendable {
      /// The instruction in front reads this local, or has written it with `local.tee`.
      case local(UInt32)
      /// The instruction in front is a constant, with these bits.
      case constant(UInt64)
      case other
    }
    public let offset: CodeOffset
    public let local: UInt32
    public let source: Source
  }

  public let graph: ControlFlowGraph
  /// The function's locals, parameters first.
  public let locals: FunctionLocals
  /// The writes, in the order of the code.
  public let writes: [LocalWrite]

  /// Reads a function of a module.
  /// - Throws: `unknownFunctionType` where the module does not say its type; what decoding throws; the rule of validation
  ///   that the body breaks, as far as operands, labels and indices are concerned; `overLimit`.
  public init(_ body: FunctionBody, in context: ModuleContext, limits: Limits = .standard) throws(ReadError) {
    guard let type = context.functionType(body.function) else {
      throw ReadError(.unknownFunctionType, value: UInt64(body.function), section: "code", offset: body.fileOffset)
    }
    let declarations = try LocalDeclarations(body.contents, limits: limits)
    locals = FunctionLocals(parameters: type.parameters, declarations: declarations)
    (graph, _) = try ControlFlowBuilder.build(
      body.contents, from: declarations.firstInstruction, results: type.results.count, localCount: locals.count,
      context: context, limits: limits)
    var writes: [LocalWrite] = []
    // Nothing leads to an instruction from elsewhere but to those behind `loop`, `else` and `end`, which is what then
    // stands in front.
    var source = LocalWrite.Source.other
    var decoder = try InstructionDecoder(body.contents, at: declarations.firstInstruction)
    while !decoder.isAtEnd {
      let instruction = try decoder.next()
      switch (VariableOpcode(instruction.opcode), instruction.immediates) {
      case (.localGet?, .index(let local)): source = .local(local)
      case (.localSet?, .index(let local)), (.localTee?, .index(let local)):
        writes.append(LocalWrite(offset: instruction.codeOffset, local: local, source: source))
        source = VariableOpcode(instruction.opcode) == .localTee ? .local(local) : .other
      case (_, .i32(let number)): source = .constant(UInt64(UInt32(bitPattern: number)))
      case (_, .i64(let number)): source = .constant(UInt64(bitPattern: number))
      case (_, .f32(let bits)): source = .constant(UInt64(bits))
      case (_, .f64(let bits)): source = .constant(bits)
      default: source = .other
      }
    }
    self.writes = writes
  }

  /// The writes from one place to another, as indices in `writes`.
  public func writes(from start: CodeOffset, to end: CodeOffset) -> Range<Int> {
    let first = firstWrite(from: start)
    return first..<max(first, firstWrite(from: end))
  }

  private func firstWrite(from offset: CodeOffset) -> Int {
    var low = 0
    var high = writes.count
    while low < high {
      let middle = low + (high - low) / 2
      if writes[middle].offset < offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Where a local is read or written between two places.
  public func uses(of local: UInt32, from start: CodeOffset, to end: CodeOffset) -> [CodeOffset] {
    instructions(from: start, to: end).compactMap { instruction in
      switch VariableOpcode(instruction.opcode) {
      case .localGet, .localSet, .localTee: instruction.immediates == .index(local) ? instruction.codeOffset : nil
      default: nil
      }
    }
  }

  /// Whether a local is read on some path from the instruction at `offset` on before it is written.
  public func isLive(_ local: UInt32, at offset: CodeOffset) -> Bool {
    guard let block = graph.block(containing: offset) else { return false }
    var waiting = [(block: block, start: offset)]
    var seen: Set<Int> = []
    while let (next, start) = waiting.popLast() {
      if let use = uses(of: local, from: start, to: graph.blocks[next].end).first {
        if !writes(from: use, to: CodeOffset(use.rawValue &+ 1)).isEmpty { continue }
        return true
      }
      for edge in graph.successors(of: next) where seen.insert(Int(edge.target)).inserted {
        waiting.append((Int(edge.target), graph.blocks[Int(edge.target)].start))
      }
    }
    return false
  }

  /// The instructions between two places, each at its start; those in front of one that cannot be read.
  public func instructions(from start: CodeOffset, to end: CodeOffset) -> [Instruction] {
    var found: [Instruction] = []
    guard start < end, var decoder = try? InstructionDecoder(graph.body, at: start) else { return [] }
    while decoder.codeOffset < end, let instruction = try? decoder.next() { found.append(instruction) }
    return found
  }
}
