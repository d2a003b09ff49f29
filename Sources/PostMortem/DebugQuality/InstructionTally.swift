import ByteCursor
import WasmBinary
import WasmInterp

extension InstructionCounts {
  /// What `lines` say of the instructions of a function's body. A body that cannot be decoded counts as far as it can.
  init(_ body: FunctionBody, lines: LineRuns, limits: Limits) {
    guard let reader = try? BodyReader(body.contents, limits: limits), var decoder = try? reader.instructions else {
      return
    }
    let start = body.codeAddress.rawValue
    var walk = LineRuns.Walk(lines, from: body.codeAddress)
    while !decoder.isAtEnd {
      let address = start &+ decoder.codeOffset.rawValue
      guard (try? decoder.nextOpcodeSkippingImmediates()) != nil else { break }
      total += 1
      switch walk.isLineZero(address) {
      case true?: lineZero += 1
      case false?: break
      case nil: withoutLine += 1
      }
    }
  }
}
