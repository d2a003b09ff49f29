import ByteCursor
import DwarfEval
import WasmBinary
import WasmInterp

/// Variables whose location list has to be read together with the code.
extension FrameState {
  /// The frame's place in its function's code.
  private struct CodePlace {
    let function: UInt32
    let offset: CodeOffset
    let body: FunctionBody
    let flow: FunctionFlow
    /// The block of the control-flow graph.
    let block: Int

    let translation: CodeTranslation

    /// The part of a range that is in the function, in bytes from its start.
    func inBody(_ range: CodeRange) -> Range<UInt64>? { translation.offsets(of: range, in: body) }
  }

  private var codePlace: CodePlace? {
    guard let number = frame.functionIndex, let offset = frame.codeOffset, let body = module.wasm.body(number),
      let flow = module.flow(of: number), let block = flow.graph.block(containing: offset)
    else { return nil }
    return CodePlace(
      function: number, offset: offset, body: body, flow: flow, block: block, translation: module.translation)
  }

  /// Where a variable is of whose location list no range holds at the frame's place, and how that is known; nil where
  /// that is not known either, or nobody wants to see such. `CarriedLocations` says how it is found; what it finds is
  /// refused where the code shows that the variable may have changed without its local (docs/carried-locations.md).
  func carriedLocation(of variable: Variable) -> (expression: Bytes, assurance: Assurance)? {
    guard session.carriesLocations, let form = variable.location,
      let location = try? variable.entry.unit.location(form), case .list(let list) = location, list.problem == nil,
      let place = codePlace, let carried = carried(list, of: variable, to: place)
    else { return nil }
    let isArgument = variable.kind == .parameter && variable.scope?.tag == .subprogram
    let local = carried.locals.first { local in
      (isArgument || !place.flow.isUnchangedParameter(local)) && isNeeded(local, at: place)
        && !isOverdue(local, at: place)
    }
    guard let local else { return nil }
    let end = hexadecimal(place.body.codeAddress.rawValue &+ carried.end)
    return (
      Self.value(ofLocal: local),
      Assurance(.assumed, "its location ended at \(end); since then local \(local) holds it on all paths")
    )
  }

  private func carried(
    _ list: LocationList, of variable: Variable, to place: CodePlace
  ) -> CarriedLocations.Carried? {
    let encoding = variable.entry.unit.encoding
    let entries = list.entries.compactMap { entry in
      entry.range.flatMap(place.inBody).map {
        CarriedLocations.Entry(range: $0, footing: CarriedLocations.Footing(entry.expression, encoding: encoding))
      }
    }
    guard entries.contains(where: { if case .local = $0.footing { true } else { false } }) else { return nil }
    // All of a function is the scope of what is declared in its outermost block.
    let scope = variable.scope?.tag == .subprogram ? nil : variable.scope?.codeRanges?.compactMap(place.inBody)
    let locations = CarriedLocations(
      place.flow, entries: entries, scope: scope?.sorted { $0.lowerBound < $1.lowerBound }
    ) { [module] local, value, block in
      module.isConstant(value, local: local, function: place.function, atEndOf: block)
    }
    return locations.location(at: place.offset)
  }

  /// Whether a local is read later on, or written once at the most. What nobody reads any more may be what the variable was
  /// before it changed for the last time, for nobody.
  private func isNeeded(_ local: UInt32, at place: CodePlace) -> Bool {
    place.flow.isLive(local, at: place.offset) || place.flow.writes.count { $0.local == local } < 2
  }

  /// Whether what the source has done by now to a variable is done to its local later: compilers put off what nobody
  /// needs before a call. It shows in code that uses the local, behind the place but of an earlier line, and in copies of
  /// what is known at the place.
  private func isOverdue(_ local: UInt32, at place: CodePlace) -> Bool {
    let flow = place.flow
    if flow.isCopied(to: local, from: place.offset, to: flow.graph.blocks[place.block].end) { return true }
    let here = sourceLines(at: address, place.body)
    var waiting = [place.block]
    var seen: Set<Int> = [place.block]
    while let next = waiting.popLast() {
      let start = next == place.block ? place.offset : flow.graph.blocks[next].start
      for use in flow.uses(of: local, from: start, to: flow.graph.blocks[next].end) {
        guard let address = module.translation.described(use, in: place.body) else { continue }
        if sourceLines(at: address, place.body).isEarlier(than: here) { return true }
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
    let frames = dwarf.locate(address, body: module.translation.describedRange(of: body))
    return SourceLines(lines: frames.reversed().map { (function: $0.frame?.offset, line: $0.line) })
  }

  /// The expression for the value of a local.
  private static func value(ofLocal local: UInt32) -> Bytes {
    var bytes = [UInt8(DwOperation.wasmLocation.rawValue), 0]
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
  /// Whether a local is a parameter that is never written. A variable that has its value and is not the parameter was made
  /// to be changed, and where that happens is not said.
  fileprivate func isUnchangedParameter(_ local: UInt32) -> Bool {
    Int(local) < locals.parameters.count && !writes.contains { $0.local == local }
  }

  /// Whether a local gets, between two places of a block, what another local holds at the first of them.
  fileprivate func isCopied(to local: UInt32, from start: CodeOffset, to end: CodeOffset) -> Bool {
    var changed: Set<UInt32> = []
    for write in writes[writes(from: start, to: end)] {
      if write.local == local, case .local(let source) = write.source, !changed.contains(source) { return true }
      changed.insert(write.local)
    }
    return false
  }
}

extension CarriedLocations.Footing {
  /// What an expression is.
  init(_ expression: Bytes, encoding: UnitEncoding) {
    self = .none
    var reader = ExpressionReader(expression, encoding: encoding)
    guard let first = try? reader.next(), (try? reader.next())?.opcode == .stackValue,
      let end = try? Optional(reader.next()), end == nil
    else { return }
    if case .local(let local)? = first.wasmPlace {
      self = .local(local)
    } else if let number = first.constant {
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
