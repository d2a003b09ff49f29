import ByteCursor
import DwarfEval
import WasmBinary
import WasmInterp

/// Whether the Wasm local that a location names still holds the variable.
///
/// LLVM ends a range of a location list where the variable gets another place, not where the local gets another value: two
/// ranges with the same place become one, and what is behind the variable's last use may belong to another one. So where
/// the local was written within the range, what it holds now may be the variable's new value, or not the variable's at all.
/// If the write is right before the place, in its block, it is not: then the variable's own change begins a range that LLVM
/// would have had to describe (of ten such values in Samples/carried all ten are wrong).
extension FrameState {
  /// What is to be said of a location with the expression `expression`, which holds at the frame's place; nil where the
  /// locals that it names hold what they held where its range began.
  func doubt(_ expression: Bytes, of variable: Variable) -> Assurance? {
    let locals = Self.locals(in: expression, encoding: variable.entry.unit.encoding)
    guard !locals.isEmpty, let number = frame.functionIndex, let pc = frame.codeOffset,
      let body = module.wasm.body(number), let flow = module.flow(of: number),
      let range = range(of: variable, body), range.contains(pc.rawValue)
    else { return nil }
    for local in locals {
      guard let write = flow.write(of: local, in: range, reaching: pc),
        !holdsTheSame(local, function: number, CodeOffset(range.lowerBound), pc)
      else { continue }
      let address = CodeAddress(body.codeAddress.rawValue &+ write.rawValue)
      return Assurance(
        .assumed, "local \(local) was written at \(address), within the range of this location")
    }
    return nil
  }

  /// Why a location does not hold at the frame's place although the debug information says so; nil where nothing speaks
  /// against it.
  func staleness(of location: LocationAttribute, _ expression: Bytes, encoding: UnitEncoding) -> String? {
    guard case .local(let local) = CarriedLocations.Footing(expression, encoding: encoding),
      let number = frame.functionIndex, let pc = frame.codeOffset, let body = module.wasm.body(number),
      let flow = module.flow(of: number), let block = flow.graph.block(containing: pc)
    else { return nil }
    var start = flow.graph.blocks[block].start
    if case .list(let list) = location,
      let range = list.entries.lazy.compactMap(\.range).first(where: { $0.contains(address) }),
      let low = module.translation.offset(of: range.low, in: body), low > start
    {
      start = low
    }
    let write = flow.writes[flow.writes(from: start, to: pc)].last { $0.local == local }
    guard let write, let at = body.codeAddress(of: write.offset),
      !holdsTheSame(local, function: number, start, pc)
    else { return nil }
    return "local \(local), which held it, was written at \(at)"
  }

  /// Whether the code shows that a local has one value at both places.
  private func holdsTheSame(_ local: UInt32, function: UInt32, _ first: CodeOffset, _ second: CodeOffset) -> Bool {
    guard let analysis = module.analysis(of: function), let before = analysis.state(at: first)?.local(local),
      let after = analysis.state(at: second)?.local(local)
    else { return false }
    return before == after
  }

  /// The code of the function for which the location holds that holds at the frame's place.
  private func range(of variable: Variable, _ body: FunctionBody) -> Range<UInt64>? {
    func inBody(_ range: CodeRange) -> Range<UInt64>? { module.translation.offsets(of: range, in: body) }
    guard let form = variable.location, let location = try? variable.entry.unit.location(form) else { return nil }
    let first = (try? module.wasm.locals(of: body).declarations.firstInstruction)?.rawValue ?? 0
    let whole = first..<UInt64(body.contents.count)
    switch location {
    case .list(let list):
      let entry = list.entries.first { $0.range?.contains(address) ?? false }
      return entry.map { $0.range.flatMap(inBody) } ?? whole
    // It holds in all of the block that declares the variable.
    case .expression:
      guard variable.scope?.tag != .subprogram, let ranges = variable.scope?.codeRanges?.compactMap(inBody),
        let low = ranges.map(\.lowerBound).min(), let high = ranges.map(\.upperBound).max()
      else { return whole }
      return low..<high
    }
  }

  /// The locals whose values an expression takes.
  private static func locals(in expression: Bytes, encoding: UnitEncoding) -> [UInt32] {
    var reader = ExpressionReader(expression, encoding: encoding)
    var locals: [UInt32] = []
    while locals.count < 64, let next = try? reader.next() {
      if case .local(let local)? = next.wasmPlace { locals.append(local) }
    }
    return locals
  }
}

extension FunctionFlow {
  /// A write of a local in a range of the code that a path leads from to `pc`, without coming by the range's beginning
  /// again. Nil where there is none.
  func write(of local: UInt32, in range: Range<UInt64>, reaching pc: CodeOffset) -> CodeOffset? {
    guard let block = graph.block(containing: pc) else { return nil }
    var waiting: [(block: Int, end: CodeOffset)] = [(block, pc)]
    var seen: Set<Int> = []
    while let (block, end) = waiting.popLast() {
      let start = graph.blocks[block].start
      // Where the range is entered elsewhere it is the location's word that the local holds the variable.
      guard end.rawValue > range.lowerBound, start.rawValue < range.upperBound else { continue }
      let from = max(start.rawValue, range.lowerBound)
      let last = writes[writes(from: CodeOffset(from), to: end)].last { $0.local == local }
      if let last {
        if range.contains(last.offset.rawValue) { return last.offset }
        continue
      }
      // A path that begins here, with the range, is a fresh one.
      guard start.rawValue > range.lowerBound else { continue }
      for index in graph.predecessors(of: block) {
        let source = Int(graph.edges[Int(index)].source)
        if seen.insert(source).inserted { waiting.append((source, graph.blocks[source].end)) }
      }
    }
    return nil
  }
}
