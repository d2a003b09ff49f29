import ByteCursor
import WasmBinary

/// What must hold before the instruction at an offset, besides the state there, on every path that leads to it.
///
/// Values are named as in the state there (`FunctionAnalysis.values`): a fact whose names have been given to other
/// values since it came about is left out. A store through a pointer that does not stem from the stack pointer is
/// taken to leave the function's own frame alone as long as no address in that frame has got out of the function; and
/// a store to that frame, to leave alone what such pointers lead to.
public struct PointFacts: Sendable {
  /// Memory at an address holds a value.
  public struct MemoryFact: Sendable {
    /// The load or store instruction that made it.
    public let opcode: Opcode
    /// The address operand.
    public let address: ValueID
    /// The instruction's constant offset.
    public let offset: UInt64
    /// The memory's index.
    public let memory: UInt32
    /// A load: its result; a store: the operand that was stored.
    public let value: ValueID
    /// Where that instruction stands.
    public let at: CodeOffset
    /// Whether it is a store.
    public let isStore: Bool
    /// Proved that nothing has written there since; false: something may have.
    public let isIntact: Bool
  }

  /// A condition that was passed: the value (an i32) is or is not zero, or equals a case of a `br_table`.
  public struct ConditionFact: Sendable {
    public let value: ValueID
    public let test: Test
  }

  /// What was tested.
  public enum Test: Hashable, Sendable {
    case isZero, isNotZero
    case equals(UInt32)
  }

  /// What memory holds, the nearest first. Of a function with very many loads and stores, the nearest only.
  public let memory: [MemoryFact]
  /// The conditions, the nearest first.
  public let conditions: [ConditionFact]
}

extension FunctionAnalysis {
  /// The facts before the instruction at `offset`; nil where none starts there and in unreachable code. None where
  /// finding them would take too much time or memory.
  ///
  /// Where the instruction is a call, what it calls is taken to run already: it may have written memory.
  public func facts(at offset: CodeOffset) -> PointFacts? { facts(at: offset, hasCalled: true) }

  /// The same, where it is known whether a call at `offset` has begun: false if the call itself has trapped.
  public func facts(at offset: CodeOffset, hasCalled: Bool) -> PointFacts? {
    guard let block = graph.block(containing: offset), graph.blocks[block].isReachable,
      startsInstruction(offset, in: block)
    else { return nil }
    guard let sites = factSites, var solver = FactSolver(sites, self, block, offset, interpreter.limits),
      let entries = try? ForwardSolver.solve(graph, &solver), let entry = entries[block]
    else { return PointFacts(memory: [], conditions: []) }
    return solver.facts(in: block, from: entry, to: offset, hasCalled: hasCalled)
  }

  private func startsInstruction(_ offset: CodeOffset, in block: Int) -> Bool {
    guard var decoder = try? InstructionDecoder(graph.body, at: graph.blocks[block].start) else { return false }
    while decoder.codeOffset < offset {
      if (try? decoder.next()) == nil { return false }
    }
    return decoder.codeOffset == offset
  }
}
