import ByteCursor
import DwarfEval
import WasmBinary
import WasmInterp

extension FrameState {
  /// Where a variable is of whose location list no range holds at the frame's place, and how that is known; nil where
  /// that is not known either, or nobody wants to see such.
  func carriedLocation(of variable: Variable) -> (expression: Bytes, assurance: Assurance)? {
    guard session.carriesLocations, let form = variable.location,
      let location = try? variable.entry.unit.location(form),
      case .list(let list) = location, list.problem == nil, let number = frame.functionIndex,
      let offset = frame.codeOffset, let body = module.wasm.body(number), let flow = module.flow(of: number)
    else { return nil }
    let start = body.codeAddress.rawValue
    func inBody(_ range: CodeRange) -> Range<UInt64>? {
      let (low, high) = (max(range.low.rawValue, start), min(range.high.rawValue, body.end.rawValue))
      return low < high ? low - start..<high - start : nil
    }
    var numbers: [[UInt8]: Int] = [:]
    var expressions: [Bytes] = []
    var entries: [CarriedLocations.Entry] = []
    for entry in list.entries {
      guard let range = entry.range.flatMap(inBody) else { continue }
      let bytes = entry.expression.array
      if numbers[bytes] == nil {
        numbers[bytes] = expressions.count
        expressions.append(entry.expression)
        guard expressions.count <= CarriedLocations.mostExpressions else { return nil }
      }
      entries.append(CarriedLocations.Entry(range: range, expression: numbers[bytes]!))
    }
    let encoding = variable.entry.unit.encoding
    let footings = expressions.map { CarriedLocations.Footing($0, encoding: encoding) }
    guard footings.contains(where: { $0 != .none }) else { return nil }
    // All of a function is the scope of what is declared in its outermost block.
    let isOfFunction = variable.scope?.tag == .subprogram
    let ranges = isOfFunction ? nil : variable.scope?.codeRanges?.compactMap(inBody)
    let locations = CarriedLocations(
      flow, entries: entries, footings: footings, scope: ranges?.sorted { $0.lowerBound < $1.lowerBound }
    ) { [module] local, value, block in
      module.isConstant(value, local: local, function: number, atEndOf: block)
    }
    guard let carried = locations.location(at: offset) else { return nil }
    // What has a parameter's value and is not the parameter was made to be changed: where that happens is not said.
    let isParameter = isOfFunction && variable.kind == .parameter
    let candidates = carried.locals.filter { isParameter || !flow.isUnchangedParameter($0) }
    guard let local = candidates.first, !isOverdue(local, from: offset, flow, body) else { return nil }
    let end = CodeAddress(start &+ carried.end)
    return (
      Self.value(ofLocal: local),
      Assurance(
        .assumed,
        "its location ended at \(hexadecimal(end.rawValue)); since then local \(local) holds it on all paths")
    )
  }

  /// Whether code behind `offset`, but of an earlier place of the source, uses a local: compilers do later what nobody needs
  /// before, and what the source has changed by then, the local has not.
  private func isOverdue(_ local: UInt32, from offset: CodeOffset, _ flow: FunctionFlow, _ body: FunctionBody) -> Bool {
    guard let block = flow.graph.block(containing: offset) else { return true }
    let here = sourceLines(at: address, body)
    var waiting = [block]
    var seen: Set<Int> = [block]
    while let next = waiting.popLast() {
      let start = next == block ? offset : flow.graph.blocks[next].start
      for use in flow.uses(of: local, from: start, to: flow.graph.blocks[next].end) {
        if let place = body.codeAddress(of: use), sourceLines(at: place, body).isEarlier(than: here) { return true }
      }
      for edge in flow.graph.successors(of: next) where !edge.isBackEdge && seen.count < Self.blocksLookedAt {
        if seen.insert(Int(edge.target)).inserted { waiting.append(Int(edge.target)) }
      }
    }
    return false
  }

  /// What is put off is not put off for long.
  private static let blocksLookedAt = 64

  private func sourceLines(at address: CodeAddress, _ body: FunctionBody) -> SourceLines {
    let frames = dwarf.locate(address, body: CodeRange(body.codeAddress, body.end))
    return SourceLines(
      lines: frames.reversed().map { frame in
        (function: frame.frame?.offset, line: frame.position?.line ?? 0)
      })
  }

  /// The expression for the value of a local.
  private static func value(ofLocal local: UInt32) -> Bytes {
    var bytes: [UInt8] = [UInt8(DwOperation.wasmLocation.rawValue), 0]
    var rest = local
    repeat {
      bytes.append(UInt8(rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
      rest >>= 7
    } while rest > 0
    return Bytes(copying: bytes + [UInt8(DwOperation.stackValue.rawValue)])
  }
}

/// The lines that an instruction is of: in the function itself, in what is inlined there, and so on.
private struct SourceLines {
  var lines: [(function: UnitOffset?, line: UInt64)]

  /// Whether these come first in the source, as far as both are of the same functions.
  func isEarlier(than other: SourceLines) -> Bool {
    for (mine, theirs) in zip(lines, other.lines) {
      guard mine.function == theirs.function, mine.line != 0, theirs.line != 0 else { return false }
      if mine.line != theirs.line { return mine.line < theirs.line }
    }
    return false
  }
}

extension FunctionFlow {
  /// Whether a local is a parameter that is never written.
  fileprivate func isUnchangedParameter(_ local: UInt32) -> Bool {
    Int(local) < locals.parameters.count && !writes.contains { $0.local == local }
  }
}

extension CarriedLocations.Footing {
  /// What an expression is.
  init(_ expression: Bytes, encoding: UnitEncoding) {
    var reader = ExpressionReader(expression, encoding: encoding)
    var operations: [ExpressionOperation] = []
    self = .none
    while true {
      guard let next = try? Optional(reader.next()) else { return }
      guard let operation = next else { break }
      operations.append(operation)
      if operations.count > 2 { return }
    }
    guard operations.count == 2, operations[1].opcode == .stackValue else { return }
    if case .local(let local)? = operations[0].wasmPlace {
      self = .local(local)
    } else if let number = operations[0].constant {
      self = .constant(number)
    }
  }
}

extension ExpressionOperation {
  /// The number that it pushes; nil for another operation.
  fileprivate var constant: UInt64? {
    switch opcode {
    case .const1u, .const1s, .const2u, .const2s, .const4u, .const4s, .const8u, .const8s, .constu, .consts: first
    default: (0x30...0x4f).contains(opcode.rawValue) ? UInt64(opcode.rawValue - 0x30) : nil
    }
  }
}
