import ByteCursor
import Synchronization
import WasmBinary

/// The code map of two modules that are both at hand.
final class ModulePair: CodeMapSource {
  let companion: WasmModule
  let shipped: WasmModule
  let alignment: FunctionAlignment
  let left: FunctionBodies
  let right: FunctionBodies
  let hasSameMemory: Bool

  init(companion: WasmModule, shipped: WasmModule) {
    self.companion = companion
    self.shipped = shipped
    left = companion.bodies
    right = shipped.bodies
    alignment = FunctionAlignment(companion: companion, shipped: shipped)
    hasSameMemory = MemoryLayoutComparison.agree(companion, shipped)
  }

  var hasSameOrder: Bool { alignment.isIdentity }

  func counterpart(of position: Int) -> CompanionFunction? {
    guard let partner = alignment.partner(ofShipped: position) else { return nil }
    let body = left[partner]
    return CompanionFunction(
      function: body.function, start: body.codeAddress.rawValue, size: UInt32(clamping: body.contents.count),
      isCertain: !alignment.isGuessed(position))
  }

  func position(holding address: UInt64) -> Int? {
    guard let body = left.body(containing: CodeAddress(address)) else { return nil }
    return alignment.partner(ofCompanion: Int(body.function - left.firstFunction))
  }

  func map(of position: Int) throws(CodeMap.Unmapped) -> FunctionMap {
    guard let partner = alignment.partner(ofShipped: position) else {
      throw CodeMap.Unmapped("the companion has no function with this code")
    }
    let (companion, shipped) = (left[partner].contents, right[position].contents)
    var lockStep = LockStep(alignment.indices)
    var trace = FunctionTrace(size: shipped.count)
    do throws(BodyMismatch) { try lockStep.compare(companion: companion, shipped: shipped, &trace) } catch {
      throw CodeMap.Unmapped("its code differs from the companion's: \(error)")
    }
    return FunctionMap(
      companionSize: UInt32(clamping: companion.count), shippedSize: UInt32(clamping: shipped.count), trace)
  }

  var globals: [UInt32?]? {
    alignment.indices.globals?.map { $0 == IndexCorrespondence.none ? nil : $0 }
  }

  func shippedGlobal(of global: UInt32) -> UInt32? {
    guard let targets = alignment.indices.globals else { return global }
    guard Int(global) < targets.count, targets[Int(global)] != IndexCorrespondence.none else { return nil }
    return targets[Int(global)]
  }

  // MARK: The whole module

  /// What is compared in one go.
  private static let chunk = 64

  /// Why each shipped function is not the companion's; nil for one that is.
  private func comparison() -> [CodeMap.Unmapped?] {
    let result = Mutex([CodeMap.Unmapped?](repeating: nil, count: right.count))
    let isIdentity = alignment.indices.isIdentity
    Parallel.forEach(Array(stride(from: 0, to: right.count, by: Self.chunk)), size: { -$0 }) { start in
      var lockStep = LockStep(alignment.indices)
      var trace = FunctionTrace(size: 0, isKept: false)
      for position in start..<min(start + Self.chunk, right.count) {
        guard let partner = alignment.partner(ofShipped: position) else {
          result.withLock { $0[position] = CodeMap.Unmapped("the companion has no function with this code") }
          continue
        }
        let (companion, shipped) = (left[partner].contents, right[position].contents)
        if isIdentity, Padding.isAllThatDiffers(companion, shipped) { continue }
        do throws(BodyMismatch) {
          try lockStep.compare(companion: companion, shipped: shipped, &trace)
        } catch {
          let reason = CodeMap.Unmapped("its code differs from the companion's: \(error)")
          result.withLock { $0[position] = reason }
        }
      }
    }
    return result.withLock { $0 }
  }

  func survey() -> CodeMapSurvey {
    let problems = comparison()
    var (mapped, mappedBytes, bytes) = (0, 0, 0)
    var unmapped: [(function: UInt32, reason: String)] = []
    var isMapped = [Bool](repeating: false, count: left.count)
    for (position, problem) in problems.enumerated() {
      let body = right[position]
      bytes += body.contents.count
      if let problem {
        if unmapped.count < CodeMapSurvey.listed { unmapped.append((body.function, problem.description)) }
      } else {
        mapped += 1
        mappedBytes += body.contents.count
        if let partner = alignment.partner(ofShipped: position) { isMapped[partner] = true }
      }
    }
    var missing: [Range<UInt64>] = []
    for position in isMapped.indices where !isMapped[position] {
      missing.append(left[position].codeAddress.rawValue..<left[position].end.rawValue)
    }
    let names = comparedNames()
    let relation: CodeMapSurvey.Relation =
      mapped == problems.count ? .sameObjects : isRewritten(problems) ? .rewritten : .different
    return CodeMapSurvey(
      relation: relation, functions: problems.count, bytes: bytes, mappedFunctions: mapped, mappedBytes: mappedBytes,
      agreeingNames: names.agreeing, comparedNames: names.compared,
      hasSameData: hasSameMemory && shipped.data.reduce(0) { $0 + $1.contents.count } >= 256, unmapped: unmapped,
      missing: missing)
  }

  private func comparedNames() -> (agreeing: Int, compared: Int) {
    var (agreeing, compared) = (0, 0)
    let (mine, theirs) = (companion.names.functions, shipped.names.functions)
    for body in right {
      guard let other = counterpart(of: Int(body.function - right.firstFunction))?.function else { continue }
      let exported = (companion.exportName(.function, other), shipped.exportName(.function, body.function))
      if let left = exported.0, let right = exported.1 {
        compared += 1
        agreeing += left == right ? 1 : 0
      } else if let left = mine.bytes(of: other), let right = theirs.bytes(of: body.function) {
        compared += 1
        agreeing += left.hasSameBytes(as: right) ? 1 : 0
      }
    }
    return (agreeing, compared)
  }

  /// Whether a tool has rewritten the companion's code: the memory is the same, and there are `if` where LLVM, which makes
  /// none for WebAssembly, had none anywhere. (Binaryen makes them of blocks and branches.)
  private func isRewritten(_ problems: [CodeMap.Unmapped?]) -> Bool {
    guard hasSameMemory, !companion.data.isEmpty else { return false }
    return right.indices.contains { problems[$0] != nil && Self.hasIf(right[$0].contents) }
      && !left.contains { Self.hasIf($0.contents) }
  }

  private static func hasIf(_ body: Bytes) -> Bool {
    guard let reader = try? BodyReader(body), var decoder = try? reader.instructions else { return false }
    while !decoder.isAtEnd, let opcode = try? decoder.nextOpcodeSkippingImmediates() {
      if opcode == .if { return true }
    }
    return false
  }
}

extension CodeMap {
  /// The map of two modules.
  ///
  /// Where both count their functions alike some of the functions are compared and the others when they are asked for;
  /// else all are.
  /// - Throws: why the companion is none.
  public convenience init(companion: WasmModule, shipped: WasmModule) throws(Unmapped) {
    guard companion.code != nil, !companion.bodies.isEmpty else { throw Unmapped("it holds no code") }
    let pair = ModulePair(companion: companion, shipped: shipped)
    self.init(shipped: shipped, source: pair)
    if !pair.alignment.isIdentity || pair.right.count <= 16, let refusal = survey.refusal { throw Unmapped(refusal) }
  }
}
