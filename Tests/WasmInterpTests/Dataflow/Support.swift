import ByteCursor
import TestSupport
import WasmBinary
import WasmInterp

/// A function in a module with what bodies in these tests use: the stack pointer in global 0, a mutable i32 in global
/// 1, an immutable i64 in global 2; memory 0; tag 0 with an i32; function 0, imported, [i32 i32] -> [i32], and
/// function 1, [] -> []. The function itself is number 2.
struct AnalysedFunction {
  let module: WasmModule
  let analysis: FunctionAnalysis

  init(
    _ parameters: [ValueType] = [], _ results: [ValueType] = [], locals: [LocalGroup] = [], _ body: [UInt8],
    limits: Limits = .standard, addresses64: Bool = false
  ) throws(ReadError) {
    var builder = ModuleBuilder()
    builder.importFunction("env", "f", [.i32, .i32], [.i32])
    builder.importFunction("env", "g")
    builder.type([.i32], [.i32])
    builder.memory(MemoryType(SizeLimits(1), is64Bit: addresses64))
    builder.tag([.i32])
    if addresses64 {
      builder.global(GlobalType(.i64, isMutable: true), .i64(65536))
    } else {
      builder.global(GlobalType(.i32, isMutable: true), .i32(65536))
    }
    builder.global(GlobalType(.i32, isMutable: true), .i32(1))
    builder.global(GlobalType(.i64), .i64(2))
    builder.name(.global, 0, "__stack_pointer")
    let function = builder.function(parameters, results, locals: locals, body: body)
    module = try WasmModule(builder.bytes)
    analysis = try FunctionAnalysis(module.bodies[Int(function) - 2], in: ModuleContext(module), limits: limits)
  }

  /// The same without parameters and results.
  init(_ body: [UInt8], addresses64: Bool = false) throws(ReadError) {
    try self.init([], [], body, addresses64: addresses64)
  }

  /// The operands before the instruction at `offset`, as text; nil where there is no state.
  func stack(_ offset: UInt64) -> [String]? {
    analysis.state(at: CodeOffset(offset))?.operandStack.map(analysis.values.text)
  }

  /// The locals before the instruction at `offset`.
  func locals(_ offset: UInt64) -> [String]? {
    analysis.state(at: CodeOffset(offset))?.locals.map(analysis.values.text)
  }

  /// A global before the instruction at `offset`.
  func global(_ index: UInt32, _ offset: UInt64) -> String? {
    analysis.state(at: CodeOffset(offset))?.global(index).map(analysis.values.text)
  }

  /// The memory before the instruction at `offset`.
  func memory(_ offset: UInt64) -> String? {
    analysis.state(at: CodeOffset(offset)).map { analysis.values.text($0.memoryVersion) }
  }

  /// What is returned.
  var results: [String]? { analysis.exit?.operandStack.map(analysis.values.text) }

  /// The graph: a line for each block with its place, its end, the height of the stack at its start and where it
  /// leads; reachable ones only.
  var blocks: [String] {
    let graph = analysis.graph
    return graph.blocks.indices.filter { graph.blocks[$0].isReachable }.map { index in
      let block = graph.blocks[index]
      let loop = block.isLoopHeader ? " loop to \(block.loopEnd?.description ?? "?")" : ""
      let edges = graph.successors(of: index).map { edge in
        " \(edge.isBackEdge ? "back " : "")\(edge.kind) \(edge.target)"
      }
      return "\(index): \(block.start)..\(block.end) \(block.terminator) [\(block.entryHeight)]\(loop) ->"
        + edges.joined(separator: ",")
    }
  }
}

/// The rule that analysing a function with this body breaks.
func dataflowProblem(
  _ parameters: [ValueType] = [], _ results: [ValueType] = [], locals: [LocalGroup] = [], _ body: [UInt8],
  limits: Limits = .standard
) -> Rule? {
  do throws(ReadError) {
    _ = try AnalysedFunction(parameters, results, locals: locals, body, limits: limits)
    return nil
  } catch { return error.rule }
}

/// The same of a function without parameters and results.
func dataflowProblem(_ body: [UInt8], limits: Limits = .standard) -> Rule? {
  dataflowProblem([], [], body, limits: limits)
}
