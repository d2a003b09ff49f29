import ByteCursor
import WasmBinary

/// Where the operands of a function are at some of its instructions. Translated code keeps no account of that: the
/// translator knows, and is asked again, once for all the instructions.
struct FrameStates {
  let locals: [ValueType]
  let operands: [CodeOffset: [Translator.Operand]]

  /// Nil where the function has no body.
  init?(of function: Function, at sites: Set<CodeOffset>, limit: Int) {
    let places = sites.sorted()
    guard let instance = function.instance, let body = instance.bodies.body(function.index),
      let partial = try? Translator.translate(instance, body, function.type, limit: limit, at: places)
    else { return nil }
    locals = partial.locals
    operands = Dictionary(zip(places, partial.operands), uniquingKeysWith: { first, _ in first })
  }
}
